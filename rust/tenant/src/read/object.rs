//! Users and groups, written one at a time.

use mglicense_rules::Guid;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::licenses::Licenses;
use super::relation::{Expansion, Relation};
use crate::odata::filter::Tables;
use crate::odata::json;
use crate::odata::properties::{Entity, GROUP, ROLE, Source, USER};
use crate::odata::shape::{Computed, Shape, Spans, View};
use crate::service::GraphFailure;
use crate::settings::LicensingSettings;

/// A kind of directory object. The number is the one in `members.kind`; roles are members of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    User = 0,
    Group = 1,
    Role = 2,
}

impl ObjectKind {
    pub(crate) const ALL: [Self; 3] = [Self::User, Self::Group, Self::Role];

    /// The kind of this number.
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::User,
            1 => Self::Group,
            _ => Self::Role,
        }
    }

    /// The kind of an OData type, such as `microsoft.graph.user`.
    pub(crate) fn from_type(name: &str) -> Option<Self> {
        let name = name.trim_start_matches('#');
        Self::ALL.into_iter().find(|kind| {
            let known = kind.entity().name;
            let short = known.trim_start_matches("microsoft.graph.");
            known.eq_ignore_ascii_case(name) || short.eq_ignore_ascii_case(name)
        })
    }

    /// What Graph shows of it.
    pub(crate) fn entity(self) -> &'static Entity {
        match self {
            Self::User => &USER,
            Self::Group => &GROUP,
            Self::Role => &ROLE,
        }
    }

    /// The table it is read from.
    pub(crate) fn table(self, tables: Tables) -> &'static str {
        match self {
            Self::User => tables.users,
            Self::Group => "groups",
            Self::Role => "roles",
        }
    }
}

/// What is read of a row, in the order of [`COLUMNS`].
pub(crate) struct ObjectRow<'r> {
    pub(crate) key: i64,
    pub(crate) id: Guid,
    created: &'r str,
    deleted: Option<&'r str>,
    document: &'r [u8],
}

/// The columns of an [`ObjectRow`] of the row `o`.
pub(crate) const COLUMNS: &str = "o.key, o.id, o.created, o.deleted, o.doc";

impl<'r> ObjectRow<'r> {
    pub(crate) fn read(row: &'r Row<'_>) -> rusqlite::Result<Self> {
        let document = match row.get_ref(4)? {
            ValueRef::Text(bytes) => bytes,
            _ => b"{}",
        };
        Ok(Self {
            key: row.get(0)?,
            id: Guid::from_bytes(row.get(1)?),
            created: row.get_ref(2)?.as_str()?,
            deleted: row.get_ref(3)?.as_str_or_null()?,
            document,
        })
    }
}

/// What is shown of users, of groups and of roles.
#[derive(Debug)]
pub(crate) struct Shapes {
    pub(crate) user: Shape,
    pub(crate) group: Shape,
    pub(crate) role: Shape,
}

impl Shapes {
    /// What `select` shows of each of them.
    ///
    /// # Errors
    /// `BadRequest` for what none of them has.
    pub(crate) fn selected(view: View, select: Option<&str>) -> Result<Self, GraphFailure> {
        let [user, group, role] = Shape::selected_among([&USER, &GROUP, &ROLE], view, select)?;
        Ok(Self { user, group, role })
    }

    pub(crate) fn of(&self, kind: ObjectKind) -> &Shape {
        match kind {
            ObjectKind::User => &self.user,
            ObjectKind::Group => &self.group,
            ObjectKind::Role => &self.role,
        }
    }
}

/// How one object is introduced.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Intro<'a> {
    /// By nothing: its type is known from the list it is in.
    Bare,
    /// By its type, as in lists of directory objects.
    Typed,
    /// By `@odata.context`, as a single object.
    Context(&'a str),
    /// By both, as a single directory object.
    TypedContext(&'a str),
}

/// Writes users and groups. Statements and buffers stay at hand from one object to the next.
pub(crate) struct ObjectWriter<'c> {
    connection: &'c Connection,
    tables: Tables,
    licenses: Licenses<'c>,
    spans: Spans,
}

