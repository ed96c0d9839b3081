//! Gradient-boosted trees, evaluated.
//!
//! Owns the model file and its arithmetic. Must not know what the features mean. Little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `CURBGBT1` |
//! | 4 × 4 | features of a row, trees `t`, inner nodes `n`, leaves `l` |
//! | 2 `t` | leaves of each tree (u16), at least 1; a tree of k leaves has k - 1 inner nodes, its root first |
//! | 2 `n` | feature of each inner node (u16) |
//! | 4 `n` | threshold (f32): a row goes left when its value is not above |
//! | 2 `n`, 2 `n` | left and right child (i16): an inner node of the same tree, or -1 - leaf |
//! | 4 `l` | values (f32) |
//!
//! Written by `training/ranker/export.py`. Thresholds are rounded down to f32, so that a row of f32 takes the same way as
//! in LightGBM, which compares in f64. The sum is made in f64 in the order of the trees: the same bits everywhere.

/// A model that gives a row of features a score. Higher is better; scores compare within one question only.
#[derive(Debug, Clone)]
pub struct Trees {
    features: usize,
    roots: Vec<Root>,
    nodes: Vec<Node>,
    leaves: Vec<f32>,
}

#[derive(Debug, Clone, Copy)]
struct Root {
    node: usize,
    leaf: usize,
    leaves: usize,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    feature: u16,
    left: i16,
    right: i16,
    threshold: f32,
}

/// Why a file of trees cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreesError {
    /// Another kind of file, or another version.
    #[error("not a file of trees of this version")]
    Kind,
    /// Made for other features.
    #[error("the trees are made for {0} features, not {1}")]
    Features(usize, usize),
    /// Sections that do not fill the file, or children that lead nowhere.
    #[error("the file of trees is damaged")]
    Damaged,
}

const MAGIC: &[u8] = b"CURBGBT1";

impl Trees {
    /// Reads a model for rows of `features` values. Everything is checked here, so that scoring cannot fail.
    pub fn parse(file: &[u8], features: usize) -> Result<Self, TreesError> {
        let rest = file.strip_prefix(MAGIC).ok_or(TreesError::Kind)?;
        let (header, rest) = rest.split_first_chunk::<16>().ok_or(TreesError::Kind)?;
        let field = |i: usize| u32::from_le_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]) as usize;
        let [made_for, trees, inner, leaves] = [0, 4, 8, 12].map(field);
        if made_for != features {
            return Err(TreesError::Features(made_for, features));
        }
        let asked = 2 * trees as u64 + 10 * inner as u64 + 4 * leaves as u64;
        if rest.len() as u64 != asked {
            return Err(TreesError::Damaged);
        }
        let (counts, rest) = rest.split_at(2 * trees);
        let (tested, rest) = rest.split_at(2 * inner);
        let (thresholds, rest) = rest.split_at(4 * inner);
        let (left, rest) = rest.split_at(2 * inner);
        let (right, values) = rest.split_at(2 * inner);
        let thresholds: Vec<f32> = thresholds.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let child = |bytes: &[u8], i: usize| i16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]]);
        let nodes: Vec<Node> = (0..inner)
            .map(|i| Node {
                feature: child(tested, i).cast_unsigned(),
                left: child(left, i),
                right: child(right, i),
                threshold: thresholds[i],
            })
            .collect();
        let leaves: Vec<f32> = values.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let mut roots = Vec::with_capacity(trees);
        let (mut node, mut leaf) = (0, 0);
        for count in counts.as_chunks().0 {
            let count = usize::from(u16::from_le_bytes(*count));
            let own = nodes.get(node..(node + count).saturating_sub(1)).ok_or(TreesError::Damaged)?;
            // A child comes after its parent, so that every way down ends.
            let leads = |at: usize, child: i16| match usize::try_from(child) {
                Ok(next) => next > at && next < own.len(),
                Err(_) => leaf_of(child) < count,
            };
            let whole = own
                .iter()
                .enumerate()
                .all(|(at, n)| usize::from(n.feature) < features && leads(at, n.left) && leads(at, n.right));
            if count == 0 || !whole {
                return Err(TreesError::Damaged);
            }
            roots.push(Root { node, leaf, leaves: count });
            node += count - 1;
            leaf += count;
        }
        if node != inner || leaf != leaves.len() {
            return Err(TreesError::Damaged);
        }
        Ok(Self { features, roots, nodes, leaves })
    }

    /// How many values a row has.
    pub fn features(&self) -> usize {
        self.features
    }

    /// How many trees there are.
    pub fn trees(&self) -> usize {
        self.roots.len()
    }

    /// The score of a row; values beyond its end count as 0. Some 10 ns a tree.
    pub fn score(&self, row: &[f32]) -> f64 {
        self.roots.iter().map(|root| f64::from(self.leaf(*root, row))).sum()
    }

    /// The scores of many rows: all by the first `first` trees, and the best `kept` of those by all. The others keep their
    /// order, behind. Where trees are added up, what the first of them put far behind the rest do not bring back.
    pub fn scores(&self, rows: &[Vec<f32>], first: usize, kept: usize) -> Vec<f64> {
        let (first, rest) = self.roots.split_at(first.min(self.roots.len()));
        let add = |roots: &[Root], row: &[f32], start: f64| {
            roots.iter().fold(start, |sum, root| sum + f64::from(self.leaf(*root, row)))
        };
        let mut scores: Vec<f64> = rows.iter().map(|row| add(first, row, 0.0)).collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let (best, behind) = order.split_at(kept.min(order.len()));
        for &at in best {
            scores[at] = add(rest, &rows[at], scores[at]);
        }
        if let Some(&next) = behind.first() {
            let least = best.iter().map(|at| scores[*at]).fold(f64::INFINITY, f64::min);
            let down = if least.is_finite() { least - scores[next] } else { 0.0 };
            behind.iter().for_each(|at| scores[*at] += down);
        }
        scores
    }

    fn leaf(&self, root: Root, row: &[f32]) -> f32 {
        if root.leaves == 1 {
            return self.leaves[root.leaf];
        }
        let mut at = 0;
        loop {
            let node = self.nodes[root.node + at];
            let value = row.get(usize::from(node.feature)).copied().unwrap_or(0.0);
            let next = if value <= node.threshold { node.left } else { node.right };
            match usize::try_from(next) {
                Ok(next) => at = next,
                Err(_) => return self.leaves[root.leaf + leaf_of(next)],
            }
        }
    }
}

