//! A text cut into the numbers of a BERT vocabulary.
//!
//! Owns what `BertNormalizer`, `BertPreTokenizer` and `WordPiece` of Hugging Face's tokenizers do, and no more. Of the libraries,
//! `tokenizers` brings some 85 crates; `rten-text` cuts unknown words otherwise and cannot be shared between threads
//! (docs/decisions/0018-quality-tier.md).

use crate::RerankError;
use regex::Regex;
use serde::Deserialize;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// What marks a piece that goes on a word.
const GOES_ON: &str = "##";
/// Han and the like: each character is a word. The ranges are BERT's own.
const HAN: &str = r"\x{4E00}-\x{9FFF}\x{3400}-\x{4DBF}\x{20000}-\x{2A6DF}\x{2A700}-\x{2B73F}\x{2B740}-\x{2B81F}\x{2B920}-\x{2CEAF}\x{F900}-\x{FAFF}\x{2F800}-\x{2FA1F}";

#[derive(Deserialize)]
struct File {
    normalizer: Normalizer,
    pre_tokenizer: Named,
    model: WordPiece,
}

#[derive(Deserialize)]
struct Named {
    r#type: String,
}

#[derive(Deserialize)]
struct Normalizer {
    r#type: String,
    #[serde(default)]
    lowercase: bool,
    strip_accents: Option<bool>,
}

#[derive(Deserialize)]
struct WordPiece {
    r#type: Option<String>,
    unk_token: String,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
    vocab: HashMap<String, i32>,
}

/// The vocabulary and how to look it up.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    /// Pieces that begin a word, and those that go on one, without their mark.
    begins: HashMap<String, i32>,
    goes_on: HashMap<String, i32>,
    unknown: i32,
    first: i32,
    end: i32,
    lowercase: bool,
    strip_accents: bool,
    longest_word: usize,
    words: Regex,
    removed: Regex,
    accents: Regex,
}

/// Numbers for the model, and for each whether it is of the first text (0) or the second.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) ids: Vec<i32>,
    pub(crate) types: Vec<i32>,
}

impl Tokenizer {
    /// Takes a `tokenizer.json`.
    pub(crate) fn parse(text: &str) -> Result<Self, RerankError> {
        let unfit = |e: &dyn std::fmt::Display| RerankError::Tokenizer(e.to_string());
        let file: File = serde_json::from_str(text).map_err(|e| unfit(&e))?;
        let model = file.model;
        let known = file.normalizer.r#type == "BertNormalizer"
            && file.pre_tokenizer.r#type == "BertPreTokenizer"
            && model.r#type.as_deref().unwrap_or("WordPiece") == "WordPiece"
            && model.continuing_subword_prefix == GOES_ON;
        if !known {
            return Err(unfit(&"not WordPiece as BERT has it"));
        }
        let id = |piece: &str| model.vocab.get(piece).copied().ok_or_else(|| unfit(&format!("no {piece} in it")));
        let (unknown, first, end) = (id(&model.unk_token)?, id("[CLS]")?, id("[SEP]")?);
        let (mut begins, mut goes_on) = (HashMap::new(), HashMap::new());
        for (piece, id) in model.vocab {
            match piece.strip_prefix(GOES_ON) {
                Some(rest) => goes_on.insert(rest.to_owned(), id),
                None => begins.insert(piece, id),
            };
        }
        let regex = |pattern: &str| Regex::new(pattern).map_err(|e| unfit(&e));
        Ok(Self {
            begins,
            goes_on,
            unknown,
            first,
            end,
            lowercase: file.normalizer.lowercase,
            // Not said: as BERT does, with the letters' case.
            strip_accents: file.normalizer.strip_accents.unwrap_or(file.normalizer.lowercase),
            longest_word: model.max_input_chars_per_word,
            words: regex(&format!(r"[[:punct:]\p{{P}}{HAN}]|[^\s[:punct:]\p{{P}}{HAN}]+"))?,
            removed: regex(r"[\p{C}\x{FFFD}&&[^\t\n\r]]")?,
            accents: regex(r"\p{Mn}")?,
        })
    }

    /// One text in its frame, at most so many numbers.
    pub(crate) fn one(&self, text: &str, most: usize) -> Tokens {
        let mut ids = vec![self.first];
        self.pieces(text, most.saturating_sub(2), &mut ids);
        ids.push(self.end);
        Tokens { types: vec![0; ids.len()], ids }
    }

