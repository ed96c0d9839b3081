//! One bullet: `[Sentence.]{#id key=value ...} [@reference, locator; @other]`.
//!
//! A small parser over the item's range of the page, since neither pulldown-cmark nor comrak knows bracketed spans
//! or citations. It says what is written; whether the words are any we know is `marks`' matter.

use super::Written;
use super::body::Item;
use super::words::{Cursor, Plain, Slip, Until, escaped, is_entity, is_space, plain};
use evidence::Cite;
use std::collections::HashSet;

/// A bullet taken apart.
pub(super) struct Parsed {
    pub(super) sentence: Plain,
    /// `#id` and its place.
    pub(super) id: Option<(String, usize)>,
    pub(super) attributes: Vec<Attribute>,
    /// Where the attributes start, for those that are missing.
    pub(super) attributes_at: usize,
    pub(super) cites: Vec<(Cite, usize)>,
}

/// `key=value`.
pub(super) struct Attribute {
    pub(super) key: String,
    /// Where the key stands.
    pub(super) at: usize,
    pub(super) value: Plain,
}

impl Parsed {
    pub(super) fn as_written(&self) -> Written {
        Written {
            id: self.id.as_ref().map(|(id, _)| id.clone()).unwrap_or_default(),
            text: self.sentence.text.clone(),
            attributes: self.attributes.iter().map(|a| (a.key.clone(), a.value.text.clone())).collect(),
            cites: self.cites.iter().map(|(cite, _)| cite.clone()).collect(),
        }
    }
}

const FORM: &str = "a statement is written [Sentence.]{#id role=...} [@reference, locator]";

/// Takes an item apart; stops at the first thing that is not of the form.
pub(super) fn parse(text: &str, item: &Item) -> Result<Parsed, Slip> {
    let mut cursor = Cursor::new(text, item.start, item.end);
    cursor.skip_space();
    let open = cursor.at;
    if !cursor.eat('[') {
        return Err(Slip::new(open, "statement", FORM));
    }
    let sentence = plain(&mut cursor, Until::ClosingBracket, open)?;
    cursor.eat(']');
    let attributes_at = cursor.at;
    if !cursor.eat('{') {
        return Err(Slip::new(
            attributes_at,
            "attributes",
            format!("attributes must follow the bracket at once: {FORM}"),
        ));
    }
    let (id, attributes) = attributes(&mut cursor, attributes_at)?;
    let cites = citations(&mut cursor)?;
    Ok(Parsed { sentence, id, attributes, attributes_at, cites })
}

type Attributes = (Option<(String, usize)>, Vec<Attribute>);

/// Reads up to and including the closing brace.
fn attributes(cursor: &mut Cursor<'_>, open: usize) -> Result<Attributes, Slip> {
    let mut id: Option<(String, usize)> = None;
    let mut found: Vec<Attribute> = Vec::new();
    let mut seen = HashSet::new();
    let mut spaced = true;
    loop {
        spaced |= cursor.skip_space();
        let at = cursor.at;
        match cursor.peek() {
            None => return Err(Slip::new(open, "attributes", "these attributes are never closed with }")),
            Some('}') => {
                cursor.at += 1;
                return Ok((id, found));
            }
            Some(_) if !spaced => {
                return Err(Slip::new(at, "attributes", "put a space between attributes"));
            }
            Some('#') => {
                cursor.at += 1;
                let name = take(cursor, |c| !is_space(c) && c != '}');
                if id.is_some() {
                    return Err(Slip::new(at, "repeated-key", "a statement has one #id"));
                }
                check_id(&name, at)?;
                id = Some((name, at));
            }
            Some('.') => return Err(Slip::new(at, "class", "classes (.name) are not used in digests")),
            Some(_) => {
                let key = take(cursor, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'));
                if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || !cursor.eat('=') {
                    return Err(Slip::new(
                        at,
                        "attributes",
                        "an attribute is #id or key=value, without spaces around =",
                    ));
                }
                if !seen.insert(key.clone()) {
                    return Err(Slip::new(at, "repeated-key", format!("{key} is given twice")));
                }
                let value = value(cursor, &key)?;
                found.push(Attribute { key, at, value });
            }
        }
        spaced = false;
    }
}

fn take(cursor: &mut Cursor<'_>, wanted: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    while let Some(c) = cursor.peek().filter(|&c| wanted(c)) {
        out.push(c);
        cursor.at += c.len_utf8();
    }
    out
}

/// An id goes into addresses of pages, so it keeps to characters that need no escaping anywhere.
fn check_id(id: &str, at: usize) -> Result<(), Slip> {
    let fits = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        Ok(())
    } else {
        Err(Slip::new(
            at,
            "id",
            format!("an id has lower-case letters, digits and hyphens, a letter first; #{id} does not"),
        ))
    }
}

