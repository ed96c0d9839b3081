//! Cancers that a note names by their place alone: "pT3N1 sigmoid", "adjuvant mFOLFIRINOX pancreas", "cancer in my colon".
//! A place is read as a cancer only beside what nothing but a cancer has, and only where no cancer is named.

use super::patient;
use crate::case::{Assertion, Attribute, Detail, Fact};
use crate::lexicon::{self, Concept, ConceptKind, Mention};
use crate::text::{self, Token};
use std::sync::LazyLock;

/// A place by its words in normal form.
struct Place {
    words: Vec<String>,
    cancer: &'static Concept,
    /// Whether a cancer of elsewhere may lie there.
    spread: bool,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let mut places = Vec::new();
    for row in include_str!("../../../../lexicon/primary-sites.tsv").lines().filter(|r| !r.starts_with('#')) {
        let mut cells = row.split('\t');
        let (Some(names), Some(cancer)) = (cells.next(), cells.next().and_then(lexicon::concept)) else { continue };
        let spread = cells.next() == Some("spread");
        for name in names.split(';') {
            let words: Vec<String> = text::tokens(name).into_iter().map(|t| t.norm).collect();
            places.push(Place { words, cancer, spread });
        }
    }
    places.sort_by_key(|p| std::cmp::Reverse(p.words.len()));
    places
});

/// Words of a text looked at; beyond that it is no question.
const MOST: usize = 400;
/// What spread of a cancer is called.
const SPREAD: &[&str] = &["metastasis", "met", "metastatic", "metastasized", "metastasised", "spread", "deposit"];
/// Words of a cancer's treatment and pathology.
const OF_CANCER: &[&str] = &["adjuvant", "neoadjuvant", "adj", "neoadj", "dmmr", "pmmr", "r1", "ypt", "crm", "emvi"];
/// After a place they speak of the organ, not of what grows in it.
const OF_ORGAN: &[&str] = &[
    "exam",
    "examination",
    "prep",
    "preparation",
    "function",
    "milk",
    "feeding",
    "feed",
    "fed",
    "volvulus",
    "bleeding",
    "bleed",
    "pain",
    "polyp",
    "insufficiency",
    "enzyme",
    "replacement",
    "temperature",
    "diazepam",
    "fistula",
    "abscess",
    "diverticulitis",
    "screening",
    "reflux",
    "ulcer",
    "varix",
    "varice",
    "nodule",
    "toxicity",
    "spine",
    "catheter",
    "discomfort",
    "prolapse",
    "stricture",
    "fibrosis",
    "disease",
    "injury",
    "artery",
    "embolism",
    "edema",
    "hypertension",
    "leak",
    "tube",
    "foam",
    "suppository",
    "emptying",
    "bypass",
    "cyst",
    "transplant",
    "transplantation",
    "outlet",
    "surgery",
    "infection",
    "rehab",
    "rehabilitation",
    "radiograph",
    "collar",
    "fracture",
    "clot",
    "clear",
    "sound",
    "tenderness",
    "density",
    "implant",
    "failure",
    "reserve",
    "preservation",
    "suppression",
    "symptom",
    "irritation",
    "spasm",
    "sparing",
    "dose",
    "field",
    "biopsy",
    "lump",
];

fn is_cancer(concept: &Concept) -> bool {
    lexicon::is_a(concept.name, "cancer")
}

/// Whether a concept says cancer without saying of what.
fn is_any_cancer(concept: &Concept) -> bool {
    matches!(concept.name, "cancer" | "solid tumor")
}

/// Puts cancers named by their place among the mentions.
pub(super) fn name_places(text: &str, tokens: &[Token], mentions: &mut Vec<Mention>) {
    let tokens = &tokens[..tokens.len().min(MOST)];
    join_places(text, tokens, mentions);
    if mentions.iter().any(|m| is_cancer(m.concept)) {
        return;
    }
    let taken = |at: &Token| {
        mentions.iter().any(|m| m.span[0] <= at.start && at.end <= m.span[1] && m.concept.kind != ConceptKind::Site)
    };
    let evidence = Evidence::of(text, tokens, mentions);
    let found = (0..tokens.len()).find_map(|at| {
        let place = place_at(tokens, at)?;
        let next = at + place.words.len();
        let free = !tokens[at..next].iter().any(taken);
        (free && evidence.suffices(tokens, at, next, place) && is_primary(tokens, at, next, place))
            .then_some((at, next, place))
    });
    if let Some((at, next, place)) = found {
        put(mentions, [tokens[at].start, tokens[next - 1].end], place.cancer);
    }
}

