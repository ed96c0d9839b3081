use super::*;
use proptest::prelude::*;

const HEADER: &str = "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,\
                      RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,\
                      OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes";

fn listed(bytes: &[u8]) -> (Vec<Notice>, Vec<Problem>) {
    let (mut notices, mut problems) = (Vec::new(), Vec::new());
    read(&Origin::file("list.csv"), bytes, &mut |row| {
        match row {
            Row::Notice(notice) => notices.push(notice),
            Row::Problem(problem) => problems.push(problem),
        }
        ControlFlow::Continue(())
    });
    (notices, problems)
}

/// A row: date, DOI and PMID of the original, nature, reason, notes.
fn row(date: &str, doi: &str, pmid: &str, nature: &str, reason: &str, notes: &str) -> String {
    format!(
        "7,A title,,,J,P,C,A;B,,Research Article;,{date},10.5555/notice,90000001,1/2/2003 0:00,{doi},{pmid},{nature},{reason},No,{notes}"
    )
}

fn list(rows: &[String]) -> (Vec<Notice>, Vec<Problem>) {
    listed(format!("{HEADER}\n{}\n", rows.join("\n")).as_bytes())
}

fn one(row: String) -> (Vec<Notice>, Vec<&'static str>) {
    let (notices, problems) = list(&[row]);
    (notices, problems.iter().map(|p| p.code).collect())
}

#[test]
fn a_row_becomes_a_notice() {
    let (notices, problems) = one(row(
        "12/31/2020 0:00",
        "10.5555/Original",
        "90000002",
        "Retraction",
        "+Retract and Replace;+Error  in Data;",
        "",
    ));
    assert!(problems.is_empty());
    let notice = &notices[0];
    assert_eq!(notice.kind, NoticeKind::Retraction);
    assert_eq!(notice.target.doi.as_ref().map(Doi::as_str), Some("10.5555/original"));
    assert_eq!(notice.target.pmid.map(u32::from), Some(90_000_002));
    assert_eq!(notice.date.map(|d| d.to_string()).as_deref(), Some("2020-12-31"));
    assert_eq!(notice.by.doi.as_ref().map(Doi::as_str), Some("10.5555/notice"));
    assert_eq!(notice.by.pmid.map(u32::from), Some(90_000_001));
    assert_eq!(notice.by.other, [("retraction-watch".to_owned(), "7".to_owned())]);
    assert_eq!(notice.note, "Retract and Replace; Error in Data");
}

#[test]
fn natures_are_never_folded_and_never_guessed() {
    let kind = |nature: &str, notes: &str| {
        let (notices, codes) = one(row("1/2/2020", "10.5555/a", "0", nature, "", notes));
        (notices.first().map(|n| n.kind), codes)
    };
    assert_eq!(kind("Retraction", "").0, Some(NoticeKind::Retraction));
    assert_eq!(kind("Expression of concern", "").0, Some(NoticeKind::ExpressionOfConcern));
    assert_eq!(kind("EXPRESSION OF CONCERN ", "").0, Some(NoticeKind::ExpressionOfConcern));
    assert_eq!(kind("Correction", "").0, Some(NoticeKind::Correction));
    assert_eq!(kind("Reinstatement", "").0, Some(NoticeKind::Reinstatement));
    assert_eq!(kind("Partial retraction", "").0, Some(NoticeKind::PartialRetraction));
    assert_eq!(kind("Correction", "This is a partial retraction").0, Some(NoticeKind::PartialRetraction));
    assert_eq!(kind("Retraction", "This is a partial retraction").0, Some(NoticeKind::Retraction));
    assert_eq!(kind("Withdrawal?", ""), (None, vec!["unknown-nature"]));
    assert_eq!(kind("", ""), (None, vec!["unknown-nature"]));
}

#[test]
fn no_identifier_is_a_warning_and_the_rest_goes_on() {
    let (notices, problems) = list(&[
        row("1/2/2020", "unavailable", "0", "Retraction", "", ""),
        row("1/2/2020", "Unavailable", "", "Retraction", "", ""),
        row("1/2/2020", "10.5555/a", "", "Retraction", "", ""),
    ]);
    assert_eq!(notices.len(), 1);
    let told: Vec<_> = problems.iter().map(|p| (p.code, p.severity, p.place.map(|p| p.line))).collect();
    let warning = crate::Severity::Warning;
    assert_eq!(told, [("no-identifier", warning, Some(2)), ("no-identifier", warning, Some(3))]);
}

