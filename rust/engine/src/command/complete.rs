//! Names for tab completion.

use mglicense_rules::{Guid, catalog, location};
use serde::{Deserialize, Serialize};

use crate::bulk::run_ids;
use crate::change::Texts;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::names;
use crate::session::Session;
use crate::skus::TenantSkus;
use mglicense_rules::assignment::SkuLookup;
use mglicense_rules::names::Resolved;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Sku,
    Plan,
    Location,
    Run,
}

/// What is being typed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Complete {
    kind: Kind,
    #[serde(default)]
    prefix: Option<String>,
    /// For plans: the products they are in; all products where none is named.
    #[serde(default)]
    skus: Texts,
    #[serde(default)]
    limit: Option<usize>,
    /// For runs: the folder of their journals, if it isn't the usual one.
    #[serde(default)]
    folder: Option<String>,
}

/// A text to complete to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Completion {
    value: String,
    tooltip: String,
}

impl Complete {
    pub(crate) async fn run(
        self,
        session: Option<&Session>,
        job: &JobContext,
    ) -> Result<(), Failure> {
        let skus = match session {
            // Completion must never fail for want of a connection; the public table is left.
            Some(session) if matches!(self.kind, Kind::Sku | Kind::Plan) => session
                .skus()
                .known(session, job, false)
                .await
                .map(|known| known.skus)
                .unwrap_or_default(),
            _ => Default::default(),
        };
        for completion in self.completions(&skus) {
            job.emit(Event::json(EventKind::Item, &completion)).await;
        }
        Ok(())
    }

    fn completions(&self, skus: &TenantSkus) -> Vec<Completion> {
        let prefix = self
            .prefix
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mut found: Vec<Completion> = match self.kind {
            Kind::Sku => products(skus),
            Kind::Plan => self.plans(skus),
            Kind::Run => run_ids(self.folder.as_deref())
                .into_iter()
                .map(|id| Completion {
                    tooltip: format!("The run {id}, named by its time in UTC"),
                    value: id,
                })
                .collect(),
            Kind::Location => location::all()
                .map(|(code, name)| Completion {
                    value: code.to_string(),
                    tooltip: name.to_owned(),
                })
                .collect(),
        };
        let mut seen = std::collections::HashSet::new();
        found.retain(|completion| {
            let value = completion.value.to_ascii_lowercase();
            // A country is as well found by its name.
            let begins = value.starts_with(&prefix)
                || (self.kind == Kind::Location
                    && completion.tooltip.to_ascii_lowercase().starts_with(&prefix));
            begins && !value.is_empty() && seen.insert(value)
        });
        found.truncate(self.limit.unwrap_or(usize::MAX));
        found
    }

    fn plans(&self, skus: &TenantSkus) -> Vec<Completion> {
        let all = || {
            catalog::plans()
                .iter()
                .map(|plan| plan_completion(plan.name, plan.id))
                .collect()
        };
        let products: Vec<Guid> = self
            .skus
            .0
            .iter()
            .filter_map(|text| match names::product(skus, text) {
                Resolved::Id(id) => Some(id),
                _ => None,
            })
            .collect();
        if products.is_empty() {
            return all();
        }
        let plans = products
            .into_iter()
            .flat_map(|sku_id| match skus.sku(sku_id) {
                Some(sku) => sku
                    .plans
                    .iter()
                    .map(|plan| plan_completion(&plan.name, plan.id))
                    .collect::<Vec<_>>(),
                None => catalog::product(sku_id)
                    .into_iter()
                    .flat_map(catalog::Product::plans)
                    .map(|plan| plan_completion(plan.name, plan.id))
                    .collect(),
            });
        let mut plans: Vec<_> = plans.collect();
        plans.sort_by(|a, b| a.value.cmp(&b.value));
        plans
    }
}

/// The tenant's own products in their order, then those of the public table by part number.
fn products(skus: &TenantSkus) -> Vec<Completion> {
    let own = skus.all().iter().map(|sku| Completion {
        value: sku.part_number.to_string(),
        tooltip: format!(
            "{} ({} of {} seats in use)",
            catalog::product(sku.sku_id).map_or(&*sku.part_number, |product| product.name),
            sku.consumed,
            sku.prepaid.enabled + sku.prepaid.warning
        ),
    });
    let mut listed: Vec<_> = catalog::products()
        .iter()
        .map(|product| Completion {
            value: product.part_number.to_owned(),
            tooltip: product.name.to_owned(),
        })
        .collect();
    listed.sort_by(|a, b| a.value.cmp(&b.value));
    own.chain(listed).collect()
}

fn plan_completion(name: &str, id: Guid) -> Completion {
    Completion {
        value: name.to_owned(),
        tooltip: catalog::plan(id)
            .map_or_else(|| id.to_string(), |plan| plan.friendly_name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(payload: &str) -> Vec<String> {
        let complete: Complete = serde_json::from_str(payload).unwrap();
        complete
            .completions(&TenantSkus::default())
            .into_iter()
            .map(|completion| completion.value)
            .collect()
    }

    #[test]
    fn products_are_completed_in_any_case() {
        let found = complete(r#"{"kind":"sku","prefix":"spe_e"}"#);
        assert!(
            found.contains(&"SPE_E5".to_owned()) && found.contains(&"SPE_E3".to_owned()),
            "{found:?}"
        );
        assert!(
            found
                .iter()
                .all(|value| value.to_ascii_lowercase().starts_with("spe_e")),
            "{found:?}"
        );
    }

    #[test]
    fn plans_are_those_of_the_product() {
        let found = complete(r#"{"kind":"plan","prefix":"","skus":["ENTERPRISEPACK"]}"#);
        assert!(found.contains(&"SWAY".to_owned()), "{found:?}");
        assert!(!found.contains(&"MCOEV".to_owned()), "{found:?}");
    }

    #[test]
    fn a_country_is_found_by_its_code_and_by_its_name() {
        assert_eq!(complete(r#"{"kind":"location","prefix":"gb"}"#), ["GB"]);
        assert_eq!(complete(r#"{"kind":"location","prefix":"german"}"#), ["DE"]);
        assert_eq!(complete(r#"{"kind":"location","limit":3}"#).len(), 3);
    }
}
