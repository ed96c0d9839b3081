//! Which problems an operation may end in, for the OpenAPI file.

use super::problem::{MEDIA, Problem};
use std::collections::BTreeMap;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{Components, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

/// Of reading.
pub(crate) struct Reads;

/// Of doing something.
pub(crate) struct Does;

const READS: &[(&str, &str)] = &[
    ("400", "Something of the request could not be read."),
    ("401", "Sign in, or send a good token."),
    ("403", "You may not, or the request comes from another site."),
    ("404", "There is no such thing."),
    ("405", "This route has no such method."),
    ("409", "It does not go with what is there now, as where a version was never before the board."),
    ("408", "The request did not come in time."),
    ("410", "It was there, and was erased or taken back."),
    ("429", "Too many requests, or wrong passwords."),
    ("500", "The server has a fault; what was kept before is not lost."),
    ("503", "The server is stopping, or somebody else writes."),
];

const DOES: &[(&str, &str)] = &[
    ("413", "The body, or a text of it, is too large."),
    ("415", "The body is of another media type."),
    (
        "422",
        "A field is missing or of another type; a text tells who a patient is; an idempotency key was used before.",
    ),
    ("502", "What this server asks elsewhere does not answer."),
];

fn name(status: &str) -> String {
    format!("Problem{status}")
}

fn named<'r>(rows: impl Iterator<Item = &'r (&'r str, &'r str)>) -> BTreeMap<String, RefOr<Response>> {
    rows.map(|(status, _)| ((*status).to_owned(), RefOr::Ref(Ref::from_response_name(name(status))))).collect()
}

impl IntoResponses for Reads {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(READS.iter())
    }
}

impl IntoResponses for Does {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        named(READS.iter().chain(DOES))
    }
}

/// Adds what all of them lead to.
pub(crate) fn describe(components: &mut Components) {
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    for (status, text) in READS.iter().chain(DOES) {
        let problem = RefOr::Ref(Ref::from_schema_name(Problem::name()));
        let content = ContentBuilder::new().schema(Some(problem)).build();
        let response = ResponseBuilder::new().description(*text).content(MEDIA, content).build();
        components.responses.insert(name(status), RefOr::T(response));
    }
}
