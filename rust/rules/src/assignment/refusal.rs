//! Why a request is refused: for the service, its text; for an admin, what to do.

use std::borrow::Cow;
use std::fmt;

use super::SkuLookup;
use crate::{Guid, catalog};

/// How sure a prediction of the refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It follows from what was read: the service will refuse.
    Certain,
    /// It follows from tables that may be stale: the service decides.
    Likely,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalKind {
    /// Both lists are empty.
    NoChanges,
    /// The tenant does not own the product.
    ProductNotOwned,
    /// The product is for the company, not for users.
    ProductNotAssignable,
    /// The product is both added and removed.
    AddedAndRemoved,
    /// The product is listed twice in one list.
    DuplicateProduct,
    /// A plan to turn off is not in the product.
    PlanNotInProduct,
    /// A plan to turn off is for the company, not for users.
    PlanNotSwitchable,
    /// The product to remove is not held.
    NotHeld,
    /// The product to remove is held through groups only.
    Inherited,
    /// The product to add is held through a group, and the tenant takes no second assignment.
    AlreadyInherited,
    /// The user has no usage location.
    UsageLocationMissing,
    /// The user's usage location is no country.
    UsageLocationInvalid,
    /// A plan is barred in the user's country.
    CountryBarred,
    /// A plan lacks the one it needs.
    DependencyUnmet,
    /// Plans conflict.
    PlansExclusive,
    /// No seat is left.
    NoSeats,
    /// A proxy address the user gets with a mailbox belongs to another object.
    AddressTaken,
}

/// One reason why the service refuses a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub kind: RefusalKind,
    /// The product it is about. For conflicting plans, a product of the request that carries one.
    pub sku: Option<Guid>,
    /// The plans at fault.
    pub plans: Vec<Guid>,
    /// The plans of which one is missing, for an unmet dependency.
    pub needs: Vec<Guid>,
    /// The groups a product is inherited from.
    pub groups: Vec<Guid>,
    /// The usage location at fault, as stored.
    pub location: Option<String>,
}

impl RefusalKind {
    /// How sure a prediction of it is.
    pub const fn certainty(self) -> Certainty {
        match self {
            RefusalKind::CountryBarred
            | RefusalKind::DependencyUnmet
            | RefusalKind::PlansExclusive => Certainty::Likely,
            _ => Certainty::Certain,
        }
    }

    /// A stable id of the cause, finer than the service's code.
    pub const fn cause(self) -> &'static str {
        match self {
            RefusalKind::NoChanges => "NoChanges",
            RefusalKind::ProductNotOwned => "ProductNotOwned",
            RefusalKind::ProductNotAssignable => "ProductNotAssignable",
            RefusalKind::AddedAndRemoved => "AddedAndRemoved",
            RefusalKind::DuplicateProduct => "DuplicateProduct",
            RefusalKind::PlanNotInProduct => "PlanNotInProduct",
            RefusalKind::PlanNotSwitchable => "PlanNotSwitchable",
            RefusalKind::NotHeld => "NotHeld",
            RefusalKind::Inherited => "Inherited",
            RefusalKind::AlreadyInherited => "AlreadyInherited",
            RefusalKind::UsageLocationMissing => "UsageLocationMissing",
            RefusalKind::UsageLocationInvalid => "UsageLocationInvalid",
            RefusalKind::CountryBarred => "CountryBarred",
            RefusalKind::DependencyUnmet => "DependencyUnmet",
            RefusalKind::PlansExclusive => "PlansExclusive",
            RefusalKind::NoSeats => "NoSeats",
            RefusalKind::AddressTaken => "AddressTaken",
        }
    }
}

impl Refusal {
    /// A refusal about nothing but its kind.
    pub(crate) fn new(kind: RefusalKind) -> Refusal {
        Refusal {
            kind,
            sku: None,
            plans: Vec::new(),
            needs: Vec::new(),
            groups: Vec::new(),
            location: None,
        }
    }

    /// A refusal about a product.
    pub fn of(kind: RefusalKind, sku: Guid) -> Refusal {
        Refusal {
            sku: Some(sku),
            ..Refusal::new(kind)
        }
    }

