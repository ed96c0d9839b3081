//! A copy of both databases as they stand at one moment each, made while others read and write, and its way back.
//!
//! The articles are copied before the sources, so that what an article quotes is there unless it was removed. The manifest is
//! written last: a folder without one is no backup. The index is not copied; it is built anew.

use crate::audit::{Deed, append};
use crate::schema::{Which, open};
use crate::staging::{Staging, disk, sync};
use crate::verify::{Fault, verify};
use crate::{Articles, Library, LibraryError, Snapshot};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Told how much of how much is done, in bytes.
pub type Told<'a> = &'a mut dyn FnMut(u64, u64);

/// The files of a backup, in the order in which they are made.
const FILES: [&str; 2] = ["articles.sqlite", "sources.sqlite"];
/// Goes with them where it is there.
const CONFIGURATION: &str = "curbside.toml";
const MANIFEST: &str = "manifest.json";
/// Written first and removed last: what lies beside it may be cleared away.
const UNFINISHED: &str = "backup.unfinished";
const FORMAT: &str = "curbside-backup";
const VERSION: u32 = 1;
/// Pages copied between two looks at the progress.
const PAGES: i32 = 2048;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupManifest {
    /// `curbside-backup`.
    pub format: String,
    /// Of the format.
    pub version: u32,
    /// The version of Curbside that made it.
    pub curbside: String,
    /// When, seconds since 1970.
    pub at: i64,
    /// The snapshot of the sources in it.
    pub snapshot: String,
    /// The last entry of the audit trail in it: a head to verify with.
    pub audit_head: String,
    /// Its files.
    pub files: BTreeMap<String, BackupFile>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFile {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Writes a backup into a folder that is new, empty, or holds one that was not finished. `data` is the data folder.
pub fn backup(data: &Path, folder: &Path, actor: &str, told: Told<'_>) -> Result<BackupManifest, LibraryError> {
    clear(folder)?;
    fs::create_dir_all(folder).map_err(disk(folder))?;
    let marker = folder.join(UNFINISHED);
    File::create(&marker).map_err(disk(&marker))?;
    sync(folder)?;
    let total: u64 = FILES.iter().map(|name| fs::metadata(data.join(name)).map_or(0, |m| m.len())).sum();
    let mut done = 0;
    let mut files = BTreeMap::new();
    for name in FILES {
        let to = folder.join(name);
        copy(&data.join(name), &to, &mut |bytes| told(done + bytes, total.max(done + bytes)))?;
        sync(&to)?;
        done += fs::metadata(&to).map_err(disk(&to))?.len();
        files.insert(name.to_owned(), file(&to)?);
        steps::reach("backup-copied");
    }
    let configuration = data.join(CONFIGURATION);
    if configuration.exists() {
        let to = folder.join(CONFIGURATION);
        fs::copy(&configuration, &to).map_err(disk(&configuration))?;
        sync(&to)?;
        files.insert(CONFIGURATION.to_owned(), file(&to)?);
    }
    let (audit_head, snapshot, at) = says_of_itself(folder)?;
    let manifest = BackupManifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        curbside: env!("CARGO_PKG_VERSION").to_owned(),
        at,
        snapshot,
        audit_head,
        files,
    };
    let json = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    let unfinished = folder.join(format!("{MANIFEST}.unfinished"));
    let written = File::create(&unfinished).and_then(|mut f| f.write_all(json.as_bytes()).and_then(|()| f.sync_all()));
    written.map_err(disk(&unfinished))?;
    steps::reach("backup-written");
    fs::rename(&unfinished, folder.join(MANIFEST)).map_err(disk(folder))?;
    fs::remove_file(&marker).map_err(disk(&marker))?;
    sync(folder)?;
    let deed = Deed {
        actor: actor.to_owned(),
        action: "backup",
        subject: "everything".to_owned(),
        detail: serde_json::json!({ "manifest_sha256": sha256(json.as_bytes()) }),
    };
    Articles::open(data)?.record(deed)?;
    Ok(manifest)
}

/// Removes what a backup left that was not finished; one that was is not touched.
fn clear(folder: &Path) -> Result<(), LibraryError> {
    let not_empty = || LibraryError::NotEmpty { folder: folder.to_owned() };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(disk(folder)(error)),
    };
    let paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    // Without it files of these names are somebody's own, as a copy made by hand.
    if !paths.is_empty() && !folder.join(UNFINISHED).exists() {
        return Err(not_empty());
    }
    let ours = |path: &PathBuf| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        name == CONFIGURATION
            || name == UNFINISHED
            || name == format!("{MANIFEST}.unfinished")
            || FILES.iter().any(|f| name == *f || name == format!("{f}-journal"))
    };
    if !paths.iter().all(ours) {
        return Err(not_empty());
    }
    // The marker goes last, so that killed here it is still known for what it is.
    let marked = |path: &&PathBuf| path.ends_with(UNFINISHED);
    let (last, first): (Vec<_>, Vec<_>) = paths.iter().partition(marked);
    first.into_iter().chain(last).try_for_each(|path| fs::remove_file(path).map_err(disk(path)))
}

