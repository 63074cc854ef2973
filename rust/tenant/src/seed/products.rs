//! The products of a seed and the licences that name them.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{AppliesTo, PlanFacts, PrepaidUnits, SkuFacts};
use mglicense_rules::names::{Resolved, TenantPlan, resolve_plan, resolve_sku};
use mglicense_rules::{catalog, names};
use serde_json::{Map, Value};

use super::BuildError;
use super::builder::{Builder, NewPlan, NewSku};
use crate::fault::{self, Fault, Located};

const SKU_KEYS: [&str; 13] = [
    "id",
    "skuId",
    "skuPartNumber",
    "accountId",
    "accountName",
    "appliesTo",
    "capabilityStatus",
    "consumedUnits",
    "prepaidUnits",
    "servicePlans",
    "subscriptionIds",
    "name",
    "removed",
];

const CAPABILITIES: [&str; 5] = ["Enabled", "Warning", "Suspended", "Deleted", "LockedOut"];

/// The seats of a product where the seed does not say.
const DEFAULT_SEATS: i64 = 10;

/// Reads a product.
pub(super) fn new_sku(value: &Value) -> Result<NewSku, Fault> {
    let object = fault::object(value)?;
    let mut units = PrepaidUnits {
        enabled: DEFAULT_SEATS,
        ..PrepaidUnits::default()
    };
    let mut applies_to = AppliesTo::User;
    let mut capability = None;
    let mut removed = false;
    let mut extra = Map::new();
    for (key, value) in object {
        let read = match key.as_str() {
            "skuId" | "skuPartNumber" | "servicePlans" | "id" => Ok(()),
            "prepaidUnits" => prepaid_units(value).map(|given| units = given),
            "appliesTo" => applies_to_word(value).map(|given| applies_to = given),
            "removed" => fault::boolean(value).map(|given| removed = given),
            "capabilityStatus" => {
                one_of(value, &CAPABILITIES).map(|word| capability = Some(word.to_owned()))
            }
            "accountId" | "accountName" => fault::text(value).map(|_| {
                extra.insert(key.clone(), value.clone());
            }),
            "subscriptionIds" => texts(value).map(|_| {
                extra.insert(key.clone(), value.clone());
            }),
            "consumedUnits" => Err(Fault::new(
                "is counted from the users' licences; leave it out",
            )),
            _ if key.starts_with('@') => Ok(()),
            _ => Err(fault::unknown("key", key, &SKU_KEYS)),
        };
        read.at(key)?;
    }
    let (sku_id, part_number) = identity(object)?;
    let product = catalog::product(sku_id);
    let plans = match object.get("servicePlans") {
        Some(value) => service_plans(value, sku_id).at("servicePlans")?,
        None => product
            .into_iter()
            .flat_map(catalog::Product::plans)
            .map(NewPlan::listed)
            .collect(),
    };
    Ok(NewSku {
        sku_id,
        part_number,
        applies_to,
        capability,
        units,
        plans,
        removed,
        extra,
    })
}

/// The id and the part number of a product of a seed. One of the two is enough where the public table knows it.
fn identity(object: &Map<String, Value>) -> Result<(Guid, String), Fault> {
    let text = |key: &str| {
        object
            .get(key)
            .map(|value| fault::text(value).at(key))
            .transpose()
    };
    let part_number = text("skuPartNumber")?;
    let (key, named) = match (text("skuId")?, part_number) {
        (Some(id), _) => ("skuId", id),
        (None, Some(name)) => ("skuPartNumber", name),
        (None, None) => return Err(Fault::new("neither 'skuId' nor 'skuPartNumber' is given")),
    };
    let sku_id = known_product(named, std::iter::empty()).at(key)?;
    let part_number = match (part_number, catalog::product(sku_id)) {
        (Some(name), product) if name.parse::<Guid>().is_err() => {
            // A part number beside an id is the tenant's own name for it; where it stands alone, it gets the table's
            // spelling.
            match product {
                Some(product) if key == "skuPartNumber" => product.part_number.to_owned(),
                _ => name.to_owned(),
            }
        }
        (_, Some(product)) => product.part_number.to_owned(),
        (_, None) => {
            return Err(Fault::new(format!(
                "unknown product '{named}'; give its 'skuPartNumber' too (and its 'servicePlans', if it has any)"
            ))
            .at(key));
        }
    };
    Ok((sku_id, part_number))
}

/// The product that an id or a name means, among these and then in the public table.
pub(crate) fn known_product<'a>(
    text: &str,
    own: impl IntoIterator<Item = names::TenantSku<'a>>,
) -> Result<Guid, Fault> {
    match resolve_sku(text, own) {
        Resolved::Id(id) => Ok(id),
        Resolved::Unknown => Err(Fault::new(format!("unknown product '{text}'"))),
        Resolved::Candidates(candidates) => Err(ambiguous("product", text, &candidates)),
    }
}