/// "Cancer in my colon", "tumour of the pancreas": the place says which.
fn join_places(text: &str, tokens: &[Token], mentions: &mut Vec<Mention>) {
    for at in 0..tokens.len() {
        if !matches!(tokens[at].norm.as_str(), "cancer" | "tumor" | "malignancy" | "carcinoma" | "adenocarcinoma") {
            continue;
        }
        let mut place = at + 1;
        let linked = tokens.get(place).is_some_and(|t| matches!(t.norm.as_str(), "of" | "in" | "on" | "from"));
        if !linked {
            continue;
        }
        place += 1;
        if tokens.get(place).is_some_and(|t| matches!(t.norm.as_str(), "the" | "my" | "his" | "her" | "their" | "a")) {
            place += 1;
        }
        let Some(found) = place_at(tokens, place) else { continue };
        let span = [tokens[at].start, tokens[place + found.words.len() - 1].end];
        let parted = text[span[0]..span[1]].contains([',', '.', ';', '?', '(']);
        // A longer name that is known already, and what is something else, stand.
        let known = |m: &Mention| {
            m.span[0] < span[1]
                && span[0] < m.span[1]
                && m.concept.kind == ConceptKind::Disease
                && !is_any_cancer(m.concept)
        };
        if !parted && !mentions.iter().any(known) {
            put(mentions, span, found.cancer);
        }
    }
}

/// The longest place that begins at a word.
fn place_at(tokens: &[Token], at: usize) -> Option<&'static Place> {
    let fits = |p: &&Place| {
        tokens.len() >= at + p.words.len()
            && p.words.iter().zip(&tokens[at..]).enumerate().all(|(i, (w, t))| *w == t.norm && (i == 0 || t.joined))
    };
    PLACES.iter().find(fits)
}

/// Whether a place stands as where a cancer begins, not as where it went to or as an organ.
fn is_primary(tokens: &[Token], at: usize, next: usize, place: &Place) -> bool {
    let word = |i: Option<usize>| i.and_then(|i| tokens.get(i)).map_or("", |t| t.norm.as_str());
    let after = word(Some(next));
    if OF_ORGAN.contains(&after) {
        return false;
    }
    if !place.spread {
        return true;
    }
    let met_after = SPREAD.contains(&after) || matches!(after, "and" | "or") && SPREAD.contains(&word(Some(next + 2)));
    let onward = matches!(word(Some(next + 1)), "to" | "in");
    let before: Vec<&str> = (1..=6).map(|back| word(at.checked_sub(back))).collect();
    let met_before = matches!(before[0], "to" | "in" | "involving" | "the" | "and" | "or" | "my" | "her" | "his")
        && before.iter().any(|w| SPREAD.contains(w) || matches!(*w, "gone" | "went"));
    (!met_after || onward) && !met_before
}

/// What nothing but a cancer has.
struct Evidence {
    /// Anywhere in the question: TNM, an adjuvant treatment, a regimen of cancer.
    anywhere: bool,
    /// Places of words that speak of a cancer within a few words of them.
    near: Vec<usize>,
    /// Places of drugs against cancer.
    drugs: Vec<usize>,
    /// Whether no disease is named that could own a stage.
    alone: bool,
}

impl Evidence {
    fn of(text: &str, tokens: &[Token], mentions: &[Mention]) -> Self {
        let regimen =
            |m: &Mention| m.concept.kind == ConceptKind::Regimen && lexicon::is_a(m.concept.name, "antineoplastic");
        let chemo = |m: &Mention| {
            lexicon::is_a(m.concept.name, "antineoplastic") && !lexicon::is_a(m.concept.name, "immunosuppressant")
        };
        let starts = |t: &Token, is: &dyn Fn(&Mention) -> bool| mentions.iter().any(|m| m.span[0] == t.start && is(m));
        let anywhere = patient::has_tnm(text)
            || mentions.iter().any(regimen)
            || tokens.iter().any(|t| OF_CANCER.contains(&t.norm.as_str()))
            || mentions.iter().any(|m| matches!(m.concept.name, "chemoradiation" | "total neoadjuvant therapy"));
        let alone = !mentions.iter().any(|m| m.concept.kind == ConceptKind::Disease);
        let near = (0..tokens.len())
            .filter(|&i| {
                let t = &tokens[i];
                matches!(t.norm.as_str(), "adeno" | "adenoca" | "adenocarcinoma" | "carcinoma" | "ca" | "scc" | "mss")
                    || SPREAD.contains(&t.norm.as_str())
                    || matches!(t.norm.as_str(), "stage" | "st3" | "st2") && alone
                    || OF_CANCER.contains(&t.norm.as_str())
                    || lexicon::is_tnm(&t.norm)
                    || starts(t, &regimen)
            })
            .collect();
        let drugs = (0..tokens.len()).filter(|&i| starts(&tokens[i], &chemo)).collect();
        Self { anywhere, near, drugs, alone }
    }

