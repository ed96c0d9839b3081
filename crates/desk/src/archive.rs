//! Everything at once: a backup or an archive, and the way back.

use crate::{DeskError, Seat};
use board::{Action, Actor, Openness, Own, may};
use library::{ArchiveManifest, BackupManifest, Told};
use std::path::Path;

impl Seat<'_> {
    /// Copies everything into a folder, while others go on reading and writing.
    pub fn backup(&self, folder: &Path, told: Told<'_>) -> Result<BackupManifest, DeskError> {
        self.allow(Action::Export, Own::Nobodys)?;
        Ok(library::backup(&self.desk.folder, folder, &self.actor.label(), told)?)
    }

    /// Writes an archive that other programs can read to a file that must not be there, while others go on.
    pub fn export(&self, file: &Path, told: Told<'_>) -> Result<ArchiveManifest, DeskError> {
        self.allow(Action::Export, Own::Nobodys)?;
        Ok(library::export(&self.desk.folder, file, &self.actor.label(), told)?)
    }
}

/// Makes a new data folder of an archive, or nothing. The index is built by [`Desk::open`](crate::Desk::open).
pub fn import(actor: &Actor, file: &Path, data: &Path, told: Told<'_>) -> Result<ArchiveManifest, DeskError> {
    may(actor, Action::Import, Own::Nobodys, Openness::default())?;
    Ok(library::import(file, data, told)?)
}

/// Makes a new data folder of a backup, or nothing. There is no desk yet at which somebody could sit.
pub fn restore(actor: &Actor, folder: &Path, data: &Path, told: Told<'_>) -> Result<BackupManifest, DeskError> {
    may(actor, Action::Import, Own::Nobodys, Openness::default())?;
    Ok(library::restore(folder, data, &actor.label(), told)?)
}
