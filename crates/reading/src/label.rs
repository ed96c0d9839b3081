//! Drug labels: DailyMed's HL7 Structured Product Labeling, `<document xmlns="urn:hl7-org:v3">`.
//!
//! Owns what of a label is evidence: every section with its lists, tables and footnotes is, and the products it is
//! for; the text of cartons is not, and highlights repeat what the sections say. Nothing is interpreted: doses,
//! strengths and names are as the label gives them.

mod blocks;
mod codes;
mod finish;
mod inline;
mod parser;
mod product;
mod subject;
mod table;

use crate::{Reading, Unit, jats};
use parser::Parser;

/// Reads one label.
pub(crate) fn read(unit: &Unit) -> Reading {
    let text = match jats::decoded(unit) {
        Ok(text) => text,
        Err(problem) => return Reading::failed(*problem),
    };
    let mut parser = Parser::new(&unit.origin);
    let cut = jats::drive(&text, &mut parser, unit);
    finish::finish(parser, unit, cut)
}

/// Adds a name that is not in a list yet, in whatever case. Lists longer than any label's are not looked through.
fn push_new(list: &mut Vec<String>, name: &str) {
    const LOOKED_THROUGH: usize = 2_000;
    let name = name.trim();
    if name.is_empty() {
        return;
    }
    if list.len() > LOOKED_THROUGH || !list.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        list.push(name.to_owned());
    }
}