impl<'c> ObjectWriter<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        tables: Tables,
        settings: &LicensingSettings,
    ) -> Self {
        Self {
            connection,
            tables,
            licenses: Licenses::new(connection, tables, settings),
            spans: Spans::default(),
        }
    }

    pub(crate) fn licenses(&mut self) -> &mut Licenses<'c> {
        &mut self.licenses
    }

    /// Writes one object from its row.
    pub(crate) fn write(
        &mut self,
        kind: ObjectKind,
        row: &ObjectRow<'_>,
        shape: &Shape,
        intro: Intro<'_>,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        self.write_expanded(kind, row, shape, &[], intro, out)
    }

    /// Writes one object from its row, with related objects inside.
    pub(crate) fn write_expanded(
        &mut self,
        kind: ObjectKind,
        row: &ObjectRow<'_>,
        shape: &Shape,
        expansions: &[Expansion],
        intro: Intro<'_>,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        out.push(b'{');
        let start = out.len();
        write_intro(kind, intro, out);
        let mut values = ObjectValues {
            connection: self.connection,
            kind,
            row,
            licenses: &mut self.licenses,
        };
        let before = out.len();
        let wrote = shape.write(row.document, &mut values, &mut self.spans, out)?;
        if !wrote && before > start {
            // The comma after the introduction has nothing to separate.
            out.truncate(before - 1);
        }
        for expansion in expansions {
            if out.len() > start {
                out.push(b',');
            }
            json::write_text(out, expansion.name);
            out.push(b':');
            self.write_relation(row, expansion, out)?;
        }
        out.push(b'}');
        Ok(())
    }

    /// Writes the object of this key, if it is there and not deleted.
    pub(crate) fn write_by_key(
        &mut self,
        kind: ObjectKind,
        key: i64,
        shapes: &Shapes,
        intro: Intro<'_>,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<bool> {
        let table = kind.table(self.tables);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM {table} o WHERE o.key = ?1 AND o.deleted IS NULL"
        ))?;
        let mut rows = statement.query([key])?;
        let Some(row) = rows.next()? else {
            return Ok(false);
        };
        let row = ObjectRow::read(row)?;
        self.write(kind, &row, shapes.of(kind), intro, out)?;
        Ok(true)
    }

    fn write_relation(
        &mut self,
        row: &ObjectRow<'_>,
        expansion: &Expansion,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        if expansion.relation == Relation::LicenseDetails {
            let details = self.licenses.details(row.key, row.id)?;
            out.push(b'[');
            for (index, (_, document)) in details.iter().take(expansion.limit).enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(document);
            }
            out.push(b']');
            return Ok(());
        }
        let references = expansion
            .relation
            .first(self.connection, row.key, expansion.limit)?;
        if expansion.relation == Relation::Manager {
            let mut wrote = false;
            if let Some((kind, key)) = references.first() {
                wrote = self.write_by_key(*kind, *key, &expansion.shapes, Intro::Typed, out)?;
            }
            if !wrote {
                out.extend_from_slice(b"null");
            }
            return Ok(());
        }
        out.push(b'[');
        let mut is_first = true;
        for (kind, key) in references {
            let before = out.len();
            if !is_first {
                out.push(b',');
            }
            if self.write_by_key(kind, key, &expansion.shapes, Intro::Typed, out)? {
                is_first = false;
            } else {
                out.truncate(before);
            }
        }
        out.push(b']');
        Ok(())
    }
}

fn write_intro(kind: ObjectKind, intro: Intro<'_>, out: &mut Vec<u8>) {
    let (context, is_typed) = match intro {
        Intro::Bare => (None, false),
        Intro::Typed => (None, true),
        Intro::Context(context) => (Some(context), false),
        Intro::TypedContext(context) => (Some(context), true),
    };
    if let Some(context) = context {
        out.extend_from_slice(b"\"@odata.context\":");
        json::write_text(out, context);
        out.push(b',');
    }
    if is_typed {
        out.extend_from_slice(b"\"@odata.type\":\"#");
        out.extend_from_slice(kind.entity().name.as_bytes());
        out.extend_from_slice(b"\",");
    }
}

/// The values of a user or group that are not in its document.
struct ObjectValues<'x, 'c> {
    connection: &'c Connection,
    kind: ObjectKind,
    row: &'x ObjectRow<'x>,
    licenses: &'x mut Licenses<'c>,
}

impl Computed for ObjectValues<'_, '_> {
    fn write(&mut self, source: Source, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        let key = self.row.key;
        match source {
            Source::Id => {
                out.push(b'"');
                out.extend_from_slice(self.row.id.text().as_str().as_bytes());
                out.push(b'"');
            }
            Source::Created => json::write_text(out, self.row.created),
            Source::Deleted => json::write_optional(out, self.row.deleted),
            Source::AssignedLicenses => match self.kind {
                ObjectKind::User => self.licenses.write_user_licenses(key, out)?,
                ObjectKind::Group => self.licenses.write_group_licenses(key, out)?,
                ObjectKind::Role => out.extend_from_slice(b"[]"),
            },
            Source::AssignmentStates => self.licenses.write_states(key, out)?,
            Source::AssignedPlans => self.licenses.write_assigned_plans(key, out)?,
            Source::ProvisionedPlans => self.licenses.write_provisioned_plans(key, out)?,
            Source::ProcessingState => self.write_processing_state(out)?,
            Source::Document | Source::Withheld => out.extend_from_slice(b"null"),
        }
        Ok(())
    }
}

impl ObjectValues<'_, '_> {
    fn write_processing_state(&self, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT processing_state FROM groups WHERE key = ?1")?;
        let state: Option<String> = statement.query_row([self.row.key], |row| row.get(0))?;
        match state {
            Some(state) => {
                out.extend_from_slice(b"{\"state\":");
                json::write_text(out, &state);
                out.push(b'}');
            }
            None => out.extend_from_slice(b"null"),
        }
        Ok(())
    }
}
