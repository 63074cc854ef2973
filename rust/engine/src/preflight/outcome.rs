//! Results of rows, as their caller sees them: what was or would be done for the user, and what it was before.

use std::collections::BTreeMap;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{Holding, LicenseChange, Source};
use mglicense_rules::location::Code;
use serde::Serialize;

use super::reason::{Reason, plan_names};
use super::words::plan_changes;
use crate::failure::Failure;
use crate::report::{KeptSku, ReportedSku};
use crate::skus::TenantSkus;

/// One change to send, for one user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write<'a> {
    /// Changes of a stage count on no seat that another change of the same or a later stage frees.
    pub(crate) stage: u32,
    /// The user's id.
    pub(crate) user_id: &'a str,
    /// The user's principal name.
    pub(crate) user_principal_name: Option<&'a str>,
    /// The numbers of the rows it is for; the first one leads.
    pub(crate) rows: &'a [u32],
    /// The location to set first, alone.
    pub(crate) location: Option<Code>,
    /// The licences to change; empty where only the location differs.
    pub(crate) change: &'a LicenseChange,
    /// The location before.
    pub(crate) location_before: Option<&'a str>,
    /// Everything the user holds before, from whatever source.
    pub(crate) before: &'a [Holding],
    /// Everything the user holds afterwards.
    pub(crate) after: &'a [Holding],
    /// Products that were to go and stay, with the groups that give them.
    pub(crate) kept: &'a [(Guid, Guid)],
    /// Products that were to go and weren't held.
    pub(crate) not_held: &'a [Guid],
    /// What may go wrong or be lost.
    pub(crate) reasons: &'a [Reason],
    /// What else there is to know.
    pub(crate) notes: &'a [String],
}

/// What became of a change.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    /// Made, in the exchange of that id.
    Done(Option<&'a str>),
    /// Nothing had to be made.
    Unchanged,
    /// Refused, or not to be sent.
    Failed(&'a Failure),
    /// Not begun when the run ended.
    NotStarted,
    /// Sent, and no answer came.
    Unknown,
}

/// What a row comes to, one way or the other.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowResult {
    pub(crate) row: u32,
    /// The row before it that is about the same user; one change was made for both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) same_user_as: Option<u32>,
    pub(crate) user_id: Option<String>,
    pub(crate) user_principal_name: Option<String>,
    /// `Changed`, `Unchanged`, `Failed`, `NotStarted` or `OutcomeUnknown`.
    pub(crate) status: &'static str,
    #[serde(flatten)]
    pub(crate) detail: Detail,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) reasons: Vec<Reason>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
}

/// The change itself, in names.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Detail {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) added: Vec<ChangedSku>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) removed: Vec<ChangedSku>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) plan_changes: Vec<PlanChange>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) kept: Vec<KeptSku>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_held: Vec<ReportedSku>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) licenses_before: Vec<HeldSku>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage_location_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) usage_location_after: Option<String>,
}

/// A product that is given or taken, with the plans that are off in it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangedSku {
    #[serde(flatten)]
    sku: ReportedSku,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disabled_plans: Vec<String>,
}

/// Plans that are turned on or off in a product that is held.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanChange {
    #[serde(flatten)]
    sku: ReportedSku,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    enabled: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disabled: Vec<String>,
}

/// A product as it was held.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HeldSku {
    #[serde(flatten)]
    sku: ReportedSku,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disabled_plans: Vec<String>,
}

/// What names are known, for results.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) skus: &'a TenantSkus,
    pub(crate) groups: &'a BTreeMap<Guid, String>,
}

impl Names<'_> {
    fn sku(&self, sku_id: Guid) -> ReportedSku {
        ReportedSku::of(sku_id, self.skus)
    }

    fn plans(&self, sku_id: Guid, plans: &[Guid]) -> Vec<String> {
        plan_names(Some(sku_id), plans, self.skus)
    }
}

