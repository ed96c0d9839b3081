use crate::{Attribute, Case, mentions, read_case};
use proptest::prelude::*;

mod shorthand;

/// The case in one line a fact: attribute, value, assertion, then what is said beside.
fn read(question: &str) -> Vec<String> {
    let case = read_case(question);
    case.facts
        .iter()
        .map(|f| {
            let detail = serde_json::to_string(&f.detail).unwrap();
            let detail = if f.detail.is_empty() { String::new() } else { format!(" {detail}") };
            format!("{} {} {}{}", f.attribute, f.value, f.assertion, detail.replace('"', ""))
        })
        .collect()
}

/// Reads a question and compares what it says, in order of mention.
fn says(question: &str, expected: &[&str]) {
    assert_eq!(read(question), expected, "{question}");
}

const FOLFOX: &str = "components:[fluorouracil,leucovorin,oxaliplatin]";

#[test]
fn the_question_of_the_reference_article() {
    let question = "What are the treatment options for a patient with poorly differentiated rectal cancer, post-surgery, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, leucovorin), post adjuvant radiation therapy (RT), now presenting with multiple skeletal metastases, inguinal metastases, and retroperitoneal metastases?";
    insta::assert_json_snapshot!("reference_article", read_case(question));
}

#[test]
fn a_follow_up_question() {
    says(
        "Same patient, progressed on FOLFOX 3 months ago, KRAS mutant, ECOG 3",
        &[
            &format!("treatment FOLFOX past {{setting:unknown,outcome:progressed,since_months:3,{FOLFOX}}}"),
            "biomarker kras mutant present",
            "ecog 3 present",
        ],
    );
}

#[test]
fn a_note_in_abbreviations() {
    says(
        "67F w/ mCRC, RAS WT, MSI-H, s/p CAPOX x8 completed 14 months ago, PS 1, on warfarin",
        &[
            "age 67 present",
            "sex female present",
            "diagnosis colorectal cancer present",
            "metastasis distant present",
            "biomarker ras wild-type present",
            "biomarker msi-high present",
            "treatment CAPOX past {cycles:8,setting:unknown,outcome:completed,since_months:14,components:[capecitabine,oxaliplatin]}",
            "ecog 1 present",
            "medication warfarin present",
        ],
    );
}

#[test]
fn a_daughters_question() {
    says(
        "My mother has low magnesium of 0.9 mg/dL, takes omeprazole and furosemide, having seizures. What should be done?",
        &[
            "sex female present",
            "diagnosis hypomagnesemia present",
            "lab magnesium present {value:0.9,unit:mg/dL,flag:low}",
            "medication omeprazole present",
            "medication furosemide present",
            "symptom seizures present",
        ],
    );
}