    fn suffices(&self, tokens: &[Token], at: usize, next: usize, place: &Place) -> bool {
        let close = |&i: &usize| i + 5 >= at && i < next + 5;
        // "Lungs clear on FOLFOX": an organ that is spoken of for other reasons too needs what is said of it.
        if !place.spread && (self.anywhere || self.drugs.iter().any(close)) {
            return true;
        }
        // "Stage" alone says little of an organ far away.
        self.near.iter().filter(|i| close(i)).any(|&i| {
            let norm = tokens[i].norm.as_str();
            // Beside an organ that others spread to, spread speaks of it only where it goes on: "pancreas mets to liver".
            if place.spread && SPREAD.contains(&norm) {
                return i == next && tokens.get(i + 1).is_some_and(|t| matches!(t.norm.as_str(), "to" | "in"));
            }
            norm != "stage" || self.alone && patient::stage_word(tokens.get(i + 1).map_or("", |t| t.norm.as_str()))
        })
    }
}

/// The cancer that an operation with a stage of a tumour was for: nobody has a mesorectal excision with a pT3N0 for less.
pub(super) fn by_operation(text: &str, facts: &mut Vec<Fact>) {
    let diagnosed = |f: &Fact| f.attribute == Attribute::Diagnosis;
    if !patient::has_tnm(text) || facts.iter().any(diagnosed) {
        return;
    }
    let of = |f: &Fact| {
        let operation = f.value.text().filter(|_| f.attribute == Attribute::Treatment)?;
        ["rectal resection", "colectomy"].into_iter().find(|o| lexicon::is_a(operation, o)).map(|o| (o, f.span))
    };
    if let Some((operation, span)) = facts.iter().find_map(of) {
        let value = if operation == "colectomy" { "colon cancer" } else { "rectal cancer" }.into();
        let (attribute, assertion) = (Attribute::Diagnosis, Assertion::Present);
        facts.push(Fact { attribute, value, assertion, span, detail: Detail::default() });
    }
}

/// Puts a mention in its place, instead of those that it covers.
fn put(mentions: &mut Vec<Mention>, span: [usize; 2], concept: &'static Concept) {
    mentions.retain(|m| m.span[1] <= span[0] || span[1] <= m.span[0]);
    let at = mentions.partition_point(|m| m.span[0] < span[0]);
    mentions.insert(at, Mention { concept, span, ambiguous: false });
}

/// "Bowel cancer cut out in spring", "had the tumour removed": an operation in plain words.
pub(super) fn cut_out(text: &str, tokens: &[Token], mentions: &[Mention], facts: &mut Vec<Fact>) {
    if facts.iter().any(|f| f.value.text().is_some_and(|v| lexicon::is_a(v, "surgery"))) {
        return;
    }
    let tokens = &tokens[..tokens.len().min(MOST)];
    let word = |i: usize| tokens.get(i).map_or("", |t| t.norm.as_str());
    for (at, token) in tokens.iter().enumerate() {
        let words = match (token.norm.as_str(), word(at + 1)) {
            ("removed", _) => 1,
            ("cut" | "taken", "out" | "away") => 2,
            _ => continue,
        };
        let grown = |t: &Token| {
            matches!(t.norm.as_str(), "tumor" | "cancer" | "growth" | "lump")
                || mentions.iter().any(|m| m.span[0] <= t.start && t.end <= m.span[1] && is_cancer(m.concept))
        };
        let from = at.saturating_sub(5);
        let near = tokens[from..at].iter().rposition(grown).map(|i| from + i);
        let Some(near) = near else { continue };
        let between = &tokens[near + 1..at];
        let whole = !text[tokens[near].end..token.start].contains(['.', ';', '?', ',']);
        let to_come = |t: &Token| matches!(t.norm.as_str(), "be" | "not" | "cannot" | "never" | "to" | "can" | "drug");
        let asked = (near.saturating_sub(4)..near).any(|i| matches!(word(i), "can" | "should" | "will" | "could"));
        if !whole || asked || between.iter().any(to_come) {
            continue;
        }
        let span = [token.start, tokens[at + words - 1].end];
        let after = text[span[1]..].split(['.', ';', '?']).next().unwrap_or_default();
        let detail = Detail { since_months: super::treatment::months(after), ..Detail::default() };
        let (attribute, assertion) = (Attribute::Treatment, Assertion::Past);
        facts.push(Fact { attribute, value: "surgery".into(), assertion, span, detail });
        return;
    }
}
