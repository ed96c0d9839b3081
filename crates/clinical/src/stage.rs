//! Stages and TNM as written, compared as far as they say anything.

use crate::truth::Truth;

/// A stage: 0 to 4 and what follows it, `IIIA` → (3, "a").
pub(crate) fn parse(text: &str) -> Option<(u8, String)> {
    let t = text.trim().to_lowercase();
    let t = t.strip_prefix("stage").map_or(t.as_str(), str::trim_start);
    for (numeral, n) in [("iv", 4), ("iii", 3), ("ii", 2), ("i", 1), ("0", 0), ("1", 1), ("2", 2), ("3", 3), ("4", 4)] {
        if let Some(rest) = t.strip_prefix(numeral) {
            let letter = rest.strip_prefix('-').unwrap_or(rest);
            let fits = letter.len() <= 2
                && letter
                    .chars()
                    .enumerate()
                    .all(|(i, c)| if i == 0 { c.is_ascii_lowercase() } else { c.is_ascii_digit() });
            return (fits && !letter.starts_with(['i', 'v'])).then(|| (n, letter.to_owned()));
        }
    }
    None
}

/// A stage in its usual form: `iii-a` → `IIIA`.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let (n, letter) = parse(text)?;
    Some(format!("{}{}", ["0", "I", "II", "III", "IV"][n as usize], letter.to_uppercase()))
}

/// Whether stage `said` is stage `asked`: IIIA is a III; III may be a IIIA; II is not.
pub(crate) fn matches(said: &str, asked: &str) -> Truth {
    match (parse(said), parse(asked)) {
        (Some((s, sl)), Some((a, al))) => {
            if s != a {
                Truth::NotMet
            } else if sl.starts_with(&al) {
                Truth::Met
            } else if al.starts_with(&sl) {
                Truth::Unknown
            } else {
                Truth::NotMet
            }
        }
        _ => Truth::Unknown,
    }
}

/// T, N and M as written: each a letter and what follows it. Prefixes for how it was found (`p`, `c`, `y`) are dropped.
pub(crate) fn tnm(text: &str) -> Vec<(char, String)> {
    let mut parts: Vec<(char, String)> = Vec::new();
    let lower = text.to_lowercase();
    let mut chars = lower.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            't' | 'n' | 'm' => {
                let mut degree = String::new();
                // A degree is a digit with an optional letter, `x`, or `is`.
                while let Some(&d) = chars.peek() {
                    let fits = d.is_ascii_digit() || matches!(d, 'a'..='d' | 'x' | 'i' | 's');
                    if !fits {
                        break;
                    }
                    degree.push(d);
                    chars.next();
                }
                if !degree.is_empty() {
                    parts.push((c, degree));
                }
            }
            _ => {}
        }
    }
    parts
}

/// Whether the TNM `said` has every part of the one `asked`.
pub(crate) fn tnm_matches(said: &str, asked: &str) -> Truth {
    let said = tnm(said);
    tnm(asked).iter().fold(Truth::Met, |truth, (letter, degree)| {
        truth.and(match said.iter().find(|(l, _)| l == letter) {
            None => Truth::Unknown,
            Some((_, d)) if d == "x" => Truth::Unknown,
            Some((_, d)) if d.starts_with(degree.as_str()) => Truth::Met,
            Some((_, d)) if degree.starts_with(d.as_str()) => Truth::Unknown,
            Some(_) => Truth::NotMet,
        })
    })
}

/// The stage group of a colorectal TNM (AJCC 8th edition, without letters for III), for telling a conflict with a stage
/// written beside it.
pub(crate) fn colorectal_stage(text: &str) -> Option<&'static str> {
    let parts = tnm(text);
    let get = |letter| parts.iter().find(|(l, _)| *l == letter).map(|(_, d)| d.as_str());
    if get('m').is_some_and(|m| m.starts_with('1')) {
        return Some("IV");
    }
    let n = get('n')?;
    if n.starts_with(['1', '2']) {
        return Some("III");
    }
    if n != "0" {
        return None;
    }
    match get('t')? {
        "is" => Some("0"),
        "1" | "2" => Some("I"),
        "3" => Some("IIA"),
        "4a" => Some("IIB"),
        "4b" => Some("IIC"),
        "4" => Some("II"),
        _ => None,
    }
}

/// Whether a TNM says if there are distant metastases.
pub(crate) fn says_m(text: &str) -> bool {
    tnm(text).iter().any(|(letter, degree)| *letter == 'm' && degree != "x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrower_stage_is_the_broader_one() {
        assert_eq!(matches("IIIA", "III"), Truth::Met);
        assert_eq!(matches("III", "IIIA"), Truth::Unknown);
        assert_eq!(matches("IIIB", "IIIA"), Truth::NotMet);
        assert_eq!(matches("II", "III"), Truth::NotMet);
        assert_eq!(matches("3", "III"), Truth::Met);
        assert_eq!(canonical("stage iiia").as_deref(), Some("IIIA"));
        assert_eq!(parse("VI"), None);
        assert_eq!(parse("iii and more"), None);
    }

    #[test]
    fn tnm_is_compared_part_by_part() {
        assert_eq!(tnm_matches("pT3 N0 M0", "T3"), Truth::Met);
        assert_eq!(tnm_matches("T4a N1", "T4 N1"), Truth::Met);
        assert_eq!(tnm_matches("T4", "T4a"), Truth::Unknown);
        assert_eq!(tnm_matches("T3N0", "M0"), Truth::Unknown);
        assert_eq!(tnm_matches("T3N0", "N1"), Truth::NotMet);
        assert_eq!(colorectal_stage("T3N0M0"), Some("IIA"));
        assert_eq!(colorectal_stage("T2 N1b"), Some("III"));
        assert_eq!(colorectal_stage("T3"), None);
    }
}
