//! What a question asks about: what is done, what it is compared with, what is looked at.
//!
//! Owns the rules that tell the three apart in the wording, from the wording alone. A word that no rule places belongs to
//! none of them, and then counts in the whole question only. Must not know texts or scores.

use crate::analysis::next_word;

/// The part a word of a question plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facet {
    /// What is done.
    Intervention,
    /// What it is compared with.
    Comparator,
    /// What is looked at.
    Outcome,
    /// No rule says.
    Unplaced,
}

/// A word of a question with its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) facet: Facet,
}

/// What opens a stretch of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    Start,
    Comparison,
    Effect,
    Means,
    Colon,
    Comma,
}

struct Stretch {
    opener: Opener,
    words: Vec<(usize, usize)>,
}

/// The words of a question that say what is looked at, by their places in it; none where it asks for no effect of anything on
/// anything. Linear in the text.
pub fn outcome(text: &str) -> Vec<[usize; 2]> {
    let (placed, _) = place(text);
    placed.iter().filter(|p| p.facet == Facet::Outcome).map(|p| [p.start, p.end]).collect()
}

/// Every word of a question with its part, and whether a comparison was found. Linear in the text.
pub(super) fn place(text: &str) -> (Vec<Placed>, bool) {
    let stretches = cut(text);
    let compared = stretches.iter().any(|s| s.opener == Opener::Comparison);
    let effect = stretches.iter().any(|s| s.opener == Opener::Effect);
    let mut placed = Vec::new();
    for (i, stretch) in stretches.iter().enumerate() {
        let next = stretches.get(i + 1).map(|s| s.opener);
        let facet = match stretch.opener {
            Opener::Comparison => Facet::Comparator,
            Opener::Effect => Facet::Outcome,
            Opener::Means if compared || effect => Facet::Intervention,
            Opener::Colon if next == Some(Opener::Comparison) => Facet::Intervention,
            Opener::Colon if compared => Facet::Outcome,
            Opener::Comma if next == Some(Opener::Comparison) => Facet::Intervention,
            Opener::Start if next == Some(Opener::Comparison) => Facet::Intervention,
            Opener::Start if next == Some(Opener::Effect) => Facet::Intervention,
            Opener::Start if next == Some(Opener::Means) && compared => Facet::Outcome,
            Opener::Start if next == Some(Opener::Colon) && compared => Facet::Outcome,
            _ => Facet::Unplaced,
        };
        placed.extend(stretch.words.iter().map(|&(start, end)| Placed { start, end, facet }));
    }
    (placed, compared)
}

fn cut(text: &str) -> Vec<Stretch> {
    let mut words = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = next_word(text, from) {
        words.push((start, end));
        from = end;
    }
    let lower: Vec<String> = words.iter().map(|&(s, e)| text[s..e].to_lowercase()).collect();
    let word = |i: usize| lower.get(i).map_or("", String::as_str);
    let mut out = vec![Stretch { opener: Opener::Start, words: Vec::new() }];
    let (mut i, mut last_end) = (0, 0);
    while i < words.len() {
        let gap = &text[last_end..words[i].0];
        let opener = break_in(gap);
        if let Some(opener) = opener.filter(|_| i > 0) {
            out.push(Stretch { opener, words: Vec::new() });
        }
        let within = out.last().map(|s| s.opener);
        let (opener, taken) = match word(i) {
            "compared" | "comparing" | "relative" if matches!(word(i + 1), "with" | "to") => {
                (Some(Opener::Comparison), 2)
            }
            "comparison" | "contrast" if matches!(word(i + 1), "with" | "to") => (Some(Opener::Comparison), 2),
            "instead" if word(i + 1) == "of" => (Some(Opener::Comparison), 2),
            "rather" if word(i + 1) == "than" => (Some(Opener::Comparison), 2),
            "versus" | "vs" | "than" | "against" => (Some(Opener::Comparison), 1),
            // Of several verbs, the first one opens what is looked at.
            w if is_effect(w) && i > 0 && within != Some(Opener::Effect) => (Some(Opener::Effect), 1),
            "with" | "on" | "using" | "receiving" | "taking" | "from"
                if within == Some(Opener::Effect) && taken_by_means(&lower[i..]) =>
            {
                (Some(Opener::Means), 1)
            }
            _ => (None, 1),
        };
        last_end = words[(i + taken).min(words.len()) - 1].1;
        match (opener, out.last_mut()) {
            (Some(opener), _) => out.push(Stretch { opener, words: Vec::new() }),
            (None, Some(stretch)) => stretch.words.push(words[i]),
            (None, None) => {}
        }
        i += taken;
    }
    out.retain(|s| !s.words.is_empty());
    out
}

/// "lower with X than with Y": what follows is a means only where a comparison is still to come.
fn taken_by_means(rest: &[String]) -> bool {
    rest.iter().any(|w| matches!(w.as_str(), "than" | "versus" | "vs" | "compared"))
}

fn break_in(gap: &str) -> Option<Opener> {
    if gap.contains([':', ';', '?', '—', '–']) || gap.contains(" - ") || gap.contains(". ") {
        Some(Opener::Colon)
    } else if gap.contains(',') {
        Some(Opener::Comma)
    } else {
        None
    }
}

fn is_effect(word: &str) -> bool {
    matches!(
        word,
        "change"
            | "changes"
            | "affect"
            | "affects"
            | "alter"
            | "alters"
            | "influence"
            | "improve"
            | "improves"
            | "reduce"
            | "reduces"
            | "decrease"
            | "decreases"
            | "increase"
            | "increases"
            | "lower"
            | "lowers"
            | "raise"
            | "raises"
            | "prevent"
            | "prevents"
            | "shorten"
            | "prolong"
            | "lead"
            | "cause"
            | "causes"
            | "result"
            | "differ"
            | "effect"
            | "impact"
            | "lessen"
            | "cut"
            | "boost"
            | "worsen"
            | "higher"
            | "fewer"
            | "better"
            | "worse"
            | "less"
            | "more"
            | "make"
            | "makes"
            | "give"
            | "produce"
            | "modify"
            | "difference"
            | "differences"
            | "achieve"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, facet: Facet) -> String {
        let (placed, _) = place(text);
        let of: Vec<&str> = placed.iter().filter(|p| p.facet == facet).map(|p| &text[p.start..p.end]).collect();
        of.join(" ")
    }

    #[test]
    fn the_template_is_read() {
        let q =
            "Does Liraglutide plus glimepiride compared with Rosiglitazone change Incidence of minor hypoglycaemia?";
        assert_eq!(words(q, Facet::Intervention), "Does Liraglutide plus glimepiride");
        assert_eq!(words(q, Facet::Comparator), "Rosiglitazone");
        assert_eq!(words(q, Facet::Outcome), "Incidence of minor hypoglycaemia");
    }

    #[test]
    fn free_wording_is_read() {
        let q = "r-FSH vs HP-uFSH ovulation induction - live births per cycle started?";
        assert_eq!(words(q, Facet::Intervention), "r FSH");
        assert_eq!(words(q, Facet::Outcome), "live births per cycle started");
        let q = "Is postoperative pain lower with ketamine than with saline?";
        assert_eq!(words(q, Facet::Intervention), "ketamine");
        assert_eq!(words(q, Facet::Comparator), "with saline");
    }

    #[test]
    fn a_bag_of_words_is_placed_nowhere() {
        let (placed, compared) = place("hypomagnesemia proton pump inhibitors");
        assert!(!compared && placed.iter().all(|p| p.facet == Facet::Unplaced));
    }
}
