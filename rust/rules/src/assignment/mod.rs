//! What one request may do to the licences of one user.
//!
//! [`evaluate`] judges a [`LicenseChange`] against what the tenant owns ([`SkuLookup`]), what the user
//! holds ([`UserFacts`]) and a [`RuleSet`], and says both what speaks against it and what it leads to.
//! The change is one transaction: add-ons and their base pass together, and one fault refuses all.

mod change;
mod effective;
mod evaluate;
mod facts;
mod holding;
mod refusal;
mod rule_set;
mod settings;
mod stake;
mod well_known;

pub use change::{AddLicense, LicenseChange};
pub use effective::{EffectiveLicense, effective, enabled_plans};
pub use evaluate::{Evaluation, evaluate};
pub use facts::{AppliesTo, PlanFacts, PrepaidUnits, SkuFacts, SkuLookup};
pub use holding::{Holding, HoldingError, HoldingState, Source, UserFacts};
pub use refusal::{Certainty, Refusal, RefusalKind};
pub(crate) use rule_set::Marks;
pub use rule_set::{Barred, Dependency, RuleSet};
pub use settings::{RuleSetting, RuleSettings};
pub use stake::{DataAtRisk, Stake, data_at_risk};