#[test]
fn the_related_questions() {
    says(
        "What is the diagnosis, evaluation, and treatment for hypomagnesemia (low magnesium levels) and hypermagnesemia (high magnesium levels) in patients?",
        &["diagnosis hypomagnesemia present", "diagnosis hypermagnesemia present"],
    );
    says(
        "What is the primary approach for treating patients with rectal tumors and systemic metastases?",
        &["diagnosis rectal cancer present", "metastasis distant present"],
    );
    says(
        "What is the adjuvant management of Stage III (T3 N0 M0) colon cancer?",
        &["stage III present {conflict:T3N0M0 is stage IIA}", "tnm T3N0M0 present", "diagnosis colon cancer present"],
    );
    says(
        "What is the recommended consolidation treatment regimen following chemoradiation?",
        &["treatment chemoradiation past"],
    );
    says(
        "What is the recommended follow-up and management plan for a patient who has undergone surgery followed by adjuvant FOLFOX (Fluorouracil, Oxaliplatin, Leucovorin) for 4 cycles and adjuvant radiation therapy (RT)?",
        &[
            "treatment surgery past",
            &format!("treatment FOLFOX past {{cycles:4,setting:adjuvant,outcome:unknown,{FOLFOX}}}"),
            "treatment radiotherapy past {setting:adjuvant}",
        ],
    );
    says(
        "What is the recommended adjuvant chemotherapy regimen for a patient with pT3N0 (pathological T3, node-negative) periampullary cancer post-operatively?",
        &[
            "treatment chemotherapy planned {setting:adjuvant}",
            "tnm pT3N0 present",
            "diagnosis periampullary cancer present",
            "treatment surgery past",
        ],
    );
    says("What lab tests are used to diagnose and monitor multiple myeloma?", &["diagnosis multiple myeloma present"]);
    says(
        "What are the clinical presentations of Leucine-Rich Glioma-Inactivated 1 (LGI1) encephalitis?",
        &["diagnosis LGI1 encephalitis present"],
    );
    says(
        "What is the best course of action for a patient with alcoholic hepatitis, hypertension, and hyperlipidemia who has resumed alcohol use after a period of sobriety and is experiencing low mood, feelings of despair, and a pruritic rash on the left anterior foot and ankle?",
        &[
            "diagnosis alcoholic hepatitis present",
            "comorbidity hypertension present",
            "comorbidity hyperlipidemia present",
            "lifestyle alcohol present {state:current}",
            "symptom low mood present",
            "symptom pruritus present",
            "symptom rash present {site:anterior foot and ankle,laterality:left}",
        ],
    );
    says(
        "Can carboplatin (carboplatin), paclitaxel (paclitaxel), and bevacizumab (bevacizumab) be used without atezolizumab (atezolizumab) to treat metastatic lung adenocarcinoma?",
        &[
            "treatment carboplatin planned",
            "treatment paclitaxel planned",
            "treatment bevacizumab planned",
            "treatment atezolizumab absent",
            "metastasis distant present",
            "diagnosis lung cancer present",
            "histology adenocarcinoma present",
        ],
    );
}

#[test]
fn what_is_denied_is_absent_through_a_list() {
    says(
        "denies chest pain, fever or cough but has dyspnea",
        &["symptom chest pain absent", "symptom fever absent", "symptom cough absent", "symptom dyspnea present"],
    );
    says(
        "rectal cancer without liver or lung metastases",
        &["diagnosis rectal cancer present", "metastasis liver absent", "metastasis lung absent"],
    );
    says("no prior bevacizumab", &["treatment bevacizumab absent"]);
    says("no metastases", &["metastasis distant absent"]);
    says("non-smoker", &["lifestyle tobacco absent {state:never}"]);
}

#[test]
fn denial_ends_where_its_list_ends() {
    says("no fever, on warfarin", &["symptom fever absent", "medication warfarin present"]);
    says("no bone metastases; liver metastases", &["metastasis bone absent", "metastasis liver present"]);
}

#[test]
fn history_is_past_for_a_cancer_and_present_for_the_chronic() {
    says(
        "migraine, h/o HTN, T2DM",
        &[
            "diagnosis migraine present",
            "comorbidity hypertension present",
            "comorbidity type 2 diabetes mellitus present",
        ],
    );
    says("psoriasis, history of colon cancer", &["diagnosis psoriasis present", "comorbidity colon cancer past"]);
}

#[test]
fn a_brothers_disease_is_not_the_askers_however_it_is_told() {
    says(
        "My brother was told he has bowel cancer at 52. I am 41 and feel well - at what age should I get my first colonoscopy?",
        &["comorbidity colorectal cancer family", "age 41 present", "treatment colonoscopy planned"],
    );
}

#[test]
fn a_drug_whose_dose_is_asked_for_is_planned() {
    says(
        "Preeclampsia. Antenatal betamethasone - dose, interval, and is a rescue course ok?",
        &["diagnosis preeclampsia present", "treatment betamethasone planned"],
    );
    says(
        "Preeclampsia on labetalol, dose 200 mg. What next?",
        &["diagnosis preeclampsia present", "medication labetalol present"],
    );
}

