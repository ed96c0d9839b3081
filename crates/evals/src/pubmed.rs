//! A synthetic PubMed file: how many records a CPU-second are added, in how much memory.
//!
//! Owns the making of the file: real abstracts, with authors, MeSH headings and identifiers made up around them, in the
//! form of NLM's DTD. The records are not real: only their size and their words are.

use crate::beir::{self, Document};
use crate::measure::{own_mb, peak_rss_mb};
use anyhow::Context;
use cpu_time::ProcessTime;
use desk::{AddOptions, Desk};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Records in one file, as in NLM's baseline.
const RECORDS_A_FILE: u64 = 30_000;

/// See the command line.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Abstracts to make records of, in BEIR form
    #[arg(long)]
    corpus: PathBuf,
    /// How many records
    #[arg(long, default_value_t = 1_000_000)]
    records: u64,
    /// An empty folder for the files and the library
    #[arg(long)]
    folder: PathBuf,
    /// One line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    records: u64,
    files: u64,
    xml_mb: f64,
    gz_mb: f64,
    added: u64,
    unread: u64,
    problems: usize,
    wall_s: f64,
    cpu_s: f64,
    records_per_cpu_s: f64,
    peak_mb: f64,
    /// Memory that no file backs, at each tenth of the records and at the end.
    own_mb: Vec<f64>,
    library_mb: f64,
    passages: u64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let abstracts = beir::corpus(&args.corpus)?;
    anyhow::ensure!(!abstracts.is_empty(), "the corpus is empty");
    let files = args.folder.join("files");
    std::fs::create_dir_all(&files)?;
    let (mut xml, mut made) = (0, 0);
    for number in 0..args.records.div_ceil(RECORDS_A_FILE) {
        let range = number * RECORDS_A_FILE..args.records.min((number + 1) * RECORDS_A_FILE);
        xml += write_file(&files.join(format!("pubmed26n{:04}.xml.gz", number + 1)), range, &abstracts)?;
        made += 1;
    }
    drop(abstracts);
    let gz: u64 = std::fs::read_dir(&files)?.flatten().filter_map(|e| e.metadata().ok()).map(|m| m.len()).sum();

    let mut desk = Desk::open(&args.folder.join("data"))?;
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let options = AddOptions { collection: "pubmed".to_owned(), pdf: None };
    // Looked at each time the number of records has grown by a tenth.
    let (mut own, mut next) = (Vec::new(), 0);
    let report = desk.add(&[files], &options, |progress| {
        if progress.sources >= next {
            own.push(own_mb().round());
            next += (args.records / 10).max(1);
        }
    })?;
    own.push(own_mb().round());
    let (wall_s, cpu_s) = (wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
    let health = desk.doctor(Vec::new())?;
    crate::print(
        &Report {
            records: args.records,
            files: made,
            xml_mb: xml as f64 / 1e6,
            gz_mb: gz as f64 / 1e6,
            added: report.added,
            unread: report.unread,
            problems: report.problems.len(),
            wall_s,
            cpu_s,
            records_per_cpu_s: args.records as f64 / cpu_s,
            peak_mb: peak_rss_mb(),
            own_mb: own,
            library_mb: health.disk_bytes as f64 / 1e6,
            passages: health.passages,
        },
        args.json,
    )
}

/// Writes one file; gives its size unpacked.
fn write_file(path: &Path, records: std::ops::Range<u64>, abstracts: &[Document]) -> anyhow::Result<u64> {
    let file = File::create(path).with_context(|| path.display().to_string())?;
    let mut out = Counted { inner: GzEncoder::new(BufWriter::new(file), Compression::fast()), bytes: 0 };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<PubmedArticleSet>")?;
    for n in records {
        let at = usize::try_from(n)? % abstracts.len();
        record(&mut out, n, &escape(&abstracts[at].title), &escape(&abstracts[at].text))?;
    }
    writeln!(out, "</PubmedArticleSet>")?;
    let bytes = out.bytes;
    out.inner.finish()?.flush()?;
    Ok(bytes)
}

fn record(out: &mut impl Write, n: u64, title: &str, text: &str) -> std::io::Result<()> {
    let (pmid, year, month, day) = (n + 1, 1990 + n % 36, 1 + n % 12, 1 + n % 28);
    writeln!(
        out,
        "<PubmedArticle><MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\"><PMID Version=\"1\">{pmid}</PMID>\
         <DateRevised><Year>2024</Year><Month>{month:02}</Month><Day>{day:02}</Day></DateRevised>\
         <Article PubModel=\"Print\"><Journal><ISSN IssnType=\"Print\">0000-0000</ISSN><JournalIssue CitedMedium=\"Print\">\
         <Volume>{}</Volume><PubDate><Year>{year}</Year><Month>{month:02}</Month></PubDate></JournalIssue>\
         <Title>Synthetic journal {}</Title><ISOAbbreviation>Synth. J.</ISOAbbreviation></Journal>\
         <ArticleTitle>{title} ({pmid}).</ArticleTitle>\
         <ELocationID EIdType=\"doi\" ValidYN=\"Y\">10.5555/synthetic.{pmid}</ELocationID>\
         <Abstract><AbstractText>{text}</AbstractText></Abstract><AuthorList CompleteYN=\"Y\">",
        n % 100,
        n % 977,
    )?;
    for author in 0..6 {
        writeln!(
            out,
            "<Author ValidYN=\"Y\"><LastName>Author{}</LastName><ForeName>Given</ForeName><Initials>G</Initials>\
             <AffiliationInfo><Affiliation>Department of Synthetic Medicine, University {}, Town.</Affiliation></AffiliationInfo></Author>",
            (n * 7 + author) % 9973,
            (n + author) % 389,
        )?;
    }
    writeln!(
        out,
        "</AuthorList><Language>eng</Language><PublicationTypeList><PublicationType UI=\"D016428\">Journal Article</PublicationType>\
         </PublicationTypeList></Article><MedlineJournalInfo><MedlineTA>Synth J</MedlineTA></MedlineJournalInfo><MeshHeadingList>"
    )?;
    for heading in 0..10 {
        writeln!(
            out,
            "<MeshHeading><DescriptorName UI=\"D{0:06}\" MajorTopicYN=\"N\">Heading {0}</DescriptorName></MeshHeading>",
            (n * 13 + heading * 101) % 29_000,
        )?;
    }
    writeln!(
        out,
        "</MeshHeadingList></MedlineCitation><PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>\
         <ArticleId IdType=\"pubmed\">{pmid}</ArticleId><ArticleId IdType=\"doi\">10.5555/synthetic.{pmid}</ArticleId>\
         </ArticleIdList></PubmedData></PubmedArticle>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(buffer)?;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
