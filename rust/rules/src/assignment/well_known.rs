//! The default rules: what Microsoft publishes, or public reports name plan by plan.

use super::Dependency;
use crate::Guid;

/// A plan's name, for the reader, and its id.
type Named = (&'static str, &'static str);

/// Sets of mutually exclusive plans, from Microsoft's service plan reference as of July 2025. Microsoft
/// does not keep that page current: Exchange Online Plan 1 and 2 are listed in its prose but conflict no
/// longer, so `EXCHANGE_S_ENTERPRISE` is in no set, and the plans of Entra ID have none.
const EXCLUSIONS: [&[Named]; 8] = [
    // Dynamics CRM
    &[
        ("CRMPLAN1", "119cf168-b6cf-41fb-b82e-7fee7bae5814"),
        ("CRMPLAN2", "bf36ca64-95c6-4918-9275-eb9f4ce2c04f"),
        ("CRMSTANDARD", "f9646fb2-e3b2-4309-95de-dc4833737456"),
        (
            "DYN365_ENTERPRISE_P1_IW",
            "056a5f80-b4e0-4983-a8be-7ad254a113c9",
        ),
        (
            "DYN365_ENTERPRISE_SALES",
            "2da8e897-7791-486b-b08f-cc63c8129df7",
        ),
        (
            "DYN365_ENTERPRISE_TEAM_MEMBERS",
            "6a54b05e-4fab-40e7-9828-428db3b336fa",
        ),
        (
            "EMPLOYEE_SELF_SERVICE",
            "ba5f0cfa-d54a-4ea0-8cf4-a7e1dc4423d8",
        ),
    ],
    // Exchange
    &[
        (
            "EXCHANGE_B_STANDARD",
            "90927877-dcff-4af6-b346-2332c0b15bb7",
        ),
        ("EXCHANGE_S_ARCHIVE", "da040e0a-b393-4bea-bb76-928b3fa1cf5a"),
        (
            "EXCHANGE_S_DESKLESS",
            "4a82b400-a79f-41a4-b4e2-e94f5787b113",
        ),
        (
            "EXCHANGE_S_ESSENTIALS",
            "1126bef5-da20-4f07-b45e-ad25d2581aa8",
        ),
        (
            "EXCHANGE_S_STANDARD",
            "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
        ),
        (
            "EXCHANGE_S_STANDARD_MIDMARKET",
            "fc52cc4b-ed7d-472d-bbe7-b081c23ecc56",
        ),
    ],
    // Rights
    &[
        ("RMS_S_ENTERPRISE", "bea4c11e-220a-4e6d-8eb8-8ea15d019f90"),
        (
            "RMS_S_ENTERPRISE_GOV",
            "6a76346d-5d6e-4051-9fe3-ed3f312b5597",
        ),
    ],
    // Intune
    &[
        ("INTUNE_A", "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"),
        ("INTUNE_A_VL", "3e170737-c728-4eae-bbb9-3f3360f7184c"),
        ("INTUNE_B", "2dc63b8a-df3d-448f-b683-8655877c9360"),
    ],
    // SharePoint
    &[
        ("ONEDRIVEENTERPRISE", "afcafa6a-d966-4462-918c-ec0b4e0fe642"),
        (
            "SHAREPOINT_S_DEVELOPER",
            "a361d6e2-509e-4e25-a8ad-950060064ef4",
        ),
        ("SHAREPOINTDESKLESS", "902b47e5-dcb2-4fdc-858b-c63a90a2bdb9"),
        (
            "SHAREPOINTENTERPRISE",
            "5dbe027f-2339-4123-9542-606e4d348a72",
        ),
        (
            "SHAREPOINTENTERPRISE_EDU",
            "63038b2c-28d0-45f6-bc36-33062963b498",
        ),
        (
            "SHAREPOINTENTERPRISE_MIDMARKET",
            "6b5b6a67-fc72-4a1f-a2b5-beecf05de761",
        ),
        ("SHAREPOINTLITE", "a1f3d0a8-84c0-4ae0-bae4-685917b8ab48"),
        ("SHAREPOINTSTANDARD", "c7699d2e-19aa-44de-8edf-1736da088ca1"),
        (
            "SHAREPOINTSTANDARD_EDU",
            "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5",
        ),
        (
            "SHAREPOINTSTANDARD_YAMMERSHADOW",
            "4c9efd0c-8de7-4c71-8295-9f5fdb0dd048",
        ),
    ],
    // Skype
    &[
        ("MCOIMP", "afc06cb0-b4f4-4473-8286-d644f70d8faf"),
        (
            "MCOSTANDARD_MIDMARKET",
            "b2669e95-76ef-4e7e-a367-002f60a39f3e",
        ),
        ("MCOSTANDARD", "0feaeb32-d00e-4d66-bd5a-43b5b83db82c"),
        ("MCOLITE", "70710b6b-3ab4-4a38-9f6d-9f169461650a"),
    ],
    // Calling
    &[
        ("MCOPSTN1", "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"),
        ("MCOPSTN2", "5a10155d-f5c1-411a-a8ec-e99aae125390"),
        ("MCOPSTN5", "54a152dc-90de-4996-93d2-bc47e670fc06"),
    ],
    // Yammer
    &[
        ("YAMMER_ENTERPRISE", "7547a3fe-08ee-4ccb-b430-5077c5041653"),
        ("YAMMER_EDU", "2078e8df-cff6-4290-98cb-5408261a760a"),
        ("YAMMER_MIDSIZE", "41bf139a-4e60-409f-9346-a1361efc6dfb"),
    ],
];

