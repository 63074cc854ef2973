//! The functions of the C ABI. Each is a name, a sentence and a hand-over.

mod graph;
mod groups;
mod job;
mod library;
mod licensing;
mod local;
mod runs;
mod server;
mod session;
mod survey;
mod users;

pub use graph::*;
pub use groups::*;
pub use job::*;
pub use library::*;
pub use licensing::*;
pub use local::*;
pub use runs::*;
pub use server::*;
pub use session::*;
pub use survey::*;
pub use users::*;
