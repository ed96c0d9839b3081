//! The composer without a model: it arranges sentences that the library holds and writes none of its own. What
//! it adds (titles, lead-ins, "If RAS is wild-type") comes from plans, digests and conditions.

use crate::article::{
    Article, Basis, Body, Citation, Drafted, Group, Line, Nearest, NotApplying, Outcome, Provenance, Section, Support,
};
use crate::aspect;
use crate::differ::Differing;
use crate::enrolled;
use crate::length::Open;
use crate::literature::StudySentence;
use crate::plan::{Found, Plan};
use crate::references::References;
use crate::related::related;
use crate::reply;
use crate::select::{Chosen, NAMED, Ruled, bottom_line_key};
use crate::title::title;
use crate::unspoken::unspoken;
use crate::words::{capitalised, join};
use clinical::{Intent, Truth};
use evidence::{Kind, Passage, Role, Span, Standing};
use std::ops::ControlFlow;

/// Writes a draft from a plan.
pub trait Drafter {
    /// Its name, kept in the article's provenance.
    fn name(&self) -> &str;
    /// A draft. Every line must cite; what does not pass the checker is not shown.
    fn draft(&self, plan: &Plan<'_>) -> Result<Article<Drafted>, DraftError>;
    /// The same, telling each line that passes the checker as soon as it does, with the key of its section (`bottom-line` for
    /// the bottom line). What is told is provisional: only the article that comes back counts, and it may be another one when
    /// the drafter fails later. A drafter that has nothing to tell before its draft is whole tells nothing. Told to break, it may
    /// give up with an error.
    fn draft_telling(
        &self,
        plan: &Plan<'_>,
        _tell: &mut dyn FnMut(&str, &Line) -> ControlFlow<()>,
    ) -> Result<Article<Drafted>, DraftError> {
        self.draft(plan)
    }
}

/// Why no draft was made. The caller falls back on [`Extractive`], which never fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the drafter {name} did not answer: {reason}")]
pub struct DraftError {
    /// Which drafter.
    pub name: String,
    /// What happened.
    pub reason: String,
}

/// The extractive composer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extractive;

impl Drafter for Extractive {
    fn name(&self) -> &'static str {
        "extractive"
    }

    fn draft(&self, plan: &Plan<'_>) -> Result<Article<Drafted>, DraftError> {
        let mut references = References::new(plan.shelf);
        let mut leading = bottom_line(plan);
        let differing = Differing::of(plan);
        let reply = reply::reply(plan, &differing, &mut leading);
        let open = Open::of(plan, &leading);
        let mut case = plan.asked.case.clone();
        case.missing.clone_from(&plan.missing);
        let mut bottom_line: Vec<Line> = leading.iter().map(|s| line(s, &mut references)).collect();
        if bottom_line.is_empty() {
            bottom_line.extend(plan.studies.first().map(|s| leading_study(s, &mut references)));
        }

        let sections = sections(plan, &open, &differing, &mut references);
        let answered = plan.answers();
        // Who asks why something is not done is told the reason, even where nothing else answers.
        let asked_for = |r: &&Ruled<'_>| answered || r.statement.spoken.named.is_some_and(|n| n >= NAMED);
        // What a fact of this patient speaks against goes before what is for other patients.
        let for_others = |r: &&Ruled<'_>| {
            let unless = r.statement.marks.unless.as_ref();
            !unless.is_some_and(|u| u.evaluate(&plan.asked.case) == Truth::Met)
        };
        let mut ruled_out: Vec<&Ruled<'_>> = plan.ruled_out.iter().filter(asked_for).collect();
        ruled_out.sort_by_key(for_others);
        let not_applying: Vec<NotApplying> = ruled_out
            .into_iter()
            .map(|r| NotApplying { line: line(&r.statement, &mut references), reason: r.reason.clone() })
            .collect();
        let references = references.into_list();
        let body = Body {
            question: plan.asked.question.clone(),
            title: title(plan),
            reader: plan.asked.reader,
            outcome: if answered { Outcome::Answered } else { Outcome::Abstained },
            reply,
            bottom_line: if answered { bottom_line } else { Vec::new() },
            lacking: lacking(plan),
            case,
            guide: None,
            sections,
            limits: limits(plan, references.iter().filter(|r| r.basis == Basis::Summarised).count(), references.len()),
            references: if answered || !not_applying.is_empty() { references } else { Vec::new() },
            not_applying,
            related: if answered { related(plan) } else { Vec::new() },
            nearest: if answered { Vec::new() } else { nearest(plan) },
            follows: None,
            provenance: Provenance {
                composer: self.name().to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                snapshot: plan.shelf.snapshot.clone(),
                newest: plan.shelf.newest,
                model: None,
            },
        };
        Ok(Article::draft(body))
    }
}