#[test]
fn weeks_to_come_are_no_weeks_of_pregnancy() {
    let case = read_case("30+4 wks, admitted with preeclampsia. Is a rescue course ok if still pregnant in 2 wks?");
    let weeks: Vec<_> = case.of(Attribute::Pregnancy).map(|f| f.detail.weeks).collect();
    assert_eq!(weeks, [Some(30)]);
}

#[test]
fn relatives_and_suspicions() {
    says("migraine with family history of stroke", &["diagnosis migraine present", "comorbidity stroke family"]);
    says("r/o appendicitis", &["diagnosis appendicitis uncertain"]);
    says("gout, possible sepsis", &["diagnosis gout present", "comorbidity sepsis uncertain"]);
}

#[test]
fn how_a_treatment_ended() {
    for (question, says_outcome) in [
        ("progressed on FOLFOX", "progressed"),
        ("disease progression after FOLFOX", "progressed"),
        ("FOLFOX failed", "progressed"),
        ("refractory to FOLFOX", "progressed"),
        ("completed 12 cycles of FOLFOX", "completed"),
        ("FOLFOX x12, completed 6 months ago", "completed"),
        ("FOLFOX stopped for neuropathy", "stopped for toxicity"),
        ("intolerant of FOLFOX", "stopped for toxicity"),
        ("received FOLFOX", "unknown"),
    ] {
        let case = read_case(question);
        let fact = case.of(Attribute::Treatment).next().unwrap();
        assert_eq!(fact.detail.outcome.unwrap().word(), says_outcome, "{question}");
        assert_eq!(fact.assertion.word(), "past", "{question}");
    }
}

#[test]
fn a_course_of_treatments() {
    says(
        "received neoadjuvant chemoradiation then low anterior resection 2 years ago and completed 8 cycles of adjuvant CAPOX",
        &[
            "treatment chemoradiation past {setting:neoadjuvant}",
            "treatment low anterior resection past {since_months:24}",
            "treatment CAPOX past {cycles:8,setting:adjuvant,outcome:completed,components:[capecitabine,oxaliplatin]}",
        ],
    );
    says(
        "on second-line FOLFIRI plus bevacizumab, planned SBRT",
        &[
            "treatment FOLFIRI present {line:2,setting:second-line,components:[fluorouracil,irinotecan,leucovorin]}",
            "treatment bevacizumab present",
            "treatment stereotactic body radiotherapy planned",
        ],
    );
}

#[test]
fn what_is_asked_about_is_planned() {
    says("Can I take ibuprofen with warfarin?", &["treatment ibuprofen planned", "medication warfarin present"]);
    says(
        "Can a patient with DPD deficiency receive capecitabine?",
        &["diagnosis DPD deficiency present", "treatment capecitabine planned"],
    );
    says(
        "Does omeprazole cause hypomagnesemia?",
        &["treatment omeprazole planned", "diagnosis hypomagnesemia present"],
    );
    says("she takes ibuprofen", &["sex female present", "medication ibuprofen present"]);
}

#[test]
fn a_bracket_says_more_exactly_what_was_given() {
    says(
        "My father has bowel cancer that has spread to his bones. He finished chemo (FOLFOX) a year ago.",
        &[
            "sex male present",
            "diagnosis colorectal cancer present",
            "metastasis bone present",
            &format!("treatment FOLFOX past {{setting:unknown,outcome:completed,since_months:12,{FOLFOX}}}"),
        ],
    );
    says("FOLFOX 4 cycles", &[&format!("treatment FOLFOX present {{cycles:4,{FOLFOX}}}")]);
}

#[test]
fn the_end_of_a_list_speaks_for_all_of_it() {
    says(
        "after FOLFOX and FOLFIRI failure",
        &[
            &format!("treatment FOLFOX past {{setting:unknown,outcome:progressed,{FOLFOX}}}"),
            "treatment FOLFIRI past {setting:unknown,outcome:progressed,components:[fluorouracil,irinotecan,leucovorin]}",
        ],
    );
    says("metastatic colorectal cancer to liver", &["diagnosis colorectal cancer present", "metastasis liver present"]);
}

