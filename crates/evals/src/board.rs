//! `evals board`: the board under load, and the cost of keeping many articles up with the library. Both make a data folder of
//! their own with the starter library in it.

use crate::measure::{peak_rss_mb, percentile};
use anyhow::{Context, ensure};
use desk::board::{Actor, Mark, Member, PersonId, Role};
use desk::evidence::PartialDate;
use desk::{Desk, Named, NewPerson, Question, RefreshOptions, StatementName, now};
use serde::Serialize;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Reviewers who mark the same few articles at once, beside people who read them
    Load {
        /// Reviewers
        #[arg(long, default_value_t = 20)]
        writers: usize,
        /// Readers
        #[arg(long, default_value_t = 200)]
        readers: usize,
        /// Articles that they share
        #[arg(long, default_value_t = 10)]
        articles: usize,
        /// For how long
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Many articles before the board, looked at, composed anew, and one retraction
    Refresh {
        /// starter.jsonl: {"text"}
        #[arg(long)]
        questions: PathBuf,
        /// How many articles
        #[arg(long, default_value_t = 10_000)]
        articles: usize,
    },
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    match &args.command {
        Command::Load { writers, readers, articles, seconds } => {
            load(folder.path(), *writers, *readers, *articles, Duration::from_secs(*seconds))
        }
        Command::Refresh { questions, articles } => refresh(folder.path(), questions, *articles),
    }
}

fn person(desk: &mut Desk, username: &str, role: Role) -> anyhow::Result<Actor> {
    let new = NewPerson {
        username: username.to_owned(),
        name: format!("Person {username}"),
        credentials: "MD".to_owned(),
        specialties: Vec::new(),
        conflicts: String::new(),
        roles: [role].into(),
        vouched: None,
    };
    let (person, _) = desk.by(Actor::Operator).add_person(new, now())?;
    Ok(acting(person.id, role))
}

fn acting(id: PersonId, role: Role) -> Actor {
    Actor::Person(Member { id, roles: [role].into(), scopes: None })
}

