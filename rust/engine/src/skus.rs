//! The tenant's own products, read once per session.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use mglicense_graph::{Page, Request, escape_uri};
use mglicense_rules::Guid;
use mglicense_rules::assignment::{AppliesTo, PlanFacts, PrepaidUnits, SkuFacts, SkuLookup};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::Session;

/// The tenant's products, as they were when they were read.
#[derive(Debug, Default)]
pub struct TenantSkus {
    skus: Vec<SkuFacts>,
}

impl TenantSkus {
    /// Every product, in the service's order.
    #[must_use]
    pub fn all(&self) -> &[SkuFacts] {
        &self.skus
    }

    /// The part number of a product: the tenant's own, else the public table's, else nothing.
    #[must_use]
    pub fn part_number(&self, sku_id: Guid) -> Option<&str> {
        match self.sku(sku_id) {
            Some(sku) => Some(&sku.part_number),
            None => mglicense_rules::catalog::product(sku_id).map(|product| product.part_number),
        }
    }
}

/// The name people know a product by: the public table's, since Graph tells none. A product that only the tenant knows
/// goes by its part number.
pub(crate) fn product_title(sku_id: Guid, part_number: Option<&str>) -> Option<String> {
    mglicense_rules::catalog::product(sku_id)
        .map(|product| product.name)
        .or(part_number)
        .map(str::to_owned)
}

impl From<Vec<SkuFacts>> for TenantSkus {
    fn from(skus: Vec<SkuFacts>) -> Self {
        Self { skus }
    }
}

impl SkuLookup for TenantSkus {
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts> {
        self.skus.iter().find(|sku| sku.sku_id == sku_id)
    }
}

/// The products as last read, for all commands of a session.
#[derive(Debug, Default)]
pub struct SkuCache {
    read: Mutex<Option<Arc<TenantSkus>>>,
}

/// Products, and whether they were read just now rather than remembered.
pub(crate) struct Known {
    pub(crate) skus: Arc<TenantSkus>,
    pub(crate) fresh: bool,
}

