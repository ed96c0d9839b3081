//! Plain words for the words of clinicians (`lexicon/glossary.tsv`, part of the program).
//!
//! Owns which words stand for which, both ways, and what terms mean. Must not know sources or articles. It puts one name for
//! another and touches nothing else: figures, negations and the order of a sentence stay as they are.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Can be counted; its plural forms are made.
    Noun,
    /// The same, where clinicians leave the article out ("for pulmonary embolism"): read as plural then.
    Bare,
    /// Stands as it is.
    Fixed,
    /// Letters, in capitals as written.
    Abbreviation,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// The term, in the singular.
    pub term: &'static str,
    /// Plain words in its place, in the singular; the term itself where it is kept.
    pub plain: &'static str,
    /// What it means, as a phrase or in sentences; empty where the plain words say all. Of an abbreviation: spelled out.
    pub meaning: &'static str,
    kind: Kind,
}

impl Term {
    /// Whether it names something that can be counted.
    pub fn counts(&self) -> bool {
        matches!(self.kind, Kind::Noun | Kind::Bare)
    }

    /// Whether it is an abbreviation.
    pub fn is_abbreviation(&self) -> bool {
        self.kind == Kind::Abbreviation
    }
}

/// A form of a term: singular or plural.
#[derive(Debug)]
struct Form {
    /// As it stands in a text; lower case, but for abbreviations.
    text: String,
    plural: bool,
    row: usize,
}

#[derive(Debug)]
struct Glossary {
    rows: Vec<Term>,
    /// By the first word in lower case, the longest first.
    forms: HashMap<String, Vec<Form>>,
}

static GLOSSARY: LazyLock<Glossary> = LazyLock::new(|| Glossary::read(include_str!("../../../lexicon/glossary.tsv")));

/// Every term, in the order of the table.
pub fn terms() -> &'static [Term] {
    &GLOSSARY.rows
}

/// A term where it stands in a text.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The row.
    pub term: &'static Term,
    /// Byte range.
    pub span: [usize; 2],
    /// Plain words for it at this place; as it stands where it is kept.
    pub plain: String,
}

impl Glossary {
    fn read(table: &'static str) -> Self {
        let mut rows = Vec::new();
        let mut forms: HashMap<String, Vec<Form>> = HashMap::new();
        for row in table.lines().filter(|r| !r.starts_with('#') && !r.trim().is_empty()) {
            let mut cells = row.split('\t').chain(std::iter::repeat(""));
            let [term, kind, plain, meaning] = std::array::from_fn(|_| cells.next().unwrap_or_default());
            let kind = match kind {
                "n" => Kind::Noun,
                "m" => Kind::Bare,
                "a" => Kind::Abbreviation,
                _ => Kind::Fixed,
            };
            let row = rows.len();
            let case = |t: &str| if kind == Kind::Abbreviation { t.to_owned() } else { t.to_lowercase() };
            let mut add = |text: String, plural: bool| {
                let key = first_word(&text).to_lowercase();
                forms.entry(key).or_default().push(Form { text, plural, row });
            };
            add(case(term), false);
            match kind {
                Kind::Noun | Kind::Bare => add(case(&plural(term)), true),
                Kind::Abbreviation if !plain.contains("the ") => add(format!("{term}s"), true),
                _ => {}
            }
            rows.push(Term { term, plain, meaning, kind });
        }
        for list in forms.values_mut() {
            list.sort_by_key(|f| std::cmp::Reverse(f.text.len()));
        }
        Self { rows, forms }
    }
}

/// The letters and digits at the beginning, hyphens and points within included.
fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '%' | '.'))).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-', '\''])
}

/// Where the words of a text begin.
fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let starts = c.is_alphanumeric() && !(before.is_alphanumeric() || matches!(before, '-' | '\'' | '.' | '_'));
        before = c;
        starts.then_some(at)
    })
}

/// Whether a word ends before this.
fn ends(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some(c) if c.is_alphanumeric() => false,
        Some('-' | '\u{2013}') => !chars.next().is_some_and(char::is_alphanumeric),
        _ => true,
    }
}

/// Whether `text` begins with `form`, in whatever case unless `exact`.
fn begins(text: &str, form: &str, exact: bool) -> bool {
    text.get(..form.len()).is_some_and(|t| if exact { t == form } else { t.eq_ignore_ascii_case(form) })
        && ends(&text[form.len()..])
}

fn plural(phrase: &str) -> String {
    let (head, last) = phrase.rsplit_once(' ').map_or(("", phrase), |(h, l)| (h, l));
    let space = if head.is_empty() { "" } else { " " };
    format!("{head}{space}{}", plural_word(last))
}

