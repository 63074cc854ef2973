//! What deserves attention in a tenant, and how it is put right.

mod kind;
mod people;
mod seats;
mod single;

use serde::Serialize;

use mglicense_rules::Guid;

use super::naming::Product;
use super::person::Person;

pub(crate) use kind::{KINDS, Kind, Severity};
pub(crate) use people::{PeopleFindings, country_code, licensed};
pub(crate) use seats::of_seats;
pub(crate) use single::{Details, Readiness, of_mailboxes, of_provisioning};

/// Something that deserves attention.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    pub(crate) kind: Kind,
    pub(crate) severity: Severity,
    /// How many users or seats it is about; `None` where that could not be found out.
    pub(crate) count: Option<u64>,
    /// Whether everything it rests on was read: if not, it is about so many at least.
    pub(crate) is_complete: bool,
    /// What it is about: a product, a group, a plan.
    pub(crate) subject: Option<String>,
    pub(crate) sku_id: Option<Guid>,
    pub(crate) sku_part_number: Option<String>,
    pub(crate) product_name: Option<String>,
    pub(crate) group_id: Option<Guid>,
    /// Why it deserves attention, in a sentence.
    pub(crate) why: String,
    /// The command that puts it right.
    pub(crate) repair: Option<String>,
    pub(crate) users: Vec<FoundUser>,
}

/// A user that a finding is about.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundUser {
    pub(crate) user_id: String,
    pub(crate) user_principal_name: Option<String>,
    pub(crate) display_name: Option<String>,
    /// What there is to say about this one.
    pub(crate) detail: Option<String>,
}

impl FoundUser {
    fn new(person: &Person, detail: Option<String>) -> Self {
        Self {
            user_id: person.id.clone(),
            user_principal_name: person.user_principal_name.clone(),
            display_name: person.display_name.clone(),
            detail,
        }
    }
}

impl Finding {
    fn new(kind: Kind, severity: Severity, why: impl Into<String>) -> Self {
        Self {
            kind,
            severity,
            count: Some(0),
            is_complete: true,
            subject: None,
            sku_id: None,
            sku_part_number: None,
            product_name: None,
            group_id: None,
            why: why.into(),
            repair: None,
            users: Vec::new(),
        }
    }

    /// About these users.
    fn users(mut self, users: Vec<FoundUser>) -> Self {
        self.count = Some(users.len() as u64);
        self.users = users;
        self
    }

    fn count(mut self, count: i64) -> Self {
        self.count = Some(u64::try_from(count).unwrap_or(0));
        self
    }

    fn product(mut self, product: &Product) -> Self {
        self.subject = Some(product.product_name.clone());
        self.sku_id = Some(product.sku_id);
        self.sku_part_number = Some(product.sku_part_number.clone());
        self.product_name = Some(product.product_name.clone());
        self
    }

    /// Put right by a command on the users of this finding, which PowerShell finds again by this selection.
    fn repaired_by(mut self, command: &str, options: &FindingOptions) -> Self {
        let mut which = options.find_again(&[self.kind]);
        if let Some(sku_id) = self.sku_id {
            which = format!("{which} | Where-Object SkuId -eq {sku_id}");
        }
        if let Some(group_id) = self.group_id {
            which = format!("{which} | Where-Object GroupId -eq {group_id}");
        }
        self.repair = Some(format!("({which}).Users | {command}"));
        self
    }

    fn repair(mut self, command: impl Into<String>) -> Self {
        self.repair = Some(command.into());
        self
    }
}

/// Days without a sign-in that count as long unless the caller says otherwise.
pub(crate) const INACTIVE_DAYS: i64 = 90;

/// How findings are made.
#[derive(Clone, Debug)]
pub(crate) struct FindingOptions {
    pub(crate) kinds: Vec<Kind>,
    /// Days without a sign-in after which a licence counts as idle.
    pub(crate) inactive_days: i64,
    /// Days ahead in which a subscription that ends is told.
    pub(crate) expiry_days: i64,
    /// The share of seats, in percent, below which free ones are short.
    pub(crate) short_percent: i64,
    /// The share of seats, in percent, above which free ones are told as unused.
    pub(crate) unused_percent: i64,
    /// Products that no alarm is about.
    pub(crate) excluded_skus: Vec<Guid>,
    /// Parameters that leave out the same users again, each after a blank: a repair may touch nobody else.
    pub(crate) exclusions: String,
}

impl FindingOptions {
    pub(crate) fn wants(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// The command that finds these kinds again, of the same users.
    fn find_again(&self, kinds: &[Kind]) -> String {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let mut command = format!("Get-MgLicenseFinding -Kind {}", names.join(", "));
        if kinds.contains(&Kind::Inactive) && self.inactive_days != INACTIVE_DAYS {
            command = format!("{command} -InactiveDays {}", self.inactive_days);
        }
        command + &self.exclusions
    }
}
