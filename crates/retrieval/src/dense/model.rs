//! The model file, and the vectors of texts made with it.
//!
//! Little-endian, sections one after the other, nothing aligned:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `CURBEMB1` |
//! | 4 × 4 | components of a vector (256), pieces `n`, folds `f`, bytes of strings `s` |
//! | 12 `f` | folds, by code point: code point (u32), length (u8), up to 7 ASCII bytes. Length 0: the character vanishes |
//! | 4 `n` | where each piece ends in the strings (u32) |
//! | `s` | the pieces, UTF-8, end to end; one that goes on a word starts with `##` |
//! | 4 `n` | scale of each row (f32) |
//! | 4 `n` | length of each row once scaled (f32): the weight of its piece, 1 on average |
//! | 256 `n` | rows (i8); a row times its scale is the piece's vector |
//!
//! Written by `training/static-embeddings/export.py`.

use super::tokenizer::{FOLD_BYTES, Tokenizer};
use super::{DIMS, SignedByte, Vector, WordVector, dot};
use rten_simd::{Isa, SimdOp};
use std::sync::OnceLock;

static SHIPPED: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/curbside-static-v1.bin"));
const MAGIC: &[u8] = b"CURBEMB1";

/// Why a model file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Another kind of file, or another version.
    #[error("not a model file of this version")]
    Kind,
    /// Vectors of another size.
    #[error("the model has vectors of {0} components, not {DIMS}")]
    Dimensions(u32),
    /// Sections that do not fill the file.
    #[error("the model file is {held} bytes long, its header asks for {asked}")]
    Length {
        /// Bytes there are.
        held: usize,
        /// Bytes there should be.
        asked: u64,
    },
    /// A table that contradicts itself.
    #[error("the vocabulary of the model file is damaged")]
    Vocabulary,
}

/// Makes vectors of texts. Holds no text; one serves all threads.
#[derive(Debug)]
pub struct Embedder {
    tokenizer: Tokenizer,
    scales: &'static [[u8; 4]],
    lengths: &'static [[u8; 4]],
    rows: &'static [[u8; DIMS]],
}

/// One piece of a text, for comparing texts piece by piece (late interaction: Khattab and Zaharia 2020, SIGIR).
#[derive(Debug, Clone, Copy)]
pub struct TokenVector {
    /// The piece in the vocabulary.
    pub id: u32,
    /// First byte in the text of the word it is in.
    pub start: usize,
    /// One past the last byte of that word.
    pub end: usize,
    /// How much the piece counts in the vector of its text: 1 on average over the vocabulary, near 0 for "the".
    pub weight: f32,
    scale: f32,
    row: &'static [u8; DIMS],
}

impl TokenVector {
    /// Cosine of the angle between two pieces, -1 to 1; some 10 ns.
    #[inline(always)]
    pub fn cosine(&self, other: &Self) -> f32 {
        let lengths = self.weight * other.weight;
        if lengths > 0.0 { dot(self.row, other.row) as f32 * self.scale * other.scale / lengths } else { 0.0 }
    }

    /// What a component of [`TokenVector::row`] is multiplied by.
    pub(super) fn scale(&self) -> f32 {
        self.scale
    }

    /// The components in units of `scale`, as stored: signed bytes.
    pub fn row(&self) -> &'static [u8; DIMS] {
        self.row
    }
}

/// A sum of pieces, on its way to a vector: for texts whose parts are compared too.
#[derive(Debug, Clone)]
pub struct Sum([f32; DIMS]);

impl Default for Sum {
    fn default() -> Self {
        Self([0.0; DIMS])
    }
}

impl Sum {
    /// Adds a piece; some 20 ns.
    #[inline(always)]
    pub fn add(&mut self, piece: &TokenVector) {
        self.add_row(piece.row, piece.scale);
    }

    /// Adds a word; some 20 ns.
    #[inline(always)]
    pub fn add_word(&mut self, word: &WordVector) {
        if let Some(row) = word.row() {
            self.add_row(row, word.scale);
        }
    }

    #[inline(always)]
    fn add_row(&mut self, row: &[u8; DIMS], scale: f32) {
        for (to, x) in self.0.iter_mut().zip(row) {
            *to += x.widen() as f32 * scale;
        }
    }