#[test]
fn several_identifiers_are_targets_of_their_own() {
    let (notices, _) = one(row("1/2/2020", "10.5555/a;10.5555/b", "90000002", "Retraction", "", ""));
    assert_eq!(notices.len(), 3);
    assert!(notices.iter().all(|n| n.target.doi.is_some() != n.target.pmid.is_some()));
    let split = |cell: &str| dois(cell).0.iter().map(|d| d.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(split("10.1002/(SICI)1097(19980815/30)17:15/16<1661::AID>3.0.CO;2-2").len(), 1);
    assert_eq!(split("10.5555/a, https://doi.org/10.5555/B"), ["10.5555/a", "10.5555/b"]);
    assert_eq!(split("10.5555/a 10.5555/a;unavailable"), ["10.5555/a"]);
    assert_eq!(dois("10.5555/a;nonsense").0.len() + dois("nonsense").1.len(), 2);
    assert_eq!(pmids("90000001; 90000002.0, 0").0.len(), 2);
    assert_eq!(pmids("123456789012").1.len(), 1);
}

#[test]
fn dates_are_read_month_first() {
    let read = |cell: &str| date(cell).map(|d| d.map(|d| d.to_string()));
    for (cell, expected) in [
        ("12/31/2020 0:00", "2020-12-31"),
        ("2/3/2020", "2020-02-03"),
        ("2020-12-31", "2020-12-31"),
        ("2020-12-31T00:00:00", "2020-12-31"),
        ("2020-12", "2020-12"),
        ("2020", "2020"),
    ] {
        assert_eq!(read(cell), Ok(Some(expected.to_owned())), "{cell}");
    }
    assert_eq!(read(""), Ok(None));
    assert_eq!(date("31/12/2020"), Err(PartialDate::new(2020, None, None)));
    assert_eq!(date("1/2/20"), Err(None));
    let (notices, codes) = one(row("31/12/2020", "10.5555/a", "", "Retraction", "", ""));
    assert_eq!((notices.len(), codes), (1, vec!["bad-date"]));
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let text = "\u{feff}retraction nature,\"Original Paper DOI\",OriginalPaperPubMedID,RetractionDate,\r\n\
                Correction,10.5555/a,,2020-01-02,\r\n\r\nRetraction,10.5555/b,,,";
    let (notices, problems) = listed(text.as_bytes());
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(notices.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::Correction, NoticeKind::Retraction]);
    let (notices, problems) = listed(b"Title,RetractionDate\nx,y\n");
    assert!(notices.is_empty());
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, "missing-columns");
    assert!(problems[0].message.contains("RetractionNature, OriginalPaperDOI, OriginalPaperPubMedID"));
}

#[test]
fn rows_with_other_numbers_of_fields_are_told_by_line() {
    let (notices, problems) = list(&[
        "7,too,few".to_owned(),
        row("1/2/2020", "10.5555/a", "", "Retraction", "", "note") + ",,",
        row("1/2/2020", "10.5555/b", "", "Retraction", "", "note") + ",more",
        row("1/2/2020", "10.5555/c", "", "Retraction", "", ""),
    ]);
    assert_eq!(notices.len(), 2);
    let told: Vec<_> = problems.iter().map(|p| (p.code, p.place.map(|p| p.line))).collect();
    assert_eq!(told, [("field-count", Some(2)), ("field-count", Some(4))]);
}

#[test]
fn quoted_line_breaks_stay_in_their_row() {
    let (notices, problems) = list(&[
        row("1/2/2020", "10.5555/a", "", "Retraction", "\"+One;\r\n+Two,\n\nthree;\"", "\"a \"\"b\"\"\nc\""),
        row("1/2/2020", "10.5555/b", "", "Nonsense", "", ""),
    ]);
    assert_eq!(notices[0].note, "One; Two, three");
    assert_eq!(problems[0].place.map(|p| p.line), Some(7));
}

