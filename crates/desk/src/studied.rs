//! Whom a source is about, as a filter of a search.
//!
//! Owns the groups that can be asked for. What a text says of whom it studied is `clinical`'s. In an answer such words only mark
//! a sentence; here they leave sources out, because somebody asked for that.

use clinical::{Case, Truth, population, read_case};
use evidence::{Part, Source};

/// A group of people, named as the check tags of MeSH name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Under 18.
    Children,
    /// From 18 on.
    Adults,
    /// From 65 on.
    Aged,
    /// Pregnant women.
    Pregnant,
    /// Women.
    Female,
    /// Men.
    Male,
}

impl Group {
    /// The groups with their names.
    pub const ALL: [(&'static str, Group); 6] = [
        ("children", Group::Children),
        ("adults", Group::Adults),
        ("aged", Group::Aged),
        ("pregnant", Group::Pregnant),
        ("female", Group::Female),
        ("male", Group::Male),
    ];

    /// Somebody of the group.
    fn case(self) -> Case {
        read_case(match self {
            Group::Children => "8-year-old child",
            Group::Adults => "45-year-old patient",
            Group::Aged => "78-year-old patient",
            Group::Pregnant => "30-year-old pregnant woman",
            Group::Female => "woman",
            Group::Male => "man",
        })
    }

    /// Whether a source may be about the group: its title, or where that names nobody the first sentence of its abstract that
    /// does, names nobody else. A source that says of nobody may be about anybody. Linear in title and abstract.
    pub(crate) fn may_be_in(self, source: &Source) -> bool {
        let case = self.case();
        let abstracts = source.passages.iter().filter(|p| p.part == Part::Abstract).flat_map(|p| &p.statements);
        let texts = std::iter::once(source.title.as_str()).chain(abstracts.map(|s| source.slice(s.span)));
        let named = texts.map(population).find(|p| !p.is_empty()).unwrap_or_default();
        !named.iter().any(|p| p.condition.evaluate(&case) == Truth::NotMet)
    }
}

impl std::str::FromStr for Group {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, g)| *g);
        known.ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(n, _)| *n).collect();
            format!("one of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source with an abstract of one sentence.
    fn titled(title: &str) -> Source {
        let line = serde_json::json!({"_id": "1", "title": title, "text": "The trial was done in adults aged 18 to 60 years."});
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("corpus.jsonl");
        std::fs::write(&path, line.to_string()).unwrap();
        let mut desk = crate::Desk::open(&folder.path().join("data")).unwrap();
        let options = crate::AddOptions { collection: "test".to_owned(), pdf: None };
        desk.add(&[path], &options, |_| {}).unwrap();
        desk.show("beir:test/1").unwrap().source
    }

    #[test]
    fn a_source_about_others_is_left_out_and_one_about_anybody_stays() {
        for (title, group, stays) in [
            ("Montelukast in children with asthma", Group::Children, true),
            ("Montelukast in children with asthma", Group::Adults, false),
            ("Estrogen in postmenopausal women", Group::Male, false),
            ("Estrogen in postmenopausal women", Group::Female, true),
            ("Statins in people aged 75 years or older", Group::Adults, false),
            ("Statins in people aged 75 years or older", Group::Aged, true),
            // The abstract says whom.
            ("Montelukast in asthma", Group::Children, false),
            ("Montelukast in asthma", Group::Adults, true),
        ] {
            assert_eq!(group.may_be_in(&titled(title)), stays, "{title}: {group:?}");
        }
    }
}
