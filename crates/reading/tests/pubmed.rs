//! PubMed records made up for this test, read whole, cut and damaged.

#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_refused, fails, flipped, flips, moves, shuffled, unit};
use evidence::{Kind, NoticeKind, Part};
use proptest::prelude::*;
use reading::{Context, Format, Reading, read};

const ARTICLES: &str = include_str!("fixtures/pubmed/articles.xml");

fn record_at(bytes: &[u8], line: Option<u64>) -> Reading {
    let mut unit = unit(Format::Pubmed, "pubmed25n0001.xml.gz", bytes);
    unit.origin.line = line;
    read(&unit, &Context::of("test"))
}

fn record(xml: &str) -> Reading {
    record_at(xml.as_bytes(), None)
}

/// The records of a set, as the walker cuts them.
fn cut(set: &str) -> Vec<&str> {
    let mut records = Vec::new();
    let mut rest = set;
    loop {
        let starts = ["PubmedArticle", "PubmedBookArticle", "DeleteCitation"]
            .into_iter()
            .filter_map(|name| rest.find(&format!("<{name}>")).map(|at| (at, name)))
            .min();
        let Some((at, name)) = starts else { return records };
        let close = format!("</{name}>");
        let end = at + rest[at..].find(&close).unwrap() + close.len();
        records.push(&rest[at..end]);
        rest = &rest[end..];
    }
}

/// Every reading gives a source, withdraws a record or says why not, and what it gives holds together.
fn holds_together(reading: &Reading) {
    for notice in &reading.notices {
        let target = &notice.target;
        assert!(target.pmid.is_some() || target.doi.is_some() || target.pmcid.is_some());
    }
    if reading.source.is_some() || reading.withdrawn.is_empty() {
        common::holds_together(reading);
    }
}

fn shown(reading: &Reading) -> serde_json::Value {
    let mut value = common::shown_with_revision(reading);
    value["notices"] = serde_json::json!(reading.notices);
    value["withdrawn"] = serde_json::json!(reading.withdrawn);
    value
}

#[test]
fn records_are_read_whole() {
    let records = cut(ARTICLES);
    assert_eq!(records.len(), 5);
    for (name, xml) in ["trial", "retracted", "retraction", "book", "deletion"].iter().zip(records) {
        let reading = record(xml);
        holds_together(&reading);
        insta::assert_json_snapshot!(*name, shown(&reading));
    }
}

#[test]
fn reading_is_the_same_every_time() {
    assert_eq!(record(cut(ARTICLES)[0]), record(cut(ARTICLES)[0]));
}

/// A record of a few parts.
fn made(article: &str, citation: &str, data: &str) -> Reading {
    let reading = record(&format!(
        "<PubmedArticle><MedlineCitation><PMID Version=\"1\">90000100</PMID><Article><Journal><JournalIssue><PubDate>\
         <Year>2021</Year><Month>Feb</Month></PubDate></JournalIssue><Title>J</Title></Journal>{article}</Article>\
         {citation}</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType=\"pubmed\">90000100</ArticleId>\
         </ArticleIdList>{data}</PubmedData></PubmedArticle>"
    ));
    holds_together(&reading);
    reading
}

fn typed(types: &[&str], title: &str) -> Kind {
    let types: String = types.iter().map(|t| format!("<PublicationType UI=\"\">{t}</PublicationType>")).collect();
    made(&format!("<ArticleTitle>{title}</ArticleTitle><PublicationTypeList>{types}</PublicationTypeList>"), "", "")
        .source
        .unwrap()
        .kind
}

fn related(kind: &str, inner: &str) -> String {
    format!(
        "<CommentsCorrectionsList><CommentsCorrections RefType=\"{kind}\">{inner}</CommentsCorrections></CommentsCorrectionsList>"
    )
}

/// The notices that one relation gives: kind, target's PMID, notice's PMID, date.
fn told(title: &str, kind: &str, inner: &str) -> Vec<(NoticeKind, String, String, String)> {
    let reading = made(&format!("<ArticleTitle>{title}</ArticleTitle>"), &related(kind, inner), "");
    let text = |id: Option<evidence::Pmid>| id.map(|p| p.to_string()).unwrap_or_default();
    let date = |n: &evidence::Notice| n.date.map(|d| d.to_string()).unwrap_or_default();
    reading.notices.iter().map(|n| (n.kind, text(n.target.pmid), text(n.by.pmid), date(n))).collect()
}

