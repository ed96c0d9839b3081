//! Sequences of what people try, at the real desk over real SQLite, against the board's machine alone: each is allowed or denied
//! alike, leads to the same stage, and what is kept leads there again. (The machine itself is held against a reference in
//! `crates/board/tests/model.rs`.)
//!
//! `REVIEW_SEQUENCES` says how many are tried; the run of 200 is in `evals/runs`.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may panic and tell

use desk::board::{
    self, Actor, Decision, Denied, Event, Mark, Member, PersonId, Reason, Record, Role, Signature, Stage,
};
use desk::{Confirmed, Desk, DeskError, Named, Question, StatementName};
use library::{Articles, EventHash, NewPerson};
use std::collections::BTreeMap;

/// A small generator (xorshift), so that a run can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

const PASSWORD: &str = "a long password that nobody guesses";
const PEOPLE: usize = 4;

/// People with every role: who may do what is not the matter here.
fn people(folder: &std::path::Path, desk: &mut Desk) -> Vec<(Actor, Confirmed)> {
    let articles = Articles::open(folder).unwrap();
    (0..PEOPLE)
        .map(|n| {
            let username = format!("person{n}");
            let new = NewPerson {
                username: username.clone(),
                name: format!("Person {n}"),
                credentials: "MD".to_owned(),
                specialties: vec![if n == 1 { "oncology" } else { "nephrology" }.to_owned()],
                conflicts: String::new(),
                roles: Role::ALL.into(),
                vouched: None,
            };
            let (_, link) = desk.by(Actor::Operator).add_person(new, 1_000).unwrap();
            let person = desk.claim(link.secret.reveal(), None, PASSWORD, 1_000).unwrap();
            let confirmed = desk.confirm_password(person.id, PASSWORD, 1_000).unwrap();
            drop(articles.person(person.id).unwrap().unwrap());
            (Actor::Person(Member { id: person.id, roles: Role::ALL.into(), scopes: None }), confirmed)
        })
        .collect()
}

/// What the desk did, or why the rules of review denied it.
fn denied<T>(done: Result<T, DeskError>) -> Result<T, Denied> {
    done.map_err(|error| match error {
        DeskError::Review(denied) => denied,
        other => panic!("neither done nor denied: {other}"),
    })
}

