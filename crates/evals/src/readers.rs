//! `evals readers`: grades of reading of the article on each starter topic, for a patient, a trainee and a clinician; what is
//! left in the source's own words, and what a patient is not shown.

use anyhow::Context;
use desk::answering::{Body, Grades, Outcome};
use desk::{Desk, Question, Reader};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Lines {"topic", "text"}
    #[arg(long, default_value = "evals/data/readers.jsonl")]
    file: PathBuf,
    /// Also write every article as Markdown into this folder
    #[arg(long, value_name = "DIR")]
    articles: Option<PathBuf>,
    /// Print JSON on one line
    #[arg(long)]
    json: bool,
}

/// The grade that patients' articles should not pass.
const TARGET: f64 = 8.0;

#[derive(Deserialize)]
struct Item {
    topic: String,
    text: String,
}

#[derive(Serialize)]
struct Topic {
    topic: String,
    answered: bool,
    patient: Option<Grades>,
    clinician: Option<Grades>,
    trainee: Option<Grades>,
    /// Lines that a patient is shown, headings of a sequence left out.
    lines: usize,
    /// Of those, lines in the plain wording of their digest; the others fell back on the glossary.
    plain_wordings: usize,
    /// Lines left in the source's own words because the checker refused the others.
    own_words: usize,
    trainee_own_words: usize,
    /// Lines that were worded and then did not pass the checker of the whole article: none is expected.
    dropped: usize,
    /// Statements that the clinician is shown and the patient is not: those on doses.
    left_out: Vec<String>,
}

#[derive(Default, Serialize)]
struct Report {
    topics: Vec<Topic>,
    /// Topics at or below the target by Flesch-Kincaid, all sentences read.
    at_most_8_flesch_kincaid: usize,
    at_most_8_coleman_liau: usize,
    at_most_8_evidence_flesch_kincaid: usize,
    mean_patient: f64,
    mean_patient_evidence: f64,
    mean_clinician: f64,
    lines: usize,
    plain_wordings: usize,
    own_words: usize,
    glossary_terms: usize,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::open(folder.path())?;
    let text = std::fs::read_to_string(&args.file).with_context(|| args.file.display().to_string())?;
    let mut report = Report { glossary_terms: desk::clinical::glossary::terms().len(), ..Report::default() };
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let item: Item = serde_json::from_str(line)?;
        let mut ask = |reader: Reader| desk.ask(&Question { reader, ..Question::new(&item.text) });
        let patient = ask(Reader::Patient)?;
        let clinician = ask(Reader::Clinician)?;
        let trainee = ask(Reader::Trainee)?;
        if let Some(folder) = &args.articles {
            std::fs::create_dir_all(folder)?;
            for answer in [&patient, &clinician, &trainee] {
                let body = &answer.article.body;
                let page = desk::answering::markdown(body, &answer.article.hash);
                std::fs::write(folder.join(format!("{}-{}.md", item.topic, body.reader)), page)?;
            }
        }
        let kept = |body: &Body| body.guide.as_ref().map_or(0, |g| g.in_own_words_of_source);
        let shown = statements(&patient.article.body);
        let body = &patient.article.body;
        report.topics.push(Topic {
            topic: item.topic,
            answered: body.outcome == Outcome::Answered,
            patient: patient.readability,
            clinician: clinician.readability,
            trainee: trainee.readability,
            lines: body.lines().filter(|l| l.sees.is_none()).count(),
            plain_wordings: body.guide.as_ref().map_or(0, |g| g.plain_wordings),
            own_words: kept(body),
            trainee_own_words: kept(&trainee.article.body),
            dropped: patient.dropped.len() + trainee.dropped.len(),
            left_out: statements(&clinician.article.body).difference(&shown).cloned().collect(),
        });
    }
    sum(&mut report);
    crate::print(&report, args.json)
}

fn sum(report: &mut Report) {
    let topics = &report.topics;
    let count = |of: &dyn Fn(&Grades) -> f64| {
        topics.iter().filter_map(|t| t.patient.as_ref()).filter(|g| of(g) <= TARGET).count()
    };
    let mean = |of: &dyn Fn(&Topic) -> Option<f64>| {
        let all: Vec<f64> = topics.iter().filter_map(of).collect();
        (all.iter().sum::<f64>() / all.len().max(1) as f64 * 100.0).round() / 100.0
    };
    let (fk, cl) = (count(&|g| g.flesch_kincaid), count(&|g| g.coleman_liau));
    let evidence = count(&|g| g.evidence_flesch_kincaid);
    let patient = mean(&|t| t.patient.map(|g| g.flesch_kincaid));
    let of_evidence = mean(&|t| t.patient.map(|g| g.evidence_flesch_kincaid));
    let clinician = mean(&|t| t.clinician.map(|g| g.flesch_kincaid));
    let (lines, own) = (topics.iter().map(|t| t.lines).sum(), topics.iter().map(|t| t.own_words).sum());
    report.at_most_8_flesch_kincaid = fk;
    report.at_most_8_coleman_liau = cl;
    report.at_most_8_evidence_flesch_kincaid = evidence;
    report.mean_patient = patient;
    report.mean_patient_evidence = of_evidence;
    report.mean_clinician = clinician;
    report.plain_wordings = topics.iter().map(|t| t.plain_wordings).sum();
    report.lines = lines;
    report.own_words = own;
}

/// Ids of the statements an article shows.
fn statements(body: &Body) -> BTreeSet<String> {
    body.lines().flat_map(|l| &l.citations).filter_map(|c| c.statement.clone()).collect()
}
