//! What a question wants to know of a thing: its signs, its causes, its treatment.
//!
//! Owns the words that tell, in questions, titles and texts alike. Must not know scores.

use crate::Analyzer;
use crate::HashMap;

/// How many aspects are told apart.
pub(super) const ASPECTS: usize = 11;

/// Words of each aspect, in English as professionals and as lay people write.
#[rustfmt::skip]
const WORDS: [&str; ASPECTS] = [
    "symptom symptoms sign signs feel feels look looks manifestation manifestations presentation noticed warning",
    "cause causes caused causing why reason trigger triggers etiology pathogenesis",
    "treat treated treatment treatments treating therapy therapies medicine medicines medication medications drug drugs surgery \
     operation cure cured help helps relief relieve remedy manage managed management pill pills fix rid",
    "test tests testing diagnose diagnosed diagnosis diagnostic detect detection screening scan exam find biopsy",
    "outlook prognosis survival survive expectancy live lifespan die fatal terminal recover recovery",
    "inherit inherited inheritance hereditary gene genes genetic family pass passed carrier carriers runs mutation mutations",
    "prevent prevents prevention preventing avoid vaccine protect protection",
    "risk risks chance chances likely odds",
    "common rare frequency prevalence incidence people often",
    "effects adverse harm harms safe safety danger dangerous toxicity interaction interactions complications complication",
    "dose doses dosage much mg daily",
];

/// Stems of those words.
#[derive(Debug, Clone)]
pub(super) struct Aspects(HashMap<String, usize>);

impl Aspects {
    pub(super) fn new(analyzer: &mut Analyzer) -> Self {
        let mut map = HashMap::default();
        for (aspect, words) in WORDS.iter().enumerate() {
            for word in words.split_ascii_whitespace() {
                if let Some(stem) = analyzer.stem(word) {
                    map.entry(stem.to_owned()).or_insert(aspect);
                }
            }
        }
        Self(map)
    }

    pub(super) fn of(&self, stem: &str) -> Option<usize> {
        self.0.get(stem).copied()
    }
}
