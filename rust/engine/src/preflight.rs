//! What would speak against a licence change, before it is sent.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AddLicense, Certainty, LicenseChange, Refusal, RuleSet, SkuLookup, UserFacts, evaluate,
};
use mglicense_rules::location::{LocationCheck, check};
use serde::Serialize;

use crate::change::Addition;
use crate::failure::Failure;
use crate::location;
use crate::report::ReportedSku;
use crate::skus::TenantSkus;
use crate::user::UserRecord;

/// One change for one user. Names in it are resolved as far as they could be.
pub(crate) struct Row<'a> {
    /// The user as the caller named it.
    pub(crate) user_id: &'a str,
    /// The user as read, or the refusal to read it.
    pub(crate) user: Result<&'a UserRecord, &'a Failure>,
    /// Products to add; text that is no id is unknown here.
    pub(crate) add: &'a [Addition],
    /// Products to remove; text that is no id is unknown here.
    pub(crate) remove: &'a [String],
    /// The location to set first, as the caller wrote it.
    pub(crate) usage_location: Option<&'a str>,
}

/// What a change will come to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Prediction {
    user_id: String,
    user_principal_name: Option<String>,
    /// Whether nothing certain speaks against it.
    will_succeed: bool,
    reasons: Vec<Reason>,
}

/// Something that speaks against a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reason {
    code: String,
    certainty: &'static str,
    message: String,
    action: String,
    sku_id: Option<String>,
    sku_part_number: Option<String>,
    plans: Vec<String>,
}

/// Judges changes against what was read, one prediction for each row, in order.
pub(crate) fn examine(skus: &TenantSkus, rules: &RuleSet, rows: &[Row<'_>]) -> Vec<Prediction> {
    rows.iter()
        .map(|row| examine_one(skus, rules, row))
        .collect()
}

fn examine_one(skus: &TenantSkus, rules: &RuleSet, row: &Row<'_>) -> Prediction {
    let user = match row.user {
        Ok(user) => user,
        Err(failure) => {
            return Prediction {
                user_id: row.user_id.to_owned(),
                user_principal_name: None,
                will_succeed: false,
                reasons: vec![Reason::of_failure(failure)],
            };
        }
    };
    let mut reasons = Vec::new();
    let mut facts = user.facts.clone();
    if let Some(text) = row.usage_location {
        match check(text) {
            LocationCheck::Known(code) | LocationCheck::UnknownCode(code) => {
                facts.usage_location = Some(code.to_string())
            }
            LocationCheck::Invalid { hint } => {
                reasons.push(Reason::of_failure(&location::invalid(text, hint)))
            }
        }
    }
    let change = change(row, &mut reasons);
    // What can't be named can't be judged: the service turns such a request away unread.
    if reasons.is_empty() {
        reasons.extend(judge(skus, rules, &facts, &change));
    }
    Prediction {
        user_id: user.id.clone(),
        user_principal_name: user.user_principal_name.clone(),
        will_succeed: reasons
            .iter()
            .all(|reason| reason.certainty != certainty(Certainty::Certain)),
        reasons,
    }
}

fn judge(
    skus: &TenantSkus,
    rules: &RuleSet,
    facts: &UserFacts,
    change: &LicenseChange,
) -> Vec<Reason> {
    let evaluation = evaluate(skus, rules, facts, change);
    evaluation
        .refusals
        .iter()
        .map(|refusal| Reason::of_refusal(refusal, skus))
        .collect()
}

/// The change in ids; text that is no id becomes a reason.
fn change(row: &Row<'_>, reasons: &mut Vec<Reason>) -> LicenseChange {
    let mut id = |text: &str, what: &str| {
        let id = Guid::parse(text).ok();
        if id.is_none() {
            reasons.push(Reason::unknown(text, what));
        }
        id
    };
    let mut change = LicenseChange::default();
    for addition in row.add {
        let sku_id = id(addition.sku.as_deref().unwrap_or_default(), "product");
        let plans = addition
            .disabled_plans
            .iter()
            .flatten()
            .filter_map(|plan| id(plan, "service plan"))
            .collect();
        change.add.extend(sku_id.map(|sku_id| AddLicense {
            sku_id,
            disabled_plans: plans,
        }));
    }
    for text in row.remove {
        change.remove.extend(id(text, "product"));
    }
    change
}

const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "Certain",
        Certainty::Likely => "Likely",
    }
}

impl Reason {
    fn of_refusal(refusal: &Refusal, skus: &TenantSkus) -> Self {
        let sku = refusal
            .sku
            .map(|sku| ReportedSku::new(&sku.to_string(), Some(skus)));
        let plan_name = |plan: &Guid| {
            let own = refusal
                .sku
                .and_then(|sku| skus.sku(sku))
                .and_then(|sku| sku.plan(*plan))
                .map(|plan| plan.name.to_string());
            own.or_else(|| mglicense_rules::catalog::plan(*plan).map(|plan| plan.name.to_owned()))
                .unwrap_or_else(|| plan.to_string())
        };
        Self {
            code: refusal.kind.cause().to_owned(),
            certainty: certainty(refusal.certainty()),
            message: refusal.message(),
            action: refusal.advice(skus),
            sku_id: sku.as_ref().map(|sku| sku.sku_id.clone()),
            sku_part_number: sku.and_then(|sku| sku.sku_part_number),
            plans: refusal.plans.iter().map(plan_name).collect(),
        }
    }

    fn of_failure(failure: &Failure) -> Self {
        Self {
            code: failure.code.clone(),
            certainty: certainty(Certainty::Certain),
            message: failure.message.clone(),
            action: failure.recommended_action.clone().unwrap_or_default(),
            sku_id: None,
            sku_part_number: None,
            plans: Vec::new(),
        }
    }

    fn unknown(text: &str, what: &str) -> Self {
        Self {
            code: "UnknownName".to_owned(),
            certainty: certainty(Certainty::Certain),
            message: format!("'{text}' is neither an id nor the name of a {what}."),
            action: "Get-MgSubscribedSku lists the organisation's products and their plans."
                .to_owned(),
            sku_id: None,
            sku_part_number: None,
            plans: Vec::new(),
        }
    }
}
