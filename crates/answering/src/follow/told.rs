//! What the words of an earlier question tell of the patient, without what they ask; and that text without one of its facts.
//!
//! Both are tried and read again: a text that is then read otherwise than it was is not used. It must not judge which
//! facts have to go: `clinical::change` does.

use super::text::{asks_first, bare, clauses, dangles, is_demand, is_leading, sentences, telling, tidy, words};
use clinical::{Assertion, Attribute, Case, Fact, read_case};

/// Whether a fact tells something, and is not what the question asks about.
fn tells(fact: &Fact) -> bool {
    let asked = matches!(fact.attribute, Attribute::Treatment | Attribute::Medication | Attribute::Lab);
    fact.assertion != Assertion::Planned || !asked
}

/// Whether a case has a fact, whatever its details.
fn has(case: &Case, fact: &Fact) -> bool {
    let ill = |f: &Fact| matches!(f.attribute, Attribute::Diagnosis | Attribute::Comorbidity);
    case.facts.iter().any(|f| {
        f.value == fact.value && f.assertion == fact.assertion && (f.attribute == fact.attribute || ill(f) && ill(fact))
    })
}

/// What a question tells, as sentences that ask nothing; nothing where it tells nothing, or where that cannot be told apart.
pub(super) fn told(question: &str) -> Option<String> {
    let case = read_case(question);
    let facts: Vec<&Fact> = case.facts.iter().filter(|f| tells(f)).collect();
    if facts.is_empty() {
        return None;
    }
    let mut out: Vec<String> = Vec::new();
    for sentence in sentences(question) {
        let text = &question[sentence[0]..sentence[1]];
        let here: Vec<&Fact> = facts.iter().copied().filter(|f| within(f, sentence)).collect();
        let asks = text.trim_end().ends_with('?') || asks_first(text);
        if !asks {
            out.push(telling(text));
        } else if !here.is_empty() {
            let parts = clauses(question, sentence);
            let last = parts.len() - 1;
            let mut kept: Vec<String> = Vec::new();
            for (at, clause) in parts.iter().enumerate() {
                let text = &question[clause[0]..clause[1]];
                let mine: Vec<&Fact> = here.iter().copied().filter(|f| within(f, *clause)).collect();
                let asks = asks_first(text) || at == last && parts.len() == 1 || demands_first(text);
                match (asks, mine.is_empty()) {
                    (false, _) => kept.push(bare(text).to_owned()),
                    (true, true) => {}
                    (true, false) => kept.push(of_asking(question, *clause, &mine)),
                }
            }
            out.push(telling(&kept.join(", ")));
        }
    }
    let out = tidy(&out.join(" "));
    let read = read_case(&out);
    facts.iter().all(|f| has(&read, f)).then_some(out)
}

/// "Best treatment for ...": what is asked for stands first, though no word asks.
fn demands_first(text: &str) -> bool {
    words(text).first().is_some_and(|w| is_demand(&w.norm))
}

fn within(fact: &Fact, range: [usize; 2]) -> bool {
    range[0] <= fact.span[0] && fact.span[1] <= range[1]
}

/// What a clause tells that also asks: from behind the words that ask to its last fact, without what is asked between.
fn of_asking(question: &str, clause: [usize; 2], facts: &[&Fact]) -> String {
    let [from, to] = clause;
    let words: Vec<_> =
        words(&question[from..to]).into_iter().map(|w| (w.norm, [from + w.span[0], from + w.span[1]])).collect();
    let (Some(first), Some(last)) = (facts.iter().map(|f| f.span[0]).min(), facts.iter().map(|f| f.span[1]).max())
    else {
        return String::new();
    };
    // Where it may begin, the likeliest first: behind all that asks, then nearer to the first fact.
    let before: Vec<_> = words.iter().filter(|w| w.1[1] <= first).collect();
    let asked = before.iter().rposition(|w| is_demand(&w.0)).map_or(0, |at| at + 1);
    let led = before[asked..].iter().position(|w| !is_leading(&w.0)).map_or(before.len(), |at| asked + at);
    let starts: Vec<usize> = before[asked..led]
        .iter()
        .map(|w| w.1[0])
        .rev()
        .chain(before[led..].iter().map(|w| w.1[0]))
        .chain(before[..asked].iter().rev().map(|w| w.1[0]))
        .collect();
    let mut starts: Vec<usize> = match before.get(led) {
        Some(word) => std::iter::once(word.1[0]).chain([first]).chain(starts).collect(),
        None => std::iter::once(first).chain(starts).collect(),
    };
    starts.dedup();
    let after = words.iter().filter(|w| w.1[0] >= last);
    let end = if after.clone().any(|w| is_demand(&w.0)) { last } else { to };
    let told = |start: usize| {
        // A gap between two facts that asks is none of the telling.
        let mut out = String::new();
        let mut at = start;
        let mut ordered: Vec<&&Fact> = facts.iter().collect();
        ordered.sort_by_key(|f| f.span);
        for pair in ordered.windows(2) {
            let gap = [pair[0].span[1], pair[1].span[0]];
            let asks = words.iter().any(|w| gap[0] <= w.1[0] && w.1[1] <= gap[1] && is_demand(&w.0));
            if asks && gap[0] >= at && gap[0] < gap[1] {
                out.push_str(&question[at..gap[0]]);
                out.push_str(", ");
                at = gap[1];
            }
        }
        out.push_str(&question[at..end.max(at)]);
        bare(&out).to_owned()
    };
    let reads = |text: &str| {
        let case = read_case(&telling(text));
        facts.iter().all(|f| has(&case, f))
    };
    starts.iter().map(|s| told(*s)).find(|t| reads(t)).unwrap_or_else(|| told(first))
}

