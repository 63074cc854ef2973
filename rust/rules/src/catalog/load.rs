//! A newer edition of Microsoft's table, over the built-in one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::PoisonError;

use super::{BUILT_IN, IN_USE, Product, ServicePlan, Tables};
use crate::Guid;

/// The columns, as Microsoft's download names them.
const COLUMNS: [&str; 6] = [
    "Product_Display_Name",
    "String_Id",
    "GUID",
    "Service_Plan_Name",
    "Service_Plan_Id",
    "Service_Plans_Included_Friendly_Names",
];

/// What loading a table came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Products in the file.
    pub products: usize,
    /// Those that the built-in table lacks.
    pub new_products: usize,
    /// Service plans in the file.
    pub plans: usize,
    /// Those that the built-in table lacks.
    pub new_plans: usize,
    /// Rows passed over because they hold no usable id.
    pub unusable_rows: usize,
}

/// A text that is no such table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// A column is missing.
    Column(&'static str),
    /// It is not CSV.
    Csv(String),
    /// It has no row with a usable product and plan.
    Empty,
    /// It has more products or plans than can be told apart.
    TooLarge,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => write!(
                f,
                "the table has no column '{name}'; Microsoft's download has {}",
                COLUMNS.join(", ")
            ),
            Self::Csv(error) => write!(f, "the table is not CSV: {error}"),
            Self::Empty => f.write_str("the table has no row with a product and a plan"),
            Self::TooLarge => f.write_str("the table has more than 65,535 products or plans"),
        }
    }
}

impl std::error::Error for TableError {}

#[derive(Default)]
struct NewProduct {
    part_number: String,
    name: String,
    plans: BTreeSet<Guid>,
}

/// Lays a table over the built-in one, in place of any that was loaded before. A product of the file replaces the
/// built-in one of its id; what the file lacks stays. Takes the bytes of Microsoft's "Product names and service plan
/// identifiers for licensing" as CSV: UTF-8 or, as the download sometimes is, with single bytes beyond it.
///
/// Whatever was taken from the table before stays valid: tables are never freed, so this is for now and then.
///
/// # Errors
/// When the text is no such table; the one in use then stays.
pub fn load(csv: &[u8]) -> Result<Loaded, TableError> {
    let text = String::from_utf8_lossy(csv);
    let text = text.trim_start_matches('\u{feff}').replace('\u{a0}', " ");
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|error| TableError::Csv(error.to_string()))?
        .clone();
    let mut columns = [0; COLUMNS.len()];
    for (at, name) in columns.iter_mut().zip(COLUMNS) {
        // The first header is often preceded by bytes of a mark that were read as letters.
        *at = headers
            .iter()
            .position(|header| {
                header.len() >= name.len()
                    && header
                        .get(header.len() - name.len()..)
                        .is_some_and(|end| end.eq_ignore_ascii_case(name))
            })
            .ok_or(TableError::Column(name))?;
    }

    let mut products: BTreeMap<Guid, NewProduct> = BTreeMap::new();
    let mut plans: BTreeMap<Guid, (String, String)> = BTreeMap::new();
    let mut unusable_rows = 0;
    for record in reader.records() {
        let record = record.map_err(|error| TableError::Csv(error.to_string()))?;
        let cell = |index: usize| record.get(columns[index]).unwrap_or_default();
        let (Ok(sku_id), Ok(plan_id)) = (Guid::parse(cell(2)), Guid::parse(cell(4))) else {
            unusable_rows += 1;
            continue;
        };
        let product = products.entry(sku_id).or_default();
        product.name = cell(0).to_owned();
        product.part_number = cell(1).to_owned();
        product.plans.insert(plan_id);
        plans
            .entry(plan_id)
            .or_insert_with(|| (cell(3).to_owned(), cell(5).to_owned()));
    }
    if products.is_empty() {
        return Err(TableError::Empty);
    }
    let loaded = Loaded {
        products: products.len(),
        new_products: count_new(products.keys(), |id| {
            BUILT_IN
                .products
                .binary_search_by_key(&id, |product| product.sku_id)
                .is_err()
        }),
        plans: plans.len(),
        new_plans: count_new(plans.keys(), |id| {
            BUILT_IN
                .plans
                .binary_search_by_key(&id, |plan| plan.id)
                .is_err()
        }),
        unusable_rows,
    };
    let tables: &'static Tables = Box::leak(Box::new(join(products, plans)?));
    *IN_USE.write().unwrap_or_else(PoisonError::into_inner) = Some(tables);
    Ok(loaded)
}

