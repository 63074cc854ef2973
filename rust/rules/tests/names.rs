//! From text to ids: the tenant first, then the table, and never a choice among several.

use mglicense_rules::names::{Resolved, TenantPlan, TenantSku, resolve_plan, resolve_sku};
use mglicense_rules::{Guid, catalog};

const E5: Guid = Guid::literal("06ebc4ee-1bb5-47dd-8120-11324bc54e06");
const TEAMS_PREMIUM: [Guid; 2] = [
    Guid::literal("36a0f3b3-adb5-49ea-bf66-762134cf063a"),
    Guid::literal("989a1621-93bc-4be0-835c-fe30171d6463"),
];
const BUSINESS_BASIC: Guid = Guid::literal("3b555118-da6a-4418-894f-7df1e2096870");
const PROJECT_ESSENTIALS: [Guid; 2] = [
    Guid::literal("1259157c-8581-4875-bca7-2ffb18c51bda"),
    Guid::literal("f944d685-f762-4371-806d-a1f48e5bea13"),
];
const SWAY: Guid = Guid::literal("a23b959c-7ce8-4e57-9140-b90eb88a9e97");

fn owned(sku_id: Guid, part_number: &str) -> TenantSku<'_> {
    TenantSku {
        sku_id,
        part_number,
    }
}

fn candidates(resolved: Resolved) -> Vec<Guid> {
    match resolved {
        Resolved::Candidates(candidates) => {
            candidates.iter().map(|candidate| candidate.id).collect()
        }
        other => panic!("{other:?} is no list of candidates"),
    }
}

#[test]
fn an_id_passes_though_nobody_knows_it() {
    let text = "AAAAAAAA-0000-0000-0000-00000000000a";
    assert_eq!(resolve_sku(text, []), Resolved::Id(Guid::literal(text)));
    assert_eq!(
        resolve_plan(text, None, []),
        Resolved::Id(Guid::literal(text))
    );
}

#[test]
fn a_part_number_resolves_in_any_case() {
    for text in ["SPE_E5", "spe_e5", " Spe_E5 "] {
        assert_eq!(resolve_sku(text, []), Resolved::Id(E5), "{text:?}");
    }
}

#[test]
fn a_product_name_resolves() {
    assert_eq!(resolve_sku("microsoft 365 e5", []), Resolved::Id(E5));
}

#[test]
fn part_numbers_with_blanks_and_slashes_resolve() {
    let mut odd = 0;
    for product in catalog::products() {
        if product.part_number.contains([' ', '/']) {
            odd += 1;
            let resolved = resolve_sku(product.part_number, []);
            assert_eq!(
                resolved,
                Resolved::Id(product.sku_id),
                "{}",
                product.part_number
            );
        }
    }
    assert_eq!(odd, 28);
}

#[test]
fn unknown_text_stays_unknown() {
    for text in [
        "NOTASKU",
        "",
        "  ",
        "{06ebc4ee-1bb5-47dd-8120-11324bc54e06}",
    ] {
        assert_eq!(
            resolve_sku(text, [owned(E5, "SPE_E5")]),
            Resolved::Unknown,
            "{text:?}"
        );
        assert_eq!(
            resolve_plan(text, Some(E5), []),
            Resolved::Unknown,
            "{text:?}"
        );
    }
}

#[test]
fn a_product_without_a_part_number_is_not_meant_by_no_text() {
    assert_eq!(resolve_sku("", [owned(Guid(5), "")]), Resolved::Unknown);
}

#[test]
fn two_owned_products_of_one_part_number_are_both_offered() {
    let tenant = TEAMS_PREMIUM.map(|id| owned(id, "Microsoft_Teams_Premium"));
    assert_eq!(
        candidates(resolve_sku("microsoft_teams_premium", tenant)),
        TEAMS_PREMIUM
    );
    assert_eq!(
        resolve_sku("microsoft_teams_premium", [tenant[1]]),
        Resolved::Id(TEAMS_PREMIUM[1])
    );
}

#[test]
fn a_shared_name_is_refused_unless_the_tenant_owns_one_only() {
    assert_eq!(
        candidates(resolve_sku("Microsoft 365 Business Basic", [])).len(),
        2
    );
    let tenant = [
        owned(BUSINESS_BASIC, "O365_BUSINESS_ESSENTIALS"),
        owned(E5, "SPE_E5"),
    ];
    let resolved = resolve_sku("Microsoft 365 Business Basic", tenant);
    assert_eq!(resolved, Resolved::Id(BUSINESS_BASIC));
}

#[test]
fn a_part_number_of_two_products_is_refused_with_both() {
    assert_eq!(candidates(resolve_sku("MCOPSTN5", [])).len(), 2);
}

#[test]
fn the_tenants_part_number_goes_before_the_tables() {
    let own = Guid(77);
    assert_eq!(
        resolve_sku("SPE_E5", [owned(own, "SPE_E5")]),
        Resolved::Id(own)
    );
}

#[test]
fn a_plan_resolves_inside_the_tenants_product_first() {
    let own = Guid(78);
    let tenant = [TenantPlan {
        id: own,
        name: "SWAY",
    }];
    assert_eq!(resolve_plan("sway", Some(E5), tenant), Resolved::Id(own));
    assert_eq!(resolve_plan("sway", Some(E5), []), Resolved::Id(SWAY));
}

#[test]
fn a_plan_of_two_ids_is_told_apart_by_the_product() {
    assert_eq!(
        candidates(resolve_plan("PROJECT_ESSENTIALS", None, [])),
        PROJECT_ESSENTIALS
    );
    let sales: Guid = Guid::literal("1e1a282c-9c54-43a2-9310-98ef728faace");
    assert_eq!(
        resolve_plan("PROJECT_ESSENTIALS", Some(sales), []),
        Resolved::Id(PROJECT_ESSENTIALS[0])
    );
}

#[test]
fn a_plan_the_product_lacks_resolves_all_the_same_so_that_it_can_be_named() {
    let visio: Guid = Guid::literal("c5928f49-12ba-48f7-ada3-0d743a3601d5");
    assert_eq!(resolve_plan("SWAY", Some(visio), []), Resolved::Id(SWAY));
}
