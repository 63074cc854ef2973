//! What a run sends: the changes, however they came about.

use crate::bulk::journal::OwnedWrite;
use crate::preflight::outcome::{Names, Write};
use crate::preflight::set::Verdict;

/// Changes in the order to send them, one a user.
pub(crate) trait Plan: Send + Sync + 'static {
    /// How many there are.
    fn count(&self) -> usize;

    /// The one at a place.
    fn write(&self, at: usize) -> Write<'_>;

    /// Names for results.
    fn names(&self) -> Names<'_>;
}

impl Plan for Verdict {
    fn count(&self) -> usize {
        self.write_count()
    }

    fn write(&self, at: usize) -> Write<'_> {
        Verdict::write(self, at)
    }

    fn names(&self) -> Names<'_> {
        Verdict::names(self)
    }
}

/// Changes that were made out one by one, with what was read for their names.
pub(crate) struct ListedPlan {
    pub(crate) writes: Vec<OwnedWrite>,
    pub(crate) skus: crate::skus::TenantSkus,
    pub(crate) groups: std::collections::BTreeMap<mglicense_rules::Guid, String>,
}

impl Plan for ListedPlan {
    fn count(&self) -> usize {
        self.writes.len()
    }

    fn write(&self, at: usize) -> Write<'_> {
        self.writes[at].as_write()
    }

    fn names(&self) -> Names<'_> {
        Names {
            skus: &self.skus,
            groups: &self.groups,
        }
    }
}
