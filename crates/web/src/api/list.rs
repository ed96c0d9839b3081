//! Lists a page at a time. A cursor names the last item given by what the list is ordered by, so that items added meanwhile
//! neither repeat nor hide one. Cost: what lies before a page is read again and passed over.

use super::problem::{Wire, Wrong};
use desk::DeskError;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use utoipa::IntoParams;

/// Items of a page where nothing is said, and at most.
const USUAL: usize = 50;
const MOST: usize = 200;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// Items at most, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<usize>,
    /// `next` of the page before; the first page where nothing is said.
    pub(crate) cursor: Option<String>,
}

impl Page {
    /// How many items, and what the last one given was.
    pub(crate) fn read(limit: Option<usize>, cursor: Option<&str>) -> Result<(usize, Option<String>), Wrong> {
        let limit = limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Wrong(Wire::Query, format!("limit is 1 to {MOST}")));
        }
        let strange = || Wrong(Wire::Cursor, "this cursor was not given here".to_owned());
        let after = cursor.map(|c| plain(c).ok_or_else(strange));
        Ok((limit, after.transpose()?))
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Items<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// The cursor of the next page; nothing on the last.
    pub(crate) next: Option<String>,
}

/// Why there is no page.
pub(crate) enum Unpaged {
    /// The list could not be read.
    Desk(DeskError),
    /// The cursor is of another list.
    Cursor,
}

impl From<DeskError> for Unpaged {
    fn from(error: DeskError) -> Self {
        Unpaged::Desk(error)
    }
}

/// A page of what `first` gives the first so many of. `key` names an item, `passed` tells whether an item is not behind the one
/// with this key; nothing where the key is none of this list.
pub(crate) fn page<T>(
    limit: usize,
    after: Option<&str>,
    mut first: impl FnMut(usize) -> Result<Vec<T>, DeskError>,
    key: impl Fn(&T) -> String,
    passed: impl Fn(&T, &str) -> Option<bool>,
) -> Result<Items<T>, Unpaged> {
    let mut wanted = limit + 1;
    loop {
        let all = first(wanted)?;
        let whole = all.len() < wanted;
        let mut items = Vec::new();
        for item in all {
            let old = after.map(|a| passed(&item, a).ok_or(Unpaged::Cursor)).transpose()?;
            if old != Some(true) {
                items.push(item);
            }
        }
        if whole || items.len() > limit {
            let more = items.len() > limit;
            items.truncate(limit);
            let next = items.last().filter(|_| more).map(|item| hexadecimal(&key(item)));
            return Ok(Items { items, next });
        }
        wanted = wanted.saturating_mul(4);
    }
}

/// The same of a list that is held whole, from the item behind the one of this key on.
pub(crate) fn held<T>(
    limit: usize,
    after: Option<&str>,
    all: Vec<T>,
    key: impl Fn(&T) -> String,
) -> Result<Items<T>, Unpaged> {
    let from = match after {
        None => 0,
        Some(after) => 1 + all.iter().position(|item| key(item) == after).ok_or(Unpaged::Cursor)?,
    };
    let more = all.len() > from + limit;
    let items: Vec<T> = all.into_iter().skip(from).take(limit).collect();
    let next = items.last().filter(|_| more).map(|item| hexadecimal(&key(item)));
    Ok(Items { items, next })
}

/// A cursor that a list wrote by itself.
pub(crate) fn hexadecimal(key: &str) -> String {
    key.bytes().fold(String::new(), |mut text, byte| {
        // Writing to memory cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn plain(cursor: &str) -> Option<String> {
    // Of the standard library a number may begin with a sign.
    let digits = cursor.bytes().all(|b| b.is_ascii_hexdigit());
    if !digits || cursor.is_empty() || cursor.len() > 2_000 || !cursor.len().is_multiple_of(2) {
        return None;
    }
    let bytes = (0..cursor.len()).step_by(2).map(|at| u8::from_str_radix(&cursor[at..at + 2], 16).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_though_items_are_added() {
        // Newest first, as articles are.
        let mut list: Vec<u32> = (1..=23).rev().collect();
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let after = cursor.as_deref().map(|c| plain(c).unwrap());
            let passed = |item: &u32, key: &str| Some(*item >= key.parse::<u32>().ok()?);
            let first = |n: usize| Ok(list.iter().copied().take(n).collect());
            let Ok(got) = page(4, after.as_deref(), first, u32::to_string, passed) else { panic!("no page") };
            assert!(got.items.len() <= 4);
            seen.extend(got.items);
            list.insert(0, list[0] + 1);
            cursor = got.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, (1..=23).rev().collect::<Vec<u32>>());
        let passed = |_: &u32, _: &str| None;
        assert!(matches!(page(4, Some("x"), |_| Ok(vec![1]), u32::to_string, passed), Err(Unpaged::Cursor)));
    }

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        assert_eq!(plain(&hexadecimal("doi:10.1/é")).as_deref(), Some("doi:10.1/é"));
        for bad in ["", "a", "zz", "é0", "ff", "+1"] {
            assert_eq!(plain(bad), None, "{bad}");
        }
    }
}
