//! Sentences of literature that answer: verbatim, able to stand alone, about the disease and the drugs that were asked about.
//!
//! Owns what may be quoted of the passages read. How likely they answer is `retrieval::ranker`'s word, handed in.

use crate::article::StudiedIn;
use crate::effect::Outcome;
use crate::frame;
use crate::merge;
use crate::plan::{Asked, Found, Likely, Shelf};
use clinical::{Assertion, Attribute, Concept, ConceptKind, Condition};
use evidence::{Kind, Part, Passage, Source, Span};
use retrieval::{Analyzer, Prior};
use std::collections::BTreeSet;

/// A sentence of a study that answers.
#[derive(Debug, Clone)]
pub struct StudySentence<'a> {
    /// Its source.
    pub found: &'a Found,
    /// Its passage.
    pub passage: &'a Passage,
    /// Where it stands.
    pub span: Span,
    /// What it says: the sentence, without words that only tell that its authors say it.
    pub text: String,
    /// How likely its source answers, as log-odds of its likeliest passage.
    pub odds: f64,
    /// Whom it speaks of, against the patient of the question.
    pub population: Vec<StudiedIn>,
    /// Sentences of other sources that say the same.
    pub also: Vec<StudySentence<'a>>,
}

/// A source is quoted only when its likeliest passage answers as likely as this, as log-odds; set on questions whose article was
/// taken away (decision 22).
const ODDS: f64 = -0.75;
/// The same for a source of which only the abstract is held: the trees saw none such, and rate them lower. Set on abstracts that were
/// there and on others that were not (run 2026-11-27-ask).
const ODDS_OF_ABSTRACT: f64 = -2.5;
/// Beside a digest's answer, literature must be likelier to be shown.
const BESIDE_A_DIGEST: f64 = 1.0;
/// The order of studies is that of their odds with the priors of their sources: their factors, 5 % at most, on this scale.
const PRIORS: f64 = 20.0;
/// Where the best sentence of a source cannot be quoted, another is that is this near by score.
const NEAR: f64 = 3.0;
/// A second sentence of a source is as near as this to the first, and shares no more of its words with it.
const SECOND: f64 = 1.5;
const SAME: f64 = 0.6;
const SOURCES: usize = 5;
const SENTENCES_A_SOURCE: usize = 2;

/// What is quoted of the literature read.
pub(crate) struct Quoted<'a> {
    /// Sentences that answer, best first, at most two a source and five sources.
    pub(crate) studies: Vec<StudySentence<'a>>,
    /// Results of other sources read, on the outcome and the treatment that were asked about: no answer by themselves, and what an
    /// answer must not hide when they went another way.
    pub(crate) beside: Vec<StudySentence<'a>>,
}

/// Selects sentences from the literature read.
pub(crate) fn select<'a>(asked: &Asked, shelf: &'a Shelf, answered: bool) -> Quoted<'a> {
    let diseases: Vec<&str> = asked
        .case
        .of(Attribute::Diagnosis)
        .filter(|f| f.assertion != Assertion::Absent)
        .filter_map(|f| f.value.text())
        .collect();
    let mut analyzer = Analyzer::default();
    let drugs = drugs_in(&asked.question);
    let outcome = Outcome::of(&asked.question, &mut analyzer);
    let newest = shelf.newest.map(|d| d.year());
    let mut answers: Vec<(f64, Vec<StudySentence<'a>>)> = Vec::new();
    let mut beside: Vec<StudySentence<'a>> = Vec::new();
    for found in shelf.found.iter().filter(|f| f.source.digest.is_none() && reports_results(&f.source)) {
        let source = &found.source;
        let read: Vec<&Likely> = shelf.likely.iter().filter(|l| l.source == source.id).collect();
        let odds = read.iter().map(|l| l.odds).fold(f64::NEG_INFINITY, f64::max);
        let whole = source.passages.iter().any(|p| p.part == Part::Body);
        let needed = match (answered, whole) {
            (true, _) => BESIDE_A_DIGEST,
            (false, true) => ODDS,
            (false, false) => ODDS_OF_ABSTRACT,
        };
        let other = odds < needed;
        // Another source is looked at only for the result that was asked for: of this treatment, on this outcome.
        let weighty = matches!(source.kind, Kind::MetaAnalysis | Kind::SystematicReview | Kind::RandomizedTrial);
        if other
            && (!weighty
                || outcome.is_none()
                || !drugs_in(&source.title).iter().any(|t| drugs.iter().any(|d| t.is_a(d))))
        {
            continue;
        }
        let mut quotes = |passage: &Passage, text: &str| {
            stands_alone(text)
                && !tells_of_others(source.kind, text)
                && is_about(&drugs, &source.title, text)
                && speaks_of(&diseases, source, passage)
                && outcome.as_ref().is_none_or(|o| o.is_in(&passage.heading, text, &mut analyzer))
        };
        let prior = Prior::of(source.kind, source.year(), found.standing, newest).factor().ln();
        let said = match other {
            true => results_in_front(source, &mut quotes),
            false => best_sentences(source, &read, &mut quotes),
        };
        let said = said.into_iter().map(|(passage, span, text)| StudySentence {
            population: studied_in(asked, &source.title, &text),
            found,
            passage,
            span,
            text,
            odds,
            also: Vec::new(),
        });
        match other {
            true => beside.extend(said),
            false => answers.push((odds + PRIORS * prior, said.collect())),
        }
    }
    answers.retain(|(_, said)| !said.is_empty());
    answers.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x[0].found.source.id.cmp(&y[0].found.source.id)));
    let studies = merge::studies(answers.into_iter().take(SOURCES).flat_map(|(_, said)| said).collect());
    // Within a source the last first: a conclusion says a result shorter than the table of results before it.
    beside.sort_by(|a, b| a.found.source.id.cmp(&b.found.source.id).then(b.span.cmp(&a.span)));
    Quoted { studies, beside }
}

