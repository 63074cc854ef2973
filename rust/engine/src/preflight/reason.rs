//! One thing that speaks against a change, and what to do about it.

use mglicense_rules::assignment::{
    Certainty as RefusalCertainty, DataAtRisk, Refusal, RefusalKind, SkuLookup, Stake,
};
use mglicense_rules::location::LocationCheck;
use mglicense_rules::names::nearest;
use mglicense_rules::{Guid, catalog};
use serde::Serialize;

use crate::failure::Failure;
use crate::location;
use crate::skus::{TenantSkus, product_title};

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
    pub(crate) product_name: Option<String>,
    /// The plans at fault, by name.
    pub(crate) plans: Vec<String>,
    /// Whether the service would say so itself, in these words.
    #[serde(skip)]
    pub(crate) is_refusal: bool,
}

/// The tenant's products, to look up and to list.
pub(crate) trait Products: SkuLookup {
    /// Their part numbers.
    fn part_numbers(&self) -> Vec<&str>;
}

impl Products for TenantSkus {
    fn part_numbers(&self) -> Vec<&str> {
        self.all().iter().map(|sku| &*sku.part_number).collect()
    }
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
            product_name: None,
            plans: Vec::new(),
            is_refusal: false,
        }
    }

    /// A refusal that the rules foresee.
    pub(crate) fn of_refusal(refusal: &Refusal, skus: &dyn Products) -> Self {
        let certainty = match refusal.certainty() {
            RefusalCertainty::Certain => Certainty::Certain,
            RefusalCertainty::Likely => Certainty::Likely,
        };
        let action = refusal.advice(skus);
        let mut reason = Self::new(refusal.kind.cause(), certainty, refusal.message(), action)
            .about(refusal.sku, &refusal.plans, skus);
        reason.is_refusal = true;
        reason
    }

    /// A refusal for want of seats, which other rows may have taken.
    pub(super) fn no_seats(sku_id: Guid, taken: i64, skus: &dyn Products) -> Self {
        let mut reason = Self::of_refusal(&Refusal::of(RefusalKind::NoSeats, sku_id), skus);
        if taken > 0 {
            reason.action += &format!(" Rows before this one take {taken}.");
        }
        reason
    }

    /// A product that is both to have and not to have.
    pub(super) fn added_and_removed(sku_id: Guid, skus: &dyn Products) -> Self {
        Self::of_refusal(&Refusal::of(RefusalKind::AddedAndRemoved, sku_id), skus)
    }

    /// A product that stands twice in a row, with different plans.
    pub(super) fn contradicting_plans(sku_id: Guid, skus: &dyn Products) -> Self {
        Self::of_refusal(&Refusal::of(RefusalKind::DuplicateProduct, sku_id), skus)
    }

    /// A removal of what only groups give.
    pub(super) fn inherited(sku_id: Guid, groups: Vec<Guid>, skus: &dyn Products) -> Self {
        let refusal = Refusal {
            groups,
            ..Refusal::of(RefusalKind::Inherited, sku_id)
        };
        Self::of_refusal(&refusal, skus)
    }

    /// A plan that is for the whole company and can't be switched for a user.
    pub(super) fn plan_not_switchable(plan: Guid, sku_id: Guid, skus: &dyn Products) -> Self {
        let name = plan_names(Some(sku_id), &[plan], skus).join(", ");
        Self::new(
            "PlanNotSwitchable",
            Certainty::Certain,
            format!("The service plan {name} applies to the whole company and can't be switched for one user."),
            format!("Leave {name} out."),
        )
        .about(Some(sku_id), &[plan], skus)
    }

    /// A plan that is to be on and off at once.
    pub(super) fn plan_on_and_off(name: &str) -> Self {
        let mut reason = Self::new(
            "PlanOnAndOff",
            Certainty::Certain,
            format!("The service plan {name} is to be on and off at once."),
            "Name it once.".to_owned(),
        );
        reason.plans.push(name.to_owned());
        reason
    }

    /// A plan to be on that no product of the user holds.
    pub(super) fn plan_not_held(name: &str, sku_id: Option<Guid>, skus: &dyn Products) -> Self {
        let product = sku_id.map_or_else(
            || format!("no product with the service plan {name}"),
            |sku_id| {
                format!(
                    "no {}, in which the service plan {name} would be",
                    product_name(sku_id, skus)
                )
            },
        );
        let mut reason = Self::new(
            "PlanNotHeld",
            Certainty::Certain,
            format!("The user holds {product}."),
            "Give the user a product that holds the plan.".to_owned(),
        )
        .about(sku_id, &[], skus);
        reason.plans.push(name.to_owned());
        reason
    }

    /// A plan to be on that only groups could turn on.
    pub(super) fn plan_through_group(
        name: &str,
        sku_id: Guid,
        groups: &[String],
        skus: &dyn Products,
    ) -> Self {
        let product = product_name(sku_id, skus);
        let groups = groups.join(", ");
        let mut reason = Self::new(
            "PlanThroughGroup",
            Certainty::Certain,
            format!("The user has {product} through a group only ({groups}), whose licence has {name} off."),
            format!("Turn {name} on in the licence of the group, or give the user {product} directly."),
        )
        .about(Some(sku_id), &[], skus);
        reason.plans.push(name.to_owned());
        reason
    }

    /// Rows about one user that cannot both come true.
    pub(super) fn contradicting_rows(earlier: u32, later: u32, what: &str) -> Self {
        Self::new(
            "ContradictoryRows",
            Certainty::Certain,
            format!(
                "Rows {earlier} and {later} are about the same user and contradict each other: {what}."
            ),
            "Say once what is wished for the user; nothing of these rows was sent.".to_owned(),
        )
    }

    /// A group that is no security group, which carries no licence.
    pub(crate) fn group_not_for_security(name: &str) -> Self {
        Self::new(
            "GroupNotForSecurity",
            Certainty::Certain,
            format!("'{name}' is not a security group: only those carry licences."),
            "Use a security group, a mail-enabled security group, or a Microsoft 365 group with security enabled.".to_owned(),
        )
    }

    /// The sign-in seems to lack a right.
    pub(super) fn rights(missing: &str, for_what: &str) -> Self {
        Self::new(
            "RightsMissing",
            Certainty::Likely,
            "Insufficient privileges to complete the operation.".to_owned(),
            format!(
                "The sign-in has none of the permissions for {for_what}: {missing}. Connect with one of them."
            ),
        )
    }

    /// The tenant's products could not be read.
    pub(super) fn products_unread() -> Self {
        Self::new(
            "ProductsUnknown",
            Certainty::Likely,
            "The organisation's products could not be read, so products, plans and seats were not judged.".to_owned(),
            "Connect with a permission to read them, such as LicenseAssignment.Read.All or Organization.Read.All.".to_owned(),
        )
    }

    /// A loss that no one refuses.
    pub(super) fn of_risk(risk: &DataAtRisk, skus: &dyn Products) -> Self {
        let plans = plan_names(Some(risk.sku), &risk.plans, skus).join(", ");
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
            skus,
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
    pub(super) fn unknown_product(text: &str, skus: &dyn Products) -> Self {
        let listed = catalog::products().iter();
        let near = nearest(text, skus.part_numbers());
        let near = match near.as_slice() {
            [] => nearest(text, listed.map(|product| product.part_number)),
            _ => near,
        };
        Self::unknown_name(text, "product", &near)
    }

    /// Text where a plan's id should be, inside a product.
    pub(super) fn unknown_plan(text: &str, sku_id: Option<Guid>, skus: &dyn Products) -> Self {
        let sku = sku_id.and_then(|sku_id| skus.sku(sku_id));
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
        let mut reason = Self::new(
            "UnknownName",
            Certainty::Certain,
            "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details."
                .to_owned(),
            action,
        );
        reason.is_refusal = true;
        reason
    }

    /// What is wished can't be made out without what the user holds.
    pub(super) fn holdings_needed() -> Self {
        Self::new(
            "LicencesUnknown",
            Certainty::Certain,
            "The service does not say which licences the user holds, so what to change cannot be made out."
                .to_owned(),
            "Name the products to add and to remove.".to_owned(),
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

    fn about(mut self, sku_id: Option<Guid>, plans: &[Guid], skus: &dyn Products) -> Self {
        self.plans = plan_names(sku_id, plans, skus);
        self.sku_id = sku_id.map(|sku_id| sku_id.to_string());
        self.sku_part_number = sku_id.and_then(|sku_id| {
            let own = skus.sku(sku_id).map(|sku| sku.part_number.to_string());
            own.or_else(|| catalog::product(sku_id).map(|product| product.part_number.to_owned()))
        });
        self.product_name =
            sku_id.and_then(|sku_id| product_title(sku_id, self.sku_part_number.as_deref()));
        self
    }
}

/// The name people know a product by, else its id.
pub(super) fn product_name(sku_id: Guid, skus: &dyn Products) -> String {
    let own = skus.sku(sku_id).map(|sku| sku.part_number.to_string());
    own.or_else(|| catalog::product(sku_id).map(|product| product.part_number.to_owned()))
        .unwrap_or_else(|| sku_id.to_string())
}

/// Names of plans: the tenant's, else the public table's, else ids.
pub(super) fn plan_names(sku_id: Option<Guid>, plans: &[Guid], skus: &dyn Products) -> Vec<String> {
    let sku = sku_id.and_then(|sku_id| skus.sku(sku_id));
    let names = plans.iter().map(|&id| {
        let own = sku
            .and_then(|sku| sku.plan(id))
            .map(|plan| plan.name.to_string());
        own.or_else(|| catalog::plan(id).map(|plan| plan.name.to_owned()))
            .unwrap_or_else(|| id.to_string())
    });
    names.collect()
}
