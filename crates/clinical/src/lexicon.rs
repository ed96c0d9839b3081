//! The concepts of medicine we have words for: names, synonyms, what is a kind of what, what a regimen is made of.
//! The words are data (`lexicon/*.tsv`); this module only looks them up. It knows no patient and no question.

use crate::text::{self, Token};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The tables, in the order of precedence where two give the same word (a test forbids that).
const TABLES: &[(&str, &str)] = &[
    ("oncology.tsv", include_str!("../../../lexicon/oncology.tsv")),
    ("diseases.tsv", include_str!("../../../lexicon/diseases.tsv")),
    ("drugs.tsv", include_str!("../../../lexicon/drugs.tsv")),
    ("procedures.tsv", include_str!("../../../lexicon/procedures.tsv")),
    ("findings.tsv", include_str!("../../../lexicon/findings.tsv")),
    ("measurements.tsv", include_str!("../../../lexicon/measurements.tsv")),
];

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        /// What kind of thing a concept is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum ConceptKind { $($(#[$doc])* $variant),+ }

        impl ConceptKind {
            fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
            /// The word of the tables.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

kinds! {
    /// A disease or disorder.
    Disease = "disease",
    /// A substance given as a drug.
    Drug = "drug",
    /// A class of drugs.
    DrugClass = "drug-class",
    /// Drugs given together under one name.
    Regimen = "regimen",
    /// An operation, irradiation or other thing done to a patient.
    Procedure = "procedure",
    /// A place that a cancer spreads to.
    Site = "site",
    /// A kind of tissue.
    Histology = "histology",
    /// A degree of differentiation.
    Grade = "grade",
    /// What a patient reports.
    Symptom = "symptom",
    /// What is observed.
    Finding = "finding",
    /// Harm done by treatment.
    Toxicity = "toxicity",
    /// A laboratory test.
    Lab = "lab",
    /// A vital sign.
    Vital = "vital",
    /// A measure of how well an organ works.
    OrganFunction = "organ-function",
    /// A habit.
    Lifestyle = "lifestyle",
    /// A molecular or serological marker.
    Biomarker = "biomarker",
    /// A diagnostic test that is neither a laboratory value nor a vital sign.
    Test = "test",
}

/// One concept.
#[derive(Debug)]
pub struct Concept {
    /// Preferred name.
    pub name: &'static str,
    /// What kind of thing it is.
    pub kind: ConceptKind,
    /// Other names, as the tables give them, without their marks.
    pub synonyms: Vec<&'static str>,
    /// For measurements: the usual range of adults and its unit, `1.7-2.4 mg/dL`. Laboratories differ.
    pub usual: Option<&'static str>,
    id: u16,
    parents: Vec<u16>,
    parts: Vec<u16>,
    /// Itself and everything it is a kind of, sorted.
    ancestors: Vec<u16>,
}

impl PartialEq for Concept {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Concept {}

impl Concept {
    /// What it is directly a kind of.
    pub fn parents(&self) -> impl Iterator<Item = &'static Concept> {
        self.parents.iter().map(|&id| LEXICON.get(id))
    }

    /// What it is made of: the drugs of a regimen.
    pub fn parts(&self) -> impl Iterator<Item = &'static Concept> {
        self.parts.iter().map(|&id| LEXICON.get(id))
    }

    /// Whether it is `other` or a kind of it.
    pub fn is_a(&self, other: &Concept) -> bool {
        self.ancestors.binary_search(&other.id).is_ok()
    }

    /// Whether something can be both: one is a kind of the other, or a third is a kind of both.
    pub fn overlaps(&self, other: &Concept) -> bool {
        self.is_a(other) || other.is_a(self) || LEXICON.concepts.iter().any(|c| c.is_a(self) && c.is_a(other))
    }
}

/// A place in a text that names a concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// What it names.
    pub concept: &'static Concept,
    /// Byte range.
    pub span: [usize; 2],
    /// Whether the words have other meanings too.
    pub ambiguous: bool,
}

