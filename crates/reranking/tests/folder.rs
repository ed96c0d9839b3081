//! A folder opened and asked, and what is said of one that is no good. `tests/tiny` has random weights and is made by
//! `training/quality/tiny.py`; a real model is tried where `CURBSIDE_TEST_RERANK_MODEL` names its folder.

#![allow(clippy::unwrap_used)] // a test may panic

use proptest::prelude::*;
use reranking::{Architecture, RerankError, Reranker};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static TINY: LazyLock<Reranker> = LazyLock::new(|| Reranker::open(&tiny()).unwrap());

fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tiny")
}

/// A late encoder of random weights over the same, made by `training/cross/tiny.py`.
static LATE: LazyLock<Reranker> = LazyLock::new(|| Reranker::open(&tiny_late()).unwrap());

fn tiny_late() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tiny-late")
}

/// A copy of the folder with `model.json` edited; digests are left out, so that other files can be edited too.
fn copy(edit: impl FnOnce(&mut serde_json::Value)) -> tempfile::TempDir {
    copy_of(&tiny(), edit)
}

fn copy_of(from: &Path, edit: impl FnOnce(&mut serde_json::Value)) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.path().join(file.file_name())).unwrap();
    }
    let path = to.path().join("model.json");
    let mut about: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    about["sha256"] = serde_json::json!({});
    edit(&mut about);
    std::fs::write(&path, about.to_string()).unwrap();
    to
}

fn refused(folder: &Path) -> String {
    Reranker::open(folder).unwrap_err().to_string()
}

#[test]
fn says_what_another_runtime_says() {
    // By onnxruntime 1.32 on the same folder.
    let texts = [
        "Low magnesium is treated in patients.",
        "The kidney.",
        "Heart failure trial of a high dose; \u{3b2}-blockers, IL-6 (p<0.001).",
        "",
    ];
    let near = TINY.similarities("How is low magnesium treated?", &texts, 64).unwrap();
    for (got, wanted) in near.iter().zip([0.4719f32, 0.6647, 0.7712, 0.4419]) {
        assert!((got - wanted).abs() < 0.02, "{near:?}");
    }
}

#[test]
fn what_is_said_of_a_text_does_not_depend_on_the_others() {
    let all = ["The kidney.", "Heart failure.", "A trial of magnesium in patients with low potassium."];
    let together = TINY.similarities("What is low?", &all, 64).unwrap();
    for (text, wanted) in all.iter().zip(&together) {
        assert_eq!(TINY.similarities("What is low?", &[text], 64).unwrap(), [*wanted]);
    }
    assert_eq!(TINY.similarities("What is low?", &[], 64).unwrap(), [0f32; 0]);
}

#[test]
fn reads_no_more_tokens_than_it_is_told() {
    let (start, long) = ("the trial of the dose", "the trial of the dose in the heart and the kidney");
    let near = |text: &str, most| TINY.similarities("What is low?", &[text], most).unwrap()[0];
    assert_eq!(near(long, 7), near(start, 64));
    assert_ne!(near(long, 64), near(start, 64));
    // Far more than the model has places for.
    assert!(near(&"heart ".repeat(5000), usize::MAX).is_finite());
}

#[test]
fn a_folder_without_its_files_is_refused_by_name() {
    let empty = tempfile::tempdir().unwrap();
    assert!(!Reranker::lies_in(empty.path()) && Reranker::lies_in(&tiny()));
    assert!(refused(empty.path()).contains("model.json"));
    for name in ["tokenizer.json", "model.onnx"] {
        let folder = copy(|_| {});
        std::fs::remove_file(folder.path().join(name)).unwrap();
        assert!(refused(folder.path()).contains(name), "{}", refused(folder.path()));
    }
}

#[test]
fn a_file_cut_short_or_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["model.json", "tokenizer.json", "model.onnx"] {
        std::fs::copy(tiny().join(name), folder.path().join(name)).unwrap();
    }
    let path = folder.path().join("model.onnx");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(Reranker::open(folder.path()), Err(RerankError::Changed { .. })));
}

#[test]
fn what_is_no_model_is_refused() {
    let folder = copy(|_| {});
    std::fs::write(folder.path().join("model.onnx"), b"this is no model").unwrap();
    assert!(refused(folder.path()).starts_with("model.onnx: "));
    let folder = copy(|_| {});
    std::fs::write(folder.path().join("tokenizer.json"), b"{}").unwrap();
    assert!(refused(folder.path()).starts_with("tokenizer.json: "));
    let folder = copy(|_| {});
    std::fs::write(folder.path().join("model.json"), b"{").unwrap();
    assert!(refused(folder.path()).starts_with("model.json: "));
}

#[test]
fn a_description_that_does_not_fit_is_refused() {
    let with = |key: &str, value: serde_json::Value| {
        let folder = copy(|about| about[key] = value);
        refused(folder.path())
    };
    assert!(with("dimensions", 384.into()).contains("1 \u{d7} tokens \u{d7} 384"));
    assert!(with("dimensions", 0.into()).contains("no dimensions"));
    assert!(with("format", 2.into()).contains("format 2"));
    assert!(with("architecture", "decoder".into()).contains("decoder"));
    assert!(with("weight", (-1).into()).contains("weight"));
    assert!(with("most_tokens", 100_000.into()).contains("most_tokens"));
    assert!(with("colour", "red".into()).contains("colour"));
    let cross = copy(|about| {
        about["architecture"] = "cross-encoder".into();
        about["dimensions"] = 1.into();
    });
    // It gives a vector a token, not one number.
    assert!(refused(cross.path()).contains("not one number"), "{}", refused(cross.path()));
}

