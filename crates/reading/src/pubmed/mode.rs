//! Where in a record the parser stands: one mode for each open element. Names only, no behaviour.

use super::math::Math;

/// What an open element means to the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing in it is read.
    Skip,
    /// What may stand around records.
    Wrapper,
    /// `PubmedArticle`.
    Record,
    /// `PubmedBookArticle`.
    BookRecord,
    /// `DeleteCitation`.
    Deletion,
    /// `MedlineCitation`.
    Citation,
    /// `Article`.
    Article,
    /// `Journal`, `JournalIssue`, `MedlineJournalInfo`.
    Journal,
    /// `BookDocument`.
    BookDocument,
    /// `Book`, `Publisher`.
    Book,
    /// `PubmedData`, `PubmedBookData`.
    Data,
    /// A date, and which.
    Date(Date),
    /// `Abstract`.
    Abstract,
    /// An `OtherAbstract` in English.
    OtherAbstract,
    /// `AuthorList`; whether of editors.
    Authors(bool),
    /// One valid `Author`; whether an editor.
    Author(bool),
    /// `DataBankList`, `DataBank`, `AccessionNumberList`.
    DataBanks,
    /// `PublicationTypeList`.
    Types,
    /// `ChemicalList`, `Chemical`, `SupplMeshList`.
    Chemicals,
    /// `MeshHeadingList`.
    MeshList,
    /// One `MeshHeading`.
    MeshHeading,
    /// `KeywordList`.
    Keywords,
    /// `CommentsCorrectionsList`.
    Relations,
    /// One `CommentsCorrections`.
    Relation,
    /// `ArticleIdList` of the record itself.
    Ids,
    /// `ReferenceList`.
    References,
    /// One `Reference`.
    Reference,
    /// `ArticleIdList` of a reference.
    ReferenceIds,
    /// An element whose text is one value.
    Field(Field),
    /// Markup inside one.
    Inline,
    /// A superscript inside one, with where in the buffer it starts.
    Superscript(usize),
    /// MathML inside one.
    Math(Math),
}

/// Which date is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Date {
    /// In print or electronic.
    Published,
    /// When a book's chapter was first written.
    Contributed,
    /// When the record was last revised.
    Revised,
}

/// Which value is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Pmid,
    DeletedPmid,
    Title,
    VernacularTitle,
    BookTitle,
    Journal,
    JournalShort,
    Publisher,
    ELocation,
    Year,
    Month,
    Day,
    Season,
    MedlineDate,
    Abstract,
    OtherAbstract,
    Copyright,
    LastName,
    ForeName,
    Initials,
    Suffix,
    Collective,
    Language,
    DataBank,
    Accession,
    Type,
    Substance,
    Descriptor,
    Qualifier,
    Keyword,
    RelationSource,
    RelationPmid,
    RelationNote,
    ArticleId,
    Citation,
    ReferenceId,
}
