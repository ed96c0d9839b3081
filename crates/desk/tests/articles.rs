//! What is kept of what is asked: one article for a question of somebody, its versions, who sees it, what erasing leaves.

#![allow(clippy::unwrap_used)] // a test may panic

use board::{Actor, Event, Member, PersonId, Policy, Refused, Role, StatementKey};
use desk::{AddOptions, Answer, Desk, DeskError, Question, Reader, Visibility};
use library::{Articles, Deed, VersionKey};
use std::path::Path;

const QUESTION: &str = "How is hypomagnesemia evaluated?";

fn person(id: i64, role: Role) -> Actor {
    Actor::Person(Member { id: PersonId(id), roles: [role].into(), scopes: None })
}

fn ask(desk: &mut Desk, actor: &Actor, text: &str) -> Answer {
    desk.by(actor.clone()).ask(&Question::new(text)).unwrap()
}

/// Another snapshot: what is composed next has another hash.
fn add(desk: &mut Desk, folder: &Path, n: usize) {
    let path = folder.join(format!("{n}.txt"));
    std::fs::write(&path, format!("A note\n\nNumber {n} says that nothing here is about anything.\n")).unwrap();
    desk.add(&[path], &AddOptions::default(), &mut |_| {}).unwrap();
}

fn show_to(folder: &Path, article: i64, visibility: Visibility) {
    let deed = Deed {
        actor: "system".to_owned(),
        action: "test",
        subject: format!("article {article}"),
        detail: serde_json::json!({}),
    };
    Articles::open(folder).unwrap().set_visibility(article, visibility, deed).unwrap();
}

/// Lets everyone see the first clinicians' version of an article, under the banner of what is not approved.
fn publish(folder: &Path, article: i64, version: &str) {
    let articles = Articles::open(folder).unwrap();
    let (key, editor) = (VersionKey { article, reader: "clinician".to_owned(), number: 1 }, person(9, Role::Editor));
    let (version, statements) = (version.to_owned(), vec![StatementKey::new(1, "x")]);
    let submitted = Event::Submitted { version, asker: None, authors: vec![], statements, previous: None, doubts: 0 };
    articles.add_to_review(&key, &editor, None, vec![submitted]).unwrap();
    articles.publish(&key, &editor, None, &Policy::default()).unwrap();
}

#[test]
fn the_same_question_is_the_same_article_and_another_body_its_next_version() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut desk = Desk::open(&data).unwrap();
    let (ann, ben) = (person(1, Role::Reader), person(2, Role::Reader));
    let first = ask(&mut desk, &ann, QUESTION).article;
    assert_eq!((first.number, first.visibility), (1, Visibility::Private));
    let again = ask(&mut desk, &ann, "  how is hypomagnesemia   evaluated").article;
    assert_eq!(again.slug, first.slug);
    // Other words, another body: the next version, and the first is still there.
    assert_eq!(again.number, 2);
    assert_eq!(desk.by(ann.clone()).article(&first.hash).unwrap().body, first.body);
    assert_eq!(ask(&mut desk, &ann, "  how is hypomagnesemia   evaluated").article.number, 2);

    // Of the same words of another asker comes another article with the same body.
    let bens = ask(&mut desk, &ben, QUESTION).article;
    assert_eq!(bens.hash, first.hash);
    assert_ne!(bens.slug, first.slug);
    // Facts that differ are another article; another reader's wording is a version of its own.
    assert_ne!(ask(&mut desk, &ann, "How is hypermagnesemia evaluated?").article.slug, first.slug);
    let patient = desk.by(ann.clone()).ask(&Question { reader: Reader::Patient, ..Question::new(QUESTION) }).unwrap();
    assert_eq!((patient.article.slug.as_str(), patient.article.number), (first.slug.as_str(), 1));
    let shown = desk.by(ann.clone()).show_article(&first.slug, Some(Reader::Patient)).unwrap();
    assert_eq!(shown.shown.hash, patient.article.hash);
    let versions: Vec<_> = shown.versions.iter().map(|v| (v.reader.as_str(), v.number)).collect();
    assert_eq!(versions, [("clinician", 1), ("clinician", 2), ("patient", 1)]);

    add(&mut desk, folder.path(), 1);
    let later = ask(&mut desk, &ann, QUESTION).article;
    assert_eq!((later.slug.as_str(), later.number), (first.slug.as_str(), 3));
    assert_ne!(later.hash, first.hash);
}

