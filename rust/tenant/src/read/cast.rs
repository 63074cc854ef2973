//! Casts in a path: `/members/microsoft.graph.user`, or `/members/graph.user` as the SDK writes it.

use super::directory_object::not_served;
use super::list::count_needs_header;
use super::object::ObjectKind;
use super::reader::{ListFrame, Reader};
use crate::odata::error::excerpt;
use crate::odata::query::OptionSet;
use crate::service::{GraphFailure, GraphResult};

/// Kinds of objects that Graph has in a directory and this tenant never does, with their entity sets.
const ABSENT: [(&str, &str); 6] = [
    ("administrativeUnit", "administrativeUnits"),
    ("application", "applications"),
    ("device", "devices"),
    ("endpoint", "endpoints"),
    ("orgContact", "contacts"),
    ("servicePrincipal", "servicePrincipals"),
];

/// What a list of directory objects is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cast {
    /// Objects of a kind the tenant has.
    Kind(ObjectKind),
    /// Objects of a kind of which there are none here; the name is that of their set.
    Absent(&'static str),
}

/// Whether a segment of a path is a cast.
pub(crate) fn is_cast(segment: &str) -> bool {
    plain(segment).is_some()
}

/// The name of the type in a cast.
fn plain(segment: &str) -> Option<&str> {
    let is_prefix = |prefix: &str| {
        segment
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    ["microsoft.graph.", "graph."]
        .into_iter()
        .find(|prefix| is_prefix(prefix))
        .map(|prefix| &segment[prefix.len()..])
}

impl Cast {
    /// The cast that a segment is.
    ///
    /// # Errors
    /// 501 for a type that is no directory object.
    pub(crate) fn parse(reader: Reader<'_>, segment: &str) -> Result<Self, GraphFailure> {
        let name = plain(segment).unwrap_or(segment);
        if let Some(kind) = ObjectKind::from_type(name) {
            return Ok(Self::Kind(kind));
        }
        ABSENT
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, set)| Self::Absent(set))
            .ok_or_else(|| not_served(reader))
    }
}

/// The answer for objects of which there are none: an empty list, 0, or 404 for a certain one.
pub(crate) fn nothing(reader: Reader<'_>, set: &str, rest: &[String]) -> GraphResult {
    match rest {
        [] => {
            let options = reader.options(
                OptionSet::SELECT
                    .and(OptionSet::FILTER)
                    .and(OptionSet::SEARCH)
                    .and(OptionSet::ORDER_BY)
                    .and(OptionSet::TOP)
                    .and(OptionSet::COUNT)
                    .and(OptionSet::FORMAT),
            )?;
            let is_counted = reader.level(&options).is_advanced();
            let frame = ListFrame {
                context: &reader.metadata(set, None),
                count: is_counted.then_some(0),
                next_link: None,
            };
            Ok(frame.around(&[]))
        }
        [count] if count.eq_ignore_ascii_case("$count") => {
            if !reader.request.is_eventual() {
                return Err(count_needs_header());
            }
            reader.count_text(0)
        }
        [id, ..] => Err(GraphFailure::not_found(&excerpt(id))),
    }
}
