//! A version and its review as people see them: each statement beside the sentences that it cites, what the checker found, and
//! what was said of it; for readers, what the board's word on it is.

use super::{Named, Version, of_a_patient};
use crate::{DeskError, Seat};
use answering::{Basis, Difference, Line, Support, difference};
use board::{Action, Ended, Event, Known, Mark, PersonId, Record, Role, Stage, StatementKey};
use library::{Articles, Reviewed, VersionKey, statement_keys};
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A person as others read them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PersonShown {
    /// Their number.
    pub id: PersonId,
    /// Their name.
    pub name: String,
}

/// A sentence that a statement cites.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceShown {
    /// The source.
    pub source: String,
    /// Its title.
    pub title: String,
    /// Headings above.
    pub heading: Vec<String>,
    /// What stands before it.
    pub before: String,
    /// The sentence.
    pub quote: String,
    /// What stands after it.
    pub after: String,
    /// Whether it is the source's own sentence or a digest's word for it.
    pub basis: Basis,
}

/// What a reviewer said of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MarkShown {
    /// Who.
    pub by: PersonShown,
    /// How.
    pub mark: Mark,
    /// Why.
    pub words: Option<String>,
    /// When, seconds since 1970.
    pub at: i64,
    /// Whether it counts now: a comment never does, nor what was said before the version was reopened or what the same person
    /// has ruled otherwise since.
    pub counts: bool,
}

/// A wording that was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposalShown {
    /// Its place in the history: what a decision on it names.
    pub n: u32,
    /// Who.
    pub by: PersonShown,
    /// The words.
    pub wording: String,
    /// Whether the checker found that the cited sentences support it.
    pub supported: bool,
    /// What the checker said.
    pub checked: String,
    /// Whether it is taken; nothing where nobody decided yet.
    pub accepted: Option<bool>,
}

/// A statement with all that a reviewer needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementShown {
    /// Its place, from 1.
    pub place: u32,
    /// Its name, which binds its words.
    pub key: StatementKey,
    /// Where it stands: the title of a section, `Bottom line`, `Does not apply`.
    pub section: String,
    /// Its words.
    pub text: String,
    /// What it hangs on, and not if.
    pub conditions: Vec<String>,
    /// What the checker found.
    pub support: Support,
    /// The sentences that it cites.
    pub sources: Vec<SourceShown>,
    /// What reviewers said, in order.
    pub marks: Vec<MarkShown>,
    /// Wordings that were proposed for it.
    pub proposals: Vec<ProposalShown>,
}

/// A person's approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalShown {
    /// Who.
    pub id: PersonId,
    /// The name they signed with.
    pub name: String,
    /// Their credentials then.
    pub credentials: String,
    /// When, seconds since 1970.
    pub at: i64,
}

/// The same article in the wording for another reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherWording {
    /// Whose.
    pub reader: String,
    /// Which version.
    pub number: u32,
    /// Its hash.
    pub hash: String,
    /// Where its review is, if it was ever before the board.
    pub stage: Option<&'static str>,
}

/// What the board's word on a version is, for its readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewStanding {
    /// `submitted`, `under-review`, `approved`, `changes-requested`, `retired`; nothing where it never was before the board.
    pub stage: Option<&'static str>,
    /// Since when, seconds since 1970.
    pub since: Option<i64>,
    /// Whether people approved it: true of that stage alone.
    pub approved: bool,
    /// Who approved it; nobody unless it is approved.
    pub approvals: Vec<ApprovalShown>,
    /// It was approved, and then something happened: the text stays, under a red notice.
    pub was_approved: bool,
    /// Why it was reopened, in words.
    pub reasons: Vec<String>,
    /// The version that took its place.
    pub superseded_by: Option<String>,
    /// Whether an editor let everyone see it.
    pub published: bool,
    /// Whether another reader's wording of this article was approved, and this one never was before the board.
    pub only_others_reviewed: bool,
    /// The sentence that stands at its head.
    pub banner: String,
}

