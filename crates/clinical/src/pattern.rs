//! The patterns that the reader looks for, compiled so that they are quick to compile and to match.

use regex::Regex;

/// What a bounded gap between two words may hold: no line end, and few letters beyond ASCII.
const GAP: &str = "[ -~–—’‘“”éµ°≥≤±]{";

/// Compiles a pattern of the program's own, its words, digits and word boundaries those of ASCII. The fast matcher gives up
/// at the first other letter of a text where a boundary is Unicode's, so one `µ` or `–` made a question five times slower
/// to read; and every Unicode class is a large table to compile, which the first question waits for.
pub(crate) fn pattern(pattern: &str) -> Option<Regex> {
    let mut ascii = String::with_capacity(pattern.len() * 2);
    let mut class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&escaped)) => {
                chars.next();
                match (escaped, class) {
                    ('w', true) => ascii.push_str("0-9A-Za-z_"),
                    ('d', true) => ascii.push_str("0-9"),
                    ('w' | 'd' | 'b', false) => ascii.extend(["(?-u:\\", &escaped.to_string(), ")"]),
                    _ => ascii.extend(['\\', escaped]),
                }
            }
            ('.', Some('{')) if !class => {
                chars.next();
                ascii.push_str(GAP);
            }
            _ => {
                class = (class || c == '[') && c != ']';
                ascii.push(c);
            }
        }
    }
    Regex::new(&ascii).ok()
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn classes_are_ascii_inside_brackets_and_out() {
        let p = pattern(r"\b[\w-]+\s\d{2}\.[\d.]+ .{1,4}µ").unwrap();
        assert!(p.is_match("µCRP-x 12.5 – a µ"));
        assert!(!p.is_match("CRP 1.5 µ"));
    }
}