fn ambiguous(what: &str, text: &str, candidates: &[names::Candidate]) -> Fault {
    let ids: Vec<String> = candidates
        .iter()
        .map(|candidate| candidate.id.to_string())
        .collect();
    Fault::new(format!(
        "'{text}' names more than one {what}; use one of the ids {}",
        ids.join(", ")
    ))
}

fn prepaid_units(value: &Value) -> Result<PrepaidUnits, Fault> {
    let mut units = PrepaidUnits::default();
    for (key, value) in fault::object(value)? {
        let slot = match key.as_str() {
            "enabled" => &mut units.enabled,
            "warning" => &mut units.warning,
            "suspended" => &mut units.suspended,
            "lockedOut" => &mut units.locked_out,
            _ if key.starts_with('@') => continue,
            _ => {
                let known = ["enabled", "warning", "suspended", "lockedOut"];
                return Err(fault::unknown("key", key, &known).at(key));
            }
        };
        *slot = match value.as_i64() {
            Some(seats @ 0..=2_147_483_647) => seats,
            Some(seats) if seats < 0 => {
                return Err(Fault::new(format!("{seats} seats: a negative number")).at(key));
            }
            Some(seats) => return Err(Fault::new(format!("{seats} seats: too many")).at(key)),
            None => return Err(Fault::wrong_type("a whole number", value).at(key)),
        };
    }
    Ok(units)
}

/// Reads prepaidUnits for a product that is there: what is not named stays.
pub(crate) fn changed_units(value: &Value, mut units: PrepaidUnits) -> Result<PrepaidUnits, Fault> {
    let given = prepaid_units(value)?;
    let object = fault::object(value)?;
    for (key, slot, new) in [
        ("enabled", &mut units.enabled, given.enabled),
        ("warning", &mut units.warning, given.warning),
        ("suspended", &mut units.suspended, given.suspended),
        ("lockedOut", &mut units.locked_out, given.locked_out),
    ] {
        if object.contains_key(key) {
            *slot = new;
        }
    }
    Ok(units)
}

pub(super) fn service_plans(value: &Value, sku_id: Guid) -> Result<Vec<NewPlan>, Fault> {
    let mut plans: Vec<NewPlan> = Vec::new();
    for (index, value) in fault::list(value)?.iter().enumerate() {
        let plan = service_plan(value, sku_id).at_index(index)?;
        if plans.iter().any(|other| other.id == plan.id) {
            return Err(
                Fault::new(format!("the plan '{}' is given twice", plan.name)).at_index(index),
            );
        }
        plans.push(plan);
    }
    Ok(plans)
}

fn service_plan(value: &Value, sku_id: Guid) -> Result<NewPlan, Fault> {
    if let Some(text) = value.as_str() {
        let id = known_plan(text, sku_id)?;
        return Ok(match catalog::plan(id) {
            Some(plan) => NewPlan::listed(plan),
            None => {
                return Err(Fault::new(format!(
                    "unknown plan '{text}'; give it as an object with a name"
                )));
            }
        });
    }
    let object = fault::object(value)?;
    let (mut id, mut name, mut applies_to, mut status) = (None, None, None, "Success".to_owned());
    for (key, value) in object {
        let read = match key.as_str() {
            "servicePlanId" => fault::text(value)
                .and_then(|text| known_plan(text, sku_id))
                .map(|given| id = Some(given)),
            "servicePlanName" => fault::text(value).map(|given| name = Some(given.to_owned())),
            "provisioningStatus" => fault::text(value).map(|given| status = given.to_owned()),
            "appliesTo" => applies_to_word(value).map(|given| applies_to = Some(given)),
            _ if key.starts_with('@') => Ok(()),
            _ => {
                let known = [
                    "servicePlanId",
                    "servicePlanName",
                    "provisioningStatus",
                    "appliesTo",
                ];
                Err(fault::unknown("key", key, &known))
            }
        };
        read.at(key)?;
    }
    let id = match (id, &name) {
        (Some(id), _) => id,
        (None, Some(name)) => known_plan(name, sku_id).at("servicePlanName")?,
        (None, None) => {
            return Err(Fault::new(
                "neither 'servicePlanId' nor 'servicePlanName' is given",
            ));
        }
    };
    let listed = catalog::plan(id).map(NewPlan::listed);
    let Some(name) = name.or_else(|| listed.as_ref().map(|plan| plan.name.clone())) else {
        return Err(Fault::new(format!(
            "unknown plan '{id}'; give its 'servicePlanName' too"
        )));
    };
    let applies_to = applies_to
        .or_else(|| listed.map(|plan| plan.applies_to))
        .unwrap_or(AppliesTo::User);
    Ok(NewPlan {
        id,
        name,
        applies_to,
        status,
    })
}

