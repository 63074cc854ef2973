//! Reads the table of cases that the rules, the prediction and the tenant are all held to.
#![allow(dead_code)] // Each runner of the table uses a part of it.

use std::collections::BTreeMap;

use mglicense_rules::assignment::{
    AddLicense, AppliesTo, Barred, Dependency, Holding, HoldingError, HoldingState, LicenseChange,
    PlanFacts, PrepaidUnits, RuleSet, RuleSettings, SkuFacts, Source, UserFacts,
};
use mglicense_rules::location::Code;
use mglicense_rules::{Guid, catalog};

const TABLE: &str = include_str!("../assignment-cases.txt");

/// One line of the table.
pub struct Case {
    pub line: usize,
    pub name: String,
    /// Every product the tenant owns, with its seats.
    pub skus: Vec<SkuFacts>,
    /// Products the user may hold although they left the tenant.
    pub gone: Vec<SkuFacts>,
    /// Rules that replace the default ones of their kind.
    pub dependencies: Option<Vec<Dependency>>,
    pub exclusions: Option<Vec<Vec<Guid>>>,
    pub barred: Vec<Barred>,
    pub settings: RuleSettings,
    /// Settings that differ from the default, as written.
    pub changed_settings: Vec<(String, bool)>,
    pub user: UserFacts,
    pub change: LicenseChange,
    pub expected: Expected,
    pub source: String,
}

/// The expected column.
pub struct Expected {
    /// The ids of every cause of a refusal, in order, and the service's text for the first.
    pub refusal: Option<(Vec<String>, String)>,
    /// What is held if the request goes through.
    pub after: Vec<Holding>,
    pub seats: Vec<(Guid, i64)>,
    /// The data at risk, by noun.
    pub risks: Vec<String>,
}

impl Case {
    pub fn rules(&self) -> RuleSet {
        let default = RuleSet::default();
        let dependencies = self.dependencies.clone();
        let exclusions = self.exclusions.clone();
        RuleSet::new(
            dependencies.unwrap_or_else(|| default.dependencies().to_vec()),
            exclusions.unwrap_or_else(|| default.exclusions().to_vec()),
            self.barred.clone(),
            self.settings,
        )
    }

    /// The products that the case is about. What else the tenant owns makes no difference.
    pub fn skus_at_stake(&self) -> impl Iterator<Item = &SkuFacts> {
        let held = self.user.holdings.iter().map(|held| held.sku_id);
        let added = self.change.add.iter().map(|add| add.sku_id);
        let removed = self.change.remove.iter().copied();
        let named: Vec<Guid> = held.chain(added).chain(removed).collect();
        let skus = self.skus.iter();
        skus.filter(move |sku| named.contains(&sku.sku_id))
    }

    /// Where the case is and where it comes from, for messages.
    pub fn at(&self) -> String {
        format!("line {}: {} ({})", self.line, self.name, self.source)
    }
}

/// Every case of the table.
pub fn all() -> Vec<Case> {
    read().1
}

/// The names that the table gives to products and plans.
pub fn aliases() -> Aliases {
    read().0
}

fn read() -> (Aliases, Vec<Case>) {
    let mut aliases = Aliases::default();
    let mut cases = Vec::new();
    for (line, text) in TABLE.lines().enumerate() {
        let line = line + 1;
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(definition) = text.strip_prefix("sku ") {
            aliases.define_sku(definition);
        } else if let Some(definition) = text.strip_prefix("plan ") {
            aliases.define_plan(definition);
        } else {
            let cells: Vec<&str> = text.split('|').map(str::trim).collect();
            let [name, tenant, user, request, outcome, source] = cells[..] else {
                panic!("line {line} has {} cells, not 6", cells.len());
            };
            cases.push(aliases.case(line, name, tenant, user, request, outcome, source));
        }
    }
    (aliases, cases)
}

/// Names of products and plans, and what can be said with them.
#[derive(Default)]
pub struct Aliases {
    skus: BTreeMap<String, (String, Guid)>,
    plans: BTreeMap<String, Guid>,
}

impl Aliases {
    fn define_sku(&mut self, definition: &str) {
        let (alias, part_number, id) = parts(definition);
        // The table of cases names ids by itself; the public table must agree.
        if let Some(product) = catalog::product(id) {
            assert_eq!(product.part_number, part_number);
        }
        self.skus
            .insert(alias.to_owned(), (part_number.to_owned(), id));
    }

    fn define_plan(&mut self, definition: &str) {
        let (alias, name, id) = parts(definition);
        let plan = catalog::plan(id).expect("a plan of the public table");
        assert_eq!(plan.name, name);
        self.plans.insert(alias.to_owned(), id);
    }

    /// The product of that name, if it is one.
    pub fn known_sku(&self, alias: &str) -> Option<Guid> {
        self.skus.get(alias).map(|(_, id)| *id)
    }

    pub fn sku(&self, alias: &str) -> Guid {
        let sku = self.skus.get(alias);
        sku.unwrap_or_else(|| panic!("no product {alias}")).1
    }