/// Roles of statements under a section that the question asks for by name, in order of preference.
const OF_NAMED: &[Role] =
    &[Role::Define, Role::Recommend, Role::Test, Role::Monitor, Role::Dose, Role::Option, Role::Outcome, Role::Warn];

/// The sentence that answers the main intent, and what may harm this very patient; without that, the main thing to find
/// out first; without either, the sentence that answers the last intent.
fn bottom_line<'p, 'a>(plan: &'p Plan<'a>) -> Vec<&'p Chosen<'a>> {
    // Who asks for the causes is told them first, whatever else the question's intents want first.
    let named = |s: &Chosen<'_>| plan.layout.named.iter().any(|key| key == s.section());
    let best = |roles: &[Role], but: Option<&Chosen<'_>>| {
        let others = plan.chosen.iter().filter(|s| but.is_none_or(|b| b.marks.id != s.marks.id));
        others
            .filter_map(|s| {
                let roles = if named(s) { OF_NAMED } else { roles };
                bottom_line_key(s, roles).map(|key| ((!named(s), key), s))
            })
            .min_by(|a, b| a.0.cmp(&b.0))
            .map(|(_, s)| s)
    };
    let roles = &plan.layout.bottom_line;
    let first = roles.first().and_then(|r| best(r, None));
    let roles_of_main = roles.first().map_or(&[][..], Vec::as_slice);
    // How much, and whether it is safe at all, cannot be answered without what limits it in this patient.
    let limits = matches!(plan.asked.case.intents.first(), Some(Intent::Dosing | Intent::Safety));
    let harmful = plan
        .chosen
        .iter()
        .filter(|s| (s.forbids() || limits && s.is_safety()) && first.is_none_or(|f| f.marks.id != s.marks.id))
        .min_by_key(|s| {
            let role = roles_of_main.iter().position(|r| *r == s.marks.role).unwrap_or(usize::MAX);
            (std::cmp::Reverse((s.focus * 3.0) as usize), role, s.marks.line)
        });
    let ask = plan
        .chosen
        .iter()
        .filter(|s| s.marks.role == Role::Ask && s.hangs_on.is_none())
        .min_by_key(|s| (s.marks.step.unwrap_or(u16::MAX), s.marks.line));
    let last = roles.last().filter(|_| roles.len() > 1).and_then(|r| best(r, first));
    let mut out: Vec<&Chosen<'_>> = first.into_iter().chain(harmful.or(ask).or(last)).collect();
    if out.is_empty() {
        // Where nothing is left but what must not be done, that is the answer.
        out.extend(best(&[Role::Avoid, Role::Warn], None).or(plan.chosen.first()));
    }
    out
}

fn sections<'a>(
    plan: &Plan<'a>,
    open: &Open<'a>,
    differing: &Differing,
    references: &mut References<'_>,
) -> Vec<Section> {
    let mut out = Vec::new();
    for (key, title) in &plan.layout.sections {
        let groups = match key.as_str() {
            "sequence" => sequence(plan, references),
            "differs" => differs(plan, differing, references),
            "studies" => studies(plan, open, differing, references),
            _ => {
                let shown = plan.chosen.iter().enumerate().filter(|(at, _)| !differing.has(*at)).map(|(_, s)| s);
                let here = shown.filter(|s| s.section() == key);
                let nearly = plan.nearly.iter().filter(|s| s.section() == key);
                let (stand, behind): (Vec<_>, Vec<_>) = here.partition(|s| open.has(s));
                let mut groups = grouped(stand, false, references);
                groups.extend(grouped(behind.into_iter().chain(nearly).collect(), true, references));
                groups
            }
        };
        if !groups.is_empty() {
            out.push(Section { key: key.clone(), title: title.clone(), groups });
        }
    }
    out
}

