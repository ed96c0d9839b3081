//! What is told while an answer is made, and how whoever listens says that nobody waits any more.

use crate::DeskError;
use answering::Line;
use serde::Serialize;
use std::ops::ControlFlow;

/// What goes on. Provisional: the answer is what comes back.
#[derive(Debug, Clone, Copy)]
pub enum Told<'t> {
    /// A part of the work begins.
    Stage(Stage),
    /// A drafter worded a line and it passed the checker. A drafter that does not write tells none.
    Line {
        /// The key of its section, `bottom-line` for the bottom line.
        section: &'t str,
        /// The line.
        line: &'t Line,
    },
}

/// A part of the work, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Reading the case out of the question.
    Reading,
    /// Finding the evidence.
    Finding,
    /// Composing the article.
    Composing,
    /// Checking each line against its sources.
    Checking,
}

/// Who listens. On [`ControlFlow::Break`] the work ends at the next place where it can, with [`DeskError::Stopped`], and nothing is kept.
pub type Tell<'t> = dyn FnMut(Told<'_>) -> ControlFlow<()> + 't;

/// For those who want to hear nothing.
pub fn silent(_: Told<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells that a part begins.
pub(crate) fn begin(stage: Stage, tell: &mut Tell<'_>) -> Result<(), DeskError> {
    match tell(Told::Stage(stage)) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DeskError::Stopped),
    }
}
