use super::*;
use crate::read_case;

fn condition(text: &str) -> Condition {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn ask(question: &str, text: &str) -> Truth {
    condition(text).evaluate(&read_case(question))
}

fn error(text: &str) -> (usize, String) {
    let e = text.parse::<Condition>().expect_err(text);
    (e.column, e.message)
}

/// A question, then what is met, not met and unknown of it.
type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

fn table(rows: &[Row]) {
    for (question, met, not_met, unknown) in rows {
        for (list, truth) in [(met, Truth::Met), (not_met, Truth::NotMet), (unknown, Truth::Unknown)] {
            for text in *list {
                assert_eq!(ask(question, text), truth, "{question}\n  {text}\n  {:#?}", read_case(question).facts);
            }
        }
    }
}

#[test]
fn conditions_print_in_one_form() {
    for (text, canonical) in [
        ("diagnosis = \"rectal cancer\"", "diagnosis = \"rectal cancer\""),
        ("treatment.past has oxaliplatin and ecog<=2", "treatment.past has oxaliplatin and ecog <= 2"),
        ("treatment.past has \"oxaliplatin\"", "treatment.past has oxaliplatin"),
        ("not (treatment.past has bevacizumab)", "not (treatment.past has bevacizumab)"),
        ("not treatment.past has bevacizumab", "not (treatment.past has bevacizumab)"),
        ("age >= 65 or ecog = 2 and sex = male", "age >= 65 or (ecog = 2 and sex = male)"),
        ("(age >= 65 or ecog = 2) and sex = male", "(age >= 65 or ecog = 2) and sex = male"),
        ("age > 1 and (age > 2 and age > 3)", "age > 1 and age > 2 and age > 3"),
        ("lab.magnesium < 1.2 mg/dL", "lab.magnesium < 1.2 mg/dL"),
        ("lab.magnesium<1.20mg/dL", "lab.magnesium < 1.2 mg/dL"),
        ("lab.platelets >= 50 10^9/L", "lab.platelets >= 50 10^9/L"),
        ("lab.inr > 1.5", "lab.inr > 1.5"),
        ("lab.magnesium = low", "lab.magnesium = low"),
        ("biomarker in (\"msi-high\", \"mmr-deficient\")", "biomarker in (msi-high, mmr-deficient)"),
        ("treatment.since_months(oxaliplatin) > 12", "treatment.since_months(oxaliplatin) > 12"),
        ("treatment.setting(\"5-fluorouracil\") = adjuvant", "treatment.setting(\"5-fluorouracil\") = adjuvant"),
        ("organ_function.creatinine_clearance < 30", "organ_function.creatinine_clearance < 30"),
        ("organ_function.child-pugh in (B, C)", "organ_function.child-pugh in (B, C)"),
        ("vital.systolic_blood_pressure < 90", "vital.systolic_blood_pressure < 90"),
        ("toxicity.grade(neuropathy) >= 2", "toxicity.grade(neuropathy) >= 2"),
        ("intent = treatment", "intent = treatment"),
        ("lifestyle.alcohol = present", "lifestyle.alcohol = present"),
    ] {
        assert_eq!(condition(text).to_string(), canonical);
        assert_eq!(condition(canonical), condition(text));
    }
}

#[test]
fn every_path_of_the_case_is_known() {
    for text in [
        "age > 1",
        "sex = female",
        "weight > 50",
        "pregnancy = pregnant",
        "diagnosis = asthma",
        "histology = adenocarcinoma",
        "grade = \"poorly differentiated\"",
        "stage = III",
        "tnm has T3",
        "metastasis has bone",
        "treatment has surgery",
        "treatment.past has surgery",
        "treatment.progressed has FOLFOX",
        "treatment.stopped_for_toxicity has oxaliplatin",
        "treatment.completed has CAPOX",
        "treatment.planned has surgery",
        "treatment.present has FOLFIRI",
        "treatment.cycles(FOLFOX) >= 4",
        "treatment.line(FOLFOX) = 1",
        "toxicity has neuropathy",
        "biomarker has \"ras mutant\"",
        "ecog = 0",
        "comorbidity has hypertension",
        "medication has warfarin",
        "allergy has penicillin",
        "symptom has pain",
        "finding has ascites",
        "lifestyle has tobacco",
    ] {
        condition(text);
    }
}

#[test]
fn errors_say_where_and_what_was_expected() {
    for (text, column, says) in [
        ("", 1, "expected an attribute"),
        ("  ", 1, "expected an attribute"),
        ("colour = red", 1, "expected an attribute of a case, found \"colour\""),
        ("ecog <= 2 and treatment.future has x", 15, "treatment.future"),
        ("ecog", 5, "expected an operator"),
        ("ecog <=", 8, "expected a value"),
        ("ecog has 2", 6, "expected =, !=, <"),
        ("ecog <= two", 9, "expected a number"),
        ("ecog <= 2 weeks", 9, "without unit"),
        ("biomarker = \"ras mutant\"", 11, "expected has or in"),
        ("metastasis < bone", 12, "expected has or in"),
        ("metastasis has 3", 16, "expected words"),
        ("lab.magnesium < 1.2", 17, "expected a unit"),
        ("lab.magnesiun < 1.2 mg/dL", 1, "expected the name of a lab"),
        ("lab < 1", 1, "expected which lab"),
        ("organ_function.kidney < 1", 1, "one of: egfr"),
        ("treatment.since_months > 3", 1, "treatment.since_months(oxaliplatin)"),
        ("ecog(x) = 1", 1, "no parentheses"),
        ("(ecog = 1", 10, "expected and, or, or )"),
        ("ecog = 1)", 9, "expected and, or, or the end"),
        ("ecog = 1 sex = male", 8, "without unit"),
        ("sex = male age > 3", 12, "expected and, or, or the end"),
        ("diagnosis = \"rectal", 13, "closing"),
        ("diagnosis = \"\"", 13, "between the quotes"),
        ("sex = other", 7, "female, male"),
        ("stage = V", 9, "expected a stage"),
        ("intent = cure", 10, "\"cure\" is no intent"),
        ("ecog in 1, 2", 9, "expected ( after in"),
        ("ecog in (1; 2)", 11, "found ';'"),
        ("ecog ! 2", 6, "expected = after !"),
        ("é = 1", 1, "expected an attribute"),
        ("and = 1", 1, "expected an attribute"),
        ("ecog = 1 and", 13, "expected an attribute"),
    ] {
        let (at, message) = error(text);
        assert!(at == column && message.contains(says), "{text:?}: column {at}, {message}");
    }
    assert!(error(&"(".repeat(10_000)).1.contains("levels"));
    assert!(error(&"not ".repeat(10_000)).1.contains("levels"));
}

const TARGET: &str = "What are the treatment options for a patient with poorly differentiated rectal cancer, post-surgery, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, leucovorin), post adjuvant radiation therapy (RT), now presenting with multiple skeletal metastases, inguinal metastases, and retroperitoneal metastases?";

#[test]
fn the_question_of_the_reference_article() {
    table(&[(
        TARGET,
        &[
            "diagnosis = \"rectal cancer\"",
            "diagnosis = \"colorectal cancer\"",
            "diagnosis = cancer",
            "treatment.past has oxaliplatin",
            "treatment.past has FOLFOX",
            "treatment.past has fluoropyrimidine",
            "treatment.past has radiotherapy",
            "treatment.past has surgery",
            "metastasis has bone",
            "metastasis has \"inguinal lymph node\"",
            "metastasis has \"lymph node\"",
            "metastasis has distant",
            "stage = IV",
            "grade = \"poorly differentiated\"",
            "treatment.setting(radiotherapy) = adjuvant",
            "treatment.cycles(oxaliplatin) < 6",
            "intent = treatment",
        ],
        &[
            "diagnosis = \"colon cancer\"",
            "diagnosis = asthma",
            "stage = III",
            "intent = dosing",
            "grade = \"well differentiated\"",
        ],
        &[
            "diagnosis = \"locally advanced rectal cancer\"",
            "treatment.progressed has oxaliplatin",
            "treatment.completed has oxaliplatin",
            "treatment.stopped_for_toxicity has oxaliplatin",
            "treatment.since_months(oxaliplatin) > 12",
            "treatment.setting(oxaliplatin) = adjuvant",
            "treatment.past has bevacizumab",
            "treatment.planned has surgery",
            "ecog <= 2",
            "biomarker has \"ras wild-type\"",
            "metastasis has liver",
            "organ_function.egfr < 30",
            "age >= 65",
        ],
    )]);
    let case = read_case(TARGET);
    let asked =
        |text: &str| condition(text).unknown(&case).into_iter().map(|a| (a.attribute, a.value)).collect::<Vec<_>>();
    let pair = |a: &str, v: &str| (a.to_owned(), v.to_owned());
    assert_eq!(
        asked(
            "treatment.past has oxaliplatin and ecog <= 2 and biomarker has \"ras wild-type\" and biomarker has \"kras wild-type\""
        ),
        [pair("ecog", "performance status"), pair("biomarker", "ras")]
    );
    assert_eq!(asked("biomarker in (msi-high, mmr-deficient)"), [pair("biomarker", "msi/mmr")]);
    assert_eq!(
        asked("biomarker has \"kras g12c\" or biomarker has \"her2 positive\""),
        [pair("biomarker", "kras g12c"), pair("biomarker", "her2")]
    );
    assert_eq!(asked("treatment.progressed has oxaliplatin"), [pair("treatment", "outcome of oxaliplatin")]);
    assert_eq!(asked("treatment.since_months(oxaliplatin) > 12"), [pair("treatment", "time since oxaliplatin")]);
    assert_eq!(asked("treatment.setting(oxaliplatin) = adjuvant"), [pair("treatment", "setting of oxaliplatin")]);
    assert_eq!(asked("treatment.progressed has irinotecan"), [pair("treatment", "prior irinotecan")]);
    assert_eq!(asked("not (treatment.past has Avastin)"), [pair("treatment", "prior bevacizumab")]);
    assert_eq!(asked("lab.magnesium < 1.2 mg/dL"), [pair("lab", "magnesium")]);
    assert_eq!(asked("metastasis has bone or ecog = 1"), []);
    let residual = condition("treatment.past has oxaliplatin and (ecog <= 2 or diagnosis = asthma)").residual(&case);
    assert_eq!(residual, Some(condition("ecog <= 2")));
    let residual = condition("metastasis in (liver, bone)").residual(&case);
    assert_eq!(residual, None);
    assert_eq!(
        condition("diagnosis in (asthma, \"locally advanced rectal cancer\")").residual(&case),
        Some(condition("diagnosis in (\"locally advanced rectal cancer\")"))
    );
}

#[test]
fn treatments_and_how_they_ended() {
    table(&[
        (
            "rectal cancer, progressed on FOLFOX 3 months ago, KRAS mutant, ECOG 3",
            &[
                "treatment.progressed has oxaliplatin",
                "treatment.past has oxaliplatin",
                "treatment.since_months(oxaliplatin) < 6",
                "ecog >= 3",
            ],
            &[
                "treatment.completed has oxaliplatin",
                "treatment.stopped_for_toxicity has FOLFOX",
                "treatment.present has FOLFOX",
                "ecog <= 2",
                "biomarker has \"ras wild-type\"",
                "biomarker has \"kras wild-type\"",
            ],
            &["biomarker has \"kras g12c\"", "biomarker has \"nras mutant\""],
        ),
        (
            "67F w/ mCRC, RAS WT, MSI-H, s/p CAPOX x8 completed 14 months ago, PS 1, on warfarin",
            &[
                "treatment.completed has oxaliplatin",
                "treatment.since_months(oxaliplatin) > 12",
                "treatment.cycles(CAPOX) = 8",
                "metastasis has distant",
                "biomarker has \"kras wild-type\"",
                "biomarker has \"mmr-deficient\"",
                "medication has anticoagulant",
                "treatment.present has warfarin",
                "age >= 65",
                "sex = female",
                "stage = IV",
            ],
            &[
                "treatment.progressed has oxaliplatin",
                "treatment.since_months(oxaliplatin) <= 6",
                "biomarker has mss",
                "pregnancy = pregnant and sex = male",
                "biomarker has \"kras g12c\"",
            ],
            &["diagnosis = \"rectal cancer\"", "treatment.past has FOLFOX", "metastasis has liver"],
        ),
        (
            "colon cancer, no prior bevacizumab, oxaliplatin stopped for neuropathy",
            &["not (treatment.past has bevacizumab)", "treatment.stopped_for_toxicity has oxaliplatin"],
            &[
                "treatment.past has bevacizumab",
                "treatment.progressed has bevacizumab",
                "treatment.progressed has oxaliplatin",
                "treatment.since_months(bevacizumab) > 3",
            ],
            &["treatment.past has FOLFOX", "treatment.past has \"anti-vegf\""],
        ),
        (
            "chemo-naive metastatic colon cancer, planned FOLFOX",
            &["treatment.planned has oxaliplatin", "treatment has oxaliplatin"],
            &["treatment.past has oxaliplatin", "treatment.past has FOLFIRI", "treatment.since_months(FOLFOX) > 1"],
            &["treatment.past has bevacizumab", "treatment.past has surgery"],
        ),
        (
            "on first-line FOLFIRI plus bevacizumab for rectal cancer",
            &[
                "treatment.present has irinotecan",
                "treatment.line(FOLFIRI) = 1",
                "treatment.setting(irinotecan) = first-line",
            ],
            &["treatment.line(FOLFIRI) >= 2"],
            &["treatment.past has irinotecan", "treatment.progressed has irinotecan"],
        ),
    ]);
}

#[test]
fn diagnoses_exclude_each_other_only_where_they_do_not_overlap() {
    table(&[
        (
            "treatment of hypomagnesemia",
            &["diagnosis = hypomagnesemia", "diagnosis = \"magnesium disorder\"", "diagnosis != \"colorectal cancer\""],
            &["diagnosis = \"colorectal cancer\"", "diagnosis = hypermagnesemia"],
            &["lab.magnesium < 1.2 mg/dL", "comorbidity has \"colorectal cancer\""],
        ),
        (
            "hypomagnesemia and hypermagnesemia in patients",
            &["diagnosis = hypomagnesemia", "diagnosis = hypermagnesemia"],
            &["diagnosis = asthma"],
            &["lab.magnesium < 1.2 mg/dL", "lab.magnesium > 4 mg/dL"],
        ),
        ("treatment of cancer", &["diagnosis = cancer"], &["diagnosis = asthma"], &["diagnosis = \"rectal cancer\""]),
        (
            "asthma in a patient with colorectal cancer",
            &["diagnosis = \"colorectal cancer\""],
            &["diagnosis = stroke"],
            &[],
        ),
        (
            "psoriasis, history of colon cancer",
            &["comorbidity has \"colon cancer\""],
            &[],
            &["diagnosis = \"colon cancer\""],
        ),
        ("suspected appendicitis", &[], &[], &["diagnosis = appendicitis"]),
        ("migraine, family history of stroke", &[], &["diagnosis = asthma"], &["comorbidity has stroke"]),
    ]);
}

#[test]
fn measurements_and_their_units() {
    table(&[
        (
            "hypomagnesemia, Mg 0.9 mg/dL",
            &[
                "lab.magnesium < 1.2 mg/dL",
                "lab.magnesium < 0.5 mmol/L",
                "lab.magnesium < 1 mEq/L",
                "lab.magnesium = low",
            ],
            &["lab.magnesium >= 1.2 mg/dL", "lab.magnesium > 0.4 mmol/L", "lab.magnesium = high"],
            &["lab.magnesium < 1.2 furlongs", "lab.calcium < 8 mg/dL"],
        ),
        ("low magnesium, Mg 0.9", &[], &[], &["lab.magnesium < 1.2 mg/dL"]),
        (
            "creatinine 177 umol/L, hemoglobin 7.2 g/dL",
            &["lab.creatinine > 1.9 mg/dL", "lab.hemoglobin < 75 g/L"],
            &["lab.creatinine > 2.1 mg/dL"],
            &[],
        ),
        (
            "glucose 20 mmol/L and bilirubin 3 mg/dL",
            &["lab.glucose > 300 mg/dL", "lab.bilirubin > 50 umol/L"],
            &[],
            &[],
        ),
        (
            "eGFR 28, Child-Pugh B, LVEF 35%, BP 85/50",
            &[
                "organ_function.egfr < 30",
                "organ_function.child-pugh = B",
                "organ_function.lvef < 40 %",
                "vital.systolic_blood_pressure < 90",
                "vital.diastolic_blood_pressure < 60 mmHg",
            ],
            &["organ_function.egfr >= 30", "organ_function.child-pugh in (A, C)"],
            &["organ_function.creatinine_clearance < 30", "vital.heart_rate > 100"],
        ),
        ("KPS 80", &["ecog = 1"], &["ecog >= 2"], &[]),
        ("KPS 40", &["ecog = 3"], &[], &[]),
        ("ECOG 1-2", &["ecog <= 2", "ecog < 3"], &["ecog = 0", "ecog >= 3"], &["ecog = 1", "ecog <= 1"]),
        (
            "stage IIIA colon cancer",
            &["stage = III", "stage = IIIA"],
            &["stage = II", "stage = IIIB", "stage = IV"],
            &[],
        ),
        (
            "stage III T3N1 colon cancer",
            &["stage = III", "tnm has N1"],
            &["tnm has N0"],
            &["stage = IIIB", "tnm has M0"],
        ),
        (
            "grade 3 neuropathy from oxaliplatin",
            &["toxicity.grade(neuropathy) >= 3", "toxicity has neuropathy"],
            &["toxicity.grade(neuropathy) < 3"],
            &["toxicity has mucositis"],
        ),
        (
            "has resumed alcohol use, never smoker",
            &["lifestyle has alcohol", "lifestyle.alcohol = present"],
            &["lifestyle has tobacco", "lifestyle.tobacco = current"],
            &["lifestyle.cannabis = current"],
        ),
        (
            "24 weeks pregnant",
            &["pregnancy = pregnant", "pregnancy.weeks >= 20", "pregnancy.weeks < 34"],
            &["pregnancy = postpartum", "pregnancy = \"not pregnant\"", "pregnancy.weeks >= 34"],
            &["sex = male"],
        ),
        (
            "no metastases",
            &[],
            &["metastasis has bone", "metastasis has distant"],
            &["metastasis has \"inguinal lymph node\""],
        ),
    ]);
}

#[test]
fn conditions_read_well_after_if() {
    for (text, words) in [
        ("pregnancy.weeks >= 34", "gestation is 34 weeks or above"),
        ("biomarker has \"ras wild-type\"", "RAS is wild-type"),
        ("not (biomarker has \"ras wild-type\")", "RAS is not wild-type"),
        ("biomarker has \"braf v600e\"", "BRAF carries the V600E mutation"),
        ("biomarker has \"kras g12c\"", "KRAS carries the G12C mutation"),
        ("biomarker has \"her2 positive\"", "HER2 is positive"),
        ("biomarker has \"kras mutant\"", "KRAS is mutant"),
        ("biomarker has msi-high", "the tumor is MSI-high or mismatch repair deficient"),
        ("biomarker in (msi-high, mmr-deficient)", "the tumor is MSI-high or mismatch repair deficient"),
        ("biomarker has mss", "the tumor is microsatellite stable or mismatch repair proficient"),
        ("biomarker has \"pd-l1 >= 50%\"", "PD-L1 expression is at least 50%"),
        ("biomarker has \"lgi1 antibody\"", "LGI1 antibodies are present"),
        ("ecog <= 2", "ECOG performance status is 0 to 2"),
        ("ecog >= 3", "ECOG performance status is 3 or 4"),
        ("ecog <= 1", "ECOG performance status is 0 or 1"),
        ("ecog < 1", "ECOG performance status is 0"),
        ("not (ecog <= 2)", "ECOG performance status is 3 or 4"),
        ("ecog != 1", "ECOG performance status is 0, 2, 3, or 4"),
        ("age >= 65", "the patient is 65 or older"),
        ("not (age >= 65)", "the patient is younger than 65"),
        ("sex = female", "the patient is female"),
        ("pregnancy = \"not pregnant\"", "the patient is not pregnant"),
        ("treatment.progressed has oxaliplatin", "the disease progressed on oxaliplatin"),
        ("not (treatment.progressed has oxaliplatin)", "the disease did not progress on oxaliplatin"),
        ("treatment.since_months(oxaliplatin) > 12", "more than 12 months have passed since oxaliplatin"),
        ("treatment.since_months(oxaliplatin) <= 12", "at most 12 months have passed since oxaliplatin"),
        ("treatment.past has oxaliplatin", "oxaliplatin was given before"),
        ("not (treatment.past has bevacizumab)", "bevacizumab was not given before"),
        ("treatment.past has surgery", "surgery was done before"),
        ("treatment.stopped_for_toxicity has oxaliplatin", "oxaliplatin was stopped for toxicity"),
        ("treatment.planned has surgery", "surgery is planned"),
        ("treatment.setting(FOLFOX) = adjuvant", "FOLFOX was given as adjuvant treatment"),
        ("treatment.cycles(FOLFOX) >= 4", "the number of cycles of FOLFOX is 4 or above"),
        ("metastasis has bone", "there are bone metastases"),
        ("metastasis in (liver, lung)", "there are liver or lung metastases"),
        ("not (metastasis has brain)", "there are no brain metastases"),
        ("metastasis has peritoneum", "there are peritoneal metastases"),
        ("metastasis has distant", "there is distant metastasis"),
        ("organ_function.egfr < 30", "eGFR is below 30"),
        ("organ_function.child-pugh in (B, C)", "Child-Pugh class is B or C"),
        ("lab.magnesium < 1.2 mg/dL", "magnesium is below 1.2 mg/dL"),
        ("lab.magnesium = low", "magnesium is low"),
        ("symptom has pain", "there is pain"),
        ("symptom has seizure", "there are seizures"),
        ("finding has \"torsades de pointes\"", "there is torsades de pointes"),
        ("diagnosis = CRC", "the diagnosis is colorectal cancer"),
        ("stage in (II, III)", "the stage is II or III"),
        ("comorbidity has T2DM", "the patient also has type 2 diabetes mellitus"),
        ("medication has warfarin", "the patient takes warfarin"),
        ("allergy has PCN", "the patient is allergic to penicillin"),
        ("toxicity.grade(neuropathy) >= 2", "the grade of neuropathy is 2 or above"),
        ("lifestyle has tobacco", "the patient smokes"),
        (
            "treatment.past has oxaliplatin and ecog <= 2 and metastasis has bone",
            "oxaliplatin was given before, ECOG performance status is 0 to 2, and there are bone metastases",
        ),
        ("ecog <= 2 and metastasis has bone", "ECOG performance status is 0 to 2 and there are bone metastases"),
        (
            "ecog <= 2 and (metastasis has bone or metastasis has liver)",
            "ECOG performance status is 0 to 2, and either there are bone metastases or there are liver metastases",
        ),
        (
            "not (ecog <= 2 or metastasis has bone)",
            "ECOG performance status is 3 or 4 and there are no bone metastases",
        ),
    ] {
        assert_eq!(condition(text).describe(), words, "{text}");
    }
}

#[test]
fn a_condition_is_a_string_in_files() {
    let c = condition("ecog <= 2 and metastasis has bone");
    let json = serde_json::to_string(&c).unwrap();
    assert_eq!(json, "\"ecog <= 2 and metastasis has bone\"");
    assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), c);
    let e = serde_json::from_str::<Condition>("\"ecog is 2\"").unwrap_err().to_string();
    assert!(e.contains("column 6"), "{e}");
}

