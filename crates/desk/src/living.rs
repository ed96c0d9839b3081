//! Living articles: whether what an article rests on still stands, and what the library would answer now.
//!
//! Owns the reasons for which an article must be looked at again. It decides nothing about reviews: that an article with
//! reasons goes back before the board is the business of [`refresh`](crate::Desk::refresh).

use crate::{Desk, DeskError};
use answering::{Article, Asked, Body, Difference, Verified, difference};
use evidence::{Identifiers, PartialDate, Role, SourceId, Standing};
use library::Held;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why an article must be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// A work that it cites stands otherwise than when it was composed.
    Standing {
        /// The work's title.
        title: String,
        /// Its standing when the article was composed.
        was: Standing,
        /// Its standing now.
        now: Standing,
    },
    /// A source that it quotes was replaced, and what it quotes no longer stands in it as it did.
    Replaced {
        /// The source.
        source: SourceId,
        /// Its title.
        title: String,
    },
    /// A source that it quotes is no longer held.
    Removed {
        /// The source.
        source: SourceId,
        /// Its title.
        title: String,
    },
    /// A digest that it rests on should have been looked at again by its writer.
    ReviewBy {
        /// The digest.
        source: SourceId,
        /// Its title.
        title: String,
        /// By when.
        date: PartialDate,
    },
    /// Composed now, its bottom line or a warning says something else: the library changed.
    Evidence,
    /// Composed now, its bottom line or a warning says something else: this version of Curbside composes otherwise.
    Composer {
        /// The version that composed it.
        was: String,
    },
}

impl Reason {
    /// It in a sentence.
    pub fn in_words(&self) -> String {
        match self {
            Reason::Standing { title, now: Standing::Retracted, .. } => format!("Cited work retracted: {title}."),
            Reason::Standing { title, was, now } => {
                let plain = |s: &Standing| s.word().replace('-', " ");
                format!("Cited work stands as {}, before as {}: {title}.", plain(now), plain(was))
            }
            Reason::Replaced { title, .. } => {
                format!("A cited source was replaced and no longer holds what is quoted: {title}.")
            }
            Reason::Removed { title, .. } => format!("A cited source is no longer held: {title}."),
            Reason::ReviewBy { title, date, .. } => {
                format!("A digest that it rests on was to be looked at again by {date}: {title}.")
            }
            Reason::Evidence => "The library now answers otherwise: the bottom line or a warning changed.".to_owned(),
            Reason::Composer { was } => format!(
                "Curbside {} answers otherwise than {was}, which composed it: the bottom line or a warning changed.",
                env!("CARGO_PKG_VERSION")
            ),
        }
    }

    /// It as the board keeps it.
    pub(crate) fn for_the_board(&self) -> board::Reason {
        let kind = match self {
            Reason::Standing { now, .. } => now.word(),
            Reason::Replaced { .. } => "replaced",
            Reason::Removed { .. } => "removed",
            Reason::ReviewBy { .. } => "review-by",
            Reason::Evidence => "evidence",
            Reason::Composer { .. } => "composer",
        };
        board::Reason { kind: kind.to_owned(), words: self.in_words() }
    }

    /// Whether nobody should act on the article before it was looked at: what it rests on fell.
    pub fn is_grave(&self) -> bool {
        matches!(self, Reason::Standing { now: Standing::Retracted | Standing::ExpressionOfConcern, .. })
    }
}

/// What was looked up for articles before, so that many that cite the same are looked at quickly.
#[derive(Default)]
pub(crate) struct Looked {
    sources: BTreeMap<SourceId, Option<Held>>,
    works: BTreeMap<String, Standing>,
}

/// What an article is now.
#[derive(Debug, Clone)]
pub struct Anew {
    /// Composed now.
    pub article: Article<Verified>,
    /// How it differs from the version before.
    pub difference: Difference,
    /// Why that matters, where it does.
    pub reason: Option<Reason>,
}

impl Desk {
    /// Why a version must be looked at again, as far as what it cites tells; composing nothing. Cost: a lookup for each source
    /// and work that it cites. `today` decides on digests whose time is over.
    pub fn reasons(&self, body: &Body, today: Option<PartialDate>) -> Result<Vec<Reason>, DeskError> {
        self.reasons_looked(body, today, &mut Looked::default())
    }

