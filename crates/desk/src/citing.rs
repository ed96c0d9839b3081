//! What rests on a source, as somebody may see it, and what a digest rests on.

use crate::{Desk, DeskError, Seat};
use board::{Action, Own};
use evidence::{Source, SourceId, Standing};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An article that cites a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citing {
    /// Its slug, which leads to it.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Whether it quotes the source; else it refers to the work only.
    pub quotes: bool,
    /// When the version that is read there was kept, seconds since 1970.
    pub kept_at: i64,
}

/// What is known of a work that a digest refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkHeld {
    /// The source that holds its own text, where there is one.
    pub source: Option<SourceId>,
    /// Whether it stands.
    pub standing: Standing,
}

impl Seat<'_> {
    /// Articles that cite a source, as this actor would read them: one whose version they see no longer cites it is not among
    /// them. Those kept last first, at most so many. Cost: one look-up, and a version read for each article that ever cited it.
    pub fn citing(&self, source: &Source, limit: usize) -> Result<Vec<Citing>, DeskError> {
        self.allow(Action::Read, Own::Nobodys)?;
        let articles = &self.desk.articles;
        let quoting: BTreeSet<String> = articles.citing(&source.id)?.into_iter().map(|(hash, _)| hash).collect();
        let mut all = articles.citing_identifiers(&source.ids)?;
        all.extend(quoting.iter().cloned());
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for hash in &all {
            for identity in articles.identities(hash, self.actor.person())? {
                if identity.erased.is_some() || !seen.insert(identity.id) || !self.listed(&identity) {
                    continue;
                }
                let Ok((_, kept)) = self.readable(&identity.slug, None) else { continue };
                if all.contains(&kept.hash) {
                    found.push(Citing {
                        quotes: quoting.contains(&kept.hash),
                        slug: identity.slug,
                        title: kept.body.title,
                        kept_at: kept.kept_at,
                    });
                }
            }
        }
        found.sort_by(|a, b| b.kept_at.cmp(&a.kept_at).then_with(|| a.slug.cmp(&b.slug)));
        found.truncate(limit);
        Ok(found)
    }
}

impl Desk {
    /// What is known of each work that a source refers to, by the reference's id. Cost: two look-ups for each.
    pub fn works_of(&self, source: &Source) -> Result<BTreeMap<String, WorkHeld>, DeskError> {
        let mut works = BTreeMap::new();
        for work in &source.references {
            let held = self.library.holding(&work.ids)?.map(|h| h.source.id);
            let standing = Standing::after(&self.library.notices(&work.ids)?);
            works.insert(work.id.clone(), WorkHeld { source: held.filter(|id| *id != source.id), standing });
        }
        Ok(works)
    }
}