/// Goes back to the built-in table.
pub fn unload() {
    *IN_USE.write().unwrap_or_else(PoisonError::into_inner) = None;
}

fn count_new<'a>(ids: impl Iterator<Item = &'a Guid>, is_new: impl Fn(Guid) -> bool) -> usize {
    ids.filter(|&&id| is_new(id)).count()
}

/// The built-in table with these products and plans laid over it.
fn join(
    mut products: BTreeMap<Guid, NewProduct>,
    mut plans: BTreeMap<Guid, (String, String)>,
) -> Result<Tables, TableError> {
    for plan in BUILT_IN.plans {
        plans
            .entry(plan.id)
            .or_insert_with(|| (plan.name.to_owned(), plan.friendly_name.to_owned()));
    }
    for product in BUILT_IN.products {
        products
            .entry(product.sku_id)
            .or_insert_with(|| NewProduct {
                part_number: product.part_number.to_owned(),
                name: product.name.to_owned(),
                plans: product.plans().map(|plan| plan.id).collect(),
            });
    }
    if products.len() > usize::from(u16::MAX) || plans.len() > usize::from(u16::MAX) {
        return Err(TableError::TooLarge);
    }
    let plan_table: Vec<ServicePlan> = plans
        .into_iter()
        .map(|(id, (name, friendly_name))| ServicePlan {
            id,
            name: String::leak(name),
            friendly_name: String::leak(friendly_name),
        })
        .collect();
    let plan_table: &'static [ServicePlan] = Vec::leak(plan_table);
    let product_table: Vec<Product> = products
        .into_iter()
        .map(|(sku_id, product)| {
            let plans = product.plans.iter().filter_map(|id| {
                let row = plan_table.binary_search_by_key(id, |plan| plan.id).ok()?;
                Some(&plan_table[row])
            });
            Product {
                sku_id,
                part_number: String::leak(product.part_number),
                name: String::leak(product.name),
                plans: Vec::leak(plans.collect()),
            }
        })
        .collect();
    let product_table: &'static [Product] = Vec::leak(product_table);
    // A plan answers to the names of both tables.
    let mut plan_names: Vec<(&str, usize)> = plan_table
        .iter()
        .enumerate()
        .map(|(row, plan)| (plan.name, row))
        .collect();
    for &(name, row) in BUILT_IN.by_plan_name {
        let id = BUILT_IN.plans[usize::from(row)].id;
        if let Ok(row) = plan_table.binary_search_by_key(&id, |plan| plan.id) {
            plan_names.push((name, row));
        }
    }
    Ok(Tables {
        products: product_table,
        plans: plan_table,
        by_part_number: index(
            product_table
                .iter()
                .enumerate()
                .map(|(row, product)| (product.part_number, row)),
        ),
        by_name: index(
            product_table
                .iter()
                .enumerate()
                .map(|(row, product)| (product.name, row)),
        ),
        by_plan_name: index(plan_names.into_iter()),
    })
}

/// An index of (text in lower case, row), sorted. Rows were counted to fit.
fn index<'a>(entries: impl Iterator<Item = (&'a str, usize)>) -> &'static [(&'static str, u16)] {
    let sorted: BTreeSet<(String, u16)> = entries
        .filter(|(text, _)| !text.is_empty())
        .filter_map(|(text, row)| Some((text.to_ascii_lowercase(), u16::try_from(row).ok()?)))
        .collect();
    Vec::leak(
        sorted
            .into_iter()
            .map(|(text, row)| (&*String::leak(text), row))
            .collect(),
    )
}
