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
