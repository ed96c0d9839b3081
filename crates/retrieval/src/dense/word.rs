//! Whole words as vectors, for those who look at each word of many texts: made once, compared and summed often.
//!
//! Owns putting the pieces of a word together. Must not know texts; where a word begins and ends is the caller's.

use super::{DIMS, Embedder, Sum, dot};

/// A word: the sum of its pieces, in one byte a component.
#[derive(Debug, Clone)]
pub struct WordVector {
    /// How much it counts in the vector of its text: 1 on average over the vocabulary, near 0 for "the"; 0 for a word the
    /// model does not know.
    pub weight: f32,
    /// What a component is multiplied by.
    pub(super) scale: f32,
    row: Row,
}

#[derive(Debug, Clone)]
enum Row {
    /// Of one piece, as it lies in the model.
    Whole(&'static [u8; DIMS]),
    Made(Box<[u8; DIMS]>),
    Unknown,
}

impl WordVector {
    /// Puts a word together. Some 0.2 µs for a word of one piece.
    pub fn of(embedder: &Embedder, word: &str) -> Self {
        let pieces = embedder.embed_tokens(word);
        if let [piece] = pieces.as_slice() {
            return Self { weight: piece.weight, scale: piece.scale(), row: Row::Whole(piece.row()) };
        }
        let mut sum = Sum::default();
        pieces.iter().for_each(|piece| sum.add(piece));
        let length = sum.length();
        if length <= 0.0 {
            return Self { weight: 0.0, scale: 0.0, row: Row::Unknown };
        }
        let code = sum.vector().code();
        let row = code.components().map(i8::cast_unsigned);
        Self { weight: length, scale: length * code.inverse, row: Row::Made(Box::new(row)) }
    }

    #[inline(always)]
    pub(super) fn row(&self) -> Option<&[u8; DIMS]> {
        match &self.row {
            Row::Whole(row) => Some(row),
            Row::Made(row) => Some(row),
            Row::Unknown => None,
        }
    }

    /// Cosine of the angle between two words, -1 to 1; 0 where either is unknown. Some 10 ns.
    #[inline(always)]
    pub fn cosine(&self, other: &Self) -> f32 {
        let lengths = self.weight * other.weight;
        match (self.row(), other.row()) {
            (Some(a), Some(b)) if lengths > 0.0 => dot(a, b) as f32 * self.scale * other.scale / lengths,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_summed_are_the_vector_of_the_text() {
        let e = Embedder::shipped();
        let words = ["thrombocytopenia", "in", "hyperstimulated", "women", "\u{5d0}"];
        let mut sum = Sum::default();
        words.iter().for_each(|w| sum.add_word(&WordVector::of(e, w)));
        let whole = e.embed("thrombocytopenia in hyperstimulated women").code();
        assert!(sum.vector().code().cosine(&whole) > 0.999);
        let mut twice = Sum::default();
        (0..2).for_each(|_| twice.join(&sum));
        assert!(twice.vector().code().cosine(&whole) > 0.999);
        let [a, b] = ["hyperstimulated", "stimulation"].map(|w| WordVector::of(e, w));
        assert!((a.cosine(&a) - 1.0).abs() < 1e-3 && a.cosine(&b) < 0.99);
        assert_eq!(WordVector::of(e, "\u{5d0}").cosine(&a), 0.0);
    }
}
