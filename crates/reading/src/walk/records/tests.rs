use super::*;
use crate::walk::objects::tests::Dribble;
use proptest::prelude::*;

const RECORDS: Sought =
    Sought { names: &["Rec", "Del"], wrappers: &["RecSet"], strict: true, whole: false, limit: 1 << 20 };
const WHOLE: Sought = Sought { names: &["Rec", "Del"], wrappers: &[], strict: false, whole: true, limit: 1 << 20 };

fn run(text: &str, sought: Sought, root: &str) -> Vec<Piece> {
    let read = |step| {
        let mut records = Records::new(Dribble(text.as_bytes(), step), sought, root);
        std::iter::from_fn(|| records.next().unwrap()).collect::<Vec<_>>()
    };
    let all = read(usize::MAX);
    for step in [1, 2, 5, 33] {
        assert_eq!(read(step), all, "{step}: {text}");
    }
    all
}

fn told(pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Record { bytes, line, .. } => format!("{line} {}", String::from_utf8_lossy(bytes)),
        Piece::Cut { bytes, line, .. } => format!("{line} cut {}", String::from_utf8_lossy(bytes)),
        other => format!("{other:?}"),
    });
    words.collect::<Vec<_>>().join("; ")
}

#[test]
fn records_are_cut_out_of_their_set() {
    let set = "\u{feff}<?xml version='1.0'?>\n<!DOCTYPE RecSet [<!ENTITY a '<Rec>'>]>\n<RecSet>\n<Rec a='/>'><x/></Rec >\n<!-- <Rec> --><Del/><Rec\n b=\"1\">y</Rec>\n</RecSet>\n";
    assert_eq!(told(&run(set, RECORDS, "RecSet")), "4 <Rec a='/>'><x/></Rec >; 5 <Del/>; 5 <Rec\n b=\"1\">y</Rec>");
    assert_eq!(told(&run("<Rec/>", RECORDS, "Rec")), "1 <Rec/>");
    assert_eq!(told(&run("<RecSet/>", RECORDS, "RecSet")), "");
}

#[test]
fn end_tags_in_comments_and_sections_are_none() {
    let record = "<Rec><!-- </Rec> --><![CDATA[</Rec>]] ]>]]><?p </Rec> ?><RecX></RecX><DelSet/></Rec>";
    assert_eq!(told(&run(record, RECORDS, "Rec")), format!("1 {record}"));
}

#[test]
fn what_stands_between_records_is_told() {
    let set = "<RecSet>\noops <b>x</b>\n<Rec/>\n<![CDATA[x]]></RecSet>";
    assert_eq!(told(&run(set, RECORDS, "RecSet")), "Stray { line: 2 }; 3 <Rec/>; Stray { line: 4 }");
    // Other lists have more in them than records.
    assert_eq!(told(&run("<S><h>x</h><Rec/><Rec/></S>", WHOLE, "S")), "1 <Rec/>; 1 <Rec/>");
}

#[test]
fn a_cut_off_list_says_so() {
    assert_eq!(told(&run("<RecSet><Rec/>\n<Rec>a", RECORDS, "RecSet")), "1 <Rec/>; 2 cut <Rec>a");
    assert_eq!(
        told(&run("<RecSet><Rec/>\n", RECORDS, "RecSet")),
        "1 <Rec/>; Unclosed { what: \"the list of records\", line: 2 }"
    );
    assert_eq!(
        told(&run("<RecSet>\n<!-- \n<Rec/></RecSet>", RECORDS, "RecSet")),
        "Unclosed { what: \"a comment\", line: 2 }"
    );
    assert_eq!(told(&run("<S><Rec/><Rec/>", WHOLE, "S")).matches("Unclosed").count(), 1);
}

#[test]
fn a_record_without_an_end_does_not_take_the_next_with_it() {
    assert_eq!(
        told(&run("<RecSet><Rec>a\n<Rec>b</Rec></RecSet>", RECORDS, "RecSet")),
        "1 cut <Rec>a\n; 2 <Rec>b</Rec>"
    );
    assert_eq!(told(&run("<Rec>a<Rec>b</Rec>", WHOLE, "Rec")), "1 cut <Rec>a; 1 <Rec>b</Rec>");
    assert_eq!(told(&run("<Rec a='x><b/><Rec>b</Rec>", RECORDS, "Rec")), "1 cut <Rec a='x><b/>; 1 <Rec>b</Rec>");
}

#[test]
fn one_record_is_given_with_all_around_it() {
    let text = "<?xml version='1.0'?>\n<S><Rec>a</Rec><!-- b --></S>\n";
    assert_eq!(run(text, WHOLE, "S"), [Piece::Whole { bytes: text.as_bytes().to_vec(), record: Some((0, 25..37, 2)) }]);
    assert_eq!(run("<a>", WHOLE, "a"), [Piece::Whole { bytes: b"<a>".to_vec(), record: None }]);
    let cut = run("<Del>a", WHOLE, "Del");
    assert_eq!(cut, [Piece::Whole { bytes: b"<Del>a".to_vec(), record: Some((1, 0..6, 1)) }]);
}

