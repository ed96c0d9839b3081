//! `curbside serve`: starts the server with the configuration, writes the log, stops when asked.

use crate::args::{Cli, Serve};
use crate::commands::{folder, model};
use crate::{config, print};
use desk::GroupRoles;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};
use web::{Log, LogFormat, LogLevel};

/// How long work that no answer waits for any more may hold the process.
const LEFT_BEHIND: Duration = Duration::from_secs(2);

pub(crate) fn run(cli: &Cli, args: &Serve) -> anyhow::Result<ExitCode> {
    let folder = folder(cli)?;
    let config = config::load(cli, Some(args))?.config;
    let (settings, sign_in) = (config.server, config.sign_in);
    let sign_in = web::SignIn {
        provider: sign_in.oidc.as_ref().map(|o| o.provider(&settings)).transpose()?,
        groups: GroupRoles(sign_in.oidc.map(|o| o.groups).unwrap_or_default()),
    };
    start_log(settings.log);
    let model = model(cli)?;
    let equip: web::Equip = Arc::new(move |desk| match &model {
        Some(model) => desk.with_drafter(Box::new(model.clone())),
        None => desk,
    });
    let open = !settings.host.is_loopback();
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(async {
        let server = web::Server::bind(folder, settings, sign_in, equip).await?;
        print::line(&format!("Curbside answers at {}/ (stop with Ctrl-C)", server.url()))?;
        if open {
            print::complain(
                "This address can be reached from the network, and what it sends is not encrypted: put a proxy with TLS before it. Whether everyone who reaches it may read and ask is the policy's (`curbside policy show`).",
            );
        }
        if let Some(link) = server.first_administrator_link().await? {
            print::line(
                "Nobody administers yet. Whoever opens this link within a day becomes the first administrator:",
            )?;
            print::line(&format!("  {}/welcome/{link}", server.url()))?;
        }
        server.run(stopped()).await;
        Ok(ExitCode::SUCCESS)
    });
    // What is kept is kept in whole or not at all, so nothing is lost with it.
    runtime.shutdown_timeout(LEFT_BEHIND);
    served
}

/// Writes what our own crates say to standard error. Others stay silent: nobody promised that what they write holds nothing of a
/// question.
fn start_log(log: Log) {
    let level = match log.level {
        LogLevel::Off => None,
        LogLevel::Error => Some(Level::ERROR),
        LogLevel::Warn => Some(Level::WARN),
        LogLevel::Info => Some(Level::INFO),
    };
    let Some(level) = level else {
        std::panic::set_hook(Box::new(|_| {}));
        return;
    };
    let ours = Targets::new().with_target("web", level).with_target("curbside", level);
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(false);
    let layer = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
        LogFormat::Text => lines.boxed(),
    };
    // Only one is ever set, here.
    let _ = tracing_subscriber::registry().with(layer.with_filter(ours)).try_init();
    // The message of a panic may quote the text that it stumbled over.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a fault in Curbside");
    }));
}

/// Ends when the process is asked to.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await; // without signals the server runs until it is killed
}
