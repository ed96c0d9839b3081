//! The compact form of the tables, as `build.rs` writes it: reading it into memory. The layout is written by
//! `build/compile.rs`; change both together.

use super::{Concept, ConceptKind};
use fst::raw::Fst;

/// What the build compiled.
pub(crate) static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin"));

/// One meaning of a name.
pub(super) struct End {
    /// None: a meaning that is no concept of ours.
    pub(super) concept: Option<u32>,
    /// Counts only when written exactly so: abbreviations that are also words. Empty: however written.
    pub(super) exact: &'static str,
    pub(super) ambiguous: bool,
    /// Words near by that select it; `*` first: it is meant where none is near; `:` stands for a colon after it.
    pub(super) cues: &'static [&'static str],
}

/// The concepts, their names' automaton, and what it leads to.
pub(super) struct Compact {
    pub(super) concepts: Vec<Concept>,
    pub(super) ends: Vec<End>,
    pub(super) names: Fst<&'static [u8]>,
    /// Concepts that are directly kinds of several others.
    pub(super) joints: Vec<u32>,
    /// Rows that make no sense; a test holds this empty, the program ignores them.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(super) problems: &'static str,
}

impl Compact {
    /// One that knows no word.
    pub(super) fn empty() -> Self {
        let names: &'static [u8] = fst::Map::default().as_fst().to_vec().leak();
        Compact {
            concepts: Vec::new(),
            ends: Vec::new(),
            names: Fst::new(names).unwrap_or_else(|_| unreachable!("an automaton just made can be read")),
            joints: Vec::new(),
            problems: "the compact form cannot be read",
        }
    }
}

/// Reads the compact form. What does not fit, which a test rules out, is left out.
pub(super) fn read(blob: &'static [u8]) -> Option<Compact> {
    let mut rest = blob;
    let concepts = numbers(section(&mut rest)?);
    let ends = numbers(section(&mut rest)?);
    let strings = numbers(section(&mut rest)?);
    let lists: &'static [u32] = numbers(section(&mut rest)?).leak();
    let heap = std::str::from_utf8(section(&mut rest)?).ok()?;
    let problems = std::str::from_utf8(section(&mut rest)?).ok()?;
    let names = Fst::new(section(&mut rest)?).ok()?;

    let piece = |at: &[u32]| heap.get(at[0] as usize..(at[0] + at[1]) as usize);
    let strings: Option<Vec<&'static str>> = strings.chunks_exact(2).map(piece).collect();
    let strings: &'static [&'static str] = strings?.leak();
    let texts = |at: &[u32]| strings.get(at[0] as usize..(at[0] + at[1]) as usize);
    let ids = |at: &[u32]| lists.get(at[0] as usize..(at[0] + at[1]) as usize);

    let concepts: Option<Vec<Concept>> = concepts
        .chunks_exact(14)
        .enumerate()
        .map(|(id, c)| {
            let usual = piece(&c[4..6])?;
            Some(Concept {
                name: piece(&c[0..2])?,
                kind: ConceptKind::parse(piece(&c[2..4])?)?,
                usual: (!usual.is_empty()).then_some(usual),
                synonyms: texts(&c[6..8])?,
                id: id as u32,
                parents: ids(&c[8..10])?,
                parts: ids(&c[10..12])?,
                ancestors: ids(&c[12..14])?,
            })
        })
        .collect();
    let concepts = concepts?;
    let ends: Option<Vec<End>> = ends
        .chunks_exact(6)
        .map(|e| {
            Some(End {
                concept: (e[0] != u32::MAX).then_some(e[0]),
                ambiguous: e[1] != 0,
                exact: piece(&e[2..4])?,
                cues: texts(&e[4..6])?,
            })
        })
        .collect();
    let joints = concepts.iter().filter(|c| c.parents.len() > 1).map(|c| c.id).collect();
    Some(Compact { concepts, ends: ends?, names, joints, problems })
}

fn section(rest: &mut &'static [u8]) -> Option<&'static [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (section, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = after;
    Some(section)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|b| b.try_into().ok()).map(u32::from_le_bytes).collect()
}
