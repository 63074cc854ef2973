//! Reads through the router: filters, objects, pages.

mod evaluation;
mod filters;
mod objects;
mod paging;
mod service;
