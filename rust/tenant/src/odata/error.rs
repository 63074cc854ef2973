//! The refusals of queries, in Graph's words.

use std::borrow::Cow;
use std::fmt;

use crate::service::GraphFailure;

impl GraphFailure {
    /// A filter that cannot be read. Graph's own message is `Invalid filter clause`; the detail follows it.
    pub(crate) fn invalid_filter(detail: impl fmt::Display) -> Self {
        Self::unreadable(format!("Invalid filter clause: {detail}"))
    }

    /// A filter clause that has no index behind it.
    pub(crate) fn property_filter(property: &str, resource: &str) -> Self {
        Self::unsupported_query(format!(
            "Unsupported or invalid query filter clause specified for property '{property}' of resource '{resource}'."
        ))
    }

    /// An operator that works only with `ConsistencyLevel: eventual` and `$count=true`.
    pub(crate) fn needs_advanced(operator: &str) -> Self {
        Self::unsupported_query(format!(
            "Operator '{operator}' is not supported because the required parameters might be missing. \
             Try adding $count=true query parameter and ConsistencyLevel:eventual header. \
             Refer to https://aka.ms/graph-docs/advanced-queries for more information"
        ))
    }
}

/// At most 200 characters of text that came from outside, so that an error never repeats a megabyte.
pub(crate) fn excerpt(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}
