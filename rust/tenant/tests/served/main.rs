//! The tenant behind its listener, asked from outside over real connections.

mod assertion;
mod device;
mod faults;
mod listener;
mod oauth;
mod program;
mod sign_in;
mod support;
