//! Named concepts to facts: which attribute each stands for, and how it is meant.

mod spread;

use super::assertion::{self, Break, Meant};
use super::{measures, treatment};
use crate::case::{Assertion, Attribute, Detail, Fact, Outcome, Value};
use crate::lexicon::{self, Concept, ConceptKind, Mention};
use crate::text::Token;

/// Everything that mentions say.
pub(super) fn read(text: &str, tokens: &[Token], mentions: &[Mention]) -> Vec<Fact> {
    let breaks = assertion::breaks(text, tokens);
    let placed: Vec<Placed> = place(tokens, mentions);
    let mut reader = Reader {
        text,
        tokens,
        breaks: &breaks,
        placed: &placed,
        facts: Vec::new(),
        main: None,
        last: Meant::default(),
        last_history: false,
        treated: false,
    };
    reader.main = reader.main_disease();
    for i in 0..placed.len() {
        reader.mention(i);
    }
    reader.spread();
    reader.facts
}

/// A mention and the words it takes, `first..next`.
struct Placed {
    concept: &'static Concept,
    span: [usize; 2],
    first: usize,
    next: usize,
}

fn place(tokens: &[Token], mentions: &[Mention]) -> Vec<Placed> {
    mentions
        .iter()
        .map(|m| Placed {
            concept: m.concept,
            span: m.span,
            first: tokens.partition_point(|t| t.start < m.span[0]),
            next: tokens.partition_point(|t| t.start < m.span[1]),
        })
        .collect()
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    breaks: &'a [Break],
    placed: &'a [Placed],
    facts: Vec<Fact>,
    /// The disease the question is about: an index into `placed`.
    main: Option<usize>,
    /// How the mention before was meant, for lists.
    last: Meant,
    /// Whether it stood in the history.
    last_history: bool,
    /// Whether a treatment was read already.
    treated: bool,
}

