//! Signs in a sentence that it reports a result, or that it does something else: words and figures.
//!
//! Owns the lists. Must not know questions.

use crate::Analyzer;
use crate::HashMap;

/// Kinds of words counted.
pub(super) const KINDS: usize = 10;
pub(super) const SIGNIFICANT: usize = 0;
pub(super) const NONE: usize = 1;
pub(super) const UP: usize = 2;
pub(super) const DOWN: usize = 3;
pub(super) const COMPARE: usize = 4;
pub(super) const GROUP: usize = 5;
pub(super) const AIM: usize = 6;
pub(super) const BACKGROUND: usize = 7;
pub(super) const METHOD: usize = 8;
pub(super) const TABLE: usize = 9;

#[rustfmt::skip]
const WORDS: [&str; KINDS] = [
    "significant significantly significance",
    "no not nor neither similar similarly comparable unchanged nonsignificant ns without equivalent same identical",
    "higher increase increased increases increasing greater improve improved improvement more longer rose better larger elevated gain superior",
    "lower decrease decreased decreases reduction reduced fewer less shorter declined worse fell smaller decline inferior loss",
    "than versus vs compared comparison between difference differences differ differed different both",
    "group groups arm arms patients participants treated receiving placebo control controls",
    "aim aimed objective purpose hypothesis hypothesized hypothesised evaluate investigate determine whether primary secondary endpoint",
    "previous previously studies reported known literature et al shown suggested suggest may could possible recent et",
    "randomized randomised randomly allocated analysed analyzed test used using performed assessed measured calculated defined eligible criteria sample power",
    "table fig figure appendix supplementary",
];

/// The lists as stems.
#[derive(Debug, Clone)]
pub(super) struct Lists(HashMap<String, usize>);

impl Lists {
    pub(super) fn new(analyzer: &mut Analyzer) -> Self {
        let mut map = HashMap::default();
        for (kind, words) in WORDS.iter().enumerate() {
            for word in words.split(' ') {
                if let Some(stem) = analyzer.stem(word) {
                    map.entry(stem.to_owned()).or_insert(kind);
                }
            }
        }
        Self(map)
    }

    pub(super) fn kind(&self, stem: &str) -> Option<usize> {
        self.0.get(stem).copied()
    }
}

/// Figures of a sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Figures {
    /// Numbers.
    pub(super) numbers: f32,
    /// Percent signs.
    pub(super) percents: f32,
    /// "P < 0.05", "p-value of 0.3".
    pub(super) p_value: f32,
    /// A confidence interval.
    pub(super) interval: f32,
    /// "±".
    pub(super) spread: f32,
    /// References in brackets.
    pub(super) references: f32,
    /// Share of digits among its bytes.
    pub(super) digits: f32,
    /// Whether it ends as a sentence does.
    pub(super) ended: f32,
}

/// Reads the figures. One pass over the bytes.
pub(super) fn figures(text: &str) -> Figures {
    let bytes = text.as_bytes();
    let mut f = Figures::default();
    let mut digits = 0usize;
    let mut within = false;
    for (i, &b) in bytes.iter().enumerate() {
        let digit = b.is_ascii_digit();
        digits += usize::from(digit);
        if digit && !within {
            f.numbers += 1.0;
        }
        within = digit || (within && b == b'.');
        match b {
            b'%' => f.percents += 1.0,
            b'[' if bytes.get(i + 1).is_some_and(u8::is_ascii_digit) => f.references += 1.0,
            b'p' | b'P' if stands_alone(bytes, i) && p_value(&text[i + 1..]) => f.p_value = 1.0,
            b'C' if bytes[i..].starts_with(b"CI") && (i == 0 || !bytes[i - 1].is_ascii_alphabetic()) => {
                f.interval = 1.0;
            }
            b'c' if bytes[i..].starts_with(b"confidence") => f.interval = 1.0,
            _ => {}
        }
    }
    f.spread = if text.contains('±') { 1.0 } else { 0.0 };
    f.digits = digits as f32 / bytes.len().max(1) as f32;
    f.ended = if text.trim_end().ends_with(['.', '?', ':', ']', ';']) { 1.0 } else { 0.0 };
    f
}

fn stands_alone(bytes: &[u8], at: usize) -> bool {
    at == 0 || !bytes[at - 1].is_ascii_alphanumeric()
}

fn p_value(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '-', '\u{a0}', '\u{2009}', '\u{2010}', '\u{2011}', '-']);
    let rest = rest.strip_prefix("value").or_else(|| rest.strip_prefix("-value")).unwrap_or(rest).trim_start();
    rest.starts_with(['=', '<', '>', '≤', '≥', '⩽', '⩾', '˂'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read() {
        let f = figures("Pain fell by 12.5% (95% CI 3 to 20; P < 0.001) [12].");
        assert_eq!((f.percents, f.p_value, f.interval, f.references, f.ended), (2.0, 1.0, 1.0, 1.0, 1.0));
        assert_eq!(f.numbers, 6.0);
        assert_eq!(figures("The group was kept").p_value, 0.0);
        assert_eq!(figures("(p-value = 0.3)").p_value, 1.0);
    }

    #[test]
    fn words_are_told_by_their_stems() {
        let mut a = Analyzer::default();
        let lists = Lists::new(&mut a);
        let mut kind = |w: &str| a.stem(w).and_then(|s| lists.kind(s));
        assert_eq!(kind("significantly"), Some(SIGNIFICANT));
        assert_eq!(kind("lower"), Some(DOWN));
        assert_eq!(kind("magnesium"), None);
    }
}
