//! OpenID Connect: another server says who somebody is.
//!
//! Authorization code with PKCE, state and nonce (OpenID Connect Core 1.0; RFC 9700), by the crate `openidconnect`. This
//! file makes the requests itself, two or three a sign-in, to the provider that the operator named and to nobody else.
//! What comes back counts only if its signature, issuer, audience, times, nonce and access token's hash are right.

use crate::secret::{Kind, NoRandomness, Secret};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthenticationFlow, AuthorizationCode, Client, ClientId, ClientSecret,
    CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of one answer.
const MOST_BYTES: u64 = 1 << 20;
/// Signatures that count: those by a key that only the provider holds.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why somebody could not be vouched for. No message holds a token, a code or the client's secret.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// What is configured cannot be right: the operator's to mend.
    #[error("the OpenID Connect provider is not configured right: {0}")]
    Settings(String),
    /// The provider does not answer, or not as one: theirs, or the network's.
    #[error("the OpenID Connect provider cannot be asked: {0}")]
    Provider(String),
    /// The provider said no, or what it said does not hold.
    #[error("the OpenID Connect provider does not vouch for this sign-in: {0}")]
    Refused(String),
    /// The system gives no random numbers.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// What is configured of a provider.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its issuer identifier, as `https://sso.example.org/realms/hospital`. Only `https`, but for this machine.
    pub issuer: String,
    /// The name of this installation there.
    pub client_id: String,
    /// Its secret there, where it has one.
    pub client_secret: Option<String>,
    /// Where the provider sends people back to: this installation's own address with `/sign-in/oidc/back`.
    pub redirect: String,
    /// The claim that lists a person's groups: a name, or a path with dots as `realm_access.roles`.
    pub group_claim: String,
    /// Scopes to ask for beside `openid` and `profile`.
    pub scopes: Vec<String>,
    /// Certificates (PEM) that are trusted instead of the Mozilla roots.
    pub roots: Option<Vec<u8>>,
}

/// A provider that can be asked.
pub struct Provider {
    settings: ProviderSettings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    agent: ureq::Agent,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

/// What must be known when somebody comes back from the provider. Kept by the caller under the state's hash.
#[derive(Serialize, Deserialize)]
pub struct Journey {
    nonce: String,
    verifier: String,
}

/// Somebody who is sent to the provider.
pub struct Departure {
    /// Where their browser goes.
    pub url: String,
    /// What comes back with them; their browser keeps it too, so that nobody is signed in by another's link.
    pub state: Secret,
    /// What must be known then.
    pub journey: Journey,
}

/// Who somebody is, as a provider said. Only [`Provider::finish`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    issuer: String,
    subject: String,
    username: Option<String>,
    name: Option<String>,
    groups: BTreeSet<String>,
}

impl Vouched {
    /// The provider.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Their name there, which never changes (`sub`).
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What they like to sign in with (`preferred_username`); may change, and is no proof of anything.
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// Their name as others read it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Their groups.
    pub fn groups(&self) -> &BTreeSet<String> {
        &self.groups
    }
}

/// All claims beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims(Map<String, Value>);

