//! Units of amounts in running text: what converts to what.
//!
//! Owns the table of units. A unit that is not here is none: the number beside it is compared as a bare number.

/// A unit: a factor to the base of its dimension, and the dimension, as `mass`, `mass/volume` or `mass/weight/time`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    pub(super) factor: f64,
    pub(super) dimension: String,
}

impl Unit {
    /// Whether two amounts can be compared: the same dimension, or one leaves out what it is for each of (50 mg, 50 mg daily).
    pub(super) fn compares(&self, other: &Unit) -> bool {
        let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with("/time"));
        self.dimension == other.dimension
            || begins(&self.dimension, &other.dimension)
            || begins(&other.dimension, &self.dimension)
    }
}

const DAY: f64 = 1.0;
const YEAR: f64 = 365.25;

/// One unit by its name in lower case: dimension and factor.
fn simple(name: &str) -> Option<(&'static str, f64)> {
    Some(match name {
        "kg" | "kilogram" | "kilograms" => ("mass", 1e3),
        "g" | "gram" | "grams" | "gm" => ("mass", 1.0),
        "mg" | "milligram" | "milligrams" | "mgs" => ("mass", 1e-3),
        "µg" | "μg" | "ug" | "mcg" | "microgram" | "micrograms" => ("mass", 1e-6),
        "ng" | "nanogram" | "nanograms" => ("mass", 1e-9),
        "pg" => ("mass", 1e-12),
        "l" | "litre" | "litres" | "liter" | "liters" => ("volume", 1.0),
        "dl" => ("volume", 0.1),
        "ml" | "cc" | "millilitre" | "millilitres" | "milliliter" | "milliliters" => ("volume", 1e-3),
        "µl" | "μl" | "ul" => ("volume", 1e-6),
        "s" | "sec" | "secs" | "second" | "seconds" => ("time", DAY / 86_400.0),
        "min" | "mins" | "minute" | "minutes" => ("time", DAY / 1440.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => ("time", DAY / 24.0),
        "d" | "day" | "days" => ("time", DAY),
        "wk" | "wks" | "week" | "weeks" => ("time", 7.0 * DAY),
        "mo" | "mos" | "month" | "months" => ("time", YEAR / 12.0),
        "y" | "yr" | "yrs" | "year" | "years" => ("time", YEAR),
        "%" | "percent" => ("percent", 1.0),
        "iu" | "u" | "unit" | "units" => ("activity", 1.0),
        "mol" => ("amount", 1.0),
        "mmol" => ("amount", 1e-3),
        "µmol" | "μmol" | "umol" => ("amount", 1e-6),
        "nmol" => ("amount", 1e-9),
        "pmol" => ("amount", 1e-12),
        "meq" => ("equivalent", 1.0),
        "cm" => ("length", 1e-2),
        "mm" => ("length", 1e-3),
        "µm" | "μm" => ("length", 1e-6),
        "m2" | "m²" => ("area", 1.0),
        "cm2" | "cm²" => ("area", 1e-4),
        "cm3" | "cm³" => ("volume", 1e-3),
        "mmhg" => ("pressure", 1.0),
        "kpa" => ("pressure", 7.500_62),
        "kcal" => ("energy", 1.0),
        "kj" => ("energy", 0.239_006),
        "gy" | "gray" => ("dose", 1.0),
        "cgy" => ("dose", 0.01),
        "fold" | "times" => ("fold", 1.0),
        "bpm" => ("beats", 1.0),
        "points" | "point" => ("points", 1.0),
        _ => return None,
    })
}

/// The unit at the beginning of `text`, and how many bytes it takes.
pub(super) fn read(text: &str) -> Option<(Unit, usize)> {
    let space = text.len() - text.trim_start_matches([' ', '\u{a0}', '\u{2009}', '\u{202f}', '-', '‐', '‑']).len();
    if space > 4 {
        return None;
    }
    let rest = &text[space..];
    if let Some(n) = percent(rest) {
        return Some((Unit { factor: 1.0, dimension: "percent".to_owned() }, space + n));
    }
    let first = word(rest)?;
    let spaced = rest.get(first.len()..).is_some_and(|r| r.to_lowercase().starts_with(" hg"));
    if first == "mm" && spaced {
        return Some((Unit { factor: 1.0, dimension: "pressure".to_owned() }, space + first.len() + 3));
    }
    let (dimension, factor) = simple(&first.to_lowercase())?;
    // A lone letter is a unit only as it is usually written: "24 h", "100 U"; not the A of "group A".
    let mut unit = Unit { factor, dimension: dimension.to_owned() };
    let mut used = space + first.len();
    while let Some((divisor, taken)) = divided(&text[used..]) {
        let name = divisor.to_lowercase();
        let Some((dimension, factor)) = simple(&name).or_else(|| adverb(&name)) else { break };
        let dimension = if name == "kg" { "weight" } else { dimension };
        unit.factor /= if name == "kg" { 1.0 } else { factor };
        unit.dimension.push('/');
        unit.dimension.push_str(dimension);
        used += taken;
        if unit.dimension.len() > 60 {
            break;
        }
    }
    // Rates in time of a time are no unit: "6 months daily".
    if unit.dimension.starts_with("time/") {
        return Some((Unit { factor, dimension: "time".to_owned() }, space + first.len()));
    }
    Some((unit, used))
}

fn percent(text: &str) -> Option<usize> {
    let lower = text.get(..9.min(text.len())).unwrap_or_else(|| text.split('\u{0}').next().unwrap_or_default());
    let lower = lower.to_lowercase();
    ["%", "per cent", "percent"].into_iter().find(|p| lower.starts_with(p)).map(str::len)
}

fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '²' | '³'))).unwrap_or(text.len());
    (end > 0 && text.starts_with(char::is_alphabetic)).then(|| &text[..end])
}

