//! The verdict on a question that yes or no answers, from sentences of sources: yes, no, depends, evidence conflicts, or unclear.
//!
//! Owns the decision and the sentences that decided. Pure and deterministic. It must not choose sources or word an answer. It
//! counts what sources say and never speaks without a sentence that says it; where it is unsure it says so. It does not weigh how good
//! a study is: who shows a verdict shows kind and year of each source beside it. What it claims and what not: decision 19.
//!
//! Not fit to say yes or no to a reader yet: right in 60 % of what it answers on free research questions, 85 % on trials held out
//! (`evals/runs/2026-11-27-pubmedqa/`).

mod features;
mod question;
mod weights;

pub use features::names;
pub use question::{Asked, closed};

use features::{Ready, Seen};
use retrieval::Analyzer;
use serde::Serialize;
use std::sync::LazyLock;
use weights::Weights;

static WEIGHTS: LazyLock<Option<Weights>> = LazyLock::new(|| {
    let file = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/curbside-yes-no-v1.tsv"));
    Weights::parse(file, &names())
});

/// How likely yes must be for a source to say yes, and how likely no for it to say no. A wrong yes hurts more than a wrong no.
const SPEAKS: [f64; 2] = [0.70, 0.65];
/// The nearest sentence of a source must be this near the question, or the source is about something else.
const NEAR: f64 = 0.30;
/// A sentence decides when it counts at least so much against the one that counts most.
const DECIDES: f64 = 0.25;
/// Sentences shown for what a source says, each way.
const SHOWN: usize = 2;

/// The answer to a question that yes or no answers. That the library holds nothing on it is the caller's to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Every source that says something says yes.
    Yes,
    /// Every source that says something says no; "no difference was found" is a no where an effect was asked for.
    No,
    /// No source says one or the other, and at least one says both, of different things or people.
    Depends,
    /// At least one source says yes and another no.
    Conflicts,
    /// No source says enough.
    Unclear,
}

impl Reply {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Reply::Yes => "yes",
            Reply::No => "no",
            Reply::Depends => "depends",
            Reply::Conflicts => "evidence conflicts",
            Reply::Unclear => "unclear",
        }
    }
}

/// A sentence that decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Deciding {
    /// Its source, by its place among those given.
    pub source: usize,
    /// Its place in the source.
    pub sentence: usize,
    /// Whether it speaks for yes.
    pub for_yes: bool,
}

/// What one source says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    /// Its place among those given.
    pub source: usize,
    /// Yes, no, depends or unclear.
    pub reply: Reply,
    /// How likely yes is by the weighing alone, 0 to 1. Told; a probability on reports of trials at best.
    pub yes: f64,
}

/// The verdict on a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ruling {
    /// The answer.
    pub reply: Reply,
    /// What each source says, in the order given.
    pub said: Vec<Said>,
    /// The sentences that decided, by source and place; none where it is unclear.
    pub deciding: Vec<Deciding>,
}

/// Judges. Keeps stems, so keep one and reuse it; one for each thread.
#[derive(Default)]
pub struct Judge {
    analyzer: Analyzer,
}

impl Judge {
    /// The verdict from the sentences of each source, in their order; `None` where yes or no does not answer the question
    /// ([`closed`]). Give what was found on the question and nothing else: whether a source is about the disease asked of is not
    /// looked at. Some 50 µs a sentence.
    pub fn rule(&mut self, question: &str, sources: &[Vec<&str>]) -> Option<Ruling> {
        closed(question)?;
        let ready = Ready::new(&mut self.analyzer, question);
        let (mut said, mut deciding) = (Vec::new(), Vec::new());
        for (source, sentences) in sources.iter().enumerate() {
            let seen = ready.see(&mut self.analyzer, sentences);
            let yes = WEIGHTS.as_ref().map_or(0.5, |w| w.yes(&ready.row(&seen)));
            let (reply, shown) = source_says(&seen, yes);
            said.push(Said { source, reply, yes });
            let place = |(sentence, for_yes): (usize, bool)| Deciding { source, sentence, for_yes };
            deciding.extend(shown.into_iter().map(place));
        }
        let any = |r: Reply| said.iter().any(|s| s.reply == r);
        let reply = match (any(Reply::Yes), any(Reply::No), any(Reply::Depends)) {
            (true, true, _) => Reply::Conflicts,
            (true, false, _) => Reply::Yes,
            (false, true, _) => Reply::No,
            (false, false, true) => Reply::Depends,
            (false, false, false) => Reply::Unclear,
        };
        // What only one of several sources leaves open is told by `said`; it decides nothing.
        let of = |d: &Deciding| said[d.source].reply;
        deciding.retain(|d| of(d) == reply || (reply == Reply::Conflicts && of(d) != Reply::Depends));
        Some(Ruling { reply, said, deciding })
    }

    /// The features of a question with the sentences of one source ([`names`] names them): what is weighed, for training.
    pub fn features(&mut self, question: &str, sentences: &[&str]) -> Vec<f64> {
        let ready = Ready::new(&mut self.analyzer, question);
        let seen = ready.see(&mut self.analyzer, sentences);
        ready.row(&seen)
    }

    /// How likely yes is for one source by the shipped weighing, 0 to 1, whatever is asked.
    pub fn likelihood(&mut self, question: &str, sentences: &[&str]) -> f64 {
        let row = self.features(question, sentences);
        WEIGHTS.as_ref().map_or(0.5, |w| w.yes(&row))
    }
}

/// What one source says, and the sentences that say it: never a yes or a no without one.
fn source_says(seen: &[Seen], yes: f64) -> (Reply, Vec<(usize, bool)>) {
    let nearest = seen.iter().map(|s| s.likeness).fold(0.0, f64::max);
    let most = seen.iter().map(|s| s.weight).fold(0.0, f64::max);
    let deciding = |for_yes: bool| -> Vec<(usize, bool)> {
        let leans = |s: &Seen| if for_yes { s.lean() > 0.0 } else { s.lean() < 0.0 };
        let mut found: Vec<usize> =
            (0..seen.len()).filter(|at| leans(&seen[*at]) && seen[*at].weight >= DECIDES * most).collect();
        found.sort_by(|a, b| seen[*b].weight.total_cmp(&seen[*a].weight).then(a.cmp(b)));
        found.truncate(SHOWN);
        found.sort_unstable();
        found.into_iter().map(|at| (at, for_yes)).collect()
    };
    if nearest < NEAR {
        return (Reply::Unclear, Vec::new());
    }
    let (pro, con) = (deciding(true), deciding(false));
    if yes >= SPEAKS[0] && !pro.is_empty() {
        (Reply::Yes, pro)
    } else if 1.0 - yes >= SPEAKS[1] && !con.is_empty() {
        (Reply::No, con)
    } else if !pro.is_empty() && !con.is_empty() {
        let mut both: Vec<(usize, bool)> = pro.into_iter().chain(con).collect();
        both.sort_unstable();
        (Reply::Depends, both)
    } else {
        (Reply::Unclear, Vec::new())
    }
}

#[cfg(test)]
mod tests;
