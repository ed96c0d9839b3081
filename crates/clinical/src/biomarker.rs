//! States of biomarkers: which exclude each other, which are made of others.
//!
//! Each family of markers has a small number of possible worlds (KRAS wild-type and NRAS mutant is one of RAS's). A state
//! is the set of worlds it is true in. What a case says narrows the worlds; a state is met when it holds in all that are
//! left, and not met when it holds in none. Exclusivity and composition follow and need no rules of their own.

use crate::range::Range;
use crate::text;
use crate::truth::Truth;

/// A state of a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// What has to be tested to know it.
    pub(crate) family: String,
    /// The worlds of the family in which it is true, one bit each.
    worlds: u128,
    /// All worlds of the family.
    all: u128,
    /// Whether the state was understood; a state that was not is compared by its words.
    pub(crate) known: bool,
}

const POSITIVE: u128 = 1;
const NEGATIVE: u128 = 2;

/// KRAS: wild-type, G12C, another mutation; times NRAS: wild-type, mutant. Bit = 2 × kras + nras.
const RAS_ALL: u128 = 0b11_11_11;
const KRAS_WILD: u128 = 0b00_00_11;
const KRAS_G12C: u128 = 0b00_11_00;
const NRAS_WILD: u128 = 0b01_01_01;

/// BRAF: wild-type, V600E, another V600, another mutation.
const BRAF_ALL: u128 = 0b1111;

/// HER2: positive, low, none.
const HER2_ALL: u128 = 0b111;

/// EGFR: wild-type, then the mutations told apart.
const EGFR_VARIANTS: &[&str] = &["exon 19 deletion", "exon 20 insertion", "l858r", "t790m", "g719x", "s768i", "l861q"];
const EGFR_ALL: u128 = (1 << 9) - 1; // wild-type, seven named, another

/// PD-L1: one world for each per cent.
const PERCENT_ALL: u128 = (1 << 101) - 1;

/// Whether `asked` holds, given the states a case asserts (`true`) or denies (`false`). What is contradictory is unknown.
pub(crate) fn evaluate(said: &[(State, bool)], asked: &State) -> Truth {
    let mut left = asked.all;
    for (state, holds) in said.iter().filter(|(s, _)| s.family == asked.family && s.all == asked.all) {
        left &= if *holds { state.worlds } else { !state.worlds };
    }
    if left == 0 {
        Truth::Unknown
    } else if left & !asked.worlds == 0 {
        Truth::Met
    } else if left & asked.worlds == 0 {
        Truth::NotMet
    } else {
        Truth::Unknown
    }
}