/// The best sentences of a source that may be quoted, with their passages; the second says something else than the first.
fn best_sentences<'a>(
    source: &'a Source,
    read: &[&Likely],
    mut quotes: impl FnMut(&Passage, &str) -> bool,
) -> Vec<(&'a Passage, Span, String)> {
    let mut scored: Vec<(f64, Span, &Passage)> = Vec::new();
    for likely in read {
        let Some(passage) = source.passages.get(likely.passage as usize) else { continue };
        let statements = likely.sentences.iter().zip(&passage.statements);
        scored.extend(statements.map(|(score, s)| (*score, s.span, passage)));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let best = scored.first().map_or(0.0, |s| s.0);
    let mut analyzer = Analyzer::default();
    let mut kept: Vec<(&Passage, Span, String)> = Vec::new();
    let mut first: Option<(f64, BTreeSet<String>)> = None;
    for (score, span, passage) in scored.into_iter().take_while(|s| best - s.0 <= NEAR) {
        let quotable = matches!(passage.part, Part::Abstract | Part::Body) && !is_preamble(passage);
        let text = frame::without(source.slice(span));
        if !quotable || !quotes(passage, &text) {
            continue;
        }
        let words: BTreeSet<String> = analyzer.stems(&text).into_iter().collect();
        let says_more = first.as_ref().is_none_or(|(of, said)| of - score <= SECOND && shared(said, &words) <= SAME);
        if says_more {
            first.get_or_insert((score, words));
            kept.push((passage, span, text));
        }
        if kept.len() == SENTENCES_A_SOURCE {
            break;
        }
    }
    kept
}

/// The sentences of a source's abstract that may be quoted.
fn results_in_front(source: &Source, mut quotes: impl FnMut(&Passage, &str) -> bool) -> Vec<(&Passage, Span, String)> {
    let mut found = Vec::new();
    for passage in source.passages.iter().filter(|p| p.part == Part::Abstract && !is_preamble(p)) {
        for statement in &passage.statements {
            let text = frame::without(source.slice(statement.span));
            if quotes(passage, &text) {
                found.push((passage, statement.span, text));
            }
        }
    }
    found
}

/// Whom a sentence and its title speak of, against the patient; what the title says the sentence does not say again.
fn studied_in(asked: &Asked, title: &str, text: &str) -> Vec<StudiedIn> {
    let mut conditions: Vec<Condition> = Vec::new();
    for population in [text, title].into_iter().flat_map(clinical::population) {
        if !conditions.contains(&population.condition) {
            conditions.push(population.condition);
        }
    }
    conditions.into_iter().map(|c| StudiedIn { words: c.describe(), fits: c.evaluate(&asked.case) }).collect()
}

/// Share of the words of the shorter of two sentences that stand in the other.
fn shared(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    a.intersection(b).count() as f64 / a.len().min(b.len()).max(1) as f64
}

/// The drugs and regimens a text names.
fn drugs_in(text: &str) -> Vec<&'static Concept> {
    let single = |c: &Concept| matches!(c.kind, ConceptKind::Drug | ConceptKind::Regimen);
    let mut named: Vec<&'static Concept> = clinical::mentions(text).into_iter().map(|m| m.concept).collect();
    named.retain(|c| single(c) || c.kind == ConceptKind::DrugClass);
    // Beside a drug, a class is most often an outcome ("opioid consumption").
    if named.iter().any(|c| single(c)) {
        named.retain(|c| single(c));
    }
    named
}

/// Whether a sentence may answer a question about these drugs: it names one of them, or none at all under a title that
/// names no other. A trial of three drugs has sentences about each.
fn is_about(drugs: &[&Concept], title: &str, text: &str) -> bool {
    let asked = |n: &&'static Concept| drugs.iter().any(|d| n.is_a(d) || d.is_a(n));
    let (in_text, in_title) = (drugs_in(text), drugs_in(title));
    drugs.is_empty()
        || in_text.iter().any(asked)
        || in_text.is_empty() && !in_title.is_empty() && in_title.iter().all(asked)
}

