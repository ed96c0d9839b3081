//! Every action with every kind of actor, on what is theirs, nobody's and another's, at the real desk over real SQLite: it is
//! refused exactly where the board's table says so. Once with reading and asking open, once with both closed.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may panic and tell

use desk::board::{self, Action, Actor, Member, Openness, Own, PersonId, Refused, Role, Scope, TABLE, may};
use desk::{Desk, DeskError, Named, Question, QueueOrder, Reader, RefreshOptions, Revision, StatementName};
use library::{Articles, NewPerson, VersionKey};
use std::collections::BTreeMap;

const OWNS: [Own; 3] = [Own::Own, Own::Nobodys, Own::Another];

/// Somebody who may act.
struct Who {
    label: String,
    actor: Actor,
    /// What they sign in with, where they are a person.
    username: Option<String>,
}

/// Articles of one owner at each point of their way, by slug or, of nobody's private one, by hash.
#[derive(Clone, Default)]
struct Things {
    private: String,
    submitted: String,
    /// Before the board once, and taken back: whatever is done to it, the rules of review refuse it and nothing changes.
    retired: String,
    published: String,
    /// To be erased, once in each walk.
    erased: [String; 2],
}

struct World {
    desk: Desk,
    things: BTreeMap<Option<PersonId>, Things>,
    other: PersonId,
    /// Something that keeps a path from being a folder.
    file: std::path::PathBuf,
}

fn person(id: i64, roles: &[Role], scopes: Option<Scope>) -> Actor {
    Actor::Person(Member {
        id: PersonId(id),
        roles: roles.iter().copied().collect(),
        scopes: scopes.map(|s| [s].into()),
    })
}

/// One article, asked by this actor, and how far it went.
fn article(desk: &mut Desk, articles: &Articles, asker: &Actor, editor: &Actor, to: &str) -> String {
    let text = format!("How is hypomagnesemia evaluated? Asked by {} for what is {to}.", asker.label());
    let answer = desk.by(asker.clone()).ask(&Question::new(text)).unwrap();
    let found = articles.identities(&answer.article.hash, asker.person()).unwrap();
    let own = found.into_iter().find(|a| a.asker == asker.person()).unwrap();
    let key = VersionKey { article: own.id, reader: Reader::Clinician.word().to_owned(), number: 1 };
    if to.starts_with("private") || to == "erased" {
        return if own.asker.is_none() { answer.article.hash } else { own.slug };
    }
    articles.submit(&key, editor, 0).unwrap();
    match to {
        "retired" => drop(articles.retire(&key, editor, None, "because".to_owned()).unwrap()),
        "published" => drop(articles.publish(&key, editor, None, &board::Policy::default()).unwrap()),
        _ => {}
    }
    own.slug
}

impl World {
    fn new(folder: &std::path::Path) -> (Self, Vec<Who>) {
        let mut desk = Desk::open(folder).unwrap();
        let articles = Articles::open(folder).unwrap();
        let mut people: Vec<(String, Vec<Role>, Option<Scope>)> = vec![("no-role".to_owned(), vec![], None)];
        people.extend(Role::ALL.map(|r| (r.word().to_owned(), vec![r], None)));
        people.extend(Scope::ALL.map(|s| (format!("token-{}", s.word()), Role::ALL.to_vec(), Some(s))));
        people.push(("another".to_owned(), Role::ALL.to_vec(), None));
        let mut who = vec![
            Who { label: "anonymous".to_owned(), actor: Actor::Anonymous, username: None },
            Who { label: "operator".to_owned(), actor: Actor::Operator, username: None },
        ];
        for (name, roles, scope) in people {
            let new = NewPerson {
                username: name.clone(),
                name: format!("Person {name}"),
                credentials: "MD".to_owned(),
                specialties: vec![],
                conflicts: String::new(),
                roles: roles.iter().copied().collect(),
                vouched: None,
            };
            let id = articles.add_person(new, "operator".to_owned()).unwrap();
            who.push(Who { label: name.clone(), actor: person(id.0, &roles, scope), username: Some(name) });
        }
        let all = who.pop().unwrap().actor;
        let mut things = BTreeMap::new();
        let mut owners: Vec<Actor> = vec![Actor::Operator, all.clone()];
        owners.extend(who.iter().filter(|w| w.username.is_some()).map(|w| match &w.actor {
            // Whoever they are, they asked when they were allowed to.
            Actor::Person(m) => person(m.id.0, &Role::ALL, None),
            other => other.clone(),
        }));
        for owner in owners {
            let mut at = |to| article(&mut desk, &articles, &owner, &all, to);
            let own = Things {
                private: at("private"),
                submitted: at("submitted"),
                retired: at("retired"),
                published: at("published"),
                erased: [at("private, to be erased"), at("erased")],
            };
            things.insert(owner.person(), own);
        }
        let file = folder.join("a-file");
        std::fs::write(&file, "x").unwrap();
        (Self { desk, things, other: all.person().unwrap(), file }, who)
    }

