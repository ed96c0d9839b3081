//! What the child says of a file: one JSON document.
//!
//! Owns the form both ends agree on. Lengths are in points, from the top left corner of the page as it is shown.

use serde::{Deserialize, Serialize};

/// A superscript inside a line starts and ends with these; they are resolved where paragraphs are made.
pub(super) use crate::jats::inline::{SUP, SUP_END};

/// A gap in a line that is too wide for a blank between words.
pub(super) const WIDE: char = '\t';

/// The whole answer.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Answer {
    /// Why nothing could be read.
    pub(super) fault: Option<Fault>,
    /// The title the file carries beside its text.
    pub(super) title: Option<String>,
    /// How many pages the file has, read or not.
    pub(super) total: u32,
    /// The file does not end as a PDF ends.
    pub(super) cut_off: bool,
    pub(super) pages: Vec<Page>,
}

/// Why nothing could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Fault {
    /// It opens with a password only, or its encryption is not known.
    Encrypted,
    /// It is no PDF, or too broken to find a page in it.
    Broken,
}

/// What became of a page.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    /// Its text was read; there may be none.
    #[default]
    Read,
    /// There is no text, but a picture: most likely a scan.
    Picture,
    /// Its letters have no known meaning.
    Unmapped,
    /// Reading it went wrong.
    Failed,
}

/// One page, its lines in reading order.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Page {
    pub(super) number: u32,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) state: State,
    /// Signs whose meaning the font does not tell; each stands as U+FFFD.
    pub(super) unknown: u32,
    pub(super) lines: Vec<Line>,
}

/// One line of one column.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) x0: f32,
    pub(super) x1: f32,
    /// The line its letters stand on.
    pub(super) base: f32,
    /// Size of most of its letters.
    pub(super) size: f32,
    /// All of its letters are bold.
    pub(super) bold: bool,
    /// All of its letters are italic.
    pub(super) italic: bool,
    /// It starts with bold letters and goes on with others.
    pub(super) opens_bold: bool,
    /// The column or band it belongs to, counted over the page.
    pub(super) block: u32,
}
