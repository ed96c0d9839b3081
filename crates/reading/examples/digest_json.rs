//! Prints the statements of a digest as JSON, for `.ci/pandoc_compare.py`: what we read must be what Pandoc reads.

#![allow(clippy::print_stdout)] // that is what it is for

use reading::digest;
use std::process::ExitCode;

fn main() -> Result<ExitCode, std::io::Error> {
    let Some(path) = std::env::args().nth(1) else {
        return Err(std::io::Error::other("usage: digest_json PATH"));
    };
    let text = std::fs::read_to_string(&path)?;
    let statements: Vec<serde_json::Value> = digest::written(&text)
        .into_iter()
        .map(|s| serde_json::json!({ "id": s.id, "text": s.text, "attributes": s.attributes, "cites": s.cites }))
        .collect();
    println!("{}", serde_json::Value::from(statements));
    Ok(ExitCode::SUCCESS)
}
