//! Names that something announces: a title, a relation, "my name is", or a comma between surname and given name.

use super::Finder;
use super::cues::{PARTICLES, PATIENT, RELATIONS, SIGN_OFF, TITLES};
use crate::identifiers::words::Shape;

impl Finder<'_> {
    /// After a title, a relation, "my name is", "patient", or as a signature.
    pub(super) fn announced(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        let before = at.checked_sub(1)?;
        let gap = self.gap(at);
        let near = gap.trim().is_empty() || matches!(gap.trim(), "." | ":" | "," | "-" | "=" | "#");
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
                && (cue == "named" || gap.contains([':', '=']))
            || (cue == "name" && self.words[before].possessive);
        let person = |key: &str| {
            RELATIONS.contains(&key) || PATIENT.contains(&key) || matches!(key, "m" | "f" | "male" | "female")
        };
        let called = matches!(cue, "called" | "nicknamed") && person(two);
        let relation =
            RELATIONS.contains(&cue) && matches!(gap.trim(), "" | "," | ":") && !self.words[before].possessive;
        let patient = (PATIENT.contains(&cue) && !(cue == "re" && !gap.contains(':')))
            || (cue == "is" && (PATIENT.contains(&two) || two == "this") && same_clause);
        let myself = (matches!(cue, "i'm" | "im") || (cue == "am" && two == "i")) && same_clause;
        let signed = SIGN_OFF.contains(&cue) && (gap.contains([',', '\n', '-']) || cue == "signed" || cue == "thanks");
        if !(is_name || called || relation || patient || myself || signed) {
            return None;
        }
        if let Some(end) = self.initials(at).filter(|_| patient || is_name) {
            return Some(end);
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
            && self.person_follows(at + 1, false);
        if weak {
            return Some(at + 1);
        }
        if end == at || self.is_thing(end) && !self.words[at].is_given() {
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

    /// After a title eponyms are names too.
    pub(super) fn titled(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        let title_is_ms = self.key(at - 1) == "ms" && self.words[at - 1].shape == Shape::Lower;
        match word.shape {
            Shape::Capital | Shape::Capitals if word.key.len() > 1 => {
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
                let enough = self.unknown_lower(at) && (!title_is_ms || word.is_given() || word.is_surname());
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