/// Copies a database as it stands when this begins, whatever is written meanwhile.
fn copy(from: &Path, to: &Path, told: &mut dyn FnMut(u64)) -> Result<(), LibraryError> {
    let database = |error| LibraryError::Database { path: from.to_owned(), error };
    let there = |error| LibraryError::Database { path: to.to_owned(), error };
    let source = Connection::open(from).map_err(database)?;
    source.busy_timeout(Duration::from_secs(10)).map_err(database)?;
    let page: i64 = source.query_row("PRAGMA page_size", [], |r| r.get(0)).map_err(database)?;
    // Within one transaction of reading the copy does not begin anew when somebody writes.
    source.execute_batch("BEGIN").map_err(database)?;
    source.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0)).map_err(database)?;
    let mut target = Connection::open(to).map_err(there)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(database)?;
        loop {
            let step = backup.step(PAGES).map_err(database)?;
            let progress = backup.progress();
            told(u64::from((progress.pagecount - progress.remaining).unsigned_abs()) * page.unsigned_abs());
            match step {
                StepResult::Done => break,
                // Only the copy itself is written to, and nobody else has it.
                _ => steps::reach("backup-copying"),
            }
        }
    }
    source.execute_batch("COMMIT").map_err(database)?;
    // One file, without a log beside it.
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(there)?;
    let well: String = target.query_row("PRAGMA quick_check(1)", [], |r| r.get(0)).map_err(there)?;
    if well == "ok" { Ok(()) } else { Err(LibraryError::Damaged { what: format!("{}: {well}", from.display()) }) }
}

/// Head of the trail, snapshot and time, out of the copies.
fn says_of_itself(folder: &Path) -> Result<(String, String, i64), LibraryError> {
    let ask = |name: &str, sql: &str| {
        let path = folder.join(name);
        let database = |error| LibraryError::Database { path: path.clone(), error };
        let connection = Connection::open(&path).map_err(database)?;
        connection.query_row(sql, [], |r| Ok((r.get::<_, Option<String>>(0)?, r.get::<_, i64>(1)?))).map_err(database)
    };
    let (head, at) = ask(FILES[0], "SELECT (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), unixepoch()")?;
    let (snapshot, _) = ask(FILES[1], "SELECT (SELECT value FROM state WHERE key = 'snapshot'), 0")?;
    let snapshot = snapshot.and_then(|json| serde_json::from_str::<Snapshot>(&json).ok()).map(|s| s.id);
    Ok((head.unwrap_or_else(|| crate::GENESIS.to_owned()), snapshot.unwrap_or_default(), at))
}

/// The manifest of a backup whose files are whole.
pub fn verify_backup(folder: &Path, told: Told<'_>) -> Result<BackupManifest, LibraryError> {
    let bad = |why: String| LibraryError::BadArchive { path: folder.to_owned(), why };
    let path = folder.join(MANIFEST);
    let json = fs::read_to_string(&path).map_err(|error| {
        bad(format!("its {MANIFEST} cannot be read ({error}): it was not finished, or is no backup"))
    })?;
    let manifest: BackupManifest =
        serde_json::from_str(&json).map_err(|error| bad(format!("its {MANIFEST} cannot be read: {error}")))?;
    if manifest.format != FORMAT || manifest.version != VERSION {
        return Err(bad(format!("it is {:?} version {}", manifest.format, manifest.version)));
    }
    let named = manifest.files.keys().map(String::as_str);
    if named.clone().any(|name| name != CONFIGURATION && !FILES.contains(&name)) || named.count() < FILES.len() {
        return Err(bad("it names other files than a backup has".to_owned()));
    }
    let total = manifest.files.values().map(|f| f.bytes).sum();
    let mut done = 0;
    for (name, said) in &manifest.files {
        let path = folder.join(name);
        let found = file(&path).map_err(|error| bad(error.to_string()))?;
        if found != *said {
            return Err(bad(format!("{name} is not the file that was written: its SHA-256 or length differ")));
        }
        done += said.bytes;
        told(done, total);
    }
    Ok(manifest)
}

/// Makes a data folder of a backup: whole, after each file was held against its hash and the audit trail against what it
/// tells of, or not at all. `data` must not be there, or be empty.
pub fn restore(folder: &Path, data: &Path, actor: &str, told: Told<'_>) -> Result<BackupManifest, LibraryError> {
    let manifest = verify_backup(folder, told)?;
    let staging = Staging::begin(data)?;
    for (name, said) in &manifest.files {
        let to = staging.folder().join(name);
        fs::copy(folder.join(name), &to).map_err(disk(&to))?;
        // What was read again is held against its hash again.
        if file(&to)? != *said {
            return Err(LibraryError::BadArchive { path: folder.to_owned(), why: format!("{name} changed meanwhile") });
        }
        steps::reach("restore-copied");
    }
    let deed = Deed {
        actor: actor.to_owned(),
        action: "restore",
        subject: "everything".to_owned(),
        detail: serde_json::json!({ "made_at": manifest.at, "head": manifest.audit_head }),
    };
    let head = Some(manifest.audit_head.as_str()).filter(|h| *h != crate::GENESIS);
    if let Some(fault) = settle(staging.folder(), head, deed)? {
        let why = format!("what it holds was changed before it was made: {}: {}", fault.place, fault.wrong);
        return Err(LibraryError::BadArchive { path: folder.to_owned(), why });
    }
    staging.finish()?;
    Ok(manifest)
}

