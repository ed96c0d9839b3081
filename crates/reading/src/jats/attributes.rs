//! Attributes of an element, by local name. No meaning, only look-up.

use quick_xml::events::BytesStart;
use std::borrow::Cow;

/// The value of an attribute, whatever its prefix (`xlink:href` and `href` are the same here).
pub(crate) fn attribute<'a>(element: &'a BytesStart, name: &str) -> Option<Cow<'a, str>> {
    element.attributes().with_checks(false).filter_map(Result::ok).find(|a| a.key.local_name().as_ref() == name).map(
        |a| match quick_xml::escape::unescape(&a.value) {
            Ok(Cow::Owned(text)) => Cow::Owned(text),
            _ => a.value,
        },
    )
}
