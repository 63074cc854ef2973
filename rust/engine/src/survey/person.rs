//! A user, as far as reports go.

use std::borrow::Cow;
use std::fmt;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{HoldingError, HoldingState};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::assignment::LastSignIn;

/// Which properties are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Select {
    /// The date of the last sign-in. It needs more rights, and Graph then gives pages of 120 at most.
    pub(crate) sign_in: bool,
    /// Country and department too.
    pub(crate) place: bool,
}

/// The largest page Graph gives of users, and where the sign-in activity is asked for.
const PAGE: u32 = 999;
const PAGE_WITH_SIGN_IN: u32 = 120;

impl Select {
    /// The value of `$select`.
    pub(crate) fn properties(self) -> String {
        let mut properties = String::from(
            "id,userPrincipalName,displayName,userType,accountEnabled,usageLocation,onPremisesSyncEnabled,licenseAssignmentStates",
        );
        if self.place {
            properties.push_str(",country,department");
        }
        if self.sign_in {
            properties.push_str(",signInActivity");
        }
        properties
    }

    /// The value of `$top`.
    pub(crate) fn page_size(self) -> u32 {
        if self.sign_in {
            PAGE_WITH_SIGN_IN
        } else {
            PAGE
        }
    }
}

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) user_principal_name: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) user_type: Option<String>,
    /// `None` where the service did not say.
    pub(crate) account_enabled: Option<bool>,
    pub(crate) usage_location: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) department: Option<String>,
    /// True: mastered on premises. False: was once. `None`: never.
    pub(crate) synced: Option<bool>,
    /// `None` where the service sent nothing although it was asked, which doesn't mean that there is none.
    pub(crate) licences: Option<Vec<Licence>>,
    pub(crate) last_sign_in: LastSignIn,
}

/// One assignment of one product from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Licence {
    pub(crate) sku_id: Guid,
    /// The group it comes through; `None` for a direct one.
    pub(crate) group: Option<Guid>,
    pub(crate) disabled: Vec<Guid>,
    pub(crate) state: HoldingState,
    pub(crate) error: HoldingError,
    /// When it last changed, as the service wrote it.
    pub(crate) updated: Option<String>,
}

impl Licence {
    /// Whether the user has the product by it.
    pub(crate) fn is_in_effect(&self) -> bool {
        self.state != HoldingState::Error
    }
}

impl Person {
    /// What people know the user by.
    pub(crate) fn name(&self) -> &str {
        self.user_principal_name.as_deref().unwrap_or(&self.id)
    }

    /// Whether the account is a guest's.
    pub(crate) fn is_guest(&self) -> bool {
        self.user_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("Guest"))
    }

    /// What the user holds, nothing where it is not known.
    pub(crate) fn held(&self) -> &[Licence] {
        self.licences.as_deref().unwrap_or_default()
    }

    /// Where the account is mastered: `Synced` on premises, `Cloud` here.
    pub(crate) fn directory(&self) -> &'static str {
        if self.synced == Some(true) {
            "Synced"
        } else {
            "Cloud"
        }
    }

    /// Reads a page of users; objects of another kind are passed over.
    ///
    /// # Errors
    /// When it is no list of objects.
    pub(crate) fn read_page(value: &[u8]) -> Result<Vec<Self>, serde_json::Error> {
        let page: Vec<Wire<'_>> = serde_json::from_slice(value)?;
        Ok(page
            .into_iter()
            .filter(|wire| {
                wire.kind
                    .as_ref()
                    .is_none_or(|kind| kind.0.ends_with(".user"))
            })
            .map(Wire::into_person)
            .collect())
    }

    /// Reads one user.
    ///
    /// # Errors
    /// When it is no object.
    pub(crate) fn read(object: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(serde_json::from_slice::<Wire<'_>>(object)?.into_person())
    }
}

/// `user`. Everything may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    #[serde(rename = "@odata.type", borrow, default)]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    id: Option<Text<'a>>,
    #[serde(default)]
    user_principal_name: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    user_type: Option<String>,
    #[serde(default)]
    account_enabled: Option<bool>,
    #[serde(default)]
    usage_location: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    department: Option<String>,
    #[serde(default)]
    on_premises_sync_enabled: Option<bool>,
    #[serde(borrow, default)]
    license_assignment_states: Option<Vec<WireState<'a>>>,
    #[serde(default)]
    sign_in_activity: Option<WireActivity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireState<'a> {
    #[serde(borrow, default)]
    sku_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    assigned_by_group: Option<Text<'a>>,
    #[serde(borrow, default)]
    disabled_plans: Option<Vec<Text<'a>>>,
    #[serde(borrow, default)]
    state: Option<Text<'a>>,
    #[serde(borrow, default)]
    error: Option<Text<'a>>,
    #[serde(default)]
    last_updated_date_time: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireActivity {
    #[serde(default)]
    last_sign_in_date_time: Option<String>,
    #[serde(default)]
    last_successful_sign_in_date_time: Option<String>,
    #[serde(default)]
    last_non_interactive_sign_in_date_time: Option<String>,
}

