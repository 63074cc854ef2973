//! Findings about users, made while they are read.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use mglicense_rules::assignment::HoldingError;
use mglicense_rules::location::{self, LocationCheck};

use super::kind::{Kind, Severity};
use super::{Finding, FindingOptions, FoundUser};
use crate::survey::assignment::{Assignments, Holding, LastSignIn, Standing};
use crate::survey::error_in_words;
use crate::survey::person::Person;

/// Takes users in as they are read, and tells the findings at the end.
pub(crate) struct PeopleFindings {
    options: FindingOptions,
    excluded: HashSet<String>,
    simple: HashMap<Kind, Vec<FoundUser>>,
    /// Direct and through a group, by product: those whose group gives all that is given directly, and the others.
    doubled: BTreeMap<usize, (Vec<FoundUser>, Vec<FoundUser>)>,
    /// By the product that could go and the one that gives all of it.
    redundant: BTreeMap<(usize, usize), Vec<FoundUser>>,
    contained: HashMap<(usize, usize), bool>,
    guests: BTreeMap<usize, Vec<FoundUser>>,
    errors: BTreeMap<(usize, &'static str), Failed>,
    gone: BTreeMap<usize, Vec<FoundUser>>,
}

struct Failed {
    error: HoldingError,
    users: Vec<FoundUser>,
}

impl PeopleFindings {
    /// Findings by these options, about all but the excluded users, who are given by id.
    pub(crate) fn new(options: FindingOptions, excluded: HashSet<String>) -> Self {
        Self {
            options,
            excluded,
            simple: HashMap::new(),
            doubled: BTreeMap::new(),
            redundant: BTreeMap::new(),
            contained: HashMap::new(),
            guests: BTreeMap::new(),
            errors: BTreeMap::new(),
            gone: BTreeMap::new(),
        }
    }

    /// Takes in a user with what the user holds. Sign-ins count only where they were read.
    pub(crate) fn add(
        &mut self,
        person: &Person,
        holdings: &[Holding],
        assignments: &Assignments,
        sign_in_read: bool,
        now: Timestamp,
    ) {
        if self.excluded.contains(&person.id) {
            return;
        }
        if person.licences.is_none() {
            self.tell(Kind::Unread, person, None);
        }
        let products = assignments.naming.products();
        let in_effect: Vec<&Holding> = holdings
            .iter()
            .filter(|holding| holding.standing != Standing::Error)
            .collect();
        let names = || {
            let names: Vec<&str> = in_effect
                .iter()
                .map(|holding| products[holding.product].product_name.as_str())
                .collect();
            Some(names.join(", "))
        };
        self.add_location(person, &in_effect);
        if !in_effect.is_empty() {
            if person.account_enabled == Some(false) {
                self.tell(Kind::Disabled, person, names());
            } else if sign_in_read {
                match &person.last_sign_in {
                    LastSignIn::Never => self.tell(Kind::NeverSignedIn, person, names()),
                    LastSignIn::At(at) => {
                        let idle = SignedDuration::from_hours(24 * self.options.inactive_days);
                        let long_ago = at
                            .parse::<Timestamp>()
                            .is_ok_and(|at| now.duration_since(at) > idle);
                        if long_ago {
                            let day = at.get(..10).unwrap_or(at);
                            self.tell(
                                Kind::Inactive,
                                person,
                                names().map(|names| format!("{day}: {names}")),
                            );
                        }
                    }
                }
            }
        }
        for holding in holdings {
            self.add_holding(person, holding, assignments);
        }
        if self.options.wants(Kind::Redundant) {
            self.add_redundant(person, &in_effect, assignments);
        }
    }

    fn tell(&mut self, kind: Kind, person: &Person, detail: Option<String>) {
        if self.options.wants(kind) {
            self.simple
                .entry(kind)
                .or_default()
                .push(FoundUser::new(person, detail));
        }
    }

    fn add_location(&mut self, person: &Person, in_effect: &[&Holding]) {
        if person.usage_location.is_some() {
            return;
        }
        // Guests and accounts out of use need none as long as they hold nothing.
        let matters =
            !in_effect.is_empty() || (person.account_enabled != Some(false) && !person.is_guest());
        if !matters {
            return;
        }
        let through_group = in_effect
            .iter()
            .any(|holding| holding.sources.iter().any(|source| source.group.is_some()));
        let mut detail = Vec::new();
        if through_group {
            detail.push("licensed through a group with the organisation's location".to_owned());
        }
        if let Some(country) = &person.country {
            detail.push(match country_code(country) {
                Some(code) => format!("country: {country} ({code})"),
                None => format!("country: {country}"),
            });
        }
        let detail = Some(detail.join("; ")).filter(|text| !text.is_empty());
        if person.synced == Some(true) {
            self.tell(Kind::Hybrid, person, detail.clone());
        }
        self.tell(Kind::NoLocation, person, detail);
    }

