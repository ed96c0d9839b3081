//! What the versions before the board rest on, so that a change of the library finds them without reading them all.

use super::events::VersionKey;
use super::queue::{QUEUED, Queued, queued};
use crate::{Articles, LibraryError};
use std::collections::BTreeMap;

/// What all versions before the board rest on, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardCites {
    /// Sources quoted, with the SHA-256 of the bytes they were read from then.
    pub sources: Vec<(String, String)>,
    /// Works referred to, as scheme and value.
    pub works: Vec<(String, String)>,
}

const BEFORE_THE_BOARD: &str =
    "FROM review r JOIN version v ON v.article = r.article AND v.reader = r.reader AND v.number = r.number
     JOIN {} x ON x.hash = v.hash WHERE r.stage <> 'retired'";

impl Articles {
    /// What all versions that are before the board, or approved by it, rest on. Cost: one pass over what they cite.
    pub fn board_cites(&self) -> Result<BoardCites, LibraryError> {
        let pairs = |columns: &str, table: &str| {
            let from = BEFORE_THE_BOARD.replace("{}", table);
            let mut statement = self.connection.prepare_cached(&format!("SELECT DISTINCT {columns} {from}"))?;
            statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<Vec<_>>>()
        };
        Ok(BoardCites {
            sources: self.db(pairs("x.source, x.bytes", "quotes"))?,
            works: self.db(pairs("x.scheme, x.value", "refers"))?,
        })
    }

    /// The versions before the board that quote one of these sources or refer to one of these works.
    pub fn board_citing(&self, sources: &[String], works: &[(String, String)]) -> Result<Vec<Queued>, LibraryError> {
        let mut found: BTreeMap<VersionKey, Queued> = BTreeMap::new();
        let mut read = || {
            let mut quoting = self.connection.prepare_cached(&format!(
                "{QUEUED} JOIN quotes q ON q.hash = v.hash WHERE r.stage <> 'retired' AND q.source = ?1"
            ))?;
            let mut referring = self.connection.prepare_cached(&format!(
                "{QUEUED} JOIN refers f ON f.hash = v.hash WHERE r.stage <> 'retired' AND f.scheme = ?1 AND f.value = ?2"
            ))?;
            for source in sources {
                for row in quoting.query_map([source], queued)? {
                    let row = row?;
                    found.insert(row.version.clone(), row);
                }
            }
            for (scheme, value) in works {
                for row in referring.query_map([scheme, value], queued)? {
                    let row = row?;
                    found.insert(row.version.clone(), row);
                }
            }
            Ok(())
        };
        self.db(read())?;
        Ok(found.into_values().collect())
    }
}
