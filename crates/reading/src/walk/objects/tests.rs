use super::*;
use proptest::prelude::*;

/// Gives a few bytes at a time.
pub(in crate::walk) struct Dribble<'a>(pub(in crate::walk) &'a [u8], pub(in crate::walk) usize);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(buffer.len()).min(self.0.len());
        let (now, later) = self.0.split_at(n);
        buffer[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

fn pieces(text: &str, limit: usize) -> Vec<Piece> {
    let read = |step| {
        let mut objects = Objects::new(Dribble(text.as_bytes(), step), limit);
        std::iter::from_fn(|| objects.next().unwrap()).collect::<Vec<_>>()
    };
    let all = read(usize::MAX);
    for step in [1, 2, 3, 7] {
        assert_eq!(read(step), all, "{step}: {text}");
    }
    all
}

fn told(text: &str) -> String {
    let words = pieces(text, 1000).into_iter().map(|piece| match piece {
        Piece::Object { bytes, line, study, listed } => format!(
            "{line}{}{}{}",
            if study { " study" } else { "" },
            if listed { " listed" } else { "" },
            String::from_utf8(bytes).unwrap().replace(char::is_whitespace, "").replace("\"protocolSection\"", "P")
        ),
        other => format!("{other:?}"),
    });
    words.collect::<Vec<_>>().join("; ")
}

#[test]
fn objects_are_found_in_each_form() {
    assert_eq!(told(r#"{"protocolSection": {"a": "}\"{"}}"#), r#"1 study{P:{"a":"}\"{"}}"#);
    assert_eq!(told("{\n\"protocolSection\":{}}\n\n{\"a\":{\"protocolSection\":1}}"), "1 study{P:{}}; 4{\"a\":{P:1}}");
    assert_eq!(told("[\n{\"protocolSection\": 1},\n {\"b\": [[{}]]}]"), "2 study listed{P:1}; 3 listed{\"b\":[[{}]]}");
    assert_eq!(
        told(
            "{\"n\": [{}], \"studies\": [{\"protocolSection\": 1},\n{\"studies\": [{}]}], \"next\": {\"studies\": [{}]}} {\"protocolSection\":2}"
        ),
        "1 study listed{P:1}; 2 listed{\"studies\":[{}]}; 2 study{P:2}"
    );
    assert_eq!(told("{\"a\": \"studies\", \"b\": [{}]}"), "1{\"a\":\"studies\",\"b\":[{}]}");
    assert_eq!(told("\u{feff} [] "), "");
}

#[test]
fn what_is_no_object_is_told_once_a_stretch() {
    assert_eq!(
        told("[1, 2, {\"a\": 1}, null,\n[{}], {}]"),
        "Stray { line: 1 }; 1 listed{\"a\":1}; Stray { line: 1 }; 2 listed{}"
    );
    assert_eq!(told("}\n{}"), "Stray { line: 1 }; 2{}");
    assert_eq!(told("[{},\n{\"a\": ["), "1 listed{}; Unclosed { line: 2 }");
    assert_eq!(told("[{}"), "1 listed{}; Unclosed { line: 1 }");
    assert_eq!(told("{\"a\": \"b"), "Unclosed { line: 1 }");
}

#[test]
fn a_large_object_is_read_over() {
    let large = format!("[{{\"a\": \"{}\"}},\n{{\"protocolSection\": 1}}]", "x".repeat(50));
    let found = pieces(&large, 40);
    assert_eq!(found.first(), Some(&Piece::TooLarge { line: 1 }));
    assert!(matches!(found.get(1), Some(Piece::Object { line: 2, study: true, .. })));
    assert_eq!(found.len(), 2);
}

#[test]
fn a_large_object_beyond_the_buffer_is_not_kept() {
    let large = format!("{{\"a\": \"{}\"}}{{}}", "x".repeat(1 << 20));
    let mut objects = Objects::new(large.as_bytes(), 1000);
    assert_eq!(objects.next().unwrap(), Some(Piece::TooLarge { line: 1 }));
    assert!(objects.window.bytes.capacity() < 1 << 19);
    assert!(matches!(objects.next().unwrap(), Some(Piece::Object { .. })));
}

#[test]
fn lines_are_told_from_lists_and_pages() {
    for (lines, head) in [
        (true, "{\"_id\": \"studies\", \"text\": \"{\"}\n"),
        (true, "{\"_id\": 1, \"text\": \"unfinished"),
        (true, "{\"a\": \"b\nc"),
        (false, "{\n"),
        (false, "{\"a\": 1, \"studies\" : [{"),
        (false, " [{}"),
        (true, "{\"a\": {\"studies\": 1}}"),
    ] {
        assert_eq!(is_lines(head.as_bytes()), lines, "{head}");
    }
    assert!(is_study(b"{\"protocolSection\": 1}"));
    assert!(!is_study(b"{\"_id\": 1, \"text\": \"\\\"protocolSection\\\": \"}"));
    assert!(!is_study(b"{\"x\": {\"protocolSection\": 1}}"));
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just("null".to_owned()),
        "[a-z{}\\[\\],: ]{0,8}".prop_map(|s| format!("\"{s}\\\"\\\\\"")),
        Just("\"studies\"".to_owned())
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|v| format!("[{}]", v.join(",\n"))),
            proptest::collection::vec(inner, 0..3).prop_map(|v| {
                let fields: Vec<String> = v.iter().map(|v| format!("\"protocolSection\" : {v}")).collect();
                format!("{{{}}}", fields.join(" , "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn a_list_is_cut_into_what_it_was_made_of(
        values in proptest::collection::vec(value(), 0..6), step in 1usize..64, form in 0..3u8,
    ) {
        let objects: Vec<String> = values.iter().map(|v| format!("{{\"x\": {v}}}")).collect();
        let text = match form {
            0 => objects.join("\n"),
            1 => format!("[{}]", objects.join(",\n")),
            _ => format!("{{\"a\": {{}}, \"studies\": [{}], \"b\": [{{}}]}}", objects.join(",")),
        };
        let mut stream = Objects::new(Dribble(text.as_bytes(), step), 1 << 20);
        let mut found = Vec::new();
        while let Some(piece) = stream.next().unwrap() {
            let Piece::Object { bytes, .. } = piece else { panic!("{piece:?} in {text}") };
            found.push(String::from_utf8(bytes).unwrap());
        }
        prop_assert_eq!(found, objects);
    }

    #[test]
    fn arbitrary_bytes_end(bytes in proptest::collection::vec(proptest::sample::select(b"{}[]\":,\\ a\n\xFF".to_vec()), 0..200), step in 1usize..64) {
        let mut stream = Objects::new(Dribble(&bytes, step), 50);
        let mut count = 0;
        while stream.next().unwrap().is_some() {
            count += 1;
        }
        prop_assert!(count <= bytes.len() + 2);
    }
}
