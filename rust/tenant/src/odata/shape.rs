//! Which properties an answer shows, and how one object is written from its stored document.

use std::borrow::Cow;

use super::error::excerpt;
use super::filter::no_such_property;
use super::json;
use super::properties::{Entity, Kind, Property, Shown, Source, is_extension};
use crate::service::GraphFailure;

/// The version of Graph that is asked, and whether for one object or many: what is shown by default depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    /// The beta version, which shows nearly everything.
    pub(crate) beta: bool,
    /// A list, in which some properties cannot be had.
    pub(crate) list: bool,
}

/// The properties of one entity type in one answer.
#[derive(Debug)]
pub(crate) struct Shape {
    slots: Vec<Slot>,
    /// The names in `$select` as Graph spells them; `None` without `$select`.
    selected: Option<Vec<String>>,
}

#[derive(Debug)]
struct Slot {
    name: Cow<'static, str>,
    /// `"name":`
    label: Vec<u8>,
    source: Source,
    /// What stands for a value that is not there.
    absent: &'static [u8],
}

impl Slot {
    fn of(property: &Property) -> Self {
        let is_collection = matches!(
            property.kind,
            Kind::Texts | Kind::ComplexList(_) | Kind::OpaqueList
        );
        Self::new(property.name, property.source, is_collection)
    }

    fn new(name: impl Into<Cow<'static, str>>, source: Source, is_collection: bool) -> Self {
        let name = name.into();
        let label = format!("\"{name}\":").into_bytes();
        let absent: &[u8] = if is_collection { b"[]" } else { b"null" };
        Self {
            name,
            label,
            source,
            absent,
        }
    }
}

/// Room for one object's values, kept from row to row.
#[derive(Debug, Default)]
pub(crate) struct Spans(Vec<(usize, usize)>);

/// Writes the values of an object that are not in its document.
pub(crate) trait Computed {
    /// Writes the value of `source`.
    fn write(&mut self, source: Source, out: &mut Vec<u8>) -> rusqlite::Result<()>;
}

/// For objects that are all document.
pub(crate) struct NothingComputed;

impl Computed for NothingComputed {
    fn write(&mut self, _source: Source, out: &mut Vec<u8>) -> rusqlite::Result<()> {
        out.extend_from_slice(b"null");
        Ok(())
    }
}

impl Shape {
    /// What is shown without `$select`.
    pub(crate) fn default(entity: &Entity, view: View) -> Self {
        let is_shown = |property: &&Property| match property.shown {
            Shown::Always => true,
            Shown::Beta => view.beta,
            Shown::Selected | Shown::Single | Shown::Never => false,
        };
        let shown = entity.properties.iter().filter(is_shown);
        Self {
            slots: shown.map(Slot::of).collect(),
            selected: None,
        }
    }

    /// What `select` asks for, or the default without one.
    ///
    /// # Errors
    /// `BadRequest` for a name the type does not have, 501 for what a list cannot have.
    pub(crate) fn selected(
        entity: &Entity,
        view: View,
        select: Option<&str>,
    ) -> Result<Self, GraphFailure> {
        let Some(select) = select else {
            return Ok(Self::default(entity, view));
        };
        let mut shape = Self {
            slots: Vec::new(),
            selected: Some(Vec::new()),
        };
        for term in select
            .split(',')
            .map(str::trim)
            .filter(|term| !term.is_empty())
        {
            shape.select(entity, view, term)?;
        }
        if shape.slots.is_empty() && shape.names().next().is_none() {
            return Ok(Self::default(entity, view));
        }
        Ok(shape)
    }

    /// The same for a list of several types: a name must be known to one of them, and each type shows what it has.
    pub(crate) fn selected_among<const N: usize>(
        entities: [&Entity; N],
        view: View,
        select: Option<&str>,
    ) -> Result<[Self; N], GraphFailure> {
        let Some(select) = select else {
            return Ok(entities.map(|entity| Self::default(entity, view)));
        };
        let mut shapes = [(); N].map(|()| Self {
            slots: Vec::new(),
            selected: Some(Vec::new()),
        });
        for term in select
            .split(',')
            .map(str::trim)
            .filter(|term| !term.is_empty())
        {
            let mut failures = Vec::new();
            for (shape, entity) in shapes.iter_mut().zip(entities) {
                failures.extend(shape.select(entity, view, term).err());
            }
            if failures.len() == entities.len() {
                return Err(unknown_selected(term, "microsoft.graph.directoryObject"));
            }
        }
        Ok(shapes)
    }

