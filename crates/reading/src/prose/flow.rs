//! From headings, paragraphs, list lines, tables and captions in reading order to the drafts of a [`Document`].
//!
//! Owns heading paths, what of a hand-written document is its abstract, its reference list, or not evidence. Shared by
//! the readers of pages, Word documents and prose. It must not know any of their formats.

use super::grid::Grid;
use super::values::{folded, plain};
use crate::cut::Glue;
use crate::document::Document;
use crate::jats::sections;
use evidence::{BibReference, Doi, Identifiers, Part, PartialDate, Pmid};

/// A reference's text is kept to this many characters.
const LONGEST_REFERENCE: usize = 500;
/// A "Summary" after more bytes of text than this closes a document and does not open it.
const BEFORE_SUMMARY: usize = 1_500;

/// What the text under the last heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    Body,
    /// An abstract that began with a heading of this level.
    Abstract(u8),
    OtherAbstract(u8),
    References,
    /// Acknowledgements, funding and their like: not evidence.
    LeftOut,
}

/// The sections that were open at some place.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    open: Vec<(u8, String)>,
    zone: Zone,
}

/// A document being put together.
#[derive(Debug)]
pub(crate) struct Flow {
    document: Document,
    /// The open headings with their levels.
    open: Vec<(u8, String)>,
    path: Vec<String>,
    zone: Zone,
    list: u32,
    table: u32,
    title: String,
    /// Bytes of running text so far.
    said: usize,
    /// The last heading, while nothing stands under it.
    bare: Option<(u8, String)>,
}

impl Flow {
    /// A flow into this document, whose title is not repeated among the headings.
    pub(crate) fn new(document: Document) -> Self {
        let title = folded(&document.title);
        Self {
            document,
            open: Vec::new(),
            path: Vec::new(),
            zone: Zone::Body,
            list: 0,
            table: 0,
            title,
            said: 0,
            bare: None,
        }
    }

    /// Whether the title is known.
    pub(crate) fn has_title(&self) -> bool {
        !self.document.title.is_empty()
    }

    /// The title, where it is found in the text itself.
    pub(crate) fn title(&mut self, title: String) {
        self.title = folded(&title);
        self.document.title = title;
    }

    /// Starts a section. An empty heading is none.
    pub(crate) fn heading(&mut self, level: u8, text: &str) {
        // Signs that pages put there to link to the heading.
        let text = sections::heading(text.trim_matches(['\u{a7}', '\u{b6}', '#', ' ']));
        if !text.chars().any(char::is_alphanumeric) {
            return;
        }
        let fold = folded(&text);
        self.tell_bare(level);
        self.open.retain(|(open, _)| *open < level);
        self.zone = self.zone_of(level, &fold);
        self.bare = (fold != self.title).then(|| (level, text.clone()));
        if fold != self.title && fold != "abstract" {
            self.open.push((level, text));
        }
        self.path = self.open.iter().map(|(_, text)| text.clone()).collect();
    }

    /// The open sections, to come back to after a box.
    pub(crate) fn mark(&self) -> Mark {
        Mark { open: self.open.clone(), zone: self.zone }
    }

    /// Comes back to the sections of a mark.
    pub(crate) fn restore(&mut self, mark: Mark) {
        self.open = mark.open;
        self.zone = mark.zone;
        self.path = self.open.iter().map(|(_, text)| text.clone()).collect();
    }

    /// A heading with nothing under it is lost as a heading. One that says something is text: some pages set warnings
    /// in headings.
    fn tell_bare(&mut self, next: u8) {
        let Some((level, text)) = self.bare.take().filter(|(level, _)| *level >= next) else { return };
        if text.ends_with(['.', '!', '?']) || text.split(' ').count() >= 7 {
            self.open.retain(|(open, _)| *open < level);
            self.path = self.open.iter().map(|(_, text)| text.clone()).collect();
            self.zone = Zone::Body;
            self.paragraph(text);
        }
    }

    /// Notes from the foot of the document, under a heading of their own.
    pub(crate) fn notes(&mut self, notes: Vec<String>) {
        if notes.is_empty() {
            return;
        }
        self.tell_bare(0);
        self.open.clear();
        self.zone = Zone::Body;
        self.path = vec!["Footnotes".to_owned()];
        for note in notes {
            self.paragraph(note);
        }
    }

