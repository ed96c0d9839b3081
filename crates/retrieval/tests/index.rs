//! The index: what was removed leaves no trace in what is found, how it is scored, or how often a word counts.
#![allow(clippy::unwrap_used)] // a test may panic

use evidence::{Identifiers, Kind, KindBasis, Part, Passage, Source, Span, Standing};
use retrieval::dense::Embedder;
use retrieval::{Analyzer, EvidenceIndex, Filter, IndexError, Query, TantivyIndex};

fn source(id: &str, kind: Kind, text: &str) -> Source {
    let span = Span::new(0, text.len()).unwrap();
    Source {
        id: id.parse().unwrap(),
        kind,
        kind_basis: KindBasis { from: "title".into(), words: String::new() },
        title: "A study".into(),
        ids: Identifiers::default(),
        authors: vec![],
        container: None,
        date: "2014".to_owned().try_into().ok(),
        licence: None,
        article_type: None,
        topics: vec![],
        related: vec![],
        references: vec![],
        digest: None,
        text: text.into(),
        passages: vec![Passage { span, heading: vec![], part: Part::Body, statements: vec![] }],
    }
}

fn commit(index: &mut TantivyIndex, change: impl FnOnce(&mut retrieval::IndexBatch)) {
    let mut batch = index.batch().unwrap();
    change(&mut batch);
    batch.commit(|| Ok::<_, IndexError>(("mark".to_owned(), ()))).unwrap();
    index.reload().unwrap();
}

const TEXTS: [&str; 4] = [
    "Magnesium sulfate was given by vein.",
    "Serum magnesium was measured in all.",
    "Calcium gluconate was given for magnesium toxicity.",
    "Nothing of the kind was seen.",
];

#[test]
fn an_add_and_a_remove_leave_no_trace() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut plain = TantivyIndex::open(one.path()).unwrap();
    let mut changed = TantivyIndex::open(two.path()).unwrap();
    let add = |batch: &mut retrieval::IndexBatch, i: usize, text: &str| {
        batch.add(&source(&format!("PMC{}", i + 1), Kind::RandomizedTrial, text), "c", Standing::Current).unwrap();
    };
    commit(&mut plain, |b| TEXTS.iter().enumerate().for_each(|(i, t)| add(b, i, t)));
    commit(&mut changed, |b| {
        for i in 10..40 {
            add(b, i, "Magnesium and calcium, and calcium again, over and over.");
        }
        TEXTS.iter().enumerate().rev().for_each(|(i, t)| add(b, i, t));
    });
    commit(&mut changed, |b| (10..40).for_each(|i| b.remove(&format!("PMC{}", i + 1).parse().unwrap()).unwrap()));

    let query = Query::from_text(&mut Analyzer::default(), "calcium or magnesium");
    assert_eq!(plain.statistics(&query.stems()).unwrap(), changed.statistics(&query.stems()).unwrap());
    assert_eq!(plain.statistics(&query.stems()).unwrap().frequencies, [1, 3]);
    let found = plain.candidates(&query, &Filter::default(), 10).unwrap();
    assert_eq!(found, changed.candidates(&query, &Filter::default(), 10).unwrap());
    assert_eq!(found.len(), 3);
    // By vector too, and cut off in the middle of equal ones.
    let vector = Embedder::shipped().embed("low calcium in the blood").code();
    let near = plain.nearest(&vector, &Filter::default(), 10).unwrap();
    assert_eq!(near, changed.nearest(&vector, &Filter::default(), 10).unwrap());
    assert_eq!((near.len(), near[0].source.as_str()), (4, "PMC3"));
    commit(&mut plain, |b| (20..25).for_each(|i| add(b, i, TEXTS[2])));
    commit(&mut changed, |b| (20..25).rev().for_each(|i| add(b, i, TEXTS[2])));
    for limit in 0..10 {
        let near = plain.nearest(&vector, &Filter::default(), limit).unwrap();
        assert_eq!(near, changed.nearest(&vector, &Filter::default(), limit).unwrap());
        assert!(near.len() <= limit);
    }
}

#[test]
fn vectors_obey_filters() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = TantivyIndex::open(folder.path()).unwrap();
    commit(&mut index, |b| {
        for (i, (kind, collection)) in [(Kind::Guideline, "a"), (Kind::RandomizedTrial, "b")].into_iter().enumerate() {
            b.add(&source(&format!("PMC{}", i + 1), kind, TEXTS[i]), collection, Standing::Current).unwrap();
        }
    });
    let vector = Embedder::shipped().embed("magnesium").code();
    let found = |filter: &Filter| -> Vec<String> {
        let near = index.nearest(&vector, filter, 5).unwrap();
        near.into_iter().map(|c| c.source.to_string()).collect()
    };
    assert_eq!(found(&Filter::default()).len(), 2);
    assert_eq!(found(&Filter { collection: Some("b".into()), ..Filter::default() }), ["PMC2"]);
    assert_eq!(found(&Filter { kinds: vec![Kind::Guideline], ..Filter::default() }), ["PMC1"]);
    assert!(found(&Filter { since: Some(2020), ..Filter::default() }).is_empty());
}

