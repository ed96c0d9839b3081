//! `curbside.toml`: its values, the line of each, and what is wrong with it; and values out of the text of a variable.

use super::{Config, Source, Wrong, leaves, set};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The values of the file and where each stands; where there is no file, none.
pub(super) fn read(path: &Path) -> Result<(Value, BTreeMap<String, Source>), Wrong> {
    let mut sources = BTreeMap::new();
    let wrong = |line: usize, key: &str, why: String| Wrong {
        place: Source::File(path.to_owned(), line),
        key: key.to_owned(),
        why,
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Value::Object(Default::default()), sources)),
        Err(error) => return Err(wrong(0, "cannot be read", error.to_string())),
    };
    let line = |at: usize| 1 + text.bytes().take(at).filter(|b| *b == b'\n').count();
    let of = |error: &toml::de::Error| error.span().map_or(1, |s| line(s.start));
    let table = DeTable::parse(&text).map_err(|e| wrong(of(&e), "not TOML", e.message().to_owned()))?;
    let mut places = BTreeMap::new();
    lines("", table.get_ref(), &line, &mut places);
    // As a whole: this tells unknown keys and wrong types with their place.
    toml::from_str::<Config>(&text).map_err(|e| {
        let at = of(&e);
        let key = places.iter().find(|(_, l)| **l == at).map_or("the file", |(k, _)| k.as_str());
        wrong(at, key, e.message().to_owned())
    })?;
    let values = toml::from_str::<Value>(&text).map_err(|e| wrong(of(&e), "the file", e.message().to_owned()))?;
    sources.extend(places.into_iter().map(|(key, line)| (key, Source::File(path.to_owned(), line))));
    Ok((values, sources))
}

/// The line of each key that holds no table.
fn lines(prefix: &str, table: &DeTable<'_>, line: &dyn Fn(usize) -> usize, into: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let name = key.get_ref();
        let path = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
        match value.get_ref() {
            DeValue::Table(table) => lines(&path, table, line, into),
            _ => {
                into.insert(path, line(key.span().start));
            }
        }
    }
}

/// The value of a key that a variable's text means, `like` being its default: lists have commas between; yes and no are said in several ways.
pub(super) fn of_text(key: &str, like: &Value, text: &str) -> Result<Value, String> {
    let text = text.trim();
    let word = || match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(Value::Bool(true)),
        "false" | "no" | "off" | "0" => Some(Value::Bool(false)),
        _ => None,
    };
    let number = || text.parse::<i64>().ok().map(Value::from).or_else(|| text.parse::<f64>().ok().map(Value::from));
    let string = || Some(Value::from(text));
    let list = || Some(text.split(',').map(|t| Value::from(t.trim())).filter(|t| t != "").collect());
    // What has no default may be anything; what fits is taken.
    let (first, second) = match like {
        Value::Bool(_) => (word(), None),
        Value::Number(_) => (number(), None),
        Value::Array(_) => (list(), None),
        Value::Null => (number().or_else(word), string()),
        _ => (string(), None),
    };
    let mut why = "cannot be read".to_owned();
    for value in [first, second].into_iter().flatten() {
        let mut alone = Value::Object(Default::default());
        set(&mut alone, key, value.clone());
        match serde_json::from_value::<Config>(alone) {
            Ok(config) if leaves(&config).contains_key(key) => return Ok(value),
            Ok(_) => {}
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}
