//! The configuration: defaults, over them `curbside.toml` in the data folder, over it the environment, over it the options of the
//! call. Every key `a.b` of the file is `CURBSIDE_A_B` in the environment. Each value knows where it is from.

mod check;
mod file;
mod sign_in;

use crate::args::{Cli, Serve};
use crate::commands::folder;
use desk::retrieval::PriorSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

pub(crate) use check::{Arguments, run};
pub(crate) use sign_in::SignIn;

/// All of it.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The chat model.
    #[serde(default)]
    pub(crate) model: Model,
    /// What a search believes of kinds, ages and standings.
    #[serde(default)]
    pub(crate) priors: PriorSettings,
    /// How people sign in.
    #[serde(default, rename = "sign-in")]
    pub(crate) sign_in: SignIn,
    /// The server of pages.
    #[serde(default)]
    pub(crate) server: web::Settings,
}

/// `[model]`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Model {
    /// Base address, as `http://127.0.0.1:8080/v1`.
    pub(crate) url: Option<String>,
    /// Its name there.
    pub(crate) name: Option<String>,
    /// Name of the environment variable that holds its key; the key itself never stands in the file.
    pub(crate) key_env: Option<String>,
    /// Whether it words sentences; else it only arranges them.
    #[serde(default)]
    pub(crate) write: bool,
    /// Tokens that it can read and write together; else the server is asked.
    pub(crate) context: Option<u64>,
    /// Seconds that an answer may take; then the extractive article is the answer.
    pub(crate) seconds: Option<u64>,
}

/// Where a value is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Curbside's own.
    Default,
    /// A line of the file, the first being 1.
    File(PathBuf, usize),
    /// A variable.
    Environment(String),
    /// An option of the call.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File(path, line) => write!(f, "{}:{line}", path.display()),
            Source::Environment(name) => f.write_str(name),
            Source::Flag(flag) => f.write_str(flag),
        }
    }
}

/// Something wrong, with its place.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{place}: {key}: {why}")]
pub(crate) struct Wrong {
    place: Source,
    key: String,
    why: String,
}

/// The configuration, and where what differs from the default is from.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    sources: BTreeMap<String, Source>,
}

impl Loaded {
    /// Where the value of a key is from; for a table, where anything of it is from.
    fn source(&self, key: &str) -> Source {
        self.sources.get(key).cloned().unwrap_or(Source::Default)
    }
}

/// The configuration as a call of the program sees it.
pub(crate) fn load(cli: &Cli, serve: Option<&Serve>) -> anyhow::Result<Loaded> {
    let environment = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    Ok(layered(&folder(cli)?, environment, flags(cli, serve))?)
}

/// The options that set a key.
fn flags(cli: &Cli, serve: Option<&Serve>) -> Vec<(&'static str, &'static str, Value)> {
    let text = |value: &Option<String>| value.clone().map(Value::from);
    let mut flags = vec![
        ("model.url", "--model-url", text(&cli.model_url)),
        ("model.name", "--model-name", text(&cli.model_name)),
        ("model.write", "--model-write", cli.model_write.then_some(Value::Bool(true))),
    ];
    if let Some(serve) = serve {
        flags.extend([
            ("server.host", "--host", serve.host.map(|h| h.to_string().into())),
            ("server.port", "--port", serve.port.map(Value::from)),
            ("server.base_path", "--base-path", text(&serve.base_path)),
            ("server.public_url", "--public-url", text(&serve.public_url)),
        ]);
    }
    flags.into_iter().filter_map(|(key, flag, value)| Some((key, flag, value?))).collect()
}

/// File, environment and options over each other.
fn layered(
    folder: &Path,
    environment: impl Iterator<Item = (String, String)>,
    flags: Vec<(&'static str, &'static str, Value)>,
) -> Result<Loaded, Wrong> {
    let path = folder.join("curbside.toml");
    let (mut values, mut sources) = file::read(&path)?;
    let known = leaves(&Config::default());
    let names: BTreeMap<String, &String> = known.keys().map(|key| (variable(key), key)).collect();
    for (name, text) in environment {
        // What is empty is not set: container files can say it no other way.
        if text.is_empty() {
            continue;
        }
        let Some(key) = names.get(&name) else {
            if name.starts_with("CURBSIDE_SERVER_") {
                let place = Source::Environment(name);
                return Err(Wrong { place, key: "no such key".to_owned(), why: "see docs/operations.md".to_owned() });
            }
            continue;
        };
        let value = known.get(*key).cloned().unwrap_or_default();
        let value = file::of_text(key, &value, &text).map_err(|why| Wrong {
            place: Source::Environment(name.clone()),
            key: (*key).clone(),
            why,
        })?;
        set(&mut values, key, value);
        sources.insert((*key).clone(), Source::Environment(name));
    }
    for (key, flag, value) in flags {
        set(&mut values, key, value);
        sources.insert(key.to_owned(), Source::Flag(flag));
    }
    // Each part was read before, so that this can only fail where two parts do not go together.
    let config: Config = serde_json::from_value(values).map_err(|error| Wrong {
        place: Source::File(path, 0),
        key: "all together".to_owned(),
        why: error.to_string(),
    })?;
    let loaded = Loaded { config, sources };
    match loaded.config.server.problems().into_iter().next() {
        Some((key, why)) => {
            let key = format!("server.{key}");
            Err(Wrong { place: loaded.source(&key), key, why })
        }
        None => Ok(loaded),
    }
}

