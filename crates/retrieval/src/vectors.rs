//! Vectors of the passages of an index: kept in a column of it, searched in memory.
//!
//! Owns what is embedded of a passage, and the search by vector. The column lives in the engine's segments, so vectors come
//! and go with their passages and the commit that brings them; nothing else has to be kept in step. Must not know words.

use crate::dense::{Code, DIMS, Embedder, Scan, Sum, Vector};
use evidence::{Passage, Source};
use tantivy::{DocAddress, Searcher};

/// Weight of the title in the vector of a passage; that of headings and text is 1.
const TITLE: f32 = 1.0;

/// The vector kept of a passage: its title's (`title`, made once a source) and its text's, each of length 1, added. Some 15 µs.
pub(crate) fn of(embedder: &Embedder, title: &Vector, source: &Source, passage: &Passage) -> Code {
    let mut texts: Vec<&str> = passage.heading.iter().map(String::as_str).collect();
    texts.push(source.slice(passage.span));
    let mut sum = Sum::default();
    sum.add_vector(title, TITLE);
    sum.add_vector(&embedder.embed_parts(&texts), 1.0);
    sum.vector().code()
}

/// The vectors of all live passages, in memory: some 270 bytes each.
pub(crate) struct Vectors {
    scan: Scan,
    places: Vec<DocAddress>,
}

impl Vectors {
    /// Reads the column of each segment. Some 0.2 µs a passage.
    pub(crate) fn load(searcher: &Searcher, field: &str) -> tantivy::Result<Self> {
        let live = searcher.num_docs() as usize;
        let (mut scan, mut places) = (Scan::with_capacity(live), Vec::with_capacity(live));
        for (segment, reader) in (0u32..).zip(searcher.segment_readers()) {
            let Some(column) = reader.fast_fields().bytes(field)? else { continue };
            let mut codes: Vec<Code> = Vec::with_capacity(column.num_terms());
            let mut terms = column.dictionary().stream()?;
            while terms.advance() {
                let components = <&[u8; DIMS]>::try_from(terms.key()).ok();
                codes.push(Code::new(components.map_or([0; DIMS], |c| c.map(u8::cast_signed))));
            }
            for doc in reader.doc_ids_alive() {
                let ord = column.ords().first(doc).and_then(|o| usize::try_from(o).ok());
                if let Some(code) = ord.and_then(|o| codes.get(o)) {
                    scan.push(code);
                    places.push(DocAddress::new(segment, doc));
                }
            }
        }
        Ok(Self { scan, places })
    }

    /// The nearest passages, at most `limit`, with their cosine. Where the last of them ties with the next, the whole tie is
    /// left out, so that the set never depends on how segments lie. 4 to 6 ns a passage.
    pub(crate) fn nearest(
        &self,
        query: &Code,
        limit: usize,
        admit: impl Fn(DocAddress) -> bool,
    ) -> Vec<(f32, DocAddress)> {
        let mut hits = self.scan.top_where(query, limit + 1, |id| admit(self.places[id as usize]));
        if hits.len() > limit {
            let next = hits.last().map_or(f32::NEG_INFINITY, |h| h.score);
            hits.retain(|h| h.score > next);
        }
        hits.into_iter().map(|h| (h.score, self.places[h.id as usize])).collect()
    }
}
