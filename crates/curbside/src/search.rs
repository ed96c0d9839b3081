//! `curbside search`: results in the terminal, or as JSON.

use crate::args::{Cli, Search};
use crate::commands::{open_with_reranker, priors};
use crate::people::seat;
use crate::print::{self, Style};
use desk::evidence::Standing;
use desk::{Hit, Results, SearchOptions, Sentence};
use std::process::ExitCode;

pub(crate) fn run(cli: &Cli, args: &Search) -> anyhow::Result<ExitCode> {
    let options = SearchOptions {
        collection: args.collection.clone(),
        kinds: args.kind.clone(),
        from: args.from,
        to: args.to,
        population: args.population,
        priors: priors(cli)?,
        limit: args.limit,
        ..SearchOptions::default()
    };
    let results = seat(cli, &mut open_with_reranker(cli)?)?.for_reading()?.search(&args.query, &options)?;
    if args.json {
        print::json(&results)?;
        return Ok(ExitCode::SUCCESS);
    }
    let style = Style::of_stdout();
    if args.explain {
        print::line(&format!("Looked for {}.\n", words(&results)))?;
    }
    if results.hits.is_empty() {
        print::line("Nothing found.")?;
    }
    for (at, hit) in results.hits.iter().enumerate() {
        print::line(&told(at + 1, hit, style, args.explain))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The words looked for, with what each counts; synonyms in brackets.
fn words(results: &Results) -> String {
    let word = |w: &desk::Word| match w.synonym {
        true => format!("({} {:.2})", w.stem, w.weight),
        false => format!("{} {:.2}", w.stem, w.weight),
    };
    results.words.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn told(number: usize, hit: &Hit, style: Style, explain: bool) -> String {
    let mut lines = vec![format!("{number:>2}. {}", style.bold(&hit.title))];
    lines.push(style.quiet(&format!("    {}", origin(hit))));
    if !hit.heading.is_empty() {
        lines.push(style.quiet(&format!("    {}", hit.heading.join(" \u{203a} "))));
    }
    for sentence in &hit.sentences {
        lines.extend(style.wrap(&marked(sentence, style), "    ", "    "));
    }
    if explain {
        let s = &hit.scores;
        lines.push(style.quiet(&format!(
            "    score {:.3} = relevance {:.3} \u{d7} kind {:.3} \u{d7} age {:.3} \u{d7} standing {:.2}; lexical {:.3}, cosine {}, nearness {}, covers {:.0} % of the words",
            hit.score,
            s.relevance,
            s.prior.kind,
            s.prior.age,
            s.prior.standing,
            s.lexical,
            two_digits(s.cosine),
            two_digits(s.nearness),
            s.coverage * 100.0
        )));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn two_digits(value: Option<f32>) -> String {
    value.map_or("-".to_owned(), |v| format!("{v:.2}"))
}

/// Kind, year, standing, collection, and the names to find it by.
fn origin(hit: &Hit) -> String {
    let mut parts = vec![hit.kind.label().to_owned()];
    parts.extend(hit.year.map(|y| y.to_string()));
    if hit.standing != Standing::Current {
        parts.push(hit.standing.word().replace('-', " ").to_uppercase());
    }
    parts.push(hit.source.to_string());
    let ids = &hit.ids;
    let own = hit.source.as_str().to_lowercase();
    let others = [
        ids.pmid.map(|id| format!("PMID {id}")),
        ids.pmcid.map(|id| id.to_string()),
        ids.doi.as_ref().map(|id| format!("doi:{id}")),
    ];
    let others = others.into_iter().flatten().chain(ids.nct.iter().map(ToString::to_string));
    parts.extend(others.filter(|id| *id.to_lowercase() != own));
    parts.push(format!("in {}", hit.collection));
    parts.join(" \u{b7} ")
}

/// The sentence with its matched words in bold; as it stands where there is no bold.
fn marked(sentence: &Sentence, style: Style) -> String {
    let text = &sentence.text;
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in &sentence.matched {
        let (before, word) = (text.get(at..span.start()), text.get(span.start()..span.end()));
        if let (Some(before), Some(word)) = (before, word) {
            out.push_str(before);
            out.push_str(&style.bold(word));
            at = span.end();
        }
    }
    out.push_str(&text[at..]);
    out
}
