//! Complaints, findings, harm done by treatment, habits, and tests.

use super::disease::{dated, is_cancer};
use super::{Reader, is_therapy};
use crate::case::{Assertion, Attribute, Detail};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::read::assertion::{self, Meant};
use crate::text::Token;

/// What is drunk and is no alcohol.
const SOFT: &[&str] = &[
    "water",
    "juice",
    "coffee",
    "tea",
    "milk",
    "soda",
    "fluid",
    "grapefruit",
    "enough",
    "plenty",
    "no",
    "formula",
    "well",
    "poorly",
];
/// Tests whose mention beside a finding is where the finding comes from.
const IMAGING: &[&str] = &[
    "CT scan",
    "MRI",
    "ultrasound",
    "x-ray",
    "chest x-ray",
    "PET-CT",
    "pet-ct",
    "mri",
    "ct scan",
    "electrocardiogram",
    "electroencephalogram",
    "echocardiography",
    "mammography",
    "ct angiography",
    "biopsy",
    "bone scan",
];

impl Reader<'_> {
    pub(super) fn complaint(&mut self, i: usize, attribute: Attribute, meant: Meant) {
        if self.harm(i, meant) {
            return;
        }
        let p = &self.placed[i];
        let after = assertion::part_after(self.tokens, self.breaks, p.next, self.ceiling(i));
        // "Weak stream", "confused about": the words mean something else there.
        let next = after.first().map_or("", |t| t.norm.as_str());
        let written = self.written(i).to_lowercase();
        if (written.starts_with("confused") && matches!(next, "about" | "on" | "between"))
            || (written.starts_with("fall") && matches!(next, "in" | "to" | "within" | "into"))
            || (written == "tired" && next == "of")
        {
            return;
        }
        let mut detail = Detail::default();
        let place =
            after.iter().position(|t| matches!(t.norm.as_str(), "on" | "in" | "of" | "over")).filter(|&at| at == 0);
        let side = after.iter().find(|t| matches!(t.norm.as_str(), "left" | "right" | "bilateral" | "both"));
        if let (Some(at), Some(side)) = (place, side) {
            let site: Vec<&str> = after[at + 1..]
                .iter()
                .filter(|t| !matches!(t.norm.as_str(), "the" | "her" | "his" | "my") && t.norm != side.norm)
                .map(|t| &self.text[t.start..t.end])
                .take(5)
                .collect();
            detail.laterality = Some(if side.norm == "both" { "bilateral".to_owned() } else { side.norm.clone() });
            detail.site = (!site.is_empty()).then(|| site.join(" "));
        }
        let assertion = self.suffered(i, meant);
        self.push(i, attribute, assertion, detail);
    }

    /// "Pain after surgery" is pain now: only words of history, or that it went away, make a complaint past.
    fn suffered(&self, i: usize, meant: Meant) -> Option<Assertion> {
        if self.people.family(self.placed[i].first) {
            return Some(Assertion::Family);
        }
        let history = |t: &Token| {
            matches!(
                t.norm.as_str(),
                "had" | "history" | "previous" | "previously" | "prior" | "past" | "h" | "hx" | "earlier"
            )
        };
        let (part, _) = self.after(i);
        let gone = part.iter().take(4).any(|t| matches!(t.norm.as_str(), "resolved" | "cured" | "gone" | "subsided"));
        match meant.assertion? {
            Assertion::Past if gone || self.before(i).iter().any(history) => Some(Assertion::Past),
            Assertion::Past | Assertion::Planned | Assertion::Family => None,
            a => Some(a),
        }
    }

    /// The grade before a mention, or right behind it: "grade 3 neuropathy", "neuropathy (grade 3)".
    fn graded(&self, i: usize) -> Option<u32> {
        let read = |w: &[Token]| {
            let [grade, n] = w else { return None };
            if grade.norm != "grade" && grade.norm != "gr" {
                return None;
            }
            let roman = ["i", "ii", "iii", "iv", "v"].iter().position(|r| *r == n.norm).map(|n| n as u32 + 1);
            n.norm.parse().ok().filter(|n| (1..=5).contains(n)).or(roman)
        };
        let before = self.before(i);
        let near = &before[before.len().saturating_sub(4)..];
        let next = self.placed[i].next;
        near.windows(2).find_map(read).or_else(|| read(self.tokens.get(next..next + 2)?))
    }

    /// What harm a mention says was done by a treatment: the treatment's name, and whether the treatment was stopped for it.
    ///
    /// Only words that blame count. "Lung cancer on osimertinib" and "constipation on opioids" tell what somebody has and
    /// what he takes; that one comes from the other is for the reader of the article to judge.
    fn cause(&self, i: usize) -> (Option<String>, bool) {
        const BLAMED_AFTER: &[&str] = &[
            "from",
            "due to",
            "induced by",
            "caused by",
            "secondary to",
            "2/2",
            "attributed to",
            "related to",
            "after starting",
            "since starting",
            "after beginning",
            "because of",
            "thought to be from",
            "as a side effect of",
        ];
        const BLAMED_BEFORE: &[&str] = &[
            "induced",
            "because of",
            "related",
            "associated",
            "causing",
            "caused",
            "causes",
            "gave",
            "gives",
            "developed",
            "led to",
            "complicated by",
            "resulted in",
        ];
        let gap = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default().to_lowercase();
        let causes = |text: &str| {
            let text = text.trim_start_matches([' ', ',']);
            BLAMED_AFTER.iter().any(|w| text.starts_with(w))
        };
        let near = |text: &str| text.split_whitespace().count() <= 7 && !text.contains(['.', ';', '?']);
        // Surgery hurts; what it leaves behind is no toxicity of a drug.
        let drug = |c: &Concept| is_therapy(c) && c.kind != ConceptKind::Procedure;
        let radiation = |c: &Concept| lexicon::is_a(c.name, "radiotherapy");
        let next = self.placed.get(i + 1).filter(|n| {
            let between = gap(self.placed[i].span[1], n.span[0]);
            (drug(n.concept) || radiation(n.concept)) && causes(&between) && near(&between)
        });
        let (mut of, mut stopped) = (next.map(|p| p.concept.name.to_owned()), false);
        // "Reaction to glipizide (her sugar went low)", "stopped for rash and tremor": over a list of harms.
        let mut j = i;
        while j > 0 && of.is_none() && i - j < 4 {
            let p = &self.placed[j - 1];
            let between = gap(p.span[1], self.placed[j].span[0]);
            if is_therapy(p.concept) {
                let halted = ["stopped", "discontinued", "held"].iter().any(|w| between.contains(w));
                // "Due to" after the drug gives what it is taken for, unless it was stopped.
                let blamed = BLAMED_BEFORE.iter().any(|w| between.contains(w))
                    && near(&between)
                    && !between.contains("related to");
                let why = [" for ", " after ", " from ", "due to", "because of", " with "];
                if (halted && near(&between) && why.iter().any(|w| between.contains(w))) || blamed {
                    of = Some(p.concept.name.to_owned());
                    stopped = halted;
                }
                break;
            }
            if !self.continues(j) {
                break;
            }
            j -= 1;
        }
        (of, stopped)
    }

    /// Whether a complaint or disease is harm done by a treatment: it is graded, or a drug is blamed; reads it so.
    pub(super) fn harm(&mut self, i: usize, meant: Meant) -> bool {
        let grade = self.graded(i);
        let (of, stopped) = self.cause(i);
        let denied = matches!(meant.assertion, Some(Assertion::Absent | Assertion::Family | Assertion::Uncertain));
        let disease = self.placed[i].concept.kind == ConceptKind::Disease;
        if (grade.is_none() && of.is_none()) || denied || self.asking.asks(self.placed[i].first) && grade.is_none() {
            return false;
        }
        // A disease has grades of its own: only blame makes it harm; and no cancer is harm of what it is treated with.
        if disease && (of.is_none() || grade.is_some() && !self.treated || is_cancer(self.placed[i].concept)) {
            return false;
        }
        // With a grade it is harm, and of the drug that is named with it: "grade 2 diarrhea on capecitabine".
        let beside = || {
            let next = self.placed.get(i + 1)?;
            let between = self.text[self.placed[i].span[1]..next.span[0]].trim();
            let on = matches!(between, "on" | "with" | "after");
            (grade.is_some() && on && is_therapy(next.concept)).then(|| next.concept.name.to_owned())
        };
        let of = of.or_else(beside);
        let past = if stopped && grade.is_none() { Some(Assertion::Past) } else { self.suffered(i, meant) };
        self.push(i, Attribute::Toxicity, past, Detail { grade, of, ..Detail::default() });
        true
    }

    pub(super) fn toxicity(&mut self, i: usize, meant: Meant) {
        let grade = self.graded(i);
        let (of, _) = self.cause(i);
        let treated = self.treated;
        let detail = Detail { grade, of, ..Detail::default() };
        // "Chemotherapy-induced" blames by its name.
        let name = self.placed[i].concept.name;
        let attribute = if !detail.is_empty() || name.contains("-induced") || (treated && name.ends_with(" toxicity")) {
            Attribute::Toxicity
        } else if self.main.is_none() {
            Attribute::Diagnosis
        } else {
            Attribute::Comorbidity
        };
        let (part, after) = self.after(i);
        let over = dated(part) || (dated(after) && part.len() > 2);
        let assertion = self.suffered(i, meant).or(over.then_some(Assertion::Past));
        self.push(i, attribute, assertion, detail);
    }

    pub(super) fn habit(&mut self, i: usize, meant: Meant) {
        let p = &self.placed[i];
        let next = self.tokens.get(p.next).map_or("", |t| t.norm.as_str());
        let written = self.written(i).to_lowercase();
        if written.starts_with("drink") && SOFT.contains(&next) {
            return;
        }
        let sober = written == "sober";
        let words: Vec<&str> = self.before(i).iter().map(|t| t.norm.as_str()).collect();
        let said = |list: &[&str]| words.iter().any(|w| list.contains(w));
        let (part, _) = self.after(i);
        let quit_after = part.iter().take(3).any(|t| matches!(t.norm.as_str(), "quit" | "stopped" | "ago"));
        let state = if said(&["resumed", "still", "again", "restarted"]) {
            Some("current")
        } else if sober
            || quit_after
            || said(&["former", "ex", "previous", "quit", "stopped", "past", "gave", "remote"])
        {
            Some("former")
        } else if said(&["never", "non"]) {
            Some("never")
        } else if said(&["current", "currently", "active", "ongoing"]) {
            Some("current")
        } else {
            None
        };
        let assertion = match state {
            Some("former") => Some(Assertion::Past),
            Some("never") => Some(Assertion::Absent),
            Some(_) => Some(Assertion::Present),
            None if self.people.family(p.first) => Some(Assertion::Family),
            None => meant.assertion.filter(|a| *a != Assertion::Planned),
        };
        self.push(i, Attribute::Lifestyle, assertion, Detail { state: state.map(str::to_owned), ..Detail::default() });
    }

    /// A test that is asked about, intended or denied. What only shows a finding is no fact.
    pub(super) fn test(&mut self, i: usize, meant: Meant) {
        let p = &self.placed[i];
        let (part, _) = self.after(i);
        let next = part.first().map_or("", |t| t.norm.as_str());
        let before: Vec<&str> = self.before(i).iter().rev().take(3).map(|t| t.norm.as_str()).collect();
        let shows = matches!(
            next,
            "show"
                | "showed"
                | "showing"
                | "shown"
                | "reveal"
                | "revealed"
                | "with"
                | "demonstrated"
                | "demonstrate"
                | "finding"
                | "normal"
                | "negative"
                | "positive"
                | "found"
                | "confirmed"
                | "suggest"
                | "consistent"
                | "proven"
                | "was"
                | "clear"
        );
        let source = before.first().is_some_and(|w| matches!(*w, "on" | "by" | "per" | "via" | "from"));
        if shows || (source && !self.arms[i]) {
            return;
        }
        let assertion = match meant.assertion {
            _ if self.arms[i] => Assertion::Planned,
            Some(Assertion::Planned) => Assertion::Planned,
            Some(Assertion::Absent) => Assertion::Absent,
            Some(Assertion::Past) if !IMAGING.contains(&p.concept.name) => Assertion::Past,
            Some(Assertion::Past) => return,
            _ if self.asked_about(i) && (self.asking.asks(p.first) || self.asking.bare) => Assertion::Planned,
            _ => return,
        };
        self.push(i, Attribute::Treatment, Some(assertion), Detail::default());
    }
}
