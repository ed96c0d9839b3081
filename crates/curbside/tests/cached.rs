//! Pages that the server keeps in memory: what another process changes shows at once, nobody is sent a page that is not for them,
//! and readings are counted. The other process is the real command line on the same data folder.

#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use common::browser::{Browser, Page, Served};
use common::{Bench, PASSWORD};
use serde_json::Value;

const QUESTION: &str = "How is hypomagnesemia evaluated?";
const REVIEWED: &str = "Reviewed by ";

/// Who looks at a server and knows how many of its pages came out of memory.
struct Reader<'s> {
    server: &'s Served,
    browser: Browser,
}

impl<'s> Reader<'s> {
    fn of(server: &'s Served) -> Self {
        Self { server, browser: Browser::default() }
    }

    fn remembered(&mut self) -> u64 {
        let metrics = self.browser.get(&self.server.at("/metrics")).body;
        let line = metrics.lines().find_map(|l| l.strip_prefix("curbside_pages_total{from=\"memory\"} "));
        line.map_or(0, |n| n.parse().unwrap())
    }

    /// The page, made now and not before.
    fn made(&mut self, path: &str) -> Page {
        let before = self.remembered();
        let page = self.browser.get(&self.server.at(path));
        assert_eq!(self.remembered(), before, "{path} came out of memory");
        page
    }

    /// The page as it lies in memory: the same as it was made.
    fn kept(&mut self, path: &str) -> Page {
        let made = self.browser.get(&self.server.at(path));
        let before = self.remembered();
        let page = self.browser.get(&self.server.at(path));
        assert_eq!(self.remembered(), before + 1, "{path} did not come out of memory");
        assert_eq!((made.status, &made.body), (200, &page.body));
        page
    }
}

fn asked(bench: &Bench, who: &str) -> String {
    let asked: Value = serde_json::from_str(&bench.run_as(who, &["ask", "--json", QUESTION], 0)).unwrap();
    asked["hash"].as_str().unwrap().to_owned()
}

/// A list of retractions that names a work which this article cites.
fn retracting(bench: &Bench, hash: &str) -> String {
    let body: Value = serde_json::from_str(&bench.run_as("edith", &["articles", "show", hash, "--json"], 0)).unwrap();
    let references = body["shown"]["body"]["references"].as_array().unwrap();
    let cited = references.iter().find(|r| r["ids"]["pmid"].is_u64()).unwrap();
    let header = "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason";
    let row = format!("1,A title,1/2/2026 0:00,,,1/1/2019 0:00,,{},Retraction,+Error;", cited["ids"]["pmid"]);
    bench.write("list.csv", &format!("{header}\n{row}\n"))
}

#[test]
fn what_another_process_changes_shows_at_once() {
    let bench = Bench::new();
    bench.board();
    let hash = asked(&bench, "wanda");
    let server = Served::start(&bench, 0, &[]);
    let mut reader = Reader::of(&server);
    let article = format!("/articles/{hash}");
    let home = |reader: &mut Reader<'_>| reader.kept("/").body.contains(&format!("/articles/{}", slug(&bench, &hash)));
    assert_eq!(reader.made(&article).status, 401, "it is its asker's alone");

    // Publication, at first unreviewed.
    bench.run_as("wanda", &["review", "submit", &hash], 0);
    assert_eq!(reader.made(&article).status, 401);
    bench.run_as("edith", &["review", "publish", &hash], 0);
    assert!(!reader.made(&article).body.contains(REVIEWED));
    assert!(!reader.kept(&article).body.contains(REVIEWED));
    assert!(!home(&mut reader), "nobody approved it");

    // Approval.
    bench.approve(&hash);
    assert!(reader.made(&article).body.contains(REVIEWED));
    assert!(reader.kept(&article).body.contains(REVIEWED) && home(&mut reader));

    // A retraction, from a list that another process reads.
    let list = retracting(&bench, &hash);
    bench.run(&["standing", &list], 0);
    let page = reader.made(&article);
    assert!(page.body.contains("Cited work retracted: ") && !page.body.contains(REVIEWED), "{}", page.body);
    let page = reader.kept(&article);
    assert!(page.body.contains("Cited work retracted: ") && !page.body.contains(REVIEWED));
    assert!(!home(&mut reader));

    // Sources that leave, or come.
    let sources = reader.kept("/sources").body;
    bench.run(&["remove", "digest:magnesium-disorders"], 0);
    assert_ne!(reader.made("/sources").body, sources);
    assert!(reader.made(&article).body.contains("A cited source is no longer held: "));

    // It is taken back.
    bench.run_as("edith", &["review", "retire", &hash, "--words", "The work it rests on fell."], 0);
    let page = reader.made(&article);
    assert!(page.body.contains("role=\"alert\"") || page.status != 200, "{}", page.body);

    // The policy, by words and by whom it lets in.
    let policy = reader.kept("/editorial-policy").body;
    bench.run(&["policy", "set", &bench.write("one.toml", "[approval]\napprovals = 3\n")], 0);
    assert_ne!(reader.made("/editorial-policy").body, policy);
    reader.kept("/");
    reader.kept("/sources");
    bench.run(&["policy", "set", &bench.write("closed.toml", "[open]\nreading = false\n")], 0);
    assert_eq!((reader.made("/").status, reader.made("/sources").status), (401, 401));
    bench.run(&["policy", "set", &bench.write("open.toml", "[open]\nreading = true\n")], 0);
    assert_eq!(reader.made("/").status, 200);

    // Who is on the board.
    let board = reader.kept("/board").body;
    bench.run(&["people", "change", "vera", "--credentials", "MD, PhD"], 0);
    assert!(reader.made("/board").body.contains("MD, PhD") && !board.contains("MD, PhD"));
}