/// Brings the databases of a folder that nobody else has open up to this version, looks whether they are whole, and writes the deed
/// in the trail. Without the thread that writes: nothing is open any more when it returns.
pub(crate) fn settle(folder: &Path, head: Option<&str>, deed: Deed) -> Result<Option<Fault>, LibraryError> {
    drop(Library::open(folder)?);
    let path = folder.join(FILES[0]);
    let connection = open(&path, &Which::Articles)?;
    let database = |error| LibraryError::Database { path: path.clone(), error };
    let fault = verify(&connection, head).map_err(database)?.fault;
    if fault.is_none() {
        append(&connection, deed).map_err(database)?;
    }
    connection.close().map_err(|(_, error)| database(error))?;
    Ok(fault)
}

fn file(path: &Path) -> Result<BackupFile, LibraryError> {
    let mut file = File::open(path).map_err(disk(path))?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut buffer).map_err(disk(path))?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok(BackupFile { bytes, sha256: hash.finalize().iter().map(|b| format!("{b:02x}")).collect() })
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    fn deed(n: u64) -> Deed {
        Deed {
            actor: "operator".to_owned(),
            action: "test",
            subject: format!("thing {n}"),
            // Long enough that a copy takes several steps.
            detail: serde_json::json!({ "text": "x".repeat(4000) }),
        }
    }

    /// A writer that never pauses; what is copied is one moment of it, whole, and later than what was there before.
    #[test]
    fn a_backup_while_somebody_writes_is_one_moment_and_comes_back_whole() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Library::open(&data).unwrap();
        let articles = Articles::open(&data).unwrap();
        articles.change(|c| (0..4000).try_for_each(|n| append(c, deed(n)).map(drop))).unwrap();
        let (stop, written) = (AtomicBool::new(false), AtomicU64::new(0));
        let mut told = 0;
        let backups = std::thread::scope(|scope| {
            for _ in 0..2 {
                let writer = articles.another().unwrap();
                let (stop, written) = (&stop, &written);
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        writer.record(deed(written.fetch_add(1, Ordering::Relaxed))).unwrap();
                    }
                });
            }
            let backups = [1, 2, 3].map(|n| {
                let to = folder.path().join(format!("backup{n}"));
                let before = articles.audit_head().unwrap();
                let manifest = backup(&data, &to, "operator", &mut |_, _| told += 1).unwrap();
                (to, before, manifest)
            });
            stop.store(true, Ordering::Relaxed);
            backups
        });
        assert!(written.load(Ordering::Relaxed) > 10, "nobody wrote meanwhile");
        assert!(told > 9, "{told}");
        for (n, (from, before, manifest)) in backups.iter().enumerate() {
            let to = folder.path().join(format!("restored{n}"));
            assert_eq!(restore(from, &to, "operator", &mut |_, _| ()).unwrap(), *manifest);
            let restored = Articles::open(&to).unwrap();
            for head in [before, &manifest.audit_head] {
                assert_eq!(restored.verify(Some(head)).unwrap().fault, None);
            }
        }
        // Nothing was lost of what was written meanwhile, and the backups are in the trail.
        let seen = articles.verify(Some(&backups[2].2.audit_head)).unwrap();
        assert_eq!((seen.fault, seen.entries), (None, 4000 + written.load(Ordering::Relaxed) + 3));
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (data, to) = (folder.path().join("data"), folder.path().join("backup"));
        Library::open(&data).unwrap();
        drop(Articles::open(&data).unwrap());
        backup(&data, &to, "operator", &mut |_, _| ()).unwrap();
        let again = backup(&data, &to, "operator", &mut |_, _| ());
        assert!(matches!(again, Err(LibraryError::NotEmpty { .. })));
        let over = restore(&to, &data, "operator", &mut |_, _| ());
        assert!(matches!(over, Err(LibraryError::NotEmpty { .. })));
        let foreign = folder.path().join("foreign");
        fs::create_dir(&foreign).unwrap();
        fs::write(foreign.join("letter.txt"), "mine").unwrap();
        assert!(matches!(backup(&data, &foreign, "operator", &mut |_, _| ()), Err(LibraryError::NotEmpty { .. })));
        assert_eq!(fs::read_to_string(foreign.join("letter.txt")).unwrap(), "mine");
        // Nor a copy that somebody made by hand, though its files have the names of ours.
        let copied = folder.path().join("copied");
        fs::create_dir(&copied).unwrap();
        for name in FILES {
            fs::copy(data.join(name), copied.join(name)).unwrap();
        }
        assert!(matches!(backup(&data, &copied, "operator", &mut |_, _| ()), Err(LibraryError::NotEmpty { .. })));
        assert!(FILES.iter().all(|name| copied.join(name).exists()));
    }
}
