//! Making a general article of one that was made from a case, and telling which those are.

use super::Named;
use crate::ask::read;
use crate::{Answer, DeskError, Question, Seat};
use answering::grades;
use board::Action;
use clinical::{Assertion, Attribute, Case, Fact};
use library::{Deed, Origin};

/// What a case tells that only one patient has, in words; empty for a question about a disease and its treatment. An article
/// with any of it shows its case under the title and is not for search engines.
///
/// Age, weight, performance status, allergies, drugs taken and habits count always; anything else where it comes with a figure, a
/// dose, a duration or how long ago it was. Sex counts only beside another. Relatives do not count.
pub fn of_a_patient(case: &Case) -> Vec<String> {
    let only_ones = |fact: &&Fact| {
        let d = &fact.detail;
        let measured = fact.value.number().is_some()
            || d.value.is_some()
            || d.cycles.is_some()
            || d.since_months.is_some()
            || d.dose.is_some()
            || d.weeks.is_some()
            || d.duration.is_some();
        let always = matches!(
            fact.attribute,
            Attribute::Age
                | Attribute::Weight
                | Attribute::Ecog
                | Attribute::Allergy
                | Attribute::Medication
                | Attribute::Lifestyle
        );
        fact.assertion != Assertion::Family && (always || measured)
    };
    let mut told: Vec<String> = case.facts.iter().filter(only_ones).map(Fact::describe).collect();
    if !told.is_empty() {
        told.extend(case.of(Attribute::Sex).map(Fact::describe));
    }
    told.extend(case.redactions.iter().map(|r| format!("a {}", r.kind)));
    told.dedup();
    told
}

impl Seat<'_> {
    /// Answers a general question in place of one that was made from a case: a new article, the editor's own, which goes its own
    /// way through review. Refused where the question still tells what only one patient has.
    pub fn generalise(&mut self, named: &Named<'_>, question: &Question) -> Result<Answer, DeskError> {
        let version = self.version_for(Action::Generalise, named)?;
        let asked = read(question)?;
        let facts = of_a_patient(&asked.case);
        if !facts.is_empty() {
            return Err(DeskError::OfAPatient { facts });
        }
        let article = self.desk.answered(&asked, &mut crate::told::silent)?;
        let kept = self.desk.articles.keep_as(&article, &self.actor, Origin::Generalised)?;
        self.desk.articles.record(Deed {
            actor: self.actor.label(),
            action: "generalise",
            subject: format!("article {}", version.kept.hash),
            detail: serde_json::json!({ "into": kept.hash }),
        })?;
        Ok(Answer { article: kept, dropped: article.dropped().to_vec(), readability: grades(article.body()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_is_told_from_a_disease() {
        let told = |question: &str| of_a_patient(&clinical::read_case(question));
        for general in [
            "How is hypomagnesemia evaluated?",
            "What is the treatment of metastatic colorectal cancer after progression on FOLFOX?",
            "How is hypertension in pregnancy treated?",
            "Does my patient's mother with breast cancer matter?",
        ] {
            assert_eq!(told(general), Vec::<String>::new(), "{general}");
        }
        for patient in [
            "67F with metastatic colorectal cancer, BRAF V600E: what next?",
            "Rectal cancer, 4 cycles of FOLFOX, what next?",
            "Hypomagnesemia with Mg 1.1 mg/dL on omeprazole, how to treat?",
            "ECOG 3, multiple myeloma: which treatment?",
        ] {
            assert!(!told(patient).is_empty(), "{patient}");
        }
    }
}