/// All concepts a text names: the longest name at each place, none overlapping, in order.
/// Linear in the length of the text; names are at most a few words long.
pub fn mentions(text: &str) -> Vec<Mention> {
    LEXICON.mentions(text, &text::tokens(text))
}

/// The concept with this name or synonym; case, spelling, plural and hyphens do not matter.
pub fn concept(name: &str) -> Option<&'static Concept> {
    let tokens = text::tokens(name);
    let mut node = 0;
    for token in &tokens {
        node = LEXICON.step(node, &token.norm)?;
    }
    LEXICON.ends.get(&node)?.first().map(|end| LEXICON.get(end.concept))
}

/// Whether `narrow` is `broad` or a kind of it. Names the lexicon does not know are kinds of themselves alone.
pub fn is_a(narrow: &str, broad: &str) -> bool {
    match (concept(narrow), concept(broad)) {
        (Some(n), Some(b)) => n.is_a(b),
        _ => text::normal_phrase(narrow) == text::normal_phrase(broad),
    }
}

/// Whether something can be both `a` and `b`. Names the lexicon does not know overlap with themselves alone.
pub fn overlaps(a: &str, b: &str) -> bool {
    match (concept(a), concept(b)) {
        (Some(a), Some(b)) => a.overlaps(b),
        _ => text::normal_phrase(a) == text::normal_phrase(b),
    }
}

/// Whether two concepts are near: they overlap, share what they are directly a kind of, or one is made of the other.
pub fn related(a: &str, b: &str) -> bool {
    match (concept(a), concept(b)) {
        (Some(a), Some(b)) => {
            a.overlaps(b)
                || a.parents.iter().any(|p| b.parents.contains(p))
                || a.parts.contains(&b.id)
                || b.parts.contains(&a.id)
        }
        _ => text::normal_phrase(a) == text::normal_phrase(b),
    }
}

/// [`mentions`] for who has the words already.
pub(crate) fn mentions_in(text: &str, tokens: &[Token]) -> Vec<Mention> {
    LEXICON.mentions(text, tokens)
}

/// All concepts.
pub(crate) fn all() -> &'static [Concept] {
    &LEXICON.concepts
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::load(TABLES));

/// What a name leads to.
struct End {
    concept: u16,
    /// Counts only when written exactly so: abbreviations that are also words.
    exact: Option<&'static str>,
    ambiguous: bool,
}

/// The concepts, and a tree of their names, one word a step.
struct Lexicon {
    concepts: Vec<Concept>,
    words: HashMap<String, u32>,
    steps: HashMap<(u32, u32), u32>,
    ends: HashMap<u32, Vec<End>>,
    /// Rows that make no sense; a test holds this empty, the program ignores them.
    #[cfg_attr(not(test), allow(dead_code))]
    problems: Vec<String>,
}

