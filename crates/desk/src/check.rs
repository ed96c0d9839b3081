//! Checking what was written elsewhere: a claim against a file or a source, or each sentence of a text against the sources
//! it cites, or else against what the library finds for it.
//!
//! Owns where the evidence for a claim is looked for. What it does for the claim is decided by `answering::verify`.

use crate::{Desk, DeskError, SearchOptions};
use answering::verify::{Checker, Context, Evidence};
use answering::{Finding, Verdict};
use evidence::{Part, Passage, Source, Span, Standing};
use serde::Serialize;
use std::collections::BTreeSet;

/// Passages of the library looked at for a sentence that cites nothing.
const PASSAGES: usize = 6;
/// Sentences of a source that a claim is checked against: those that share most of its words.
const SENTENCES: usize = 12;

/// The sentence that decided about a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rested {
    /// Its source, or the name of the file.
    pub source: String,
    /// Byte range in the source's text.
    pub span: Span,
    /// The sentence.
    pub text: String,
    /// Whether the source is a digest: then the primary text was not looked at.
    pub summarised: bool,
}

/// A claim, checked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// The claim.
    pub claim: String,
    /// What it cites and what of that leads nowhere or to what may not be cited.
    pub unresolved: Vec<String>,
    /// What was found, against the sentence that does most for it.
    #[serde(flatten)]
    pub finding: Finding,
    /// That sentence; none where nothing was found.
    pub evidence: Option<Rested>,
}

impl Desk {
    /// Checks a claim against a source, a statement (`ID#STATEMENT`) or a byte range (`ID@START-END`) of it.
    pub fn check_claim(&self, claim: &str, name: &str) -> Result<Checked, DeskError> {
        let claim = claim_text(claim)?;
        let shown = self.show(name)?;
        if shown.standing == Standing::Retracted {
            return Err(DeskError::Retracted(name.to_owned()));
        }
        let mut checker = Checker::default();
        let best = best(&mut checker, &claim, &[(&shown.source, shown.highlight)]);
        Ok(finish(claim, best, Vec::new()))
    }

    /// Checks each sentence of a Markdown or plain text. A sentence that cites sources held here (`[PMC4389469]`,
    /// `[digest:ID#STATEMENT]`) is checked against those alone; any other against what the library finds for it.
    pub fn check_text(&mut self, text: &str) -> Result<Vec<Checked>, DeskError> {
        let mut checker = Checker::default();
        let mut found = Vec::new();
        for sentence in sentences(text) {
            let (claim, cited) = citations(&sentence);
            if claim.split_whitespace().count() < 3 {
                continue;
            }
            let mut unresolved = Vec::new();
            let mut sources: Vec<(Source, Option<Span>)> = Vec::new();
            for name in &cited {
                match self.show(name) {
                    Ok(shown) if shown.standing == Standing::Retracted => {
                        unresolved.push(format!("{name} (retracted)"));
                    }
                    Ok(shown) => sources.push((shown.source, shown.highlight)),
                    Err(DeskError::NoSource(_) | DeskError::NoStatement { .. }) => unresolved.push(name.clone()),
                    Err(other) => return Err(other),
                }
            }
            if cited.is_empty() {
                sources = self.candidates(&claim)?;
            }
            let sources: Vec<(&Source, Option<Span>)> = sources.iter().map(|(s, at)| (s, *at)).collect();
            let best = best(&mut checker, &claim, &sources);
            found.push(finish(claim, best, unresolved));
        }
        Ok(found)
    }

    /// The passages that the library finds for a sentence.
    fn candidates(&mut self, claim: &str) -> Result<Vec<(Source, Option<Span>)>, DeskError> {
        let options = SearchOptions { limit: PASSAGES, ..SearchOptions::default() };
        let hits = self.search(claim, &options)?.hits;
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for hit in hits.into_iter().filter(|h| h.standing != Standing::Retracted) {
            if seen.insert(hit.source.clone()) {
                found.push((self.show(hit.source.as_str())?.source, None));
            }
        }
        Ok(found)
    }
}

