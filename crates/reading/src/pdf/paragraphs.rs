//! From lines to paragraphs, list items and rows of tables.
//!
//! Owns where a paragraph ends, within a column and from one column or page to the next. It must not know headings.

use super::hyphens::Vocabulary;
use super::wire::{Line, Page, SUP, SUP_END, WIDE};
use crate::jats::inline;

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Item,
    /// A line with wide gaps among others like it.
    Row,
}

/// One paragraph, still with the marks of its lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Paragraph {
    pub(super) form: Form,
    pub(super) raw: String,
    pub(super) first_page: u32,
    pub(super) last_page: u32,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) lines: u32,
    /// Its height on its page, as a share.
    pub(super) place: f32,
    /// It is the first of its column; it is the last; its last line is full.
    starts_block: bool,
    ends_block: bool,
    full: bool,
}

impl Paragraph {
    /// Its text as it is kept.
    pub(super) fn text(&self) -> String {
        match self.form {
            Form::Row => {
                let cells: Vec<String> = self.raw.split(WIDE).map(|c| tidy(c, true)).collect();
                cells.iter().filter(|c| !c.is_empty()).cloned().collect::<Vec<_>>().join(" | ")
            }
            Form::Item => {
                let text = tidy(&self.raw, false);
                text.trim_start_matches(|c: char| BULLETS.contains(&c) || c == ' ').to_owned()
            }
            Form::Text => tidy(&self.raw, false),
        }
    }
}

/// White space, ligatures, hyphens and superscripts made plain, as in articles in XML.
pub(super) fn tidy(raw: &str, cell: bool) -> String {
    let mut buffer = String::with_capacity(raw.len());
    for part in raw.split_inclusive([SUP, SUP_END]) {
        inline::push(&mut buffer, part);
        buffer.extend(part.chars().next_back().filter(|c| [SUP, SUP_END].contains(c)));
    }
    inline::tidy(&buffer, cell)
}

const BULLETS: [char; 13] = ['•', '▪', '◦', '‣', '●', '■', '□', '○', '∙', '·', '►', '✓', '➢'];

/// The paragraphs of a document in reading order.
pub(super) fn paragraphs(pages: &[Page], vocabulary: &Vocabulary) -> Vec<Paragraph> {
    let mut all: Vec<Paragraph> = Vec::new();
    for page in pages {
        let mut from = 0;
        while let Some(first) = page.lines.get(from) {
            let rest = page.lines.get(from..).unwrap_or_default();
            let count = rest.iter().take_while(|l| l.block == first.block).count();
            block(page, rest.get(..count).unwrap_or_default(), vocabulary, &mut all);
            from += count;
        }
    }
    reunite(all, vocabulary)
}

/// What the lines of a column have in common.
struct Measure {
    left: f32,
    right: f32,
    pitch: f32,
}

impl Measure {
    fn of(lines: &[Line]) -> Self {
        let mut right: Vec<f32> = lines.iter().map(|l| l.x1).collect();
        right.sort_by(f32::total_cmp);
        let mut steps: Vec<f32> = lines
            .windows(2)
            .filter_map(|p| match p {
                [a, b] if (a.size - b.size).abs() < 0.05 * a.size => Some(b.base - a.base),
                _ => None,
            })
            .filter(|s| *s > 2.0)
            .collect();
        steps.sort_by(f32::total_cmp);
        let size = lines.first().map_or(10.0, |l| l.size);
        Self {
            left: lines.iter().map(|l| l.x0).fold(f32::INFINITY, f32::min),
            // A line that sticks out does not widen the column.
            right: right.get(right.len().saturating_sub(1) * 9 / 10).copied().unwrap_or(0.0),
            // Most steps are within paragraphs; those between them are wider.
            pitch: steps.get(steps.len() / 3).copied().unwrap_or(1.3 * size),
        }
    }

    fn width(&self) -> f32 {
        (self.right - self.left).max(1.0)
    }
}

