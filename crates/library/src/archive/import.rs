//! Reading an archive into a new data folder: whole, with every hash right, or not at all.

use super::export::json;
use super::{ArchiveManifest, ArchiveMember, DATABASES, FORMAT, MANIFEST, SEAL, SEQUENCE, Table, VERSION, tables};
use crate::backup::{Told, sha256};
use crate::schema::{Which, migrations, open};
use crate::staging::{Staging, disk};
use crate::verify::verify;
use crate::{GENESIS, Library, LibraryError};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use tar::{Archive, Entries};

/// Longest manifest read. Some forty members of two hundred bytes are written.
const MANIFEST_BYTES: u64 = 1 << 20;

/// Makes a new data folder of an archive. `data` must not be there, or be empty. The index is built by whoever opens it next.
/// Nothing is added to the trail: it is the trail of the archive, so that an export of the new folder is the archive again.
pub fn import(file: &Path, data: &Path, told: Told<'_>) -> Result<ArchiveManifest, LibraryError> {
    let reading = Reading { file: file.to_owned() };
    let total = std::fs::metadata(file).map_err(disk(file))?.len();
    let staging = Staging::begin(data)?;
    let mut archive = Archive::new(BufReader::with_capacity(1 << 20, File::open(file).map_err(disk(file))?));
    let mut entries = archive.entries().map_err(|e| reading.bad(e.to_string()))?;
    let manifest = reading.manifest(&mut entries)?;
    let schemas = [manifest.articles_schema, manifest.sources_schema];
    let mut done = 0;
    let mut members = manifest.members.iter();
    for (at, name) in DATABASES.into_iter().enumerate() {
        let which = if at == 0 { Which::Articles } else { Which::Sources };
        let path = staging.folder().join(format!("{name}.sqlite"));
        let database = |error| LibraryError::Database { path: path.clone(), error };
        let connection = reading.empty(&path, &which, schemas[at])?;
        let held = tables(&connection, name).map_err(database)?;
        connection.execute_batch("BEGIN").map_err(database)?;
        for table in &held {
            let member = members.next().filter(|m| m.name == table.member(name));
            let member = member.ok_or_else(|| reading.bad(format!("it has no table {}", table.member(name))))?;
            reading.table(&mut entries, &connection, &path, table, member)?;
            done += member.bytes;
            told(done.min(total), total);
            steps::reach("archive-table-read");
        }
        connection.execute_batch("COMMIT").map_err(database)?;
        let loose: i64 = connection
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |r| r.get(0))
            .map_err(database)?;
        if loose > 0 {
            return Err(reading.bad(format!("{loose} rows of {name} refer to rows that are not there")));
        }
        connection.close().map_err(|(_, error)| database(error))?;
        // As everyone opens it: what an older version wrote becomes this version's.
        let connection = open(&path, &which)?;
        if at == 0 {
            let head = Some(manifest.audit_head.as_str()).filter(|h| *h != GENESIS);
            if let Some(fault) = verify(&connection, head).map_err(database)?.fault {
                return Err(reading.bad(format!("what it holds was changed: {}: {}", fault.place, fault.wrong)));
            }
        }
        connection.close().map_err(|(_, error)| database(error))?;
    }
    if members.next().is_some() {
        return Err(reading.bad("it has more tables than this version knows".to_owned()));
    }
    reading.sealed(&mut entries, &manifest)?;
    let library = Library::open(staging.folder())?;
    if !manifest.snapshot.is_empty() && library.snapshot()?.id != manifest.snapshot {
        return Err(reading.bad("its sources are not those of the snapshot that it names".to_owned()));
    }
    drop(library);
    staging.finish()?;
    Ok(manifest)
}

type Members<'a> = Entries<'a, BufReader<File>>;

/// The file, for what is said of it.
struct Reading {
    file: PathBuf,
}

impl Reading {
    fn bad(&self, why: impl Into<String>) -> LibraryError {
        LibraryError::BadArchive { path: self.file.clone(), why: why.into() }
    }

    fn version(&self, path: &Path, error: rusqlite_migration::Error) -> LibraryError {
        LibraryError::Version { path: path.to_owned(), error }
    }

