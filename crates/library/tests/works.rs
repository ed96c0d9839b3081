//! What documents of one work become, whatever order they come in, and what notices do to them.
#![allow(clippy::unwrap_used)]

use evidence::{
    Author, BibReference, Identifiers, Kind, KindBasis, Notice, NoticeKind, PartialDate, Passage, Source, SourceId,
    Span, Standing,
};
use library::{Document, Library, Put, WriterLock};
use tempfile::TempDir;

struct Fixture {
    _folder: TempDir,
    _lock: WriterLock,
    library: Library,
}

fn library() -> Fixture {
    let folder = TempDir::new().unwrap();
    let lock = WriterLock::take(folder.path()).unwrap();
    let library = Library::open(folder.path()).unwrap();
    Fixture { _folder: folder, _lock: lock, library }
}

fn date(text: &str) -> PartialDate {
    text.to_owned().try_into().unwrap()
}

fn document(own: &str, format: &str, richness: u8, title: &str, text: &str) -> Document {
    let span = Span::new(0, text.len()).unwrap();
    let part = if richness > 2 { evidence::Part::Body } else { evidence::Part::Abstract };
    let id: SourceId = own.parse().unwrap();
    let mut ids = Identifiers::default();
    if own.starts_with("PMC") {
        ids.pmcid = own.parse().ok();
    }
    ids.pmid = own.strip_prefix("pmid:").and_then(|n| n.parse().ok());
    Document {
        source: Source {
            id,
            kind: Kind::Other,
            kind_basis: KindBasis { from: "default".into(), words: String::new() },
            title: title.into(),
            ids,
            authors: Vec::new(),
            container: None,
            date: Some(date("2019")),
            licence: None,
            article_type: None,
            topics: Vec::new(),
            related: Vec::new(),
            references: Vec::new(),
            digest: None,
            text: text.into(),
            passages: vec![Passage { span, heading: Vec::new(), part, statements: Vec::new() }],
        },
        format: format.into(),
        richness,
        authority: if format == "pubmed" { 9 } else { 5 },
        collection: "default".into(),
        origin: format!("{own}.{format}"),
        bytes: library::fingerprint([own.as_bytes(), format.as_bytes(), text.as_bytes()]),
        revised: None,
        place: 0,
        notices: Vec::new(),
    }
}

/// Three documents of one work: PMC full text, PubMed record, and a PDF that knows no identifier.
fn three() -> Vec<Document> {
    let title = "Continuation of a drug after first progression: a trial";
    let mut full = document("PMC100", "jats", 9, title, "The full text of the trial.");
    full.source.ids.pmid = "23168366".parse().ok();
    let mut record = document("pmid:23168366", "pubmed", 2, &format!("{title}."), "The abstract.");
    record.source.authors = vec![Author::Person { family: "Bennouna".into(), given: "J".into() }];
    record.source.kind = Kind::RandomizedTrial;
    record.source.kind_basis =
        KindBasis { from: "publication type".into(), words: "Randomized Controlled Trial".into() };
    let mut pdf = document("file:0011", "pdf", 3, title, "The text of the PDF, shorter.");
    pdf.source.date = None;
    vec![full, record, pdf]
}

fn put(f: &mut Fixture, documents: &[Document]) {
    for document in documents {
        let mut batch = f.library.batch().unwrap();
        batch.put(document).unwrap();
        batch.commit().unwrap();
    }
}

fn standing(f: &Fixture, id: &str) -> Standing {
    f.library.source(&id.parse().unwrap(), false).unwrap().unwrap().standing
}

