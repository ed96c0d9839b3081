//! Which tables of a page are tables, and which only lay it out.

use super::main_text::Found;
use super::tree::Tree;

/// Cells with more text than this, in bytes, on average are a page laid out.
const LAYOUT_CELL: usize = 500;

/// What is known of one table, without those in it.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    rows: usize,
    cells: usize,
    headers: usize,
    widest: usize,
    bytes: usize,
    headings: usize,
    nested: usize,
    caption: bool,
}

/// The tables of a page.
pub(super) struct Tables {
    /// For each node the innermost table it lies in, itself for a table.
    inside: Vec<Option<u32>>,
    data: Vec<bool>,
}

impl Tables {
    /// The innermost table around a node.
    pub(super) fn around(&self, id: usize) -> Option<usize> {
        self.inside.get(id).copied().flatten().map(|t| t as usize)
    }

    /// Whether a table holds data.
    pub(super) fn is_data(&self, table: usize) -> bool {
        self.data.get(table).copied().unwrap_or(false)
    }

    pub(super) fn of(tree: &Tree, found: &Found) -> Self {
        let mut inside: Vec<Option<u32>> = Vec::with_capacity(tree.len());
        let mut shapes = std::collections::HashMap::<u32, Shape>::new();
        let mut data = vec![false; tree.len()];
        for id in 0..tree.len() {
            let above = tree.parent(id).and_then(|p| inside.get(p)).copied().flatten();
            let name = tree.name(id);
            let own = if name == "table" { u32::try_from(id).ok() } else { above };
            inside.push(own);
            if name == "table"
                && let Some(own) = own
            {
                shapes.insert(own, Shape::default());
            }
            let Some(shape) = above.and_then(|t| shapes.get_mut(&t)) else { continue };
            match name {
                "table" => shape.nested += 1,
                "tr" => {
                    shape.rows += 1;
                    let cells = tree.children(id).filter(|&c| matches!(tree.name(c), "td" | "th")).count();
                    shape.widest = shape.widest.max(cells);
                }
                "th" => {
                    shape.cells += 1;
                    shape.headers += 1;
                }
                "td" => shape.cells += 1,
                "caption" => shape.caption = true,
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => shape.headings += 1,
                _ => {}
            }
            if !found.is_left_out(id) {
                shape.bytes += tree.text(id).map_or(0, |t| t.trim().len());
            }
        }
        for (&id, shape) in &shapes {
            if let Some(slot) = data.get_mut(id as usize) {
                *slot = holds_data(tree, id as usize, *shape);
            }
        }
        Self { inside, data }
    }
}

fn holds_data(tree: &Tree, id: usize, shape: Shape) -> bool {
    let presentation = tree.attribute(id, "role").is_some_and(|r| matches!(r.trim(), "presentation" | "none"));
    if presentation || shape.cells == 0 || shape.rows == 0 {
        return false;
    }
    let told = shape.headers > 0 || shape.caption;
    let long = shape.bytes / shape.cells > LAYOUT_CELL;
    let wide = shape.widest >= 2;
    if shape.headings > 0 || shape.nested > 0 {
        return told && wide && !long;
    }
    if told { wide || !long } else { wide && shape.rows >= 2 && !long }
}