#[test]
fn memory_is_that_of_one_record() {
    let small = Sought { limit: 1000, ..RECORDS };
    let large = "x".repeat(1 << 20);
    let text = format!("<RecSet><!--{large}--><Rec>{large}<Rec2/>\n</Rec>\n<Rec>{large}<Rec/></RecSet>{large}");
    let mut records = Records::new(text.as_bytes(), small, "RecSet");
    let mut told = Vec::new();
    while let Some(piece) = records.next().unwrap() {
        assert!(records.window.bytes.capacity() < 1 << 19);
        told.push(piece);
    }
    assert_eq!(told[..2], [Piece::TooLarge { line: 1 }, Piece::TooLarge { line: 3 }]);
    assert!(matches!(&told[2], Piece::Record { bytes, line: 3, .. } if bytes == b"<Rec/>"));
    assert_eq!(told[3..], [Piece::Stray { line: 3 }]);

    let small = Sought { limit: 1000, ..WHOLE };
    assert_eq!(run(&format!("<a>{large}<Rec/>"), small, "a"), [Piece::NoRecord]);
    // What is around a record does not count as its own.
    let long = format!("<Rec>b</Rec><!-- {large} -->");
    assert_eq!(told_of(&long, small), "1 <Rec>b</Rec>");
    let early = format!("<S><i>{}</i><Rec>{}</Rec></S>", "x".repeat(600), "y".repeat(600));
    assert_eq!(run(&early, small, "S").len(), 1);
}

fn told_of(text: &str, sought: Sought) -> String {
    let mut records = Records::new(text.as_bytes(), sought, "Rec");
    told(&std::iter::from_fn(|| records.next().unwrap()).collect::<Vec<_>>())
}

/// A stream that fails after its bytes.
struct Fails<'a>(&'a [u8]);

impl Read for Fails<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            n => Ok(n),
        }
    }
}

#[test]
fn what_is_complete_is_given_before_an_error() {
    for sought in [RECORDS, WHOLE] {
        let mut records = Records::new(Fails(b"<RecSet><Rec>a</Rec><Rec>b"), sought, "RecSet");
        assert!(matches!(records.next(), Ok(Some(Piece::Record { bytes, .. })) if bytes == b"<Rec>a</Rec>"));
        assert!(records.next().is_err());
        assert!(matches!(records.next(), Ok(None)));
    }
}

/// Cutting once is not enough: what stood on both sides may join to another end.
fn without(mut s: String, end: &str) -> String {
    while s.contains(end) {
        s = s.replace(end, "");
    }
    s
}

fn inside() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z<&> \n]{0,6}".prop_map(|s| s.replace('<', "&lt;")),
        "[a-zRec<>/ \n-]{0,12}".prop_map(|s| format!("<!--{} </Rec> -->", without(s, "--"))),
        "[a-zRec<>/\\] \n-]{0,12}".prop_map(|s| format!("<![CDATA[</Rec>{}]]>", without(s, "]]>"))),
        "[a-z<> ]{0,6}".prop_map(|s| format!("<?p </Rec>{s}?>")),
        "[a-z> /]{0,6}".prop_map(|s| format!("<RecX a='{s}'/><Records b=\"{s}\"></Records>")),
    ];
    proptest::collection::vec(part, 0..5).prop_map(|parts| parts.concat())
}

fn record() -> impl Strategy<Value = String> {
    prop_oneof![
        (inside(), "( a='[a-z>/ ]{0,5}')?", "[ \n]?")
            .prop_map(|(inside, attribute, end)| format!("<Rec{attribute}>{inside}</Rec{end}>")),
        "( a=\"[a-z>/ ]{0,5}\")?".prop_map(|attribute| format!("<Del{attribute}/>")),
    ]
}

proptest! {
    #[test]
    fn a_list_is_cut_into_what_it_was_made_of(
        records in proptest::collection::vec((record(), "[ \n]{0,3}(<!-- <Rec> -->)?"), 0..6), step in 1usize..65,
    ) {
        let text: String = records.iter().map(|(record, gap)| format!("{gap}{record}")).collect();
        let text = format!("<RecSet>{text}</RecSet>");
        let mut lines = Vec::new();
        let mut at = 8;
        for (record, gap) in &records {
            at += gap.len();
            lines.push(1 + text[..at].matches('\n').count() as u64);
            at += record.len();
        }
        let mut stream = Records::new(Dribble(text.as_bytes(), step), RECORDS, "RecSet");
        let mut found = Vec::new();
        let mut found_lines = Vec::new();
        while let Some(piece) = stream.next().unwrap() {
            let Piece::Record { bytes, line, .. } = piece else { panic!("{piece:?} in {text}") };
            found.push(String::from_utf8(bytes).unwrap());
            found_lines.push(line);
        }
        let records: Vec<String> = records.into_iter().map(|(record, _)| record).collect();
        prop_assert_eq!(found, records);
        prop_assert_eq!(found_lines, lines);
    }

    #[test]
    fn arbitrary_bytes_end(parts in proptest::collection::vec(proptest::sample::select(
        vec!["<Rec>", "</Rec>", "<Rec", "<!--", "-->", "<![CDATA[", "]]>", "<", ">", "'", "\"", "/", "x", "<RecSet>", "</RecSet>", "<!DOCTYPE", "[", "\n"]), 0..60),
        step in 1usize..65, whole in any::<bool>(), limit in 1usize..60,
    ) {
        let text = parts.concat();
        let sought = Sought { limit, whole, ..RECORDS };
        let mut stream = Records::new(Dribble(text.as_bytes(), step), sought, "RecSet");
        let mut count = 0;
        while stream.next().unwrap().is_some() {
            count += 1;
        }
        prop_assert!(count <= 2 * parts.len() + 3);
    }
}
