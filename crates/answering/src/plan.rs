//! The plan: which statements answer this question for this case, in which sections, and what they hang on.
//! Layout comes from `plans/plans.toml`; nothing here writes a sentence.

use crate::article::Nearest;
use crate::literature::{self, Quoted, StudySentence};
use crate::merge;
use crate::select::{self, Chosen, Ruled, Selection};
use clinical::{Case, Intent, Missing, Reader};
use evidence::{PartialDate, Role, Source, SourceId, Standing};
use retrieval::{Bm25, Scored};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// What was asked, read.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question, patient identifiers removed.
    pub question: String,
    /// The facts read out of it.
    pub case: Case,
    /// Whom the answer is for.
    pub reader: Reader,
}

impl Asked {
    /// The question, and what misspelt words and abbreviations in it were read as: what to look for in the library.
    pub fn as_read(&self) -> String {
        let read = self.case.read_as.iter().map(|r| r.value.as_str());
        std::iter::once(self.question.as_str()).chain(read).collect::<Vec<_>>().join(" ")
    }
}

/// A source that retrieval found, with its text.
#[derive(Debug, Clone)]
pub struct Found {
    /// The document; a digest comes with its references.
    pub source: Source,
    /// Whether it stands. Retracted sources must not be passed in; the checker refuses them again.
    pub standing: Standing,
    /// SHA-256 of the bytes it was read from.
    pub bytes: String,
    /// Passages found, best first, with their scores.
    pub hits: Vec<(u32, Scored)>,
}

/// A passage of literature that was read for the question.
#[derive(Debug, Clone)]
pub struct Likely {
    /// Its source, one of those found.
    pub source: SourceId,
    /// Its place in the source.
    pub passage: u32,
    /// How likely its best sentence answers, as log-odds (`retrieval::ranker`); compares between questions.
    pub odds: f64,
    /// How well each of its sentences answers; compares within its source only.
    pub sentences: Vec<f64>,
}

/// Everything an answer may rest on: the sources found, and what is known of the library as a whole.
pub struct Shelf {
    /// Sources found, best first.
    pub found: Vec<Found>,
    /// Passages of the literature among them, read for the question; the likeliest to answer first.
    pub likely: Vec<Likely>,
    /// Scores texts against the words of the question.
    pub bm25: Bm25,
    /// Snapshot of the library.
    pub snapshot: String,
    /// Date of its newest source.
    pub newest: Option<PartialDate>,
    /// How many sources it holds.
    pub sources: u64,
    /// Titles of its digests: what it certainly covers.
    pub topics: Vec<Nearest>,
    /// What the library knows of works that the digests found cite.
    pub works: Vec<Work>,
}

/// A work that a digest cites, as far as this library knows it.
#[derive(Debug, Clone)]
pub struct Work {
    /// The digest.
    pub digest: SourceId,
    /// Key of the work in that digest's references.
    pub reference: String,
    /// Whether it stands, by what was said about it.
    pub standing: Standing,
    /// Its own text, when the library holds it.
    pub held: Option<Found>,
}

impl Shelf {
    /// A source that a citation may rest on: found for the question, or held as a work that a digest cites.
    pub(crate) fn source(&self, id: &SourceId) -> Option<&Found> {
        self.found.iter().chain(self.works.iter().filter_map(|w| w.held.as_ref())).find(|f| f.source.id == *id)
    }

    /// What is known of a work that a digest cites.
    pub(crate) fn work(&self, digest: &SourceId, reference: &str) -> Option<&Work> {
        self.works.iter().find(|w| w.digest == *digest && w.reference == reference)
    }
}

