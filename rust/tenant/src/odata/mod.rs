//! The query options of OData: filter, select, order, search, paging.

pub(crate) mod error;
pub mod filter;
pub(crate) mod fold;
pub mod properties;
pub(crate) mod search;
pub(crate) mod time;
