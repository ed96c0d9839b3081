//! What the checker says of a claim: verdict, reasons, and the words that decided.
//!
//! Owns the words of the answer. Must not decide anything.

use serde::{Deserialize, Serialize};

/// What the evidence does for a claim. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The evidence says it.
    Supported,
    /// The evidence says a part of it, or says it with more or less force. Counts as unsupported where only two answers fit.
    Partly,
    /// The evidence does not say it.
    Unsupported,
    /// The evidence says something that excludes it.
    Contradicted,
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Supported => "supported",
            Verdict::Partly => "partly",
            Verdict::Unsupported => "unsupported",
            Verdict::Contradicted => "contradicted",
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $said:literal;)+) => {
        /// Why a verdict is what it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Reason { $($(#[$doc])* $variant),+ }

        impl Reason {
            /// Its stable name.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// What it means, for a reader.
            pub fn said(self) -> &'static str {
                match self { $(Self::$variant => $said),+ }
            }
        }
    };
}

reasons! {
    /// The claim stands in the evidence word for word, apart from spaces.
    Verbatim = "verbatim", "the evidence says it in these words";
    /// Every figure, name and direction was found, and so was nearly every other word.
    AllFound = "all-found", "every figure, name, direction and nearly every word of it was found";
    /// No rule found a fault; words were missing (arms named otherwise), and the learned weighing took the result for this one.
    Weighed = "weighed", "no rule found a fault, and a learned weighing of the wording takes it for the same result";
    /// A number of the claim does not stand in the evidence.
    Figure = "figure", "a number is not in the evidence";
    /// The number stands there with another unit that does not convert to it.
    Unit = "unit", "the number stands there with another unit";
    /// The number is bounded on the other side (at least, at most).
    Bound = "bound", "the number is bounded on the other side there";
    /// Two numbers stand with each other's arms.
    Exchanged = "exchanged", "two figures or arms have changed places";
    /// A drug, class or regimen is not in the evidence under any name known.
    Drug = "drug", "a drug is not in the evidence under any name known";
    /// A gene, marker or laboratory value is not in the evidence.
    Marker = "marker", "a gene, marker or test is not in the evidence";
    /// A disease, procedure or other named thing is not in the evidence.
    Named = "named", "a disease, procedure or other named thing is not in the evidence";
    /// Whom it is about, or what state, route, line or time, is another there.
    Opposite = "opposite", "whom, when, where or in which state is another there";
    /// In a claim that is nearly a copy, a word stands where the evidence has another that means something else.
    Replaced = "replaced", "a word stands in the place of another that means something else";
    /// One says it, the other denies it.
    Negation = "negation", "one of the two denies what the other says";
    /// Increase, decrease and no difference do not agree.
    Direction = "direction", "increase, decrease and no difference do not agree";
    /// What must, should, may or must not be done does not agree.
    Modality = "modality", "what must, should, may or must not be done does not agree";
    /// The claim is put more strongly than the evidence.
    Overstated = "overstated", "it is put more strongly than the evidence puts it";
    /// Too many words of the claim are nowhere in the evidence.
    Uncovered = "uncovered", "too much of it is nowhere in the evidence";
    /// The learned weighing takes the evidence for another result than the claimed one.
    OtherResult = "other-result", "a learned weighing of the wording takes the evidence for another result";
    /// The learned weighing takes the evidence for the opposite.
    WeighedAgainst = "weighed-against", "a learned weighing of the wording takes the evidence for the opposite";
    /// A written sentence leaves out a figure, a name, a condition, an exception or a denial of the sentence it rests on.
    LeftOut = "left-out", "it leaves out a figure, a name, a condition or a denial of the sentence it rests on";
    /// A written sentence says a word more often than the sentence it rests on, or tells as an event what that one does not.
    Garbled = "garbled", "it says a word more often than the evidence, or tells as an event what the evidence does not";
    /// What should be one sentence is more, or none.
    NotOne = "not-one-sentence", "it is not one sentence";
    /// There is no claim or no evidence to read.
    Empty = "empty", "there is nothing to compare";
}

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// In the claim.
    Claim,
    /// In the evidence.
    Evidence,
}

/// Words that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deciding {
    /// Where they stand.
    pub side: Side,
    /// Byte range there.
    pub span: [usize; 2],
    /// The words.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// How bad it is: never [`Verdict::Supported`].
    pub verdict: Verdict,
    /// What it is.
    pub reason: Reason,
    /// The words that show it.
    pub words: Vec<Deciding>,
}

/// What was found for a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The worst of the faults, else supported.
    pub verdict: Verdict,
    /// Of the worst fault, else why it is supported.
    pub reason: Reason,
    /// The words that decided.
    pub words: Vec<Deciding>,
    /// Words of the claim that the sentence leaves out and that were taken from elsewhere in the same source, or, where the
    /// source is not held, on the word of the caller.
    pub taken: Vec<Deciding>,
    /// What else is wrong.
    pub also: Vec<Fault>,
}

impl Finding {
    /// A finding without faults.
    pub(crate) fn supported(reason: Reason, words: Vec<Deciding>, taken: Vec<Deciding>) -> Self {
        Self { verdict: Verdict::Supported, reason, words, taken, also: Vec::new() }
    }

    /// The worst of at least one fault leads; of equals the first.
    pub(crate) fn of(mut faults: Vec<Fault>, taken: Vec<Deciding>) -> Self {
        faults.sort_by_key(|f| std::cmp::Reverse(f.verdict));
        let mut faults = faults.into_iter();
        match faults.next() {
            Some(worst) => {
                Self { verdict: worst.verdict, reason: worst.reason, words: worst.words, taken, also: faults.collect() }
            }
            None => Self::supported(Reason::AllFound, Vec::new(), taken),
        }
    }
}
