//! The Tantivy index of passages: what is stored, how it is written, how candidates come out.
//!
//! Nothing here is the truth: a passage is known by its source and place, its text is read from the library.

use crate::analysis::{compound, next_word};
use crate::dense::{Code, Embedder};
use crate::forget::Of;
use crate::stats::{Exact, total_bytes};
use crate::vectors::{self, Vectors};
use crate::{Analyzer, Candidate, EvidenceIndex, Query, Statistics};
use evidence::{Kind, Source, SourceId, Standing};
use std::io::ErrorKind;
use std::ops::Bound;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tantivy::collector::TopDocs;
use tantivy::columnar::{Column, StrColumn};

use tantivy::directory::MmapDirectory;
use tantivy::directory::error::OpenReadError;
use tantivy::query::{BooleanQuery, BoostQuery, EnableScoring, Occur, Query as TantivyQuery, RangeQuery, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token as TantivyToken, TokenStream, Tokenizer};
use tantivy::{
    BitSet, DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TantivyDocument,
    TantivyError, Term,
};

/// Why the index could not be used. Nothing is lost: `curbside reindex` builds it anew from the library.
#[derive(Debug, thiserror::Error)]
#[error("the index of passages: {0}; rebuild it with `curbside reindex`")]
pub struct IndexError(#[from] TantivyError);

/// Restricts a search. Empty means everything that is not retracted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this collection.
    pub collection: Option<String>,
    /// Only these kinds.
    pub kinds: Vec<Kind>,
    /// Only from this year on.
    pub since: Option<u16>,
    /// Only up to this year. Where either is set, sources without a date are left out.
    pub until: Option<u16>,
}

impl Filter {
    /// Whether a source of this collection, kind and year passes. The index is asked the same; what it gives is held
    /// against this again, so that no slip of an engine lets a source into another collection's results.
    pub fn admits(&self, collection: &str, kind: Kind, year: Option<u16>) -> bool {
        let dated = self.since.is_none() && self.until.is_none()
            || year.is_some_and(|y| self.since.is_none_or(|s| y >= s) && self.until.is_none_or(|u| y <= u));
        dated
            && self.collection.as_ref().is_none_or(|c| c == collection)
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

#[derive(Clone, Copy)]
struct Fields {
    source: Field,
    passage: Field,
    words: Field,
    kind: Field,
    year: Field,
    standing: Field,
    collection: Field,
    bytes: Field,
    vector: Field,
}

/// A Tantivy index in a folder, opened for reading. Writing goes through [`IndexBatch`].
pub struct TantivyIndex {
    index: Index,
    fields: Fields,
    reader: IndexReader,
    total_bytes: u64,
    vectors: OnceLock<Vectors>,
    /// Of each segment, the names of sources and the places of passages.
    names: OnceLock<Vec<Names>>,
    /// What passes the filters asked for last.
    admitted: Mutex<Vec<(Filter, Arc<Admitted>)>>,
}

type Names = (Option<StrColumn>, Column<u64>);

/// The passages that pass a filter.
struct Admitted {
    /// By segment.
    passages: Vec<BitSet>,
    /// How many.
    count: u64,
}

impl Admitted {
    fn holds(&self, at: DocAddress) -> bool {
        self.passages.get(at.segment_ord as usize).is_some_and(|s| s.contains(at.doc_id))
    }
}

/// Filters remembered: each takes a bit a passage.
const FILTERS: usize = 8;
const VECTOR: &str = "vector";
const ANALYZER: &str = "curbside";
/// Memory the writer may hold before it spills a segment.
const WRITER_BYTES: usize = 96 << 20;

fn schema() -> (Schema, Fields) {
    let mut b = Schema::builder();
    let words = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_tokenizer(ANALYZER).set_index_option(IndexRecordOption::WithFreqs),
    );
    let fields = Fields {
        source: b.add_text_field("source", STRING | FAST),
        passage: b.add_u64_field("passage", FAST),
        // Title, headings, topics and text together: one posting list a word, and no weights between fields to tune.
        words: b.add_text_field("words", words),
        kind: b.add_text_field("kind", STRING),
        year: b.add_u64_field("year", INDEXED | FAST),
        standing: b.add_text_field("standing", STRING),
        collection: b.add_text_field("collection", STRING),
        bytes: b.add_u64_field("bytes", FAST),
        vector: b.add_bytes_field(VECTOR, FAST),
    };
    (b.build(), fields)
}

impl TantivyIndex {
    /// Opens the index in `folder`, making an empty one when there is none or its layout is another version's.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        let disk = |e: std::io::Error| TantivyError::IoError(e.into());
        std::fs::create_dir_all(folder).map_err(disk)?;
        match Self::open_as_it_is(folder) {
            // What another version left, or a process killed while it deleted or wrote, is worth nothing: the library is the
            // truth, and an empty index is brought up to it.
            Err(IndexError(error)) if is_broken(&error) => {
                std::fs::remove_dir_all(folder).and_then(|()| std::fs::create_dir_all(folder)).map_err(disk)?;
                Self::open_as_it_is(folder)
            }
            opened => opened,
        }
    }

