//! Three people take an article from its question to Approved and published, on the command line; and somebody is refused for
//! each rule on the way.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::Bench;
use serde_json::Value;

const QUESTION: &str = "How is hypomagnesemia evaluated?";

struct Board(Bench);

impl Board {
    /// An author, three reviewers (one practises oncology, one has no credentials), an editor, a reader, an administrator.
    fn new() -> Self {
        let bench = Bench::new();
        for (who, roles, said) in [
            ("ann", &["author"][..], &["--credentials", "MD"][..]),
            ("bob", &["reviewer"], &["--credentials", "MD, PhD", "--specialty", "Oncology"]),
            ("cay", &["reviewer"], &["--credentials", "PharmD"]),
            ("dan", &["reviewer", "author"], &["--credentials", ""]),
            ("eve", &["reader"], &[]),
            ("fay", &["editor"], &["--credentials", "MD"]),
            ("gil", &["administrator"], &[]),
        ] {
            bench.person(who, roles);
            if !said.is_empty() {
                bench.run(&[&["people", "change", who], said].concat(), 0);
            }
        }
        Self(bench)
    }

    fn ask(&self, who: &str, question: &str) -> String {
        let json = self.0.run_as(who, &["ask", "--json", question], 0);
        serde_json::from_str::<Value>(&json).unwrap()["hash"].as_str().unwrap().to_owned()
    }

    /// Does it and gives the version with its review.
    fn done(&self, who: &str, args: &[&str]) -> Value {
        let json = self.0.run_as(who, &[&["review"], args, &["--json"]].concat(), 0);
        serde_json::from_str(&json).unwrap()
    }

    fn refused(&self, who: &str, args: &[&str], status: i32, code: &str) {
        let told = self.0.run_as(who, &[&["review"], args].concat(), status);
        assert!(told.contains(&format!("[{code}]")), "{who} {args:?}: {told}");
    }

    /// Takes it, states no conflict, accepts everything.
    fn read_through(&self, who: &str, article: &str) {
        let shown = self.done(who, &["take", article]);
        let all = format!("1-{}", shown["statements"].as_array().unwrap().len());
        self.done(who, &["conflict", article, "--none"]);
        self.done(who, &["mark", article, "accept", &all]);
    }
}