fn leaf_of(child: i16) -> usize {
    usize::from((-1 - child.min(-1)).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Golden {
        rows: Vec<Vec<f32>>,
        scores: Vec<f64>,
    }

    const SMALL: &[u8] = include_bytes!("golden/small.bin");

    #[test]
    fn scores_are_those_of_lightgbm() {
        let golden: Golden = serde_json::from_str(include_str!("golden/small.json")).unwrap();
        let trees = Trees::parse(SMALL, golden.rows[0].len()).unwrap();
        assert!(trees.trees() > 5 && golden.rows.len() > 20);
        for (row, want) in golden.rows.iter().zip(&golden.scores) {
            assert!((trees.score(row) - want).abs() < 1e-5, "{} for {want}", trees.score(row));
        }
    }

    #[test]
    fn many_rows_are_scored_in_steps() {
        let golden: Golden = serde_json::from_str(include_str!("golden/small.json")).unwrap();
        let trees = Trees::parse(SMALL, golden.rows[0].len()).unwrap();
        let alone: Vec<f64> = golden.rows.iter().map(|r| trees.score(r)).collect();
        assert_eq!(trees.scores(&golden.rows, 3, 100), alone);
        let steps = trees.scores(&golden.rows, 3, 10);
        let same: Vec<usize> = (0..alone.len()).filter(|i| steps[*i] == alone[*i]).collect();
        let least = same.iter().map(|i| alone[*i]).fold(f64::INFINITY, f64::min);
        assert!(same.len() >= 10 && steps.iter().enumerate().all(|(i, s)| same.contains(&i) || *s <= least));
        assert!(trees.scores(&[], 3, 10).is_empty());
    }

    #[test]
    fn a_damaged_file_is_said_to_be_one() {
        let features = Trees::parse(SMALL, 0).map(|_| ()).unwrap_err();
        let TreesError::Features(n, 0) = features else { panic!("{features}") };
        assert_eq!(Trees::parse(b"other", n).map(|_| ()), Err(TreesError::Kind));
        assert_eq!(Trees::parse(&SMALL[..SMALL.len() - 1], n).map(|_| ()), Err(TreesError::Damaged));
        // Whatever byte is changed, reading says so or scoring still ends.
        for at in 24..SMALL.len() {
            let mut bytes = SMALL.to_vec();
            bytes[at] ^= 0x81;
            if let Ok(trees) = Trees::parse(&bytes, n) {
                trees.score(&vec![0.5; n]);
            }
        }
    }
}