/// A version and its review, for those who take part in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewShown {
    /// The version.
    #[serde(flatten)]
    pub version: VersionKey,
    /// Its hash.
    pub hash: String,
    /// The article's slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The question, patient identifiers removed.
    pub question: String,
    /// What of the question only one patient has; empty where the article is general.
    pub of_a_patient: Vec<String>,
    /// What readers are told.
    pub standing: ReviewStanding,
    /// How many changes the review has seen: what [`Named::seen`] compares.
    pub changes: u32,
    /// How often it began.
    pub round: u32,
    /// Who asked.
    pub asker: Option<PersonShown>,
    /// Who submitted and revised it.
    pub authors: Vec<PersonShown>,
    /// Who took it.
    pub reviewers: Vec<PersonShown>,
    /// What each said of conflicts of interest; nothing: none.
    pub conflicts: Vec<(PersonShown, Option<String>)>,
    /// Who signed for it in this round. It is approved only where the standing says so.
    pub signed: Vec<ApprovalShown>,
    /// How many approvals the policy asks for now.
    pub approvals_needed: u8,
    /// Why the actor, a reviewer, could not approve it now; nothing where they could, or it is not under review.
    pub you_cannot_approve: Option<String>,
    /// What changed since, where it was reopened: as the library wrote it, JSON.
    pub difference: Option<String>,
    /// Its statements.
    pub statements: Vec<StatementShown>,
    /// The version it is a revision of.
    pub previous: Option<String>,
    /// The article for other readers.
    pub other_wordings: Vec<OtherWording>,
}

impl Seat<'_> {
    /// A version with its review, for who may read what is before the board.
    pub fn review(&self, named: &Named<'_>) -> Result<ReviewShown, DeskError> {
        let version = self.version(named)?;
        self.allow(Action::ReadSubmitted, self.own(version.article.asker))?;
        let reviewed = self.desk.articles.review(&version.key)?;
        self.shown(&version, reviewed.as_ref())
    }

    /// What happened in the review of a version, in order, for who may read what is before the board.
    pub fn review_history(&self, named: &Named<'_>) -> Result<Vec<Record>, DeskError> {
        let version = self.version(named)?;
        self.allow(Action::ReadSubmitted, self.own(version.article.asker))?;
        Ok(self.review_of(&version)?.history)
    }

    /// How a version differs, statement by statement, from another (named by its hash), or else from the one that it is a revision
    /// of, or else from the one before it in the same wording; for who may read what is before the board.
    pub fn difference(&self, named: &Named<'_>, from: Option<&str>) -> Result<Difference, DeskError> {
        let version = self.version(named)?;
        self.allow(Action::ReadSubmitted, self.own(version.article.asker))?;
        let none = || DeskError::NoArticle(format!("before {}", version.kept.hash));
        let before = match from {
            Some(name) => {
                let before = self.version(&Named::new(name))?;
                self.allow(Action::ReadSubmitted, self.own(before.article.asker))?;
                before.kept
            }
            None => {
                let reviewed = self.desk.articles.review(&version.key)?;
                let previous = reviewed.as_ref().and_then(|r| r.stage.known().previous().map(str::to_owned));
                let versions = self.desk.articles.versions(version.article.id)?;
                let earlier = |v: &library::Version| {
                    v.reader == version.key.reader
                        && v.number < version.key.number
                        && previous.as_ref().is_none_or(|p| *p == v.hash)
                };
                let earlier = versions.into_iter().rfind(earlier).ok_or_else(none)?;
                let key = VersionKey { number: earlier.number, ..version.key.clone() };
                self.desk.articles.version(&key)?.ok_or_else(none)?
            }
        };
        Ok(difference(&before.body, &version.kept.body))
    }

    /// What the board's word on a version is, for who may read the version. Computed from what happened, every time.
    pub fn standing(&self, name: &str, reader: Option<clinical::Reader>) -> Result<ReviewStanding, DeskError> {
        let (article, kept) = self.readable(name, reader)?;
        let version = Version::of(article, kept);
        let reviewed = self.desk.articles.review(&version.key)?;
        standing(&self.desk.articles, &version, reviewed.as_ref())
    }

    /// The name of a person, for a list of what happened.
    pub fn name_of(&self, id: PersonId) -> Result<String, DeskError> {
        Ok(person(&self.desk.articles, id)?.name)
    }

    /// The view of a version for those who take part in its review.
    pub(super) fn shown(&self, version: &Version, reviewed: Option<&Reviewed>) -> Result<ReviewShown, DeskError> {
        let articles = &self.desk.articles;
        let body = &version.kept.body;
        let known = reviewed.map(|r| r.stage.known());
        let people = |ids: Vec<PersonId>| ids.into_iter().map(|id| person(articles, id)).collect::<Result<Vec<_>, _>>();
        let policy = articles.policy()?;
        let conflicts = known.into_iter().flat_map(Known::conflicts);
        let conflicts = conflicts
            .map(|(id, conflict)| Ok((person(articles, id)?, conflict.map(str::to_owned))))
            .collect::<Result<Vec<_>, DeskError>>()?;
        let blocked = match (reviewed.map(|r| &r.stage), self.actor.person()) {
            (Some(Stage::UnderReview(review)), Some(me)) if self.actor.has(Role::Reviewer) => {
                review.known().may_approve(me, &policy.approval).err().map(|d| d.to_string())
            }
            _ => None,
        };
        Ok(ReviewShown {
            version: version.key.clone(),
            hash: version.kept.hash.clone(),
            slug: version.article.slug.clone(),
            title: body.title.clone(),
            question: body.question.clone(),
            of_a_patient: of_a_patient(&body.case),
            standing: standing(articles, version, reviewed)?,
            changes: reviewed.map_or(0, Reviewed::changes),
            round: known.map_or(0, Known::round),
            asker: version.article.asker.map(|id| person(articles, id)).transpose()?,
            authors: people(known.into_iter().flat_map(Known::authors).collect())?,
            reviewers: people(known.into_iter().flat_map(Known::reviewers).collect())?,
            conflicts,
            signed: known.map(approvals).unwrap_or_default(),
            approvals_needed: policy.approval.approvals,
            you_cannot_approve: blocked,
            difference: known.and_then(Known::difference).map(str::to_owned),
            statements: statements(articles, version, reviewed)?,
            previous: known.and_then(Known::previous).map(str::to_owned),
            other_wordings: others(articles, version)?,
        })
    }
}

