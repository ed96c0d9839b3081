//! The policy of the board, each that was ever in force.

use crate::audit::{Deed, append};
use crate::{Articles, LibraryError};
use board::Policy;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

impl Articles {
    /// The policy in force: the last that was set, or the default.
    pub fn policy(&self) -> Result<Policy, LibraryError> {
        let read = || {
            self.connection
                .prepare_cached("SELECT toml FROM policy ORDER BY n DESC LIMIT 1")?
                .query_row([], |r| r.get::<_, String>(0))
                .optional()
        };
        match self.db(read())? {
            None => Ok(Policy::default()),
            // What was kept was checked: another version of Curbside wrote it, or somebody else did.
            Some(toml) => Policy::parse(&toml)
                .map_err(|e| LibraryError::Damaged { what: format!("the policy of the board: {e}") }),
        }
    }

    /// Puts a policy in force. The same again changes nothing.
    pub fn set_policy(&self, policy: &Policy, by: &str) -> Result<(), LibraryError> {
        let (toml, by) = (policy.to_toml(), by.to_owned());
        self.alter(move |c| {
            let last: Option<(i64, String)> = c
                .prepare_cached("SELECT n, toml FROM policy ORDER BY n DESC LIMIT 1")?
                .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            if last.as_ref().is_some_and(|(_, held)| *held == toml) {
                return Ok(());
            }
            let n = last.map_or(1, |(n, _)| n + 1);
            c.prepare_cached("INSERT INTO policy VALUES (?1, unixepoch(), ?2, ?3)")?.execute(params![n, by, toml])?;
            let sha256: String = Sha256::digest(toml.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
            append(
                c,
                Deed {
                    actor: by,
                    action: "set-policy",
                    subject: format!("policy {n}"),
                    detail: serde_json::json!({ "sha256": sha256 }),
                },
            )?;
            Ok(())
        })
    }
}