    fn open_as_it_is(folder: &Path) -> Result<Self, IndexError> {
        let (schema, fields) = schema();
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let index = Index::open_or_create(directory, schema)?;
        index.tokenizers().register(ANALYZER, TextAnalyzer::builder(Words::default()).build());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        // A file that is gone is told only where a field of it is opened.
        for segment in searcher.segment_readers() {
            for (field, _) in index.schema().fields().filter(|(_, entry)| entry.is_indexed()) {
                segment.inverted_index(field)?;
            }
        }
        let total_bytes = total_bytes(&searcher)?;
        let (vectors, names, admitted) = (OnceLock::new(), OnceLock::new(), Mutex::new(Vec::new()));
        Ok(Self { index, fields, reader, total_bytes, vectors, names, admitted })
    }

    /// Sees what has been committed since it was opened.
    pub fn reload(&mut self) -> Result<(), IndexError> {
        self.reader.reload()?;
        self.total_bytes = total_bytes(&self.reader.searcher())?;
        (self.vectors, self.names) = (OnceLock::new(), OnceLock::new());
        self.admitted = Mutex::new(Vec::new());
        Ok(())
    }

    /// The mark that the last commit left: which state of the library this index reflects.
    pub fn reflects(&self) -> Result<Option<String>, IndexError> {
        Ok(self.index.load_metas()?.payload)
    }

    /// Starts writing. Only one batch at a time can be open on a folder; the caller holds the library's lock.
    pub fn batch(&self) -> Result<IndexBatch, IndexError> {
        let writer = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
        // A killed process may have left files of a commit that never came; the next one would have their names.
        writer.garbage_collect_files().wait()?;
        Ok(IndexBatch { writer, fields: self.fields })
    }

    /// Number of live passages.
    pub fn passages(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// What a filter demands.
    fn clauses(&self, filter: &Filter) -> Vec<(Occur, Box<dyn TantivyQuery>)> {
        let f = self.fields;
        let exactly = |field, text: &str| -> Box<dyn TantivyQuery> {
            Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
        };
        let mut clauses: Vec<(Occur, Box<dyn TantivyQuery>)> = Vec::new();
        if let Some(collection) = &filter.collection {
            clauses.push((Occur::Must, exactly(f.collection, collection)));
        }
        if !filter.kinds.is_empty() {
            let any = filter.kinds.iter().map(|k| (Occur::Should, exactly(f.kind, k.word()))).collect();
            clauses.push((Occur::Must, Box::new(BooleanQuery::new(any))));
        }
        if filter.since.is_some() || filter.until.is_some() {
            let bound = |year: Option<u16>| {
                year.map_or(Bound::Unbounded, |y| Bound::Included(Term::from_field_u64(f.year, u64::from(y))))
            };
            let from = bound(filter.since.or(Some(0))); // the range must name its field at one end
            clauses.push((Occur::Must, Box::new(RangeQuery::new(from, bound(filter.until)))));
        }
        clauses
    }

    /// What passes a filter; `None` when all do. The first time a filter is asked for, it walks its postings.
    fn admitted(&self, searcher: &Searcher, filter: &Filter) -> tantivy::Result<Option<Arc<Admitted>>> {
        let clauses = self.clauses(filter);
        if clauses.is_empty() {
            return Ok(None);
        }
        let known = || self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, admitted)) = known().iter().find(|(f, _)| f == filter) {
            return Ok(Some(admitted.clone()));
        }
        let weight = BooleanQuery::new(clauses).weight(EnableScoring::disabled_from_searcher(searcher))?;
        let mut count = 0;
        let mut of = |reader: &SegmentReader| {
            let mut admitted = BitSet::with_max_value(reader.max_doc());
            weight.for_each_no_score(reader, &mut |docs| {
                for doc in docs {
                    admitted.insert(*doc);
                    count += 1;
                }
            })?;
            Ok(admitted)
        };
        let passages = searcher.segment_readers().iter().map(&mut of).collect::<tantivy::Result<_>>()?;
        let admitted = Arc::new(Admitted { passages, count });
        let mut known = known();
        known.insert(0, (filter.clone(), admitted.clone()));
        known.truncate(FILTERS);
        Ok(Some(admitted))
    }

    /// The best `limit` passages for some words that pass a filter.
    fn best(
        &self,
        searcher: &Searcher,
        words: Box<dyn TantivyQuery>,
        filter: &Filter,
        limit: usize,
    ) -> tantivy::Result<Vec<(f32, DocAddress)>> {
        let exact = Exact { searcher, total_bytes: self.total_bytes };
        let search = |query: &dyn TantivyQuery, limit: usize| {
            searcher.search_with_statistics_provider(query, &TopDocs::with_limit(limit).order_by_score(), &exact)
        };
        let Some(admitted) = self.admitted(searcher, filter)? else {
            return search(words.as_ref(), limit); // a plain union of words is the engine's fast path
        };
        // Where most passages pass, looking for twice as many and leaving out those that do not is quicker than asking the
        // engine for both, since it then looks at every passage that holds a word.
        if 2 * admitted.count >= searcher.num_docs() {
            let mut hits = search(words.as_ref(), 2 * limit)?;
            let all = hits.len() < 2 * limit;
            hits.retain(|(_, at)| admitted.holds(*at));
            if all || hits.len() >= limit {
                hits.truncate(limit);
                return Ok(hits);
            }
        }
        let mut clauses = self.clauses(filter);
        clauses.push((Occur::Must, words));
        search(&BooleanQuery::new(clauses), limit)
    }

    fn names(&self, searcher: &Searcher) -> tantivy::Result<&[Names]> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let of = |s: &SegmentReader| Ok((s.fast_fields().str("source")?, s.fast_fields().u64("passage")?));
        let names = searcher.segment_readers().iter().map(of).collect::<tantivy::Result<Vec<_>>>()?;
        Ok(self.names.get_or_init(|| names))
    }

    /// The passages at these places, best first; equal ones by name.
    fn named(&self, searcher: &Searcher, hits: Vec<(f32, DocAddress)>) -> tantivy::Result<Vec<Candidate>> {
        let columns = self.names(searcher)?;
        let mut found = Vec::with_capacity(hits.len());
        for (score, at) in hits {
            let (sources, passages) = &columns[at.segment_ord as usize];
            let source = sources.as_ref().and_then(|c| text_of(c, at.doc_id));
            if let (Some(source), Some(passage)) = (source, passages.first(at.doc_id)) {
                found.push(Candidate { source, passage: passage as u32, score });
            }
        }
        found.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then_with(|| a.source.cmp(&b.source)).then(a.passage.cmp(&b.passage))
        });
        Ok(found)
    }
}

