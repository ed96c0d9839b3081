//! What an article says about whether works still stand: a notice of the work it retracts or corrects, a retracted
//! article of itself (`*-forward`).
//!
//! Owns the reading of `related-article-type` (JATS Tag Library, and PMC's tagging guidelines). It must not take a
//! comment on a retraction for one: only these words count.

use crate::retractions::says_partial;
use evidence::{Identifiers, Notice, NoticeKind, Source};

/// The notices in an article.
pub(super) fn notices(source: &Source) -> Vec<Notice> {
    let partial = says_partial(&source.title) || source.article_type.as_deref() == Some("partial-retraction");
    let told = |relation: &str| match relation {
        "retracted-article" if partial => Some((NoticeKind::PartialRetraction, false)),
        "retracted-article" => Some((NoticeKind::Retraction, false)),
        "corrected-article" if partial => Some((NoticeKind::PartialRetraction, false)),
        "corrected-article" => Some((NoticeKind::Correction, false)),
        "partial-retraction" => Some((NoticeKind::PartialRetraction, false)),
        "object-of-concern" => Some((NoticeKind::ExpressionOfConcern, false)),
        "retraction-forward" => Some((NoticeKind::Retraction, true)),
        "correction-forward" => Some((NoticeKind::Correction, true)),
        "concern-forward" => Some((NoticeKind::ExpressionOfConcern, true)),
        _ => None,
    };
    let mut found = Vec::new();
    for related in &source.related {
        let Some((kind, of_this)) = told(&related.relation) else { continue };
        let (target, by) = if of_this { (&source.ids, &related.ids) } else { (&related.ids, &source.ids) };
        // Nothing can be said of a work without a name.
        if target.pmid.is_none() && target.pmcid.is_none() && target.doi.is_none() {
            continue;
        }
        let named = |ids: &Identifiers| Identifiers { nct: Vec::new(), other: Vec::new(), ..ids.clone() };
        // The date of this document is that of the notice only where this document is the notice.
        let date = source.date.filter(|_| !of_this);
        found.push(Notice { kind, target: named(target), date, by: named(by), note: String::new() });
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::{Context, Format, Origin, Reading, Unit, read};
    use evidence::NoticeKind::*;

    fn article(kind: &str, title: &str, relation: &str) -> Reading {
        let text = format!(
            r#"<article article-type="{kind}"><front><article-meta><article-id pub-id-type="pmid">11</article-id>
            <title-group><article-title>{title}</article-title></title-group><pub-date><year>2020</year></pub-date>
            <related-article related-article-type="{relation}" ext-link-type="pubmed" xlink:href="22"/>
            <abstract><p>Words.</p></abstract></article-meta></front></article>"#
        );
        let unit = Unit { origin: Origin::file("a.xml"), format: Format::Jats, bytes: text.into_bytes() };
        read(&unit, &Context::of("test"))
    }

    #[test]
    fn articles_retract_correct_and_doubt() {
        let told = |kind, title, relation| {
            let notices = article(kind, title, relation).notices;
            notices.first().map(|n| (n.kind, n.target.pmid.map(|p| p.to_string()).unwrap_or_default()))
        };
        let other = |kind| Some((kind, "22".to_owned()));
        assert_eq!(told("retraction", "Retraction: a trial", "retracted-article"), other(Retraction));
        assert_eq!(told("correction", "Erratum: a trial", "corrected-article"), other(Correction));
        assert_eq!(told("correction", "Partial retraction: a trial", "corrected-article"), other(PartialRetraction));
        assert_eq!(told("expression-of-concern", "Concern", "object-of-concern"), other(ExpressionOfConcern));
        assert_eq!(told("research-article", "A trial", "retraction-forward"), Some((Retraction, "11".to_owned())));
        assert_eq!(told("letter", "On a retraction", "commentary-article"), None);
    }
}
