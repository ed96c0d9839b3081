//! Passwords: what may be one, how it is kept, whether another is the same.
//!
//! The rules are those of NIST SP 800-63B-4 (2025), section 3.1.1.2, for a password that alone lets somebody in: at least 15
//! characters, no rule on what kinds of character, a list of those that are refused with the reason, no change for its age
//! alone, every character counts, Unicode in NFKC.

use crate::blocklist;
use crate::secret::NoRandomness;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// Fewest characters, where nothing but the password lets somebody in.
pub const FEWEST_CHARACTERS: usize = 15;
/// Most characters: far above the 64 that must be allowed, and few enough that hashing them costs nothing.
pub const MOST_CHARACTERS: usize = 1000;

/// OWASP Password Storage Cheat Sheet (2025): Argon2id with at least 19 MiB of memory, 2 passes, 1 lane. 26 to 39 ms on two busy
/// cores (three times 40, 2026-11-27).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Bytes of salt: RFC 9106 recommends 128 bits.
const SALT_BYTES: usize = 16;

/// What is known of a person, which no password may be made of.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Their name for signing in.
    pub username: &'a str,
    /// Their name as others read it.
    pub name: &'a str,
}

/// Why a password may not be used. Each says what to do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Below [`FEWEST_CHARACTERS`].
    #[error(
        "the password has {characters} characters and needs {FEWEST_CHARACTERS}: a few words in a row that nobody says will do"
    )]
    Short {
        /// How many it has.
        characters: usize,
    },
    /// Above [`MOST_CHARACTERS`].
    #[error("the password has more than {MOST_CHARACTERS} characters")]
    Long,
    /// Seen in breaches, alone or with numbers around it.
    #[error("this password is one that many use, and is guessed first: choose words that do not belong together")]
    Common,
    /// A short piece over and over.
    #[error("this password repeats one short piece: choose words that do not belong together")]
    Repeats,
    /// Keys or letters in their order.
    #[error("this password is keys or letters in their order: choose words that do not belong together")]
    InOrder,
    /// The person's name, or this service's.
    #[error("this password is made of your name or of the word curbside: choose words that do not belong together")]
    Named,
}

/// A password as it is kept: a PHC string with algorithm, cost and salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashed(pub String);

/// Says why a password may not be used by this person, if so. Never asks that it hold digits or capitals.
pub fn check(password: &str, about: About<'_>) -> Result<(), PasswordProblem> {
    let normal = normal(password);
    let characters = normal.chars().count();
    if characters < FEWEST_CHARACTERS {
        return Err(PasswordProblem::Short { characters });
    }
    if characters > MOST_CHARACTERS {
        return Err(PasswordProblem::Long);
    }
    blocklist::check(&normal.to_lowercase(), about)
}

/// Makes of a password what is kept of it. Cost: some 30 ms and 19 MiB. Does not ask whether it may be used: see [`check`].
pub fn hash(password: &str) -> Result<Hashed, NoRandomness> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| NoRandomness)?;
    // Fails on lengths only, and these are ours.
    let hashed = ours().hash_password_with_salt(normal(password).as_bytes(), &salt).map_err(|_| NoRandomness)?;
    Ok(Hashed(hashed.to_string()))
}

/// Whether this is the password that was kept; where it is and was kept by older costs, what to keep instead. Costs what
/// [`hash`] costs, twice where it is to be kept anew.
pub fn matches(password: &str, kept: &Hashed) -> (bool, Option<Hashed>) {
    // A longer one was never taken, and is not worth the time.
    if password.chars().take(MOST_CHARACTERS + 1).count() > MOST_CHARACTERS {
        waste(&password.chars().take(MOST_CHARACTERS).collect::<String>());
        return (false, None);
    }
    let Ok(parsed) = PasswordHash::new(&kept.0) else { return (false, None) };
    if ours().verify_password(normal(password).as_bytes(), &parsed).is_err() {
        return (false, None);
    }
    let current = Params::try_from(&parsed)
        .is_ok_and(|p| (p.m_cost(), p.t_cost(), p.p_cost()) == (MEMORY_KIB, PASSES, LANES))
        && parsed.algorithm.as_str() == Algorithm::Argon2id.as_str();
    (true, if current { None } else { hash(password).ok() })
}