#[test]
fn identifiers_of_references_are_never_the_records_own() {
    let data = "<ReferenceList><Reference><Citation>Other.</Citation><ArticleIdList><ArticleId IdType=\"doi\">10.5555/other</ArticleId>\
                <ArticleId IdType=\"pmc\">PMC123</ArticleId></ArticleIdList></Reference></ReferenceList>";
    let source = made("<ArticleTitle>A title.</ArticleTitle>", "", data).source.unwrap();
    assert_eq!((source.ids.doi, source.ids.pmcid), (None, None));
    assert_eq!(source.references[0].ids.doi.as_ref().unwrap().as_str(), "10.5555/other");
    assert_eq!(source.id.as_str(), "pmid:90000100");
}

#[test]
fn two_dois_are_told() {
    let article =
        "<ArticleTitle>A title.</ArticleTitle><ELocationID EIdType=\"doi\" ValidYN=\"Y\">10.5555/b</ELocationID>";
    let data = "<ArticleIdList><ArticleId IdType=\"doi\">10.5555/a</ArticleId></ArticleIdList>";
    let reading = made(article, "", data);
    assert_eq!(reading.source.unwrap().ids.doi.unwrap().as_str(), "10.5555/a");
    assert!(reading.problems.iter().any(|p| p.code == "identifier-conflict"));
    let reading = made(article, "", "");
    assert_eq!(reading.source.unwrap().ids.doi.unwrap().as_str(), "10.5555/b");
    let twice = "<ArticleIdList><ArticleId IdType=\"doi\">10.5555/a</ArticleId><ArticleId IdType=\"doi\">10.5555/c</ArticleId></ArticleIdList>";
    let reading = made("<ArticleTitle>A title.</ArticleTitle>", "", twice);
    assert!(reading.problems.iter().any(|p| p.code == "identifier-conflict"));
}

#[test]
fn the_doi_of_a_book_is_not_that_of_its_chapters() {
    let reading = record(
        "<PubmedBookArticle><BookDocument><PMID>90000300</PMID><Book><BookTitle>B</BookTitle>\
         <ELocationID EIdType=\"doi\" ValidYN=\"Y\">10.5555/book</ELocationID></Book><ArticleTitle>C</ArticleTitle>\
         </BookDocument></PubmedBookArticle>",
    );
    let source = reading.source.unwrap();
    assert_eq!((source.ids.doi, source.title.as_str(), source.container.as_deref()), (None, "C", Some("B")));
}

#[test]
fn records_of_files_before_2016_are_read() {
    let reading = record(
        "<MedlineCitation><PMID>90000301</PMID><Article><ArticleTitle>A.</ArticleTitle></Article></MedlineCitation>",
    );
    assert_eq!(reading.source.unwrap().id.as_str(), "pmid:90000301");
}

#[test]
fn relations_become_notices() {
    use NoticeKind::*;
    let this = "90000100".to_owned();
    let other = "90000200".to_owned();
    let inner = "<RefSource>J. 2022 Mar 4;1:2</RefSource><PMID Version=\"1\">90000200</PMID>";
    let own = "2021-02".to_owned();
    for (relation, kind, about_this) in [
        ("RetractionIn", Retraction, true),
        ("RetractionOf", Retraction, false),
        ("RetractedandRepublishedIn", Retraction, true),
        ("RetractedandRepublishedFrom", Retraction, false),
        ("PartialRetractionIn", PartialRetraction, true),
        ("PartialRetractionOf", PartialRetraction, false),
        ("ExpressionOfConcernIn", ExpressionOfConcern, true),
        ("ExpressionOfConcernFor", ExpressionOfConcern, false),
        ("ErratumIn", Correction, true),
        ("ErratumFor", Correction, false),
        ("CorrectedandRepublishedIn", Correction, true),
        ("CorrectedandRepublishedFrom", Correction, false),
    ] {
        let expected = if about_this {
            (kind, this.clone(), other.clone(), "2022-03-04".to_owned())
        } else {
            (kind, other.clone(), this.clone(), own.clone())
        };
        assert_eq!(told("A title.", relation, inner), [expected], "{relation}");
    }
    for relation in ["CommentIn", "CommentOn", "RepublishedIn", "UpdateOf", "AssociatedDataset", "ReprintOf"] {
        assert_eq!(told("A title.", relation, inner), [], "{relation}");
    }
}