    fn add_holding(&mut self, person: &Person, holding: &Holding, assignments: &Assignments) {
        let naming = &assignments.naming;
        let product = &naming.products()[holding.product];
        if self.options.wants(Kind::NotInTenant) && product.in_tenant == Some(false) {
            self.gone
                .entry(holding.product)
                .or_default()
                .push(FoundUser::new(
                    person,
                    Some(holding.source_text(&assignments.groups)),
                ));
        }
        let groups = &assignments.groups;
        let mut direct = None;
        let mut through = Vec::new();
        for source in &holding.sources {
            match source.group {
                None => direct = Some(source),
                Some(group) => {
                    if person.is_guest()
                        && source.is_well()
                        && self.options.wants(Kind::LicensedGuest)
                    {
                        let users = self.guests.entry(group).or_default();
                        // A guest with several products of one group is told once.
                        if users.last().is_none_or(|last| last.user_id != person.id) {
                            users.push(FoundUser::new(person, Some(product.product_name.clone())));
                        }
                    }
                    if source.error() != HoldingError::None && self.options.wants(Kind::GroupError)
                    {
                        let failed = self
                            .errors
                            .entry((group, source.error().as_str()))
                            .or_insert_with(|| Failed {
                                error: source.error(),
                                users: Vec::new(),
                            });
                        match failed.users.last_mut() {
                            Some(last) if last.user_id == person.id => {
                                let detail = last.detail.get_or_insert_default();
                                detail.push_str(", ");
                                detail.push_str(&product.product_name);
                            }
                            _ => failed
                                .users
                                .push(FoundUser::new(person, Some(product.product_name.clone()))),
                        }
                    }
                    if source.is_well() {
                        through.push(source);
                    }
                }
            }
        }
        if let Some(direct) = direct.filter(|source| source.is_well())
            && !through.is_empty()
            && self.options.wants(Kind::DirectAndGroup)
        {
            let sets = naming.plan_sets();
            // Taking the direct one away loses nothing where the groups turn on all that it turns on.
            let lost: Vec<&str> = sets[direct.plans()]
                .on
                .iter()
                .filter(|plan| {
                    !through
                        .iter()
                        .any(|source| sets[source.plans()].on.contains(plan))
                })
                .map(|plan| plan.name.as_str())
                .collect();
            let through: Vec<String> = through
                .iter()
                .filter_map(|source| Some(groups.all()[source.group?].label()))
                .collect();
            let (safe, others) = self.doubled.entry(holding.product).or_default();
            if lost.is_empty() {
                safe.push(FoundUser::new(person, Some(through.join(", "))));
            } else {
                let detail = format!("only directly: {}", lost.join(", "));
                others.push(FoundUser::new(person, Some(detail)));
            }
        }
    }

    fn add_redundant(
        &mut self,
        person: &Person,
        in_effect: &[&Holding],
        assignments: &Assignments,
    ) {
        for (at, holding) in in_effect.iter().enumerate() {
            let larger = in_effect.iter().enumerate().find(|&(other_at, other)| {
                other_at != at
                    && self.is_contained(holding.plans, other.plans, assignments)
                    // Of two that give the same, the later one counts as the one too many.
                    && (at > other_at || !self.is_contained(other.plans, holding.plans, assignments))
            });
            if let Some((_, larger)) = larger {
                let detail = holding.source_text(&assignments.groups);
                self.redundant
                    .entry((holding.product, larger.product))
                    .or_default()
                    .push(FoundUser::new(person, Some(detail)));
            }
        }
    }

    /// Whether every plan that is on in one set is on in another. A product whose plans nobody knows is in none.
    fn is_contained(&mut self, small: usize, large: usize, assignments: &Assignments) -> bool {
        *self.contained.entry((small, large)).or_insert_with(|| {
            let sets = assignments.naming.plan_sets();
            let (small, large) = (&sets[small].on, &sets[large].on);
            !small.is_empty() && small.iter().all(|plan| large.contains(plan))
        })
    }

