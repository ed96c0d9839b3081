//! `curbside search`: what it prints, its JSON form, its filters, and that collections do not leak.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::{Bench, jats};
use serde_json::Value;
use std::collections::BTreeSet;

const IRON: &str = "Oral iron raised haemoglobin in anaemia of pregnancy. Participants were randomised to iron or placebo. \
                    Nausea was more frequent with iron.";

fn search(bench: &Bench, args: &[&str]) -> Value {
    let all: Vec<&str> = ["search", "--json"].iter().chain(args).copied().collect();
    serde_json::from_str(&bench.run(&all, 0)).unwrap()
}

fn sources(results: &Value) -> BTreeSet<String> {
    let hits = results["hits"].as_array().unwrap();
    hits.iter().map(|h| h["source"].as_str().unwrap().to_owned()).collect()
}

/// Numbers that change with every word of the starter library become their kind.
fn settled(mut results: Value) -> Value {
    let dot = || Value::String("[number]".to_owned());
    results["snapshot"] = Value::String("[snapshot]".to_owned());
    for word in results["words"].as_array_mut().unwrap() {
        assert!(word["weight"].as_f64().unwrap() > 0.0);
        word["weight"] = dot();
    }
    for hit in results["hits"].as_array_mut().unwrap() {
        let s = &hit["scores"];
        let product: f64 = ["relevance", "kind", "age", "standing"].iter().map(|f| s[f].as_f64().unwrap()).product();
        assert!((hit["score"].as_f64().unwrap() - product).abs() < 1e-9, "{hit}");
        hit["score"] = dot();
        for part in ["relevance", "lexical", "coverage", "cosine", "age"] {
            hit["scores"][part] = dot();
        }
    }
    results
}

#[test]
fn results_have_this_form() {
    let bench = Bench::new();
    let path = bench.write("iron.xml", &jats(11, "Iron in pregnancy: a randomised trial", IRON));
    bench.run(&["add", &path, "--collection", "obstetrics"], 0);
    let results = search(&bench, &["hemoglobin with iron", "--collection", "obstetrics", "--limit", "1"]);
    insta::assert_json_snapshot!("search_results_have_this_form", settled(results));
    let text = bench.run(&["search", "hemoglobin with iron", "--collection", "obstetrics", "--limit", "1"], 0);
    insta::assert_snapshot!("a_search_reads_like_this", text);
    assert!(!text.contains('\x1b'), "nothing is painted in a pipe");
    let text = bench.run(&["search", "--explain", "hemoglobin with iron", "--collection", "obstetrics"], 0);
    assert!(text.starts_with("Looked for ") && text.contains("\u{d7} kind 1.015 \u{d7} age"), "{text}");
}

#[test]
fn matched_words_lie_in_their_sentence() {
    let bench = Bench::new();
    let results = search(&bench, &["magnesium in heart attack"]);
    let hits = results["hits"].as_array().unwrap();
    assert!(!hits.is_empty() && hits.len() <= 10);
    for sentence in hits.iter().flat_map(|h| h["sentences"].as_array().unwrap()) {
        let text = sentence["text"].as_str().unwrap();
        for word in sentence["matched"].as_array().unwrap() {
            let at = |i: usize| usize::try_from(word[i].as_u64().unwrap()).unwrap();
            assert!(!text[at(0)..at(1)].contains(' '), "{text}");
        }
    }
    let mut by_source = std::collections::BTreeMap::<&str, u32>::new();
    for hit in hits {
        *by_source.entry(hit["source"].as_str().unwrap()).or_default() += 1;
    }
    assert!(by_source.values().all(|n| *n <= 2), "{by_source:?}");
}

#[test]
fn filters_hold() {
    let bench = Bench::new();
    let trial = bench.write("a.xml", &jats(21, "Iron in pregnancy: a randomised trial", IRON));
    let report = jats(22, "Iron in pregnancy: a case report", IRON).replace("2014", "2020");
    let report = bench.write("b.xml", &report);
    bench.run(&["add", &trial, &report], 0);
    let found = |args: &[&str]| {
        let all: Vec<&str> = ["iron pregnancy", "--collection", "default"].iter().chain(args).copied().collect();
        sources(&search(&bench, &all)).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), ["PMC21", "PMC22"]);
    assert_eq!(found(&["--from", "2015"]), ["PMC22"]);
    assert_eq!(found(&["--to", "2014"]), ["PMC21"]);
    assert_eq!(found(&["--from", "2014", "--to", "2020"]), ["PMC21", "PMC22"]);
    assert_eq!(found(&["--kind", "randomized-trial,guideline"]), ["PMC21"]);
    assert_eq!(found(&["--kind", "case-report", "--to", "2019"]), Vec::<String>::new());
    let refused = bench.curbside(&["search", "iron", "--kind", "rumour"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("case-report"));
}