impl Write<'_> {
    /// The result of one of its rows.
    pub(crate) fn report(&self, row: u32, outcome: Outcome<'_>, names: Names<'_>) -> RowResult {
        let mut result = RowResult {
            row,
            same_user_as: self.rows.first().copied().filter(|&first| first != row),
            user_id: Some(self.user_id.to_owned()),
            user_principal_name: self.user_principal_name.map(str::to_owned),
            reasons: self.reasons.to_vec(),
            notes: self.notes.to_vec(),
            ..RowResult::default()
        };
        match outcome {
            Outcome::Done(request_id) => {
                result.status = "Changed";
                result.request_id = request_id.map(str::to_owned);
                result.detail = self.detail(true, names);
            }
            Outcome::Unchanged => {
                result.status = "Unchanged";
                result.detail = self.detail(false, names);
            }
            Outcome::Failed(failure) => {
                result.fail(failure);
                result.detail = self.detail(false, names);
            }
            Outcome::NotStarted => {
                result.status = "NotStarted";
                result.detail = self.detail(false, names);
            }
            Outcome::Unknown => {
                result.status = "OutcomeUnknown";
                result.detail = self.detail(false, names);
            }
        }
        result
    }

    /// The change in names. `made` tells whether it was made, or would be; else only what was before is told.
    pub(crate) fn detail(&self, made: bool, names: Names<'_>) -> Detail {
        let mut detail = Detail {
            kept: self
                .kept
                .iter()
                .map(|&(sku_id, group)| KeptSku {
                    sku: names.sku(sku_id),
                    group_id: group.to_string(),
                    group_name: names.groups.get(&group).cloned(),
                })
                .collect(),
            not_held: self
                .not_held
                .iter()
                .map(|&sku_id| names.sku(sku_id))
                .collect(),
            licenses_before: self
                .before
                .iter()
                .map(|held| held_sku(held, names))
                .collect(),
            usage_location_before: self.location_before.map(str::to_owned),
            usage_location_after: self.location_before.map(str::to_owned),
            ..Detail::default()
        };
        if !made {
            return detail;
        }
        if let Some(code) = self.location {
            detail.usage_location_after = Some(code.to_string());
        }
        let direct = |sku_id: Guid| {
            let mut before = self.before.iter();
            before.find(|held| held.sku_id == sku_id && held.source == Source::Direct)
        };
        for add in &self.change.add {
            let Some(held) = direct(add.sku_id) else {
                detail.added.push(ChangedSku {
                    sku: names.sku(add.sku_id),
                    disabled_plans: names.plans(add.sku_id, &add.disabled_plans),
                });
                continue;
            };
            let (on, off) = plan_changes(&held.disabled_plans, &add.disabled_plans);
            detail.plan_changes.push(PlanChange {
                sku: names.sku(add.sku_id),
                enabled: names.plans(add.sku_id, &on),
                disabled: names.plans(add.sku_id, &off),
            });
        }
        for &sku_id in &self.change.remove {
            let off = direct(sku_id).map_or(&[][..], |held| &held.disabled_plans);
            detail.removed.push(ChangedSku {
                sku: names.sku(sku_id),
                disabled_plans: names.plans(sku_id, off),
            });
        }
        detail
    }
}

impl RowResult {
    /// The result of a row that has no user.
    pub(crate) fn lost(row: u32, user: Option<&str>, failure: &Failure) -> Self {
        let mut result = Self {
            row,
            user_id: user.map(str::to_owned),
            user_principal_name: user.filter(|user| user.contains('@')).map(str::to_owned),
            ..Self::default()
        };
        result.fail(failure);
        result
    }

    fn fail(&mut self, failure: &Failure) {
        self.status = "Failed";
        self.error = Some(failure.message.clone());
        self.error_id = Some(failure.code.clone());
        self.request_id.clone_from(&failure.request_id);
    }
}

fn held_sku(held: &Holding, names: Names<'_>) -> HeldSku {
    let group = match held.source {
        Source::Group(group) => Some(group),
        Source::Direct => None,
    };
    HeldSku {
        sku: names.sku(held.sku_id),
        group_id: group.map(|group| group.to_string()),
        group_name: group.and_then(|group| names.groups.get(&group).cloned()),
        disabled_plans: names.plans(held.sku_id, &held.disabled_plans),
    }
}