    fn select(&mut self, entity: &Entity, view: View, term: &str) -> Result<(), GraphFailure> {
        if term == "*" {
            for property in entity.properties {
                if !matches!(property.shown, Shown::Single | Shown::Never) {
                    self.add(Slot::of(property));
                }
            }
            self.note("*");
            return Ok(());
        }
        let (name, member) = match term.split_once('/') {
            Some((name, member)) => (name, Some(member)),
            None => (term, None),
        };
        if let Some(property) = entity.property(name) {
            let has_members = matches!(property.kind, Kind::Complex(_) | Kind::Opaque);
            if member.is_some() && !has_members {
                return Err(unknown_selected(term, entity.name));
            }
            match property.shown {
                Shown::Single if view.list => {
                    return Err(GraphFailure::not_implemented(format!(
                        "This operation target is not yet supported. The property '{}' cannot be selected on a \
                         collection.",
                        property.name
                    )));
                }
                // May be named, and is never there.
                Shown::Never => {}
                _ => self.add(Slot::of(property)),
            }
            self.note(property.name);
            return Ok(());
        }
        if let Some(navigation) = entity.navigation(name).filter(|_| member.is_none()) {
            self.note(navigation);
            return Ok(());
        }
        if is_extension(term) {
            self.add(Slot::new(term.to_owned(), Source::Document, false));
            self.note(term);
            return Ok(());
        }
        Err(unknown_selected(term, entity.name))
    }

    fn add(&mut self, slot: Slot) {
        if self.slots.iter().all(|other| other.name != slot.name) {
            self.slots.push(slot);
        }
    }

    fn note(&mut self, name: &str) {
        let names = self.selected.get_or_insert_default();
        if names.iter().all(|other| other != name) {
            names.push(name.to_owned());
        }
    }

    /// The names in `$select`, as Graph spells them.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.selected.iter().flatten().map(String::as_str)
    }

    /// Whether there was a `$select`.
    pub(crate) fn is_selected(&self) -> bool {
        self.selected.is_some()
    }

    /// Whether the property of this name is shown.
    pub(crate) fn shows(&self, name: &str) -> bool {
        self.slots.iter().any(|slot| slot.name == name)
    }

    /// Writes the members of one object, without its braces. True if it wrote any.
    pub(crate) fn write(
        &self,
        document: &[u8],
        computed: &mut impl Computed,
        spans: &mut Spans,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<bool> {
        let spans = &mut spans.0;
        spans.clear();
        spans.resize(self.slots.len(), (0, 0));
        let start = document.as_ptr() as usize;
        json::members(document, |name, value| {
            let slot = self
                .slots
                .iter()
                .position(|slot| slot.source == Source::Document && slot.name.as_bytes() == name);
            if let Some(slot) = slot {
                let offset = value.as_ptr() as usize - start;
                spans[slot] = (offset, offset + value.len());
            }
        });
        for (index, (slot, (from, to))) in self.slots.iter().zip(spans).enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&slot.label);
            match slot.source {
                Source::Document => {
                    let value = &document[*from..*to];
                    let is_absent = value.is_empty() || value == b"null";
                    out.extend_from_slice(if is_absent { slot.absent } else { value });
                }
                Source::Withheld => out.extend_from_slice(b"null"),
                source => computed.write(source, out)?,
            }
        }
        Ok(!self.slots.is_empty())
    }
}

