//! The learned weighing: whether evidence reports the result that a comparison claims.
//!
//! Owns the models and their arithmetic. It is asked only where no rule found a fault, and can only leave a claim supported or
//! lower it. Two layers: a linear model over runs of masked words tells which way the evidence goes; trees over that and the
//! other features choose among supported, unsupported and contradicted. Trained by `training/claims/`; cards in
//! `models/README.md`. The words file, little-endian: `CURBLIN1`, buckets and classes (u32), then for each class its bias and
//! scale (f32) and one signed byte a bucket.

use super::weighing::{BUCKETS, Row};
use retrieval::ranker::Trees;

macro_rules! model {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/curbside-claims-", $name, "-v1.bin"))
    };
}

static WORDS: &[u8] = model!("words");
static TREES: [&[u8]; 3] = [model!("supported"), model!("unsupported"), model!("contradicted")];

/// Classes of the words: the evidence says more, less, no difference, or nothing of it.
const CLASSES: usize = 4;

/// What the features and the words' classes are together, for the trees.
pub(super) const WIDTH: usize = 72;

/// How much likelier than the next a support must be. Chosen on training articles held out, so that at most one in twenty of
/// what is not supported passes.
const MARGIN: f64 = 0.35;

/// What the weighing says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Supported,
    Unsupported,
    Contradicted,
}

/// Why a file of word weights cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum WordsError {
    /// Another kind of file, or made for other buckets.
    #[error("not a file of word weights of this version")]
    Kind,
}

struct Class {
    bias: f32,
    scale: f32,
    weights: &'static [u8],
}

/// The models.
pub(super) struct Learned {
    words: Vec<Class>,
    trees: Vec<Trees>,
}

impl Default for Learned {
    /// The models that are compiled in.
    ///
    /// # Panics
    ///
    /// Never in a build whose tests passed: they parse the same bytes.
    fn default() -> Self {
        let words = parse(WORDS).expect("the model compiled in is whole; a test parses it");
        let trees =
            TREES.iter().map(|t| Trees::parse(t, WIDTH).expect("the model compiled in is whole; a test parses it"));
        Self { words, trees: trees.collect() }
    }
}

fn parse(file: &'static [u8]) -> Result<Vec<Class>, WordsError> {
    let rest = file.strip_prefix(b"CURBLIN1").ok_or(WordsError::Kind)?;
    let (head, rest) = rest.split_first_chunk::<8>().ok_or(WordsError::Kind)?;
    let field = |i: usize| u32::from_le_bytes([head[i], head[i + 1], head[i + 2], head[i + 3]]);
    let class = 8 + BUCKETS as usize;
    if field(0) != BUCKETS || field(4) as usize != CLASSES || rest.len() != CLASSES * class {
        return Err(WordsError::Kind);
    }
    let float = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    let of = |c: &'static [u8]| Class { bias: float(&c[0..4]), scale: float(&c[4..8]), weights: &c[8..] };
    Ok(rest.chunks_exact(class).map(of).collect())
}

impl Learned {
    /// How likely each class of the words is.
    fn words(&self, row: &Row) -> [f32; CLASSES] {
        let mut scores = [0f64; CLASSES];
        for (score, class) in scores.iter_mut().zip(&self.words) {
            let weight = |g: &u32| class.weights.get(*g as usize).map_or(0, |w| i32::from(w.cast_signed()));
            let sum: i32 = row.grams.iter().map(weight).sum();
            // Rows of few and of many runs are made comparable: each counts 1/sqrt(n).
            let length = (row.grams.len().max(1) as f64).sqrt();
            *score = f64::from(class.bias) + f64::from(class.scale) * f64::from(sum) / length;
        }
        softmax(scores).map(|p| p as f32)
    }

    /// The row as the trees take it.
    pub(super) fn whole(&self, row: &Row) -> Vec<f32> {
        row.dense.iter().map(|(_, v)| *v).chain(agreement(row, self.words(row))).collect()
    }

    pub(super) fn answer(&self, row: &Row) -> Answer {
        let whole = self.whole(row);
        let scores = softmax([0, 1, 2].map(|i: usize| self.trees.get(i).map_or(0.0, |t| t.score(&whole))));
        let [supported, unsupported, contradicted] = scores;
        if supported > unsupported.max(contradicted) + MARGIN {
            Answer::Supported
        } else if contradicted > unsupported {
            Answer::Contradicted
        } else {
            Answer::Unsupported
        }
    }
}

/// The classes of the words, and how they fit the claim: what it says, and the opposite.
fn agreement(row: &Row, p: [f32; CLASSES]) -> [f32; 7] {
    let claims = |name: &str| row.dense.iter().any(|(n, v)| *n == name && *v > 0.0);
    let [up, down, same, none] = p;
    let (said, turned) = if claims("claims up") {
        (up, down)
    } else if claims("claims down") {
        (down, up)
    } else {
        (same, up.max(down))
    };
    [up, down, same, none, said, turned, said - (1.0 - none - said)]
}

fn softmax<const N: usize>(scores: [f64; N]) -> [f64; N] {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    let raised = scores.map(|s| (s - most).exp());
    let sum: f64 = raised.iter().sum();
    raised.map(|r| r / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_compiled_in_are_whole() {
        let learned = Learned::default();
        assert_eq!((learned.words.len(), learned.trees.len()), (CLASSES, 3));
        assert!(parse(b"other").is_err());
    }
}
