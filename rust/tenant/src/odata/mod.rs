//! The query options of OData: filter, select, order, search, paging.