/// Whether a sentence of a single study tells what reviews or other studies found: it is not that study's result.
fn tells_of_others(kind: Kind, text: &str) -> bool {
    const OTHERS: &[&str] = &[
        "meta-analys",
        "systematic review",
        "cochrane",
        "other trials",
        "several trials",
        "trials showed",
        "trials have",
    ];
    let lower = text.to_lowercase();
    let review = matches!(kind, Kind::MetaAnalysis | Kind::SystematicReview | Kind::NarrativeReview | Kind::Guideline);
    !review && OTHERS.iter().any(|w| lower.contains(w))
}

/// A protocol announces; it has no results to quote.
fn reports_results(source: &Source) -> bool {
    let basis = source.kind_basis.words.to_lowercase();
    !basis.contains("protocol") && !source.title.to_lowercase().contains("protocol")
}

/// Whether a passage tells what others found or what was planned, by its headings.
fn is_preamble(passage: &Passage) -> bool {
    const PREAMBLE: &[&str] = &[
        "introduction",
        "background",
        "method",
        "material",
        "statistic",
        "objective",
        "aim",
        "purpose",
        "design",
        "setting",
        "participant",
        "patients",
        "eligib",
        "criteria",
        "protocol",
        "intervention",
        "limitation",
        "rationale",
        "context",
        "importance",
        "ethic",
        "fund",
        "registration",
        "sample",
    ];
    passage.heading.iter().any(|h| {
        let lower = h.to_lowercase();
        PREAMBLE.iter().any(|p| lower.contains(p))
    })
}

/// Whether a passage, its title or its abstract speaks of one of the diseases, a narrower or a broader one; true when none was
/// read.
fn speaks_of(diseases: &[&str], source: &Source, passage: &Passage) -> bool {
    let front = source.passages.iter().filter(|p| p.part == Part::Abstract);
    let texts = front.chain([passage]).map(|p| source.slice(p.span));
    let named = |text: &str| {
        let is = |m: clinical::Mention, d: &str| clinical::is_a(m.concept.name, d) || clinical::is_a(d, m.concept.name);
        clinical::mentions(text).into_iter().any(|m| diseases.iter().any(|d| is(m, d)))
    };
    diseases.is_empty() || std::iter::once(source.title.as_str()).chain(texts).any(named)
}

/// Whether a sentence can be read without what stands around it: it is whole, of a readable length, and does
/// not point at something outside itself.
fn stands_alone(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let whole =
        text.ends_with(['.', '!', '?', ')']) && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    if !(8..=60).contains(&words) || !whole {
        return false;
    }
    let lower = text.to_lowercase();
    const OPENERS: &[&str] = &[
        "this ",
        "these ",
        "that ",
        "those ",
        "it ",
        "its ",
        "they ",
        "their ",
        "he ",
        "she ",
        "such ",
        "both ",
        "however",
        "therefore",
        "thus",
        "furthermore",
        "moreover",
        "additionally",
        "in addition",
        "also",
        "similarly",
        "in contrast",
        "conversely",
        "hence",
        "consequently",
        "although this",
        "here",
        "as shown",
        "as mentioned",
        "as described",
        "another",
        "other ",
        "the latter",
        "the former",
        "of these",
        "of those",
        "among them",
        "among these",
        "for this",
        "for these",
        "in this",
        "in these",
        "to this",
        "at this",
        "but ",
        "and ",
        "yet ",
    ];
    const POINTERS: &[&str] = &[
        " we ",
        " our ",
        " us ",
        "table ",
        "figure ",
        "fig. ",
        "fig ",
        "this study",
        "this trial",
        "these results",
        "these findings",
        "these data",
        "present study",
        "current study",
        "previous stud",
        "see ",
        "above",
        "below)",
        "supplementary",
        "appendix",
        "aim of",
        "aimed to",
        "objective",
        "hypothes",
        "previously demonstrated",
        "previously shown",
        "previously reported",
        "been shown",
        "been demonstrated",
        "been reported",
        " et al",
        " studies",
        "many drugs",
        "not been elucidated",
        "recent stud",
        "earlier stud",
        "meta-analysis study",
        "reported by",
        "to determine",
        "to investigate",
        "to evaluate",
        "to assess",
        "to compare",
        "will be",
        "were randomi",
        "was randomi",
    ];
    !OPENERS.iter().any(|o| lower.starts_with(o))
        && !POINTERS.iter().any(|p| lower.contains(p))
        && !lower.starts_with("we ")
        && !lower.starts_with("our ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_that_lean_on_their_surroundings_do_not_stand_alone() {
        for leaning in [
            "This study shows that metformin lowers fasting glucose in adults with diabetes.",
            "It was significantly lower in the group that was given metformin for weeks.",
            "As shown in Table 2, glucose was lower in the metformin group at week 12.",
            "We found that metformin lowered fasting glucose by 1.2 mmol/L at week twelve.",
            "Methods",
        ] {
            assert!(!stands_alone(leaning), "{leaning}");
        }
        assert!(stands_alone("Fasting glucose was lower with metformin than with placebo at week 12 (P = .03)."));
    }
}
