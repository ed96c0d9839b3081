//! Lines of a BEIR `corpus.jsonl`: `{"_id", "title", "text"}`.
//!
//! Owns ids of sources that come without one of their own: `beir:COLLECTION/_id`. Whatever else a line holds is not
//! looked at.

use crate::cut::{self, Draft, Glue};
use crate::kind::{Described, decide};
use crate::problem::{Place, Problem};
use crate::{Context, Reading, Unit, decode};
use evidence::{Identifiers, Part, Source, SourceId};
use serde::Deserialize;

/// A title made of the first words of the text has at most this many.
const TITLE_WORDS: usize = 12;

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_id")]
    id: Id,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
}

/// Some sets number their documents.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

/// Reads one line.
pub(crate) fn read(unit: &Unit, context: &Context) -> Reading {
    let origin = &unit.origin;
    let line = origin.line.unwrap_or(1);
    let failed = |code, message: String, column| {
        Reading::failed(Problem::error(origin, code, message).at(Place { line, column }))
    };
    let text = match decode::utf8(&unit.bytes) {
        Ok(text) => text,
        Err(place) => {
            return failed(
                "not-utf8",
                "this line is not UTF-8 from here on; convert the file to UTF-8 and add it again".to_owned(),
                place.column,
            );
        }
    };
    if !text.trim_start().starts_with('{') {
        return failed(
            "json",
            "this line is not a JSON object with \"_id\", \"title\" and \"text\"; mend the line and add the file again"
                .to_owned(),
            1,
        );
    }
    let parsed: Line = match serde_json::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let message = format!(
                "this line is not a JSON object with \"_id\", \"title\" and \"text\": {error}; mend the line and add the file again"
            );
            return failed("json", message, error.column() as u64);
        }
    };
    let name = match parsed.id {
        Id::Text(text) => text,
        Id::Number(n) => n.to_string(),
    };
    if name.trim().is_empty() {
        return failed("missing-id", "\"_id\" is empty; give each document an id of its own".to_owned(), 1);
    }
    let id: SourceId = match format!("beir:{}/{}", encode(context.collection), encode(&name)).parse() {
        Ok(id) => id,
        Err(error) => return failed("id", format!("\"_id\" cannot name a source: {error}; shorten it"), 1),
    };
    let body = parsed.text.unwrap_or_default();
    let title = plain(&parsed.title.unwrap_or_default());
    let drafts: Vec<Draft> = body
        .split('\n')
        .map(plain)
        .filter(|p| !p.is_empty())
        .map(|text| Draft { heading: 0, part: Part::Abstract, glue: Glue::Paragraph, text })
        .collect();
    if drafts.is_empty() && title.is_empty() {
        return failed("empty", "this document has neither a title nor text; remove the line".to_owned(), 1);
    }
    let mut problems = Vec::new();
    if drafts.is_empty() {
        problems.push(
            Problem::warning(origin, "no-text", "this document has a title but no text to cite")
                .at(Place { line, column: 1 }),
        );
    }
    let title = if title.is_empty() { drafts.first().map_or(name.clone(), |d| first_words(&d.text)) } else { title };
    let summary = drafts.iter().map(|d| d.text.as_str()).collect::<Vec<_>>().join(" ");
    let (kind, kind_basis) = decide(&Described { title: &title, summary: &summary, ..Described::default() });
    let (text, passages) = cut::assemble(drafts, &[]);
    let digits = name.strip_prefix("PMC").filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()));
    let ids = Identifiers { pmcid: digits.and_then(|_| name.parse().ok()), ..Identifiers::default() };
    let source = Source {
        id,
        kind,
        kind_basis,
        title,
        ids,
        authors: Vec::new(),
        container: None,
        date: None,
        licence: None,
        article_type: None,
        topics: Vec::new(),
        related: Vec::new(),
        references: Vec::new(),
        digest: None,
        text,
        passages,
    };
    Reading::of(Some(source), problems)
}

/// Percent-encodes what an id must not hold.
fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_whitespace() || c.is_control() || c == '%' {
            for b in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{b:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Text with every run of white space as one blank, without control characters.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn first_words(text: &str) -> String {
    let mut words = text.split(' ');
    let mut title = words.by_ref().take(TITLE_WORDS).collect::<Vec<_>>().join(" ");
    if words.next().is_some() {
        title.push('\u{2026}');
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Origin};

    fn line(json: &str) -> Reading {
        let origin = Origin { path: "c.jsonl".into(), member: None, line: Some(3) };
        read(&Unit { origin, format: Format::BeirLine, bytes: json.as_bytes().to_vec() }, &Context::of("my set"))
    }

    #[test]
    fn a_line_becomes_a_source() {
        let reading = line(r#"{"_id": "PMC12", "title": "T", "text": "One.  Two.\n\nThree?", "metadata": {"x": 1}}"#);
        assert!(reading.problems.is_empty());
        let source = reading.source.unwrap_or_else(|| unreachable!());
        assert_eq!(source.id.as_str(), "beir:my%20set/PMC12");
        assert_eq!(source.ids.pmcid.map(|p| p.to_string()).as_deref(), Some("PMC12"));
        assert_eq!(source.text, "One. Two.\nThree?");
        assert_eq!(source.passages[0].statements.len(), 3);
    }

    #[test]
    fn titles_fall_back() {
        let title = |json| line(json).source.map(|s| s.title);
        assert_eq!(
            title(r#"{"_id": 7, "text": "a b c d e f g h i j k l m n"}"#).as_deref(),
            Some("a b c d e f g h i j k l…")
        );
        assert_eq!(title(r#"{"_id": "x y", "title": null, "text": "one"}"#).as_deref(), Some("one"));
        assert_eq!(
            line(r#"{"_id": "123", "title": "t", "text": "x"}"#).source.map(|s| s.ids),
            Some(Identifiers::default())
        );
    }

    #[test]
    fn bad_lines_are_problems_with_their_line() {
        for (json, code) in [
            ("{\"_id\": ", "json"),
            ("{\"title\": \"x\"}", "json"),
            ("[1]", "json"),
            (r#"{"_id": " ", "text": "x"}"#, "missing-id"),
            (r#"{"_id": "a"}"#, "empty"),
        ] {
            let reading = line(json);
            assert!(reading.source.is_none());
            assert_eq!(reading.problems[0].code, code, "{json}");
            assert_eq!(reading.problems[0].place.map(|p| p.line), Some(3));
        }
    }
}
