//! People at the desk: links, passwords, sessions, tokens, rights. Time is an argument; nothing sleeps.

#![allow(clippy::unwrap_used)] // a test may panic

use desk::board::{Action, Actor, Own, Refused, Role, Scope, may};
use desk::{
    Desk, DeskError, Details, FirstAdministrator, LinkKind, NewPerson, SESSION_IDLE, SESSION_LONGEST, identity, now,
};
use std::collections::BTreeSet;

const GOOD: &str = "seven damp umbrellas";
const OTHER: &str = "nine dry umbrellas too";

fn desk() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path()).unwrap();
    (folder, desk)
}

fn new(username: &str, roles: &[Role]) -> NewPerson {
    NewPerson {
        username: username.to_owned(),
        name: format!("Person {username}"),
        credentials: "MD".to_owned(),
        specialties: vec![" Oncology ".to_owned(), "oncology".to_owned()],
        conflicts: String::new(),
        roles: roles.iter().copied().collect(),
        vouched: None,
    }
}

/// Adds a person with a password, as the operator.
fn add(desk: &mut Desk, username: &str, roles: &[Role], t: i64) -> Actor {
    let (_, link) = desk.by(Actor::Operator).add_person(new(username, roles), t).unwrap();
    desk.claim(link.secret.reveal(), None, GOOD, t).unwrap();
    desk.actor_of_password(username, GOOD, t).unwrap()
}

fn first(username: &str) -> FirstAdministrator {
    FirstAdministrator { username: username.to_owned(), name: "Ada Min".to_owned() }
}

#[test]
fn the_first_administrator_comes_by_a_link_that_works_once_and_is_not_offered_again() {
    let (_folder, mut desk) = desk();
    let t = now();
    let old = desk.first_administrator_link(t).unwrap().unwrap();
    let link = desk.first_administrator_link(t).unwrap().unwrap();
    let claim = |desk: &Desk, link: &str, t| desk.claim(link, Some(&first("ada")), GOOD, t);
    assert!(matches!(claim(&desk, old.reveal(), t), Err(DeskError::DeadLink)), "replaced by the newer");
    assert!(matches!(claim(&desk, "cbl_guessed", t), Err(DeskError::DeadLink)));
    assert!(matches!(claim(&desk, link.reveal(), t + 86_400), Err(DeskError::DeadLink)), "a day is over");
    assert!(matches!(desk.claim(link.reveal(), None, GOOD, t), Err(DeskError::FirstNeedsName)));
    assert!(matches!(
        desk.claim(link.reveal(), Some(&first("ada")), "too short", t),
        Err(DeskError::Password(identity::PasswordProblem::Short { .. }))
    ));
    assert_eq!(desk.link(link.reveal(), t).unwrap().kind, LinkKind::FirstAdministrator, "still good after a mistake");
    let ada = claim(&desk, link.reveal(), t).unwrap();
    assert_eq!((ada.username.as_str(), ada.roles), ("ada", [Role::Administrator].into()));
    assert!(matches!(claim(&desk, link.reveal(), t), Err(DeskError::DeadLink)), "used up");
    assert!(desk.first_administrator_link(t).unwrap().is_none());
    // Nobody can take away the last one.
    let ada = desk.actor_of_password("ada", GOOD, t).unwrap();
    for actor in [ada, Actor::Operator] {
        let mut seat = desk.by(actor);
        let last = |r: Result<_, DeskError>| assert_eq!(r.unwrap_err().info().code, "last-administrator");
        last(seat.set_roles("ada", BTreeSet::new()));
        last(seat.set_disabled("ada", true));
    }
    add(&mut desk, "bob", &[Role::Administrator], t);
    desk.by(Actor::Operator).set_disabled("ada", true).unwrap();
}

#[test]
fn two_links_to_become_the_first_make_one_administrator() {
    let (_folder, desk) = desk();
    let t = now();
    let link = desk.first_administrator_link(t).unwrap().unwrap();
    let done: Vec<bool> = std::thread::scope(|scope| {
        let folder = desk.folder();
        let tries: Vec<_> = (0..3)
            .map(|n| {
                let link = link.reveal();
                scope.spawn(move || {
                    let desk = Desk::open(folder).unwrap();
                    desk.claim(link, Some(&first(&format!("ada{n}"))), GOOD, t).is_ok()
                })
            })
            .collect();
        tries.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|d| **d).count(), 1);
}

