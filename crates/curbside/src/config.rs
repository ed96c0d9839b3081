//! `curbside.toml` in the data folder: what is the same for every call. Options and environment override it.

use anyhow::Context;
use desk::retrieval::PriorSettings;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::Path;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The chat model.
    #[serde(default)]
    pub(crate) model: Model,
    /// What a search believes of kinds, ages and standings.
    #[serde(default)]
    pub(crate) priors: PriorSettings,
}

/// `[model]`.
#[derive(Debug, Default, Deserialize)]
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

/// Reads the file of a data folder; where there is none, nothing is configured.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Config> {
    let path = folder.join("curbside.toml");
    match std::fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).with_context(|| path.display().to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Config::default()),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_and_a_misspelt_key_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap().model.url.is_none());
        let write = |text: &str| std::fs::write(folder.path().join("curbside.toml"), text).unwrap();
        write(
            "[model]\nurl = \"http://127.0.0.1:8080/v1\"\nname = \"m\"\nwrite = true\ncontext = 8192\nseconds = 300\n",
        );
        let model = read(folder.path()).unwrap().model;
        assert_eq!((model.url.as_deref(), model.name.as_deref()), (Some("http://127.0.0.1:8080/v1"), Some("m")));
        assert_eq!((model.write, model.context, model.seconds), (true, Some(8192), Some(300)));
        write(
            "[priors]\na-year = 0.01\nyears = 5\n[priors.kinds]\nguideline = 1.1\n[priors.standings]\nsuperseded = 0.5\n",
        );
        let priors = read(folder.path()).unwrap().priors;
        assert_eq!(
            (priors.a_year, priors.years, priors.kinds.len(), priors.standings.len()),
            (Some(0.01), Some(5), 1, 1)
        );
        write("[priors.kinds]\nguidelines = 1.1\n");
        assert!(read(folder.path()).is_err());
        write("[model]\nkey = \"sk-secret\"\n");
        assert!(read(folder.path()).is_err());
    }
}