impl EvidenceIndex for TantivyIndex {
    fn candidates(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Vec<Candidate>, IndexError> {
        if query.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        let words = query
            .terms()
            .iter()
            .map(|t| -> (Occur, Box<dyn TantivyQuery>) {
                let term = Term::from_field_text(self.fields.words, &t.stem);
                let asked = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
                let plain = (t.weight - 1.0).abs() < 1e-6;
                (Occur::Should, if plain { asked } else { Box::new(BoostQuery::new(asked, t.weight as f32)) })
            })
            .collect();
        let hits = self.best(&searcher, Box::new(BooleanQuery::new(words)), filter, limit)?;
        Ok(self.named(&searcher, hits)?)
    }

    fn nearest(&self, vector: &Code, filter: &Filter, limit: usize) -> Result<Vec<Candidate>, IndexError> {
        let searcher = self.reader.searcher();
        let vectors = match self.vectors.get() {
            Some(vectors) => vectors,
            None => {
                let loaded = Vectors::load(&searcher, VECTOR)?;
                self.vectors.get_or_init(|| loaded)
            }
        };
        let admitted = self.admitted(&searcher, filter)?;
        let admit = |at: DocAddress| admitted.as_ref().is_none_or(|a| a.holds(at));
        Ok(self.named(&searcher, vectors.nearest(vector, limit, admit))?)
    }

    fn statistics(&self, terms: &[String]) -> Result<Statistics, IndexError> {
        let searcher = self.reader.searcher();
        let exact = Exact { searcher: &searcher, total_bytes: self.total_bytes };
        Ok(exact.statistics(self.fields.words, terms)?)
    }
}

fn text_of(column: &StrColumn, doc: u32) -> Option<SourceId> {
    let ord = column.ords().first(doc)?;
    let mut text = String::new();
    column.ord_to_str(ord, &mut text).ok()?.then_some(())?;
    text.parse().ok()
}

/// A set of changes to the index that becomes visible as a whole.
pub struct IndexBatch {
    writer: IndexWriter,
    fields: Fields,
}

impl IndexBatch {
    /// Forgets everything indexed so far.
    pub fn clear(&mut self) -> Result<(), IndexError> {
        self.writer.delete_all_documents()?;
        Ok(())
    }

