//! Articles: what was asked, as an identity with a slug, and its versions, each kept for ever under the hash of its content
//! unless the article is erased.
//!
//! Owns their tables and who they belong to. Who may read or erase one is the business of `board` and `desk`.

mod cited;
mod erase;
mod find;
mod keep;
mod migrate;
mod outline;
mod reads;

pub use erase::Erasure;
pub(crate) use erase::erase_detail;
pub use find::{Erased, Found, Identity, KeptSummary, Version};
pub(crate) use find::{identity_by_id, set_visibility};
pub use keep::Origin;
#[cfg(test)]
pub(crate) use keep::keep_outline;
pub(crate) use keep::{log_kept, next_version};
pub(crate) use migrate::articles_of_0_1;
pub use outline::same_statements;
pub(crate) use outline::{Outline, columns};
pub use reads::Reads;
pub(crate) use reads::{Unwritten, write as write_reads};

use crate::LibraryError;
use crate::schema::{Which, open};
use crate::writer::Writer;
use answering::Body;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The articles of an installation.
pub struct Articles {
    /// Reads; the writer has one of its own.
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) writer: Writer,
}

/// A version of an article, with the article it was found as.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeptArticle {
    /// SHA-256 of its content: its name.
    pub hash: String,
    /// When it was kept, seconds since 1970.
    pub kept_at: i64,
    /// The name of the article in addresses, the same for all its versions.
    pub slug: String,
    /// Which version in this reader's wording, from 1.
    pub number: u32,
    /// Who the article is for.
    pub visibility: Visibility,
    /// Its content.
    pub body: Body,
}

/// Who an article is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Its asker; of nobody's, whoever has the hash of a version.
    Private,
    /// The board too.
    Submitted,
    /// Everyone who may read.
    Published,
}

impl Visibility {
    /// The word for it, as in the database and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Visibility::Private => "private",
            Visibility::Submitted => "submitted",
            Visibility::Published => "published",
        }
    }

    /// The visibility of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Visibility::Private, Visibility::Submitted, Visibility::Published].into_iter().find(|v| v.word() == word)
    }

    /// Out of a row. The table allows no other word; a damaged one shows nothing to anybody else.
    fn of(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Self> {
        Ok(Self::from_word(row.get_ref(column)?.as_str()?).unwrap_or(Visibility::Private))
    }
}

impl Articles {
    /// Opens the articles in `folder`, making an empty store where there is none.
    pub fn open(folder: &Path) -> Result<Self, LibraryError> {
        let path = folder.join("articles.sqlite");
        let connection = open(&path, &Which::Articles)?;
        let writer = Writer::new(&path);
        Ok(Self { connection, path, writer })
    }

    /// The same store with a connection of its own to read by, for another thread; both write through one writer.
    pub fn another(&self) -> Result<Self, LibraryError> {
        let connection = open(&self.path, &Which::Articles)?;
        Ok(Self { connection, path: self.path.clone(), writer: self.writer.clone() })
    }

    pub(crate) fn db<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|error| LibraryError::Database { path: self.path.clone(), error })
    }

    /// Work in a transaction of the writer, with the path for its errors.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LibraryError> {
        let path = self.path.clone();
        self.writer.write(move |c| work(c).map_err(|error| LibraryError::Database { path, error }))
    }
}