#[test]
fn harm_from_a_treatment() {
    says(
        "oxaliplatin stopped for grade 3 neuropathy",
        &[
            "treatment oxaliplatin past {setting:unknown,outcome:stopped for toxicity}",
            "toxicity neuropathy present {grade:3,of:oxaliplatin}",
        ],
    );
    // What is asked about is not done yet.
    says(
        "CKD on lisinopril. Should lisinopril be stopped?",
        &["diagnosis chronic kidney disease present", "medication lisinopril present"],
    );
    says(
        "colon cancer, oxaliplatin had to be stopped due to neuropathy",
        &[
            "diagnosis colon cancer present",
            "treatment oxaliplatin past {setting:unknown,outcome:stopped for toxicity}",
            "toxicity neuropathy present {of:oxaliplatin}",
        ],
    );
    // Notes put the grade behind; it is no grade of the tumor.
    says(
        "myeloma on bortezomib with neuropathy grade 2",
        &[
            "diagnosis multiple myeloma present",
            "treatment bortezomib present",
            "toxicity neuropathy present {grade:2}",
        ],
    );
    says(
        "breast cancer, diarrhea (grade 3)",
        &["diagnosis breast cancer present", "toxicity diarrhea present {grade:3}"],
    );
    says("breast cancer grade 3", &["diagnosis breast cancer present", "grade grade 3 present"]);
}

#[test]
fn allergies() {
    says("PCN allergic", &["allergy penicillin present"]);
    says("allergic to latex", &["allergy latex present"]);
}

#[test]
fn doses() {
    says(
        "on metformin 500 mg and Mg 400 mg daily",
        &["medication metformin present {dose:500 mg}", "medication magnesium preparation present {dose:400 mg}"],
    );
}

#[test]
fn ages_and_sexes() {
    for (question, age, sex) in [
        ("a 67 yo man with gout", "67", "male"),
        ("45-year-old woman", "45", "female"),
        ("67F with gout", "67", "female"),
        ("6-month-old boy with croup", "0.5", "male"),
        ("this gentleman, aged 80", "80", "male"),
        ("72 y/o female", "72", "female"),
    ] {
        let case = read_case(question);
        let value = |a| case.of(a).next().map(|f| f.value.to_string());
        assert_eq!(
            (value(Attribute::Age).as_deref(), value(Attribute::Sex).as_deref()),
            (Some(age), Some(sex)),
            "{question}"
        );
    }
    says("FOLFOX for 4 months", &[&format!("treatment FOLFOX present {{{FOLFOX}}}")]);
}

#[test]
fn performance_status() {
    for (question, value) in [
        ("ECOG 1", "1"),
        ("ECOG PS of 2", "2"),
        ("PS 1", "1"),
        ("performance status 3", "3"),
        ("ECOG 1-2", "1-2"),
        ("KPS 100", "0"),
        ("KPS 80", "1"),
        ("Karnofsky performance status of 60%", "2"),
        ("KPS 50", "3"),
        ("KPS 20", "4"),
    ] {
        assert_eq!(read_case(question).facts[0].value.to_string(), value, "{question}");
    }
    assert!(read_case("PS: thanks in advance").facts.is_empty());
}

#[test]
fn stages_and_tnm() {
    says("stage IIIB colon cancer", &["stage IIIB present", "diagnosis colon cancer present"]);
    says("stage 4 NSCLC", &["stage IV present", "diagnosis non-small cell lung cancer present"]);
    says("colon cancer, stage III, T2N1", &["diagnosis colon cancer present", "stage III present", "tnm T2N1 present"]);
    says("rectal adenocarcinoma", &["diagnosis rectal cancer present", "histology adenocarcinoma present"]);
}

