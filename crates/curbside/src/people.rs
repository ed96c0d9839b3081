//! Who acts (`--as`), and `people`: accounts, roles, passwords, tokens, sessions.

use crate::args::Cli;
use crate::commands::open;
use crate::print;
use anyhow::Context;
use clap::{Args, Subcommand};
use desk::board::{Actor, Role, Scope};
use desk::{Desk, DeskError, Details, FirstAdministrator, LinkKind, NewLink, NewPerson, Person, Seat, identity, now};
use serde_json::json;
use std::collections::BTreeSet;
use std::process::ExitCode;

/// Holds the password of `--as`, or the one to be set by `claim`.
const PASSWORD: &str = "CURBSIDE_PASSWORD";
/// Holds the password that `people password` sets.
const NEW_PASSWORD: &str = "CURBSIDE_NEW_PASSWORD";
/// Holds an API token: its owner acts, held to its scopes.
const TOKEN: &str = "CURBSIDE_TOKEN";

#[derive(Debug, Args)]
#[command(after_help = "\
Without --as it is the operator who acts: whoever holds the data folder. The operator sets everything up and takes no part in
review. docs/people.md tells what each role may.

Examples:
  curbside people add d.lin --name \"Dana Lin\" --credentials \"MD, oncology\" --role reviewer --specialty oncology
  curbside people claim cbl_...
  curbside --as d.lin people token add --name notebook --scope read --scope ask --days 90
  curbside --as d.lin people password")]
pub(crate) struct People {
    #[command(subcommand)]
    command: PeopleCommand,
}

