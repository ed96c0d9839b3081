//! A question to a case: a small honest reader. What it does not recognise it leaves out; it never guesses a value.
//!
//! The words are data (`lexicon/`). The way: names of concepts are found, each is given its meaning by the words around
//! it, and each kind of concept becomes the attribute of a fact that it stands for. Numbers and fixed forms have their
//! own modules. Work is linear in the length of the question, since what speaks of a mention stands near it.

mod asking;
mod assertion;
mod kin;
mod markers;
mod measures;
mod mentioned;
mod nerves;
mod patient;
mod primary;
mod setting;
mod spelling;
mod treatment;

use crate::case::{Assertion, Case, Fact, ReadAs};
use crate::lexicon;
use crate::{conflict, intent, text};

/// Reads what a question says of a patient and what it asks. Never fails; spans are byte ranges of `question`.
///
/// Call [`redact`](crate::redact) first and read the text it returns: this function does not look for identifiers.
pub fn read_case(question: &str) -> Case {
    let mut tokens = text::tokens(question);
    let (corrected, unclear) = spelling::correct(question, &mut tokens);
    let mut mentions = lexicon::mentions_in(question, &tokens);
    primary::name_places(question, &tokens, &mut mentions);
    let breaks = assertion::breaks(question, &tokens);
    let people = kin::People::new(question, &tokens, &breaks);
    let (mut named, comparison) = mentioned::read(question, &tokens, &mentions, &breaks, &people);
    primary::by_operation(question, &mut named);
    primary::cut_out(question, &tokens, &mentions, &mut named);
    let mut facts = patient::read(question, &tokens, &people, &named);
    facts.extend(markers::read(question).into_iter().map(|mut f| {
        if people.family(tokens.partition_point(|t| t.start < f.span[0])) {
            f.assertion = Assertion::Family;
        }
        f
    }));
    facts.extend(named);
    facts.extend(setting::read(question, &tokens, &mentions, &breaks, &people));
    facts.extend(nerves::read(question, &facts));
    facts.sort_by_key(|f| f.span);
    keep_first(&mut facts);
    conflict::note(&mut facts);
    let mut read_as: Vec<ReadAs> = mentions
        .iter()
        .filter(|m| m.ambiguous && facts.iter().any(|f| f.span[0] <= m.span[0] && m.span[1] <= f.span[1]))
        .map(|m| ReadAs {
            text: question[m.span[0]..m.span[1]].to_owned(),
            value: m.concept.name.to_owned(),
            span: m.span,
        })
        .collect();
    read_as.extend(corrected);
    read_as.sort_by_key(|r| r.span);
    let intents = intent::intents(question, &facts);
    Case { intents, facts, read_as, comparison, unclear, ..Case::default() }
}

/// Of facts said twice the first stays, and takes what only the second says beside it.
fn keep_first(facts: &mut Vec<Fact>) {
    let mut kept: Vec<Fact> = Vec::with_capacity(facts.len());
    // The same fact is looked for among the last ones only: a long text repeats itself anyway.
    for fact in facts.drain(..) {
        let from = kept.len().saturating_sub(64);
        match kept[from..]
            .iter_mut()
            .find(|k| k.attribute == fact.attribute && k.value == fact.value && k.assertion == fact.assertion)
        {
            Some(first) if first.detail.is_empty() => first.detail = fact.detail,
            Some(first) if fact.detail.is_empty() || first.detail == fact.detail => {}
            // The same treatment twice, as FOLFOX before and after surgery, is two facts.
            Some(_) => kept.push(fact),
            None => kept.push(fact),
        }
    }
    *facts = kept;
}

#[cfg(test)]
mod tests;