#[test]
fn metastases_before_and_after_their_word() {
    says("mets to liver and lung", &["metastasis liver present", "metastasis lung present"]);
    says("metastatic to the peritoneum", &["metastasis peritoneum present"]);
    says(
        "bone, liver and brain mets",
        &["metastasis bone present", "metastasis liver present", "metastasis brain present"],
    );
    says("metastatic colon cancer", &["metastasis distant present", "diagnosis colon cancer present"]);
    says("liver cirrhosis and bone scan", &["diagnosis cirrhosis present"]);
}

#[test]
fn measurements() {
    says(
        "eGFR 28, Child-Pugh B, LVEF of 35%, BP 85/50, K 6.1 mEq/L",
        &[
            "organ_function egfr present {value:28}",
            "organ_function child-pugh present {value:B}",
            "organ_function lvef present {value:35,unit:%}",
            "vital blood pressure present {value:85/50}",
            "lab potassium present {value:6.1,unit:mEq/L,flag:high}",
        ],
    );
    says("elevated creatinine", &["lab creatinine present {flag:high}"]);
    says("weighs 14 kg, 5 mg/kg", &["weight 14 present"]);
    says("weighs 150 lbs", &["weight 68 present"]);
}

#[test]
fn pregnancy() {
    says("24 weeks pregnant", &["pregnancy pregnant present {weeks:24}"]);
    says("not pregnant", &["pregnancy not pregnant present"]);
    says("breast-feeding woman", &["pregnancy breastfeeding present", "sex female present"]);
}

#[test]
fn habits() {
    says("former smoker, denies alcohol", &["lifestyle tobacco past {state:former}", "lifestyle alcohol absent"]);
}

#[test]
fn treatment_naive() {
    says("treatment-naive colon cancer", &["treatment antineoplastic absent", "diagnosis colon cancer present"]);
    says("chemo-naive colon cancer", &["treatment chemotherapy absent", "diagnosis colon cancer present"]);
}

#[test]
fn abbreviations_with_several_meanings_are_named() {
    let case = read_case("RA on methotrexate");
    assert_eq!(case.read_as.len(), 1);
    assert_eq!((case.read_as[0].text.as_str(), case.read_as[0].value.as_str()), ("RA", "rheumatoid arthritis"));
    assert!(read_case("rheumatoid arthritis").read_as.is_empty());
}

#[test]
fn unrelated_questions_are_recognised() {
    for (question, disease) in [
        ("How do I treat asthma in a child?", "asthma"),
        ("best drug for migraine", "migraine"),
        ("psoriasis therapy", "psoriasis"),
        ("acute appendicitis: operate?", "appendicitis"),
        ("thrombolysis in acute ischaemic stroke", "ischemic stroke"),
        ("T2DM second line", "type 2 diabetes mellitus"),
        ("antibiotics for community acquired pneumonia", "pneumonia"),
    ] {
        let case = read_case(question);
        let diagnosis: Vec<String> = case.of(Attribute::Diagnosis).map(|f| f.value.to_string()).collect();
        assert_eq!(diagnosis, [disease], "{question}");
    }
}

#[test]
fn nothing_is_read_out_of_nothing() {
    assert_eq!(read_case(""), Case::default());
    assert!(read_case("hello there, how are you?").facts.is_empty());
}

#[test]
fn a_case_is_the_json_of_the_design() {
    let case = read_case("67F, progressed on FOLFOX, ECOG 1");
    let json = serde_json::to_value(&case).unwrap();
    assert_eq!(
        json["facts"][0],
        serde_json::json!({"attribute": "age", "value": 67, "assertion": "present", "span": [0, 2]})
    );
    assert_eq!(json["missing"], serde_json::json!([]));
    assert_eq!(json["read_as"], serde_json::json!([]));
    assert_eq!(json["redactions"], serde_json::json!([]));
    assert_eq!(serde_json::from_value::<Case>(json).unwrap(), case);
}

