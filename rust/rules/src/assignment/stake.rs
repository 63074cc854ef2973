//! Removals that may cost a user their data.

use super::well_known::{FILES, Named, named};
use super::{AppliesTo, Holding, SkuLookup};
use crate::Guid;

/// What a user loses with the last plan that keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stake {
    /// A mailbox or online archive. It is kept for 30 days, out of reach of searches, then deleted.
    Mailbox,
    /// A telephone number.
    Phone,
    /// Files in OneDrive.
    Drive,
}

/// The last plan of its kind that a user is about to lose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataAtRisk {
    /// What is at stake.
    pub stake: Stake,
    /// The product that gives it now; the first of several.
    pub sku: Guid,
    /// The plans that give it now.
    pub plans: Vec<Guid>,
}

/// Plans with a mailbox or an archive of their own.
const MAILBOX: &[Named] = &[
    named(
        "EXCHANGE_S_STANDARD",
        "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
    ),
    named(
        "EXCHANGE_S_ENTERPRISE",
        "efb87545-963c-4e0d-99df-69c6916d9eb0",
    ),
    named(
        "EXCHANGE_S_DESKLESS",
        "4a82b400-a79f-41a4-b4e2-e94f5787b113",
    ),
    named(
        "EXCHANGE_S_ESSENTIALS",
        "1126bef5-da20-4f07-b45e-ad25d2581aa8",
    ),
    named(
        "EXCHANGE_B_STANDARD",
        "90927877-dcff-4af6-b346-2332c0b15bb7",
    ),
    named(
        "EXCHANGE_L_STANDARD",
        "d42bdbd6-c335-4231-ab3d-c8f348d5aff5",
    ),
    named(
        "EXCHANGE_S_STANDARD_MIDMARKET",
        "fc52cc4b-ed7d-472d-bbe7-b081c23ecc56",
    ),
    named("EXCHANGE_S_ARCHIVE", "da040e0a-b393-4bea-bb76-928b3fa1cf5a"),
    named(
        "EXCHANGE_S_STANDARD_GOV",
        "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd",
    ),
    named(
        "EXCHANGE_S_ENTERPRISE_GOV",
        "8c3069c0-ccdb-44be-ab77-986203a67df2",
    ),
    named(
        "EXCHANGE_S_DESKLESS_GOV",
        "88f4d7ef-a73b-4246-8047-516022144c9f",
    ),
];

/// Plans to which a number is bound: Teams Phone and the calling plans.
const PHONE: &[Named] = &[
    named("MCOEV", "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"),
    named("MCOEV_GOV", "db23fce2-a974-42ef-9002-d78dd42a0f22"),
    named("MCOEVSMB", "ed777b71-af04-42ca-9798-84344c66f7c6"),
    named("MCOEV_VIRTUALUSER", "f47330e9-c134-43b3-9993-e7f004506889"),
    named(
        "MCOEV_VIRTUALUSER_GOV",
        "0628a73f-3b4a-4989-bd7b-0f8823144313",
    ),
    named("MCOPSTN1", "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"),
    named("MCOPSTN1_GOV", "3c8a8792-7866-409b-bb61-1b20ace0368b"),
    named("MCOPSTN2", "5a10155d-f5c1-411a-a8ec-e99aae125390"),
    named("MCOPSTN3", "6b340437-d6f9-4dc5-8cc2-99163f7f83d6"),
    named("MCOPSTN5", "54a152dc-90de-4996-93d2-bc47e670fc06"),
    named("MCOPSTN6", "346d83bf-6fe6-42ca-b424-b9300d2e21bf"),
    named("MCOPSTN8", "16935b20-87c0-4908-934a-22aa267d0d26"),
    named("MCOPSTNEAU", "7861360b-dc3b-4eba-a3fc-0d323a035746"),
];

/// The kinds of data with the plans that keep them. Any site plan keeps a OneDrive.
const KEEPERS: [(Stake, &[Named]); 3] = [
    (Stake::Mailbox, MAILBOX),
    (Stake::Phone, PHONE),
    (Stake::Drive, FILES),
];

impl Stake {
    /// The kind of data whose keeping the plan is for.
    pub fn of_plan(plan: Guid) -> Option<Stake> {
        let mut keepers = KEEPERS.iter();
        let keeper = keepers.find(|(_, plans)| plans.iter().any(|(_, id)| *id == plan));
        keeper.map(|&(stake, _)| stake)
    }

