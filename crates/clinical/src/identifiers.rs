//! Identifiers of patients, found and taken out. What was taken out is kept nowhere: a redaction holds its kind and place.
//!
//! Found: names, exact dates, record, national and phone numbers, e-mail and street addresses. Years, months, ages and
//! intervals ("3 months ago") stay. Where today is known, an exact date becomes how long ago it was. This is a guard
//! against what people type by habit, not a guarantee: a bare first name that no list knows is not found.
//!
//! What each kind looks like is the business of the modules below; this one decides between those that overlap. It
//! must not log or keep what it takes out.

mod calendar;
mod names;
mod numbers;
mod suspects;
mod words;

pub use suspects::{Suspect, suspects};

use crate::case::{Case, Redaction};
use crate::dates::Date;
use std::collections::BTreeMap;

/// A question without the identifiers that were found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The question with each identifier replaced by its kind in brackets: `[name]`, `[date, 20 months ago]`.
    pub text: String,
    /// What was replaced, in order; spans lie in the question as it was typed.
    pub redactions: Vec<Redaction>,
    /// Where each replacement lies in `text`, in the same order.
    replaced: Vec<[usize; 2]>,
    /// Months and years that stay in `text`: where each ends, and how many months ago it was.
    intervals: Vec<(usize, u32)>,
}

impl Redacted {
    /// The place in the question as typed of a place in [`text`](Self::text); the start of the identifier for a place
    /// within a replacement.
    pub fn original(&self, at: usize) -> usize {
        let mut shift = 0isize;
        for (redaction, replaced) in self.redactions.iter().zip(&self.replaced) {
            if at < replaced[0] {
                break;
            }
            if at < replaced[1] {
                return redaction.span[0];
            }
            shift = redaction.span[1] as isize - replaced[1] as isize;
        }
        at.saturating_add_signed(shift)
    }

    /// The case read out of [`text`](Self::text), with "March 2025" read as the interval it is; spans lie in the text.
    pub fn read_case(&self) -> Case {
        let mut case = if self.intervals.is_empty() {
            crate::read_case(&self.text)
        } else {
            // The reader knows intervals. It is given a text that says them, and its places are counted back.
            let mut told = String::with_capacity(self.text.len() + 24 * self.intervals.len());
            let mut added: Vec<[usize; 2]> = Vec::with_capacity(self.intervals.len());
            let mut from = 0;
            for (end, months) in &self.intervals {
                told.push_str(&self.text[from..*end]);
                let start = told.len();
                told.push_str(&format!(" ({months} month{} ago)", if *months == 1 { "" } else { "s" }));
                added.push([start, told.len()]);
                from = *end;
            }
            told.push_str(&self.text[from..]);
            let mut case = crate::read_case(&told);
            let back = |at: usize| {
                let before = added.iter().take_while(|a| a[0] < at);
                at - before.map(|a| a[1].min(at) - a[0]).sum::<usize>()
            };
            let spans = case.facts.iter_mut().map(|f| &mut f.span);
            let spans = spans.chain(case.read_as.iter_mut().map(|r| &mut r.span));
            for span in spans.chain(case.unclear.iter_mut().map(|u| &mut u.span)) {
                *span = [back(span[0]), back(span[1])];
            }
            case
        };
        case.redactions.clone_from(&self.redactions);
        case
    }
}

/// A number once told to be somebody's is taken out wherever it stands.
fn numbers_again(question: &str, found: &mut Vec<(&'static str, [usize; 2], Option<String>)>) {
    let told = found.iter().filter(|(kind, ..)| !matches!(*kind, "date" | "name" | "address"));
    let told: BTreeMap<&str, &'static str> = told
        .map(|(kind, span, _)| (question[span[0]..span[1]].trim_matches(|c: char| !c.is_alphanumeric()), *kind))
        .filter(|(number, _)| number.len() > 3 && !number.contains(char::is_whitespace))
        .collect();
    if told.is_empty() {
        return;
    }
    let mut start = 0;
    for token in question.split_inclusive(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | ':')) {
        let lead = token.len() - token.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let bare = token.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(kind) = told.get(bare) {
            found.push((*kind, [start + lead, start + lead + bare.len()], None));
        }
        start += token.len();
    }
}

/// Takes out what would tell who the patient is. Call it before anything else sees a question.
pub fn redact(question: &str) -> Redacted {
    redact_as_of(question, None)
}

