//! Where a cancer has spread to.

use super::{Placed, Reader};
use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use crate::lexicon::ConceptKind;
use crate::read::assertion::{self, Break};
use crate::text::Token;

impl Reader<'_> {
    /// Sites of spread, and spread whose site is not said.
    pub(super) fn spread(&mut self) {
        let mut found: Vec<Fact> = Vec::new();
        let mut somewhere: Option<(usize, [usize; 2], Assertion)> = None;
        let is_spread = |t: &Token| {
            matches!(
                t.norm.as_str(),
                "metastasis" | "metastatic" | "met" | "secondary" | "metastasized" | "metastasised" | "spread"
            )
        };
        // "It has gone to her spine".
        let gone = |at: usize| {
            let to = self.tokens.get(at + 1).is_some_and(|t| matches!(t.norm.as_str(), "to" | "into"));
            matches!(self.tokens[at].norm.as_str(), "go" | "gone" | "went" | "moved" | "travelled" | "traveled")
                && to
                && self
                    .placed
                    .iter()
                    .any(|p| p.concept.kind == ConceptKind::Disease && p.concept.name.ends_with("cancer"))
                && self
                    .placed
                    .iter()
                    .any(|p| p.concept.kind == ConceptKind::Site && (at + 2..at + 5).contains(&p.first))
        };
        for (at, token) in self.tokens.iter().enumerate().filter(|(at, t)| is_spread(t) || gone(*at)) {
            // Inside a name, as "resection of metastases" or "metastatic spinal cord compression", it is no fact of its own.
            let next = self.placed.partition_point(|p| p.first <= at);
            if next > 0 && at < self.placed[next - 1].next && self.placed[next - 1].concept.kind != ConceptKind::Site {
                continue;
            }
            let denied =
                assertion::meant(assertion::words_before(self.tokens, self.breaks, at, at.saturating_sub(5)), &[], &[]);
            let sites = self.sites_of(at);
            let adjective = token.norm == "metastatic";
            if sites.is_empty() && !matches!(token.norm.as_str(), "met" | "secondary" | "spread") {
                let meant = denied.assertion.filter(|a| matches!(a, Assertion::Absent | Assertion::Uncertain));
                somewhere.get_or_insert((at, [token.start, token.end], meant.unwrap_or(Assertion::Present)));
            }
            for site in sites {
                let p = &self.placed[site];
                let words = assertion::words_before(self.tokens, self.breaks, p.first, self.floor(site));
                let own = assertion::meant(words, &[], &[]).assertion;
                let inherited = found.last().filter(|_| self.continues(site)).map(|f| f.assertion);
                let assertion = own
                    .or(inherited)
                    .or(if adjective { None } else { denied.assertion })
                    .filter(|a| *a != Assertion::Planned && *a != Assertion::Past)
                    .unwrap_or(Assertion::Present);
                let value = Value::Text(p.concept.name.to_owned());
                if !found.iter().any(|f| f.value == value) {
                    found.push(Fact {
                        attribute: Attribute::Metastasis,
                        value,
                        assertion,
                        span: p.span,
                        detail: Detail::default(),
                    });
                }
            }
        }
        for (site, disease) in self.elsewhere() {
            let value = Value::Text(site.concept.name.to_owned());
            if !found.iter().any(|f| f.value == value) {
                let words = assertion::words_before(self.tokens, self.breaks, disease.first, 0);
                let denied = assertion::meant(words, &[], &[]).assertion;
                let denied =
                    denied.filter(|a| matches!(a, Assertion::Absent | Assertion::Uncertain | Assertion::Family));
                found.push(Fact {
                    attribute: Attribute::Metastasis,
                    value,
                    assertion: denied.unwrap_or(Assertion::Present),
                    span: site.span,
                    detail: Detail::default(),
                });
            }
        }
        // "mCRC": metastatic, and where to is not said.
        let abbreviated = self.placed.iter().find(|p| {
            let written = &self.text[p.span[0]..p.span[1]];
            p.concept.kind == ConceptKind::Disease
                && written.starts_with('m')
                && written[1..].starts_with(char::is_uppercase)
        });
        // "CRLM" names the liver.
        if let Some(p) = self.placed.iter().find(|p| self.text[p.span[0]..p.span[1]].ends_with("CRLM"))
            && found.is_empty()
        {
            let (attribute, value) = (Attribute::Metastasis, "liver".into());
            let (assertion, detail) = (Assertion::Present, Detail::default());
            found.push(Fact { attribute, value, assertion, span: p.span, detail });
        }
        // "Metastatic, no brain metastases" is metastatic still.
        let present = found.iter().any(|f| f.assertion == Assertion::Present);
        let somewhere = somewhere.map(|(_, span, a)| (span, a)).or(abbreviated.map(|p| (p.span, Assertion::Present)));
        if let Some((span, assertion)) = somewhere
            && (found.is_empty() || !present && assertion == Assertion::Present)
        {
            found.push(Fact {
                attribute: Attribute::Metastasis,
                value: Value::Text("distant".to_owned()),
                assertion,
                span,
                detail: Detail::default(),
            });
        }
        self.facts.extend(found);
    }

    /// Sites that a cancer named after another site is in: "prostate cancer in his bones". A cancer is named after where it began.
    fn elsewhere(&self) -> Vec<(&Placed, &Placed)> {
        let named_after_a_site = |p: &Placed| {
            let name = p.concept.name;
            p.concept.kind == ConceptKind::Disease && (name == "melanoma" || name.ends_with(" cancer"))
        };
        let mut found = Vec::new();
        for pair in self.placed.windows(2) {
            let [disease, site] = pair else { continue };
            let between = self.tokens.get(disease.next..site.first).unwrap_or_default();
            // "Is back in", "has come back in".
            let verb = |t: &&Token| {
                matches!(
                    t.norm.as_str(),
                    "is" | "now" | "be" | "has" | "have" | "come" | "came" | "back" | "returned" | "recurred" | "again"
                )
            };
            let between = &between[between.iter().take(4).take_while(verb).count()..];
            let within = between.first().is_some_and(|t| t.norm == "in")
                && between[1..]
                    .iter()
                    .all(|t| matches!(t.norm.as_str(), "the" | "his" | "her" | "my" | "their" | "both"));
            let its_own = disease.concept.name.split(' ').any(|word| word == site.concept.name);
            let whole = (disease.next..=site.first).all(|at| self.breaks.get(at) != Some(&Break::Sentence));
            // "Cancer in my bones" began elsewhere, wherever that was.
            let in_bone = disease.concept.name == "cancer" && site.concept.name == "bone";
            if (named_after_a_site(disease) || in_bone)
                && site.concept.kind == ConceptKind::Site
                && within
                && !its_own
                && whole
            {
                found.push((site, disease));
            }
        }
        found
    }

    /// The sites that belong to a word for spread: a list just before it ("liver and lung metastases"), or after it and a
    /// preposition ("metastases to the liver and lung").
    fn sites_of(&self, at: usize) -> Vec<usize> {
        let is_site = |p: &Placed| p.concept.kind == ConceptKind::Site && p.first != at;
        let mut sites = Vec::new();
        let after = self.placed.partition_point(|p| p.first <= at);
        let mut reach = at;
        for i in (0..after).rev() {
            let p = &self.placed[i];
            let glued = p.next <= reach && assertion::continues_list(self.tokens, self.breaks, p.next, reach);
            if !is_site(p) || !glued {
                break;
            }
            sites.insert(0, i);
            reach = p.first;
        }
        let preposition =
            |t: &Token| matches!(t.norm.as_str(), "to" | "in" | "involving" | "of" | "within" | "site" | "including");
        let mut reach = at + 1;
        // "Metastatic colorectal cancer to the liver": the disease stands between.
        let disease = self.placed.get(after).filter(|p| p.first == reach && p.concept.kind == ConceptKind::Disease);
        let (after, start) = disease.map_or((after, reach), |p| (after + 1, p.next));
        reach = start;
        while self.tokens.get(reach).is_some_and(preposition)
            && reach - start < 3
            && self.breaks[reach] != Break::Sentence
        {
            reach += 1;
        }
        if reach > start {
            for (i, p) in self.placed.iter().enumerate().skip(after) {
                let glued = reach <= p.first
                    && p.first < self.tokens.len()
                    && assertion::continues_list(self.tokens, self.breaks, reach, p.first);
                if !is_site(p) || !glued {
                    break;
                }
                sites.push(i);
                reach = p.next;
            }
        }
        sites
    }
}