    /// A plan, or anything else that stands where a plan should.
    fn plan(&self, alias: &str) -> Guid {
        let plan = self.plans.get(alias);
        plan.copied().unwrap_or_else(|| self.sku(alias))
    }

    pub fn plan_list(&self, aliases: &str) -> Vec<Guid> {
        aliases
            .split_whitespace()
            .map(|alias| self.plan(alias))
            .collect()
    }

    #[allow(clippy::too_many_arguments)]
    fn case(
        &self,
        line: usize,
        name: &str,
        tenant: &str,
        user: &str,
        request: &str,
        outcome: &str,
        source: &str,
    ) -> Case {
        assert!(!source.is_empty(), "line {line} names no source");
        let user = self.user(user);
        let mut case = Case {
            line,
            name: name.to_owned(),
            skus: self.default_skus(&user),
            gone: Vec::new(),
            dependencies: None,
            exclusions: None,
            barred: Vec::new(),
            settings: RuleSettings::default(),
            changed_settings: Vec::new(),
            user,
            change: self.change(request),
            expected: self.expected(outcome),
            source: source.to_owned(),
        };
        for item in items(tenant) {
            self.change_tenant(&mut case, item);
        }
        case
    }

    /// A tenant of these users about which nothing is asked.
    pub fn tenant(&self, line: usize, text: &str, users: &[UserFacts]) -> Case {
        let nobody = UserFacts::default();
        let mut case = self.case(line, "", "", "-", "nothing", "200: none", "none");
        case.skus = self.default_skus(&nobody);
        for sku in &mut case.skus {
            let holds = |user: &&UserFacts| {
                let mut held = user.holdings.iter();
                held.any(|held| held.sku_id == sku.sku_id && held.is_in_effect())
            };
            sku.consumed = users.iter().filter(holds).count().try_into().unwrap();
        }
        for item in items(text) {
            self.change_tenant(&mut case, item);
        }
        case
    }

    fn default_skus(&self, user: &UserFacts) -> Vec<SkuFacts> {
        let skus = self.skus.values().map(|(part_number, id)| {
            let prepaid = PrepaidUnits {
                enabled: 10,
                ..PrepaidUnits::default()
            };
            let mut sku = match catalog::product(*id) {
                Some(product) => SkuFacts::from_product(product, prepaid),
                None => SkuFacts {
                    sku_id: *id,
                    part_number: part_number.as_str().into(),
                    applies_to: AppliesTo::User,
                    prepaid,
                    consumed: 0,
                    plans: [].into(),
                },
            };
            let mut held = user.holdings.iter();
            sku.consumed = held
                .any(|held| held.sku_id == *id && held.is_in_effect())
                .into();
            sku
        });
        skus.collect()
    }

    fn change_tenant(&self, case: &mut Case, item: &str) {
        let words: Vec<&str> = item.split_whitespace().collect();
        match words[..] {
            ["no", "rules"] => {
                case.dependencies = Some(Vec::new());
                case.exclusions = Some(Vec::new());
            }
            ["needs", ref rule @ ..] => {
                let plan = rule[0].strip_suffix(':').expect("needs A: B C");
                let dependency = Dependency {
                    plan: self.plan(plan),
                    needs_any_of: rule[1..].iter().map(|alias| self.plan(alias)).collect(),
                };
                case.dependencies.get_or_insert_default().push(dependency);
            }
            ["exclusive", ref set @ ..] => {
                let set = set.iter().map(|alias| self.plan(alias)).collect();
                case.exclusions.get_or_insert_default().push(set);
            }
            ["barred", plan, "in", ref locations @ ..] => {
                let locations = locations.iter().map(|code| Code::parse(code).unwrap());
                case.barred.push(Barred {
                    plan: self.plan(plan),
                    locations: locations.collect(),
                });
            }
            ["setting", setting] => {
                let (name, value) = setting.split_once('=').expect("name=value");
                let value = value.parse().expect("true or false");
                assert!(case.settings.set(name, value), "no setting {name}");
                case.changed_settings.push((name.to_owned(), value));
            }
            [alias, ref rest @ ..] => {
                let id = self.sku(alias);
                let at = case.skus.iter().position(|sku| sku.sku_id == id).unwrap();
                match rest {
                    ["gone"] => {
                        let sku = case.skus.remove(at);
                        case.gone.push(sku);
                    }
                    ["company"] => case.skus[at].applies_to = AppliesTo::Company,
                    ["without", plan] => {
                        let plan = self.plan(plan);
                        let plans = case.skus[at].plans.iter();
                        let rest: Vec<PlanFacts> =
                            plans.filter(|held| held.id != plan).cloned().collect();
                        assert_eq!(rest.len() + 1, case.skus[at].plans.len());
                        case.skus[at].plans = rest.into();
                    }
                    ["company-plan", plan] => {
                        let plan = self.plan(plan);
                        let mut plans = case.skus[at].plans.to_vec();
                        let held = plans.iter_mut().find(|held| held.id == plan);
                        held.expect("a plan of the product").applies_to = AppliesTo::Company;
                        case.skus[at].plans = plans.into();
                    }
                    [seats, states @ ..] => {
                        let (used, enabled) = seats.split_once('/').expect("used/enabled");
                        let mut prepaid = PrepaidUnits {
                            enabled: enabled.parse().unwrap(),
                            ..PrepaidUnits::default()
                        };
                        for state in states.chunks(2) {
                            let units = state[1].parse().unwrap();
                            match state[0] {
                                "warning" => prepaid.warning = units,
                                "suspended" => prepaid.suspended = units,
                                "locked" => prepaid.locked_out = units,
                                other => panic!("no units {other}"),
                            }
                        }
                        case.skus[at].prepaid = prepaid;
                        case.skus[at].consumed = used.parse().unwrap();
                    }
                    [] => panic!("{item} changes nothing"),
                }
            }
            [] => {}
        }
    }

