//! Names of genes, proteins, receptors, messengers and vitamins that stand for each other (IL-6, interleukin 6; p53, TP53), as one
//! looks for them. Owns the table (`lexicon/molecules.tsv`) and finding them in a text. They are no facts of a case: what a
//! marker says of a patient is read by `read::markers`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A molecule named in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Molecule {
    /// Byte range of the name in the text.
    pub span: [usize; 2],
    /// All its names, the one found among them.
    pub names: &'static [&'static str],
}

/// Longest name, in words.
const WORDS: usize = 7;

struct Table {
    names: Vec<Vec<&'static str>>,
    /// By [`key`].
    of: HashMap<String, usize>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("../../../lexicon/molecules.tsv").lines().filter(|l| !l.starts_with('#'));
        let names: Vec<Vec<&str>> = lines.map(|l| l.split(';').collect()).collect();
        let mut of = HashMap::new();
        for (at, names) in names.iter().enumerate() {
            for name in names {
                of.insert(key(name), at);
            }
        }
        Table { names, of }
    })
}

/// A name without what is written in many ways: case, hyphens and spaces, Greek letters.
fn key(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars().filter(|c| c.is_alphanumeric()) {
        match c {
            'α' => key.push_str("alpha"),
            'β' => key.push_str("beta"),
            'γ' => key.push_str("gamma"),
            'κ' => key.push_str("kappa"),
            _ => key.extend(c.to_lowercase()),
        }
    }
    key
}

/// The molecules that a text names, in order, the longest name at each place. Linear in the text.
pub fn molecules(text: &str) -> Vec<Molecule> {
    let table = table();
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // Words of one name have at most one sign between them.
        let close = |i: &usize| text[words[*i - 1][1]..words[*i][0]].chars().count() == 1;
        let most = (at + 1..words.len().min(at + WORDS)).take_while(close).count() + 1;
        let longest = (1..=most).rev().find_map(|n| {
            let span = [words[at][0], words[at + n - 1][1]];
            let of = table.of.get(&key(&text[span[0]..span[1]]))?;
            Some((n, Molecule { span, names: &table.names[*of] }))
        });
        match longest {
            Some((n, molecule)) => {
                found.push(molecule);
                at += n;
            }
            None => at += 1,
        }
    }
    found
}

/// Runs of letters and digits.
fn words(text: &str) -> Vec<[usize; 2]> {
    let mut words: Vec<[usize; 2]> = Vec::new();
    let mut within = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match words.last_mut().filter(|_| within && c.is_alphanumeric()) {
            Some(word) => word[1] = end,
            None if c.is_alphanumeric() => words.push([at, end]),
            None => {}
        }
        within = c.is_alphanumeric();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_found_however_they_are_written() {
        for (text, name, other) in [
            ("serum IL-6 in sepsis", "IL-6", "interleukin-6"),
            ("IL6 levels", "IL6", "interleukin-6"),
            ("interleukin 6", "interleukin 6", "IL-6"),
            ("anti-TNF-α drugs", "TNF-α", "tumor necrosis factor"),
            ("tumour necrosis factor alpha", "tumour necrosis factor alpha", "TNF"),
            ("HER2/neu positive", "HER2/neu", "ERBB2"),
            ("p53 mutation", "p53", "TP53"),
            ("does vitamin D3 help", "vitamin D3", "cholecalciferol"),
        ] {
            let found = molecules(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(&text[found[0].span[0]..found[0].span[1]], name);
            assert!(found[0].names.contains(&other), "{text}");
        }
        assert!(molecules("pain after surgery, 6 weeks").is_empty());
    }

    #[test]
    fn no_name_is_two_things() {
        let mut seen = HashMap::new();
        for (at, names) in table().names.iter().enumerate() {
            assert!(names.len() > 1, "{names:?}");
            for name in names {
                assert!(*seen.entry(key(name)).or_insert(at) == at, "{name}");
                assert!(words(name).len() <= WORDS, "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_text(text in "(IL-6|TNF|-|α|é| |/|p53|\\PC){0,40}") {
            for m in molecules(&text) {
                prop_assert!(text.get(m.span[0]..m.span[1]).is_some());
            }
        }
    }
}