/// Reads a state: `KRAS WT`, `ras wild-type`, `braf v600e`, `msi-high`, `her2 positive`, `pd-l1 >= 50%`.
pub(crate) fn parse(text: &str) -> State {
    let words = words(text);
    let has = |w: &str| words.iter().any(|x| x == w);
    let sign = sign(&words);
    let make = |family: &str, worlds, all| State { family: family.to_owned(), worlds, all, known: true };
    let g12c = has("g12c") || words.windows(2).any(|w| w[0] == "p" && w[1] == "g12c");

    if has("kras") || has("nras") || has("ras") {
        let (wild, mutant) = if has("kras") {
            (KRAS_WILD, RAS_ALL & !KRAS_WILD)
        } else if has("nras") {
            (NRAS_WILD, RAS_ALL & !NRAS_WILD)
        } else {
            (KRAS_WILD & NRAS_WILD, RAS_ALL & !(KRAS_WILD & NRAS_WILD))
        };
        if g12c && !has("nras") {
            let worlds = if sign == Some(false) { RAS_ALL & !KRAS_G12C } else { KRAS_G12C };
            return make("ras", worlds, RAS_ALL);
        }
        if let Some(mutated) = sign {
            return make("ras", if mutated { mutant } else { wild }, RAS_ALL);
        }
        // Another named variant (G12D, Q61K) is a mutation that is not G12C.
        if words.iter().any(|w| is_variant(w)) {
            let worlds = if has("nras") { mutant } else { RAS_ALL & !KRAS_WILD & !KRAS_G12C };
            return make("ras", worlds, RAS_ALL);
        }
    }
    if has("braf") {
        let v600e = has("v600e");
        let other_v600 = words.iter().any(|w| w.starts_with("v600") && w.len() == 5 && w != "v600e");
        let v600 = has("v600") && !has("non");
        let mutant = if v600e {
            0b0010
        } else if other_v600 {
            0b0100
        } else if v600 {
            0b0110
        } else if has("non") {
            0b1000
        } else {
            0b1110
        };
        if v600e || other_v600 || v600 || has("non") || sign.is_some() {
            return make("braf", if sign == Some(false) { BRAF_ALL & !mutant } else { mutant }, BRAF_ALL);
        }
    }
    if has("msi") || has("mss") || has("mmr") || has("dmmr") || has("pmmr") || has("microsatellite") {
        // MSI-low behaves as stable and is reported so since the Bethesda panel was revised.
        let high = has("high")
            || has("h")
            || has("dmmr")
            || has("deficient")
            || has("deficiency")
            || has("instable")
            || has("unstable");
        let stable = has("mss") || has("pmmr") || has("proficient") || has("stable") || has("low") || has("l");
        let loss = has("mmr") && (has("loss") || has("abnormal"));
        let intact = has("mmr") && (has("intact") || has("normal"));
        let high = high || loss || (has("instability") && sign != Some(false) && !stable);
        let stable = stable || intact || (!high && sign == Some(false));
        if high != stable {
            return make("msi/mmr", if high { POSITIVE } else { NEGATIVE }, POSITIVE | NEGATIVE);
        }
    }
    if has("her2") || has("erbb2") {
        if has("low") {
            return make("her2", 0b010, HER2_ALL);
        }
        if let Some(positive) = sign {
            return make("her2", if positive { 0b001 } else { 0b110 }, HER2_ALL);
        }
    }
    if has("egfr") {
        let phrase = words.join(" ");
        if let Some(i) = EGFR_VARIANTS.iter().position(|v| phrase.contains(v)) {
            let worlds = 1 << (i + 1);
            return make("egfr", if sign == Some(false) { EGFR_ALL & !worlds } else { worlds }, EGFR_ALL);
        }
        if let Some(mutated) = sign {
            return make("egfr", if mutated { EGFR_ALL & !1 } else { 1 }, EGFR_ALL);
        }
    }
    if has("pdl1") {
        if let Some(worlds) = percent(text) {
            return make("pd-l1", worlds, PERCENT_ALL);
        }
        if let Some(positive) = sign {
            return make("pd-l1", if positive { PERCENT_ALL & !1 } else { 1 }, PERCENT_ALL);
        }
    }
    other(&words, sign)
}

/// Any marker we have no worlds for: positive or negative, under its own name.
fn other(words: &[String], sign: Option<bool>) -> State {
    let name: Vec<&str> = words.iter().map(String::as_str).filter(|w| !is_state(w)).collect();
    let signed = sign.is_some() && !name.is_empty();
    let family = if signed { name.join(" ") } else { words.join(" ") };
    // A phenotype has no sign: its words say all there is, and it is compared by them.
    let known = signed || phenotype(words).is_some();
    State { family, worlds: if sign == Some(false) { NEGATIVE } else { POSITIVE }, all: POSITIVE | NEGATIVE, known }
}

/// What is asked for when a state is not known.
pub(crate) fn asked(text: &str) -> String {
    let state = parse(text);
    // G12C is its own question: a report "KRAS mutant" may leave it open.
    if state.family == "ras" && state.worlds == KRAS_G12C { "kras g12c".to_owned() } else { state.family }
}

/// Lower-case words with their variants made one.
fn words(text: &str) -> Vec<String> {
    let lower = text
        .to_lowercase()
        .replace("wild-type", "wt")
        .replace("wild type", "wt")
        .replace("wildtype", "wt")
        .replace("pd-l1", "pdl1")
        .replace("pd l1", "pdl1")
        .replace("her-2", "her2")
        .replace("k-ras", "kras")
        .replace("n-ras", "nras")
        .replace('+', " positive ");
    let mut words: Vec<String> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    // "HER2-" and "ALK -" lose their sign above.
    if lower.trim_end().ends_with('-') || lower.trim_end().ends_with('−') {
        words.push("negative".to_owned());
    }
    words
}

