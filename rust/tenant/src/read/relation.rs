//! Relations between users and groups, and `$expand`.

use mglicense_rules::Guid;
use rusqlite::{Connection, OptionalExtension};

use super::object::{ObjectKind, Shapes};
use crate::odata::error::excerpt;
use crate::odata::filter::no_such_property;
use crate::odata::properties::Entity;
use crate::odata::shape::View;
use crate::service::GraphFailure;

/// A relation of one object to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The groups a user or group is in, itself or through other groups.
    MemberOf { of: ObjectKind, transitive: bool },
    /// What is in a group, itself or through other groups.
    Members { transitive: bool },
    /// The owners of a group.
    Owners,
    /// The groups a user owns.
    OwnedObjects,
    /// The users a group could not license.
    MembersWithLicenseErrors,
    /// Who holds a role.
    RoleMembers,
    /// A user's manager.
    Manager,
    /// The users whose manager a user is.
    DirectReports,
    /// A user's licences in detail; not directory objects.
    LicenseDetails,
}

impl Relation {
    /// The relation of this name on an object of this kind, in any letter case.
    pub(crate) fn of(kind: ObjectKind, name: &str) -> Option<Self> {
        let relation = match (kind, name.to_ascii_lowercase().as_str()) {
            (ObjectKind::Role, "memberof" | "transitivememberof") => return None,
            (of, "memberof") => Self::MemberOf {
                of,
                transitive: false,
            },
            (of, "transitivememberof") => Self::MemberOf {
                of,
                transitive: true,
            },
            (ObjectKind::User, "ownedobjects") => Self::OwnedObjects,
            (ObjectKind::Role, "members") => Self::RoleMembers,
            (ObjectKind::User, "manager") => Self::Manager,
            (ObjectKind::User, "directreports") => Self::DirectReports,
            (ObjectKind::User, "licensedetails") => Self::LicenseDetails,
            (ObjectKind::Group, "members") => Self::Members { transitive: false },
            (ObjectKind::Group, "transitivemembers") => Self::Members { transitive: true },
            (ObjectKind::Group, "owners") => Self::Owners,
            (ObjectKind::Group, "memberswithlicenseerrors") => Self::MembersWithLicenseErrors,
            _ => return None,
        };
        Some(relation)
    }

    /// Whether objects of a kind can be related so.
    pub(crate) fn may_hold(self, kind: ObjectKind) -> bool {
        kind != ObjectKind::Role
            || matches!(
                self,
                Self::MemberOf {
                    of: ObjectKind::User,
                    ..
                }
            )
    }

