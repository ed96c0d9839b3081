//! `[sign-in]`: how people sign in, beside their passwords.

use anyhow::Context;
use desk::DeskError;
use desk::board::Role;
use desk::identity::{Provider, ProviderSettings};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// `[sign-in]`.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The provider that vouches for people.
    pub(crate) oidc: Option<Oidc>,
}

/// `[sign-in.oidc]`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Oidc {
    /// The provider's issuer identifier, as `https://sso.example.org/realms/hospital`.
    pub(crate) issuer: String,
    /// The name of this installation there.
    pub(crate) client_id: String,
    /// Name of the environment variable that holds its secret there; the secret itself never stands in the file.
    pub(crate) secret_env: Option<String>,
    /// The address under which people reach this server, as `https://curbside.example.org`; else that of the server's
    /// `public_url` and `base_path`.
    pub(crate) address: Option<String>,
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
    pub(crate) fn provider(&self, server: &web::Settings) -> anyhow::Result<Provider> {
        let public = || server.public_url.as_ref().map(|u| format!("{}{}", u.trim_end_matches('/'), server.base_path));
        let address = self.address.clone().or_else(public);
        let address = address.context("[sign-in.oidc] needs an address, or [server] a public_url")?;
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
            redirect: format!("{}/sign-in/oidc/back", address.trim_end_matches('/')),
            group_claim: self.group_claim.clone(),
            scopes: self.scopes.clone(),
            roots,
        };
        Ok(Provider::new(settings).map_err(DeskError::from)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_sends_people_back_to_this_site() {
        let text =
            "issuer = \"https://sso.example.org\"\nclient-id = \"c\"\n[groups]\nboard = [\"reviewer\", \"author\"]\n";
        let oidc: Oidc = toml::from_str(text).unwrap();
        assert_eq!(oidc.groups["board"], [Role::Reviewer, Role::Author].into());
        assert!(oidc.provider(&web::Settings::default()).is_err(), "nobody could come back");
        let server = web::Settings { public_url: Some("https://c.example.org/".to_owned()), ..Default::default() };
        assert_eq!(oidc.provider(&server).unwrap().issuer(), "https://sso.example.org");
        assert!(toml::from_str::<Oidc>(text.split("[groups]").next().unwrap()).is_err(), "nobody could sign in");
    }
}
