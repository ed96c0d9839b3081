//! Diseases that a laboratory value is by its definition: a low magnesium is hypomagnesemia. A question may say either, and
//! the case keeps what was said; this says that they are the same. Nothing that needs judgement is here.

use crate::case::{Attribute, Case, Fact, Flag};

/// Test, what it is called below and above its usual range.
const BY_DEFINITION: &[(&str, &str, &str)] = &[
    ("magnesium", "hypomagnesemia", "hypermagnesemia"),
    ("potassium", "hypokalemia", "hyperkalemia"),
    ("sodium", "hyponatremia", "hypernatremia"),
    ("calcium", "hypocalcemia", "hypercalcemia"),
    ("phosphate", "hypophosphatemia", "hyperphosphatemia"),
];

impl Fact {
    /// The disease that a laboratory value outside its usual range is by definition.
    pub fn disease_by_definition(&self) -> Option<&'static str> {
        let (low, high) = self.named_by_definition()?;
        match self.detail.flag? {
            Flag::Low => Some(low),
            Flag::High => Some(high),
            Flag::Normal => None,
        }
    }

    /// The disease that the value cannot be, since it lies on the other side.
    pub(crate) fn opposite_by_definition(&self) -> Option<&'static str> {
        let (low, high) = self.named_by_definition()?;
        match self.detail.flag? {
            Flag::Low => Some(high),
            Flag::High => Some(low),
            Flag::Normal => None,
        }
    }

    /// Whether it is a blood pressure of 140 mmHg systolic or 90 mmHg diastolic or above: raised, as the International Society of
    /// Hypertension (2020) and, in pregnancy, ACOG (Practice Bulletin 222, 2020) draw the line in the office. One value makes no diagnosis,
    /// so this never stands for one; it says what a question is about.
    pub fn is_raised_pressure(&self) -> bool {
        let value = self.detail.value.as_ref().and_then(|v| v.text()).unwrap_or_default();
        let Some((systolic, diastolic)) = value.split_once('/') else { return false };
        let at_least = |text: &str, limit: f64| text.trim().parse::<f64>().is_ok_and(|n| n >= limit);
        self.attribute == Attribute::Vital
            && self.value.text() == Some("blood pressure")
            && (at_least(systolic, 140.0) || at_least(diastolic, 90.0))
    }

    fn named_by_definition(&self) -> Option<(&'static str, &'static str)> {
        if self.attribute != Attribute::Lab {
            return None;
        }
        let test = self.value.text()?;
        BY_DEFINITION.iter().find(|(name, ..)| *name == test).map(|(_, low, high)| (*low, *high))
    }
}

impl Case {
    /// The diseases that laboratory values of the case are by definition, each with its value.
    pub fn diseases_by_definition(&self) -> impl Iterator<Item = (&Fact, &'static str)> {
        self.of(Attribute::Lab).filter_map(|f| Some((f, f.disease_by_definition()?)))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Attribute, Condition, Truth, read_case};

    #[test]
    fn a_raised_blood_pressure_leaves_hypertension_open_and_one_that_is_not_does_not() {
        let met =
            |question: &str, condition: &str| condition.parse::<Condition>().unwrap().evaluate(&read_case(question));
        let hypertension = "diagnosis = hypertension";
        for (question, raised) in [
            ("58M with CKD stage 3, BP 158/95", true),
            ("58M with CKD stage 3, BP 138/90", true),
            ("58M with CKD stage 3, BP 139/89", false),
            ("58M with CKD stage 3", false),
        ] {
            let case = read_case(question);
            assert_eq!(case.of(Attribute::Vital).any(crate::Fact::is_raised_pressure), raised, "{question}");
            let open = if raised { Truth::Unknown } else { Truth::NotMet };
            assert_eq!(met(question, hypertension), open, "{question}");
        }
        assert_eq!(met("58M with CKD stage 3, hypertension, BP 120/70", hypertension), Truth::Met);
        assert_eq!(met("58M with CKD stage 3, no hypertension, BP 158/95", hypertension), Truth::NotMet);
    }
}