/// A value: bare, or in single or double quotes, over several lines if need be.
fn value(cursor: &mut Cursor<'_>, key: &str) -> Result<Plain, Slip> {
    let start = cursor.at;
    let quote = cursor.peek().filter(|c| matches!(c, '\'' | '"'));
    if quote.is_some() {
        cursor.at += 1;
        if cursor.peek().is_some_and(char::is_whitespace) {
            return Err(Slip::new(start, "value", format!("the value of {key} may not start with a space")));
        }
    }
    let mut out = Plain::default();
    loop {
        let at = cursor.at;
        let Some(c) = cursor.peek() else {
            if quote.is_none() {
                break; // the caller misses the closing brace
            }
            return Err(Slip::new(start, "value", format!("the value of {key} is never closed")));
        };
        match (c, quote) {
            (c, Some(q)) if c == q => {
                cursor.at += 1;
                break;
            }
            (c, None) if is_space(c) || c == '}' => break,
            (c, Some(_)) if is_space(c) => {
                cursor.skip_space();
                out.space(at);
            }
            ('\'' | '"', None) => {
                return Err(Slip::new(at, "value", format!("put the whole value of {key} in quotes")));
            }
            ('\\', _) => {
                cursor.at += 1;
                match escaped(cursor, at)? {
                    ' ' => out.space(at),
                    c => out.push(c, at),
                }
            }
            ('&', _) if is_entity(cursor.rest()) => {
                return Err(Slip::new(at, "value", "no HTML entities: write the character itself"));
            }
            (c, _) => {
                cursor.at += c.len_utf8();
                out.push(c, at);
            }
        }
    }
    out.trim_end();
    if out.text.is_empty() {
        return Err(Slip::new(start, "value", format!("{key} has no value")));
    }
    Ok(out)
}

/// All that follows the attributes: citations and nothing else.
fn citations(cursor: &mut Cursor<'_>) -> Result<Vec<(Cite, usize)>, Slip> {
    let mut cites = Vec::new();
    loop {
        let spaced = cursor.skip_space();
        let at = cursor.at;
        match cursor.peek() {
            None => return Ok(cites),
            Some('[') if spaced || cites.is_empty() => cursor.at += 1,
            // Pandoc takes the first of two adjoining brackets for the text of a link.
            Some('[') => {
                return Err(Slip::new(at, "citation", "put a space between citations, or one bracket: [@a; @b]"));
            }
            Some(_) => return Err(Slip::new(at, "statement", "only citations may follow a statement")),
        }
        loop {
            cites.push(citation(cursor, at)?);
            if cursor.eat(']') {
                break;
            }
            if !cursor.eat(';') {
                return Err(Slip::new(at, "bracket", "this citation is never closed"));
            }
        }
    }
}

/// `@key` or `@key, locator`, up to and not including `;` or `]`; `opened` is where the bracket stands.
fn citation(cursor: &mut Cursor<'_>, opened: usize) -> Result<(Cite, usize), Slip> {
    const FORM: &str = "a citation is written [@reference] or [@reference, locator]";
    cursor.skip_space();
    let at = cursor.at;
    if !cursor.eat('@') {
        return Err(Slip::new(at, "citation", FORM));
    }
    let reference = key(cursor);
    if reference.is_empty() {
        return Err(Slip::new(at, "citation", FORM));
    }
    cursor.skip_space();
    let locator = match cursor.peek() {
        Some(',') => {
            cursor.at += 1;
            cursor.skip_space();
            let start = cursor.at;
            let locator = plain(cursor, Until::EndOfCitation, opened)?;
            if locator.text.is_empty() {
                return Err(Slip::new(start, "citation", "a locator is missing after this comma"));
            }
            Some(locator.text)
        }
        Some(';' | ']') => None,
        None => return Err(Slip::new(opened, "bracket", "this citation is never closed")),
        Some(_) => return Err(Slip::new(cursor.at, "citation", format!("put a comma before the locator: {FORM}"))),
    };
    Ok((Cite { reference, locator }, at))
}

/// A citation key as Pandoc cuts it: letters, digits and `_`, with single `:`, `.`, `-` between them.
fn key(cursor: &mut Cursor<'_>) -> String {
    let length = key_length(cursor.rest());
    let key = cursor.rest().get(..length).unwrap_or_default().to_owned();
    cursor.at += length;
    key
}

/// How much of the start of a text is a citation key.
pub(super) fn key_length(text: &str) -> usize {
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let bytes = text.as_bytes();
    let mut length = 0;
    loop {
        length += bytes.iter().skip(length).take_while(|b| word(b)).count();
        let mark = length > 0 && matches!(bytes.get(length), Some(b':' | b'.' | b'-'));
        if !(mark && bytes.get(length + 1).is_some_and(word)) {
            return length;
        }
        length += 1;
    }
}
