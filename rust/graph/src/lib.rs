//! The Graph client: one transport trait, requests, errors and paging.
//!
//! Everything above this crate speaks of Graph requests and answers only. Whether a request goes to a
//! service over HTTPS or to a tenant in the same process is decided once, by the [`Transport`] that a
//! session is given. Graph's bytes pass through: of a page only the next link, the count and the extent
//! of `value` are read.

pub mod batch;
mod clock;
mod endpoint;
mod error;
pub mod https;
mod in_process;
pub mod layer;
mod link;
mod message;
mod page;
pub mod quota;
mod reason;
mod request_context;
pub mod sign_in;
mod transport;
mod wait;

pub use clock::{Clock, ClockError, RealClock, ScaledClock, clock_of_speed, clock_speed};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{EXCERPT, GraphError, parse_error};
pub use in_process::InProcess;
pub use link::{
    GRAPH_HOSTS, LinkError, ServiceRoot, escape_segment, escape_uri, escape_value, unescape,
};
pub use message::{Request, Response, Retry};
pub use page::{Page, PageError, items};
pub use reason::reason_phrase;
pub use request_context::{RequestContext, SharedContext};
pub use transport::{Transport, TransportError, TransportErrorKind};
