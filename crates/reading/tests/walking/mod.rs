//! What the tests of walking share.

#![allow(dead_code, unreachable_pub)]

use reading::{Event, Problem, Unit, walk};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

pub const ARTICLE: &[u8] = include_bytes!("../fixtures/jats/old.xml");

pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What a walk came upon.
#[derive(Default)]
pub struct Seen {
    pub units: Vec<Unit>,
    pub problems: Vec<Problem>,
    pub last: u64,
}

impl Seen {
    /// Where units came from, relative to a folder.
    pub fn names(&self, root: &Path) -> Vec<String> {
        let prefix = format!("{}/", root.display());
        self.units.iter().map(|u| u.origin.to_string().replace(&prefix, "")).collect()
    }

    /// Formats of units, in words.
    pub fn formats(&self) -> Vec<&'static str> {
        self.units.iter().map(|u| u.format.word()).collect()
    }

    /// Units as text.
    pub fn texts(&self) -> Vec<String> {
        self.units.iter().map(|u| String::from_utf8_lossy(&u.bytes).into_owned()).collect()
    }

    pub fn codes(&self) -> Vec<&'static str> {
        self.problems.iter().map(|p| p.code).collect()
    }

    /// Lines that units start at.
    pub fn starts(&self) -> Vec<Option<u64>> {
        self.units.iter().map(|u| u.origin.line).collect()
    }

    /// Lines that problems name.
    pub fn lines(&self) -> Vec<Option<u64>> {
        self.problems.iter().map(|p| p.origin.line).collect()
    }
}

pub fn look(path: &Path) -> Seen {
    look_and(path, |_| {})
}

/// Walks, and does something each time there is a unit.
pub fn look_and(path: &Path, mut at_unit: impl FnMut(usize)) -> Seen {
    let mut seen = Seen::default();
    walk(&[path.to_owned()], &mut |event| {
        match event {
            Event::Unit(unit) => {
                seen.units.push(unit);
                at_unit(seen.units.len());
            }
            Event::Problem(problem) => seen.problems.push(problem),
            Event::Progress { bytes_done } => {
                assert!(bytes_done >= seen.last);
                seen.last = bytes_done;
            }
        }
        ControlFlow::Continue(())
    });
    seen
}

pub fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

pub fn xz(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// A header is written by hand where the name is one that the archive writer refuses.
pub fn tar(members: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *bytes)?;
    }
    builder.into_inner()
}

pub fn zip(members: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (n, (name, bytes)) in members.iter().enumerate() {
        let method = if n % 2 == 0 { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        writer.start_file(*name, zip::write::SimpleFileOptions::default().compression_method(method))?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A zip of one member, written by hand: what it says of the member need not be true.
pub fn zip_of(name: &str, method: u16, flags: u16, packed: &[u8], size: u32) -> Vec<u8> {
    let length = u32::try_from(packed.len()).unwrap_or(u32::MAX);
    let name_length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    let mut common = Vec::new();
    for part in [20, flags, method, 0, 0x21] {
        common.extend_from_slice(&u16::to_le_bytes(part));
    }
    for part in [0, length, size] {
        common.extend_from_slice(&u32::to_le_bytes(part));
    }
    common.extend_from_slice(&name_length.to_le_bytes());
    common.extend_from_slice(&[0, 0]);
    let mut out = [b"PK\x03\x04", &common[..], name.as_bytes(), packed].concat();
    let directory = out.len();
    out.extend_from_slice(b"PK\x01\x02\x14\x03");
    out.extend_from_slice(&common);
    out.extend_from_slice(&[0; 14]);
    out.extend_from_slice(name.as_bytes());
    let size = u32::try_from(out.len() - directory).unwrap_or(u32::MAX);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&u32::try_from(directory).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}