/// The text without the words of one of its facts; nothing where they cannot be cut out without changing what else is read.
/// `ends` tells which other facts are to go as well.
pub(super) fn without(text: &str, fact: &Fact, ends: impl Fn(&Fact) -> bool) -> Option<String> {
    let before = read_case(text);
    let others: Vec<&Fact> = before.facts.iter().filter(|f| *f != fact && f.span != fact.span && !ends(f)).collect();
    let [start, end] = fact.span;
    text.get(start..end)?;
    let mut cuts: Vec<[usize; 2]> = Vec::new();
    for sentence in sentences(text) {
        for clause in clauses(text, sentence) {
            let alone = within(fact, clause) && !others.iter().any(|f| within(f, clause));
            if alone && !asks_first(&text[clause[0]..clause[1]]) {
                // The mark before goes with the clause, that behind it stays.
                let mark =
                    text[..clause[1]].chars().next_back().filter(|c| !c.is_alphanumeric()).map_or(0, char::len_utf8);
                cuts.push([clause[0], clause[1] - if text[..clause[1]].ends_with(')') { 0 } else { mark }]);
            }
        }
    }
    let bracket = text[end..].trim_start().starts_with('(').then(|| text[end..].find(')')).flatten();
    let behind = bracket.map_or(end, |at| end + at + 1);
    let words = words(&text[..start]);
    let led = words
        .iter()
        .rev()
        .take_while(|w| dangles(&w.norm) && !text[w.span[0]..w.span[1]].ends_with([',', ';', '.', ':']));
    let led = led.last().map_or(start, |w| w.span[0]);
    cuts.extend([[led, behind], [start, behind], [led, end], [start, end]]);
    let cut = |[from, to]: [usize; 2]| Some(tidy(&format!("{} {}", text.get(..from)?, text.get(to..)?)));
    cuts.into_iter().filter_map(cut).find(|left| {
        let read = read_case(left);
        !has(&read, fact)
            && others.iter().all(|f| has(&read, f))
            && read.facts.iter().all(|f| before.facts.iter().any(|o| o.value == f.value && o.attribute == f.attribute))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_kept_and_what_is_asked_is_not() {
        for (question, expected) in [
            ("How is hypomagnesemia treated?", "Hypomagnesemia."),
            (
                "67F with mCRC, BRAF V600E, progressed on FOLFOX, ECOG 1: what next?",
                "67F with mCRC, BRAF V600E, progressed on FOLFOX, ECOG 1.",
            ),
            ("Metastatic colon cancer after FOLFOX. What next?", "Metastatic colon cancer after FOLFOX."),
            (
                "What are the treatment options for a patient with rectal cancer, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, leucovorin), now presenting with bone metastases?",
                "A patient with rectal cancer, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, leucovorin), now presenting with bone metastases.",
            ),
            (
                "Should bevacizumab be given with hypertension in metastatic colon cancer?",
                "Hypertension in metastatic colon cancer.",
            ),
            ("Is zoledronate safe in bone metastases with eGFR 25?", "Bone metastases with eGFR 25."),
        ] {
            assert_eq!(told(question).as_deref(), Some(expected), "{question}");
        }
        assert_eq!(told("What next?"), None);
        assert_eq!(told(""), None);
    }

    #[test]
    fn a_fact_is_cut_out_with_the_words_that_need_it() {
        for (text, value, expected) in [
            (
                "67F with mCRC, KRAS wild-type, ECOG 1. What next?",
                "kras wild-type",
                "67F with mCRC, ECOG 1. What next?",
            ),
            ("67F with mCRC and KRAS wild-type. What next?", "kras wild-type", "67F with mCRC. What next?"),
            (
                "Rectal cancer, post-surgery, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, leucovorin), ECOG 1.",
                "FOLFOX",
                "Rectal cancer, post-surgery, ECOG 1.",
            ),
            ("Diabetes, takes metformin. What next?", "metformin", "Diabetes. What next?"),
        ] {
            let case = read_case(text);
            let fact = case.facts.iter().find(|f| f.value.text() == Some(value));
            let left = fact.and_then(|f| without(text, f, |_| false));
            assert_eq!(left.as_deref(), Some(expected), "{text}: {:?}", case.facts);
        }
    }
}
