//! Arguments, options, help.

use clap::{Args, Parser, Subcommand};
use desk::Reader;
use desk::evidence::Kind;
use std::net::IpAddr;
use std::path::PathBuf;

/// A clinical answer engine over evidence that you trust: cited to the sentence, checked, offline.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  curbside ask \"How is hypomagnesemia evaluated?\"
  curbside add ~/evidence/*.tar.gz --collection trials
  curbside serve

Exit status: 0 done; 1 failed; 2 the call was wrong; 3 the library does not answer the question,
or a checked claim is not supported; 4 some documents could not be read; 5 another curbside is writing, or somebody changed it meanwhile; 6 the data folder is in trouble; 7 you may not."
)]
pub(crate) struct Cli {
    /// Data folder [default: $XDG_DATA_HOME/curbside]
    #[arg(long, global = true, env = "CURBSIDE_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Chat model that arranges the sentences of `ask`, behind an OpenAI-compatible address such as
    /// http://127.0.0.1:8080/v1; none by default. Its key, if any, is read from CURBSIDE_MODEL_KEY. Also `model.url` of
    /// curbside.toml in the data folder (docs/models.md), and CURBSIDE_MODEL_URL
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) model_url: Option<String>,
    /// Name of that model (CURBSIDE_MODEL_NAME)
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) model_name: Option<String>,
    /// Folder of a local model that reads the first documents of `search` [default: `rerank-model` in the data folder, where
    /// it is there; `none` leaves it alone]
    #[arg(long, global = true, env = "CURBSIDE_RERANK_MODEL", value_name = "DIR")]
    pub(crate) rerank_model: Option<PathBuf>,
    /// Let that model word the sentences anew; each is checked, and what does not pass is shown in its source's words
    /// (CURBSIDE_MODEL_WRITE)
    #[arg(long, global = true)]
    pub(crate) model_write: bool,
    /// Person who acts, with the password in CURBSIDE_PASSWORD or asked for; the operator where nobody is named. An API token in
    /// CURBSIDE_TOKEN acts for its owner
    #[arg(long = "as", global = true, env = "CURBSIDE_AS", value_name = "NAME")]
    pub(crate) as_person: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer a question from the library
    Ask(Ask),
    /// Check a claim, or every sentence of a text, against evidence
    Check(CheckArgs),
    /// Show what is read out of a question
    Case(CaseArgs),
    /// List, show and erase kept articles
    Articles(crate::articles::Arguments),
    /// Review articles: submit, take, mark, sign, publish
    Review(crate::review::Review),
    /// Show or set the policy of the board
    Policy(crate::review::Policy),
    /// Examine the audit trail: who did what, and whether anything was changed since
    Audit(crate::audit::Arguments),
    /// Read files, folders and archives into the library
    Add(Add),
    /// Read a list of retractions, corrections and expressions of concern
    Standing(Standing),
    /// Forget sources
    Remove(Remove),
    /// List the collections
    Collections(Collections),
    /// List sources
    Sources(Sources),
    /// Show a source, or one statement of it highlighted
    Show(Show),
    /// Hold the articles of the board against the library as it is now
    Refresh(crate::refresh::Arguments),
    /// Report a problem with an article, answer reports, read the corrections log
    Report(crate::report::Arguments),
    /// Find sources by words
    Search(Search),
    /// Write, check and preview evidence digests
    Digest(DigestArgs),
    /// Keep people: accounts, roles, passwords, tokens
    People(crate::people::People),
    /// Copy everything into a folder, while others go on reading and writing
    Backup(crate::archive::Backup),
    /// Write everything to one documented file that other programs can read
    Export(crate::archive::Export),
    /// Make a new data folder (--data) of such a file
    Import(crate::archive::Import),
    /// Make a new data folder (--data) of a backup
    Restore(crate::archive::Restore),
    /// Build the index anew from the library
    Reindex,
    /// Tell versions, what is held, and what may leave the machine
    Doctor(Doctor),
    /// Print the configuration and where each value is from
    Config(crate::config::Arguments),
    /// Serve pages to a browser
    Serve(Serve),
    /// Read one PDF from standard input (for `add`)
    #[command(hide = true, name = crate::adding::PDF_CHILD)]
    ReadPdf,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  curbside ask \"67F mCRC, BRAF V600E, progressed on FOLFOX, ECOG 1: what next?\"
  curbside ask --json \"How is hypermagnesemia treated?\" | jq .body.bottom_line
  curbside ask --follow 3f9c21ab \"what if KRAS is mutant?\"
  curbside ask --reader patient \"How is high blood pressure in pregnancy treated?\"
  curbside ask - < question.txt")]
pub(crate) struct Ask {
    /// The question; `-` reads it from standard input
    pub(crate) question: String,
    /// The question follows this article: its hash, or the first 8 digits of it or more
    #[arg(long, value_name = "ARTICLE")]
    pub(crate) follow: Option<String>,
    /// Whom the wording is for: clinician, trainee or patient. Facts, figures and denials are the same [default: clinician, or the
    /// reader of the article followed]
    #[arg(long, value_name = "READER")]
    pub(crate) reader: Option<Reader>,
    /// Print the whole article with spans and provenance as JSON
    #[arg(long, conflicts_with = "markdown")]
    pub(crate) json: bool,
    /// Print Markdown
    #[arg(long)]
    pub(crate) markdown: bool,
    /// Print what stands behind too: what hangs on facts that the question does not tell, and background
    #[arg(long)]
    pub(crate) all: bool,
    /// Also write a page that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print each sentence that a model words to standard error as soon as it is checked, before the article is whole
    #[arg(long)]
    pub(crate) live: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Numbers with their units, names, populations, negation, direction and force must agree; docs/checking.md tells how. A text is
checked sentence by sentence: against the sources it cites as [PMC4389469] or [digest:ID#STATEMENT], any other sentence
against what the library finds for it. Exit status 3 when something is not supported.

Examples:
  curbside check --claim \"Give magnesium 2000 mg IV.\" --evidence guideline.txt
  curbside check --claim \"...\" --evidence 'digest:magnesium-disorders#mg-femg-cutoff'
  curbside check draft.md --json | jq '.[] | select(.verdict != \"supported\")'")]
pub(crate) struct CheckArgs {
    /// Text to check, Markdown or plain
    #[arg(conflicts_with = "claim", required_unless_present = "claim")]
    pub(crate) text: Option<PathBuf>,
    /// One claim to check
    #[arg(long, requires = "evidence", value_name = "SENTENCE")]
    pub(crate) claim: Option<String>,
    /// A file, a source id, or ID#STATEMENT, or ID@START-END
    #[arg(long, requires = "claim", value_name = "FILE|ID")]
    pub(crate) evidence: Option<String>,
    /// Print JSON, as docs/checking.md describes it
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CaseArgs {
    /// The question; `-` reads it from standard input
    pub(crate) question: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Reads JATS, PubMed, Bookshelf and drug label (SPL) XML, ClinicalTrials.gov JSON, PDF, Word, web pages, Markdown, text,
evidence digests and BEIR corpus.jsonl, plain or in .gz, .xz, .tar and .zip. The format is told by content. The same
bytes again change nothing, a newer version replaces the old, and several files of one work make one source.

Examples:
  curbside add articles/ guideline.pdf
  curbside add pubmed26n0001.xml.gz --collection pubmed --problems problems.jsonl
  curbside add --watch /srv/evidence")]
pub(crate) struct Add {
    /// Files, folders and archives
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Part of the library the sources go to
    #[arg(long, default_value = "default")]
    pub(crate) collection: String,
    /// Write every problem as one JSON line to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) problems: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Go on adding what appears or changes there, until stopped; what vanishes stays in the library
    #[arg(long)]
    pub(crate) watch: bool,
    /// Seconds between two looks
    #[arg(long, default_value_t = 5, requires = "watch")]
    pub(crate) every: u64,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Reads a CSV in the form of the Retraction Watch data, plain or in .gz. A list read again under its name replaces what it
said before. Standing is told by PMID and DOI, also for works that are not held but that a digest cites.

Example:
  curbside standing retraction_watch.csv")]
pub(crate) struct Standing {
    /// The list
    pub(crate) path: PathBuf,
    /// The name it is kept under
    #[arg(long, default_value = "retraction-watch")]
    pub(crate) list: String,
    /// Write every problem as one JSON line to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) problems: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Collections {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// Source ids, as `curbside sources` prints them
    #[arg(required = true)]
    pub(crate) ids: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Sources {
    /// Part of a title or id
    #[arg(default_value = "")]
    pub(crate) query: String,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  curbside show PMC4389469
  curbside show 'digest:magnesium-disorders#mg-femg-cutoff'
  curbside show PMC4389469@1200-1310")]
pub(crate) struct Show {
    /// A source id, or ID#STATEMENT, or ID@START-END in bytes
    pub(crate) id: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Gives the best passages with their best sentences, at most two passages of a source. Other names of what is asked for are
looked for too and count for less. A years' filter leaves out sources without a date.

Kinds: guideline, meta-analysis, systematic-review, randomized-trial, non-randomized-trial, observational-study, label,
narrative-review, case-report, digest, consumer-information, other.

Examples:
  curbside search \"cetuximab hypomagnesemia\" --kind guideline,randomized-trial --from 2015
  curbside search --explain \"heart attack aspirin\" --collection trials
  curbside search --json \"BRAF V600E\" | jq -r '.hits[].source'")]
pub(crate) struct Search {
    /// Words to find; a whole question will do
    pub(crate) query: String,
    /// At most so many passages
    #[arg(long, default_value_t = 10)]
    pub(crate) limit: usize,
    /// Only this collection
    #[arg(long, value_name = "NAME")]
    pub(crate) collection: Option<String>,
    /// Only these kinds, with commas between
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    pub(crate) kind: Vec<Kind>,
    /// Only from this year on
    #[arg(long, value_name = "YEAR")]
    pub(crate) from: Option<u16>,
    /// Only up to this year
    #[arg(long, value_name = "YEAR")]
    pub(crate) to: Option<u16>,
    /// Leave out sources that say they are about others: children, adults, aged, pregnant, female, male
    #[arg(long, value_name = "GROUP")]
    pub(crate) population: Option<desk::Group>,
    /// Print JSON, as docs/search.md describes it
    #[arg(long)]
    pub(crate) json: bool,
    /// Tell how each score came about
    #[arg(long, conflicts_with = "json")]
    pub(crate) explain: bool,
}

fn kind(word: &str) -> Result<Kind, String> {
    let words = || Kind::ALL.map(Kind::word).join(", ");
    Kind::from_word(word.trim()).ok_or_else(|| format!("no such kind; the kinds are {}", words()))
}

#[derive(Debug, Args)]
pub(crate) struct DigestArgs {
    #[command(subcommand)]
    pub(crate) command: DigestCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DigestCommand {
    /// Write a digest to start from
    New {
        /// The file to write; must not exist
        path: PathBuf,
        /// Its title
        #[arg(long, default_value = "Title of the topic")]
        title: String,
    },
    /// Say what is wrong, with line and column
    Lint {
        /// Digests
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Also fail on names the lexicon does not know and on amounts without number or unit
        #[arg(long)]
        strict: bool,
    },
    /// Show a digest as its statements will be read
    Preview {
        /// A digest
        path: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Everything else is `[server]` of curbside.toml in the data folder, or CURBSIDE_SERVER_... in the environment:
docs/operations.md. `curbside config check` prints what holds.")]
pub(crate) struct Serve {
    /// Address to listen on; anything but this machine opens Curbside to the network [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) host: Option<IpAddr>,
    /// Port; 0 takes any free one [default: 8787]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// What stands before every path, as /curbside, behind a proxy that serves other things too
    #[arg(long, value_name = "PATH")]
    pub(crate) base_path: Option<String>,
    /// The address that browsers see: scheme and host, without the base path
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
}
