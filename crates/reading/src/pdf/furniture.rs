//! Running heads, running feet and page numbers.
//!
//! Takes out lines at the edges of pages that come back at the same height on other pages, figures aside. It must not
//! touch a page of which there is no other.

use super::wire::{Line, Page, WIDE};
use std::collections::{HashMap, HashSet};

/// Lines from the top and from the bottom that may be a running head or foot.
const LINES: usize = 5;
/// The share of the page's height, at the top and at the bottom, that they may stand in.
const EDGE: f32 = 0.14;
/// Heights that differ by less than this, in points, are the same.
const SAME: f32 = 4.0;

/// Takes the running heads and feet out of pages.
pub(super) fn remove(pages: &mut [Page]) {
    let mut places: HashMap<String, Vec<(u32, f32)>> = HashMap::new();
    for page in pages.iter() {
        for at in edges(page) {
            if let Some(line) = page.lines.get(at) {
                for part in parts(line) {
                    places.entry(part).or_default().push((page.number, place(page.height, line)));
                }
            }
        }
    }
    let numbered = numbered(pages);
    for page in pages {
        let edges: HashSet<usize> = edges(page).into_iter().collect();
        let (number, shown) = (page.number, (page.width, page.height));
        let mut at = 0;
        let again = |line: &Line| {
            let here = place(shown.1, line);
            let elsewhere = |part: &String| {
                places
                    .get(part)
                    .is_some_and(|all| all.iter().any(|(other, there)| *other != number && (there - here).abs() < SAME))
            };
            parts(line).iter().all(elsewhere)
        };
        page.lines.retain(|line| {
            at += 1;
            let edge = edges.contains(&(at - 1));
            let own_number = edge && lone_number(line).is_some_and(|n| numbered.contains(&(number, n)));
            !(own_number || edge && again(line))
        });
    }
}

/// Page numbers: lone figures at an edge that run with the pages.
fn numbered(pages: &[Page]) -> HashSet<(u32, u32)> {
    let mut offsets: HashMap<i64, HashSet<(u32, u32)>> = HashMap::new();
    for page in pages {
        for line in edges(page).into_iter().filter_map(|at| page.lines.get(at)) {
            if let Some(n) = lone_number(line) {
                offsets.entry(i64::from(n) - i64::from(page.number)).or_default().insert((page.number, n));
            }
        }
    }
    offsets.into_values().filter(|pages| pages.len() >= 2).flatten().collect()
}

/// "12", "- 12 -", "Page 12", "12 of 30".
fn lone_number(line: &Line) -> Option<u32> {
    let text = line.text.to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).peekable();
    words.next_if(|w| matches!(*w, "page" | "p" | "seite"));
    let number = words.next()?.parse().ok()?;
    match (words.next(), words.next(), words.next()) {
        (None, ..) => Some(number),
        (Some("of"), Some(last), None) if last.bytes().all(|b| b.is_ascii_digit()) => Some(number),
        _ => None,
    }
}

/// The lines at the edges of a page.
fn edges(page: &Page) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.lines.len()).collect();
    order.sort_by(|&a, &b| base(page, a).total_cmp(&base(page, b)));
    let top = order.iter().take(LINES).filter(|&&at| base(page, at) < EDGE * page.height);
    let bottom = order.iter().rev().take(LINES).filter(|&&at| base(page, at) > (1.0 - EDGE) * page.height);
    top.chain(bottom).copied().collect()
}

fn base(page: &Page, at: usize) -> f32 {
    page.lines.get(at).map_or(0.0, |l| l.base)
}

/// Heads are measured from the top, feet from the bottom, since pages may differ in size.
fn place(height: f32, line: &Line) -> f32 {
    if line.base < height / 2.0 { line.base } else { line.base - height }
}

/// The parts of a line that wide gaps leave, without their figures: left and right head may be one line or two.
fn parts(line: &Line) -> Vec<String> {
    line.text.split(WIDE).map(key).collect()
}

fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_digit() {
            if !key.ends_with('#') {
                key.push('#');
            }
        } else if !c.is_whitespace() && !c.is_control() {
            key.extend(c.to_lowercase());
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, base: f32) -> Line {
        Line { text: text.to_owned(), base, x1: 100.0, size: 10.0, ..Line::default() }
    }

    fn page(number: u32, lines: Vec<Line>) -> Page {
        Page { number, width: 600.0, height: 800.0, lines, ..Page::default() }
    }

    fn left(pages: &[Page]) -> Vec<&str> {
        pages.iter().flat_map(|p| p.lines.iter().map(|l| l.text.as_str())).collect()
    }

    #[test]
    fn what_comes_back_at_the_same_height_goes() {
        let mut pages: Vec<Page> = (1..4)
            .map(|n| {
                page(
                    n,
                    vec![
                        line(&format!("Journal of Tests 2020;{n}:12"), 30.0),
                        line(&format!("Text of page {n} as such"), 100.0 + n as f32 * 8.0),
                        line(&format!("{}", n + 300), 770.0),
                    ],
                )
            })
            .collect();
        remove(&mut pages);
        assert_eq!(left(&pages), ["Text of page 1 as such", "Text of page 2 as such", "Text of page 3 as such"]);
    }

    #[test]
    fn a_page_alone_keeps_its_edges() {
        let mut pages = vec![page(1, vec![line("A head", 30.0), line("17", 770.0)])];
        remove(&mut pages);
        assert_eq!(left(&pages), ["A head", "17"]);
    }

    #[test]
    fn figures_in_the_middle_stay() {
        let mut pages = vec![page(1, vec![line("12", 400.0)]), page(2, vec![line("12", 400.0)])];
        remove(&mut pages);
        assert_eq!(left(&pages), ["12", "12"]);
    }
}
