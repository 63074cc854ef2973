//! The rules between service plans, as data.

use super::{RuleSettings, well_known};
use crate::Guid;
use crate::location::Code;

/// A plan that works only beside another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The plan.
    pub plan: Guid,
    /// The plans of which one suffices.
    pub needs_any_of: Vec<Guid>,
}

/// A plan that may not be given in some countries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barred {
    /// The plan.
    pub plan: Guid,
    /// The countries.
    pub locations: Vec<Code>,
}

/// The rules a request is judged by. Made once and used for many requests.
///
/// The default holds the sets of mutually exclusive plans that Microsoft publishes, the dependencies
/// that public reports name plan by plan (Microsoft publishes no list), and no barred country.
#[derive(Clone, Debug)]
pub struct RuleSet {
    dependencies: Vec<Dependency>,
    exclusions: Vec<Vec<Guid>>,
    barred: Vec<Barred>,
    settings: RuleSettings,
    /// Every plan that a dependency or exclusion names, sorted: the position is the plan's mark.
    watched: Vec<Guid>,
    /// The dependencies and exclusions again, in marks.
    dependency_marks: Vec<(usize, Vec<usize>)>,
    exclusion_marks: Vec<Vec<usize>>,
}

impl RuleSet {
    /// Rules of these tables. A dependency without alternatives can never be met. In an exclusion set,
    /// any two plans conflict.
    pub fn new(
        dependencies: Vec<Dependency>,
        exclusions: Vec<Vec<Guid>>,
        barred: Vec<Barred>,
        settings: RuleSettings,
    ) -> RuleSet {
        let mut watched: Vec<Guid> = Vec::new();
        for dependency in &dependencies {
            watched.push(dependency.plan);
            watched.extend(&dependency.needs_any_of);
        }
        watched.extend(exclusions.iter().flatten());
        watched.sort_unstable();
        watched.dedup();
        let mark = |plan: &Guid| watched.partition_point(|watched| watched < plan);
        let marks = |plans: &[Guid]| plans.iter().map(mark).collect::<Vec<_>>();
        let dependency_marks = dependencies
            .iter()
            .map(|dependency| (mark(&dependency.plan), marks(&dependency.needs_any_of)))
            .collect();
        // Sorted and without repetition: a plan does not conflict with itself.
        let set_marks = |set: &Vec<Guid>| {
            let mut marks = marks(set);
            marks.sort_unstable();
            marks.dedup();
            marks
        };
        let exclusion_marks = exclusions.iter().map(set_marks).collect();
        RuleSet {
            dependencies,
            exclusions,
            barred,
            settings,
            watched,
            dependency_marks,
            exclusion_marks,
        }
    }

    /// The default tables with these settings.
    pub fn with_settings(settings: RuleSettings) -> RuleSet {
        RuleSet::new(
            well_known::dependencies(),
            well_known::exclusions(),
            Vec::new(),
            settings,
        )
    }

    /// The dependencies, as given.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// The sets of plans of which a user may have one, as given.
    pub fn exclusions(&self) -> &[Vec<Guid>] {
        &self.exclusions
    }

    /// The barred plans, as given.
    pub fn barred(&self) -> &[Barred] {
        &self.barred
    }

    /// The choices.
    pub fn settings(&self) -> &RuleSettings {
        &self.settings
    }

    /// Whether the plan may not be given in that country.
    pub fn is_barred(&self, plan: Guid, location: Code) -> bool {
        self.barred
            .iter()
            .any(|barred| barred.plan == plan && barred.locations.contains(&location))
    }

    /// An empty set of marks for the plans these rules name.
    pub(crate) fn no_marks(&self) -> Marks {
        Marks(vec![0; self.watched.len().div_ceil(64)])
    }

    /// The plan's mark, if a dependency or exclusion names it.
    pub(crate) fn mark(&self, plan: Guid) -> Option<usize> {
        self.watched.binary_search(&plan).ok()
    }

    /// The dependencies that are not met by the marked plans.
    pub(crate) fn unmet<'a>(&'a self, marks: &'a Marks) -> impl Iterator<Item = usize> + 'a {
        let numbered = self.dependency_marks.iter().enumerate();
        numbered.filter_map(|(number, (plan, needs))| {
            let unmet = marks.has(*plan) && !needs.iter().any(|&need| marks.has(need));
            unmet.then_some(number)
        })
    }

    /// The exclusion sets of which more than one plan is marked, with those plans by ascending id, as a
    /// captured answer of the service lists them.
    pub(crate) fn conflicts<'a>(
        &'a self,
        marks: &'a Marks,
    ) -> impl Iterator<Item = (usize, Vec<Guid>)> + 'a {
        let numbered = self.exclusion_marks.iter().enumerate();
        numbered.filter_map(|(number, set)| {
            let mut present = set.iter().filter(|&&mark| marks.has(mark));
            present.next()?;
            present.next()?;
            let present = set.iter().filter(|&&mark| marks.has(mark));
            let plans = present.map(|&mark| self.watched[mark]).collect();
            Some((number, plans))
        })
    }
}

impl Default for RuleSet {
    fn default() -> RuleSet {
        RuleSet::with_settings(RuleSettings::default())
    }
}

/// A set of watched plans, a bit for each.
#[derive(Debug)]
pub(crate) struct Marks(Vec<u64>);

impl Marks {
    pub(crate) fn insert(&mut self, mark: usize) {
        self.0[mark / 64] |= 1 << (mark % 64);
    }

    pub(crate) fn has(&self, mark: usize) -> bool {
        self.0[mark / 64] & (1 << (mark % 64)) != 0
    }
}