#[test]
fn reading_takes_no_longer_than_the_text_is_long() {
    read_case("warm up");
    for unit in [
        "post 4 cycles of FOLFOX, no bone metastases, ",
        "KRAS ",
        "neuropathy ",
        "(rectal cancer ",
        "a",
        "Mg 1.2 ",
        "can be used ",
        "liver ",
    ] {
        let long = unit.repeat(100_000 / unit.len());
        let start = std::time::Instant::now();
        read_case(&long);
        let took = start.elapsed();
        assert!(took.as_secs() < 20, "{unit:?} took {took:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(s in "(\\PC|FOLFOX|no |post |metastases |to |liver |KRAS |WT|é|\\(|\\)|, |\\. |Mg 0\\.9 |mg/dL|stage IV|T3N0|\n){0,40}") {
        let case = read_case(&s);
        for f in &case.facts {
            prop_assert!(f.span[0] < f.span[1]);
            prop_assert!(s.get(f.span[0]..f.span[1]).is_some(), "{:?}", f);
        }
        for m in mentions(&s) {
            prop_assert!(s.get(m.span[0]..m.span[1]).is_some());
        }
        let json = serde_json::to_string(&case).unwrap();
        prop_assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), case);
    }
}

#[test]
fn only_blame_or_a_grade_makes_harm() {
    let harms = |q: &str| -> Vec<String> {
        read_case(q)
            .of(Attribute::Toxicity)
            .map(|f| format!("{} {}", f.value, f.detail.of.as_deref().unwrap_or("?")))
            .collect()
    };
    for (question, harm) in [
        ("neuropathy from oxaliplatin", "neuropathy oxaliplatin"),
        ("pembrolizumab-induced colitis", "colitis pembrolizumab"),
        ("pneumonitis due to nivolumab", "pneumonitis nivolumab"),
        ("developed angioedema after starting lisinopril", "angioedema lisinopril"),
        ("on amiodarone developed hypothyroidism", "hypothyroidism amiodarone"),
        ("hypothyroidism secondary to nivolumab", "hypothyroidism nivolumab"),
        ("migraine, topiramate caused paresthesias", "paresthesia topiramate"),
        ("grade 2 diarrhea on capecitabine", "diarrhea capecitabine"),
    ] {
        assert_eq!(harms(question), [harm], "{question}");
    }
    for question in [
        "HER2+ breast ca on trastuzumab, LVEF 60%",
        "66M ESRD on HD",
        "lung cancer on osimertinib, rash and diarrhea",
        "type 2 diabetes on metformin with nausea",
        "constipation on opioids",
        "cough related to GERD on omeprazole",
        "pain from surgery",
        "multiple myeloma on bortezomib, neuropathy",
        "taking naproxen for back pain",
        "grade 1 hypertension, on lenvatinib",
    ] {
        assert_eq!(harms(question), Vec::<String>::new(), "{question}");
    }
}

#[test]
fn what_was_once_read_wrong() {
    says("On warfarin now. Warfarin dose?", &["medication warfarin present"]);
    says("should she stop her sertraline", &["sex female present", "medication sertraline present"]);
    says("LVEF fell from 60 to 44%", &["organ_function lvef present {value:44,unit:%}"]);
    says("CrCl now 42", &["organ_function creatinine clearance present {value:42}"]);
    says(
        "NSCLC, EGFR exon 19 deletion, PD-L1 60%",
        &[
            "diagnosis non-small cell lung cancer present",
            "biomarker egfr exon 19 deletion present",
            "biomarker pd-l1 60% present",
        ],
    );
    says("no EGFR or ALK alteration", &["biomarker egfr mutant absent", "biomarker alk positive absent"]);
    says("feels hopeless", &["symptom low mood present"]);
    says("Is this LGI1 encephalitis?", &["diagnosis LGI1 encephalitis uncertain"]);
}
