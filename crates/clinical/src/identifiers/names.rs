//! Names of people. A name is known by what it is made of (a given name, a frequent surname), by what announces it (a
//! title, "my husband", "named", a signature) and by what follows it (", 54F", "DOB"). Words of medicine, eponyms,
//! places and brands are none by themselves.

mod announced;
mod bare;
mod cues;

use super::words::{Shape, Word, words};
use crate::lexicon;
use cues::{PARTICLES, PATIENT, RELATIONS, SIGN_OFF, THINGS, TITLES};

/// Whether a word could be somebody's name for all we know: no word of English or medicine, no eponym, place or brand.
pub(super) fn may_be_a_name(word: &Word) -> bool {
    match word.shape {
        Shape::Capital => word.key.len() > 2 && !word.is_plain() && !word.is_known(),
        Shape::Lower => word.key.len() > 2 && word.is_given(),
        _ => false,
    }
}

/// Where names stand, in order, apart.
pub(super) fn find(text: &str) -> Vec<[usize; 2]> {
    let words = words(text);
    let finder = Finder { text, words: &words };
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match finder.at(at) {
            Some(end) if end > at => {
                found.push((at, end));
                at = end;
                // "twins Ada and Otis"
                if let Some(end) = finder.paired(at) {
                    found.push((at + 1, end));
                    at = end;
                }
            }
            _ => at += 1,
        }
    }
    finder.again(&mut found);
    found.iter().map(|(from, to)| [words[*from].start, words[*to - 1].end]).collect()
}

struct Finder<'t> {
    text: &'t str,
    words: &'t [Word],
}

