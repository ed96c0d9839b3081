//! What a question asks for that no digest on its topic speaks of: driving, food, fertility. The plan of the disease is no answer
//! to that, however well it fits the patient. Owns that decision; which words name a side is the business of `clinical`.

use crate::plan::Asked;
use crate::relevance::asking;
use clinical::{Facet, facets_in};
use evidence::Source;

/// Sides asked for that nothing here speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unheld {
    /// What they are called.
    pub names: Vec<&'static str>,
    /// Whether nothing else is asked.
    pub all: bool,
}

impl Unheld {
    /// Holds what a question asks against the digests on its topic. Cost: the text of the digests, once for each side asked for;
    /// nothing for the many questions that ask for none.
    pub(crate) fn of(asked: &Asked, digests: &[&Source]) -> Self {
        let question = asked.question.as_str();
        let mut clauses: Vec<&str> = asking(question).into_iter().map(|[from, to]| &question[from..to]).collect();
        if clauses.is_empty() {
            clauses.push(question);
        }
        let mut out = Self { names: Vec::new(), all: true };
        for clause in clauses {
            let lacking: Vec<&Facet> =
                facets_in(clause).into_iter().filter(|f| !digests.iter().any(|d| speaks_of(d, f))).collect();
            out.all &= !lacking.is_empty();
            for facet in lacking {
                if !out.names.contains(&facet.name) {
                    out.names.push(facet.name);
                }
            }
        }
        out.all &= !out.names.is_empty();
        out
    }
}

fn speaks_of(digest: &Source, facet: &Facet) -> bool {
    let said = digest.passages.iter().flat_map(|p| {
        let headings = p.heading.iter().map(String::as_str);
        headings.chain(p.statements.iter().map(|s| digest.slice(s.span)))
    });
    said.into_iter().any(|text| facet.is_spoken_of_in(text))
}
