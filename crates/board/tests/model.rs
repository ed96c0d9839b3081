//! The review against a reference that is written otherwise: it keeps nothing but the list of what was allowed, and looks
//! every answer up in it anew.
//!
//! `PROPTEST_CASES` says how many sequences are tried (proptest's own setting); the run of 10,000 is in `evals/runs`.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may panic and tell

use board::{Checked, Decision, Event, Mark, PersonId, Reason, Record, Rules, Signature, Stage, StatementKey};
use proptest::prelude::*;
use std::collections::BTreeSet;

const STATEMENTS: [&str; 3] = ["Give magnesium.", "Check potassium.", "Do not give calcium."];
const PEOPLE: i64 = 4;

fn key(at: usize) -> StatementKey {
    StatementKey::new(u32::try_from(at).unwrap() + 1, STATEMENTS.get(at).unwrap_or(&"There is no such statement."))
}

/// Something that is tried. The last two statements named do not exist.
#[derive(Debug, Clone)]
enum Try {
    /// Who asked, and who wrote it beside whoever submits.
    Submit(Option<i64>, Option<i64>),
    Take,
    /// Takes it, states no conflict, marks all three, approves.
    Thoroughly([Mark; 3]),
    Conflict(bool),
    Mark(usize, Mark, bool),
    /// Marks all three.
    MarkAll([Mark; 3]),
    Propose(usize, bool),
    /// Of the proposals, this one counted from the last; or what is none.
    Decide(usize, bool),
    Sign {
        approve: bool,
        named: bool,
        words: bool,
        surgeon: bool,
    },
    Publish(bool),
    Reopen(u8),
    Supersede,
    Retire(bool),
}

fn attempt() -> impl Strategy<Value = Try> {
    let mark = prop_oneof![4 => Just(Mark::Accept), 1 => Just(Mark::Reject), 3 => Just(Mark::Comment)];
    let all = || {
        let mark = || prop_oneof![20 => Just(Mark::Accept), 1 => Just(Mark::Reject), 4 => Just(Mark::Comment)];
        [mark(), mark(), mark()]
    };
    prop_oneof![
        1 => (prop::option::of(0..PEOPLE), prop::option::of(0..PEOPLE)).prop_map(|(asker, author)| Try::Submit(asker, author)),
        6 => Just(Try::Take),
        8 => all().prop_map(Try::Thoroughly),
        4 => prop::bool::weighted(0.15).prop_map(Try::Conflict),
        4 => (0..4usize, mark, any::<bool>()).prop_map(|(s, m, w)| Try::Mark(s, m, w)),
        6 => all().prop_map(Try::MarkAll),
        3 => (0..4usize, any::<bool>()).prop_map(|(s, c)| Try::Propose(s, c)),
        4 => (0..3usize, any::<bool>()).prop_map(|(n, a)| Try::Decide(n, a)),
        8 => (prop::bool::weighted(0.9), prop::bool::weighted(0.95), any::<bool>(), any::<bool>())
            .prop_map(|(approve, named, words, surgeon)| Try::Sign { approve, named, words, surgeon }),
        1 => any::<bool>().prop_map(Try::Publish),
        1 => (0..3u8).prop_map(Try::Reopen),
        1 => prop::option::weighted(0.2, Just(Try::Supersede)).prop_map(|t| t.unwrap_or(Try::Reopen(1))),
        1 => prop::bool::weighted(0.3).prop_map(Try::Retire),
    ]
}

