//! `$orderby`.

use super::error::excerpt;
use super::filter::{Level, property_sql};
use super::properties::{Entity, Property};
use crate::service::GraphFailure;

/// One sort key; the row's own key always follows the last.
#[derive(Debug)]
pub(crate) struct SortKey {
    /// The SQL to sort by: a text column.
    pub(crate) sql: String,
    /// From the greatest to the least.
    pub(crate) descending: bool,
}

/// Reads `$orderby` for a list of `entity`.
///
/// # Errors
/// `BadRequest` for what cannot be read, `Request_UnsupportedQuery` for what the directory does not sort by.
pub(crate) fn sort_keys(
    entity: &Entity,
    source: &str,
    level: Level,
    is_narrowed: bool,
) -> Result<Vec<SortKey>, GraphFailure> {
    let mut keys: Vec<(&Property, SortKey)> = Vec::new();
    for term in source.split(',') {
        let mut words = term.split_whitespace();
        let (Some(name), direction, None) = (words.next(), words.next(), words.next()) else {
            return Err(invalid(format_args!(
                "'{}' is not a sort term.",
                excerpt(term)
            )));
        };
        let descending = match direction {
            None => false,
            Some(word) if word.eq_ignore_ascii_case("asc") => false,
            Some(word) if word.eq_ignore_ascii_case("desc") => true,
            Some(word) => {
                return Err(invalid(format_args!(
                    "'{}' is neither 'asc' nor 'desc'.",
                    excerpt(word)
                )));
            }
        };
        let property = entity.property(name).ok_or_else(|| {
            invalid(format_args!(
                "Could not find a property named '{}' on type '{}'.",
                excerpt(name),
                entity.name
            ))
        })?;
        let is_basic = entity.sorted.contains(&property.name);
        let is_advanced = is_basic || entity.sorted_advanced.contains(&property.name);
        if !is_advanced || !is_basic && !level.is_advanced() {
            return Err(GraphFailure::unsupported_query(format!(
                "Unsupported sort property '{}' for '{}'.",
                property.name, entity.resource
            )));
        }
        if keys.iter().any(|(earlier, _)| *earlier == property) {
            return Err(invalid(format_args!("'{}' is named twice.", property.name)));
        }
        let sql = property_sql(property);
        keys.push((property, SortKey { sql, descending }));
    }
    if is_narrowed && !level.is_advanced() {
        return Err(GraphFailure::unsupported_query(
            "Sorting not supported for current query.",
        ));
    }
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}

fn invalid(detail: std::fmt::Arguments<'_>) -> GraphFailure {
    GraphFailure::unreadable(format!("Invalid $orderby clause: {detail}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::properties::USER;

    const BASIC: Level = Level {
        eventual: false,
        counted: false,
    };
    const ADVANCED: Level = Level {
        eventual: true,
        counted: true,
    };

    #[test]
    fn names_sort_on_every_request_and_times_with_the_advanced_parameters() {
        let keys = sort_keys(&USER, "DisplayName desc, userPrincipalName", BASIC, false).unwrap();
        assert_eq!(keys[0].sql, "o.display_name");
        assert!(keys[0].descending && !keys[1].descending);
        let failure = sort_keys(&USER, "createdDateTime", BASIC, false).unwrap_err();
        assert_eq!(
            failure.message,
            "Unsupported sort property 'createdDateTime' for 'User'."
        );
        assert!(sort_keys(&USER, "createdDateTime", ADVANCED, false).is_ok());
        assert!(sort_keys(&USER, "city", ADVANCED, false).is_err());
    }

    #[test]
    fn a_filter_and_a_sort_together_need_the_advanced_parameters() {
        let failure = sort_keys(&USER, "displayName", BASIC, true).unwrap_err();
        assert_eq!(failure.code, "Request_UnsupportedQuery");
        assert_eq!(failure.message, "Sorting not supported for current query.");
        assert!(sort_keys(&USER, "displayName", ADVANCED, true).is_ok());
    }

    #[test]
    fn what_is_no_sort_term_is_named() {
        for (source, part) in [
            ("displayName up", "'up' is neither"),
            ("displayName asc desc", "is not a sort term"),
            ("displayName,", "is not a sort term"),
            ("shoeSize", "named 'shoeSize'"),
            ("displayName,displayname", "twice"),
        ] {
            let failure = sort_keys(&USER, source, ADVANCED, false).unwrap_err();
            assert_eq!(failure.code, "BadRequest");
            assert!(failure.message.contains(part), "{}", failure.message);
        }
    }
}
