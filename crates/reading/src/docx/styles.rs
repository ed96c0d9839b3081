//! The styles and numberings of a Word document: which paragraphs are headings, captions, items of lists.
//!
//! Owns the look-up through styles that others are based on, which is bounded.

use super::package::{Step, each};
use crate::jats::attributes::attribute;
use std::collections::HashMap;

/// Styles based on others are followed this far.
const CHAIN: usize = 24;

/// What a paragraph's style makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    Subtitle,
    Caption,
    /// An entry or the heading of a table of contents.
    Contents,
    Text,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    numbering: Option<(Option<String>, Option<usize>)>,
    raised: Option<bool>,
    struck: Option<bool>,
    hidden: Option<bool>,
}

/// What a style, or a run itself, says of characters; `None` where it says nothing.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Look {
    pub(super) raised: Option<bool>,
    pub(super) struck: Option<bool>,
    pub(super) hidden: Option<bool>,
}

impl Look {
    /// Takes in one element of run properties.
    pub(super) fn take(&mut self, name: &str, value: Option<&str>) {
        let on = !matches!(value, Some("0" | "false" | "off" | "none"));
        match name {
            "vertAlign" => self.raised = Some(value == Some("superscript")),
            "strike" | "dstrike" => self.struck = Some(on || self.struck == Some(true)),
            "vanish" => self.hidden = Some(on),
            _ => {}
        }
    }

    /// What counts: its own word before that of the style.
    pub(super) fn or(self, other: Look) -> Look {
        Look {
            raised: self.raised.or(other.raised),
            struck: self.struck.or(other.struck),
            hidden: self.hidden.or(other.hidden),
        }
    }
}

/// All styles, by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    pub(super) fn read(text: &str) -> Self {
        let mut styles = HashMap::new();
        let mut id = String::new();
        let mut style: Option<Style> = None;
        let mut skip = 0usize;
        each(text, |step| match step {
            Step::Start(name, _) if skip > 0 || name.ends_with("Change") || name == "tblStylePr" => skip += 1,
            Step::End(_) if skip > 0 => skip -= 1,
            Step::Start("style", element) => {
                id = attribute(element, "styleId").unwrap_or_default().into_owned();
                style = Some(Style::default());
            }
            Step::End("style") => {
                if let Some(style) = style.take() {
                    styles.insert(std::mem::take(&mut id), style);
                }
            }
            Step::Start(name, element) => {
                let Some(style) = &mut style else { return };
                let value = attribute(element, "val");
                match name {
                    "name" => style.name = value.unwrap_or_default().trim().to_ascii_lowercase(),
                    "basedOn" => style.based_on = value.map(std::borrow::Cow::into_owned),
                    "outlineLvl" => style.outline = value.and_then(|v| v.parse().ok()),
                    "numId" => style.numbering.get_or_insert_default().0 = value.map(std::borrow::Cow::into_owned),
                    "ilvl" => style.numbering.get_or_insert_default().1 = value.and_then(|v| v.parse().ok()),
                    _ => {
                        let mut look = Look { raised: style.raised, struck: style.struck, hidden: style.hidden };
                        look.take(name, value.as_deref());
                        Look { raised: style.raised, struck: style.struck, hidden: style.hidden } = look;
                    }
                }
            }
            Step::End(_) | Step::Text(_) => {}
        });
        Self(styles)
    }

    /// A style and those it is based on, nearest first.
    fn chain<'s>(&'s self, id: &str) -> impl Iterator<Item = &'s Style> {
        let first = self.0.get(id);
        std::iter::successors(first, |style| style.based_on.as_ref().and_then(|id| self.0.get(id))).take(CHAIN)
    }

    /// The outline level of a style, from 0; 9 is text.
    pub(super) fn outline(&self, id: &str) -> Option<u8> {
        // The built-in headings have their English names in every language.
        let by_name = |style: &Style| {
            let level: u8 = style.name.strip_prefix("heading ")?.trim().parse().ok()?;
            (1..=9).contains(&level).then(|| level - 1)
        };
        self.chain(id).find_map(|style| style.outline.or_else(|| by_name(style)))
    }

    pub(super) fn role(&self, id: &str) -> Role {
        let of = |style: &Style| match style.name.as_str() {
            "title" => Some(Role::Title),
            "subtitle" => Some(Role::Subtitle),
            "caption" => Some(Role::Caption),
            "toc heading" | "table of figures" => Some(Role::Contents),
            name if name.strip_prefix("toc ").is_some_and(|n| n.trim().parse::<u8>().is_ok()) => Some(Role::Contents),
            _ => None,
        };
        self.chain(id).find_map(of).unwrap_or(Role::Text)
    }

    /// The numbering of a style: its id, and the level in it.
    pub(super) fn numbering(&self, id: &str) -> (Option<&str>, Option<usize>) {
        let number = self.chain(id).find_map(|s| s.numbering.as_ref().and_then(|n| n.0.as_deref()));
        let level = self.chain(id).find_map(|s| s.numbering.as_ref().and_then(|n| n.1));
        (number, level)
    }

    pub(super) fn look(&self, id: &str) -> Look {
        self.chain(id)
            .fold(Look::default(), |look, s| look.or(Look { raised: s.raised, struck: s.struck, hidden: s.hidden }))
    }
}

/// How one level of a numbering reads.
#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    text: String,
    start: u32,
}

/// All numberings.
#[derive(Debug, Default)]
pub(super) struct Numberings {
    /// Levels by abstract numbering.
    levels: HashMap<String, HashMap<usize, Level>>,
    /// The abstract numbering of each numbering.
    of: HashMap<String, String>,
    /// Where each abstract numbering has got to.
    counters: HashMap<String, Vec<u32>>,
}

