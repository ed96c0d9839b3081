//! Words of a text as the index and the ranking see them: lower case, accents folded, Greek letters spelled
//! out, British and American spelling made one, English stems (Snowball). One analyzer for both, so that they can never
//! disagree.
//!
//! A name with a hyphen (IL-6, TNF-α, 5-FU) is its parts, and as a term for search also the whole (il6), so that it is
//! found however it is written.

use crate::HashMap;
use crate::spelling;
use frostem::{Algorithm, Stemmer};

/// One word: its stem and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// The analysed form.
    pub stem: &'a str,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Turns text into words. Holds a cache of stems (bounded at 100,000), so keep one and reuse it.
pub struct Analyzer {
    stemmer: Stemmer,
    /// Words by their lower-case form: places in `stems`.
    known: HashMap<Box<str>, u32>,
    stems: Vec<Box<str>>,
    lowered: String,
}

const CACHED_STEMS: usize = 100_000;
/// Longer runs are hashes, sequences and base64, not words.
const LONGEST_WORD: usize = 64;

impl Default for Analyzer {
    fn default() -> Self {
        Self {
            stemmer: Stemmer::new(Algorithm::English),
            known: HashMap::default(),
            stems: Vec::new(),
            lowered: String::new(),
        }
    }
}

impl Clone for Analyzer {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Analyzer {
    /// Calls `each` for every word of `text`, in order.
    pub fn each(&mut self, text: &str, mut each: impl FnMut(Token<'_>)) {
        let mut from = 0;
        while let Some((start, end)) = next_word(text, from) {
            from = end;
            if let Some(stem) = self.stem(&text[start..end]) {
                each(Token { stem, start, end });
            }
        }
    }

    /// Calls `each` for every term of `text` that can be searched: its words, and behind the last part of a name with
    /// hyphens the whole name, as `il6` behind `il` and `6`. Cost: as [`Analyzer::each`] and a look at each hyphen.
    pub fn terms(&mut self, text: &str, mut each: impl FnMut(Token<'_>)) {
        let mut from = 0;
        let mut last: Option<(usize, usize)> = None;
        while let Some((start, end)) = next_word(text, from) {
            from = end;
            if let Some(stem) = self.stem(&text[start..end]) {
                each(Token { stem, start, end });
            }
            if let Some(begin) = compound(text, last, (start, end)) {
                let joined = self.joined(&text[begin..end]);
                each(Token { stem: joined, start: begin, end });
            }
            last = Some((start, end));
        }
    }

    /// The analysed form of a name with a hyphen, without it.
    pub(crate) fn joined(&mut self, name: &str) -> &str {
        self.lowered.clear();
        fold_into(name, &mut self.lowered);
        self.lowered.retain(char::is_alphanumeric);
        &self.lowered
    }

    /// The stems of `text`, in order.
    pub fn stems(&mut self, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        self.each(text, |t| out.push(t.stem.to_owned()));
        out
    }

    /// The analysed form of one word; `None` when it is too long to be one.
    pub(crate) fn stem(&mut self, word: &str) -> Option<&str> {
        if word.len() > LONGEST_WORD {
            return None;
        }
        self.lowered.clear();
        fold_into(word, &mut self.lowered);
        let lowered = self.lowered.as_str();
        let alphabetic = lowered.len() > 2 && lowered.bytes().all(|b| b.is_ascii_lowercase());
        if !alphabetic {
            return Some(&self.lowered);
        }
        let at = match self.known.get(lowered) {
            Some(at) => *at,
            None => {
                if self.stems.len() >= CACHED_STEMS {
                    self.known.clear();
                    self.stems.clear();
                }
                let at = self.stems.len() as u32;
                self.stems.push(self.stemmer.stem(&spelling::fold(lowered)).into());
                self.known.insert(lowered.into(), at);
                at
            }
        };
        self.stems.get(at as usize).map(AsRef::as_ref)
    }
}

/// The next run of letters and digits at or after `from`.
pub(crate) fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut start = from;
    loop {
        let &b = bytes.get(start)?;
        if b.is_ascii_alphanumeric() {
            break;
        }
        if b.is_ascii() {
            start += 1;
            continue;
        }
        let c = text[start..].chars().next()?;
        if c.is_alphanumeric() {
            break;
        }
        start += c.len_utf8();
    }
    let mut end = start;
    while let Some(&b) = bytes.get(end) {
        if b.is_ascii() {
            if !b.is_ascii_alphanumeric() {
                break;
            }
            end += 1;
        } else {
            let c = text[end..].chars().next()?;
            if !c.is_alphanumeric() {
                break;
            }
            end += c.len_utf8();
        }
    }
    Some((start, end))
}

/// Longest name with a hyphen that is also one term, in bytes.
const LONGEST_NAME: usize = 12;

/// Where the name begins that the word `at` ends, when the word before it is its other part: a hyphen between, and short
/// letters before digits (IL-6, PD-L1, CA19-9), digits before letters (5-FU), or letters before a Greek one (TNF-alpha).
pub(crate) fn compound(text: &str, last: Option<(usize, usize)>, at: (usize, usize)) -> Option<usize> {
    let (start, end) = last?;
    if !matches!(&text[end..at.0], "-" | "\u{2010}" | "\u{2011}") || at.1 - start > LONGEST_NAME {
        return None;
    }
    let (first, second) = (&text[start..end], &text[at.0..at.1]);
    let letters = |w: &str| w.chars().filter(|c| c.is_alphabetic()).count();
    let digits = |w: &str| w.bytes().filter(u8::is_ascii_digit).count();
    let (a, b) = (letters(first), letters(second));
    let named = (1..=5).contains(&a) && digits(second) > 0 && digits(second) <= 3 && b <= 2
        || a == 0 && digits(first) <= 2 && (2..=3).contains(&b) && digits(second) == 0
        || (1..=5).contains(&a) && is_greek(second);
    named.then_some(start)
}

/// Whether a word is a letter of the Greek alphabet, or one of those that names of molecules end in, spelled out.
fn is_greek(word: &str) -> bool {
    ["alpha", "beta", "gamma", "delta", "kappa", "lambda", "omega"].iter().any(|g| word.eq_ignore_ascii_case(g))
        || matches!(word, "α" | "β" | "γ" | "δ" | "κ" | "λ" | "ω")
}

fn fold_into(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.extend(word.bytes().map(|b| b.to_ascii_lowercase() as char));
        return;
    }
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'å' => out.push('a'),
            'ä' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'µ' | 'μ' => out.push('u'),
            'α' => out.push_str("alpha"),
            'β' => out.push_str("beta"),
            'γ' => out.push_str("gamma"),
            'δ' => out.push_str("delta"),
            'κ' => out.push_str("kappa"),
            'λ' => out.push_str("lambda"),
            'ω' => out.push_str("omega"),
            other => out.push(other),
        }
    }
}

