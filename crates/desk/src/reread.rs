//! What a local model says of sentences: whether they answer a question, what they say of a claim, and how that counts beside the
//! ranker's order.
//!
//! Owns which sentences of a full text it reads, and the blend. Must not know how the model reads (`reranking`). What is done with
//! an answer's probability elsewhere, as for refusing to answer, is `answering`'s business.
//!
//! All of it needs a model that gives probabilities; a cosine of sentences knows too little of which outcome is meant
//! (docs/decisions/0018-quality-tier.md).

use crate::{Desk, DeskError};
use reranking::{Judgement, RerankError, Reranker};
use retrieval::ranker::{FoundArticle, RankedPassages};

/// Sentences of one article that the model reads.
pub const SENTENCES_REREAD: usize = 20;
/// Tokens read of each: nine sentences of ten have fewer than 56.
const TOKENS: usize = 96;
/// A probability nearer to 0 or 1 than this says no more.
const SURE: f32 = 1e-4;

impl Desk {
    /// The probability that each text answers a question, as the local model sees it: 0 to 1, comparable between questions.
    /// Nothing where there is no model, or one that gives similarities alone. 3 to 6 ms of one core a text of 40 tokens; of each, 96 are
    /// read at most.
    ///
    /// Texts may stand alone, or with their subject before them ("Hypomagnesemia: ..."), which it was trained on too.
    pub fn answers(&self, question: &str, texts: &[&str]) -> Result<Option<Vec<f32>>, DeskError> {
        let Some(model) = self.telling() else { return Ok(None) };
        Ok(Some(model.similarities(question, texts, TOKENS)?))
    }

    /// What each text says of a claim, as the local model sees it. Nothing where there is no model, or one that was not trained
    /// for it.
    pub fn judges(&self, claim: &str, texts: &[&str]) -> Result<Option<Vec<Judgement>>, DeskError> {
        let Some(model) = self.reranker() else { return Ok(None) };
        Ok(model.judgements(claim, texts)?)
    }

    fn telling(&self) -> Option<&Reranker> {
        self.reranker().filter(|m| m.tells_answers())
    }