#[test]
fn the_desk_goes_where_the_machine_goes() {
    let sequences: u64 = std::env::var("REVIEW_SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let people = people(folder.path(), &mut desk);
    let articles = Articles::open(folder.path()).unwrap();
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut tried, mut refused) = (0, 0);
    for sequence in 1..=sequences {
        let mut dice = Dice(sequence.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let asker = &people[dice.below(PEOPLE as u64) as usize].0;
        let text = format!("How is hypomagnesemia evaluated? This is sequence {sequence}.");
        let asked = desk.by(asker.clone()).ask(&Question::new(text)).unwrap().article;
        let name = asked.slug.clone();
        let keys = library::statement_keys(&asked.body);
        let places: Vec<StatementName> = keys.iter().map(|k| StatementName::Place(k.place())).collect();
        let mut history: Vec<Record> = Vec::new();
        let mut stage: Option<Stage> = None;
        let mut words = std::collections::BTreeSet::new();
        let mut planned: Vec<(usize, u64)> = Vec::new();
        for step in 0..40 {
            // Who asked submits it first of all: nobody else may read it.
            let (who, what) = match planned.pop() {
                Some(planned) => planned,
                None if step == 0 => (people.iter().position(|(a, _)| a == asker).unwrap(), 99),
                None => (dice.below(PEOPLE as u64) as usize, dice.below(30).min(24)),
            };
            // Somebody reads it through and approves it, one step after the other.
            let what = match what {
                24 => {
                    planned = vec![(who, 16), (who, 9), (who, 4)];
                    0
                }
                what => what,
            };
            let (actor, confirmed) = &people[who];
            let rules = articles.policy().unwrap().approval;
            let seat = &mut desk.by(actor.clone());
            let named = Named::new(&name);
            let one = dice.below(keys.len() as u64) as usize;
            let accept = |keys: &[board::StatementKey]| {
                keys.iter().map(|k| Event::Marked { statement: k.clone(), mark: Mark::Accept, words: None }).collect()
            };
            let proposal =
                history.iter().rev().find(|r| matches!(r.event, Event::WordingProposed { .. })).map_or(1, |r| r.n);
            let because = || Some("because".to_owned());
            let (events, done): (Vec<Event>, Result<_, DeskError>) = match what {
                99 | 23 => {
                    let event = Event::Submitted {
                        version: asked.hash.clone(),
                        asker: asker.person(),
                        authors: vec![],
                        statements: keys.clone(),
                        doubts: 0,
                        previous: None,
                    };
                    (vec![event], seat.submit(&named, true))
                }
                0..4 => (vec![Event::Taken], seat.take_review(&named)),
                4..8 => (vec![Event::ConflictStated { conflict: None }], seat.state_conflict(&named, None)),
                8 => {
                    (vec![Event::ConflictStated { conflict: because() }], seat.state_conflict(&named, Some("because")))
                }
                9..13 => (accept(&keys), seat.mark(&named, &places, Mark::Accept, None)),
                13 => (
                    vec![Event::Marked { statement: keys[one].clone(), mark: Mark::Reject, words: because() }],
                    seat.mark(&named, &places[one..=one], Mark::Reject, Some("because")),
                ),
                14 => {
                    let wording = "Other words that say nothing of it.".to_owned();
                    let done = seat.propose_wording(&named, &places[one], &wording);
                    let checked = board::Checked { supported: false, words: "as the checker says".to_owned() };
                    (vec![Event::WordingProposed { statement: keys[one].clone(), wording, checked }], done)
                }
                15 => {
                    let accepted = dice.below(2) == 0;
                    let event = Event::WordingDecided { proposal, accepted };
                    (vec![event], seat.decide_wording(&named, proposal, accepted))
                }
                16..21 => {
                    let decision = if dice.below(8) == 0 { Decision::RequestChanges } else { Decision::Approve };
                    let me = seat.me().unwrap();
                    let signature = Signature {
                        name: me.name,
                        credentials: me.credentials,
                        specialties: me.specialties,
                        words: because(),
                    };
                    let done = seat.sign(&named, decision, Some("because"), confirmed, 1_001);
                    (vec![Event::Signed { decision, signature, rules }], done)
                }
                21 => {
                    let pending = stage.as_ref().is_none_or(|s| s.approved().is_none());
                    (vec![Event::Published { pending }], seat.publish(&named))
                }
                _ if dice.below(4) == 0 => {
                    (vec![Event::Retired { words: "because".to_owned() }], seat.retire(&named, "because"))
                }
                _ => {
                    let reasons = vec![Reason { kind: "editor".to_owned(), words: "because".to_owned() }];
                    (vec![Event::Reopened { reasons, difference: None }], seat.reopen(&named, "because"))
                }
            };
            tried += 1;
            let done = denied(done);
            // The same by the machine alone, all or nothing.
            let mut alone = (stage.clone(), history.clone());
            let mut expected = Ok(());
            for event in events {
                let n = u32::try_from(alone.1.len()).unwrap() + 1;
                let record = Record { n, at: 0, by: actor.person(), event };
                match Stage::next(alone.0.take(), &record) {
                    Ok(next) => {
                        alone.0 = Some(next);
                        alone.1.push(record);
                    }
                    Err(denied) => {
                        expected = Err(denied);
                        break;
                    }
                }
            }
            match (done, expected) {
                (Ok(shown), Ok(())) => {
                    let next = alone.0.unwrap();
                    assert_eq!(shown.standing.stage, Some(next.word()), "sequence {sequence} step {step}");
                    assert_eq!(shown.standing.approved, next.approved().is_some());
                    words.insert(next.word());
                    (stage, history) = (Some(next), alone.1);
                }
                (Err(found), Err(expected)) => {
                    assert_eq!(found, expected, "sequence {sequence} step {step}");
                    refused += 1;
                }
                (found, expected) => panic!("sequence {sequence} step {step}: {found:?}, not {expected:?}"),
            }
        }
        // What is kept is what happened, but for the times and the checker's words.
        let kept = desk.by(asker.clone()).review_history(&Named::new(&name)).unwrap();
        let plain = |records: &[Record]| -> Vec<(u32, Option<PersonId>, &'static str)> {
            records.iter().map(|r| (r.n, r.by, r.event.word())).collect()
        };
        assert_eq!(plain(&kept), plain(&history));
        assert_eq!(Stage::replay(&kept).unwrap().word(), stage.unwrap().word());
        words.into_iter().for_each(|w| *met.entry(w).or_insert(0) += 1);
    }
    println!("{sequences} sequences, {tried} tries, {refused} denied; reached: {met:?}");
    assert!(met.get("approved").is_some_and(|n| *n > 0) || sequences < 12, "{met:?}");

    // Every event stands in the audit trail under its hash, and nothing else does.
    let held = articles.review_event_hashes().unwrap();
    let mut told = Vec::new();
    desk.by(Actor::Operator)
        .audit::<DeskError>(&library::Filter::default(), &mut |entry| {
            told.extend(EventHash::of_detail(&serde_json::from_str(&entry.detail).unwrap()));
            Ok(())
        })
        .unwrap();
    told.sort();
    assert!(!held.is_empty());
    assert_eq!(held, told);
    assert_eq!(desk.by(Actor::Operator).audit_verify(None).unwrap().fault, None);
}
