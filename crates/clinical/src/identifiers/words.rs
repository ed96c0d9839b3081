//! The words of a text as somebody looking for names sees them, and the lists that say what a word can be.
//!
//! The lists are sorted and searched as they lie in the program, so that nothing is built when the first question comes.

use std::sync::LazyLock;

/// A list of words, one a line, in byte order, below lines that begin with `#`.
struct List(&'static str);

impl List {
    fn new(file: &'static str) -> List {
        let mut body = file;
        while let Some(rest) = body.strip_prefix('#').and_then(|b| b.split_once('\n')) {
            body = rest.1;
        }
        List(body)
    }

    fn has(&self, word: &str) -> bool {
        let bytes = self.0.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            // The line in which the middle lies.
            let middle = low + (high - low) / 2;
            let start = bytes[low..middle].iter().rposition(|b| *b == b'\n').map_or(low, |at| low + at + 1);
            let end = bytes[middle..high].iter().position(|b| *b == b'\n').map_or(high, |at| middle + at);
            match bytes[start..end].cmp(word.as_bytes()) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        false
    }
}

macro_rules! list {
    ($name:ident, $file:literal) => {
        static $name: LazyLock<List> =
            LazyLock::new(|| List::new(include_str!(concat!("../../../../lexicon/", $file))));
    };
}

list!(GIVEN, "given-names.txt");
list!(SURNAMES, "surnames.txt");
list!(PLAIN, "plain-words.txt");
list!(KNOWN, "known-capitals.txt");

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `Smith`, `O'Neil`, `McDonald`, `Smith-Jones`.
    Capital,
    /// `SMITH`.
    Capitals,
    /// `smith`.
    Lower,
    /// `J` or `J.`
    Initial,
    /// With digits, or capitals within: no name.
    Other,
}

/// One word.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) start: usize,
    /// With the full stop of an initial, without a possessive.
    pub(super) end: usize,
    pub(super) shape: Shape,
    /// Lower case, without accents; a typographic apostrophe is a plain one.
    pub(super) key: String,
    pub(super) possessive: bool,
}

impl Word {
    /// A given name that is nothing else.
    pub(super) fn is_given(&self) -> bool {
        self.any_part(|p| GIVEN.has(p)) && !self.is_plain() && !self.is_known()
    }

    /// A frequent surname, which may be another word too.
    pub(super) fn is_surname(&self) -> bool {
        SURNAMES.has(&self.key)
            || SURNAMES.has(&self.key.replace(['\'', '-'], ""))
            || self.any_part(|p| SURNAMES.has(p))
    }

    /// A word of English or medicine.
    pub(super) fn is_plain(&self) -> bool {
        PLAIN.has(&self.key) || (self.key.contains('-') && self.key.split('-').all(|p| p.len() < 2 || PLAIN.has(p)))
    }

    /// An eponym, a place or a brand.
    pub(super) fn is_known(&self) -> bool {
        KNOWN.has(&self.key) || self.any_part(|p| KNOWN.has(p))
    }

    fn any_part(&self, is: impl Fn(&str) -> bool) -> bool {
        self.key.split('-').any(|p| p.len() > 1 && is(p))
    }
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !c.is_alphanumeric() {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            let mut next = text[at + c.len_utf8()..].chars();
            let joins = matches!(c, '\'' | '’' | '-') && next.next().is_some_and(char::is_alphabetic);
            // The accents of decomposed letters are no letters of their own.
            if !(c.is_alphanumeric() || joins || ('\u{300}'..='\u{36f}').contains(&c)) {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        let mut possessive = false;
        for suffix in ["'s", "’s", "'S", "’S"] {
            if let Some(bare) = text[start..end].strip_suffix(suffix).filter(|b| !b.is_empty()) {
                (end, possessive) = (start + bare.len(), true);
            }
        }
        let raw = &text[start..end];
        let shape = shape(raw);
        if shape == Shape::Initial && !possessive && text[end..].starts_with('.') {
            end += 1;
        }
        found.push(Word { start, end, shape, key: key(raw), possessive });
    }
    found
}

fn shape(raw: &str) -> Shape {
    if raw.chars().any(|c| c.is_numeric()) {
        return Shape::Other;
    }
    let mut letters = raw.chars().filter(|c| c.is_alphabetic());
    let (upper, all) = (raw.chars().filter(|c| c.is_uppercase()).count(), letters.clone().count());
    if upper == 0 {
        return Shape::Lower;
    }
    if all == 1 {
        return Shape::Initial;
    }
    if upper == all {
        return Shape::Capitals;
    }
    if !letters.next().is_some_and(char::is_uppercase) {
        return Shape::Other;
    }
    // Capitals within are those of parts, or of the syllables that names begin with.
    let parts: Vec<&str> = raw.split(['\'', '’', '-']).collect();
    let fits = parts.iter().all(|p| {
        let bare = ["Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Fitz"]
            .iter()
            .find_map(|s| p.strip_prefix(s).filter(|r| r.chars().next().is_some_and(char::is_uppercase)))
            .unwrap_or(p);
        bare.chars().skip(1).all(|c| !c.is_uppercase())
    });
    if fits { Shape::Capital } else { Shape::Other }
}

fn key(raw: &str) -> String {
    let mut key = String::with_capacity(raw.len());
    for c in raw.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => key.push('a'),
            'ç' | 'ć' | 'č' => key.push('c'),
            'ď' | 'đ' | 'ð' => key.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => key.push('e'),
            'ğ' => key.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => key.push('i'),
            'ł' | 'ľ' => key.push('l'),
            'ñ' | 'ń' | 'ň' => key.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => key.push('o'),
            'ř' => key.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => key.push('s'),
            'ţ' | 'ť' | 'ț' => key.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => key.push('u'),
            'ý' | 'ÿ' => key.push('y'),
            'ź' | 'ż' | 'ž' => key.push('z'),
            'ß' => key.push_str("ss"),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            '’' => key.push('\''),
            '\u{300}'..='\u{36f}' => {}
            c => key.push(c),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        for list in [&GIVEN, &SURNAMES, &PLAIN, &KNOWN] {
            let lines: Vec<&str> = list.0.lines().collect();
            assert!(lines.len() > 1000 && lines.windows(2).all(|w| w[0] < w[1]));
            assert!(
                lines.iter().step_by(97).all(|l| list.has(l)) && list.has(lines[0]) && list.has(lines[lines.len() - 1])
            );
            assert!(!list.has("qqqqq") && !list.has("") && !list.has("zzzzzzz") && !list.has("# given"));
        }
    }

    #[test]
    fn words_have_a_shape() {
        for (text, shape) in [
            ("Smith", Shape::Capital),
            ("O'Neil", Shape::Capital),
            ("McDonald", Shape::Capital),
            ("Smith-Jones", Shape::Capital),
            ("SMITH", Shape::Capitals),
            ("smith", Shape::Lower),
            ("J.", Shape::Initial),
            ("mCRC", Shape::Other),
            ("HbA1c", Shape::Other),
        ] {
            assert_eq!(words(text)[0].shape, shape, "{text}");
        }
        assert_eq!(words("Björn's")[0].key, "bjorn");
        assert!(words("Björn's")[0].possessive);
    }
}
