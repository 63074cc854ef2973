//! The C ABI: sessions, jobs, handles, and panics stopped at the border.
//!
//! This is the only crate with `unsafe` code. Every export runs inside one guard, `guard::guard`; handles are numbers
//! from generational tables; inputs are copied, outputs belong to the caller. The header is generated from
//! this crate and committed as `include/mglicense.h`.

#![allow(unsafe_code)]
#![warn(clippy::undocumented_unsafe_blocks)]

mod bytes;
mod cloud;
mod exports;
mod guard;
mod handles;
mod jobs;
mod local;
mod runtime;
mod sessions;
mod status;

pub use bytes::{MglBuf, MglBytes, MglEvent};
pub use exports::*;
pub use status::*;
