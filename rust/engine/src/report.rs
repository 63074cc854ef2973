//! What a licence command did to one account, for callers who want that rather than the account.

use serde::Serialize;

use crate::skus::{TenantSkus, product_title};
use mglicense_rules::Guid;

/// How it came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Status {
    /// Something was changed.
    Changed,
    /// Everything was as wanted already.
    Unchanged,
}

/// A product, by its id and its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportedSku {
    pub(crate) sku_id: String,
    pub(crate) sku_part_number: Option<String>,
    pub(crate) product_name: Option<String>,
}

/// A product that stays because a group gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptSku {
    #[serde(flatten)]
    pub(crate) sku: ReportedSku,
    pub(crate) group_id: String,
    pub(crate) group_name: Option<String>,
}

/// What was done.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) user_id: String,
    pub(crate) user_principal_name: Option<String>,
    pub(crate) status: Status,
    pub(crate) added: Vec<ReportedSku>,
    pub(crate) removed: Vec<ReportedSku>,
    pub(crate) kept: Vec<KeptSku>,
    pub(crate) not_held: Vec<ReportedSku>,
    pub(crate) usage_location_before: Option<String>,
    pub(crate) usage_location_after: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl ReportedSku {
    /// A product by the id or text it was named by.
    pub(crate) fn new(text: &str, skus: Option<&TenantSkus>) -> Self {
        match (Guid::parse(text), skus) {
            (Ok(sku_id), Some(skus)) => Self::of(sku_id, skus),
            (Ok(sku_id), None) => Self::of(sku_id, &TenantSkus::default()),
            (Err(_), _) => Self {
                sku_id: text.to_owned(),
                sku_part_number: None,
                product_name: None,
            },
        }
    }

    /// A product by its id, under the tenant's own part number, else the public table's.
    pub(crate) fn of(sku_id: Guid, skus: &TenantSkus) -> Self {
        let part_number = skus.part_number(sku_id);
        Self {
            sku_id: sku_id.to_string(),
            product_name: product_title(sku_id, part_number),
            sku_part_number: part_number.map(str::to_owned),
        }
    }

    /// The part number, else the id.
    pub(crate) fn label(&self) -> &str {
        self.sku_part_number.as_deref().unwrap_or(&self.sku_id)
    }
}
