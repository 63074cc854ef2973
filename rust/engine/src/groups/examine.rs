//! What a change to a group's licences would come to for its members, before it is made.

use std::collections::BTreeMap;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AddLicense, Holding, HoldingError, LicenseChange, RuleSet, SkuLookup, Source,
};
use mglicense_rules::group_licensing::{
    GroupTemplate, MemberFacts, MemberRules, evaluate_template,
};
use serde::{Deserialize, Serialize};

use super::explain::{self, product_name};
use super::read::{self, GroupRecord, MEMBER, Member};
use crate::change::{Additions, Texts};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::names;
use crate::preflight::reason::Reason;
use crate::preflight::seats::SeatLine;
use crate::report::ReportedSku;
use crate::session::Session;
use crate::skus::{self, TenantSkus, product_title};

/// A change to a group's licences, to be judged.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TestGroup {
    group_id: String,
    #[serde(default)]
    add_licenses: Additions,
    #[serde(default)]
    remove_licenses: Texts,
    /// Plans to switch off in whichever of the added products hold them.
    #[serde(default)]
    disabled_plans: Texts,
    #[serde(default)]
    debug: Option<bool>,
}

/// What it would come to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prospect {
    group_id: String,
    group_name: Option<String>,
    /// Whether the service would take the change, and every member get what it gives.
    pub(super) will_succeed: bool,
    /// Members that are users.
    pub(super) members: usize,
    /// Members that would have everything the change gives and have not all of it now.
    would_get: usize,
    /// Members that have it all already.
    already_have: usize,
    /// Members that would wait for a seat.
    pub(super) waiting: usize,
    /// Members kept from it by another product, a missing plan, their country or their address.
    pub(super) conflicting: usize,
    /// Of those that would wait or be kept from it, the members that have something from the group now.
    #[serde(skip)]
    pub(super) held_up: usize,
    /// Members without a usage location of their own; the tenant's counts for them.
    without_location: usize,
    tenant_location: Option<String>,
    /// Accounts of other organisations among them.
    guests: usize,
    /// Groups among the members: theirs get nothing.
    nested_groups: usize,
    /// Why the service would refuse the change as a whole.
    pub(super) reasons: Vec<Reason>,
    /// Who would not get it, and why.
    problems: Vec<Problem>,
    seats: Vec<SeatLine>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    user_id: String,
    user_principal_name: Option<String>,
    #[serde(flatten)]
    sku: ReportedSku,
    error: &'static str,
    message: String,
    action: String,
}

impl TestGroup {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let (mut add, mut remove) = (self.add_licenses.0, self.remove_licenses.0);
        names::resolve(session, job, &mut add, &mut remove, debug).await?;
        names::spread(session, job, &mut add, &self.disabled_plans.0, debug).await?;
        let mut change = LicenseChange::default();
        for addition in &add {
            change.add.push(AddLicense {
                sku_id: id(addition.sku.as_deref().unwrap_or_default())?,
                disabled_plans: addition
                    .disabled_plans
                    .iter()
                    .flatten()
                    .map(|plan| id(plan))
                    .collect::<Result<_, _>>()?,
            });
        }
        for sku in &remove {
            change.remove.push(id(sku)?);
        }
        let group = read::group(session, job, &self.group_id, debug).await?;
        let skus = skus::read(session, job, debug).await?;
        let prospect = examine(session, job, &group, &skus, &change, debug).await?;
        job.emit(Event::json(EventKind::Item, &prospect)).await;
        Ok(())
    }
}

/// An id; what no name and no id can be judged by no rule.
fn id(text: &str) -> Result<Guid, Failure> {
    text.parse().map_err(|_| {
        Failure::argument(format!(
            "'{text}' is neither an id nor the name of a product or plan that is known"
        ))
    })
}

