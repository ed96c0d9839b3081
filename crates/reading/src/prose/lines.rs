//! Plain text to headings, paragraphs and lists.
//!
//! Owns how plain text is laid out: blank lines part paragraphs, and wrapped lines are put together. Headings are told
//! only where they can hardly be text. Numbers and marks of list items that carry meaning stay.

use super::flow::Flow;
use super::grid::Grid;
use super::values::plain;
use std::collections::HashSet;

/// A line at least this long, in characters, was wrapped; what follows goes on with it.
const WRAPPED: usize = 45;

/// No word is longer, in characters.
const LONGEST_WORD: usize = 60;

/// Writes plain text into a flow.
pub(super) fn write(text: &str, flow: &mut Flow) {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n");
    let words = whole_words(&text);
    let blocks: Vec<Vec<&str>> = blocks(&text);
    let mut first = !flow.has_title();
    for (n, block) in blocks.iter().enumerate() {
        let mut lines = block.as_slice();
        if let Some((level, heading, rest)) = underlined(lines) {
            if std::mem::take(&mut first) {
                flow.title(plain(heading));
            }
            flow.heading(level, &plain(heading));
            lines = rest;
        } else if let [line] = lines {
            if std::mem::take(&mut first) && is_title(line) && blocks.len() > 1 {
                flow.title(plain(line));
                continue;
            }
            let next = blocks.get(n + 1).and_then(|b| b.first()).copied();
            if let Some(level) = heading_level(line, next) {
                // The number tells the level and stays out of the heading.
                flow.heading(level, &plain(line));
                continue;
            }
        }
        first = false;
        if !lines.is_empty() {
            body(lines, &words, flow);
        }
    }
}

/// Runs of lines without a blank one.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.split('\n') {
        if line.trim().is_empty() {
            blocks.push(Vec::new());
        } else if let Some(last) = blocks.last_mut() {
            last.push(line.trim_end());
        }
    }
    blocks.retain(|b| !b.is_empty());
    blocks
}

/// A heading with a line of `===` or `---` below it.
fn underlined<'a, 'b>(lines: &'b [&'a str]) -> Option<(u8, &'a str, &'b [&'a str])> {
    let [heading, rule, rest @ ..] = lines else { return None };
    let rule = rule.trim();
    let level = match rule.as_bytes().first()? {
        b'=' => 1,
        b'-' => 2,
        _ => return None,
    };
    let drawn = rule.len() >= 3 && rule.bytes().all(|b| Some(&b) == rule.as_bytes().first());
    let fits = rule.len() * 2 >= heading.trim().chars().count();
    // A table drawn with rules is no heading.
    let one = cells(heading).len() == 1;
    (drawn && fits && one && heading.chars().any(char::is_alphanumeric)).then_some((level, heading, rest))
}

fn is_title(line: &str) -> bool {
    line.chars().count() <= 150 && !line.trim_end().ends_with(['.', ',', ';', ':']) && marker(line).is_none()
}

/// The level of a heading that stands alone: in capitals, or numbered.
fn heading_level(line: &str, next: Option<&str>) -> Option<u8> {
    const SAYS: &[&str] =
        &["NOT", "NEVER", "MUST", "AVOID", "STOP", "WARNING", "CAUTION", "CONTRAINDICATED", "DO", "NO", "ONLY"];
    let line = line.trim();
    let next = next?;
    let count = line.split_whitespace().count();
    if line.chars().count() > 70 || count > 8 || line.ends_with(['.', ',', ';', ':', '!', '?']) {
        return None;
    }
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let shouted = letters >= 4 && !line.chars().any(char::is_lowercase);
    // What is shouted as a warning is text.
    if shouted && line.split(|c: char| !c.is_alphanumeric()).any(|w| SAYS.contains(&w)) {
        return None;
    }
    let number: String = line.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let rest = line.get(number.len()..)?.trim_start();
    let numbered = !number.is_empty()
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.len() < line.len()
        && line.get(number.len()..).is_some_and(|r| r.starts_with([' ', '\t']))
        && rest.starts_with(char::is_uppercase)
        && (number.contains('.') || shouted)
        && !rest.chars().any(|c| c.is_ascii_digit());
    // One numbered line after another is a list.
    let listed = |l: &str| {
        l.trim_start().starts_with(|c: char| c.is_ascii_digit())
            && !l.trim_start().starts_with(&format!("{}.", number.trim_end_matches('.')))
    };
    if numbered && !listed(next) {
        let depth = number.trim_end_matches('.').matches('.').count();
        return u8::try_from(depth + 2).ok();
    }
    (shouted && number.is_empty()).then_some(2)
}

/// The cells of a line drawn as a row: parted by tabs or three blanks.
fn cells(line: &str) -> Vec<&str> {
    line.trim().split('\t').flat_map(|part| part.split("   ")).map(str::trim).filter(|c| !c.is_empty()).collect()
}

/// The mark that a line starts an item with: its length, and whether it means something.
fn marker(line: &str) -> Option<(usize, bool)> {
    let indent = line.len() - line.trim_start().len();
    let rest = line.get(indent..)?;
    let mut chars = rest.chars();
    if let Some(bullet @ ('-' | '*' | '\u{2022}' | '\u{b7}' | '\u{25aa}' | '\u{25cf}' | '\u{2013}')) = chars.next()
        && chars.next().is_some_and(|c| matches!(c, ' ' | '\t'))
    {
        return Some((indent + bullet.len_utf8(), false));
    }
    let open = usize::from(rest.starts_with('('));
    let inner = rest.get(open..)?;
    let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).collect();
    let tail = inner.get(name.len()..)?;
    let short = !name.is_empty() && name.len() <= 2 && (name.bytes().all(|b| b.is_ascii_digit()) || name.len() == 1);
    let closed = if open == 1 {
        tail.starts_with(')')
    } else {
        tail.starts_with(')') || (tail.starts_with('.') && name.bytes().all(|b| b.is_ascii_digit()))
    };
    let spaced = tail.chars().nth(1).is_some_and(|c| matches!(c, ' ' | '\t'));
    (short && closed && spaced).then_some((indent, true))
}

