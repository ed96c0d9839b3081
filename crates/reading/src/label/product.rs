//! What a label is for: names, active ingredients with their strength, form and route.
//!
//! Owns how a product is told in words. Strengths are given as the label gives them and never converted.

use super::push_new;

/// One product, or one part of a kit.
#[derive(Debug, Default)]
pub(super) struct Product {
    pub(super) name: String,
    pub(super) generics: Vec<String>,
    pub(super) active: Vec<Ingredient>,
    pub(super) inactive: Vec<String>,
    pub(super) form: String,
    pub(super) routes: Vec<String>,
    /// Marketing categories, as "NDA" or "unapproved drug other".
    pub(super) categories: Vec<String>,
    /// Whether marketing has ended, and when.
    pub(super) ended: bool,
    pub(super) end: String,
}

/// An ingredient with its strength.
#[derive(Debug, Default)]
pub(super) struct Ingredient {
    pub(super) name: String,
    /// `ACTIB`, `ACTIM`, `ACTIR`: what the strength is told of.
    pub(super) class: String,
    pub(super) moieties: Vec<String>,
    pub(super) reference: String,
    pub(super) numerator: (String, String),
    pub(super) denominator: (String, String),
}

impl Ingredient {
    fn told(&self) -> String {
        let strength = strength(&self.numerator, &self.denominator);
        if strength.is_empty() {
            return self.name.clone();
        }
        // "50 mg" of a salt whose strength is told of its base.
        let basis = match self.class.as_str() {
            "ACTIM" => self.moieties.join(", "),
            "ACTIR" => self.reference.clone(),
            _ => String::new(),
        };
        if basis.is_empty() || basis.eq_ignore_ascii_case(&self.name) {
            format!("{} {strength}", self.name)
        } else {
            format!("{} (strength as {basis}: {strength})", self.name)
        }
    }
}

fn strength((value, unit): &(String, String), (per, per_unit): &(String, String)) -> String {
    if value.is_empty() {
        return String::new();
    }
    let unit = readable(unit);
    let top = if unit.is_empty() { value.clone() } else { format!("{value} {unit}") };
    let per_unit = readable(per_unit);
    match (per.as_str(), per_unit) {
        ("" | "1", "") => top,
        ("" | "1", unit) => format!("{top} per {unit}"),
        (per, "") => format!("{top} per {per}"),
        (per, unit) => format!("{top} per {per} {unit}"),
    }
}

/// Units of UCUM that nobody writes, in words.
fn readable(unit: &str) -> &str {
    match unit {
        "1" => "",
        "[iU]" => "international units",
        "[USP'U]" => "USP units",
        "[arb'U]" => "arbitrary units",
        unit => unit,
    }
}

impl Product {
    pub(super) fn says_nothing(&self) -> bool {
        self.name.is_empty() && self.generics.is_empty() && self.active.is_empty()
    }

    /// The product in one name, as "NORVASC (amlodipine besylate) tablet".
    pub(super) fn named(&self) -> String {
        let mut text = self.name.clone();
        let generics = if self.generics.is_empty() {
            self.active.iter().map(|i| i.name.as_str()).collect::<Vec<_>>().join(", ")
        } else {
            self.generics.join(", ")
        };
        if text.is_empty() {
            text = generics;
        } else if !generics.is_empty() && !generics.eq_ignore_ascii_case(&text) {
            text = format!("{text} ({generics})");
        }
        if !self.form.is_empty() && self.form != "KIT" {
            text = format!("{text} {}", self.form.to_lowercase());
        }
        text.trim().to_owned()
    }

    /// The product in one line.
    pub(super) fn told(&self) -> String {
        let mut parts = vec![format!("Product: {}", self.named())];
        let mut add = |what: &str, list: Vec<String>| {
            if !list.is_empty() {
                parts.push(format!("{what}: {}", list.join(", ")));
            }
        };
        add("active ingredients", self.active.iter().map(Ingredient::told).collect());
        add("dosage form", if self.form.is_empty() { Vec::new() } else { vec![self.form.clone()] });
        add("route", self.routes.clone());
        add("inactive ingredients", self.inactive.clone());
        add("marketing category", self.categories.clone());
        if self.ended {
            let end = if self.end.is_empty() { "yes".to_owned() } else { self.end.clone() };
            add("marketing ended", vec![end]);
        }
        parts.join("; ") + "."
    }

    /// What it is found by.
    pub(super) fn topics(&self, topics: &mut Vec<String>) {
        push_new(topics, &self.name);
        for name in self.generics.iter().chain(self.active.iter().map(|i| &i.name)) {
            push_new(topics, name);
        }
        for ingredient in &self.active {
            ingredient.moieties.iter().for_each(|m| push_new(topics, m));
        }
        push_new(topics, &self.form);
        self.routes.iter().for_each(|r| push_new(topics, r));
        for category in &self.categories {
            push_new(topics, &format!("Marketing category: {category}"));
        }
        if self.ended {
            push_new(topics, "Marketing ended");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(value: &str, unit: &str) -> (String, String) {
        (value.to_owned(), unit.to_owned())
    }

    #[test]
    fn strengths_are_told_as_given() {
        assert_eq!(strength(&pair("4", "mg"), &pair("1", "1")), "4 mg");
        assert_eq!(strength(&pair("250", "mg"), &pair("5", "mL")), "250 mg per 5 mL");
        assert_eq!(strength(&pair("100", "[iU]"), &pair("1", "mL")), "100 international units per mL");
        assert_eq!(strength(&pair("", "mg"), &pair("1", "1")), "");
    }

    #[test]
    fn a_strength_told_of_the_base_says_so() {
        let mut salt = Ingredient {
            name: "FICTAMINE SUCCINATE".to_owned(),
            class: "ACTIM".to_owned(),
            moieties: vec!["FICTAMINE".to_owned()],
            numerator: pair("50", "mg"),
            ..Ingredient::default()
        };
        assert_eq!(salt.told(), "FICTAMINE SUCCINATE (strength as FICTAMINE: 50 mg)");
        salt.class = "ACTIB".to_owned();
        assert_eq!(salt.told(), "FICTAMINE SUCCINATE 50 mg");
    }
}