    /// Lets the local model have its word on the best sentences of the article whose passage stands first. Does nothing without
    /// a model that is worth something there.
    pub(crate) fn reread(
        &self,
        question: &str,
        articles: &[FoundArticle<'_>],
        ranked: &mut RankedPassages,
    ) -> Result<(), DeskError> {
        let Some(model) = self.telling().filter(|m| m.about().sentence_weight > 0.0) else { return Ok(()) };
        let Some(first) = ranked.passages.first().map(|p| p.found) else { return Ok(()) };
        let of = |p: usize, s: usize| articles[first].article.passages.get(p).and_then(|p| p.sentences.get(s)).copied();
        let mut places = Vec::new();
        for (at, passage) in ranked.passages.iter().enumerate().filter(|(_, p)| p.found == first) {
            for (sentence, score) in passage.sentences.iter().enumerate() {
                if let Some(text) = of(passage.passage, sentence) {
                    places.push((at, sentence, text, *score));
                }
            }
        }
        let texts: Vec<&str> = places.iter().map(|p| p.2).collect();
        let mut scores: Vec<f64> = places.iter().map(|p| p.3).collect();
        reread(model, question, &texts, &mut scores)?;
        for ((at, sentence, ..), score) in places.iter().zip(scores) {
            ranked.passages[*at].sentences[*sentence] = score;
        }
        Ok(())
    }
}

/// Adds the model's word to the ranker's scores of the sentences of one article: for the best [`SENTENCES_REREAD`], the model's weight
/// times the log-odds that the sentence answers, less those of the best; the others keep behind. Nothing without a weight.
pub fn reread(model: &Reranker, question: &str, texts: &[&str], scores: &mut [f64]) -> Result<(), RerankError> {
    let weight = model.about().sentence_weight;
    let mut order: Vec<usize> = (0..scores.len().min(texts.len())).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    order.truncate(SENTENCES_REREAD);
    if weight <= 0.0 || order.is_empty() {
        return Ok(());
    }
    let read: Vec<&str> = order.iter().map(|at| texts[*at]).collect();
    let said = model.similarities(question, &read, TOKENS)?;
    blend(&order, &said, weight, scores);
    Ok(())
}

fn blend(order: &[usize], said: &[f32], weight: f64, scores: &mut [f64]) {
    let odds = |p: &f32| {
        let p = f64::from(p.clamp(SURE, 1.0 - SURE));
        (p / (1.0 - p)).ln()
    };
    let odds: Vec<f64> = said.iter().map(odds).collect();
    let most = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = odds.iter().copied().fold(f64::INFINITY, f64::min);
    for (at, score) in scores.iter_mut().enumerate() {
        let own = order.iter().position(|o| *o == at).map_or(least, |place| odds[place]);
        *score += weight * (own - most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::sync::Arc;

    #[test]
    fn a_sentence_that_answers_gains_and_the_unread_stay_behind() {
        let mut scores = vec![3.0, 2.5, 2.0, 1.0];
        blend(&[0, 1, 2], &[0.2, 0.9, 0.5], 1.0, &mut scores);
        let mut order: Vec<usize> = (0..4).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        // Log-odds -1.39, 2.20 and 0, less the highest: -.58, 2.5, -.20; the last one as the least sure.
        assert_eq!(order, [1, 2, 0, 3]);
        assert!((scores[1] - 2.5).abs() < 1e-9, "{scores:?}");
        assert!(scores[3] < scores[0] - 1.9 && scores.iter().all(|s| s.is_finite()));
    }

    #[test]
    fn what_is_quite_sure_stays_finite() {
        let mut scores = vec![0.0, 0.0];
        blend(&[0, 1], &[0.0, 1.0], 2.0, &mut scores);
        assert!(scores[0].is_finite() && scores[0] < scores[1]);
    }

    fn model(name: &str) -> Arc<Reranker> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../reranking/tests").join(name);
        Arc::new(Reranker::open(&folder).unwrap())
    }

    #[test]
    fn only_a_model_that_tells_probabilities_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let texts = ["The dose is low.", "The kidney."];
        let desk = Desk::open(folder.path()).unwrap();
        assert_eq!(desk.answers("What dose?", &texts).unwrap(), None);
        assert_eq!(desk.judges("The dose is low.", &texts).unwrap(), None);
        let desk = desk.with_reranker(model("tiny"));
        assert_eq!(desk.answers("What dose?", &texts).unwrap(), None);
        assert_eq!(desk.judges("The dose is low.", &texts).unwrap(), None);
        let desk = desk.with_reranker(model("tiny-late"));
        let said = desk.answers("What dose?", &texts).unwrap().unwrap();
        assert!(said.len() == 2 && said.iter().all(|p| (0.0..=1.0).contains(p)) && said[0] != said[1], "{said:?}");
        assert_eq!(desk.judges("The dose is low.", &texts).unwrap().unwrap().len(), 2);
    }

    #[test]
    fn a_model_rereads_the_first_sentences_alone() {
        let texts: Vec<String> = (0..30).map(|n| format!("Trial of dose {n} in heart failure")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let before: Vec<f64> = (0..30).map(|n| -f64::from(n) / 100.0).collect();
        let mut scores = before.clone();
        reread(&model("tiny-late"), "Which dose?", &texts, &mut scores).unwrap();
        assert_ne!(scores, before);
        let lost = |at: usize| before[at] - scores[at];
        assert!(lost(20) > 0.0 && (21..30).all(|at| (lost(at) - lost(20)).abs() < 1e-9), "{scores:?}");
        // One that gives similarities has no weight there.
        let mut scores = before.clone();
        reread(&model("tiny"), "Which dose?", &texts, &mut scores).unwrap();
        assert_eq!(scores, before);
    }
}
