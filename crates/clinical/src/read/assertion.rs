//! How a mention is meant: the words around it, after ConText (Harkema 2009, J Biomed Inform 42:839). The words are data
//! (`lexicon/assertion.tsv`); what they reach is decided here.
//!
//! Words before a mention reach it from within the same part of the sentence and not past another mention; a mention
//! that merely continues a list is meant as the one before it.

use crate::case::{Assertion, Outcome};
use crate::text::{self, Token};
use std::collections::HashMap;
use std::sync::LazyLock;

/// How far words reach, in words. Bounds the work for each mention.
const REACH: usize = 12;

/// What words say of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    Is(Assertion),
    Ended(Outcome),
    Same,
    Stop,
    None,
}

/// How a mention is meant, as far as the words around it say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) assertion: Option<Assertion>,
    pub(super) outcome: Option<Outcome>,
    /// As the mention before.
    pub(super) same: bool,
}

/// What parts two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    None,
    /// A comma or a bracket.
    Part,
    /// A full stop, semicolon, question mark, line end.
    Sentence,
}

/// For each word, what parts it from the word before.
pub(super) fn breaks(text: &str, tokens: &[Token]) -> Vec<Break> {
    let mut end = 0;
    let mut found = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let gap = &text[end..token.start];
        // "A vs. B", "Dr. X": a full stop that ends no sentence.
        let abbreviated = at > 0
            && matches!(tokens[at - 1].norm.as_str(), "vs" | "v" | "dr" | "mr" | "mrs" | "ms" | "st" | "approx" | "c");
        let stop = !abbreviated && gap.find('.').is_some_and(|at| gap[at + 1..].starts_with(char::is_whitespace));
        let asked = gap.contains('?') && !super::asking::queried(text, end, token.start);
        let sentence = stop || asked || gap.contains([';', '!', '\n']);
        found.push(if end == 0 || sentence {
            Break::Sentence
        } else if gap.contains([',', '(', ')', ':', '[', ']', '—', '–', '?']) || gap.contains(" - ") {
            Break::Part
        } else {
            Break::None
        });
        end = token.end;
    }
    found
}

struct Triggers {
    before: HashMap<String, Vec<(Vec<String>, Sense)>>,
    after: HashMap<String, Vec<(Vec<String>, Sense)>>,
}

static TRIGGERS: LazyLock<Triggers> = LazyLock::new(|| {
    let mut triggers = Triggers { before: HashMap::new(), after: HashMap::new() };
    let table = include_str!("../../../../lexicon/assertion.tsv");
    for row in table.lines().filter(|r| !r.starts_with('#')) {
        let mut cells = row.split('\t');
        let (Some(words), Some(side), Some(sense)) = (cells.next(), cells.next(), cells.next()) else { continue };
        let words: Vec<String> = text::tokens(words).into_iter().map(|t| t.norm).collect();
        let (Some(first), Some(sense)) = (words.first().cloned(), sense_of(sense)) else { continue };
        let map = if side == "after" { &mut triggers.after } else { &mut triggers.before };
        map.entry(first).or_default().push((words, sense));
    }
    for list in triggers.before.values_mut().chain(triggers.after.values_mut()) {
        list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    triggers
});

fn sense_of(word: &str) -> Option<Sense> {
    Some(match word.trim() {
        "progressed" => Sense::Ended(Outcome::Progressed),
        "completed" => Sense::Ended(Outcome::Completed),
        "stopped" => Sense::Ended(Outcome::StoppedForToxicity),
        "same" => Sense::Same,
        "stop" => Sense::Stop,
        "none" => Sense::None,
        other => Sense::Is(other.parse().ok()?),
    })
}

fn hits(map: &HashMap<String, Vec<(Vec<String>, Sense)>>, tokens: &[Token]) -> Vec<Sense> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let here = map.get(&tokens[at].norm).and_then(|list| {
            list.iter().find(|(words, _)| {
                tokens.len() - at >= words.len() && words.iter().zip(&tokens[at..]).all(|(w, t)| *w == t.norm)
            })
        });
        match here {
            Some((words, sense)) => {
                found.push(*sense);
                at += words.len();
            }
            None => at += 1,
        }
    }
    found
}

