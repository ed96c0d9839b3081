//! Sections by their LOINC codes.
//!
//! Data: the names the FDA lists under "Section Headings (LOINC)", in the case of a heading and without the word
//! "section". Codes that say nothing of the content, as 42229-5 (unclassified), are not among them.

/// Whether a section holds no evidence: data elements, which are read apart, and the text of the carton.
pub(super) fn is_left_out(code: &str) -> bool {
    matches!(code, "48780-1" | "48779-3" | "51945-4")
}

/// The boxed warning.
pub(super) const BOXED_WARNING: &str = "34066-1";

/// The standard name of a section.
pub(super) fn name(code: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

#[rustfmt::skip]
static NAMES: &[(&str, &str)] = &[
    ("34066-1", "Boxed Warning"), ("34067-9", "Indications and Usage"), ("34068-7", "Dosage and Administration"),
    ("34069-5", "How Supplied"), ("34070-3", "Contraindications"), ("34071-1", "Warnings"),
    ("34072-9", "General Precautions"), ("34073-7", "Drug Interactions"),
    ("34074-5", "Drug and/or Laboratory Test Interactions"), ("34075-2", "Laboratory Tests"),
    ("34076-0", "Information for Patients"), ("34077-8", "Teratogenic Effects"), ("34078-6", "Nonteratogenic Effects"),
    ("34079-4", "Labor and Delivery"), ("34080-2", "Nursing Mothers"), ("34081-0", "Pediatric Use"),
    ("34082-8", "Geriatric Use"), ("34083-6", "Carcinogenesis, Mutagenesis, Impairment of Fertility"),
    ("34084-4", "Adverse Reactions"), ("34085-1", "Controlled Substance"), ("34086-9", "Abuse"),
    ("34087-7", "Dependence"), ("34088-5", "Overdosage"), ("34089-3", "Description"),
    ("34090-1", "Clinical Pharmacology"), ("34091-9", "Animal Pharmacology and/or Toxicology"),
    ("34092-7", "Clinical Studies"), ("34093-5", "References"), ("38056-8", "Supplemental Patient Material"),
    ("42227-9", "Drug Abuse and Dependence"), ("42228-7", "Pregnancy"), ("42230-3", "Patient Package Insert"),
    ("42231-1", "Medication Guide"), ("42232-9", "Precautions"), ("43678-2", "Dosage Forms and Strengths"),
    ("43679-0", "Mechanism of Action"), ("43680-8", "Nonclinical Toxicology"), ("43681-6", "Pharmacodynamics"),
    ("43682-4", "Pharmacokinetics"), ("43683-2", "Recent Major Changes"), ("43684-0", "Use in Specific Populations"),
    ("43685-7", "Warnings and Precautions"), ("44425-7", "Storage and Handling"), ("49489-8", "Microbiology"),
    ("50565-1", "Keep Out of Reach of Children"), ("50566-9", "Stop Use"), ("50567-7", "When Using"),
    ("50568-5", "Ask a Doctor or Pharmacist"), ("50569-3", "Ask a Doctor"), ("50570-1", "Do Not Use"),
    ("50741-8", "Safe Handling Warning"), ("51727-6", "Inactive Ingredients"),
    ("53413-1", "Questions"), ("53414-9", "Pregnancy or Breast Feeding"), ("54433-8", "User Safety Warnings"),
    ("55105-1", "Purpose"), ("55106-9", "Active Ingredients"), ("59845-8", "Instructions for Use"),
    ("60561-8", "Other Safety Information"), ("60562-6", "Route, Method and Frequency of Administration"),
    ("60563-4", "Summary of Safety and Effectiveness"), ("66106-6", "Pharmacogenomics"),
    ("68498-5", "Patient Medication Information"), ("69763-1", "Disposal and Waste Handling"),
    ("71744-7", "Health Care Provider Letter"), ("77290-5", "Lactation"),
    ("77291-3", "Females and Males of Reproductive Potential"), ("88828-9", "Renal Impairment"),
    ("88829-7", "Hepatic Impairment"), ("90374-0", "Clinical Trials Experience"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        assert_eq!(name(BOXED_WARNING), Some("Boxed Warning"));
        assert_eq!(name("34070-3"), Some("Contraindications"));
        assert_eq!(name("42229-5"), None);
        assert!(is_left_out("51945-4") && !is_left_out("34068-7"));
        let mut codes: Vec<&str> = NAMES.iter().map(|(code, _)| *code).collect();
        codes.dedup();
        assert_eq!(codes.len(), NAMES.len());
        assert!(codes.is_sorted());
    }
}
