//! Exact search: every vector is looked at. Owns the vectors and nothing else: an id is a place in the order of adding.
//!
//! The first half of a vector's components and the length of the rest say how near it can come at most (Cauchy and
//! Schwarz). The static model's components are in the order of what they tell (principal components, as Model2Vec leaves
//! them): the first half holds four fifths of the length, so that one passage in a hundred needs a second look, and a search
//! reads half of the memory. The bound is exact: what is found is what looking at everything finds. With a quarter of the
//! components one in eight needs it, and fetching those costs more than is saved.
//!
//! Products are integers and ties go to the smaller id, so neither the kind of SIMD nor the number of threads changes a
//! result.

use super::{Code, DIMS, dot, score};
use rten_simd::{Isa, SimdOp};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;

/// Components looked at first.
const HEAD: usize = 128;
const TAIL: usize = DIMS - HEAD;
/// Vectors whose beginnings are looked at together; a bit each.
const BLOCK: usize = 64;
/// More than rounding can take from a bound.
const SLACK: f32 = 1e-5;

/// Vectors in memory, 264 bytes each.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    heads: Vec<[i8; HEAD]>,
    lengths: Vec<Lengths>,
    tails: Vec<[i8; TAIL]>,
}

/// Of a vector.
#[derive(Debug, Clone, Copy)]
struct Lengths {
    /// 1 over its length; 0 for zero.
    inverse: f32,
    /// The length of its tail as a share of its own.
    tail: f32,
}

impl Lengths {
    fn of(code: &Code, tail: &[i8; TAIL]) -> Self {
        let squares: i32 = tail.iter().map(|&x| i32::from(x) * i32::from(x)).sum();
        Self { inverse: code.inverse, tail: f64::from(squares).sqrt() as f32 * code.inverse }
    }
}

/// The components of a code, first and rest.
fn cut(code: &Code) -> ([i8; HEAD], [i8; TAIL]) {
    let (mut head, mut tail) = ([0; HEAD], [0; TAIL]);
    head.copy_from_slice(&code.components[..HEAD]);
    tail.copy_from_slice(&code.components[HEAD..]);
    (head, tail)
}

/// A vector found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its place in the order of adding, from 0.
    pub id: u32,
    /// Cosine with the query, -1 to 1.
    pub score: f32,
}

impl Eq for Hit {}

impl Ord for Hit {
    /// The better hit is the smaller: higher score, then smaller id.
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Scan {
    /// Room for `n` vectors, none yet.
    pub fn with_capacity(n: usize) -> Self {
        Self { heads: Vec::with_capacity(n), lengths: Vec::with_capacity(n), tails: Vec::with_capacity(n) }
    }

    /// Adds a vector; its id is the number there were before.
    pub fn push(&mut self, code: &Code) {
        let (head, tail) = cut(code);
        self.heads.push(head);
        self.lengths.push(Lengths::of(code, &tail));
        self.tails.push(tail);
    }

    /// How many vectors there are.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// The `k` vectors most like the query, best first. Linear in the number of vectors; figures in the model card.
    pub fn top(&self, query: &Code, k: usize) -> Vec<Hit> {
        self.top_where(query, k, |_| true)
    }

    /// The same among those whose id is admitted.
    pub fn top_where(&self, query: &Code, k: usize, admit: impl Fn(u32) -> bool) -> Vec<Hit> {
        self.range(query, k, 0, self.len(), admit).into_sorted_vec()
    }

    /// The same hits, sought by several threads.
    pub fn top_with(&self, query: &Code, k: usize, threads: NonZeroUsize) -> Vec<Hit> {
        let part = self.len().div_ceil(threads.get()).max(1);
        let mut hits: Vec<Hit> = std::thread::scope(|scope| {
            let started: Vec<_> = (0..self.len())
                .step_by(part)
                .map(|start| scope.spawn(move || self.range(query, k, start, (start + part).min(self.len()), |_| true)))
                .collect();
            // A thread that panicked had a bug; it is passed on, not hidden.
            started.into_iter().flat_map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
        });
        hits.sort_unstable();
        hits.truncate(k);
        hits
    }

    /// The best of `from..to`: a heap whose top is the worst hit kept.
    fn range(&self, query: &Code, k: usize, from: usize, to: usize, admit: impl Fn(u32) -> bool) -> BinaryHeap<Hit> {
        let (head, tail) = cut(query);
        let lengths = Lengths::of(query, &tail);
        Search { scan: self, head: head.map(i16::from), tail: tail.map(i16::from), lengths, k, from, to, admit }
            .dispatch()
    }
}

/// A search of a part of the vectors, compiled for several kinds of processor.
struct Search<'a, F> {
    scan: &'a Scan,
    head: [i16; HEAD],
    tail: [i16; TAIL],
    lengths: Lengths,
    k: usize,
    from: usize,
    to: usize,
    admit: F,
}

