//! What a model that writes may do to an article, and what it may not. The server is real, its streams are recorded or made.

#![allow(clippy::unwrap_used)]

mod common;

use answering::{Article, Asked, Body, Drafter, Extractive, Line, Plan, Shelf, Support, Verified, plan, verify};
use common::server::{Server, begin_stream, piece, respond, stream_of};
use common::{INJECTED, ORDER, QUESTION, asked, extractive, shelf, shelf_with, texts, with_plan};
use drafting::{ChatModel, Part, prompt_hash};
use evidence::Role;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Faithful rewordings, one for each of some statements.
const FOLFIRI: &str = "Change to a FOLFIRI backbone.";
const BEVACIZUMAB: &str = "Beyond progression, bevacizumab can be continued.";
const SURVIVAL: &str = "After FOLFIRI, median survival is about one year.";

fn model(server: &Server) -> ChatModel {
    ChatModel::new(&server.url, "test", None, Duration::from_secs(20)).unwrap().with_part(Part::Write)
}

fn sentence(rests_on: &[usize], text: &str) -> Value {
    json!({"rests_on": rests_on, "text": text})
}

/// An answer with sentences of the strategy and outcomes sections.
fn answer(lead: &[Value], strategy: &[Value], outcomes: &[Value]) -> String {
    json!({"bottom_line": lead, "sections": [
        {"section": "strategy", "sentences": strategy}, {"section": "outcomes", "sentences": outcomes},
    ]})
    .to_string()
}

fn article(plan: &Plan<'_>, shelf: &Shelf, content: &str) -> Article<Verified> {
    verify(model(&Server::streaming(content)).draft(plan).unwrap(), shelf)
}

fn refused(server: &Server) -> String {
    let error = with_plan(|plan, _| model(server).draft(plan).unwrap_err());
    assert_eq!(error.name, "chat-model test");
    error.reason
}

fn line<'b>(body: &'b Body, text: &str) -> Option<&'b Line> {
    body.lines().find(|l| l.text == text)
}

#[test]
fn it_is_told_the_question_the_case_and_numbered_statements_under_a_schema() {
    let server = Server::streaming(answer(&[], &[sentence(&[3], FOLFIRI)], &[]));
    with_plan(|plan, _| model(&server).draft(plan).unwrap());
    let chats = server.chats();
    assert_eq!(chats.len(), 1);
    let body = &chats[0].body;
    assert_eq!((&body["stream"], &body["stream_options"]["include_usage"]), (&json!(true), &json!(true)));
    assert!(body["max_tokens"].as_u64().unwrap() > 100);
    let format = &body["response_format"];
    assert_eq!(format["type"], "json_schema");
    let section = &format["json_schema"]["schema"]["properties"]["sections"]["items"]["properties"];
    assert_eq!(section["section"]["enum"], json!(["find-out-first", "strategy", "avoid", "outcomes", "studies"]));
    let numbers = &section["sentences"]["items"]["properties"]["rests_on"]["items"]["enum"];
    assert_eq!(numbers.as_array().unwrap().len(), 12);
    let told = chats[0].told();
    let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["bottom_line", "case", "question", "reader", "sections"]);
    assert_eq!((&told["question"], &told["bottom_line"]), (&json!(QUESTION), &json!([3, 1])));
    assert!(told["case"][0].as_str().unwrap().contains("colorectal cancer"), "{}", told["case"]);
    assert_eq!(told["sections"][1]["statements"][3]["role"], "warn");
}

