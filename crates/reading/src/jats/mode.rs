//! Where in an article the parser stands: one mode for each open element.
//!
//! Owns the names of those places and which of them take text. No behaviour beyond that.

/// What an open element means to the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing in it is read.
    Skip,
    /// A wrapper around articles.
    Wrapper,
    /// `article`.
    Article,
    /// `book`, `book-part-wrapper`, `book-body`, or the `book-part` that is the whole document.
    Book,
    /// `front-matter` or `back-matter` of a book: parts of it are read.
    FrontMatter,
    /// `book-meta` around a chapter that stands alone.
    OuterMeta,
    /// `publisher` of a book.
    Publisher,
    /// A date at which a chapter was revised.
    Revision,
    /// `collection-meta` and what groups its titles.
    Collection,
    /// A part of a book, read as a section.
    Part,
    /// `book-part-meta` of such a part.
    PartMeta,
    /// `front`.
    Front,
    /// `journal-meta` and what groups its titles.
    Journal,
    /// `article-meta`, and groups in it that need no mode of their own.
    Meta,
    /// `title-group`.
    Titles,
    /// `article-categories`, `subj-group`.
    Subjects,
    /// `kwd-group`.
    Keywords,
    /// `contrib-group`.
    Contributors,
    /// One `contrib`.
    Contributor,
    /// `name`, `string-name` of an author of the article or of a reference.
    Person,
    /// `pub-date`, or a `date` that counts as one.
    Date,
    /// `history`.
    History,
    /// `permissions`.
    Permissions,
    /// `license`, whose text is kept.
    License,
    /// `related-article`, `related-object`: attributes only.
    Related,
    /// `abstract`.
    Abstract,
    /// A run of blocks: body, boxed text, quotations, statements.
    Blocks,
    /// `back`.
    Back,
    /// A section, whose heading goes away with it.
    Section,
    /// A section that is not evidence.
    SectionLeftOut,
    /// What else is no evidence itself but may hold tables, figures and boxes.
    LeftOut,
    /// Running text that ends as a paragraph or a line.
    Paragraph,
    /// Text that belongs to what is around it.
    Inline,
    /// A superscript.
    Superscript,
    /// A citation.
    Citation,
    /// A block element inside a title or a cell: its text, set apart by blanks.
    Spaced,
    /// A list.
    List,
    /// `list-item` or `def`: running text that breaks into lines.
    Item,
    /// `table-wrap` or `fig`.
    Float,
    /// `table-wrap-foot`, and the footnotes in it.
    Foot,
    /// `table` and its groups of rows.
    Table,
    /// A row.
    Row,
    /// A cell.
    Cell,
    /// The outermost element of a formula.
    Formula,
    /// An element inside a formula that adds nothing.
    FormulaPart,
    /// `tex-math`.
    Tex,
    /// An element of MathML.
    Math(Math),
    /// `ref-list`.
    References,
    /// `ref`.
    Reference,
    /// `citation-alternatives`: one work, told more than once.
    Alternatives,
    /// A citation in a `ref`; `true` where its own punctuation is text.
    Cited(bool),
    /// `person-group` in a citation.
    People,
    /// An element whose text is one value.
    Field(Field),
}

/// A kind of MathML element, with how many children it has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Math {
    pub(super) kind: MathKind,
    pub(super) children: u8,
    /// Length of the formula's text where a group started that may need parentheses.
    pub(super) from: usize,
}

/// Kinds of MathML elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MathKind {
    Row,
    Group,
    Superscript,
    SubSuperscript,
    Fraction,
    Root,
    Fenced,
    Accent,
    Leaf,
    Operator,
}

/// A value that is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    ArticleId,
    JournalTitle,
    Title,
    Subtitle,
    Subject,
    Keyword,
    Collective,
    Surname,
    GivenNames,
    Year,
    Month,
    Day,
    Season,
    StringDate,
    Copyright,
    LicenceUrl,
    SectionTitle,
    AbstractTitle,
    PartTitle,
    PartSubtitle,
    CollectionTitle,
    Publisher,
    FloatLabel,
    FloatTitle,
    ItemLabel,
    NoteLabel,
    Term,
    RefTitle,
    RefChapter,
    RefContainer,
    RefYear,
    RefVolume,
    RefFirstPage,
    RefLastPage,
    RefPages,
    RefLocation,
    RefId,
    RefUrl,
    RefNote,
}

impl Mode {
    /// Whether text in it is kept.
    pub(super) fn takes_text(self) -> bool {
        matches!(
            self,
            Mode::Paragraph
                | Mode::Inline
                | Mode::Superscript
                | Mode::Citation
                | Mode::Spaced
                | Mode::Item
                | Mode::Cell
                | Mode::Formula
                | Mode::FormulaPart
                | Mode::License
                | Mode::Person
                | Mode::Cited(true)
                | Mode::People
                | Mode::Field(_)
        )
    }
}
