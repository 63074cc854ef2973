//! The static tables against the file they are made from.

use std::collections::{BTreeMap, BTreeSet};

use mglicense_rules::{Guid, catalog};

/// Rows of the file: product name, part number, product id, plan name, plan id, friendly name.
fn rows() -> Vec<[String; 6]> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/sku-service-plans.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn ids<'a>(products: impl Iterator<Item = &'a catalog::Product>) -> BTreeSet<String> {
    products.map(|product| product.sku_id.to_string()).collect()
}

#[test]
fn the_tables_have_the_size_of_the_published_one() {
    assert_eq!(catalog::products().len(), 620);
    assert_eq!(catalog::plans().len(), 796);
    let pairs: usize = catalog::products()
        .iter()
        .map(|product| product.plans().len())
        .sum();
    assert_eq!(pairs, 5_971);
}

#[test]
fn every_row_of_the_file_is_found_by_every_key() {
    for [name, part_number, sku_id, plan_name, plan_id, _] in rows() {
        let product = catalog::product(sku_id.parse().unwrap()).unwrap();
        assert_eq!((product.name, product.part_number), (&*name, &*part_number));
        let plan_id: Guid = plan_id.parse().unwrap();
        assert!(product.has_plan(plan_id), "{part_number} {plan_name}");
        assert!(product.plans().any(|plan| plan.id == plan_id));
        for text in [part_number.to_lowercase(), part_number.to_uppercase()] {
            assert!(
                ids(catalog::products_by_part_number(&text)).contains(&sku_id),
                "{text}"
            );
        }
        assert!(
            ids(catalog::products_by_name(&name.to_lowercase())).contains(&sku_id),
            "{name}"
        );
        for text in [plan_name.to_lowercase(), plan_name.to_uppercase()] {
            let mut plans = catalog::plans_by_name(&text);
            assert!(plans.any(|plan| plan.id == plan_id), "{text}");
        }
    }
}

#[test]
fn look_ups_by_name_find_nothing_more_than_the_file_has() {
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for [_, part_number, sku_id, ..] in rows() {
        expected
            .entry(part_number.to_lowercase())
            .or_default()
            .insert(sku_id);
    }
    for (part_number, sku_ids) in expected {
        assert_eq!(ids(catalog::products_by_part_number(&part_number)), sku_ids);
    }
}

#[test]
fn one_part_number_and_fifteen_names_are_shared() {
    let shared = |count: usize| count > 1;
    let part_numbers: BTreeSet<String> = catalog::products()
        .iter()
        .map(|product| product.part_number.to_lowercase())
        .filter(|text| shared(catalog::products_by_part_number(text).len()))
        .collect();
    assert_eq!(part_numbers, BTreeSet::from(["mcopstn5".to_owned()]));
    let names: BTreeSet<String> = catalog::products()
        .iter()
        .map(|product| product.name.to_lowercase())
        .filter(|text| shared(catalog::products_by_name(text).len()))
        .collect();
    assert_eq!(names.len(), 15);
    assert!(names.contains("microsoft 365 business basic"));
}

#[test]
fn a_plan_answers_to_all_its_names_and_shows_the_commonest() {
    let foundation: Guid = "113feb6c-3fe4-4440-bddc-54d774bf0318".parse().unwrap();
    assert_eq!(
        catalog::plan(foundation).unwrap().name,
        "EXCHANGE_S_FOUNDATION"
    );
    let by_odd_name: Vec<Guid> =
        catalog::plans_by_name("exchange_s_foundation pbi_premium_em1_addon")
            .map(|plan| plan.id)
            .collect();
    assert!(by_odd_name.contains(&foundation));
    assert_eq!(by_odd_name.len(), 2);
}

#[test]
fn what_is_not_in_the_tables_is_not_found() {
    assert!(catalog::product(Guid::NIL).is_none());
    assert!(catalog::plan(Guid(u128::MAX)).is_none());
    for text in ["", "SPE_E", "SPE_E55", "SPE_E5 ", "é", "\0"] {
        assert_eq!(catalog::products_by_part_number(text).len(), 0, "{text:?}");
        assert_eq!(catalog::plans_by_name(text).len(), 0, "{text:?}");
    }
}
