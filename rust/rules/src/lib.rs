//! Pure licensing rules: products, usage locations and what an assignment may do.
//!
//! No I/O, no clock, no async. The embedded tenant enforces these rules; the client predicts with
//! them. Neither finds its wire types here.

pub mod assignment;
pub mod catalog;
pub mod group_licensing;
mod guid;
pub mod location;
pub mod names;

pub use guid::{Guid, GuidHasher, GuidMap, GuidText, ParseGuidError};