impl<F: Fn(u32) -> bool> SimdOp for Search<'_, F> {
    type Output = BinaryHeap<Hit>;

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) -> BinaryHeap<Hit> {
        let Self { scan, head, tail, lengths, k, from, to, admit } = self;
        let mut best = BinaryHeap::with_capacity(k.min(to - from) + 1);
        if k == 0 {
            return best;
        }
        // No bound at all before `k` are found.
        let mut least = f32::NEG_INFINITY;
        let mut firsts = [0i32; BLOCK];
        for start in (from..to).step_by(BLOCK) {
            let rows = start..(start + BLOCK).min(to);
            let of = &scan.lengths[rows.clone()];
            for (first, row) in firsts.iter_mut().zip(&scan.heads[rows]) {
                *first = dot(&head, row);
            }
            let mut look = 0u64;
            for (at, (first, of)) in firsts.iter().zip(of).enumerate() {
                let most = score(*first, lengths.inverse, of.inverse) + lengths.tail * of.tail;
                look |= u64::from(most + SLACK >= least) << at;
            }
            while look != 0 {
                let at = look.trailing_zeros() as usize;
                look &= look - 1;
                let product = firsts[at] + dot(&tail, &scan.tails[start + at]);
                let score = score(product, lengths.inverse, of[at].inverse);
                // Ids come in order: a later one of equal score never wins.
                if score > least || best.len() < k {
                    let Ok(id) = u32::try_from(start + at) else { return best };
                    if !admit(id) {
                        continue;
                    }
                    best.push(Hit { id, score });
                    if best.len() > k {
                        best.pop();
                    }
                    if best.len() == k {
                        least = best.peek().map_or(least, |worst: &Hit| worst.score);
                    }
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Vectors that repeat, so that there are ties.
    fn codes(n: usize) -> Vec<Code> {
        let mut state = 20_261_127u64;
        (0..n)
            .map(|i| {
                if i % 5 == 0 {
                    state = 7;
                }
                Code::new(std::array::from_fn(|_| {
                    // Knuth's linear congruential generator (MMIX).
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 56) as u8 as i8
                }))
            })
            .collect()
    }

    fn scan(codes: &[Code]) -> Scan {
        let mut scan = Scan::with_capacity(codes.len());
        codes.iter().for_each(|c| scan.push(c));
        scan
    }

    #[test]
    fn ties_go_to_the_smaller_id_and_threads_change_nothing() {
        let codes = codes(203);
        let scan = scan(&codes);
        let hits = scan.top(&codes[5], 50);
        assert_eq!(hits[..3].iter().map(|h| h.id).collect::<Vec<_>>(), [0, 5, 10]);
        for threads in 1..9 {
            assert_eq!(scan.top_with(&codes[5], 50, NonZeroUsize::new(threads).unwrap()), hits);
        }
    }

    #[test]
    fn nothing_asked_or_held_finds_nothing() {
        let codes = codes(3);
        assert!(scan(&codes).top(&codes[0], 0).is_empty());
        assert!(Scan::default().top(&codes[0], 3).is_empty());
        assert!(Scan::default().top_with(&codes[0], 3, NonZeroUsize::MIN).is_empty());
        assert_eq!(scan(&codes).top(&codes[0], usize::MAX >> 8).len(), 3);
    }

    proptest! {
        #[test]
        fn the_top_is_that_of_sorting_all(n in 0usize..300, k in 0usize..50, q in 0usize..300) {
            let codes = codes(301);
            let scan = scan(&codes[..n]);
            let mut all: Vec<Hit> = codes[..n]
                .iter()
                .zip(0u32..)
                .map(|(c, id)| Hit { id, score: codes[q].cosine(c) })
                .collect();
            all.sort();
            all.truncate(k);
            prop_assert_eq!(scan.top(&codes[q], k), all);
        }
    }
}
