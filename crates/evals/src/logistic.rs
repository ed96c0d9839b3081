//! Multinomial logistic regression with an L2 penalty, for what is fitted out of fold in a measurement, and for small files of
//! weights. Deterministic: full batches, a fixed number of steps (Nesterov 1983), sums in one order.

/// Values further from their mean than so many standard deviations count as that many (as in `answering::verdict`).
const FURTHEST: f64 = 4.0;
const STEPS: usize = 200;

/// A fitted model.
pub(crate) struct Logistic {
    /// Mean and standard deviation of each feature.
    pub(crate) scale: Vec<(f64, f64)>,
    /// For each class its bias, then its weights.
    pub(crate) weights: Vec<Vec<f64>>,
}

impl Logistic {
    /// Fits to rows and their classes. `penalty` is that of the mean loss.
    pub(crate) fn fit(rows: &[&[f64]], classes: &[usize], number: usize, penalty: f64) -> Self {
        let (n, width) = (rows.len().max(1) as f64, rows.first().map_or(0, |r| r.len()));
        let scale: Vec<(f64, f64)> = (0..width)
            .map(|c| {
                let mean = rows.iter().map(|r| r[c]).sum::<f64>() / n;
                let variance = rows.iter().map(|r| (r[c] - mean).powi(2)).sum::<f64>() / n;
                (mean, if variance > 1e-12 { variance.sqrt() } else { 1.0 })
            })
            .collect();
        let mut model = Self { scale, weights: vec![vec![0.0; width + 1]; number] };
        let rows: Vec<Vec<f64>> = rows.iter().map(|r| model.scaled(r)).collect();
        let step = 1.0 / (0.5 * largest(&rows, width + 1) + penalty);
        let mut ahead = model.weights.clone();
        for t in 0..STEPS {
            let mut gradient = vec![vec![0.0; width + 1]; number];
            for (row, class) in rows.iter().zip(classes) {
                for (k, p) in softmax(&ahead, row).into_iter().enumerate() {
                    let off = (p - if k == *class { 1.0 } else { 0.0 }) / n;
                    gradient[k].iter_mut().zip(row).for_each(|(g, x)| *g += off * x);
                }
            }
            let pull = t as f64 / (t as f64 + 3.0);
            for ((ahead, kept), gradient) in ahead.iter_mut().zip(&mut model.weights).zip(&gradient) {
                for (c, ((a, w), g)) in ahead.iter_mut().zip(kept).zip(gradient).enumerate() {
                    // The bias is not held back.
                    let held = if c == 0 { 0.0 } else { penalty * *a };
                    let next = *a - step * (g + held);
                    *a = next + pull * (next - *w);
                    *w = next;
                }
            }
        }
        model
    }

    /// How likely each class is.
    pub(crate) fn predict(&self, row: &[f64]) -> Vec<f64> {
        softmax(&self.weights, &self.scaled(row))
    }

    /// A one, then the values in standard deviations.
    fn scaled(&self, row: &[f64]) -> Vec<f64> {
        let values = row.iter().zip(&self.scale).map(|(v, (m, s))| ((v - m) / s).clamp(-FURTHEST, FURTHEST));
        std::iter::once(1.0).chain(values).collect()
    }
}

fn softmax(weights: &[Vec<f64>], row: &[f64]) -> Vec<f64> {
    let scores: Vec<f64> = weights.iter().map(|w| w.iter().zip(row).map(|(a, b)| a * b).sum()).collect();
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    let raised: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
    let sum: f64 = raised.iter().sum();
    raised.into_iter().map(|r| r / sum).collect()
}

/// The largest eigenvalue of the mean of row times row, by 20 steps of the power method, with a tenth to spare.
fn largest(rows: &[Vec<f64>], width: usize) -> f64 {
    let mut v = vec![1.0 / (width as f64).sqrt(); width];
    let mut size = 1.0;
    for _ in 0..20 {
        let mut next = vec![0.0; width];
        for row in rows {
            let along: f64 = row.iter().zip(&v).map(|(a, b)| a * b).sum();
            next.iter_mut().zip(row).for_each(|(n, x)| *n += along * x / rows.len() as f64);
        }
        size = next.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-9);
        v = next.into_iter().map(|x| x / size).collect();
    }
    1.1 * size
}

/// Puts items into folds, each class spread evenly, in an order that `seed` decides: fold of each.
pub(crate) fn folds(ids: &[String], classes: &[usize], number: usize, seed: u64) -> Vec<usize> {
    let hash = |id: &str| {
        let start = 0xcbf2_9ce4_8422_2325u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        id.bytes().fold(start, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    };
    let mix = |h: u64| (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17;
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|i| (classes[*i], mix(hash(&ids[*i])), *i));
    let mut out = vec![0; ids.len()];
    order.into_iter().enumerate().for_each(|(at, i)| out[i] = at % number);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_told_apart_is() {
        let rows: Vec<Vec<f64>> = (0..60).map(|i| vec![f64::from(i % 3), f64::from(i % 7)]).collect();
        let classes: Vec<usize> = (0..60).map(|i| i % 3).collect();
        let refs: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let model = Logistic::fit(&refs, &classes, 3, 0.001);
        for (row, class) in rows.iter().zip(&classes) {
            let p = model.predict(row);
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!((0..3).all(|k| p[k] <= p[*class]), "{row:?} {p:?}");
        }
    }

    #[test]
    fn folds_are_even_and_the_same_again() {
        let ids: Vec<String> = (0..50).map(|i| i.to_string()).collect();
        let classes: Vec<usize> = (0..50).map(|i| i % 2).collect();
        let found = folds(&ids, &classes, 10, 1);
        assert_eq!(found, folds(&ids, &classes, 10, 1));
        assert_ne!(found, folds(&ids, &classes, 10, 2));
        assert!((0..10).all(|f| found.iter().filter(|x| **x == f).count() == 5));
    }
}
