//! The use cases: add, standing, ask, follow, check, search, show, remove, reindex, doctor, people. Command line, pages and APIs call this and nothing else.
//!
//! This crate must not know HTTP or terminals. It decides the order of things; how each is done is the business
//! of the crates below it.

mod add;
mod already;
mod archive;
mod articles;
mod ask;
mod audit;
mod check;
mod citing;
mod doctor;
mod error;
mod follow;
mod full_text;
mod gather;
mod hits;
mod living;
mod look;
mod members;
mod open;
mod order;
mod people;
mod policy;
mod read;
mod refresh;
mod relevance;
mod reports;
mod rerank;
mod reread;
mod review;
mod search;
mod seat;
mod sign_in;
mod standing;
mod starter;
mod studied;
mod tally;
mod told;
mod understand;
mod vouched;

pub use add::{AddOptions, AddReport, Progress, RemoveReport};
pub use already::Already;
pub use archive::{import, restore};
pub use articles::ArticleShown;
pub use ask::{Answer, Question, identifiers, read_case, today};
pub use check::{Checked, Rested, check_against_text};
pub use citing::{Citing, WorkHeld};
pub use doctor::{Health, Leaving, RerankModel};
pub use error::{DeskError, ErrorInfo};
pub use full_text::ARTICLES_READ;
pub use gather::{Gathered, SOURCES_READ};
pub use hits::{Hit, Results, Scores, SearchOptions, Sentence, Step, Word};
pub use living::{Anew, Reason};
pub use look::Shown;
pub use members::{ApprovedArticle, MemberShown};
pub use open::Desk;
pub use people::{NewLink, NewToken, TOKEN_DAYS_MOST};
pub use read::Reading;
pub use refresh::{RefreshOptions, RefreshReport, Refreshed};
pub use relevance::Weighed;
pub use reports::{ReportShown, WORDS_MOST};
pub use rerank::DOCUMENTS_RERANKED;
pub use reread::{SENTENCES_REREAD, reread};
pub use review::{
    ApprovalShown, MarkShown, Named, OtherWording, PersonShown, ProposalShown, QueueEntry, QueueOrder, ReviewShown,
    ReviewStanding, Revision, SourceShown, StatementName, StatementShown, of_a_patient,
};
pub use search::walked;
pub use seat::Seat;
pub use sign_in::{Confirmed, FirstAdministrator, SESSION_IDLE, SESSION_LONGEST, now};
pub use standing::StandingReport;
pub use starter::STARTER_COLLECTION;
pub use studied::Group;
pub use told::{Stage, Tell, Told, silent};
pub use understand::{other_names, understand};
pub use vouched::GroupRoles;

pub use answering::{self, Article, Body, Verified};
pub use board;
pub use clinical::{self, Case, Date, Reader};
pub use evidence::{self, SourceId};
pub use identity::{self, Secret};
pub use library::{
    ArchiveManifest, BackupManifest, Collection, Commits, Correction, Counts, End, Ended, Entry, Erased, Erasure,
    Fault, Filter, Identity, KeptArticle, KeptSummary, Listed, Made, Origin, Pruned, Reads, Report, Snapshot,
    Verification, Version, Visibility, Watch, same_statements,
};
pub use library::{Details, Link, LinkKind, NewPerson, Person, Session, Token};
pub use reading::{self, Problem, pdf::Worker as PdfWorker};
pub use reranking::{self, Reranker};
pub use retrieval;