#[test]
fn what_another_version_left_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = tantivy::schema::Schema::builder();
    other.add_u64_field("other", tantivy::schema::FAST);
    tantivy::Index::create_in_dir(folder.path(), other.build()).unwrap();
    let index = TantivyIndex::open(folder.path()).unwrap();
    assert_eq!((index.passages(), index.reflects().unwrap()), (0, None));
}

/// A process killed between writing the list of what a segment forgets and the commit leaves that list behind; the next commit has
/// the same number and could not write its own: "FileAlreadyExists(….844.del)".
#[test]
fn files_left_by_a_killed_process_do_not_stop_the_next_commit() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = TantivyIndex::open(folder.path()).unwrap();
    let add = |batch: &mut retrieval::IndexBatch, i: usize| {
        batch.add(&source(&format!("PMC{}", i + 1), Kind::RandomizedTrial, TEXTS[i]), "c", Standing::Current).unwrap();
    };
    commit(&mut index, |b| (0..4).for_each(|i| add(b, i)));
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(folder.path().join(name)).unwrap()).unwrap()
    };
    let (meta, mut managed) = (read("meta.json"), read(".managed.json"));
    let number = meta["opstamp"].as_u64().unwrap();
    for segment in meta["segments"].as_array().unwrap() {
        let id = segment["segment_id"].as_str().unwrap().replace('-', "");
        for left in number..number + 20 {
            let name = format!("{id}.{left}.del");
            std::fs::write(folder.path().join(&name), b"half").unwrap();
            managed.as_array_mut().unwrap().push(name.into());
        }
    }
    std::fs::write(folder.path().join(".managed.json"), managed.to_string()).unwrap();

    let mut index = TantivyIndex::open(folder.path()).unwrap();
    commit(&mut index, |b| b.remove(&"PMC1".parse().unwrap()).unwrap());
    assert_eq!(index.passages(), 3);
}

#[test]
fn filters_restrict_by_collection_kind_and_year() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = TantivyIndex::open(folder.path()).unwrap();
    commit(&mut index, |b| {
        b.add(&source("PMC1", Kind::Guideline, TEXTS[0]), "a", Standing::Current).unwrap();
        b.add(&source("PMC2", Kind::CaseReport, TEXTS[1]), "b", Standing::Current).unwrap();
    });
    let query = Query::from_text(&mut Analyzer::default(), "magnesium");
    let found = |filter: Filter| -> Vec<String> {
        index.candidates(&query, &filter, 10).unwrap().into_iter().map(|c| c.source.to_string()).collect()
    };
    assert_eq!(found(Filter::default()).len(), 2);
    assert_eq!(found(Filter { collection: Some("b".into()), ..Filter::default() }), ["PMC2"]);
    assert_eq!(found(Filter { kinds: vec![Kind::Guideline], ..Filter::default() }), ["PMC1"]);
    assert_eq!(found(Filter { since: Some(2015), ..Filter::default() }), [""; 0]);
    assert_eq!(found(Filter { since: Some(2014), ..Filter::default() }).len(), 2);
    assert_eq!(index.reflects().unwrap().as_deref(), Some("mark"));
}

#[test]
fn a_filter_gives_the_best_of_what_passes_whether_most_pass_or_few() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = TantivyIndex::open(folder.path()).unwrap();
    // Longer texts match less; every fourth is in the small collection.
    let add = |b: &mut retrieval::IndexBatch, n: usize| {
        let text = format!("Magnesium was given.{}", " And so it went on and on.".repeat(n));
        let collection = if n.is_multiple_of(4) { "small" } else { "large" };
        b.add(&source(&format!("PMC{n}"), Kind::RandomizedTrial, &text), collection, Standing::Current).unwrap();
    };
    commit(&mut index, |b| (1..=40).for_each(|n| add(b, n)));
    let query = Query::from_text(&mut Analyzer::default(), "magnesium");
    let places = |index: &TantivyIndex, filter: &Filter, limit: usize| -> Vec<String> {
        index.candidates(&query, filter, limit).unwrap().into_iter().map(|c| c.source.to_string()).collect()
    };
    let all = places(&index, &Filter::default(), 40);
    let check = |index: &TantivyIndex| {
        for (name, small) in [("small", true), ("large", false)] {
            let filter = Filter { collection: Some(name.to_owned()), ..Filter::default() };
            let number = |id: &str| id[3..].parse::<usize>().unwrap();
            let wanted: Vec<String> = all.iter().filter(|id| (number(id) % 4 == 0) == small).cloned().collect();
            for limit in [1, 5, 12, 40] {
                // Asked twice: what passes is remembered.
                for _ in 0..2 {
                    assert_eq!(places(index, &filter, limit), wanted[..limit.min(wanted.len())], "{name} {limit}");
                }
            }
        }
    };
    check(&index);
    // What is remembered ends with the state it was made from.
    commit(&mut index, |b| b.remove(&"PMC4".parse().unwrap()).unwrap());
    let small = Filter { collection: Some("small".to_owned()), ..Filter::default() };
    assert!(!places(&index, &small, 40).contains(&"PMC4".to_owned()));
    assert_eq!(places(&index, &small, 40).len(), 9);
}
