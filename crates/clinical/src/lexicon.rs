//! The concepts of medicine we have words for: names, synonyms, what is a kind of what, what a regimen is made of.
//! The words are data (`lexicon/*.tsv`, compiled by `build.rs`); this module only looks them up. It knows no patient and
//! no question.

mod compact;
pub(crate) mod spelling;
mod unfamiliar;

use crate::text::{self, Token};
use compact::{Compact, End};
use fst::raw::{Node, Output};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub use unfamiliar::{Unfamiliar, unfamiliar};

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
    pub synonyms: &'static [&'static str],
    /// For measurements: the usual range of adults and its unit, `1.7-2.4 mg/dL`. Laboratories differ.
    pub usual: Option<&'static str>,
    id: u32,
    parents: &'static [u32],
    parts: &'static [u32],
    /// Itself and everything it is a kind of, sorted.
    ancestors: &'static [u32],
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
        // What is both, without one being a kind of the other, is so by way of a concept with several parents.
        let joint = |&id: &u32| LEXICON.get(id).is_a(self) && LEXICON.get(id).is_a(other);
        self.is_a(other) || other.is_a(self) || LEXICON.0.joints.iter().any(joint)
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
    let ends = LEXICON.ends(LEXICON.0.names.get(text::normal_phrase(name))?.value());
    let written = ends.iter().find(|e| e.exact == name && e.is_default());
    let any_case = || ends.iter().find(|e| e.exact.is_empty() && e.is_default());
    written
        .or_else(any_case)
        .or_else(|| ends.iter().find(|e| e.is_default()))
        .or(ends.first())?
        .concept
        .map(|id| LEXICON.get(id))
}

/// The regimens made of drugs that are all among these, at least two of each, in the order of the tables. FOLFOX for
/// fluorouracil, leucovorin and oxaliplatin. Only the largest: no regimen whose drugs are all in another that is given.
/// Linear in the number of concepts; nothing to do for fewer than two drugs.
pub fn regimens_of(drugs: &[&Concept]) -> Vec<&'static Concept> {
    let among = |id: &u32| drugs.iter().any(|d| d.id == *id);
    if drugs.iter().filter(|d| d.kind == ConceptKind::Drug).count() < 2 {
        return Vec::new();
    }
    let all = LEXICON.0.concepts.iter();
    let made: Vec<&'static Concept> = all
        .filter(|c| c.kind == ConceptKind::Regimen && c.parts.len() > 1 && c.parts.iter().all(among) && !among(&c.id))
        .collect();
    let within =
        |a: &Concept, b: &Concept| a.parts.len() < b.parts.len() && a.parts.iter().all(|p| b.parts.contains(p));
    made.iter().copied().filter(|c| !made.iter().any(|o| within(c, o))).collect()
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

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::load(compact::BLOB));

/// Reads the tables now, rather than when first asked. For who measures it; returns the number of concepts and the bytes
/// of the compact form.
#[doc(hidden)]
pub fn warm() -> (usize, usize) {
    (LEXICON.0.concepts.len(), compact::BLOB.len())
}

/// How far from an abbreviation words that select its meaning may stand.
const NEAR: usize = 8;

/// The concepts, and an automaton of their names: words in normal form with a space between.
struct Lexicon(Compact);

impl End {
    /// Whether the meaning needs no word near by that selects it.
    fn is_default(&self) -> bool {
        self.cues.first().is_none_or(|c| *c == "*")
    }

    /// How many words that select it stand near tokens `at`.
    fn score(&self, text: &str, tokens: &[Token], at: [usize; 2]) -> usize {
        let near = &tokens[at[0].saturating_sub(NEAR)..(at[1] + NEAR).min(tokens.len())];
        let inside = |t: &Token| t.start >= tokens[at[0]].start && t.end <= tokens[at[1] - 1].end;
        let hit = |cue: &str| {
            let rest = || text[tokens[at[1] - 1].end..].trim_start();
            if cue == ":" {
                return rest().starts_with(':');
            }
            if cue == "#" {
                return rest().starts_with(|c: char| c.is_ascii_digit());
            }
            if cue == "tnm" && near.iter().any(|t| is_tnm(&t.norm)) {
                return true;
            }
            let words = cue.split(' ').count();
            near.windows(words).any(|w| !w.iter().any(inside) && w.iter().map(|t| t.norm.as_str()).eq(cue.split(' ')))
        };
        self.cues.iter().filter(|c| **c != "*" && hit(c)).count()
    }
}

/// Whether a word gives the T and N of a tumour, its T as found, or its N: `pt3n1a`, `ct2`, `n0`. "T2 weighted" is none.
pub(crate) fn is_tnm(word: &str) -> bool {
    let degree = |rest: &str, most: char| {
        rest.starts_with(|c: char| ('0'..=most).contains(&c))
            && rest[1..].chars().all(|c| c.is_ascii_digit() || "abcnmx".contains(c))
    };
    let bare = word.trim_start_matches(['y', 'c', 'p']);
    let t = bare.strip_prefix('t').is_some_and(|rest| degree(rest, '4') && (rest.contains('n') || bare != word));
    t || bare.strip_prefix('n').is_some_and(|rest| rest.len() < 3 && degree(rest, '3'))
}

impl Lexicon {
    fn load(blob: &'static [u8]) -> Self {
        // The build wrote it and a test reads it: that it cannot be read happens to no one who runs the program.
        Lexicon(compact::read(blob).unwrap_or_else(Compact::empty))
    }

    fn get(&self, id: u32) -> &Concept {
        &self.0.concepts[id as usize]
    }

