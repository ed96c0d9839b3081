//! Which part of a page is its text.
//!
//! Owns the choice of the main element and of what in it is left out. Decided by the page's own `main` and `article`
//! where they hold most of the text, else by where the text that is no link lies. When in doubt it keeps more, and says
//! so.

use super::chrome::{self, Chrome};
use super::tree::Tree;

/// What the text of an element amounts to, in bytes without white space.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    all: usize,
    linked: usize,
    links: usize,
    paragraphs: usize,
    tables: usize,
}

impl Weight {
    fn plain(self) -> usize {
        self.all.saturating_sub(self.linked)
    }

    fn mostly_links(self) -> bool {
        self.all > 0 && self.linked * 2 >= self.all
    }
}

/// The text of a page, found.
pub(super) struct Found {
    /// The element that holds it.
    pub(super) root: usize,
    /// For each node, why it is left out.
    pub(super) left_out: Vec<Option<Chrome>>,
    /// Bytes of text that the page hides within the main element.
    pub(super) hidden: usize,
    /// Whether struck-out text lies within it.
    pub(super) struck_out: bool,
    /// Set when too little was found and the whole body is taken.
    pub(super) unsure: bool,
    /// Bytes of text kept.
    pub(super) kept: usize,
}

impl Found {
    /// Whether a node is not part of the text.
    pub(super) fn is_left_out(&self, id: usize) -> bool {
        self.left_out.get(id).copied().flatten().is_some()
    }
}

/// Finds the text of a page.
pub(super) fn find(tree: &Tree) -> Found {
    let visible = weigh(tree, &machinery(tree)).first().copied().unwrap_or_default();
    let strict = choose(tree, visible, true);
    let little = strict.kept < 1_500 && strict.kept * 4 < visible.all;
    if !little {
        return strict;
    }
    let body = choose(tree, visible, false);
    Found { unsure: true, ..body }
}

/// All text of a piece of a page, as it is.
pub(super) fn whole(tree: &Tree) -> Found {
    let left_out = machinery(tree);
    let struck = |id: usize| left_out.get(id).copied().flatten() == Some(Chrome::StruckOut);
    let struck_out = (0..tree.len()).any(|id| struck(id) && tree.text(id).is_some());
    Found { root: 0, hidden: 0, struck_out, unsure: false, kept: 0, left_out }
}

fn machinery(tree: &Tree) -> Vec<Option<Chrome>> {
    mark(tree, |tree, id, inside| {
        chrome::of(tree, id, inside, false)
            .filter(|c| matches!(c, Chrome::Machinery | Chrome::Hidden | Chrome::StruckOut))
    })
}

/// Marks each node by a rule, and all below it the same.
fn mark(tree: &Tree, rule: impl Fn(&Tree, usize, bool) -> Option<Chrome>) -> Vec<Option<Chrome>> {
    let mut marks: Vec<Option<Chrome>> = Vec::with_capacity(tree.len());
    let mut inside: Vec<bool> = Vec::with_capacity(tree.len());
    for id in 0..tree.len() {
        let parent = tree.parent(id);
        let within = parent.and_then(|p| inside.get(p)).copied().unwrap_or(false);
        let above = parent.and_then(|p| marks.get(p)).copied().flatten();
        marks.push(above.or_else(|| rule(tree, id, within)));
        inside.push(within || is_main(tree, id) || tree.name(id) == "article");
    }
    marks
}

fn is_main(tree: &Tree, id: usize) -> bool {
    tree.name(id) == "main" || tree.attribute(id, "role").is_some_and(|r| r.trim().eq_ignore_ascii_case("main"))
}

/// The weight of each element without what is left out.
fn weigh(tree: &Tree, left_out: &[Option<Chrome>]) -> Vec<Weight> {
    let mut linked = vec![false; tree.len()];
    for id in 0..tree.len() {
        let above = tree.parent(id).and_then(|p| linked.get(p)).copied().unwrap_or(false);
        if let Some(here) = linked.get_mut(id) {
            *here = above || (tree.name(id) == "a" && tree.attribute(id, "href").is_some());
        }
    }
    let mut weights = vec![Weight::default(); tree.len()];
    // Each node comes after its parent: backwards, all below a node is summed before it.
    for id in (0..tree.len()).rev() {
        if left_out.get(id).copied().flatten().is_some() {
            if let Some(here) = weights.get_mut(id) {
                *here = Weight::default();
            }
            continue;
        }
        let Some(mut here) = weights.get(id).copied() else { continue };
        if let Some(text) = tree.text(id) {
            let bytes = text.bytes().filter(|b| !b.is_ascii_whitespace()).count();
            here.all += bytes;
            if linked.get(id).copied().unwrap_or(false) {
                here.linked += bytes;
            }
        }
        match tree.name(id) {
            "a" => here.links += 1,
            "p" if here.plain() >= 80 => here.paragraphs += 1,
            "table" => here.tables += 1,
            _ => {}
        }
        if let Some(slot) = weights.get_mut(id) {
            *slot = here;
        }
        if let Some(above) = tree.parent(id).and_then(|p| weights.get_mut(p)) {
            above.all += here.all;
            above.linked += here.linked;
            above.links += here.links;
            above.paragraphs += here.paragraphs;
            above.tables += here.tables;
        }
    }
    weights
}

