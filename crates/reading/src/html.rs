//! Web pages: guidelines and reports as their publishers put them up, saved to a file.
//!
//! Owns which of a page's words are its text and what it says of itself. Tokens come from `html5gum`; the tree is this
//! module's own, since a browser's rules for it cost quadratic time on pages made for that. One page is one source. It
//! must not fetch anything a page points to, and it runs no scripts: what a page loads later is not read.

mod blocks;
mod chrome;
mod encoding;
mod main_text;
mod meta;
mod names;
mod tables;
mod text;
mod tree;

pub(crate) use text::{BREAK, broken, speaks_of_numbers};

use crate::document::Document;
use crate::problem::{Origin, Problem};
use crate::prose::flow::Flow;
use crate::prose::values::is_english;
use crate::{Reading, Unit};

/// Hidden text beyond this, in bytes, is worth a word.
const HIDDEN: usize = 200;
/// A page of this many bytes with hardly any text is one that loads its text.
const LOADED: usize = 20_000;

/// Writes a piece of a page into a flow; tells whether struck-out text was left out.
pub(crate) fn fragment(html: &str, origin: &Origin, flow: &mut Flow, problems: &mut Vec<Problem>) -> bool {
    let tree = tree::parse(html, origin, problems);
    let found = main_text::whole(&tree);
    blocks::write(&tree, &found, flow);
    found.struck_out
}

/// Whether this is the name of an element of HTML, in small letters.
pub(crate) fn is_element(name: &str) -> bool {
    names::is_known(name)
}

/// What stands for text that was struck out, in the words of a problem.
pub(crate) fn struck_out(origin: &Origin) -> Problem {
    let message = "text that is struck out in this document was left out; see that what replaces it is there";
    Problem::warning(origin, "struck-out", message)
}

/// Reads one document.
pub(crate) fn read(unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let mut problems = Vec::new();
    let page = encoding::decode(&unit.bytes, origin, &mut problems);
    let tree = tree::parse(&page, origin, &mut problems);
    let found = main_text::find(&tree);
    if found.unsure || (found.kept < HIDDEN && page.len() > LOADED) {
        let message = "the main text of this page could not be told from the rest, or is loaded by a script: compare what was read with the page, or add its PDF";
        problems.push(Problem::warning(origin, "main-text-unsure", message));
    }
    if found.hidden > HIDDEN {
        let message = format!(
            "{} bytes of text that this page hides were left out; if they are folded sections, unfold them and save the page again",
            found.hidden
        );
        problems.push(Problem::warning(origin, "hidden-text", message));
    }
    if found.struck_out {
        problems.push(struck_out(origin));
    }
    let language = meta::language(&tree);
    if !is_english(&language) {
        let message = format!("this page is in {language:?}; Curbside answers from English text only");
        problems.push(Problem::warning(origin, "not-english", message));
    }
    let mut document = Document::default();
    meta::read(&tree, &found, &mut document);
    let mut flow = Flow::new(document);
    blocks::write(&tree, &found, &mut flow);
    let source = flow.finish().finish(unit, &mut problems);
    Reading::of(source, problems)
}