/// Checks a claim against the text of a file: Markdown, plain text, a digest.
pub fn check_against_text(claim: &str, name: &str, text: &str) -> Result<Checked, DeskError> {
    let claim = claim_text(claim)?;
    if let (Some(source), _) = reading::digest::read(text, name) {
        let best = best(&mut Checker::default(), &claim, &[(&source, None)]);
        return Ok(finish(claim, best, Vec::new()));
    }
    let mut checker = Checker::default();
    let spans = reading::sentences::split(text);
    let title = spans.first().and_then(|s| s.of(text)).filter(|t| t.starts_with('#'));
    let headings: Vec<&str> = title.into_iter().collect();
    let context = Context::Source { headings: &headings, around: &[] };
    let candidates = spans.iter().filter_map(|s| Some((*s, s.of(text)?)));
    let mut best: Option<(Finding, Rested)> = None;
    for (span, sentence) in nearest(&claim, candidates.collect()) {
        let finding = checker.check(&claim, &Evidence { text: sentence, context });
        let rested = Rested { source: name.to_owned(), span, text: sentence.to_owned(), summarised: false };
        better(&mut best, finding, rested);
    }
    Ok(finish(claim, best, Vec::new()))
}

fn claim_text(claim: &str) -> Result<String, DeskError> {
    let claim = claim.trim();
    if claim.is_empty() { Err(DeskError::EmptyClaim) } else { Ok(claim.to_owned()) }
}

fn finish(claim: String, best: Option<(Finding, Rested)>, unresolved: Vec<String>) -> Checked {
    match best {
        Some((finding, rested)) => Checked { claim, unresolved, finding, evidence: Some(rested) },
        None => {
            let nothing = Evidence { text: "", context: Context::Alone };
            let finding = Checker::default().check(&claim, &nothing);
            Checked { claim, unresolved, finding, evidence: None }
        }
    }
}

/// The finding of the sentence that does most for the claim. What supports goes first; among the rest the sentence that
/// shares most words decides, so that one sentence on something else does not contradict.
fn best(checker: &mut Checker, claim: &str, sources: &[(&Source, Option<Span>)]) -> Option<(Finding, Rested)> {
    let mut best = None;
    for (source, only) in sources {
        let abstract_text: Vec<&str> =
            source.passages.iter().filter(|p| p.part == Part::Abstract).map(|p| source.slice(p.span)).collect();
        let statements = source.passages.iter().flat_map(|p| p.statements.iter().map(move |s| (p, s.span)));
        let wanted =
            statements.filter(|(_, s)| only.is_none_or(|o| *s == o || (o.start() <= s.start() && s.end() <= o.end())));
        let sentences: Vec<((&Passage, Span), &str)> = wanted.map(|(p, s)| ((p, s), source.slice(s))).collect();
        for ((passage, span), sentence) in nearest(claim, sentences) {
            let headings: Vec<&str> =
                std::iter::once(&source.title).chain(&passage.heading).map(String::as_str).collect();
            let context = Context::Source { headings: &headings, around: &abstract_text };
            let finding = checker.check(claim, &Evidence { text: sentence, context });
            let rested = Rested {
                source: source.id.to_string(),
                span,
                text: sentence.to_owned(),
                summarised: source.digest.is_some(),
            };
            better(&mut best, finding, rested);
        }
    }
    best
}

/// Keeps the first, unless a later one is supported or says a part where the first says nothing.
fn better(best: &mut Option<(Finding, Rested)>, finding: Finding, rested: Rested) {
    let gains = |held: &Finding| match finding.verdict {
        Verdict::Supported => held.verdict != Verdict::Supported,
        Verdict::Partly => held.verdict == Verdict::Unsupported,
        Verdict::Unsupported | Verdict::Contradicted => false,
    };
    if best.as_ref().is_none_or(|(held, _)| gains(held)) {
        *best = Some((finding, rested));
    }
}