/// Whether the words say positive or negative.
fn sign(words: &[String]) -> Option<bool> {
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if any(&["wt", "negative", "neg", "unmutated", "nonmutated", "absent", "no", "without", "low"]) {
        Some(false)
    } else if any(&[
        "mutant",
        "mutated",
        "mutation",
        "mutations",
        "mut",
        "mt",
        "positive",
        "pos",
        "amplified",
        "amplification",
        "overexpressed",
        "overexpression",
        "overexpressing",
        "rearranged",
        "rearrangement",
        "fusion",
        "translocation",
        "present",
        "high",
        "deficient",
        "deficiency",
        "antibody",
        "antibodies",
    ]) {
        Some(true)
    } else {
        None
    }
}

fn is_state(word: &str) -> bool {
    const STATES: &[&str] = &[
        "wt",
        "negative",
        "neg",
        "unmutated",
        "nonmutated",
        "absent",
        "no",
        "without",
        "low",
        "mutant",
        "mutated",
        "mutation",
        "mutations",
        "mut",
        "mt",
        "positive",
        "pos",
        "amplified",
        "amplification",
        "overexpressed",
        "overexpression",
        "overexpressing",
        "rearranged",
        "rearrangement",
        "fusion",
        "translocation",
        "present",
        "high",
        "deficient",
        "deficiency",
        "antibody",
        "antibodies",
        "gene",
    ];
    STATES.contains(&word)
}

/// `g12d`, `q61k`: a letter, a place and another letter.
fn is_variant(word: &str) -> bool {
    let b = word.as_bytes();
    b.len() >= 4
        && b[0].is_ascii_alphabetic()
        && b[b.len() - 1].is_ascii_alphabetic()
        && b[1..b.len() - 1].iter().all(u8::is_ascii_digit)
}

/// The per cents an expression such as `>= 50%` or `1-49%` allows.
fn percent(text: &str) -> Option<u128> {
    let after = text.find(['<', '>', '≥', '≤', '=']).or_else(|| {
        // Without a sign: the number that ends in %.
        let end = text.find('%')?;
        let start = text[..end].rfind(|c: char| !(c.is_ascii_digit() || c == '-' || c == '.' || c == '–'))?;
        Some(start + text[start..].chars().next().map_or(0, char::len_utf8))
    })?;
    let range = Range::parse(text[after..].trim_start_matches('='))?;
    let worlds = (0..=100u32).filter(|&n| range.below(f64::from(n)).or(range.above(f64::from(n))) != Truth::Met);
    Some(worlds.fold(0, |bits, n| bits | 1 << n))
}