/// A person, or nobody where it is -1; what they try; the rules they try it under. First of all the version is submitted.
fn attempts() -> impl Strategy<Value = Vec<(i64, Try, Rules)>> {
    let who = prop_oneof![30 => 0..PEOPLE, 1 => Just(-1i64)];
    let rules = (1..=2u8, prop::bool::weighted(0.3), prop::bool::weighted(0.7), prop::bool::weighted(0.7)).prop_map(
        |(approvals, surgeon, every_statement, conflict_statements)| Rules {
            approvals,
            specialties: if surgeon { vec!["Surgery".to_owned()] } else { Vec::new() },
            every_statement,
            conflict_statements,
        },
    );
    let person = || prop::option::weighted(0.5, 0..PEOPLE);
    let submit = (person(), person()).prop_map(|(asker, author)| (0, Try::Submit(asker, author), Rules::default()));
    (submit, prop::collection::vec((who, attempt(), rules), 1..50)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}

fn events(tried: &Try, rules: &Rules, history: &[Record]) -> Vec<Event> {
    let text = |there: bool| there.then(|| "because".to_owned());
    match tried {
        Try::Submit(asker, author) => vec![Event::Submitted {
            version: "v".to_owned(),
            asker: asker.map(PersonId),
            authors: author.map(PersonId).into_iter().collect(),
            statements: (0..STATEMENTS.len()).map(key).collect(),
            doubts: 0,
            previous: None,
        }],
        Try::Take => vec![Event::Taken],
        Try::Thoroughly(marks) => {
            let approve = Try::Sign { approve: true, named: true, words: false, surgeon: true };
            [Try::Take, Try::Conflict(false), Try::MarkAll(*marks), approve]
                .iter()
                .flat_map(|t| events(t, rules, history))
                .collect()
        }
        Try::Conflict(has) => vec![Event::ConflictStated { conflict: text(*has) }],
        Try::Mark(at, mark, words) => {
            vec![Event::Marked { statement: key(*at), mark: *mark, words: text(*words) }]
        }
        Try::MarkAll(marks) => (0..STATEMENTS.len())
            .zip(marks)
            .map(|(at, mark)| Event::Marked { statement: key(at), mark: *mark, words: text(*mark != Mark::Accept) })
            .collect(),
        Try::Propose(at, supported) => vec![Event::WordingProposed {
            statement: key(*at),
            wording: "Give magnesium sulphate.".to_owned(),
            checked: Checked { supported: *supported, words: "found".to_owned() },
        }],
        Try::Decide(back, accepted) => {
            let mut proposals = history.iter().rev().filter(|r| matches!(r.event, Event::WordingProposed { .. }));
            vec![Event::WordingDecided { proposal: proposals.nth(*back).map_or(1, |r| r.n), accepted: *accepted }]
        }
        Try::Sign { approve, named, words, surgeon } => vec![Event::Signed {
            decision: if *approve { Decision::Approve } else { Decision::RequestChanges },
            signature: Signature {
                name: if *named { "A Person".to_owned() } else { " ".to_owned() },
                credentials: "MD".to_owned(),
                specialties: if *surgeon { vec!["surgery".to_owned()] } else { vec!["oncology".to_owned()] },
                words: text(*words),
            },
            rules: rules.clone(),
        }],
        Try::Publish(pending) => vec![Event::Published { pending: *pending }],
        Try::Reopen(kind) => vec![Event::Reopened {
            reasons: (0..*kind).map(|k| Reason { kind: format!("kind {k}"), words: "so".to_owned() }).collect(),
            difference: None,
        }],
        Try::Supersede => vec![Event::Superseded { by: "w".to_owned() }],
        Try::Retire(words) => vec![Event::Retired { words: text(*words).unwrap_or_default() }],
    }
}

/// The reference: what was allowed, in order. Every question is answered by looking through it.
#[derive(Default)]
struct Reference(Vec<Record>);

impl Reference {
    /// Where the present round begins: behind the last reopening.
    fn round(&self) -> &[Record] {
        let from = self.0.iter().rposition(|r| matches!(r.event, Event::Reopened { .. })).map_or(0, |at| at + 1);
        &self.0[from..]
    }

    fn ended(&self) -> bool {
        self.0.iter().any(|r| matches!(r.event, Event::Retired { .. } | Event::Superseded { .. }))
    }

    fn took(round: &[Record], who: PersonId) -> bool {
        round.iter().any(|r| r.event == Event::Taken && r.by == Some(who))
    }

    fn last_ruling(round: &[Record], who: PersonId, at: usize) -> Option<Mark> {
        round.iter().rev().find_map(|r| match &r.event {
            Event::Marked { statement, mark, .. }
                if *mark != Mark::Comment && *statement == key(at) && r.by == Some(who) =>
            {
                Some(*mark)
            }
            _ => None,
        })
    }

    /// Whether this person could approve after these first entries of the round.
    fn could_approve(&self, round: &[Record], who: PersonId, rules: &Rules) -> bool {
        let Event::Submitted { asker, authors, .. } = &self.0[0].event else { return false };
        let own = *asker == Some(who) || authors.contains(&who) || self.0[0].by == Some(who);
        let said: Vec<bool> = self
            .0
            .iter()
            .take(self.0.len() - self.round().len() + round.len())
            .filter(|r| r.by == Some(who))
            .filter_map(|r| match &r.event {
                Event::ConflictStated { conflict } => Some(conflict.is_some()),
                _ => None,
            })
            .collect();
        let partial = said.contains(&true);
        let silent = said.is_empty() && rules.conflict_statements;
        let everyone = (0..PEOPLE).map(PersonId);
        let rejected = everyone
            .flat_map(|p| (0..STATEMENTS.len()).map(move |at| (p, at)))
            .any(|(p, at)| Self::last_ruling(round, p, at) == Some(Mark::Reject));
        let unmarked =
            rules.every_statement && (0..STATEMENTS.len()).any(|at| Self::last_ruling(round, who, at).is_none());
        Self::took(round, who) && !own && !partial && !silent && !rejected && !unmarked
    }

    /// Whether the entry at this place of the round is the signature with which the version was approved.
    fn approves(&self, round: &[Record], at: usize) -> bool {
        let Event::Signed { decision: Decision::Approve, rules, .. } = &round[at].event else { return false };
        let before = &round[..=at];
        let mut people = BTreeSet::new();
        let mut surgeon = false;
        for who in (0..PEOPLE).map(PersonId) {
            let last = before.iter().rev().find_map(|r| match &r.event {
                Event::Signed { decision: Decision::Approve, signature, .. } if r.by == Some(who) => Some(signature),
                _ => None,
            });
            if let Some(signature) = last
                && self.could_approve(before, who, rules)
            {
                people.insert(who);
                surgeon |= signature.specialties.iter().any(|s| s == "surgery");
            }
        }
        people.len() >= usize::from(rules.approvals) && (surgeon || rules.specialties.is_empty())
    }

    fn word(&self) -> &'static str {
        let round = self.round();
        if self.ended() {
            return "retired";
        }
        if (0..round.len()).any(|at| self.approves(round, at)) {
            return "approved";
        }
        let changes = |r: &Record| matches!(r.event, Event::Signed { decision: Decision::RequestChanges, .. });
        if round.iter().any(changes) {
            return "changes-requested";
        }
        if round.iter().any(|r| r.event == Event::Taken) { "under-review" } else { "submitted" }
    }

    fn allows(&self, record: &Record) -> bool {
        let round = self.round();
        if self.0.is_empty() {
            return matches!(record.event, Event::Submitted { .. }) && record.by.is_some();
        }
        if self.ended() {
            return false;
        }
        let word = self.word();
        let who = match (&record.event, record.by) {
            (Event::Reopened { reasons, .. }, _) => return !reasons.is_empty(),
            (Event::Superseded { .. }, _) => return word != "approved",
            (_, None) => return false,
            (_, Some(who)) => who,
        };
        let reviewing = word == "under-review" && Self::took(round, who);
        let there = |s: &StatementKey| (0..STATEMENTS.len()).any(|at| key(at) == *s);
        match &record.event {
            Event::Submitted { .. } => false,
            Event::Taken => word == "submitted" || word == "under-review" && !Self::took(round, who),
            Event::ConflictStated { .. } => reviewing,
            Event::Marked { statement, mark, words } => {
                reviewing && there(statement) && (*mark == Mark::Accept || words.is_some())
            }
            Event::WordingProposed { statement, .. } => reviewing && there(statement),
            Event::WordingDecided { proposal, accepted } => {
                let supported = self.0.iter().find_map(|r| match &r.event {
                    Event::WordingProposed { checked, .. } if r.n == *proposal => Some(checked.supported),
                    _ => None,
                });
                let before =
                    |r: &Record| matches!(r.event, Event::WordingDecided { proposal: p, .. } if p == *proposal);
                word != "approved" && supported.is_some_and(|s| s || !accepted) && !self.0.iter().any(before)
            }
            Event::Signed { decision, signature, rules } => {
                let changes = *decision == Decision::RequestChanges;
                reviewing
                    && signature.name == "A Person"
                    && (!changes || signature.words.is_some())
                    && (changes || self.could_approve(round, who, rules))
            }
            Event::Published { pending } => *pending == (word != "approved"),
            Event::Retired { words } => !words.is_empty(),
            Event::Reopened { .. } | Event::Superseded { .. } => false,
        }
    }
}

