//! Front matter of prose: YAML between two `---` lines, taken leniently.
//!
//! Owns which keys are known. A value that is wrong is a problem and is left out; the document stays.

use super::values::{author, authors, date, is_english, plain};
use crate::cut::Glue;
use crate::document::Document;
use crate::problem::{Origin, Place, Problem};
use evidence::{Author, Kind, Part};
use serde_json::{Map, Value};
use serde_saphyr::{DefaultMessageFormatter, MessageFormatter};
use std::str::FromStr;

/// Front matter beyond this, in bytes, is none.
const LARGEST: usize = 256 << 10;

/// Reads the front matter; the text after it, and whether there was any.
pub(super) fn read<'a>(
    text: &'a str,
    origin: &Origin,
    document: &mut Document,
    problems: &mut Vec<Problem>,
) -> (&'a str, bool) {
    let Some((yaml, body)) = limits(text, origin, problems) else { return (text, false) };
    match serde_saphyr::from_str::<Map<String, Value>>(yaml) {
        Ok(map) => Front { origin, document, problems }.understand(map),
        Err(error) => {
            let place = error.location().map(|l| Place { line: l.line(), column: l.column() });
            let told = DefaultMessageFormatter.format_message(error.without_snippet()).into_owned();
            let message = format!("the front matter is not YAML that can be read, and was left out: {told}; mend it");
            problems.push(Problem { place, ..Problem::error(origin, "yaml", message) });
        }
    }
    (body, true)
}

/// The YAML, with its opening line so that lines count as in the file, and what follows it.
fn limits<'a>(text: &'a str, origin: &Origin, problems: &mut Vec<Problem>) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    let mut keys = 0;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        match n {
            0 if bare != "---" => return None,
            0 => {}
            _ if bare == "---" || bare == "..." => {
                // Text between two rules is no front matter.
                return (keys > 0 || text.get(4..at).unwrap_or_default().trim().is_empty())
                    .then(|| (text.get(..at).unwrap_or_default(), text.get(at + line.len()..).unwrap_or_default()));
            }
            _ if at > LARGEST => break,
            _ => {
                let key = bare.split(':').next().unwrap_or_default();
                let word =
                    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '"' | '\''));
                keys += usize::from(bare.contains(':') && word);
            }
        }
        at += line.len();
    }
    if keys > 0 {
        let message = "the front matter is never closed with --- and was read as text; close it";
        problems.push(Problem::error(origin, "front-matter", message).at(Place { line: 1, column: 1 }));
    }
    None
}

struct Front<'a> {
    origin: &'a Origin,
    document: &'a mut Document,
    problems: &'a mut Vec<Problem>,
}

