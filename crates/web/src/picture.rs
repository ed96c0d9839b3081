//! Pictures drawn by the server, as SVG that reads as text: the evidence by kind and year, and a sequence of steps as a
//! diagram. They say nothing that the article beside them does not.

use desk::answering::{Basis, Body, Group, Reference};
use desk::evidence::{Kind, Standing};
use maud::{Markup, html};

/// Width of a picture in its own units; a page scales it.
const WIDTH: i32 = 720;
/// Where the years begin: left of it stand the kinds.
const LEFT: i32 = 200;
/// Radius of a dot, and room for one.
const DOT: i32 = 10;
const LANE: i32 = 24;

/// A work in the picture.
struct Dot<'r> {
    x: i32,
    lane: i32,
    reference: &'r Reference,
}

/// The works that an article cites, one dot each: the kinds down, the years across. Nothing for fewer than three.
pub(crate) fn evidence(body: &Body) -> Markup {
    let dated: Vec<&Reference> = body.references.iter().filter(|r| r.year.is_some()).collect();
    let years = dated.iter().filter_map(|r| r.year);
    let (Some(first), Some(last)) = (years.clone().min(), years.max()) else { return html! {} };
    if dated.len() < 3 {
        return html! {};
    }
    let span = i32::from(last - first).max(1);
    let across = |year: u16| LEFT + 20 + (i32::from(year - first) * (WIDTH - LEFT - 40)) / span;
    let mut rows: Vec<(Kind, i32, Vec<Dot<'_>>)> = Vec::new();
    let mut top = 10;
    for kind in Kind::ALL {
        let mut works: Vec<&Reference> = dated.iter().copied().filter(|r| r.kind == kind).collect();
        if works.is_empty() {
            continue;
        }
        works.sort_by_key(|r| (r.year, r.number));
        let mut ends: Vec<i32> = Vec::new();
        let mut dots = Vec::new();
        for reference in works {
            let x = across(reference.year.unwrap_or(first));
            let free = ends.iter().position(|end| x - end >= 2 * DOT + 2);
            let lane = free.unwrap_or_else(|| {
                ends.push(x);
                ends.len() - 1
            });
            ends[lane] = x;
            dots.push(Dot { x, lane: i32::try_from(lane).unwrap_or(0), reference });
        }
        rows.push((kind, top, dots));
        top += LANE * i32::try_from(ends.len()).unwrap_or(1) + 8;
    }
    let undated = body.references.len() - dated.len();
    let told: Vec<String> = rows
        .iter()
        .map(|(kind, _, dots)| {
            let years: Vec<String> = dots.iter().filter_map(|d| d.reference.year).map(|y| y.to_string()).collect();
            format!("{}: {}", kind.label(), years.join(", "))
        })
        .collect();
    html! {
        figure.evidence {
            svg viewBox=(format!("0 0 {WIDTH} {}", top + 26)) role="img" aria-labelledby="evidence-title evidence-told" {
                title #evidence-title { "The evidence by kind and year" }
                desc #evidence-told { (told.join(". ")) "." }
                @for (kind, at, dots) in &rows {
                    text.kind x="0" y=(at + 16) { (kind.label()) }
                    @for drawn in LOOKS {
                        @if dots.iter().any(|d| class(d.reference) == *drawn) {
                            g class=(drawn) text-anchor="middle" {
                                @for dot in dots.iter().filter(|d| class(d.reference) == *drawn) {
                                    @let y = at + 12 + dot.lane * LANE;
                                    circle cx=(dot.x) cy=(y) r=(DOT) {}
                                    text x=(dot.x) y=(y + 4) { (dot.reference.number) }
                                }
                            }
                        }
                    }
                }
                line x1=(LEFT) x2=(WIDTH) y1=(top + 2) y2=(top + 2) {}
                text.year x=(across(first)) y=(top + 20) text-anchor="middle" { (first) }
                @if last != first { text.year x=(across(last)) y=(top + 20) text-anchor="middle" { (last) } }
            }
            figcaption {
                "Each dot is a reference, with its number. Filled: its own text is held here. Open: a digest summarises it. Dashed: no longer in good standing."
                @if undated > 0 { " " (undated) " without a year." }
            }
        }
    }
}

/// How dots look: titles stand in the list of references, and what is drawn alike is said once.
const LOOKS: &[&str] = &["dot fallen", "dot held", "dot summarised"];

fn class(reference: &Reference) -> &'static str {
    match (reference.standing, reference.basis) {
        (Some(standing), _) if standing != Standing::Current => LOOKS[0],
        (_, Basis::Quoted) => LOOKS[1],
        (_, Basis::Summarised) => LOOKS[2],
    }
}

/// Letters in a line of a box.
const LETTERS: usize = 88;
const TEXT: i32 = 20;

/// A numbered group as boxes one below the other, with what each hangs on written on the way to it. Nothing for a group without
/// a sequence.
pub(crate) fn sequence(group: &Group, id: &str) -> Markup {
    if !group.numbered || group.lines.len() < 2 {
        return html! {};
    }
    let mut top = 4;
    let mut boxes = Vec::new();
    for line in &group.lines {
        let condition = line.condition.as_deref().map(|c| wrapped(c, LETTERS));
        let caution = line.caution.as_deref().map(|c| wrapped(c, LETTERS)).unwrap_or_default();
        let way = 18 + TEXT * condition.as_ref().map_or(0, |c| i32::try_from(c.len()).unwrap_or(0));
        let text = wrapped(&line.text, LETTERS);
        let height = 14 + TEXT * i32::try_from(text.len() + caution.len()).unwrap_or(1);
        let start = if boxes.is_empty() && condition.is_none() { top } else { top + way };
        boxes.push((top, start, height, condition.unwrap_or_default(), text, caution));
        top = start + height;
    }
    let title = format!("{id}-title");
    html! {
        details.diagram {
            summary { "As a diagram" }
            svg viewBox=(format!("0 0 {WIDTH} {}", top + 6)) role="img" aria-labelledby=(title) {
                title id=(title) { (group.lead.as_deref().or(group.hangs_on.as_deref()).unwrap_or("The steps in order")) }
                @for (number, (from, start, height, condition, text, caution)) in boxes.iter().enumerate() {
                    @if start > from {
                        line.way x1="24" x2="24" y1=(from) y2=(start - 2) {}
                        path.head d=(format!("M 19 {} L 24 {} L 29 {}", start - 8, start - 1, start - 8)) {}
                    }
                    @for (n, part) in condition.iter().enumerate() {
                        text.condition x="40" y=(from + 18 + TEXT * as_i32(n)) { (part) }
                    }
                    rect x="1" y=(start) width=(WIDTH - 2) height=(height) rx="6" {}
                    text.number x="14" y=(start + TEXT) { (number + 1) }
                    @for (n, part) in text.iter().enumerate() {
                        text x="40" y=(start + TEXT * (as_i32(n) + 1)) { (part) }
                    }
                    @for (n, part) in caution.iter().enumerate() {
                        text.caution x="40" y=(start + TEXT * (as_i32(text.len() + n) + 1)) { (part) }
                    }
                }
            }
        }
    }
}

fn as_i32(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(0)
}

/// A text in lines of at most so many letters, broken between words.
fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words_and_loses_none() {
        let text = "Give magnesium first, then measure again after a day";
        let lines = wrapped(text, 20);
        assert!(lines.iter().all(|l| l.chars().count() <= 20), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrapped("", 20), Vec::<String>::new());
    }
}
