//! The service: one router, its layers, and the way from a path to its handler.

mod answer;
mod context;

pub use answer::{Body, GraphFailure, GraphResponse, GraphResult};
pub use context::{ReadRequest, RequestContext};