impl Reader<'_> {
    fn floor(&self, i: usize) -> usize {
        i.checked_sub(1).map_or(0, |p| self.placed[p].next)
    }

    fn ceiling(&self, i: usize) -> usize {
        self.placed.get(i + 1).map_or(self.tokens.len(), |p| p.first)
    }

    /// The last mention of the bracket right after mention `i` that only says again what it is made of; else `i`.
    fn tail(&self, i: usize) -> usize {
        (i + 1..self.placed.len()).take(6).take_while(|&j| self.repeats(j)).last().unwrap_or(i)
    }

    /// The words after a mention and its bracket that may speak of it: in the same part, and to the next mention.
    fn after(&self, i: usize) -> (&[Token], &[Token]) {
        let tail = self.tail(i);
        let (mut next, ceiling) = (self.placed[tail].next, self.ceiling(tail));
        let all = assertion::words_after(self.tokens, self.breaks, next, ceiling);
        let bracket_ends = tail != i && !all.is_empty();
        next += usize::from(bracket_ends);
        let part = assertion::part_after(self.tokens, self.breaks, next, ceiling.max(next));
        (&self.tokens[next - usize::from(bracket_ends)..next + part.len()], all)
    }

    fn before(&self, i: usize) -> &[Token] {
        assertion::words_before(self.tokens, self.breaks, self.placed[i].first, self.floor(i))
    }

    /// Whether a mention only goes on with the list the one before is in: same kind of thing, nothing but glue between.
    fn continues(&self, i: usize) -> bool {
        i > 0
            && group(self.placed[i - 1].concept) == group(self.placed[i].concept)
            && self.placed[i].first < self.tokens.len()
            && assertion::continues_list(self.tokens, self.breaks, self.placed[i - 1].next, self.placed[i].first)
    }

    fn meant(&self, i: usize) -> Meant {
        let (part, after) = self.after(i);
        let mut meant = assertion::meant(self.before(i), part, after);
        // "After FOLFOX and FOLFIRI failure": the end of the list speaks for all of it.
        let mut last = i;
        while meant.outcome.is_none() && last - i < 4 && last + 1 < self.placed.len() && self.continues(last + 1) {
            last += 1;
            let (part, after) = self.after(last);
            meant.outcome =
                assertion::meant(&[], part, after).outcome.filter(|_| meant.assertion != Some(Assertion::Absent));
            if meant.outcome.is_some() {
                meant.assertion = Some(Assertion::Past);
            }
        }
        if meant.same || (meant == Meant::default() && self.continues(i)) { self.last } else { meant }
    }

    /// The disease a question is about: the first that is not denied, a relative's or in the history; of those
    /// that stand in one list, a cancer.
    fn main_disease(&self) -> Option<usize> {
        let is_disease = |i: &usize| {
            let kind = self.placed[*i].concept.kind;
            kind == ConceptKind::Disease
                && !matches!(
                    self.meant(*i).assertion,
                    Some(Assertion::Absent | Assertion::Family | Assertion::Past | Assertion::Uncertain)
                )
        };
        let first = (0..self.placed.len()).find(is_disease);
        let Some(first) = first else {
            // Nothing is said to be there now: what was there, or may be, is what the question is about.
            return (0..self.placed.len()).find(|&i| {
                self.placed[i].concept.kind == ConceptKind::Disease
                    && !matches!(self.meant(i).assertion, Some(Assertion::Absent | Assertion::Family))
            });
        };
        let cancer = (first..self.placed.len())
            .take_while(|&i| i == first || self.continues(i))
            .find(|&i| lexicon::is_a(self.placed[i].concept.name, "cancer"));
        Some(cancer.unwrap_or(first))
    }

    fn mention(&mut self, i: usize) {
        if self.repeats(i) {
            return;
        }
        let meant = self.meant(i);
        let concept = self.placed[i].concept;
        match concept.kind {
            ConceptKind::Disease => self.disease(i, meant),
            ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure => {
                self.therapy(i, meant);
            }
            ConceptKind::Symptom => self.complaint(i, Attribute::Symptom, meant),
            ConceptKind::Finding => self.complaint(i, Attribute::Finding, meant),
            ConceptKind::Toxicity => self.toxicity(i, meant),
            ConceptKind::Histology => self.push(i, Attribute::Histology, meant.assertion, Detail::default()),
            ConceptKind::Grade => self.push(i, Attribute::Grade, None, Detail::default()),
            ConceptKind::Lab => self.lab(i, concept),
            ConceptKind::Vital => self.measure(i, Attribute::Vital),
            ConceptKind::OrganFunction => self.measure(i, Attribute::OrganFunction),
            ConceptKind::Lifestyle => self.habit(i, meant),
            ConceptKind::Site | ConceptKind::Biomarker | ConceptKind::Test => {}
        }
        self.last = meant;
    }

    /// Whether a mention in brackets only says the one before it again, or what that is made of.
    fn repeats(&self, i: usize) -> bool {
        let p = &self.placed[i];
        let before = &self.text[..p.span[0]];
        // "Leucine-rich glioma-inactivated 1 (LGI1) encephalitis": the word after the bracket ends the name before it.
        if let Some(previous) = i.checked_sub(1).map(|j| &self.placed[j]) {
            let gap = self.text[previous.span[1]..p.span[0]].trim();
            if matches!(gap, ")" | "]") && previous.concept.is_a(p.concept) {
                return true;
            }
        }
        // The bracket must be open: look back over this mention's list only.
        let Some(open) = (0..i).rev().take(6).find(|&j| {
            let gap = &self.text[self.placed[j].span[1]..self.placed[j + 1].span[0]];
            gap.contains(['(', '['])
        }) else {
            return false;
        };
        let inside = &before[self.placed[open].span[1]..];
        if inside.contains([')', ']']) {
            return false;
        }
        let host = self.placed[open].concept;
        host == p.concept
            || host.parts().any(|part| part == p.concept)
            || (host.is_a(p.concept) && group(host) == group(p.concept))
    }

    fn push(&mut self, i: usize, attribute: Attribute, assertion: Option<Assertion>, detail: Detail) {
        let p = &self.placed[i];
        let assertion = assertion.unwrap_or(Assertion::Present);
        self.facts.push(Fact { attribute, value: p.concept.name.into(), assertion, span: p.span, detail });
    }

    fn written(&self, i: usize) -> &str {
        &self.text[self.placed[i].span[0]..self.placed[i].span[1]]
    }

    fn disease(&mut self, i: usize, meant: Meant) {
        let concept = self.placed[i].concept;
        let main = self.main.map(|m| self.placed[m].concept);
        let history = self
            .before(i)
            .iter()
            .any(|t| matches!(t.norm.as_str(), "history" | "pmh" | "pmhx" | "hx" | "comorbid" | "underlying"))
            || matches!(self.before(i), [.., h, o] if h.norm == "h" && o.norm == "o")
            || (self.last_history && self.continues(i));
        // Two of one family, as hypomagnesemia and hypermagnesemia, are both asked about.
        let asked = main.is_some_and(|m| m == concept || (lexicon::related(m.name, concept.name) && !history));
        let attribute = if asked { Attribute::Diagnosis } else { Attribute::Comorbidity };
        // "History of hypertension" is still hypertension; of a cancer it may be over.
        let chronic = history && meant.assertion == Some(Assertion::Past) && !lexicon::is_a(concept.name, "cancer");
        let assertion = if chronic { Some(Assertion::Present) } else { meant.assertion };
        self.last_history = history;
        self.push(i, attribute, assertion, Detail::default());
        self.histology_within(i);
        self.value_of_disorder(i);
    }

    /// "Rectal adenocarcinoma" names the disease and the tissue.
    fn histology_within(&mut self, i: usize) {
        let concept = self.placed[i].concept;
        let lower = self.written(i).to_lowercase();
        if lexicon::is_a(concept.name, "cancer")
            && !concept.name.contains("adenocarcinoma")
            && lower.contains("adenocarcinoma")
        {
            let span = self.placed[i].span;
            let value = Value::Text("adenocarcinoma".to_owned());
            let assertion = Assertion::Present;
            self.facts.push(Fact {
                attribute: Attribute::Histology,
                value,
                assertion,
                span,
                detail: Detail::default(),
            });
        }
    }

    /// "Low magnesium of 0.9 mg/dL" names the disorder and the value.
    fn value_of_disorder(&mut self, i: usize) {
        let p = &self.placed[i];
        let test = self.tokens[p.first..p.next].iter().find_map(|t| {
            let name = t.norm.strip_prefix("hypo").or(t.norm.strip_prefix("hyper")).unwrap_or(&t.norm);
            let name = match name {
                "magnesemia" => "magnesium",
                "kalemia" => "potassium",
                "natremia" => "sodium",
                "calcemia" => "calcium",
                "phosphatemia" => "phosphate",
                other => other,
            };
            lexicon::concept(name).filter(|c| c.kind == ConceptKind::Lab)
        });
        if let Some(test) = test {
            self.value_after(i, test);
        }
    }

    fn lab(&mut self, i: usize, concept: &'static Concept) {
        if self.value_after(i, concept) {
            return;
        }
        // "Elevated creatinine": a flag and no value. One letter before is too little to tell: "high K" may be anything.
        let flag = self.before(i).last().and_then(|t| measures::flag_word(&t.norm));
        if let Some(flag) = flag.filter(|_| self.written(i).len() > 2) {
            self.push(i, Attribute::Lab, None, Detail { flag: Some(flag), ..Detail::default() });
        }
    }

    /// A laboratory value after a mention; whether there was one.
    fn value_after(&mut self, i: usize, concept: &'static Concept) -> bool {
        let p = &self.placed[i];
        let Some(measured) = measures::after(concept, &self.text[p.span[1]..]) else { return false };
        let span = [p.span[0], p.span[1] + measured.length];
        let (attribute, value, detail) = if measured.dose {
            // "Magnesium 400 mg" is something the patient takes.
            if concept.name != "magnesium" {
                return false;
            }
            let amount = measured.detail.value.map(|v| v.to_string()).unwrap_or_default();
            let dose = format!("{amount} {}", measured.detail.unit.unwrap_or_default());
            (Attribute::Medication, "magnesium preparation", Detail { dose: Some(dose), ..Detail::default() })
        } else {
            (Attribute::Lab, concept.name, measured.detail)
        };
        self.facts.push(Fact { attribute, value: value.into(), assertion: Assertion::Present, span, detail });
        true
    }

    fn measure(&mut self, i: usize, attribute: Attribute) {
        let p = &self.placed[i];
        let (concept, start) = (p.concept, p.span[0]);
        if let Some(measured) = measures::after(concept, &self.text[p.span[1]..]) {
            let span = [start, p.span[1] + measured.length];
            let value = concept.name.into();
            self.facts.push(Fact { attribute, value, assertion: Assertion::Present, span, detail: measured.detail });
        }
    }

    fn habit(&mut self, i: usize, meant: Meant) {
        let words: Vec<&str> = self.before(i).iter().map(|t| t.norm.as_str()).collect();
        let said = |list: &[&str]| words.iter().any(|w| list.contains(w));
        let state = if said(&["former", "ex", "previou", "previous", "quit", "stopped", "past"]) {
            Some("former")
        } else if said(&["never"]) {
            Some("never")
        } else if said(&["resumed", "current", "currently", "active", "ongoing", "still"]) {
            Some("current")
        } else {
            None
        };
        let assertion = match state {
            Some("former") => Some(Assertion::Past),
            Some("never") => Some(Assertion::Absent),
            Some(_) => Some(Assertion::Present),
            None => meant.assertion,
        };
        self.push(i, Attribute::Lifestyle, assertion, Detail { state: state.map(str::to_owned), ..Detail::default() });
    }

    fn complaint(&mut self, i: usize, attribute: Attribute, meant: Meant) {
        let p = &self.placed[i];
        let after = assertion::part_after(self.tokens, self.breaks, p.next, self.ceiling(i));
        let mut detail = Detail::default();
        let place =
            after.iter().position(|t| matches!(t.norm.as_str(), "on" | "in" | "of" | "over")).filter(|&at| at == 0);
        let side = after.iter().find(|t| matches!(t.norm.as_str(), "left" | "right" | "bilateral" | "both"));
        if let (Some(at), Some(side)) = (place, side) {
            detail.laterality = Some(if side.norm == "both" { "bilateral" } else { &side.norm }.to_owned());
            let words = after[at + 1..].iter().filter(|t| !matches!(t.norm.as_str(), "the" | "her" | "his" | "my"));
            let site: Vec<&str> = words.filter(|t| t.start != side.start).map(|t| &self.text[t.start..t.end]).collect();
            detail.site = (!site.is_empty()).then(|| site.join(" "));
        }
        self.push(i, attribute, self.suffered(i, meant), detail);
    }

    /// "Pain after surgery" is pain now: only words of history make a complaint past.
    fn suffered(&self, i: usize, meant: Meant) -> Option<Assertion> {
        let history =
            |t: &Token| matches!(t.norm.as_str(), "had" | "history" | "previous" | "previously" | "prior" | "past");
        meant.assertion.filter(|a| *a != Assertion::Past || self.before(i).iter().any(history))
    }

    fn toxicity(&mut self, i: usize, meant: Meant) {
        let before = self.before(i);
        let grade =
            before.windows(2).find(|w| w[0].norm == "grade").and_then(|w| w[1].norm.parse().ok()).or_else(|| {
                let roman = before.windows(2).find(|w| w[0].norm == "grade")?;
                ["i", "ii", "iii", "iv", "v"].iter().position(|r| *r == roman[1].norm).map(|n| n as u32 + 1)
            });
        let gap = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default().to_lowercase();
        let causes = |text: &str| {
            ["from", "due to", "after", "induced", "caused by", "secondary to"].iter().any(|w| text.contains(w))
        };
        let next =
            self.placed.get(i + 1).filter(|n| is_therapy(n.concept) && causes(&gap(self.placed[i].span[1], n.span[0])));
        let previous = i.checked_sub(1).map(|j| &self.placed[j]).filter(|p| {
            is_therapy(p.concept) && {
                let between = gap(p.span[1], self.placed[i].span[0]);
                ["induced", "because of", "due to", " for", "associated", "related", "causing", "caused"]
                    .iter()
                    .any(|w| between.contains(w))
            }
        });
        let of = next.or(previous).map(|p| p.concept.name.to_owned());
        let treated = self.treated;
        let detail = Detail { grade, of, ..Detail::default() };
        let attribute = if treated || !detail.is_empty() {
            Attribute::Toxicity
        } else if self.main.is_none() {
            Attribute::Diagnosis
        } else {
            Attribute::Comorbidity
        };
        self.push(i, attribute, self.suffered(i, meant), detail);
    }

    fn therapy(&mut self, i: usize, meant: Meant) {
        let p = &self.placed[i];
        let concept = p.concept;
        let (_, after_words) = self.after(i);
        if let Some(host) = self.refined(i) {
            self.refine(i, host);
            return;
        }
        let allergic = |words: &[Token]| words.iter().any(|t| t.norm.starts_with("allerg"));
        let near: &[Token] = &after_words[..after_words.len().min(2)];
        if allergic(self.before(i)) || allergic(near) {
            self.push(i, Attribute::Allergy, meant.assertion.filter(|a| *a == Assertion::Absent), Detail::default());
            return;
        }
        let written = self.written(i).to_lowercase();
        let before = self.slice(self.before(i).first().map(|t| t.start), p.span[0]);
        let after = self.slice(after_words.first().map(|t| t.start), after_words.last().map_or(0, |t| t.end));
        let mut outcome = meant.outcome;
        let ends = after.to_lowercase();
        let stopped =
            ends.contains("stopped") || ends.contains("discontinued") || before.to_lowercase().contains("stopped");
        let harmed = self.placed.get(i + 1).is_some_and(|n| n.concept.kind == ConceptKind::Toxicity);
        if stopped && harmed && outcome.is_none() {
            outcome = Some(Outcome::StoppedForToxicity);
        }
        let past_by_name =
            written.starts_with("post") || written == "resected" || written == "irradiated" || written == "operated";
        if written.ends_with("naive") || written.ends_with("untreated") {
            let of_cancer = self.main.is_some_and(|m| lexicon::is_a(self.placed[m].concept.name, "cancer"));
            if of_cancer || written.starts_with("systemic") {
                self.push(i, Attribute::Treatment, Some(Assertion::Absent), Detail::default());
            }
            return;
        }
        let assertion = match meant.assertion {
            Some(a) => a,
            None if past_by_name || outcome.is_some() => Assertion::Past,
            None if self.asked_about(i) => Assertion::Planned,
            None => Assertion::Present,
        };
        let wished = || self.before(i).iter().any(|t| WISHED.contains(&t.norm.as_str()));
        // "Can I take ibuprofen" is a wish; "takes ibuprofen" is so.
        let assertion = if assertion == Assertion::Present && wished() && self.asked_about(i) {
            Assertion::Planned
        } else {
            assertion
        };
        let detail = treatment::detail(concept, assertion, outcome, before, after);
        let for_disease = concept.kind == ConceptKind::Regimen
            || concept.kind == ConceptKind::Procedure
            || lexicon::is_a(concept.name, "antineoplastic")
            || lexicon::is_a(concept.name, "bone-modifying agent")
            || concept.name == "leucovorin"
            || assertion == Assertion::Planned;
        let attribute = if for_disease { Attribute::Treatment } else { Attribute::Medication };
        let detail =
            if attribute == Attribute::Medication { Detail { dose: detail.dose, ..Detail::default() } } else { detail };
        self.treated |= attribute == Attribute::Treatment;
        self.push(i, attribute, Some(assertion), detail);
    }

    /// The treatment just before that this one, in brackets, says more exactly: "chemotherapy (FOLFOX)".
    fn refined(&self, i: usize) -> Option<usize> {
        let before = &self.placed[i.checked_sub(1)?];
        let fact = self.facts.last()?;
        let gap = self.text[before.span[1]..self.placed[i].span[0]].trim();
        let narrower = gap == "(" && self.placed[i].concept.is_a(before.concept);
        (narrower && fact.attribute == Attribute::Treatment && fact.span == before.span).then(|| self.facts.len() - 1)
    }

    /// Puts a treatment in place of the broader one it explains; what was said of that one is said of it.
    fn refine(&mut self, i: usize, host: usize) {
        let (_, after) = self.after(i);
        let after = self.slice(after.first().map(|t| t.start), after.last().map_or(0, |t| t.end));
        let assertion = self.facts[host].assertion;
        let more = treatment::detail(self.placed[i].concept, assertion, None, "", after);
        let (value, span) = (self.placed[i].concept.name.into(), self.placed[i].span);
        let fact = &mut self.facts[host];
        fact.value = value;
        fact.span = span;
        fact.detail.components = more.components;
        fact.detail.cycles = fact.detail.cycles.or(more.cycles);
        fact.detail.since_months = fact.detail.since_months.or(more.since_months);
        fact.detail.outcome = fact.detail.outcome.filter(|o| *o != Outcome::Unknown).or(more.outcome);
    }

    fn slice(&self, start: Option<usize>, end: usize) -> &str {
        self.text.get(start.unwrap_or(end)..end).unwrap_or_default()
    }

    /// Whether a mention stands where a question asks, before it comes to the patient: "Can X be used in a patient with".
    fn asked_about(&self, i: usize) -> bool {
        const ASKING: &[&str] = &[
            "what", "which", "doe", "can", "could", "should", "is", "are", "does", "do", "how", "when", "would",
            "will", "may", "role", "why",
        ];
        let first = self.placed[i].first;
        let mut start = first;
        // Far enough for any question; bounds the work in long texts.
        while start > 0 && first - start < 60 && self.breaks[start] != Break::Sentence {
            start -= 1;
        }
        let words = &self.tokens[start..first];
        let asks = words.first().is_some_and(|t| ASKING.contains(&t.norm.as_str()));
        let said = |list: &[&str]| words.iter().any(|t| list.contains(&t.norm.as_str()));
        // "Can a patient with X receive Y" asks about Y still.
        asks && !said(&["who"]) && (!said(&["patient", "woman", "man", "someone"]) || said(WISHED))
    }
}

fn is_therapy(concept: &Concept) -> bool {
    matches!(concept.kind, ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure)
}

/// Verbs of what is asked about: "can I take", "should she receive".
const WISHED: &[&str] = &["take", "receive", "use", "give", "get", "start", "continue", "add"];

/// Kinds that stand in one list.
fn group(concept: &Concept) -> u8 {
    match concept.kind {
        ConceptKind::Disease | ConceptKind::Symptom | ConceptKind::Finding | ConceptKind::Toxicity => 0,
        ConceptKind::Histology | ConceptKind::Grade => 1,
        ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure => 2,
        ConceptKind::Site => 3,
        ConceptKind::Lab | ConceptKind::Vital | ConceptKind::OrganFunction => 4,
        ConceptKind::Lifestyle => 5,
        ConceptKind::Biomarker | ConceptKind::Test => 6,
    }
}