    /// The things that are this actor's own, nobody's, or another's.
    fn of(&self, who: &Who, own: Own) -> Option<Things> {
        let owner = match own {
            Own::Own => Some(who.actor.person()?),
            Own::Nobodys => None,
            Own::Another => Some(self.other),
        };
        self.things.get(&owner).cloned()
    }

    /// Every use case of an action. What is asked for is such that nothing that others look at is changed where it is allowed.
    fn attempts(&mut self, who: &Who, action: Action, things: &Things, open: bool) -> Vec<Result<(), DeskError>> {
        let file = self.file.clone();
        let mut seat = self.desk.by(who.actor.clone());
        let retired = Named::new(&things.retired);
        let first = StatementName::Place(1);
        match action {
            Action::Read => vec![
                seat.article(&things.published).map(drop),
                seat.read(&things.published, None, None).map(drop),
                seat.corrections(1).map(drop),
                seat.members().map(drop),
                seat.approved(1).map(drop),
            ],
            Action::ReadSubmitted => vec![
                seat.article(&things.submitted).map(drop),
                seat.review(&Named::new(&things.submitted)).map(drop),
                seat.review_history(&Named::new(&things.submitted)).map(drop),
                seat.difference(&Named::new(&things.submitted), None).map(drop),
            ],
            Action::ReadPrivate => vec![
                seat.article(&things.private).map(drop),
                seat.show_article(&things.private, None).map(drop),
                seat.standing(&things.private, None).map(drop),
            ],
            Action::Ask => vec![
                seat.ask(&Question::new(" ")).map(drop),
                seat.follow(&things.published, &Question::new(" "), None).map(drop),
            ],
            Action::Submit => vec![seat.submit(&retired, true).map(drop)],
            Action::Revise => vec![
                seat.revise(&retired, Revision::Marks).map(drop),
                seat.revise(&retired, Revision::Anew).map(drop),
                seat.decide_wording(&retired, 1, true).map(drop),
            ],
            Action::SeeQueue => {
                vec![seat.queue(QueueOrder::Age, true).map(drop), seat.reports(true).map(drop)]
            }
            Action::TakeReview => vec![seat.take_review(&retired).map(drop)],
            Action::Mark => vec![
                seat.mark(&retired, &[], board::Mark::Accept, None).map(drop),
                seat.state_conflict(&retired, None).map(drop),
                seat.propose_wording(&retired, &first, "Other words.").map(drop),
            ],
            // Signing itself takes a password that was given: it asks the same first.
            Action::Sign => vec![seat.may_sign(&retired)],
            Action::Publish => vec![seat.publish(&retired).map(drop)],
            Action::Retire => vec![seat.retire(&retired, "because").map(drop)],
            Action::Reopen => vec![seat.reopen(&retired, "because").map(drop)],
            Action::Generalise => {
                let case = Question::new("58M, ECOG 1, hypomagnesemia: what next?");
                vec![seat.generalise(&retired, &case).map(drop)]
            }
            Action::Report => vec![seat.report(&things.published, None, " ").map(drop)],
            Action::AnswerReport => vec![
                seat.end_report(999, library::Ended::Closed, "because").map(drop),
                seat.correct(&things.published, " ").map(drop),
            ],
            Action::Erase => vec![seat.erase(&things.erased[usize::from(open)], "a test").map(drop)],
            Action::ManagePeople => vec![
                seat.people().map(drop),
                seat.set_roles("nobody-of-this-name", [].into()).map(drop),
                seat.set_disabled("nobody-of-this-name", true).map(drop),
                seat.make_link("nobody-of-this-name", 0).map(drop),
            ],
            Action::ManageSelf => vec![
                seat.change_password("wrong", "a password that is long enough", None, 0).map(drop),
                seat.make_token(" ", [].into(), 0, 0).map(drop),
            ],
            Action::SetPolicy => {
                vec![seat.set_policy("no = toml = at all").map(drop), seat.audit_prune(Some(0), 0).map(drop)]
            }
            Action::ReadAudit => vec![seat.audit_verify(None).map(drop)],
            Action::Export => vec![
                seat.backup(&file.join("x"), &mut |_, _| {}).map(drop),
                seat.export(&file.join("x"), &mut |_, _| {}).map(drop),
            ],
            Action::Import => vec![
                desk::restore(&who.actor, &file, &file.join("x"), &mut |_, _| {}).map(drop),
                desk::import(&who.actor, &file, &file.join("x"), &mut |_, _| {}).map(drop),
            ],
            Action::Refresh => {
                let options = RefreshOptions { compose: false, today: None };
                vec![seat.refresh(options, |_, _| {}).map(drop)]
            }
            Action::ManageSources => vec![seat.for_sources().map(drop)],
        }
    }
}