impl Lexicon {
    fn load(tables: &[(&str, &'static str)]) -> Self {
        let mut lexicon = Lexicon {
            concepts: Vec::new(),
            words: HashMap::new(),
            steps: HashMap::new(),
            ends: HashMap::new(),
            problems: Vec::new(),
        };
        let mut by_name: HashMap<&'static str, u16> = HashMap::new();
        let mut links: Vec<(u16, &'static str, &'static str)> = Vec::new();
        let mut next_node = 1;
        for (file, table) in tables {
            for (number, row) in table.lines().enumerate().filter(|(_, r)| !r.is_empty() && !r.starts_with('#')) {
                let mut cells = row.split('\t').map(str::trim);
                let mut cell = || cells.next().unwrap_or_default();
                let (name, kind, parents, synonyms, parts, usual) = (cell(), cell(), cell(), cell(), cell(), cell());
                let Some(kind) = ConceptKind::parse(kind) else {
                    lexicon.problems.push(format!("{file}:{}: {kind:?} is no kind", number + 1));
                    continue;
                };
                let id = lexicon.concepts.len() as u16;
                if by_name.insert(name, id).is_some() {
                    lexicon.problems.push(format!("{file}:{}: {name:?} stands twice", number + 1));
                }
                links.push((id, parents, parts));
                let mut plain = Vec::new();
                for word in std::iter::once(name).chain(list(synonyms)) {
                    let unmarked = word.trim_start_matches(['=', '?']);
                    let marks = &word[..word.len() - unmarked.len()];
                    let end = End {
                        concept: id,
                        exact: marks.contains('=').then_some(unmarked),
                        ambiguous: marks.contains('?'),
                    };
                    if let Some(problem) = lexicon.enter(unmarked, end, &mut next_node) {
                        lexicon.problems.push(format!("{file}:{}: {problem}", number + 1));
                    }
                    if word != name {
                        plain.push(unmarked);
                    }
                }
                lexicon.concepts.push(Concept {
                    name,
                    kind,
                    synonyms: plain,
                    usual: (!usual.is_empty()).then_some(usual),
                    id,
                    parents: Vec::new(),
                    parts: Vec::new(),
                    ancestors: Vec::new(),
                });
            }
        }
        for (id, parents, parts) in links {
            let mut find = |names: &'static str| -> Vec<u16> {
                let mut ids = Vec::new();
                for name in list(names) {
                    match by_name.get(name) {
                        Some(&id) => ids.push(id),
                        None => lexicon.problems.push(format!("{name:?} is named but has no row")),
                    }
                }
                ids
            };
            let (parents, parts) = (find(parents), find(parts));
            lexicon.concepts[id as usize].parents = parents;
            lexicon.concepts[id as usize].parts = parts;
        }
        lexicon.close();
        lexicon
    }

    /// Enters one name; says what is wrong with it.
    fn enter(&mut self, name: &'static str, end: End, next_node: &mut u32) -> Option<String> {
        let mut node = 0;
        for token in text::tokens(name) {
            let count = self.words.len() as u32;
            let word = *self.words.entry(token.norm).or_insert(count);
            node = *self.steps.entry((node, word)).or_insert_with(|| {
                *next_node += 1;
                *next_node
            });
        }
        if node == 0 {
            return Some("a name without letters".to_owned());
        }
        let ends = self.ends.entry(node).or_default();
        let problem = ends
            .iter()
            .any(|e| e.concept != end.concept && (e.exact.is_none() || e.exact == end.exact || end.exact.is_none()))
            .then(|| format!("{name:?} already names another concept"));
        ends.push(end);
        problem
    }

    /// Works out what every concept is a kind of, however far up. A cycle ends where it began.
    fn close(&mut self) {
        for id in 0..self.concepts.len() {
            let mut seen = vec![id as u16];
            let mut at = 0;
            while at < seen.len() {
                for &parent in &self.concepts[seen[at] as usize].parents {
                    if !seen.contains(&parent) {
                        seen.push(parent);
                    }
                }
                at += 1;
            }
            seen.sort_unstable();
            self.concepts[id].ancestors = seen;
        }
    }

    fn get(&self, id: u16) -> &Concept {
        &self.concepts[id as usize]
    }

    fn step(&self, node: u32, word: &str) -> Option<u32> {
        self.steps.get(&(node, *self.words.get(word)?)).copied()
    }

    fn mentions(&'static self, text: &str, tokens: &[Token]) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match self.longest(text, &tokens[at..]) {
                Some((length, mention)) => {
                    found.push(mention);
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The longest name that begins at the first word.
    fn longest(&'static self, text: &str, tokens: &[Token]) -> Option<(usize, Mention)> {
        let mut best = None;
        let mut node = 0;
        for (i, token) in tokens.iter().enumerate() {
            if i > 0 && !token.joined {
                break;
            }
            match self.step(node, &token.norm) {
                Some(next) => node = next,
                None => break,
            }
            let span = [tokens[0].start, token.end];
            let written = &text[span[0]..span[1]];
            let end = self.ends.get(&node).and_then(|ends| ends.iter().find(|e| e.exact.is_none_or(|x| x == written)));
            if let Some(end) = end {
                best = Some((i + 1, Mention { concept: self.get(end.concept), span, ambiguous: end.ambiguous }));
            }
        }
        best
    }
}

/// The entries of a cell.
fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split(';').map(str::trim).filter(|s| !s.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_tables_make_sense() {
        assert_eq!(LEXICON.problems, Vec::<String>::new());
        assert!(LEXICON.concepts.len() > 600, "{}", LEXICON.concepts.len());
        for c in &LEXICON.concepts {
            assert!(!c.parents().any(|p| p.is_a(c)), "{} is a kind of itself", c.name);
            assert_eq!(concept(c.name), Some(c));
        }
    }

    #[test]
    fn every_table_says_where_it_comes_from() {
        for (file, table) in TABLES {
            assert!(table.starts_with("# Curbside lexicon. Origin: Curbside authors. Licence: CC0-1.0."), "{file}");
        }
    }

    fn names(text: &str) -> Vec<&'static str> {
        mentions(text).into_iter().map(|m| m.concept.name).collect()
    }

    #[test]
    fn the_longest_name_wins() {
        assert_eq!(names("metastatic lung adenocarcinoma"), ["lung adenocarcinoma"]);
        assert_eq!(names("type-2 diabetes and Crohn's disease"), ["type 2 diabetes mellitus", "crohn disease"]);
        assert_eq!(names("poorly-differentiated rectal carcinoma"), ["poorly differentiated", "rectal cancer"]);
        assert_eq!(names("5-FU, mFOLFOX6"), ["fluorouracil", "FOLFOX"]);
        assert_eq!(names("anaemia; DIARRHOEA"), ["anemia", "diarrhea"]);
    }

    #[test]
    fn abbreviations_that_are_words_count_only_as_written() {
        assert_eq!(names("all of us can lar"), Vec::<&str>::new());
        assert_eq!(names("ALL after RA"), ["acute lymphoblastic leukemia", "rheumatoid arthritis"]);
        assert!(mentions("RA")[0].ambiguous);
    }

    #[test]
    fn a_name_is_not_found_inside_a_word() {
        assert_eq!(names("asthmatically depainted"), Vec::<&str>::new());
    }

    #[test]
    fn kinds_are_reflexive_and_transitive() {
        assert!(is_a("rectal cancer", "rectal cancer"));
        assert!(is_a("adenocarcinoma of the rectum", "CRC"));
        assert!(is_a("locally advanced rectal cancer", "cancer"));
        assert!(is_a("cetuximab", "anti-EGFR"));
        assert!(is_a("Keytruda", "checkpoint inhibitor"));
        assert!(is_a("bevacizumab", "anti-vegf"));
        assert!(!is_a("colorectal cancer", "rectal cancer"));
        assert!(!is_a("asthma", "cancer"));
        assert!(is_a("no such thing", "No such things"));
        assert!(!is_a("no such thing", "cancer"));
    }

    #[test]
    fn what_can_be_both_overlaps() {
        assert!(overlaps("rectal cancer", "cancer"));
        assert!(overlaps("cancer", "rectal cancer"));
        assert!(overlaps("chemotherapy", "radiotherapy"), "chemoradiation is both");
        assert!(!overlaps("rectal cancer", "hypomagnesemia"));
        assert!(!overlaps("colon cancer", "rectal cancer"));
        assert!(related("colon cancer", "rectal cancer"));
        assert!(related("FOLFOX", "oxaliplatin"));
        assert!(!related("asthma", "psoriasis"));
    }

    #[test]
    fn the_tables_load_in_a_moment() {
        // Five milliseconds in a release build; a debug build on a busy machine gets more.
        let start = std::time::Instant::now();
        let loaded = Lexicon::load(TABLES);
        let took = start.elapsed();
        let limit = if cfg!(debug_assertions) { 500 } else { 25 };
        assert!(took.as_millis() < limit, "{} concepts took {took:?}", loaded.concepts.len());
    }

    proptest! {
        #[test]
        fn mentions_lie_in_the_text_in_order(s in "\\PC{0,60}( (FOLFOX|rectal cancer|Ä|RA|s|'s|-))*\\PC{0,20}") {
            let mut last = 0;
            for m in mentions(&s) {
                prop_assert!(m.span[0] >= last && m.span[0] < m.span[1]);
                prop_assert!(s.get(m.span[0]..m.span[1]).is_some());
                last = m.span[1];
            }
        }
    }
}
