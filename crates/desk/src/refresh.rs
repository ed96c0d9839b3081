//! Bringing the articles of the board up to the library: which of them must be looked at again, and putting those back
//! before the board with the reasons and the difference.
//!
//! Owns the walk over them. What a reason is stands in [`living`](crate::living), what reopening means in `board`.

use crate::living::{Looked, Reason};
use crate::{Desk, DeskError, Seat};
use answering::Difference;
use board::{Action, Own, ReReview};
use evidence::{PartialDate, Standing};
use library::{Queued, VersionKey};
use serde::Serialize;
use std::collections::BTreeSet;

/// How far a refresh goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshOptions {
    /// Compose each article anew and compare; else only what it cites is looked at.
    pub compose: bool,
    /// The day it is, for digests whose time is over.
    pub today: Option<PartialDate>,
}

/// An article that must be looked at again.
#[derive(Debug, Clone, Serialize)]
pub struct Refreshed {
    /// Which version.
    #[serde(flatten)]
    pub version: VersionKey,
    /// Its hash.
    pub hash: String,
    /// The article's slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Why.
    pub reasons: Vec<Reason>,
    /// How what is composed now differs, where it was composed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// Whether it was put back before the board by this; else its review knew of all that before.
    pub reopened: bool,
}

/// What a refresh found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RefreshReport {
    /// Versions looked at.
    pub looked: u64,
    /// Versions composed anew that differ only below the bottom line and in no warning: they stay as they are.
    pub differing: u64,
    /// Versions that must be looked at again.
    pub found: Vec<Refreshed>,
}

impl RefreshReport {
    /// How many were put back before the board.
    pub fn reopened(&self) -> usize {
        self.found.iter().filter(|f| f.reopened).count()
    }
}

impl Seat<'_> {
    /// Looks at every version that is before the board or approved, and puts back before it, with reasons, what must be looked
    /// at again. `progress` hears how many of how many are done.
    pub fn refresh(
        &mut self,
        options: RefreshOptions,
        progress: impl FnMut(u64, u64),
    ) -> Result<RefreshReport, DeskError> {
        self.allow(Action::Refresh, Own::Nobodys)?;
        let versions = self.desk.articles.queue(true)?;
        self.desk.refresh_versions(&versions, options, progress)
    }
}

impl Desk {
    /// Puts back before the board what rests on something that no longer stands as it did: after each change of sources.
    /// Cost: two small reads for each source and work that an article of the board cites, and the reading of those that it hits.
    pub(crate) fn reopen_fallen(&mut self) -> Result<Vec<Refreshed>, DeskError> {
        let cites = self.articles.board_cites()?;
        let mut sources = BTreeSet::new();
        for (source, bytes) in cites.sources {
            if sources.contains(&source) {
                continue;
            }
            let held = match source.parse().ok().map(|id| self.library.named(&id)).transpose()?.flatten() {
                Some(id) => self.library.stands(&id)?,
                None => None,
            };
            if held != Some((bytes, Standing::Current)) {
                sources.insert(source);
            }
        }
        let mut works = Vec::new();
        for (scheme, value) in cites.works {
            if self.library.is_spoken_of(&scheme, &value)? {
                works.push((scheme, value));
            }
        }
        let sources: Vec<String> = sources.into_iter().collect();
        let versions = self.articles.board_citing(&sources, &works)?;
        let options = RefreshOptions { compose: false, today: None };
        Ok(self.refresh_versions(&versions, options, |_, _| {})?.found)
    }

    fn refresh_versions(
        &mut self,
        versions: &[Queued],
        options: RefreshOptions,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<RefreshReport, DeskError> {
        let policy = self.articles.policy()?.re_review;
        let mut looked = Looked::default();
        let mut report = RefreshReport::default();
        for version in versions {
            progress(report.looked, versions.len() as u64);
            report.looked += 1;
            // Erased meanwhile, or by its own hand.
            let Some(kept) = self.articles.article(&version.hash)? else { continue };
            let mut reasons = self.reasons_looked(&kept.body, options.today, &mut looked)?;
            let mut difference = None;
            if options.compose {
                let anew = self.anew(&kept.body)?;
                reasons.extend(anew.reason);
                difference = Some(anew.difference).filter(|d| !d.is_empty());
            }
            reasons.retain(|reason| counts(reason, &policy));
            if reasons.is_empty() {
                report.differing += u64::from(difference.is_some());
                continue;
            }
            let told = reasons.iter().map(Reason::for_the_board).collect();
            // Plain data: writing it to memory cannot fail.
            let json = difference.as_ref().and_then(|d| serde_json::to_string(d).ok());
            let reopened = self.articles.reopen(&version.version, told, json)?;
            steps::reach("article-reopened");
            report.found.push(Refreshed {
                version: version.version.clone(),
                hash: version.hash.clone(),
                slug: version.slug.clone(),
                title: version.title.clone(),
                reasons,
                difference,
                reopened,
            });
        }
        progress(report.looked, versions.len() as u64);
        Ok(report)
    }
}

/// Whether the policy sends an article back for this.
fn counts(reason: &Reason, policy: &ReReview) -> bool {
    match reason {
        Reason::ReviewBy { .. } => policy.past_review_by,
        Reason::Evidence | Reason::Composer { .. } => policy.bottom_line,
        Reason::Standing { .. } | Reason::Replaced { .. } | Reason::Removed { .. } => true,
    }
}
