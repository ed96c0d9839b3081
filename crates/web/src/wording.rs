//! Whom the words are for: the question that is asked once, and the cookie that remembers the answer in this browser. Knows
//! nothing of how an article is put into words.

use crate::people::cookie;
use crate::site::Site;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use desk::{KeptArticle, Reader, Visibility};
use maud::{Markup, html};

/// The cookie: the word of a reader and nothing else.
const READER: &str = "reader";
/// How long a browser keeps it: a year, in seconds.
const LASTS: u64 = 365 * 86_400;

/// The reader that this browser said it has.
pub(crate) fn remembered(headers: &HeaderMap, site: &Site) -> Option<Reader> {
    from_word(&cookie(headers, site, READER)?)
}

/// The cookie as such a browser sends it.
pub(crate) fn sent(site: &Site, reader: Reader) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{}={}", site.cookie_name(READER), reader.word())).ok()
}

/// Has the browser remember a reader.
pub(crate) fn remember(response: &mut Response, site: &Site, reader: Reader) {
    if let Some(value) = site.cookie(READER, reader.word(), Some(LASTS)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The reader of a word, as forms and cookies have it.
fn from_word(word: &str) -> Option<Reader> {
    Reader::ALL.iter().copied().find(|r| r.word() == word)
}

/// A reader as the question names it.
pub(crate) fn label(reader: Reader) -> &'static str {
    match reader {
        Reader::Clinician => "Clinician",
        Reader::Trainee => "Student or trainee",
        Reader::Patient => "Patient or family",
    }
}

/// The same, as it reads behind "worded for".
fn several(reader: Reader) -> &'static str {
    match reader {
        Reader::Clinician => "clinicians",
        Reader::Trainee => "students and trainees",
        Reader::Patient => "patients and families",
    }
}

/// "Which best describes you?", asked openly of who never said; else one line. An answer asks the same question for that reader,
/// or opens the wording of a published article.
pub(crate) fn picker(article: &KeptArticle, remembered: Option<Reader>) -> Markup {
    let now = article.body.reader;
    html! {
        @match remembered {
            None => (form(article)),
            Some(told) => {
                details.reader open[told != now] {
                    summary { "Worded for " (several(now)) ". " span.change { "Change" } }
                    @if told != now { p.note { "You chose: " (label(told)) ". This version has other words." } }
                    (form(article))
                }
            }
        }
    }
}

fn form(article: &KeptArticle) -> Markup {
    let body = &article.body;
    html! {
        form.reader method="post" action="/ask" {
            input type="hidden" name="question" value=(body.question);
            input type="hidden" name="remember" value="yes";
            @if article.visibility == Visibility::Published { input type="hidden" name="of" value=(article.slug); }
            fieldset aria-describedby="reader-why" {
                legend { "Which best describes you?" }
                @for reader in Reader::ALL {
                    button name="reader" value=(reader.word()) aria-pressed=(if *reader == body.reader { "true" } else { "false" }) {
                        (label(*reader))
                    }
                }
                p.note #reader-why { "Your choice changes the words, not what is said or its sources. This browser remembers it." }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use axum::http::HeaderValue;
    use std::net::SocketAddr;

    #[test]
    fn what_is_remembered_is_read_back_and_nothing_else_is() {
        let settings = Settings::default();
        let site = Site::new(&settings, SocketAddr::new(settings.host, 8787));
        let told = |text: &str| {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(text).unwrap())]);
            remembered(&headers, &site)
        };
        for reader in Reader::ALL {
            let mut response = Response::default();
            remember(&mut response, &site, *reader);
            let set = response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
            assert!(set.contains("; HttpOnly; SameSite=Lax; Max-Age=31536000"), "{set}");
            assert_eq!(told(set.split(';').next().unwrap()), Some(*reader));
        }
        assert_eq!(told("reader=nurse"), None);
        assert_eq!(told("other=patient"), None);
    }
}
