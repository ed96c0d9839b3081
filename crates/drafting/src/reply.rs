//! Reading what a model wrote, sentence by sentence, while it is still writing. It must not judge a sentence. No text of
//! the model's goes into an error.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::Read;
use std::ops::ControlFlow;

/// A sentence as a model wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Written {
    /// The numbers of the statements that it names.
    pub(crate) rests_on: Vec<Number>,
    /// The sentence.
    pub(crate) text: String,
}

/// A number of a statement. Models without a schema write 3, "3" and "[3]"; what is none of these is 0, which no statement has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "Loose")]
pub(crate) struct Number(pub(crate) usize);

#[derive(Deserialize)]
#[serde(untagged)]
enum Loose {
    Number(usize),
    Text(String),
    Other(IgnoredAny),
}

impl From<Loose> for Number {
    fn from(loose: Loose) -> Self {
        match loose {
            Loose::Number(n) => Number(n),
            Loose::Text(text) => Number(text.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)),
            Loose::Other(_) => Number(0),
        }
    }
}

/// Reads an answer and tells each sentence as soon as its last byte is there, with the key of its section; none for the
/// bottom line. At most `most` sentences are read, and none when told to break.
///
/// What stands before the first brace (a fence, thoughts) is passed over, and so are keys that were not asked for.
pub(crate) fn read(
    from: impl Read,
    most: usize,
    tell: &mut dyn FnMut(Option<&str>, Written) -> ControlFlow<()>,
) -> Result<(), String> {
    let mut told = Telling { tell, left: most, more: false };
    let mut json = serde_json::Deserializer::from_reader(FromBrace { from, begun: false });
    Answer(&mut told).deserialize(&mut json).map_err(|e| {
        if told.more {
            return format!("it wrote more than {most} sentences");
        }
        // Not the parser's own message: it quotes what it read.
        format!("its answer is not the JSON asked for (line {}, column {})", e.line(), e.column())
    })
}

struct Telling<'t> {
    tell: &'t mut dyn FnMut(Option<&str>, Written) -> ControlFlow<()>,
    left: usize,
    more: bool,
}

struct Answer<'a, 't>(&'a mut Telling<'t>);

impl<'de> DeserializeSeed<'de> for Answer<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Answer<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with sections")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut sections = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "bottom_line" => map.next_value_seed(Sentences { told: self.0, section: None })?,
                "sections" => {
                    sections = true;
                    map.next_value_seed(Sections(self.0))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if sections { Ok(()) } else { Err(A::Error::custom("no sections")) }
    }
}

struct Sections<'a, 't>(&'a mut Telling<'t>);

impl<'de> DeserializeSeed<'de> for Sections<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Sections<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sections")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Section(self.0))?.is_some() {}
        Ok(())
    }
}

struct Section<'a, 't>(&'a mut Telling<'t>);

impl<'de> DeserializeSeed<'de> for Section<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Section<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a section with sentences")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut section: Option<String> = None;
        let mut waiting: Vec<Written> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "section" => section = Some(map.next_value()?),
                "sentences" if section.is_some() => {
                    map.next_value_seed(Sentences { told: self.0, section: section.as_deref() })?;
                }
                "sentences" => waiting = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let Some(section) = section else { return Err(A::Error::custom("a section without a key")) };
        for written in waiting {
            self.0.tell(Some(&section), written).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

struct Sentences<'a, 't, 's> {
    told: &'a mut Telling<'t>,
    section: Option<&'s str>,
}

impl Telling<'_> {
    fn tell(&mut self, section: Option<&str>, written: Written) -> Result<(), &'static str> {
        let Some(left) = self.left.checked_sub(1) else {
            self.more = true;
            return Err("too many sentences");
        };
        self.left = left;
        match (self.tell)(section, written) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err("stopped"),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Sentences<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Sentences<'_, '_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sentences")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(written) = seq.next_element::<Written>()? {
            self.told.tell(self.section, written).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Passes over what stands before the first brace, thoughts included.
struct FromBrace<R> {
    from: R,
    begun: bool,
}

impl<R: Read> Read for FromBrace<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while !self.begun {
            let read = self.from.read(into)?;
            let Some(given) = into.get(..read).filter(|g| !g.is_empty()) else { return Ok(0) };
            if let Some(at) = given.iter().position(|b| *b == b'{') {
                self.begun = true;
                into.copy_within(at..read, 0);
                return Ok(read - at);
            }
        }
        self.from.read(into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (String, Vec<usize>, String);

    fn told(text: &str) -> (Vec<Told>, Result<(), String>) {
        let mut told = Vec::new();
        let end = read(text.as_bytes(), 5, &mut |section, w| {
            let numbers = w.rests_on.iter().map(|n| n.0).collect();
            told.push((section.unwrap_or("-").to_owned(), numbers, w.text));
            ControlFlow::Continue(())
        });
        (told, end)
    }

    #[test]
    fn sentences_are_told_in_order_whatever_the_order_of_keys() {
        let (told, end) = told(
            r#"```json
            {"note": [1], "bottom_line": [{"rests_on": [2], "text": "B"}], "sections": [
            {"section": "a", "sentences": [{"text": "A", "rests_on": ["[1]", "x", null]}]}, {"sentences": [{"text": "C", "rests_on": [3]}], "section": "c"}]}
            ```"#,
        );
        assert!(end.is_ok());
        let sections: Vec<(&str, &[usize])> = told.iter().map(|(s, n, _)| (s.as_str(), n.as_slice())).collect();
        assert_eq!(sections, [("-", &[2][..]), ("a", &[1, 0, 0]), ("c", &[3])]);
    }

    #[test]
    fn what_is_told_before_an_error_was_told() {
        let (told, end) = told(r#"{"sections": [{"section": "a", "sentences": [{"text": "A", "rests_on": [1]}, {"te"#);
        assert_eq!(told.len(), 1);
        assert!(end.unwrap_err().starts_with("its answer is not the JSON asked for (line 1"));
    }

    #[test]
    fn a_model_that_does_not_stop_is_stopped() {
        let sentence = r#"{"text": "A", "rests_on": [1]},"#;
        let (told, end) = told(&format!(r#"{{"sections": [{{"section": "a", "sentences": [{}"#, sentence.repeat(9)));
        assert_eq!((told.len(), end.unwrap_err().as_str()), (5, "it wrote more than 5 sentences"));
    }

    #[test]
    fn prose_and_other_json_are_errors() {
        for text in
            ["", "Aspirin cures cancer.", "{}", "[]", r#"{"sections": 3}"#, r#"{"sections": [{"sentences": []}]}"#]
        {
            assert!(told(text).1.is_err(), "{text}");
        }
    }
}