impl Finder<'_> {
    fn key(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |w| w.key.as_str())
    }

    /// What stands between a word and the one before.
    fn gap(&self, at: usize) -> &str {
        match (at.checked_sub(1).and_then(|b| self.words.get(b)), self.words.get(at)) {
            (Some(before), Some(word)) => {
                let gap = &self.text[before.end..word.start];
                if before.possessive { gap.trim_start_matches(['\'', '’', 's', 'S']) } else { gap }
            }
            _ => "",
        }
    }

    /// Whether only a blank stands before a word.
    fn joined(&self, at: usize) -> bool {
        let gap = self.gap(at);
        at > 0
            && self.words.get(at).is_some()
            && !self.words[at - 1].possessive
            && (gap.chars().all(|c| c == ' ') || (gap == "." && self.words[at - 1].shape == Shape::Initial))
            && (!gap.is_empty() || self.words[at - 1].shape == Shape::Initial)
    }

    fn starts_clause(&self, at: usize) -> bool {
        at == 0
            || self.gap(at).contains(['.', ':', ';', '!', '?', '\n', '(', '-', '–', '—', '/', '[', '"', ',', '“', '#'])
    }

    /// Whether a concept of the lexicon begins with a word.
    fn is_concept(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return false };
        // A concept's name may go on beyond the capitals, as "Lynch syndrome" does; it is a few words long.
        let mut end = (word.start + 60).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        lexicon::mentions(&self.text[word.start..end]).first().is_some_and(|m| m.span[0] == 0)
    }

    fn is_thing(&self, at: usize) -> bool {
        THINGS.contains(&self.key(at)) && self.gap(at).len() < 4
    }

    /// Whether a word can be part of a name and is nothing else that we know.
    fn can_be(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| {
            w.key.chars().count() > 1
                && !TITLES.contains(&w.key.as_str())
                && !PATIENT.contains(&w.key.as_str())
                && !RELATIONS.contains(&w.key.as_str())
                && !SIGN_OFF.contains(&w.key.as_str())
                && match w.shape {
                    Shape::Capital => !w.is_plain() && !w.is_known(),
                    Shape::Capitals => {
                        w.key.len() > 2 && !w.is_plain() && !w.is_known() && (w.is_surname() || w.is_given())
                    }
                    _ => false,
                }
                && !self.is_concept(at)
        })
    }

    /// How far a name goes that begins at a word: capital words, initials, particles, and after a sure beginning
    /// surnames that are words too, as in "Sarah Brown".
    fn run(&self, at: usize, sure: bool) -> usize {
        let mut end = at;
        let mut sure = sure;
        while end < self.words.len() && end - at < 5 && (end == at || self.joined(end)) {
            let word = &self.words[end];
            let step = match word.shape {
                Shape::Capital | Shape::Capitals if self.can_be(end) => 1,
                Shape::Capital if sure && word.is_surname() && !self.is_thing(end + 1) && !self.is_concept(end) => 1,
                Shape::Initial
                    if word.key != "i"
                        && (self.text[..word.end].ends_with('.') || end > at)
                        && self.joined(end + 1)
                        && self.can_be_or_initial(end + 1) =>
                {
                    1
                }
                Shape::Initial if end > at && self.text[..word.end].ends_with('.') => 1,
                Shape::Lower | Shape::Capital if PARTICLES.contains(&word.key.as_str()) => {
                    let more =
                        (1..3).find(|n| !(self.joined(end + n) && PARTICLES.contains(&self.key(end + n)))).unwrap_or(3);
                    let next = end + more;
                    let capital =
                        self.words.get(next).is_some_and(|w| w.shape == Shape::Capital && (sure || !w.is_plain()));
                    if self.joined(next) && capital && (end > at || word.shape == Shape::Capital || sure) {
                        more + 1
                    } else {
                        0
                    }
                }
                _ => 0,
            };
            if step == 0 {
                break;
            }
            sure |= word.is_given();
            end += step;
            if self.words[end - 1].possessive {
                break;
            }
        }
        end
    }

    fn can_be_or_initial(&self, at: usize) -> bool {
        self.can_be(at) || self.words.get(at).is_some_and(|w| w.shape == Shape::Initial)
    }

    /// The end of a second name that "and" joins to one that ends at a word.
    fn paired(&self, at: usize) -> Option<usize> {
        let joins = self.key(at) == "and" && self.joined(at) && self.joined(at + 1);
        let given = self.words.get(at + 1).is_some_and(|w| w.shape == Shape::Capital && w.is_given());
        (joins && given && self.can_be(at + 1))
            .then(|| self.run(at + 1, true))
            .filter(|end| *end > at + 1 && !self.is_thing(*end))
    }

    /// The end of the name that begins at a word, if one does.
    fn at(&self, at: usize) -> Option<usize> {
        self.announced(at).or_else(|| self.turned(at)).or_else(|| self.bare(at)).or_else(|| self.lower(at))
    }

    /// A name once told is taken out wherever it stands.
    fn again(&self, found: &mut Vec<(usize, usize)>) {
        let mut keys: Vec<&str> = Vec::new();
        for (from, to) in found.iter() {
            let parts = self.words[*from..*to].iter();
            keys.extend(
                parts
                    .filter(|w| {
                        w.key.len() > 2 && !w.is_plain() && !w.is_known() && !PARTICLES.contains(&w.key.as_str())
                    })
                    .map(|w| w.key.as_str()),
            );
        }
        keys.sort_unstable();
        keys.dedup();
        // Parts that are other words too, as in "Mrs Brown", go where only a name is written with a capital.
        let parts = found.iter().flat_map(|(from, to)| &self.words[*from..*to]);
        let mut double: Vec<&str> =
            parts.filter(|w| w.shape == Shape::Capital && w.key.len() > 3).map(|w| w.key.as_str()).collect();
        double.sort_unstable();
        double.dedup();
        if keys.is_empty() && double.is_empty() {
            return;
        }
        let mut next = found.iter().copied().peekable();
        let mut more = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            while next.peek().is_some_and(|(_, to)| *to <= at) {
                next.next();
            }
            let taken = next.peek().is_some_and(|(from, _)| *from <= at);
            let capital = matches!(word.shape, Shape::Capital | Shape::Capitals);
            let sure = keys.binary_search(&word.key.as_str()).is_ok() && (capital || word.key.len() > 3);
            let fits = sure
                || capital
                    && double.binary_search(&word.key.as_str()).is_ok()
                    && !self.is_concept(at)
                    && (!self.starts_clause(at) || word.possessive || self.person_follows(at + 1, false));
            if !taken && fits && !self.is_thing(at + 1) {
                more.push((at, at + 1));
            }
        }
        found.extend(more);
        found.sort_unstable();
    }
}
