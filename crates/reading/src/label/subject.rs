//! The products a label is for, as its data elements give them.
//!
//! Owns which element names what: SPL calls the role and the thing in it both `manufacturedProduct`.

use super::parser::{Field, Mode, Parser};
use super::product::{Ingredient, Product};
use super::push_new;
use crate::jats::attribute;
use crate::prose::values::plain;
use quick_xml::events::BytesStart;

impl Parser<'_> {
    /// An element among the data of products.
    pub(super) fn subject_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        let get = |name| plain(&attribute(element, name).unwrap_or_default());
        match (self.top(), name) {
            (Mode::Subject, "manufacturedProduct") | (Mode::Product, "part") => self.open_product(),
            (Mode::Role, "manufacturedProduct" | "manufacturedMedicine" | "partProduct" | "partMedicine") => {
                Mode::Product
            }
            (Mode::Role, "consumedIn") | (Mode::Consumed, "substanceAdministration") => Mode::Consumed,
            (Mode::Consumed, "routeCode") => {
                let route = get("displayName");
                if let Some(product) = self.product() {
                    push_new(&mut product.routes, &route);
                }
                Mode::Skip
            }
            (Mode::Role, "subjectOf") => Mode::SubjectOf,
            (Mode::SubjectOf, "approval") => Mode::Approval,
            (Mode::Approval, "code") => {
                let category = get("displayName");
                if let Some(product) = self.product() {
                    push_new(&mut product.categories, &category);
                }
                Mode::Skip
            }
            (Mode::SubjectOf, "marketingAct") | (Mode::Marketing, "effectiveTime") => Mode::Marketing,
            (Mode::Marketing, "statusCode") => {
                let ended = get("code") == "completed";
                if let Some(product) = self.product() {
                    product.ended |= ended;
                }
                Mode::Skip
            }
            (Mode::Marketing, "high") => {
                let end = super::finish::day(&get("value")).map(|d| d.to_string()).unwrap_or_default();
                if let Some(product) = self.product() {
                    product.end = end;
                }
                Mode::Skip
            }
            (Mode::Product, "name") => self.field(Field::ProductName),
            (Mode::Product, "formCode") => {
                let form = get("displayName");
                if let Some(product) = self.product().filter(|p| p.form.is_empty()) {
                    product.form = form;
                }
                Mode::Skip
            }
            (Mode::Product, "asEntityWithGeneric") => Mode::Pass,
            (Mode::Pass, "genericMedicine") => Mode::Generic,
            (Mode::Generic, "name") => self.field(Field::GenericName),
            (Mode::Product, "ingredient" | "activeIngredient") => {
                let class = get("classCode");
                let active = name == "activeIngredient" || class.starts_with("ACT");
                self.ingredient = Ingredient { class, ..Ingredient::default() };
                if active { Mode::Ingredient } else { Mode::Inactive }
            }
            (Mode::Product, "inactiveIngredient") => {
                self.ingredient = Ingredient::default();
                Mode::Inactive
            }
            (Mode::Ingredient, "quantity") => Mode::Quantity,
            (Mode::Quantity, "numerator") => {
                self.ingredient.numerator = (get("value"), get("unit"));
                Mode::Skip
            }
            (Mode::Quantity, "denominator") => {
                self.ingredient.denominator = (get("value"), get("unit"));
                Mode::Skip
            }
            (Mode::Ingredient, "ingredientSubstance" | "activeIngredientSubstance") => Mode::Substance,
            (Mode::Inactive, "ingredientSubstance" | "inactiveIngredientSubstance") => Mode::Inactive,
            (Mode::Inactive, "name") => self.field(Field::InactiveName),
            (Mode::Substance, "name") => self.field(Field::IngredientName),
            (Mode::Substance, "activeMoiety" | "activeMoieties") | (Mode::Moiety, "activeMoiety") => Mode::Moiety,
            (Mode::Moiety, "name") => self.field(Field::MoietyName),
            (Mode::Substance, "asEquivalentSubstance") | (Mode::Equivalent, "definingSubstance") => Mode::Equivalent,
            (Mode::Equivalent, "name") => self.field(Field::ReferenceName),
            _ => Mode::Skip,
        }
    }

    fn open_product(&mut self) -> Mode {
        self.open_products.push(self.products.len());
        self.products.push(Product::default());
        Mode::Role
    }

    fn product(&mut self) -> Option<&mut Product> {
        let at = *self.open_products.last()?;
        self.products.get_mut(at)
    }

    pub(super) fn close_ingredient(&mut self, mode: Mode) {
        // The substance of an inactive ingredient shares its mode.
        if self.top() == Mode::Inactive {
            return;
        }
        let ingredient = std::mem::take(&mut self.ingredient);
        let Some(product) = self.product() else { return };
        if mode == Mode::Inactive {
            push_new(&mut product.inactive, &ingredient.name);
        } else if !ingredient.name.is_empty() {
            product.active.push(ingredient);
        }
    }

    pub(super) fn set_subject(&mut self, field: Field, value: String) {
        match field {
            Field::IngredientName | Field::InactiveName => self.ingredient.name = value,
            Field::MoietyName => push_new(&mut self.ingredient.moieties, &value),
            Field::ReferenceName => self.ingredient.reference = value,
            _ => {
                let Some(product) = self.product() else { return };
                match field {
                    Field::ProductName if product.name.is_empty() => product.name = value,
                    Field::GenericName => push_new(&mut product.generics, &value),
                    _ => {}
                }
            }
        }
    }
}
