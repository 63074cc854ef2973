//! Ways to sign in, against services that the tests play, on a clock that runs only while everybody waits.

mod app;
mod managed;
mod person;
mod support;