impl WireActivity {
    /// The latest of what the service tells. Its times are UTC in one form, so that they sort as texts.
    fn latest(self) -> LastSignIn {
        [
            self.last_sign_in_date_time,
            self.last_successful_sign_in_date_time,
            self.last_non_interactive_sign_in_date_time,
        ]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .max()
        .map_or(LastSignIn::Never, LastSignIn::At)
    }
}

impl Wire<'_> {
    fn into_person(self) -> Person {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        Person {
            id: self.id.map(|id| id.0.into_owned()).unwrap_or_default(),
            user_principal_name: self.user_principal_name,
            display_name: self.display_name,
            user_type: self.user_type,
            account_enabled: self.account_enabled,
            usage_location: filled(self.usage_location),
            country: filled(self.country),
            department: filled(self.department),
            synced: self.on_premises_sync_enabled,
            licences: self.license_assignment_states.map(|states| {
                states
                    .into_iter()
                    .filter_map(WireState::into_licence)
                    .collect()
            }),
            last_sign_in: self
                .sign_in_activity
                .map_or(LastSignIn::Never, WireActivity::latest),
        }
    }
}

impl WireState<'_> {
    /// `None` for a state without a usable product id.
    fn into_licence(self) -> Option<Licence> {
        let group = match filled(self.assigned_by_group) {
            None => None,
            Some(group) => Some(Guid::parse(&group.0).ok()?),
        };
        Some(Licence {
            sku_id: Guid::parse(&self.sku_id?.0).ok()?,
            group,
            disabled: self
                .disabled_plans
                .unwrap_or_default()
                .iter()
                .filter_map(|plan| Guid::parse(&plan.0).ok())
                .collect(),
            state: self
                .state
                .and_then(|state| HoldingState::parse(&state.0))
                .unwrap_or_default(),
            // Success is documented as null and sent as the word None; a word not known yet is some error.
            error: filled(self.error).map_or(HoldingError::None, |error| {
                HoldingError::parse(&error.0).unwrap_or(HoldingError::Other)
            }),
            updated: self.last_updated_date_time,
        })
    }
}

fn filled(text: Option<Text<'_>>) -> Option<Text<'_>> {
    text.filter(|text| !text.0.is_empty())
}

/// A text that stays where it was received unless it holds escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_not_nothing() {
        let page = Person::read_page(
            br##"[{"id":"a","licenseAssignmentStates":null},{"id":"b","licenseAssignmentStates":[]},
                {"@odata.type":"#microsoft.graph.group","id":"c"},{"@odata.type":"#microsoft.graph.user","id":"d"}]"##,
        )
        .unwrap();
        let ids: Vec<&str> = page.iter().map(|person| person.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "d"]);
        assert_eq!(page[0].licences, None);
        assert_eq!(page[1].licences, Some(Vec::new()));
    }

    #[test]
    fn sources_states_and_errors_are_read_in_graphs_words() {
        let person = Person::read(
            br#"{"id":"a","licenseAssignmentStates":[
                {"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06","assignedByGroup":null,"disabledPlans":["a23b959c-7ce8-4e57-9140-b90eb88a9e97"],"error":"None","state":"Active"},
                {"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06","assignedByGroup":"11111111-2222-3333-4444-555555555555","error":"CountViolation","state":"Error"},
                {"skuId":"no id","state":"Active"}]}"#,
        )
        .unwrap();
        let [direct, group] = person.held() else {
            panic!("{person:?}")
        };
        assert_eq!((direct.group, direct.error), (None, HoldingError::None));
        assert_eq!(direct.disabled.len(), 1);
        assert!(group.group.is_some() && !group.is_in_effect());
        assert_eq!(group.error, HoldingError::CountViolation);
    }

    #[test]
    fn the_latest_of_three_dates_is_the_last_sign_in() {
        let read = |json: &str| {
            Person::read(format!(r#"{{"id":"a","signInActivity":{json}}}"#).as_bytes())
                .unwrap()
                .last_sign_in
        };
        assert_eq!(
            read(
                r#"{"lastSignInDateTime":"2026-01-02T00:00:00Z","lastNonInteractiveSignInDateTime":"2026-03-01T00:00:00Z"}"#
            ),
            LastSignIn::At("2026-03-01T00:00:00Z".into())
        );
        assert_eq!(read("null"), LastSignIn::Never);
        assert_eq!(read(r#"{"lastSignInDateTime":null}"#), LastSignIn::Never);
    }
}
