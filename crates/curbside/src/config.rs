//! `curbside.toml` in the data folder: what is the same for every call. Options and environment override it.

use anyhow::Context;
use desk::DeskError;
use desk::board::Role;
use desk::identity::{Provider, ProviderSettings};
use desk::retrieval::PriorSettings;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

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
    /// How people sign in.
    #[serde(default, rename = "sign-in")]
    pub(crate) sign_in: SignIn,
    /// What may be uploaded to the pages of the administration.
    #[serde(default)]
    pub(crate) uploads: Uploads,
}

/// `[uploads]`.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Uploads {
    /// Most megabytes (of a million bytes) that the files of one upload may have together.
    pub(crate) most_mb: u32,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { most_mb: 50 }
    }
}

impl Uploads {
    /// The same in bytes.
    pub(crate) fn most_bytes(&self) -> usize {
        usize::try_from(u64::from(self.most_mb) * 1_000_000).unwrap_or(usize::MAX)
    }
}

/// `[sign-in]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// Addresses of proxies before the server, whose word on a client's address is taken.
    #[serde(default)]
    pub(crate) proxies: Vec<IpAddr>,
    /// The provider that vouches for people.
    pub(crate) oidc: Option<Oidc>,
}

/// `[sign-in.oidc]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Oidc {
    /// The provider's issuer identifier, as `https://sso.example.org/realms/hospital`.
    pub(crate) issuer: String,
    /// The name of this installation there.
    pub(crate) client_id: String,
    /// Name of the environment variable that holds its secret there; the secret itself never stands in the file.
    pub(crate) secret_env: Option<String>,
    /// The address under which people reach this server, as `https://curbside.example.org`.
    pub(crate) address: String,
    /// The claim that lists a person's groups: a name, or a path with dots.
    #[serde(default = "groups")]
    pub(crate) group_claim: String,
    /// Scopes to ask for beside `openid` and `profile`.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    /// A file of certificates (PEM) to trust instead of the Mozilla roots.
    pub(crate) roots: Option<PathBuf>,
    /// Which roles a group gives.
    pub(crate) groups: BTreeMap<String, BTreeSet<Role>>,
}

fn groups() -> String {
    "groups".to_owned()
}

impl Oidc {
    /// The provider, as it can be asked.
    pub(crate) fn provider(&self) -> anyhow::Result<Provider> {
        let roots =
            self.roots.as_ref().map(|p| std::fs::read(p).with_context(|| p.display().to_string())).transpose()?;
        let secret = match &self.secret_env {
            Some(name) => {
                Some(std::env::var(name).with_context(|| format!("{name}, named by [sign-in.oidc] secret-env"))?)
            }
            None => None,
        };
        let settings = ProviderSettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: secret,
            redirect: format!("{}/sign-in/oidc/back", self.address.trim_end_matches('/')),
            group_claim: self.group_claim.clone(),
            scopes: self.scopes.clone(),
            roots,
        };
        Ok(Provider::new(settings).map_err(DeskError::from)?)
    }
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
        write(
            "[sign-in]\nproxies = [\"127.0.0.1\"]\n[sign-in.oidc]\nissuer = \"https://sso.example.org\"\nclient-id = \"c\"\naddress = \"https://c.example.org/\"\n[sign-in.oidc.groups]\nboard = [\"reviewer\", \"author\"]\n",
        );
        let oidc = read(folder.path()).unwrap().sign_in.oidc.unwrap();
        assert_eq!(oidc.groups["board"], [Role::Reviewer, Role::Author].into());
        assert_eq!(oidc.provider().unwrap().issuer(), "https://sso.example.org");
        write("[sign-in.oidc]\nissuer = \"https://sso.example.org\"\nclient-id = \"c\"\naddress = \"https://c\"\n");
        assert!(read(folder.path()).is_err(), "nobody could sign in");
        write("[model]\nkey = \"sk-secret\"\n");
        assert!(read(folder.path()).is_err());
    }
}