/// A state as clinicians write it: `RAS wild-type`, `MSI-high`, `BRAF V600E`.
pub(crate) fn shown(text: &str) -> String {
    let word = |w: &str| match w.split_once('-') {
        Some((gene, state)) if gene == "msi" || gene == "mmr" => format!("{}-{state}", gene.to_uppercase()),
        _ if is_state(w) || matches!(w, "wild-type" | "exon" | "deletion" | "insertion") => w.to_owned(),
        _ => w.to_uppercase(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The gene of an inherited phenotype: `ugt1a1 poor metaboliser`, `dpyd complete deficiency`.
fn phenotype(words: &[String]) -> Option<&str> {
    let inherited =
        |w: &String| matches!(w.as_str(), "metaboliser" | "metabolizer") || (w == "deficiency" && words[0] == "dpyd");
    (words.len() > 1 && words.iter().any(inherited)).then(|| words[0].as_str())
}

/// Reader-facing words of a state: `RAS is wild-type`. `holds` is false for its denial.
pub(crate) fn describe(text: &str, holds: bool) -> String {
    let words = words(text);
    let gene = |w: &str| match w {
        "pdl1" => "PD-L1".to_owned(),
        w => w.to_uppercase(),
    };
    let is = if holds { "is" } else { "is not" };
    let has = |w: &str| words.iter().any(|x| x == w);
    let family = parse(text).family;
    if let Some(gene_name) = phenotype(&words) {
        let rest: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let article = if has("deficiency") { "has" } else { "is a" };
        let negated = if has("deficiency") { "does not have" } else { "is not a" };
        let verb = if holds { article } else { negated };
        return format!("the patient {verb} {} {}", gene_name.to_uppercase(), rest.join(" "));
    }
    if family == "msi/mmr" {
        let there = if holds { "is" } else { "is not" };
        return if evaluate(&[(parse("msi-high"), true)], &parse(text)) == Truth::Met {
            format!("the tumor {there} MSI-high or mismatch repair deficient")
        } else {
            format!("the tumor {there} microsatellite stable or mismatch repair proficient")
        };
    }
    if family == "pd-l1" && percent(text).is_some() {
        let amount = text.find(['<', '>', '≥', '≤']);
        if let Some(at) = amount {
            let shown = text[at..].replace(">=", "at least ").replace("<=", "at most ").replace("  ", " ");
            let shown =
                shown.replace('≥', "at least ").replace('≤', "at most ").replace('<', "below ").replace('>', "above ");
            return format!("PD-L1 expression {is} {}", shown.replace("  ", " ").trim());
        }
    }
    if has("antibody") || has("antibodies") {
        let name: Vec<String> = words.iter().filter(|w| !is_state(w)).map(|w| gene(w)).collect();
        return format!("{} antibodies are {}", name.join(" "), if holds { "present" } else { "not present" });
    }
    let name: Vec<&str> = words.iter().map(String::as_str).filter(|w| !is_state(w) && !is_variant(w)).collect();
    let variant = words.iter().find(|w| is_variant(w) || *w == "v600");
    let name: Vec<String> = name.iter().filter(|w| **w != "v600").map(|w| gene(w)).collect();
    match (name.is_empty(), variant, sign(&words)) {
        (true, ..) => format!("{} {is} present", text::normal_phrase(text)),
        (_, Some(v), Some(false)) => format!(
            "{} {} carry the {} mutation",
            name.join(" "),
            if holds { "does not" } else { "does" },
            v.to_uppercase()
        ),
        (_, Some(v), _) if holds => format!("{} carries the {} mutation", name.join(" "), v.to_uppercase()),
        (_, Some(v), _) => format!("{} does not carry the {} mutation", name.join(" "), v.to_uppercase()),
        (_, None, None) => format!("{} {is} positive", name.join(" ")),
        (_, None, Some(_)) => {
            let state = words.iter().find(|w| is_state(w)).map_or("positive", String::as_str);
            let state = match state {
                "wt" => "wild-type",
                "mut" | "mt" | "mutation" | "mutations" | "mutated" => "mutant",
                "neg" => "negative",
                "pos" => "positive",
                s => s,
            };
            format!("{} {is} {state}", name.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(facts: &[&str], asked: &str) -> Truth {
        let said: Vec<(State, bool)> = facts.iter().map(|f| (parse(f), true)).collect();
        evaluate(&said, &parse(asked))
    }

    /// Every report of KRAS × NRAS × BRAF, each wild-type, mutant or not reported, against every state that can be asked.
    #[test]
    fn every_state_of_kras_nras_and_braf() {
        use Truth::{Met, NotMet, Unknown};
        for kras in ["", "wild-type", "mutant", "g12c", "g12d"] {
            for nras in ["", "wild-type", "mutant"] {
                for braf in ["", "wild-type", "mutant", "v600e"] {
                    let report: Vec<String> = [("kras", kras), ("nras", nras), ("braf", braf)]
                        .iter()
                        .filter(|(_, state)| !state.is_empty())
                        .map(|(gene, state)| format!("{gene} {state}"))
                        .collect();
                    let report: Vec<&str> = report.iter().map(String::as_str).collect();
                    let wild = |state: &str| match state {
                        "" => Unknown,
                        "wild-type" => Met,
                        _ => NotMet,
                    };
                    let (k, n, b) = (wild(kras), wild(nras), wild(braf));
                    let ask = |asked| given(&report, asked);
                    assert_eq!(ask("kras wild-type"), k, "{report:?}");
                    assert_eq!(ask("kras mutant"), k.not(), "{report:?}");
                    assert_eq!(ask("nras wild-type"), n, "{report:?}");
                    assert_eq!(ask("nras mutant"), n.not(), "{report:?}");
                    assert_eq!(ask("ras wild-type"), k.and(n), "{report:?}");
                    assert_eq!(ask("ras mutant"), k.and(n).not(), "{report:?}");
                    assert_eq!(ask("braf wild-type"), b, "{report:?}");
                    assert_eq!(ask("braf mutant"), b.not(), "{report:?}");
                    let g12c = match kras {
                        "" | "mutant" => Unknown,
                        "g12c" => Met,
                        _ => NotMet,
                    };
                    assert_eq!(ask("kras g12c"), g12c, "{report:?}");
                    let v600e = match braf {
                        "" | "mutant" => Unknown,
                        "v600e" => Met,
                        _ => NotMet,
                    };
                    assert_eq!(ask("braf v600e"), v600e, "{report:?}");
                }
            }
        }
    }

    #[test]
    fn microsatellites_and_mismatch_repair_are_one_fact() {
        for high in ["msi-high", "MSI-H", "mmr-deficient", "dMMR", "mmr deficiency", "microsatellite instability high"]
        {
            assert_eq!(given(&[high], "msi-high"), Truth::Met, "{high}");
            assert_eq!(given(&[high], "mmr-proficient"), Truth::NotMet, "{high}");
        }
        for stable in ["mss", "pMMR", "mmr-proficient", "microsatellite stable", "msi-low"] {
            assert_eq!(given(&[stable], "mmr-deficient"), Truth::NotMet, "{stable}");
            assert_eq!(given(&[stable], "mss"), Truth::Met, "{stable}");
        }
        assert_eq!(given(&["ras mutant"], "msi-high"), Truth::Unknown);
    }

    #[test]
    fn inherited_phenotypes_are_known_and_gibberish_is_not() {
        for known in ["ugt1a1 poor metaboliser", "ugt1a1 poor metabolizer", "dpyd complete deficiency"] {
            assert!(parse(known).known, "{known}");
        }
        for unknown in ["metaboliser", "ugt1a1", "glorp"] {
            assert!(!parse(unknown).known, "{unknown}");
        }
    }

    #[test]
    fn other_markers() {
        assert_eq!(given(&["her2 amplified"], "her2 positive"), Truth::Met);
        assert_eq!(given(&["HER2-"], "her2 positive"), Truth::NotMet);
        assert_eq!(given(&["her2 low"], "her2 negative"), Truth::Met);
        assert_eq!(given(&["pd-l1 >= 50%"], "pd-l1 >= 1%"), Truth::Met);
        assert_eq!(given(&["PD-L1 60%"], "pd-l1 >= 50%"), Truth::Met);
        assert_eq!(given(&["pd-l1 < 1%"], "pd-l1 >= 1%"), Truth::NotMet);
        assert_eq!(given(&["pd-l1 positive"], "pd-l1 >= 50%"), Truth::Unknown);
        assert_eq!(given(&["egfr l858r"], "egfr mutant"), Truth::Met);
        assert_eq!(given(&["egfr wild-type"], "egfr exon 19 deletion"), Truth::NotMet);
        assert_eq!(given(&["alk positive"], "alk rearranged"), Truth::Met);
        assert_eq!(given(&["alk positive"], "ros1 positive"), Truth::Unknown);
        assert_eq!(given(&["braf v600k"], "braf v600e"), Truth::NotMet);
        assert_eq!(given(&["ras wild-type", "kras mutant"], "ras wild-type"), Truth::Unknown, "contradictory");
    }

    #[test]
    fn a_denied_state_leaves_the_others() {
        assert_eq!(evaluate(&[(parse("kras mutant"), false)], &parse("kras wild-type")), Truth::Met);
        assert_eq!(evaluate(&[(parse("kras g12c"), false)], &parse("kras mutant")), Truth::Unknown);
    }

    #[test]
    fn what_to_ask_for() {
        for (state, family) in [
            ("ras wild-type", "ras"),
            ("kras mutant", "ras"),
            ("kras g12c", "kras g12c"),
            ("braf v600e", "braf"),
            ("mmr-deficient", "msi/mmr"),
            ("her2 positive", "her2"),
            ("lgi1 antibody", "lgi1"),
        ] {
            assert_eq!(asked(state), family);
        }
    }
}