fn body(lines: &[&str], words: &HashSet<String>, flow: &mut Flow) {
    let columns: Vec<usize> = lines.iter().map(|l| cells(l).len()).collect();
    let alike = columns.windows(2).all(|w| w.first() == w.last());
    if lines.len() >= 2 && alike && columns.first().is_some_and(|&n| n >= 2) {
        let mut grid = Grid::default();
        for line in lines {
            for cell in cells(line) {
                grid.cell(&plain(cell), 1, 1);
            }
            grid.end_row();
        }
        return flow.table(grid);
    }
    // Paragraph, then items: each with its lines put together.
    let mut pieces: Vec<(bool, String)> = Vec::new();
    let mut before = 0;
    for line in lines {
        let item = marker(line);
        let text = match item {
            Some((length, false)) => line.get(length..).unwrap_or_default(),
            _ => line,
        };
        let text = text.trim();
        let in_list = pieces.last().is_some_and(|(listed, _)| *listed);
        let goes_on = item.is_none()
            && (before >= WRAPPED
                || text.starts_with(char::is_lowercase)
                || (in_list && line.starts_with([' ', '\t'])));
        match pieces.last_mut() {
            Some((_, last)) if goes_on => join(last, text, words),
            _ => pieces.push((item.is_some(), text.to_owned())),
        }
        before = line.chars().count();
    }
    let several = pieces.len() > 1;
    let mut listing = false;
    for (n, (item, text)) in pieces.into_iter().enumerate() {
        let text = plain(&text);
        if !item && (!several || n == 0) {
            flow.paragraph(text);
        } else {
            if !std::mem::replace(&mut listing, true) {
                flow.open_list();
            }
            flow.line(text);
        }
    }
}

/// Puts a wrapped line to what it goes on from. A hyphen at the end stays, unless the word without it stands elsewhere
/// in the text and the word with it does not.
fn join(text: &mut String, line: &str, words: &HashSet<String>) {
    let hyphenated = text.ends_with('-') && line.starts_with(char::is_lowercase);
    if !hyphenated {
        text.push(' ');
        text.push_str(line);
        return;
    }
    let is_letter = |c: char| c.is_alphabetic() || c == '-';
    let before = text.strip_suffix('-').unwrap_or(text);
    let start: String = before.chars().rev().take_while(|c| is_letter(*c)).take(LONGEST_WORD).collect();
    let start: String = start.chars().rev().collect();
    let end: String = line.chars().take_while(|c| is_letter(*c)).take(LONGEST_WORD).collect();
    let whole = format!("{start}{end}").to_lowercase();
    let parted = format!("{start}-{end}").to_lowercase();
    if !start.is_empty() && words.contains(&whole) && !words.contains(&parted) {
        text.pop();
    }
    text.push_str(line);
}

/// All words of a text in small letters, those within a line only.
fn whole_words(text: &str) -> HashSet<String> {
    if !text.contains("-\n") {
        return HashSet::new();
    }
    text.split(|c: char| !(c.is_alphabetic() || c == '-'))
        .filter(|w| w.len() > 3 && !w.ends_with('-'))
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn shown(text: &str) -> Vec<String> {
        let mut flow = Flow::new(Document { title: "T".to_owned(), ..Document::default() });
        write(text, &mut flow);
        let document = flow.finish();
        let path = |n: usize| document.headings.get(n).map(|p| p.join(" > ")).unwrap_or_default();
        document.drafts.iter().map(|d| format!("{}: {}", path(d.heading), d.text)).collect()
    }

    #[test]
    fn wrapped_lines_are_put_together_and_others_are_not() {
        let text =
            "This is a line that was wrapped by a program at some width\nand goes on here.\n\nDose: one\nRoute: none";
        assert_eq!(
            shown(text),
            [
                ": This is a line that was wrapped by a program at some width and goes on here.",
                ": Dose: one",
                ": Route: none"
            ]
        );
    }

    #[test]
    fn hyphens_stay_unless_certain() {
        let text =
            "The treatment of a case with well-known drugs needs treat-\nment by those who know a non-\nexistent one.";
        assert_eq!(
            shown(text),
            [": The treatment of a case with well-known drugs needs treatment by those who know a non-existent one."]
        );
    }

    #[test]
    fn headings_are_told_with_care() {
        let text = "CARE OF IT\n\nText one.\n\n2.1 Before it\n\nText two.\n\nDO NOT GIVE IT TWICE\n\nUnder\n-----\nText three.\n\n1. First thing\n\n2. Second thing\n\n5 mg of it";
        assert_eq!(
            shown(text),
            [
                "CARE OF IT: Text one.",
                "CARE OF IT > Before it: Text two.",
                "CARE OF IT > Before it: DO NOT GIVE IT TWICE",
                "Under: Text three.",
                "Under: 1. First thing",
                "Under: 2. Second thing",
                "Under: 5 mg of it"
            ]
        );
    }

    #[test]
    fn lists_and_columns_are_told() {
        let text = "Look for:\n- a sign\n  that goes on\n- another\n\nAgent\tAmount\nA\tone\nB\ttwo";
        assert_eq!(
            shown(text),
            [": Look for:", ": a sign that goes on", ": another", ": Agent | Amount", ": A | one", ": B | two"]
        );
    }
}
