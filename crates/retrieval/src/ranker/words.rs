//! Every word that was ever read, looked at once: its stem, its vector, what it is a sign of.
//!
//! Owns that table, which outlives questions, so that the thousandth article costs a look-up a word. Must not know
//! questions.

use super::signs::Lists;
use crate::Analyzer;
use crate::HashMap;
use crate::analysis::{compound, next_word};
use crate::dense::{Embedder, WordVector};

/// Words kept, some 10 MB; beyond them the table starts anew with the next question.
const KEPT: usize = 60_000;

/// The runs of three letters of a stem, each as one of 64 bits: stems that share a long part share several.
pub(super) fn runs(stem: &str) -> u64 {
    let bit = |run: &[u8]| {
        let hash = run.iter().fold(0u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(*b)));
        1 << (hash.wrapping_mul(0x9e37_79b1) >> 26)
    };
    stem.as_bytes()
        .windows(3)
        .filter(|run| run.iter().all(u8::is_ascii_alphabetic))
        .fold(0, |bits, run| bits | bit(run))
}

/// A word of up to 15 bytes, where it is looked for: it lies in the table itself, not somewhere behind it, and is compared as
/// one number.
type Short = u128;

fn short(word: &str) -> Option<Short> {
    let mut short = [0; 16];
    short.get_mut(..word.len()).filter(|to| to.len() < 16)?.copy_from_slice(word.as_bytes());
    short[15] = word.len() as u8;
    Some(u128::from_le_bytes(short))
}

/// A word as written.
pub(super) struct Word {
    /// Its stem, by number.
    pub(super) stem: u32,
    /// What it is a sign of.
    pub(super) sign: Option<usize>,
    pub(super) vector: WordVector,
}

/// A word of a text: its number, and the stem of the name it ends where that has a hyphen (`il6` of "IL-6").
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) word: u32,
    pub(super) name: Option<u32>,
}

/// The table.
pub(super) struct Words {
    pub(super) analyzer: Analyzer,
    embedder: &'static Embedder,
    lists: Lists,
    short: HashMap<Short, u32>,
    long: HashMap<Box<str>, u32>,
    words: Vec<Word>,
    numbers: HashMap<Box<str>, u32>,
    stems: Vec<Box<str>>,
    /// Which runs of three letters each stem has, a bit a run; several share a bit.
    runs: Vec<u64>,
}

impl Default for Words {
    fn default() -> Self {
        let mut analyzer = Analyzer::default();
        let lists = Lists::new(&mut analyzer);
        Self {
            analyzer,
            embedder: Embedder::shipped(),
            lists,
            short: HashMap::default(),
            long: HashMap::default(),
            words: Vec::new(),
            numbers: HashMap::default(),
            stems: Vec::new(),
            runs: Vec::new(),
        }
    }
}

impl Words {
    /// Starts anew where the table is full. Numbers given before mean nothing afterwards.
    pub(super) fn tidy(&mut self) {
        if self.words.len() > KEPT {
            self.short.clear();
            self.long.clear();
            self.words.clear();
            self.numbers.clear();
            self.stems.clear();
            self.runs.clear();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, number: u32) -> &Word {
        &self.words[number as usize]
    }

    /// A stem by its number.
    pub(super) fn stem(&self, number: u32) -> &str {
        &self.stems[number as usize]
    }

    /// Its runs of letters, as [`runs`] gives them.
    pub(super) fn runs(&self, number: u32) -> u64 {
        self.runs[number as usize]
    }

    /// The number of a stem.
    pub(super) fn stem_number(&mut self, stem: &str) -> u32 {
        if let Some(number) = self.numbers.get(stem) {
            return *number;
        }
        let number = self.stems.len() as u32;
        self.numbers.insert(stem.into(), number);
        self.stems.push(stem.into());
        self.runs.push(runs(stem));
        number
    }

    /// The number of a word as written; `None` for what is too long to be one.
    pub(super) fn number(&mut self, written: &str) -> Option<u32> {
        let short = short(written);
        let known = match &short {
            Some(short) => self.short.get(short),
            None => self.long.get(written),
        };
        if let Some(number) = known {
            return Some(*number);
        }
        let stem = self.analyzer.stem(written)?.to_owned();
        let sign = self.lists.kind(&stem);
        let stem = self.stem_number(&stem);
        let number = self.words.len() as u32;
        self.words.push(Word { stem, sign, vector: WordVector::of(self.embedder, written) });
        match short {
            Some(short) => self.short.insert(short, number),
            None => self.long.insert(written.into(), number),
        };
        Some(number)
    }

    /// The words of a text, in order, into `tokens`.
    pub(super) fn read(&mut self, text: &str, tokens: &mut Vec<Token>) {
        tokens.clear();
        let (mut from, mut last) = (0, None);
        while let Some(at) = next_word(text, from) {
            from = at.1;
            if let Some(word) = self.number(&text[at.0..at.1]) {
                let name = compound(text, last, at).map(|begin| {
                    let joined = self.analyzer.joined(&text[begin..at.1]).to_owned();
                    self.stem_number(&joined)
                });
                tokens.push(Token { word, name });
            }
            last = Some(at);
        }
    }

    /// Stems of the words of a text, by number.
    pub(super) fn stems_of(&mut self, text: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        self.read(text, &mut tokens);
        tokens.iter().map(|t| self.word(t.word).stem).collect()
    }
}