#[test]
fn what_is_published_with_the_same_statements_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut desk = Desk::open(&data).unwrap();
    let (ann, ben) = (person(1, Role::Reader), person(2, Role::Reader));
    let anns = ask(&mut desk, &ann, QUESTION).article;
    let id = desk.by(ann.clone()).show_article(&anns.slug, None).unwrap().article.id;
    publish(&data, id, &anns.hash);
    add(&mut desk, folder.path(), 1);
    for actor in [&ann, &ben, &Actor::Anonymous, &Actor::Operator] {
        let given = ask(&mut desk, actor, QUESTION).article;
        assert_eq!((given.hash.as_str(), given.visibility), (anns.hash.as_str(), Visibility::Published));
        assert_eq!(given.slug, anns.slug);
    }
    // Everyone finds it by any name.
    for name in [&anns.slug, &anns.hash, &anns.hash[..8].to_owned()] {
        assert_eq!(desk.by(Actor::Anonymous).article(name).unwrap().hash, anns.hash);
    }
    // Another wording is not what was published.
    let patient = desk.by(ben.clone()).ask(&Question { reader: Reader::Patient, ..Question::new(QUESTION) }).unwrap();
    assert_eq!(patient.article.visibility, Visibility::Private);
}

#[test]
fn an_article_is_its_askers_until_it_is_submitted() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let (ann, ben, editor) = (person(1, Role::Reader), person(2, Role::Author), person(3, Role::Editor));
    let anns = ask(&mut desk, &ann, QUESTION).article;
    let mine = ask(&mut desk, &Actor::Anonymous, "How is hypermagnesemia evaluated?").article;
    let refused = |desk: &mut Desk, actor: &Actor, name: &str| match desk.by(actor.clone()).article(name) {
        Err(DeskError::Refused(why)) => Some(why),
        Err(DeskError::NoArticle(_)) => None,
        other => panic!("{other:?}"),
    };
    for name in [&anns.hash, &anns.slug] {
        assert_eq!(refused(&mut desk, &ben, name), Some(Refused::NotYours));
        assert_eq!(refused(&mut desk, &editor, name), Some(Refused::NotYours));
        assert_eq!(refused(&mut desk, &Actor::Anonymous, name), Some(Refused::SignIn));
        assert_eq!(desk.by(ann.clone()).article(name).unwrap().hash, anns.hash);
        let followed = desk.by(ben.clone()).follow(name, &Question::new("what dose?"), None);
        assert!(matches!(followed, Err(DeskError::Refused(Refused::NotYours))));
    }
    // Nobody's is read by who has its whole hash; the operator needs no key.
    assert_eq!(desk.by(ben.clone()).article(&mine.hash).unwrap().hash, mine.hash);
    for name in [&mine.hash[..12], &mine.slug] {
        assert_eq!(refused(&mut desk, &Actor::Anonymous, name), None);
        assert_eq!(refused(&mut desk, &ben, name), None);
        assert!(desk.by(Actor::Operator).article(name).is_ok());
    }
    let listed = |desk: &mut Desk, actor: &Actor| desk.by(actor.clone()).articles(10).unwrap().len();
    let counts = [&ann, &ben, &Actor::Anonymous, &Actor::Operator].map(|a| listed(&mut desk, a));
    assert_eq!(counts, [1, 0, 0, 2]);

    let id = desk.by(ann.clone()).show_article(&anns.slug, None).unwrap().article.id;
    show_to(folder.path(), id, Visibility::Submitted);
    assert!(desk.by(ben.clone()).article(&anns.slug).is_ok());
    assert!(desk.by(ann.clone()).article(&anns.slug).is_ok());
    assert_eq!(refused(&mut desk, &person(4, Role::Reader), &anns.slug), Some(Refused::NotYours));
    assert_eq!(listed(&mut desk, &ben), 1);
    // What is before the board is no longer its asker's to erase.
    let erased = desk.by(ann.clone()).erase(&anns.slug, "mine");
    assert!(matches!(erased, Err(DeskError::Refused(Refused::NotYours | Refused::Role))), "{erased:?}");
    assert_eq!(desk.by(person(5, Role::Administrator)).erase(&anns.slug, "a mistake").unwrap().articles, 1);
}