fn known_plan(text: &str, sku_id: Guid) -> Result<Guid, Fault> {
    match resolve_plan(text, Some(sku_id), std::iter::empty()) {
        Resolved::Id(id) => Ok(id),
        Resolved::Unknown => Err(Fault::new(format!("unknown plan '{text}'"))),
        Resolved::Candidates(candidates) => Err(ambiguous("plan", text, &candidates)),
    }
}

/// The plan that an id or a name means in a rule: among those of the tenant's products, then in the public table.
pub(crate) fn rule_plan<'a>(
    text: &str,
    skus: impl Iterator<Item = &'a SkuFacts>,
) -> Result<Guid, Fault> {
    let plans = skus.flat_map(|sku| sku.plans.iter());
    let named = plans.map(|plan: &PlanFacts| TenantPlan {
        id: plan.id,
        name: &plan.name,
    });
    match resolve_plan(text, None, named) {
        Resolved::Id(id) => Ok(id),
        Resolved::Unknown => Err(Fault::new(format!("unknown plan '{text}'"))),
        Resolved::Candidates(candidates) => Err(ambiguous("plan", text, &candidates)),
    }
}

fn applies_to_word(value: &Value) -> Result<AppliesTo, Fault> {
    Ok(match one_of(value, &["User", "Company"])? {
        "Company" => AppliesTo::Company,
        _ => AppliesTo::User,
    })
}

/// One of a few words.
pub(super) fn one_of<'a>(value: &'a Value, words: &[&str]) -> Result<&'a str, Fault> {
    let text = fault::text(value)?;
    if words.contains(&text) {
        Ok(text)
    } else {
        Err(Fault::new(format!(
            "'{text}' is none of: {}",
            words.join(", ")
        )))
    }
}

fn texts(value: &Value) -> Result<Vec<&str>, Fault> {
    let items = fault::list(value)?.iter().enumerate();
    items
        .map(|(index, item)| fault::text(item).at_index(index))
        .collect()
}

/// A licence of a user or a group, as a seed gives it.
#[derive(Debug)]
pub(super) struct License {
    pub(super) sku_key: i64,
    /// A JSON array of lower-case plan ids.
    pub(super) disabled: String,
}

/// The key of the product a licence names. A product the tenant does not list is bought along, if it lists none.
fn license_sku(builder: &mut Builder<'_>, object: &Map<String, Value>) -> Result<i64, BuildError> {
    let given = ["skuId", "skuPartNumber"]
        .into_iter()
        .find_map(|key| Some((key, object.get(key)?)));
    let Some((key, value)) = given else {
        return Err(Fault::new("neither 'skuId' nor 'skuPartNumber' is given").into());
    };
    let text = fault::text(value).at(key)?;
    let id = known_product(text, builder.skus.named()).at(key)?;
    if let Some(entry) = builder.skus.by_id(id) {
        return Ok(entry.key);
    }
    match catalog::product(id) {
        Some(product) if builder.buys_products => Ok(builder.buy(product)?),
        Some(_) => Err(
            Fault::new(format!("product '{text}' is not among the subscribedSkus"))
                .at(key)
                .into(),
        ),
        None => Err(Fault::new(format!("unknown product '{text}'"))
            .at(key)
            .into()),
    }
}

/// Reads the product and the disabled plans out of an assignedLicense or a licenseAssignmentState.
pub(super) fn license(
    builder: &mut Builder<'_>,
    object: &Map<String, Value>,
) -> Result<License, BuildError> {
    let sku_key = license_sku(builder, object)?;
    let mut disabled: Vec<String> = Vec::new();
    if let Some(value) = object.get("disabledPlans") {
        for (index, value) in fault::list(value).at("disabledPlans")?.iter().enumerate() {
            let id = disabled_plan(builder, sku_key, value)
                .at_index(index)
                .at("disabledPlans")?;
            let id = id.to_string();
            if !disabled.contains(&id) {
                disabled.push(id);
            }
        }
    }
    Ok(License {
        sku_key,
        disabled: Value::from(disabled).to_string(),
    })
}

fn disabled_plan(builder: &Builder<'_>, sku_key: i64, value: &Value) -> Result<Guid, Fault> {
    let text = fault::text(value)?;
    let Some(entry) = builder.skus.by_key(sku_key) else {
        return Err(Fault::new("the product is gone"));
    };
    let own = entry.facts.plans.iter().map(|plan| TenantPlan {
        id: plan.id,
        name: &plan.name,
    });
    let id = match resolve_plan(text, Some(entry.facts.sku_id), own) {
        Resolved::Id(id) => id,
        Resolved::Unknown => return Err(Fault::new(format!("unknown plan '{text}'"))),
        Resolved::Candidates(candidates) => return Err(ambiguous("plan", text, &candidates)),
    };
    if entry.facts.plan(id).is_none() {
        let part_number = &entry.facts.part_number;
        return Err(Fault::new(format!(
            "plan '{text}' is not in product '{part_number}'"
        )));
    }
    Ok(id)
}