/// What an article will be made of.
pub struct Plan<'a> {
    /// What was asked.
    pub asked: &'a Asked,
    /// What it may rest on.
    pub shelf: &'a Shelf,
    /// Layout by the question's intents.
    pub layout: Layout,
    /// Title of the digest that the question was taken to be about although it names none of its topics.
    pub assumed: Option<String>,
    /// What is asked for that no digest on the topic speaks of: "driving".
    pub unheld: Vec<&'static str>,
    /// Statements of digests that answer, in the order of their digests.
    pub chosen: Vec<Chosen<'a>>,
    /// Statements in nearly the words of a chosen one that yet say something else: another figure, another condition.
    pub nearly: Vec<Chosen<'a>>,
    /// Statements that a reader would expect and that do not apply.
    pub ruled_out: Vec<Ruled<'a>>,
    /// Statements that would answer and whose every work has been retracted.
    pub withheld: Vec<Chosen<'a>>,
    /// Sentences of literature that answer, best first.
    pub studies: Vec<StudySentence<'a>>,
    /// Results of other sources on what was asked: shown only where they differ from those.
    pub beside: Vec<StudySentence<'a>>,
    /// Facts that would change the answer, the one that most hangs on first.
    pub missing: Vec<Missing>,
}

impl Plan<'_> {
    /// Whether anything answers.
    pub fn answers(&self) -> bool {
        !self.chosen.is_empty() || !self.studies.is_empty()
    }
}

/// Sections of an article, in order.
#[derive(Debug, Clone)]
pub struct Layout {
    /// What the answer is about, as `Treatment`.
    pub noun: String,
    /// (key, title) of the sections, in order.
    pub sections: Vec<(String, String)>,
    /// Keys of the sections that the question's own words ask for.
    pub named: Vec<String>,
    /// For each intent, the roles of the sentence that answers it, best first.
    pub bottom_line: Vec<Vec<Role>>,
}

#[derive(Deserialize)]
struct Plans {
    section: Vec<SectionDef>,
    plan: Vec<PlanDef>,
}

