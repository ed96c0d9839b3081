//! Writing an archive: each table is read twice in one transaction, first for its length and hash, then into the file.

use super::{ArchiveManifest, ArchiveMember, DATABASES, FORMAT, MANIFEST, SEAL, Table, VERSION, tables};
use crate::audit::Deed;
use crate::backup::{Told, sha256};
use crate::staging::{disk, sync};
use crate::{Articles, GENESIS, LibraryError, Snapshot};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Rows};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tar::{Builder, Header};

/// A database as it stands while the archive is written.
struct Held {
    name: &'static str,
    path: PathBuf,
    connection: Connection,
    tables: Vec<Table>,
}

impl Held {
    fn begin(data: &Path, name: &'static str) -> Result<Self, LibraryError> {
        let path = data.join(format!("{name}.sqlite"));
        let begun = || {
            let connection = Connection::open(&path)?;
            connection.busy_timeout(Duration::from_secs(10))?;
            // The first reading within it fixes what is seen.
            connection.execute_batch("BEGIN")?;
            let tables = tables(&connection, name)?;
            Ok((connection, tables))
        };
        let (connection, tables) = begun().map_err(|error| LibraryError::Database { path: path.clone(), error })?;
        Ok(Self { name, path, connection, tables })
    }

    fn db<T>(&self, result: rusqlite::Result<T>) -> Result<T, LibraryError> {
        result.map_err(|error| LibraryError::Database { path: self.path.clone(), error })
    }

    fn one(&self, sql: &str) -> Result<Option<String>, LibraryError> {
        self.db(self.connection.query_row(sql, [], |r| r.get(0)).optional())
    }

    fn schema(&self) -> Result<u32, LibraryError> {
        self.db(self.connection.query_row("PRAGMA user_version", [], |r| r.get(0)))
    }
}

/// Writes an archive of the data folder `data` to a file that must not be there, while others go on reading and writing. The
/// two databases are each read as they stand at one moment, the articles first.
pub fn export(data: &Path, file: &Path, actor: &str, told: Told<'_>) -> Result<ArchiveManifest, LibraryError> {
    if file.exists() {
        return Err(LibraryError::NotEmpty { folder: file.to_owned() });
    }
    let held = [Held::begin(data, DATABASES[0])?, Held::begin(data, DATABASES[1])?];
    let size: u64 = held.iter().map(|h| fs::metadata(&h.path).map_or(0, |m| m.len())).sum();
    let mut members = Vec::new();
    let mut done = 0;
    for held in &held {
        for table in &held.tables {
            let member = measured(held, table, &mut |bytes| told(done + bytes, 2 * size.max(done + bytes)))?;
            done += member.bytes;
            members.push(member);
        }
    }
    let snapshot = held[1].one("SELECT value FROM state WHERE key = 'snapshot'")?;
    let snapshot = snapshot.and_then(|json| serde_json::from_str::<Snapshot>(&json).ok());
    let manifest = ArchiveManifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        snapshot: snapshot.map(|s| s.id).unwrap_or_default(),
        audit_head: held[0].one("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")?.unwrap_or(GENESIS.to_owned()),
        articles_schema: held[0].schema()?,
        sources_schema: held[1].schema()?,
        members,
    };
    let unfinished = file.with_file_name(format!(
        "{}.unfinished",
        file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    ));
    write(&held, &manifest, &unfinished, done, told)?;
    sync(&unfinished)?;
    steps::reach("archive-written");
    fs::rename(&unfinished, file).map_err(disk(file))?;
    drop(held);
    let deed = Deed {
        actor: actor.to_owned(),
        action: "export",
        subject: "everything".to_owned(),
        detail: serde_json::json!({ "manifest_sha256": sha256(json(&manifest).as_bytes()) }),
    };
    Articles::open(data)?.record(deed)?;
    Ok(manifest)
}

/// The manifest as it is written.
pub(super) fn json(manifest: &ArchiveManifest) -> String {
    // Plain data: serialising it to memory cannot fail.
    serde_json::to_string_pretty(manifest).unwrap_or_default() + "\n"
}