fn block(page: &Page, lines: &[Line], vocabulary: &Vocabulary, all: &mut Vec<Paragraph>) {
    let measure = Measure::of(lines);
    let start = all.len();
    // Where the lines after the first one start.
    let mut rest_x0: Option<f32> = None;
    let mut last: Option<&Line> = None;
    for (at, line) in lines.iter().enumerate() {
        let wide = |l: Option<&Line>| l.is_some_and(is_row);
        let row = is_row(line) && (wide(last) || wide(lines.get(at + 1)));
        let item = starts_item(line, last);
        let joins = match (last, all.get(start..).and_then(<[Paragraph]>::last)) {
            (Some(last), Some(open)) if !row && !item && open.form != Form::Row => {
                goes_on(open, last, line, rest_x0, &measure)
            }
            _ => false,
        };
        if let (true, Some(open)) = (joins, all.last_mut()) {
            vocabulary.join(&mut open.raw, &line.text);
            open.lines += 1;
            open.bold &= line.bold;
            open.italic &= line.italic;
            open.full = is_full(line, &measure);
            if open.lines == 2 {
                rest_x0 = Some(line.x0);
            }
        } else {
            all.push(Paragraph {
                form: if row {
                    Form::Row
                } else if item {
                    Form::Item
                } else {
                    Form::Text
                },
                raw: line.text.clone(),
                first_page: page.number,
                last_page: page.number,
                size: line.size,
                bold: line.bold,
                italic: line.italic,
                lines: 1,
                place: line.base / page.height.max(1.0),
                starts_block: at == 0,
                ends_block: false,
                full: is_full(line, &measure),
            });
            rest_x0 = None;
        }
        last = Some(line);
    }
    if let Some(open) = all.get_mut(start..).and_then(<[Paragraph]>::last_mut) {
        open.ends_block = true;
    }
}

fn is_row(line: &Line) -> bool {
    line.text.contains(WIDE)
}

fn is_full(line: &Line, measure: &Measure) -> bool {
    measure.right - line.x1 < 0.12 * measure.width()
}

/// Whether a line starts an item of a list.
fn starts_item(line: &Line, last: Option<&Line>) -> bool {
    let text = line.text.trim_start();
    if text.starts_with(BULLETS) {
        return true;
    }
    if text.strip_prefix(['-', '–', '*']).is_some_and(|rest| rest.starts_with(' ')) {
        return last.is_none_or(|l| ends_sentence(&l.text) || l.text.trim_start().starts_with(['-', '–', '*']));
    }
    // "1. ", "2) ", "(3) ", "a) ".
    let rest = text.strip_prefix('(').unwrap_or(text);
    let label = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (label, rest) = rest.split_at_checked(label).unwrap_or_default();
    let number = !label.is_empty() && label.len() <= 2 && label.bytes().all(|b| b.is_ascii_digit());
    let letter = label.len() == 1 && label.bytes().all(|b| b.is_ascii_lowercase()) && rest.starts_with(')');
    (number || letter)
        && (rest.starts_with(") ") || (number && rest.starts_with(". ")))
        && last.is_none_or(|l| ends_sentence(&l.text) || l.text.trim_end().ends_with([';', ',']))
}

