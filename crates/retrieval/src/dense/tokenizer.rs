//! Cuts a text into pieces of the model's vocabulary.
//!
//! Owns folding and the greedy longest match. The same as `training/static-embeddings/tokens.py`, and it must stay so:
//! golden ids written by the training scripts are compared in a test. The table of what each character folds to comes
//! out of the model file, so neither side depends on a version of Unicode.

/// Longer runs are hashes, sequences and base64, not words (as in the analyzer).
const LONGEST_WORD: usize = 64;
/// Bytes of one entry of the fold table: code point, length, up to seven ASCII bytes.
pub(super) const FOLD_BYTES: usize = 12;
const GOES_ON: &[u8] = b"##";

/// The vocabulary and how to look it up.
#[derive(Debug)]
pub(super) struct Tokenizer {
    ends: &'static [[u8; 4]],
    strings: &'static [u8],
    folds: &'static [[u8; FOLD_BYTES]],
    /// Open addressing: piece + 1, or 0, and the low half of its hash. Its length is a power of two, at least twice the pieces.
    slots: Vec<(u32, u32)>,
    longest: usize,
}

/// A piece of a word, and where in the text the word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) id: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

enum Fold<'a> {
    /// Part of the word, as these bytes; none for a character that vanishes.
    As(&'a [u8]),
    Separates,
}

impl Tokenizer {
    /// Takes the tables of a model file. `None` when they do not fit each other. Cost: one hash a piece, some 2 ms.
    pub(super) fn new(
        ends: &'static [[u8; 4]],
        strings: &'static [u8],
        folds: &'static [[u8; FOLD_BYTES]],
    ) -> Option<Self> {
        let slots = vec![(0u32, 0u32); (2 * ends.len()).next_power_of_two().max(2)];
        let mut made = Self { ends, strings, folds, slots, longest: 0 };
        let mut start = 0;
        for (id, end) in (0u32..).zip(ends) {
            let end = u32::from_le_bytes(*end) as usize;
            let piece = strings.get(start..end)?;
            let (goes_on, piece) = piece.strip_prefix(GOES_ON).map_or((false, piece), |p| (true, p));
            made.longest = made.longest.max(piece.len());
            let hash = piece.iter().fold(first_hash(goes_on), |h, b| next_hash(h, *b));
            let mut slot = made.slot(hash);
            while made.slots[slot].0 != 0 {
                slot = (slot + 1) & (made.slots.len() - 1);
            }
            made.slots[slot] = (id + 1, hash as u32);
            start = end;
        }
        let sorted = folds.is_sorted_by(|a, b| code_point(a) < code_point(b));
        (start == strings.len() && sorted && folds.iter().all(|f| usize::from(f[4]) <= FOLD_BYTES - 5)).then_some(made)
    }

    /// Calls `each` for every piece of `text`, in order. Linear in the text.
    pub(super) fn each(&self, text: &str, mut each: impl FnMut(Piece)) {
        let mut word = Word::default();
        let mut start = 0;
        for (at, c) in text.char_indices() {
            match self.fold(c) {
                Fold::As(bytes) => {
                    if word.is_empty() {
                        start = at;
                    }
                    bytes.iter().for_each(|b| word.push(*b));
                }
                Fold::Separates => {
                    self.cut(&word, |id| each(Piece { id, start, end: at }));
                    word.clear();
                }
            }
        }
        self.cut(&word, |id| each(Piece { id, start, end: text.len() }));
    }

    fn fold(&self, c: char) -> Fold<'_> {
        if c.is_ascii() {
            return LOWER.get(c as usize).filter(|b| b[0] != 0).map_or(Fold::Separates, |b| Fold::As(b));
        }
        let code = u32::from(c);
        match self.folds.binary_search_by_key(&code, code_point) {
            Ok(i) => {
                let entry = &self.folds[i];
                Fold::As(entry.get(5..5 + usize::from(entry[4])).unwrap_or_default())
            }
            Err(_) => Fold::Separates,
        }
    }

    /// The longest pieces of a word, from its start. Nothing for a word that cannot be cut to its end.
    fn cut(&self, word: &Word, mut each: impl FnMut(u32)) {
        let Some(word) = word.bytes() else { return };
        let mut ids = [0u32; LONGEST_WORD];
        let (mut count, mut start) = (0, 0);
        while start < word.len() {
            let Some((id, length)) = self.longest_at(&word[start..], start > 0) else { return };
            ids[count] = id;
            count += 1;
            start += length;
        }
        ids[..count].iter().for_each(|id| each(*id));
    }

    fn longest_at(&self, rest: &[u8], goes_on: bool) -> Option<(u32, usize)> {
        let rest = &rest[..rest.len().min(self.longest).min(LONGEST_WORD)];
        let mut hashes = [0u64; LONGEST_WORD];
        let mut hash = first_hash(goes_on);
        for (to, b) in hashes.iter_mut().zip(rest) {
            hash = next_hash(hash, *b);
            *to = hash;
        }
        (1..=rest.len()).rev().find_map(|n| self.find(&rest[..n], goes_on, hashes[n - 1]).map(|id| (id, n)))
    }

    fn find(&self, piece: &[u8], goes_on: bool, hash: u64) -> Option<u32> {
        let mut slot = self.slot(hash);
        loop {
            let (held, low) = self.slots[slot];
            let id = held.checked_sub(1)?;
            // The piece itself lies elsewhere in memory; most that are not it are told by the hash.
            if low == hash as u32 {
                let held = self.piece(id as usize);
                let same = if goes_on { held.strip_prefix(GOES_ON) == Some(piece) } else { held == piece };
                if same {
                    return Some(id);
                }
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn piece(&self, id: usize) -> &[u8] {
        let start = if id == 0 { 0 } else { u32::from_le_bytes(self.ends[id - 1]) as usize };
        &self.strings[start..u32::from_le_bytes(self.ends[id]) as usize]
    }

    fn slot(&self, hash: u64) -> usize {
        // The low bits of FNV-1a mix worst; fold the high ones in.
        (hash ^ (hash >> 29)) as usize & (self.slots.len() - 1)
    }
}

/// The word being gathered: folded, at most `LONGEST_WORD` bytes; a longer one is no word.
struct Word {
    bytes: [u8; LONGEST_WORD],
    length: usize,
}

impl Default for Word {
    fn default() -> Self {
        Self { bytes: [0; LONGEST_WORD], length: 0 }
    }
}

impl Word {
    fn push(&mut self, byte: u8) {
        if let Some(to) = self.bytes.get_mut(self.length) {
            *to = byte;
        }
        self.length += 1;
    }

    fn bytes(&self) -> Option<&[u8]> {
        self.bytes.get(..self.length)
    }

    fn is_empty(&self) -> bool {
        self.length == 0
    }

    fn clear(&mut self) {
        self.length = 0;
    }
}

fn code_point(entry: &[u8; FOLD_BYTES]) -> u32 {
    u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]])
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo): every prefix's hash on the way to the word's.
fn first_hash(goes_on: bool) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    if goes_on { GOES_ON.iter().fold(start, |h, b| next_hash(h, *b)) } else { start }
}

fn next_hash(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// ASCII letters and digits in lower case; 0 for what separates.
static LOWER: [[u8; 1]; 128] = {
    let mut table = [[0u8; 1]; 128];
    let mut c = 0u8;
    while c < 128 {
        if c.is_ascii_alphanumeric() {
            table[c as usize] = [c.to_ascii_lowercase()];
        }
        c += 1;
    }
    table
};
