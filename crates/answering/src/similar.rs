//! How alike a statement and a question are in meaning, by the static embeddings of `retrieval`: the words that no lexicon
//! ties together ("how come it gets worse" and "may worsen after the end of treatment"). It orders what is on the topic;
//! it never decides that something is: a facet that the library lacks is as similar as one that it holds.

use evidence::{Passage, Source, Statement};
use retrieval::dense::{Code, Embedder, TokenVector};

/// A question, to be compared.
pub(crate) struct Meaning {
    pieces: Vec<TokenVector>,
    whole: Code,
}

impl Meaning {
    /// The meaning of a question.
    pub(crate) fn of(text: &str) -> Self {
        let embedder = Embedder::shipped();
        Self { pieces: embedder.embed_tokens(text), whole: embedder.embed(text).code() }
    }

    /// How alike a text under headings is, some 0.2 for anything to 0.9 for the same said otherwise: the mean of what the
    /// question's pieces find in it (late interaction, Khattab and Zaharia 2020) and of the cosine of the wholes. Some 20 µs.
    pub(crate) fn likeness(&self, headings: &[&str], text: &str) -> f64 {
        let embedder = Embedder::shipped();
        let parts: Vec<&str> = headings.iter().copied().chain([text]).collect();
        let theirs: Vec<TokenVector> = parts.iter().flat_map(|p| embedder.embed_tokens(p)).collect();
        let (mut held, mut total) = (0.0, 0.0);
        for mine in &self.pieces {
            let nearest = theirs.iter().map(|t| mine.cosine(t)).fold(0f32, f32::max);
            held += f64::from(mine.weight * nearest);
            total += f64::from(mine.weight);
        }
        let pieces = if total > 0.0 { held / total } else { 0.0 };
        f64::midpoint(pieces, f64::from(self.whole.cosine(&embedder.embed_parts(&parts).code())))
    }
}

impl Meaning {
    /// How alike the statement of a source is that is most alike.
    pub(crate) fn most_alike(&self, source: &Source) -> f64 {
        let statements = source.passages.iter().flat_map(|p| p.statements.iter().map(move |s| (p, s)));
        let likeness = |(p, s): (&Passage, &Statement)| {
            let headings: Vec<&str> = [&source.title].into_iter().chain(&p.heading).map(String::as_str).collect();
            self.likeness(&headings, source.slice(s.span))
        };
        statements.map(likeness).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn what_says_the_same_otherwise_is_more_alike_than_what_shares_a_word() {
        let asked = Meaning::of(
            "Dad's last oxaliplatin was six weeks ago and the numbness in his feet is getting worse. How come?",
        );
        let same = asked
            .likeness(&["Oxaliplatin neuropathy"], "Neuropathy often worsens for months after oxaliplatin has ended.");
        let other = asked.likeness(&["Doses"], "Oxaliplatin is given as 85 mg/m2 every two weeks.");
        assert!(same > other, "{same} {other}");
        assert!(Meaning::of("").likeness(&[], "").abs() < 1e-9);
    }
}