    fn zone_of(&self, level: u8, heading: &str) -> Zone {
        match heading {
            "abstract" | "executive summary" => return Zone::Abstract(level),
            "summary" if self.said < BEFORE_SUMMARY => return Zone::Abstract(level),
            "plain language summary" | "lay summary" => return Zone::OtherAbstract(level),
            "references"
            | "reference list"
            | "bibliography"
            | "literature cited"
            | "works cited"
            | "references and notes" => return Zone::References,
            _ => {}
        }
        match self.zone {
            Zone::Abstract(above) if above < level => self.zone,
            Zone::OtherAbstract(above) if above < level => self.zone,
            _ if left_out(heading) => Zone::LeftOut,
            _ => Zone::Body,
        }
    }

    fn part(&self) -> Part {
        match self.zone {
            Zone::Abstract(_) => Part::Abstract,
            Zone::OtherAbstract(_) => Part::OtherAbstract,
            _ => Part::Body,
        }
    }

    fn push(&mut self, part: Part, glue: Glue, text: String) {
        match self.zone {
            Zone::LeftOut => return,
            Zone::References if part == Part::Body && is_citation(&text) => {
                let n = self.document.references.len() + 1;
                self.document.references.push(reference(n, &text));
                return;
            }
            _ => {}
        }
        self.bare = None;
        self.said += text.len();
        self.document.push(&self.path, part, glue, text);
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, text: String) {
        self.push(self.part(), Glue::Paragraph, text);
    }

    /// Starts a list: the lines from here on belong together.
    pub(crate) fn open_list(&mut self) {
        self.list += 1;
    }

    /// A line of the list.
    pub(crate) fn line(&mut self, text: String) {
        self.push(self.part(), Glue::Line(self.list), text);
    }

    /// The lines of one paragraph: in an item of a list they go on with it, and the first of them gets its label;
    /// elsewhere one is a paragraph and several are a list.
    pub(crate) fn lines(&mut self, lines: Vec<String>, in_list: bool, label: &mut String) {
        let alone = lines.len() == 1;
        if !in_list && !alone {
            self.open_list();
        }
        for line in lines {
            let label = std::mem::take(label);
            match in_list {
                true => self.line(label + &line),
                false if alone => self.paragraph(line),
                false => self.line(line),
            }
        }
    }

    /// A caption of a table or a figure.
    pub(crate) fn caption(&mut self, part: Part, text: String) {
        self.push(part, Glue::Alone, text);
    }

    /// The rows of a table.
    pub(crate) fn table(&mut self, grid: Grid) {
        self.table += 1;
        for row in grid.finish().0 {
            self.push(Part::Table, Glue::Row(self.table), row);
        }
    }

    /// The document.
    pub(crate) fn finish(mut self) -> Document {
        self.tell_bare(0);
        self.document
    }
}

/// Whether a heading opens what is not evidence. Only short ones: "Disclosure of the diagnosis to relatives" is care.
fn left_out(heading: &str) -> bool {
    const LONG: &[&str] = &["conflict", "competing", "declaration", "author", "availability of", "duality", "source"];
    sections::is_left_out(heading, false)
        && (heading.split(' ').count() <= 2 || LONG.iter().any(|p| heading.starts_with(p)))
}

/// Whether a text under "References" is one, and not a remark.
fn is_citation(text: &str) -> bool {
    !years(text).is_empty() || text.contains("10.") || text.contains("://") || text.contains("PMID")
}

/// All figures of four that can be a year of publication.
fn years(text: &str) -> Vec<u16> {
    let mut years: Vec<u16> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|d| d.len() == 4)
        .filter_map(|d| d.parse().ok())
        .filter(|y| (1850..=2100).contains(y))
        .collect();
    years.sort_unstable();
    years.dedup();
    years
}

