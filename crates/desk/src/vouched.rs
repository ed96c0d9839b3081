//! Signing in with another server's word: OpenID Connect. The requests to that server are `identity`'s, and made without a desk,
//! so that a slow provider keeps nobody from asking.

use crate::sign_in::actor_of;
use crate::{Desk, DeskError};
use board::{Actor, Role};
use identity::{Journey, Secret, Vouched};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds within which somebody must come back from a provider.
const JOURNEY_LASTS: i64 = 10 * 60;

/// Which roles a provider's groups give.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupRoles(pub BTreeMap<String, BTreeSet<Role>>);

impl GroupRoles {
    fn of(&self, groups: &BTreeSet<String>) -> BTreeSet<Role> {
        groups.iter().filter_map(|g| self.0.get(g)).flatten().copied().collect()
    }
}

impl Desk {
    /// Keeps what must be known when somebody comes back from a provider.
    pub fn keep_journey(&self, state: &Secret, journey: &Journey, now: i64) -> Result<(), DeskError> {
        let held = serde_json::to_string(journey).map_err(|_| DeskError::JourneyOver)?;
        self.articles.add_journey(state.digest(), held, now, now + JOURNEY_LASTS)?;
        Ok(())
    }

    /// What was kept when they left; once, and in time.
    pub fn take_journey(&self, state: &str, now: i64) -> Result<Journey, DeskError> {
        let held = self.articles.take_journey(identity::digest(state), now)?;
        held.and_then(|h| serde_json::from_str(&h).ok()).ok_or(DeskError::JourneyOver)
    }

    /// Signs in somebody for whom a provider vouches. Their roles are those of their groups, each time anew; who comes for the
    /// first time gets an account of their own, never that of somebody who has the same name here.
    pub fn sign_in_vouched(
        &self,
        vouched: &Vouched,
        groups: &GroupRoles,
        now: i64,
    ) -> Result<(Actor, Secret), DeskError> {
        let roles = groups.of(vouched.groups());
        let own = identity::digest(&format!("{} {}", vouched.issuer(), vouched.subject()));
        let liked = vouched.username().and_then(|n| identity::username(n).ok());
        let apart = format!("{}-{}", liked.as_deref().unwrap_or("person"), &own[..8]);
        let names = liked.clone().into_iter().chain(identity::username(&apart).ok()).chain([own[..32].to_owned()]);
        let name = vouched.name().and_then(|n| identity::person_name(n).ok()).or(liked).unwrap_or(apart);
        let who = (vouched.issuer().to_owned(), vouched.subject().to_owned());
        let person = self.articles.vouched(who, names.collect(), name, roles)?.ok_or(DeskError::NotVouched)?;
        if person.disabled_at.is_some() {
            return Err(DeskError::SignInFailed);
        }
        if person.roles.is_empty() {
            return Err(DeskError::NotVouched);
        }
        let (_, secret) = self.start_session(&person, now, "openid-connect")?;
        Ok((actor_of(&person, None), secret))
    }
}
