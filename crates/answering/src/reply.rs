//! Yes, no, or why neither: what a question that yes or no answers is told, where the statements chosen decide it.
//!
//! Owns the word and which statements decided. A wrong word hurts a person, so the rule is strict and silent by default: the
//! statement must say the very thing that is asked, of this very case. Each word of it that means something must be in the question
//! or be a condition that the case meets; what it leaves to unknown facts makes "it depends". Where one statement forbids and
//! another recommends, or results go different ways, it says that. From single studies it says neither yes nor no (decision 26).

use crate::article::{Answer, YesNo};
use crate::differ::Differing;
use crate::effect::Outcome;
use crate::plan::Plan;
use crate::select::Chosen;
use crate::verify::verdict::closed;
use crate::words::{join, missing_label};
use clinical::{Asked as Unknown, Assertion, Attribute, Concept, ConceptKind, Fact, Missing, Reader};
use evidence::Role;
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// What is done with a thing, as a question or a statement puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// It is given, used, done.
    Give,
    /// What is given is stopped or left out.
    Stop,
    /// A disease is ruled out.
    Exclude,
}

const GIVE: &[&str] = &[
    "give",
    "given",
    "use",
    "used",
    "take",
    "taken",
    "start",
    "started",
    "starting",
    "offer",
    "offered",
    "receive",
    "get",
    "have",
    "add",
    "added",
    "combine",
    "combined",
    "recommended",
    "indicated",
    "option",
    "appropriate",
    "safe",
    "prescribe",
    "prescribed",
    "perform",
    "performed",
    "preferred",
    "continue",
    "continued",
    "treated",
    "needed",
    "necessary",
    "required",
    "repeat",
    "treat",
    "place",
    "resect",
];
/// They ask of the giving what forbids it.
const BARRED: &[&str] = &["avoid", "avoided", "contraindicated", "unsafe", "dangerous", "harmful", "inappropriate"];
const STOP: &[&str] =
    &["stop", "stopped", "discontinue", "discontinued", "withhold", "withheld", "omit", "omitted", "hold", "held"];
const EXCLUDE: &[&str] = &["exclude", "excluded", "ruled", "rule"];

/// Decides, and puts the statements that decided at the head of the bottom line, which keeps at most two sentences. `None` where
/// yes or no does not answer the question, or nothing decides.
pub(crate) fn reply<'p, 'a>(
    plan: &'p Plan<'a>,
    differing: &Differing,
    leading: &mut Vec<&'p Chosen<'a>>,
) -> Option<Answer> {
    let asks = closed(&plan.asked.question)?;
    if !plan.answers() {
        return Some(Answer { word: YesNo::NotInLibrary, on: None, rests_on: 0 });
    }
    let mut analyzer = Analyzer::default();
    let (word, on, because) = conflict(plan, differing, &mut analyzer)
        .or_else(|| decided(plan, asks, &mut analyzer))
        .filter(|(word, ..)| {
        // To a patient "yes" would be advice to take it.
        plan.asked.reader != Reader::Patient || *word != YesNo::Yes
    })?;
    let rests_on = because.len();
    leading.retain(|l| !because.iter().any(|b| std::ptr::eq(*b, *l)));
    let rest = std::mem::take(leading);
    leading.extend(because.into_iter().chain(rest).take(rests_on.max(BOTTOM_LINE)));
    Some(Answer { word, on, rests_on })
}

/// Sentences of a bottom line.
const BOTTOM_LINE: usize = 2;

type Decision<'p, 'a> = (YesNo, Option<String>, Vec<&'p Chosen<'a>>);

