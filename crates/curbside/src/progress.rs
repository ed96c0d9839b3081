//! Progress of long work on standard error: bytes, rate, remaining time. Nothing where standard error is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A bar over bytes.
pub(crate) fn bytes() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let template = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} ETA {eta} {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// A bar over things that are counted.
pub(crate) fn items(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {per_sec} ETA {eta}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// Brings a bar up to where the work is.
pub(crate) fn show(bar: &ProgressBar, progress: desk::Progress, what: &str) {
    bar.set_length(progress.total);
    bar.set_position(progress.bytes);
    bar.set_message(format!("{} {what}", progress.sources));
}