proptest! {
    #[test]
    fn the_review_does_what_the_reference_says(tried in attempts()) {
        let mut reference = Reference::default();
        let mut stage: Option<Stage> = None;
        for (who, tried, rules) in tried {
            for event in events(&tried, &rules, &reference.0) {
                let n = u32::try_from(reference.0.len()).unwrap() + 1;
                let by = (who >= 0).then_some(PersonId(who));
                let record = Record { n, at: i64::from(n), by, event };
                let next = Stage::next(stage.clone(), &record);
                prop_assert_eq!(next.is_ok(), reference.allows(&record), "{:?} after {:?}: {:?}", record, reference.0, next.err());
                if let Ok(next) = next {
                    reference.0.push(record);
                    prop_assert_eq!(next.word(), reference.word(), "after {:?}", reference.0);
                    prop_assert_eq!(next.approved().is_some(), reference.word() == "approved");
                    stage = Some(next);
                }
            }
        }
        // The same again from what was written down, as JSON.
        let text = serde_json::to_string(&reference.0).unwrap();
        let history: Vec<Record> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&history, &reference.0);
        let replayed = Stage::replay(&history).unwrap();
        prop_assert_eq!(replayed.word(), stage.unwrap().word());
        // A history of which something is missing in the middle is none.
        if history.len() > 2 {
            let mut gap = history.clone();
            gap.remove(history.len() / 2);
            prop_assert!(Stage::replay(&gap).is_err());
        }
    }
}

/// That the sequences get anywhere: among those tried some are approved, some reopened after that, and every other end is met.
#[test]
fn the_sequences_reach_every_stage() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = attempts();
    let mut met = std::collections::BTreeMap::new();
    for _ in 0..1_000 {
        let mut history: Vec<Record> = Vec::new();
        let mut words = BTreeSet::new();
        for (who, tried, rules) in strategy.new_tree(&mut runner).unwrap().current() {
            for event in events(&tried, &rules, &history) {
                let n = u32::try_from(history.len()).unwrap() + 1;
                history.push(Record { n, at: 0, by: (who >= 0).then_some(PersonId(who)), event });
                match Stage::replay(&history) {
                    Ok(stage) => {
                        words.insert(stage.word());
                        words.extend(stage.known().was_approved().then_some("reopened after approval"));
                    }
                    Err(_) => drop(history.pop()),
                }
            }
        }
        words.into_iter().for_each(|w| *met.entry(w).or_insert(0) += 1);
    }
    println!("of 1,000 sequences: {met:?}");
    for word in ["submitted", "under-review", "approved", "changes-requested", "retired", "reopened after approval"] {
        assert!(met.get(word).is_some_and(|count| *count >= 20), "{word}: {met:?}");
    }
}
