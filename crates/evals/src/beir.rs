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

/// At most so many of them, evenly spread over the whole list.
pub(crate) fn spread(queries: Vec<Query>, limit: usize) -> Vec<Query> {
    let n = queries.len();
    if n <= limit {
        return queries;
    }
    let chosen: std::collections::HashSet<usize> = (0..limit).map(|i| i * n / limit).collect();
    queries.into_iter().enumerate().filter(|(i, _)| chosen.contains(i)).map(|(_, q)| q).collect()
}

/// Questions of 30 to 60 words, as people write them who tell more than they must: each question followed by the same in other
/// words (`others`, by id). Those that come out shorter or longer are left out.
pub(crate) fn longer(queries: Vec<Query>, others: &Path) -> anyhow::Result<Vec<Query>> {
    let others: HashMap<String, String> = self::queries(others)?.into_iter().map(|q| (q.id, q.text)).collect();
    let mut out = Vec::new();
    for Query { id, text } in queries {
        let Some(other) = others.get(&id) else { continue };
        let text = format!("{text} {other}");
        if (30..=60).contains(&text.split_whitespace().count()) {
            out.push(Query { id, text });
        }
    }
    anyhow::ensure!(!out.is_empty(), "no question of 30 to 60 words");
    Ok(out)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn some(n: usize) -> Vec<Query> {
        (0..n).map(|i| Query { id: i.to_string(), text: "a ".repeat(20) }).collect()
    }

    #[test]
    fn a_sample_reaches_the_end_of_the_list() {
        let ids = |limit| spread(some(10), limit).into_iter().map(|q| q.id).collect::<Vec<_>>();
        assert_eq!(ids(4), ["0", "2", "5", "7"]);
        assert_eq!(ids(9).last().map(String::as_str), Some("8"));
        assert_eq!(ids(10).len(), 10);
        assert!(ids(0).is_empty());
    }

    #[test]
    fn longer_questions_are_two_wordings_of_one() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            format!("{{\"_id\":\"1\",\"text\":\"{}\"}}\n{{\"_id\":\"2\",\"text\":\"b\"}}", "b ".repeat(15)),
        )
        .unwrap();
        let longer = longer(some(4), file.path()).unwrap();
        assert_eq!(longer.len(), 1); // the second has 21 words, the others no other wording
        assert_eq!((longer[0].id.as_str(), longer[0].text.split_whitespace().count()), ("1", 35));
    }
}