#[test]
fn a_partial_retraction_filed_as_an_erratum_is_one() {
    use NoticeKind::*;
    let inner = "<RefSource>J. 2022;1:2</RefSource><PMID Version=\"1\">90000200</PMID>";
    let kind = |title: &str, relation: &str, inner: &str| told(title, relation, inner)[0].0;
    for title in
        ["Partial retraction: A title.", "Retraction of figure 2 in: A title.", "Retraction.", "Retraction note: X."]
    {
        assert_eq!(kind(title, "ErratumFor", inner), PartialRetraction, "{title}");
    }
    for title in ["Erratum.", "Retraction of the lung in surgery [corrected].", "Correction to: A title."] {
        assert_eq!(kind(title, "ErratumFor", inner), Correction, "{title}");
    }
    let noted = "<RefSource>J. 2022;1:2</RefSource><Note>Partially retracted</Note>";
    assert_eq!(kind("A title.", "ErratumIn", noted), PartialRetraction);
    assert_eq!(kind("A title.", "RetractionIn", noted), PartialRetraction);
    let one_of_many =
        "<RefSource>J. 2022;1:2</RefSource><PMID Version=\"1\">90000200</PMID><Note>abstract no. 071 only</Note>";
    assert_eq!(kind("Retraction.", "RetractionOf", one_of_many), PartialRetraction);
    assert_eq!(kind("Partial retraction of the ear: a study.", "ErratumIn", inner), Correction);
}

#[test]
fn a_notice_without_pmid_stands_where_the_record_is_its_target() {
    let told = told("A title.", "RetractionIn", "<RefSource>J. 2022;1:2</RefSource>");
    assert_eq!(told[0], (NoticeKind::Retraction, "90000100".to_owned(), String::new(), "2022".to_owned()));
    let reading = made(
        "<ArticleTitle>Retraction.</ArticleTitle>",
        &related("RetractionOf", "<RefSource>J. 2022;1:2</RefSource>"),
        "",
    );
    assert!(reading.notices.is_empty());
    assert!(reading.problems.iter().any(|p| p.code == "no-target" && p.message.contains("90000100")));
    let with_doi = "<RefSource>J. 2022;1:2. doi: 10.5555/x.1.</RefSource>";
    let reading = made("<ArticleTitle>Retraction.</ArticleTitle>", &related("RetractionOf", with_doi), "");
    assert_eq!(reading.notices[0].target.doi.as_ref().unwrap().as_str(), "10.5555/x.1");
}

#[test]
fn relations_of_files_before_2010_are_read() {
    let old = "<CommentsCorrectionsList><CommentsCorrections><RetractionIn><RefSource>J. 2009;1:2</RefSource><PMID>90000200</PMID>\
               </RetractionIn><CommentIn><RefSource>J. 2008</RefSource></CommentIn></CommentsCorrections></CommentsCorrectionsList>";
    let reading = made("<ArticleTitle>A title.</ArticleTitle>", old, "");
    assert_eq!(reading.notices.len(), 1);
    assert_eq!(reading.notices[0].by.pmid.unwrap().to_string(), "90000200");
}

#[test]
fn a_retracted_publication_is_retracted_even_without_a_notice() {
    let types = "<ArticleTitle>A title.</ArticleTitle><PublicationTypeList><PublicationType UI=\"D016441\">Named anew</PublicationType></PublicationTypeList>";
    let reading = made(types, "", "");
    assert_eq!(reading.notices[0].kind, NoticeKind::Retraction);
    let reading = made(types, &related("RetractionIn", "<RefSource>J. 2022</RefSource>"), "");
    assert_eq!(reading.notices.len(), 1);
    let reading = made("<ArticleTitle>RETRACTED: A title.</ArticleTitle>", "", "");
    assert_eq!(reading.notices[0].kind, NoticeKind::Retraction);
    let reading = made("<ArticleTitle>Retracted articles: a survey.</ArticleTitle>", "", "");
    assert!(reading.notices.is_empty());
}

