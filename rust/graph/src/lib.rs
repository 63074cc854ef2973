//! The Graph client: one transport trait, requests, errors and paging.