/// Words of a question that carry no subject: articles, pronouns, auxiliaries, question words, and the
/// politeness of clinical questions. Compared with *unstemmed* lower-case words. Dropped from queries only,
/// never from the index.
pub fn is_filler(word: &str) -> bool {
    FILLER.binary_search(&word).is_ok()
}

#[rustfmt::skip]
const FILLER: &[&str] = &[
    "a", "about", "above", "across", "after", "again", "against", "all", "along", "already", "also", "although", "am",
    "among", "amongst", "an", "and", "another", "any", "are", "aren", "around", "as", "at", "be", "because", "been",
    "before", "behind", "being", "below", "beneath", "beside", "besides", "between", "beyond", "both", "but", "by", "can",
    "compared", "could", "despite", "did", "do", "does", "doesn", "doing", "don", "down", "during", "each", "either", "ever",
    "except", "for", "from", "give", "given", "had", "has", "have", "having", "he", "her", "hers", "him", "his", "how", "i",
    "if", "in", "into", "is", "isn", "it", "its", "just", "least", "less", "ll", "may", "me", "might", "more", "most",
    "much", "must", "my", "near", "neither", "never", "no", "nor", "not", "now", "of", "off", "often", "on", "once", "one",
    "only", "or", "other", "our", "out", "over", "patient", "patients", "people", "per", "person", "please", "quite",
    "rather", "re", "s", "same", "shall", "she", "should", "since", "so", "some", "someone", "still", "such", "t", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "though", "through", "throughout",
    "till", "to", "too", "toward", "towards", "two", "under", "unless", "until", "up", "upon", "ups", "us", "ve", "very",
    "via", "was", "we", "were", "what", "when", "where", "whereas", "whether", "which", "while", "who", "whom", "why",
    "will", "with", "within", "without", "won", "would", "yet", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn filler_is_sorted_for_binary_search() {
        assert!(FILLER.is_sorted());
        assert!(is_filler("the") && !is_filler("oxaliplatin"));
    }

    #[test]
    fn words_are_folded_and_stemmed() {
        let mut a = Analyzer::default();
        assert_eq!(a.stems("TGF-β levels in Sjögren's"), ["tgf", "beta", "level", "in", "sjogren", "s"]);
        assert_eq!(a.stems("10 µg of HER2/neu"), ["10", "ug", "of", "her2", "neu"]);
    }

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        Analyzer::default().terms(text, |t| terms.push(t.stem.to_owned()));
        terms
    }

    #[test]
    fn names_with_hyphens_are_found_however_they_are_written() {
        for (written, whole) in [
            ("IL-6", "il6"),
            ("IL\u{2011}6", "il6"),
            ("TNF-α", "tnfalpha"),
            ("TNF-alpha", "tnfalpha"),
            ("TNFα", "tnfalpha"),
            ("5-FU", "5fu"),
            ("PD-L1", "pdl1"),
            ("HER-2", "her2"),
            ("CA19-9", "ca199"),
            ("GLP-1", "glp1"),
        ] {
            assert!(terms(written).iter().any(|t| t == whole), "{written}: {:?}", terms(written));
        }
        assert_eq!(terms("HER2/neu and p53"), ["her2", "neu", "and", "p53"]);
        assert_eq!(terms("10-20 mg, double-blind"), ["10", "20", "mg", "doubl", "blind"]);
        assert_eq!(terms("IL-6"), ["il", "6", "il6"]);
    }

    #[test]
    fn both_spellings_have_one_stem() {
        assert_eq!(terms("Tumours in randomised haemodialysis"), terms("tumors in randomized hemodialysis"));
    }

    proptest! {
        #[test]
        fn terms_lie_in_the_text(text in "[a-zA-Z0-9αβé \\-‐]{0,80}") {
            let copy = text.clone();
            Analyzer::default().terms(&text, |t| assert!(copy.get(t.start..t.end).is_some_and(|w| !w.is_empty())));
        }

        #[test]
        fn offsets_always_cover_the_word(text in "\\PC{0,200}") {
            let mut a = Analyzer::default();
            let mut last = 0;
            let copy = text.clone();
            a.each(&text, |t| {
                assert!(t.start >= last && t.end > t.start);
                assert!(copy.get(t.start..t.end).is_some());
                last = t.end;
            });
        }
    }
}
