//! The embedded tenant: a Graph-compatible service over one SQLite file.
//!
//! [`Tenant`] opens or creates a file; [`Tenant::router`] is the service, called in process or served.

mod caller;
pub mod clock;
mod error;
mod fault;
mod odata;
mod read;
pub mod service;
pub mod settings;

pub use caller::Caller;
pub use fault::Fault;
pub use error::{TenantError, TenantErrorCode};