    /// Location and holdings.
    pub fn user(&self, text: &str) -> UserFacts {
        let mut items = items(text);
        let location = items.next().expect("a location or -");
        let location = location.trim_matches('"');
        UserFacts {
            usage_location: (location != "-").then(|| location.to_owned()),
            holdings: items.map(|item| self.holding(item)).collect(),
        }
    }

    /// `E3 via g1 off SWAY YAM Error CountViolation`
    pub fn holding(&self, text: &str) -> Holding {
        let mut words = text.split_whitespace();
        let mut holding = Holding::direct(self.sku(words.next().unwrap()), Vec::new());
        while let Some(word) = words.next() {
            if word == "via" {
                holding.source = Source::Group(group(words.next().unwrap()));
            } else if let Some(state) = HoldingState::parse(word) {
                holding.state = state;
            } else if let Some(error) = HoldingError::parse(word) {
                holding.error = error;
            } else if word != "off" {
                holding.disabled_plans.push(self.plan(word));
            }
        }
        holding
    }

    fn change(&self, text: &str) -> LicenseChange {
        let mut change = LicenseChange::default();
        for item in items(text) {
            match item.split_once(' ') {
                Some(("add", added)) => {
                    let (sku, off) = added.split_once(" off ").unwrap_or((added, ""));
                    change.add.push(AddLicense {
                        sku_id: self.sku(sku),
                        disabled_plans: self.plan_list(off),
                    });
                }
                Some(("remove", sku)) => change.remove.push(self.sku(sku)),
                _ => assert_eq!(item, "nothing"),
            }
        }
        change
    }

    fn expected(&self, text: &str) -> Expected {
        let mut expected = Expected {
            refusal: None,
            after: Vec::new(),
            seats: Vec::new(),
            risks: Vec::new(),
        };
        if let Some(refused) = text.strip_prefix("400 ") {
            let (causes, message) = refused.split_once(": ").expect("causes: text");
            let (causes, risks) = causes.split_once(" risk ").unwrap_or((causes, ""));
            expected.risks = words(risks);
            expected.refusal = Some((words(causes), self.with_ids(message)));
            return expected;
        }
        for item in items(text.strip_prefix("200: ").expect("200 or 400")) {
            if let Some(seats) = item.strip_prefix("seats ") {
                for seat in seats.split(", ") {
                    let (sku, delta) = seat.split_once(' ').expect("SKU +1");
                    expected.seats.push((self.sku(sku), delta.parse().unwrap()));
                }
            } else if let Some(risks) = item.strip_prefix("risk ") {
                expected.risks = words(risks);
            } else if item != "none" {
                expected.after.push(self.holding(item));
            }
        }
        expected
    }

    /// The text with ids for `{ALIAS}`.
    fn with_ids(&self, text: &str) -> String {
        let mut parts = text.split(['{', '}']);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        while let (Some(alias), Some(rest)) = (parts.next(), parts.next()) {
            whole += self.plan(alias).text().as_str();
            whole += rest;
        }
        whole
    }
}

/// The id of a group of the table.
pub fn group(name: &str) -> Guid {
    let number: u128 = name.strip_prefix('g').unwrap().parse().unwrap();
    Guid(0x9000_0000_0000_4000_8000_0000_0000_0000 + number)
}

/// Assignments in an order of their own, so that two lists can be compared as sets.
pub fn sorted(mut holdings: Vec<Holding>) -> Vec<Holding> {
    for holding in &mut holdings {
        holding.disabled_plans.sort_unstable();
    }
    holdings.sort_unstable_by_key(|holding| (holding.sku_id, holding.source));
    holdings
}

pub fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(';')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// `ALIAS = NAME ID`
fn parts(definition: &str) -> (&str, &str, Guid) {
    let words: Vec<&str> = definition.split_whitespace().collect();
    let [alias, "=", name, id] = words[..] else {
        panic!("{definition} is no definition");
    };
    (alias, name, Guid::literal(id))
}