/// Results of digests that go different ways on what is asked about.
fn conflict<'p, 'a>(plan: &'p Plan<'a>, differing: &Differing, analyzer: &mut Analyzer) -> Option<Decision<'p, 'a>> {
    let outcome = Outcome::of(&plan.asked.question, analyzer)?;
    let named: Vec<&Concept> = treatments(&plan.asked.question);
    let about = |s: &Chosen<'_>, analyzer: &mut Analyzer| {
        let text = s.found.source.slice(s.span);
        let theirs = treatments(text);
        !named.is_empty()
            && named.iter().all(|n| theirs.iter().any(|t| t.is_a(n) || n.is_a(t)))
            && outcome.is_in(&[], text, analyzer)
    };
    for group in differing.statements.iter().filter(|g| g.len() == 2) {
        let both: Vec<&Chosen<'a>> = group.iter().filter_map(|at| plan.chosen.get(*at)).collect();
        if both.iter().all(|s| about(s, analyzer)) {
            return Some((YesNo::Conflicts, None, both));
        }
    }
    None
}

fn decided<'p, 'a>(plan: &'p Plan<'a>, asks: &str, analyzer: &mut Analyzer) -> Option<Decision<'p, 'a>> {
    let question = Question::read(plan, asks, analyzer)?;
    let (mut forbid, mut recommend, mut open): (Vec<&Chosen<'a>>, Vec<&Chosen<'a>>, Vec<&Chosen<'a>>) =
        (Vec::new(), Vec::new(), Vec::new());
    for statement in &plan.chosen {
        let Some((deed, forbids)) = deed_of(statement) else { continue };
        if deed != question.deed || !question.is_said_in(statement, forbids, analyzer) {
            continue;
        }
        match (statement.hangs_on.is_some() || statement.caution.is_some(), forbids) {
            // Of "below 30 by this measure or that", one is told and not met.
            (true, true) if statement.unknown.iter().any(|u| told(plan, u)) => {}
            (true, _) => open.push(statement),
            (false, true) => forbid.push(statement),
            (false, false) => recommend.push(statement),
        }
    }
    let word = |yes: bool| if yes != question.barred { YesNo::Yes } else { YesNo::No };
    // What else this case must heed about the same thing leaves no plain yes.
    let heeds = |s: &&Chosen<'_>| s.shown_whatever() && question.names_what_is_given(s);
    match (forbid.first(), recommend.first(), open.first()) {
        (Some(f), Some(r), _) => Some((YesNo::Conflicts, None, vec![f, r])),
        (Some(f), None, None) => Some((word(false), None, vec![f])),
        (None, Some(r), None) if !plan.chosen.iter().any(|s| heeds(&s)) => Some((word(true), None, vec![r])),
        (None, None, Some(o)) => Some((YesNo::Depends, Some(on(o)?), vec![o])),
        _ => None,
    }
}

/// Whether the case tells of what an open question asks for, by another measure.
fn told(plan: &Plan<'_>, unknown: &Unknown) -> bool {
    plan.asked
        .case
        .facts
        .iter()
        .any(|f| f.attribute.word() == unknown.attribute && unknown.attribute == "organ_function")
}

/// What a statement hangs on, in words that read well after "it depends on".
fn on(statement: &Chosen<'_>) -> Option<String> {
    let label = |u: &Unknown| {
        let missing =
            Missing { attribute: u.attribute.clone(), value: u.value.clone(), why: String::new(), statements: 1 };
        let label = missing_label(&missing);
        // "Symptom: pain" is pain.
        let label = label.split_once(": ").map_or(label.as_str(), |(_, what)| what);
        lowered(&label.replace("egfr", "eGFR"))
    };
    let mut labels: Vec<String> = Vec::new();
    for unknown in &statement.unknown {
        let label = label(unknown);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    (!labels.is_empty()).then(|| join(&labels))
}

/// The first letter small, unless the word is an abbreviation.
fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    let second = chars.clone().nth(1);
    match chars.next() {
        Some(first) if second.is_some_and(char::is_lowercase) => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// What a digest's statement says of doing, and whether it forbids it; none where it does neither.
fn deed_of(statement: &Chosen<'_>) -> Option<(Deed, bool)> {
    let text = statement.found.source.slice(statement.span).to_lowercase();
    let forbids = match statement.marks.role {
        Role::Avoid => true,
        Role::Recommend | Role::Option => false,
        _ => return None,
    };
    if forbids {
        // "In hypertension with chronic kidney disease, do not give ..."
        let from = text.find(", do not ").map_or(0, |at| at + 2);
        let text = &text[from..];
        let behind = text.strip_prefix("do not ").or_else(|| text.strip_prefix("avoid "))?;
        let verb = behind.split_whitespace().find(|w| *w != "routinely").unwrap_or_default();
        let deed = if STOP.contains(&verb) {
            Deed::Stop
        } else if EXCLUDE.contains(&verb) {
            Deed::Exclude
        } else if GIVE.contains(&verb) || text.starts_with("avoid ") {
            Deed::Give
        } else {
            return None;
        };
        return Some((deed, true));
    }
    // A recommendation that denies anything is not read.
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let denies =
        words.iter().any(|w| matches!(*w, "not" | "no" | "against" | "rather" | "than" | "never" | "stop" | "without"));
    (!denies).then_some((Deed::Give, false))
}

/// A question that yes or no answers, read for what it asks to be done.
struct Question {
    deed: Deed,
    /// It asks whether it is barred: yes says that it is forbidden.
    barred: bool,
    /// The words that say something and that the question does not deny.
    stems: BTreeSet<String>,
    /// What it names, without what it says is absent.
    named: Vec<&'static Concept>,
    /// What it asks to be given or done.
    given: Vec<&'static Concept>,
    /// What it says is absent.
    denied: BTreeSet<&'static str>,
    /// Stems of the words behind a denial.
    refused: BTreeSet<String>,
    /// It gives a reason.
    because: bool,
}

impl Question {
    fn read(plan: &Plan<'_>, asks: &str, analyzer: &mut Analyzer) -> Option<Self> {
        // Who helps to stop drinking stops nothing that was given.
        let lower = asks.to_lowercase().replace("stop drinking", "drinking").replace("stop smoking", "smoking");
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let has = |set: &[&str]| words.iter().any(|w| set.contains(w));
        // "Is it wrong not to", "should it not": a question that denies is not read.
        if words.iter().any(|w| matches!(*w, "never" | "wrong" | "instead" | "rather" | "unless" | "than" | "better")) {
            return None;
        }
        let verbs_denied = lower.contains("n't ")
            || lower.contains("should not")
            || lower.contains(" not be ")
            || lower.contains(" not to ");
        if verbs_denied {
            return None;
        }
        let (deed, barred) = match (has(BARRED), has(STOP), has(EXCLUDE), has(GIVE)) {
            (true, false, false, _) => (Deed::Give, true),
            (false, true, false, _) => (Deed::Stop, false),
            (false, false, true, _) => (Deed::Exclude, false),
            (false, false, false, true) => (Deed::Give, false),
            _ => return None,
        };
        let question = &plan.asked.question;
        let absent: Vec<&Fact> = plan.asked.case.facts.iter().filter(|f| f.assertion == Assertion::Absent).collect();
        let denies = |start: usize, end: usize| absent.iter().any(|f| f.span[0] < end && start < f.span[1]);
        let mut stems = BTreeSet::new();
        analyzer.each(question, |t| {
            if !denies(t.start, t.end) {
                stems.insert(t.stem.to_owned());
            }
        });
        let mentions = clinical::mentions(question);
        let named: Vec<&'static Concept> =
            mentions.iter().filter(|m| !denies(m.span[0], m.span[1])).map(|m| m.concept).collect();
        let denied = mentions.iter().filter(|m| denies(m.span[0], m.span[1])).map(|m| m.concept.name).collect();
        // What was given before is told, not asked about.
        let past = |f: &&Fact| f.assertion == Assertion::Past;
        let past: Vec<[usize; 2]> = plan.asked.case.facts.iter().filter(past).map(|f| f.span).collect();
        let asked_of = mentions.iter().filter(|m| is_treatment(m.concept));
        let given: Vec<&'static Concept> = asked_of
            .filter(|m| !past.iter().any(|p| p[0] < m.span[1] && m.span[0] < p[1]) && !denies(m.span[0], m.span[1]))
            .map(|m| m.concept)
            .collect();
        let refused = denied_words(question, analyzer);
        Some(Self {
            deed,
            barred,
            stems,
            named,
            given,
            denied,
            refused,
            because: question.to_lowercase().contains(" because "),
        })
    }

    /// Whether a statement is about a thing that the question asks about.
    fn names_what_is_given(&self, statement: &Chosen<'_>) -> bool {
        let theirs = treatments(statement.found.source.slice(statement.span));
        self.given.iter().any(|g| theirs.iter().any(|t| g.is_a(t) || t.is_a(g)))
    }

    /// Whether a statement says the very thing that is asked: all that it names is named in the question, and the question asks for
    /// nothing that it does not name.
    fn is_said_in(&self, statement: &Chosen<'_>, forbids: bool, analyzer: &mut Analyzer) -> bool {
        let text = core(statement.found.source.slice(statement.span));
        let mentions = clinical::mentions(&text);
        // "Not severe" is another question than "severe".
        let refused = denied_words(&text, analyzer);
        let mut theirs = analyzer.stems(&text).into_iter();
        if !refused.is_subset(&self.refused) || theirs.any(|s| self.refused.contains(&s) && !refused.contains(&s)) {
            return false;
        }
        // What the statement's own condition asks for and the case meets, each of several states of it.
        let when = statement.marks.when.as_ref().filter(|_| statement.hangs_on.is_none()).map(|w| w.describe());
        let held: Vec<&Concept> = when.iter().flat_map(|w| clinical::mentions(w)).map(|m| m.concept).collect();
        let held_stems: Vec<String> = when.iter().flat_map(|w| analyzer.stems(w)).collect();
        if mentions.iter().any(|m| self.denied.contains(m.concept.name)) {
            return false;
        }
        // A narrower thing in the question is what the statement speaks of; a broader one is not.
        let met = |c: &Concept| self.named.iter().chain(&held).any(|n| n.is_a(c) || n.name == c.name);
        let mut covered: Vec<[usize; 2]> = Vec::new();
        for run in alternatives(&text, &mentions) {
            let any = run.iter().any(|at| met(mentions[*at].concept));
            if !any {
                return false;
            }
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let end = mentions[*last].span[1];
            covered.push([mentions[*first].span[0], end + one_more(&text[end..], forbids, run.len() > 1)]);
        }
        // What is asked to be given is what the statement speaks of: each of it.
        let theirs: Vec<&Concept> = mentions.iter().map(|m| m.concept).filter(|c| is_treatment(c)).collect();
        if self.given.iter().any(|g| !theirs.iter().any(|t| g.is_a(t))) || (self.given.is_empty() && !theirs.is_empty())
        {
            return false;
        }
        // To forbid, the patient may have more than the statement names; another disease may be what it is given for.
        let must = |c: &Concept| !forbids || c.kind == ConceptKind::Disease;
        if !self.is_all_in(statement, &mentions, must) {
            return false;
        }
        let hanging: BTreeSet<String> = {
            let open = statement.hangs_on.iter().chain(&statement.caution).map(|c| c.describe());
            open.flat_map(|d| analyzer.stems(&d)).collect()
        };
        let measured = statement.marks.when.as_ref().filter(|_| when.is_some()).is_some_and(|w| {
            w.attributes().iter().any(|a| matches!(a, Attribute::OrganFunction | Attribute::Lab | Attribute::Vital))
        });
        let together = ["combin", "togeth"].iter().any(|w| self.stems.contains(*w));
        let pregnant = self.stems.iter().any(|s| s.starts_with("pregnan"));
        let mut left = 0;
        analyzer.each(&text, |t| {
            let word = text[t.start..t.end].to_lowercase();
            let inside = covered.iter().any(|c| c[0] <= t.start && t.end <= c[1]);
            let figure = word.starts_with(|c: char| c.is_ascii_digit());
            let known = inside
                || self.stems.contains(t.stem)
                || hanging.contains(t.stem)
                || is_filler(&word) && !LIMITS.contains(&word.as_str())
                || SAYING.contains(&word.as_str())
                || SOCIETIES.contains(&word.as_str())
                // A measurement that the condition of the statement asks for, and the case meets.
                || measured && (figure || MEASURING.contains(&word.as_str()))
                || held_stems.iter().any(|s| s == t.stem)
                || self.because && word == "merely"
                || together && word == "together"
                || pregnant && word.starts_with("pregnan")
                || word.len() < 2;
            left += usize::from(!known);
        });
        left == 0
    }

    /// Whether a statement, its conditions or its digest's title name all of a kind that the question names.
    fn is_all_in(
        &self,
        statement: &Chosen<'_>,
        mentions: &[clinical::Mention],
        must: impl Fn(&Concept) -> bool,
    ) -> bool {
        let conditions = [&statement.marks.when, &statement.marks.unless];
        let described: String =
            conditions.iter().filter_map(|c| c.as_ref()).map(|c| c.describe()).collect::<Vec<_>>().join("; ");
        let more = clinical::mentions(&described);
        let title = clinical::mentions(&statement.found.source.title);
        let theirs: Vec<&Concept> = mentions.iter().chain(&more).chain(&title).map(|m| m.concept).collect();
        self.named.iter().filter(|n| must(n)).all(|n| theirs.iter().any(|t| n.is_a(t) || t.is_a(n)))
    }
}

/// How many bytes behind a list belong to it as one more alternative that the lexicon does not name: "or direct renin inhibitor";
/// of what is forbidden also "and other avoidable nephrotoxins".
fn one_more(behind: &str, forbids: bool, listed: bool) -> usize {
    const ENDS: &[&str] =
        &["for", "in", "at", "during", "of", "with", "when", "to", "after", "before", "as", "on", "if", "without"];
    let openers: &[&str] = match (forbids, listed) {
        (true, false) => &[" or ", ", or ", " and other "],
        (false, false) => &[" or ", ", or "],
        // The last of a list may have a name of which the lexicon knows a part: "or direct renin inhibitor".
        (true, true) => &[" or ", ", or ", " and other ", " "],
        (false, true) => &[" or ", ", or ", " "],
    };
    let Some(opener) = openers.iter().find(|o| behind.starts_with(**o)) else { return 0 };
    let most = if *opener == " " { 1 } else { 4 };
    let mut end = opener.len();
    for (n, word) in behind[opener.len()..].split_inclusive(' ').enumerate() {
        let plain = word.trim_end();
        if ENDS.contains(&plain) {
            return end;
        }
        if n == most || plain.contains([',', ';']) {
            return 0;
        }
        end += word.len();
    }
    end
}

/// Words that say who says so and how much is asked.
const SAYING: &[&str] = &[
    "help",
    "recommends",
    "recommended",
    "recommend",
    "suggests",
    "suggested",
    "advises",
    "advised",
    "is",
    "are",
    "an",
    "option",
    "should",
    "may",
    "be",
    "considered",
    "give",
    "use",
    "start",
    "add",
    "offer",
    "treat",
    "preferred",
    "patient",
    "patients",
    "woman",
    "women",
    "daily",
    "day",
    "mg",
];
const SOCIETIES: &[&str] = &[
    "kdigo", "aha", "acc", "esc", "asco", "esmo", "nice", "ats", "idsa", "acog", "uspstf", "acg", "aasld", "nccn",
    "fda", "astro",
];
/// Fillers that limit what is said.
const LIMITS: &[&str] = &[
    "only", "alone", "before", "after", "without", "until", "unless", "except", "more", "less", "not", "no", "few",
    "most",
];
/// Words of a measurement.
const MEASURING: &[&str] = &[
    "creatinine",
    "clearance",
    "below",
    "above",
    "ml",
    "min",
    "mmol",
    "mg",
    "dl",
    "serum",
    "potassium",
    "egfr",
    "severe",
    "renal",
    "impairment",
    "when",
];

fn is_treatment(concept: &Concept) -> bool {
    matches!(
        concept.kind,
        ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure | ConceptKind::Test
    )
}

fn treatments(text: &str) -> Vec<&'static Concept> {
    clinical::mentions(text).into_iter().map(|m| m.concept).filter(|c| is_treatment(c)).collect()
}

/// The stems of the words that a text denies: the first that says something behind each denial.
fn denied_words(text: &str, analyzer: &mut Analyzer) -> BTreeSet<String> {
    let lower = text.to_lowercase().replace("n't", " not");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let denies = |w: &&str| matches!(*w, "not" | "no" | "without" | "non" | "never");
    let mut found = BTreeSet::new();
    for (at, _) in words.iter().enumerate().filter(|(_, w)| denies(w)) {
        if let Some(word) = words[at + 1..].iter().take(3).find(|w| !is_filler(w)) {
            found.extend(analyzer.stems(word));
        }
    }
    found
}

/// What a statement says, without its reason and what stands in brackets: examples, sources, figures of the evidence.
fn core(text: &str) -> String {
    let lower = text.to_lowercase();
    // What forbids is read already: "In hypertension with chronic kidney disease, do not give ...".
    let (before, text) = match lower.find("do not ").or_else(|| lower.starts_with("avoid ").then_some(0)) {
        Some(at) if text.is_char_boundary(at) => {
            let verb = if lower[at..].starts_with("avoid ") { "avoid " } else { "do not " };
            (text.get(..at).unwrap_or_default(), text.get(at + verb.len()..).unwrap_or_default())
        }
        _ => ("", text),
    };
    let mut end = text.len();
    for marker in [
        ", because ",
        ", which ",
        ", having ",
        ", with median ",
        ", with a response",
        ", where ",
        ", nor ",
        " whether or not ",
    ] {
        end = end.min(text.find(marker).unwrap_or(end));
    }
    let mut out = String::with_capacity(before.len() + end);
    out.push_str(before);
    let mut depth = 0usize;
    for c in text[..end].chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            // The brackets may leave a space too many.
            _ if depth == 0 && !(matches!(c, ' ' | ',') && out.ends_with(' ')) => out.push(c),
            ',' if depth == 0 => {
                out.pop();
                out.push(c);
            }
            _ => {}
        }
    }
    out
}

/// The mentions of a text in runs: those joined by "or" stand for each other, any other stands alone.
fn alternatives(text: &str, mentions: &[clinical::Mention]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut or = false;
    for (at, mention) in mentions.iter().enumerate() {
        let gap = at.checked_sub(1).and_then(|b| text.get(mentions[b].span[1]..mention.span[0])).unwrap_or_default();
        let list = gap.trim_start().starts_with(',') || gap.split_whitespace().next() == Some("or");
        let short = gap.split_whitespace().count() <= 3 && !gap.contains(['.', ';']);
        let joined = at > 0 && list && short && !gap.split_whitespace().any(|w| w == "and");
        match runs.last_mut().filter(|_| joined) {
            Some(run) => {
                or |= gap.split_whitespace().any(|w| w == "or");
                run.push(at);
            }
            None => {
                split_unless(&mut runs, or);
                or = false;
                runs.push(vec![at]);
            }
        }
    }
    split_unless(&mut runs, or);
    runs
}

/// A list without "or" is no list of alternatives.
fn split_unless(runs: &mut Vec<Vec<usize>>, or: bool) {
    if !or && let Some(last) = runs.pop() {
        runs.extend(last.into_iter().map(|at| vec![at]));
    }
}