/// Plans that give a user Teams or Skype for Business, on which Teams Phone builds.
const VOICE: &[Named] = &[
    ("MCOSTANDARD", "0feaeb32-d00e-4d66-bd5a-43b5b83db82c"),
    (
        "MCOSTANDARD_MIDMARKET",
        "b2669e95-76ef-4e7e-a367-002f60a39f3e",
    ),
    ("MCOSTANDARD_GOV", "a31ef4a2-f787-435e-8335-e47eb0cafc94"),
    ("TEAMS1", "57ff2da0-773e-42df-b2af-ffb7a2317929"),
    ("TEAMS_GOV", "304767db-7d23-49e8-a945-4a7eb65f9f28"),
    ("TEAMS_AR_GCCHIGH", "9953b155-8aef-4c56-92f3-72b0487fce41"),
    ("TEAMS_AR_DOD", "fd500458-c24c-478e-856c-a6067a8376cd"),
];

/// Plans that give a user a SharePoint or OneDrive site, in which Office for the web opens files.
const FILES: &[Named] = &[
    (
        "SHAREPOINTENTERPRISE",
        "5dbe027f-2339-4123-9542-606e4d348a72",
    ),
    ("SHAREPOINTSTANDARD", "c7699d2e-19aa-44de-8edf-1736da088ca1"),
    ("SHAREPOINTDESKLESS", "902b47e5-dcb2-4fdc-858b-c63a90a2bdb9"),
    ("SHAREPOINTLITE", "a1f3d0a8-84c0-4ae0-bae4-685917b8ab48"),
    (
        "SHAREPOINTENTERPRISE_MIDMARKET",
        "6b5b6a67-fc72-4a1f-a2b5-beecf05de761",
    ),
    (
        "SHAREPOINT_S_DEVELOPER",
        "a361d6e2-509e-4e25-a8ad-950060064ef4",
    ),
    (
        "SHAREPOINTENTERPRISE_EDU",
        "63038b2c-28d0-45f6-bc36-33062963b498",
    ),
    (
        "SHAREPOINTSTANDARD_EDU",
        "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5",
    ),
    (
        "SHAREPOINTENTERPRISE_GOV",
        "153f85dd-d912-4762-af6c-d6e0fb4f6692",
    ),
    (
        "SHAREPOINTDESKLESS_GOV",
        "b1aeb897-3a19-46e2-8c27-a609413cf193",
    ),
    ("ONEDRIVEENTERPRISE", "afcafa6a-d966-4462-918c-ec0b4e0fe642"),
    ("ONEDRIVESTANDARD", "13696edf-5a08-49f6-8134-03083ed8ba30"),
    ("ONEDRIVELITE_IW", "b4ac11a0-32ff-4e78-982d-e039fa803dec"),
    ("ONEDRIVE_BASIC", "da792a53-cbc0-4184-a10d-e544dd34b3c1"),
    ("ONEDRIVE_BASIC_P2", "4495894f-534f-41ca-9d3b-0ebf1220a423"),
    ("ONEDRIVE_BASIC_GOV", "98709c2e-96b5-4244-95f5-a0ebe139fb8a"),
];

/// Dependencies that public reports show the service to enforce. Microsoft publishes no list.
const DEPENDENCIES: [(Named, &[Named]); 3] = [
    (
        ("SHAREPOINT_PROJECT", "fe71d6c3-a2ea-4499-9778-da042bf08063"),
        &[(
            "SHAREPOINTENTERPRISE",
            "5dbe027f-2339-4123-9542-606e4d348a72",
        )],
    ),
    (("MCOEV", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"), VOICE),
    (
        ("SHAREPOINTWAC", "e95bec33-7c88-4a70-8e19-b10bd9d0c014"),
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
            plan: Guid::literal(plan),
            needs_any_of: ids(needs),
        })
        .collect()
}

fn ids(plans: &[Named]) -> Vec<Guid> {
    plans.iter().map(|(_, id)| Guid::literal(id)).collect()
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
            match catalog::plan(Guid::literal(id)) {
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