#[test]
fn an_expression_of_concern_filed_as_an_erratum_is_one() {
    let article = "<ArticleTitle>Expression of concern.</ArticleTitle><PublicationTypeList><PublicationType UI=\"D000\">Expression of Concern</PublicationType></PublicationTypeList>";
    let inner = "<RefSource>J. 2020</RefSource><PMID Version=\"1\">90000200</PMID>";
    assert_eq!(made(article, &related("ErratumFor", inner), "").notices[0].kind, NoticeKind::ExpressionOfConcern);
    assert_eq!(made(article, "", "").problems.iter().filter(|p| p.code == "no-target").count(), 1);
}

#[test]
fn what_is_no_study_is_never_strong_evidence() {
    let title = "Something: a randomized controlled trial and meta-analysis.";
    for name in
        ["Comment", "Editorial", "Letter", "Retraction of Publication", "Published Erratum", "Expression of Concern"]
    {
        for strong in ["Randomized Controlled Trial", "Meta-Analysis", "Practice Guideline", "Systematic Review"] {
            assert_eq!(typed(&[strong, "Journal Article", name], title), Kind::Other, "{name} {strong}");
        }
        assert_eq!(typed(&[name], title), Kind::Other, "{name}");
    }
    assert_eq!(typed(&["Case Reports", "Letter"], "A mass."), Kind::CaseReport);
    assert_eq!(typed(&["Systematic Review", "Practice Guideline"], "Something."), Kind::Guideline);
    assert_eq!(typed(&["Systematic Review", "Meta-Analysis"], "Something."), Kind::MetaAnalysis);
}