#[test]
fn three_people_take_an_article_from_its_question_to_approved_and_each_rule_refuses_somebody() {
    let board = Board::new();
    let (none, other, role) = ("not-submitted", "not-yours", "role");
    let hash = board.ask("ann", QUESTION);
    let hash = hash.as_str();

    // Before it is the board's.
    board.refused("bob", &["take", hash], 7, other);
    board.refused("fay", &["publish", hash], 7, other);
    board.refused("fay", &["submit", hash], 7, other);
    board.refused("bob", &["submit", hash], 7, role);
    board.refused("ann", &["revise", hash], 2, none);
    let told = board.0.curbside(&["review", "submit", hash]).output().unwrap();
    assert_eq!(told.status.code(), Some(7), "the operator takes no part");

    let shown = board.done("ann", &["submit", hash]);
    assert_eq!(shown["standing"]["stage"], "submitted");
    let slug = shown["slug"].as_str().unwrap();
    let statements = shown["statements"].as_array().unwrap();
    assert!(statements.len() >= 5 && statements.iter().all(|s| !s["sources"].as_array().unwrap().is_empty()));
    board.refused("ann", &["submit", hash], 2, "already-submitted");

    // The table: none of these roles may.
    let all = format!("1-{}", statements.len());
    let all = all.as_str();
    board.refused("eve", &["show", hash], 7, other);
    board.refused("eve", &["queue"], 7, role);
    board.refused("ann", &["take", hash], 7, role);
    board.refused("ann", &["mark", hash, "accept", "1"], 7, role);
    board.refused("ann", &["sign", hash, "approve"], 7, role);
    board.refused("bob", &["revise", hash], 7, role);
    board.refused("bob", &["publish", hash], 7, role);
    board.refused("ann", &["retire", hash, "--words", "no"], 7, role);
    board.refused("ann", &["reopen", hash, "--words", "no"], 7, role);
    board.refused("ann", &["generalise", hash, QUESTION], 7, role);
    board.refused("dan", &["decide", hash, "1", "accept"], 7, other);

    // The rules of review, one after another, until nothing is left that refuses.
    board.refused("bob", &["mark", hash, "accept", "1"], 2, "not-under-review");
    board.done("bob", &["take", hash]);
    board.refused("bob", &["take", hash], 2, "already-taken");
    board.refused("cay", &["mark", hash, "accept", "1"], 2, "not-taken");
    board.refused("cay", &["sign", hash, "approve"], 2, "not-taken");
    board.refused("bob", &["sign", hash, "approve"], 7, "conflict-not-stated");
    board.done("bob", &["conflict", hash, "--none"]);
    board.refused("bob", &["sign", hash, "approve"], 7, "unmarked");
    board.refused("bob", &["mark", hash, "reject", "2"], 2, "words-needed");
    board.refused("bob", &["mark", hash, "accept", "999"], 2, "no-such-statement");
    let words = "Seen otherwise in MRN 8812345.";
    board.refused("bob", &["mark", hash, "comment", "2", "--words", words], 2, "identifiers");
    let shown = board.done("bob", &["mark", hash, "accept", all]);
    let seen = shown["changes"].to_string();
    board.done("bob", &["mark", hash, "reject", "2", "--words", "Too narrow."]);
    board.refused("bob", &["sign", hash, "approve"], 7, "rejected-statement");
    board.refused("bob", &["sign", hash, "approve", "--seen", &seen], 5, "changed");
    board.done("bob", &["mark", hash, "accept", "2"]);
    let wrong = board
        .0
        .curbside(&["review", "sign", hash, "approve"])
        .env("CURBSIDE_AS", "bob")
        .env("CURBSIDE_PASSWORD", "not the password of bob")
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(7), "{wrong:?}");
    // A token never signs, though it is for review.
    let token = board.0.run_as("bob", &["people", "token", "add", "--name", "t", "--scope", "review"], 0);
    let signed = board.0.curbside(&["review", "sign", hash, "approve"]).env("CURBSIDE_TOKEN", token.trim()).output();
    assert!(String::from_utf8_lossy(&signed.unwrap().stderr).contains("[token-scope]"));

    // One approval of two, and the same person again counts once.
    for _ in 0..2 {
        let shown = board.done("bob", &["sign", hash, "approve"]);
        assert_eq!(
            (&shown["standing"]["stage"], &shown["standing"]["approved"]),
            (&"under-review".into(), &false.into())
        );
        assert_eq!(shown["standing"]["approvals"], Value::Array(Vec::new()));
    }
    // Another who has a conflict, and another without credentials.
    board.read_through("cay", hash);
    board.done("cay", &["conflict", hash, "--words", "I advise a maker of magnesium."]);
    board.done("cay", &["conflict", hash, "--none"]);
    board.refused("cay", &["sign", hash, "approve"], 7, "conflicted");
    board.read_through("dan", hash);
    board.refused("dan", &["sign", hash, "approve"], 2, "unnamed");
    board.0.run_as("dan", &["people", "change", "dan", "--credentials", "MD"], 0);

    // The policy may ask for a specialty that nobody who signed has; then for one that somebody has.
    let policy = |text: &str| board.0.write("policy.toml", text);
    let asks = policy("[approval]\nspecialties = [\"nephrology\"]\n[publication]\npending = false\n");
    let refused = board.0.run_as("fay", &["policy", "set", &asks], 7);
    assert!(refused.contains("[role]"), "{refused}");
    board.0.run_as("gil", &["policy", "set", &asks], 0);
    assert_eq!(board.done("dan", &["sign", hash, "approve"])["standing"]["stage"], "under-review");
    board.refused("fay", &["publish", hash], 7, "pending-not-published");
    board.0.run_as("gil", &["policy", "set", &policy("[approval]\nspecialties = [\"oncology\"]\n")], 0);
    let shown = board.done("dan", &["sign", hash, "approve"]);
    assert_eq!((&shown["standing"]["stage"], &shown["standing"]["approved"]), (&"approved".into(), &true.into()));
    let banner = shown["standing"]["banner"].as_str().unwrap();
    assert_eq!(banner, "Approved by Person bob, MD, PhD; Person dan, MD.");

    // Approved is not published, and nobody marks it any more.
    board.refused("bob", &["mark", hash, "accept", "1"], 2, "is-approved");
    board.refused("ann", &["revise", hash], 2, "is-approved");
    assert!(board.0.run_as("eve", &["articles", "show", slug], 7).contains("[not-yours]"));
    assert_eq!(board.done("fay", &["publish", hash])["standing"]["published"], true);
    board.0.run_as("eve", &["articles", "show", slug], 0);
    // Who asks the same is given the published one.
    assert_eq!(board.ask("eve", QUESTION), hash);

    // It comes back: what was signed no longer counts, the text stays.
    let shown = board.done("fay", &["reopen", hash, "--words", "A trial came out."]);
    let standing = &shown["standing"];
    assert_eq!((&standing["stage"], &standing["was_approved"]), (&"submitted".into(), &true.into()));
    assert_eq!((&standing["approved"], &standing["reasons"][0]), (&false.into(), &"A trial came out.".into()));
    board.0.run_as("eve", &["articles", "show", slug], 0);

    // The whole of it, in order.
    let history = board.0.run_as("ann", &["review", "history", hash], 0);
    assert!(history.contains("Person dan: signed approve as Person dan, MD"), "{history}");
    let trail = board.0.run(&["audit", "list", "--json"], 0);
    for action in ["submit", "take-review", "mark", "state-conflict", "sign-approve", "publish", "reopen", "set-policy"]
    {
        assert!(trail.contains(&format!("\"{action}\"")), "{action}: {trail}");
    }
    for never in ["Too narrow", "magnesium", "MRN", "8812345", "A trial came out"] {
        assert!(!trail.contains(never), "the trail holds {never}");
    }
}

