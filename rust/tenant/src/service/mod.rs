//! The service: one router, its layers, and the way from a path to its handler.

mod answer;
mod asker;
mod batch;
mod context;
mod cost;
mod exchange;
mod faults;
mod layers;
mod log;
mod permissions;
mod reply;
mod route;
mod router;
mod wire;
mod work;

pub use answer::{Body, GraphFailure, GraphResponse, GraphResult};
pub use context::{ReadRequest, RequestContext};

pub(crate) use asker::Asker;
pub(crate) use exchange::{Incoming, Outgoing, Served, serve, try_serve};
pub(crate) use permissions::documented as documented_permissions;
pub(crate) use router::{Manner, Origin, router};
pub(crate) use wire::Severed;
pub(crate) use work::{Request, Work};