#[test]
fn dates_of_every_form_are_read() {
    let date = |pub_date: &str| {
        let xml = format!(
            "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue><PubDate>{pub_date}</PubDate></JournalIssue></Journal>\
             <ArticleTitle>A.</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        );
        record(&xml).source.unwrap().date.map(|d| d.to_string()).unwrap_or_default()
    };
    for (form, expected) in [
        ("<Year>2020</Year><Month>06</Month><Day>7</Day>", "2020-06-07"),
        ("<Year>2020</Year><Season>Winter</Season>", "2020"),
        ("<Year>2020</Year><Season>Jul-Aug</Season>", "2020-07"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998-12"),
        ("<MedlineDate>2000 Spring</MedlineDate>", "2000"),
        ("<MedlineDate>1978 Jul-Aug</MedlineDate>", "1978-07"),
        ("<MedlineDate>2015 Nov 27-Dec 3</MedlineDate>", "2015-11-27"),
        ("<MedlineDate>1975-1976</MedlineDate>", "1975"),
        ("<MedlineDate>Winter</MedlineDate>", ""),
    ] {
        assert_eq!(date(form), expected, "{form}");
    }
}

#[test]
fn formulas_read_as_a_line() {
    let text = |math: &str| {
        let math = format!("<mml:math>{}</mml:math>", math.replace("</", "</mml:").replace("<m", "<mml:m"));
        let article =
            format!("<ArticleTitle>A.</ArticleTitle><Abstract><AbstractText>x {math} y</AbstractText></Abstract>");
        made(&article, "", "").source.unwrap().text
    };
    let oxygen = "<msub><mrow><mover><mrow><mi>V</mi></mrow><mo>.</mo></mover><mi>O</mi></mrow>\n<mrow><mn>2</mn><mi>max</mi></mrow></msub>";
    assert_eq!(text(oxygen), "x VO2max y");
    assert_eq!(text("<mi>Xe</mi><mtext> </mtext><mi>MRI</mi>"), "x Xe MRI y");
    assert_eq!(
        text("<mi>p</mi><mo>&lt;</mo><msup><mn>10</mn><mrow><mo>-</mo><mn>4</mn></mrow></msup>"),
        "x p < 10^-4 y"
    );
    assert_eq!(text("<mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac>"), "x 1/(a + b) y");
    assert_eq!(text("<msqrt><mi>n</mi></msqrt>"), "x √n y");
}

#[test]
fn a_registration_is_the_works_own() {
    let nct = |text: &str| {
        let article =
            format!("<ArticleTitle>A.</ArticleTitle><Abstract><AbstractText>{text}</AbstractText></Abstract>");
        made(&article, "", "").source.unwrap().ids.nct.len()
    };
    assert_eq!(nct("Registered at ClinicalTrials.gov (NCT00000001)."), 1);
    assert_eq!(nct("Two registered trials, NCT00000001 and NCT00000002, are discussed."), 0);
    assert_eq!(nct("As in NCT00000001."), 0);
}

#[test]
fn an_other_abstract_is_never_the_abstract() {
    let other = "<OtherAbstract Type=\"plain-language-summary\" Language=\"eng\"><AbstractText>Plain.</AbstractText></OtherAbstract>";
    let source = made("<ArticleTitle>A.</ArticleTitle>", other, "").source.unwrap();
    assert_eq!(source.passages[0].part, Part::OtherAbstract);
    assert_eq!(source.passages[0].heading, ["Plain language summary"]);
}

#[test]
fn a_problem_names_its_record_and_its_place_in_the_file() {
    let reading =
        record_at(b"<PubmedArticle>\n<MedlineCitation>&unheard;\n</MedlineCitation>\n\xff</PubmedArticle>", Some(100));
    assert_eq!(reading.problems[0].place.map(|p| p.line), Some(103));
    let reading = record_at(
        b"<PubmedArticle><MedlineCitation><PMID>7</PMID><Article>\n<ArticleTitle>A &unheard; b</ArticleTitle></Article></MedlineCitation></PubmedArticle>",
        Some(100),
    );
    let unknown = reading.problems.iter().find(|p| p.code == "unknown-entity").unwrap();
    assert_eq!(unknown.place.map(|p| p.line), Some(101));
    assert!(unknown.message.starts_with("PMID 7: "));
    assert_eq!(reading.source.unwrap().title, "A &unheard; b");
}

#[test]
fn a_record_cut_off_is_reported_and_kept_only_with_its_notices() {
    let trial = cut(ARTICLES)[0];
    let citation_end = trial.find("</MedlineCitation>").unwrap() + "</MedlineCitation>".len();
    for at in (0..trial.len()).filter(|at| trial.is_char_boundary(*at)) {
        let reading = record(&trial[..at]);
        holds_together(&reading);
        assert!(fails(&reading), "cut at {at}");
        assert_eq!(reading.source.is_some(), at >= citation_end, "cut at {at}");
    }
}

#[test]
fn what_is_no_record_is_an_error() {
    for (text, code) in [
        ("<article/>", "unknown-format"),
        ("", "unknown-format"),
        ("<PubmedArticle><MedlineCitation/></PubmedArticle>", "empty"),
        ("<PubmedArticle></MedlineCitation></PubmedArticle>", "not-well-formed"),
        ("<DeleteCitation/>", "empty"),
        ("<DeleteCitation><PMID>x</PMID></DeleteCitation>", "bad-identifier"),
    ] {
        assert_refused(text, &record(text), code);
    }
    let deep = format!("<PubmedArticle>{}", "<b>".repeat(100_000));
    assert_eq!(record(&deep).problems[0].code, "too-deep");
    let two = cut(ARTICLES)[0].repeat(2);
    assert!(record(&two).problems.iter().any(|p| p.code == "several-articles"));
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds_together(&record_at(&bytes, None));
    }

    #[test]
    fn damage_never_breaks_reading(which in 0usize..5, flips in flips()) {
        holds_together(&record_at(&flipped(cut(ARTICLES)[which], &flips), None));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(which in 0usize..5, moves in moves()) {
        holds_together(&record(&shuffled(cut(ARTICLES)[which], &moves)));
    }
}