fn unknown_selected(name: &str, type_name: &str) -> GraphFailure {
    GraphFailure::unreadable(format!(
        "Parsing OData Select and Expand failed: {}",
        no_such_property(&excerpt(name), type_name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::properties::{GROUP, USER};

    const V1_LIST: View = View {
        beta: false,
        list: true,
    };

    fn written(shape: &Shape, document: &str) -> String {
        let mut out = Vec::new();
        shape
            .write(
                document.as_bytes(),
                &mut NothingComputed,
                &mut Spans::default(),
                &mut out,
            )
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_user_shows_eleven_properties_by_default() {
        let shape = Shape::default(&USER, V1_LIST);
        let mut names: Vec<&str> = shape.slots.iter().map(|slot| &*slot.name).collect();
        names.sort();
        assert_eq!(
            names,
            [
                "businessPhones",
                "displayName",
                "givenName",
                "id",
                "jobTitle",
                "mail",
                "mobilePhone",
                "officeLocation",
                "preferredLanguage",
                "surname",
                "userPrincipalName"
            ]
        );
    }

    #[test]
    fn beta_shows_licences_and_plans_unasked_and_neither_states_nor_sign_ins() {
        let shape = Shape::default(
            &USER,
            View {
                beta: true,
                ..V1_LIST
            },
        );
        for name in [
            "assignedLicenses",
            "assignedPlans",
            "usageLocation",
            "accountEnabled",
        ] {
            assert!(shape.shows(name), "{name}");
        }
        assert!(!shape.shows("licenseAssignmentStates"));
        assert!(!shape.shows("signInActivity"));
    }

    #[test]
    fn selected_names_are_read_in_any_case_and_blanks_are_passed_over() {
        let shape = Shape::selected(
            &USER,
            V1_LIST,
            Some(" DisplayName, userprincipalname,,displayname"),
        )
        .unwrap();
        assert_eq!(
            shape.names().collect::<Vec<_>>(),
            ["displayName", "userPrincipalName"]
        );
        assert_eq!(
            written(&shape, r#"{"userPrincipalName":"a@b","displayName":"A"}"#),
            r#""displayName":"A","userPrincipalName":"a@b""#
        );
    }

    #[test]
    fn what_has_no_value_is_null_or_an_empty_list() {
        let shape =
            Shape::selected(&USER, V1_LIST, Some("city,businessPhones,otherMails")).unwrap();
        assert_eq!(
            written(&shape, r#"{"otherMails":null}"#),
            r#""city":null,"businessPhones":[],"otherMails":[]"#
        );
    }

    #[test]
    fn an_unknown_name_is_refused_by_name() {
        let failure = Shape::selected(&USER, V1_LIST, Some("id,shoeSize")).unwrap_err();
        assert_eq!(failure.code, "BadRequest");
        assert_eq!(
            failure.message,
            "Parsing OData Select and Expand failed: Could not find a property named 'shoeSize' on type \
             'microsoft.graph.user'."
        );
    }

    #[test]
    fn a_list_cannot_have_what_lives_outside_the_directory() {
        let failure = Shape::selected(&USER, V1_LIST, Some("id,skills")).unwrap_err();
        assert_eq!(failure.status, 501);
        assert!(
            failure
                .message
                .contains("This operation target is not yet supported.")
        );
        assert!(
            Shape::selected(
                &USER,
                View {
                    list: false,
                    ..V1_LIST
                },
                Some("skills")
            )
            .is_ok()
        );
    }

    #[test]
    fn has_members_with_license_errors_is_never_returned() {
        let shape = Shape::selected(
            &GROUP,
            V1_LIST,
            Some("displayName,hasMembersWithLicenseErrors"),
        )
        .unwrap();
        assert_eq!(
            written(&shape, r#"{"displayName":"G"}"#),
            r#""displayName":"G""#
        );
    }

    #[test]
    fn a_list_of_users_and_groups_shows_what_each_has() {
        let [user, group] = Shape::selected_among(
            [&USER, &GROUP],
            V1_LIST,
            Some("displayName,userPrincipalName,groupTypes"),
        )
        .unwrap();
        assert!(user.shows("userPrincipalName") && !user.shows("groupTypes"));
        assert!(group.shows("groupTypes") && !group.shows("userPrincipalName"));
        assert!(Shape::selected_among([&USER, &GROUP], V1_LIST, Some("shoeSize")).is_err());
    }
}
