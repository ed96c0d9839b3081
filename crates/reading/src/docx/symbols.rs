//! Characters set in the Symbol font, whose codes are not those of Unicode.
//!
//! Data: Adobe's Symbol encoding, as far as texts use it. In Word they stand as `w:sym`, as U+F020 to U+F0FF, or as
//! plain letters in a run with that font. Read as they stand, "≥" would vanish and "µg" be "mg".

/// What a code of the Symbol font stands for; `None` where that is not known here.
pub(super) fn symbol(code: u32) -> Option<&'static str> {
    let code = if (0xF020..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    #[rustfmt::skip]
    let text = match code {
        0x20 => " ", 0x21 => "!", 0x22 => "∀", 0x23 => "#", 0x24 => "∃", 0x25 => "%", 0x26 => "&", 0x28 => "(",
        0x29 => ")", 0x2A => "*", 0x2B => "+", 0x2C => ",", 0x2D => "-", 0x2E => ".", 0x2F => "/", 0x30 => "0",
        0x31 => "1", 0x32 => "2", 0x33 => "3", 0x34 => "4", 0x35 => "5", 0x36 => "6", 0x37 => "7", 0x38 => "8",
        0x39 => "9", 0x3A => ":", 0x3B => ";", 0x3C => "<", 0x3D => "=", 0x3E => ">", 0x3F => "?", 0x40 => "≅",
        0x41 => "Α", 0x42 => "Β", 0x43 => "Χ", 0x44 => "Δ", 0x45 => "Ε", 0x46 => "Φ", 0x47 => "Γ", 0x48 => "Η",
        0x49 => "Ι", 0x4B => "Κ", 0x4C => "Λ", 0x4D => "Μ", 0x4E => "Ν", 0x4F => "Ο", 0x50 => "Π", 0x51 => "Θ",
        0x52 => "Ρ", 0x53 => "Σ", 0x54 => "Τ", 0x55 => "Υ", 0x57 => "Ω", 0x58 => "Ξ", 0x59 => "Ψ", 0x5A => "Ζ",
        0x5B => "[", 0x5D => "]", 0x5E => "⊥", 0x5F => "_", 0x61 => "α", 0x62 => "β", 0x63 => "χ", 0x64 => "δ",
        0x65 => "ε", 0x66 => "φ", 0x67 => "γ", 0x68 => "η", 0x69 => "ι", 0x6A => "φ", 0x6B => "κ", 0x6C => "λ",
        0x6D => "μ", 0x6E => "ν", 0x6F => "ο", 0x70 => "π", 0x71 => "θ", 0x72 => "ρ", 0x73 => "σ", 0x74 => "τ",
        0x75 => "υ", 0x77 => "ω", 0x78 => "ξ", 0x79 => "ψ", 0x7A => "ζ", 0x7B => "{", 0x7C => "|", 0x7D => "}",
        0x7E => "~", 0xA2 => "′", 0xA3 => "≤", 0xA4 => "/", 0xA5 => "∞", 0xA9 => "♥", 0xAB => "↔", 0xAC => "←",
        0xAD => "↑", 0xAE => "→", 0xAF => "↓", 0xB0 => "°", 0xB1 => "±", 0xB2 => "″", 0xB3 => "≥", 0xB4 => "×",
        0xB5 => "∝", 0xB6 => "∂", 0xB7 => "•", 0xB8 => "÷", 0xB9 => "≠", 0xBA => "≡", 0xBB => "≈", 0xBC => "…",
        0xC5 => "⊕", 0xC7 => "∩", 0xC8 => "∪", 0xD2 | 0xE2 => "®", 0xD3 | 0xE3 => "©", 0xD4 | 0xE4 => "™",
        0xD5 => "∏", 0xD6 => "√", 0xD7 => "⋅", 0xD8 => "¬", 0xD9 => "∧", 0xDA => "∨", 0xDB => "⇔", 0xDC => "⇐",
        0xDD => "⇑", 0xDE => "⇒", 0xDF => "⇓", 0xE5 => "∑", 0xF2 => "∫",
        _ => return None,
    };
    Some(text)
}

/// What a code of the Wingdings font stands for, as far as it says something.
pub(super) fn wingding(code: u32) -> Option<&'static str> {
    let code = if (0xF020..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    Some(match code {
        0xDF | 0xE7 | 0xEF => "←",
        0xE0 | 0xE8 | 0xF0 => "→",
        0xE1 | 0xE9 | 0xF1 => "↑",
        0xE2 | 0xEA | 0xF2 => "↓",
        0xF3 => "↔",
        0xFB => "✗",
        0xFC => "✓",
        0xFD => "☒",
        0xFE => "☑",
        0x6F | 0x70 | 0x71 | 0x72 | 0xA8 => "□",
        // Dots and marks of lists.
        0x6C | 0x6E | 0x9F | 0xA7 | 0x76 | 0xD8 => "•",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::symbol;

    #[test]
    fn signs_that_change_a_dose_are_known() {
        assert_eq!(symbol(0xF0B3), Some("≥"));
        assert_eq!(symbol(0xF06D), Some("μ"));
        assert_eq!(symbol(0xB1), Some("±"));
        assert_eq!(symbol(0xF0F1), None);
    }
}