#[test]
fn wrong_passwords_make_wait_and_lock_and_tell_nobody_who_has_an_account() {
    let (_folder, mut desk) = desk();
    let mut t = now();
    add(&mut desk, "lin", &[Role::Reviewer], t);
    for name in ["lin", "nobody", "no name at all\n"] {
        for _ in 0..5 {
            assert!(matches!(desk.authenticate(name, "wrong", None, t), Err(DeskError::SignInFailed)), "{name}");
        }
        assert!(matches!(desk.authenticate(name, GOOD, None, t), Err(DeskError::SignInWait { seconds: 2 })), "{name}");
    }
    assert!(desk.authenticate(" LIN ", GOOD, None, t + 2).is_ok(), "after the wait, in any letters");
    for _ in 0..5 {
        assert!(matches!(desk.authenticate("lin", "wrong", None, t), Err(DeskError::SignInFailed)), "counted anew");
    }
    // A signature counts as an attempt; a server started anew forgets nothing.
    let lin = desk.by(Actor::Operator).person("lin").unwrap().id;
    assert!(matches!(desk.confirm_password(lin, GOOD, t), Err(DeskError::SignInWait { .. })));
    desk.first_administrator_link(t + 100_000).unwrap();
    assert!(matches!(desk.authenticate("lin", GOOD, None, t), Err(DeskError::SignInWait { .. })));
    let mut failures = 5;
    loop {
        match desk.authenticate("lin", "wrong", None, t) {
            Err(DeskError::SignInWait { seconds }) => t += seconds,
            Err(DeskError::SignInFailed) => failures += 1,
            Err(DeskError::SignInLocked) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(failures, identity::LOCKED_AFTER);
    assert!(matches!(desk.authenticate("lin", GOOD, None, t + 1_000_000), Err(DeskError::SignInLocked)));
    let link = desk.by(Actor::Operator).make_link("lin", t).unwrap();
    assert_eq!(link.kind, LinkKind::Reset);
    desk.claim(link.secret.reveal(), None, OTHER, t).unwrap();
    assert!(matches!(desk.authenticate("lin", GOOD, None, t), Err(DeskError::SignInFailed)));
    assert!(desk.authenticate("lin", OTHER, None, t).is_ok());
}

#[test]
fn an_address_that_tries_many_names_waits_and_others_do_not() {
    let (_folder, mut desk) = desk();
    let t = now();
    add(&mut desk, "lin", &[Role::Reader], t);
    for n in 0..20 {
        let tried = desk.authenticate(&format!("name{n}"), "wrong", Some("192.0.2.7"), t);
        assert!(matches!(tried, Err(DeskError::SignInFailed)));
    }
    let from = |address, t| desk.authenticate("lin", GOOD, Some(address), t);
    assert!(matches!(from("192.0.2.7", t), Err(DeskError::SignInWait { seconds: 2 })));
    assert!(from("192.0.2.8", t).is_ok());
    assert!(from("192.0.2.7", t + 2).is_ok());
    assert!(matches!(from("192.0.2.7", t), Err(DeskError::SignInWait { .. })), "one success does not wipe the slate");
    assert!(from("192.0.2.7", t + 3600).is_ok());
}

#[test]
fn a_session_ends_when_idle_when_old_when_signed_out_and_with_the_account() {
    let (_folder, mut desk) = desk();
    let t = now();
    add(&mut desk, "ada", &[Role::Administrator], t);
    add(&mut desk, "lin", &[Role::Reviewer], t);
    let enter = |desk: &Desk, t| desk.sign_in("lin", GOOD, None, t).unwrap().1;
    let (one, two) = (enter(&desk, t), enter(&desk, t));
    let over = |desk: &Desk, secret: &identity::Secret, t| {
        matches!(desk.actor_of_session(secret.reveal(), t), Err(DeskError::SessionOver))
    };
    assert!(desk.actor_of_session(one.reveal(), t + SESSION_IDLE - 1).unwrap().has(Role::Reviewer));
    assert!(over(&desk, &two, t + SESSION_IDLE) && !over(&desk, &one, t + SESSION_IDLE), "use keeps it alive");
    let mut at = t;
    while at < t + SESSION_LONGEST {
        assert!(!over(&desk, &one, at), "{}", at - t);
        at += SESSION_IDLE / 2;
    }
    assert!(over(&desk, &one, t + SESSION_LONGEST), "but not for ever");
    let (three, four) = (enter(&desk, t), enter(&desk, t));
    desk.sign_out(three.reveal()).unwrap();
    assert!(over(&desk, &three, t) && !over(&desk, &four, t));
    // Roles are those of now, not of when the session began.
    desk.by(Actor::Operator).set_roles("lin", [Role::Editor].into()).unwrap();
    assert!(!desk.actor_of_session(four.reveal(), t).unwrap().has(Role::Reviewer));
    desk.by(Actor::Operator).set_disabled("lin", true).unwrap();
    assert!(over(&desk, &four, t));
    assert!(matches!(desk.sign_in("lin", GOOD, None, t), Err(DeskError::SignInFailed)));
    assert!(matches!(desk.by(Actor::Operator).make_link("lin", t), Err(DeskError::Disabled(_))));
    desk.by(Actor::Operator).set_disabled("lin", false).unwrap();
    assert!(over(&desk, &four, t), "sessions of before stay ended");
    assert!(desk.sign_in("lin", GOOD, None, t).is_ok());
}

#[test]
fn who_changes_their_password_gives_the_old_one_and_ends_other_sessions() {
    let (_folder, mut desk) = desk();
    let t = now();
    let lin = add(&mut desk, "lin", &[Role::Reviewer], t);
    let (_, here) = desk.sign_in("lin", GOOD, None, t).unwrap();
    let (_, there) = desk.sign_in("lin", GOOD, None, t).unwrap();
    let mut seat = desk.by(lin);
    assert!(matches!(seat.change_password("wrong", OTHER, None, t), Err(DeskError::SignInFailed)));
    assert!(matches!(seat.change_password(GOOD, "person lin person lin", None, t), Err(DeskError::Password(_))));
    seat.change_password(GOOD, OTHER, Some(here.reveal()), t).unwrap();
    assert_eq!(seat.sessions("lin", t).unwrap().len(), 1);
    assert!(seat.confirm_password(GOOD, t).is_err());
    let confirmed = seat.confirm_password(OTHER, t).unwrap();
    assert_eq!((Some(confirmed.person()), confirmed.at()), (seat.actor().person(), t));
    assert!(desk.actor_of_session(here.reveal(), t).is_ok());
    assert!(matches!(desk.actor_of_session(there.reveal(), t), Err(DeskError::SessionOver)));
    // The operator is nobody whose password could be asked for.
    assert!(matches!(desk.by(Actor::Operator).confirm_password(OTHER, t), Err(DeskError::Refused(Refused::SignIn))));
}

#[test]
fn a_token_does_what_its_scopes_and_its_owner_may_until_it_ends() {
    let (_folder, mut desk) = desk();
    let t = now();
    let lin = add(&mut desk, "lin", &[Role::Reader], t);
    let ask: BTreeSet<Scope> = [Scope::Ask, Scope::Review].into();
    let mut seat = desk.by(lin);
    assert!(matches!(seat.make_token("x", BTreeSet::new(), 1, t), Err(DeskError::BadTokenTerms { .. })));
    assert!(matches!(seat.make_token("x", ask.clone(), 367, t), Err(DeskError::BadTokenTerms { .. })));
    let token = seat.make_token("notebook", ask.clone(), 2, t).unwrap();
    let other = seat.make_token("other", ask, 2, t).unwrap();
    assert_ne!(token.id, other.id);
    let actor = desk.actor_of_token(token.secret.reveal(), t).unwrap();
    let open = desk::board::Openness { reading: false, asking: false };
    assert_eq!(may(&actor, Action::Ask, Own::Nobodys, open), Ok(()));
    assert_eq!(may(&actor, Action::Read, Own::Nobodys, open), Err(Refused::Scope));
    assert_eq!(may(&actor, Action::Mark, Own::Another, open), Err(Refused::Role), "its owner is no reviewer");
    let mut seat = desk.by(actor);
    for refused in [
        seat.make_token("more", [Scope::Read].into(), 1, t).err(),
        seat.change_password(GOOD, OTHER, None, t).err(),
        seat.revoke_token("lin", other.id).err(),
        seat.set_details("lin", Details::default()).err(),
    ] {
        assert!(matches!(refused, Some(DeskError::Refused(Refused::Scope))), "{refused:?}");
    }
    let bad = |desk: &Desk, t| matches!(desk.actor_of_token(token.secret.reveal(), t), Err(DeskError::BadToken));
    assert!(bad(&desk, t + 2 * 86_400), "ended");
    assert!(matches!(desk.actor_of_token(&token.secret.digest(), t), Err(DeskError::BadToken)), "its hash is no token");
    desk.by(Actor::Operator).set_disabled("lin", true).unwrap();
    assert!(bad(&desk, t), "the account is closed");
    desk.by(Actor::Operator).set_disabled("lin", false).unwrap();
    assert!(!bad(&desk, t));
    desk.by(Actor::Operator).revoke_token("lin", token.id).unwrap();
    assert!(bad(&desk, t), "taken back");
    assert!(matches!(desk.by(Actor::Operator).revoke_token("lin", token.id), Err(DeskError::NoToken(_))));
    assert_eq!(desk.by(Actor::Operator).tokens("lin").unwrap().len(), 2);
}

#[test]
fn people_are_kept_by_administrators_and_everyone_keeps_themselves() {
    let (_folder, mut desk) = desk();
    let t = now();
    let ada = add(&mut desk, "ada", &[Role::Administrator], t);
    let lin = add(&mut desk, "lin", &[Role::Reviewer, Role::Editor], t);
    let taken = desk.by(ada.clone()).add_person(new("LIN", &[]), t).unwrap_err();
    assert_eq!(taken.info().code, "name-taken");
    let shown = desk.by(ada).person("lin").unwrap();
    assert_eq!((shown.specialties, shown.has_password), (vec!["oncology".to_owned()], true));
    for actor in [lin.clone(), Actor::Anonymous] {
        let mut seat = desk.by(actor);
        let refused = [
            seat.people().err(),
            seat.person("ada").err(),
            seat.person("nobody").err(),
            seat.add_person(new("eve", &[Role::Administrator]), t).err(),
            seat.make_link("ada", t).err(),
            seat.set_roles("lin", [Role::Administrator].into()).err(),
            seat.set_disabled("ada", true).err(),
            seat.end_sessions("ada", t).err(),
            seat.tokens("ada").err(),
            seat.set_details("ada", Details { name: Some("Eve".to_owned()), ..Details::default() }).err(),
        ];
        assert!(refused.iter().all(|r| matches!(r, Some(DeskError::Refused(_)))), "{refused:?}");
    }
    let mut seat = desk.by(lin);
    let details = Details { conflicts: Some(" Speaker for X ".to_owned()), ..Details::default() };
    assert_eq!(seat.set_details("lin", details).unwrap().conflicts, "Speaker for X");
    assert!(seat.set_details("lin", Details { credentials: Some("x".repeat(2001)), ..Details::default() }).is_err());
    assert_eq!(seat.end_sessions("lin", t).unwrap(), 0);
}

#[test]
fn no_file_of_the_data_folder_holds_a_password_a_token_or_what_was_typed_for_a_name() {
    let (folder, mut desk) = desk();
    let t = now();
    let lin = add(&mut desk, "lin", &[Role::Reviewer], t);
    let token = desk.by(lin).make_token("notebook", [Scope::Read].into(), 1, t).unwrap();
    let (_, session) = desk.sign_in("lin", GOOD, Some("192.0.2.7"), t).unwrap();
    let link = desk.by(Actor::Operator).make_link("lin", t).unwrap();
    assert!(desk.authenticate("my-secret-typed-as-a-name", GOOD, Some("192.0.2.7"), t).is_err());
    desk.first_administrator_link(t).unwrap();
    drop(desk);
    let secrets =
        [GOOD, token.secret.reveal(), session.reveal(), link.secret.reveal(), "my-secret-typed-as-a-name", "192.0.2.7"];
    let mut looked_at = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap().flatten().filter(|e| e.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        looked_at += bytes.len();
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret} in {}", entry.path().display());
        }
    }
    assert!(looked_at > 100_000, "the databases were looked at");
}