#[test]
fn who_asks_what_is_before_the_board_already_reads_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let anns = ask(&mut desk, &person(1, Role::Author), QUESTION).article;
    let id = desk.by(person(1, Role::Author)).show_article(&anns.slug, None).unwrap().article.id;
    show_to(folder.path(), id, Visibility::Submitted);
    // Nobody asked it yet: it is the board's alone.
    for actor in [Actor::Anonymous, person(4, Role::Reader)] {
        assert!(matches!(desk.by(actor).article(&anns.hash), Err(DeskError::Refused(_))));
    }
    let nobodys = ask(&mut desk, &Actor::Anonymous, QUESTION).article;
    assert_eq!(nobodys.hash, anns.hash);
    for actor in [Actor::Anonymous, person(4, Role::Reader)] {
        let read = desk.by(actor.clone()).read(&nobodys.hash, None, None).unwrap();
        assert_eq!((read.article.slug, read.standing.stage), (nobodys.slug.clone(), None));
        assert!(desk.by(actor.clone()).follow(&nobodys.hash, &Question::new("what dose?"), None).is_ok());
        for name in [&anns.slug, &nobodys.slug, &nobodys.hash[..12]] {
            assert!(desk.by(actor.clone()).article(name).is_err(), "{name}");
        }
    }
    // The board finds what is before it.
    assert_eq!(desk.by(person(2, Role::Reviewer)).article(&anns.hash).unwrap().slug, anns.slug);
}

#[test]
fn erasing_leaves_that_it_was_there_and_nothing_of_what_it_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let (ann, ben) = (person(1, Role::Reader), person(2, Role::Reader));
    let secret = "How is hypomagnesemia evaluated in a zookeeper from Atlantis?";
    let anns = ask(&mut desk, &ann, secret).article;
    let bens = ask(&mut desk, &ben, secret).article;
    assert_eq!(anns.hash, bens.hash);
    let holds = |desk: &Desk| {
        let files = ["articles.sqlite", "articles.sqlite-wal"].map(|f| std::fs::read(desk.folder().join(f)));
        files.into_iter().flatten().any(|bytes| bytes.windows(8).any(|w| w == b"Atlantis"))
    };
    // Under the hash that both have, one's own is meant.
    let gone = desk.by(ann.clone()).erase(&anns.hash, "asked by mistake, Mrs. Jane Doe").unwrap();
    assert_eq!((gone.articles, gone.bodies), (1, 0));
    assert!(desk.by(ben.clone()).article(&bens.hash).is_ok());
    assert!(holds(&desk));
    let gone = desk.by(ben.clone()).erase(&bens.slug, "too").unwrap();
    assert_eq!((gone.articles, gone.bodies), (1, 1));
    assert!(!holds(&desk), "erased text is still in the files");
    for name in [&anns.hash, &anns.slug, &bens.slug] {
        let error = desk.by(Actor::Operator).article(name).unwrap_err();
        assert!(matches!(error, DeskError::Erased { .. }), "{error}");
        assert_eq!((error.info().status, error.info().exit), (410, 2));
    }
    let left = Articles::open(folder.path()).unwrap().identities(&anns.hash, None).unwrap();
    let erased = left[0].erased.as_ref().unwrap();
    assert_eq!((erased.by.as_str(), left[0].asker), ("person 1", None));
    assert!(erased.why.starts_with("asked by mistake") && !erased.why.contains("Doe"), "{}", erased.why);
    // Asked again it is another article.
    let again = ask(&mut desk, &ann, secret).article;
    assert_eq!(again.hash, anns.hash);
    assert_ne!(again.slug, anns.slug);
    assert!(desk.by(ann).article(&anns.hash).is_ok());
}