    /// The findings, once every user was taken in.
    pub(crate) fn finish(
        mut self,
        assignments: &Assignments,
        sign_in_refused: bool,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let groups = assignments.groups.all();
        let products = assignments.naming.products();
        for ((group, _), failed) in std::mem::take(&mut self.errors) {
            let severity = if failed.error == HoldingError::Other {
                Severity::Medium
            } else {
                Severity::High
            };
            let why = error_in_words(failed.error).unwrap_or_default();
            let mut finding = Finding::new(
                Kind::GroupError,
                severity,
                format!(
                    "The group could not license {} of its members: {why}",
                    failed.users.len()
                ),
            )
            .users(failed.users);
            finding.subject = Some(groups[group].label());
            finding.group_id = Some(groups[group].group_id);
            findings.push(finding.repaired_by("Repair-MgLicenseError", &self.options));
        }
        self.finish_simple(&mut findings, sign_in_refused);
        for (product, (safe, others)) in std::mem::take(&mut self.doubled) {
            let product = &products[product];
            if !safe.is_empty() {
                let finding = Finding::new(
                    Kind::DirectAndGroup,
                    Severity::Low,
                    "A group gives all that is given directly as well; the direct licence can go.",
                )
                .product(product)
                .users(safe);
                let again = self.options.find_again(&[Kind::DirectAndGroup]);
                let sku_id = product.sku_id;
                findings.push(finding.repair(format!(
                    "({again} | Where-Object SkuId -eq {sku_id} | Where-Object Severity -eq Low).Users | Remove-MgUserLicense -SkuId {sku_id}"
                )));
            }
            if !others.is_empty() {
                findings.push(
                    Finding::new(
                        Kind::DirectAndGroup,
                        Severity::Info,
                        "Given directly and through a group; the direct licence turns on plans that the group turns off.",
                    )
                    .product(product)
                    .users(others),
                );
            }
        }
        for ((small, large), users) in std::mem::take(&mut self.redundant) {
            let (small, large) = (&products[small], &products[large]);
            let mut finding = Finding::new(
                Kind::Redundant,
                Severity::Medium,
                format!(
                    "Every service plan that is on in it is on in {} too.",
                    large.product_name
                ),
            )
            .product(small)
            .users(users);
            finding.subject = Some(format!("{} in {}", small.product_name, large.product_name));
            let command = format!("Remove-MgUserLicense -SkuId {}", small.sku_id);
            findings.push(finding.repaired_by(&command, &self.options));
        }
        for (group, users) in std::mem::take(&mut self.guests) {
            let group = &groups[group];
            let mut finding = Finding::new(
                Kind::LicensedGuest,
                Severity::Low,
                "Guests in the group get its licences; most services need none for them.",
            )
            .users(users);
            finding.subject = Some(group.label());
            finding.group_id = Some(group.group_id);
            let command = format!(
                "ForEach-Object {{ Remove-MgGroupMemberByRef -GroupId {} -DirectoryObjectId $_.UserId }}",
                group.group_id
            );
            findings.push(finding.repaired_by(&command, &self.options));
        }
        for (product, users) in std::mem::take(&mut self.gone) {
            let product = &products[product];
            let finding = Finding::new(
                Kind::NotInTenant,
                Severity::Medium,
                "The product is not in the tenant any more; what is left of it can be taken away.",
            )
            .product(product)
            .users(users);
            let command = format!("Remove-MgUserLicense -SkuId {}", product.sku_id);
            findings.push(finding.repaired_by(&command, &self.options));
        }
        findings
    }

