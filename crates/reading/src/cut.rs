//! Cutting a document into passages, and making the canonical text they stand in.
//!
//! Owns the size of passages. Every reader of literature hands its paragraphs, list lines and table rows here, so that
//! passages mean the same whatever the format. It must not drop text or put any in beside blank lines.

use crate::sentences;
use evidence::{Part, Passage, Span, Statement};

/// No passage is longer, in words, unless one sentence is.
const MOST: usize = 250;
/// What a longer paragraph is split into, at most.
const SPLIT: usize = 200;
/// Paragraphs shorter than this are joined with such neighbours.
const SHORT: usize = 25;
/// What joined short paragraphs may reach.
const JOINED: usize = 120;

/// How a draft may be put together with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glue {
    /// A paragraph of its own.
    Paragraph,
    /// A line of the list with this number.
    Line(u32),
    /// A row of the table with this number: never split into sentences.
    Row(u32),
    /// A caption: never joined with anything.
    Alone,
}

/// A piece of text on its way to becoming a passage.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) heading: usize,
    pub(crate) part: Part,
    pub(crate) glue: Glue,
    pub(crate) text: String,
}

/// The canonical text and the passages of drafts; `headings` are the paths that drafts point into.
pub(crate) fn assemble(drafts: Vec<Draft>, headings: &[Vec<String>]) -> (String, Vec<Passage>) {
    let mut cutter = Cutter { text: String::new(), passages: Vec::new(), headings, open: None };
    for draft in drafts {
        cutter.add(draft);
    }
    cutter.close();
    (cutter.text, cutter.passages)
}

/// Words, as white space separates them.
pub(crate) fn words(text: &str) -> usize {
    text.split_ascii_whitespace().count()
}

struct Cutter<'a> {
    text: String,
    passages: Vec<Passage>,
    headings: &'a [Vec<String>],
    /// The passage that may still grow, with its words and those of its last piece.
    open: Option<(Draft, usize, usize)>,
}

impl Cutter<'_> {
    fn add(&mut self, draft: Draft) {
        let count = words(&draft.text);
        if count == 0 {
            return;
        }
        if let Some((open, total, last)) = &mut self.open
            && joins(open, *total, *last, &draft, count)
        {
            open.text.push('\n');
            open.text.push_str(&draft.text);
            open.glue = draft.glue;
            *total += count;
            *last = count;
            return;
        }
        self.close();
        self.open = Some((draft, count, count));
    }

    fn close(&mut self) {
        let Some((draft, count, _)) = self.open.take() else { return };
        if count <= MOST {
            return self.emit(&draft, &draft.text);
        }
        let spans = sentences::split(&draft.text);
        let sizes: Vec<usize> = spans.iter().map(|s| words(s.of(&draft.text).unwrap_or_default())).collect();
        let target = count.div_ceil(count.div_ceil(SPLIT));
        let mut from = 0;
        let mut size = 0;
        for (i, &next) in sizes.iter().enumerate() {
            // Cut where the part comes closest to its share.
            if i > from && (size + next > MOST || size + next / 2 > target) {
                self.emit_range(&draft, &spans[from..i]);
                from = i;
                size = 0;
            }
            size += next;
        }
        self.emit_range(&draft, &spans[from..]);
    }

    fn emit_range(&mut self, draft: &Draft, spans: &[Span]) {
        if let (Some(first), Some(last)) = (spans.first(), spans.last()) {
            self.emit(draft, draft.text.get(first.start()..last.end()).unwrap_or_default());
        }
    }

    fn emit(&mut self, draft: &Draft, part: &str) {
        let gap = if self.text.is_empty() { 0 } else { 2 };
        let start = self.text.len() + gap;
        // A text beyond 4 GiB cannot be: units are bounded.
        let Ok(span) = Span::new(start, start + part.len()) else { return };
        if gap > 0 {
            self.text.push_str("\n\n");
        }
        self.text.push_str(part);
        let spans = if matches!(draft.glue, Glue::Row(_)) { lines(part) } else { sentences::split(part) };
        let statements = spans
            .into_iter()
            .filter_map(|s| Span::new(start + s.start(), start + s.end()).ok())
            .map(|span| Statement { span, marks: None })
            .collect();
        let heading = self.headings.get(draft.heading).cloned().unwrap_or_default();
        self.passages.push(Passage { span, heading, part: draft.part, statements });
    }
}

