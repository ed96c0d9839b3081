//! The board as everyone sees it: its members, and the articles that they stand behind.

use crate::{ApprovalShown, DeskError, Seat, of_a_patient};
use board::{Action, Own, PersonId, Role};
use library::{KeptArticle, Reviewed};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A member of the board: somebody with the role of reviewer whose account is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberShown {
    /// Their number.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their credentials.
    pub credentials: String,
    /// What they practise.
    pub specialties: Vec<String>,
    /// Conflicts of interest that they state for all they do; empty: they state none.
    pub conflicts: String,
    /// Articles that stand approved with their signature.
    pub articles: usize,
}

/// An article that people stand behind and that everyone who may read sees.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovedArticle {
    /// The version.
    pub article: KeptArticle,
    /// Who approved it.
    pub approvals: Vec<ApprovalShown>,
    /// When the last of them did, seconds since 1970.
    pub at: i64,
    /// Whether it is of no one patient: what search engines may list.
    pub general: bool,
}

impl Seat<'_> {
    /// The members of the board, by name.
    pub fn members(&self) -> Result<Vec<MemberShown>, DeskError> {
        self.allow(Action::Read, Own::Nobodys)?;
        let mut signed: BTreeMap<PersonId, BTreeSet<i64>> = BTreeMap::new();
        for (article, reviewed) in self.standing_behind()? {
            for approval in reviewed.stage.known().approvals() {
                signed.entry(approval.by).or_default().insert(article);
            }
        }
        let people = self.desk.articles.people()?.into_iter();
        let members = people.filter(|p| p.disabled_at.is_none() && p.roles.contains(&Role::Reviewer));
        Ok(members
            .map(|p| MemberShown {
                articles: signed.get(&p.id).map_or(0, BTreeSet::len),
                id: p.id,
                name: p.name,
                credentials: p.credentials,
                specialties: p.specialties,
                conflicts: p.conflicts,
            })
            .collect())
    }

    /// Articles that are approved and published, those approved last first. Cost: a review read for each.
    pub fn approved(&self, limit: usize) -> Result<Vec<ApprovedArticle>, DeskError> {
        self.allow(Action::Read, Own::Nobodys)?;
        let mut all = Vec::new();
        for queued in self.desk.articles.queue(true)?.into_iter().filter(|q| q.published) {
            let Some(reviewed) = self.desk.articles.review(&queued.version)? else { continue };
            let Some(review) = reviewed.stage.approved() else { continue };
            let Some(article) = self.desk.articles.article(&queued.hash)? else { continue };
            let approvals: Vec<ApprovalShown> = review
                .known()
                .approvals()
                .map(|a| ApprovalShown {
                    id: a.by,
                    name: a.signature.name.clone(),
                    credentials: a.signature.credentials.clone(),
                    at: a.at,
                })
                .collect();
            let at = approvals.iter().map(|a| a.at).max().unwrap_or_default();
            let general = of_a_patient(&article.body.case).is_empty();
            all.push(ApprovedArticle { article, approvals, at, general });
        }
        all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.article.slug.cmp(&b.article.slug)));
        all.truncate(limit);
        Ok(all)
    }

    /// The number of each article of which a version is approved now, with that version's review.
    fn standing_behind(&self) -> Result<Vec<(i64, Reviewed)>, DeskError> {
        let mut found = Vec::new();
        for queued in self.desk.articles.queue(true)? {
            let reviewed = self.desk.articles.review(&queued.version)?;
            found.extend(reviewed.filter(|r| r.stage.approved().is_some()).map(|r| (queued.version.article, r)));
        }
        Ok(found)
    }
}
