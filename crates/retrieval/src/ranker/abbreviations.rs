//! Abbreviations that an article explains: "heart rate (HR)".
//!
//! Owns finding them, after Schwartz and Hearst (2003, Pac. Symp. Biocomput. 451), by first letters of words only. Must
//! not know questions.

/// One abbreviation and what it stands for, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Abbreviation<'a> {
    pub(super) short: &'a str,
    pub(super) long: &'a str,
}

/// Those explained in a sentence. Linear in its length.
pub(super) fn explained(sentence: &str) -> Vec<Abbreviation<'_>> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(open) = sentence[from..].find('(').map(|i| from + i) {
        from = open + 1;
        let Some(close) = sentence[from..].find([')', ';', ',']).map(|i| from + i) else { break };
        let short = sentence[from..close].trim();
        if is_short(short)
            && let Some(long) = long_form(sentence[..open].trim_end(), short)
        {
            out.push(Abbreviation { short, long });
        }
    }
    out
}

fn is_short(text: &str) -> bool {
    (2..=10).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.bytes().filter(u8::is_ascii_uppercase).count() >= 2
}

/// The words before whose first letters make the abbreviation, small words skipped.
fn long_form<'a>(before: &'a str, short: &str) -> Option<&'a str> {
    let letters: Vec<u8> = short.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase()).collect();
    let letters =
        if letters.last() == Some(&b's') && short.ends_with('s') { &letters[..letters.len() - 1] } else { &letters };
    let starts: Vec<usize> = word_starts(before);
    let (mut at, mut skipped) = (starts.len(), 0);
    let mut wanted = letters.len();
    while wanted > 0 {
        at = at.checked_sub(1)?;
        let first = before.as_bytes().get(starts[at])?.to_ascii_lowercase();
        if first == letters[wanted - 1] {
            wanted -= 1;
            skipped = 0;
        } else {
            skipped += 1;
            if skipped > 2 {
                return None;
            }
        }
    }
    before.get(starts[at]..)
}

fn word_starts(text: &str) -> Vec<usize> {
    let mut inside = false;
    let mut out = Vec::new();
    for (i, c) in text.char_indices() {
        let word = c.is_alphanumeric();
        if word && !inside {
            out.push(i);
        }
        inside = word;
    }
    let keep = out.len().saturating_sub(16);
    out.split_off(keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_letters_tell() {
        let found = explained("Mean heart rate (HR) and length of stay (LOS) in the unit (Table 2; n = 3).");
        assert_eq!(
            found,
            [Abbreviation { short: "HR", long: "heart rate" }, Abbreviation { short: "LOS", long: "length of stay" }]
        );
        assert!(explained("It fell by a third (P < 0.01) in men (USA).").is_empty());
        assert!(explained("of β-blockers (").is_empty());
    }
}
