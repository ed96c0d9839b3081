//! Standard output and standard error, and what a terminal can do.

use std::io::{IsTerminal, Write};

/// Writes a line to standard output; a closed pipe is an error that `main` takes for "enough".
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes a line to standard error. That it cannot be written has nowhere to be said.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// JSON, indented, as one document.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Bold, colour and width of the terminal, or none of it (`NO_COLOR`, a pipe).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    colour: bool,
    /// Columns to wrap at.
    pub(crate) width: usize,
}

impl Style {
    pub(crate) fn of_stdout() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let width = columns.unwrap_or(96).clamp(40, 110);
        Self { colour: terminal && !no_colour && std::env::var("TERM").as_deref() != Ok("dumb"), width }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn quiet(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(crate) fn accent(self, text: &str) -> String {
        self.paint("36", text)
    }

    pub(crate) fn mark(self, text: &str) -> String {
        if self.colour { self.paint("7", text) } else { format!(">>>{text}<<<") }
    }

    /// Lines of `text` that fit; `first` leads the first, `rest` the others. Painting takes no room.
    pub(crate) fn wrap(self, text: &str, first: &str, rest: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = first.to_owned();
        let (mut used, mut empty) = (first.chars().count(), true);
        for word in text.split_whitespace() {
            let length = visible(word);
            if !empty && used + 1 + length > self.width {
                lines.push(std::mem::replace(&mut line, rest.to_owned()));
                (used, empty) = (rest.chars().count(), true);
            }
            if !empty {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
            empty = false;
        }
        lines.push(line);
        lines
    }
}

/// How many characters of a word are seen: those outside `ESC [ ... m`.
fn visible(word: &str) -> usize {
    let mut painting = false;
    word.chars()
        .filter(|&c| {
            let was = painting;
            painting = c == '\x1b' || painting && c != 'm';
            !was && c != '\x1b'
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paint_takes_no_room() {
        let style = Style { colour: true, width: 40 };
        assert_eq!(visible(&style.bold("word")), 4);
        let painted = ["magnesium"; 6].map(|w| style.bold(w)).join(" ");
        let plain = ["magnesium"; 6].join(" ");
        let lines = |text: &str| style.wrap(text, "  ", "  ").len();
        assert_eq!((lines(&painted), lines(&plain)), (2, 2));
    }
}
