//! The embedded tenant: a Graph-compatible service over one SQLite file.
//!
//! [`Tenant`] opens or creates a file; [`Tenant::router`] is the service, called in process or served.

mod admin;
mod assignments;
mod caller;
pub mod clock;
mod due;
mod error;
mod fault;
mod groups;
mod membership_rule;
mod odata;
mod quota;
mod read;
mod role_templates;
mod rows;
mod rule_tables;
mod seed;
pub mod serve;
pub mod service;
pub mod settings;
mod stale;
mod store;
mod tenant;
mod write;

pub use admin::{LoggedRequest, RequestFilter, StepReport, TenantInfo};
pub use caller::Caller;
pub use error::{TenantError, TenantErrorCode};
pub use fault::Fault;
pub use seed::{GenerateSpec, GenerateSpecError, Progress, SeedReader, Source};
pub use store::OpenOptions;
pub use tenant::{CreateOptions, Tenant, remove};