#[test]
fn a_wording_is_checked_and_taken_into_a_version_that_is_reviewed_anew() {
    let board = Board::new();
    let hash = board.ask("ann", QUESTION);
    let hash = hash.as_str();
    let shown = board.done("ann", &["submit", hash]);
    let statements = shown["statements"].as_array().unwrap().clone();
    board.read_through("bob", hash);
    // Other words for the first statement, in another order; and words that say something else.
    let text = statements[0]["text"].as_str().unwrap();
    assert!(text.starts_with("In hypomagnesemia, measure creatinine"), "{text}");
    let other = "In hypomagnesemia, measure creatinine (with eGFR), potassium and calcium, because hypokalemia and \
                 hypocalcemia often come with it and kidney function sets the magnesium dose.";
    let propose = |wording: &str| board.done("bob", &["propose", hash, "1", wording])["changes"].to_string();
    let good = propose(other);
    let bad = propose("In hypomagnesemia, measure creatinine and sodium.");
    board.refused("ann", &["decide", hash, &bad, "accept"], 2, "not-supported");
    board.refused("ann", &["decide", hash, "1", "accept"], 2, "no-proposal");
    board.done("ann", &["decide", hash, &bad, "decline"]);
    board.done("ann", &["decide", hash, &good, "accept"]);
    board.refused("ann", &["decide", hash, &good, "decline"], 2, "already-decided");
    let last = statements.len().to_string();
    board.done("bob", &["mark", hash, "reject", &last, "--words", "Not for every patient."]);
    let gone = statements.last().unwrap()["text"].as_str().unwrap();
    // The only statement that hangs on a fact that the question does not tell.
    let missing = |hash: &str| -> Value {
        let shown = board.0.run_as("ann", &["articles", "show", hash, "--json"], 0);
        serde_json::from_str::<Value>(&shown).unwrap()["shown"]["body"]["case"]["missing"].clone()
    };
    assert_eq!(missing(hash)[0]["value"], "egfr");
    let hangs = statements.iter().find(|s| s["conditions"].to_string().contains("eGFR is below")).unwrap();
    let hangs = hangs["key"].as_str().unwrap();
    board.done("bob", &["mark", hash, "reject", hangs, "--words", "Neither."]);
    board.done("bob", &["sign", hash, "request-changes", "--words", "As proposed."]);
    board.refused("bob", &["sign", hash, "approve"], 2, "changes-requested");

    let shown = board.done("ann", &["revise", hash]);
    let next = shown["hash"].as_str().unwrap();
    assert_eq!(missing(next), Value::Array(Vec::new()));
    assert_eq!((&shown["number"], &shown["standing"]["stage"]), (&2.into(), &"submitted".into()));
    assert_eq!(shown["previous"], hash);
    let texts: Vec<&str> =
        shown["statements"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect();
    assert!(texts.contains(&other) && !texts.contains(&text) && !texts.contains(&gone), "{texts:?}");
    // The same statement stands twice, and is the same in both places.
    assert_eq!(texts.iter().filter(|t| **t == other).count(), statements.iter().filter(|s| s["text"] == text).count());
    let told = board.0.run_as("bob", &["review", "diff", next], 0);
    for said in [format!("Was: {text} Now: {other}"), format!("No longer said: {gone}")] {
        assert!(told.contains(&said), "{told}");
    }
    assert_eq!(board.0.run_as("bob", &["review", "diff", next, "--from", next], 0), "They say the same.\n");
    board.refused("eve", &["diff", next], 7, "not-yours");
    board.refused("bob", &["mark", hash, "accept", "1"], 2, "is-retired");
    board.refused("ann", &["revise", next], 2, "nothing-changed");
    assert_eq!(board.done("ann", &["show", hash])["standing"]["superseded_by"], next);

    // Published while pending, under a banner; then taken back for good.
    let shown = board.done("fay", &["publish", next]);
    assert_eq!((&shown["standing"]["approved"], &shown["standing"]["published"]), (&false.into(), &true.into()));
    assert!(shown["standing"]["banner"].as_str().unwrap().starts_with("Pending"));
    let slug = shown["slug"].as_str().unwrap();
    board.0.run_as("eve", &["articles", "show", slug], 0);
    // The version before it never was: it is the board's alone.
    assert!(board.0.run_as("eve", &["articles", "show", hash], 7).contains("[not-yours]"));
    board.done("fay", &["retire", next, "--words", "Replaced by a guideline."]);
    assert!(board.0.run_as("eve", &["articles", "show", slug], 2).contains("[taken-back]"));
    board.refused("fay", &["reopen", next, "--words", "no"], 2, "is-retired");
}

#[test]
fn a_case_is_put_in_general_words_and_each_readers_wording_is_reviewed_apart() {
    let board = Board::new();
    let case = "58M with hypomagnesemia, Mg 1.1 mg/dL, on omeprazole: how is it evaluated?";
    let hash = board.ask("ann", case);
    let shown = board.done("ann", &["submit", &hash]);
    assert!(!shown["of_a_patient"].as_array().unwrap().is_empty());
    board.refused("fay", &["generalise", &hash, case], 2, "of-a-patient");
    let answer = board.done("fay", &["generalise", &hash, QUESTION]);
    let general = answer["hash"].as_str().unwrap();
    let shown = board.done("fay", &["submit", general]);
    assert_eq!(shown["of_a_patient"], Value::Array(Vec::new()));

    // The same article in a patient's words: another version, which nobody has reviewed.
    board.0.run_as("fay", &["ask", "--reader", "patient", QUESTION], 0);
    let slug = shown["slug"].as_str().unwrap();
    board.0.run_as("gil", &["policy", "set", &board.0.write("p.toml", "[approval]\napprovals = 1\n")], 0);
    board.read_through("bob", general);
    assert_eq!(board.done("bob", &["sign", general, "approve"])["standing"]["approved"], true);
    let shown = board.done("bob", &["show", slug, "--reader", "patient"]);
    let standing = &shown["standing"];
    assert_eq!((&standing["stage"], &standing["only_others_reviewed"]), (&Value::Null, &true.into()));
    assert!(standing["banner"].as_str().unwrap().starts_with("This wording was not reviewed"));
    assert_eq!(shown["other_wordings"][0]["stage"], "approved");
    // Who asked a question does not approve its answer, whoever submits it.
    let own = board.ask("dan", "How is hypermagnesemia treated?");
    board.done("dan", &["submit", &own]);
    board.0.run_as("dan", &["people", "change", "dan", "--credentials", "MD"], 0);
    board.read_through("dan", &own);
    board.refused("dan", &["sign", &own, "approve"], 7, "own-question");
    // Nor who revised it.
    board.0.run(&["people", "roles", "fay", "editor", "reviewer"], 0);
    board.read_through("fay", &own);
    let line = board.done("fay", &["show", &own])["statements"].as_array().unwrap().len().to_string();
    board.done("fay", &["mark", &own, "reject", &line, "--words", "Not needed."]);
    let next = board.done("fay", &["revise", &own]);
    let next = next["hash"].as_str().unwrap();
    board.read_through("fay", next);
    board.refused("fay", &["sign", next, "approve"], 7, "own-article");
}