#[test]
fn several_files_of_one_work_are_one_source_in_every_order() {
    let mut snapshots = Vec::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut f = library();
        put(&mut f, &order.map(|at| three().remove(at)));
        assert_eq!(f.library.ids().unwrap().len(), 1, "{order:?}");
        let held = f.library.source(&"PMC100".parse().unwrap(), true).unwrap().unwrap();
        assert_eq!(held.source.text, "The full text of the trial.");
        assert_eq!(held.source.kind, Kind::RandomizedTrial);
        assert_eq!(held.source.authors.len(), 1);
        assert_eq!(held.source.ids.pmid.unwrap().to_string(), "23168366");
        let made = f.library.made(&held.source.id).unwrap();
        let formats: Vec<&str> = made.documents.iter().map(|d| d.format.as_str()).collect();
        assert_eq!(formats, ["jats", "pdf", "pubmed"]);
        assert_eq!((made.fields["text"], made.fields["kind"], made.fields["authors"]), (0, 2, 2));
        let by_old_name = f.library.named(&"pmid:23168366".parse().unwrap()).unwrap();
        assert_eq!(by_old_name.unwrap().as_str(), "PMC100");
        snapshots.push(f.library.snapshot().unwrap().id);
    }
    snapshots.dedup();
    assert_eq!(snapshots.len(), 1);
}

#[test]
fn a_document_that_leaves_takes_only_itself() {
    let mut f = library();
    put(&mut f, &three());
    let mut batch = f.library.batch().unwrap();
    let changed = batch.withdraw("23168366".parse().unwrap(), 1).unwrap();
    assert_eq!(changed, ["PMC100".parse().unwrap()]);
    batch.commit().unwrap();
    let id = "PMC100".parse().unwrap();
    assert_eq!(f.library.made(&id).unwrap().documents.len(), 2);
    assert_eq!(f.library.source(&id, false).unwrap().unwrap().source.kind, Kind::Other);
    let mut batch = f.library.batch().unwrap();
    batch.remove(&id).unwrap().unwrap();
    assert_eq!(batch.remove(&id).unwrap(), None);
    batch.commit().unwrap();
    assert_eq!((f.library.size().unwrap(), f.library.counts().unwrap().documents), (0, 0));
}

#[test]
fn works_that_differ_stay_apart() {
    let mut f = library();
    let title = "Reply to the letter of our colleagues on the trial";
    let mut all = Vec::new();
    for own in ["pmid:11", "pmid:12"] {
        let mut one = document(own, "pubmed", 2, title, own);
        one.source.ids.doi = "10.1000/supplement".parse().ok();
        all.push(one);
    }
    // Two pages of one site, called the same.
    for own in ["file:4", "file:5"] {
        all.push(document(own, "html", 3, "The guidance of the national institute for health", own));
    }
    // The same short title, and the same title in another year.
    all.push(document("file:1", "pdf", 3, "Reply", "a"));
    all.push(document("file:2", "html", 3, "Reply", "b"));
    let mut other = document("file:3", "html", 3, title, "c");
    other.source.date = Some(date("2001"));
    all.push(other);
    put(&mut f, &all);
    assert_eq!(f.library.size().unwrap(), 7);
}

#[test]
fn of_two_versions_of_a_record_the_later_revised_counts() {
    for order in [[0, 1], [1, 0]] {
        let mut f = library();
        let mut versions = [document("pmid:5", "pubmed", 2, "T", "old"), document("pmid:5", "pubmed", 2, "T", "new")];
        versions[0].revised = Some(date("2020-01-01"));
        versions[1].revised = Some(date("2021-01-01"));
        put(&mut f, &order.map(|at: usize| versions[at].clone()));
        assert_eq!(f.library.source(&"pmid:5".parse().unwrap(), false).unwrap().unwrap().source.text, "new");
    }
}

#[test]
fn a_deletion_counts_for_what_came_before_it() {
    // (place of the record, place of the deletion, whether the deletion is read first, whether the record is kept)
    for (record, deletion, deletion_first, kept) in
        [(1, 2, false, false), (1, 2, true, false), (2, 1, false, true), (2, 1, true, true)]
    {
        let mut f = library();
        let mut one = document("pmid:5", "pubmed", 2, "T", "text");
        one.place = record;
        let mut batch = f.library.batch().unwrap();
        if deletion_first {
            batch.withdraw("5".parse().unwrap(), deletion).unwrap();
        }
        batch.put(&one).unwrap();
        if !deletion_first {
            batch.withdraw("5".parse().unwrap(), deletion).unwrap();
        }
        batch.commit().unwrap();
        assert_eq!(f.library.size().unwrap(), u64::from(kept), "{record} {deletion} {deletion_first}");
    }
}