/// `daily` is for each day.
fn adverb(name: &str) -> Option<(&'static str, f64)> {
    Some(match name {
        "daily" => ("time", 1.0),
        "weekly" => ("time", 7.0),
        "monthly" => ("time", YEAR / 12.0),
        "hourly" => ("time", 1.0 / 24.0),
        _ => return None,
    })
}

/// `/day`, ` per day`, ` a day`, ` every day`, ` once daily`, ` daily`: the unit behind, and the bytes up to its end.
fn divided(text: &str) -> Option<(&str, usize)> {
    for lead in ["/", " / ", "·", " per ", " a ", " each ", " every ", " once ", " once a ", " "] {
        let Some(rest) = text.strip_prefix(lead) else { continue };
        let Some(divisor) = word(rest) else { continue };
        let lower = divisor.to_lowercase();
        let known = if lead == " " || lead == " once " { adverb(&lower).is_some() } else { simple(&lower).is_some() };
        if known {
            return Some((divisor, lead.len() + divisor.len()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::read;

    fn unit(text: &str) -> (f64, String) {
        let (unit, _) = read(text).unwrap();
        (unit.factor, unit.dimension)
    }

    #[test]
    fn units_are_read_with_what_they_are_for_each_of() {
        assert_eq!(unit(" mg"), (1e-3, "mass".to_owned()));
        assert_eq!(unit("-week trial"), (7.0, "time".to_owned()));
        assert_eq!(unit(" %"), (1.0, "percent".to_owned()));
        assert_eq!(unit(" per cent of"), (1.0, "percent".to_owned()));
        assert_eq!(unit(" mg/kg/day").1, "mass/weight/time");
        assert_eq!(unit(" mg once daily"), unit(" mg per day"));
        assert_eq!(unit(" mg/m2").1, "mass/area");
        assert!(read(" patients").is_none() && read("-FU").is_none());
    }

    #[test]
    fn a_dose_compares_with_the_same_dose_a_day_and_with_no_dose_a_kilogram() {
        let of = |t: &str| read(t).unwrap().0;
        assert!(of(" mg").compares(&of(" mg daily")));
        assert!(!of(" mg").compares(&of(" mg/kg")));
        assert!(!of(" mg").compares(&of(" ml")));
    }
}