/// The main element with what is left out. `strict`: by the names of classes too, and in one part of the page only.
fn choose(tree: &Tree, visible: Weight, strict: bool) -> Found {
    let seen = machinery(tree);
    let sizes = weigh(tree, &seen);
    let size = |id: usize| sizes.get(id).copied().unwrap_or_default();
    let left_out = mark(tree, |tree, id, inside| {
        let here = size(id);
        let most = here.all * 5 > visible.all * 2;
        match chrome::of(tree, id, inside, strict) {
            Some(sure @ (Chrome::Machinery | Chrome::Hidden | Chrome::StruckOut)) => Some(sure),
            // What holds nearly half of the page is not beside it.
            Some(_) if most && !here.mostly_links() => None,
            Some(Chrome::Perhaps) => {
                let little = here.plain() < 200 && here.paragraphs == 0 && here.tables == 0;
                (here.mostly_links() || little).then_some(Chrome::Perhaps)
            }
            Some(sure) => Some(sure),
            None if strict && is_list_of_links(tree, id, here) => Some(Chrome::Perhaps),
            None => None,
        }
    });
    let weights = weigh(tree, &left_out);
    let weight = |id: usize| weights.get(id).copied().unwrap_or_default();
    let root = if strict { main_element(tree, &weights) } else { 0 };
    let mut hidden = 0;
    let mut struck_out = false;
    let mut within = vec![false; tree.len()];
    for id in 0..tree.len() {
        let above = tree.parent(id).and_then(|p| within.get(p)).copied().unwrap_or(false);
        let here = above || id == root;
        if let Some(slot) = within.get_mut(id) {
            *slot = here;
        }
        if here && let Some(text) = tree.text(id) {
            match left_out.get(id).copied().flatten() {
                Some(Chrome::Hidden) => hidden += text.bytes().filter(|b| !b.is_ascii_whitespace()).count(),
                Some(Chrome::StruckOut) => struck_out |= text.chars().any(char::is_alphanumeric),
                _ => {}
            }
        }
    }
    Found { root, hidden, struck_out, unsure: false, kept: weight(root).all, left_out }
}

/// A list that holds nothing but links in a few words each: "On this page", "Related".
fn is_list_of_links(tree: &Tree, id: usize, here: Weight) -> bool {
    matches!(tree.name(id), "ul" | "ol")
        && here.links >= 3
        && here.linked * 10 >= here.all * 9
        && here.linked / here.links < 60
}

fn main_element(tree: &Tree, weights: &[Weight]) -> usize {
    let plain = |id: usize| weights.get(id).copied().unwrap_or_default().plain();
    let total = plain(0);
    if total == 0 {
        return 0;
    }
    let only = |wanted: &dyn Fn(usize) -> bool, below: usize, share: usize| -> Option<usize> {
        let mut found = (0..tree.len()).filter(|&id| wanted(id) && plain(id) * 100 >= below * share);
        let first = found.next()?;
        // One inside the other is the same choice; the outer is taken.
        let apart = found.any(|id| {
            let mut up = tree.parent(id);
            while let Some(at) = up {
                if at == first {
                    return false;
                }
                up = tree.parent(at);
            }
            true
        });
        (!apart).then_some(first)
    };
    let main = only(&|id| is_main(tree, id), total, 60);
    let article =
        only(&|id| tree.name(id) == "article", main.map_or(total, plain), if main.is_some() { 90 } else { 60 });
    if let Some(found) = article.or(main) {
        return found;
    }
    // The smallest element that holds nearly all of the text.
    let mut at = 0;
    while let Some(next) = tree.children(at).find(|&child| plain(child) * 100 >= total * 85) {
        if matches!(
            tree.name(next),
            "p" | "table"
                | "tbody"
                | "tr"
                | "ul"
                | "ol"
                | "dl"
                | "pre"
                | "blockquote"
                | "li"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
        ) {
            break;
        }
        at = next;
    }
    at
}
