//! The file that describes the API, held against what a server says.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use common::browser::Served;
use common::client::Client;
use serde_json::{Value, json};

const QUESTION: &str = "How is hypomagnesemia evaluated?";

/// Whether a value has the shape that the file gives it: types, required fields, and what they lead to.
fn fits(file: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return fits(file, file.pointer(pointer).unwrap(), value, place);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits(file, part, value, place);
    }
    if let Some(any) = schema["oneOf"].as_array() {
        let null = |s: &Value| s["type"] == "null";
        let chosen = any.iter().find(|s| null(s) == value.is_null()).unwrap_or_else(|| panic!("{place}: {value}"));
        return fits(file, chosen, value, place);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    assert!(
        types.contains(&kind) || (kind == "integer" && types.contains(&"number")),
        "{place}: {kind}, not {types:?}"
    );
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{place}: {value} is none of {words:?}");
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(value.get(name).is_some(), "{place} has no {name}");
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(inner) = value.get(name) {
            fits(file, field, inner, &format!("{place}.{name}"));
        }
    }
    for (n, inner) in value.as_array().into_iter().flatten().enumerate() {
        fits(file, &schema["items"], inner, &format!("{place}[{n}]"));
    }
}

#[test]
fn the_file_describes_what_is_served() {
    let bench = Bench::new();
    bench.board();
    let hash = bench.approved(QUESTION);
    let server = Served::start(&bench, 0, &[]);
    let edith = Client::signed_in(&server, "edith");
    let served = edith.send("GET", "/api/openapi.json", &[], b"").text;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    if std::env::var_os("CURBSIDE_WRITE_OPENAPI").is_some() {
        std::fs::write(path, format!("{served}\n")).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let file: Value = serde_json::from_str(&served).unwrap();
    for (place, item) in file["paths"].as_object().unwrap() {
        assert_eq!(
            Some(item),
            kept["paths"].get(place),
            "{place}: see docs/api.md for how docs/openapi.json is written anew"
        );
    }
    assert!(file == kept, "docs/openapi.json is another: see docs/api.md for how it is written anew");

    let asked = json!({ "question": "Which diuretics lower magnesium?", "reader": "patient" });
    edith.post("/questions", &asked).good();
    edith.post("/reports", &json!({ "article": hash, "words": "A line is missing." }));
    assert_eq!(edith.post("/corrections", &json!({ "article": hash, "words": "It is there now." })).status, 204);
    let fit = |method: &str, template: &str, told: Value| {
        let content = &file["paths"][format!("/api/v1{template}")][method]["responses"]["200"]["content"];
        let schema = &content["application/json"]["schema"];
        assert!(schema.is_object(), "{template}: {content}");
        fits(&file, schema, &told, template);
    };
    fit("post", "/questions", edith.post("/questions", &json!({ "question": QUESTION })).good());
    let source = edith.get("/sources?limit=1").good()["items"][0]["id"].as_str().unwrap().to_owned();
    for (template, at) in [
        ("/articles", "/articles".to_owned()),
        ("/articles/{name}", format!("/articles/{hash}")),
        ("/articles/{name}/versions", format!("/articles/{hash}/versions")),
        ("/articles/{name}/thread", format!("/articles/{hash}/thread")),
        ("/sources", "/sources".to_owned()),
        ("/sources/{id}", format!("/sources/{source}")),
        ("/search", "/search?q=magnesium".to_owned()),
        ("/reviews", "/reviews?all=true".to_owned()),
        ("/reviews/{name}", format!("/reviews/{hash}")),
        ("/reviews/{name}/history", format!("/reviews/{hash}/history")),
        ("/reports", "/reports".to_owned()),
        ("/corrections", "/corrections".to_owned()),
        ("/members", "/members".to_owned()),
        ("/policy", "/policy".to_owned()),
    ] {
        let told = edith.get(&at).good();
        let items = told.get("items").unwrap_or(&told);
        assert!(items.as_array().is_none_or(|all| !all.is_empty()), "{at} is empty and shows nothing");
        fit("get", template, told);
    }
    fit("post", "/checks", edith.post("/checks", &json!({ "text": "Magnesium is measured in serum." })).good());
    fit("post", "/refresh", edith.post("/refresh", &json!({ "compose": true })).good());
}
