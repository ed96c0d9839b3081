//! Whether a text is one sentence. Errs on the side of yes: a missed second sentence is seen in review, a false alarm
//! stops a writer who did nothing wrong.

/// Abbreviations after which a sentence goes on, whatever follows.
const GOES_ON: [&str; 32] = [
    "vs", "v", "e.g", "i.e", "approx", "no", "nos", "st", "ste", "dr", "drs", "prof", "mr", "mrs", "ms", "fig", "figs",
    "sec", "sect", "cf", "ca", "eq", "ref", "refs", "vol", "viz", "incl", "excl", "esp", "resp", "subsp", "var",
];

/// Abbreviations that can end a sentence: they do so where a word follows that sentences start with.
const MAY_END: [&str; 40] = [
    "etc", "al", "i.v", "iv", "i.m", "im", "s.c", "sc", "p.o", "po", "p.r", "i.d", "i.t", "i.p", "s.l", "o.d", "b.d",
    "b.i.d", "t.i.d", "t.d.s", "q.i.d", "q.d", "q.d.s", "p.r.n", "a.m", "p.m", "u.s", "u.k", "e.u", "spp", "sp", "max",
    "min", "wk", "mo", "yr", "hr", "inc", "ltd", "p",
];

/// Words that start sentences and hardly ever follow an abbreviation inside one.
const STARTERS: [&str; 72] = [
    "The",
    "A",
    "An",
    "This",
    "These",
    "That",
    "Those",
    "It",
    "If",
    "In",
    "For",
    "When",
    "Where",
    "While",
    "After",
    "Before",
    "Do",
    "Does",
    "Give",
    "Avoid",
    "Use",
    "Start",
    "Stop",
    "Continue",
    "Consider",
    "Repeat",
    "Check",
    "Measure",
    "Monitor",
    "Reduce",
    "Increase",
    "Add",
    "Offer",
    "Refer",
    "Treat",
    "Test",
    "Ask",
    "Patients",
    "People",
    "Adults",
    "Children",
    "Women",
    "Men",
    "There",
    "They",
    "We",
    "Most",
    "Many",
    "Some",
    "All",
    "No",
    "Not",
    "On",
    "At",
    "As",
    "With",
    "Without",
    "Then",
    "Also",
    "However",
    "Therefore",
    "Because",
    "Although",
    "Its",
    "Their",
    "Both",
    "Each",
    "Either",
    "Every",
    "Until",
    "Once",
    "Only",
];

/// The character (not byte) at which a second sentence starts.
pub(super) fn second_sentence(text: &str) -> Option<usize> {
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if !matches!(c, '.' | '?' | '!') {
            continue;
        }
        let closers = chars.iter().skip(i + 1).take_while(|c| matches!(c, ')' | ']' | '"' | '\'' | '”' | '’')).count();
        let gap = i + 1 + closers;
        let spaces = chars.iter().skip(gap).take_while(|c| c.is_whitespace()).count();
        let openers =
            chars.iter().skip(gap + spaces).take_while(|c| matches!(c, '(' | '[' | '"' | '\'' | '“' | '‘')).count();
        let next = gap + spaces + openers;
        let Some(&first) = chars.get(next) else { continue };
        if spaces == 0 || !(first.is_uppercase() || first.is_ascii_digit()) {
            continue;
        }
        if c == '.' && closers == 0 && abbreviated(&chars, i, next) {
            continue;
        }
        return Some(gap + spaces);
    }
    None
}

/// Whether the full stop at `stop` belongs to an abbreviation that does not end the sentence before `next`.
fn abbreviated(chars: &[char], stop: usize, next: usize) -> bool {
    let before = chars.get(..stop).unwrap_or_default();
    let word: Vec<char> =
        before.iter().rev().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '\'' | '-')).copied().collect();
    let word: String = word.into_iter().rev().collect();
    let lower = word.to_lowercase();
    let following: String = chars.iter().skip(next).take_while(|c| c.is_alphanumeric()).collect();
    let digit = following.starts_with(|c: char| c.is_ascii_digit());
    if lower == "no" || lower == "nos" {
        // "No. 4" is a number, "the answer is no. Then" is not.
        return digit;
    }
    if GOES_ON.contains(&lower.as_str()) {
        return true;
    }
    // An initial, a letter after "vitamin" or "hepatitis".
    let letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    (letter || MAY_END.contains(&lower.as_str())) && (digit || !STARTERS.contains(&following.as_str()))
}

#[cfg(test)]
mod tests {
    use super::second_sentence;

    #[test]
    fn one_sentence_with_stops_inside() {
        for text in [
            "Give magnesium sulfate 2 g i.v. over 15 min.",
            "FOLFIRI vs. FOLFOX gave 8.5 vs. 8.0 months.",
            "Use a strong base, e.g. NaOH, or St. John's wort.",
            "See No. 4 of the list by J. Smith et al. 2013.",
            "Give approx. 5 mg p.o. 3 times a day.",
            "Mg < 0.5 mmol/L (approx. 1.2 mg/dL) is severe.",
            "Version 1.2.3 of the guideline applies.",
            "Hepatitis B. C and D are viruses.",
            "Is the tumour RAS wild-type?",
            "Aim for a level of 0.7 mmol/L.",
            "The U.S. Food and Drug Administration warns.",
        ] {
            assert_eq!(second_sentence(text), None, "{text}");
        }
    }

    #[test]
    fn a_second_sentence_is_found_where_it_starts() {
        for (text, start) in [
            ("Give it. Then stop.", 9),
            ("Give 2 g i.v. Repeat every 6 h.", 14),
            ("Give vitamin D. The level matters.", 16),
            ("Is it so? Ask.", 10),
            ("It ends (here.) Then more.", 16),
            ("Keep it below 65. 30 mg will do.", 18),
            ("Größe zählt. “Über” auch.", 13),
            ("The answer is no. Give none.", 18),
        ] {
            assert_eq!(second_sentence(text), Some(start), "{text}");
        }
    }
}
