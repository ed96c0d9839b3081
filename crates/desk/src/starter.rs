//! The starter digests that ship with the binary, loaded on first use.

use crate::add::follow;
use crate::open::PATIENCE;
use crate::tally::document;
use crate::{Desk, DeskError};
use library::{Document, LibraryError, WriterLock};
use reading::{Context, Format, Origin, Unit};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The collection they are in.
pub const STARTER_COLLECTION: &str = "starter";

macro_rules! digests {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("../../../starter/", $name, ".md")))),+] };
}

const DIGESTS: &[(&str, &str)] = digests![
    "alcohol-associated-hepatitis",
    "bone-metastases",
    "chemotherapy-diarrhea",
    "chemotherapy-nausea",
    "chemotherapy-neuropathy",
    "colon-cancer-adjuvant",
    "colorectal-surveillance",
    "community-acquired-pneumonia",
    "hypertension-ckd",
    "hypertension-pregnancy",
    "lgi1-encephalitis",
    "lung-adenocarcinoma-bevacizumab",
    "magnesium-disorders",
    "metastatic-colorectal-cancer-after-oxaliplatin",
    "multiple-myeloma",
    "periampullary-pancreatic-adjuvant",
    "pulmonary-embolism",
    "rectal-cancer-neoadjuvant",
];

impl Desk {
    /// Loads the digests of this version once. A digest that was removed by hand stays away until a version
    /// brings another edition.
    pub(crate) fn load_starter(&mut self) -> Result<(), DeskError> {
        let edition = edition();
        if self.starter_edition()?.as_deref() == Some(edition.as_str()) {
            return Ok(());
        }
        let Some(lock) = self.lock_for_starter()? else { return Ok(()) };
        if self.starter_edition()?.as_deref() == Some(edition.as_str()) {
            return Ok(()); // another process did it while this one waited
        }
        let mut sources = Vec::new();
        for (name, text) in DIGESTS {
            sources.push(read(name, text)?);
        }
        self.agree_locked(&lock)?;
        let mut index = self.index.batch()?;
        let mut batch = self.library.batch()?;
        for digest in &sources {
            let kept = batch.put(digest)?;
            follow(&mut index, &batch, &kept.changed)?;
        }
        batch.set_state("starter", &edition)?;
        index.commit(|| {
            let snapshot = batch.commit()?;
            Ok::<_, DeskError>((crate::open::mark(&snapshot), ()))
        })?;
        drop(lock);
        Ok(())
    }

    /// The lock, or none when another process holds it and there are starter digests already: a reader does not
    /// wait for a long `add` to get a newer edition. On a new data folder it waits for whoever fills it.
    fn lock_for_starter(&self) -> Result<Option<WriterLock>, DeskError> {
        let started = Instant::now();
        loop {
            match self.lock() {
                Ok(lock) => return Ok(Some(lock)),
                Err(DeskError::Library(LibraryError::Busy { .. })) if self.starter_edition()?.is_some() => {
                    return Ok(None);
                }
                Err(DeskError::Library(LibraryError::Busy { .. })) if started.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn starter_edition(&self) -> Result<Option<String>, DeskError> {
        Ok(self.library.state("starter")?)
    }
}

fn edition() -> String {
    library::fingerprint(DIGESTS.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]))
}

fn read(name: &str, text: &str) -> Result<Document, DeskError> {
    let origin = Origin { path: PathBuf::from(format!("{name}.md")), member: None, line: None };
    let unit = Unit { origin, format: Format::Digest, bytes: text.as_bytes().to_vec() };
    let bytes = library::fingerprint([unit.bytes.as_slice()]);
    let reading = reading::read(&unit, &Context::of(STARTER_COLLECTION));
    match reading.source {
        Some(source) => Ok(document(source, unit.format, STARTER_COLLECTION, &unit.origin, bytes)),
        None => Err(DeskError::Starter {
            name: name.to_owned(),
            reason: reading.problems.first().map(|p| p.message.clone()).unwrap_or_default(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digest_of_the_folder_ships() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../starter");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        assert_eq!(files, DIGESTS.iter().map(|d| d.0).collect::<Vec<_>>());
    }
}
