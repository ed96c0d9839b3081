//! One table of errors: stable code, HTTP status, exit status, advice. Pages, APIs and the command line print
//! from it and decide nothing themselves.

use answering::DraftError;
use board::{Denied, PolicyFault, Refused};
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
    /// Nobody's fault: nobody waits for the answer any more.
    #[error("stopped before the answer was there")]
    Stopped,
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
    /// Nobody's fault: an editor took it back.
    #[error("the article {slug} was taken back by its editors")]
    TakenBack {
        /// Its slug.
        slug: String,
    },
    /// The caller's: the rules of review do not allow it now.
    #[error(transparent)]
    Review(#[from] Denied),
    /// The caller's: what is kept for others must not tell who a patient is.
    #[error("{what} seems to hold patient identifiers: {}", .kinds.join(", "))]
    Identifiers {
        /// Which text.
        what: &'static str,
        /// What kinds of them; never the words.
        kinds: Vec<String>,
    },
    /// The caller's to decide: words that might tell who the patient is, and might not.
    #[error("these words of the question might tell who the patient is: {}", .words.join(", "))]
    Suspects {
        /// The words.
        words: Vec<String>,
    },
    /// The caller's mistake.
    #[error(transparent)]
    Policy(#[from] PolicyFault),
    /// The caller's mistake.
    #[error("this is still the question of a patient: it tells {}", .facts.join(", "))]
    OfAPatient {
        /// What it still tells.
        facts: Vec<String>,
    },
    /// The caller's mistake: nothing of the article is left to stand.
    #[error("without the rejected statements nothing is left that answers the question")]
    NothingLeft,
    /// The caller's mistake: a wording that was taken does not pass the checker any more, or what it rests on is gone.
    #[error("the new version would lose statements that nobody rejected: {}", .lost.join("; "))]
    WouldLose {
        /// Each with the reason.
        lost: Vec<String>,
    },
    /// The caller's mistake: nobody said after how many days.
    #[error("neither the call nor the policy says after how many days a private article is erased")]
    NoDays,
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
    /// The caller's mistake.
    #[error("there is no report {0}")]
    NoReport(i64),
    /// The caller's mistake: somebody ended it before.
    #[error("report {0} has ended")]
    ReportEnded(i64),
    /// The caller's mistake.
    #[error("there are no words")]
    EmptyWords,
    /// The caller's: they may not do this.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The caller's: name and password do not go together, or the account is closed. Which of it nobody is told.
    #[error("no account has this name and password")]
    SignInFailed,
    /// The caller's: too many attempts.
    #[error("too many attempts: wait {seconds} s before the next")]
    SignInWait {
        /// How long.
        seconds: i64,
    },
    /// The caller's: far too many attempts.
    #[error("after {} wrong passwords in a row this account takes none", identity::LOCKED_AFTER)]
    SignInLocked,
    /// The caller's: the session ended, or never was.
    #[error("this session is over")]
    SessionOver,
    /// The caller's: unknown, ended or taken back.
    #[error("this API token is not good, or no longer")]
    BadToken,
    /// The caller's mistake.
    #[error("a token needs a scope and 1 to {most} days")]
    BadTokenTerms {
        /// Most days.
        most: u32,
    },
    /// The caller's mistake.
    #[error("there is no API token {0} to take back")]
    NoToken(i64),
    /// The caller's: used, replaced or too old.
    #[error("this link is not good, or no longer")]
    DeadLink,
    /// The caller's mistake.
    #[error("the first administrator says a name to sign in with, and their own")]
    FirstNeedsName,
    /// The caller's mistake: the password may not be used, and why.
    #[error(transparent)]
    Password(#[from] identity::PasswordProblem),
    /// The caller's mistake.
    #[error(transparent)]
    BadName(#[from] identity::BadName),
    /// The caller's mistake.
    #[error("{what} may have {most} characters")]
    LongDetail {
        /// What is too long.
        what: &'static str,
        /// The limit.
        most: usize,
    },
    /// The caller's mistake.
    #[error("nobody here signs in as {0}")]
    NoPerson(String),
    /// The caller's: they sign in elsewhere.
    #[error("you have no password here")]
    NoPassword,
    /// The caller's mistake.
    #[error("the account {0} is closed")]
    Disabled(String),
    /// The caller's: none of their groups has a role here.
    #[error("none of your groups may sign in here")]
    NotVouched,
    /// The caller's: too late, or begun in another browser.
    #[error("this sign-in took too long, or was begun elsewhere")]
    JourneyOver,
    /// The provider's, the operator's or the caller's: see there.
    #[error(transparent)]
    Oidc(#[from] identity::OidcError),
    /// The system's.
    #[error(transparent)]
    NoRandomness(#[from] identity::NoRandomness),
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
    Library(LibraryError),
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

impl From<LibraryError> for DeskError {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Denied(denied) => DeskError::Review(denied),
            other => DeskError::Library(other),
        }
    }
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
            // What proxies write down for a client that left.
            DeskError::Stopped => row("stopped", 499, 1, "Ask again."),
            DeskError::EmptyClaim => row("empty-claim", 400, 2, "Give a sentence to check."),
            DeskError::Retracted(_) => row("retracted", 409, 2, "Check it against a source that stands."),
            DeskError::NoSource(_) => row("no-source", 404, 2, "`curbside sources` lists what the library holds."),
            DeskError::NoStatement { .. } => {
                row("no-statement", 404, 2, "`curbside show SOURCE` lists its statements.")
            }
            DeskError::NoArticle(_) => row("no-article", 404, 2, "Ask the question again."),
            DeskError::Erased { .. } => row("erased", 410, 2, "Ask the question again."),
            DeskError::TakenBack { .. } => row("taken-back", 410, 2, "Ask the question again."),
            DeskError::Review(denied) if denied.by_policy() => {
                row(denied.code(), 403, 7, "`curbside policy show` tells the policy of the board.")
            }
            DeskError::Review(denied) => row(denied.code(), 409, 2, "`curbside review show` tells where it is."),
            DeskError::Identifiers { .. } => {
                row("identifiers", 422, 2, "Take them out: ask the question again without them, or write it otherwise.")
            }
            DeskError::Suspects { .. } => {
                row("suspects", 422, 2, "Ask again without them; or, where they tell nobody, submit it with --looked.")
            }
            DeskError::Policy(_) => {
                row("bad-policy", 400, 2, "`curbside policy show --toml` prints one to start from.")
            }
            DeskError::OfAPatient { .. } => {
                row("of-a-patient", 422, 2, "Ask about the disease and its treatment, not about one patient.")
            }
            DeskError::NothingLeft => row("nothing-left", 409, 2, "Retire the version instead."),
            DeskError::WouldLose { .. } => row(
                "would-lose",
                409,
                2,
                "Look at the statements; decide otherwise on the wordings, or compose it anew.",
            ),
            DeskError::NoDays => row("no-days", 400, 2, "Give --days, or set keeping.private-days in the policy."),
            DeskError::AuditYears { .. } => row("audit-years", 400, 2, "Ask for more years."),
            DeskError::BadCollection(_) => row("bad-collection", 400, 2, "Choose another name."),
            DeskError::NoReport(_) => row("no-report", 404, 2, "`curbside report list --all` lists them."),
            DeskError::ReportEnded(_) => row("report-ended", 409, 2, "Look at it: somebody ended it before."),
            DeskError::EmptyWords => row("empty-words", 400, 2, "Say what it is about."),
            DeskError::Refused(Refused::SignIn) => row("sign-in", 401, 7, "Sign in, then do it again."),
            DeskError::Refused(Refused::Operator) => {
                row("person-needed", 403, 7, "Say who you are: `curbside --as NAME ...`.")
            }
            DeskError::Refused(Refused::NotYours) => row("not-yours", 403, 7, "Ask its owner, or an editor."),
            DeskError::Refused(Refused::Scope) => row("token-scope", 403, 7, "Use a token with the scope it needs."),
            DeskError::Refused(Refused::Role) => row("role", 403, 7, "Ask an administrator for the role it needs."),
            DeskError::SignInFailed => {
                row("sign-in-failed", 401, 7, "Check both; an administrator can make a link to set a new password.")
            }
            DeskError::SignInWait { .. } => row("sign-in-wait", 429, 7, "Wait, then try again."),
            DeskError::SignInLocked => {
                row("sign-in-locked", 429, 7, "Ask an administrator for a link to set a new password.")
            }
            DeskError::SessionOver => row("session-over", 401, 7, "Sign in again."),
            DeskError::BadToken => row("bad-token", 401, 7, "Make a new one: `curbside people token add`."),
            DeskError::BadTokenTerms { .. } => row("token-terms", 400, 2, "Give at least one --scope, and --days."),
            DeskError::NoToken(_) => row("no-token", 404, 2, "`curbside people token list` lists them."),
            DeskError::DeadLink => row("dead-link", 410, 2, "Ask an administrator for a new one."),
            DeskError::FirstNeedsName => row("first-needs-name", 400, 2, "Give --username and --name."),
            DeskError::Password(_) => row("password", 400, 2, "Choose another password."),
            DeskError::BadName(_) => row("bad-name", 400, 2, "Choose another name."),
            DeskError::LongDetail { .. } => row("long-detail", 400, 2, "Say it in fewer words."),
            DeskError::NoPerson(_) => row("no-person", 404, 2, "`curbside people list` lists everyone."),
            DeskError::NoPassword => {
                row("no-password", 403, 7, "Ask an administrator for a link to set one (`curbside people invite`).")
            }
            DeskError::Disabled(_) => row("disabled", 409, 2, "`curbside people enable` opens it again."),
            DeskError::NotVouched => row("not-vouched", 403, 7, "Ask an administrator which group you need."),
            DeskError::JourneyOver => row("journey-over", 400, 7, "Sign in again."),
            DeskError::Oidc(identity::OidcError::Refused(_)) => row("oidc-refused", 403, 7, "Sign in again."),
            DeskError::Oidc(identity::OidcError::Settings(_)) => {
                row("oidc-settings", 500, 1, "Mend [sign-in.oidc] in curbside.toml (docs/people.md).")
            }
            DeskError::Oidc(_) => row("oidc-provider", 502, 1, "Wait for the provider, then sign in again."),
            DeskError::NoRandomness(_) => row("no-randomness", 500, 6, "Mend the system: it gives no random numbers."),
            DeskError::Library(LibraryError::NameTaken { .. }) => {
                row("name-taken", 409, 2, "Choose another name to sign in with.")
            }
            DeskError::Library(LibraryError::LastAdministrator) => {
                row("last-administrator", 409, 2, "Make somebody else an administrator first.")
            }
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
            DeskError::Library(LibraryError::NothingChanged) => {
                row("nothing-changed", 409, 2, "Take a wording, or reject a statement, first.")
            }
            // Told as `Review`.
            DeskError::Library(LibraryError::Denied(denied)) => {
                row(denied.code(), 409, 2, "`curbside review show` tells where it is.")
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