/// The words before a mention that may speak of it: `first` is its first word, `floor` the end of the mention before.
pub(super) fn words_before<'t>(tokens: &'t [Token], breaks: &[Break], first: usize, floor: usize) -> &'t [Token] {
    let mut start = first;
    while start > floor && first - start < REACH && breaks[start] == Break::None {
        start -= 1;
    }
    // The word at which a part begins belongs to it.
    &tokens[start..first]
}

/// The words after a mention that may speak of it: to the next mention or the end of the sentence. Commas are no end,
/// for "FOLFOX x8, completed 14 months ago".
pub(super) fn words_after<'t>(tokens: &'t [Token], breaks: &[Break], next: usize, ceiling: usize) -> &'t [Token] {
    let mut end = next;
    while end < ceiling && end - next < REACH && breaks[end] != Break::Sentence {
        end += 1;
    }
    &tokens[next..end]
}

/// The same, ending at a comma too.
pub(super) fn part_after<'t>(tokens: &'t [Token], breaks: &[Break], next: usize, ceiling: usize) -> &'t [Token] {
    let mut end = next;
    while end < ceiling && end - next < REACH && breaks[end] == Break::None {
        end += 1;
    }
    &tokens[next..end]
}

/// How a mention is meant, by the words before it, the words after it in the same part, and those further on.
pub(super) fn meant(before: &[Token], part: &[Token], after: &[Token]) -> Meant {
    let mut meant = Meant::default();
    let mut negated = false;
    for sense in hits(&TRIGGERS.before, before) {
        match sense {
            Sense::Stop => {
                meant = Meant::default();
                negated = false;
            }
            Sense::Is(Assertion::Absent) => negated = true,
            Sense::Is(a) => meant = Meant { assertion: Some(a), ..Meant::default() },
            Sense::Ended(o) => {
                meant = Meant { assertion: Some(Assertion::Past), outcome: Some(o), same: false };
            }
            Sense::Same => meant = Meant { same: true, ..Meant::default() },
            Sense::None => {}
        }
    }
    if negated {
        return Meant { assertion: Some(Assertion::Absent), ..Meant::default() };
    }
    for (sense, near) in hits(&TRIGGERS.after, part)
        .into_iter()
        .map(|s| (s, true))
        .chain(hits(&TRIGGERS.after, after).into_iter().map(|s| (s, false)))
    {
        match sense {
            Sense::Ended(o) if meant.outcome.is_none() => {
                meant.assertion = Some(Assertion::Past);
                meant.outcome = Some(o);
            }
            Sense::Is(Assertion::Past) if meant.assertion.is_none() => meant.assertion = Some(Assertion::Past),
            Sense::Is(a) if near && meant.assertion.is_none() => meant.assertion = Some(a),
            _ => {}
        }
    }
    meant
}

/// Whether only the glue of a list stands between two mentions: the second is meant as the first.
pub(super) fn continues_list(tokens: &[Token], breaks: &[Break], from: usize, to: usize) -> bool {
    const GLUE: &[&str] = &[
        "and",
        "or",
        "nor",
        "plus",
        "with",
        "multiple",
        "the",
        "a",
        "an",
        "of",
        "for",
        "to",
        "in",
        "cycle",
        "adjuvant",
        "neoadjuvant",
        "palliative",
        "concurrent",
        "maintenance",
        "first",
        "second",
        "third",
        "line",
        "high",
        "dose",
        "metastasis",
        "met",
        "lesion",
        "x",
        "subsequent",
        "also",
        "his",
        "her",
        "my",
        "their",
        "both",
        "other",
        "only",
        "dominant",
        "limited",
    ];
    breaks.get(from..=to).unwrap_or_default().iter().all(|b| *b != Break::Sentence)
        && tokens[from..to]
            .iter()
            .all(|t| GLUE.contains(&t.norm.as_str()) || t.norm.starts_with(|c: char| c.is_ascii_digit()))
}
