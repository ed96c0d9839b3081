//! What the tables hold of a body beside its text, and the key that makes two questions one article.

use crate::LibraryError;
use crate::works::strong;
use answering::{Article, Asked, Body, Verified};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A body, ready to be written.
pub(crate) struct Outline {
    pub(crate) hash: String,
    pub(crate) json: String,
    pub(crate) body: Body,
}

impl Outline {
    /// Of a verified article: nothing else becomes a version.
    pub(crate) fn of(article: &Article<Verified>) -> Result<Self, LibraryError> {
        let (hash, body) = (article.hash(), article.body().clone());
        let json =
            serde_json::to_string(&body).map_err(|_| LibraryError::Damaged { what: format!("article {hash}") })?;
        Ok(Self { hash, json, body })
    }

    /// The reader whose wording it is.
    pub(crate) fn reader(&self) -> &'static str {
        self.body.reader.word()
    }

    /// Writes the body and what it quotes and refers to, unless it is there.
    pub(crate) fn write(&self, c: &Connection) -> rusqlite::Result<()> {
        let [title, reader, outcome, snapshot, composer, version, model, prompt] = columns(&self.body);
        let new = c
            .prepare_cached(
                "INSERT OR IGNORE INTO body (hash, title, reader, outcome, snapshot, composer, curbside, model, prompt, json)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                self.hash, title, reader, outcome, snapshot, composer, version, model, prompt, self.json
            ])?;
        if new == 0 {
            return Ok(());
        }
        let quoted: BTreeSet<(&str, &str)> = self
            .body
            .lines()
            .flat_map(|l| &l.citations)
            .map(|q| (q.source.as_str(), q.source_bytes.as_str()))
            .collect();
        let mut quotes = c.prepare_cached("INSERT INTO quotes (source, bytes, hash) VALUES (?1, ?2, ?3)")?;
        for (source, bytes) in quoted {
            quotes.execute(params![source, bytes, self.hash])?;
        }
        let works: BTreeSet<_> = self.body.references.iter().flat_map(|r| strong(&r.ids)).collect();
        let mut refers = c.prepare_cached("INSERT INTO refers (scheme, value, hash) VALUES (?1, ?2, ?3)")?;
        for (scheme, value) in works {
            refers.execute(params![scheme, value, self.hash])?;
        }
        Ok(())
    }

    /// The key: SHA-256 over the question without case and blanks, the facts read from it wherever they stood, and, of a
    /// follow-up, what was typed and the key of the article followed. Reader and library are no part of it.
    pub(crate) fn key(&self, c: &Connection) -> rusqlite::Result<String> {
        let mut parts = parts_of(&self.body.question, &self.body.case.facts);
        if let Some(follows) = &self.body.follows {
            let before: Option<String> = c
                .prepare_cached(
                    "SELECT a.key FROM version v JOIN article a ON a.id = v.article
                     WHERE v.hash = ?1 AND a.key IS NOT NULL ORDER BY a.id LIMIT 1",
                )?
                .query_row([&follows.article], |r| r.get(0))
                .optional()?;
            parts.push(format!("follows {}", before.as_ref().unwrap_or(&follows.article)));
            parts.push(plain(&follows.asked));
        }
        Ok(sha256_of_parts(&parts))
    }
}

/// The key of an article on a question that follows nothing.
pub(super) fn key_of(asked: &Asked) -> String {
    sha256_of_parts(&parts_of(&asked.question, &asked.case.facts))
}

/// Of the key what a question and the facts read from it give.
fn parts_of(question: &str, facts: &[impl Serialize]) -> Vec<String> {
    let facts: BTreeSet<String> = facts
        .iter()
        .map(|fact| {
            let mut value = serde_json::to_value(fact).unwrap_or_default();
            if let Some(fields) = value.as_object_mut() {
                fields.remove("span");
            }
            sorted(&value)
        })
        .collect();
    std::iter::once(plain(question)).chain(facts).collect()
}

/// What the table of bodies holds beside the text: title, reader, outcome, snapshot, composer, version of Curbside, model,
/// prompt.
pub(crate) fn columns(body: &Body) -> [Option<String>; 8] {
    let outcome = serde_json::to_value(body.outcome).ok().and_then(|v| v.as_str().map(str::to_owned));
    let made = &body.provenance;
    [
        Some(body.title.clone()),
        Some(body.reader.word().to_owned()),
        outcome,
        Some(made.snapshot.clone()),
        Some(made.composer.clone()),
        Some(made.version.clone()),
        made.model.as_ref().map(|m| m.name.clone()),
        made.model.as_ref().map(|m| m.prompt.clone()),
    ]
}

/// Whether two articles say the same and rest on the same: what they claim, what they quote for it, and how the works
/// they refer to stand. How and when they were made, and what they say about the library's limits, does not count.
pub fn same_statements(one: &Body, other: &Body) -> bool {
    one.reader == other.reader
        && one.outcome == other.outcome
        && one.reply == other.reply
        && one.bottom_line == other.bottom_line
        && one.lacking == other.lacking
        && one.sections == other.sections
        && one.not_applying == other.not_applying
        && one.references == other.references
}

/// Words of a title for an address, and as many digits of the key as tell it from others.
pub(super) fn slug(title: &str, key: &str, asker: Option<i64>, attempt: u32) -> String {
    // A title that is the question itself would stand in an address and outlive what is erased.
    let words = if title.starts_with("On the question: ") { "question" } else { title };
    let mut out = String::new();
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        if out.len() + word.len() > 60 {
            break;
        }
        out.push_str(&word.to_ascii_lowercase());
        out.push('-');
    }
    if out.is_empty() {
        out.push_str("article-");
    }
    let digits =
        sha256_of_parts(&[key.to_owned(), asker.map_or(String::new(), |a| a.to_string()), attempt.to_string()]);
    out + &digits[..8]
}

fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches(['?', '.', '!', ' ']).to_lowercase()
}

/// JSON with its fields in order, however the map that holds them is built.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<String> = fields.iter().map(|(k, v)| format!("{k:?}:{}", sorted(v))).collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Each part with its length in front, so that nothing can move from one to the next.
fn sha256_of_parts(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_says_the_topic_and_never_a_question() {
        let key = sha256_of_parts(&["q".to_owned()]);
        let slug = |title: &str| slug(title, &key, None, 0);
        let named = slug("Evaluation of hypomagnesemia, stage II");
        assert!(named.starts_with("evaluation-of-hypomagnesemia-stage-ii-") && named.len() < 60, "{named}");
        let asked = slug("On the question: my boss has a rash");
        assert!(asked.starts_with("question-") && !asked.contains("boss"), "{asked}");
        assert!(slug("Über α").starts_with("ber-"));
        assert!(slug(&"word ".repeat(100)).len() <= 70);
        // Neither a hash nor the beginning of one.
        assert!(slug("Dead beef").bytes().any(|b| !b.is_ascii_hexdigit()));
    }

    #[test]
    fn the_same_words_and_facts_have_the_same_form() {
        assert_eq!(plain(" How is  hypomagnesemia\nevaluated? "), plain("how is hypomagnesemia evaluated"));
        let one: Value = serde_json::from_str(r#"{"a":1,"b":[{"d":2,"c":null}]}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"b":[{"c":null,"d":2}],"a":1}"#).unwrap();
        assert_eq!(sorted(&one), sorted(&other));
        assert_ne!(
            sha256_of_parts(&["ab".to_owned(), "c".to_owned()]),
            sha256_of_parts(&["a".to_owned(), "bc".to_owned()])
        );
    }
}