    /// Forgets a source.
    pub fn remove(&mut self, source: &SourceId) -> Result<(), IndexError> {
        self.writer.delete_query(Box::new(Of { field: self.fields.source, source: source.clone() }))?;
        Ok(())
    }

    /// Indexes the passages of a source; remove it first where an older version may be indexed.
    pub fn add(&mut self, source: &Source, collection: &str, standing: Standing) -> Result<(), IndexError> {
        let f = self.fields;
        let topics = source.topics.join("\n");
        let title = Embedder::shipped().embed(&source.title);
        for (i, passage) in source.passages.iter().enumerate() {
            let mut doc = TantivyDocument::default();
            let text = source.slice(passage.span);
            doc.add_text(f.source, source.id.as_str());
            doc.add_u64(f.passage, i as u64);
            let mut bytes = text.len();
            for part in searchable(source, passage, &topics) {
                bytes += part.len();
                doc.add_text(f.words, part);
            }
            doc.add_text(f.words, text);
            doc.add_u64(f.bytes, bytes as u64);
            let vector = vectors::of(Embedder::shipped(), &title, source, passage);
            doc.add_bytes(f.vector, &vector.components().map(i8::cast_unsigned));
            doc.add_text(f.kind, source.kind.word());
            doc.add_text(f.standing, standing.word());
            doc.add_text(f.collection, collection);
            if let Some(year) = source.year() {
                doc.add_u64(f.year, u64::from(year));
            }
            self.writer.add_document(doc)?;
        }
        Ok(())
    }

    /// Makes the batch visible and durable in two steps: everything slow first, then `between` (where the caller
    /// commits the library and gives the mark for [`TantivyIndex::reflects`]), then one small file. When
    /// `between` fails, the batch is undone.
    pub fn commit<T, E: From<IndexError>>(mut self, between: impl FnOnce() -> Result<(String, T), E>) -> Result<T, E> {
        let mut prepared = self.writer.prepare_commit().map_err(IndexError::from)?;
        steps::reach("index-prepared");
        let (mark, value) = match between() {
            Ok(done) => done,
            Err(error) => {
                prepared.abort().map_err(IndexError::from)?;
                return Err(error);
            }
        };
        prepared.set_payload(&mark);
        prepared.commit().map_err(IndexError::from)?;
        steps::reach("index-committed");
        // Merges under way are finished, so that a process that ends now leaves a tidy folder.
        self.writer.wait_merging_threads().map_err(IndexError::from)?;
        Ok(value)
    }
}

/// What is indexed with a passage besides its text.
fn searchable<'a>(
    source: &'a Source,
    passage: &'a evidence::Passage,
    topics: &'a str,
) -> impl Iterator<Item = &'a str> {
    std::iter::once(source.title.as_str()).chain(passage.heading.iter().map(String::as_str)).chain([topics])
}

/// The analyzer as Tantivy wants it.
#[derive(Clone, Default)]
struct Words {
    analyzer: Analyzer,
    token: TantivyToken,
}

struct WordStream<'a> {
    text: &'a str,
    /// The word before.
    last: Option<(usize, usize)>,
    /// A name with a hyphen that ended with it, still to be given.
    name: Option<usize>,
    words: &'a mut Words,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;
    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, last: None, name: None, words: self }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let (stem, start, end) = match (self.name.take(), self.last) {
                (Some(start), Some((_, end))) => (self.words.analyzer.joined(&self.text[start..end]), start, end),
                _ => {
                    let from = self.last.map_or(0, |(_, end)| end);
                    let Some((start, end)) = next_word(self.text, from) else { return false };
                    self.name = compound(self.text, self.last, (start, end));
                    self.last = Some((start, end));
                    let Some(stem) = self.words.analyzer.stem(&self.text[start..end]) else { continue };
                    (stem, start, end)
                }
            };
            let token = &mut self.words.token;
            token.text.clear();
            token.text.push_str(stem);
            token.offset_from = start;
            token.offset_to = end;
            token.position = token.position.wrapping_add(1);
            return true;
        }
    }

    fn token(&self) -> &TantivyToken {
        &self.words.token
    }

    fn token_mut(&mut self) -> &mut TantivyToken {
        &mut self.words.token
    }
}

/// Whether an index cannot be what was committed: another schema, files that are missing or that say something impossible.
fn is_broken(error: &TantivyError) -> bool {
    match error {
        TantivyError::SchemaError(_) | TantivyError::DataCorruption(_) | TantivyError::IncompatibleIndex(_) => true,
        // A disk that does not read, and rights that are lacking, say nothing about what was written.
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => {
            matches!(io_error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof)
        }
        TantivyError::OpenReadError(_) => true,
        _ => false,
    }
}
