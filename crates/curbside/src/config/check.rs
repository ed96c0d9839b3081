//! `curbside config check`: every key, its value, and where it is from.

use super::{Source, leaves, load, variable};
use crate::args::{Cli, Serve};
use crate::commands::folder;
use crate::print;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Print every key with its value and where it is from; fail with the place of what is wrong
    #[command(after_help = "\
Takes the options of `serve`, so that a call can be tried before it serves. Secrets stand in no key and are not printed.

Examples:
  curbside config check
  CURBSIDE_SERVER_PORT=80 curbside config check --json")]
    Check {
        #[command(flatten)]
        serve: Serve,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(cli: &Cli, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Subcommands::Check { serve, json } = &arguments.command;
    let loaded = load(cli, Some(serve))?;
    let mut keys = leaves(&loaded.config);
    for value in keys.values_mut() {
        hide_password(value);
    }
    if *json {
        let rows = keys.iter().map(|(key, value)| {
            let source = loaded.source(key);
            let mut row = json!({ "key": key, "value": value, "variable": variable(key), "source": kind(&source) });
            match &source {
                Source::File(path, line) => {
                    row["file"] = json!(path);
                    row["line"] = json!(line);
                }
                Source::Environment(name) => row["name"] = json!(name),
                Source::Flag(flag) => row["name"] = json!(flag),
                Source::Default => {}
            }
            row
        });
        print::json(&rows.collect::<Vec<Value>>())?;
    } else {
        print::line(&format!("# {}", folder(cli)?.join("curbside.toml").display()))?;
        let width = keys.keys().map(String::len).max().unwrap_or_default();
        for (key, value) in &keys {
            let value = if value.is_null() { "(none)".to_owned() } else { value.to_string() };
            print::line(&format!("{key:width$} = {value}  # {}", loaded.source(key)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn kind(source: &Source) -> &'static str {
    match source {
        Source::Default => "default",
        Source::File(..) => "file",
        Source::Environment(_) => "environment",
        Source::Flag(_) => "flag",
    }
}

/// An address may have a password in it, against all advice.
fn hide_password(value: &mut Value) {
    if let Value::String(text) = value
        && let Some((scheme, rest)) = text.split_once("://")
        && let Some((_, rest)) = rest.split_once('@')
    {
        *text = format!("{scheme}://...@{rest}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_printed() {
        let hidden = |text: &str| {
            let mut value = Value::from(text);
            hide_password(&mut value);
            value.as_str().unwrap().to_owned()
        };
        assert_eq!(hidden("http://me:secret@a.example/v1"), "http://...@a.example/v1");
        assert_eq!(hidden("http://a.example/v1"), "http://a.example/v1");
    }
}
