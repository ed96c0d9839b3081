//! Which versions rest on a source or refer to a work: one look-up each.

use super::Articles;
use crate::LibraryError;
use crate::works::strong;
use evidence::{Identifiers, SourceId};
use std::collections::BTreeSet;

impl Articles {
    /// The versions that quote this source, each with the SHA-256 of the bytes it was read from then.
    pub fn citing(&self, source: &SourceId) -> Result<Vec<(String, String)>, LibraryError> {
        let mut statement = self.db(self
            .connection
            .prepare_cached("SELECT hash, bytes FROM quotes WHERE source = ?1 ORDER BY hash, bytes"))?;
        let rows = self.db(statement.query_map([source.as_str()], |r| Ok((r.get(0)?, r.get(1)?))))?;
        self.db(rows.collect())
    }

    /// The versions with a reference that has one of these identifiers, whether its text is held or not.
    pub fn citing_identifiers(&self, ids: &Identifiers) -> Result<BTreeSet<String>, LibraryError> {
        let mut statement =
            self.db(self.connection.prepare_cached("SELECT hash FROM refers WHERE scheme = ?1 AND value = ?2"))?;
        let mut out = BTreeSet::new();
        for (scheme, value) in strong(ids) {
            let rows = self.db(statement.query_map([scheme, value.as_str()], |r| r.get(0)))?;
            out.extend(self.db(rows.collect::<rusqlite::Result<Vec<String>>>())?);
        }
        Ok(out)
    }

    /// Every source that a version quotes.
    pub fn quoted_sources(&self) -> Result<Vec<String>, LibraryError> {
        let mut statement = self.db(self.connection.prepare_cached("SELECT DISTINCT source FROM quotes ORDER BY 1"))?;
        let rows = self.db(statement.query_map([], |r| r.get(0)))?;
        self.db(rows.collect())
    }
}
