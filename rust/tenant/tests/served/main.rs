//! The tenant behind its listener, asked from outside over real connections.

mod faults;
mod listener;
mod program;
mod sign_in;
mod support;
