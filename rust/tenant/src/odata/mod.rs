//! The query options of OData: filter, select, order, search, paging.

pub(crate) mod error;
pub mod filter;
pub(crate) mod fold;
pub(crate) mod json;
pub(crate) mod order;
pub(crate) mod page;
pub mod properties;
pub(crate) mod query;
pub(crate) mod search;
pub(crate) mod shape;
pub(crate) mod time;

pub(crate) use fold::register;
