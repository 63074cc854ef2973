//! The public table of products and service plans, as static sorted tables.
//!
//! It is Microsoft's "Product names and service plan identifiers for licensing". A tenant's own list
//! of products always goes first: it may hold products this table lacks, and other plans in them.
//! A newer edition of the table can be loaded over it.

mod load;

pub use load::{Loaded, TableError, load, unload};

use std::sync::{PoisonError, RwLock};

use crate::Guid;

mod tables {
    use super::{Product, ServicePlan};
    use crate::Guid;

    include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
}

/// A product (SKU) of the table.
#[derive(Debug)]
pub struct Product {
    /// Its id, the only unique key: two products may share a part number or a name.
    pub sku_id: Guid,
    /// Its part number, such as `SPE_E5`. Some hold blanks or slashes.
    pub part_number: &'static str,
    /// Its name as shown to people, such as `Microsoft 365 E5`.
    pub name: &'static str,
    plans: &'static [&'static ServicePlan],
}

/// A service plan of the table.
#[derive(Debug)]
pub struct ServicePlan {
    /// Its id.
    pub id: Guid,
    /// Its name, such as `EXCHANGE_S_ENTERPRISE`; the commonest one where the table has several.
    pub name: &'static str,
    /// Its name as shown to people, such as `Exchange Online (Plan 2)`.
    pub friendly_name: &'static str,
}

impl Product {
    /// The service plans in the product, by ascending id.
    pub fn plans(&self) -> impl ExactSizeIterator<Item = &'static ServicePlan> + use<> {
        self.plans.iter().copied()
    }

    /// Whether the product holds the plan.
    pub fn has_plan(&self, id: Guid) -> bool {
        self.plans.binary_search_by_key(&id, |plan| plan.id).is_ok()
    }
}

/// A table with its indexes.
#[derive(Clone, Copy)]
struct Tables {
    products: &'static [Product],
    plans: &'static [ServicePlan],
    by_part_number: &'static [(&'static str, u16)],
    by_name: &'static [(&'static str, u16)],
    by_plan_name: &'static [(&'static str, u16)],
}

/// The table this library was built with.
static BUILT_IN: Tables = Tables {
    products: &tables::PRODUCTS,
    plans: &tables::PLANS,
    by_part_number: &tables::PRODUCTS_BY_PART_NUMBER,
    by_name: &tables::PRODUCTS_BY_NAME,
    by_plan_name: &tables::PLANS_BY_NAME,
};

/// The table in use, where a newer one was loaded over the built-in one.
static IN_USE: RwLock<Option<&'static Tables>> = RwLock::new(None);

fn in_use() -> &'static Tables {
    // Nothing that can panic runs under this lock, so what a poisoned one holds is whole.
    let loaded = *IN_USE.read().unwrap_or_else(PoisonError::into_inner);
    loaded.unwrap_or(&BUILT_IN)
}

/// `EXCHANGE_S_FOUNDATION`, which most products carry and which Microsoft's own sample of a tenant's
/// products marks as applying to the company.
const EXCHANGE_S_FOUNDATION: Guid = Guid::literal("113feb6c-3fe4-4440-bddc-54d774bf0318");

impl ServicePlan {
    /// Whether the plan is for the company as a whole and no user's choice. The table does not say so;
    /// this knows the one plan that nearly every product carries.
    pub fn is_company_wide(&self) -> bool {
        self.id == EXCHANGE_S_FOUNDATION
    }
}

/// Every product, by ascending id.
pub fn products() -> &'static [Product] {
    in_use().products
}

/// Every service plan, by ascending id.
pub fn plans() -> &'static [ServicePlan] {
    in_use().plans
}

/// The product of that id.
pub fn product(sku_id: Guid) -> Option<&'static Product> {
    let products = products();
    let row = products.binary_search_by_key(&sku_id, |product| product.sku_id);
    row.ok().map(|row| &products[row])
}

/// The service plan of that id.
pub fn plan(id: Guid) -> Option<&'static ServicePlan> {
    let plans = plans();
    let row = plans.binary_search_by_key(&id, |plan| plan.id);
    row.ok().map(|row| &plans[row])
}

/// The products of that part number, in any case. `MCOPSTN5` names two.
pub fn products_by_part_number(
    part_number: &str,
) -> impl ExactSizeIterator<Item = &'static Product> + use<> {
    let table = in_use();
    rows(table.by_part_number, part_number).map(|row| &table.products[row])
}

/// The products of that display name, in any case. `Visio Plan 2` names two.
pub fn products_by_name(name: &str) -> impl ExactSizeIterator<Item = &'static Product> + use<> {
    let table = in_use();
    rows(table.by_name, name).map(|row| &table.products[row])
}

/// The service plans of that name, in any case, whichever of its names the table uses.
/// `PROJECT_ESSENTIALS` names two.
pub fn plans_by_name(name: &str) -> impl ExactSizeIterator<Item = &'static ServicePlan> + use<> {
    let table = in_use();
    rows(table.by_plan_name, name).map(|row| &table.plans[row])
}

/// The rows an index of lower-case texts has for a text in any case.
fn rows(
    index: &'static [(&'static str, u16)],
    text: &str,
) -> impl ExactSizeIterator<Item = usize> + use<> {
    let lower = || text.bytes().map(|byte| byte.to_ascii_lowercase());
    let start = index.partition_point(|(entry, _)| entry.bytes().lt(lower()));
    let length = index[start..].partition_point(|(entry, _)| entry.bytes().eq(lower()));
    index[start..start + length]
        .iter()
        .map(|&(_, row)| usize::from(row))
}
