//! The file as its writer's editor shows it: lines, columns, and the faults found at them.
//!
//! Byte order mark and kind of line end are gone after this; both leave every line and column where it was.

use super::{Fault, FaultKind};

/// A digest's text with `\n` for every line end and no byte order mark.
pub(super) struct Page {
    text: String,
    /// Byte at which each line starts.
    lines: Vec<usize>,
}

impl Page {
    pub(super) fn new(raw: &str) -> Self {
        let text = raw.strip_prefix('\u{feff}').unwrap_or(raw).replace("\r\n", "\n").replace('\r', "\n");
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { text, lines }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Line and column, from 1, of a byte; of the end of the text for a byte beyond it.
    pub(super) fn place(&self, at: usize) -> (u32, u32) {
        let at = at.min(self.text.len());
        let line = self.lines.partition_point(|&start| start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count()) + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// The byte at a line and column, both from 1, moved into the text where they lie outside.
    pub(super) fn byte(&self, line: u64, column: u64) -> usize {
        let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1).min(self.lines.len() - 1);
        let start = self.lines.get(index).copied().unwrap_or(0);
        let rest = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let skip = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
        start + rest.char_indices().nth(skip).map_or(rest.len(), |(i, _)| i)
    }

    /// Characters no editor shows can hide what a sentence says.
    pub(super) fn check_characters(&self, faults: &mut Faults<'_>) {
        for (at, c) in self.text.char_indices().filter(|&(_, c)| is_hidden(c)) {
            faults.error(at, "control-character", format!("remove the invisible character U+{:04X}", u32::from(c)));
        }
    }
}

/// Whether no editor shows a character for what it is; line ends and tabs aside.
pub(super) fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The faults found so far, the first 500 errors and the first 500 warnings.
pub(super) struct Faults<'p> {
    page: &'p Page,
    found: Vec<Fault>,
    errors: usize,
    warnings: usize,
}

impl<'p> Faults<'p> {
    pub(super) fn new(page: &'p Page) -> Self {
        Self { page, found: Vec::new(), errors: 0, warnings: 0 }
    }

    pub(super) fn error(&mut self, at: usize, code: &'static str, message: impl Into<String>) {
        self.push(at, code, message.into(), FaultKind::Error);
    }

    pub(super) fn doubt(&mut self, at: usize, code: &'static str, message: impl Into<String>) {
        self.push(at, code, message.into(), FaultKind::Doubt);
    }

    pub(super) fn style(&mut self, at: usize, code: &'static str, message: impl Into<String>) {
        self.push(at, code, message.into(), FaultKind::Style);
    }

    /// Beyond so many no one reads on; and a file of faults only must not take for ever.
    const MOST: usize = 500;

    fn push(&mut self, at: usize, code: &'static str, message: String, kind: FaultKind) {
        let count = if kind == FaultKind::Error { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        if *count > Self::MOST {
            return;
        }
        let (line, column) = self.page.place(at);
        self.found.push(Fault { line, column, code, message, kind });
    }

    /// The line of a byte of the page.
    pub(super) fn line(&self, at: usize) -> u32 {
        self.page.place(at).0
    }

    pub(super) fn any_error(&self) -> bool {
        self.errors > 0
    }

    /// All of them in the order of the file; errors before warnings at the same place.
    pub(super) fn in_order(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|f| (f.line, f.column, f.kind));
        self.found
    }
}