    /// The next member, which must have this name.
    fn next<'a>(&self, entries: &mut Members<'a>, name: &str) -> Result<tar::Entry<'a, BufReader<File>>, LibraryError> {
        let entry = match entries.next() {
            Some(Ok(entry)) => entry,
            Some(Err(error)) => return Err(self.bad(format!("it is damaged before {name}: {error}"))),
            None => return Err(self.bad(format!("it ends before {name}"))),
        };
        if entry.path_bytes().as_ref() != name.as_bytes() {
            return Err(self.bad(format!("{name} is not where it should be")));
        }
        Ok(entry)
    }

    fn small(&self, entries: &mut Members<'_>, name: &str) -> Result<String, LibraryError> {
        let mut text = String::new();
        let read = self.next(entries, name)?.take(MANIFEST_BYTES).read_to_string(&mut text);
        read.map_err(|error| self.bad(format!("{name} cannot be read: {error}")))?;
        Ok(text)
    }

    fn manifest(&self, entries: &mut Members<'_>) -> Result<ArchiveManifest, LibraryError> {
        let text = self.small(entries, MANIFEST)?;
        let manifest: ArchiveManifest =
            serde_json::from_str(&text).map_err(|error| self.bad(format!("its manifest cannot be read: {error}")))?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(self.bad(format!("it is {:?} version {}", manifest.format, manifest.version)));
        }
        if json(&manifest) != text {
            return Err(self.bad("its manifest is not written as this version writes it"));
        }
        Ok(manifest)
    }

    /// A database with the tables of that version, and nothing in them.
    fn empty(&self, path: &Path, which: &Which, version: u32) -> Result<Connection, LibraryError> {
        let database = |error| LibraryError::Database { path: path.to_owned(), error };
        let mut connection = Connection::open(path).map_err(database)?;
        // Nobody sees it before it is whole, and then it is brought to disk.
        let fast = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -64000;";
        connection.execute_batch(fast).map_err(database)?;
        migrations(which).to_version(&mut connection, version as usize).map_err(|error| self.version(path, error))?;
        Ok(connection)
    }

    fn table(
        &self,
        entries: &mut Members<'_>,
        connection: &Connection,
        path: &Path,
        table: &Table,
        member: &ArchiveMember,
    ) -> Result<(), LibraryError> {
        let database = |error| LibraryError::Database { path: path.to_owned(), error };
        let entry = self.next(entries, &member.name)?;
        if entry.size() != member.bytes {
            return Err(self.bad(format!("{} is {} bytes long, not {}", member.name, entry.size(), member.bytes)));
        }
        let clear = format!("DELETE FROM {}", super::quoted(std::slice::from_ref(&table.name)));
        if table.name == SEQUENCE {
            // Rows that were put in have made some.
            connection.execute(&clear, []).map_err(database)?;
        }
        let mut insert = connection.prepare(&table.insert()).map_err(database)?;
        let mut lines = BufReader::with_capacity(1 << 18, Hashed { from: entry, hash: Sha256::new() });
        let (mut line, mut rows) = (Vec::new(), 0);
        loop {
            line.clear();
            let read = lines.read_until(b'\n', &mut line);
            if read.map_err(|error| self.bad(format!("{} cannot be read: {error}", member.name)))? == 0 {
                break;
            }
            rows += 1;
            let place = || format!("line {rows} of {}", member.name);
            let values = row(table, &line).ok_or_else(|| self.bad(format!("{} is not a row of it", place())))?;
            // A row that the table does not take is not one that was in it.
            insert.execute(params_from_iter(values)).map_err(|error| self.bad(format!("{}: {error}", place())))?;
        }
        let found: String = lines.into_inner().hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        if found != member.sha256 || rows != member.rows {
            return Err(self.bad(format!("{} is not what was written: its SHA-256 differs", member.name)));
        }
        Ok(())
    }

    fn sealed(&self, entries: &mut Members<'_>, manifest: &ArchiveManifest) -> Result<(), LibraryError> {
        let seal = self.small(entries, SEAL)?;
        if seal != format!("{}\n", sha256(json(manifest).as_bytes())) {
            return Err(self.bad("its manifest is not what was written: its SHA-256 differs"));
        }
        match entries.next() {
            None => Ok(()),
            Some(_) => Err(self.bad("something stands behind its end")),
        }
    }
}

/// The values of a line, in the order of the table's columns; nothing where it has others, or fewer.
fn row(table: &Table, line: &[u8]) -> Option<Vec<Sql>> {
    let Value::Object(mut fields) = serde_json::from_slice(line).ok()? else { return None };
    let mut values = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        values.push(match fields.remove(column)? {
            Value::Null => Sql::Null,
            Value::Number(n) => Sql::Integer(n.as_i64()?),
            Value::String(text) => Sql::Text(text),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        });
    }
    fields.is_empty().then_some(values)
}

/// What is read, hashed on the way.
struct Hashed<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}
