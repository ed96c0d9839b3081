//! What the release before wrote, opened by this one. The fixture is a data folder of 0.1: four articles, one of them a
//! follow-up, on the starter digests of then.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;

/// Hash, reader and title of what it holds, oldest first.
const HELD: [(&str, &str, &str); 4] = [
    ("964a13ab677c8d4a575995de50cbc6abd74f7d41fbb6b80a1318e1b1196fdc0f", "clinician", "Evaluation of hypomagnesemia"),
    ("7a4548d4e501fd5327807ee3f574cb3f1049dfb4ef6a2b62fc046a50c9a6a72a", "patient", "Evaluation of low magnesium"),
    (
        "fed3712c477ebbbfe0a40b78df171b2455766c2456ec9aa19a29291e22c074cd",
        "clinician",
        "Treatment of colorectal cancer with metastases to distant, MSS after FOLFOX and bevacizumab",
    ),
    (
        "5f1530cb0fdb9a62cb027db4c9591acaeead5195ed92948d491c6a5e7abf7b2d",
        "clinician",
        "Treatment of colorectal cancer with metastases to distant, MSS and KRAS mutant after FOLFOX and bevacizumab",
    ),
];

fn unpacked() -> Bench {
    let bench = Bench::new();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/data-0.1.tar.xz");
    let file = liblzma::read::XzDecoder::new(std::fs::File::open(fixture).unwrap());
    std::fs::create_dir(bench.data()).unwrap();
    tar::Archive::new(file).unpack(bench.data()).unwrap();
    bench
}

fn json(bench: &Bench, args: &[&str]) -> Value {
    serde_json::from_str(&bench.run(args, 0)).unwrap()
}

#[test]
fn a_data_folder_of_0_1_is_opened_with_everything_in_it() {
    let bench = unpacked();
    let mut slugs = Vec::new();
    for (hash, reader, title) in HELD {
        let shown = json(&bench, &["articles", "show", hash, "--json"]);
        let (article, body) = (&shown["article"], &shown["shown"]["body"]);
        assert_eq!((body["title"].as_str(), body["reader"].as_str()), (Some(title), Some(reader)));
        assert_eq!((&article["visibility"], &article["asker"]), (&"private".into(), &Value::Null));
        assert_eq!(shown["shown"]["kept_at"], 1_795_818_375);
        // By its slug too, and as text.
        let slug = article["slug"].as_str().unwrap().to_owned();
        let by_slug = json(&bench, &["articles", "show", &slug, "--reader", reader, "--json"]);
        assert_eq!(by_slug["shown"]["hash"], hash);
        assert!(bench.run(&["articles", "show", hash], 0).contains(title));
        slugs.push(slug);
    }
    // Two wordings of one question are one article, named as the clinician's is.
    assert_eq!(slugs[0], slugs[1]);
    assert!(slugs[0].starts_with("evaluation-of-hypomagnesemia-"), "{slugs:?}");
    assert_eq!(json(&bench, &["articles", "list", "--json"]).as_array().unwrap().len(), 3);

    // The follow-up stands in the thread of what it follows.
    for name in [&slugs[2], &slugs[3]] {
        let thread = json(&bench, &["articles", "thread", name, "--json"]);
        let found: Vec<&str> = thread.as_array().unwrap().iter().map(|a| a["hash"].as_str().unwrap()).collect();
        assert_eq!(found, [HELD[2].0, HELD[3].0]);
    }

    // The trail begins with what was brought over, and everything is as it was written.
    let seen = json(&bench, &["audit", "verify", "--json"]);
    assert_eq!((&seen["entries"], &seen["versions"], &seen["fault"]), (&4.into(), &4.into(), &Value::Null));
    let listed = json(&bench, &["audit", "list", "--who", "system", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 4);

    // The same question is the same article.
    let asked = bench.ask("How is hypomagnesemia evaluated?");
    assert_eq!(asked["slug"], slugs[0].as_str());
    let followed = json(&bench, &["ask", "--json", "--follow", HELD[2].0, "KRAS is mutant."]);
    assert_eq!(followed["body"]["follows"]["article"], HELD[2].0);
    let thread = json(&bench, &["articles", "thread", &slugs[2], "--json"]);
    assert!(thread.as_array().unwrap().len() >= 2);
}

#[test]
fn what_comes_of_0_1_can_be_exported_backed_up_and_brought_back() {
    let bench = unpacked();
    let at = |name: &str| bench.folder.path().join(name).to_str().unwrap().to_owned();
    bench.run(&["export", &at("one.tar")], 0);
    bench.run(&["import", &at("one.tar"), "--data", &at("new")], 0);
    bench.run(&["export", &at("two.tar"), "--data", &at("new")], 0);
    assert!(std::fs::read(at("one.tar")).unwrap() == std::fs::read(at("two.tar")).unwrap());
    bench.run(&["backup", &at("backup")], 0);
    bench.run(&["restore", &at("backup"), "--data", &at("restored")], 0);
    for (hash, ..) in HELD {
        bench.run(&["articles", "show", hash, "--data", &at("restored")], 0);
    }
}

/// An article that nobody can read any more stops no upgrade and is not thrown away.
#[test]
fn what_cannot_be_read_stays_and_stops_nothing() {
    let bench = unpacked();
    let path = bench.data().join("articles.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    // Inside the JSON of the patient's version.
    let text = b"\"title\":\"Evaluation of low magnesium\"";
    let place = bytes.windows(text.len()).position(|w| w == text).unwrap();
    bytes[place] = b'x';
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(json(&bench, &["articles", "list", "--json"]).as_array().unwrap().len(), 3);
    let output = bench.curbside(&["articles", "show", HELD[1].0]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&bench, &["audit", "verify", "--json"])["versions"], 3);
    let bytes = std::fs::read(&path).unwrap();
    let left = b"xtitle\":\"Evaluation of low magnesium\"";
    assert!(bytes.windows(left.len()).any(|w| w == left), "what could not be read was thrown away");
}