/// Statements that apply under their headings, then those that hang on a missing fact under that fact. What
/// must be avoided or heeded is never put off to a fact: it says its condition itself.
fn grouped(statements: Vec<&Chosen<'_>>, folded: bool, references: &mut References<'_>) -> Vec<Group> {
    let stays = |s: &Chosen<'_>| s.hangs_on.is_none() || s.shown_whatever();
    let (steady, mut hanging): (Vec<_>, Vec<_>) = statements.into_iter().partition(|s| stays(s));
    // What hangs on the same fact stands together, whatever state of it is asked for: "If RAS wild-type", "if RAS mutant".
    let facts: Vec<_> = hanging.iter().map(|s| s.unknown.first().cloned()).collect();
    hanging.sort_by_cached_key(|s| facts.iter().position(|f| f.as_ref() == s.unknown.first()));
    let mut groups: Vec<Group> = Vec::new();
    for statement in steady {
        let lead = Some(statement.topic().to_owned());
        let line = line(statement, references);
        match groups.iter_mut().find(|g| g.lead == lead) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group { lead, hangs_on: None, numbered: false, folded, lines: vec![line] }),
        }
    }
    let mut by_fact: Vec<Group> = Vec::new();
    for statement in hanging {
        let fact = statement.hangs_on.as_ref().map(|c| format!("If {}", c.describe()));
        let mut line = line(statement, references);
        line.condition = None; // the group says it
        match by_fact.iter_mut().find(|g| g.hangs_on == fact) {
            Some(group) => group.lines.push(line),
            None => by_fact.push(Group { lead: None, hangs_on: fact, numbered: false, folded, lines: vec![line] }),
        }
    }
    groups.extend(by_fact);
    groups
}

/// What differs, side by side, each with who says it.
fn differs(plan: &Plan<'_>, differing: &Differing, references: &mut References<'_>) -> Vec<Group> {
    let mut groups = Vec::new();
    for places in &differing.statements {
        let here: Vec<&Chosen<'_>> = places.iter().filter_map(|at| plan.chosen.get(*at)).collect();
        let lead = here.first().map(|s| s.topic().to_owned());
        let lines = here.into_iter().map(|s| {
            let line = line(s, references);
            Line { attribution: cited_kinds(&line.citations, references, true).map(|k| capitalised(&k)), ..line }
        });
        groups.push(Group { lead, hangs_on: None, numbered: false, folded: false, lines: lines.collect() });
    }
    let here = differing.studies.iter().filter_map(|at| plan.studies.get(*at));
    let here = here.chain(differing.beside.iter().filter_map(|at| plan.beside.get(*at)));
    let lines: Vec<Line> = here.map(|s| Line { attribution: Some(titled(s)), ..study_line(s, references) }).collect();
    if !lines.is_empty() {
        let lead = Some("Results that went different ways".to_owned());
        groups.push(Group { lead, hangs_on: None, numbered: false, folded: false, lines });
    }
    groups
}

/// Statements with a step, in order, as one numbered list. Each stands in full in its own section; here its
/// heading names it, so that nothing is said twice.
fn sequence(plan: &Plan<'_>, references: &mut References<'_>) -> Vec<Group> {
    let mut steps: Vec<&Chosen<'_>> = plan.chosen.iter().filter(|s| s.marks.step.is_some()).collect();
    if steps.len() < 3 {
        return Vec::new();
    }
    steps.sort_by_key(|s| (&s.found.source.id, s.marks.step, s.marks.line));
    let title_of =
        |s: &Chosen<'_>| plan.layout.sections.iter().find(|(k, _)| k == s.section()).map(|(_, title)| title.clone());
    let lines = steps
        .into_iter()
        .map(|s| Line {
            text: s.topic().to_owned(),
            sees: title_of(s),
            // The statement says them where it stands.
            strength: None,
            certainty: None,
            rests_on: None,
            caution: None,
            ..line(s, references)
        })
        .filter(|l| l.sees.is_some())
        .collect();
    vec![Group { lead: None, hangs_on: None, numbered: true, folded: false, lines }]
}

fn studies<'a>(plan: &Plan<'a>, open: &Open<'a>, differing: &Differing, references: &mut References<'_>) -> Vec<Group> {
    let mut groups: Vec<(&Found, Group)> = Vec::new();
    for (_, sentence) in plan.studies.iter().enumerate().filter(|(at, _)| !differing.studies.contains(at)) {
        let found = sentence.found;
        let line = study_line(sentence, references);
        match groups.iter_mut().find(|(f, _)| f.source.id == found.source.id) {
            Some((_, group)) => group.lines.push(line),
            None => {
                let lead = Some(titled(sentence));
                let folded = !open.has_study(&plan.studies, &found.source.id);
                groups.push((found, Group { lead, hangs_on: None, numbered: false, folded, lines: vec![line] }));
            }
        }
    }
    groups.into_iter().map(|(_, g)| g).collect()
}

/// The heading of a study: what study in whom, whether it stands, and its title.
fn titled(sentence: &StudySentence<'_>) -> String {
    let found = sentence.found;
    let marked = match found.standing {
        Standing::Current | Standing::Retracted => "",
        Standing::Superseded => " (superseded)",
        Standing::PartlyRetracted => " (retracted in part)",
        Standing::ExpressionOfConcern => " (expression of concern)",
    };
    format!("{}{marked}: {}", capitalised(&who_says(sentence)), found.source.title.trim_end_matches('.'))
}

