//! The state of a tenant as people ask about it: who has which product from where, how many seats there are, and
//! what deserves attention.
//!
//! Everything is read in pages and handed on as it comes. Nothing is read twice, and nothing is read once per user
//! unless the caller asks for a part that Graph tells of single users only.

mod assignment;
mod clock;
mod collection;
mod finding;
mod groups;
mod html;
mod naming;
mod overview;
mod person;
mod scope;
mod seats;
mod words;

pub(crate) use assignment::{Assignments, SignIn};
pub(crate) use clock::service_time;
pub(crate) use collection::{Collection, read_all};
pub(crate) use finding::{Details, Readiness, country_code};
pub(crate) use groups::{Groups, find as find_group};
pub(crate) use html::{Document, HtmlOptions, unwritable};
pub(crate) use naming::{Naming, Plan, Product};
pub(crate) use overview::{Attention, survey, usual_kinds};
pub(crate) use person::Select;
pub(crate) use scope::{People, Scope, find_product};
pub(crate) use seats::read_seats;
pub(crate) use words::error_in_words;