impl AdditionalClaims for Claims {}

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Party = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What went wrong with a request, in words; also for [`openidconnect`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct HttpError(String);

impl Provider {
    /// A provider with these settings. Asks nothing yet.
    pub fn new(settings: ProviderSettings) -> Result<Self, OidcError> {
        let wrong = |what: &str| OidcError::Settings(what.to_owned());
        for (what, url) in [("issuer", &settings.issuer), ("redirect", &settings.redirect)] {
            if !safe(url) {
                return Err(wrong(&format!("{what} must begin with https:// (http:// only on this machine)")));
            }
        }
        if settings.client_id.is_empty() {
            return Err(wrong("client_id is missing"));
        }
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|e| wrong(&format!("issuer: {e}")))?;
        let redirect = RedirectUrl::new(settings.redirect.clone()).map_err(|e| wrong(&format!("redirect: {e}")))?;
        let mut tls = TlsConfig::builder();
        if let Some(pem) = &settings.roots {
            let roots: Vec<_> = parse_pem(pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            if roots.is_empty() {
                return Err(wrong("the file of certificates holds none"));
            }
            tls = tls.root_certs(RootCerts::Specific(Arc::new(roots)));
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            // A provider that sends its answers elsewhere is not asked there.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("curbside/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build())
            .build()
            .new_agent();
        Ok(Self { settings, issuer, redirect, agent })
    }

    /// Its issuer identifier.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn http(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let words = |error: ureq::Error| HttpError(error.to_string());
        let host = request.uri().to_string();
        if !safe(&host) {
            return Err(HttpError("it names an address that is not https://".to_owned()));
        }
        let (parts, mut body) = self.agent.run(request).map_err(words)?.into_parts();
        let bytes = body.with_config().limit(MOST_BYTES).read_to_vec().map_err(words)?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }

    /// Asks the provider for its addresses and keys. Cost: two requests.
    fn party(&self) -> Result<Party, OidcError> {
        let found = CoreProviderMetadata::discover(&self.issuer, &|r| self.http(r))
            .map_err(|error| OidcError::Provider(words(&error)))?;
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        // A provider that does not say takes the secret as HTTP Basic (OpenID Connect Discovery 1.0, section 3).
        let basic = found
            .token_endpoint_auth_methods_supported()
            .is_none_or(|ways| ways.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let way = if basic { AuthType::BasicAuth } else { AuthType::RequestBody };
        Ok(Client::from_provider_metadata(found, ClientId::new(self.settings.client_id.clone()), secret)
            .set_auth_type(way)
            .set_redirect_uri(self.redirect.clone()))
    }

    /// Where to send somebody who wants to sign in. Cost: two requests to the provider.
    pub fn begin(&self) -> Result<Departure, OidcError> {
        let state = Secret::new(Kind::Journey)?;
        let sent = CsrfToken::new(state.reveal().to_owned());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let party = self.party()?;
        let mut url = party
            .authorize_url(AuthenticationFlow::<CoreResponseType>::AuthorizationCode, || sent, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge);
        for scope in &self.settings.scopes {
            url = url.add_scope(Scope::new(scope.clone()));
        }
        let (url, _, nonce) = url.url();
        let journey = Journey { nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok(Departure { url: url.to_string(), state, journey })
    }

    /// Who came back with this code. Cost: three requests to the provider, four where it says groups elsewhere.
    pub fn finish(&self, journey: Journey, code: &str) -> Result<Vouched, OidcError> {
        let refused = |error: &dyn std::error::Error| OidcError::Refused(words(error));
        let party = self.party()?;
        let http = |r| self.http(r);
        let reply = party
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|e| OidcError::Provider(words(&e)))?
            .set_pkce_verifier(PkceCodeVerifier::new(journey.verifier))
            .request(&http)
            .map_err(|e| refused(&e))?;
        let token = reply.id_token().ok_or_else(|| OidcError::Refused("it gave no ID token".to_owned()))?;
        let verifier = party.id_token_verifier().set_allowed_algs(SIGNATURES);
        let claims = token.claims(&verifier, &Nonce::new(journey.nonce)).map_err(|e| refused(&e))?;
        if let Some(expected) = claims.access_token_hash() {
            let key = token.signing_key(&verifier).map_err(|e| refused(&e))?;
            let algorithm = token.signing_alg().map_err(|e| refused(&e))?;
            let actual = AccessTokenHash::from_token(reply.access_token(), algorithm, key).map_err(|e| refused(&e))?;
            if actual != *expected {
                return Err(OidcError::Refused("the access token belongs to another ID token".to_owned()));
            }
        }
        let name = |n: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>| {
            n.and_then(|n| n.get(None)).map(|n| n.as_str().to_owned())
        };
        let mut vouched = Vouched {
            issuer: self.settings.issuer.clone(),
            subject: claims.subject().as_str().to_owned(),
            username: claims.preferred_username().map(|n| n.as_str().to_owned()),
            name: name(claims.name()),
            groups: groups(&claims.additional_claims().0, &self.settings.group_claim),
        };
        // Many providers say these only when asked again. The crate holds the answer to the same subject.
        if vouched.groups.is_empty() || vouched.username.is_none() || vouched.name.is_none() {
            let asked = party.user_info(reply.access_token().clone(), Some(claims.subject().clone()));
            if let Ok(asked) = asked {
                let more: UserInfoClaims<Claims, CoreGenderClaim> = asked.request(&http).map_err(|e| refused(&e))?;
                vouched.username = vouched.username.or(more.preferred_username().map(|n| n.as_str().to_owned()));
                vouched.name = vouched.name.or(name(more.name()));
                if vouched.groups.is_empty() {
                    vouched.groups = groups(&more.additional_claims().0, &self.settings.group_claim);
                }
            }
        }
        Ok(vouched)
    }
}

/// Whether nobody on the way can read or change what is sent there.
fn safe(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    url.starts_with("https://")
        || local.iter().any(|l| url.strip_prefix(l).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
}

/// An error with its causes, in one line.
fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

/// The groups under a claim: a list, or one word.
fn groups(claims: &Map<String, Value>, claim: &str) -> BTreeSet<String> {
    // A name may hold dots itself, as `https://example.org/groups` does.
    let found = claims.get(claim).or_else(|| {
        let mut steps = claim.split('.');
        let first = claims.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    });
    match found {
        Some(Value::String(one)) => [one.clone()].into(),
        Some(Value::Array(list)) => list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_by_name_or_path() {
        let claims: Map<String, Value> = serde_json::from_str(
            r#"{"groups": ["a", "b", 3], "one": "c", "realm": {"roles": ["d"]}, "https://x.org/g": ["e"], "n": 1}"#,
        )
        .unwrap();
        let of = |claim| groups(&claims, claim).into_iter().collect::<Vec<_>>().join(",");
        assert_eq!((of("groups").as_str(), of("one").as_str(), of("realm.roles").as_str()), ("a,b", "c", "d"));
        assert_eq!(
            (of("https://x.org/g").as_str(), of("n"), of("none"), of("realm.none")),
            ("e", String::new(), String::new(), String::new())
        );
    }

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for good in ["https://sso.example.org", "http://127.0.0.1:4000/x", "http://localhost", "http://[::1]:1/"] {
            assert!(safe(good), "{good}");
        }
        for bad in ["http://sso.example.org", "http://127.0.0.1.example.org", "http://localhost@example.org", "ftp://x"]
        {
            assert!(!safe(bad), "{bad}");
        }
    }

    #[test]
    fn settings_that_cannot_be_right_are_refused_and_a_provider_that_is_not_there_is_said() {
        let settings = |issuer: &str, roots: Option<&[u8]>| ProviderSettings {
            issuer: issuer.to_owned(),
            client_id: "curbside".to_owned(),
            client_secret: Some("not to be printed".to_owned()),
            redirect: "http://127.0.0.1:1/sign-in/oidc/back".to_owned(),
            group_claim: "groups".to_owned(),
            scopes: Vec::new(),
            roots: roots.map(<[u8]>::to_vec),
        };
        let wrong = |s| matches!(Provider::new(s), Err(OidcError::Settings(_)));
        assert!(wrong(settings("http://sso.example.org", None)));
        assert!(wrong(settings("https://sso.example.org", Some(b"no certificate"))));
        let provider = Provider::new(settings("http://127.0.0.1:1", None)).unwrap();
        assert!(!format!("{provider:?}").contains("not to be printed"));
        assert!(matches!(provider.begin(), Err(OidcError::Provider(_))));
    }
}