/// Costs what [`matches()`] costs and finds nothing: for names that nobody has, so that the time tells nobody which there are.
pub fn waste(password: &str) {
    static OTHER: OnceLock<Option<Hashed>> = OnceLock::new();
    if let Some(other) = OTHER.get_or_init(|| hash("nobody has this password").ok()) {
        let _ = matches(password, other);
    }
}

/// The one form of a password that looks the same: NFKC, as the standard asks.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

fn ours() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::CustomizedPasswordHasher;

    const ABOUT: About<'_> = About { username: "d.lin", name: "Dr Dana Lindqvist" };

    #[test]
    fn a_password_is_kept_as_argon2id_with_a_salt_of_its_own_and_recognised() {
        let kept = hash("seven damp umbrellas").unwrap();
        assert!(kept.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept:?}");
        assert_ne!(kept, hash("seven damp umbrellas").unwrap());
        assert_eq!(matches("seven damp umbrellas", &kept), (true, None));
        assert_eq!(matches("seven damp umbrella", &kept), (false, None));
        assert_eq!(matches("", &kept), (false, None));
        assert_eq!(matches("anything", &Hashed("no hash".to_owned())), (false, None));
    }

    #[test]
    fn two_ways_to_type_one_character_are_one_password_and_no_character_is_cut_off() {
        let kept = hash("caf\u{e9} \u{fb01}ne umbrellas").unwrap();
        assert!(matches("cafe\u{301} fine umbrellas", &kept).0);
        let long = "a".repeat(200);
        let kept = hash(&long).unwrap();
        assert!(!matches(&long[..199], &kept).0);
        assert!(!matches(&"a".repeat(1_000_000), &kept).0);
    }

    #[test]
    fn what_was_kept_at_a_lower_cost_is_recognised_and_to_be_kept_anew() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
        let kept = weak.hash_password_customized(
            b"seven damp umbrellas",
            &[7; 16],
            None,
            None,
            Params::new(8192, 1, 1, None).unwrap(),
        );
        let kept = Hashed(kept.unwrap().to_string());
        let (same, anew) = matches("seven damp umbrellas", &kept);
        let anew = anew.unwrap();
        assert!(same && anew.0.contains("m=19456,t=2,p=1"));
        assert_eq!(matches("seven damp umbrellas", &anew), (true, None));
        assert_eq!(matches("another", &kept), (false, None));
    }

    #[test]
    fn length_is_asked_for_and_kinds_of_character_are_not() {
        assert_eq!(check("fourteen chars", ABOUT), Err(PasswordProblem::Short { characters: 14 }));
        assert_eq!(check("all lower case words", ABOUT), Ok(()));
        assert_eq!(check("839275610473829", ABOUT), Ok(()));
        assert_eq!(check("\u{1f98a}\u{1f427} nine foxes run", ABOUT), Ok(()));
        assert_eq!(check(&"on and off ".repeat(100), ABOUT), Err(PasswordProblem::Long));
        // Counted as code points after NFKC.
        assert_eq!(check(&"\u{e9}".repeat(14), ABOUT), Err(PasswordProblem::Short { characters: 14 }));
    }

    #[test]
    fn what_is_guessed_first_is_refused_with_the_reason() {
        use PasswordProblem::{Common, InOrder, Named, Repeats};
        for (password, problem) in [
            ("passwordstandard", Common),
            ("Password20262026!", Common),
            ("123456dragon7890", Common),
            ("dragon-dragon-2026", Common),
            ("aaaaaaaaaaaaaaaaaaaa", Repeats),
            ("abc1abc1abc1abc1", Repeats),
            ("passwordpassword", Common),
            ("qwertyuiopasdfgh", InOrder),
            ("1234567890123456", InOrder),
            ("abcdefg7654321zyxwv", InOrder),
            ("curbside curbside", Named),
            ("Curbside-20262026", Named),
            ("Dana Lindqvist 1", Named),
            ("dana.lindqvist.2026", Named),
            ("d.lin d.lin d.lin", Named),
        ] {
            assert_eq!(check(password, ABOUT), Err(problem), "{password}");
        }
        for password in
            ["dana keeps nine bees", "curbside in the rain", "dragon soup monkey", "correct horse battery staple"]
        {
            assert_eq!(check(password, ABOUT), Ok(()), "{password}");
        }
    }
}
