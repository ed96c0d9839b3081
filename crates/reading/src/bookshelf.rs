//! NCBI Bookshelf: `<book>`, `<book-part-wrapper>` and `<book-part>`, in NLM Book 2.3 and 3.0 or BITS.
//!
//! Owns nothing but the way in: books share their text with articles, so the reader of JATS reads both.

use crate::{Reading, Unit, jats};

/// Reads one book or chapter.
pub(crate) fn read(unit: &Unit) -> Reading {
    jats::read_book(unit)
}
