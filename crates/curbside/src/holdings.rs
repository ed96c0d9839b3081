//! What is held: `sources`, `show`, `collections`, `remove`, `doctor`.

use crate::args::{Cli, Collections, Doctor, Remove, Show, Sources};
use crate::commands::{model, open, reranker};
use crate::config;
use crate::people::seat;
use crate::print::{self, Style};
use desk::{Leaving, SourceId};
use std::process::ExitCode;

pub(crate) fn collections(cli: &Cli, args: &Collections) -> anyhow::Result<ExitCode> {
    let collections = seat(cli, &mut open(cli)?)?.for_reading()?.collections()?;
    if args.json {
        print::json(&collections)?;
        return Ok(ExitCode::SUCCESS);
    }
    for c in &collections {
        let newest = c.newest.map_or("undated".to_owned(), |d| format!("newest {d}"));
        let fallen = if c.not_current > 0 { format!("; {} not current", c.not_current) } else { String::new() };
        let size = c.text_bytes as f64 / 1e6;
        print::line(&format!("{}  {} sources, {size:.1} MB of text, {newest}{fallen}", c.name, c.sources))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn remove(cli: &Cli, remove: &Remove) -> anyhow::Result<ExitCode> {
    let ids = remove.ids.iter().map(|id| id.parse()).collect::<Result<Vec<SourceId>, _>>()?;
    let report = seat(cli, &mut open(cli)?)?.for_sources()?.remove(&ids)?;
    print::line(&format!("{} removed. Snapshot {}.", ids.len(), report.snapshot.id))?;
    crate::refresh::to_look_at(&report.to_look_at)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn sources(cli: &Cli, args: &Sources) -> anyhow::Result<ExitCode> {
    let listed = seat(cli, &mut open(cli)?)?.for_reading()?.sources(&args.query, args.limit)?;
    if args.json {
        print::json(&listed)?;
    } else {
        for s in &listed {
            let year = s.year.map(|y| format!(", {y}")).unwrap_or_default();
            print::line(&format!(
                "{}  {} ({}{year}; {}; {})",
                s.id,
                s.title,
                s.kind.label(),
                s.collection,
                s.standing.word()
            ))?;
        }
        if listed.len() == args.limit {
            print::complain(&format!("the first {} are shown; --limit N shows more", args.limit));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn show(cli: &Cli, args: &Show) -> anyhow::Result<ExitCode> {
    let shown = seat(cli, &mut open(cli)?)?.for_reading()?.show(&args.id)?;
    let source = &shown.source;
    if args.json {
        print::json(source)?;
        return Ok(ExitCode::SUCCESS);
    }
    let style = Style::of_stdout();
    print::line(&style.bold(&source.title))?;
    let year = source.year().map(|y| format!(", {y}")).unwrap_or_default();
    print::line(&style.quiet(&format!(
        "{}{year}; {}; {} (by {}: {})",
        source.kind.label(),
        shown.standing.word(),
        source.id,
        source.kind_basis.from,
        source.kind_basis.words
    )))?;
    let licence =
        source.licence.as_ref().map_or("not stated", |l| if l.name.is_empty() { "own terms" } else { &l.name });
    print::line(&style.quiet(&format!("Collection {}; licence {licence}", shown.collection)))?;
    for notice in &shown.notices {
        let date = notice.date.map(|d| format!(" of {d}")).unwrap_or_default();
        let by = notice.by.pmid.map(|p| format!(", PMID {p}")).or(notice.by.doi.as_ref().map(|d| format!(", doi:{d}")));
        let note = if notice.note.is_empty() { String::new() } else { format!(": {}", notice.note) };
        print::line(&style.bold(&format!("{}{date}{}{note}", notice.kind.label(), by.unwrap_or_default())))?;
    }
    for (at, part) in shown.made.documents.iter().enumerate().filter(|_| shown.made.documents.len() > 1) {
        let fields: Vec<&str> = shown.made.fields.iter().filter(|(_, d)| **d == at).map(|(f, _)| f.as_str()).collect();
        let gives = if fields.is_empty() { "what the others give too".to_owned() } else { fields.join(", ") };
        print::line(&style.quiet(&format!("  from {} ({}): {gives}", part.origin, part.format)))?;
    }
    let mut heading: &[String] = &[];
    for passage in &source.passages {
        if shown.highlight.is_some_and(|h| !passage.span.contains(h)) {
            continue;
        }
        if passage.heading != heading {
            heading = &passage.heading;
            print::line(&format!("\n{}", style.bold(&heading.join(" \u{203a} "))))?;
        }
        let text = source.slice(passage.span);
        let marked = shown.highlight.and_then(|h| {
            let (start, end) = (h.start() - passage.span.start(), h.end() - passage.span.start());
            Some(format!("{}{}{}", text.get(..start)?, style.mark(text.get(start..end)?), text.get(end..)?))
        });
        print::line(&format!("\n{}", marked.as_deref().unwrap_or(text)))?;
        let digest = passage.statements.iter().filter_map(|s| s.marks.as_deref());
        for marks in digest {
            let when = marks.when.as_ref().map(|c| format!("; if {}", c.describe())).unwrap_or_default();
            let unless = marks.unless.as_ref().map(|c| format!("; not if {}", c.describe())).unwrap_or_default();
            print::line(&style.quiet(&format!("  #{} {}{when}{unless}", marks.id, marks.role.word())))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn doctor(cli: &Cli, args: &Doctor) -> anyhow::Result<ExitCode> {
    let leaving = model(cli)?.map(|m| Leaving {
        what: "questions without patient identifiers, and the statements that may answer them".to_owned(),
        to: m.address().to_owned(),
    });
    let provider = config::load(cli, None)?.config.sign_in.oidc.map(|o| Leaving {
        what: "at each sign-in through it, that somebody signs in here, and this installation's name and secret there"
            .to_owned(),
        to: o.issuer,
    });
    let mut desk = open(cli)?;
    // A model that cannot be used is one of the things to be told, not a reason to tell nothing.
    let rerank = reranker(cli);
    if let Ok(Some(model)) = &rerank {
        desk = desk.with_reranker(model.clone());
    }
    let health = desk.doctor(leaving.into_iter().chain(provider).collect())?;
    if args.json {
        print::json(&health)?;
        return Ok(ExitCode::SUCCESS);
    }
    let counted = |list: &[(String, u64)]| {
        list.iter()
            .map(|(name, n)| format!("{} {n}", if name.is_empty() { "none recognised" } else { name }))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let c = &health.counts;
    print::line(&format!("curbside {}", health.version))?;
    print::line(&format!("data folder   {} ({:.1} MB)", health.folder.display(), health.disk_bytes as f64 / 1e6))?;
    print::line(&format!("snapshot      {}", health.snapshot.id))?;
    print::line(&format!("newest source {}", health.snapshot.newest.map_or("none".to_owned(), |d| d.to_string())))?;
    print::line(&format!("sources       {} ({:.1} MB of text)", c.sources, c.text_bytes as f64 / 1e6))?;
    print::line(&format!("documents     {} that make them: {}", c.documents, counted(&c.by_format)))?;
    print::line(&format!("  by kind       {}", counted(&c.by_kind)))?;
    print::line(&format!("  by collection {}", counted(&c.by_collection)))?;
    print::line(&format!("  by licence    {}", counted(&c.by_licence)))?;
    let not_current = if c.by_standing.is_empty() { "none".to_owned() } else { counted(&c.by_standing) };
    print::line(&format!("  not current   {not_current}"))?;
    print::line(&format!("notices       {} about works held here or not", c.notices))?;
    let state = if health.index_current { "current" } else { "behind the library; run `curbside reindex`" };
    print::line(&format!("index         {} passages, {state}", health.passages))?;
    print::line(&format!("articles      {}", health.articles))?;
    match (&health.rerank_model, &rerank) {
        (_, Err(error)) => print::line(&format!("rerank model  {error}"))?,
        (Some(m), _) => print::line(&format!("rerank model  {} ({}) in {}", m.name, m.licence, m.folder.display()))?,
        (None, _) => print::line("rerank model  none")?,
    }
    if health.leaving.is_empty() {
        print::line("may leave this machine: nothing. No connector and no model endpoint is configured.")?;
    }
    for leaving in &health.leaving {
        print::line(&format!("may leave this machine: {} to {}", leaving.what, leaving.to))?;
    }
    Ok(ExitCode::SUCCESS)
}
