//! A question made ready: its words with their weights in the library, its pieces, its vector, and what its wording tells of
//! who asks. Made once, used for every text.
//!
//! Must not know texts. Everything comes from the wording of the question and the library's counts of words.

use super::aspect::{ASPECTS, Aspects};
use crate::HashMap;
use crate::dense::{Code, Embedder, Sum, TokenVector};
use crate::{Analyzer, Bm25, is_filler};

/// Pieces of a question that are compared one by one: the heaviest.
const PIECES: usize = 24;

/// Words by which people speak of themselves and theirs, as they are written.
#[rustfmt::skip]
const OWN: &[&str] = &[
    "i", "im", "ive", "my", "me", "mine", "we", "our", "us", "you", "your", "he", "she", "his", "her", "him", "son", "daughter", "mother",
    "father", "mom", "mum", "dad", "husband", "wife", "sister", "brother", "baby", "child", "kid", "doctor", "please", "thanks", "thank",
];

/// A question made ready.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Weight of each word looked for, and whether it was asked for (else it is a synonym).
    pub(super) terms: Vec<(f32, bool)>,
    pub(super) index: HashMap<String, usize>,
    /// Neighbours in the wording, filler left out.
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) pieces: Vec<TokenVector>,
    /// For each piece, how rare its word is in the library.
    pub(super) rarity: Vec<f32>,
    /// Words asked for, heaviest first.
    pub(super) heaviest: Vec<usize>,
    /// Vector of the subject words.
    pub(super) subject: Code,
    /// Vector of all words.
    pub(super) whole: Code,
    pub(super) aspects: [bool; ASPECTS],
    /// Sum of the weights of the words asked for.
    pub(super) weight: f32,
    /// Words, filler among them.
    pub(super) words: f32,
    pub(super) filler: f32,
    pub(super) own: f32,
    pub(super) sentences: f32,
    pub(super) question: f32,
}

impl Asked {
    pub(super) fn new(
        analyzer: &mut Analyzer,
        embedder: &Embedder,
        aspects: &Aspects,
        bm25: &Bm25,
        text: &str,
    ) -> Self {
        let mut words = bm25.words();
        words.sort_by_key(|w| w.0);
        let index: HashMap<String, usize> = words.iter().map(|(at, stem, ..)| ((*stem).to_owned(), *at)).collect();
        let terms: Vec<(f32, bool)> = words.iter().map(|(_, _, weight, asked)| (*weight as f32, *asked)).collect();
        let (mut count, mut filler, mut own) = (0f32, 0f32, 0f32);
        let mut wanted = [false; ASPECTS];
        let (mut pairs, mut last) = (Vec::new(), None);
        let mut rare: Vec<(usize, usize, f32)> = Vec::new();
        let mut subject: Vec<(usize, usize)> = Vec::new();
        analyzer.each(text, |token| {
            count += 1.0;
            let lower = text[token.start..token.end].to_lowercase();
            own += f32::from(u8::from(OWN.contains(&lower.as_str())));
            if let Some(aspect) = aspects.of(token.stem) {
                wanted[aspect] = true;
            }
            if is_filler(&lower) {
                filler += 1.0;
                return;
            }
            subject.push((token.start, token.end));
            let Some(&at) = index.get(token.stem) else { return };
            rare.push((token.start, token.end, terms[at].0));
            if let Some(before) = last.filter(|b| *b != at) {
                pairs.push((before, at));
            }
            last = Some(at);
        });
        pairs.sort_unstable();
        pairs.dedup();
        let tokens = embedder.embed_tokens(text);
        let inside = |t: &TokenVector, s: usize, e: usize| t.start >= s && t.end <= e;
        let (mut whole, mut about) = (Sum::default(), Sum::default());
        let mut pieces: Vec<(TokenVector, f32)> = Vec::new();
        for token in &tokens {
            whole.add(token);
            if !subject.is_empty() && !subject.iter().any(|&(s, e)| inside(token, s, e)) {
                continue;
            }
            about.add(token);
            if !pieces.iter().any(|(p, _)| p.id == token.id) {
                let weight = rare.iter().find(|r| inside(token, r.0, r.1)).map_or(0.0, |r| r.2);
                pieces.push((*token, weight));
            }
        }
        if pieces.len() > PIECES {
            let mut order: Vec<usize> = (0..pieces.len()).collect();
            let heavy = |i: usize| pieces[i].0.weight * (1.0 + pieces[i].1);
            order.sort_by(|a, b| heavy(*b).total_cmp(&heavy(*a)).then(a.cmp(b)));
            order.truncate(PIECES);
            order.sort_unstable();
            pieces = order.into_iter().map(|i| pieces[i]).collect();
        }
        let mut heaviest: Vec<usize> = (0..terms.len()).filter(|t| terms[*t].1).collect();
        heaviest.sort_by(|a, b| terms[*b].0.total_cmp(&terms[*a].0).then(a.cmp(b)));
        let (pieces, rarity) = pieces.into_iter().unzip();
        Self {
            weight: terms.iter().filter(|t| t.1).map(|t| t.0).sum(),
            terms,
            index,
            pairs,
            pieces,
            rarity,
            heaviest,
            subject: about.vector().code(),
            whole: whole.vector().code(),
            aspects: wanted,
            words: count,
            filler,
            own,
            sentences: text.split(['.', '?', '!']).filter(|s| s.trim().len() > 2).count() as f32,
            question: f32::from(u8::from(text.contains('?'))),
        }
    }
}
