//! Names of people. A name is known by what it is made of (a given name, a frequent surname), by what announces it (a
//! title, "my husband", "named", a signature) and by what follows it (", 54F", "DOB"). Words of medicine, eponyms,
//! places and brands are none by themselves.

use super::words::{Shape, Word, words};
use crate::lexicon;

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "drs",
    "doctor",
    "prof",
    "professor",
    "sir",
    "madam",
    "mme",
    "herr",
    "frau",
    "senor",
    "senora",
    "rev",
    "nurse",
    "messrs",
    "monsieur",
    "madame",
    "mister",
    "missus",
    "dra",
];
const RELATIONS: &[&str] = &[
    "husband",
    "wife",
    "son",
    "daughter",
    "mother",
    "father",
    "mom",
    "mum",
    "mam",
    "dad",
    "mommy",
    "daddy",
    "brother",
    "sister",
    "grandmother",
    "grandfather",
    "grandma",
    "grandpa",
    "granny",
    "nan",
    "nana",
    "grandson",
    "granddaughter",
    "aunt",
    "auntie",
    "uncle",
    "cousin",
    "niece",
    "nephew",
    "partner",
    "friend",
    "neighbor",
    "neighbour",
    "boyfriend",
    "girlfriend",
    "fiance",
    "fiancee",
    "baby",
    "boy",
    "girl",
    "child",
    "kid",
    "twin",
    "toddler",
    "client",
    "colleague",
    "roommate",
    "coworker",
    "caregiver",
    "carer",
    "stepson",
    "stepdaughter",
    "spouse",
    "infant",
    "newborn",
    "hubby",
    "gentleman",
    "lady",
    "man",
    "woman",
    "sibling",
    "teenager",
    "student",
];
const PATIENT: &[&str] = &["patient", "pt", "pts", "patients", "re", "regarding", "attn", "veteran", "resident"];
const SIGN_OFF: &[&str] = &[
    "thanks",
    "thank",
    "you",
    "regards",
    "wishes",
    "cheers",
    "sincerely",
    "yours",
    "best",
    "signed",
    "thx",
    "greetings",
];
const PARTICLES: &[&str] = &[
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "el", "al",
    "ter", "ten", "bin", "ibn", "af", "zu", "y", "bint", "abu", "st", "san",
];
/// After a capital word these say that it is an eponym, a trial or a place.
const THINGS: &[&str] = &[
    "disease",
    "syndrome",
    "sign",
    "test",
    "score",
    "scale",
    "index",
    "criteria",
    "classification",
    "palsy",
    "tumor",
    "tumour",
    "lymphoma",
    "sarcoma",
    "trial",
    "study",
    "procedure",
    "operation",
    "maneuver",
    "manoeuvre",
    "catheter",
    "hospital",
    "university",
    "clinic",
    "medical",
    "center",
    "centre",
    "institute",
    "regimen",
    "protocol",
    "staging",
    "grade",
    "stage",
    "method",
    "model",
    "equation",
    "formula",
    "phenomenon",
    "reflex",
    "position",
    "line",
    "solution",
    "virus",
    "fever",
    "anemia",
    "anaemia",
    "stain",
    "cell",
    "cells",
    "body",
    "bodies",
    "fracture",
    "ulcer",
    "esophagus",
    "contracture",
    "thyroiditis",
    "neuropathy",
    "ataxia",
    "chorea",
    "node",
    "nodes",
    "murmur",
    "foundation",
    "college",
    "guideline",
    "guidelines",
    "gene",
    "mutation",
    "variant",
    "deficiency",
    "disorder",
    "inventory",
    "questionnaire",
    "trials",
    "studies",
    "group",
    "street",
    "road",
    "avenue",
    "city",
    "county",
    "state",
];

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

    /// The end of the name that begins at a word, if one does.
    fn at(&self, at: usize) -> Option<usize> {
        self.announced(at).or_else(|| self.turned(at)).or_else(|| self.bare(at)).or_else(|| self.lower(at))
    }

    /// After a title, a relation, "my name is", "patient", or as a signature.
    fn announced(&self, at: usize) -> Option<usize> {
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
    fn titled(&self, at: usize) -> Option<usize> {
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
    fn turned(&self, at: usize) -> Option<usize> {
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

    /// Written like a name, with nothing to announce it.
    fn bare(&self, at: usize) -> Option<usize> {
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
        let end = self.run(at, word.is_given());
        if end == at || (self.is_thing(end) && !self.words[end - 1].possessive) {
            return None;
        }
        let all = &self.words[at..end];
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
        let person = last.possessive && !self.is_thing(end) || self.person_follows(end, false);
        let asked = at.checked_sub(1).is_some_and(|b| {
            matches!(
                self.key(b),
                "should"
                    | "can"
                    | "does"
                    | "is"
                    | "could"
                    | "must"
                    | "will"
                    | "has"
                    | "did"
                    | "for"
                    | "may"
                    | "would"
                    | "about"
                    | "gave"
                    | "give"
                    | "tell"
                    | "told"
            )
        });
        let after_list = self.text[last.end..].starts_with([',', '/']) && !self.person_follows(end, true);
        (!after_list && ((starts && person) || (asked && !self.is_thing(end)) || last.possessive && person))
            .then_some(end)
    }

    /// "J.S." and "A.B.K.".
    fn initials(&self, at: usize) -> Option<usize> {
        let dotted = |i: usize| {
            self.words.get(i).is_some_and(|w| w.shape == Shape::Initial && self.text[..w.end].ends_with('.'))
        };
        let end = (at..at + 4).take_while(|i| dotted(*i) && (*i == at || self.gap(*i).trim().is_empty())).count() + at;
        let last_without = self.words.get(end).is_some_and(|w| w.shape == Shape::Initial && self.gap(end).is_empty());
        let end = end + usize::from(end > at && last_without);
        (end - at > 1).then_some(end)
    }

    /// A word in lower case that no list of words knows.
    fn unknown_lower(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| {
            w.shape == Shape::Lower
                && w.key.len() > 2
                && !w.possessive
                && !w.is_plain()
                && !w.is_known()
                && !self.is_concept(at)
        })
    }

    fn lower_run(&self, at: usize) -> usize {
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
    fn lower(&self, at: usize) -> Option<usize> {
        let word = &self.words[at];
        if word.shape != Shape::Lower
            || !word.is_given()
            || self.is_concept(at)
            || !(at == 0 || !self.gap(at).is_empty())
        {
            return None;
        }
        let end = self.lower_run(at);
        let follows = self.person_follows(end, true);
        let surname = end - at > 1 && self.words[at + 1..end].iter().any(Word::is_surname);
        (surname || (follows && (end - at > 1 || at == 0 || word.key.len() > 3 && self.starts_clause(at))))
            .then_some(end)
    }

    /// Whether what stands before a word speaks of a person: an age, a sex, a number; or, unless `narrow`, a verb.
    fn person_follows(&self, at: usize, narrow: bool) -> bool {
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
            let aged = [
                "f", "m", "y", "yo", "yr", "yrs", "year", "years", "mo", "month", "months", "wk", "week", "weeks",
                "day", "days", "male", "female", "w", "yof", "yom", "d",
            ];
            let age = aged.iter().any(|a| next == *a)
                || next.starts_with("y")
                || next.starts_with("-y")
                || next.starts_with("-m")
                || unit.starts_with('-');
            let alone = unit.is_empty()
                && rest[..lead].contains(['(', ','])
                && self.words.get(at).is_some_and(|w| self.text[w.end..].starts_with([',', ')', ':', ';']));
            return age || alone;
        }
        let narrow_cues = [
            "dob", "mrn", "tel", "phone", "mobile", "cell", "acct", "account", "ssn", "nhs", "id", "ref", "file",
            "bed", "born", "aged", "age", "chart", "room", "male", "female",
        ];
        if narrow_cues.contains(&key)
            || (key == "d" && rest[lead..].starts_with("D.O.B"))
            || rest[lead..].starts_with("d.o.b")
        {
            return true;
        }
        let verbs = [
            "is",
            "was",
            "has",
            "had",
            "who",
            "presents",
            "presented",
            "takes",
            "took",
            "started",
            "came",
            "needs",
            "wants",
            "asks",
            "asked",
            "says",
            "lives",
            "weighs",
            "complains",
            "reports",
            "denies",
            "and",
            "gets",
            "cannot",
            "can",
            "with",
            "on",
            "drinks",
            "smokes",
            "a",
            "an",
            "did",
            "recommended",
            "saw",
            "called",
        ];
        !narrow && verbs.contains(&key) && (rest[..lead].trim().is_empty() || rest[..lead].trim() == ",")
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
        if keys.is_empty() {
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
            if !taken && capital && keys.binary_search(&word.key.as_str()).is_ok() && !self.is_thing(at + 1) {
                more.push((at, at + 1));
            }
        }
        found.extend(more);
        found.sort_unstable();
    }
}
