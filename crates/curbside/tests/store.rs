//! What is kept of articles and of who did what: the list, erasing, the trail.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;

const QUESTION: &str = "How is hypomagnesemia evaluated?";

fn json(bench: &Bench, args: &[&str]) -> Value {
    serde_json::from_str(&bench.run(args, 0)).unwrap()
}

#[test]
fn articles_are_listed_shown_and_erased() {
    let bench = Bench::new();
    let asked = bench.ask(QUESTION);
    let (hash, slug) = (asked["hash"].as_str().unwrap(), asked["slug"].as_str().unwrap());
    assert!(slug.starts_with("evaluation-of-hypomagnesemia-"), "{slug}");
    assert_eq!((&asked["visibility"], &asked["number"]), (&"private".into(), &1.into()));
    let listed = bench.run(&["articles", "list"], 0);
    assert!(listed.starts_with(&format!("{slug}  {}", &hash[..12])), "{listed}");
    for name in [slug, hash, &hash[..8]] {
        assert!(bench.run(&["articles", "show", name], 0).contains("Evaluation of hypomagnesemia"));
    }
    let follow = bench.run(&["ask", "--json", "--follow", slug, "and in pregnancy?"], 0);
    let follow: Value = serde_json::from_str(&follow).unwrap();
    let thread = json(&bench, &["articles", "thread", follow["slug"].as_str().unwrap(), "--json"]);
    let slugs: Vec<&Value> = thread.as_array().unwrap().iter().map(|a| &a["article"]["slug"]).collect();
    assert_eq!(slugs, [&asked["slug"], &follow["slug"]]);

    assert!(bench.run(&["articles", "erase", slug, "--reason", "asked in error"], 0).starts_with("1 article erased"));
    let output = bench.curbside(&["articles", "show", hash]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("[erased]"));
    let thread = bench.run(&["articles", "thread", follow["slug"].as_str().unwrap()], 0);
    assert!(thread.contains("by operator: asked in error"), "{thread}");
    assert!(bench.run(&["articles", "expire", "--days", "1"], 0).starts_with("0 articles erased"));
}

#[test]
fn the_trail_is_listed_exported_and_a_changed_byte_in_the_file_found() {
    let bench = Bench::new();
    let asked = bench.ask(QUESTION);
    let other = bench.ask("How is hypermagnesemia treated?");
    bench.run(&["articles", "erase", other["slug"].as_str().unwrap(), "--reason", "a test"], 0);
    let seen = json(&bench, &["audit", "verify", "--json"]);
    assert_eq!((&seen["entries"], &seen["versions"], &seen["bodies"]), (&3.into(), &2.into(), &1.into()));
    let head = seen["head"].as_str().unwrap();
    bench.run(&["audit", "verify", "--head", head], 0);
    bench.run(&["audit", "verify", "--head", &"0f".repeat(32)], 1);

    let exported = bench.run(&["audit", "export"], 0);
    assert_eq!(exported.lines().count(), 3);
    assert_eq!(serde_json::from_str::<Value>(exported.lines().last().unwrap()).unwrap()["hash"], head);
    let count = |args: &[&str]| json(&bench, &[&["audit", "list", "--json"], args].concat()).as_array().unwrap().len();
    let subject = format!("article {}", &asked["hash"].as_str().unwrap()[..10]);
    assert_eq!(count(&["--action", "erase"]), 1);
    assert_eq!(count(&["--subject", &subject]), 1);
    assert_eq!(count(&["--who", "person 1"]), 0);
    assert_eq!((count(&["--from", "2020-01-01"]), count(&["--to", "2020-01-01"])), (3, 0));
    assert_eq!(count(&["--limit", "2"]), 2);
    assert!(bench.run(&["audit", "prune"], 0).starts_with("No entry is past its time"));
    bench.run(&["audit", "prune", "--years", "1"], 2);

    let path = bench.data().join("articles.sqlite");
    let whole = std::fs::read(&path).unwrap();
    for text in [format!("article {}", asked["hash"].as_str().unwrap()), "In hypomagnesemia, measure".to_owned()] {
        let mut bytes = whole.clone();
        let places: Vec<usize> =
            (0..bytes.len() - text.len()).filter(|&at| bytes[at..].starts_with(text.as_bytes())).collect();
        assert!(!places.is_empty(), "{text}");
        places.into_iter().for_each(|at| bytes[at + text.len() - 1] ^= 1);
        std::fs::write(&path, &bytes).unwrap();
        let said = bench.run(&["audit", "verify"], 1);
        assert!(said.contains("CHANGED"), "{said}");
    }
    std::fs::write(&path, &whole).unwrap();
    bench.run(&["audit", "verify", "--head", head], 0);
}
