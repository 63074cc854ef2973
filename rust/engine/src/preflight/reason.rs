//! One thing that speaks against a change, and what to do about it.

use mglicense_rules::assignment::{
    Certainty as RefusalCertainty, DataAtRisk, Refusal, RefusalKind, SkuLookup, Stake,
};
use mglicense_rules::location::LocationCheck;
use mglicense_rules::names::nearest;
use mglicense_rules::{Guid, catalog};
use serde::Serialize;

use super::ledger::Ledger;
use crate::failure::Failure;
use crate::location;

/// How sure it is, and of what sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Certainty {
    /// The service will refuse.
    Certain,
    /// The service may refuse: it decides by tables that are not ours.
    Likely,
    /// The service will not refuse, and the user may lose data.
    DataAtRisk,
}

/// Something that speaks against a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reason {
    /// A stable id of the cause.
    pub(crate) code: String,
    pub(crate) certainty: Certainty,
    /// For a refusal, what the service says.
    pub(crate) message: String,
    /// What an admin should do.
    pub(crate) action: String,
    pub(crate) sku_id: Option<String>,
    pub(crate) sku_part_number: Option<String>,
    /// The plans at fault, by name.
    pub(crate) plans: Vec<String>,
}

impl Reason {
    fn new(code: &str, certainty: Certainty, message: String, action: String) -> Self {
        Self {
            code: code.to_owned(),
            certainty,
            message,
            action,
            sku_id: None,
            sku_part_number: None,
            plans: Vec::new(),
        }
    }

    /// A refusal that the rules foresee.
    pub(super) fn of_refusal(refusal: &Refusal, ledger: &Ledger) -> Self {
        let certainty = match refusal.certainty() {
            RefusalCertainty::Certain => Certainty::Certain,
            RefusalCertainty::Likely => Certainty::Likely,
        };
        let mut action = refusal.advice(ledger);
        let taken = refusal.sku.map_or(0, |sku| ledger.taken(sku));
        if refusal.kind == RefusalKind::NoSeats && taken > 0 {
            action += &format!(" Rows before this one take {taken}.");
        }
        Self::new(refusal.kind.cause(), certainty, refusal.message(), action).about(
            refusal.sku,
            &refusal.plans,
            ledger,
        )
    }

    /// A loss that no one refuses.
    pub(super) fn of_risk(risk: &DataAtRisk, ledger: &Ledger) -> Self {
        let plans = plan_names(Some(risk.sku), &risk.plans, ledger).join(", ");
        let (code, message, action) = match risk.stake {
            Stake::Mailbox => (
                "MailboxAtRisk",
                format!(
                    "The user's last Exchange plan goes ({plans}): the mailbox is cut off, and deleted after 30 days."
                ),
                "Turn the mailbox into a shared one or export it first, or keep a product with an Exchange plan.",
            ),
            Stake::Phone => (
                "PhoneAtRisk",
                format!(
                    "The user's last phone plan goes ({plans}): the telephone number is taken off the user."
                ),
                "Note the number or move it first, or keep a product with a phone plan.",
            ),
            Stake::Drive => (
                "DriveAtRisk",
                format!(
                    "The user's last SharePoint or OneDrive plan goes ({plans}): the files are left without a licence, and locked in time."
                ),
                "Move the files first, or keep a product with a SharePoint or OneDrive plan.",
            ),
        };
        Self::new(code, Certainty::DataAtRisk, message, action.to_owned()).about(
            Some(risk.sku),
            &risk.plans,
            ledger,
        )
    }

    /// A refusal that was met while reading.
    pub(super) fn of_failure(failure: &Failure) -> Self {
        Self::new(
            &failure.code,
            Certainty::Certain,
            failure.message.clone(),
            failure.recommended_action.clone().unwrap_or_default(),
        )
    }

    /// What there is to say about a location that is to be set.
    pub(super) fn of_location(check: LocationCheck, text: &str) -> Option<Self> {
        match check {
            LocationCheck::Known(_) => None,
            LocationCheck::UnknownCode(code) => Some(Self::new(
                "UsageLocationUnlisted",
                Certainty::Likely,
                "Invalid value specified for property 'usageLocation' of resource 'User'."
                    .to_owned(),
                format!(
                    "'{code}' is not in the list of countries. It is sent as it is, and the service decides."
                ),
            )),
            LocationCheck::Invalid { hint } => {
                Some(Self::of_failure(&location::invalid(text, hint)))
            }
        }
    }

    /// Text where a product's id should be. It goes to the service as it is, whose words these are.
    pub(super) fn unknown_product(text: &str, ledger: &Ledger) -> Self {
        let listed = catalog::products().iter();
        let near = nearest(text, ledger.part_numbers());
        let near = match near.as_slice() {
            [] => nearest(text, listed.map(|product| product.part_number)),
            _ => near,
        };
        Self::unknown_name(text, "product", &near)
    }

    /// Text where a plan's id should be, inside a product.
    pub(super) fn unknown_plan(text: &str, sku_id: Option<Guid>, ledger: &Ledger) -> Self {
        let sku = sku_id.and_then(|sku_id| ledger.sku(sku_id));
        let plans = sku.iter().flat_map(|sku| sku.plans.iter());
        let near = nearest(text, plans.map(|plan| &*plan.name));
        Self::unknown_name(text, "service plan", &near)
    }

    fn unknown_name(text: &str, what: &str, near: &[&str]) -> Self {
        let mut action = format!("'{text}' is neither an id nor the name of a {what}.");
        match near {
            [] => {
                action += " Get-MgSubscribedSku lists the organisation's products and their plans."
            }
            near => action += &format!(" Is {} meant?", near.join(" or ")),
        }
        Self::new(
            "UnknownName",
            Certainty::Certain,
            "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details."
                .to_owned(),
            action,
        )
    }

    /// The service was asked for licences and said nothing of them.
    pub(super) fn licences_unread() -> Self {
        Self::new(
            "LicencesUnknown",
            Certainty::Likely,
            "The service sent no licences for this user, which does not mean that there are none."
                .to_owned(),
            "Read the user's licences another way before relying on this; seats, removals and conflicts were not judged."
                .to_owned(),
        )
    }

    fn about(mut self, sku_id: Option<Guid>, plans: &[Guid], ledger: &Ledger) -> Self {
        self.plans = plan_names(sku_id, plans, ledger);
        self.sku_id = sku_id.map(|sku_id| sku_id.to_string());
        self.sku_part_number = sku_id.and_then(|sku_id| {
            let own = ledger.sku(sku_id).map(|sku| sku.part_number.to_string());
            own.or_else(|| catalog::product(sku_id).map(|product| product.part_number.to_owned()))
        });
        self
    }
}

/// Names of plans: the tenant's, else the public table's, else ids.
fn plan_names(sku_id: Option<Guid>, plans: &[Guid], ledger: &Ledger) -> Vec<String> {
    let sku = sku_id.and_then(|sku_id| ledger.sku(sku_id));
    let names = plans.iter().map(|&id| {
        let own = sku
            .and_then(|sku| sku.plan(id))
            .map(|plan| plan.name.to_string());
        own.or_else(|| catalog::plan(id).map(|plan| plan.name.to_owned()))
            .unwrap_or_else(|| id.to_string())
    });
    names.collect()
}
