//! Plain text in Pandoc Markdown: escapes are undone, line breaks fold, and anything Pandoc would take for markup is
//! refused. Knows nothing of statements.

/// Why a piece of the file is not what it should be, at a byte of the page. The digest's writer is at fault.
pub(super) struct Slip {
    pub(super) at: usize,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Slip {
    pub(super) fn new(at: usize, code: &'static str, message: impl Into<String>) -> Self {
        Self { at, code, message: message.into() }
    }
}

/// A text without markup that knows where in the page each of its characters stood.
#[derive(Debug, Clone, Default)]
pub(super) struct Plain {
    pub(super) text: String,
    places: Vec<usize>,
    end: usize,
}

impl Plain {
    pub(super) fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.places.push(at);
        self.end = at + c.len_utf8();
    }

    /// One space for any run of white space; none at the start.
    pub(super) fn space(&mut self, at: usize) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.push(' ', at);
        }
    }

    pub(super) fn trim_end(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
            self.places.pop();
        }
    }

    /// Byte of the page at which the `n`th character stood; for one past the last, where the text ended.
    pub(super) fn place(&self, n: usize) -> usize {
        self.places.get(n).copied().unwrap_or(self.end)
    }

    /// Byte of the page at which the last character stood.
    pub(super) fn last(&self) -> usize {
        self.places.last().copied().unwrap_or(self.end)
    }
}

/// A place in the page and the end of what may be read.
pub(super) struct Cursor<'a> {
    text: &'a str,
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    /// Reads `text` from byte `at` up to byte `end`.
    pub(super) fn new(text: &'a str, at: usize, end: usize) -> Self {
        Self { text: text.get(..end).unwrap_or(text), at }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    /// Skips spaces, tabs and line ends; says whether there were any.
    pub(super) fn skip_space(&mut self) -> bool {
        let before = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.at > before
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }
}

/// White space that folds. A no-break or thin space is a character like any other, as in Pandoc.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n')
}

/// What ends a plain text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// A `]` that closes a bracket opened before it; brackets inside are balanced.
    ClosingBracket,
    /// `;` or `]`; no brackets inside.
    EndOfCitation,
    /// The end of what may be read; brackets inside are balanced.
    End,
}

/// Reads plain text up to, and not including, what ends it. `opened` is where the bracket stands that `until` closes.
pub(super) fn plain(cursor: &mut Cursor<'_>, until: Until, opened: usize) -> Result<Plain, Slip> {
    let mut out = Plain { end: cursor.at, ..Plain::default() };
    let mut open: Vec<usize> = Vec::new();
    while let Some(c) = cursor.peek() {
        let at = cursor.at;
        match c {
            ']' | ';' if until == Until::EndOfCitation => break,
            ']' if open.is_empty() && until == Until::ClosingBracket => break,
            c if is_space(c) => {
                cursor.skip_space();
                out.space(at);
            }
            '\\' => {
                cursor.at += 1;
                let c = escaped(cursor, at)?;
                out.push(if c == ' ' { '\u{a0}' } else { c }, at);
            }
            _ => {
                if let Some(advice) = markup(cursor, at, c) {
                    return Err(Slip::new(at, "markup", advice));
                }
                match c {
                    '[' if until == Until::EndOfCitation => {
                        return Err(Slip::new(at, "bracket", "no brackets inside a citation"));
                    }
                    // Pandoc drops such a space.
                    '[' if cursor.rest().chars().nth(1).is_some_and(is_space) => {
                        return Err(Slip::new(at, "bracket", "no space right after a bracket opens"));
                    }
                    ']' if out.text.ends_with(' ') => {
                        return Err(Slip::new(at, "bracket", "no space right before a bracket closes"));
                    }
                    '[' => open.push(at),
                    ']' if open.pop().is_none() => {
                        return Err(Slip::new(at, "bracket", "this bracket closes nothing; write \\]"));
                    }
                    _ => {}
                }
                cursor.next();
                out.push(c, at);
            }
        }
    }
    let unclosed = open.first().copied();
    if let Some(at) = unclosed.filter(|_| until == Until::End) {
        return Err(Slip::new(at, "bracket", "this bracket is never closed; write \\["));
    }
    if cursor.peek().is_none() && until != Until::End {
        let at = unclosed.unwrap_or(opened);
        return Err(Slip::new(at, "bracket", "this bracket is never closed"));
    }
    out.trim_end();
    Ok(out)
}

/// The character after a backslash at `at`, as Pandoc reads it (`all_symbols_escapable`).
pub(super) fn escaped(cursor: &mut Cursor<'_>, at: usize) -> Result<char, Slip> {
    match cursor.next() {
        Some(c) if c == ' ' || !(c.is_alphanumeric() || is_space(c)) => Ok(c),
        _ => Err(Slip::new(at, "escape", "a backslash stands before the mark it protects; write \\\\ for a backslash")),
    }
}

/// Advice where the character is the start of markup for Pandoc, or so near to it that a reader could not tell.
fn markup(cursor: &Cursor<'_>, at: usize, c: char) -> Option<String> {
    let after = cursor.rest().chars().nth(1);
    let plain_only =
        |what: &str| Some(format!("statements and headings are plain text: no {what}; write \\{c} for the character"));
    match c {
        '*' => plain_only("emphasis"),
        '_' if !(cursor.before(at).is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)) => {
            plain_only("emphasis")
        }
        '`' => plain_only("code"),
        '$' => plain_only("formulas"),
        '^' => {
            Some("superscript is not supported: write m2, 10e9 or the character ² (\\^ for the character ^)".to_owned())
        }
        '~' => {
            Some("subscript and strikeout are not supported (\\~ for the character ~; \"about\" is clearer)".to_owned())
        }
        '@' => Some("citations stand after the statement; write \\@ for the character".to_owned()),
        '<' if after.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) => plain_only("HTML"),
        '&' if is_entity(cursor.rest()) => plain_only("HTML entities, write the character itself"),
        '!' if after == Some('[') => plain_only("images"),
        '[' if matches!(after, Some('^')) => plain_only("footnotes"),
        ']' if matches!(after, Some('(' | '[' | '{')) => {
            Some("no links or spans inside plain text; put a space after the bracket, or write \\]".to_owned())
        }
        _ => None,
    }
}

/// Whether a text starts with something like `&amp;` or `&#181;`.
pub(super) fn is_entity(text: &str) -> bool {
    let Some(name) = text.strip_prefix('&') else { return false };
    let name = name.strip_prefix('#').unwrap_or(name);
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    length > 0 && name.as_bytes().get(length) == Some(&b';')
}
