//! Names: the one a person signs in with, and the one others read.

use unicode_normalization::UnicodeNormalization;

/// Why a name cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// The name to sign in with.
    #[error(
        "a name to sign in with has 2 to 64 letters a-z, digits or any of . _ @ + -, and begins with a letter or digit"
    )]
    Username,
    /// The name that others read.
    #[error("a person's name has 1 to 120 characters, in one line")]
    Person,
}

/// The one form of a name to sign in with: no space around it, in small letters. Only ASCII, so that no two look alike.
pub fn username(text: &str) -> Result<String, BadName> {
    let name: String = text.trim().nfkc().flat_map(char::to_lowercase).collect();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._@+-".contains(c);
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && (2..=64).contains(&name.len()) && name.chars().all(fits) { Ok(name) } else { Err(BadName::Username) }
}

/// A name that others read, without space around it.
pub fn person_name(text: &str) -> Result<String, BadName> {
    let name: String = text.trim().nfc().collect();
    // Marks of direction would let one name be shown as another.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if (1..=120).contains(&name.chars().count()) && !name.chars().any(hidden) { Ok(name) } else { Err(BadName::Person) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_to_sign_in_with_has_one_form() {
        assert_eq!(username(" D.Lin ").as_deref(), Ok("d.lin"));
        assert_eq!(username("lin@example.org").as_deref(), Ok("lin@example.org"));
        for bad in ["", "a", "-ab", "a b", "d\u{456}n", "x\n", "\u{e9}mile", &"a".repeat(65)] {
            assert_eq!(username(bad), Err(BadName::Username), "{bad:?}");
        }
    }

    #[test]
    fn a_person_is_called_what_they_like_in_one_line() {
        assert_eq!(person_name(" \u{c9}mile M\u{fc}ller, MD ").as_deref(), Ok("\u{c9}mile M\u{fc}ller, MD"));
        for bad in ["", "  ", "a\nb", "a\u{202e}b", &"a".repeat(121)] {
            assert_eq!(person_name(bad), Err(BadName::Person), "{bad:?}");
        }
    }
}
