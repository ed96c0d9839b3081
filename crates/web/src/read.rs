//! What was read in a question: the question with every fact marked where it stands, and the facts, each tied to its mark.

use desk::answering::Body;
use desk::clinical::{Case, Fact};
use maud::{Markup, html};

/// The question as asked, its facts marked.
pub(crate) fn question(body: &Body) -> Markup {
    let text = body.question.as_str();
    let marks = marks(&body.case, text);
    // What stands before each mark; the last piece is what stands after all of them.
    let starts = std::iter::once(0).chain(marks.iter().map(|(_, span)| span[1]));
    let rest = marks.last().map_or(0, |(_, span)| span[1]);
    html! {
        blockquote.asked {
            @for ((id, span), from) in marks.iter().zip(starts) {
                (text[from..span[0]])
                mark id=(id) { (text[span[0]..span[1]]) }
            }
            (text[rest..])
        }
    }
}

/// The facts, what was read as what, what could not be told, and how many identifiers were removed.
pub(crate) fn facts(body: &Body) -> Markup {
    let case = &body.case;
    let marks = marks(case, &body.question);
    html! {
        section #read {
            h2 { "What we read in your question" }
            @if case.facts.is_empty() {
                p { "No patient fact. If you named one, put it in other words." }
            } @else {
                dl.facts {
                    @for fact in &case.facts {
                        div { dt { (fact.attribute.label()) } dd { (fact.describe()) " " (said(fact, &marks, &body.question)) } }
                    }
                }
            }
            @for note in case.notes() { p.note { (note) } }
        }
    }
}

/// The words a fact was read from, leading to their place in the question.
fn said(fact: &Fact, marks: &[(String, [usize; 2])], question: &str) -> Markup {
    let mark = marks.iter().find(|(_, span)| span[0] <= fact.span[0] && fact.span[0] < span[1]);
    html! {
        @if let (Some((id, _)), Some(words)) = (mark, question.get(fact.span[0]..fact.span[1])) {
            a.said href=(format!("#{id}")) title="Show it in the question" { "\u{201c}" (words) "\u{201d}" }
        }
    }
}

/// Where facts stand, in order, each place once, none overlapping.
fn marks(case: &Case, question: &str) -> Vec<(String, [usize; 2])> {
    let mut spans: Vec<[usize; 2]> = case.facts.iter().map(|f| f.span).collect();
    // The longest first where several begin together.
    spans.sort_by_key(|s| (s[0], std::cmp::Reverse(s[1])));
    let mut marks: Vec<(String, [usize; 2])> = Vec::new();
    for span in spans {
        let free = marks.last().is_none_or(|(_, last)| last[1] <= span[0]);
        if free && span[0] < span[1] && question.get(span[0]..span[1]).is_some() {
            marks.push((format!("f{}", marks.len() + 1), span));
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_leads_to_a_mark() {
        let text = "67F with rectal adenocarcinoma, post 4 cycles of FOLFOX, é";
        let case = desk::read_case(&desk::Question::new(text)).unwrap();
        let marks = marks(&case, text);
        assert!(marks.len() >= 4, "{marks:?}");
        for fact in &case.facts {
            assert!(said(fact, &marks, text).into_string().contains("href=\"#f"), "{fact:?}");
        }
        assert!(marks.windows(2).all(|w| w[0].1[1] <= w[1].1[0]));
    }
}