#[derive(Debug, Subcommand)]
enum PeopleCommand {
    /// Add a person; prints a one-time link with which they set their password
    Add {
        /// What they will sign in with
        username: String,
        /// Their name as others read it
        #[arg(long)]
        name: String,
        /// What for: reader, author, reviewer, editor, administrator
        #[arg(long = "role", value_name = "ROLE", value_parser = role)]
        roles: Vec<Role>,
        #[command(flatten)]
        said: Said,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make a new one-time link with which a person sets a password
    Invite {
        /// What they sign in with
        username: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Use a one-time link: set the password of its account
    Claim {
        /// The link, or what stands at its end
        link: String,
        /// What to sign in with (first administrator only)
        #[arg(long)]
        username: Option<String>,
        /// Your name as others read it (first administrator only)
        #[arg(long)]
        name: Option<String>,
    },
    /// List everyone who has or had an account
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one person
    Show {
        /// What they sign in with
        username: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change name, credentials, specialties or standing conflicts of interest
    Change {
        /// What they sign in with
        username: String,
        /// Their name as others read it
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        said: Said,
    },
    /// Give a person exactly these roles; none: they may only what everyone may
    Roles {
        /// What they sign in with
        username: String,
        /// reader, author, reviewer, editor, administrator
        #[arg(value_name = "ROLE", value_parser = role)]
        roles: Vec<Role>,
    },
    /// Close an account: its sessions end, its tokens no longer let anybody in
    Disable {
        /// What they sign in with
        username: String,
    },
    /// Open a closed account again
    Enable {
        /// What they sign in with
        username: String,
    },
    /// Set your own password (the old one from CURBSIDE_PASSWORD or asked, the new one from CURBSIDE_NEW_PASSWORD or asked)
    Password,
    /// API tokens
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// List the sessions of a person
    Sessions {
        /// What they sign in with
        username: String,
        /// End them all
        #[arg(long)]
        end: bool,
        /// Print JSON
        #[arg(long, conflicts_with = "end")]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token of your own; it is printed once
    Add {
        /// What you call it
        #[arg(long)]
        name: String,
        /// What it may be used for: read, ask, review, edit, administer
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = scope)]
        scopes: Vec<Scope>,
        /// For how many days it is good
        #[arg(long, default_value_t = 90)]
        days: u32,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the tokens of a person
    List {
        /// What they sign in with
        username: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a token back
    Revoke {
        /// What they sign in with
        username: String,
        /// Its number
        id: i64,
    },
}

/// What people say of themselves.
#[derive(Debug, Args)]
struct Said {
    /// Degrees and posts, as they stand under a signature
    #[arg(long)]
    credentials: Option<String>,
    /// What they know, as the policy of the board may ask for
    #[arg(long = "specialty", value_name = "SPECIALTY")]
    specialties: Vec<String>,
    /// Conflicts of interest that always stand
    #[arg(long)]
    conflicts: Option<String>,
}

fn role(word: &str) -> Result<Role, String> {
    let words = || Role::ALL.map(Role::word).join(", ");
    Role::from_word(word).ok_or_else(|| format!("no such role; the roles are {}", words()))
}

fn scope(word: &str) -> Result<Scope, String> {
    let words = || Scope::ALL.map(Scope::word).join(", ");
    Scope::from_word(word).ok_or_else(|| format!("no such scope; the scopes are {}", words()))
}

/// Who acts: the owner of the token in `CURBSIDE_TOKEN`, the person of `--as` with their password, or the operator.
pub(crate) fn actor(cli: &Cli, desk: &mut Desk) -> anyhow::Result<Actor> {
    if let Ok(token) = std::env::var(TOKEN) {
        let actor = desk.actor_of_token(&token, now())?;
        if let Some(name) = &cli.as_person
            && Ok(desk.by(actor.clone()).me()?.username) != identity::username(name)
        {
            return Err(DeskError::BadToken).context(format!("the token of {TOKEN} is not {name}'s"));
        }
        return Ok(actor);
    }
    match &cli.as_person {
        Some(name) => Ok(desk.actor_of_password(name, &password(cli)?, now())?),
        None => Ok(Actor::Operator),
    }
}

/// The desk as who acts may use it.
pub(crate) fn seat<'d>(cli: &Cli, desk: &'d mut Desk) -> anyhow::Result<Seat<'d>> {
    let actor = actor(cli, desk)?;
    Ok(desk.by(actor))
}

/// The password of who acts: from the environment, or asked for without showing it.
pub(crate) fn password(cli: &Cli) -> anyhow::Result<String> {
    let whose = cli.as_person.as_deref().unwrap_or("who acts");
    secret(PASSWORD, &format!("Password of {whose}: "))
}

fn secret(variable: &str, prompt: &str) -> anyhow::Result<String> {
    match std::env::var(variable) {
        Ok(secret) => Ok(secret),
        Err(_) => rpassword::prompt_password(prompt)
            .with_context(|| format!("there is no terminal to ask for a password; set {variable}")),
    }
}

/// A password to be set, asked for twice where it is asked for.
fn new_secret(variable: &str) -> anyhow::Result<String> {
    let first = secret(variable, "New password (15 characters or more): ")?;
    if std::env::var_os(variable).is_none() {
        let second = rpassword::prompt_password("The same again: ")?;
        anyhow::ensure!(first == second, "the two are not the same; nothing was changed");
    }
    Ok(first)
}

/// The days that are left, in words.
fn until(ends_at: i64) -> String {
    match (ends_at - now()).max(0) / 3600 {
        hours if hours < 48 => format!("{} hours", hours + 1),
        hours => format!("{} days", (hours + 12) / 24),
    }
}

fn tell_link(person: &Person, link: &NewLink) -> anyhow::Result<()> {
    let what = match link.kind {
        LinkKind::Reset => "a new password",
        LinkKind::Invitation | LinkKind::FirstAdministrator => "a password",
    };
    print::line(&format!(
        "Give {} this, with which they set {what} once within {}:",
        person.name,
        until(link.ends_at)
    ))?;
    print::line(&format!("  curbside people claim {}", link.secret.reveal()))?;
    print::line(&format!("  or the page /welcome/{} of the server", link.secret.reveal()))
}

fn link_json(person: &Person, link: &NewLink) -> serde_json::Value {
    json!({ "person": person, "link": link.secret.reveal(), "kind": link.kind, "ends_at": link.ends_at })
}

fn tell(person: &Person) -> anyhow::Result<()> {
    let roles: Vec<&str> = person.roles.iter().map(|r| r.word()).collect();
    let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
    let closed = if person.disabled_at.is_some() { "; closed" } else { "" };
    let way = match (&person.issuer, person.has_password) {
        (Some(issuer), _) => format!("; vouched for by {issuer}"),
        (None, true) => String::new(),
        (None, false) => "; no password yet".to_owned(),
    };
    print::line(&format!("{}  {} ({}): {roles}{way}{closed}", person.username, person.name, person.id))?;
    for (label, text) in [
        ("credentials", person.credentials.clone()),
        ("specialties", person.specialties.join(", ")),
        ("conflicts of interest", person.conflicts.clone()),
    ] {
        if !text.is_empty() {
            print::line(&format!("  {label}: {text}"))?;
        }
    }
    Ok(())
}

pub(crate) fn run(cli: &Cli, people: &People) -> anyhow::Result<ExitCode> {
    let mut desk = open(cli)?;
    match &people.command {
        PeopleCommand::Claim { link, username, name } => claim(&desk, link, username.as_ref(), name.as_ref())?,
        PeopleCommand::Password => {
            let name = cli.as_person.as_deref().context("say whose: curbside --as NAME people password")?;
            let old = password(cli)?;
            let actor = desk.actor_of_password(name, &old, now())?;
            desk.by(actor).change_password(&old, &new_secret(NEW_PASSWORD)?, None, now())?;
            print::line("The password is set; all sessions ended.")?;
        }
        command => {
            let actor = actor(cli, &mut desk)?;
            manage(desk.by(actor), command)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn claim(desk: &Desk, link: &str, username: Option<&String>, name: Option<&String>) -> anyhow::Result<()> {
    let link = link.rsplit('/').next().unwrap_or_default();
    // Before a password is asked for.
    desk.link(link, now())?;
    let first = username.zip(name).map(|(u, n)| FirstAdministrator { username: u.clone(), name: n.clone() });
    let person = desk.claim(link, first.as_ref(), &new_secret(PASSWORD)?, now())?;
    print::line(&format!("The password is set. Sign in as {}.", person.username))
}

fn manage(mut seat: Seat<'_>, command: &PeopleCommand) -> anyhow::Result<()> {
    match command {
        PeopleCommand::Add { username, name, roles, said, json } => {
            let new = NewPerson {
                username: username.clone(),
                name: name.clone(),
                credentials: said.credentials.clone().unwrap_or_default(),
                specialties: said.specialties.clone(),
                conflicts: said.conflicts.clone().unwrap_or_default(),
                roles: roles.iter().copied().collect(),
                vouched: None,
            };
            let (person, link) = seat.add_person(new, now())?;
            if *json {
                return print::json(&link_json(&person, &link));
            }
            tell(&person)?;
            tell_link(&person, &link)
        }
        PeopleCommand::Invite { username, json } => {
            let link = seat.make_link(username, now())?;
            let person = seat.person(username)?;
            if *json { print::json(&link_json(&person, &link)) } else { tell_link(&person, &link) }
        }
        PeopleCommand::List { json } => {
            let people = seat.people()?;
            if *json { print::json(&people) } else { people.iter().try_for_each(tell) }
        }
        PeopleCommand::Show { username, json } => {
            let person = seat.person(username)?;
            if *json { print::json(&person) } else { tell(&person) }
        }
        PeopleCommand::Change { username, name, said } => {
            let details = Details {
                name: name.clone(),
                credentials: said.credentials.clone(),
                specialties: (!said.specialties.is_empty()).then(|| said.specialties.clone()),
                conflicts: said.conflicts.clone(),
            };
            tell(&seat.set_details(username, details)?)
        }
        PeopleCommand::Roles { username, roles } => {
            let roles: BTreeSet<Role> = roles.iter().copied().collect();
            tell(&seat.set_roles(username, roles)?)
        }
        PeopleCommand::Disable { username } => tell(&seat.set_disabled(username, true)?),
        PeopleCommand::Enable { username } => tell(&seat.set_disabled(username, false)?),
        PeopleCommand::Token { command } => token(seat, command),
        PeopleCommand::Sessions { username, end: true, .. } => {
            print::line(&format!("{} sessions ended.", seat.end_sessions(username, now())?))
        }
        PeopleCommand::Sessions { username, json, .. } => {
            let sessions = seat.sessions(username, now())?;
            if *json {
                return print::json(&sessions);
            }
            sessions.iter().try_for_each(|s| {
                let minutes = |at: i64| (now() - at).max(0) / 60;
                print::line(&format!(
                    "{}  begun {} minutes ago, used {} minutes ago",
                    s.name,
                    minutes(s.started_at),
                    minutes(s.seen_at)
                ))
            })
        }
        PeopleCommand::Claim { .. } | PeopleCommand::Password => Ok(()), // done before anyone takes the seat
    }
}

fn token(mut seat: Seat<'_>, command: &TokenCommand) -> anyhow::Result<()> {
    match command {
        TokenCommand::Add { name, scopes, days, json } => {
            let token = seat.make_token(name, scopes.iter().copied().collect(), *days, now())?;
            if *json {
                return print::json(
                    &json!({ "token": token.secret.reveal(), "id": token.id, "ends_at": token.ends_at }),
                );
            }
            print::line(token.secret.reveal())?;
            print::complain(&format!(
                "Token {}, good for {}. It is shown this once; {TOKEN} takes it.",
                token.id,
                until(token.ends_at)
            ));
            Ok(())
        }
        TokenCommand::List { username, json } => {
            let tokens = seat.tokens(username)?;
            if *json {
                return print::json(&tokens);
            }
            tokens.iter().try_for_each(|t| {
                let scopes: Vec<&str> = t.scopes.iter().map(|s| s.word()).collect();
                let state = match t.revoked_at {
                    Some(_) => "taken back".to_owned(),
                    None if t.ends_at <= now() => "ended".to_owned(),
                    None => format!("good for {}", until(t.ends_at)),
                };
                print::line(&format!("{}  {}: {}; {state}", t.id, t.name, scopes.join(", ")))
            })
        }
        TokenCommand::Revoke { username, id } => {
            seat.revoke_token(username, *id)?;
            print::line("The token no longer lets anybody in.")
        }
    }
}
