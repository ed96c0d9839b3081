//! What a sentence of a report says, without the words that only tell that its authors say it: "We found that".
//!
//! Owns which such words may go. Words that weaken what is said ("these data suggest that") must stay.

use crate::words::capitalised;
use regex::Regex;
use std::sync::LazyLock;

/// Who says so, and a verb that takes nothing from what is said.
static FRAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^(?:in\s(?:this|our|the\s(?:present|current))\s(?:[\w-]+,?\s){0,8}?(?:study|trial|analysis|cohort|population),?\s)?
        (?:and\s|but\s)?
        (?:we|(?:the|this|our)\s(?:(?:present|current)\s)?(?:study|trial|analysis|results?|data|findings)|these\s(?:results|data|findings))\s
        (?:(?:also|further|clearly|have|has|thus|therefore)\s){0,2}
        (?:found|finds?|show(?:s|ed|n)?|demonstrate[ds]?|observed?|reveal(?:s|ed)?|confirm(?:s|ed)?|conclude[ds]?|report(?:s|ed)?)\s
        that\s",
    )
    .ok()
});

/// The sentence without its frame, its first letter a capital; the sentence itself when it has none.
pub(crate) fn without(sentence: &str) -> String {
    let lower = sentence.to_ascii_lowercase();
    let frame = FRAME.as_ref().and_then(|f| f.find(&lower)).map_or(0, |m| m.end());
    if frame == 0 { sentence.to_owned() } else { capitalised(&sentence[frame..]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_authors_found_is_said_without_them_and_what_they_doubt_is_left() {
        assert!(FRAME.is_some());
        for (sentence, said) in [
            ("We demonstrated that ramosetron reduced nausea.", "Ramosetron reduced nausea."),
            ("In this prospective, randomized study, we found that pain was lower.", "Pain was lower."),
            ("The present study shows that there was no difference.", "There was no difference."),
            ("Our results also confirmed that statins help.", "Statins help."),
        ] {
            assert_eq!(without(sentence), said);
        }
        for kept in [
            "These data suggest that statins help.",
            "We found no difference between groups.",
            "Pain was lower with ketamine.",
            "We hypothesised that ketamine helps.",
        ] {
            assert_eq!(without(kept), kept);
        }
    }
}
