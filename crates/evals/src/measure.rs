//! Ranking measures, percentiles, memory.

use std::collections::HashMap;

/// nDCG at `k` (Järvelin and Kekäläinen 2002, ACM TOIS 20:422), gain = grade, discount log2(rank + 1), as
/// trec_eval computes it.
pub(crate) fn ndcg(ranked: &[String], grades: &HashMap<String, f64>, k: usize) -> f64 {
    let discounted = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.take(k).enumerate().map(|(i, gain)| gain / (i as f64 + 2.0).log2()).sum()
    };
    let mut ideal: Vec<f64> = grades.values().copied().filter(|g| *g > 0.0).collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = discounted(&mut ideal.into_iter());
    if best == 0.0 {
        return 0.0;
    }
    discounted(&mut ranked.iter().map(|d| grades.get(d).copied().unwrap_or(0.0).max(0.0))) / best
}

/// Reciprocal rank of the first relevant document within `k`.
pub(crate) fn reciprocal_rank(ranked: &[String], grades: &HashMap<String, f64>, k: usize) -> f64 {
    let relevant = |d: &String| grades.get(d).is_some_and(|g| *g > 0.0);
    ranked.iter().take(k).position(relevant).map_or(0.0, |at| 1.0 / (at as f64 + 1.0))
}

/// Average precision within `k`, over all relevant documents.
pub(crate) fn average_precision(ranked: &[String], grades: &HashMap<String, f64>, k: usize) -> f64 {
    let relevant = grades.values().filter(|g| **g > 0.0).count();
    let (mut seen, mut sum) = (0.0, 0.0);
    for (i, d) in ranked.iter().take(k).enumerate() {
        if grades.get(d).is_some_and(|g| *g > 0.0) {
            seen += 1.0;
            sum += seen / (i as f64 + 1.0);
        }
    }
    if relevant == 0 { 0.0 } else { sum / relevant as f64 }
}

/// Share of the relevant documents within `k`.
pub(crate) fn recall(ranked: &[String], grades: &HashMap<String, f64>, k: usize) -> f64 {
    let relevant = grades.values().filter(|g| **g > 0.0).count();
    let found = ranked.iter().take(k).filter(|d| grades.get(*d).is_some_and(|g| *g > 0.0)).count();
    if relevant == 0 { 0.0 } else { found as f64 / relevant as f64 }
}

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(crate) struct Interval {
    pub(crate) mean: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The interval of a mean over questions, by bootstrap: 2,000 draws with replacement, always the same ones. For two systems
/// over the same questions, give the differences: that is the paired one.
pub(crate) fn bootstrap(values: &[f64]) -> Interval {
    const DRAWS: usize = 2000;
    let n = values.len().max(1);
    let mean = values.iter().sum::<f64>() / n as f64;
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut draw = || {
        // xorshift64* (Marsaglia 2003, J. Stat. Softw. 8:14)
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    };
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| (0..n).map(|_| values.get(draw()).copied().unwrap_or_default()).sum::<f64>() / n as f64)
        .collect();
    Interval { mean, low: percentile(&mut means, 0.025), high: percentile(&mut means, 0.975) }
}

/// The value below which a share `p` of the values lies (nearest rank).
pub(crate) fn percentile(values: &mut [f64], p: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_by(f64::total_cmp);
    let rank = (p * values.len() as f64).ceil() as usize;
    values[rank.clamp(1, values.len()) - 1]
}

/// Largest resident memory of this process so far, in megabytes (10^6), from the kernel; 0 elsewhere.
pub(crate) fn peak_rss_mb() -> f64 {
    status_mb("VmHWM:")
}

/// Memory that this process holds now and that no file backs, in megabytes; 0 where the kernel does not say. The peak
/// above counts pages of mapped index files too, which the system takes back when it needs them.
pub(crate) fn own_mb() -> f64 {
    status_mb("RssAnon:")
}

fn status_mb(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with(field));
    let kib = line.and_then(|l| l.split_whitespace().nth(1)).and_then(|n| n.parse::<f64>().ok());
    kib.map_or(0.0, |kib| kib * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_agree_with_values_computed_by_hand() {
        let ranked: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        let grades = HashMap::from([("b".to_owned(), 1.0), ("c".to_owned(), 1.0), ("x".to_owned(), 1.0)]);
        let ideal = 1.0 + 1.0 / 3f64.log2() + 0.5;
        assert!((ndcg(&ranked, &grades, 10) - (1.0 / 3f64.log2() + 0.5) / ideal).abs() < 1e-12);
        assert!((reciprocal_rank(&ranked, &grades, 10) - 0.5).abs() < 1e-12);
        assert!((average_precision(&ranked, &grades, 10) - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        assert!((recall(&ranked, &grades, 10) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(percentile(&mut [3.0, 1.0, 2.0, 4.0], 0.5), 2.0);
        assert_eq!(percentile(&mut [3.0, 1.0, 2.0, 4.0], 0.95), 4.0);
    }

    #[test]
    fn an_interval_holds_its_mean_and_narrows() {
        let few: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
        let many: Vec<f64> = (0..2000).map(|i| f64::from(i % 2)).collect();
        let (few, many) = (bootstrap(&few), bootstrap(&many));
        assert!(few.low < few.mean && few.mean < few.high);
        assert!(many.high - many.low < (few.high - few.low) / 4.0);
        assert_eq!(bootstrap(&[1.0; 9]), Interval { mean: 1.0, low: 1.0, high: 1.0 });
    }
}