    fn ends(&self, value: u64) -> &[End] {
        let start = (value >> 8) as usize;
        &self.0.ends[start..start + (value & 0xff) as usize]
    }

    fn mentions(&'static self, text: &str, tokens: &[Token]) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match self.longest(text, tokens, at) {
                Some((length, mention)) => {
                    found.push(mention);
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The longest name that begins at word `first`.
    fn longest(&'static self, text: &str, tokens: &[Token], first: usize) -> Option<(usize, Mention)> {
        let mut best = None;
        let mut place = Some((self.0.names.root(), Output::zero()));
        for (i, token) in tokens.iter().enumerate().skip(first) {
            if i > first {
                if !token.joined {
                    break;
                }
                place = place.and_then(|p| self.walk(p, b" "));
            }
            place = place.and_then(|p| self.walk(p, token.norm.as_bytes()));
            let Some((node, output)) = place else { break };
            if !node.is_final() {
                continue;
            }
            let span = [tokens[first].start, token.end];
            let ends = self.ends(output.cat(node.final_output()).value());
            if let Some(mention) = self.meaning(text, tokens, [first, i + 1], span, ends) {
                best = Some((i + 1 - first, mention));
            }
        }
        best
    }

    /// What the words in `span` mean where they stand: the meaning that most of the words near by select, else the one
    /// that needs none.
    fn meaning(
        &'static self,
        text: &str,
        tokens: &[Token],
        at: [usize; 2],
        span: [usize; 2],
        ends: &[End],
    ) -> Option<Mention> {
        let written = &text[span[0]..span[1]];
        // An abbreviation that goes on behind a hyphen is another: PD-L1 is no Parkinson disease.
        let goes_on = text[span[1]..]
            .strip_prefix('-')
            .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()));
        if goes_on && ends.iter().any(|e| e.exact == written) {
            return None;
        }
        // A form as it is written goes before the same letters in any case.
        let exact = ends.iter().any(|e| e.exact == written);
        let fit = || ends.iter().filter(|e| e.exact == if exact { written } else { "" });
        let mut chosen: Option<(&End, usize)> = None;
        for end in fit() {
            let score = if end.cues.is_empty() { 0 } else { end.score(text, tokens, at) };
            let meant = score > 0 || end.is_default();
            if meant && chosen.is_none_or(|(_, best)| score > best) {
                chosen = Some((end, score));
            }
        }
        let (end, _) = chosen?;
        Some(Mention { concept: self.get(end.concept?), span, ambiguous: end.ambiguous })
    }

    /// Steps along bytes.
    fn walk<'f>(&'f self, (mut node, mut output): (Node<'f>, Output), bytes: &[u8]) -> Option<(Node<'f>, Output)> {
        for &byte in bytes {
            let transition = node.transition(node.find_input(byte)?);
            output = output.cat(transition.out);
            node = self.0.names.node(transition.addr);
        }
        Some((node, output))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_tables_make_sense() {
        assert_eq!(LEXICON.0.problems, "");
        assert!(LEXICON.0.concepts.len() > 600, "{}", LEXICON.0.concepts.len());
        for c in &LEXICON.0.concepts {
            assert!(!c.parents().any(|p| p.is_a(c)), "{} is a kind of itself", c.name);
            assert_eq!(concept(c.name), Some(c));
        }
    }

    #[test]
    fn every_table_says_where_it_comes_from() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicon");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "tsv" || e == "txt") {
                let table = std::fs::read_to_string(&path).unwrap();
                let head: String = table.lines().take_while(|l| l.starts_with('#')).collect();
                assert!(head.contains("Origin: "), "{}", path.display());
                let licences = ["CC0", "public domain", "Licence: ", "courtesy of"];
                assert!(licences.iter().any(|l| head.contains(l)), "{}", path.display());
                seen += 1;
            }
        }
        assert!(seen >= 12, "{seen}");
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
    fn words_near_by_select_the_meaning_of_an_abbreviation() {
        assert_eq!(names("MS with new MRI lesion"), ["multiple sclerosis", "MRI"]);
        assert_eq!(names("severe MS, rheumatic valve"), ["mitral stenosis"]);
        assert_eq!(names("acute PE on apixaban"), ["pulmonary embolism", "apixaban"]);
        assert_eq!(names("PE: lungs clear")[..1], ["lung"]);
        assert!(mentions("acute PE")[0].ambiguous);
        assert_eq!(names("ckd and copd"), ["chronic kidney disease", "chronic obstructive pulmonary disease"]);
        assert_eq!(names("the AC was out in the ICE"), Vec::<&str>::new());
        assert_eq!(names("adjuvant AC chemotherapy")[0], "AC chemotherapy");
    }

    #[test]
    fn the_compact_form_is_small() {
        assert!(compact::BLOB.len() < 8 << 20, "{}", compact::BLOB.len());
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
    fn drugs_given_together_are_a_regimen() {
        let given = |names: &[&str]| -> Vec<&str> {
            let drugs: Vec<&Concept> = names.iter().filter_map(|n| concept(n)).collect();
            regimens_of(&drugs).into_iter().map(|c| c.name).collect()
        };
        let folfox = given(&["oxaliplatin", "leucovorin", "5-FU"]);
        assert!(folfox.contains(&"FOLFOX") && !folfox.contains(&"5-FU/leucovorin"), "{folfox:?}");
        assert!(given(&["oxaliplatin"]).is_empty() && given(&["asthma", "psoriasis"]).is_empty());
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
        let loaded = Lexicon::load(compact::BLOB);
        let took = start.elapsed();
        let limit = if cfg!(debug_assertions) { 500 } else { 25 };
        assert!(took.as_millis() < limit, "{} concepts took {took:?}", loaded.0.concepts.len());
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
