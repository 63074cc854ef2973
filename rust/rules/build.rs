//! Turns the two data files into sorted static tables, so that nothing is parsed at run time.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const PRODUCTS: &str = "data/sku-service-plans.csv";
const LOCATIONS: &str = "data/usage-locations.csv";

#[derive(Default)]
struct Product {
    part_number: String,
    name: String,
    plans: BTreeSet<u128>,
}

#[derive(Default)]
struct Plan {
    names: BTreeMap<String, usize>,
    friendly_names: BTreeMap<String, usize>,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={PRODUCTS}");
    println!("cargo::rerun-if-changed={LOCATIONS}");
    let out_dir = env::var("OUT_DIR")?;
    fs::write(Path::new(&out_dir).join("catalog.rs"), catalog()?)?;
    fs::write(Path::new(&out_dir).join("locations.rs"), locations()?)?;
    Ok(())
}

fn catalog() -> Result<String, Box<dyn Error>> {
    let mut products: BTreeMap<u128, Product> = BTreeMap::new();
    let mut plans: BTreeMap<u128, Plan> = BTreeMap::new();
    for record in csv::Reader::from_path(PRODUCTS)?.deserialize() {
        let (name, part_number, sku_id, plan_name, plan_id, friendly_name): (
            String,
            String,
            String,
            String,
            String,
            String,
        ) = record?;
        let (sku_id, plan_id) = (guid(&sku_id)?, guid(&plan_id)?);
        let product = products.entry(sku_id).or_default();
        if !product.plans.is_empty() && (product.part_number != part_number || product.name != name)
        {
            return Err(format!("{PRODUCTS}: {part_number} has two names").into());
        }
        product.part_number = part_number;
        product.name = name;
        product.plans.insert(plan_id);
        let plan = plans.entry(plan_id).or_default();
        *plan.names.entry(plan_name).or_default() += 1;
        *plan.friendly_names.entry(friendly_name).or_default() += 1;
    }

    let plan_index: BTreeMap<u128, usize> = plans.keys().copied().zip(0..).collect();
    let mut code = String::new();
    writeln!(
        code,
        "pub(super) static PLANS: [ServicePlan; {}] = [",
        plans.len()
    )?;
    for (id, plan) in &plans {
        let name = commonest(&plan.names);
        let friendly_name = commonest(&plan.friendly_names);
        writeln!(
            code,
            "    ServicePlan {{ id: Guid({id:#034x}), name: {name:?}, friendly_name: {friendly_name:?} }},"
        )?;
    }
    writeln!(code, "];")?;

    writeln!(
        code,
        "pub(super) static PRODUCTS: [Product; {}] = [",
        products.len()
    )?;
    for (id, product) in &products {
        let Product {
            part_number, name, ..
        } = product;
        let plans: Vec<String> = product
            .plans
            .iter()
            .map(|plan| format!("&PLANS[{}]", plan_index[plan]))
            .collect();
        let plans = plans.join(", ");
        writeln!(
            code,
            "    Product {{ sku_id: Guid({id:#034x}), part_number: {part_number:?}, name: {name:?}, plans: &[{plans}] }},"
        )?;
    }
    writeln!(code, "];")?;

    let part_numbers = products
        .values()
        .map(|product| product.part_number.as_str());
    index(&mut code, "PRODUCTS_BY_PART_NUMBER", part_numbers.zip(0..))?;
    let names = products.values().map(|product| product.name.as_str());
    index(&mut code, "PRODUCTS_BY_NAME", names.zip(0..))?;
    // A plan answers to every name the table gives it, not only to the commonest.
    let plan_names = plans
        .values()
        .zip(0..)
        .flat_map(|(plan, at)| plan.names.keys().map(move |name| (name.as_str(), at)));
    index(&mut code, "PLANS_BY_NAME", plan_names)?;
    Ok(code)
}

/// A table of (text, row) sorted by the text in lower case, then by row.
fn index<'a>(
    code: &mut String,
    table: &str,
    entries: impl Iterator<Item = (&'a str, usize)>,
) -> Result<(), Box<dyn Error>> {
    let sorted: BTreeSet<(String, usize)> = entries
        .map(|(text, row)| (text.to_ascii_lowercase(), row))
        .collect();
    writeln!(
        code,
        "pub(super) static {table}: [(&str, u16); {}] = [",
        sorted.len()
    )?;
    for (text, row) in sorted {
        writeln!(code, "    ({text:?}, {row}),")?;
    }
    writeln!(code, "];")?;
    Ok(())
}

/// The text that occurs most often; of equals, the first in order.
fn commonest(texts: &BTreeMap<String, usize>) -> &str {
    let mut best = ("", 0);
    for (text, &count) in texts {
        if count > best.1 {
            best = (text, count);
        }
    }
    best.0
}

fn locations() -> Result<String, Box<dyn Error>> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for record in csv::Reader::from_path(LOCATIONS)?.deserialize() {
        let (code, name): (String, String) = record?;
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(format!("{LOCATIONS}: {code:?} is not two capital letters").into());
        }
        if names.insert(code.clone(), name).is_some() {
            return Err(format!("{LOCATIONS}: {code} occurs twice").into());
        }
    }
    let mut code = String::new();
    writeln!(
        code,
        "static LOCATIONS: [(Code, &str); {}] = [",
        names.len()
    )?;
    for (location, name) in &names {
        let bytes = location.as_bytes();
        writeln!(code, "    (Code([{}, {}]), {name:?}),", bytes[0], bytes[1])?;
    }
    writeln!(code, "];")?;
    Ok(code)
}

fn guid(text: &str) -> Result<u128, Box<dyn Error>> {
    let digits: String = text.split('-').collect();
    if text.len() != 36 || digits.len() != 32 {
        return Err(format!("{PRODUCTS}: {text:?} is not a GUID").into());
    }
    Ok(u128::from_str_radix(&digits, 16)?)
}
