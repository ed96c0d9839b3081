//! Where an article stands with the board: the stepper, the banner, what has happened since.

use desk::answering::BANNER;
use desk::{Date, Reading};
use maud::{Markup, html};

/// The steps with the one it is at, the banner, the last change, and, where something fell since, the notice.
pub(crate) fn status(reading: &Reading) -> Markup {
    let standing = &reading.standing;
    let at = match standing.stage {
        Some("submitted") => 1,
        Some("under-review" | "changes-requested") => 2,
        Some("approved") => 3,
        _ => 0,
    };
    html! {
        ol.steps aria-label="Review status" {
            @for (n, step) in ["Submitted", "Under review", "Approved"].iter().enumerate() {
                @let here = at == n + 1;
                li.done[at > n] aria-current=[here.then_some("step")] { (step) }
            }
        }
        @if !reading.reasons.is_empty() || standing.was_approved {
            section.fallen role="alert" aria-label="What changed since" {
                p { strong {
                    @if standing.was_approved { "Approved before, and no longer: " } @else { "Look again: " }
                    "what this article rests on has changed. Do not rely on it before it was reviewed again."
                } }
                ul {
                    @for reason in words(reading) { li { (reason) } }
                }
                @if let Some(next) = &standing.superseded_by { p { a href={ "/articles/" (next) } { "The version that took its place" } } }
            }
        }
        @if standing.approved {
            p.banner.approved { (approved(reading)) }
        } @else {
            p.banner { (BANNER) @if standing.only_others_reviewed { " This wording was not reviewed; the wording for another reader was." } }
        }
        p.updated {
            @if let Some(day) = day(reading.article.kept_at) { "Last updated " time datetime=(day) { (day) } ". " }
            "Version " (reading.article.number) ". "
            a href="/editorial-policy" { "Editorial policy" }
        }
    }
}

/// The reasons, those that the board was told first, each once.
fn words(reading: &Reading) -> Vec<String> {
    let mut all = reading.standing.reasons.clone();
    for reason in &reading.reasons {
        let said = reason.in_words();
        if !all.contains(&said) {
            all.push(said);
        }
    }
    all
}

/// `Reviewed by NAME, CREDENTIALS on DATE.`
fn approved(reading: &Reading) -> String {
    let people: Vec<String> = reading
        .standing
        .approvals
        .iter()
        .map(|a| {
            let on = day(a.at).map(|d| format!(" on {d}")).unwrap_or_default();
            format!("{}, {}{on}", a.name, a.credentials)
        })
        .collect();
    format!("Reviewed by {}.", people.join("; "))
}

/// The day of a moment, in universal time.
pub(crate) fn day(at: i64) -> Option<Date> {
    Date::from_unix_days(at.div_euclid(86_400))
}