/// The sentences that share most words with a claim, most first; of equals in the order of the text.
fn nearest<'t, P>(claim: &str, sentences: Vec<(P, &'t str)>) -> Vec<(P, &'t str)> {
    let mut analyzer = retrieval::Analyzer::default();
    let wanted: BTreeSet<String> = analyzer.stems(claim).into_iter().collect();
    let mut scored: Vec<(usize, (P, &str))> = sentences
        .into_iter()
        .map(|s| (analyzer.stems(s.1).into_iter().collect::<BTreeSet<_>>().intersection(&wanted).count(), s))
        .collect();
    scored.sort_by_key(|s| std::cmp::Reverse(s.0));
    scored.into_iter().filter(|s| s.0 > 0).take(SENTENCES).map(|s| s.1).collect()
}

/// The sentences of a Markdown text: front matter, headings, tables, code and links' targets are left out.
fn sentences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block = String::new();
    let mut fenced = false;
    let mut front = text.starts_with("---\n");
    let mut close = |block: &mut String| {
        let spans = reading::sentences::split(block);
        found.extend(spans.iter().filter_map(|s| s.of(block)).map(|s| s.trim().to_owned()));
        block.clear();
    };
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if front {
            front = at == 0 || line != "---";
            continue;
        }
        if line.starts_with("```") {
            fenced = !fenced;
        }
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).or_else(|| line.strip_prefix("> "));
        let numbered = line.split_once(". ").filter(|(n, _)| n.parse::<u16>().is_ok()).map(|(_, rest)| rest);
        if line.is_empty() || line.starts_with(['#', '|', '`']) || fenced {
            close(&mut block);
            continue;
        }
        if item.is_some() || numbered.is_some() {
            close(&mut block);
        }
        block.push_str(&item.or(numbered).unwrap_or(line).replace("**", ""));
        block.push(' ');
    }
    close(&mut block);
    found
}

/// A sentence without its citations, and the names it cites: what stands in square brackets and looks like the id of a source.
fn citations(sentence: &str) -> (String, Vec<String>) {
    let (mut claim, mut cited) = (String::new(), Vec::new());
    let mut rest = sentence;
    while let Some((before, behind)) = rest.split_once('[') {
        claim.push_str(before);
        let Some((inside, after)) = behind.split_once(']') else {
            rest = behind;
            break;
        };
        let names: Vec<&str> = inside.split([';', ',']).map(|n| n.trim().trim_start_matches('@')).collect();
        let id = |n: &&str| n.contains(':') && !n.contains(' ') || n.starts_with("PMC") && n.len() > 4;
        if names.iter().all(id) {
            cited.extend(names.iter().map(|n| (*n).to_owned()));
        } else if !inside.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '-' | '–')) {
            claim.push_str(inside);
        }
        rest = after;
    }
    claim.push_str(rest);
    (claim.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", "."), cited)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_come_apart_from_the_sentence() {
        let (claim, cited) = citations("Give magnesium [digest:mg#iv; PMC123] at once [3].");
        assert_eq!(claim, "Give magnesium at once.");
        assert_eq!(cited, ["digest:mg#iv", "PMC123"]);
    }

    #[test]
    fn a_text_is_cut_into_its_claims() {
        let text = "---\ntitle: x\n---\n# Heading\n\nOne claim here. Another\none there.\n\n- **Item:** it is so.\n| a | b |\n";
        assert_eq!(sentences(text), ["One claim here.", "Another one there.", "Item: it is so."]);
    }

    #[test]
    fn a_claim_is_held_against_the_sentence_that_does_most_for_it() {
        let text = "Give calcium 1 g. Give magnesium 2 g intravenously. Check potassium.";
        let checked = check_against_text("Give magnesium 2000 mg IV.", "a.txt", text).unwrap();
        assert_eq!(checked.finding.verdict, Verdict::Supported, "{checked:?}");
        assert!(check_against_text(" ", "a.txt", text).is_err());
    }
}
