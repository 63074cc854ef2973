//! The usage location as a write may set it.

use mglicense_rules::location::{self, LocationCheck};
use serde_json::Value;

use super::Scene;
use super::shape::invalid_value;
use crate::service::GraphFailure;
use crate::settings::{LowerCase, Verdict};

/// The location to store. It cannot be cleared, and only the two letters of a country are taken.
pub(super) fn checked(scene: &Scene<'_>, value: &Value) -> Result<String, GraphFailure> {
    let settings = &scene.context.settings.users;
    let refused = || invalid_value("usageLocation", "User");
    let text = value.as_str().ok_or_else(refused)?;
    // The check is kind to blanks and quotes; the service is not.
    let is_two_letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_two_letters {
        return Err(refused());
    }
    let is_accepted = match location::check(text) {
        LocationCheck::Known(_) => true,
        LocationCheck::UnknownCode(_) => settings.unlisted_location == Verdict::Accept,
        LocationCheck::Invalid { .. } => false,
    };
    if !is_accepted {
        return Err(refused());
    }
    if text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    match settings.lower_case_location {
        LowerCase::Upper => Ok(text.to_ascii_uppercase()),
        LowerCase::Keep => Ok(text.to_owned()),
        LowerCase::Refuse => Err(refused()),
    }
}
