//! A tenant behind a listener of this machine, for every other Graph client: the same router, bearer tokens of its own,
//! and TLS where it is asked for.

mod certificate;
mod connection;
mod gate;
mod options;
mod overrides;
mod server;
mod sign_in;

pub use options::{ServeError, ServeErrorKind, ServeOptions};
pub use overrides::Overrides;
pub use server::{Server, ServerInfo};
