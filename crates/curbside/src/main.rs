//! The command line. Reads configuration, calls `desk`, prints. The only place that does either.

mod adding;
mod archive;
mod args;
mod articles;
mod audit;
mod check;
mod commands;
mod config;
mod digest;
mod holdings;
mod people;
mod print;
mod progress;
mod refresh;
mod report;
mod review;
mod search;
mod serve;
mod terminal;

use args::{Cli, Command};
use clap::Parser;
use desk::DeskError;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        Err(error) => report(&error),
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Command::Ask(ask) => commands::ask(cli, ask),
        Command::Check(check) => check::run(cli, check),
        Command::Case(case) => commands::case(case),
        Command::Articles(arguments) => articles::run(cli, arguments),
        Command::Review(review) => review::run(cli, review),
        Command::Policy(policy) => review::policy(cli, policy),
        Command::Audit(arguments) => audit::run(cli, arguments),
        Command::Add(add) => adding::add(cli, add),
        Command::Standing(standing) => adding::standing(cli, standing),
        Command::Remove(remove) => holdings::remove(cli, remove),
        Command::Collections(collections) => holdings::collections(cli, collections),
        Command::Sources(sources) => holdings::sources(cli, sources),
        Command::Show(show) => holdings::show(cli, show),
        Command::Refresh(arguments) => refresh::run(cli, arguments),
        Command::Report(arguments) => report::run(cli, arguments),
        Command::Search(search) => search::run(cli, search),
        Command::Digest(digest) => digest::run(digest),
        Command::People(people) => people::run(cli, people),
        Command::Backup(arguments) => archive::backup(cli, arguments),
        Command::Export(arguments) => archive::export(cli, arguments),
        Command::Import(arguments) => archive::import(cli, arguments),
        Command::Restore(arguments) => archive::restore(cli, arguments),
        Command::Reindex => commands::reindex(cli),
        Command::Doctor(doctor) => holdings::doctor(cli, doctor),
        Command::ReadPdf => Ok(desk::reading::pdf::serve()),
        Command::Config(arguments) => config::run(cli, arguments),
        Command::Serve(arguments) => serve::run(cli, arguments),
        Command::Completions { shell } => commands::completions(*shell),
    }
}

/// Prints an error with its stable code and advice, and chooses the exit status from the one table.
fn report(error: &anyhow::Error) -> ExitCode {
    let io = error.root_cause().downcast_ref::<std::io::Error>();
    if io.is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS; // whoever read the output has read enough
    }
    let known = error.downcast_ref::<DeskError>().map(DeskError::info);
    match known {
        Some(info) => {
            print::complain(&format!("curbside: {error:#} [{}]", info.code));
            print::complain(info.advice);
            ExitCode::from(info.exit)
        }
        None => {
            print::complain(&format!("curbside: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
