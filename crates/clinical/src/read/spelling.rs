//! Misspelt words put right before names are looked for. A word that is known, English or of the lexicon, is left alone;
//! a drug is put right only when no other drug lies near, else the asker must say which was meant. Every word put right
//! is told.

use crate::case::{ReadAs, Unclear};
use crate::lexicon::spelling::{self, Cut, Near};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::text::Token;

/// Words looked up in one text; beyond that it is no question.
const MOST: usize = 400;

fn is_drug(concept: Option<&Concept>) -> bool {
    concept.is_some_and(|c| matches!(c.kind, ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen))
}

/// Puts misspelt words right in place. What was put right, and what could not be.
pub(super) fn correct(text: &str, tokens: &mut [Token]) -> (Vec<ReadAs>, Vec<Unclear>) {
    let (mut read_as, mut unclear) = (Vec::new(), Vec::new());
    let mut looked = 0;
    for at in 0..tokens.len() {
        let span = [tokens[at].start, tokens[at].end];
        let written = &text[span[0]..span[1]];
        let fits = written.len() >= 5 && written.len() <= 24 && tokens[at].norm.bytes().all(|b| b.is_ascii_lowercase());
        let abbreviation = written.len() < 8 && written.bytes().all(|b| b.is_ascii_uppercase());
        if !fits || abbreviation || spelling::knows_word(written) {
            continue;
        }
        looked += 1;
        if looked > MOST {
            break;
        }
        // A name in the middle of a sentence looks like a misspelt word.
        let proper = written.starts_with(|c: char| c.is_ascii_uppercase())
            && at > 0
            && !text[..span[0]].trim_end().ends_with(['.', '?', '!', ':']);
        // Cut short, not misspelt: "rivaroxab". A name begins with a capital and is left alone.
        let lower = written.bytes().all(|b| b.is_ascii_lowercase());
        let cut = if lower { spelling::completed(written) } else { Cut::No };
        if let Cut::Drug(word) = cut {
            let value = lexicon::concept(&word).map_or_else(|| word.clone(), |c| c.name.to_owned());
            read_as.push(ReadAs { text: written.to_owned(), value, span });
            tokens[at].norm = word;
            continue;
        }
        let near: Vec<Near> = spelling::nearest(&tokens[at].norm, 2)
            .into_iter()
            .filter(|n| !proper || (n.edits == 1 && n.word.len() >= 8))
            // Where names of several drugs begin so, none is guessed, and no other drug either.
            .filter(|n| cut != Cut::Several || !is_drug(n.concept))
            // Nor is a word near to a drug's name cut short that drug: "Tobias" is nobody's tobra.
            .filter(|n| {
                !is_drug(n.concept) || !n.concept.is_some_and(|c| c.name != n.word && c.name.starts_with(&n.word))
            })
            .collect();
        match choose(tokens, at, &near) {
            Choice::Word(word) => {
                let value = lexicon::concept(&word).map_or_else(|| word.clone(), |c| c.name.to_owned());
                read_as.push(ReadAs { text: written.to_owned(), value, span });
                tokens[at].norm = word;
            }
            Choice::Drugs(candidates) => unclear.push(Unclear { text: written.to_owned(), candidates, span }),
            Choice::None => {}
        }
    }
    (read_as, unclear)
}

enum Choice {
    Word(String),
    Drugs(Vec<String>),
    None,
}

fn choose(tokens: &[Token], at: usize, near: &[Near]) -> Choice {
    let Some(best) = near.first() else { return Choice::None };
    let mut drugs: Vec<&Near> = Vec::new();
    for n in near.iter().filter(|n| is_drug(n.concept) && n.edits <= best.edits + 1) {
        if !drugs.iter().any(|d| d.concept == n.concept) {
            drugs.push(n);
        }
    }
    let nearest: Vec<&Near> = near.iter().filter(|n| n.edits == best.edits).collect();
    if nearest.iter().any(|n| is_drug(n.concept)) {
        // Several drugs, or a drug and something else, look like it: only the asker knows.
        if drugs.len() > 1 {
            return Choice::Drugs(drugs.iter().filter_map(|n| n.concept.map(|c| c.name.to_owned())).collect());
        }
        return if nearest.iter().all(|n| n.concept == nearest[0].concept) {
            Choice::Word(nearest[0].word.clone())
        } else {
            Choice::None
        };
    }
    if nearest.len() == 1 || nearest.iter().all(|n| n.concept.is_some() && n.concept == nearest[0].concept) {
        return Choice::Word(nearest[0].word.clone());
    }
    // Of several the one that makes a name with the words before or after it: "giant cell artritis".
    let fitting: Vec<&&Near> = nearest.iter().filter(|n| makes_name(tokens, at, &n.word)).collect();
    match fitting[..] {
        [one] => Choice::Word(one.word.clone()),
        [] => {
            let named: Vec<&&Near> = nearest.iter().filter(|n| n.concept.is_some()).collect();
            if let [one] = named[..] { Choice::Word(one.word.clone()) } else { Choice::None }
        }
        _ => Choice::None,
    }
}

/// Whether a word together with its neighbours is a name.
fn makes_name(tokens: &[Token], at: usize, word: &str) -> bool {
    (at.saturating_sub(3)..=at).any(|from| {
        (at + 1..=(at + 3).min(tokens.len())).any(|to| {
            let words: Vec<&str> = (from..to).map(|i| if i == at { word } else { tokens[i].norm.as_str() }).collect();
            words.len() > 1 && lexicon::concept(&words.join(" ")).is_some()
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::read_case;

    fn read_as(text: &str) -> Vec<String> {
        read_case(text).read_as.into_iter().map(|r| format!("{} {}", r.text, r.value)).collect()
    }

    #[test]
    fn misspelt_words_are_put_right_and_told() {
        assert_eq!(read_as("panceratic cancer"), ["panceratic pancreatic"]);
        assert_eq!(read_as("giant cell artritis"), ["artritis arteritis"]);
        assert_eq!(read_as("on predisone"), ["predisone prednisone"]);
        assert_eq!(read_as("omeprazole for a serious problem in the house"), Vec::<String>::new());
    }

    #[test]
    fn drugs_that_look_alike_are_not_guessed() {
        let case = read_case("given vincrastine yesterday");
        assert!(case.facts.is_empty(), "{:?}", case.facts);
        assert_eq!(case.unclear[0].candidates, ["vincristine", "vinblastine"]);
        assert!(read_case("vinblastine and vincristine").unclear.is_empty());
    }
}
