//! From tables to the compact form. The layout is read by `src/lexicon/compact.rs`; change both together.

use crate::text;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Hand-written tables, in the order of precedence where two give the same word (a test forbids that).
const TABLES: &[&str] = &[
    "oncology.tsv",
    "diseases.tsv",
    "drugs.tsv",
    "procedures.tsv",
    "findings.tsv",
    "measurements.tsv",
    "regimens.tsv",
    "common.tsv",
];

/// Tables made by `lexicon/build/build.py`: what collides with a hand-written name is left out.
const GENERATED: &[&str] = &["generated-diseases.tsv", "generated-drugs.tsv"];

#[derive(Default)]
struct Row {
    name: String,
    kind: String,
    usual: String,
    synonyms: Vec<String>,
    parents: Vec<u32>,
    parts: Vec<u32>,
    ancestors: Vec<u32>,
}

/// What a name leads to.
#[derive(Clone)]
struct End {
    /// None: a meaning that is no concept of ours.
    concept: Option<u32>,
    exact: String,
    ambiguous: bool,
    cues: Vec<String>,
}

#[derive(Default)]
struct Tables {
    rows: Vec<Row>,
    by_name: HashMap<String, u32>,
    ends: BTreeMap<String, Vec<End>>,
    problems: Vec<String>,
}

pub(crate) fn compile(root: &Path, out: &Path) -> Result<(), String> {
    let read = |file: &str| std::fs::read_to_string(root.join(file)).map_err(|e| format!("{file}: {e}"));
    let mut tables = Tables::default();
    let mut links = Vec::new();
    for file in TABLES {
        tables.hand(file, &read(file)?, &mut links);
    }
    for file in GENERATED {
        tables.generated(file, &read(file)?, &mut links);
    }
    tables.link(&links);
    tables.abbreviations(&read("abbreviations.tsv")?);
    tables.close();
    std::fs::write(out.join("lexicon.bin"), tables.blob()?).map_err(|e| e.to_string())?;

    // Words the spelling help knows: those of the names, those of the reader's own, and common English ones.
    let own = read("reader-words.txt")?;
    let own = own.lines().filter(|l| !l.starts_with('#')).map(text::normal);
    let names = tables.ends.keys().flat_map(|k| k.split(' ')).map(str::to_owned);
    write_set(&out.join("vocabulary.fst"), names.chain(own).collect())?;
    let english = read("english-words.txt")?;
    let english = english.lines().filter(|l| !l.starts_with('#')).flat_map(|w| [w.to_owned(), text::normal(w)]);
    write_set(&out.join("english.fst"), english.collect())
}

fn write_set(path: &Path, words: BTreeSet<String>) -> Result<(), String> {
    let set = fst::Set::from_iter(words).map_err(|e| e.to_string())?;
    std::fs::write(path, set.as_fst().as_bytes()).map_err(|e| e.to_string())
}

fn rows(table: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let rows = table.lines().enumerate().filter(|(_, r)| !r.trim().is_empty() && !r.starts_with('#'));
    rows.map(|(n, r)| (n + 1, r.split('\t').map(str::trim).chain(std::iter::repeat("")).take(8).collect()))
}

fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|s| !s.is_empty())
}

type Link = (String, u32, String, String);