    /// The SELECT of `kind` and `key` of the objects related to the one whose key is `?1`. Deleted ones may be among
    /// them.
    pub(crate) fn references(self) -> &'static str {
        match self {
            Self::Members { transitive: false } => {
                "SELECT kind, member_key AS key FROM members WHERE group_key = ?1"
            }
            Self::Members { transitive: true } => {
                // Only groups lead further: to go through their users as well would cost a row of memory each.
                "WITH RECURSIVE inside (key) AS (\
                   SELECT ?1 \
                   UNION \
                   SELECT m.member_key FROM inside i \
                     JOIN members m ON m.group_key = i.key AND m.kind = 1 \
                     JOIN groups g ON g.key = m.member_key AND g.deleted IS NULL) \
                 SELECT DISTINCT m.kind, m.member_key AS key FROM inside i \
                   JOIN members m ON m.group_key = i.key \
                  WHERE NOT (m.kind = 1 AND m.member_key = ?1)"
            }
            Self::MemberOf {
                of: ObjectKind::User,
                transitive: false,
            } => {
                "SELECT 1 AS kind, group_key AS key FROM members WHERE kind = 0 AND member_key = ?1 \
                 UNION ALL \
                 SELECT 2 AS kind, role_key AS key FROM role_members WHERE kind = 0 AND member_key = ?1"
            }
            // Nothing is made for a role: it is a member of nothing.
            Self::MemberOf {
                of: ObjectKind::Group | ObjectKind::Role,
                transitive: false,
            } => {
                "SELECT 1 AS kind, group_key AS key FROM members WHERE kind = 1 AND member_key = ?1"
            }
            Self::MemberOf {
                of: ObjectKind::User,
                transitive: true,
            } => {
                "WITH RECURSIVE reached (key) AS (\
                   SELECT group_key FROM members WHERE kind = 0 AND member_key = ?1 \
                   UNION \
                   SELECT m.group_key FROM reached r \
                     JOIN groups g ON g.key = r.key AND g.deleted IS NULL \
                     JOIN members m ON m.kind = 1 AND m.member_key = r.key) \
                 SELECT 1 AS kind, key FROM reached \
                 UNION ALL \
                 SELECT 2 AS kind, role_key AS key FROM role_members WHERE kind = 0 AND member_key = ?1"
            }
            Self::MemberOf {
                of: ObjectKind::Group | ObjectKind::Role,
                transitive: true,
            } => {
                "WITH RECURSIVE reached (key) AS (\
                   SELECT group_key FROM members WHERE kind = 1 AND member_key = ?1 \
                   UNION \
                   SELECT m.group_key FROM reached r \
                     JOIN groups g ON g.key = r.key AND g.deleted IS NULL \
                     JOIN members m ON m.kind = 1 AND m.member_key = r.key) \
                 SELECT 1 AS kind, key FROM reached WHERE key <> ?1"
            }
            Self::Owners => "SELECT kind, member_key AS key FROM owners WHERE group_key = ?1",
            Self::OwnedObjects => {
                "SELECT 1 AS kind, group_key AS key FROM owners WHERE kind = 0 AND member_key = ?1"
            }
            Self::MembersWithLicenseErrors => {
                "SELECT DISTINCT 0 AS kind, user_key AS key FROM assignments WHERE source_key = ?1 AND error <> 0"
            }
            Self::RoleMembers => {
                "SELECT kind, member_key AS key FROM role_members WHERE role_key = ?1"
            }
            Self::DirectReports => {
                "SELECT 0 AS kind, u.key AS key FROM users u \
                  WHERE ifnull(json_extract(u.doc, '$.manager.id'), json_extract(u.doc, '$.manager')) = \
                    (SELECT json_extract(m.doc, '$.id') FROM users m WHERE m.key = ?1)"
            }
            // The document holds the manager's id as text; ids are kept as bytes.
            Self::Manager | Self::LicenseDetails => "SELECT 0 AS kind, 0 AS key WHERE ?1 IS NULL",
        }
    }

    /// The first `limit` objects related to the one of this key that are not deleted.
    pub(crate) fn first(
        self,
        connection: &Connection,
        key: i64,
        limit: usize,
    ) -> rusqlite::Result<Vec<(ObjectKind, i64)>> {
        if self == Self::Manager {
            return Ok(manager(connection, key)?
                .map(|key| (ObjectKind::User, key))
                .into_iter()
                .collect());
        }
        let mut statement = connection.prepare_cached(&format!(
            "SELECT r.kind, r.key FROM ({}) r \
              WHERE r.kind = 0 AND EXISTS (SELECT 1 FROM users o WHERE o.key = r.key AND o.deleted IS NULL) \
                 OR r.kind = 1 AND EXISTS (SELECT 1 FROM groups o WHERE o.key = r.key AND o.deleted IS NULL) \
                 OR r.kind = 2 \
              ORDER BY r.kind, r.key LIMIT ?2",
            self.references()
        ))?;
        statement
            .query_map((key, limit as i64), |row| {
                Ok((ObjectKind::from_number(row.get(0)?), row.get(1)?))
            })?
            .collect()
    }
}

/// The key of a user's manager: the document's `manager` is an id, or an object with one.
fn manager(connection: &Connection, user_key: i64) -> rusqlite::Result<Option<i64>> {
    let id: Option<String> = connection
        .prepare_cached(
            "SELECT ifnull(json_extract(doc, '$.manager.id'), json_extract(doc, '$.manager')) FROM users WHERE key = ?1",
        )?
        .query_row([user_key], |row| row.get(0))?;
    let Some(id) = id.and_then(|id| id.parse::<Guid>().ok()) else {
        return Ok(None);
    };
    connection
        .prepare_cached("SELECT key FROM users WHERE id = ?1 AND deleted IS NULL")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()
}

/// One relation to write inside each object.
#[derive(Debug)]
pub(crate) struct Expansion {
    /// Its name as Graph spells it.
    pub(crate) name: &'static str,
    pub(crate) relation: Relation,
    /// What is shown of the related objects.
    pub(crate) shapes: Shapes,
    /// At most so many of them.
    pub(crate) limit: usize,
}

/// Reads `$expand` for objects of `kind`.
///
/// # Errors
/// `BadRequest` for what cannot be read or is no relation; 501 for a relation this tenant does not have.
pub(crate) fn expansions(
    kind: ObjectKind,
    source: Option<&str>,
    view: View,
    limit: usize,
) -> Result<Vec<Expansion>, GraphFailure> {
    let mut expansions: Vec<Expansion> = Vec::new();
    for term in split_outside_parentheses(source.unwrap_or_default(), ',')? {
        let term = term.trim();
        if term.is_empty() {
            continue;
        }
        let expansion = expansion(kind, term, view, limit)?;
        if expansions.iter().any(|other| other.name == expansion.name) {
            return Err(failed(format_args!("'{}' is named twice.", expansion.name)));
        }
        expansions.push(expansion);
    }
    Ok(expansions)
}

