//! One table of errors: stable code, HTTP status, exit status, advice. Pages, APIs and the command line print
//! from it and decide nothing themselves.

use answering::DraftError;
use board::Refused;
use clinical::Date;
use library::LibraryError;
use reranking::RerankError;
use retrieval::IndexError;

/// Why a use case did not end. Nothing kept before is lost in any of them.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The asker's mistake.
    #[error("the question is empty")]
    EmptyQuestion,
    /// The asker's mistake.
    #[error("the question is {bytes} bytes long, the most is {most}")]
    LongQuestion {
        /// Its length.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// The caller's mistake.
    #[error("there is no claim to check")]
    EmptyClaim,
    /// The caller's mistake: a retracted source supports nothing.
    #[error("{0} is retracted")]
    Retracted(String),
    /// The caller's mistake.
    #[error("there is no source {0} in the library")]
    NoSource(String),
    /// The caller's mistake.
    #[error("there is no statement {statement} in {source_id}")]
    NoStatement {
        /// The source.
        source_id: String,
        /// The statement asked for.
        statement: String,
    },
    /// The caller's mistake.
    #[error("there is no article {0}")]
    NoArticle(String),
    /// Nobody's fault: somebody who may erased it.
    #[error("the article {slug} was erased{}", .on.map_or(String::new(), |d| format!(" on {d}")))]
    Erased {
        /// Its slug.
        slug: String,
        /// When.
        on: Option<Date>,
    },
    /// The caller's mistake: the trail is kept for longer.
    #[error("the audit trail is kept for {least} years at least, not {years}")]
    AuditYears {
        /// What was asked for.
        years: u32,
        /// What is allowed.
        least: u32,
    },
    /// The caller's mistake.
    #[error("{0:?} is not a collection name: 1 to 64 letters, digits, '-' or '_'")]
    BadCollection(String),
    /// The caller's: they may not do this.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Ours: a starter digest that ships with the binary cannot be read.
    #[error("the starter digest {name} cannot be read: {reason}")]
    Starter {
        /// Which digest.
        name: String,
        /// The first problem.
        reason: String,
    },
    /// The library: see there.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The index: see there.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The composer: see there.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The local model of the quality tier: see there.
    #[error(transparent)]
    Rerank(#[from] RerankError),
}

/// What the outside is told about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorInfo {
    /// Stable name, for programs.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Exit status of the command line.
    pub exit: u8,
    /// What to do next.
    pub advice: &'static str,
}

impl DeskError {
    /// The table.
    pub fn info(&self) -> ErrorInfo {
        let row = |code, status, exit, advice| ErrorInfo { code, status, exit, advice };
        match self {
            DeskError::EmptyQuestion => row("empty-question", 400, 2, "Type a question."),
            DeskError::LongQuestion { .. } => {
                row("long-question", 413, 2, "Shorten the question to what decides the answer.")
            }
            DeskError::EmptyClaim => row("empty-claim", 400, 2, "Give a sentence to check."),
            DeskError::Retracted(_) => row("retracted", 409, 2, "Check it against a source that stands."),
            DeskError::NoSource(_) => row("no-source", 404, 2, "`curbside sources` lists what the library holds."),
            DeskError::NoStatement { .. } => {
                row("no-statement", 404, 2, "`curbside show SOURCE` lists its statements.")
            }
            DeskError::NoArticle(_) => row("no-article", 404, 2, "Ask the question again."),
            DeskError::Erased { .. } => row("erased", 410, 2, "Ask the question again."),
            DeskError::AuditYears { .. } => row("audit-years", 400, 2, "Ask for more years."),
            DeskError::BadCollection(_) => row("bad-collection", 400, 2, "Choose another name."),
            DeskError::Refused(Refused::SignIn) => row("sign-in", 401, 7, "Sign in, then do it again."),
            DeskError::Refused(Refused::Operator) => {
                row("person-needed", 403, 7, "Say who you are: `curbside --as NAME ...`.")
            }
            DeskError::Refused(Refused::NotYours) => row("not-yours", 403, 7, "Ask its owner, or an editor."),
            DeskError::Refused(Refused::Scope) => row("token-scope", 403, 7, "Use a token with the scope it needs."),
            DeskError::Refused(Refused::Role) => row("role", 403, 7, "Ask an administrator for the role it needs."),
            DeskError::Starter { .. } => row("starter-digest", 500, 1, "This is a fault in Curbside: report it."),
            DeskError::Library(LibraryError::Busy { .. }) => {
                row("busy", 503, 5, "Wait for the other writer, then run it again.")
            }
            DeskError::Library(LibraryError::Disk { .. }) => {
                row("disk", 500, 6, "Check the path, its permissions and the free space.")
            }
            DeskError::Library(LibraryError::Database { .. }) => {
                row("database", 500, 6, "Check the disk; `curbside doctor` tells more.")
            }
            DeskError::Library(LibraryError::Version { .. }) => {
                row("version", 500, 6, "Use the newest Curbside on this data folder.")
            }
            DeskError::Library(LibraryError::Damaged { .. }) => {
                row("damaged", 500, 6, "Restore a backup, or add the sources to a new data folder.")
            }
            DeskError::Library(LibraryError::NotEmpty { .. }) => {
                row("not-empty", 409, 2, "Name a folder that is new or empty.")
            }
            DeskError::Library(LibraryError::BadArchive { .. }) => {
                row("bad-archive", 422, 6, "Nothing was changed. Use another backup or archive.")
            }
            DeskError::Library(LibraryError::WriterStopped { .. }) => {
                row("writer-stopped", 500, 6, "This is a fault in Curbside: start it again, and report it.")
            }
            DeskError::Library(LibraryError::Changed { .. }) => {
                row("changed", 409, 5, "Look at it again, then decide again.")
            }
            DeskError::Index(_) => row("index", 500, 6, "Run `curbside reindex`."),
            DeskError::Rerank(_) => {
                row("rerank-model", 500, 6, "Make its folder anew (docs/search.md), or take it away: it is not needed.")
            }
            DeskError::Draft(_) => row("drafter", 502, 1, "Ask again, or ask without a model."),
        }
    }
}
