//! Shorthand of clinicians and lay names that were read as something else, or not at all.

use super::read;

/// What a question must say, each by the start of its line, and what it must not (after `!`).
fn holds(question: &str, expected: &[&str]) {
    let facts = read(question);
    for e in expected {
        match e.strip_prefix('!') {
            Some(not) => assert!(!facts.iter().any(|f| f.starts_with(not)), "{question}: {not} in {facts:?}"),
            None => assert!(facts.iter().any(|f| f.starts_with(e)), "{question}: {e} not in {facts:?}"),
        }
    }
}

#[test]
fn apls_is_no_leukemia() {
    holds("triple positive APLS, warfarin or DOAC?", &["diagnosis antiphospholipid syndrome", "!diagnosis acute"]);
    holds("APL with WBC 30, ATRA and ATO", &["diagnosis acute promyelocytic leukemia"]);
    holds("APML induction", &["diagnosis acute promyelocytic leukemia"]);
}

#[test]
fn pd_beside_a_regimen_a_line_or_a_scan_is_no_parkinson_disease() {
    for question in ["PD after FOLFOX, RAS wt", "PD on 2L FOLFIRI-bev", "EGFRm NSCLC PD on osi", "PD on restaging scan"]
    {
        holds(question, &["!diagnosis parkinson", "!comorbidity parkinson"]);
    }
    holds(
        "mCRC s/p FOLFOX x12, PD 3 mo later",
        &["treatment FOLFOX past {cycles:12,setting:unknown,outcome:progressed"],
    );
    holds("PD on levodopa with falls", &["diagnosis parkinson disease"]);
    holds("advanced PD, DBS?", &["diagnosis parkinson disease"]);
}

#[test]
fn letters_mean_what_the_words_near_by_say() {
    holds("PET severe features on MgSO4", &["diagnosis preeclampsia"]);
    holds("FDG PET in sarcoid", &["!diagnosis preeclampsia"]);
    holds("MM R-ISS III, FISH t(4;14), dara-VRd?", &["diagnosis multiple myeloma"]);
    holds("SBP ascites PMN 400", &["diagnosis spontaneous bacterial peritonitis"]);
    holds("DKD eGFR 35 finerenone", &["diagnosis diabetic nephropathy", "!treatment DKd"]);
    holds("superimposed PE on chronic HTN, proteinuria", &["diagnosis preeclampsia", "!diagnosis pulmonary"]);
    holds("PE on rivaroxaban day 3", &["diagnosis pulmonary embolism"]);
    holds("left hemi after a stroke", &["!treatment colectomy"]);
    holds("s/p R hemi pT3N1", &["treatment colectomy past", "diagnosis colon cancer"]);
    holds("CA 9.2 K 4.1", &["lab calcium", "!diagnosis cancer"]);
}

#[test]
fn capitals_that_are_valves_and_livers_are_no_men() {
    holds("MR severe, LVEF 55", &["diagnosis mitral regurgitation", "!sex"]);
    holds("HE on lactulose and rifaximin", &["diagnosis hepatic encephalopathy", "!sex"]);
    holds("He is on lactulose", &["sex male"]);
}

#[test]
fn four_factors_are_no_age() {
    holds("4F-PCC for a bleed on apixaban", &["medication prothrombin complex concentrate", "!age", "!sex"]);
    holds("67F-with a cough", &["age 67"]);
}

#[test]
fn weeks_since_a_treatment_are_no_pregnancy() {
    for question in [
        "colon ca resected, at 12 weeks is adjuvant chemo still useful",
        "ST3 onc colon, surgery then infection, start at 10 weeks",
        "LARC reassess at 8 weeks post CRT",
        "at 12 weeks of prednisone",
    ] {
        holds(question, &["!pregnancy"]);
    }
    holds("at 24 weeks with a severe headache", &["pregnancy pregnant"]);
    holds("breast cancer, pregnant at 24 weeks, chemo?", &["pregnancy pregnant present {weeks:24}"]);
}

#[test]
fn who_had_her_baby_is_postpartum() {
    holds("blood pressure is still up since having my baby", &["diagnosis hypertension", "pregnancy postpartum"]);
    holds("just had a baby and now fits", &["pregnancy postpartum"]);
    holds("I'm expecting and have a cough", &["pregnancy pregnant"]);
    holds("trying for a baby, on lisinopril", &["!pregnancy"]);
}

#[test]
fn fluid_that_is_tapped_is_not_infused() {
    holds("spinal fluid protein 80 in sepsis", &["!medication", "!treatment"]);
    holds("give fluids in sepsis?", &["treatment intravenous fluids"]);
}

#[test]
fn a_drug_cut_short_is_that_drug_and_no_other() {
    for (written, drug) in [
        ("rivarox", "rivaroxaban"),
        ("oxali", "oxaliplatin"),
        ("ticag", "ticagrelor"),
        ("hydrocort", "hydrocortisone"),
        ("cyclophos", "cyclophosphamide"),
        ("levetirac", "levetiracetam"),
        ("LEV", "levetiracetam"),
        ("LCM", "lacosamide"),
        ("mFFX", "FOLFIRINOX"),
    ] {
        let facts = read(&format!("on {written} now"));
        assert!(facts.len() == 1 && facts[0].contains(drug), "{written}: {facts:?}");
    }
    // Names of several drugs begin so.
    holds("on cefta now", &["!medication"]);
    holds("Eleni has gout", &["!medication"]);
    holds("Tobias has gout", &["!medication"]);
}