fn expansion(
    kind: ObjectKind,
    term: &str,
    view: View,
    limit: usize,
) -> Result<Expansion, GraphFailure> {
    let (name, options) = match term.split_once('(') {
        None => (term, ""),
        Some((name, rest)) => (
            name,
            rest.strip_suffix(')')
                .ok_or_else(|| failed(format_args!("Term '{}' is not valid.", excerpt(term))))?,
        ),
    };
    let entity: &Entity = kind.entity();
    let Some(known) = entity.navigation(name.trim()) else {
        return Err(match entity.property(name.trim()) {
            Some(property) => failed(format_args!(
                "Property '{}' on type '{}' is not a navigation property or complex property. Only navigation \
                 properties can be expanded.",
                property.name, entity.name
            )),
            None => failed(format_args!(
                "{}",
                no_such_property(name.trim(), entity.name)
            )),
        });
    };
    let Some(relation) = Relation::of(kind, known) else {
        return Err(GraphFailure::not_implemented(format!(
            "This operation target is not yet supported. The relationship '{known}' of '{}' cannot be expanded.",
            entity.resource
        )));
    };
    let mut select = None;
    for option in split_outside_parentheses(options, ';')? {
        let option = option.trim();
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name.trim() {
            "" => {}
            name if name.eq_ignore_ascii_case("$select") => select = Some(value.trim().to_owned()),
            name => {
                return Err(GraphFailure::unsupported_query(format!(
                    "The option '{}' is not supported inside $expand of '{known}'.",
                    excerpt(name)
                )));
            }
        }
    }
    let select = select.filter(|select| !select.is_empty());
    let view = View { list: true, ..view };
    let shapes = if relation == Relation::LicenseDetails && select.is_some() {
        return Err(GraphFailure::unsupported_query(
            "The option '$select' is not supported inside $expand of 'licenseDetails'.",
        ));
    } else {
        Shapes::selected(view, select.as_deref())?
    };
    Ok(Expansion {
        name: known,
        relation,
        shapes,
        limit,
    })
}

/// Splits at `separator` where no parenthesis is open.
fn split_outside_parentheses(text: &str, separator: char) -> Result<Vec<&str>, GraphFailure> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0i32, 0);
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if character == separator && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
        if depth < 0 {
            break;
        }
    }
    if depth != 0 {
        return Err(failed(format_args!(
            "The parentheses in '{}' do not match.",
            excerpt(text)
        )));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn failed(detail: std::fmt::Arguments<'_>) -> GraphFailure {
    GraphFailure::unreadable(format!("Parsing OData Select and Expand failed: {detail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View = View {
        beta: false,
        list: true,
    };

    fn parse(source: &str) -> Result<Vec<Expansion>, GraphFailure> {
        expansions(ObjectKind::User, Some(source), VIEW, 20)
    }

    #[test]
    fn several_relations_with_their_own_selections_are_read() {
        let expansions = parse("memberOf($select=id,displayName), Manager($select=id)").unwrap();
        assert_eq!(expansions[0].name, "memberOf");
        assert!(expansions[0].shapes.group.shows("displayName"));
        assert!(!expansions[0].shapes.group.shows("mail"));
        assert_eq!(expansions[1].relation, Relation::Manager);
    }

    #[test]
    fn what_cannot_be_expanded_is_named() {
        for (source, status, part) in [
            ("friends", 400, "named 'friends'"),
            (
                "displayName",
                400,
                "'displayName' on type 'microsoft.graph.user' is not a navigation property",
            ),
            ("drive", 501, "'drive'"),
            ("memberOf($top=3)", 400, "'$top'"),
            ("memberOf($select=id", 400, "parentheses"),
            ("memberOf)", 400, "parentheses"),
            ("memberOf($select=shoeSize)", 400, "shoeSize"),
            ("manager,manager", 400, "twice"),
        ] {
            let failure = parse(source).unwrap_err();
            assert_eq!(failure.status, status, "{source}");
            assert!(
                failure.message.contains(part),
                "{source}: {}",
                failure.message
            );
        }
    }

    #[test]
    fn a_manager_is_found_by_the_id_in_the_document() {
        let seed = r#"{"version": 1, "users": [
            {"userPrincipalName": "a@contoso.com"}, {"userPrincipalName": "b@contoso.com"},
            {"userPrincipalName": "c@contoso.com", "deletedDateTime": "2026-01-01T00:00:00Z"}]}"#;
        let path = std::path::Path::new(":memory:");
        let connection = crate::store::build_memory(|connection| {
            crate::seed::fill(
                connection,
                path,
                crate::Source::text(seed),
                Default::default(),
            )
        })
        .expect("the seed is right");
        let set = |user: i64, manager: i64, path: &str| {
            connection
                .execute(
                    "UPDATE users SET doc = json_set(doc, ?3, (SELECT json_extract(doc, '$.id') FROM users WHERE key = ?2))
                      WHERE key = ?1",
                    (user, manager, path),
                )
                .expect("the document is JSON");
        };
        let manager = || {
            Relation::Manager
                .first(&connection, 1, 1)
                .expect("the file is read")
        };
        assert_eq!(manager(), []);
        set(1, 2, "$.manager");
        assert_eq!(manager(), [(ObjectKind::User, 2)]);
        set(1, 3, "$.manager");
        assert_eq!(manager(), [], "a deleted manager is none");
    }
}