    fn finish_simple(&mut self, findings: &mut Vec<Finding>, sign_in_refused: bool) {
        let days = self.options.inactive_days;
        let simple: [(Kind, Severity, String, &str); 6] = [
            (
                Kind::NoLocation,
                Severity::Medium,
                "Without a usage location nothing can be assigned directly, and groups license by the organisation's location.".into(),
                "Set-MgUserUsageLocation -FromCountry",
            ),
            (
                Kind::Hybrid,
                Severity::Medium,
                "The directory on premises sends no usage location, so the cloud has none. It can be set here, and stays unless the directory sends one.".into(),
                "Set-MgUserUsageLocation -FromCountry",
            ),
            (
                Kind::Disabled,
                Severity::Medium,
                "The accounts may not sign in, and keep seats in use.".into(),
                "Remove-MgUserLicense -All",
            ),
            (
                Kind::NeverSignedIn,
                Severity::Medium,
                "The accounts never signed in, as far as the service remembers.".into(),
                "Remove-MgUserLicense -All",
            ),
            (
                Kind::Inactive,
                Severity::Medium,
                format!("The accounts did not sign in for {days} days and more."),
                "Remove-MgUserLicense -All",
            ),
            (
                Kind::Unread,
                Severity::Unknown,
                "The service did not say what these users hold, though it was asked: they are counted nowhere.".into(),
                "",
            ),
        ];
        for (kind, severity, why, command) in simple {
            if sign_in_refused && kind.needs_sign_in() && self.options.wants(kind) {
                let mut finding = Finding::new(
                    kind,
                    Severity::Unknown,
                    "The service did not tell when users last signed in: it needs AuditLog.Read.All, and a tenant with Entra ID P1.",
                );
                finding.count = None;
                findings.push(finding);
                continue;
            }
            let Some(users) = self.simple.remove(&kind) else {
                continue;
            };
            let mut finding = Finding::new(kind, severity, why).users(users);
            if !command.is_empty() {
                finding = finding.repaired_by(command, &self.options);
            }
            findings.push(finding);
        }
    }
}

/// The code of a country by its code or its English name.
pub(crate) fn country_code(country: &str) -> Option<location::Code> {
    match location::check(country) {
        LocationCheck::Known(code) => Some(code),
        LocationCheck::Invalid { hint } => hint,
        LocationCheck::UnknownCode(_) => None,
    }
}

/// The ids of users who are found, for those who look further into them.
pub(crate) fn licensed(person: &Person, holdings: &[Holding]) -> bool {
    !person.id.is_empty()
        && holdings
            .iter()
            .any(|holding| holding.standing != Standing::Error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::finding::KINDS;
    use crate::survey::{Groups, Naming};
    use mglicense_rules::Guid;
    use std::sync::Arc;

    const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
    const E3: &str = "05e9a617-0261-4cee-bb44-138d3ef5d965";
    const FLOW: &str = "f30db892-07e9-47e9-837c-80727f46fd3d";
    const SWAY: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";
    const GROUP: &str = "11111111-2222-3333-4444-555555555555";

    fn find(kinds: &[Kind], people: &[String], sign_in: bool) -> Vec<Finding> {
        let options = FindingOptions {
            kinds: kinds.to_vec(),
            inactive_days: 90,
            expiry_days: 30,
            short_percent: 5,
            unused_percent: 20,
            excluded_skus: Vec::new(),
            exclusions: String::new(),
        };
        let mut assignments =
            Assignments::new(Naming::new(Arc::default(), false), Groups::default());
        let mut findings = PeopleFindings::new(options, HashSet::from(["x".to_owned()]));
        let now = "2026-11-25T09:00:00Z".parse().unwrap();
        for person in people {
            let person = Person::read(person.as_bytes()).unwrap();
            let holdings = assignments.holdings(&person);
            findings.add(&person, &holdings, &assignments, sign_in, now);
        }
        findings.finish(&assignments, false)
    }

    fn person(id: &str, more: &str, states: &[String]) -> String {
        format!(
            r#"{{"id":"{id}","userPrincipalName":"{id}@b",{more}"licenseAssignmentStates":[{}]}}"#,
            states.join(",")
        )
    }

    fn direct(sku: &str, off: &str) -> String {
        let off = if off.is_empty() {
            String::new()
        } else {
            format!("\"{off}\"")
        };
        format!(r#"{{"skuId":"{sku}","state":"Active","error":"None","disabledPlans":[{off}]}}"#)
    }

    fn inherited(sku: &str, state: &str, error: &str, off: &str) -> String {
        let off = if off.is_empty() {
            String::new()
        } else {
            format!("\"{off}\"")
        };
        format!(
            r#"{{"skuId":"{sku}","assignedByGroup":"{GROUP}","state":"{state}","error":"{error}","disabledPlans":[{off}]}}"#
        )
    }

    fn ids(finding: &Finding) -> Vec<&str> {
        finding
            .users
            .iter()
            .map(|user| user.user_id.as_str())
            .collect()
    }

    #[test]
    fn a_direct_licence_can_go_only_where_the_group_gives_all_of_it() {
        let people = [
            person(
                "a",
                "",
                &[direct(E5, ""), inherited(E5, "Active", "None", "")],
            ),
            person(
                "b",
                "",
                &[direct(E5, SWAY), inherited(E5, "Active", "None", SWAY)],
            ),
            person(
                "c",
                "",
                &[direct(E5, ""), inherited(E5, "Active", "None", SWAY)],
            ),
            person(
                "d",
                "",
                &[direct(E5, ""), inherited(E5, "Error", "CountViolation", "")],
            ),
        ];
        let findings = find(&[Kind::DirectAndGroup], &people, false);
        let [safe, others] = findings.as_slice() else {
            panic!("{findings:?}")
        };
        assert_eq!(ids(safe), ["a", "b"]);
        assert!(safe.repair.is_some());
        assert_eq!(ids(others), ["c"]);
        assert!(others.repair.is_none());
        assert_eq!(
            others.users[0].detail.as_deref(),
            Some("only directly: SWAY")
        );
    }

    #[test]
    fn a_product_is_redundant_where_another_gives_every_plan_that_is_on() {
        let people = [
            person("a", "", &[direct(E3, ""), direct(FLOW, "")]),
            person("b", "", &[direct(E5, ""), direct(E5, "")]),
        ];
        assert!(find(&[Kind::Redundant], &people, false).is_empty());
        // Which plans E5 lacks of E3 is for the table to say: with exactly those off, E3 gives nothing of its own.
        let e5 = mglicense_rules::catalog::product(Guid::parse(E5).unwrap()).unwrap();
        let e3 = mglicense_rules::catalog::product(Guid::parse(E3).unwrap()).unwrap();
        let off: Vec<String> = e3
            .plans()
            .filter(|plan| !e5.has_plan(plan.id))
            .map(|plan| format!("\"{}\"", plan.id))
            .collect();
        let state = format!(
            r#"{{"skuId":"{E3}","state":"Active","error":"None","disabledPlans":[{}]}}"#,
            off.join(",")
        );
        let findings = find(
            &[Kind::Redundant],
            &[person("c", "", &[state, direct(E5, "")])],
            false,
        );
        assert_eq!(findings[0].sku_part_number.as_deref(), Some("SPE_E3"));
        assert_eq!(
            findings[0].subject.as_deref(),
            Some("Microsoft 365 E3 in Microsoft 365 E5")
        );
        assert_eq!(ids(&findings[0]), ["c"]);
    }

    #[test]
    fn idle_accounts_are_counted_by_days_and_only_where_sign_ins_were_read() {
        let at =
            |day: &str| format!(r#""signInActivity":{{"lastSignInDateTime":"{day}T09:00:01Z"}},"#);
        let people = [
            person("a", &at("2026-08-27"), &[direct(E5, "")]),
            person("b", &at("2026-08-26"), &[direct(E5, "")]),
            person("c", "", &[direct(E5, "")]),
            person("d", "", &[]),
            person("e", r#""accountEnabled":false,"#, &[direct(E5, "")]),
            person("x", "", &[direct(E5, "")]),
        ];
        let kinds = [Kind::Disabled, Kind::NeverSignedIn, Kind::Inactive];
        let told = |findings: &[Finding]| -> Vec<(Kind, String)> {
            findings
                .iter()
                .map(|finding| (finding.kind, ids(finding).join(" ")))
                .collect()
        };
        assert_eq!(
            told(&find(&kinds, &people, true)),
            [
                (Kind::Disabled, "e".to_owned()),
                (Kind::NeverSignedIn, "c".to_owned()),
                (Kind::Inactive, "b".to_owned())
            ]
        );
        assert_eq!(
            told(&find(&kinds, &people, false)),
            [(Kind::Disabled, "e".to_owned())]
        );
    }

    #[test]
    fn a_missing_location_matters_where_licences_are_or_may_come() {
        let people = [
            person("a", "", &[]),
            person("b", r#""userType":"Guest","#, &[]),
            person("c", r#""accountEnabled":false,"#, &[]),
            person(
                "d",
                r#""onPremisesSyncEnabled":true,"country":"Germany","#,
                &[inherited(FLOW, "Active", "None", "")],
            ),
            person("e", r#""usageLocation":"GB","#, &[]),
        ];
        let findings = find(&[Kind::NoLocation, Kind::Hybrid], &people, false);
        assert_eq!(ids(&findings[0]), ["a", "d"]);
        assert_eq!(
            findings[0].users[1].detail.as_deref(),
            Some(
                "licensed through a group with the organisation's location; country: Germany (DE)"
            )
        );
        assert_eq!(
            (findings[1].kind, ids(&findings[1])),
            (Kind::Hybrid, vec!["d"])
        );
    }

    #[test]
    fn errors_of_a_group_are_told_by_cause() {
        let people = [
            person(
                "a",
                "",
                &[
                    inherited(E5, "Error", "CountViolation", ""),
                    inherited(FLOW, "Error", "Other", ""),
                ],
            ),
            person("b", "", &[inherited(E5, "Error", "CountViolation", "")]),
        ];
        let findings = find(&[Kind::GroupError], &people, false);
        assert_eq!(findings.len(), 2);
        assert_eq!(ids(&findings[0]), ["a", "b"]);
        assert!(findings[0].why.contains("No seat"), "{}", findings[0].why);
        assert_eq!(findings[0].severity, Severity::High);
        assert_eq!(findings[1].severity, Severity::Medium);
        assert_eq!(KINDS[0].0, Kind::GroupError);
    }
}
