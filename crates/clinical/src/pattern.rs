//! The patterns that the reader looks for, compiled so that they stay fast.

use regex::Regex;

/// Compiles a pattern of the program's own, its word boundaries those of ASCII: the fast matcher gives up at the first
/// other letter of a text where a boundary is Unicode's, and one `µ` or `–` made a question five times slower to read.
pub(crate) fn pattern(pattern: &str) -> Option<Regex> {
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)")).ok()
}
