//! What a licence command did to one account, for callers who want that rather than the account.

use serde::Serialize;

use crate::skus::TenantSkus;
use mglicense_rules::Guid;

/// How it came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Status {
    /// Something was changed.
    Changed,
    /// Everything was as wanted already.
    Unchanged,
}

/// A product, by id and by the name people know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportedSku {
    pub(crate) sku_id: String,
    pub(crate) sku_part_number: Option<String>,
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
        let part_number = Guid::parse(text).ok().and_then(|id| match skus {
            Some(skus) => skus.part_number(id).map(str::to_owned),
            None => {
                mglicense_rules::catalog::product(id).map(|product| product.part_number.to_owned())
            }
        });
        Self {
            sku_id: text.to_owned(),
            sku_part_number: part_number,
        }
    }

    /// The name people know, else the id.
    pub(crate) fn label(&self) -> &str {
        self.sku_part_number.as_deref().unwrap_or(&self.sku_id)
    }
}