    /// Two texts in their frame, at most so many numbers; the first may take half.
    pub(crate) fn pair(&self, first: &str, second: &str, most: usize) -> Tokens {
        let room = most.saturating_sub(3);
        let mut ids = vec![self.first];
        self.pieces(first, room / 2, &mut ids);
        ids.push(self.end);
        let mut types = vec![0; ids.len()];
        self.pieces(second, room.saturating_sub(ids.len() - 2), &mut ids);
        ids.push(self.end);
        types.resize(ids.len(), 1);
        Tokens { ids, types }
    }

    /// Adds the pieces of a text, at most so many. Linear in what is read of it.
    fn pieces(&self, text: &str, most: usize, ids: &mut Vec<i32>) {
        let most = ids.len() + most;
        // A piece has at least one character, and a word of more than the longest is one piece.
        let clean = self.removed.replace_all(text, "");
        for found in self.words.find_iter(&clean) {
            if ids.len() >= most {
                break;
            }
            // Words are cut before accents go: a mark alone is no word and separates none.
            self.word(found.as_str(), ids);
        }
        ids.truncate(most);
    }

    fn word(&self, word: &str, ids: &mut Vec<i32>) {
        let mut folded = if self.strip_accents {
            let apart: String = word.nfd().collect();
            self.accents.replace_all(&apart, "").into_owned()
        } else {
            word.to_owned()
        };
        if self.lowercase {
            folded = folded.chars().flat_map(char::to_lowercase).collect();
        }
        // Taken apart, a character may become several words (`≠` has none, `；` is `;`).
        for part in self.words.find_iter(&folded) {
            self.cut(part.as_str(), ids);
        }
    }

    /// The longest pieces of a word, from its start; one unknown for a word that cannot be cut to its end.
    fn cut(&self, word: &str, ids: &mut Vec<i32>) {
        if word.chars().count() > self.longest_word {
            ids.push(self.unknown);
            return;
        }
        let before = ids.len();
        let mut rest = word;
        while !rest.is_empty() {
            let pieces = if rest.len() == word.len() { &self.begins } else { &self.goes_on };
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            let found = ends.into_iter().find_map(|end| pieces.get(&rest[..end]).map(|id| (*id, end)));
            let Some((id, end)) = found else {
                ids.truncate(before);
                ids.push(self.unknown);
                return;
            };
            ids.push(id);
            rest = &rest[end..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiny() -> Tokenizer {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/tokenizer.json");
        Tokenizer::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn cuts_as_hugging_face_does() {
        // `tests/tokens.json`: texts and their numbers by tokenizers 0.23 (`training/quality/tiny.py`).
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tokens.json");
        let all: Vec<(String, Vec<i32>)> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert!(all.len() > 10);
        for (text, ids) in all {
            assert_eq!(tiny().one(&text, 512).ids, ids, "{text:?}");
        }
    }

    #[test]
    fn frames_two_texts_and_shares_the_room() {
        let pair = tiny().pair("low magnesium", "the heart", 64);
        assert_eq!(pair.types, [0, 0, 0, 0, 1, 1, 1]);
        let long = "heart ".repeat(50);
        let pair = tiny().pair(&long, &long, 23);
        assert_eq!((pair.ids.len(), pair.types.iter().sum::<i32>()), (23, 11));
        assert_eq!(tiny().pair("low", &long, 23).ids.len(), 23);
    }

    /// Where a file of texts and numbers of a real vocabulary is named: lines of `[text, [numbers]]`.
    #[test]
    #[ignore = "needs CURBSIDE_TEST_RERANK_MODEL and CURBSIDE_TEST_TOKENS"]
    fn cuts_real_sentences_as_hugging_face_does() {
        let variable = |name: &str| std::env::var_os(name).map(std::path::PathBuf::from).unwrap();
        let folder = variable("CURBSIDE_TEST_RERANK_MODEL");
        let tokenizer = Tokenizer::parse(&std::fs::read_to_string(folder.join("tokenizer.json")).unwrap()).unwrap();
        let text = std::fs::read_to_string(variable("CURBSIDE_TEST_TOKENS")).unwrap();
        let mut all = 0;
        for line in text.lines() {
            let (text, ids): (String, Vec<i32>) = serde_json::from_str(line).unwrap();
            assert_eq!(tokenizer.one(&text, usize::MAX).ids, ids, "{text:?}");
            all += 1;
        }
        assert!(all >= 1000, "{all}");
    }
}
