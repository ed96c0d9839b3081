//! Names that something announces: a title, a relation, "my name is", or a comma between surname and given name.

use super::Finder;
use super::cues::{AGE_UNITS, PARTICLES, PATIENT, RECORD, RELATIONS, SIGN_OFF, TITLES};
use crate::identifiers::words::Shape;

impl Finder<'_> {
    /// After a title, a relation, "my name is", "patient", or as a signature.
    pub(super) fn announced(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        let before = at.checked_sub(1)?;
        let gap = self.gap(at);
        let near = gap.trim().is_empty() || matches!(gap.trim(), "." | ":" | "," | "-" | "=" | "#" | "(");
        if !near || gap.contains("\n\n") {
            return None;
        }
        let cue = self.key(before);
        let two = at.checked_sub(2).map_or("", |i| self.key(i));
        let same_clause = matches!(gap.trim(), "" | "." | ":");
        if TITLES.contains(&cue) && matches!(gap.trim(), "" | ".") && self.words[before].shape != Shape::Capitals {
            return self.titled(at);
        }
        let is_name = (cue == "is" || gap.contains([':', '='])) && two.starts_with("name")
            || matches!(cue, "name" | "named" | "names")
                && !self.words[before].possessive
                && ((cue == "named" && self.someone_before(before)) || gap.contains([':', '=']))
            || (cue == "name" && self.words[before].possessive)
            || (cue == "names" && two == "my")
            || (cue == "name" && PATIENT.contains(&two) && word.shape == Shape::Capital && !word.is_plain());
        let person = |key: &str| {
            RELATIONS.contains(&key) || PATIENT.contains(&key) || matches!(key, "m" | "f" | "male" | "female")
        };
        let called = matches!(cue, "called" | "nicknamed") && person(two) || (cue == "by" && two == "goes");
        let relation = RELATIONS.contains(&cue) && matches!(gap.trim(), "" | "," | ":" | "(") && !self.words[before].possessive
            // "The Kids In Control trial"
            && (self.words[before].shape == Shape::Lower || !word.is_plain() || self.starts_clause(before));
        // "in 40 patients. Siltuximab, a": a sentence ends there; "pt. Smith" does not.
        let ended = gap.trim() == "." && cue.len() > 4;
        let patient = (PATIENT.contains(&cue) && !ended && (cue != "re" || gap.contains(':')))
            || (cue == "is" && (PATIENT.contains(&two) || two == "this") && same_clause);
        let myself = (matches!(cue, "i'm" | "im") || (cue == "am" && two == "i")) && same_clause;
        let signed = SIGN_OFF.contains(&cue) && (gap.contains([',', '\n', '-']) || cue == "signed" || cue == "thanks");
        if !(is_name || called || relation || patient || myself || signed)
            || (gap.contains('(') && !(relation && word.is_given()))
        {
            return None;
        }
        if let Some(end) = self.initials(at).filter(|_| patient || is_name) {
            return Some(end);
        }
        let header = matches!(cue, "name" | "surname" | "forename" | "firstname" | "lastname" | "contact");
        let entry = gap.contains([':', '=']) || gap == " - " || (cue == "name" && PATIENT.contains(&two));
        if header && entry && !word.is_plain() {
            return Some(self.header(at)).filter(|end| *end > at);
        }
        // "pt: m. castellanos"
        let initial = word.shape == Shape::Lower && word.key.len() == 1 && self.gap(at + 1).starts_with('.');
        if initial && (patient || is_name) && self.unknown_lower(at + 1) {
            return Some(self.lower_run(at + 1));
        }
        if word.shape == Shape::Lower {
            let enough = word.is_given() && !self.is_concept(at);
            return enough.then(|| self.lower_run(at)).or_else(|| {
                let two = self.unknown_lower(at)
                    && self.joined(at + 1)
                    && self.unknown_lower(at + 1)
                    && (is_name || self.person_follows(at + 2, true));
                two.then_some(at + 2).or((is_name && self.unknown_lower(at)).then_some(at + 1))
            });
        }
        let sure = is_name || called || word.is_given() || relation;
        let end = self.run(at, sure);
        let weak = end == at
            && word.shape == Shape::Capital
            && (relation && gap.trim().is_empty() || is_name)
            && !self.is_concept(at)
            && !word.is_known()
            && word.is_plain()
            && self.words[before].shape == Shape::Lower
            && !self.is_thing(at)
            && self.person_follows(at + 1, false);
        if weak {
            return Some(at + 1);
        }
        if end == at
            || self.is_thing(end) && !self.words[at].is_given()
            || self.is_device(at, end)
            || (relation && self.is_eponym(at, end))
        {
            return None;
        }
        // "Patient Reported": one capital word that no list knows is not enough where anything may follow.
        let given = (at..end).any(|i| self.words[i].is_given());
        let known = given || (at..end).any(|i| self.words[i].is_surname());
        let enough = is_name
            || called
            || given
            || (relation && word.shape == Shape::Capital)
            || (end - at > 1 && known)
            || ((patient || signed) && (known || end - at > 1 || self.person_follows(end, false)))
            || (myself && end - at > 1);
        let capitals_alone = end - at == 1 && word.shape == Shape::Capitals && !given;
        (enough && !capitals_alone).then_some(end)
    }

    /// In the head of a letter all that follows "Name:" on the line, up to what begins the next entry.
    fn header(&self, at: usize) -> usize {
        let fits = |i: usize| {
            let Some(word) = self.words.get(i) else { return false };
            let gap = self.gap(i);
            let near = i == at || (matches!(gap, " " | ", " | "," | ". ") || (gap.is_empty() && i > at));
            let entry = RECORD.contains(&word.key.as_str())
                || matches!(
                    word.key.as_str(),
                    "sex" | "date" | "gender" | "nhs" | "hospital" | "dx" | "address" | "number"
                );
            let written = match word.shape {
                Shape::Capital | Shape::Capitals => !self.is_concept(i),
                Shape::Initial => true,
                Shape::Lower => PARTICLES.contains(&word.key.as_str()) || self.unknown_lower(i),
                Shape::Other => false,
            };
            near && !entry && written
        };
        (at..at + 6).take_while(|i| fits(*i)).last().map_or(at, |i| i + 1)
    }

    /// Whether one of the words shortly before is for a person.
    fn someone_before(&self, at: usize) -> bool {
        (at.saturating_sub(5)..at).any(|i| {
            let key = self.key(i);
            RELATIONS.contains(&key)
                || PATIENT.contains(&key)
                || TITLES.contains(&key)
                || AGE_UNITS.contains(&key)
                || matches!(key, "person" | "old" | "who" | "he" | "she" | "someone" | "i" | "is")
                || key.ends_with('f') && key.starts_with(|c: char| c.is_ascii_digit())
                || key.ends_with('m') && key.starts_with(|c: char| c.is_ascii_digit())
        })
    }

    /// "Dexcom G7": a word no list knows before a model's number.
    fn is_device(&self, at: usize, end: usize) -> bool {
        let model = self.words.get(end).is_some_and(|w| {
            w.shape == Shape::Other && w.key.len() < 4 && w.key.starts_with(|c: char| c.is_ascii_alphabetic())
        });
        model && self.joined(end) && !(at..end).any(|i| self.words[i].is_given() || self.words[i].is_surname())
    }

    /// After a title eponyms are names too.
    pub(super) fn titled(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        let title_is_ms = self.key(at - 1) == "ms" && self.words[at - 1].shape == Shape::Lower;
        match word.shape {
            Shape::Capital | Shape::Capitals if word.key.len() > 1 && word.key != "google" => {
                let medical = self.is_concept(at) && !word.is_surname() && !word.is_given();
                let plain = word.is_plain() && !(word.shape == Shape::Capital && word.is_surname());
                if PARTICLES.contains(&word.key.as_str()) {
                    return Some(self.run(at, true)).filter(|end| *end > at).or(word.is_surname().then_some(at + 1));
                }
                (!medical && !plain).then(|| {
                    let more = self.run(at + 1, true);
                    if self.joined(at + 1) && !word.possessive { more.max(at + 1) } else { at + 1 }
                })
            }
            Shape::Initial => {
                let end = self.run(at, true);
                (end > at).then_some(end).or((self.text[..word.end].ends_with('.')).then_some(at + 1))
            }
            Shape::Lower if PARTICLES.contains(&word.key.as_str()) => Some(self.run(at, true)).filter(|end| *end > at),
            Shape::Lower => {
                // "The nurse cystoscopist" is a trade.
                let title = self.key(at - 1);
                let weak = title_is_ms || matches!(title, "nurse" | "sir" | "miss" | "rev");
                let enough = self.unknown_lower(at) && (!weak || word.is_given() || word.is_surname());
                enough.then(|| self.lower_run(at))
            }
            _ => None,
        }
    }

    /// "Smith, John" and "RUIZ, Carmen".
    pub(super) fn turned(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        let capital = matches!(word.shape, Shape::Capital | Shape::Capitals) && word.key.len() > 1 && !word.possessive;
        let next = self.words.get(at + 1)?;
        if !capital || self.gap(at + 1) != ", " || !matches!(next.shape, Shape::Capital | Shape::Capitals) {
            return None;
        }
        let starts = at == 0
            || self.gap(at).contains(['.', ':', ';', '\n', '?', '(', '!', '#', '-', '/'])
            || PATIENT.contains(&self.key(at - 1));
        let first = !word.is_plain() && (!word.is_known() || starts) || (starts && word.is_surname());
        let surname = word.is_surname() || !word.is_plain();
        let given = next.is_given()
            || (starts && word.is_surname() && self.can_be(at + 1) && self.person_follows(at + 2, false));
        let follows = starts || self.person_follows(self.run(at + 1, true), false);
        (first && surname && given && follows && !self.is_concept(at)).then(|| self.run(at + 1, true).max(at + 2))
    }
}
