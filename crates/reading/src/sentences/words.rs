//! The words that decide whether a full stop ends a sentence. Data with look-ups; no decisions.

/// What a stop can be, judged by what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Ends a sentence wherever the next word allows it.
    Plain,
    /// Part of an abbreviation that is always followed by more: "e.g.", "vs.", "Dr.".
    Never,
    /// An abbreviation before a number or a name: "No. 3"; else a word: "The answer is no. The".
    BeforeNumber,
    /// An abbreviation that can end a sentence, where the next word starts with a capital: "etc."
    MayEnd,
    /// An abbreviation often followed by a name: ends a sentence only before a word that opens sentences: "U.S."
    Opener,
    /// "...": ends a sentence before a capital.
    Ellipsis,
}

/// The class of an abbreviation given without its last stop; `None` for other words.
pub(super) fn class(token: &str) -> Option<Stop> {
    let token = token.trim_start_matches(['(', '[', '~', '<', '>', '=']);
    if token.len() > 8 || !token.is_ascii() {
        return None;
    }
    let mut buffer = [0u8; 8];
    let lower = buffer.get_mut(..token.len())?;
    lower.copy_from_slice(token.as_bytes());
    lower.make_ascii_lowercase();
    let stop = match &*lower {
        b"e.g" | b"i.e" | b"eg" | b"ie" | b"vs" | b"v.s" | b"dr" | b"drs" | b"prof" | b"mr" | b"mrs" | b"ms"
        | b"st" | b"cf" | b"approx" | b"ca" | b"viz" | b"eqs" | b"eqn" | b"mt" | b"ft" | b"e.g," | b"i.e,"
        | b"resp" | b"incl" | b"esp" | b"subsp" | b"ssp" | b"var" | b"ser" | b"pers" | b"unpubl" | b"ver" | b"gen"
        | b"col" | b"univ" | b"dept" | b"hosp" => Stop::Never,
        b"fig" | b"figs" | b"figure" | b"no" | b"nos" | b"nr" | b"eq" | b"ref" | b"refs" | b"vol" | b"pp" | b"tab"
        | b"suppl" | b"sec" | b"sect" | b"chap" | b"app" | b"art" | b"cat" | b"jan" | b"feb" | b"mar" | b"apr"
        | b"jun" | b"jul" | b"aug" | b"sep" | b"sept" | b"oct" | b"nov" | b"dec" | b"lot" | b"ed" | b"eds" => {
            // These are also plain words or ends of sentences; before a capital they end one ("... of no. The").
            Stop::BeforeNumber
        }
        b"etc" | b"min" | b"max" | b"wk" | b"wks" | b"yr" | b"yrs" | b"mo" | b"mos" | b"hr" | b"hrs" | b"sec." => {
            Stop::MayEnd
        }
        b"al" | b"inc" | b"ltd" | b"co" | b"corp" | b"llc" | b"plc" | b"gmbh" | b"pty" | b"spp" | b"sp" | b"jr"
        | b"sr" | b"ph.d" | b"m.d" | b"d.c" | b"u.s" | b"u.k" | b"u.s.a" | b"usa" | b"dis" | b"am" | b"med"
        | b"bull" | b"natl" | b"assoc" | b"dep" | b"adv" | b"exp" | b"sci" | b"res" | b"psychol" | b"int" | b"lab"
        | b"labs" => {
            return opener_or_plain(lower, token);
        }
        _ => return None,
    };
    // "Min", "ART", "CAT", "APP", "CO", "ED" and the like in capitals are words of their own.
    let capitals = token.len() > 1 && token.bytes().all(|b| b.is_ascii_uppercase());
    if capitals && matches!(stop, Stop::BeforeNumber | Stop::MayEnd) && !matches!(&*lower, b"fig" | b"figs") {
        return None;
    }
    if capitals && matches!(&*lower, b"ca" | b"ms" | b"mt" | b"st" | b"ft" | b"ie" | b"var" | b"eg" | b"mr" | b"vs") {
        return None;
    }
    Some(stop)
}

/// Short words that are abbreviations only as written here: "Am." is, "am." is not.
fn opener_or_plain(lower: &[u8], token: &str) -> Option<Stop> {
    let capital = token.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
    let all_capitals = token.len() > 1 && token.bytes().all(|b| b.is_ascii_uppercase());
    match lower {
        // "Smith et al." goes on with a verb; before a capital it ends its sentence.
        b"al" => (!all_capitals).then_some(Stop::MayEnd),
        b"spp" | b"sp" => (!all_capitals).then_some(Stop::Opener),
        b"gmbh" | b"llc" | b"plc" => Some(Stop::MayEnd),
        b"usa" | b"u.s" | b"u.k" | b"u.s.a" | b"ph.d" | b"m.d" | b"d.c" | b"ltd" | b"inc" | b"corp" | b"pty" => {
            Some(Stop::Opener)
        }
        _ => (capital && !all_capitals).then_some(Stop::Opener),
    }
}

/// Whether a word commonly opens a sentence, as against continuing a name.
pub(super) fn is_opener(word: &str) -> bool {
    OPENERS.binary_search(&word).is_ok()
}