fn plural_word(word: &str) -> String {
    let sibilant = ["s", "x", "z", "ch", "sh"].iter().any(|e| word.ends_with(e));
    if word == "antibody" || (word.ends_with('y') && !["ay", "ey", "oy", "uy"].iter().any(|e| word.ends_with(e))) {
        format!("{}ies", &word[..word.len() - 1])
    } else if sibilant {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// Plain words in the singular or plural; a star behind a word says that it takes the ending.
fn plain_form(plain: &str, many: bool) -> String {
    match plain.split_once('*') {
        Some((head, rest)) if many => format!("{}{rest}", plural(head)),
        Some((head, rest)) => format!("{head}{rest}"),
        None if many => plural(plain),
        None => plain.to_owned(),
    }
}

/// Words behind which a phrase with an article of its own may stand.
const BEFORE_ARTICLE: &[&str] = &[
    "",
    "of",
    "with",
    "for",
    "in",
    "and",
    "or",
    "from",
    "by",
    "to",
    "as",
    "before",
    "after",
    "during",
    "about",
    "against",
    "without",
    "not",
    "is",
    "are",
    "was",
    "causes",
    "cause",
    "caused",
    "has",
    "have",
    "had",
    "means",
    "than",
    "is",
    "under",
    "include",
    "includes",
    "including",
    "treat",
    "prevent",
    "when",
    "if",
    "because",
    "on",
    "at",
    "like",
    "get",
    "arrange",
    "do",
    "use",
    "either",
    "both",
    "suggests",
    "meant",
    "recommends",
    "when",
    "where",
    "that",
    "rates",
    "between",
    "that",
    "repeat",
    "measure",
    "report",
    "reports",
    "had",
    "need",
    "needs",
];

/// Words that may stand behind a phrase that tells more of what stands before it.
const BEHIND: &[&str] = &[
    "and", "or", "but", "that", "of", "for", "to", "is", "are", "was", "were", "with", "without", "if", "when",
    "because", "at", "by", "from", "on", "after", "before", "than", "as", "in", "which", "should", "may", "can", "has",
    "have", "during",
];

/// Terms that are themselves said before something ("prior to", "in the absence of", "attributable to") or are adverbs.
fn leads_on(term: &str) -> bool {
    term.ends_with(" to")
        || term.ends_with(" of")
        || term.ends_with(" with")
        || term.ends_with("ly")
        || term.starts_with("intra")
}

/// Terms of a text, the longest at each place, in order. Linear in the text but for a handful of comparisons a word.
pub fn standing(text: &str) -> Vec<Standing> {
    let glossary = &*GLOSSARY;
    let mut found: Vec<Standing> = Vec::new();
    let mut from = 0;
    for at in word_starts(text) {
        if at < from {
            continue;
        }
        let rest = &text[at..];
        let Some(forms) = glossary.forms.get(&first_word(rest).to_lowercase()) else { continue };
        let fits = |f: &&Form| begins(rest, &f.text, glossary.rows[f.row].is_abbreviation());
        for form in forms.iter().filter(fits) {
            let end = at + form.text.len();
            if let Some(plain) = plain_here(text, [at, end], form, &glossary.rows[form.row]) {
                found.push(Standing { term: &glossary.rows[form.row], span: [at, end], plain });
                from = end;
                break;
            }
        }
    }
    found
}

/// Plain words for a form at its place; nothing where they would not read well there.
fn plain_here(text: &str, span: [usize; 2], form: &Form, row: &Term) -> Option<String> {
    if row.plain == row.term {
        return Some(text[span[0]..span[1]].to_owned());
    }
    let before: Vec<&str> = text[..span[0]].split_whitespace().rev().take(2).collect();
    let last = before.first().copied().unwrap_or_default();
    // A society in brackets is named by its letters: "(ESC 2019, AHA/ACC 2026)".
    if row.is_abbreviation() && row.plain.starts_with("the ") && text[..span[0]].rfind('(') > text[..span[0]].rfind(')')
    {
        return Some(text[span[0]..span[1]].to_owned());
    }
    // "Without symptoms" stands behind what it tells of, never before.
    let follows: String = text[span[1]..].chars().take_while(|c| c.is_alphabetic() || *c == ' ').collect();
    let follows = follows.trim().split(' ').next().unwrap_or_default();
    let leads = row.plain.split(' ').next().unwrap_or_default();
    if row.kind == Kind::Fixed
        && matches!(
            leads,
            "by" | "removed"
                | "treated"
                | "meant"
                | "around"
                | "with"
                | "without"
                | "at"
                | "on"
                | "in"
                | "about"
                | "able"
                | "not"
                | "from"
                | "present"
                | "grown"
                | "passing"
                | "up"
        )
        && row.plain.contains(' ')
        && !leads_on(row.term)
        && !follows.is_empty()
        && !BEHIND.contains(&follows)
    {
        return None;
    }
    // Nothing reaches across a comma, a bracket or the end of a sentence.
    let closed = last.ends_with([',', '.', ';', ':', '(', ')']) || text[..span[0]].ends_with(['(', '/']);
    let word = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let last_word = if closed { String::new() } else { word(last) };
    let counted = |w: &str| matches!(w, "a" | "an" | "one" | "each" | "every" | "another" | "any" | "first");
    let singular_here =
        counted(&last_word) || last_word == "the" || !closed && before.get(1).is_some_and(|w| counted(&word(w)));
    let many = form.plural || (row.kind == Kind::Bare && !singular_here);
    let mut plain = match row.kind {
        Kind::Noun | Kind::Bare => plain_form(row.plain, many),
        Kind::Abbreviation if form.plural => plural(row.plain),
        _ => row.plain.to_owned(),
    };
    for article in ["the ", "a ", "an "] {
        if let Some(rest) = plain.strip_prefix(article) {
            if matches!(last_word.as_str(), "the" | "a" | "an" | "this" | "each" | "every") {
                plain = rest.to_owned();
            } else if row.is_abbreviation()
                && article == "the "
                && !closed
                && !BEFORE_ARTICLE.contains(&last_word.as_str())
            {
                // "A raised CEA": no room for more words.
                return Some(text[span[0]..span[1]].to_owned());
            } else if article != "the " && !closed && !BEFORE_ARTICLE.contains(&last_word.as_str()) {
                return None;
            }
            break;
        }
    }
    // "CT scans" already says what is added; so does "bone-protecting drugs such as".
    let next = text[span[1]..].split_whitespace().next().map(word).unwrap_or_default();
    let ending = plain.rsplit(' ').next().map(word).unwrap_or_default();
    if plain.contains(' ')
        && !plain.ends_with(')')
        && !next.is_empty()
        && (next == ending || next.trim_end_matches('s') == ending)
        && text[span[1]..].starts_with(' ')
        && text[span[1] + 1..].starts_with(char::is_alphanumeric)
    {
        plain.truncate(plain.len() - ending.len() - 1);
    }
    let starts = text[span[0]..].starts_with(char::is_uppercase) && !row.term.starts_with(char::is_uppercase)
        || text[..span[0]].trim_end().is_empty()
        || text[..span[0]].trim_end().ends_with(['.', '!', '?']);
    Some(if starts { capitalised(&plain) } else { plain })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The text with plain words for its terms. `keeps` says of a term that it stays.
pub fn plain(text: &str, keeps: impl Fn(&Term) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut from = 0;
    for standing in standing(text).into_iter().filter(|s| !keeps(s.term)) {
        out.push_str(&text[from..standing.span[0]]);
        mend_article(&mut out, &standing.plain);
        out.push_str(&standing.plain);
        from = standing.span[1];
        // "Pulmonary embolism is": more than one now.
        let [start, end] = standing.span;
        if standing.term.kind == Kind::Bare
            && text[start..end].eq_ignore_ascii_case(standing.term.term)
            && standing.plain.eq_ignore_ascii_case(&plain_form(standing.term.plain, true))
        {
            for (one, many) in [
                (" is ", " are "),
                (" was ", " were "),
                (" has ", " have "),
                (" needs ", " need "),
                (" carries ", " carry "),
            ] {
                if text[end..].starts_with(one) {
                    out.push_str(many.trim_end());
                    from = end + one.len() - 1;
                }
            }
        }
    }
    out.push_str(&text[from..]);
    once(&out)
}

/// A term that was explained in brackets by its own plain words now says them twice: "low calcium (low calcium)".
fn once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(" (") {
        let close = rest[open..].find(')').map(|c| open + c);
        let inside = close.map(|c| rest[open + 2..c].to_lowercase());
        let twice = inside.is_some_and(|i| !i.is_empty() && rest[..open].to_lowercase().ends_with(&i));
        out.push_str(&rest[..open]);
        match close.filter(|_| twice) {
            Some(close) => rest = &rest[close + 1..],
            None => {
                out.push_str(" (");
                rest = &rest[open + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// "a" or "an" by the word that now follows.
fn mend_article(out: &mut String, next: &str) {
    let vowel = next.starts_with(|c: char| "aeioAEIO".contains(c))
        || ["un", "up", "ul", "um"].iter().any(|u| next.starts_with(u)) && !next.starts_with("uni");
    let letters = next.chars().take_while(|c| c.is_alphanumeric()).all(|c| c.is_uppercase() || c.is_ascii_digit());
    let spoken = letters && next.starts_with(|c: char| "AEFHILMNORSX".contains(c));
    for (wrong, right) in if vowel || spoken { [("a ", "an "), ("A ", "An ")] } else { [("an ", "a "), ("An ", "A ")] }
    {
        let head = out.strip_suffix(wrong).map(str::len);
        if let Some(head) = head.filter(|h| !out[..*h].ends_with(char::is_alphanumeric)) {
            out.truncate(head);
            out.push_str(right);
            return;
        }
    }
}

/// A text in plain words read back: every plain wording whose term stands in `original` becomes that term again. What the
/// plain text says of anything else is left as it is, so that a checker sees what was changed beside the names.
pub fn technical(plain_text: &str, original: &str) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for s in standing(original) {
        let said = original[s.span[0]..s.span[1]].to_owned();
        if s.term.is_abbreviation() {
            pairs.push((spelled(s.term), said.clone()));
        }
        let bare = ["the ", "a ", "an ", "The ", "A ", "An "].iter().find_map(|a| s.plain.strip_prefix(a));
        pairs.extend(bare.map(|b| (b.to_owned(), said.clone())));
        pairs.push((s.plain, said));
    }
    pairs.retain(|(plain, said)| !plain.eq_ignore_ascii_case(said));
    pairs.sort_by_key(|(p, _)| std::cmp::Reverse(p.len()));
    let mut out = String::with_capacity(plain_text.len());
    let mut from = 0;
    for at in word_starts(plain_text) {
        if at < from {
            continue;
        }
        if let Some((plain, said)) = pairs.iter().find(|(p, _)| begins(&plain_text[at..], p, false)) {
            out.push_str(&plain_text[from..at]);
            out.push_str(said);
            from = at + plain.len();
        }
    }
    out.push_str(&plain_text[from..]);
    out
}

/// An abbreviation spelled out, with its letters behind: `electrocardiogram (ECG)`.
pub fn spelled(term: &Term) -> String {
    format!("{} ({})", term.meaning, term.term)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn plainly(text: &str) -> String {
        plain(text, |_| false)
    }

    #[test]
    fn the_table_holds_600_terms_each_once_and_well_formed() {
        assert!(terms().len() >= 600, "{}", terms().len());
        let mut seen = BTreeSet::new();
        for t in terms() {
            assert!(seen.insert(t.term.to_owned()), "{} stands twice", t.term);
            assert!(!t.plain.is_empty() && t.plain.trim() == t.plain, "{}", t.term);
            assert!(t.plain != t.term || !t.meaning.is_empty(), "{} says nothing", t.term);
            assert!(!t.is_abbreviation() || !t.meaning.is_empty(), "{} is not spelled out", t.term);
            assert!(!t.term.contains('*') && t.plain.matches('*').count() <= 1, "{}", t.term);
            let figures = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
            assert!(
                figures(t.plain).is_empty() || figures(t.term) == figures(t.plain) || t.plain.contains("B1"),
                "{}",
                t.term
            );
        }
    }

    #[test]
    fn names_change_number_articles_and_capitals_with_them() {
        assert_eq!(
            plainly("Hypertension in chronic kidney disease."),
            "High blood pressure in long-term kidney disease."
        );
        assert_eq!(plainly("for pulmonary embolism"), "for blood clots in the lung");
        assert_eq!(plainly("after a pulmonary embolism"), "after a blood clot in the lung");
        assert_eq!(plainly("an anticoagulant or anticoagulants"), "a blood thinner or blood thinners");
        assert_eq!(plainly("two CT scans and a CT"), "two CT scans and a CT scan");
    }

    #[test]
    fn nothing_but_whole_names_is_touched() {
        assert_eq!(plainly("stage IV, platinum-based, cardiacs"), "stage IV, platinum-based, cardiacs");
        // An article of its own stands behind no adjective.
        assert_eq!(plainly("mild colitis"), "mild colitis");
    }

    #[test]
    fn what_was_put_plainly_reads_back_to_the_same() {
        for text in [
            "Do not give a direct oral anticoagulant for pulmonary embolism during pregnancy.",
            "In hypertension with edema, check serum creatinine (hazard ratio 0.77, 95% CI 0.45 to 1.31).",
            "ASCO (2024) recommends adjuvant chemotherapy after resection.",
        ] {
            let back = technical(&plainly(text), text);
            assert_eq!(back.to_lowercase(), text.to_lowercase());
        }
    }
}
