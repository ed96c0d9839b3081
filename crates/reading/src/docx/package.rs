//! The ZIP package of a Word document and its XML parts.
//!
//! Owns the bounds: only named parts are unpacked, each and all together up to a size. Nothing is written to disk.

use crate::decode::{self, Undecodable};
use crate::jats::{attributes::attribute, entities};
use crate::problem::{Origin, Problem};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// A part is at most this large, unpacked.
const LARGEST_PART: u64 = 64 << 20;
/// All parts that are read are at most this large together, unpacked.
const LARGEST: u64 = 128 << 20;
/// Elements deeper than this are an attack or a mistake.
const DEEPEST: usize = 512;

/// An open package.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    origin: &'a Origin,
    left: u64,
    /// The name of the main part, and its folder.
    main: String,
    /// Parts that the main part points to: type and name.
    relations: Vec<(String, String)>,
}

impl<'a> Package<'a> {
    /// Opens a package; the problem where it is none.
    pub(super) fn open(bytes: &'a [u8], origin: &'a Origin) -> Result<Self, Box<Problem>> {
        if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            let locked: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
            return Err(Box::new(if memchr::memmem::find(bytes, &locked).is_some() {
                let message = "this Word document is locked with a password; save it without one and add it again";
                Problem::error(origin, "encrypted", message)
            } else {
                let message = "this is a Word document of the old kind (.doc); save it as .docx and add it again";
                Problem::error(origin, "unknown-format", message)
            }));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(origin, &error.to_string()))?;
        let mut package = Self { archive, origin, left: LARGEST, main: String::new(), relations: Vec::new() };
        let office = package.relations_of("")?;
        let main = office.into_iter().find(|(kind, _)| kind == "officeDocument").map(|(_, name)| name);
        package.main = main.unwrap_or_else(|| "word/document.xml".to_owned());
        if package.archive.index_for_name(&package.main).is_none() {
            let message = "this ZIP archive holds no Word document; unpack it, or add the document itself";
            return Err(Box::new(Problem::error(origin, "unknown-format", message)));
        }
        package.relations = package.relations_of(&package.main.clone())?;
        Ok(package)
    }

    /// The text of the main part.
    pub(super) fn main(&mut self) -> Result<String, Box<Problem>> {
        let name = self.main.clone();
        self.part(&name)?.ok_or_else(|| damaged(self.origin, "its main part is missing"))
    }

    /// The text of a part that the main part points to, as `styles`.
    pub(super) fn related(&mut self, kind: &str) -> Result<Option<String>, Box<Problem>> {
        let name = self.relations.iter().find(|(known, _)| known == kind).map(|(_, name)| name.clone());
        match name {
            Some(name) => self.part(&name),
            None => Ok(None),
        }
    }

    /// A part's text; `None` where there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, Box<Problem>> {
        let origin = self.origin;
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(why)) if why.to_ascii_lowercase().contains("password") => {
                let message = "this Word document is locked with a password; save it without one and add it again";
                return Err(Box::new(Problem::error(origin, "encrypted", message)));
            }
            Err(error) => return Err(damaged(origin, &format!("{name}: {error}"))),
        };
        let bound = self.left.min(LARGEST_PART);
        let mut bytes = Vec::new();
        // What the archive says of its sizes is not believed.
        let read = file.take(bound + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > bound {
            let message =
                format!("{name} in this Word document unpacks to more than {bound} bytes; split the document");
            return Err(Box::new(Problem::error(origin, "too-large", message)));
        }
        read.map_err(|error| damaged(origin, &format!("{name}: {error}")))?;
        self.left -= bytes.len() as u64;
        match decode::xml(&bytes) {
            Ok(text) => Ok(Some(text.into_owned())),
            Err(Undecodable::At(place)) => Err(Box::new(Problem::not_utf8(origin, place))),
            Err(Undecodable::Encoding(encoding)) => {
                let message =
                    format!("{name} is not in the encoding {encoding:?} that it declares; save the document again");
                Err(Box::new(Problem::error(origin, "encoding", message)))
            }
        }
    }

    /// The relations of a part, or of the package: last word of the type, and full name of the target.
    fn relations_of(&mut self, part: &str) -> Result<Vec<(String, String)>, Box<Problem>> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let base = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let Some(text) = self.part(&format!("{base}_rels/{file}.rels"))? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        each(&text, |step| {
            if let Step::Start(name, element) = step
                && name == "Relationship"
                && attribute(element, "TargetMode").as_deref() != Some("External")
                && let (Some(kind), Some(target)) = (attribute(element, "Type"), attribute(element, "Target"))
            {
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let name = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("{base}{target}"),
                };
                found.push((kind, name));
            }
        });
        Ok(found)
    }
}

fn damaged(origin: &Origin, why: &str) -> Box<Problem> {
    Box::new(Problem::error(
        origin,
        "corrupt",
        format!("this Word document is damaged ({why}); fetch or save it again"),
    ))
}

/// One step through an XML part.
pub(super) enum Step<'s, 'e> {
    /// An element by its local name: strict and transitional documents differ in name spaces only.
    Start(&'s str, &'s BytesStart<'e>),
    End(&'s str),
    Text(&'s str),
}

/// Why a part was not read to its end, and where.
pub(super) struct Stopped {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) at: usize,
}

/// Steps through a part; `None` where its end was reached.
pub(super) fn each(text: &str, mut step: impl FnMut(Step<'_, '_>)) -> Option<Stopped> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                depth += 1;
                if depth > DEEPEST {
                    let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                    return Some(Stopped {
                        code: "too-deep",
                        message: format!("elements are nested more than {DEEPEST} deep"),
                        at,
                    });
                }
                step(Step::Start(element.local_name().as_ref(), &element));
            }
            Ok(Event::Empty(element)) => {
                step(Step::Start(element.local_name().as_ref(), &element));
                step(Step::End(element.local_name().as_ref()));
            }
            Ok(Event::End(element)) => {
                depth = depth.saturating_sub(1);
                step(Step::End(element.local_name().as_ref()));
            }
            Ok(Event::Text(part)) => step(Step::Text(&part)),
            Ok(Event::CData(part)) => step(Step::Text(&part)),
            Ok(Event::GeneralRef(entity)) => match entity.resolve_char_ref() {
                Ok(Some(c)) => step(Step::Text(c.encode_utf8(&mut [0; 4]))),
                _ => match entities::named(&entity) {
                    Some(text) => step(Step::Text(text)),
                    None => step(Step::Text(&format!("&{};", &*entity))),
                },
            },
            Ok(Event::Comment(_) | Event::PI(_) | Event::DocType(_) | Event::Decl(_)) => {}
            Ok(Event::Eof) if depth == 0 => return None,
            Ok(Event::Eof) => {
                let message = "it ends in the middle".to_owned();
                return Some(Stopped { code: "truncated", message, at: text.len() });
            }
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(text.len());
                return Some(Stopped { code: "not-well-formed", message: error.to_string(), at });
            }
        }
    }
}
