//! What must hold between the statements of a digest and its references.

use super::front::Front;
use super::marks::Judged;
use super::page::{Faults, Page};
use super::statement::key_length;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Ids and sentences once each; every citation has its reference and every reference its citation.
pub(super) fn between(page: &Page, front: &Front, judged: &[Judged], broken: &[Range<usize>], faults: &mut Faults<'_>) {
    let mut ids: HashMap<&str, u32> = HashMap::new();
    let mut sentences: HashMap<String, u32> = HashMap::new();
    for statement in judged {
        let line = page.place(statement.at).0;
        if let Some((id, at)) = &statement.id {
            match ids.get(id.as_str()) {
                Some(first) => {
                    faults.error(*at, "repeated-id", format!("#{id} names the statement on line {first} already"));
                }
                None => drop(ids.insert(id, line)),
            }
        }
        let folded = statement.sentence.text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        match sentences.get(&folded) {
            Some(first) if !folded.is_empty() => {
                faults.error(statement.at, "repeated-statement", format!("line {first} says the same"));
            }
            _ => drop(sentences.insert(folded, line)),
        }
    }
    // Without a reference list that could be read, every citation would look dangling.
    let Some(references) = &front.references else { return };
    if judged.is_empty() && broken.is_empty() {
        return;
    }
    let known: HashSet<&str> = references.iter().map(|r| r.entry.id.as_str()).collect();
    for (cite, at) in judged.iter().flat_map(|s| &s.cites) {
        if !known.contains(cite.reference.as_str()) {
            faults.error(*at, "dangling-citation", format!("there is no reference {:?}", cite.reference));
        }
    }
    let mut used: HashSet<&str> =
        judged.iter().flat_map(|s| &s.cites).map(|(cite, _)| cite.reference.as_str()).collect();
    for item in broken {
        used.extend(mentions(page.text().get(item.clone()).unwrap_or_default()));
    }
    for unused in references.iter().filter(|r| !used.contains(r.entry.id.as_str())) {
        faults.error(unused.at, "unused-reference", format!("no statement cites {:?}", unused.entry.id));
    }
}

/// All that looks like a citation in a bullet that could not be taken apart, so that one fault is reported once.
fn mentions(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').filter_map(move |(at, _)| {
        let rest = text.get(at + 1..)?;
        rest.get(..key_length(rest))
    })
}