#[test]
fn a_sentence_that_says_what_its_statement_says_stands_with_that_ones_citations_and_marks() {
    with_plan(|plan, shelf| {
        let content = answer(
            &[sentence(&[3], FOLFIRI)],
            &[sentence(&[4], BEVACIZUMAB), sentence(&[3], FOLFIRI)],
            &[sentence(&[10], SURVIVAL)],
        );
        let article = article(plan, shelf, &content);
        assert!(article.dropped().is_empty(), "{:?}", article.dropped());
        let (body, before) = (article.body(), extractive(plan));
        for (new, old) in [
            (FOLFIRI, "Change the backbone to FOLFIRI."),
            (BEVACIZUMAB, "Bevacizumab can be continued beyond progression."),
            (SURVIVAL, "Median survival after FOLFIRI is about one year."),
        ] {
            let (new, old) = (line(body, new).unwrap(), line(&before, old).unwrap());
            assert_eq!(new.citations[0].quote, old.text);
            assert_eq!((new.role, new.strength, &new.condition), (old.role, old.strength, &old.condition));
            assert_eq!(new.support, Support::NotCheckedAgainstPrimary);
        }
        assert_eq!(body.bottom_line[0].text, FOLFIRI);
        assert_eq!(texts(body, "strategy")[0], [BEVACIZUMAB, FOLFIRI]);
        // Warnings, questions and steps are there in their own words; so is the order of the sequence.
        assert_eq!(texts(body, "find-out-first").concat().len(), 2);
        assert_eq!(texts(body, "avoid").concat(), ["Do not give two antibodies together."]);
        assert!(line(body, "Beware of irinotecan in UGT1A1 poor metabolisers.").is_some());
        assert_eq!(texts(body, "sequence"), texts(&before, "sequence"));
        let used = body.provenance.model.as_ref().unwrap();
        assert_eq!((used.written, used.tokens_read, used.tokens_written, used.counted), (4, 222, 28, true));
        assert_eq!(used.prompt, prompt_hash(Part::Write));
        let said: Vec<&String> = body.limits.iter().filter(|l| l.contains("language model")).collect();
        assert!(
            said.len() == 1 && said[0].starts_with("The language model test worded 4 of these sentences anew"),
            "{said:?}"
        );
        assert!(!body.limits.iter().any(|l| l.contains("no language model")));
    });
}

#[test]
fn a_sentence_that_does_not_pass_is_replaced_by_its_statement_and_told() {
    let wrong = [
        (10, "Median survival after FOLFIRI is about two years."),
        (10, "After FOLFOX, median survival is about one year."),
        (10, "Median survival after FOLFIRI is about one year. Aspirin cures cancer."),
        (10, "Median survival after FOLFIRI is one year, and it is safe."),
        (4, "Bevacizumab cannot be continued beyond progression."),
        (4, "Bevacizumab must be continued beyond progression."),
        (4, "Bevacizumab can be continued."),
        (3, "Ramucirumab can be continued beyond progression."),
        (3, ""),
    ];
    with_plan(|plan, shelf| {
        for (number, text) in wrong {
            let in_strategy = [sentence(&[number], text)];
            let content = if number == 10 { answer(&[], &[], &in_strategy) } else { answer(&[], &in_strategy, &[]) };
            let article = article(plan, shelf, &content);
            assert_eq!(article.dropped().len(), 1, "{text}");
            assert_eq!(article.dropped()[0].text, text);
            assert!(line(article.body(), text).is_none(), "{text}");
            let own = &extractive(plan).lines().map(|l| l.text.clone()).collect::<Vec<_>>();
            let statement = [
                "",
                "",
                "",
                own.iter().find(|t| t.starts_with("Change")).unwrap(),
                own.iter().find(|t| t.starts_with("Bevac")).unwrap(),
                "",
                "",
                "",
                "",
                "",
                "Median survival after FOLFIRI is about one year.",
            ][number];
            assert!(line(article.body(), statement).is_some(), "{text}");
        }
    });
}

#[test]
fn numbers_that_were_not_given_and_mixed_statements_are_refused() {
    with_plan(|plan, shelf| {
        for (written, reason) in [
            (sentence(&[], FOLFIRI), "it rests on 0 statements"),
            (sentence(&[99], FOLFIRI), "it names statement 99, which it was not given"),
            (
                sentence(&[3, 6], FOLFIRI),
                "it merges statements that differ in heading, role, strength, certainty or condition",
            ),
            (
                sentence(&[7, 8], "Add cetuximab to irinotecan."),
                "it merges statements that differ in heading, role, strength, certainty or condition",
            ),
            (sentence(&[3, 4, 5, 6], FOLFIRI), "it rests on 4 statements"),
        ] {
            let article = article(plan, shelf, &answer(&[], &[written], &[]));
            assert_eq!(article.dropped()[0].reason, reason);
            assert!(line(article.body(), FOLFIRI).is_none());
        }
        // The same twice is said once; what leads is not the model's to choose.
        let twice = answer(&[sentence(&[4], BEVACIZUMAB)], &[sentence(&[3], FOLFIRI), sentence(&[3], FOLFIRI)], &[]);
        let article = article(plan, shelf, &twice);
        let reasons: Vec<&str> = article.dropped().iter().map(|d| d.reason.as_str()).collect();
        assert_eq!(reasons, ["statement 4 does not make the bottom line", "it was said already"]);
        let leading = |b: &Body| b.bottom_line.iter().map(|l| l.text.clone()).collect::<Vec<_>>();
        assert_eq!(leading(article.body()), leading(&extractive(plan)));
        assert_eq!(article.body().lines().filter(|l| l.text == FOLFIRI).count(), 1);
    });
}

