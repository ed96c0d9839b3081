//! What the attributes of a statement say, understood: the one place that knows their keys and words.

use super::body::Item;
use super::page::Faults;
use super::sentence;
use super::statement::{Attribute, Parsed};
use super::words::Plain;
use clinical::Condition;
use evidence::{Cite, Marks, Role};
use std::collections::HashSet;
use std::str::FromStr;

const KEYS: [&str; 8] = ["role", "strength", "certainty", "when", "unless", "step", "section", "plain"];

/// A statement with what was understood of it.
pub(super) struct Judged {
    pub(super) at: usize,
    pub(super) heading: Vec<String>,
    pub(super) sentence: Plain,
    pub(super) id: Option<(String, usize)>,
    pub(super) cites: Vec<(Cite, usize)>,
    /// The values of `when` and `unless` as written; empty where there is none.
    pub(super) conditions: [Plain; 2],
    /// Set where there was no fault in them.
    pub(super) marks: Option<Marks>,
}

/// Understands one statement; every fault in it is reported, not only the first.
pub(super) fn judge(item: &Item, parsed: Parsed, faults: &mut Faults<'_>) -> Judged {
    let Parsed { sentence, id, attributes, attributes_at, cites } = parsed;
    for unknown in attributes.iter().filter(|a| !KEYS.contains(&a.key.as_str())) {
        let keys = KEYS.join(", ");
        faults.error(unknown.at, "unknown-key", format!("{:?} is not an attribute; one of: {keys}", unknown.key));
    }
    let find = |key: &str| attributes.iter().find(|a| a.key == key);
    for required in ["role", "section"] {
        if find(required).is_none() {
            faults.error(attributes_at, "missing-attribute", format!("{required}=... is missing"));
        }
    }
    if id.is_none() {
        faults.error(attributes_at, "missing-attribute", "#id is missing: a stable name for this statement");
    }
    let role: Option<Role> = word(find("role"), "role", faults);
    let strength = word(find("strength"), "strength", faults);
    let certainty = word(find("certainty"), "certainty", faults);
    let section = word(find("section"), "section", faults);
    let step = find("step").and_then(|a| step(a, faults));
    let when = find("when").and_then(|a| condition(a, faults));
    let unless = find("unless").and_then(|a| condition(a, faults));
    if let (Some(role), Some(attribute)) = (role, find("strength"))
        && !directs(role)
    {
        let advice =
            format!("strength is for recommend, option, avoid, test, monitor and dose, not for {}", role.word());
        faults.error(attribute.at, "strength", advice);
    }
    check_sentence(&sentence, role, faults);
    if cites.is_empty() {
        faults.error(item.at, "missing-citation", "a statement needs at least one citation: [@reference, locator]");
    }
    let mut seen = HashSet::new();
    for (cite, at) in &cites {
        if !seen.insert((&cite.reference, &cite.locator)) {
            faults.error(*at, "repeated-citation", format!("@{} is cited twice for the same place", cite.reference));
        }
    }
    let plain = find("plain").and_then(|a| plain(a, faults));
    let conditions = ["when", "unless"].map(|key| find(key).map(|a| a.value.clone()).unwrap_or_default());
    let name = id.as_ref().map(|(name, _)| name.clone());
    let marks = name.zip(role).zip(section).map(|((id, role), section)| Marks {
        id,
        role,
        strength,
        certainty,
        when,
        unless,
        step,
        section,
        plain,
        cites: cites.iter().map(|(cite, _)| cite.clone()).collect(),
        line: faults.line(item.at),
    });
    Judged { at: item.at, heading: item.heading.clone(), sentence, id, cites, conditions, marks }
}

/// Whether a statement of this role tells someone to do or leave something, so that it can be strong or weak.
fn directs(role: Role) -> bool {
    matches!(role, Role::Recommend | Role::Option | Role::Avoid | Role::Test | Role::Monitor | Role::Dose)
}

fn word<T>(attribute: Option<&Attribute>, code: &'static str, faults: &mut Faults<'_>) -> Option<T>
where
    T: FromStr<Err = evidence::UnknownWord>,
{
    let attribute = attribute?;
    attribute.value.text.parse().map_err(|e: T::Err| faults.error(attribute.value.place(0), code, e.to_string())).ok()
}

fn step(attribute: &Attribute, faults: &mut Faults<'_>) -> Option<u16> {
    let text = &attribute.value.text;
    let step = text.parse::<u16>().ok().filter(|n| *n > 0 && n.to_string() == *text);
    if step.is_none() {
        faults.error(attribute.value.place(0), "step", format!("{text:?} is not a place in a sequence: 1, 2, 3, ..."));
    }
    step
}

/// The statement in plain words: whole sentences. Whether they say what it says is the checker's to find (`answering`).
fn plain(attribute: &Attribute, faults: &mut Faults<'_>) -> Option<String> {
    let value = &attribute.value;
    if !value.text.trim_end_matches(')').ends_with(['.', '?']) {
        faults.error(value.last(), "plain-full-stop", "a plain wording is whole sentences and ends with a full stop");
        return None;
    }
    Some(value.text.clone())
}

/// Parses a condition; a fault in it is reported where it stands in the file.
fn condition(attribute: &Attribute, faults: &mut Faults<'_>) -> Option<Condition> {
    let value = &attribute.value;
    match value.text.parse::<Condition>() {
        Ok(condition) => Some(condition),
        Err(e) => {
            let at = value.place(e.column.saturating_sub(1));
            faults.error(at, "condition", format!("{}: {}", attribute.key, e.message));
            None
        }
    }
}

fn check_sentence(sentence: &Plain, role: Option<Role>, faults: &mut Faults<'_>) {
    if let Some(n) = sentence::second_sentence(&sentence.text) {
        faults.error(sentence.place(n), "two-sentences", "one statement is one sentence; a second starts here");
    }
    let question = role == Some(Role::Ask) && sentence.text.ends_with('?');
    if !(sentence.text.ends_with('.') || question) {
        faults.error(sentence.last(), "full-stop", "a statement ends with a full stop (role=ask may end with ?)");
    }
}
