//! That people are who they say: passwords, secrets of sessions and tokens, OpenID Connect. Keeps nothing, decides no right.

mod blocklist;
mod oidc;
mod password;
mod secret;
mod throttle;
mod username;

pub use oidc::{Departure, Journey, OidcError, Provider, ProviderSettings, Vouched};
pub use password::{About, FEWEST_CHARACTERS, Hashed, MOST_CHARACTERS, PasswordProblem, check, hash, matches, waste};
pub use secret::{Kind, NoRandomness, Secret, digest};
pub use throttle::{Gate, LOCKED_AFTER, Tally, account, address};
pub use username::{BadName, person_name, username};