impl Tables {
    fn hand(&mut self, file: &str, table: &str, links: &mut Vec<Link>) {
        for (number, cells) in rows(table) {
            let [name, kind, parents, synonyms, parts, usual] = [0, 1, 2, 3, 4, 5].map(|i| cells[i]);
            // A name may be marked like a synonym: `=BEP` counts only in capitals.
            let (marked, name) = (name, name.trim_start_matches(['=', '?']));
            let id = self.add(name, kind, usual);
            if self.by_name.insert(name.to_owned(), id).is_some() {
                self.problems.push(format!("{file}:{number}: {name:?} stands twice"));
            }
            links.push((format!("{file}:{number}"), id, parents.to_owned(), parts.to_owned()));
            for word in std::iter::once(marked).chain(list(synonyms)) {
                let unmarked = word.trim_start_matches(['=', '?']);
                let marks = &word[..word.len() - unmarked.len()];
                let exact = if marks.contains('=') { unmarked.to_owned() } else { String::new() };
                let end = End { concept: Some(id), exact, ambiguous: marks.contains('?'), cues: Vec::new() };
                let key = text::normal_phrase(unmarked);
                if key.is_empty() {
                    self.problems.push(format!("{file}:{number}: a name without letters"));
                    continue;
                }
                let ends = self.ends.entry(key).or_default();
                let clash = |e: &End| {
                    e.concept != end.concept && (e.exact.is_empty() || e.exact == end.exact || end.exact.is_empty())
                };
                if ends.iter().any(clash) {
                    self.problems.push(format!("{file}:{number}: {unmarked:?} already names another concept"));
                }
                ends.push(end);
                if word != marked {
                    self.rows[id as usize].synonyms.push(unmarked.to_owned());
                }
            }
        }
    }

    fn generated(&mut self, file: &str, table: &str, links: &mut Vec<Link>) {
        for (number, cells) in rows(table) {
            let [name, kind, parents, synonyms] = [0, 1, 2, 3].map(|i| cells[i]);
            let key = text::normal_phrase(name);
            // A name that a hand-written concept has adds its synonyms to that concept; a name that is one of several
            // words for a hand-written concept says nothing new and its own synonyms may be narrower.
            let id = match self.ends.get(&key).and_then(|e| e.first()).and_then(|e| e.concept) {
                Some(id) => {
                    let same = text::normal_phrase(&self.rows[id as usize].name) == key;
                    if !same || self.rows[id as usize].kind != kind {
                        self.by_name.entry(name.to_owned()).or_insert(id);
                        continue;
                    }
                    id
                }
                None => {
                    let id = self.add(name, kind, "");
                    self.ends.insert(key, vec![plain(id)]);
                    links.push((format!("{file}:{number}"), id, parents.to_owned(), String::new()));
                    id
                }
            };
            self.by_name.entry(name.to_owned()).or_insert(id);
            for word in list(synonyms) {
                let key = text::normal_phrase(word);
                if !key.is_empty() && !self.ends.contains_key(&key) {
                    self.ends.insert(key, vec![plain(id)]);
                    self.rows[id as usize].synonyms.push(word.to_owned());
                }
            }
        }
    }

    /// Abbreviations own their written form: what other tables say of it gives way.
    fn abbreviations(&mut self, table: &str) {
        let mut owned: BTreeMap<(String, String), Vec<End>> = BTreeMap::new();
        for (number, cells) in rows(table) {
            let [short, meaning, case, cues, default] = [0, 1, 2, 3, 4].map(|i| cells[i]);
            let named = |m: &str| {
                let key = text::normal_phrase(m);
                self.by_name.get(m).copied().or_else(|| self.ends.get(&key)?.first()?.concept)
            };
            let concept = named(meaning);
            if concept.is_none() && !meaning.starts_with('(') {
                self.problems.push(format!("abbreviations.tsv:{number}: {meaning:?} has no row"));
                continue;
            }
            let exact = if case == "any" { String::new() } else { short.to_owned() };
            let cues = list(cues).map(|c| if c == ":" || c == "#" { c.to_owned() } else { text::normal_phrase(c) });
            let end = End { concept, exact: exact.clone(), ambiguous: false, cues: cues.collect() };
            let ends = owned.entry((text::normal_phrase(short), exact)).or_default();
            if default == "default" {
                ends.insert(0, End { cues: std::iter::once("*".to_owned()).chain(end.cues).collect(), ..end });
            } else {
                ends.push(end);
            }
        }
        for ((key, exact), mut meanings) in owned {
            if meanings.len() > 1 {
                meanings.iter_mut().for_each(|e| e.ambiguous = true);
            }
            let ends = self.ends.entry(key).or_default();
            ends.retain(|e| !exact.is_empty() && e.exact != exact);
            // Exact forms are tried before the form in any case.
            if exact.is_empty() { ends.extend(meanings) } else { drop(ends.splice(0..0, meanings)) }
        }
    }

