//! Texts as vectors, by a small static model of our own: a text's vector is the sum of the vectors of its pieces.
//!
//! Owns the tokenizer, the model file and the exact search over vectors held in memory. Must not know passages,
//! sources or how scores of several signals are combined.
//!
//! The model (`models/curbside-static-v1.bin`, its card beside it) is compiled in; nothing is read or fetched. Methods:
//! Model2Vec and Tokenlearn (Minish Lab 2024), weights after SIF (Arora 2017, ICLR), contrast after InfoNCE (van den Oord
//! 2018, arXiv 1807.03748). Scores of texts compare with each other; they are no probability.
//!
//! The same text gives the same bits on every machine: sums of floats run in one fixed order in each component, and
//! searches compare integers.

mod model;
mod scan;
mod tokenizer;
mod word;

pub use model::{Embedder, ModelError, Sum, TokenVector};
pub use scan::{Hit, Scan};
pub use word::WordVector;

/// Components of a vector.
pub const DIMS: usize = 256;

/// The vector of a text: of length 1, or all zero where the text holds no piece of the vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector([f32; DIMS]);

impl Vector {
    /// The components.
    pub fn components(&self) -> &[f32; DIMS] {
        &self.0
    }

    /// Whether nothing in the text was known.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|x| *x == 0.0)
    }

    /// In one byte a component: what is kept and searched.
    pub fn code(&self) -> Code {
        let most = self.0.iter().fold(0f32, |most, x| most.max(x.abs()));
        let mut components = [0i8; DIMS];
        if most > 0.0 {
            let scale = 127.0 / most;
            for (to, x) in components.iter_mut().zip(&self.0) {
                // Rounds half away from zero; a cast truncates.
                *to = (x * scale + 0.5f32.copysign(*x)) as i8;
            }
        }
        Code::new(components)
    }

    /// Scales to length 1. Zero stays zero.
    fn normalised(mut components: [f32; DIMS]) -> Self {
        let length = components.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        if length > 0.0 {
            let inverse = (1.0 / length) as f32;
            components.iter_mut().for_each(|x| *x *= inverse);
        }
        Self(components)
    }
}

/// A vector in one byte a component, 256 bytes, compared by cosine. Of the ten nearest by floats, 9.9 are among the ten
/// nearest by codes (10,729 abstracts, 500 questions).
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    components: [i8; DIMS],
    inverse: f32,
}

impl Code {
    /// A code of these components, in any scale.
    pub fn new(components: [i8; DIMS]) -> Self {
        let inverse = inverse_length(&components);
        Self { components, inverse }
    }

    /// The components.
    pub fn components(&self) -> &[i8; DIMS] {
        &self.components
    }

    /// Cosine of the angle between two codes, -1 to 1; 0 where either is zero. Some 50 ns.
    pub fn cosine(&self, other: &Self) -> f32 {
        score(dot(&self.components, &other.components), self.inverse, other.inverse)
    }
}

/// 1 over the length; 0 for zero. The sum of squares is an integer below 2^23, so nothing is lost.
fn inverse_length(components: &[i8]) -> f32 {
    let squares: i32 = components.iter().map(|&x| i32::from(x) * i32::from(x)).sum();
    if squares > 0 { (1.0 / f64::from(squares).sqrt()) as f32 } else { 0.0 }
}

/// An integer product as a cosine. One order of multiplication everywhere, so that equal vectors score equally.
#[inline(always)]
fn score(product: i32, query: f32, row: f32) -> f32 {
    product as f32 * query * row
}

/// A signed byte: stored as one, out of the model file, or made wider beforehand.
trait SignedByte: Copy {
    fn widen(self) -> i32;
}

impl SignedByte for i8 {
    #[inline(always)]
    fn widen(self) -> i32 {
        i32::from(self)
    }
}

impl SignedByte for i16 {
    #[inline(always)]
    fn widen(self) -> i32 {
        i32::from(self)
    }
}

impl SignedByte for u8 {
    #[inline(always)]
    fn widen(self) -> i32 {
        i32::from(self.cast_signed())
    }
}

/// Sums that run side by side in a product.
const SUMS: usize = 32;

/// The scalar product, exact, of a multiple of 32 components. Sums side by side: LLVM turns them into packed multiplications,
/// on plain x86-64 and on ARM, and into wider ones where it is inlined into code that [`rten_simd`] compiles for newer
/// processors. For 256 bytes that lie near 11 and 5 ns; with a single sum, 35 on plain x86-64.
#[inline(always)]
fn dot<A: SignedByte, B: SignedByte, const N: usize>(a: &[A; N], b: &[B; N]) -> i32 {
    let mut sums = [0i32; SUMS];
    for (a, b) in a.as_chunks::<SUMS>().0.iter().zip(b.as_chunks::<SUMS>().0) {
        for i in 0..SUMS {
            sums[i] += a[i].widen() * b[i].widen();
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_the_direction() {
        let mut x = [0f32; DIMS];
        for (i, x) in x.iter_mut().enumerate() {
            *x = ((i * 37 % 101) as f32 - 50.0) / 100.0;
        }
        let v = Vector::normalised(x);
        let code = v.code();
        let back: f32 = code.components().iter().zip(v.components()).map(|(q, x)| f32::from(*q) * x).sum();
        assert!((back * code.inverse - 1.0).abs() < 1e-3);
        assert!((code.cosine(&code) - 1.0).abs() < 1e-6);
        assert_eq!(code.components().iter().map(|x| x.unsigned_abs()).max(), Some(127));
    }

    #[test]
    fn zero_is_like_nothing() {
        let zero = Vector::normalised([0.0; DIMS]);
        assert!(zero.is_zero());
        assert_eq!(zero.code().cosine(&Code::new([1; DIMS])), 0.0);
    }

    #[test]
    fn the_product_is_exact_at_its_ends() {
        assert_eq!(dot(&[-128i8; DIMS], &[-128i8; DIMS]), 128 * 128 * 256);
        assert_eq!(dot(&[0x80u8; DIMS], &[127i8; DIMS]), -128 * 127 * 256);
    }
}
