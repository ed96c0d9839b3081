//! Formulas of Word (OMML) in one line: `(a+b)/c`, `x^2`, `√(x)`.

/// An element of a formula that adds signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Numerator,
    Denominator,
    Raised,
    Lowered,
    Root,
    Delimited,
}

/// Such an element, open, and where its text begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    name: Name,
    from: usize,
}

/// The part that an element is; `None` for those that add nothing.
pub(super) fn part(name: &str) -> Option<Name> {
    Some(match name {
        "num" => Name::Numerator,
        "den" => Name::Denominator,
        "sup" => Name::Raised,
        "sub" => Name::Lowered,
        "rad" => Name::Root,
        "d" => Name::Delimited,
        _ => return None,
    })
}

impl Name {
    pub(super) fn open(self, buffer: &mut String) -> Part {
        match self {
            Name::Denominator => buffer.push('/'),
            Name::Root => buffer.push('\u{221a}'),
            _ => {}
        }
        Part { name: self, from: buffer.len() }
    }
}

impl Part {
    pub(super) fn close(&self, buffer: &mut String) {
        let Some(inner) = buffer.get(self.from..) else { return };
        let single = inner.chars().all(|c| c.is_alphanumeric() || c == '.');
        if inner.trim().is_empty() {
            return;
        }
        let raise = match self.name {
            Name::Raised => "^",
            Name::Lowered => "_",
            _ => "",
        };
        if !single || matches!(self.name, Name::Root | Name::Delimited) {
            buffer.insert(self.from, '(');
            buffer.push(')');
        }
        buffer.insert_str(self.from, raise);
    }
}
