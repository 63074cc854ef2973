//! What a journal says of users and changes, and its JSON.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AddLicense, Holding, HoldingError, HoldingState, LicenseChange, Source,
};
use mglicense_rules::location::Code;
use serde::{Deserialize, Serialize};

use crate::preflight::outcome::Write;

/// How far a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WriteState {
    /// Nothing was sent.
    Planned,
    /// The location was sent; no outcome is known.
    SendingLocation,
    /// The location is set; the licences were not sent.
    Located,
    /// The licences were sent; no outcome is known.
    Sending,
    /// Everything was made.
    Done,
    /// It was refused.
    Failed,
    /// It was sent, and reading back didn't tell what it did.
    Unknown,
    /// There was nothing left to do.
    Unchanged,
}

/// How a row came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub(crate) enum Status {
    Changed,
    Unchanged,
    Failed,
    NotStarted,
    OutcomeUnknown,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum RunState {
    /// Somebody works on it.
    Running,
    /// Every row has its outcome.
    Completed,
    /// It was stopped before its end.
    Cancelled,
    /// Its process ended before it did.
    Interrupted,
}

/// A run in a list of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunInfo {
    pub(crate) id: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) command: String,
    pub(crate) tenant_id: String,
    pub(crate) client_id: String,
    pub(crate) account: Option<String>,
    pub(crate) started: Option<String>,
    pub(crate) ended: Option<String>,
    pub(crate) state: RunState,
    pub(crate) rows: u64,
    pub(crate) changed: u64,
    pub(crate) unchanged: u64,
    pub(crate) failed: u64,
    pub(crate) not_started: u64,
    pub(crate) outcome_unknown: u64,
    /// How often the journal was committed to the disk.
    pub(crate) commits: Option<u64>,
    /// The run that this one undoes.
    pub(crate) undoes: Option<String>,
    /// The run that undoes this one.
    pub(crate) undone_by: Option<String>,
}

/// A change as a journal holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnedWrite {
    pub(crate) id: i64,
    pub(crate) stage: u32,
    pub(crate) user_id: String,
    pub(crate) user_principal_name: Option<String>,
    pub(crate) rows: Vec<u32>,
    pub(crate) location: Option<Code>,
    pub(crate) location_before: Option<String>,
    pub(crate) change: LicenseChange,
    pub(crate) before: Vec<Holding>,
    pub(crate) after: Vec<Holding>,
    pub(crate) notes: Vec<String>,
    pub(crate) state: WriteState,
    pub(crate) location_set: bool,
}

impl OwnedWrite {
    /// The change in the form in which a run sends and reports it.
    pub(crate) fn as_write(&self) -> Write<'_> {
        Write {
            stage: self.stage,
            user_id: &self.user_id,
            user_principal_name: self.user_principal_name.as_deref(),
            rows: &self.rows,
            location: self.location,
            change: &self.change,
            location_before: self.location_before.as_deref(),
            before: &self.before,
            after: &self.after,
            kept: &[],
            not_held: &[],
            reasons: &[],
            notes: &self.notes,
        }
    }
}

macro_rules! words {
    ($type:ident: $($word:ident),+) => {
        impl $type {
            /// The word for it in the file.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $($type::$word => stringify!($word),)+
                }
            }

            /// Reads the word.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                match text {
                    $(stringify!($word) => Some($type::$word),)+
                    _ => None,
                }
            }
        }
    };
}

words!(WriteState: Planned, SendingLocation, Located, Sending, Done, Failed, Unknown, Unchanged);
words!(Status: Changed, Unchanged, Failed, NotStarted, OutcomeUnknown);

impl WriteState {
    /// Whether nothing more is to be done about it.
    pub(crate) const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Unchanged)
    }

    /// How the rows of the change came out, as far as is known.
    pub(crate) const fn status(self) -> Status {
        match self {
            Self::Planned | Self::Located => Status::NotStarted,
            Self::SendingLocation | Self::Sending | Self::Unknown => Status::OutcomeUnknown,
            Self::Done => Status::Changed,
            Self::Failed => Status::Failed,
            Self::Unchanged => Status::Unchanged,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireHolding {
    sku_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    disabled_plans: Vec<String>,
    state: String,
    error: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireChange {
    add_licenses: Vec<WireAdd>,
    remove_licenses: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAdd {
    sku_id: String,
    disabled_plans: Vec<String>,
}

fn texts(ids: &[Guid]) -> Vec<String> {
    ids.iter().map(Guid::to_string).collect()
}

fn ids(texts: &[String]) -> Option<Vec<Guid>> {
    texts.iter().map(|text| Guid::parse(text).ok()).collect()
}

/// What a user holds, as JSON.
pub(super) fn image(holdings: &[Holding]) -> String {
    let wire: Vec<WireHolding> = holdings
        .iter()
        .map(|held| WireHolding {
            sku_id: held.sku_id.to_string(),
            group_id: match held.source {
                Source::Direct => None,
                Source::Group(group) => Some(group.to_string()),
            },
            disabled_plans: texts(&held.disabled_plans),
            state: held.state.as_str().to_owned(),
            error: held.error.as_str().to_owned(),
        })
        .collect();
    // Texts and lists always have a JSON form.
    serde_json::to_string(&wire).unwrap_or_default()
}

/// Reads what a user holds.
pub(super) fn parse_image(json: &str) -> Option<Vec<Holding>> {
    let wire: Vec<WireHolding> = serde_json::from_str(json).ok()?;
    wire.into_iter()
        .map(|held| {
            Some(Holding {
                sku_id: Guid::parse(&held.sku_id).ok()?,
                source: match held.group_id {
                    None => Source::Direct,
                    Some(group) => Source::Group(Guid::parse(&group).ok()?),
                },
                disabled_plans: ids(&held.disabled_plans)?,
                state: HoldingState::parse(&held.state)?,
                error: HoldingError::parse(&held.error)?,
            })
        })
        .collect()
}

/// A change, as the JSON of its request.
pub(crate) fn change_body(change: &LicenseChange) -> String {
    let wire = WireChange {
        add_licenses: change
            .add
            .iter()
            .map(|add| WireAdd {
                sku_id: add.sku_id.to_string(),
                disabled_plans: texts(&add.disabled_plans),
            })
            .collect(),
        remove_licenses: texts(&change.remove),
    };
    serde_json::to_string(&wire).unwrap_or_default()
}

/// Reads a change.
pub(super) fn parse_change(json: &str) -> Option<LicenseChange> {
    let wire: WireChange = serde_json::from_str(json).ok()?;
    let add = wire.add_licenses.into_iter().map(|add| {
        Some(AddLicense {
            sku_id: Guid::parse(&add.sku_id).ok()?,
            disabled_plans: ids(&add.disabled_plans)?,
        })
    });
    Some(LicenseChange {
        add: add.collect::<Option<_>>()?,
        remove: ids(&wire.remove_licenses)?,
    })
}