    fn add(&mut self, name: &str, kind: &str, usual: &str) -> u32 {
        let row = Row { name: name.to_owned(), kind: kind.to_owned(), usual: usual.to_owned(), ..Row::default() };
        self.rows.push(row);
        self.rows.len() as u32 - 1
    }

    fn link(&mut self, links: &[Link]) {
        for (place, id, parents, parts) in links {
            let mut find = |names: &str| {
                let mut ids = Vec::new();
                for name in list(names) {
                    match self.by_name.get(name) {
                        Some(other) if other == id => {}
                        Some(&other) => ids.push(other),
                        None => self.problems.push(format!("{place}: {name:?} is named but has no row")),
                    }
                }
                ids.dedup();
                ids
            };
            let (parents, parts) = (find(parents), find(parts));
            self.rows[*id as usize].parents = parents;
            self.rows[*id as usize].parts = parts;
        }
    }

    /// Works out what every concept is a kind of, however far up. A cycle ends where it began.
    fn close(&mut self) {
        for id in 0..self.rows.len() {
            let mut seen = vec![id as u32];
            let mut at = 0;
            while at < seen.len() {
                for &parent in &self.rows[seen[at] as usize].parents {
                    if !seen.contains(&parent) {
                        seen.push(parent);
                    }
                }
                at += 1;
            }
            seen.sort_unstable();
            self.rows[id].ancestors = seen;
        }
    }

    /// Sections, each a count of little-endian numbers or bytes and then those: concepts, names and lists as numbers,
    /// text, automaton.
    fn blob(&self) -> Result<Vec<u8>, String> {
        let mut heap = Heap::default();
        let mut numbers: Vec<u32> = Vec::new();
        let mut concepts: Vec<u32> = Vec::new();
        let mut strings: Vec<u32> = Vec::new();
        for row in &self.rows {
            concepts.extend(heap.place(&row.name));
            concepts.extend(heap.place(&row.kind));
            concepts.extend(heap.place(&row.usual));
            concepts.extend([strings.len() as u32 / 2, row.synonyms.len() as u32]);
            strings.extend(row.synonyms.iter().flat_map(|s| heap.place(s)));
            for ids in [&row.parents, &row.parts, &row.ancestors] {
                concepts.extend([numbers.len() as u32, ids.len() as u32]);
                numbers.extend(ids);
            }
        }
        let mut ends: Vec<u32> = Vec::new();
        let mut names = fst::MapBuilder::memory();
        for (key, meanings) in &self.ends {
            names.insert(key, (ends.len() as u64 / 6) << 8 | meanings.len() as u64).map_err(|e| e.to_string())?;
            for end in meanings {
                ends.push(end.concept.unwrap_or(u32::MAX));
                ends.push(u32::from(end.ambiguous));
                ends.extend(heap.place(&end.exact));
                ends.extend([strings.len() as u32 / 2, end.cues.len() as u32]);
                strings.extend(end.cues.iter().flat_map(|s| heap.place(s)));
            }
        }
        let problems = self.problems.join("\n");
        let mut blob = Vec::new();
        for section in [&concepts, &ends, &strings, &numbers] {
            blob.extend((section.len() as u32 * 4).to_le_bytes());
            blob.extend(section.iter().flat_map(|n| n.to_le_bytes()));
        }
        let names = names.into_inner().map_err(|e| e.to_string())?;
        for section in [heap.text.as_bytes(), problems.as_bytes(), &names] {
            blob.extend((section.len() as u32).to_le_bytes());
            blob.extend(section);
        }
        Ok(blob)
    }
}

fn plain(concept: u32) -> End {
    End { concept: Some(concept), exact: String::new(), ambiguous: false, cues: Vec::new() }
}

/// Text, each piece once.
#[derive(Default)]
struct Heap {
    text: String,
    at: HashMap<String, [u32; 2]>,
}

impl Heap {
    fn place(&mut self, s: &str) -> [u32; 2] {
        if let Some(place) = self.at.get(s) {
            return *place;
        }
        let place = [self.text.len() as u32, s.len() as u32];
        self.text.push_str(s);
        self.at.insert(s.to_owned(), place);
        place
    }
}