/// What study in whom: "randomized trial of 820 patients (2013)".
fn who_says(sentence: &StudySentence<'_>) -> String {
    let source = &sentence.found.source;
    let people = enrolled::people(source).map(|p| format!(" of {p}")).unwrap_or_default();
    let year = source.year().map(|y| format!(" ({y})")).unwrap_or_default();
    format!("{}{people}{year}", source.kind.label().to_lowercase())
}

/// The kinds of the works that citations lead to, each once, as "a guideline and a randomized trial"; with their years where asked.
/// Works whose kind nobody told say nothing.
fn cited_kinds(citations: &[Citation], references: &References<'_>, years: bool) -> Option<String> {
    let mut kinds: Vec<String> = Vec::new();
    for cited in citations.iter().flat_map(|c| &c.references) {
        let Some(work) = references.get(cited.number).filter(|r| r.kind != Kind::Other) else { continue };
        let label = work.kind.label();
        let label = if work.kind == Kind::Label { "drug label".to_owned() } else { label.to_lowercase() };
        let article = if label.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let year = work.year.filter(|_| years).map(|y| format!(" ({y})")).unwrap_or_default();
        let kind = if years { format!("{label}{year}") } else { format!("{article} {label}") };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    (!kinds.is_empty()).then(|| join(&kinds))
}

fn line(statement: &Chosen<'_>, references: &mut References<'_>) -> Line {
    let found = statement.found;
    let text = found.source.slice(statement.span);
    let cited = references.of_marks(found, statement.marks);
    let ties = references.ties(found, statement.marks, text);
    let summarised = Citation {
        statement: Some(statement.marks.id.clone()),
        basis: Basis::Summarised,
        references: cited,
        ..citation(found, statement.passage, statement.span)
    };
    let tied = ties
        .into_iter()
        .map(|tie| Citation { references: vec![tie.cited], ..citation(tie.held, tie.passage, tie.span) });
    let mut citations: Vec<Citation> = std::iter::once(summarised).chain(tied).collect();
    for again in &statement.also {
        citations.extend(line(again, references).citations);
    }
    let recommends = matches!(statement.marks.role, Role::Recommend | Role::Option | Role::Avoid);
    let weighed = statement.marks.strength.is_some() || !recommends;
    Line {
        text: text.to_owned(),
        sees: None,
        attribution: None,
        role: Some(statement.marks.role),
        strength: statement.marks.strength,
        certainty: statement.marks.certainty,
        rests_on: if weighed { None } else { cited_kinds(&citations, references, false) },
        condition: statement.hangs_on.as_ref().map(|c| format!("If {}", c.describe())),
        caution: statement.caution.as_ref().map(|c| format!("Not if {}", c.describe())),
        population: Vec::new(),
        plain: false,
        citations,
        support: Support::Unchecked,
    }
}

fn study_line(sentence: &StudySentence<'_>, references: &mut References<'_>) -> Line {
    let found = sentence.found;
    let cited = references.of_source(found);
    let own = Citation { references: cited, ..citation(found, sentence.passage, sentence.span) };
    let mut citations = vec![own];
    for again in &sentence.also {
        citations.extend(study_line(again, references).citations);
    }
    Line {
        text: sentence.text.clone(),
        sees: None,
        attribution: None,
        role: None,
        strength: None,
        certainty: None,
        rests_on: None,
        condition: None,
        caution: None,
        population: sentence.population.clone(),
        plain: false,
        citations,
        support: Support::Unchecked,
    }
}

/// A study's sentence that stands alone says what study in whom.
fn leading_study(sentence: &StudySentence<'_>, references: &mut References<'_>) -> Line {
    let attribution = Some(format!("One {}", who_says(sentence)));
    Line { attribution, ..study_line(sentence, references) }
}

fn citation(found: &Found, passage: &Passage, span: Span) -> Citation {
    let text = &found.source.text;
    Citation {
        source: found.source.id.clone(),
        source_title: found.source.title.clone(),
        statement: None,
        span,
        quote: found.source.slice(span).to_owned(),
        before: text.get(passage.span.start()..span.start()).unwrap_or_default().to_owned(),
        after: text.get(span.end()..passage.span.end()).unwrap_or_default().to_owned(),
        heading: passage.heading.clone(),
        source_bytes: found.bytes.clone(),
        basis: Basis::Quoted,
        references: Vec::new(),
    }
}

/// What of the question nothing here speaks of.
fn lacking(plan: &Plan<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if !plan.unheld.is_empty() {
        out.push(format!("No digest held here speaks of {}.", join(&plan.unheld)));
    }
    let words: Vec<String> = match plan.answers() {
        true => unspoken(plan).iter().map(|w| format!("\u{201c}{w}\u{201d}")).collect(),
        false => Vec::new(),
    };
    if !words.is_empty() {
        out.push(format!("Asked, and spoken of by nothing below: {}.", join(&words)));
    }
    out
}

fn limits(plan: &Plan<'_>, summarised: usize, references: usize) -> Vec<String> {
    let mut out = Vec::new();
    let shelf = plan.shelf;
    if !plan.answers() {
        out.push("The evidence library does not answer this question, so nothing is claimed.".to_owned());
    }
    if aspect::is_of_a_child(plan.asked) {
        out.push(
            "The patient is under 18: digests on adults, as all are that do not name children, were left out."
                .to_owned(),
        );
    }
    if let Some(title) = plan.assumed.as_ref().filter(|_| plan.answers()) {
        out.push(format!(
            "The question names none of the library's topics; it was taken to be about \u{201c}{title}\u{201d}."
        ));
    }
    if plan.answers() && summarised > 0 {
        out.push(format!(
            "{summarised} of {references} references are summarised by an unreviewed digest: no statement resting on them was checked against their own text."
        ));
    }
    out.extend(fallen(plan));
    for (key, title) in plan.layout.sections.iter().filter(|(key, _)| plan.layout.named.contains(key)) {
        if plan.answers() && !plan.chosen.iter().any(|s| s.section() == key) {
            out.push(format!("The question asks for \u{201c}{title}\u{201d}; no statement held here stands under it."));
        }
    }
    let mut digests: Vec<&Found> = plan.chosen.iter().map(|c| c.found).collect();
    digests.dedup_by(|a, b| a.source.id == b.source.id);
    for found in digests {
        let Some(digest) = found.source.digest else { continue };
        let updated = found.source.date.map(|d| d.to_string()).unwrap_or_default();
        let stale = shelf.newest.is_some_and(|newest| newest > digest.review_by);
        let due = if stale { "was due" } else { "is due" };
        out.push(format!(
            "The digest \u{201c}{}\u{201d} was last updated on {updated} and {due} for another look by {}.",
            found.source.title, digest.review_by
        ));
    }
    if plan.answers() && plan.chosen.is_empty() {
        out.push(
            "No guideline or digest held here answers this question; single studies are quoted, which is not advice."
                .to_owned(),
        );
    }
    let newest = shelf.newest.map(|d| format!("; the newest is dated {d}")).unwrap_or_default();
    out.push(format!("The library holds {} sources{newest}. There was no live search.", shelf.sources));
    out.push("Sentences were selected, not written: no language model was used. Only English is read.".to_owned());
    out.push("What the question does not say is taken as unknown, never as absent.".to_owned());
    out
}

/// Says which works the digests cite that are retracted: they are not cited here.
fn fallen(plan: &Plan<'_>) -> Option<String> {
    let mut titles: Vec<&str> = Vec::new();
    for statement in plan.chosen.iter().chain(&plan.withheld) {
        let source = &statement.found.source;
        for cite in &statement.marks.cites {
            let work = plan.shelf.work(&source.id, &cite.reference);
            let title =
                source.references.iter().find(|r| r.id == cite.reference).map(|r| r.title.trim_end_matches('.'));
            if let Some(title) = title.filter(|t| !titles.contains(t))
                && work.is_some_and(|w| w.standing == Standing::Retracted)
            {
                titles.push(title);
            }
        }
    }
    let quoted: Vec<String> = titles.iter().map(|t| format!("\u{201c}{t}\u{201d}")).collect();
    (!quoted.is_empty()).then(|| {
        let withheld = match plan.withheld.len() {
            0 => String::new(),
            1 => " One statement that rests on nothing else is withheld.".to_owned(),
            n => format!(" {n} statements that rest on nothing else are withheld."),
        };
        format!("Retracted since a digest cited it, and not cited here: {}.{withheld}", join(&quoted))
    })
}

fn nearest(plan: &Plan<'_>) -> Vec<Nearest> {
    let found = plan.shelf.found.iter().take(3).map(|f| Nearest {
        source: f.source.id.clone(),
        title: capitalised(&f.source.title),
        kind: f.source.kind,
    });
    let mut out: Vec<Nearest> = Vec::new();
    for near in found.chain(plan.shelf.topics.iter().take(8).cloned()) {
        if !out.iter().any(|n| n.source == near.source) {
            out.push(near);
        }
    }
    out
}
