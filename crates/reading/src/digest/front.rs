//! The front matter: the YAML between the first two `---` lines, understood.

use super::page::{Faults, Page};
use super::reference::{self, Listed, RawReference};
use evidence::PartialDate;
use serde::Deserialize;
use serde_saphyr::{DefaultMessageFormatter, Location, MessageFormatter, Spanned};
use std::collections::{HashMap, HashSet};

/// The `kind` every digest gives.
pub(super) const KIND: &str = "guideline-digest";
const STATUS: &str = "unreviewed";

/// What the front matter says; what could not be read is empty or `None`, and a fault says why.
pub(super) struct Front {
    pub(super) title: String,
    /// Topics and where they stand.
    pub(super) topics: Vec<(String, usize)>,
    pub(super) updated: Option<PartialDate>,
    pub(super) review_by: Option<PartialDate>,
    /// `None` where the list itself could not be read.
    pub(super) references: Option<Vec<Listed>>,
}

/// A scalar as written, quotes undone.
pub(super) type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFront {
    title: Option<Text>,
    kind: Option<Text>,
    topics: Option<Spanned<Vec<Text>>>,
    updated: Option<Text>,
    review_by: Option<Text>,
    status: Option<Text>,
    references: Option<Spanned<Vec<Spanned<RawReference>>>>,
}

/// Reads the front matter; also the byte at which the body starts. `None` where there is no front matter.
pub(super) fn read(page: &Page, faults: &mut Faults<'_>) -> Option<(Front, usize)> {
    let text = page.text();
    let (yaml_end, body) = match limits(text) {
        Ok(limits) => limits,
        Err((at, message)) => {
            faults.error(at, "front-matter", message);
            return None;
        }
    };
    // The opening `---` goes in as well: lines of the YAML are lines of the file.
    let yaml = text.get(..yaml_end).unwrap_or_default();
    let front = match serde_saphyr::from_str::<RawFront>(yaml) {
        Ok(raw) => understand(page, raw, faults),
        Err(e) => {
            let at = e.location().map_or(0, |place| byte(page, place));
            let message = DefaultMessageFormatter.format_message(e.without_snippet()).into_owned();
            faults.error(at.min(yaml_end), "yaml", message);
            Front { title: String::new(), topics: Vec::new(), updated: None, review_by: None, references: None }
        }
    };
    Some((front, body))
}

/// Where the YAML ends and where the body starts.
fn limits(text: &str) -> Result<(usize, usize), (usize, &'static str)> {
    let mut at = 0;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        match n {
            0 if bare != "---" => return Err((0, "a digest starts with a line --- and its front matter")),
            0 => {}
            1 if bare.is_empty() => return Err((at, "Pandoc allows no blank line after the first ---")),
            _ if bare == "---" => return Ok((at, at + line.len())),
            _ if bare == "..." => return Err((at, "close the front matter with ---")),
            _ => {}
        }
        at += line.len();
    }
    match text.is_empty() {
        true => Err((0, "a digest starts with a line --- and its front matter")),
        false => Err((0, "the front matter is never closed with ---")),
    }
}

/// Byte of the page at a place in the YAML.
pub(super) fn byte(page: &Page, place: Location) -> usize {
    page.byte(place.line(), place.column())
}

fn understand(page: &Page, raw: RawFront, faults: &mut Faults<'_>) -> Front {
    let title = required(page, raw.title.as_ref(), "title", 0, faults);
    for (field, name, only, code) in [(&raw.kind, "kind", KIND, "kind"), (&raw.status, "status", STATUS, "status")] {
        if let Some((value, at)) = required(page, field.as_ref(), name, 0, faults)
            && value != only
        {
            let why =
                if code == "status" { ": a review is an act of a named person, never a word in a file" } else { "" };
            faults.error(at, code, format!("{name} must be {only}{why}"));
        }
    }
    let updated = required_date(page, raw.updated.as_ref(), "updated", faults);
    let review_by = required_date(page, raw.review_by.as_ref(), "review_by", faults);
    if let (Some((updated, _)), Some((review_by, at))) = (updated, review_by)
        && review_by <= updated
    {
        faults.error(at, "review-by", format!("review_by must be after updated ({updated})"));
    }
    Front {
        title: title.map(|(title, _)| title).unwrap_or_default(),
        topics: topics(page, raw.topics, faults),
        updated: updated.map(|(date, _)| date),
        review_by: review_by.map(|(date, _)| date),
        references: references(page, raw.references, faults),
    }
}