const TEXTS: [&str; 4] = [
    "Low magnesium is treated in patients.",
    "The kidney.",
    "Heart failure trial of a high dose; \u{3b2}-blockers, IL-6 (p<0.001).",
    "",
];

#[test]
fn a_late_encoder_says_what_another_runtime_says() {
    // By onnxruntime 1.32 on the same folder.
    let near = LATE.similarities("How is low magnesium treated?", &TEXTS, 64).unwrap();
    for (got, wanted) in near.iter().zip([0.2573f32, 0.2123, 0.1656, 0.2437]) {
        assert!((got - wanted).abs() < 0.02, "{near:?}");
    }
    let said = LATE.judgements("How is low magnesium treated?", &TEXTS).unwrap().unwrap();
    for (got, wanted) in said.iter().zip([
        (0.0803f32, 0.0513, 0.8684),
        (0.0581, 0.1396, 0.8023),
        (0.0903, 0.0621, 0.8475),
        (0.0884, 0.0496, 0.8621),
    ]) {
        assert!((got.supported - wanted.0).abs() < 0.02 && (got.unsupported - wanted.1).abs() < 0.02, "{said:?}");
        assert!((got.contradicted - wanted.2).abs() < 0.02, "{said:?}");
        assert!((got.supported + got.unsupported + got.contradicted - 1.0).abs() < 1e-5);
    }
}

#[test]
fn what_a_late_encoder_says_of_a_text_does_not_depend_on_the_others() {
    let together = LATE.similarities("What is low?", &TEXTS, 64).unwrap();
    for (text, wanted) in TEXTS.iter().zip(&together) {
        assert_eq!(LATE.similarities("What is low?", &[text], 64).unwrap(), [*wanted]);
    }
    assert!(LATE.tells_answers() && !TINY.tells_answers());
    // Long ones are cut, and the question and the text are not the same thing.
    assert!(LATE.similarities(&"heart ".repeat(5000), &[&"dose ".repeat(5000)], usize::MAX).unwrap()[0].is_finite());
    let turned = LATE.similarities(TEXTS[0], &["What is low?"], 64).unwrap();
    assert_ne!(turned[0], together[0]);
}

#[test]
fn who_was_not_trained_on_claims_says_nothing_of_them() {
    assert_eq!(TINY.judgements("The dose is high.", &["The dose is low."]).unwrap(), None);
    let folder = copy_of(&tiny_late(), |about| about["claims"] = false.into());
    let silent = Reranker::open(folder.path()).unwrap();
    assert_eq!(silent.judgements("The dose is high.", &["The dose is low."]).unwrap(), None);
    // A bi-encoder has nothing to say it with.
    let folder = copy(|about| about["claims"] = true.into());
    assert!(refused(folder.path()).contains("claims"));
}

#[test]
fn a_late_encoder_without_its_joint_layers_is_refused() {
    let folder = copy_of(&tiny_late(), |_| {});
    std::fs::remove_file(folder.path().join("joint.onnx")).unwrap();
    assert!(refused(folder.path()).contains("joint.onnx"));
    // The lower layers are no joint ones: they take other things.
    let folder = copy_of(&tiny_late(), |_| {});
    std::fs::copy(folder.path().join("model.onnx"), folder.path().join("joint.onnx")).unwrap();
    assert!(refused(folder.path()).starts_with("joint.onnx: "), "{}", refused(folder.path()));
    let folder = copy_of(&tiny_late(), |about| about["dimensions"] = 16.into());
    assert!(refused(folder.path()).contains("1 \u{d7} tokens \u{d7} 16"), "{}", refused(folder.path()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_text_breaks_it(question in "\\PC{0,40}", text in any::<String>()) {
        let near = TINY.similarities(&question, &[&text], 32).unwrap();
        prop_assert!(near[0].is_finite() && near[0].abs() <= 1.0001);
        let near = LATE.similarities(&question, &[&text], 32).unwrap();
        prop_assert!((0.0..=1.0).contains(&near[0]));
    }
}

/// The folder that `training/quality/minilm.py` writes.
#[test]
#[ignore = "needs a model of 23 MB: CURBSIDE_TEST_RERANK_MODEL=DIR cargo test -p reranking -- --ignored"]
fn minilm_says_what_it_says_elsewhere() {
    let folder = std::env::var_os("CURBSIDE_TEST_RERANK_MODEL").expect("CURBSIDE_TEST_RERANK_MODEL");
    let model = Reranker::open(Path::new(&folder)).unwrap();
    assert_eq!(model.about().architecture, Architecture::BiEncoder);
    let texts = ["Hypomagnesemia is treated with intravenous or oral magnesium.", "The trial enrolled 200 patients."];
    let near = model.similarities("How is low magnesium treated?", &texts, 128).unwrap();
    // By onnxruntime 1.32 on the same folder; 8-bit kernels round differently.
    assert!((near[0] - 0.682).abs() < 0.02 && (near[1] - 0.194).abs() < 0.02, "{near:?}");
}
