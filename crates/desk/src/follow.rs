//! Following up: the spine of `ask` for a question that is asked behind an article.

use crate::ask::{read, redacted};
use crate::told::{Stage, Tell, begin, silent};
use crate::{Answer, Desk, DeskError, Question};
use answering::{compare, follow_up, plan, verify, worded};
use board::Actor;
use clinical::Reader;
use library::KeptArticle;

impl Desk {
    /// Answers a follow-up to a kept article, named by its hash or the first 8 digits of it or more: understand what it
    /// does to the question before, then retrieve, plan, compose, verify, tell what changed, keep. The reader stays that of
    /// the article unless another is named. The same follow-up to the same article gives the same bytes while the library is the same.
    pub fn follow(&mut self, article: &str, question: &Question, reader: Option<Reader>) -> Result<Answer, DeskError> {
        let previous = self.article(article)?;
        self.follow_for(&previous, question, reader, &Actor::Operator, &mut silent)
    }

    /// The same for somebody, to whom the article belongs.
    pub(crate) fn follow_for(
        &mut self,
        previous: &KeptArticle,
        question: &Question,
        reader: Option<Reader>,
        asker: &Actor,
        tell: &mut Tell<'_>,
    ) -> Result<Answer, DeskError> {
        begin(Stage::Reading, tell)?;
        let typed = redacted(question)?;
        let follow_up = follow_up(&previous.body, &typed.text);
        let whole = Question {
            text: follow_up.text.clone(),
            reader: reader.unwrap_or(previous.body.reader),
            today: question.today,
        };
        let mut asked = read(&whole)?;
        follow_up.settle(&mut asked.case);
        // What was taken out of the question before was told with that article.
        asked.case.redactions = typed.redactions;
        begin(Stage::Finding, tell)?;
        let shelf = self.retrieve(&asked)?;
        let mut plan = plan(&asked, &shelf);
        let left_out = plan.fit_reader();
        begin(Stage::Composing, tell)?;
        let draft = worded(self.compose(&plan, tell)?, left_out, &shelf);
        begin(Stage::Checking, tell)?;
        let lacking = follow_up.lacking(draft.body());
        let draft = lacking.into_iter().fold(draft, answering::Article::with_limit);
        let article = verify(draft, &shelf);
        let article = compare(article, &previous.hash, &previous.body, &typed.text, &follow_up, &shelf);
        self.keep(&article, asker)
    }
}