/// Sorted by bytes.
static OPENERS: &[&str] = &[
    "A",
    "About",
    "According",
    "Additional",
    "Additionally",
    "Adverse",
    "After",
    "Again",
    "Age",
    "All",
    "Almost",
    "Also",
    "Although",
    "Among",
    "An",
    "Analyses",
    "Analysis",
    "And",
    "Another",
    "Any",
    "Approximately",
    "Are",
    "As",
    "Assuming",
    "At",
    "Based",
    "Baseline",
    "Because",
    "Before",
    "Besides",
    "Between",
    "Blood",
    "Both",
    "But",
    "By",
    "Can",
    "Children",
    "Compared",
    "Conclusion",
    "Consequently",
    "Consistent",
    "Conversely",
    "Current",
    "Data",
    "Despite",
    "Did",
    "Differences",
    "Do",
    "Does",
    "Due",
    "During",
    "Each",
    "Eight",
    "Eighty",
    "Eleven",
    "Eligible",
    "Even",
    "Every",
    "Exclusion",
    "Few",
    "Fifty",
    "Finally",
    "First",
    "Firstly",
    "Five",
    "Following",
    "For",
    "Forty",
    "Four",
    "From",
    "Further",
    "Furthermore",
    "Given",
    "Group",
    "Had",
    "Half",
    "Has",
    "Have",
    "He",
    "Hence",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "Hundred",
    "I",
    "If",
    "In",
    "Inclusion",
    "Indeed",
    "Initially",
    "Instead",
    "Interestingly",
    "Is",
    "It",
    "Its",
    "Just",
    "Last",
    "Lastly",
    "Later",
    "Less",
    "Like",
    "Likewise",
    "Many",
    "Mean",
    "Median",
    "Men",
    "More",
    "Moreover",
    "Most",
    "Mothers",
    "Much",
    "Neither",
    "Nevertheless",
    "New",
    "Next",
    "Nine",
    "Ninety",
    "No",
    "None",
    "Nonetheless",
    "Nor",
    "Not",
    "Notably",
    "Now",
    "Of",
    "On",
    "Once",
    "One",
    "Only",
    "Or",
    "Other",
    "Others",
    "Otherwise",
    "Our",
    "Out",
    "Outcomes",
    "Over",
    "Overall",
    "Participants",
    "Patients",
    "People",
    "Placebo",
    "Previous",
    "Primary",
    "Prior",
    "Randomisation",
    "Randomization",
    "Recent",
    "Recently",
    "Regarding",
    "Results",
    "Samples",
    "Second",
    "Secondary",
    "Secondly",
    "Serum",
    "Seven",
    "Seventy",
    "Several",
    "She",
    "Similar",
    "Similarly",
    "Since",
    "Six",
    "Sixty",
    "So",
    "Some",
    "Statistical",
    "Still",
    "Studies",
    "Study",
    "Subjects",
    "Such",
    "Ten",
    "Than",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "Thereafter",
    "Therefore",
    "These",
    "They",
    "Third",
    "Thirdly",
    "Thirty",
    "This",
    "Those",
    "Though",
    "Three",
    "Through",
    "Throughout",
    "Thus",
    "To",
    "Together",
    "Total",
    "Treatment",
    "Twelve",
    "Twenty",
    "Two",
    "Under",
    "Unfortunately",
    "Unless",
    "Unlike",
    "Until",
    "Upon",
    "Using",
    "Was",
    "We",
    "Were",
    "What",
    "When",
    "Whenever",
    "Where",
    "Whereas",
    "Whether",
    "Which",
    "While",
    "Who",
    "Whole",
    "Why",
    "Will",
    "With",
    "Within",
    "Without",
    "Women",
    "Would",
    "Yet",
    "You",
    "Your",
];

/// Whether a single letter after this word belongs to it: "vitamin D", "group B", "type I".
pub(super) fn takes_a_letter(word: &str) -> bool {
    const NOUNS: &[&str] = &[
        "appendix",
        "arm",
        "arms",
        "box",
        "category",
        "class",
        "classes",
        "cohort",
        "condition",
        "criterion",
        "factor",
        "figure",
        "form",
        "formula",
        "genotype",
        "grade",
        "group",
        "groups",
        "hepatitis",
        "immunoglobulin",
        "influenza",
        "level",
        "model",
        "panel",
        "part",
        "pattern",
        "period",
        "phase",
        "plan",
        "population",
        "product",
        "protein",
        "protocol",
        "question",
        "regimen",
        "schedule",
        "sequence",
        "site",
        "stage",
        "step",
        "strain",
        "study",
        "subgroup",
        "table",
        "team",
        "treatment",
        "treatments",
        "type",
        "types",
        "version",
        "visit",
        "vitamin",
        "vitamins",
        "ward",
        "wave",
        "zone",
        "child-pugh",
        "troponin",
        "cyclosporin",
        "ciclosporin",
        "apolipoprotein",
        "amphotericin",
        "interferon",
        "coenzyme",
        "school",
        "center",
        "centre",
        "clinic",
        "hospital",
        "drug",
        "diet",
        "exercise",
        "cluster",
    ];
    word.len() <= 15 && NOUNS.iter().any(|n| n.eq_ignore_ascii_case(word))
}

/// Whether the stop after `token` is that of a figure that numbers something after it, as "(1. 2 mg": too rare to
/// matter except for a lone decimal point with a blank behind it, "0. 05".
pub(super) fn numbered_before(token: &str, before: &str) -> bool {
    let zero = token == "0" || token.ends_with("=0") || token.ends_with("<0");
    zero || (token.bytes().all(|b| b.is_ascii_digit())
        && token.len() <= 3
        && before.ends_with(['=', '<', '>', '\u{b1}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_openers_is_sorted() {
        assert!(OPENERS.is_sorted());
        assert!(is_opener("The") && !is_opener("Food"));
    }
}
