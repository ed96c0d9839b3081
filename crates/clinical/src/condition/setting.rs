//! The setting of care in conditions: where the patient is now, and so where the patient is not.

use crate::case::{Assertion, Attribute, Case, Fact};
use crate::lexicon::{self, Concept};
use crate::setting;
use crate::truth::Truth;

/// Whether the patient is cared for in the setting `asked`. Where somebody was once says nothing of now.
pub(super) fn holds(asked: &Concept, case: &Case) -> Truth {
    let said = |assertion: fn(Assertion) -> bool| {
        case.of(Attribute::Finding)
            .filter(move |f| assertion(f.assertion))
            .filter_map(|f| setting::named(f.value.text()?))
    };
    let now: Vec<&Concept> = said(|a| a == Assertion::Present).collect();
    // Who is ventilated is in intensive care, whether or not the question says so.
    let implied = if now.is_empty() && ventilated(case) { lexicon::concept("intensive care") } else { None };
    let mut excluded = false;
    for place in now.into_iter().chain(implied) {
        if place.is_a(asked) {
            return Truth::Met;
        }
        excluded |= !place.overlaps(asked);
    }
    let denied = said(|a| a == Assertion::Absent).any(|place| asked.is_a(place));
    let open = said(|a| matches!(a, Assertion::Planned | Assertion::Uncertain)).any(|place| place.overlaps(asked));
    if denied || (excluded && !open) { Truth::NotMet } else { Truth::Unknown }
}

fn ventilated(case: &Case) -> bool {
    let is_so = |f: &Fact| {
        matches!(f.attribute, Attribute::Treatment | Attribute::Medication)
            && f.assertion == Assertion::Present
            && f.value.text().is_some_and(|t| lexicon::is_a(t, "mechanical ventilation"))
    };
    case.facts.iter().any(is_so)
}

#[cfg(test)]
mod tests {
    use crate::{Condition, Truth, read_case};
    use Truth::{Met, NotMet, Unknown};

    #[test]
    fn one_setting_excludes_another() {
        const ASKED: [&str; 4] = ["outpatient", "hospital inpatient", "hospital ward", "intensive care"];
        for (question, truths) in [
            ("pneumonia, outpatient", [Met, NotMet, NotMet, NotMet]),
            ("admitted with pneumonia", [NotMet, Met, Unknown, Unknown]),
            ("pneumonia, on the ward", [NotMet, Met, Met, NotMet]),
            ("pneumonia in the ICU", [NotMet, Met, NotMet, Met]),
            ("62M intubated with pneumonia", [NotMet, Met, NotMet, Met]),
            ("pneumonia, not admitted", [Unknown, NotMet, NotMet, NotMet]),
            ("hospitalized in May, now pneumonia", [Unknown; 4]),
            ("pneumonia in the ED", [Unknown; 4]),
            ("pneumonia, should she be admitted?", [Unknown; 4]),
            // What is to be decided is open, though the patient is elsewhere now.
            ("outpatient with pneumonia. Should she be admitted?", [Met, Unknown, Unknown, Unknown]),
            ("my mother is hospitalized; I have pneumonia", [Unknown; 4]),
        ] {
            let case = read_case(question);
            let read = ASKED.map(|a| format!("finding has \"{a}\"").parse::<Condition>().unwrap().evaluate(&case));
            assert_eq!(read, truths, "{question}\n{:#?}", case.facts);
        }
    }

    #[test]
    fn the_setting_is_asked_for_as_one_fact() {
        let condition: Condition = "finding has outpatient or finding has \"intensive care\"".parse().unwrap();
        let asked = condition.unknown(&read_case("pneumonia"));
        assert_eq!(asked.len(), 1);
        assert_eq!((asked[0].attribute.as_str(), asked[0].value.as_str()), ("finding", "care setting"));
        assert_eq!(condition.describe(), "the patient is an outpatient or the patient is in intensive care");
    }
}