    /// Its length.
    pub(super) fn length(&self) -> f32 {
        self.0.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt() as f32
    }

    /// Adds a vector, times a weight.
    pub fn add_vector(&mut self, vector: &Vector, weight: f32) {
        self.0.iter_mut().zip(vector.components()).for_each(|(to, x)| *to += x * weight);
    }

    /// Adds another sum.
    pub fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(to, x)| *to += x);
    }

    /// The vector of what was added.
    pub fn vector(&self) -> Vector {
        Vector::normalised(self.0)
    }
}

impl Embedder {
    /// The model that is compiled in. The first call reads its vocabulary, some milliseconds; later ones cost nothing.
    ///
    /// # Panics
    ///
    /// Never in a build whose tests passed: they parse the same bytes.
    pub fn shipped() -> &'static Self {
        static MODEL: OnceLock<Embedder> = OnceLock::new();
        MODEL.get_or_init(|| Self::parse(SHIPPED).expect("the model compiled in is whole; a test parses it"))
    }

    /// Reads a model. Rows stay where they are.
    pub fn parse(file: &'static [u8]) -> Result<Self, ModelError> {
        let rest = file.strip_prefix(MAGIC).ok_or(ModelError::Kind)?;
        let (header, rest) = rest.split_first_chunk::<16>().ok_or(ModelError::Kind)?;
        let field = |i: usize| u32::from_le_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]);
        let [dims, pieces, folds, strings] = [0, 4, 8, 12].map(field);
        if dims as usize != DIMS {
            return Err(ModelError::Dimensions(dims));
        }
        let row = 4 + 4 + 4 + DIMS as u64;
        let asked = u64::from(folds) * FOLD_BYTES as u64 + u64::from(strings) + u64::from(pieces) * row;
        if rest.len() as u64 != asked {
            return Err(ModelError::Length { held: rest.len(), asked });
        }
        // What follows cannot fail: the lengths add up.
        let pieces = pieces as usize;
        let (folds, rest) = rest.split_at(folds as usize * FOLD_BYTES);
        let (ends, rest) = rest.split_at(4 * pieces);
        let (strings, rest) = rest.split_at(strings as usize);
        let (scales, rest) = rest.split_at(4 * pieces);
        let (lengths, rows) = rest.split_at(4 * pieces);
        let tokenizer =
            Tokenizer::new(ends.as_chunks().0, strings, folds.as_chunks().0).ok_or(ModelError::Vocabulary)?;
        let [scales, lengths] = [scales, lengths].map(|s| s.as_chunks().0);
        Ok(Self { tokenizer, scales, lengths, rows: rows.as_chunks().0 })
    }

    /// The vector of a text. Linear in its length: some 0.1 µs a piece.
    pub fn embed(&self, text: &str) -> Vector {
        self.embed_parts(&[text])
    }

    /// The vector of texts taken together, such as a title, a heading and a passage.
    pub fn embed_parts(&self, texts: &[&str]) -> Vector {
        let mut pieces = Vec::new();
        for text in texts {
            self.tokenizer.each(text, |piece| pieces.push(piece.id));
        }
        Vector::normalised(Add { model: self, pieces: &pieces }.dispatch())
    }

    /// Every piece of a text, in order.
    pub fn embed_tokens(&self, text: &str) -> Vec<TokenVector> {
        let mut out = Vec::new();
        self.tokenizer.each(text, |piece| {
            let id = piece.id as usize;
            out.push(TokenVector {
                id: piece.id,
                start: piece.start,
                end: piece.end,
                weight: f32::from_le_bytes(self.lengths[id]),
                scale: f32::from_le_bytes(self.scales[id]),
                row: &self.rows[id],
            });
        });
        out
    }
}

/// The sum of pieces, compiled for several kinds of processor. Each component is added up in the order of the pieces, so all
/// of them give the same bits.
struct Add<'a> {
    model: &'a Embedder,
    pieces: &'a [u32],
}