    /// What it is called.
    pub const fn noun(self) -> &'static str {
        match self {
            Stake::Mailbox => "mailbox",
            Stake::Phone => "phone",
            Stake::Drive => "drive",
        }
    }
}

/// The kinds of data for which the user has a plan on before and none after.
pub fn data_at_risk(
    skus: &dyn SkuLookup,
    before: &[Holding],
    after: &[Holding],
) -> Vec<DataAtRisk> {
    let kept: Vec<Stake> = plans_on(skus, after)
        .filter_map(|(_, plan)| Stake::of_plan(plan))
        .collect();
    let mut risks: Vec<DataAtRisk> = Vec::new();
    for (sku, plan) in plans_on(skus, before) {
        let Some(stake) = Stake::of_plan(plan).filter(|stake| !kept.contains(stake)) else {
            continue;
        };
        match risks.iter_mut().find(|risk| risk.stake == stake) {
            Some(risk) if risk.plans.contains(&plan) => {}
            Some(risk) => risk.plans.push(plan),
            None => risks.push(DataAtRisk {
                stake,
                sku,
                plans: vec![plan],
            }),
        }
    }
    risks.sort_unstable_by_key(|risk| risk.stake);
    risks
}

/// Every plan that is on by some assignment in effect, with its product. A plan may come more than once.
fn plans_on<'a>(
    skus: &'a dyn SkuLookup,
    holdings: &'a [Holding],
) -> impl Iterator<Item = (Guid, Guid)> + 'a {
    let in_effect = holdings.iter().filter(|holding| holding.is_in_effect());
    in_effect.flat_map(|holding| {
        let sku = skus.sku(holding.sku_id);
        let plans = sku.map_or(&[][..], |sku| &sku.plans);
        let on = plans.iter().filter(|plan| {
            plan.applies_to == AppliesTo::User && !holding.disabled_plans.contains(&plan.id)
        });
        on.map(|plan| (holding.sku_id, plan.id))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{PrepaidUnits, SkuFacts};
    use super::*;
    use crate::catalog;

    fn sku(part_number: &str) -> SkuFacts {
        let product = catalog::products_by_part_number(part_number)
            .next()
            .unwrap();
        SkuFacts::from_product(product, PrepaidUnits::default())
    }

    fn plan(name: &str) -> Guid {
        catalog::plans_by_name(name).next().unwrap().id
    }

    #[test]
    fn every_id_belongs_to_the_plan_beside_it() {
        for (name, id) in MAILBOX.iter().chain(PHONE) {
            assert_eq!(catalog::plan(*id).unwrap().name, *name);
        }
    }

    #[test]
    fn a_mailbox_stays_while_another_product_gives_one() {
        let skus = [sku("ENTERPRISEPACK"), sku("EXCHANGEENTERPRISE")];
        let e3 = Holding::direct(skus[0].sku_id, vec![]);
        let exchange = Holding::direct(skus[1].sku_id, vec![]);
        let both = [e3.clone(), exchange];
        assert_eq!(data_at_risk(&skus, &both, &both[..1]), []);
        let stakes: Vec<Stake> = data_at_risk(&skus, &both[..1], &[])
            .into_iter()
            .map(|risk| risk.stake)
            .collect();
        assert_eq!(stakes, [Stake::Mailbox, Stake::Drive]);
    }

    #[test]
    fn turning_the_last_plan_off_puts_its_data_at_risk_too() {
        let skus = [sku("ENTERPRISEPACK")];
        let exchange = plan("EXCHANGE_S_ENTERPRISE");
        let before = [Holding::direct(skus[0].sku_id, vec![])];
        let after = [Holding::direct(skus[0].sku_id, vec![exchange])];
        let risk = DataAtRisk {
            stake: Stake::Mailbox,
            sku: skus[0].sku_id,
            plans: vec![exchange],
        };
        assert_eq!(data_at_risk(&skus, &before, &after), [risk]);
    }

    #[test]
    fn a_plan_that_is_off_already_keeps_nothing() {
        let skus = [sku("EXCHANGEENTERPRISE")];
        let off = [Holding::direct(
            skus[0].sku_id,
            vec![plan("EXCHANGE_S_ENTERPRISE")],
        )];
        assert_eq!(data_at_risk(&skus, &off, &[]), []);
    }
}