/// An entry of a reference list: its own words stand for its title, as nothing tells them apart for certain.
fn reference(n: usize, text: &str) -> BibReference {
    let text = plain(text);
    let bare = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '.' | ')' | ' '));
    let bare = if bare.is_empty() { text.as_str() } else { bare };
    let issued = match years(bare)[..] {
        [year] => PartialDate::new(year, None, None),
        _ => None,
    };
    let ids = Identifiers { pmid: pmid_in(bare), doi: doi_in(bare), ..Identifiers::default() };
    let url = bare
        .split([' ', '<', '>', '(', ')'])
        .find(|w| w.starts_with("https://") || w.starts_with("http://"))
        .map(|w| w.trim_end_matches(['.', ',', ';']).to_owned())
        .filter(|_| ids == Identifiers::default());
    BibReference {
        id: format!("ref-{n}"),
        kind: None,
        title: bare.chars().take(LONGEST_REFERENCE).collect(),
        authors: Vec::new(),
        container: None,
        issued,
        volume: None,
        pages: None,
        ids,
        url,
    }
}

/// The one DOI of a text.
fn doi_in(text: &str) -> Option<Doi> {
    let mut found: Vec<Doi> = text
        .split([' ', '<', '>', '"', '|'])
        .filter_map(|word| {
            let at = word.find("10.")?;
            let whole = at == 0 || word.get(..at).is_some_and(|b| b.ends_with(['/', ':', '(', '[']));
            let name = word.get(at..)?.trim_end_matches(['.', ',', ';', ']']);
            let name = if name.contains('(') { name } else { name.trim_end_matches(')') };
            if whole { name.parse().ok() } else { None }
        })
        .collect();
    found.dedup();
    if found.len() == 1 { found.pop() } else { None }
}

/// The one PMID of a text that says so.
fn pmid_in(text: &str) -> Option<Pmid> {
    let mut found = text.match_indices("PMID").filter_map(|(at, _)| {
        let rest = text.get(at + 4..)?.trim_start_matches([':', ' ']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        Flow::new(Document { title: "The title".to_owned(), ..Document::default() })
    }

    fn shown(flow: Flow) -> Vec<String> {
        let document = flow.finish();
        document
            .drafts
            .iter()
            .map(|d| {
                let path = document.headings.get(d.heading).map(|p| p.join(" > ")).unwrap_or_default();
                format!("{:?} {path}: {}", d.part, d.text)
            })
            .collect()
    }

    #[test]
    fn headings_make_paths_and_the_title_is_not_one() {
        let mut f = flow();
        f.heading(1, "The Title.");
        f.paragraph("A.".to_owned());
        f.heading(2, "1. Care");
        f.heading(4, "Deep");
        f.paragraph("B.".to_owned());
        f.heading(3, "Less deep");
        f.paragraph("C.".to_owned());
        assert_eq!(shown(f), ["Body : A.", "Body Care > Deep: B.", "Body Care > Less deep: C."]);
    }

    #[test]
    fn abstracts_and_what_is_no_evidence_are_told_by_their_headings() {
        let mut f = flow();
        f.heading(2, "Abstract");
        f.heading(3, "Background");
        f.paragraph("A.".to_owned());
        f.heading(2, "Funding");
        f.paragraph("Money.".to_owned());
        f.heading(3, "Dosing");
        f.paragraph("B.".to_owned());
        f.heading(2, "Never give the two together!");
        f.heading(2, "Disclosure of the diagnosis to relatives");
        f.paragraph("C.".to_owned());
        assert_eq!(
            shown(f),
            [
                "Abstract Background: A.",
                "Body Funding > Dosing: B.",
                "Body : Never give the two together!",
                "Body Disclosure of the diagnosis to relatives: C."
            ]
        );
    }

    #[test]
    fn a_reference_list_is_kept_apart_and_remarks_in_it_stay() {
        let mut f = flow();
        f.heading(1, "References");
        f.line("1. Nobody N. A made-up work. J None. 2019;1:2. doi:10.1000/none.1. PMID: 12".to_owned());
        f.paragraph("Never give the two together.".to_owned());
        let document = f.finish();
        assert_eq!(document.references.len(), 1);
        let entry = &document.references[0];
        assert_eq!(entry.ids.doi.as_ref().map(ToString::to_string).as_deref(), Some("10.1000/none.1"));
        assert_eq!(entry.ids.pmid.map(|p| p.to_string()).as_deref(), Some("12"));
        assert_eq!(entry.issued.map(|d| d.to_string()).as_deref(), Some("2019"));
        assert!(entry.title.starts_with("Nobody N."));
        assert_eq!(document.drafts.len(), 1);
    }
}