#[test]
fn misspelt_values_are_told() {
    assert_eq!(
        condition("metastasis has bnoe and treatment.past has oxaliplatinn").unfamiliar(),
        ["bnoe", "oxaliplatinn"]
    );
    assert!(condition("biomarker has \"ras wild-type\" and diagnosis = CRC").unfamiliar().is_empty());
}

/// The reader takes "spinal cord compression" for a disease, the conditions of digests for a finding.
#[test]
fn a_finding_may_have_been_read_as_a_disease_or_as_harm() {
    table(&[
        (
            "metastatic prostate cancer with spinal cord compression",
            &["finding has \"spinal cord compression\""],
            &[],
            &[],
        ),
        ("prostate cancer, no spinal cord compression", &[], &["finding has \"spinal cord compression\""], &[]),
        ("grade 3 diarrhea from irinotecan", &["symptom has diarrhea"], &[], &[]),
        ("lung adenocarcinoma, cough", &[], &[], &["finding has \"small cell lung cancer\""]),
    ]);
}

/// "pT3N1a sigmoid" was answered for stage II, which its nodes exclude.
#[test]
fn the_tnm_of_a_colorectal_cancer_says_its_stage() {
    table(&[
        ("pT3N1a colon cancer", &[], &["stage = II", "stage = I"], &["stage = III", "stage = IV"]),
        ("T3N1M0 colon cancer", &["stage = III"], &["stage = II", "stage = IV"], &[]),
        ("T3N0M1 rectal cancer", &["stage = IV"], &["stage = II"], &[]),
        ("T3N0 colon cancer", &[], &["stage = III"], &["stage = II"]),
        // What is said goes before what follows from it, and other cancers have other tables.
        ("stage III (T3N0M0) colon cancer", &["stage = III"], &[], &[]),
        ("T3N1M0 lung cancer", &[], &[], &["stage = II", "stage = III"]),
        ("stage III colon cancer", &[], &["tnm = T3N0"], &["tnm = N1", "tnm = T3N1"]),
        ("stage IV colon cancer", &[], &[], &["tnm = T3N0"]),
    ]);
}
