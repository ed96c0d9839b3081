//! The evidence-inference material: articles as sentences, and which of them answer which question.
//!
//! Owns reading it, and finding its sentences again in the product's own reading. Nothing of a question but its wording
//! is read here, and its article.

use crate::beir::lines;
use desk::Desk;
use desk::evidence::{Part, Source};
use desk::retrieval::ranker::{Article, Paragraph};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::path::Path;

#[derive(Deserialize)]
struct RawArticle {
    pmcid: String,
    sentences: Vec<RawSentence>,
}

#[derive(Deserialize)]
struct RawSentence {
    start: usize,
    end: usize,
    text: String,
}

#[derive(Deserialize)]
struct RawEvidence {
    #[serde(rename = "_id")]
    id: String,
    pmcid: String,
    gold_sentences: Vec<usize>,
}

/// A question with the sentences of its article that answer.
pub(crate) struct Evidence {
    pub(crate) id: String,
    pub(crate) pmcid: String,
    pub(crate) gold: HashSet<usize>,
}

/// An article cut into sentences by others.
pub(crate) struct Text {
    pub(crate) sentences: Vec<String>,
    passages: Vec<Cut>,
}

struct Cut {
    heading: Vec<String>,
    part: Part,
    sentences: std::ops::Range<usize>,
}

/// Questions with their evidence.
pub(crate) fn evidence(path: &Path) -> anyhow::Result<Vec<Evidence>> {
    let raw: Vec<RawEvidence> = lines(path)?;
    Ok(raw
        .into_iter()
        .map(|e| Evidence { id: e.id, pmcid: e.pmcid, gold: e.gold_sentences.into_iter().collect() })
        .collect())
}

/// Articles by PMCID: `sentences.jsonl`, where a gap between two sentences ends a passage and no heading is known; with
/// a data folder, headings and passages are those of the product's own reading.
pub(crate) fn articles(path: &Path, data: Option<&Path>) -> anyhow::Result<HashMap<String, Text>> {
    let raw: Vec<RawArticle> = lines(path)?;
    let mut desk = data.map(Desk::open).transpose()?;
    let mut out = HashMap::new();
    for article in raw {
        let source = desk.as_mut().and_then(|d| d.show(&article.pmcid).ok()).map(|s| s.source);
        let passages = source.map_or_else(|| by_gaps(&article.sentences), |s| by_source(&article.sentences, &s));
        let sentences = article.sentences.into_iter().map(|s| s.text).collect();
        out.insert(article.pmcid, Text { sentences, passages });
    }
    Ok(out)
}

fn by_gaps(sentences: &[RawSentence]) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut last = 0;
    for (i, s) in sentences.iter().enumerate() {
        match cuts.last_mut().filter(|_| s.start <= last + 1) {
            Some(cut) => cut.sentences.end = i + 1,
            None => cuts.push(Cut { heading: Vec::new(), part: Part::Body, sentences: i..i + 1 }),
        }
        last = s.end;
    }
    cuts
}

fn by_source(sentences: &[RawSentence], source: &Source) -> Vec<Cut> {
    let passages: Vec<String> = source.passages.iter().map(|p| letters(source.slice(p.span))).collect();
    let mut cuts: Vec<Cut> = Vec::new();
    let mut at = None;
    for (i, s) in sentences.iter().enumerate() {
        let wanted = letters(&s.text);
        let from = at.unwrap_or(0);
        let holds = |p: &usize| wanted.len() >= 12 && passages[*p].contains(&wanted);
        let found = (from..passages.len()).find(holds).or_else(|| (0..from).find(holds)).or(at);
        match cuts.last_mut().filter(|_| found == at && i > 0) {
            Some(cut) => cut.sentences.end = i + 1,
            None => {
                let passage = found.map(|p| &source.passages[p]);
                cuts.push(Cut {
                    heading: passage.map(|p| p.heading.clone()).unwrap_or_default(),
                    part: passage.map_or(Part::Body, |p| p.part),
                    sentences: i..i + 1,
                });
            }
        }
        at = found;
    }
    cuts
}

/// Letters and digits alone, in lower case: what two readings of the same file agree on.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Text {
    /// As the ranker sees it. The first sentence is the title.
    pub(crate) fn article(&self) -> Article<'_> {
        let passages = self.passages.iter().map(|c| Paragraph {
            heading: &c.heading,
            part: c.part,
            sentences: self.sentences[c.sentences.clone()].iter().map(String::as_str).collect(),
        });
        Article { title: self.sentences.first().map_or("", String::as_str), passages: passages.collect() }
    }
}