/// Actions that are done to something with an owner.
fn owned(action: Action) -> bool {
    !matches!(
        action,
        Action::Ask
            | Action::SeeQueue
            | Action::AnswerReport
            | Action::ManagePeople
            | Action::ManageSelf
            | Action::SetPolicy
            | Action::ReadAudit
            | Action::Export
            | Action::Import
            | Action::Refresh
            | Action::ManageSources
    )
}

#[test]
fn the_desk_refuses_exactly_what_the_table_does() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, who) = World::new(folder.path());
    let (mut asked, mut refused) = (0, BTreeMap::new());
    for open in [true, false] {
        let openness = Openness { reading: open, asking: open };
        let policy = format!("[open]\nreading = {open}\nasking = {open}\n");
        world.desk.by(Actor::Operator).set_policy(&policy).unwrap();
        for row in TABLE {
            let action = row.action;
            let owns: &[Own] = match action {
                Action::ManageSelf => &[Own::Own],
                _ if owned(action) => &OWNS,
                _ => &[Own::Nobodys],
            };
            // Those who may come last: what is erased is refused to nobody.
            let mut cases: Vec<(&Who, Own)> = who.iter().flat_map(|w| owns.iter().map(move |o| (w, *o))).collect();
            cases.sort_by_key(|(w, own)| may(&w.actor, action, *own, openness).is_ok());
            for (w, own) in cases {
                let person = w.actor.person().is_some();
                if (own == Own::Own || action == Action::ManageSelf) && !person {
                    continue;
                }
                let Some(things) = world.of(w, own) else { continue };
                let expected = may(&w.actor, action, own, openness);
                for (at, done) in world.attempts(w, action, &things, open).into_iter().enumerate() {
                    let found = match &done {
                        Err(DeskError::Refused(refused)) => Err(*refused),
                        _ => Ok(()),
                    };
                    let what = format!("{action:?} {at} by {} on {own:?}, open {open}: {done:?}", w.label);
                    let readable = readable_first(&w.actor, action, own, openness);
                    assert!(found == expected || readable.is_err() && found == readable, "{what}, not {expected:?}");
                    asked += 1;
                    *refused.entry(format!("{action:?}")).or_insert(0) += usize::from(found.is_err());
                }
            }
        }
    }
    println!("{asked} attempts; refused: {refused:?}");
    assert!(asked > 1_000, "{asked}");
    for row in TABLE {
        assert!(refused[&format!("{:?}", row.action)] > 0, "{:?}", row.action);
    }
}

/// An action on an article also takes that one may read it: what is before the board, or what is public.
fn readable_first(actor: &Actor, action: Action, own: Own, openness: Openness) -> Result<(), Refused> {
    match action {
        Action::Submit
        | Action::Revise
        | Action::TakeReview
        | Action::Mark
        | Action::Sign
        | Action::Publish
        | Action::Retire
        | Action::Reopen
        | Action::Generalise => may(actor, Action::ReadSubmitted, own, openness),
        Action::Ask | Action::Report | Action::AnswerReport => may(actor, Action::Read, own, openness),
        _ => Ok(()),
    }
}
