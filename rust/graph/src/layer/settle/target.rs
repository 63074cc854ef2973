//! What an address is about.

use crate::unescape;

/// What a request's address leads to, as far as settling needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// `users`, `groups`: where objects are created.
    Collection { version: &'a str, name: String },
    /// An object: `users/{id}`.
    Object { address: &'a str },
    /// A reference to be made: `groups/{id}/members/$ref`.
    Reference,
    /// An action on what stands before it: `users/{id}/assignLicense`.
    Action { subject: &'a str, name: &'a str },
    /// `$batch`.
    Batch { version: &'a str },
}

/// The target of an address below the service's root; `None` for what is not a Graph address.
pub(super) fn target(url: &str) -> Option<Target<'_>> {
    let path = url.split_once('?').map_or(url, |(path, _)| path);
    let path = path.trim_end_matches('/');
    let (version, below) = path.split_once('/')?;
    if below.eq_ignore_ascii_case("$batch") {
        return Some(Target::Batch { version });
    }
    let (before, last) = path.rsplit_once('/')?;
    if before == version {
        return Some(match unescape(last).to_lowercase() {
            name if name == "me" => Target::Object { address: path },
            name => Target::Collection { version, name },
        });
    }
    if last.eq_ignore_ascii_case("$ref") {
        return Some(Target::Reference);
    }
    let depth = below.split('/').count();
    // `users/{id}` is an object, and so is `me`; an action stands one deeper.
    let is_object = depth == 2 && !below.to_ascii_lowercase().starts_with("me/");
    if is_object && !is_collection_action(last) {
        return Some(Target::Object { address: path });
    }
    let name = last.rsplit('.').next().unwrap_or(last);
    Some(Target::Action {
        subject: before,
        name,
    })
}

/// Actions on a whole collection: `directoryObjects/getByIds`.
fn is_collection_action(name: &str) -> bool {
    let name = name.strip_prefix("microsoft.graph.").unwrap_or(name);
    matches!(
        name,
        "getByIds" | "validateProperties" | "getAvailableExtensionProperties"
    )
}