fn write(
    held: &[Held],
    manifest: &ArchiveManifest,
    path: &Path,
    total: u64,
    told: Told<'_>,
) -> Result<(), LibraryError> {
    let disk = disk(path);
    let mut tar = Builder::new(BufWriter::with_capacity(1 << 20, File::create(path).map_err(&disk)?));
    let text = json(manifest);
    append(&mut tar, MANIFEST, text.len() as u64, text.as_bytes()).map_err(&disk)?;
    let mut done = 0;
    let mut members = manifest.members.iter();
    for held in held {
        for table in &held.tables {
            let Some(member) = members.next() else { break };
            let mut statement = held.db(held.connection.prepare(&table.select()))?;
            let rows = held.db(statement.query([]))?;
            let before = total + done;
            let mut lines = Lines {
                table,
                rows,
                line: Vec::new(),
                at: 0,
                error: None,
                read: 0,
                told: &mut |bytes| {
                    told(before + bytes, 2 * total);
                },
            };
            let appended = append(&mut tar, &member.name, member.bytes, &mut lines);
            if let Some(error) = lines.error.take() {
                return held.db(Err(error));
            }
            appended.map_err(&disk)?;
            done += member.bytes;
            steps::reach("archive-table-written");
        }
    }
    let seal = format!("{}\n", sha256(text.as_bytes()));
    append(&mut tar, SEAL, seal.len() as u64, seal.as_bytes()).map_err(&disk)?;
    tar.into_inner().and_then(|mut out| out.flush()).map_err(&disk)
}

/// A member without time, owner or anything else that differs from machine to machine.
fn append(tar: &mut Builder<impl Write>, name: &str, bytes: u64, from: impl Read) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    tar.append_data(&mut header, name, from)
}

fn measured(held: &Held, table: &Table, told: &mut dyn FnMut(u64)) -> Result<ArchiveMember, LibraryError> {
    let mut statement = held.db(held.connection.prepare(&table.select()))?;
    let mut rows = held.db(statement.query([]))?;
    let (mut hash, mut bytes, mut count) = (Sha256::new(), 0, 0);
    let mut text = Vec::new();
    while let Some(row) = held.db(rows.next())? {
        text.clear();
        held.db(line(table, row, &mut text))?;
        hash.update(&text);
        bytes += text.len() as u64;
        count += 1;
        told(bytes);
    }
    let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Ok(ArchiveMember { name: table.member(held.name), rows: count, bytes, sha256 })
}

/// A row as a line: an object with the columns in the order of the table.
fn line(table: &Table, row: &Row<'_>, out: &mut Vec<u8>) -> rusqlite::Result<()> {
    for (at, column) in table.columns.iter().enumerate() {
        out.extend(if at == 0 { b"{" } else { b"," });
        string(column, out);
        out.push(b':');
        match row.get_ref(at)? {
            ValueRef::Null => out.extend(b"null"),
            ValueRef::Integer(n) => out.extend(n.to_string().as_bytes()),
            ValueRef::Text(_) => string(row.get_ref(at)?.as_str()?, out),
            ValueRef::Real(_) | ValueRef::Blob(_) => {
                // No table has such a column; one that has needs a place in the format first.
                return Err(rusqlite::Error::InvalidColumnType(at, column.clone(), row.get_ref(at)?.data_type()));
            }
        }
    }
    out.extend(b"}\n");
    Ok(())
}

fn string(text: &str, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}

/// The lines of a table, to be read like a file.
struct Lines<'s> {
    table: &'s Table,
    rows: Rows<'s>,
    line: Vec<u8>,
    at: usize,
    read: u64,
    /// What the database said, which an error of reading cannot hold.
    error: Option<rusqlite::Error>,
    told: &'s mut dyn FnMut(u64),
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            self.line.clear();
            self.at = 0;
            let next = self.rows.next().and_then(|row| match row {
                Some(row) => line(self.table, row, &mut self.line),
                None => Ok(()),
            });
            if let Err(error) = next {
                self.error = Some(error);
                return Err(io::Error::other("the database cannot be read"));
            }
            (self.told)(self.read);
        }
        let n = buffer.len().min(self.line.len() - self.at);
        buffer[..n].copy_from_slice(&self.line[self.at..self.at + n]);
        self.at += n;
        self.read += n as u64;
        Ok(n)
    }
}