/// Whether `line` carries on the paragraph that `last` ends.
fn goes_on(open: &Paragraph, last: &Line, line: &Line, rest_x0: Option<f32>, measure: &Measure) -> bool {
    let size = last.size.max(line.size).max(1.0);
    let step = line.base - last.base;
    let indent = 0.7 * size;
    if step < 0.3 * size || step > 1.32 * measure.pitch.max(0.9 * size) {
        return false;
    }
    if (last.size - line.size).abs() > 0.06 * size {
        return false;
    }
    let slack = measure.right - last.x1;
    let ended = ends_sentence(&last.text);
    let lower = line.text.trim_start().starts_with(char::is_lowercase);
    // A bold line that stops short is a heading, and so is one that follows a finished line.
    if last.bold != line.bold && !lower {
        let stops = slack > 2.0 * size || open.lines == 1 && last.bold;
        if (last.bold && stops) || (line.bold && ended) {
            return false;
        }
    }
    let middle = (measure.left + measure.right) / 2.0;
    let centred =
        |l: &Line| ((l.x0 + l.x1) / 2.0 - middle).abs() < 0.03 * measure.width() && l.x0 > measure.left + indent;
    if centred(last) && centred(line) {
        return true;
    }
    match rest_x0 {
        Some(x0) if (line.x0 - x0).abs() > indent => return lower && !ended,
        None => {
            let shift = line.x0 - last.x0;
            let hanging = open.form == Form::Item || (is_full(last, measure) && !ended);
            if (shift > indent && !hanging) || (shift < -indent && !is_full(last, measure) && !lower) {
                return false;
            }
        }
        Some(_) => {}
    }
    // The next word would have had room: the line ended on purpose.
    let word = line.text.split_whitespace().next().unwrap_or_default().chars().count() as f32;
    let letter = (line.x1 - line.x0) / (line.text.chars().count().max(1) as f32);
    let room = slack > word * letter + 1.0 * size;
    let ragged = if ended { 0.12 } else { 0.4 };
    !(room && !lower && slack > ragged * measure.width())
}

/// Whether a text ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    // A raised citation after the full stop.
    let text = text.trim_end();
    let text = match text.strip_suffix(SUP_END) {
        Some(raised) => raised.rsplit_once(SUP).map_or(raised, |(before, _)| before),
        None => text,
    };
    text.trim_end_matches(['"', '\'', '”', '’', ')', ']', ' ']).ends_with(['.', '?', '!', ':'])
}

/// Puts together what the end of a column or page parted.
fn reunite(all: Vec<Paragraph>, vocabulary: &Vocabulary) -> Vec<Paragraph> {
    /// Figures, tables and notes between the parts of a paragraph.
    const BETWEEN: usize = 12;
    let mut all: Vec<Option<Paragraph>> = all.into_iter().map(Some).collect();
    for at in 0..all.len() {
        let Some(mut open) = all.get_mut(at).and_then(Option::take) else { continue };
        let mut next = at + 1;
        while open.form != Form::Row && open.ends_block && !ends_sentence(&open.raw) && next < all.len() {
            let to = all.len().min(next + BETWEEN);
            let found = (next..to)
                .find(|&i| all.get(i).and_then(Option::as_ref).is_some_and(|p| continues(&open, p, i == next)));
            let Some(i) = found else { break };
            let Some(part) = all.get_mut(i).and_then(Option::take) else { break };
            vocabulary.join(&mut open.raw, &part.raw);
            open.last_page = part.last_page;
            open.lines += part.lines;
            open.ends_block = part.ends_block;
            open.full = part.full;
            next = i + 1;
        }
        if let Some(slot) = all.get_mut(at) {
            *slot = Some(open);
        }
    }
    all.into_iter().flatten().collect()
}

/// Whether a paragraph at the start of a column is the rest of one that a column's end cut off.
fn continues(open: &Paragraph, part: &Paragraph, directly: bool) -> bool {
    if !part.starts_block || part.form != Form::Text || (open.size - part.size).abs() > 0.04 * open.size {
        return false;
    }
    if open.bold != part.bold {
        return false;
    }
    let text = part.raw.trim_start_matches(['(', '[', '"', '“', SUP]);
    let lower = text.starts_with(char::is_lowercase);
    let wordy = open.lines >= 2 || open.raw.split_whitespace().count() >= 8;
    if lower {
        return wordy && (open.full || directly);
    }
    // A capital or a figure may go on a sentence as well, when nothing stands between.
    directly && open.full && open.lines >= 2 && !open.bold && text.starts_with(char::is_alphanumeric) && part.lines >= 2
}