fn notice(kind: NoticeKind, day: &str) -> Notice {
    Notice {
        kind,
        target: Identifiers { pmid: "23168366".parse().ok(), ..Identifiers::default() },
        date: Some(date(day)),
        by: Identifiers::default(),
        note: "Error in data".into(),
    }
}

#[test]
fn a_notice_changes_the_standing_whichever_is_read_first() {
    let mut snapshots = Vec::new();
    for notice_first in [true, false] {
        let mut f = library();
        let mut about = document("pmid:9", "pubmed", 2, "Retraction of the trial", "Retracted.");
        about.notices = vec![notice(NoticeKind::Retraction, "2021-05-01")];
        let mut documents = vec![three().remove(1), about];
        if notice_first {
            documents.reverse();
        }
        put(&mut f, &documents);
        assert_eq!(standing(&f, "pmid:23168366"), Standing::Retracted);
        snapshots.push(f.library.snapshot().unwrap().id);
        // The full text arrives: the work is still retracted.
        put(&mut f, &three()[..1]);
        assert_eq!(standing(&f, "PMC100"), Standing::Retracted);
        // The notice leaves again: so does what it said.
        let mut batch = f.library.batch().unwrap();
        let changed = batch.remove(&"pmid:9".parse().unwrap()).unwrap().unwrap();
        assert!(changed.contains(&"PMC100".parse().unwrap()));
        batch.commit().unwrap();
        assert_eq!(standing(&f, "PMC100"), Standing::Current);
    }
    assert_eq!(snapshots[0], snapshots[1]);
}

#[test]
fn a_list_read_again_replaces_itself() {
    let mut f = library();
    put(&mut f, &three()[1..2]);
    let before = f.library.snapshot().unwrap();
    let mut list = |notices: &[Notice]| {
        let mut batch = f.library.batch().unwrap();
        batch.open_list("list").unwrap();
        for notice in notices {
            batch.list_notice("list", notice).unwrap();
        }
        let changed = batch.close_list("list").unwrap();
        batch.commit().unwrap();
        (standing(&f, "pmid:23168366"), changed.len())
    };
    let retraction = notice(NoticeKind::Retraction, "2020-01-01");
    let reinstatement = notice(NoticeKind::Reinstatement, "2021-01-01");
    assert_eq!(list(std::slice::from_ref(&retraction)), (Standing::Retracted, 1));
    assert_eq!(list(std::slice::from_ref(&retraction)), (Standing::Retracted, 0));
    assert_eq!(list(&[retraction, reinstatement]), (Standing::Current, 1));
    assert_eq!(list(&[notice(NoticeKind::PartialRetraction, "2021")]), (Standing::PartlyRetracted, 1));
    assert_eq!(list(&[]), (Standing::Current, 1));
    assert_eq!(f.library.snapshot().unwrap().id, before.id);
}

#[test]
fn the_snapshot_knows_of_fallen_works_that_a_digest_cites() {
    let mut f = library();
    let mut digest = document("digest:d", "digest", 9, "A digest", "Say it.");
    digest.source.kind = Kind::Digest;
    digest.source.references = vec![BibReference {
        id: "a".into(),
        kind: None,
        title: "A trial".into(),
        authors: Vec::new(),
        container: None,
        issued: None,
        volume: None,
        pages: None,
        ids: notice(NoticeKind::Retraction, "2020").target,
        url: None,
    }];
    let mut batch = f.library.batch().unwrap();
    assert_eq!(batch.put(&digest).unwrap().put, Put::Added);
    let before = batch.commit().unwrap();
    let mut batch = f.library.batch().unwrap();
    batch.open_list("list").unwrap();
    batch.list_notice("list", &notice(NoticeKind::Retraction, "2020")).unwrap();
    batch.close_list("list").unwrap();
    let after = batch.commit().unwrap();
    assert_ne!((before.id, before.seq), (after.id, after.seq));
}