impl SimdOp for Add<'_> {
    type Output = [f32; DIMS];

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) -> [f32; DIMS] {
        let mut sum = [0f32; DIMS];
        for piece in self.pieces {
            let id = *piece as usize;
            let scale = f32::from_le_bytes(self.model.scales[id]);
            for (to, x) in sum.iter_mut().zip(&self.model.rows[id]) {
                *to += x.widen() as f32 * scale;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(serde::Deserialize)]
    struct Golden {
        text: String,
        pieces: Vec<u32>,
        vector: Vec<f32>,
    }

    fn golden() -> Vec<Golden> {
        serde_json::from_str(include_str!("golden.json")).unwrap()
    }

    #[test]
    fn pieces_are_those_of_the_training_scripts() {
        for case in golden() {
            let ids: Vec<u32> = Embedder::shipped().embed_tokens(&case.text).iter().map(|t| t.id).collect();
            assert_eq!(ids, case.pieces, "{:?}", case.text);
        }
    }

    #[test]
    fn vectors_are_those_of_the_training_scripts() {
        for case in golden() {
            let vector = Embedder::shipped().embed(&case.text);
            assert_eq!(vector.is_zero(), case.pieces.is_empty());
            for (got, want) in vector.components().iter().zip(&case.vector) {
                assert!((got - want).abs() < 2e-5, "{:?}: {got} for {want}", case.text);
            }
        }
    }

    #[test]
    fn a_piece_knows_its_word() {
        let text = "of TGF-β in Ménière";
        let tokens = Embedder::shipped().embed_tokens(text);
        let words: Vec<&str> = tokens.iter().map(|t| &text[t.start..t.end]).collect();
        assert_eq!(words[..4], ["of", "TGF", "β", "in"]);
        assert!(words[4..].iter().all(|w| *w == "Ménière"));
        assert!(tokens[0].weight < tokens[1].weight);
        assert!((tokens[1].cosine(&tokens[1]) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn near_things_are_near() {
        let e = Embedder::shipped();
        let [heart, cardiac, bone] =
            ["heart attack", "myocardial infarction", "fracture of the hip"].map(|t| e.embed(t).code());
        assert!(heart.cosine(&cardiac) > heart.cosine(&bone) + 0.2);
    }

    #[test]
    fn a_damaged_file_is_said_to_be_one() {
        let parse = |b: &[u8]| Embedder::parse(Box::leak(b.to_vec().into_boxed_slice())).map(|_| ());
        assert_eq!(parse(b"something else"), Err(ModelError::Kind));
        assert_eq!(parse(&SHIPPED[..10]), Err(ModelError::Kind));
        assert!(matches!(parse(&SHIPPED[..5000]), Err(ModelError::Length { .. })));
        let mut small = MAGIC.to_vec();
        for x in [64u32, 0, 0, 0] {
            small.extend(x.to_le_bytes());
        }
        assert_eq!(parse(&small), Err(ModelError::Dimensions(64)));
        let mut crossed = MAGIC.to_vec();
        for x in [DIMS as u32, 1, 0, 1, 7] {
            crossed.extend(x.to_le_bytes());
        }
        crossed.extend([0; 1 + 8 + DIMS]);
        assert_eq!(parse(&crossed), Err(ModelError::Vocabulary));
    }

    proptest! {
        #[test]
        fn any_text_has_a_vector_of_length_one_or_none(text in "\\PC{0,200}") {
            let e = Embedder::shipped();
            let vector = e.embed(&text);
            let length: f32 = vector.components().iter().map(|x| x * x).sum();
            prop_assert!(vector.is_zero() || (length - 1.0).abs() < 1e-4);
            prop_assert_eq!(vector.is_zero(), e.embed_tokens(&text).is_empty());
            prop_assert_eq!(e.embed(&text).code(), vector.code());
            for t in e.embed_tokens(&text) {
                prop_assert!(text.get(t.start..t.end).is_some());
            }
        }

        #[test]
        fn odd_letters_never_panic(text in "[\u{0}-\u{24f}\u{300}-\u{3ff}\u{1e00}-\u{206f}\u{fb00}-\u{fb06}a-z##]{0,300}") {
            Embedder::shipped().embed(&text);
        }
    }
}