impl Front<'_> {
    fn understand(&mut self, map: Map<String, Value>) {
        let mut unknown = Vec::new();
        let mut updated = None;
        for (key, value) in map {
            if value.is_null() {
                continue;
            }
            match key.to_ascii_lowercase().replace('-', "_").as_str() {
                "title" => self.document.title = self.text(&key, &value),
                "author" | "authors" => self.document.authors = self.people(&key, &value),
                "date" | "issued" | "published" => self.document.date = self.date(&key, &value).or(self.document.date),
                "updated" | "last_updated" => updated = self.date(&key, &value),
                "container" | "journal" | "publisher" => {
                    // Of several the journal counts, which sorts before the publisher.
                    let text = self.text(&key, &value);
                    self.document.container.get_or_insert(text);
                }
                "pmid" => self.document.ids.pmid = self.id(&key, "pmid", &value),
                "pmcid" => self.document.ids.pmcid = self.id(&key, "pmcid", &value),
                "doi" => self.document.ids.doi = self.id(&key, "doi", &value),
                "nct" => {
                    let list = if let Value::Array(list) = value { list } else { vec![value] };
                    self.document.ids.nct = list.iter().filter_map(|v| self.id(&key, "nct", v)).collect();
                }
                "licence" | "license" => {
                    let text = self.text(&key, &value);
                    let stated = &mut self.document.licence;
                    if text.contains("://") && !text.contains(' ') {
                        stated.urls.push(text);
                    } else {
                        // "CC-BY-4.0" is a short name: words that the rules for types and texts both know.
                        stated.kind.clone_from(&text);
                        stated.text = text;
                    }
                }
                "kind" => self.kind(&value),
                "topics" | "topic" | "keywords" | "tags" => {
                    let topics = self.list(&key, &value);
                    self.document.topics.extend(topics);
                }
                "url" | "source" => {
                    let url = self.text(&key, &value);
                    if url.starts_with("https://") || url.starts_with("http://") {
                        self.document.ids.other.push(("url".to_owned(), url));
                    } else if !url.is_empty() {
                        self.wrong("url", format!("{key}: {url:?} is not an address; begin it with https://"));
                    }
                }
                "lang" | "language" => {
                    let language = self.text(&key, &value);
                    if !is_english(&language) {
                        let message =
                            format!("this document is in {language:?}; Curbside answers from English text only");
                        self.problems.push(Problem::warning(self.origin, "not-english", message));
                    }
                }
                "abstract" | "summary" => {
                    let text = value.as_str().unwrap_or_default();
                    for paragraph in text.split("\n\n") {
                        self.document.push(&[], Part::Abstract, Glue::Paragraph, plain(paragraph));
                    }
                }
                _ => unknown.push(key),
            }
        }
        self.document.date = self.document.date.or(updated);
        if !unknown.is_empty() {
            let message = format!(
                "the front matter has keys that are not read: {}; see docs/formats/prose.md",
                unknown.join(", ")
            );
            self.problems.push(Problem::warning(self.origin, "unknown-key", message));
        }
    }

    fn wrong(&mut self, code: &'static str, message: String) {
        self.problems.push(Problem::error(self.origin, code, message + "; it was left out"));
    }

    fn text(&mut self, key: &str, value: &Value) -> String {
        match scalar(value) {
            Some(text) => plain(&text),
            None => {
                self.wrong("yaml", format!("{key} must be a text"));
                String::new()
            }
        }
    }

    fn date(&mut self, key: &str, value: &Value) -> Option<evidence::PartialDate> {
        let text = self.text(key, value);
        let found = date(&text);
        if found.is_none() {
            self.wrong("date", format!("{key}: {text:?} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)"));
        }
        found
    }

    fn id<T: FromStr>(&mut self, key: &str, code: &'static str, value: &Value) -> Option<T> {
        let text = self.text(key, value);
        let found = text.parse().ok();
        if found.is_none() {
            self.wrong(code, format!("{key}: {text:?} is not one"));
        }
        found
    }

    fn kind(&mut self, value: &Value) {
        let word = self.text("kind", value).to_ascii_lowercase().replace(' ', "-");
        match Kind::ALL.into_iter().find(|k| k.word() == word) {
            // Statements of a digest are checked; prose cannot pass for one.
            Some(kind) if kind != Kind::Digest => self.document.kind = Some(kind),
            _ => {
                let known: Vec<&str> = Kind::ALL.iter().filter(|k| **k != Kind::Digest).map(|k| k.word()).collect();
                self.wrong("kind", format!("kind: {word:?} is not a kind; one of: {}", known.join(", ")));
            }
        }
    }

    fn list(&mut self, key: &str, value: &Value) -> Vec<String> {
        let texts: Vec<String> = match value {
            Value::Array(list) => list.iter().map(|v| self.text(key, v)).collect(),
            _ => self.text(key, value).split([',', ';']).map(plain).collect(),
        };
        texts.into_iter().filter(|t| !t.is_empty()).collect()
    }

    fn people(&mut self, key: &str, value: &Value) -> Vec<Author> {
        let one = std::slice::from_ref(value);
        let list: &[Value] = if let Value::Array(list) = value { list } else { one };
        let mut people = Vec::new();
        for entry in list {
            let part = |name: &str| entry.get(name).and_then(scalar).map(|t| plain(&t)).filter(|t| !t.is_empty());
            let found = match entry {
                Value::Object(_) => match (part("family"), part("literal").or_else(|| part("name"))) {
                    (Some(family), _) => Some(Author::Person { family, given: part("given").unwrap_or_default() }),
                    (None, Some(name)) => author(&name),
                    (None, None) => None,
                },
                _ if list.len() == 1 && !value.is_array() => {
                    people.extend(authors(&self.text(key, entry)));
                    continue;
                }
                _ => author(&self.text(key, entry)),
            };
            match found {
                Some(person) => people.push(person),
                None => self.wrong("author", format!("{key}: an entry is no name; write a text or family and given")),
            }
        }
        people
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}