    pub(crate) fn reasons_looked(
        &self,
        body: &Body,
        today: Option<PartialDate>,
        looked: &mut Looked,
    ) -> Result<Vec<Reason>, DeskError> {
        let mut found = BTreeSet::new();
        for citation in body.lines().flat_map(|l| &l.citations) {
            let source = || citation.source.clone();
            let title = || citation.source_title.clone();
            let Some(held) = self.looked_source(&citation.source, looked)? else {
                found.insert(Reason::Removed { source: source(), title: title() });
                continue;
            };
            let stands = |part: &str| held.source.text.contains(part.trim());
            if held.bytes != citation.source_bytes
                && !(stands(&citation.quote) && stands(&citation.before) && stands(&citation.after))
            {
                found.insert(Reason::Replaced { source: source(), title: title() });
            }
            let over = held.source.digest.as_ref().map(|d| d.review_by).filter(|by| today.is_some_and(|t| t > *by));
            if let Some(date) = over {
                found.insert(Reason::ReviewBy { source: source(), title: title(), date });
            }
        }
        for reference in &body.references {
            let now = match self.looked_source(&reference.held_as, looked)? {
                Some(held) if held.source.digest.is_none() => held.standing,
                _ => self.looked_work(&reference.ids, looked)?,
            };
            let was = reference.standing.unwrap_or_default();
            if was != now {
                found.insert(Reason::Standing { title: reference.title.clone(), was, now });
            }
        }
        Ok(found.into_iter().collect())
    }

    fn looked_source<'l>(&self, id: &SourceId, looked: &'l mut Looked) -> Result<Option<&'l Held>, DeskError> {
        if !looked.sources.contains_key(id) {
            let held = match self.library.named(id)? {
                Some(id) => self.library.source(&id, false)?,
                None => None,
            };
            looked.sources.insert(id.clone(), held);
        }
        Ok(looked.sources.get(id).and_then(Option::as_ref))
    }

    /// The standing of a work that is not held, by what was said about its identifiers.
    fn looked_work(&self, ids: &Identifiers, looked: &mut Looked) -> Result<Standing, DeskError> {
        let key = format!("{ids:?}");
        if let Some(standing) = looked.works.get(&key) {
            return Ok(*standing);
        }
        let notices = self.library.notices(ids)?;
        let standing = Standing::after(&notices);
        looked.works.insert(key, standing);
        Ok(standing)
    }

    /// Composes an article anew from its question and the case that was read in it, and compares. The configured drafter
    /// composes; where another one composed before, other words for the same statements are no difference.
    pub fn anew(&mut self, body: &Body) -> Result<Anew, DeskError> {
        let asked = Asked { question: body.question.clone(), case: body.case.clone(), reader: body.reader };
        let article = self.answered(&asked, &mut crate::told::silent)?.after(body);
        let now = article.body();
        let mut difference = difference(body, now);
        if body.provenance.composer != now.provenance.composer {
            difference.statements.retain(|c| c.was.is_none() || c.now.is_none() || !c.otherwise.is_empty());
            difference.bottom_line = leading(body) != leading(now);
        }
        let matters = difference.bottom_line || warnings(body) != warnings(now) || body.outcome != now.outcome;
        let reason = matters.then(|| {
            if body.provenance.snapshot == now.provenance.snapshot {
                Reason::Composer { was: body.provenance.version.clone() }
            } else {
                Reason::Evidence
            }
        });
        Ok(Anew { article, difference, reason })
    }
}

/// The statements of the bottom line, whatever their words.
fn leading(body: &Body) -> Vec<(&SourceId, &str)> {
    let citations = body.bottom_line.iter().filter_map(|l| l.citations.first());
    citations.map(|c| (&c.source, c.statement.as_deref().unwrap_or(&c.quote))).collect()
}

/// What is forbidden or warned of, by the sentences it rests on.
fn warnings(body: &Body) -> BTreeSet<(&SourceId, &str)> {
    let lines = body.lines().filter(|l| matches!(l.role, Some(Role::Avoid | Role::Warn)));
    lines.filter_map(|l| l.citations.first()).map(|c| (&c.source, c.statement.as_deref().unwrap_or(&c.quote))).collect()
}
