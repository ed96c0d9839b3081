//! The logistic weighing of yes and no: its file and its arithmetic.
//!
//! Owns parsing. The file is text, so that what counts can be read: a line for each feature, tab-separated: name, mean, standard
//! deviation, weight; the first, `(bias)`, has the bias as its weight. Lines that begin with # are comments.

/// Weights for the rows of [`super::features`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weights {
    bias: f64,
    /// Mean, standard deviation, weight.
    terms: Vec<[f64; 3]>,
}

/// Values further from their mean than so many standard deviations count as that many.
const FURTHEST: f64 = 4.0;

impl Weights {
    /// Reads a file made for features of these names, in this order; `None` for any other.
    pub(super) fn parse(file: &str, names: &[String]) -> Option<Self> {
        let mut lines = file.lines().filter(|l| !l.starts_with('#') && !l.is_empty());
        let fields = |line: &str, name: &str| -> Option<[f64; 3]> {
            let mut fields = line.split('\t');
            if fields.next()? != name {
                return None;
            }
            let mut number = || fields.next()?.parse::<f64>().ok().filter(|v| v.is_finite());
            Some([number()?, number()?, number()?])
        };
        let bias = fields(lines.next()?, "(bias)")?[2];
        let terms: Option<Vec<[f64; 3]>> = names.iter().map(|n| fields(lines.next()?, n)).collect();
        let terms = terms?;
        (lines.next().is_none() && terms.iter().all(|t| t[1] > 0.0)).then_some(Self { bias, terms })
    }

    /// How likely yes is, 0 to 1, summed in the order of the features.
    pub(super) fn yes(&self, row: &[f64]) -> f64 {
        let term = |(t, v): (&[f64; 3], &f64)| t[2] * ((v - t[0]) / t[1]).clamp(-FURTHEST, FURTHEST);
        let sum = self.terms.iter().zip(row).map(term).sum::<f64>() + self.bias;
        1.0 / (1.0 + (-sum).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_or_refused_as_a_whole() {
        let names = ["a".to_owned(), "b".to_owned()];
        let file = "# made by hand\n(bias)\t0\t1\t0.5\na\t1\t2\t1\nb\t0\t1\t-1\n";
        let weights = Weights::parse(file, &names).unwrap();
        assert!((weights.yes(&[1.0, 0.5]) - 0.5).abs() < 1e-12);
        assert!(weights.yes(&[3.0, 0.0]) > 0.8);
        assert_eq!(Weights::parse(file, &names[..1]), None);
        assert_eq!(Weights::parse(&file.replace("b\t0\t1", "b\t0\t0"), &names), None);
        assert_eq!(Weights::parse("", &names), None);
    }
}
