//! Sentences of literature that answer: verbatim, able to stand alone, about the disease that was asked about.

use crate::article::StudiedIn;
use crate::plan::{Asked, Found, Shelf};
use clinical::{Assertion, Attribute, Concept, ConceptKind, Condition};
use evidence::{Part, Passage, Span};
use retrieval::{Analyzer, Scored};

/// A sentence of a study that answers.
#[derive(Debug, Clone)]
pub struct StudySentence<'a> {
    /// Its source.
    pub found: &'a Found,
    /// Its passage.
    pub passage: &'a Passage,
    /// Where it stands.
    pub span: Span,
    /// How well it matches, its title counted.
    pub scored: Scored,
    /// Whom it speaks of, against the patient of the question.
    pub population: Vec<StudiedIn>,
}

/// Share of the question's weight that a passage with its title must hold.
const PASSAGE_COVERAGE: f64 = 0.62;
/// Share that the sentence with its title must hold.
const SENTENCE_COVERAGE: f64 = 0.55;
/// The heaviest words of the question, up to this share of its weight, must all stand in the sentence or its title:
/// a study of another drug or another operation is no answer, however many other words it shares.
const MUST_STAND: f64 = 0.45;
/// Beside a digest's answer, literature must match more closely to be shown.
const BESIDE_A_DIGEST: f64 = 0.8;
const SOURCES: usize = 5;
const SENTENCES_A_SOURCE: usize = 2;

/// Selects sentences from the literature found, best first, at most two a source and five sources.
pub(crate) fn select<'a>(asked: &Asked, shelf: &'a Shelf, answered: bool) -> Vec<StudySentence<'a>> {
    let mut analyzer = Analyzer::default();
    let diseases: Vec<&str> = asked
        .case
        .of(Attribute::Diagnosis)
        .filter(|f| f.assertion != Assertion::Absent)
        .filter_map(|f| f.value.text())
        .collect();
    let drugs = drugs_in(&asked.question);
    let must_stand = shelf.bm25.heaviest(MUST_STAND);
    let needed = if answered { BESIDE_A_DIGEST } else { PASSAGE_COVERAGE };
    let mut sentences = Vec::new();
    for found in shelf.found.iter().filter(|f| f.source.digest.is_none() && reports_results(&f.source)) {
        let title = found.source.title.as_str();
        let in_title = analyzer.stems(title);
        for (index, scored) in &found.hits {
            let Some(passage) = found.source.passages.get(*index as usize) else { continue };
            if scored.coverage < needed || !matches!(passage.part, Part::Abstract | Part::Body) || is_preamble(passage)
            {
                continue;
            }
            if !speaks_of(&diseases, title, found.source.slice(passage.span)) {
                continue;
            }
            for statement in &passage.statements {
                let text = found.source.slice(statement.span);
                if !stands_alone(text) || !is_about(&drugs, text) {
                    continue;
                }
                let in_text = analyzer.stems(text);
                if !must_stand.iter().all(|w| in_title.iter().chain(&in_text).any(|t| t == w)) {
                    continue;
                }
                let scored = shelf.bm25.score(&mut analyzer, &[title, text]);
                if scored.coverage >= SENTENCE_COVERAGE {
                    let bonus = if reports_a_finding(text) { 1.25 } else { 1.0 };
                    let scored = Scored { score: scored.score * bonus, ..scored };
                    sentences.push(StudySentence {
                        found,
                        passage,
                        span: statement.span,
                        scored,
                        population: Vec::new(),
                    });
                }
            }
        }
    }
    sentences.sort_by(|a, b| {
        b.scored
            .score
            .total_cmp(&a.scored.score)
            .then_with(|| a.found.source.id.cmp(&b.found.source.id))
            .then(a.span.cmp(&b.span))
    });
    let mut kept = few_of_each(sentences);
    for sentence in &mut kept {
        sentence.population =
            studied_in(asked, &sentence.found.source.title, sentence.found.source.slice(sentence.span));
    }
    kept
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

fn few_of_each(sentences: Vec<StudySentence<'_>>) -> Vec<StudySentence<'_>> {
    let mut kept: Vec<StudySentence<'_>> = Vec::new();
    for sentence in sentences {
        let same = kept.iter().filter(|k| k.found.source.id == sentence.found.source.id).count();
        let mut ids: Vec<_> = kept.iter().map(|k| &k.found.source.id).collect();
        ids.dedup();
        ids.sort_unstable();
        ids.dedup();
        let twice = kept
            .iter()
            .any(|k| k.found.source.slice(k.span).trim() == sentence.found.source.slice(sentence.span).trim());
        if !twice && same < SENTENCES_A_SOURCE && (same > 0 || ids.len() < SOURCES) {
            kept.push(sentence);
        }
    }
    kept
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

/// Whether a sentence may answer a question about these drugs: it names one of them. A trial of three drugs has
/// sentences about each, and one that names none may be about anything.
fn is_about(drugs: &[&Concept], text: &str) -> bool {
    let named = drugs_in(text);
    drugs.is_empty() || named.iter().any(|n| drugs.iter().any(|d| n.is_a(d) || d.is_a(n)))
}

/// A protocol announces; it has no results to quote.
fn reports_results(source: &evidence::Source) -> bool {
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

/// Whether the text speaks of one of the diseases, a narrower or a broader one; true when none was read.
fn speaks_of(diseases: &[&str], title: &str, text: &str) -> bool {
    diseases.is_empty()
        || [title, text]
            .into_iter()
            .flat_map(clinical::mentions)
            .any(|m| diseases.iter().any(|d| clinical::is_a(m.concept.name, d) || clinical::is_a(d, m.concept.name)))
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

/// Whether a sentence reports a result rather than a method or a background.
fn reports_a_finding(text: &str) -> bool {
    let lower = text.to_lowercase();
    const SIGNS: &[&str] = &[
        "significant",
        "p =",
        "p=",
        "p <",
        "p<",
        " ci ",
        "confidence interval",
        "hazard ratio",
        "odds ratio",
        "relative risk",
        "reduced",
        "increased",
        "decreased",
        "improved",
        "higher",
        "lower",
        "no difference",
        "did not",
        "superior",
        "noninferior",
        "non-inferior",
        "effective",
        "associated with",
        "resulted in",
        "compared with",
        "compared to",
        "versus",
        "than",
    ];
    SIGNS.iter().any(|s| lower.contains(s))
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