/// Judges a change for a group and each of its members.
///
/// # Errors
/// When the service refuses a read or the job is cancelled.
pub(super) async fn examine(
    session: &Session,
    job: &JobContext,
    group: &GroupRecord,
    skus: &TenantSkus,
    change: &LicenseChange,
    debug: bool,
) -> Result<Prospect, Failure> {
    let tenant_location = read::tenant_location(session, job, debug).await?;
    let mut members = Vec::new();
    let take = |member: Member| members.push(member);
    read::related(session, job, &group.id, "members", MEMBER, debug, take).await?;
    judge(group, skus, change, tenant_location, &members)
}

/// The judgement itself, which reads nothing.
fn judge(
    group: &GroupRecord,
    skus: &TenantSkus,
    change: &LicenseChange,
    tenant_location: Option<String>,
    members: &[Member],
) -> Result<Prospect, Failure> {
    let rules = RuleSet::default();
    let held = group.licenses();
    let template = evaluate_template(skus, &rules, &held, change);
    let mut reasons: Vec<Reason> = template
        .refusals
        .iter()
        .map(|refusal| Reason::of_refusal(refusal, skus))
        .collect();
    if group.security_enabled == Some(false) {
        reasons.push(Reason::group_not_for_security(group.label()));
    }
    let mut audience = Audience {
        this: GroupTemplate {
            group: read::guid(&group.id)?,
            licenses: template.after,
        },
        asked: change.add.iter().map(|added| added.sku_id).collect(),
        rules: MemberRules::new(skus, &rules),
        words: &rules,
        skus,
        tenant_location: tenant_location.as_deref(),
        moved: BTreeMap::new(),
        prospect: Prospect {
            group_id: group.id.clone(),
            group_name: group.display_name.clone(),
            will_succeed: false,
            members: 0,
            would_get: 0,
            already_have: 0,
            waiting: 0,
            conflicting: 0,
            held_up: 0,
            without_location: 0,
            tenant_location: tenant_location.clone(),
            guests: 0,
            nested_groups: 0,
            reasons,
            problems: Vec::new(),
            seats: Vec::new(),
        },
    };
    members.iter().for_each(|member| audience.take(member));
    let touched = change
        .add
        .iter()
        .map(|added| added.sku_id)
        .chain(change.remove.iter().copied());
    let seats = audience.seats(touched);
    let mut prospect = audience.prospect;
    prospect.seats = seats;
    prospect.will_succeed =
        prospect.reasons.is_empty() && prospect.waiting == 0 && prospect.conflicting == 0;
    Ok(prospect)
}

/// The members as they are met. Who comes first has a seat first; the service promises no order.
struct Audience<'a> {
    this: GroupTemplate,
    asked: Vec<Guid>,
    rules: MemberRules<'a>,
    words: &'a RuleSet,
    skus: &'a TenantSkus,
    tenant_location: Option<&'a str>,
    /// Seats taken, freed and asked for in vain so far, by product.
    moved: BTreeMap<Guid, Moved>,
    prospect: Prospect,
}

#[derive(Clone, Copy, Default)]
struct Moved {
    taken: i64,
    freed: i64,
    short: i64,
}

