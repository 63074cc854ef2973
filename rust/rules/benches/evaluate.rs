//! How long one judgement takes: `cargo bench -p mglicense-rules`.

use std::hint::black_box;
use std::time::Instant;

use mglicense_rules::assignment::{
    AddLicense, Holding, LicenseChange, PrepaidUnits, RuleSet, SkuFacts, UserFacts, evaluate,
};
use mglicense_rules::{Guid, catalog, names};

fn sku(part_number: &str) -> SkuFacts {
    let mut products = catalog::products_by_part_number(part_number);
    let product = products.next().expect("a product of the table");
    let prepaid = PrepaidUnits {
        enabled: 10,
        ..PrepaidUnits::default()
    };
    SkuFacts::from_product(product, prepaid)
}

fn time(what: &str, mut work: impl FnMut()) {
    let rounds = 200_000;
    for _ in 0..rounds / 10 {
        work();
    }
    let start = Instant::now();
    for _ in 0..rounds {
        work();
    }
    let nanoseconds = start.elapsed().as_nanos() as f64 / f64::from(rounds);
    println!("{what}: {:.2} µs", nanoseconds / 1000.0);
}

fn main() {
    let skus = ["SPE_E5", "SPE_E3", "EMSPREMIUM", "VISIOCLIENT", "FLOW_FREE"].map(sku);
    let [e5, e3, ems, visio, flow] = skus.each_ref().map(|sku| sku.sku_id);
    let group = Guid(7);
    let user = UserFacts {
        usage_location: Some("GB".to_owned()),
        holdings: vec![
            Holding::direct(e3, skus[1].plans[..4].iter().map(|plan| plan.id).collect()),
            Holding::inherited(ems, group, Vec::new()),
            Holding::direct(visio, Vec::new()),
        ],
    };
    let rules = RuleSet::default();
    let add = LicenseChange {
        add: vec![AddLicense::new(flow)],
        remove: Vec::new(),
    };
    let swap = LicenseChange {
        add: vec![AddLicense::new(e5)],
        remove: vec![e3],
    };
    time("add one product to a user who holds three", || {
        black_box(evaluate(&skus, &rules, &user, black_box(&add)));
    });
    time("swap SPE_E3 for SPE_E5", || {
        black_box(evaluate(&skus, &rules, &user, black_box(&swap)));
    });
    time("find a product by part number", || {
        black_box(names::resolve_sku(black_box("spe_e5"), []));
    });
    time("find a plan by id", || {
        black_box(catalog::plan(black_box(skus[0].plans[40].id)));
    });
}