#[test]
fn a_place_with_a_stage_a_tissue_or_a_regimen_is_the_cancer_of_that_place() {
    for (question, cancer) in [
        ("pT3N1a sigmoid", "colon"),
        ("R colon pT3 N0, LN 0/18", "colon"),
        ("stage II sigmoid resected", "colon"),
        ("adjuvant mFOLFIRINOX pancreas", "pancreatic"),
        ("adeno lung, drivers neg", "lung"),
        ("ampullary adenoca pT3N1", "ampullary"),
        ("pancreas mets to liver", "pancreatic"),
        ("colorectal liver-only mets", "colorectal"),
        ("low rectal T2, cCR after TNT", "rectal"),
        ("s/p LAR ypT2N1", "rectal"),
        ("cancer in my colon", "colon"),
        ("tumour on my pancreas", "pancreatic"),
    ] {
        holds(question, &[&format!("diagnosis {cancer} cancer")]);
    }
    holds("colorectal liver-only mets", &["metastasis liver"]);
    holds("cancer in my bones", &["metastasis bone"]);
    holds("my husband's bowel cancer is back in his liver", &["metastasis liver"]);
}

#[test]
fn a_place_alone_is_no_cancer() {
    for question in [
        "KRAS G12D + FOLFOX-bev",
        "sigmoid volvulus",
        "gastric bypass, stage 3 CKD",
        "stage 3 pressure ulcer, bowel incontinence",
        "lung function in COPD stage 3",
        "breast feeding on chemo",
        "rectal exam, T2 hyperintense lesion",
        "endometriosis stage IV, bowel involvement",
        "mets to liver and lung",
        "on FOLFOX for 3 months, lungs clear",
        "bladder irritation on cyclophosphamide",
        "breast lump, on methotrexate",
        "T2 weighted hyperintensity of the prostate",
    ] {
        let facts = read(question);
        assert!(!facts.iter().any(|f| f.contains("cancer")), "{question}: {facts:?}");
    }
    holds("liver and lung mets from sigmoid", &["diagnosis colon cancer", "!diagnosis lung"]);
    holds("prostate exam normal, adjuvant chemo for colon cancer", &["!diagnosis prostate"]);
}

#[test]
fn what_was_cut_out_was_operated_on() {
    holds("bowel cancer cut out in spring", &["treatment surgery past"]);
    holds("tumour taken out 3 months ago", &["treatment surgery past {since_months:3}"]);
    for question in ["can the tumour be removed", "tumour not removed", "tick removed"] {
        holds(question, &["!treatment surgery past"]);
    }
}

#[test]
fn lay_names_are_read() {
    for (question, fact) in [
        ("clots in my lungs", "diagnosis pulmonary embolism"),
        ("a chest infection", "diagnosis lower respiratory tract infection"),
        ("liver trouble from drink", "diagnosis alcoholic liver disease"),
        ("bone strengthening drip", "treatment bisphosphonate"),
        ("water tablets", "medication diuretic"),
        ("having fits", "symptom seizures"),
        ("my kidneys work at 20 percent", "organ_function egfr present {value:20"),
        ("sugar diabetes", "diagnosis diabetes mellitus"),
        ("cough and consolidation on the film", "diagnosis pneumonia"),
        ("the runs and pins and needles", "symptom paresthesia"),
    ] {
        holds(question, &[fact]);
    }
    holds("she is fit for surgery", &["!symptom"]);
    holds("consolidation durvalumab", &["!diagnosis"]);
}

#[test]
fn a_test_after_a_value_is_no_unit_of_it() {
    holds("K 2.5 Mg 1.0", &["lab potassium present {value:2.5", "lab magnesium present {value:1"]);
    holds("magnesium 400 mg daily", &["medication magnesium preparation"]);
}

#[test]
fn letters_that_mean_something_else_are_not_read() {
    for (question, not) in [
        ("bladder CIS high grade carcinoma, BCG?", "treatment cisplatin"),
        ("HbA1c target not met on diet, T2DM", "medication metformin"),
        ("severe arthralgia on AI for breast cancer", "comorbidity aortic"),
        ("DM2 with rash and leg weakness", "diagnosis dermatomyositis"),
        ("TMA after gemcitabine", "diagnosis thrombotic thrombocytopenic"),
        ("raised ICP for 2 weeks after head injury", "diagnosis cholestasis"),
        ("mCRC RAS status pending, creatinine 0.9, htn", "comorbidity renal artery"),
        ("HD methotrexate for PCNSL", "treatment hemodialysis"),
    ] {
        let facts = read(question);
        let what = not.split_once(' ').map_or(not, |(_, what)| what);
        assert!(!facts.iter().any(|f| f.contains(what)), "{question}: {facts:?}");
    }
}