fn person(articles: &Articles, id: PersonId) -> Result<PersonShown, DeskError> {
    let name = articles.person(id)?.map_or_else(|| id.to_string(), |p| p.name);
    Ok(PersonShown { id, name })
}

fn approvals(known: &Known) -> Vec<ApprovalShown> {
    let shown = |a: &board::Approval| ApprovalShown {
        id: a.by,
        name: a.signature.name.clone(),
        credentials: a.signature.credentials.clone(),
        at: a.at,
    };
    known.approvals().map(shown).collect()
}

fn statements(
    articles: &Articles,
    version: &Version,
    reviewed: Option<&Reviewed>,
) -> Result<Vec<StatementShown>, DeskError> {
    let body = &version.kept.body;
    let mut places: Vec<(&Line, String, Vec<String>)> = Vec::new();
    let own = |line: &Line| line.condition.iter().chain(&line.caution).cloned().collect::<Vec<_>>();
    places.extend(body.bottom_line.iter().map(|l| (l, "Bottom line".to_owned(), own(l))));
    for section in &body.sections {
        for group in &section.groups {
            let over = group.lead.iter().chain(&group.hangs_on).cloned().collect::<Vec<_>>();
            let place = |l| (l, section.title.clone(), over.iter().cloned().chain(own(l)).collect());
            places.extend(group.lines.iter().map(place));
        }
    }
    places.extend(body.not_applying.iter().map(|n| (&n.line, "Does not apply".to_owned(), vec![n.reason.clone()])));
    let mut names: BTreeMap<PersonId, PersonShown> = BTreeMap::new();
    let mut name = |id: PersonId| -> Result<PersonShown, DeskError> {
        Ok(match names.entry(id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => new.insert(person(articles, id)?).clone(),
        })
    };
    let keys = statement_keys(body);
    let mut shown = Vec::with_capacity(keys.len());
    for (key, (line, section, conditions)) in keys.into_iter().zip(places) {
        let mut marks = Vec::new();
        let mut proposals = Vec::new();
        if let Some(reviewed) = reviewed {
            let known = reviewed.stage.known();
            let began = reviewed.history.iter().rposition(|r| matches!(r.event, Event::Reopened { .. })).unwrap_or(0);
            for (at, record) in reviewed.history.iter().enumerate() {
                if let (Event::Marked { statement, mark, words }, Some(by)) = (&record.event, record.by)
                    && *statement == key
                {
                    let counts = *mark != Mark::Comment
                        && at >= began
                        && known.rulings(&key).any(|(who, ruled)| who == by && ruled == *mark);
                    marks.push(MarkShown { by: name(by)?, mark: *mark, words: words.clone(), at: record.at, counts });
                }
            }
            for proposal in known.proposals().filter(|p| p.statement == key) {
                proposals.push(ProposalShown {
                    n: proposal.n,
                    by: name(proposal.by)?,
                    wording: proposal.wording.clone(),
                    supported: proposal.checked.supported,
                    checked: proposal.checked.words.clone(),
                    accepted: proposal.accepted,
                });
            }
        }
        let sources = line.citations.iter().map(|c| SourceShown {
            source: c.source.to_string(),
            title: c.source_title.clone(),
            heading: c.heading.clone(),
            before: c.before.clone(),
            quote: c.quote.clone(),
            after: c.after.clone(),
            basis: c.basis,
        });
        shown.push(StatementShown {
            place: key.place(),
            section,
            text: line.text.clone(),
            conditions,
            support: line.support.clone(),
            sources: sources.collect(),
            marks,
            proposals,
            key,
        });
    }
    Ok(shown)
}