fn slug(bench: &Bench, hash: &str) -> String {
    bench.review(hash)["slug"].as_str().unwrap().to_owned()
}

#[test]
fn an_erased_article_is_gone_at_once() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[]);
    let mut reader = Reader::of(&server);
    let article = reader.browser.post(&server.at("/ask"), &[("question", QUESTION)]).location;
    reader.kept(&article);
    // By another process.
    bench.run(&["articles", "erase", article.rsplit('/').next().unwrap(), "--reason", "asked by mistake"], 0);
    assert_eq!(reader.made(&article).status, 410);
    // By this one: asked again it is there again.
    let again = reader.browser.post(&server.at("/ask"), &[("question", QUESTION)]).location;
    assert_eq!(reader.made(&again).status, 200);
}

#[test]
fn a_page_for_somebody_is_for_nobody_else() {
    let bench = Bench::new();
    bench.board();
    let hash = asked(&bench, "wanda");
    let server = Served::start(&bench, 0, &[]);
    let mut wanda = Reader::of(&server);
    let signed = [("username", "wanda"), ("password", PASSWORD)];
    let entered = wanda.browser.post(&server.at("/sign-in"), &signed);
    assert_eq!(entered.status, 303, "{}", entered.body);
    let (mut nobody, article) = (Reader::of(&server), format!("/articles/{hash}"));
    for path in ["/", "/sources", &article] {
        for _ in 0..2 {
            let page = wanda.made(path);
            assert!(page.status == 200 && page.body.contains("Person wanda"), "{path}");
        }
        assert!(!nobody.made(path).body.contains("Person wanda"), "{path}");
    }
    // Nor the other way: what lies in memory for nobody has no name of somebody, and is not sent to them.
    assert!(!nobody.kept("/").body.contains("Person wanda"));
    assert!(wanda.made("/").body.contains("Person wanda"));
    // A token is somebody too, a wrong one as well.
    let token = nobody.browser.get_with(&server.at("/"), "authorization", "Bearer cbt_none");
    assert_eq!(token.status, 401);
    // Who signs out is nobody again.
    wanda.browser.post(&server.at("/sign-out"), &[]);
    assert!(!wanda.browser.get(&server.at("/")).body.contains("Person wanda"));
    assert_eq!(wanda.made(&article).status, 401);
}

#[test]
fn what_is_shown_out_of_memory_counts_as_read_and_is_counted_when_the_server_stops() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[]);
    let mut reader = Reader::of(&server);
    let article = reader.browser.post(&server.at("/ask"), &[("question", QUESTION)]).location;
    // So often that most are shown out of memory, whenever counts are written meanwhile.
    let before = reader.remembered();
    (0..40).for_each(|_| assert_eq!(reader.browser.get(&server.at(&article)).status, 200));
    assert!(reader.remembered() >= before + 30);
    server.stop();
    let shown: Value =
        serde_json::from_str(&bench.run(&["articles", "show", article.rsplit('/').next().unwrap(), "--json"], 0))
            .unwrap();
    assert_eq!(shown["article"]["reads"], 40);
}

#[test]
fn nothing_is_kept_where_the_operator_does_not_want_it() {
    let bench = Bench::new();
    let server = Served::start(&bench, 0, &[("CURBSIDE_SERVER_CACHE_BYTES", "0")]);
    let mut reader = Reader::of(&server);
    assert_eq!(reader.made("/").body, reader.made("/").body);
    assert_eq!(reader.remembered(), 0);
}