impl Audience<'_> {
    fn take(&mut self, member: &Member) {
        if member.is_group() {
            self.prospect.nested_groups += 1;
        }
        if !member.is_user() {
            return;
        }
        self.prospect.members += 1;
        self.prospect.guests += usize::from(member.is_from_outside());
        let own = member
            .usage_location
            .as_deref()
            .filter(|text| !text.trim().is_empty());
        self.prospect.without_location += usize::from(own.is_none());
        let holdings = member.holdings();
        let mut groups = other_groups(&holdings, self.this.group);
        groups.push(self.this.clone());
        let groups: Vec<&GroupTemplate> = groups.iter().collect();
        let facts = MemberFacts {
            location: MemberFacts::location(own, self.tenant_location),
            address_taken: false,
            holdings: &holdings,
            groups: &groups,
        };
        let (skus, moved) = (self.skus, &self.moved);
        let available = |sku_id: Guid| {
            let free = skus
                .sku(sku_id)
                .map_or(0, |sku| sku.available(self.words.settings()));
            let moved = moved.get(&sku_id).copied().unwrap_or_default();
            free - moved.taken + moved.freed
        };
        let outcome = self.rules.evaluate(&facts, &available);
        for &(sku_id, delta) in &outcome.seats {
            let moved = self.moved.entry(sku_id).or_default();
            moved.taken += delta.max(0);
            moved.freed += (-delta).max(0);
        }
        let source = Source::Group(self.this.group);
        let has = |holdings: &[Holding], sku_id: Guid| {
            holdings.iter().any(|holding| {
                holding.sku_id == sku_id && holding.source == source && holding.is_in_effect()
            })
        };
        if !self.asked.is_empty() {
            if self.asked.iter().all(|&sku_id| has(&holdings, sku_id)) {
                self.prospect.already_have += 1;
            } else if self.asked.iter().all(|&sku_id| has(&outcome.after, sku_id)) {
                self.prospect.would_get += 1;
            }
        }
        let faults: Vec<_> = outcome
            .faults
            .iter()
            .filter(|fault| fault.group == self.this.group)
            .collect();
        let short = faults
            .iter()
            .any(|fault| fault.error == HoldingError::CountViolation);
        self.prospect.waiting += usize::from(short);
        self.prospect.conflicting += usize::from(!short && !faults.is_empty());
        let has_something = holdings
            .iter()
            .any(|holding| holding.source == source && holding.is_in_effect());
        self.prospect.held_up += usize::from(has_something && !faults.is_empty());
        let location = own.or(self.tenant_location);
        for fault in faults {
            let failed = outcome.after.iter().find(|holding| {
                holding.source == source && Some(holding.sku_id) == fault.refusal.sku
            });
            let Some(failed) = failed else { continue };
            if fault.error == HoldingError::CountViolation {
                self.moved.entry(failed.sku_id).or_default().short += 1;
            }
            let explained =
                explain::explain(failed, &outcome.after, location, self.skus, self.words);
            self.prospect.problems.push(Problem {
                user_id: member.id.clone().unwrap_or_default(),
                user_principal_name: member.user_principal_name.clone(),
                sku: ReportedSku::of(failed.sku_id, self.skus),
                error: fault.error.as_str(),
                message: explained.message,
                action: explained.action,
            });
        }
    }

    /// The seats of the products that the change names, before and after.
    fn seats(&self, touched: impl Iterator<Item = Guid>) -> Vec<SeatLine> {
        let lines = touched.filter_map(|sku_id| {
            let sku = self.skus.sku(sku_id)?;
            let moved = self.moved.get(&sku_id).copied().unwrap_or_default();
            Some(SeatLine {
                sku_id: sku_id.to_string(),
                sku_part_number: product_name(sku_id, self.skus),
                product_name: product_title(sku_id, Some(&sku.part_number)),
                owned: sku.available(self.words.settings()) + sku.consumed,
                before: sku.consumed,
                freed: moved.freed,
                taken: moved.taken,
                after: sku.consumed + moved.taken - moved.freed,
                short: moved.short,
            })
        });
        lines.collect()
    }
}

/// What the member's other groups give, as far as it is in effect: nothing of it changes.
fn other_groups(holdings: &[Holding], this: Guid) -> Vec<GroupTemplate> {
    let mut groups: Vec<GroupTemplate> = Vec::new();
    for holding in holdings.iter().filter(|holding| holding.is_in_effect()) {
        let Source::Group(group) = holding.source else {
            continue;
        };
        if group == this {
            continue;
        }
        let license = AddLicense {
            sku_id: holding.sku_id,
            disabled_plans: holding.disabled_plans.clone(),
        };
        match groups.iter_mut().find(|known| known.group == group) {
            Some(known) => known.licenses.push(license),
            None => groups.push(GroupTemplate {
                group,
                licenses: vec![license],
            }),
        }
    }
    groups
}