#[test]
fn a_collection_never_gives_what_is_in_another() {
    let bench = Bench::new();
    // The same words in both, so that only the filter tells them apart.
    let write = |range: std::ops::Range<u32>, folder: &str| {
        for n in range {
            bench.write(&format!("{folder}/{n}.xml"), &jats(n, &format!("Iron in pregnancy, trial {n}"), IRON));
        }
        bench.folder.path().join(folder).to_str().unwrap().to_owned()
    };
    let (a, b) = (write(100..115, "a"), write(200..215, "b"));
    let ids = |range: std::ops::Range<u32>| range.map(|n| format!("PMC{n}")).collect::<BTreeSet<_>>();
    let check = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        for query in ["iron anaemia pregnancy", "PMC200 trial 207", "digest", "Journal of Trials", "magnesium"] {
            for (name, held) in [("a", a), ("b", b), ("none", &BTreeSet::new())] {
                let found = sources(&search(&bench, &[query, "--collection", name, "--limit", "100"]));
                assert!(found.is_subset(held), "{query:?} in {name} gave {found:?}");
                if query.starts_with("iron") {
                    assert_eq!(&found, held, "{name}");
                }
            }
        }
    };
    bench.run(&["add", &a, "--collection", "a"], 0);
    check(&ids(100..115), &ids(0..0));
    bench.run(&["add", &b, "--collection", "b"], 0);
    check(&ids(100..115), &ids(200..215));
    bench.run(&["remove", "PMC100", "PMC200", "PMC201"], 0);
    check(&ids(101..115), &ids(202..215));
    // Added again elsewhere: it is where the library says it is, and nowhere else.
    let moved = bench.folder.path().join("a/100.xml").to_str().unwrap().to_owned();
    bench.run(&["add", &moved, "--collection", "b"], 0);
    let mut with = ids(202..215);
    with.insert("PMC100".to_owned());
    check(&ids(101..115), &with);
    bench.run(&["reindex"], 0);
    check(&ids(101..115), &with);
}

#[test]
fn full_texts_are_read_alike_whatever_came_first() {
    let other = IRON.replace("Oral", "Intravenous").replace("Nausea was more frequent", "Fever was as frequent");
    let articles = [jats(21, "Iron in pregnancy", IRON), jats(22, "Intravenous iron in pregnancy", &other)];
    let results = [[0, 1], [1, 0]].map(|order| {
        let bench = Bench::new();
        for at in order {
            let path = bench.write(&format!("{at}.xml"), &articles[at]);
            bench.run(&["add", &path, "--collection", "obstetrics"], 0);
        }
        search(&bench, &["nausea with iron compared with placebo", "--collection", "obstetrics"])["hits"].take()
    });
    assert_eq!(results[0], results[1]);
    let first = &results[0][0];
    assert_eq!(first["source"], "PMC21");
    let shown: Vec<&str> = first["sentences"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect();
    assert!(shown.contains(&"Nausea was more frequent with iron."), "{shown:?}");
}

/// A folder with random weights (`training/quality/tiny.py`): it says nothing of meaning, and is opened like a real one.
fn tiny_model() -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../reranking/tests/tiny");
    folder.to_str().unwrap().to_owned()
}

#[test]
fn a_local_model_reads_the_first_documents() {
    let bench = Bench::new();
    let asked = ["low magnesium in heart failure", "--limit", "30"];
    let without = search(&bench, &asked);
    assert!(without["hits"].as_array().unwrap().iter().all(|h| h["scores"]["nearness"].is_null()));

    let model = tiny_model();
    let named: Vec<&str> = asked.iter().copied().chain(["--rerank-model", &model]).collect();
    let with = search(&bench, &named);
    assert_eq!(with, search(&bench, &named), "the same call gives the same results");
    let hits = with["hits"].as_array().unwrap();
    let order = |results: &Value| -> Vec<(String, u64)> {
        let place = |h: &Value| (h["source"].as_str().unwrap().to_owned(), h["passage"].as_u64().unwrap());
        results["hits"].as_array().unwrap().iter().map(place).collect()
    };
    assert_ne!(order(&with), order(&without), "random weights change the order");
    let read: BTreeSet<&str> = hits
        .iter()
        .filter(|h| h["scores"]["nearness"].as_f64().is_some())
        .map(|h| h["source"].as_str().unwrap())
        .collect();
    assert!(!read.is_empty() && read.len() <= 10, "{read:?}");
    let mut met = BTreeSet::new();
    let first_of_each = hits.iter().filter(|h| met.insert(h["source"].as_str().unwrap()));
    let mut behind = first_of_each.skip_while(|h| !h["scores"]["nearness"].is_null());
    assert!(behind.all(|h| h["scores"]["nearness"].is_null()), "documents that were not read stay behind");

    let explained: Vec<&str> = ["search", "--explain"].iter().chain(&named).copied().collect();
    assert!(bench.run(&explained, 0).contains(", nearness 0."));
}

#[test]
fn a_local_model_in_the_data_folder_is_used_and_told() {
    let bench = Bench::new();
    let told = bench.run(&["doctor"], 0);
    assert!(told.contains("rerank model  none"), "{told}");
    let to = bench.data().join("rerank-model");
    std::fs::create_dir_all(&to).unwrap();
    for name in ["model.json", "tokenizer.json", "model.onnx"] {
        std::fs::copy(std::path::Path::new(&tiny_model()).join(name), to.join(name)).unwrap();
    }
    let told = bench.run(&["doctor"], 0);
    assert!(told.contains("rerank model  random weights, for tests (Apache-2.0) in "), "{told}");
    let asked = ["low magnesium in heart failure"];
    let named = search(&bench, &["low magnesium in heart failure", "--rerank-model", &tiny_model()]);
    assert_eq!(search(&bench, &asked), named);
    let left_alone = search(&bench, &["low magnesium in heart failure", "--rerank-model", "none"]);
    assert!(left_alone["hits"].as_array().unwrap().iter().all(|h| h["scores"]["nearness"].is_null()));

    std::fs::remove_file(to.join("tokenizer.json")).unwrap();
    let output = bench.curbside(&["search", "low magnesium"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{errors}");
    assert!(errors.contains("tokenizer.json") && errors.contains("[rerank-model]"), "{errors}");
    assert!(bench.run(&["doctor"], 0).contains("tokenizer.json"), "doctor tells what is wrong, and all else");
}