#[derive(Deserialize)]
struct SectionDef {
    key: String,
    title: String,
    /// Words of a question that ask for this section, whatever its intent.
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
struct PlanDef {
    intent: Intent,
    noun: String,
    sections: Vec<String>,
    bottom_line: Vec<Role>,
}

static PLANS: LazyLock<Plans> = LazyLock::new(|| {
    let text = include_str!("../plans/plans.toml");
    // Part of the program: a test parses it, so it cannot fail in a released binary.
    toml::from_str(text).unwrap_or_else(|e| panic!("plans.toml: {e}"))
});

/// Key of the section of what goes different ways: it comes whatever was asked.
const DIFFERS: &str = "differs";

/// Layout for a question's intents and the sections that its words name; a question with neither is laid out as for
/// treatment.
pub(crate) fn layout(intents: &[Intent], question: &str) -> Layout {
    let lower = question.to_lowercase();
    let words: BTreeSet<&str> = lower.split(|c: char| !c.is_alphabetic()).collect();
    let named = |s: &&SectionDef| s.words.iter().any(|w| words.contains(w.as_str()));
    let named: Vec<&SectionDef> = PLANS.section.iter().filter(named).collect();
    let asked: Vec<&PlanDef> = intents.iter().filter_map(|i| PLANS.plan.iter().find(|p| p.intent == *i)).collect();
    let plans = if asked.is_empty() && named.is_empty() { PLANS.plan.iter().take(1).collect() } else { asked };
    let mut nouns: Vec<&str> = plans.iter().map(|p| p.noun.as_str()).collect();
    if nouns.is_empty() {
        nouns.extend(named.iter().map(|s| s.title.as_str()));
    }
    // What the patient's own facts call for comes whatever is asked.
    let wanted = |key: &str| {
        key == select::SAFETY
            || key == DIFFERS
            || named.iter().any(|s| s.key == key)
            || plans.iter().any(|p| p.sections.iter().any(|s| s == key))
    };
    Layout {
        noun: crate::words::join(&nouns).to_lowercase(),
        sections: PLANS.section.iter().filter(|s| wanted(&s.key)).map(|s| (s.key.clone(), s.title.clone())).collect(),
        named: named.iter().map(|s| s.key.clone()).collect(),
        bottom_line: match plans.is_empty() {
            true => vec![vec![Role::Define, Role::Warn, Role::Recommend, Role::Test, Role::Outcome]],
            false => plans.iter().map(|p| p.bottom_line.clone()).collect(),
        },
    }
}

/// Every section there is, in order: where a focused question's statements may stand.
pub(crate) fn all_sections() -> Vec<(String, String)> {
    PLANS.section.iter().map(|s| (s.key.clone(), s.title.clone())).collect()
}

/// Plans the answer. Pure; cost grows with the statements of the digests on the topic and the passages found.
pub fn plan<'a>(asked: &'a Asked, shelf: &'a Shelf) -> Plan<'a> {
    let mut layout = layout(&asked.case.intents, &asked.question);
    let mut selection = select::select(asked, shelf, &layout);
    let withheld = fallen(shelf, &mut selection);
    if selection.focused {
        layout.sections = all_sections();
    }
    let Quoted { studies, beside } = literature::select(asked, shelf, !selection.chosen.is_empty());
    let nearly = merge::echoes(&mut selection.chosen, std::mem::take(&mut selection.echoes));
    let missing = missing(&selection.chosen);
    let (assumed, unheld) = (selection.assumed, selection.unheld);
    Plan {
        asked,
        shelf,
        layout,
        assumed,
        unheld,
        chosen: selection.chosen,
        nearly,
        ruled_out: selection.ruled_out,
        withheld,
        studies,
        beside,
        missing,
    }
}

/// Takes out the statements whose every work is retracted.
fn fallen<'a>(shelf: &Shelf, selection: &mut Selection<'a>) -> Vec<Chosen<'a>> {
    let retracted = |s: &Chosen<'_>| {
        let fell = |reference: &str| {
            shelf.work(&s.found.source.id, reference).is_some_and(|w| w.standing == Standing::Retracted)
        };
        !s.marks.cites.is_empty() && s.marks.cites.iter().all(|c| fell(&c.reference))
    };
    selection.ruled_out.retain(|r| !retracted(&r.statement));
    selection.echoes.retain(|s| !retracted(s));
    selection.chosen.extract_if(.., |s| retracted(s)).collect()
}

/// Missing facts by how many chosen statements hang on each; ties by strength, then by name.
pub(crate) fn missing(chosen: &[Chosen<'_>]) -> Vec<Missing> {
    let mut by_fact: BTreeMap<(String, String), (usize, usize, String)> = BTreeMap::new();
    for statement in chosen {
        for asked in &statement.unknown {
            let entry = by_fact
                .entry((asked.attribute.clone(), asked.value.clone()))
                .or_insert_with(|| (0, 0, statement.topic().to_owned()));
            entry.0 += 1;
            entry.1 += usize::from(statement.marks.strength == Some(evidence::Strength::Strong));
        }
    }
    let mut facts: Vec<_> = by_fact.into_iter().collect();
    facts.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(b.1.1.cmp(&a.1.1)).then_with(|| a.0.cmp(&b.0)));
    facts
        .into_iter()
        .map(|((attribute, value), (statements, _, topic))| Missing {
            attribute,
            value,
            why: format!("decides what applies under \u{201c}{topic}\u{201d}"),
            statements,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_intent_has_a_plan_whose_sections_exist() {
        for intent in Intent::ALL {
            assert!(PLANS.plan.iter().any(|p| p.intent == *intent), "{intent:?}");
        }
        for key in PLANS.plan.iter().flat_map(|p| &p.sections) {
            assert!(PLANS.section.iter().any(|s| s.key == *key), "{key}");
        }
        for section in evidence::Section::ALL {
            assert!(PLANS.section.iter().any(|s| s.key == section.word()), "{section:?}");
        }
    }
}