/// The last version of the article for each other reader, and where its review is.
fn others(articles: &Articles, version: &Version) -> Result<Vec<OtherWording>, DeskError> {
    let mut last = BTreeMap::new();
    for v in articles.versions(version.article.id)?.into_iter().filter(|v| v.reader != version.key.reader) {
        last.insert(v.reader.clone(), v);
    }
    let shown = |v: library::Version| {
        let key = VersionKey { article: version.article.id, reader: v.reader.clone(), number: v.number };
        let stage = articles.review(&key)?.map(|r| r.stage.word());
        Ok(OtherWording { reader: v.reader, number: v.number, hash: v.hash, stage })
    };
    last.into_values().map(shown).collect()
}

fn standing(articles: &Articles, version: &Version, reviewed: Option<&Reviewed>) -> Result<ReviewStanding, DeskError> {
    let published = articles.published(version.article.id)?.iter().any(|p| p.version == version.key);
    let Some(reviewed) = reviewed else {
        let mut others = others(articles, version)?.into_iter();
        let approved = others.any(|o| o.stage == Some("approved"));
        let banner = match approved {
            true => "This wording was not reviewed. The wording for another reader was approved.",
            false => "Not reviewed: no one has approved this answer.",
        };
        return Ok(ReviewStanding {
            stage: None,
            since: None,
            approved: false,
            approvals: Vec::new(),
            was_approved: false,
            reasons: Vec::new(),
            superseded_by: None,
            published,
            only_others_reviewed: approved,
            banner: banner.to_owned(),
        });
    };
    let known = reviewed.stage.known();
    let approved = reviewed.stage.approved().is_some();
    let superseded_by = match known.ended() {
        Some(Ended::Superseded(by)) => Some(by.clone()),
        _ => None,
    };
    let banner = match &reviewed.stage {
        Stage::Approved(_) => {
            let names = known.approvals().map(|a| format!("{}, {}", a.signature.name, a.signature.credentials));
            format!("Approved by {}.", names.collect::<Vec<_>>().join("; "))
        }
        Stage::Retired(_) if superseded_by.is_some() => {
            "A newer version took the place of this one. Nobody stands behind this one any more.".to_owned()
        }
        Stage::Retired(_) => "Taken back by its editors. Do not use it.".to_owned(),
        _ if known.was_approved() => {
            "This was approved, and the approval no longer holds: it is before the board again.".to_owned()
        }
        Stage::Submitted(_) => "Pending: before the board, and not approved by anyone.".to_owned(),
        Stage::UnderReview(_) => "Pending: under review, and not approved.".to_owned(),
        Stage::ChangesRequested(_) => "Pending: a reviewer requested changes. Not approved.".to_owned(),
    };
    Ok(ReviewStanding {
        stage: Some(reviewed.stage.word()),
        since: reviewed.history.last().map(|r| r.at),
        approved,
        approvals: if approved { approvals(known) } else { Vec::new() },
        was_approved: known.was_approved(),
        reasons: known.reasons().iter().map(|r| r.words.clone()).collect(),
        superseded_by,
        published,
        only_others_reviewed: false,
        banner,
    })
}