/// Takes out what would tell who the patient is; exact dates of what happened become how long before today it was.
pub fn redact_as_of(question: &str, today: Option<Date>) -> Redacted {
    let mut found: Vec<(&'static str, [usize; 2], Option<String>)> = Vec::new();
    for date in calendar::find(question) {
        let ago = today.zip(date.event).and_then(|(today, event)| event.ago(today));
        found.push(("date", date.span, ago));
    }
    found.extend(numbers::find(question).into_iter().map(|(kind, span)| (kind, span, None)));
    found.extend(names::find(question).into_iter().map(|span| ("name", span, None)));
    numbers_again(question, &mut found);
    // Dates first where two begin together, then numbers, then names; the sort is stable.
    found.sort_by_key(|(_, span, _)| span[0]);
    let mut out = Redacted {
        text: String::with_capacity(question.len()),
        redactions: Vec::new(),
        replaced: Vec::new(),
        intervals: Vec::new(),
    };
    let mut at = 0;
    for (kind, span, ago) in found {
        if span[0] < at {
            // Overlaps with one taken out: what sticks out of it goes too.
            if span[1] > at {
                at = span[1];
                if let Some(last) = out.redactions.last_mut() {
                    last.span[1] = at;
                }
            }
            continue;
        }
        out.text.push_str(&question[at..span[0]]);
        let start = out.text.len();
        out.text.push('[');
        out.text.push_str(kind);
        if let Some(ago) = ago {
            out.text.push_str(", ");
            out.text.push_str(&ago);
        }
        out.text.push(']');
        out.replaced.push([start, out.text.len()]);
        out.redactions.push(Redaction { kind: kind.to_owned(), span });
        at = span[1];
    }
    out.text.push_str(&question[at..]);
    if let Some(today) = today {
        out.intervals = calendar::months(&out.text, today);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identifiers_go() {
        for (question, expected) in [
            ("Mr. John Smith has rectal cancer", "Mr. [name] has rectal cancer"),
            ("Mrs O'Neil, 67F, on warfarin", "Mrs [name], 67F, on warfarin"),
            ("Patient Jane Doe with asthma", "Patient [name] with asthma"),
            ("My name is Anna Maria Lopez and I have migraine", "My name is [name] and I have migraine"),
            ("The patient's name is José Ramírez.", "The patient's name is [name]."),
            ("a man named Bob with gout", "a man named [name] with gout"),
            ("DOB 03/14/1957, rectal cancer", "DOB [date], rectal cancer"),
            ("surgery on 12 March 2024", "surgery on [date]"),
            ("surgery on March 12, 2024", "surgery on [date]"),
            ("born 1957-03-14", "born [date]"),
            ("MRN 00482913 with stroke", "MRN [record number] with stroke"),
            ("MRN: A-482913", "MRN: [record number]"),
            ("call (555) 123-4567", "call [phone]"),
            ("phone 555-123-4567", "phone [phone]"),
            ("+44 20 7946 0958", "[phone]"),
            ("write to jane.doe@example.org please", "write to [e-mail] please"),
            ("lives at 42 Maple Street, Apt 3", "lives at [address]"),
            ("SSN 123-45-6789", "SSN [national number]"),
            ("NHS number 943 476 5919", "NHS number [national number]"),
        ] {
            assert_eq!(redact(question).text, expected, "{question}");
        }
    }

    #[test]
    fn medicine_stays() {
        for question in [
            "Patient with T3N0M0 rectal cancer, 4 cycles of mFOLFOX6, KRAS G12C, Mg 0.9 mg/dL, 3 months ago, BP 120/80",
            "In NCT00689221 and ML18147, oxaliplatin 85 mg/m2 every 14 days; capecitabine 1000 mg/m2 bid",
            "Patient on FOLFOX since 2019, ECOG 1, CEA 12.4 ng/mL, platelets 150,000/uL",
            "The patient has Crohn's disease and Hodgkin lymphoma",
            "Patient Crohn disease? Patient Keytruda 200 mg",
            "S-1 plus oxaliplatin vs CAPOX in KEYNOTE-177 and BEACON",
            "Child-Pugh B7, MELD 14, 5-FU 400 mg/m2 bolus then 2400 mg/m2",
            "Mg 1.2, K 3.1, Ca 7.9, Na 128; pH 7.25",
            "Known as Lynch syndrome; Patient Karnofsky 80",
            "stage III (T3 N0 M0), HLA-B27, factor V Leiden",
            "systolic 120/80/60",
        ] {
            let redacted = redact(question);
            assert_eq!(redacted.text, question);
            assert!(redacted.redactions.is_empty());
        }
    }

    #[test]
    fn places_lead_back_to_the_question_as_typed() {
        let question = "Mr. John Smith, born 03/14/1957, has gout";
        let redacted = redact(question);
        assert_eq!(redacted.text, "Mr. [name], born [date], has gout");
        let (at, original) = (redacted.text.find("gout").unwrap(), question.find("gout").unwrap());
        assert_eq!(redacted.original(at), original);
        assert_eq!(redacted.original(0), 0);
        assert_eq!(redacted.original(redacted.text.find("born").unwrap()), question.find("born").unwrap());
        assert_eq!(&question[redacted.redactions[0].span[0]..redacted.redactions[0].span[1]], "John Smith");
    }

    #[test]
    fn addresses_and_numbers_go_whole() {
        for (question, expected) in [
            ("Address: 17 Harbour Road, Bristol BS1 4DJ. 83F", "Address: [address]. 83F"),
            ("lives at 8/12 Banksia Street, Brunswick VIC 3056. 49M", "lives at [address]. 49M"),
            ("at 3 Rue Victor Hugo, 69002 Lyon. Asthma", "at [address]. Asthma"),
            ("221 Pinecrest Drive, Austin, TX 78704. 66F", "[address]. 66F"),
            ("Medicare no. 2428 77813 2, 68F", "Medicare no. [record number], 68F"),
            ("Name: KOWALCZYK, EWA  DOB: 04.11.1949", "Name: [name]  DOB: [date]"),
        ] {
            assert_eq!(redact(question).text, expected);
        }
    }

    #[test]
    fn a_date_of_treatment_is_read_as_time_since() {
        let today: Date = "2026-11-24".parse().unwrap();
        for (question, value, months, gone) in [
            ("Colon cancer, FOLFOX completed 03/14/2025. Next?", "FOLFOX", 20.0, "03/14/2025"),
            ("Rectal cancer, surgery on 12 March 2024. Follow-up?", "surgery", 32.0, "12 March 2024"),
            ("Colon cancer, last dose of oxaliplatin 2 Jan 2026. Rechallenge?", "oxaliplatin", 10.0, "2 Jan 2026"),
            ("Colon cancer, finished adjuvant CAPOX in March 2025, relapse. Next?", "CAPOX", 20.0, ""),
            ("Colon cancer, finished CAPOX in 2024, relapse. Next?", "CAPOX", 24.0, ""),
        ] {
            let redacted = redact_as_of(question, Some(today));
            assert!(gone.is_empty() || !redacted.text.contains(gone), "{}", redacted.text);
            let case = redacted.read_case();
            let fact = case.facts.iter().find(|f| f.value.to_string() == value);
            let since = fact.and_then(|f| f.detail.since_months);
            assert_eq!(since, Some(months), "{} {:?}", redacted.text, case.facts);
        }
    }

    #[test]
    fn a_long_text_is_redacted() {
        for part in
            ["Mr. John Smith, 54F, MRN 0048291 ", "a ", "Smith, ", "A.", "1/", "12 March ", "A-", "\u{300}", "van de "]
        {
            let text = part.repeat(100_000 / part.len());
            assert!(redact(&text).text.len() <= 2 * text.len() + 10);
        }
    }

    proptest! {
        #[test]
        fn what_was_removed_is_nowhere_in_the_text(
            parts in proptest::collection::vec(
                proptest::sample::select(&[
                    "Mr. Okonkwo", "Maria Gonzalez, 54F,", "my wife Ngozi", "Okonkwo", "Gonzalez", "MRN 4482913", "4482913", "Mrs Brown,", "and Brown is",
                    "DOB 03/14/1957", "seen 12 March 2024", "jane.doe@example.org", "lives at 42 Maple Street, Leeds",
                    "with gout.", "and", "Crohn's disease?", "Dr", "Patient", "Name: ", ",", "\n", "phone 020 7946 0958",
                ][..]),
                0..12,
            )
        ) {
            let text = parts.join(" ");
            let redacted = redact(&text);
            for r in &redacted.redactions {
                let removed = &text[r.span[0]..r.span[1]];
                // "Dr Name:" takes the word that announces a name for one; that word tells nothing where it stays.
                if removed.chars().filter(|c| c.is_alphanumeric()).count() < 4 || matches!(removed, "Name" | "Patient") {
                    continue;
                }
                let whole = redacted.text.match_indices(removed).any(|(at, m)| {
                    let before = redacted.text[..at].chars().next_back();
                    let after = redacted.text[at + m.len()..].chars().next();
                    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
                });
                prop_assert!(!whole, "{removed:?} in {:?}", redacted.text);
            }
        }

        #[test]
        fn any_text_is_redacted_without_panic(s in "(\\PC|[0-9/@. \\-]|Mr |MRN |Patient ){0,60}") {
            let redacted = redact(&s);
            let mut last = 0;
            for r in &redacted.redactions {
                prop_assert!(r.span[0] >= last && s.get(r.span[0]..r.span[1]).is_some());
                last = r.span[1];
            }
            for at in 0..=redacted.text.len() {
                prop_assert!(redacted.original(at) <= s.len());
            }
        }
    }
}
