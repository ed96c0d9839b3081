//! Which sentences tell a dose. Amounts of a drug are a dose; amounts in blood, urine or a result are not.

use evidence::Role;
use regex::Regex;
use std::sync::LazyLock;

/// An amount with a unit that drugs are measured in. What follows tells a dose from a concentration.
static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b\d[\d.,]*\s?(?:mg|g|mcg|\u{b5}g|\u{3bc}g|micrograms?|grams?|milligrams?|units?|iu|meq|mmol|ml|tablets?|capsules?|puffs?|drops)\b(?P<after>\s?/\s?\w+| per \w+)?",
    )
    .ok()
});

/// Whether a sentence tells a patient how much of a drug to take or to be given. `role` is what the sentence does, where its
/// source says: results, definitions and tests are none, whatever amounts they name. Radiation (gray) is nothing that anyone
/// takes, so it is shown.
pub(super) fn told(text: &str, role: Option<Role>) -> bool {
    match role {
        Some(Role::Dose) => true,
        Some(Role::Outcome | Role::Define | Role::Test | Role::Ask) => false,
        _ => AMOUNT.iter().flat_map(|r| r.captures_iter(text)).any(|found| {
            let after = found.name("after").map_or("", |m| m.as_str()).trim_start_matches([' ', '/']);
            let after = after.trim_start_matches("per ").trim().to_lowercase();
            !CONCENTRATION.contains(&after.as_str())
        }),
    }
}

/// What an amount is in: then it is measured, not given.
const CONCENTRATION: &[&str] = &[
    "dl",
    "l",
    "ml",
    "min",
    "g",
    "mg",
    "mmol",
    "litre",
    "liter",
    "deciliter",
    "milliliter",
    "millimole",
    "gram",
    "microliter",
    "l.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_a_drug_are_doses_and_amounts_in_blood_are_not() {
        let option = Some(Role::Option);
        assert!(told("Give loperamide 4 mg at first.", option));
        assert!(told("Enoxaparin is dosed at 1 mg/kg every 12 hours.", option));
        assert!(told("After 6 months apixaban 2.5 mg twice a day should be considered.", option));
        assert!(told("Take two tablets, or 2 tablets.", None));
        assert!(!told("Start when magnesium is below 1.2 mg/dL.", option));
        assert!(!told("Do not give dabigatran at creatinine clearance below 30 mL/min.", Some(Role::Avoid)));
        assert!(!told("Magnesium sulfate 2 g IV ended the rhythm in 9 of 12.", Some(Role::Outcome)));
        assert!(told("Take it as directed.", Some(Role::Dose)));
    }
}
