//! Words of a text with their places, and the form in which two spellings of a word are the same.

/// One word: a run of letters and digits.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Lower case, American spelling, singular.
    pub(crate) norm: String,
    /// Whether only spaces, hyphens, slashes or a possessive stand between it and the word before: the two may be one term.
    pub(crate) joined: bool,
}

/// The words of a text, in order. Linear in its length.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut joined = false;
    while let Some((start, c)) = chars.next() {
        if c.is_alphanumeric() {
            let mut end = start + c.len_utf8();
            while let Some(&(i, c)) = chars.peek() {
                if !c.is_alphanumeric() {
                    break;
                }
                end = i + c.len_utf8();
                chars.next();
            }
            let raw = &text[start..end];
            // The s of "Crohn's" is no word of its own.
            let possessive = raw.eq_ignore_ascii_case("s") && text[..start].ends_with(['\'', '’']);
            if !possessive {
                found.push(Token { start, end, norm: normal(raw), joined });
            }
            joined = true;
        } else {
            // "H&N" is one term, "cough & fever" are two.
            let within = c == '&'
                && text[..start].ends_with(char::is_alphanumeric)
                && text[start + 1..].starts_with(char::is_alphanumeric);
            let percent = c == '%' && text[..start].ends_with(|d: char| d.is_ascii_digit());
            joined = joined
                && (within || percent || c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '/' | '\'' | '’'));
        }
    }
    found
}

/// The form in which spellings of one word are the same. Never longer to compute than the word is long.
pub(crate) fn normal(word: &str) -> String {
    let mut w = word.to_lowercase();
    if w.len() > 40 {
        return w;
    }
    if w.contains("ae") || w.contains("oe") || w.contains("our") || w.contains("ph") || w.contains("is") {
        for (british, american) in [
            ("aem", "em"),
            ("aes", "es"),
            ("aec", "ec"),
            ("aed", "ed"),
            ("aet", "et"),
            ("caec", "cec"),
            ("oedem", "edem"),
            ("oesoph", "esoph"),
            ("oestr", "estr"),
            ("oeli", "eli"),
            ("rrhoea", "rrhea"),
            ("dyspnoea", "dyspnea"),
            ("apnoea", "apnea"),
            ("foet", "fet"),
            ("tumour", "tumor"),
            ("sulph", "sulf"),
            ("isation", "ization"),
        ] {
            if w.contains(british) {
                w = w.replace(british, american);
            }
        }
    }
    singular(w)
}

fn singular(mut w: String) -> String {
    if w.len() <= 3 || !w.ends_with('s') || !w.is_ascii() {
        return w;
    }
    let cut = |w: &mut String, n: usize, tail: &str| {
        w.truncate(w.len() - n);
        w.push_str(tail);
    };
    if ["stases", "noses", "roses", "lyses"].iter().any(|e| w.ends_with(e)) {
        cut(&mut w, 2, "is");
    } else if w.ends_with("ies") && w.len() > 4 {
        cut(&mut w, 3, "y");
    } else if ["sses", "xes", "ches", "shes"].iter().any(|e| w.ends_with(e)) {
        cut(&mut w, 2, "");
    } else if !["ss", "us", "is"].iter().any(|e| w.ends_with(e)) {
        cut(&mut w, 1, "");
    }
    w
}

/// A phrase in the form in which two spellings of it are the same.
pub(crate) fn normal_phrase(text: &str) -> String {
    let mut phrase = String::with_capacity(text.len());
    for token in tokens(text) {
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.push_str(&token.norm);
    }
    phrase
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_and_numbers_of_a_word_are_the_same() {
        for (a, b) in [
            ("haemoglobin", "hemoglobin"),
            ("leukaemia", "leukemia"),
            ("metastases", "metastasis"),
            ("antibodies", "antibody"),
            ("oesophageal", "esophageal"),
            ("diarrhoea", "diarrhea"),
            ("tumours", "tumor"),
            ("masses", "mass"),
            ("seizures", "seizure"),
            ("oedema", "edema"),
        ] {
            assert_eq!(normal(a), normal(b), "{a} {b}");
        }
        assert_eq!(normal_phrase("Crohn's disease"), normal_phrase("crohn’s-disease"));
    }

    #[test]
    fn a_full_stop_or_comma_parts_two_terms() {
        let t = tokens("liver, lung metastases. Type-2");
        let joined: Vec<bool> = t.iter().map(|t| t.joined).collect();
        assert_eq!(joined, [false, false, true, false, true]);
    }
}
