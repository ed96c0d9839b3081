//! Queries and judgements in BEIR form.

use anyhow::Context;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(rename = "_id")]
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A document of a corpus.
#[derive(Deserialize)]
pub(crate) struct Document {
    pub(crate) title: String,
    pub(crate) text: String,
}

/// All documents of a `corpus.jsonl`.
pub(crate) fn corpus(path: &Path) -> anyhow::Result<Vec<Document>> {
    lines(path)
}

/// All queries of a `queries.jsonl`.
pub(crate) fn queries(path: &Path) -> anyhow::Result<Vec<Query>> {
    lines(path)
}

/// All lines of a file of JSON lines.
pub(crate) fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let file = BufReader::new(std::fs::File::open(path).with_context(|| path.display().to_string())?);
    file.lines()
        .enumerate()
        .filter(|(_, l)| !l.as_ref().is_ok_and(|l| l.trim().is_empty()))
        .map(|(i, line)| serde_json::from_str(&line?).with_context(|| format!("{}:{}", path.display(), i + 1)))
        .collect()
}

/// query id → document id → grade.
pub(crate) fn qrels(path: &Path) -> anyhow::Result<HashMap<String, HashMap<String, f64>>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut out: HashMap<String, HashMap<String, f64>> = HashMap::new();
    for (i, line) in text.lines().enumerate().skip(1) {
        let mut fields = line.split('\t');
        let (Some(query), Some(document), Some(grade)) = (fields.next(), fields.next(), fields.next()) else {
            anyhow::bail!("{}:{}: not query, document, grade", path.display(), i + 1);
        };
        let grade: f64 = grade.trim().parse().with_context(|| format!("{}:{}", path.display(), i + 1))?;
        out.entry(query.to_owned()).or_default().insert(document.to_owned(), grade);
    }
    Ok(out)
}