impl SkuCache {
    /// The products as remembered, read where they weren't yet.
    ///
    /// # Errors
    /// When they can't be read for another reason than a missing right.
    pub(crate) async fn known(
        &self,
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<Known, Failure> {
        let mut read = self.read.lock().await;
        if let Some(skus) = &*read {
            return Ok(Known {
                skus: Arc::clone(skus),
                fresh: false,
            });
        }
        let skus = Arc::new(Self::read_permitted(session, job, debug).await?);
        *read = Some(Arc::clone(&skus));
        Ok(Known { skus, fresh: true })
    }

    /// The products, read anew.
    ///
    /// # Errors
    /// As [`SkuCache::known`].
    pub(crate) async fn refreshed(
        &self,
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<Arc<TenantSkus>, Failure> {
        let mut read = self.read.lock().await;
        let skus = Arc::new(Self::read_permitted(session, job, debug).await?);
        *read = Some(Arc::clone(&skus));
        Ok(skus)
    }

    /// A sign-in that may assign licences need not be allowed to list products; names are then looked up in the
    /// public table alone.
    async fn read_permitted(
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<TenantSkus, Failure> {
        match read(session, job, debug).await {
            Err(failure) if failure.status == Some(403) => {
                job.verbose(format!(
                    "The organisation's products could not be read ({}); names are looked up in the public table.",
                    failure.code
                ))
                .await;
                Ok(TenantSkus::default())
            }
            outcome => outcome,
        }
    }
}

/// Reads the tenant's products.
///
/// # Errors
/// When the service refuses or its answer can't be read.
pub(crate) async fn read(
    session: &Session,
    job: &JobContext,
    debug: bool,
) -> Result<TenantSkus, Failure> {
    of_raw(&read_raw(session, job, debug).await?)
}

/// Reads the lists of the tenant's products as the service wrote them.
///
/// # Errors
/// When the service refuses or its answer is no list.
pub(crate) async fn read_raw(
    session: &Session,
    job: &JobContext,
    debug: bool,
) -> Result<Vec<Bytes>, Failure> {
    let mut lists = Vec::new();
    let mut url = "v1.0/subscribedSkus".to_owned();
    loop {
        let response = session
            .call(job, Request::new(Method::GET, url), debug)
            .await?;
        let unreadable = |error: &dyn std::fmt::Display| {
            Failure::unreadable(
                &response,
                &format!("the organisation's products could not be read: {error}"),
            )
        };
        let page = Page::read(&response.body).map_err(|error| unreadable(&error))?;
        let value = page
            .value
            .ok_or_else(|| unreadable(&"the answer has no list named 'value'"))?;
        parse(&value).map_err(|error| unreadable(&error))?;
        lists.push(value);
        let Some(next) = page.next_link else {
            return Ok(lists);
        };
        let next = session
            .root()
            .relative(&next)
            .map_err(|error| unreadable(&error))?;
        url = escape_uri(next).into_owned();
    }
}

/// The products of lists as the service wrote them.
///
/// # Errors
/// When one is no list of products.
pub(crate) fn of_raw(lists: &[Bytes]) -> Result<TenantSkus, Failure> {
    let mut skus = Vec::new();
    for list in lists {
        skus.extend(parse(list).map_err(|error| {
            Failure::new(
                FailureKind::Service,
                "UnreadableAnswer",
                format!("the organisation's products could not be read: {error}"),
            )
        })?);
    }
    Ok(TenantSkus { skus })
}

/// Reads a JSON list of products.
///
/// # Errors
/// When it is not one.
pub(crate) fn parse(list: &[u8]) -> Result<Vec<SkuFacts>, serde_json::Error> {
    let skus: Vec<WireSku> = serde_json::from_slice(list)?;
    Ok(skus.into_iter().filter_map(WireSku::into_facts).collect())
}

/// `subscribedSku`, as far as it matters here. Everything may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSku {
    sku_id: Option<String>,
    sku_part_number: Option<String>,
    applies_to: Option<String>,
    consumed_units: Option<i64>,
    prepaid_units: Option<WireUnits>,
    service_plans: Option<Vec<WirePlan>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUnits {
    enabled: Option<i64>,
    warning: Option<i64>,
    suspended: Option<i64>,
    locked_out: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePlan {
    service_plan_id: Option<String>,
    service_plan_name: Option<String>,
    applies_to: Option<String>,
}

impl WireSku {
    /// `None` for a product without a usable id, which nothing can be done with.
    fn into_facts(self) -> Option<SkuFacts> {
        let units = self.prepaid_units.unwrap_or_default();
        let plans = self
            .service_plans
            .unwrap_or_default()
            .into_iter()
            .filter_map(WirePlan::into_facts);
        Some(SkuFacts {
            sku_id: self.sku_id?.parse().ok()?,
            part_number: self.sku_part_number.unwrap_or_default().into(),
            applies_to: applies_to(self.applies_to.as_deref()),
            prepaid: PrepaidUnits {
                enabled: units.enabled.unwrap_or(0),
                warning: units.warning.unwrap_or(0),
                suspended: units.suspended.unwrap_or(0),
                locked_out: units.locked_out.unwrap_or(0),
            },
            consumed: self.consumed_units.unwrap_or(0),
            plans: plans.collect(),
        })
    }
}

impl WirePlan {
    fn into_facts(self) -> Option<PlanFacts> {
        Some(PlanFacts {
            id: self.service_plan_id?.parse().ok()?,
            name: self.service_plan_name.unwrap_or_default().into(),
            applies_to: applies_to(self.applies_to.as_deref()),
        })
    }
}

fn applies_to(text: Option<&str>) -> AppliesTo {
    if text.is_some_and(|text| text.eq_ignore_ascii_case("Company")) {
        AppliesTo::Company
    } else {
        AppliesTo::User
    }
}
