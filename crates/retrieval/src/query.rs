//! What is looked for: weighted words, filler dropped, synonyms beside them. Whoever knows medicine hands the synonyms
//! over; this module only weighs them.

use crate::{Analyzer, is_filler};

/// A word to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryTerm {
    /// Its analysed form.
    pub stem: String,
    /// How much it counts; 1 for a word of the question, less for a synonym or a word that says little.
    pub weight: f64,
    /// Whether it is another word for what was asked. What it finds is found, but it does not count towards how much of
    /// the question a text covers.
    pub synonym: bool,
}

/// Words that are looked up however common they are.
const FEWEST: usize = 4;

/// Weight of a name as a whole (`il6` for "IL-6"), beside its parts.
const NAME: f64 = 0.5;

/// The words of one search, each once, sorted by stem so that sums are always made in the same order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    terms: Vec<QueryTerm>,
}

impl Query {
    /// The words of a text without filler; a text of nothing but filler keeps all its words.
    pub fn from_text(analyzer: &mut Analyzer, text: &str) -> Self {
        let (mut kept, mut all, mut names) = (Vec::new(), Vec::new(), Vec::new());
        analyzer.terms(text, |token| {
            let word = &text[token.start..token.end];
            let whole = word.contains(['-', '\u{2010}', '\u{2011}']);
            if whole {
                names.push((token.stem.to_owned(), NAME));
                return;
            }
            if !is_filler(&word.to_lowercase()) {
                kept.push(token.stem.to_owned());
            }
            all.push(token.stem.to_owned());
        });
        let mut stems = if kept.is_empty() { all } else { kept };
        stems.sort_unstable();
        stems.dedup();
        let terms = stems.into_iter().map(|stem| QueryTerm { stem, weight: 1.0, synonym: false }).collect();
        let mut query = Self { terms };
        for (stem, weight) in names {
            query.add(stem, weight);
        }
        query
    }

    /// Looks for a synonym too. A word that is looked for already keeps the higher weight.
    pub fn add(&mut self, stem: String, weight: f64) {
        match self.terms.binary_search_by(|t| t.stem.cmp(&stem)) {
            Ok(at) => self.terms[at].weight = self.terms[at].weight.max(weight),
            Err(at) => self.terms.insert(at, QueryTerm { stem, weight, synonym: true }),
        }
    }

    /// Lets a word of the question count for less: it is still looked for.
    pub fn lighten(&mut self, stem: &str, weight: f64) {
        if let Ok(at) = self.terms.binary_search_by(|t| t.stem.as_str().cmp(stem)) {
            self.terms[at].weight = self.terms[at].weight.min(weight);
        }
    }

    /// The words, sorted by stem.
    pub fn terms(&self) -> &[QueryTerm] {
        &self.terms
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The stems alone.
    pub fn stems(&self) -> Vec<String> {
        self.terms.iter().map(|t| t.stem.clone()).collect()
    }

    /// Keeps the `limit` words asked for, and as many synonyms again as half of that, that stand in the fewest passages (`frequencies` in the order of the words);
    /// words that stand in none are dropped. Ties go to the alphabet. Words that together stand in more than `postings` passages
    /// are cut, the commonest first, but for the rarest `FEWEST`; synonyms at half of that.
    ///
    /// Over 181,000 passages the 16 rarest gave 98 % of the top ten of all words at a tenth of the cost. What a search costs is
    /// the postings that it walks, so in a library of millions their number is what has to stay the same, not that of words.
    pub fn rarest(&self, frequencies: &[u64], limit: usize, postings: u64) -> Self {
        let held = || frequencies.iter().copied().zip(&self.terms).filter(|(f, _)| *f > 0);
        let rarest = |synonym: bool, limit: usize, postings: u64| {
            let mut some: Vec<(u64, &QueryTerm)> = held().filter(|(_, t)| t.synonym == synonym).collect();
            some.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.stem.cmp(&b.1.stem)));
            some.truncate(limit);
            let mut walked = 0u64;
            let within = some.iter().enumerate().take_while(|(at, (frequency, _))| {
                walked = walked.saturating_add(*frequency);
                *at < FEWEST || walked <= postings
            });
            let within = within.count();
            some.truncate(within);
            some
        };
        let chosen = rarest(false, limit, postings).into_iter().chain(rarest(true, limit / 2, postings / 2));
        let mut terms: Vec<QueryTerm> = chosen.map(|(_, t)| t.clone()).collect();
        terms.sort_by(|a, b| a.stem.cmp(&b.stem));
        Self { terms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_its_subject_words_once() {
        let q =
            Query::from_text(&mut Analyzer::default(), "What is the treatment of hypomagnesemia, and the treatment?");
        assert_eq!(q.stems(), ["hypomagnesemia", "treatment"]);
    }

    #[test]
    fn synonyms_stand_beside_the_words_asked_for() {
        let mut q = Query::from_text(&mut Analyzer::default(), "heart attack");
        q.add("infarct".to_owned(), 0.3);
        q.add("heart".to_owned(), 0.3);
        q.lighten("attack", 0.4);
        let seen: Vec<_> = q.terms().iter().map(|t| (t.stem.as_str(), t.weight, t.synonym)).collect();
        assert_eq!(seen, [("attack", 0.4, false), ("heart", 1.0, false), ("infarct", 0.3, true)]);
    }

    #[test]
    fn a_name_with_a_hyphen_is_also_looked_for_as_a_whole() {
        let q = Query::from_text(&mut Analyzer::default(), "anti-IL-6 in sepsis");
        assert_eq!(q.stems(), ["6", "anti", "il", "il6", "sepsi"]);
        assert_eq!(Query::from_text(&mut Analyzer::default(), "IL6").stems(), ["il6"]);
    }

    #[test]
    fn rarest_drops_words_the_library_does_not_hold() {
        let q = Query::from_text(&mut Analyzer::default(), "alpha beta gamma");
        assert_eq!(q.rarest(&[5, 0, 2], 1, 100).stems(), ["gamma"]);
    }

    #[test]
    fn what_is_walked_is_bounded_and_the_rarest_words_stay() {
        let q = Query::from_text(&mut Analyzer::default(), "alpha beta gamma delta epsilon zeta");
        // alpha, beta, delta, epsilon, gamma, zeta
        let frequencies = [900, 10, 40, 500, 20, 30];
        assert_eq!(q.rarest(&frequencies, 16, 1_000).stems(), ["beta", "delta", "epsilon", "gamma", "zeta"]);
        assert_eq!(q.rarest(&frequencies, 16, 5_000).terms().len(), 6);
        assert_eq!(q.rarest(&frequencies, 16, 0).stems(), ["beta", "delta", "gamma", "zeta"]);
    }
}
