//! Reading the bodies of writes: JSON, objects, names, and what OData says when they are wrong.

use http::StatusCode;
use http::header::CONTENT_TYPE;
use mglicense_rules::Guid;
use serde_json::{Map, Value};

use super::Scene;
use crate::odata::error::excerpt;
use crate::service::GraphFailure;
use crate::settings::BodyNames;

/// The body as a JSON object. Graph's own annotations (`@odata.type` and the like) are left out, but not those that
/// carry meaning (`members@odata.bind`).
pub(super) fn object(scene: &Scene<'_>) -> Result<Map<String, Value>, GraphFailure> {
    let body = scene.request.body;
    let settings = &scene.context.settings;
    if body.len() as u64 > settings.max_body_bytes {
        return Err(GraphFailure::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            format!(
                "The request body of {} bytes exceeds the limit of {} bytes.",
                body.len(),
                settings.max_body_bytes
            ),
        ));
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(GraphFailure::unreadable(
            "Empty Payload. JSON content expected.",
        ));
    }
    if !is_json(scene) {
        return Err(unreadable(scene));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut object)) => {
            object.retain(|name, _| !name.starts_with('@') && !name.ends_with("@odata.type"));
            Ok(object)
        }
        _ => Err(unreadable(scene)),
    }
}

fn unreadable(scene: &Scene<'_>) -> GraphFailure {
    let mut failure = GraphFailure::unreadable(
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid format.",
    );
    failure.code = scene
        .context
        .settings
        .errors
        .malformed_json_code
        .as_str()
        .into();
    failure
}

fn is_json(scene: &Scene<'_>) -> bool {
    let content_type = scene.request.headers.get(CONTENT_TYPE);
    content_type.is_some_and(|value| {
        let value = value.as_bytes().to_ascii_lowercase();
        value.windows(4).any(|window| window == b"json")
    })
}

/// Whether a name in a body means the known one.
pub(super) fn names(scene: &Scene<'_>, given: &str, known: &str) -> bool {
    match scene.context.settings.body_names {
        BodyNames::AnyCase => given.eq_ignore_ascii_case(known),
        BodyNames::Exact => given == known,
    }
}

/// The kind of JSON node a value starts with, in OData's words.
fn node(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "StartArray",
        Value::Object(_) => "StartObject",
        _ => "PrimitiveValue",
    }
}

/// The value of a property is of another kind than the one wanted.
pub(super) fn unexpected_node(name: &str, value: &Value, wanted: &str) -> GraphFailure {
    GraphFailure::bad_request(format!(
        "An unexpected '{}' node was found for property named '{}' when reading from the JSON reader. A '{wanted}' node was expected.",
        node(value),
        excerpt(name)
    ))
}

/// A null where none may be.
pub(super) fn null_value(name: &str, type_name: &str) -> GraphFailure {
    GraphFailure::bad_request(format!(
        "A null value was found for the property named '{name}', which has the expected type '{type_name}[Nullable=False]'. The expected type '{type_name}[Nullable=False]' does not allow null values."
    ))
}

/// A property that the type does not have.
pub(super) fn unknown_property(name: &str, type_name: &str) -> GraphFailure {
    GraphFailure::bad_request(format!(
        "The property '{}' does not exist on type '{type_name}'. Make sure to only use property names that are defined by the type.",
        excerpt(name)
    ))
}

/// A value that cannot be turned into the type wanted.
pub(super) fn wrong_primitive(type_name: &str) -> GraphFailure {
    GraphFailure::bad_request(format!(
        "Cannot convert a primitive value to the expected type '{type_name}'. See the inner exception for more details."
    ))
}

/// The value of a property as a GUID.
pub(super) fn guid(scene: &Scene<'_>, name: &str, value: &Value) -> Result<Guid, GraphFailure> {
    match value {
        Value::String(text) => text.parse().map_err(|_| bad_guid(scene)),
        Value::Array(_) | Value::Object(_) => Err(unexpected_node(name, value, "PrimitiveValue")),
        _ => Err(bad_guid(scene)),
    }
}

fn bad_guid(scene: &Scene<'_>) -> GraphFailure {
    let mut failure = wrong_primitive("Edm.Guid");
    failure.code = scene.context.settings.errors.bad_guid_code.as_str().into();
    failure
}