#[test]
fn what_was_not_submitted_ends_with_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let ann = person(1, Role::Reader);
    let kept = ask(&mut desk, &ann, QUESTION).article;
    let other = ask(&mut desk, &ann, "How is hypermagnesemia evaluated?").article;
    let id = desk.by(ann.clone()).show_article(&kept.slug, None).unwrap().article.id;
    show_to(folder.path(), id, Visibility::Submitted);
    let day = 86_400;
    assert!(matches!(desk.by(ann.clone()).expire(Some(1), i64::MAX / 2), Err(DeskError::Refused(_))));
    let mut operator = desk.by(Actor::Operator);
    assert!(matches!(operator.expire(None, i64::MAX / 2), Err(DeskError::NoDays)));
    assert_eq!(operator.expire(Some(30), kept.kept_at + 29 * day).unwrap().articles, 0);
    assert_eq!(operator.expire(Some(30), kept.kept_at + 32 * day).unwrap().articles, 1);
    assert!(matches!(operator.article(&other.slug), Err(DeskError::Erased { .. })));
    assert!(operator.article(&kept.slug).is_ok());
}

#[test]
fn a_thread_is_told_without_what_is_not_for_who_asks() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let (ann, ben) = (person(1, Role::Reader), person(2, Role::Author));
    let first = ask(&mut desk, &ann, QUESTION).article;
    let second = desk.by(ann.clone()).follow(&first.hash, &Question::new("and in pregnancy?"), None).unwrap().article;
    let id = desk.by(ann.clone()).show_article(&first.slug, None).unwrap().article.id;
    publish(folder.path(), id, &first.hash);
    let third = desk.by(ben.clone()).follow(&first.slug, &Question::new("what if eGFR is 20?"), None).unwrap().article;
    let slugs = |desk: &mut Desk, actor: &Actor, name: &str| -> Vec<String> {
        desk.by(actor.clone()).thread(name).unwrap().into_iter().map(|s| s.article.slug).collect()
    };
    assert_eq!(slugs(&mut desk, &ann, &second.slug), [first.slug.clone(), second.slug.clone()]);
    assert_eq!(slugs(&mut desk, &ben, &third.slug), [first.slug.clone(), third.slug.clone()]);
    assert_eq!(slugs(&mut desk, &Actor::Operator, &first.slug).len(), 3);
    // The same follow-up again is the same article.
    let again = desk.by(ann.clone()).follow(&first.hash, &Question::new("and in pregnancy?"), None).unwrap().article;
    assert_eq!((again.slug, again.number), (second.slug, second.number));
}

#[test]
fn versions_that_rest_on_a_source_or_a_work_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let kept = ask(&mut desk, &Actor::Operator, QUESTION).article;
    let articles = Articles::open(folder.path()).unwrap();
    let quoted = kept.body.lines().flat_map(|l| &l.citations).next().unwrap();
    let found = articles.citing(&quoted.source).unwrap();
    assert_eq!(found, [(kept.hash.clone(), quoted.source_bytes.clone())]);
    let rectal =
        ask(&mut desk, &Actor::Operator, "What are the options for metastatic rectal cancer after FOLFOX?").article;
    let works: Vec<_> = rectal.body.references.iter().filter(|r| r.ids.pmid.is_some()).collect();
    assert!(!works.is_empty());
    for work in works {
        assert_eq!(articles.citing_identifiers(&work.ids).unwrap(), [rectal.hash.clone()].into());
    }
    desk.by(Actor::Operator).erase(&kept.slug, "").unwrap();
    assert!(articles.citing(&quoted.source).unwrap().is_empty());
}