/// What stands before an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Label {
    /// A dot or a dash.
    Bullet,
    /// A number; whether words stand with it, as in "Step 2".
    Number(String, bool),
}

impl Numberings {
    pub(super) fn read(text: &str) -> Self {
        let mut read = Self::default();
        let mut abstract_id = String::new();
        let mut num_id = String::new();
        let mut level = 0usize;
        let mut in_override = false;
        each(text, |step| match step {
            Step::Start("abstractNum", e) => {
                abstract_id = attribute(e, "abstractNumId").unwrap_or_default().into_owned();
            }
            Step::Start("num", e) => num_id = attribute(e, "numId").unwrap_or_default().into_owned(),
            Step::Start("lvlOverride", _) => in_override = true,
            Step::End("lvlOverride") => in_override = false,
            Step::Start("abstractNumId", e) => {
                let target = attribute(e, "val").unwrap_or_default().into_owned();
                read.of.insert(num_id.clone(), target);
            }
            Step::Start("lvl", e) if !in_override => {
                level = attribute(e, "ilvl").and_then(|v| v.parse().ok()).unwrap_or(0);
                let fresh = Level { start: 1, ..Level::default() };
                read.levels.entry(abstract_id.clone()).or_default().insert(level, fresh);
            }
            Step::Start(name @ ("numFmt" | "lvlText" | "start"), e) if !in_override => {
                let value = attribute(e, "val").unwrap_or_default().into_owned();
                let known = read.levels.get_mut(&abstract_id).and_then(|l| l.get_mut(&level));
                if let Some(known) = known {
                    match name {
                        "numFmt" => known.format = value,
                        "lvlText" => known.text = value,
                        _ => known.start = value.parse().unwrap_or(1),
                    }
                }
            }
            _ => {}
        });
        read
    }

    /// What stands before the next item of this numbering at this level.
    pub(super) fn next(&mut self, num_id: &str, level: usize) -> Label {
        let Some(abstract_id) = self.of.get(num_id) else { return Label::Bullet };
        let Some(levels) = self.levels.get(abstract_id) else { return Label::Bullet };
        let level = level.min(8);
        let start = |n: usize| levels.get(&n).map_or(1, |l| l.start);
        let counters = self.counters.entry(abstract_id.clone()).or_insert_with(|| vec![0; 9]);
        // A level that was not used yet stands at its start, below the next it begins anew.
        for (n, counter) in counters.iter_mut().enumerate() {
            match n.cmp(&level) {
                std::cmp::Ordering::Less if *counter == 0 => *counter = start(n),
                std::cmp::Ordering::Equal => {
                    *counter = if *counter == 0 { start(n) } else { counter.saturating_add(1) }
                }
                std::cmp::Ordering::Greater => *counter = 0,
                std::cmp::Ordering::Less => {}
            }
        }
        let Some(own) = levels.get(&level) else { return Label::Bullet };
        if matches!(own.format.as_str(), "bullet" | "none" | "") || !own.text.contains('%') {
            return Label::Bullet;
        }
        let mut label = own.text.clone();
        for n in 0..9 {
            let format = levels.get(&n).map_or("decimal", |l| l.format.as_str());
            let number = counters.get(n).copied().unwrap_or(1);
            label = label.replace(&format!("%{}", n + 1), &formatted(number, format));
        }
        let wordy = own.text.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        Label::Number(label.trim().to_owned(), wordy)
    }
}

fn formatted(number: u32, format: &str) -> String {
    let letter = u8::try_from(number).ok().filter(|n| (1..=26).contains(n)).map(|n| n - 1);
    match (format, letter) {
        ("lowerLetter", Some(n)) => char::from(b'a' + n).to_string(),
        ("upperLetter", Some(n)) => char::from(b'A' + n).to_string(),
        ("lowerRoman", _) => roman(number),
        ("upperRoman", _) => roman(number).to_ascii_uppercase(),
        ("decimalZero", _) => format!("{number:02}"),
        _ => number.to_string(),
    }
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 9] =
        [(100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")];
    if !(1..400).contains(&number) {
        return number.to_string();
    }
    let mut rest = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_through_styles_in_any_language() {
        let styles = Styles::read(
            r#"<w:styles xmlns:w="x">
            <w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
            <w:style w:styleId="own"><w:name w:val="Our heading"/><w:basedOn w:val="berschrift1"/></w:style>
            <w:style w:styleId="deep"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
            <w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>
            <w:style w:styleId="v1"><w:name w:val="TOC 1"/></w:style></w:styles>"#,
        );
        assert_eq!(styles.outline("own"), Some(0));
        assert_eq!(styles.outline("deep"), Some(2));
        assert_eq!(styles.outline("a"), None);
        assert_eq!(styles.role("v1"), Role::Contents);
    }

    #[test]
    fn numbers_count_by_level() {
        let mut numberings = Numberings::read(
            r#"<w:numbering xmlns:w="x"><w:abstractNum w:abstractNumId="0">
            <w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Step %1."/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1%2)"/></w:lvl>
            <w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>
            <w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#,
        );
        let number = |text: &str, wordy| Label::Number(text.to_owned(), wordy);
        assert_eq!(numberings.next("7", 0), number("Step 3.", true));
        assert_eq!(numberings.next("7", 1), number("3a)", false));
        assert_eq!(numberings.next("7", 1), number("3b)", false));
        assert_eq!(numberings.next("7", 2), Label::Bullet);
        assert_eq!(numberings.next("7", 0), number("Step 4.", true));
        assert_eq!(numberings.next("7", 1), number("4a)", false));
        assert_eq!(numberings.next("9", 0), Label::Bullet);
        assert_eq!(roman(14), "xiv");
    }
}