/// A text that must be there and not be blank, with runs of white space folded, and its place. `around` is where to
/// point when it is missing.
pub(super) fn required(
    page: &Page,
    field: Option<&Text>,
    name: &str,
    around: usize,
    faults: &mut Faults<'_>,
) -> Option<(String, usize)> {
    if field.is_none() {
        faults.error(around, "missing", format!("{name} is missing"));
    }
    filled(page, field, name, faults)
}

/// A text that may be missing but not blank.
pub(super) fn filled(
    page: &Page,
    field: Option<&Text>,
    name: &str,
    faults: &mut Faults<'_>,
) -> Option<(String, usize)> {
    let field = field?;
    let at = byte(page, field.referenced);
    let text = field.value.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        faults.error(at, "empty", format!("{name} is empty"));
        return None;
    }
    Some((text, at))
}

fn required_date(
    page: &Page,
    field: Option<&Text>,
    name: &str,
    faults: &mut Faults<'_>,
) -> Option<(PartialDate, usize)> {
    let (text, at) = required(page, field, name, 0, faults)?;
    match date(&text) {
        Some(date) => Some((date, at)),
        None => {
            faults.error(at, "date", format!("{name}: {text:?} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)"));
            None
        }
    }
}

/// A date in the one form it prints in, and in the calendar.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let date = PartialDate::try_from(text.to_owned()).ok().filter(|d| d.to_string() == text)?;
    let part = |n: usize| text.split('-').nth(n).and_then(|p| p.parse::<u16>().ok());
    let leap = date.year().is_multiple_of(4) && (!date.year().is_multiple_of(100) || date.year().is_multiple_of(400));
    let days = match part(1) {
        Some(4 | 6 | 9 | 11) => 30,
        Some(2) if leap => 29,
        Some(2) => 28,
        _ => 31,
    };
    part(2).is_none_or(|day| day <= days).then_some(date)
}

fn topics(page: &Page, raw: Option<Spanned<Vec<Text>>>, faults: &mut Faults<'_>) -> Vec<(String, usize)> {
    let Some(raw) = raw else {
        faults.error(0, "missing", "topics is missing: a list, as [hypomagnesemia, hypermagnesemia]");
        return Vec::new();
    };
    if raw.value.is_empty() {
        faults.error(byte(page, raw.referenced), "empty", "topics needs at least one topic");
    }
    let topics: Vec<_> = raw.value.iter().filter_map(|t| filled(page, Some(t), "this topic", faults)).collect();
    let mut seen = HashSet::new();
    for (topic, at) in &topics {
        if !seen.insert(topic.to_lowercase()) {
            faults.error(*at, "topic", format!("the topic {topic:?} is given twice"));
        }
    }
    topics
}

fn references(
    page: &Page,
    raw: Option<Spanned<Vec<Spanned<RawReference>>>>,
    faults: &mut Faults<'_>,
) -> Option<Vec<Listed>> {
    let Some(raw) = raw else {
        faults.error(0, "missing", "references is missing: what the statements rest on");
        return None;
    };
    let mut first: HashMap<String, u32> = HashMap::new();
    let mut listed = Vec::new();
    let mut whole = true;
    for entry in &raw.value {
        let at = byte(page, entry.referenced);
        let Some(reference) = reference::understand(page, &entry.value, at, faults) else {
            // Without its id, what cites this entry would look dangling.
            whole = false;
            continue;
        };
        if let Some(line) = first.insert(reference.entry.id.clone(), faults.line(reference.at)) {
            let id = &reference.entry.id;
            faults.error(reference.at, "reference-id", format!("the reference {id:?} is on line {line} already"));
        }
        listed.push(reference);
    }
    whole.then_some(listed)
}
