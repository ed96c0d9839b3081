//! The policy of the board: what an installation decides for itself, read from TOML and said in words.
//!
//! That nobody approves an article of their own, that one person's approval counts once, and that a rejected statement blocks
//! approval are not in it: they are not settings.

use crate::{Denied, Openness, Stage};
use serde::{Deserialize, Serialize};

/// What makes a version approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    /// How many people must approve.
    pub approvals: u8,
    /// Each must be a specialty of somebody who approves.
    pub specialties: Vec<String>,
    /// Whoever approves has accepted each statement; else it is enough that nobody rejects one.
    pub every_statement: bool,
    /// Whoever approves has said whether they have a conflict of interest.
    pub conflict_statements: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { approvals: 2, specialties: Vec::new(), every_statement: true, conflict_statements: true }
    }
}

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Publication {
    /// Editors may publish what is not approved, under a banner that says so.
    pub pending: bool,
}

impl Default for Publication {
    fn default() -> Self {
        Self { pending: true }
    }
}

/// How long things are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Keeping {
    /// Years that entries of the audit trail are kept at least.
    pub audit_years: u16,
    /// Days after which an article that was not submitted is erased; nothing: kept until somebody erases it.
    pub private_days: Option<u32>,
}

impl Default for Keeping {
    fn default() -> Self {
        // 45 CFR 164.316(b)(2)(i): six years.
        Self { audit_years: 6, private_days: None }
    }
}

/// What sends an article back to the board by itself, beside a source that is retracted, superseded or removed, which always
/// does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReReview {
    /// A digest it cites is past its `review_by`.
    pub past_review_by: bool,
    /// New evidence changes its bottom line.
    pub bottom_line: bool,
}

impl Default for ReReview {
    fn default() -> Self {
        Self { past_review_by: true, bottom_line: true }
    }
}

/// The policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// What makes a version approved.
    pub approval: Rules,
    /// What is published.
    pub publication: Publication,
    /// What sends an article back to the board.
    pub re_review: ReReview,
    /// How long things are kept.
    pub keeping: Keeping,
    /// Who may read and ask without signing in.
    pub open: Openness,
}

/// What is wrong with a policy: the mistake of whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// It is not TOML, or has a key that there is not.
    #[error("the policy cannot be read: {0}")]
    Toml(String),
    /// A figure is out of its range.
    #[error("`{key}` must lie between {least} and {most}")]
    Range {
        /// Which.
        key: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A specialty without a name, or one that is too long or there twice.
    #[error("{0:?} is not a specialty: each has a name of 1 to 80 bytes and stands there once")]
    Specialty(String),
}

impl Policy {
    /// Reads a policy from TOML. What it does not speak of is as in the default.
    pub fn parse(text: &str) -> Result<Self, PolicyFault> {
        let policy: Policy = toml::from_str(text).map_err(|e| PolicyFault::Toml(e.to_string()))?;
        policy.checked()
    }

    /// The policy, where its figures make sense.
    pub fn checked(self) -> Result<Self, PolicyFault> {
        let range = |key, value: u32, least, most| match value {
            v if (least..=most).contains(&v) => Ok(()),
            _ => Err(PolicyFault::Range { key, least, most }),
        };
        range("approval.approvals", self.approval.approvals.into(), 1, 20)?;
        range("keeping.audit-years", self.keeping.audit_years.into(), 1, 100)?;
        if let Some(days) = self.keeping.private_days {
            range("keeping.private-days", days, 1, 36_500)?;
        }
        let mut seen = std::collections::BTreeSet::new();
        for specialty in &self.approval.specialties {
            let name = folded(specialty);
            if name.is_empty() || specialty.len() > 80 || !seen.insert(name) {
                return Err(PolicyFault::Specialty(specialty.clone()));
            }
        }
        Ok(self)
    }

    /// The policy as TOML, every setting said.
    pub fn to_toml(&self) -> String {
        // Plain data with string keys: writing it cannot fail.
        toml::to_string(self).unwrap_or_default()
    }

    /// Whether a version at this stage may be published, and whether under the banner that says it is not approved.
    pub fn publishes(&self, stage: &Stage) -> Result<bool, Denied> {
        match stage {
            Stage::Approved(_) => Ok(false),
            Stage::Retired(_) => Err(Denied::IsRetired),
            _ if self.publication.pending => Ok(true),
            _ => Err(Denied::PendingNotPublished),
        }
    }