#[test]
fn a_question_leads_to_an_article_only_for_who_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut desk = Desk::open(&data).unwrap();
    let (ann, ben, author) = (person(1, Role::Reader), person(2, Role::Reader), person(3, Role::Author));
    let other = "How is hypermagnesemia evaluated?";
    let questions = [QUESTION.to_owned(), other.to_owned(), " ".to_owned()];
    let known = |desk: &mut Desk, actor: &Actor, reader| {
        let found = desk.by(actor.clone()).already(&questions, reader).unwrap();
        found.into_iter().map(|f| f.map(|a| (a.slug, a.published))).collect::<Vec<_>>()
    };
    // Nobody's article is no one's to be led to: its hash is the key.
    ask(&mut desk, &Actor::Anonymous, QUESTION);
    assert_eq!(known(&mut desk, &Actor::Anonymous, Reader::Clinician), [None, None, None]);
    let anns = ask(&mut desk, &ann, QUESTION).article;
    let bens = ask(&mut desk, &ben, other).article;
    // One's own, in the words that it has, however the question is written.
    assert_eq!(known(&mut desk, &ann, Reader::Clinician), [Some((anns.slug.clone(), false)), None, None]);
    assert_eq!(known(&mut desk, &ben, Reader::Clinician), [None, Some((bens.slug.clone(), false)), None]);
    assert_eq!(known(&mut desk, &ann, Reader::Patient), [None, None, None]);
    let written = ["  how is Hypomagnesemia evaluated".to_owned()];
    assert!(desk.by(ann.clone()).already(&written, Reader::Clinician).unwrap()[0].is_some());
    // Before the board it is offered to its asker, and to nobody who may only look at it there.
    let id = desk.by(ann.clone()).show_article(&anns.slug, None).unwrap().article.id;
    show_to(&data, id, Visibility::Submitted);
    assert!(desk.by(author.clone()).article(&anns.slug).is_ok());
    for actor in [&ben, &author, &Actor::Anonymous] {
        assert_eq!(known(&mut desk, actor, Reader::Clinician)[0], None);
        assert!(!desk.by(actor.clone()).has_published(&anns.slug, Reader::Clinician));
    }
    show_to(&data, id, Visibility::Private);
    publish(&data, id, &anns.hash);
    for actor in [&ann, &ben, &author, &Actor::Anonymous] {
        assert_eq!(known(&mut desk, actor, Reader::Clinician)[0], Some((anns.slug.clone(), true)));
        assert_eq!(known(&mut desk, actor, Reader::Patient)[0], None);
        assert!(desk.by(actor.clone()).has_published(&anns.slug, Reader::Clinician));
        // A version is not the name of what is published, nor is a wording that was not published.
        assert!(!desk.by(actor.clone()).has_published(&anns.hash, Reader::Clinician));
        assert!(!desk.by(actor.clone()).has_published(&anns.slug, Reader::Patient));
    }
    // Where reading needs a sign-in, nobody known is told nothing.
    let mut policy = Policy::default();
    policy.open.reading = false;
    desk.by(person(5, Role::Administrator)).set_policy(&policy.to_toml()).unwrap();
    assert_eq!(known(&mut desk, &Actor::Anonymous, Reader::Clinician), [None, None, None]);
    assert!(!desk.by(Actor::Anonymous).has_published(&anns.slug, Reader::Clinician));
    assert_eq!(known(&mut desk, &ben, Reader::Clinician)[0], Some((anns.slug.clone(), true)));
}