/// The variable of a key.
fn variable(key: &str) -> String {
    format!("CURBSIDE_{}", key.to_ascii_uppercase().replace(['.', '-'], "_"))
}

/// Puts a value under a key with dots.
fn set(values: &mut Value, key: &str, value: Value) {
    let mut at = values;
    for part in key.split('.') {
        if !at.is_object() {
            *at = Value::Object(serde_json::Map::new());
        }
        at = &mut at[part];
    }
    *at = value;
}

/// Every key with its value; lists are values.
fn leaves(config: &Config) -> BTreeMap<String, Value> {
    fn walk(prefix: &str, value: Value, into: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    let key = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
                    walk(&key, value, into);
                }
            }
            value => {
                into.insert(prefix.to_owned(), value);
            }
        }
    }
    let mut leaves = BTreeMap::new();
    // Plain data: to make JSON of it cannot fail.
    walk("", serde_json::to_value(config).unwrap_or_default(), &mut leaves);
    leaves
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        text: Option<&str>,
        environment: &[(&str, &str)],
        flags: Vec<(&'static str, &'static str, Value)>,
    ) -> Result<Loaded, String> {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = text {
            std::fs::write(folder.path().join("curbside.toml"), text).unwrap();
        }
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let loaded = layered(folder.path(), environment, flags);
        loaded.map_err(|e| e.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn a_file_is_read_and_a_misspelt_key_is_an_error() {
        assert!(read(None, &[], vec![]).unwrap().config.model.url.is_none());
        let text =
            "[model]\nurl = \"http://127.0.0.1:8080/v1\"\nname = \"m\"\nwrite = true\ncontext = 8192\nseconds = 300\n";
        let model = read(Some(text), &[], vec![]).unwrap().config.model;
        assert_eq!((model.url.as_deref(), model.name.as_deref()), (Some("http://127.0.0.1:8080/v1"), Some("m")));
        assert_eq!((model.write, model.context, model.seconds), (true, Some(8192), Some(300)));
        let text = "[priors]\na-year = 0.01\nyears = 5\n[priors.kinds]\nguideline = 1.1\n[priors.standings]\nsuperseded = 0.5\n";
        let priors = read(Some(text), &[], vec![]).unwrap().config.priors;
        assert_eq!(
            (priors.a_year, priors.years, priors.kinds.len(), priors.standings.len()),
            (Some(0.01), Some(5), 1, 1)
        );
        assert!(read(Some("[priors.kinds]\nguidelines = 1.1\n"), &[], vec![]).is_err());
        assert!(read(Some("[model]\nkey = \"sk-secret\"\n"), &[], vec![]).is_err());
    }

    #[test]
    fn options_stand_over_the_environment_over_the_file_over_the_defaults() {
        let text = "[server]\nport = 1\nhost = \"0.0.0.0\"\nbase_path = \"/a\"\nnames = [\"a.example\"]\n";
        let environment = [
            ("CURBSIDE_SERVER_PORT", "2"),
            ("CURBSIDE_SERVER_HOST", "::1"),
            ("CURBSIDE_SERVER_PUBLIC_URL", "https://b.example"),
            ("CURBSIDE_SERVER_TRUSTED_PROXIES", "10.0.0.0/8, ::1/128"),
            ("CURBSIDE_SERVER_LOG_CLIENT_ADDRESS", "yes"),
            ("CURBSIDE_SERVER_LIMITS_ASKS_PER_MINUTE", ""),
            ("CURBSIDE_MODEL_SECONDS", "9"),
            ("CURBSIDE_MODEL_NAME", "4"),
        ];
        let loaded = read(Some(text), &environment, vec![("server.port", "--port", 3.into())]).unwrap();
        let server = &loaded.config.server;
        assert_eq!((server.port, server.host.to_string().as_str(), server.base_path.as_str()), (3, "::1", "/a"));
        assert_eq!(server.trusted_proxies.len(), 2);
        assert!(server.log.client_address);
        assert_eq!((loaded.config.model.seconds, loaded.config.model.name.as_deref()), (Some(9), Some("4")));
        assert_eq!(loaded.source("server.port"), Source::Flag("--port"));
        assert_eq!(loaded.source("server.host"), Source::Environment("CURBSIDE_SERVER_HOST".to_owned()));
        assert!(matches!(loaded.source("server.base_path"), Source::File(_, 4)));
        assert!(matches!(loaded.source("server.names"), Source::File(_, 5)));
        assert_eq!(loaded.source("server.limits.asks_per_minute"), Source::Default);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, environment, place) in [
            ("[server]\nport = 70000\n", None, "curbside.toml:2: server.port"),
            ("[server]\n\nprot = 1\n", None, "curbside.toml:3: server.prot"),
            ("[server\n", None, "curbside.toml:1"),
            ("[server]\nbase_path = \"a\"\n", None, "curbside.toml:2: server.base_path"),
            ("[server.limits]\nheader_seconds = 0\n", None, "curbside.toml:2: server.limits.header_seconds"),
            ("", Some(("CURBSIDE_SERVER_PORT", "x")), "CURBSIDE_SERVER_PORT: server.port"),
            ("", Some(("CURBSIDE_SERVER_PROT", "1")), "CURBSIDE_SERVER_PROT: no such key"),
            ("", Some(("CURBSIDE_SERVER_BASE_PATH", "a/")), "CURBSIDE_SERVER_BASE_PATH: server.base_path"),
        ] {
            let wrong = read(Some(text), environment.as_slice(), vec![]).unwrap_err();
            assert!(wrong.starts_with(place), "{wrong} does not begin with {place}");
        }
    }
}
