//! From the blocks of a Word document to its title, headings, paragraphs, lists and tables.

use super::body::{Block, Paragraph};
use super::styles::{Label, Numberings, Role, Styles};
use crate::html::{BREAK, broken, speaks_of_numbers};
use crate::jats::inline;
use crate::prose::flow::Flow;
use crate::prose::values::folded;
use evidence::Part;

/// A longer heading, in bytes, is a paragraph that someone made look like one.
const LONGEST_HEADING: usize = 250;

fn text(paragraph: &Paragraph) -> String {
    inline::tidy(&paragraph.raw.replace(BREAK, " "), false)
}

/// The level of a heading, from 1.
fn level(paragraph: &Paragraph, styles: &Styles) -> Option<u8> {
    let outline = paragraph.outline.or_else(|| styles.outline(&paragraph.style))?;
    (outline < 9 && paragraph.raw.len() <= LONGEST_HEADING).then_some(outline + 1)
}

/// The only heading of the first level is the title if no more paragraphs stand before it.
const BEFORE_TITLE: usize = 5;

/// The title that the text itself shows: in the style for titles, or as its only heading of the first level, near the
/// start.
pub(super) fn title(blocks: &[Block], styles: &Styles) -> Option<String> {
    let paragraphs = || blocks.iter().filter_map(|b| if let Block::Paragraph(p) = b { Some(p) } else { None });
    let filled = |p: &&Paragraph| !text(p).is_empty();
    let titled: Vec<&Paragraph> = paragraphs()
        .filter(filled)
        .skip_while(|p| styles.role(&p.style) != Role::Title)
        .take_while(|p| matches!(styles.role(&p.style), Role::Title | Role::Subtitle))
        .collect();
    if !titled.is_empty() {
        let mut title = String::new();
        for paragraph in titled {
            let subtitle = styles.role(&paragraph.style) == Role::Subtitle;
            if !title.is_empty() {
                title.push_str(if subtitle && !title.ends_with([':', '?', '!', '.']) { ": " } else { " " });
            }
            title.push_str(&text(paragraph));
        }
        return Some(title);
    }
    let mut top = paragraphs().filter(filled).enumerate().filter(|(_, p)| level(p, styles) == Some(1));
    match (top.next(), top.next()) {
        (Some((before, only)), None) if before <= BEFORE_TITLE => Some(text(only)),
        _ => None,
    }
}

/// Writes the blocks into a flow, whose title is known.
pub(super) fn write(blocks: Vec<Block>, styles: &Styles, numberings: &mut Numberings, title: &str, flow: &mut Flow) {
    let numbers = blocks.iter().any(|b| matches!(b, Block::Paragraph(p) if speaks_of_numbers(&p.raw)));
    let title = folded(title);
    let mut in_list = false;
    for block in blocks {
        let paragraph = match block {
            Block::Table(grid) => {
                in_list = false;
                flow.table(grid);
                continue;
            }
            Block::Paragraph(paragraph) => paragraph,
        };
        let line = text(&paragraph);
        let role = styles.role(&paragraph.style);
        if line.is_empty() || role == Role::Contents {
            continue;
        }
        let (own, style) = (&paragraph.numbering, styles.numbering(&paragraph.style));
        let number = own.0.as_deref().or(style.0).filter(|n| *n != "0");
        let label = number.map(|n| numberings.next(n, own.1.or(style.1).unwrap_or(0)));
        let shown = matches!(role, Role::Title | Role::Subtitle) && title.contains(&folded(&line));
        if shown {
            continue;
        }
        if let Some(level) = level(&paragraph, styles) {
            in_list = false;
            flow.heading(level, &line);
            continue;
        }
        if role == Role::Caption {
            in_list = false;
            let lower = line.to_ascii_lowercase();
            let table = ["table", "box", "panel"].iter().any(|w| lower.starts_with(w));
            flow.caption(if table { Part::Table } else { Part::Figure }, line);
            continue;
        }
        match label {
            Some(label) => {
                if !std::mem::replace(&mut in_list, true) {
                    flow.open_list();
                }
                let before = match label {
                    Label::Number(label, wordy) if wordy || numbers => format!("{label} "),
                    _ => String::new(),
                };
                flow.line(before + &line);
            }
            None => {
                in_list = false;
                for lines in broken(&paragraph.raw) {
                    flow.lines(lines, false, &mut String::new());
                }
            }
        }
    }
}