/// An article asked by an author and put before the board; its hash.
fn submitted(desk: &mut Desk, author: &Actor, question: &str) -> anyhow::Result<Option<String>> {
    let hash = desk.by(author.clone()).ask(&Question::new(question))?.article.hash;
    match desk.by(author.clone()).submit(&Named::new(&hash), true) {
        Ok(_) => Ok(Some(hash)),
        // The library does not answer it: there is nothing to review.
        Err(error) if error.info().code == "no-statements" => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// As many at work at once as a server lets: twice the cores. Without it 220 threads share what the one that commits needs.
struct Gate {
    free: Mutex<usize>,
    left: Condvar,
}

impl Gate {
    fn new() -> Self {
        let most = 2 * std::thread::available_parallelism().map_or(1, usize::from);
        Self { free: Mutex::new(most), left: Condvar::new() }
    }

    fn within<T>(&self, work: impl FnOnce() -> T) -> anyhow::Result<T> {
        let poisoned = |_| anyhow::anyhow!("somebody panicked");
        let mut free =
            self.left.wait_while(self.free.lock().map_err(poisoned)?, |free| *free == 0).map_err(poisoned)?;
        *free -= 1;
        drop(free);
        let done = work();
        *self.free.lock().map_err(|_| anyhow::anyhow!("somebody panicked"))? += 1;
        self.left.notify_one();
        Ok(done)
    }
}

/// Of one kind of work: how often, and how long it took.
#[derive(Serialize, Default)]
struct Times {
    done: u64,
    a_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl Times {
    fn of(mut ms: Vec<f64>, seconds: f64) -> Self {
        Self {
            done: ms.len() as u64,
            a_second: ms.len() as f64 / seconds,
            p50_ms: percentile(&mut ms, 0.50),
            p99_ms: percentile(&mut ms, 0.99),
            max_ms: ms.iter().copied().fold(0.0, f64::max),
        }
    }
}

#[derive(Serialize)]
struct Load {
    writers: usize,
    readers: usize,
    articles: usize,
    seconds: f64,
    /// Changes that were committed.
    commits: Times,
    /// Changes refused because somebody else had changed the review meanwhile; each was looked at again and decided anew.
    changed_meanwhile: u64,
    /// Articles read with their standing.
    reads: Times,
    /// Changes that the reviews hold beyond the first; equal to the commits where none was lost and none doubled.
    held: u64,
    /// Whether the audit trail verifies.
    trail_whole: bool,
    peak_rss_mb: f64,
}

fn load(folder: &Path, writers: usize, readers: usize, articles: usize, time: Duration) -> anyhow::Result<()> {
    let mut desk = Desk::open(folder)?;
    let author = person(&mut desk, "author", Role::Author)?;
    let mut hashes = Vec::new();
    for age in 40.. {
        if hashes.len() == articles {
            break;
        }
        hashes.extend(submitted(
            &mut desk,
            &author,
            &format!("{age}-year-old woman: how is hypomagnesemia evaluated?"),
        )?);
    }
    let mut reviewers = Vec::new();
    for n in 0..writers {
        let reviewer = person(&mut desk, &format!("reviewer{n}"), Role::Reviewer)?;
        for hash in &hashes {
            desk.by(reviewer.clone()).take_review(&Named::new(hash))?;
        }
        reviewers.push(reviewer);
    }
    let changes = |desk: &mut Desk, who: &Actor| -> anyhow::Result<u64> {
        let reviews = hashes.iter().map(|h| desk.by(who.clone()).review(&Named::new(h)));
        Ok(reviews.collect::<Result<Vec<_>, _>>()?.iter().map(|r| u64::from(r.changes)).sum())
    };
    let before = changes(&mut desk, &author)?;
    let (stop, gate) = (AtomicBool::new(false), Gate::new());
    let refused = AtomicU64::new(0);
    let started = Instant::now();
    let (commits, reads) = std::thread::scope(|scope| -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
        let (stop, gate, refused, hashes) = (&stop, &gate, &refused, &hashes);
        let mut writing = Vec::new();
        for (n, reviewer) in reviewers.iter().enumerate() {
            let mut desk = desk.another()?;
            writing.push(scope.spawn(move || write(&mut desk, reviewer, hashes, n, (stop, gate), refused)));
        }
        let mut reading = Vec::new();
        for n in 0..readers {
            let mut desk = desk.another()?;
            let author = author.clone();
            reading.push(scope.spawn(move || read(&mut desk, &author, hashes, n, (stop, gate))));
        }
        std::thread::sleep(time);
        stop.store(true, Ordering::Relaxed);
        let (mut commits, mut reads) = (Vec::new(), Vec::new());
        for thread in writing {
            commits.extend(thread.join().ok().context("a writer panicked")??);
        }
        for thread in reading {
            reads.extend(thread.join().ok().context("a reader panicked")??);
        }
        Ok((commits, reads))
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let held = changes(&mut desk, &author)? - before;
    let report = Load {
        writers,
        readers,
        articles,
        seconds,
        commits: Times::of(commits, seconds),
        changed_meanwhile: refused.into_inner(),
        reads: Times::of(reads, seconds),
        held,
        trail_whole: desk.by(Actor::Operator).audit_verify(None)?.fault.is_none(),
        peak_rss_mb: peak_rss_mb(),
    };
    println(&report)?;
    ensure!(
        report.held == report.commits.done,
        "{} changes are held, {} were committed",
        report.held,
        report.commits.done
    );
    ensure!(report.trail_whole, "the audit trail does not verify");
    Ok(())
}

/// Marks one statement after the other, each on the review as it was last seen.
fn write(
    desk: &mut Desk,
    reviewer: &Actor,
    hashes: &[String],
    first: usize,
    (stop, gate): (&AtomicBool, &Gate),
    refused: &AtomicU64,
) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for n in first.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let hash = &hashes[n % hashes.len()];
        let review = gate.within(|| desk.by(reviewer.clone()).review(&Named::new(hash)))??;
        let place = u32::try_from(n % review.statements.len())? + 1;
        let named = Named { name: hash, reader: None, seen: Some(review.changes) };
        let started = Instant::now();
        let words = format!("Looked at {n} times.");
        let names = [StatementName::Place(place)];
        match gate.within(|| desk.by(reviewer.clone()).mark(&named, &names, Mark::Comment, Some(&words)))? {
            Ok(_) => times.push(started.elapsed().as_secs_f64() * 1000.0),
            Err(error) if error.info().code == "changed" => drop(refused.fetch_add(1, Ordering::Relaxed)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(times)
}

fn read(
    desk: &mut Desk,
    who: &Actor,
    hashes: &[String],
    first: usize,
    (stop, gate): (&AtomicBool, &Gate),
) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for n in first.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let started = Instant::now();
        let reading = gate.within(|| desk.by(who.clone()).read(&hashes[n % hashes.len()], None, None))??;
        ensure!(!reading.standing.approved, "nobody approved it");
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

#[derive(Serialize)]
struct Refreshed {
    articles: usize,
    /// Asking and submitting all of them.
    made_s: f64,
    /// Looking at what each cites.
    quick_s: f64,
    /// Composing each anew as well, on one thread.
    compose_s: f64,
    /// Of these, put back: none should be, nothing changed.
    put_back_before: usize,
    /// A list that retracts one work that some cite.
    standing_s: f64,
    /// A list that retracts nothing that any cites.
    other_standing_s: f64,
    /// Articles put back by the first of them in its one run, and articles that cite the work.
    put_back: usize,
    citing: usize,
    peak_rss_mb: f64,
}

fn refresh(folder: &Path, questions: &Path, articles: usize) -> anyhow::Result<()> {
    let data = folder.join("data");
    let mut desk = Desk::open(&data)?;
    let author = person(&mut desk, "author", Role::Author)?;
    let mut texts = Vec::new();
    for line in BufReader::new(std::fs::File::open(questions)?).lines() {
        let row: serde_json::Value = serde_json::from_str(&line?)?;
        texts.extend(row["text"].as_str().map(str::to_owned));
    }
    ensure!(!texts.is_empty(), "no questions");
    let started = Instant::now();
    let mut citing = std::collections::BTreeMap::<String, usize>::new();
    let mut made = 0;
    // The same questions of patients of other ages: each an article of its own.
    'all: for age in 18..90 {
        for (text, woman) in texts.iter().flat_map(|t| [(t, true), (t, false)]) {
            let who = if woman { "woman" } else { "man" };
            let question = format!("{age}-year-old {who}. {text}");
            let Some(hash) = submitted(&mut desk, &author, &question)? else { continue };
            let body = desk.by(author.clone()).article(&hash)?.body;
            for pmid in body.references.iter().filter_map(|r| r.ids.pmid) {
                *citing.entry(pmid.to_string()).or_default() += 1;
            }
            made += 1;
            if made == articles {
                break 'all;
            }
        }
    }
    let made_s = started.elapsed().as_secs_f64();
    let timed = |desk: &mut Desk, compose| -> anyhow::Result<(f64, usize)> {
        let started = Instant::now();
        let options = RefreshOptions { compose, today: PartialDate::new(2026, Some(11), Some(27)) };
        let report = desk.by(Actor::Operator).refresh(options, |_, _| {})?;
        ensure!(report.looked as usize == made, "{} of {made} looked at", report.looked);
        Ok((started.elapsed().as_secs_f64(), report.reopened()))
    };
    let (quick_s, quick) = timed(&mut desk, false)?;
    let (compose_s, composed) = timed(&mut desk, true)?;
    let list = |name: &str, pmid: &str| -> anyhow::Result<PathBuf> {
        let path = folder.join(name);
        let header = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason";
        std::fs::write(&path, format!("{header}\n1,T,1/2/2026 0:00,,,1/1/2019 0:00,,{pmid},Retraction,+E;\n"))?;
        Ok(path)
    };
    let started = Instant::now();
    desk.standing(&list("none.csv", "1")?, "none", |_| {})?;
    let other_standing_s = started.elapsed().as_secs_f64();
    // A work that some hundred articles cite.
    let (pmid, citing) = citing.into_iter().min_by_key(|(_, n)| n.abs_diff(made / 50)).context("nothing is cited")?;
    let started = Instant::now();
    let report = desk.standing(&list("one.csv", &pmid)?, "one", |_| {})?;
    let standing_s = started.elapsed().as_secs_f64();
    let report = Refreshed {
        articles: made,
        made_s,
        quick_s,
        compose_s,
        put_back_before: quick + composed,
        standing_s,
        other_standing_s,
        put_back: report.to_look_at.iter().filter(|f| f.reopened).count(),
        citing,
        peak_rss_mb: peak_rss_mb(),
    };
    println(&report)
}

fn println(report: &impl Serialize) -> anyhow::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(report)?)?;
    Ok(())
}
