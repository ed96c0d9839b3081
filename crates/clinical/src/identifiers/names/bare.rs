//! Names that nothing announces: what they are made of and what follows them must do.

use super::Finder;
use super::cues::{AGE_UNITS, ASKED, EPONYMS, PARTICLES, RECORD, VERBS};
use crate::identifiers::words::{Shape, Word};

impl Finder<'_> {
    /// Written like a name, with nothing to announce it.
    pub(super) fn bare(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        let starts = self.starts_clause(at);
        if let Some(end) = self.initials(at).filter(|end| at == 0 && self.person_follows(*end, true)) {
            return Some(end);
        }
        if !matches!(word.shape, Shape::Capital | Shape::Capitals | Shape::Initial)
            || (at > 0 && self.gap(at).is_empty())
        {
            return None;
        }
        if self.surname_first(at) {
            return Some(at + 2);
        }
        let end = self.run(at, word.is_given());
        if end == at || (self.is_thing(end) && !self.words[end - 1].possessive) || self.thing_ahead(end) {
            return None;
        }
        // Saints are places, hospitals, questionnaires and worts.
        let saint = |key: &str| matches!(key, "st" | "saint" | "san" | "santa" | "ste");
        if saint(&word.key) || (at > 0 && saint(self.key(at - 1))) {
            return None;
        }
        let all = &self.words[at..end];
        if self.is_eponym(at, end) {
            return None;
        }
        let full: Vec<&Word> = all.iter().filter(|w| w.shape != Shape::Initial).collect();
        let given = all.iter().any(Word::is_given);
        let surnames = full.iter().filter(|w| w.is_surname()).count();
        let capitals = full.iter().all(|w| w.shape == Shape::Capitals);
        if all[0].shape == Shape::Initial {
            let unknown = full.first().is_some_and(|w| w.shape == Shape::Capital);
            return (unknown && (self.person_follows(end, false) && starts || given || (surnames > 0 && starts)))
                .then_some(end);
        }
        if full.len() > 1 {
            let enough = (given && (!capitals || surnames > 0))
                || (surnames == full.len() && !capitals && starts)
                || (starts && !capitals && self.person_follows(end, false));
            return enough.then_some(end);
        }
        if capitals || !given {
            return None;
        }
        // One given name: at the head of what is said, or where only a person can stand.
        let last = &self.words[end - 1];
        // "Raven's Colored Matrices"
        let titled = self.words.get(end).is_some_and(|w| w.shape == Shape::Capital && w.is_plain());
        let person = last.possessive && !self.is_thing(end) && !titled || self.person_follows(end, false);
        // "Does Rosa centifolia" is a rose; "Is Ella or Plan B better" and "Can X be used" ask about things.
        let latin = self.unknown_lower(end) && self.joined(end) && !last.possessive;
        let rest: String = self.text[last.end..].chars().take(60).collect();
        let used = ["be used", "be combined", "be taken", "compared with"].iter().any(|u| rest.contains(u));
        let asked = at.checked_sub(1).is_some_and(|b| ASKED.contains(&self.key(b)))
            && !(latin || used || self.key(end) == "or");
        let after_list = self.text[last.end..].starts_with([',', '/']) && !self.person_follows(end, true);
        (!after_list && ((starts && person) || (asked && !self.is_thing(end)) || last.possessive && person))
            .then_some(end)
    }

    /// "KRISHNAMURTHY S 55F", at the head of a line: a word in capitals that no list knows, and an initial.
    fn surname_first(&self, at: usize) -> bool {
        let word = &self.words[at];
        let unknown = word.shape == Shape::Capitals && word.key.len() > 3 && !word.is_plain() && !word.is_known();
        let initial = self.words.get(at + 1).is_some_and(|w| w.shape == Shape::Initial) && self.joined(at + 1);
        let head = at == 0 || self.gap(at).contains('\n');
        unknown && initial && head && self.person_follows(at + 2, true) && !self.is_concept(at)
    }

    /// "Scott Bryant Graham syndrome": capital words, joined, that end in a thing.
    fn thing_ahead(&self, end: usize) -> bool {
        let capital = |i: usize| self.joined(i) && self.words.get(i).is_some_and(|w| w.shape == Shape::Capital);
        let stop = (end..end + 4).find(|i| !capital(*i)).unwrap_or(end);
        stop > end && (end + 1..=stop).any(|i| self.joined(i) && self.is_thing(i))
    }

    /// Whether an eponym of two words lies in a run or at its end.
    pub(super) fn is_eponym(&self, at: usize, end: usize) -> bool {
        let words = &self.words[at..(end + 1).min(self.words.len())];
        words.windows(2).any(|pair| EPONYMS.iter().any(|(a, b)| pair[0].key == *a && pair[1].key == *b))
    }

    /// "J.S." and "A.B.K.".
    pub(super) fn initials(&self, at: usize) -> Option<usize> {
        let dotted = |i: usize| {
            self.words.get(i).is_some_and(|w| w.shape == Shape::Initial && self.text[..w.end].ends_with('.'))
        };
        let end = (at..at + 4).take_while(|i| dotted(*i) && (*i == at || self.gap(*i).trim().is_empty())).count() + at;
        let last_without = self.words.get(end).is_some_and(|w| w.shape == Shape::Initial && self.gap(end).is_empty());
        let end = end + usize::from(end > at && last_without);
        (end - at > 1).then_some(end)
    }

    /// A word in lower case that no list of words knows.
    pub(super) fn unknown_lower(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| {
            w.shape == Shape::Lower
                && w.key.len() > 2
                && !w.possessive
                && !w.is_plain()
                && !w.is_known()
                && !self.is_concept(at)
        })
    }

    pub(super) fn lower_run(&self, at: usize) -> usize {
        let mut end = at + 1;
        while end < at + 4 && self.joined(end) {
            if self.unknown_lower(end) {
                end += 1;
            } else if PARTICLES.contains(&self.key(end)) && self.joined(end + 1) && self.unknown_lower(end + 1) {
                end += 2;
            } else {
                break;
            }
        }
        // "john brown 67m": a surname that is a word too, where a person is described next.
        let word_too =
            end == at + 1 && self.joined(end) && self.words[end].shape == Shape::Lower && self.words[end].is_surname();
        if word_too && self.words[at].is_given() && self.person_follows(end + 1, true) && !self.is_concept(end) {
            end += 1;
        }
        end
    }

    /// "john smith 67m": in lower case a given name and what can be a surname.
    pub(super) fn lower(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        if word.shape != Shape::Lower || !word.is_given() || self.is_concept(at) || (at > 0 && self.gap(at).is_empty())
        {
            return None;
        }
        let end = self.lower_run(at);
        let follows = self.person_follows(end, true);
        let surname = end - at > 1 && self.words[at + 1..end].iter().any(Word::is_surname);
        let greeted = self.key(end) == "here" && self.joined(end);
        (surname || greeted || (follows && (end - at > 1 || at == 0 || word.key.len() > 3 && self.starts_clause(at))))
            .then_some(end)
    }

    /// Whether what stands before a word speaks of a person: an age, a sex, a number; or, unless `narrow`, a verb.
    pub(super) fn person_follows(&self, at: usize, narrow: bool) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|b| self.words.get(b)) else { return false };
        let rest = self.text[before.end..].trim_start_matches(['\'', '’']);
        let rest = if before.possessive { rest.trim_start_matches(['s', 'S']) } else { rest };
        let lead = rest.len() - rest.trim_start_matches([' ', ',', '(', ':', ';', '/', '–', '-', '.', '|', '[']).len();
        if lead == 0 {
            return false;
        }
        let key = self.key(at);
        // "54F", "6 yo", ", 71,"
        let digits = key.bytes().take_while(u8::is_ascii_digit).count();
        if (1..4).contains(&digits) {
            let unit = &key[digits..];
            let next = if unit.is_empty() { self.key(at + 1) } else { unit };
            let age = AGE_UNITS.contains(&next)
                || next.starts_with("y")
                || next.starts_with("-y")
                || next.starts_with("-m")
                || unit.starts_with('-');
            let alone = unit.is_empty()
                && rest[..lead].contains(['(', ','])
                && self.words.get(at).is_some_and(|w| self.text[w.end..].starts_with([',', ')', ':', ';']));
            return age || alone;
        }
        if RECORD.contains(&key)
            || (key == "d" && rest[lead..].starts_with("D.O.B"))
            || rest[lead..].starts_with("d.o.b")
        {
            return true;
        }
        !narrow && VERBS.contains(&key) && (rest[..lead].trim().is_empty() || rest[..lead].trim() == ",")
    }
}
