//! The default rules: what Microsoft publishes, or public reports name plan by plan.

use super::Dependency;
use crate::Guid;

/// A plan's name, for the reader, and its id.
pub(super) type Named = (&'static str, Guid);

/// A plan of these tables.
pub(super) const fn named(name: &'static str, id: &str) -> Named {
    (name, Guid::literal(id))
}

/// Sets of mutually exclusive plans, from Microsoft's service plan reference as of July 2025. Microsoft
/// does not keep that page current: Exchange Online Plan 1 and 2 are listed in its prose but conflict no
/// longer, so `EXCHANGE_S_ENTERPRISE` is in no set, and the plans of Entra ID have none.
const EXCLUSIONS: [&[Named]; 8] = [
    // Dynamics CRM
    &[
        named("CRMPLAN1", "119cf168-b6cf-41fb-b82e-7fee7bae5814"),
        named("CRMPLAN2", "bf36ca64-95c6-4918-9275-eb9f4ce2c04f"),
        named("CRMSTANDARD", "f9646fb2-e3b2-4309-95de-dc4833737456"),
        named(
            "DYN365_ENTERPRISE_P1_IW",
            "056a5f80-b4e0-4983-a8be-7ad254a113c9",
        ),
        named(
            "DYN365_ENTERPRISE_SALES",
            "2da8e897-7791-486b-b08f-cc63c8129df7",
        ),
        named(
            "DYN365_ENTERPRISE_TEAM_MEMBERS",
            "6a54b05e-4fab-40e7-9828-428db3b336fa",
        ),
        named(
            "EMPLOYEE_SELF_SERVICE",
            "ba5f0cfa-d54a-4ea0-8cf4-a7e1dc4423d8",
        ),
    ],
    // Exchange
    &[
        named(
            "EXCHANGE_B_STANDARD",
            "90927877-dcff-4af6-b346-2332c0b15bb7",
        ),
        named("EXCHANGE_S_ARCHIVE", "da040e0a-b393-4bea-bb76-928b3fa1cf5a"),
        named(
            "EXCHANGE_S_DESKLESS",
            "4a82b400-a79f-41a4-b4e2-e94f5787b113",
        ),
        named(
            "EXCHANGE_S_ESSENTIALS",
            "1126bef5-da20-4f07-b45e-ad25d2581aa8",
        ),
        named(
            "EXCHANGE_S_STANDARD",
            "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
        ),
        named(
            "EXCHANGE_S_STANDARD_MIDMARKET",
            "fc52cc4b-ed7d-472d-bbe7-b081c23ecc56",
        ),
    ],
    // Rights
    &[
        named("RMS_S_ENTERPRISE", "bea4c11e-220a-4e6d-8eb8-8ea15d019f90"),
        named(
            "RMS_S_ENTERPRISE_GOV",
            "6a76346d-5d6e-4051-9fe3-ed3f312b5597",
        ),
    ],
    // Intune
    &[
        named("INTUNE_A", "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"),
        named("INTUNE_A_VL", "3e170737-c728-4eae-bbb9-3f3360f7184c"),
        named("INTUNE_B", "2dc63b8a-df3d-448f-b683-8655877c9360"),
    ],
    // SharePoint
    &[
        named("ONEDRIVEENTERPRISE", "afcafa6a-d966-4462-918c-ec0b4e0fe642"),
        named(
            "SHAREPOINT_S_DEVELOPER",
            "a361d6e2-509e-4e25-a8ad-950060064ef4",
        ),
        named("SHAREPOINTDESKLESS", "902b47e5-dcb2-4fdc-858b-c63a90a2bdb9"),
        named(
            "SHAREPOINTENTERPRISE",
            "5dbe027f-2339-4123-9542-606e4d348a72",
        ),
        named(
            "SHAREPOINTENTERPRISE_EDU",
            "63038b2c-28d0-45f6-bc36-33062963b498",
        ),
        named(
            "SHAREPOINTENTERPRISE_MIDMARKET",
            "6b5b6a67-fc72-4a1f-a2b5-beecf05de761",
        ),
        named("SHAREPOINTLITE", "a1f3d0a8-84c0-4ae0-bae4-685917b8ab48"),
        named("SHAREPOINTSTANDARD", "c7699d2e-19aa-44de-8edf-1736da088ca1"),
        named(
            "SHAREPOINTSTANDARD_EDU",
            "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5",
        ),
        named(
            "SHAREPOINTSTANDARD_YAMMERSHADOW",
            "4c9efd0c-8de7-4c71-8295-9f5fdb0dd048",
        ),
    ],
    // Skype
    &[
        named("MCOIMP", "afc06cb0-b4f4-4473-8286-d644f70d8faf"),
        named(
            "MCOSTANDARD_MIDMARKET",
            "b2669e95-76ef-4e7e-a367-002f60a39f3e",
        ),
        named("MCOSTANDARD", "0feaeb32-d00e-4d66-bd5a-43b5b83db82c"),
        named("MCOLITE", "70710b6b-3ab4-4a38-9f6d-9f169461650a"),
    ],
    // Calling
    &[
        named("MCOPSTN1", "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"),
        named("MCOPSTN2", "5a10155d-f5c1-411a-a8ec-e99aae125390"),
        named("MCOPSTN5", "54a152dc-90de-4996-93d2-bc47e670fc06"),
    ],
    // Yammer
    &[
        named("YAMMER_ENTERPRISE", "7547a3fe-08ee-4ccb-b430-5077c5041653"),
        named("YAMMER_EDU", "2078e8df-cff6-4290-98cb-5408261a760a"),
        named("YAMMER_MIDSIZE", "41bf139a-4e60-409f-9346-a1361efc6dfb"),
    ],
];

/// Plans that give a user Teams or Skype for Business, on which Teams Phone builds.
const VOICE: &[Named] = &[
    named("MCOSTANDARD", "0feaeb32-d00e-4d66-bd5a-43b5b83db82c"),
    named(
        "MCOSTANDARD_MIDMARKET",
        "b2669e95-76ef-4e7e-a367-002f60a39f3e",
    ),
    named("MCOSTANDARD_GOV", "a31ef4a2-f787-435e-8335-e47eb0cafc94"),
    named("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
    named("TEAMS_GOV", "304767db-7d23-49e8-a945-4a7eb65f9f28"),
    named("TEAMS_AR_GCCHIGH", "9953b155-8aef-4c56-92f3-72b0487fce41"),
    named("TEAMS_AR_DOD", "fd500458-c24c-478e-856c-a6067a8376cd"),
];

/// Plans that give a user a SharePoint or OneDrive site, in which Office for the web opens files.
pub(super) const FILES: &[Named] = &[
    named(
        "SHAREPOINTENTERPRISE",
        "5dbe027f-2339-4123-9542-606e4d348a72",
    ),
    named("SHAREPOINTSTANDARD", "c7699d2e-19aa-44de-8edf-1736da088ca1"),
    named("SHAREPOINTDESKLESS", "902b47e5-dcb2-4fdc-858b-c63a90a2bdb9"),
    named("SHAREPOINTLITE", "a1f3d0a8-84c0-4ae0-bae4-685917b8ab48"),
    named(
        "SHAREPOINTENTERPRISE_MIDMARKET",
        "6b5b6a67-fc72-4a1f-a2b5-beecf05de761",
    ),
    named(
        "SHAREPOINT_S_DEVELOPER",
        "a361d6e2-509e-4e25-a8ad-950060064ef4",
    ),
    named(
        "SHAREPOINTENTERPRISE_EDU",
        "63038b2c-28d0-45f6-bc36-33062963b498",
    ),
    named(
        "SHAREPOINTSTANDARD_EDU",
        "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5",
    ),
    named(
        "SHAREPOINTENTERPRISE_GOV",
        "153f85dd-d912-4762-af6c-d6e0fb4f6692",
    ),
    named(
        "SHAREPOINTDESKLESS_GOV",
        "b1aeb897-3a19-46e2-8c27-a609413cf193",
    ),
    named("ONEDRIVEENTERPRISE", "afcafa6a-d966-4462-918c-ec0b4e0fe642"),
    named("ONEDRIVESTANDARD", "13696edf-5a08-49f6-8134-03083ed8ba30"),
    named("ONEDRIVELITE_IW", "b4ac11a0-32ff-4e78-982d-e039fa803dec"),
    named("ONEDRIVE_BASIC", "da792a53-cbc0-4184-a10d-e544dd34b3c1"),
    named("ONEDRIVE_BASIC_P2", "4495894f-534f-41ca-9d3b-0ebf1220a423"),
    named("ONEDRIVE_BASIC_GOV", "98709c2e-96b5-4244-95f5-a0ebe139fb8a"),
];

/// Dependencies that public reports show the service to enforce. Microsoft publishes no list.
const DEPENDENCIES: [(Named, &[Named]); 3] = [
    (
        named("SHAREPOINT_PROJECT", "fe71d6c3-a2ea-4499-9778-da042bf08063"),
        &[named(
            "SHAREPOINTENTERPRISE",
            "5dbe027f-2339-4123-9542-606e4d348a72",
        )],
    ),
    (
        named("MCOEV", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"),
        VOICE,
    ),
    (
        named("SHAREPOINTWAC", "e95bec33-7c88-4a70-8e19-b10bd9d0c014"),
        FILES,
    ),
];

pub(super) fn exclusions() -> Vec<Vec<Guid>> {
    EXCLUSIONS.iter().map(|set| ids(set)).collect()
}

pub(super) fn dependencies() -> Vec<Dependency> {
    let dependencies = DEPENDENCIES.iter();
    dependencies
        .map(|((_, plan), needs)| Dependency {
            plan: *plan,
            needs_any_of: ids(needs),
        })
        .collect()
}

fn ids(plans: &[Named]) -> Vec<Guid> {
    plans.iter().map(|&(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    /// Plans of the exclusion sets that no product of the table carries.
    const IN_NO_PRODUCT: [&str; 4] = [
        "CRMPLAN1",
        "EMPLOYEE_SELF_SERVICE",
        "INTUNE_B",
        "SHAREPOINTSTANDARD_YAMMERSHADOW",
    ];

    #[test]
    fn every_id_belongs_to_the_plan_beside_it() {
        let dependencies = DEPENDENCIES.iter();
        let named = dependencies.flat_map(|(plan, needs)| [plan].into_iter().chain(*needs));
        for (name, id) in EXCLUSIONS.iter().copied().flatten().chain(named) {
            match catalog::plan(*id) {
                Some(plan) => assert_eq!(plan.name, *name),
                None => assert!(IN_NO_PRODUCT.contains(name), "{name} is in no product"),
            }
        }
    }

    #[test]
    fn no_product_of_the_table_conflicts_with_itself() {
        for product in catalog::products() {
            for set in exclusions() {
                let held = set.iter().filter(|&&plan| product.has_plan(plan)).count();
                assert!(held < 2, "{}", product.part_number);
            }
        }
    }

    #[test]
    fn exchange_plan_1_and_2_may_meet() {
        let enterprise = Guid::literal("efb87545-963c-4e0d-99df-69c6916d9eb0");
        assert!(exclusions().iter().all(|set| !set.contains(&enterprise)));
    }
}