    /// The policy in sentences, for the page on it. Each says what this code does.
    pub fn in_words(&self) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        let Rules { approvals, specialties, every_statement, conflict_statements } = &self.approval;
        let people = match approvals {
            1 => "one person".to_owned(),
            n => format!("{n} different people"),
        };
        said.push(format!(
            "An article is approved when {people} with the role of reviewer signed for that exact version, in that reader's wording, with name, credentials and password."
        ));
        if !specialties.is_empty() {
            said.push(format!("Among them each of these specialties must be represented: {}.", specialties.join(", ")));
        }
        said.push("Nobody approves an article whose question they asked, or which they submitted or revised. A second signature of the same person counts once.".to_owned());
        said.push(match every_statement {
            true => "Whoever approves has accepted each statement of the version, beside the sentences that it cites and the checker's verdict.".to_owned(),
            false => "Whoever approves has seen each statement beside the sentences that it cites and the checker's verdict, and need not mark each.".to_owned(),
        });
        said.push("A version with a statement that a reviewer rejects is not approved.".to_owned());
        said.push(match conflict_statements {
            true => "Whoever approves has first said whether they have a conflict of interest. Who has one may comment and request changes, and may not approve.".to_owned(),
            false => "Who states a conflict of interest may comment and request changes, and may not approve.".to_owned(),
        });
        said.push("A wording that a reviewer proposes is taken only if the checker finds that the cited sentences support it, and only into a new version, which is reviewed anew. Other readers' wordings of the same article are reviewed separately, and say so where they were not.".to_owned());
        said.push(match self.publication.pending {
            true => "Editors publish. They may publish an article that is not approved; it then says at its head that no one has approved it.".to_owned(),
            false => "Editors publish, and only what is approved.".to_owned(),
        });
        let mut back = String::from(
            "An article goes back to the board when a source that it cites is retracted, superseded, removed, or replaced by one that no longer holds what is quoted",
        );
        if self.re_review.past_review_by {
            back.push_str(", when a digest that it cites is past the date by which it was to be reviewed");
        }
        if self.re_review.bottom_line {
            back.push_str(", and when new evidence changes its bottom line");
        }
        said.push(format!(
            "{back}. Its signatures then no longer count; its text stays, under a notice that says why."
        ));
        let alone = "An answer is its asker's alone until it is submitted";
        said.push(match self.keeping.private_days {
            None => format!("{alone}, and is kept until it is erased."),
            Some(1) => format!("{alone}, and may be erased once nobody has asked for it for a day."),
            Some(days) => format!("{alone}, and may be erased once nobody has asked for it for {days} days."),
        });
        said.push(format!(
            "What is done to articles, people and this policy is written to an audit trail that is kept for {} {}.",
            self.keeping.audit_years,
            if self.keeping.audit_years == 1 { "year" } else { "years" }
        ));
        let who = |open| if open { "everyone who reaches this installation" } else { "people with an account" };
        said.push(format!(
            "Published articles and sources may be read by {}; questions may be asked by {}.",
            who(self.open.reading),
            who(self.open.asking)
        ));
        said
    }
}

/// A specialty as it is compared: letter case and spaces do not count.
pub(crate) fn folded(specialty: &str) -> String {
    specialty.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_back_and_what_it_does_not_say_is_the_default() {
        let policy = Policy::parse(
            "[approval]\napprovals = 1\nspecialties = [\"Medical oncology\"]\n[keeping]\nprivate-days = 30\n[open]\nasking = false\n",
        )
        .unwrap();
        assert_eq!((policy.approval.approvals, policy.keeping.audit_years, policy.open.reading), (1, 6, true));
        assert!(!policy.open.asking && policy.approval.every_statement);
        assert_eq!(Policy::parse(&policy.to_toml()), Ok(policy));
        assert_eq!(Policy::parse(""), Ok(Policy::default()));
    }

    #[test]
    fn a_policy_that_makes_no_sense_is_refused() {
        for text in [
            "[approval]\napprovals = 0",
            "[approval]\napproval = 2",
            "[keeping]\naudit-years = 0",
            "[keeping]\nprivate-days = 0",
            "[approval]\nspecialties = [\" \"]",
            "[approval]\nspecialties = [\"Oncology\", \"oncology\"]",
            "own-articles = true",
        ] {
            assert!(Policy::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_documentation_says_what_the_code_says() {
        let page = include_str!("../../../docs/editorial-policy.md");
        for sentence in Policy::default().in_words() {
            assert!(page.contains(&format!("> {sentence}\n")), "{sentence}");
        }
        assert!(page.contains(Policy::default().to_toml().trim()));
    }

    #[test]
    fn each_setting_changes_what_is_said() {
        let said = |text: &str| Policy::parse(text).unwrap().in_words().join(" ");
        let plain = said("");
        for text in [
            "[approval]\napprovals = 1",
            "[approval]\nspecialties = [\"oncology\"]",
            "[approval]\nevery-statement = false",
            "[approval]\nconflict-statements = false",
            "[publication]\npending = false",
            "[re-review]\npast-review-by = false",
            "[re-review]\nbottom-line = false",
            "[keeping]\naudit-years = 10",
            "[keeping]\nprivate-days = 30",
            "[open]\nreading = false",
            "[open]\nasking = false",
        ] {
            assert_ne!(said(text), plain, "{text}");
        }
        assert!(plain.contains("2 different people") && plain.contains("6 years"), "{plain}");
    }
}