#[test]
fn a_stray_quotation_mark_costs_one_row() {
    let good = |n: usize| row("1/2/2020", &format!("10.5555/{n}"), "", "Retraction", "", "");
    let stray = row("1/2/2020", "10.5555/x", "", "Retraction", "\"+Never closed", "");
    for (after, strays) in [(3, 1), (300, 1), (3, 2), (0, 2), (1, 3)] {
        let mut rows = vec![good(0)];
        for _ in 0..strays {
            rows.push(stray.clone());
            rows.extend((1..=after).map(good));
        }
        let (notices, problems) = list(&rows);
        assert_eq!(notices.len(), 1 + strays * after, "{after} {strays}");
        assert_eq!(problems.len(), strays);
        assert_eq!(problems[0].place.map(|p| p.line), Some(3));
    }
}

#[test]
fn windows_1252_is_read_and_told_once() {
    let mut bytes = format!("{HEADER}\n").into_bytes();
    for _ in 0..3 {
        let text = row("1/2/2020", "10.5555/a", "", "Retraction", "+Caf#", "");
        bytes.extend(text.bytes().map(|b| if b == b'#' { 0xE9 } else { b }));
        bytes.push(b'\n');
    }
    let (notices, problems) = listed(&bytes);
    assert!(notices.iter().all(|n| n.note == "Café"));
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["encoding"]);
}

#[test]
fn what_is_no_list_is_an_error() {
    assert_eq!(listed(b"").1[0].code, "empty");
    assert_eq!(listed(b"\n\n").1[0].code, "empty");
    assert_eq!(listed(b"\xFF\xFER\0").1[0].code, "encoding");
    let mut huge = vec![b'x'; 3 << 20];
    huge.extend_from_slice(format!("\n{HEADER}\n").as_bytes());
    assert_eq!(listed(&huge).1.iter().map(|p| p.code).collect::<Vec<_>>(), ["too-large"]);
}

#[test]
fn a_sink_that_breaks_is_asked_no_more() {
    let text = format!("{HEADER}\n{0}\n{0}\n", row("", "10.5555/a", "", "Retraction", "", ""));
    let mut asked = 0;
    read(&Origin::file("list.csv"), text.as_bytes(), &mut |_| {
        asked += 1;
        ControlFlow::Break(())
    });
    assert_eq!(asked, 1);
}

const LIST: &str = include_str!("../../tests/fixtures/pubmed/retractionwatch.csv");

#[test]
fn the_fixture_is_read_whole() {
    let (notices, problems) = listed(LIST.as_bytes());
    let shown: Vec<String> = notices
        .iter()
        .map(|n| {
            let text = |id: &Identifiers| serde_json::to_string(id).unwrap_or_default();
            let date = n.date.map(|d| d.to_string()).unwrap_or_default();
            format!("{} {} {date} by {} {:?}", n.kind.word(), text(&n.target), text(&n.by), n.note)
        })
        .chain(problems.iter().map(ToString::to_string))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

fn holds_together(bytes: &[u8]) {
    let (notices, _) = listed(bytes);
    for notice in notices {
        assert!(notice.target.pmid.is_some() || notice.target.doi.is_some());
        assert!(notice.note.chars().count() <= LONGEST_NOTE);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds_together(&bytes);
    }

    #[test]
    fn damage_never_breaks_reading(flips in prop::collection::vec((0..LIST.len(), any::<u8>()), 1..8), end in 0..LIST.len()) {
        let mut bytes = LIST.as_bytes().to_vec();
        for (at, byte) in flips {
            bytes[at] = byte;
        }
        holds_together(&bytes);
        bytes.truncate(end);
        holds_together(&bytes);
    }

    #[test]
    fn a_damaged_row_never_costs_the_rows_after_the_next_fifty_lines(
        damage in "[a\",;\n]{0,30}",
    ) {
        let good = |n: usize| row("1/2/2020", &format!("10.5555/{n}"), "", "Retraction", "", "");
        let mut rows = vec![damage];
        rows.extend((0..120).map(good));
        let (notices, _) = list(&rows);
        for n in 60..120 {
            let doi = format!("10.5555/{n}");
            prop_assert!(notices.iter().any(|notice| notice.target.doi.as_ref().map(Doi::as_str) == Some(&doi)));
        }
    }
}