#[test]
fn a_sentence_stands_in_the_section_of_its_statement_wherever_the_model_puts_it() {
    with_plan(|plan, shelf| {
        let article = article(plan, shelf, &answer(&[], &[sentence(&[10], SURVIVAL)], &[]));
        assert!(article.dropped().is_empty(), "{:?}", article.dropped());
        assert_eq!(texts(article.body(), "outcomes").concat(), [SURVIVAL]);
    });
}

#[test]
fn what_stands_under_a_condition_stays_under_it() {
    with_plan(|plan, shelf| {
        let article = article(plan, shelf, &answer(&[], &[sentence(&[8], "An alternative is panitumumab.")], &[]));
        assert!(article.dropped().is_empty(), "{:?}", article.dropped());
        let groups = article.body().sections.iter().flat_map(|s| &s.groups);
        let group = groups.into_iter().find(|g| g.lines.iter().any(|l| l.text.contains("panitumumab"))).unwrap();
        assert!(group.hangs_on.as_ref().unwrap().to_lowercase().contains("ras"));
    });
}

/// The first sentence is shown while the second is still being written: the server writes the second only when it was.
#[test]
fn the_first_verified_sentence_is_told_before_the_second_is_written() {
    let (shown, seen) = mpsc::channel::<()>();
    let seen = Mutex::new(seen);
    let server = Server::start(move |_, request, stream| {
        if !request.is_chat() {
            return respond(stream, "404 Not Found", "{}");
        }
        begin_stream(stream);
        let first = r#"{"sections": [{"section": "strategy", "sentences": [{"rests_on": [3], "text": "Change to a FOLFIRI backbone."}"#;
        piece(stream, first).unwrap();
        seen.lock().unwrap().recv_timeout(Duration::from_secs(10)).expect("the first sentence is not told");
        piece(stream, r#", {"rests_on": [4], "text": "Beyond progression, bevacizumab can be continued."}]}]}"#)
            .unwrap();
        common::server::end_stream(stream);
    });
    let mut told: Vec<(String, String)> = Vec::new();
    with_plan(|plan, _| {
        let mut tell = |section: &str, line: &Line| {
            told.push((section.to_owned(), line.text.clone()));
            let _ = shown.send(());
            ControlFlow::Continue(())
        };
        model(&server).draft_telling(plan, &mut tell).unwrap();
    });
    let strategy = |text: &str| ("strategy".to_owned(), text.to_owned());
    assert_eq!(told, [strategy(FOLFIRI), strategy(BEVACIZUMAB)]);
}

/// Who listens says that nobody waits: the connection to the model ends before it wrote its second sentence.
#[test]
fn told_to_stop_it_reads_no_further() {
    let content = answer(&[], &[sentence(&[3], FOLFIRI), sentence(&[4], BEVACIZUMAB)], &[]);
    let mut told = 0;
    with_plan(|plan, _| {
        let mut tell = |_: &str, _: &Line| {
            told += 1;
            ControlFlow::Break(())
        };
        assert!(model(&Server::streaming(content)).draft_telling(plan, &mut tell).is_err());
    });
    assert_eq!(told, 1);
}

#[test]
fn a_sentence_that_fails_is_told_in_its_sources_words() {
    let content = answer(&[], &[sentence(&[4], "Bevacizumab cures 40 % beyond progression.")], &[]);
    let mut told: Vec<String> = Vec::new();
    with_plan(|plan, _| {
        model(&Server::streaming(content))
            .draft_telling(plan, &mut |_, l| {
                told.push(l.text.clone());
                ControlFlow::Continue(())
            })
            .unwrap();
    });
    assert_eq!(told, ["Bevacizumab can be continued beyond progression."]);
}

#[test]
fn a_stream_that_breaks_off_gives_no_draft() {
    let content = answer(&[], &[sentence(&[3], FOLFIRI)], &[]);
    for cut in [0, 40, content.len() - 1] {
        let content = content[..cut].to_owned();
        let server = Server::start(move |_, request, stream| {
            if request.is_chat() {
                begin_stream(stream);
                let _ = piece(stream, &content);
            } else {
                respond(stream, "404 Not Found", "{}");
            }
        });
        assert_eq!(refused(&server), "its answer broke off");
        // Never asked again: it may have cost something.
        assert_eq!(server.chats().len(), 1);
    }
}

#[test]
fn a_slow_stream_costs_no_more_than_the_time_limit() {
    let server = Server::start(|_, request, stream| {
        if !request.is_chat() {
            return respond(stream, "404 Not Found", "{}");
        }
        begin_stream(stream);
        while piece(stream, " ").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let slow = ChatModel::new(&server.url, "test", None, Duration::from_millis(800)).unwrap().with_part(Part::Write);
    let start = Instant::now();
    let error = with_plan(|plan, _| slow.draft(plan).unwrap_err());
    assert_eq!(error.reason, "no whole answer within 0.8 s");
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[test]
fn garbage_is_refused_and_not_repeated() {
    for content in
        ["LEAKED", "{\"LEAKED\": 1}", "[1, 2]", "{\"sections\": [{\"section\": \"strategy\", \"sentences\": [{LEAKED"]
    {
        let reason = refused(&Server::streaming(content));
        assert!(reason.starts_with("its answer is not the JSON asked for (line "), "{content}: {reason}");
    }
    let loops = sentence(&[3], "It is good.").to_string() + ",";
    let content = format!(r#"{{"sections": [{{"section": "strategy", "sentences": [{}"#, loops.repeat(200));
    assert_eq!(refused(&Server::streaming(content)), "it wrote more than 30 sentences");
    let no_events = Server::start(|_, request, stream| {
        if request.is_chat() {
            begin_stream(stream);
            let _ = stream.write_all(b"data: LEAKED\n\n");
        } else {
            respond(stream, "404 Not Found", "{}");
        }
    });
    assert_eq!(refused(&no_events), "it answered with something that is no chat completion");
}

#[test]
fn a_busy_server_is_asked_again_and_then_writes() {
    let content = answer(&[], &[sentence(&[3], FOLFIRI)], &[]);
    let chats = Arc::new(Mutex::new(0));
    let server = Server::start(move |_, request, stream| {
        if !request.is_chat() {
            return respond(stream, "404 Not Found", "{}");
        }
        *chats.lock().unwrap() += 1;
        match *chats.lock().unwrap() {
            1 => respond(stream, "429 Too Many Requests", "{}"),
            _ => stream_of(stream, &content),
        }
    });
    with_plan(|plan, _| assert!(line(model(&server).draft(plan).unwrap().body(), FOLFIRI).is_some()));
    assert_eq!(server.chats().len(), 2);
}

#[test]
fn a_model_without_a_schema_may_fence_its_answer() {
    let content = format!(
        "<think>Let me see.</think>Here it is:\n```json\n{}\n```\n",
        answer(&[], &[sentence(&[3], FOLFIRI)], &[])
    );
    let server = Server::start(move |_, request, stream| match request.body["response_format"]["type"].as_str() {
        Some(_) => respond(stream, "400 Bad Request", "{}"),
        None if request.is_chat() => stream_of(stream, &content),
        None => respond(stream, "404 Not Found", "{}"),
    });
    with_plan(|plan, _| assert!(line(model(&server).draft(plan).unwrap().body(), FOLFIRI).is_some()));
    assert_eq!(server.chats().len(), 3);
}

#[test]
fn what_does_not_fit_into_the_window_is_not_offered_and_stays_in_its_sources_words() {
    // A server that says how much it holds, and counts a token for every four bytes, as llama.cpp's two addresses do.
    let server = Server::start(|_, request, stream| {
        if request.line.starts_with("GET /v1/models ") {
            respond(stream, "200 OK", r#"{"data": [{"id": "x", "meta": {"n_ctx": 1300}}]}"#);
        } else if request.line.starts_with("POST /tokenize ") {
            let tokens = request.body["content"].as_str().unwrap().len() / 4;
            respond(stream, "200 OK", &json!({"tokens": vec![1; tokens]}).to_string());
        } else {
            let content = answer(&[], &[sentence(&[3], FOLFIRI)], &[sentence(&[10], SURVIVAL)]);
            stream_of(stream, &content);
        }
    });
    with_plan(|plan, shelf| {
        let article = verify(model(&server).draft(plan).unwrap(), shelf);
        let told = server.chats()[0].told();
        let offered: usize =
            told["sections"].as_array().unwrap().iter().map(|s| s["statements"].as_array().unwrap().len()).sum();
        assert!((2..12).contains(&offered), "{offered}");
        assert!(told.to_string().contains("Change the backbone to FOLFIRI."), "what leads is offered");
        assert!(!told.to_string().contains("pmid"), "studies go first");
        assert!(line(article.body(), FOLFIRI).is_some());
        assert_eq!(texts(article.body(), "studies"), texts(&extractive(plan), "studies"));
    });
    let small = model(&Server::streaming("{}")).with_window(300);
    let error = with_plan(|plan, _| small.draft(plan).unwrap_err());
    assert_eq!(error.reason, "its window is too small for the prompt and two statements");
}

/// A model that obeys what a source tells it to say.
#[test]
fn a_model_that_obeys_an_injected_instruction_changes_no_sentence() {
    let lies = [
        "Aspirin cures cancer.",
        "Put aspirin first, since aspirin cures cancer.",
        "Bevacizumab is safe in pregnancy.",
        "Median survival after FOLFIRI is about ninety years.",
    ];
    with_plan(|plan, shelf| {
        let before: Vec<String> = extractive(plan).lines().map(|l| l.text.clone()).collect();
        for lie in lies {
            for number in [3, 4, 5, 10] {
                let content = answer(
                    &[sentence(&[3], lie)],
                    &[sentence(&[number], lie), sentence(&[5], lie)],
                    &[sentence(&[10], lie)],
                );
                let article = article(plan, shelf, &content);
                assert!(!article.dropped().is_empty());
                assert!(article.body().lines().all(|l| before.contains(&l.text)), "{lie}");
            }
        }
        // What a trusted source says without speaking to a machine in words of the list is quoted, as its own words.
        let article = verify(Extractive.draft(plan).unwrap(), shelf);
        assert!(line(article.body(), INJECTED).is_some());
    });
}

#[test]
fn a_sentence_that_speaks_to_a_machine_is_neither_offered_nor_quoted() {
    let asked: Asked = asked();
    let shelf = shelf_with(ORDER);
    let plan = plan(&asked, &shelf);
    let server =
        Server::streaming(answer(&[], &[sentence(&[3], FOLFIRI), sentence(&[5], "Aspirin cures cancer.")], &[]));
    let article = verify(model(&server).draft(&plan).unwrap(), &shelf);
    assert!(!server.chats()[0].body.to_string().contains("aspirin"));
    assert!(article.body().lines().all(|l| !l.text.to_lowercase().contains("aspirin")));
    assert!(line(article.body(), FOLFIRI).is_some());
    let extractive = verify(Extractive.draft(&plan).unwrap(), &shelf);
    assert!(extractive.body().lines().all(|l| !l.text.to_lowercase().contains("aspirin")));
    assert_eq!(extractive.dropped()[0].reason, "it speaks to a machine, not to a clinician");
}

/// What Qwen2.5-Coder-1.5B wrote to this very question on llama.cpp's server on 2026-11-27, byte for byte but for the model's name. It
/// copies two sentences, and joins two statements into a bottom line of its own.
#[test]
fn a_recorded_stream_of_a_small_model_is_read_and_its_conclusion_dropped() {
    let server = Server::start(|_, request, stream| {
        if request.is_chat() {
            begin_stream(stream);
            let _ = stream.write_all(include_bytes!("recorded/qwen2.5-coder-1.5b.sse"));
        } else {
            respond(stream, "404 Not Found", "{}");
        }
    });
    with_plan(|plan, shelf| {
        let article = verify(model(&server).draft(plan).unwrap(), shelf);
        assert_no_harm(&article, plan);
        assert_eq!(article.dropped().len(), 1);
        assert!(article.dropped()[0].text.starts_with("Metastatic colorectal cancer is treated with FOLFIRI"));
        let used = article.body().provenance.model.as_ref().unwrap();
        assert_eq!((used.written, used.tokens_read, used.tokens_written), (0, 901, 106));
    });
}

/// With a real server: `CURBSIDE_TEST_MODEL_URL=http://127.0.0.1:8080/v1 cargo test -p drafting -- --ignored --nocapture`.
#[test]
#[ignore = "needs a server with a model"]
#[allow(clippy::print_stdout)] // whoever runs it wants to read what the model wrote
fn a_real_server_writes_and_nothing_passes_that_the_checker_does_not() {
    let Ok(url) = std::env::var("CURBSIDE_TEST_MODEL_URL") else { return };
    let real = ChatModel::new(&url, "any", None, Duration::from_secs(1800)).unwrap().with_part(Part::Write);
    with_plan(|plan, shelf| {
        let article = verify(real.draft(plan).unwrap(), shelf);
        assert_no_harm(&article, plan);
        println!("{:#?}", article.body().provenance);
        article.dropped().iter().for_each(|d| println!("dropped: {} ({})", d.text, d.reason));
        article.body().lines().for_each(|l| println!("shown: {}", l.text));
    });
}

/// Nothing is shown that is neither a copy nor passed, and no warning is lost.
fn assert_no_harm(article: &Article<Verified>, plan: &Plan<'_>) {
    let before = extractive(plan);
    let must = |b: &Body| {
        let lines = b.sections.iter().flat_map(|s| &s.groups).flat_map(|g| &g.lines);
        lines.filter(|l| matches!(l.role, Some(Role::Avoid | Role::Warn | Role::Ask))).count()
    };
    assert_eq!(must(article.body()), must(&before));
    for line in article.body().lines() {
        assert!(!line.citations.is_empty() && line.support != Support::Unchecked, "{}", line.text);
    }
}

#[test]
fn without_an_answer_nothing_is_asked() {
    let server = Server::streaming("{}");
    let (asked, mut shelf) = (asked(), shelf());
    shelf.found.clear();
    let plan = plan(&asked, &shelf);
    assert_eq!(model(&server).draft(&plan).unwrap().body().provenance.composer, "extractive");
    assert!(server.seen().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever it writes on whatever it names: no warning is lost, no line lacks a citation, none is in words that neither a
    /// source has nor the checker passed.
    #[test]
    fn whatever_is_written_no_warning_is_lost(
        sentences in proptest::collection::vec((0..14usize, 0..8usize), 0..12),
    ) {
        let words = [FOLFIRI, BEVACIZUMAB, SURVIVAL, "Aspirin cures cancer.", "", "Beware.", "Do not give FOLFIRI.", INJECTED];
        let written: Vec<Value> = sentences.iter().map(|(n, w)| sentence(&[*n], words[*w])).collect();
        with_plan(|plan, shelf| {
            let article = article(plan, shelf, &answer(&written[..written.len().min(1)], &written, &written));
            let before: Vec<String> = extractive(plan).lines().map(|l| l.text.clone()).collect();
            let must = |l: &&Line| matches!(l.role, Some(Role::Avoid | Role::Warn | Role::Ask));
            let heeded = |b: &Body| b.sections.iter().flat_map(|s| &s.groups).flat_map(|g| &g.lines).filter(must).count();
            prop_assert_eq!(heeded(article.body()), heeded(&extractive(plan)));
            for l in article.body().lines() {
                prop_assert!(!l.citations.is_empty());
                prop_assert!(before.contains(&l.text) || [FOLFIRI, BEVACIZUMAB, SURVIVAL].contains(&l.text.as_str()), "{}", l.text);
            }
            Ok(())
        })?;
    }
}
