//! Units of laboratory values. A unit that is not known here converts to nothing: better unknown than wrong.

#[derive(Clone, Copy, PartialEq)]
enum Dimension {
    /// Base: gram per litre.
    Mass,
    /// Base: millimole per litre.
    Molar,
    /// Base: milliequivalent per litre.
    Equivalent,
    /// Base: unit per litre.
    Activity,
    /// Base: 10^9 per litre.
    Count,
    Percent,
    Pressure,
    /// Base: nanogram per millilitre would be a mass; this is for what converts to nothing else, as `mm/h`.
    Rate,
}

/// Molar mass (g/mol) and valence of what is measured both by mass and by amount.
/// Haemoglobin is counted by its monomer, phosphate as phosphorus, urea nitrogen as nitrogen: as laboratories report them.
const SUBSTANCES: &[(&str, f64, f64)] = &[
    ("magnesium", 24.305, 2.0),
    ("calcium", 40.078, 2.0),
    ("ionized calcium", 40.078, 2.0),
    ("potassium", 39.098, 1.0),
    ("sodium", 22.990, 1.0),
    ("chloride", 35.453, 1.0),
    ("creatinine", 113.12, 0.0),
    ("glucose", 180.156, 0.0),
    ("bilirubin", 584.66, 0.0),
    ("hemoglobin", 16114.0, 0.0),
    ("phosphate", 30.974, 0.0),
    ("urea", 60.056, 0.0),
    ("blood urea nitrogen", 28.014, 0.0),
    ("uric acid", 168.11, 0.0),
    ("lactate", 90.08, 0.0),
    ("cholesterol", 386.65, 0.0),
    ("ldl cholesterol", 386.65, 0.0),
    ("hdl cholesterol", 386.65, 0.0),
    ("triglycerides", 885.4, 0.0),
];

fn unit(text: &str) -> Option<(Dimension, f64)> {
    use Dimension::*;
    let u: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'µ' | 'μ' => 'u',
            'l' => 'l',
            '×' => 'x',
            c => c,
        })
        .collect();
    let u = u.replace("mcg", "ug").replace("deciliter", "dl").replace("litre", "l").replace("liter", "l");
    Some(match u.as_str() {
        "g/l" => (Mass, 1.0),
        "g/dl" | "g%" => (Mass, 10.0),
        "mg/dl" | "mg%" | "mg/100ml" => (Mass, 1e-2),
        "mg/l" | "ug/ml" => (Mass, 1e-3),
        "ug/dl" => (Mass, 1e-5),
        "ug/l" | "ng/ml" => (Mass, 1e-6),
        "ng/dl" => (Mass, 1e-8),
        "pg/ml" | "ng/l" => (Mass, 1e-9),
        "mol/l" => (Molar, 1e3),
        "mmol/l" | "mm" => (Molar, 1.0),
        "umol/l" | "um" => (Molar, 1e-3),
        "nmol/l" => (Molar, 1e-6),
        "pmol/l" => (Molar, 1e-9),
        "meq/l" => (Equivalent, 1.0),
        "u/l" | "iu/l" | "units/l" => (Activity, 1.0),
        "u/ml" | "iu/ml" => (Activity, 1e3),
        "miu/l" | "mu/l" => (Activity, 1e-3),
        "10^9/l" | "x10^9/l" | "10e9/l" | "x10e9/l" | "k/ul" | "10^3/ul" | "x10^3/ul" | "thousand/ul" | "k/mm3" => {
            (Count, 1.0)
        }
        "/ul" | "cells/ul" | "/mm3" | "cells/mm3" | "10^6/l" => (Count, 1e-3),
        "10^12/l" | "10^6/ul" | "m/ul" => (Count, 1e3),
        "%" | "percent" => (Percent, 1.0),
        "mmhg" => (Pressure, 1.0),
        "kpa" => (Pressure, 7.500_62),
        "mm/h" | "mm/hr" => (Rate, 1.0),
        _ => return None,
    })
}

/// What to multiply a value of `test` by to bring it from one unit to another; `None` where that is not known.
pub(crate) fn factor(test: &str, from: &str, to: &str) -> Option<f64> {
    if from == to {
        return Some(1.0);
    }
    let ((df, ff), (dt, ft)) = (unit(from)?, unit(to)?);
    if df == dt {
        return Some(ff / ft);
    }
    let &(_, mass, valence) = SUBSTANCES.iter().find(|(name, ..)| *name == test)?;
    // Everything through mmol/L.
    let to_molar = |d| match d {
        Dimension::Molar => Some(1.0),
        Dimension::Mass => Some(1e3 / mass),
        Dimension::Equivalent if valence > 0.0 => Some(1.0 / valence),
        _ => None,
    };
    Some(ff * to_molar(df)? / (ft * to_molar(dt)?))
}

/// Whether a unit is known.
pub(crate) fn known(text: &str) -> bool {
    unit(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::factor;

    #[test]
    fn common_conversions_are_those_of_the_textbooks() {
        for (test, from, to, expected) in [
            ("magnesium", "mg/dL", "mmol/L", 0.4114),
            ("magnesium", "mg/dL", "mEq/L", 0.8229),
            ("calcium", "mg/dL", "mmol/L", 0.2495),
            ("potassium", "mEq/L", "mmol/L", 1.0),
            ("sodium", "mmol/L", "mEq/L", 1.0),
            ("creatinine", "mg/dL", "µmol/L", 88.4),
            ("glucose", "mmol/L", "mg/dL", 18.02),
            ("bilirubin", "mg/dL", "umol/L", 17.1),
            ("hemoglobin", "g/dL", "g/L", 10.0),
            ("hemoglobin", "g/dL", "mmol/L", 0.6206),
            ("phosphate", "mg/dL", "mmol/L", 0.3229),
            ("blood urea nitrogen", "mg/dL", "mmol/L", 0.357),
            ("urea", "mg/dL", "mmol/L", 0.1665),
            ("platelets", "/uL", "10^9/L", 0.001),
        ] {
            let f = factor(test, from, to).unwrap();
            assert!((f / expected - 1.0).abs() < 2e-3, "{test} {from} -> {to}: {f}");
        }
    }

    #[test]
    fn what_is_not_known_converts_to_nothing() {
        assert_eq!(factor("magnesium", "mg/dL", "furlongs"), None);
        assert_eq!(factor("ferritin", "ng/mL", "mmol/L"), None);
        assert_eq!(factor("creatinine", "mEq/L", "mg/dL"), None);
        assert_eq!(factor("bnp", "furlongs", "furlongs"), Some(1.0));
    }
}