fn joins(open: &Draft, total: usize, last: usize, next: &Draft, count: usize) -> bool {
    if open.heading != next.heading || open.part != next.part {
        return false;
    }
    match (open.glue, next.glue) {
        (Glue::Paragraph, Glue::Paragraph) => last < SHORT && count < SHORT && total + count <= JOINED,
        // A list belongs with the words that introduce it.
        (Glue::Paragraph, Glue::Line(_)) => {
            (open.text.ends_with(':') && last <= 60 && total + count <= SPLIT)
                || (last < SHORT && total + count <= JOINED)
        }
        (Glue::Line(a), Glue::Line(b)) => a == b && total + count <= SPLIT,
        (Glue::Row(a), Glue::Row(b)) => a == b && total + count <= SPLIT,
        _ => false,
    }
}

/// The lines of a text, without empty ones.
fn lines(text: &str) -> Vec<Span> {
    let mut at = 0;
    text.split('\n')
        .filter_map(|line| {
            let from = at + (line.len() - line.trim_start().len());
            at += line.len() + 1;
            Span::new(from, from + line.trim().len()).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn draft(text: &str, glue: Glue) -> Draft {
        Draft { heading: 0, part: Part::Body, glue, text: text.to_owned() }
    }

    fn parts(drafts: Vec<Draft>) -> Vec<String> {
        let (text, passages) = assemble(drafts, &[Vec::new()]);
        passages.iter().filter_map(|p| p.span.of(&text).map(str::to_owned)).collect()
    }

    #[test]
    fn a_long_paragraph_is_cut_evenly_between_sentences() {
        let sentence = "This one sentence has exactly ten words in its body. ";
        let cut = parts(vec![draft(sentence.repeat(42).trim(), Glue::Paragraph)]);
        let sizes: Vec<usize> = cut.iter().map(|p| words(p)).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 420);
        assert_eq!(sizes, [140, 140, 140]);
    }

    #[test]
    fn short_neighbours_and_lists_come_together() {
        let cut = parts(vec![
            draft("Criteria were:", Glue::Paragraph),
            draft("age", Glue::Line(1)),
            draft("consent", Glue::Line(1)),
            draft("Short one.", Glue::Paragraph),
            draft("Short two.", Glue::Paragraph),
            draft("a | 1", Glue::Row(1)),
            draft("b. C | 2", Glue::Row(1)),
        ]);
        assert_eq!(cut, ["Criteria were:\nage\nconsent", "Short one.\nShort two.", "a | 1\nb. C | 2"]);
    }

    #[test]
    fn a_row_is_one_statement() {
        let (text, passages) = assemble(vec![draft("A. Group | 1. Two", Glue::Row(1))], &[]);
        assert_eq!(passages[0].statements.len(), 1);
        assert_eq!(passages[0].statements[0].span.of(&text), Some("A. Group | 1. Two"));
    }

    proptest! {
        #[test]
        fn passages_make_up_the_text(pieces in prop::collection::vec("[a-zé .\n]{0,600}", 0..6)) {
            let drafts = pieces.iter().map(|p| draft(p.trim(), Glue::Paragraph)).collect();
            let (text, passages) = assemble(drafts, &[]);
            let joined: Vec<&str> = passages.iter().filter_map(|p| p.span.of(&text)).collect();
            prop_assert_eq!(joined.join("\n\n"), text.clone());
            for p in &passages {
                for s in &p.statements {
                    prop_assert!(p.span.contains(s.span) && s.span.of(&text).is_some());
                }
            }
        }
    }
}
