//! Where a document type declaration ends, byte by byte, so that none is too long. Nothing in it is ever expanded.

/// A declaration being read, from behind `<!DOCTYPE` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Doctype {
    /// Inside `[` and `]`, where declarations of its own end in `>`.
    subset: bool,
    at: At,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum At {
    #[default]
    Plain,
    Quoted(u8),
    /// Behind `<`, `<!`, `<!-`.
    Opening(u8),
    /// In a comment, behind so many dashes.
    Comment(u8),
    /// In a processing instruction; whether behind `?`.
    Instruction(bool),
}

impl Doctype {
    /// Takes more of it; how many of these bytes belong to it where it ends among them.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (i, &b) in bytes.iter().enumerate() {
            self.at = match self.at {
                At::Quoted(quote) if b == quote => At::Plain,
                At::Quoted(quote) => At::Quoted(quote),
                At::Comment(2..) if b == b'>' => At::Plain,
                At::Comment(n) if b == b'-' => At::Comment(n.saturating_add(1)),
                At::Comment(_) => At::Comment(0),
                At::Instruction(true) if b == b'>' => At::Plain,
                At::Instruction(_) => At::Instruction(b == b'?'),
                At::Opening(0) if b == b'!' => At::Opening(1),
                At::Opening(0) if b == b'?' => At::Instruction(false),
                At::Opening(1) if b == b'-' => At::Opening(2),
                At::Opening(2) if b == b'-' => At::Comment(0),
                At::Plain | At::Opening(_) => match b {
                    b'<' => At::Opening(0),
                    b'"' | b'\'' => At::Quoted(b),
                    b'>' if !self.subset => return Some(i + 1),
                    b'[' => {
                        self.subset = true;
                        At::Plain
                    }
                    b']' => {
                        self.subset = false;
                        At::Plain
                    }
                    _ => At::Plain,
                },
            };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_behind_all_that_may_hold_one() {
        for text in
            [" a>", " a PUBLIC '-//x>y' \"z]>\">", " a [<!ENTITY b \"<c>]>\"> <!-- don't ]> --> <?p ]> ' ?> %d; ] >"]
        {
            assert_eq!(Doctype::default().end(format!("{text}<a>").as_bytes()), Some(text.len()), "{text}");
            let mut stepwise = Doctype::default();
            let ends: Vec<bool> = text.bytes().map(|b| stepwise.end(&[b]).is_some()).collect();
            assert_eq!(ends.iter().position(|&e| e), Some(text.len() - 1));
        }
        assert_eq!(Doctype::default().end(b" a [<!ENTITY b 'c]>"), None);
    }
}
