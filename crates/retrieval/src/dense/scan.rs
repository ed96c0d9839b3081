//! Exact search: every vector is compared. Owns the vectors and nothing else: an id is a place in the order of adding.
//!
//! Products are integers and ties go to the smaller id, so neither the kind of SIMD nor the number of threads changes a
//! result.

use super::{Code, DIMS, dot, score};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;

/// Vectors in memory, 260 bytes each.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    rows: Vec<[i8; DIMS]>,
    inverses: Vec<f32>,
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
        Self { rows: Vec::with_capacity(n), inverses: Vec::with_capacity(n) }
    }

    /// Adds a vector; its id is the number there were before.
    pub fn push(&mut self, code: &Code) {
        self.rows.push(code.components);
        self.inverses.push(code.inverse);
    }

    /// How many vectors there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
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
        let mut best = BinaryHeap::with_capacity(k.min(to - from) + 1);
        if k == 0 {
            return best;
        }
        let components = query.components.map(i16::from);
        let mut least = f32::NEG_INFINITY;
        for (at, (row, inverse)) in self.rows[from..to].iter().zip(&self.inverses[from..to]).enumerate() {
            let score = score(dot(&components, row), query.inverse, *inverse);
            // Ids come in order: a later one of equal score never wins.
            if score > least || best.len() < k {
                let Ok(id) = u32::try_from(from + at) else { break };
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
        fn the_top_is_that_of_sorting_all(n in 0usize..40, k in 0usize..50, q in 0usize..40) {
            let codes = codes(41);
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
