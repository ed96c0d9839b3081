//! Which statements a model is offered, so that they and its answer fit into what it can hold. It must not decide what is
//! shown: a statement that is not offered stays in the article in its source's words.

use crate::numbering::{Numbering, Place};
use answering::Plan;
use std::collections::BTreeSet;

/// The window taken where neither the operator nor the server says: Ollama's default, which it cuts without a word.
pub(crate) const WINDOW: u64 = 4096;
/// Tokens of an answer beside the sentences: `{"rests_on": [12], "text": ""}` and some room.
const A_SENTENCE: u64 = 24;
const AN_ANSWER: u64 = 160;
/// What a server puts around messages.
const AROUND: u64 = 64;

/// What fits.
#[derive(Debug)]
pub(crate) struct Budget {
    /// Numbers of the statements offered.
    pub(crate) offered: BTreeSet<usize>,
    /// The most tokens that the answer may be.
    pub(crate) reply: u64,
}

/// Tokens of a text where no tokenizer is at hand. A request of this crate is 4.1 bytes a token with
/// Qwen's vocabulary; 2.5 are reckoned, so that this is too high rather than too low.
pub(crate) fn estimate(bytes: usize) -> u64 {
    (bytes as u64 * 2).div_ceil(5)
}

/// The statements that fit into a window, those that matter least left out first: studies from the last on, then what speaks
/// least of the question; what leads the article stays longest. `tokens` counts those of the whole request, for numbers.
///
/// None where not even two fit.
pub(crate) fn fit(
    numbering: &Numbering<'_>,
    plan: &Plan<'_>,
    lead: &[usize],
    window: u64,
    mut tokens: impl FnMut(&BTreeSet<usize>) -> u64,
) -> Option<Budget> {
    let mut order: Vec<usize> = (1..=numbering.items.len()).collect();
    let matters = |n: &usize| {
        let (study, relevance) = match numbering.item(*n).map(|i| i.place) {
            Some(Place::Chosen(at)) => (false, plan.chosen.get(at).map_or(0.0, |c| c.focus + c.relevance)),
            Some(Place::Study(_)) | None => (true, 0.0),
        };
        (lead.contains(n), !study, relevance, usize::MAX - n)
    };
    order.sort_by(|a, b| matters(b).partial_cmp(&matters(a)).unwrap_or(std::cmp::Ordering::Equal));
    let mut kept = order.len();
    while kept >= 2 {
        let offered: BTreeSet<usize> = order.iter().take(kept).copied().collect();
        let text: usize = offered.iter().filter_map(|n| numbering.item(*n)).map(|i| i.line.text.len()).sum();
        // A statement and what leads are written once each; a rewording is seldom longer than what it rewords.
        let reply = estimate(text) + A_SENTENCE * (kept + lead.len()) as u64 + AN_ANSWER;
        let needed = tokens(&offered) + reply + AROUND;
        if needed <= window {
            return Some(Budget { offered, reply });
        }
        // Near enough to what fits, then one by one.
        let next = (kept as u64 * window / needed) as usize;
        kept = next.clamp(1, kept - 1);
    }
    None
}