    /// The service's error code. It is the same for every business fault; only the message tells them
    /// apart.
    pub const fn code(&self) -> &'static str {
        "Request_BadRequest"
    }

    /// The HTTP status the service answers with.
    pub const fn status(&self) -> u16 {
        400
    }

    /// How sure a prediction of it is.
    pub const fn certainty(&self) -> Certainty {
        self.kind.certainty()
    }

    /// The service's message. Clients match on it, so these are its words, as seen in captured answers,
    /// except where none was ever seen: duplicates, overlap, plans not in the product, plans for the
    /// company, an inherited product refused, and barred countries are in ours.
    pub fn message(&self) -> String {
        let sku = self.sku.unwrap_or_default();
        let plans = List(&self.plans);
        match self.kind {
            RefusalKind::NoChanges => {
                "No license changes provided. At least one license to add or remove must be specified."
                    .to_owned()
            }
            RefusalKind::ProductNotOwned => {
                format!("License {sku} does not correspond to a valid company License.")
            }
            RefusalKind::ProductNotAssignable => {
                format!("License {sku} cannot be assigned to a user.")
            }
            RefusalKind::AddedAndRemoved => {
                format!("License {sku} cannot be both added and removed in one request.")
            }
            RefusalKind::DuplicateProduct => {
                format!("License {sku} is specified more than once.")
            }
            RefusalKind::PlanNotInProduct => format!(
                "The service plan(s) {plans} do not belong to the subscription with SKU {sku}."
            ),
            RefusalKind::PlanNotSwitchable => format!(
                "The service plan(s) {plans} of SKU {sku} apply to the company and cannot be disabled for a user."
            ),
            RefusalKind::NotHeld => "User does not have a corresponding license.".to_owned(),
            RefusalKind::Inherited => {
                "User license is inherited from a group membership and it cannot be removed directly from the user."
                    .to_owned()
            }
            RefusalKind::AlreadyInherited => format!(
                "License {sku} is inherited from a group membership and cannot be assigned directly to the user."
            ),
            RefusalKind::UsageLocationMissing | RefusalKind::UsageLocationInvalid => {
                "License assignment cannot be done for user with invalid usage location.".to_owned()
            }
            RefusalKind::CountryBarred => {
                let location = self.location.as_deref().unwrap_or_default();
                format!(
                    "License assignment failed because service plan(s) {plans} are prohibited in usage location {location}"
                )
            }
            RefusalKind::DependencyUnmet => format!(
                "License assignment failed because service plan {plans} depends on the service plan(s) {}",
                List(&self.needs)
            ),
            RefusalKind::PlansExclusive => format!(
                "License assignment failed because service plans {plans} are mutually exclusive"
            ),
            RefusalKind::NoSeats => {
                format!("Subscription with SKU {sku} does not have any available licenses.")
            }
            RefusalKind::AddressTaken => {
                "Another object with the same value for property proxyAddresses already exists."
                    .to_owned()
            }
        }
    }

    /// What an admin should do, in one or two sentences, with products and plans by name.
    pub fn advice(&self, skus: &dyn SkuLookup) -> String {
        let sku_name = sku_name(skus, self.sku.unwrap_or_default());
        let plans = plan_names(&self.plans);
        match self.kind {
            RefusalKind::NoChanges => {
                "Name at least one product to add or remove. A user read without -Property AssignedLicenses carries no licences to copy."
                    .to_owned()
            }
            RefusalKind::ProductNotOwned => {
                format!("The tenant does not own {sku_name}. Get-MgSubscribedSku lists the products it owns.")
            }
            RefusalKind::ProductNotAssignable => {
                format!("{sku_name} works for the whole company. Leave it out; no user needs it.")
            }
            RefusalKind::AddedAndRemoved => {
                format!("Name {sku_name} in one of the two lists. To change its plans, adding it is enough.")
            }
            RefusalKind::DuplicateProduct => format!("Name {sku_name} once."),
            RefusalKind::PlanNotInProduct => format!(
                "Take {plans} out of the disabled plans: {sku_name} as this tenant owns it does not hold {}.",
                if self.plans.len() == 1 { "it" } else { "them" }
            ),
            RefusalKind::PlanNotSwitchable => {
                format!("Take {plans} out of the disabled plans of {sku_name}.")
            }
            RefusalKind::NotHeld => {
                format!("The user has no direct licence for {sku_name}: leave it out of the removals.")
            }
            RefusalKind::Inherited => format!(
                "Take the user out of the group that gives {sku_name} ({}), or take the licence off that group.",
                join(self.groups.iter().map(Guid::to_string))
            ),
            RefusalKind::AlreadyInherited => format!(
                "The user has {sku_name} through a group ({}); change it there.",
                join(self.groups.iter().map(Guid::to_string))
            ),
            RefusalKind::UsageLocationMissing => {
                "Set the user's usage location first, in the same call with -UsageLocation, or with Update-MgUser."
                    .to_owned()
            }
            RefusalKind::UsageLocationInvalid => format!(
                "Set the user's usage location to the two-letter code of a country instead of '{}', such as GB.",
                self.location.as_deref().unwrap_or_default()
            ),
            RefusalKind::CountryBarred => format!(
                "Turn off {plans} in {sku_name} for users in {}, or correct the usage location.",
                self.location.as_deref().unwrap_or_default()
            ),
            RefusalKind::DependencyUnmet => format!(
                "Turn off {plans} as well, or give the user {} in the same call.",
                match self.needs.len() {
                    1 => plan_names(&self.needs),
                    _ => format!("one of {}", plan_names(&self.needs)),
                }
            ),
            RefusalKind::PlansExclusive => {
                format!("Leave only one of {plans} on, or remove the product that brings the other in the same call.")
            }
            RefusalKind::NoSeats => {
                let use_of_seats = skus.sku(self.sku.unwrap_or_default()).map(|sku| {
                    let seats = sku.prepaid.enabled + sku.prepaid.warning;
                    format!(" ({} of {seats} in use)", sku.consumed)
                });
                format!(
                    "Free a seat of {sku_name}{} or buy more.",
                    use_of_seats.unwrap_or_default()
                )
            }
            RefusalKind::AddressTaken => format!(
                "Take the mail address off the other user or group that has it; {sku_name} brings a mailbox, and an address belongs to one."
            ),
        }
    }
}

/// A product's part number: the tenant's, else the table's, else its id.
fn sku_name(skus: &dyn SkuLookup, sku_id: Guid) -> Cow<'_, str> {
    if let Some(sku) = skus.sku(sku_id) {
        Cow::Borrowed(&sku.part_number)
    } else if let Some(product) = catalog::product(sku_id) {
        Cow::Borrowed(product.part_number)
    } else {
        Cow::Owned(sku_id.to_string())
    }
}

fn plan_names(plans: &[Guid]) -> String {
    join(plans.iter().map(|&id| match catalog::plan(id) {
        Some(plan) => plan.name.to_owned(),
        None => id.to_string(),
    }))
}

fn join(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

/// Ids as the service's messages list them: commas and no blanks.
struct List<'a>(&'a [Guid]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, id) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            f.write_str(id.text().as_str())?;
        }
        Ok(())
    }
}
