//! A plain wording read back into the words of the statement it is for.
//!
//! Owns the other plain ways to say a term (`lexicon/plain-ways.tsv`): the glossary puts one plain wording for a term, a person who
//! writes plainly has many. Must not judge anything: a way is read back only where the statement has the term and not the way itself, so that a checker
//! can compare what is left.

use crate::glossary;
use std::collections::HashMap;
use std::sync::LazyLock;

/// One row: a term in its forms, word by word; a star ends a word that may go on.
type Term = Vec<Vec<&'static str>>;

struct Ways {
    rows: Vec<Term>,
    /// Plain ways by their first word, the longest first, with the row of each.
    plain: HashMap<&'static str, Vec<(Vec<&'static str>, usize)>>,
}

static WAYS: LazyLock<Ways> = LazyLock::new(|| Ways::read(include_str!("../../../lexicon/plain-ways.tsv")));

impl Ways {
    fn read(table: &'static str) -> Self {
        let mut rows = Vec::new();
        let mut plain: HashMap<&'static str, Vec<(Vec<&'static str>, usize)>> = HashMap::new();
        for row in table.lines().filter(|r| !r.starts_with('#')) {
            let Some((term, ways)) = row.split_once('\t') else { continue };
            let words =
                |t: &'static str| -> Vec<&'static str> { t.split([' ', '-']).filter(|w| !w.is_empty()).collect() };
            for way in ways.split('|').map(words) {
                let Some(first) = way.first().copied() else { continue };
                plain.entry(first).or_default().push((way, rows.len()));
            }
            rows.push(term.split('|').map(words).collect());
        }
        for list in plain.values_mut() {
            list.sort_by_key(|(way, _)| std::cmp::Reverse(way.len()));
        }
        Self { rows, plain }
    }
}

/// Runs of letters and digits, in lower case, with their bytes.
fn words(text: &str) -> Vec<(String, [usize; 2])> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric() || c == '\'', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                out.push((text[from..at].to_lowercase(), [from, at]));
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// Whether `pattern` stands at `at`.
fn stands(words: &[(String, [usize; 2])], at: usize, pattern: &[&str]) -> bool {
    words.len() >= at + pattern.len()
        && pattern.iter().zip(&words[at..]).all(|(p, (w, _))| match p.strip_suffix('*') {
            Some(head) => w.starts_with(head),
            None => w == p,
        })
}

/// `wording` with its plain words put as the terms of `statement` that they stand for, by the glossary and by the table of other plain
/// ways. What it says of anything else is left as it is. Some 50 µs for a sentence.
pub fn read_back(wording: &str, statement: &str) -> String {
    let mut out = String::with_capacity(wording.len());
    for (piece, is_term) in put_back(wording, statement, 2) {
        if is_term {
            out.push_str(piece);
            continue;
        }
        // What was put back is not read for plain words again: "survival" stands for "overall survival".
        let piece = glossary::technical(piece, statement);
        put_back(&piece, statement, 1).into_iter().for_each(|(piece, _)| out.push_str(piece));
    }
    out
}

/// The text in pieces: terms put back for plain ways of at least so many words, and what stands between.
fn put_back<'t>(wording: &'t str, statement: &'t str, least: usize) -> Vec<(&'t str, bool)> {
    let (said, held) = (words(wording), words(statement));
    let term = |row: usize| {
        WAYS.rows[row].iter().find_map(|form| {
            let at = (0..held.len()).find(|at| stands(&held, *at, form))?;
            let last = held.get(at + form.len().checked_sub(1)?)?;
            statement.get(held[at].1[0]..last.1[1])
        })
    };
    // What the statement says in these words is left in them.
    let own = |way: &[&str]| (0..held.len()).any(|at| stands(&held, at, way));
    let mut out = Vec::new();
    let (mut from, mut at) = (0, 0);
    while at < said.len() {
        let ways = WAYS.plain.get(said[at].0.as_str()).into_iter().flatten();
        let mut ways = ways.filter(|(way, _)| way.len() >= least && stands(&said, at, way) && !own(way));
        match ways.find_map(|(way, row)| Some((way.len(), term(*row)?))) {
            Some((length, term)) => {
                out.push((&wording[from..said[at].1[0]], false));
                out.push((term, true));
                from = said[at + length - 1].1[1];
                at += length;
            }
            None => at += 1,
        }
    }
    out.push((&wording[from..], false));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table = include_str!("../../../lexicon/plain-ways.tsv");
        for row in table.lines().filter(|r| !r.starts_with('#')) {
            let cells: Vec<&str> = row.split('\t').collect();
            assert_eq!(cells.len(), 2, "{row}");
            assert!(cells.iter().flat_map(|c| c.split('|')).all(|f| f == f.trim() && !f.is_empty()), "{row}");
            // A plain way is looked up by its whole first word.
            assert!(cells[1].split('|').all(|w| !w.split([' ', '-']).next().is_some_and(|f| f.contains('*'))), "{row}");
            assert_eq!(row, row.to_lowercase());
        }
    }

    #[test]
    fn plain_ways_are_read_as_the_term_only_where_it_stands() {
        let statement = "Bevacizumab prolonged overall survival in metastatic disease.";
        assert_eq!(
            read_back("Bevacizumab helped people live longer when cancer had spread.", statement),
            "Bevacizumab prolonged overall survival when metastatic."
        );
        let other = "Bevacizumab is given for pain.";
        assert_eq!(read_back("It helped people live longer.", other), "It helped people live longer.");
    }
}
