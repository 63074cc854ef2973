//! New objects: whether one is there that this request must have made.

use std::time::Duration;

use http::StatusCode;
use http::header::DATE;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::target::Target;
use super::{Settled, get, instead};
use crate::layer::retry_after::http_date;
use crate::{Request, Transport, escape_segment, escape_value};

/// Headers carry whole seconds, and an object's time is taken after its request began.
const SLACK: SignedDuration = SignedDuration::from_secs(2);

/// What was to be created.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    /// A user, whose sign-in name is unique.
    User { collection: String, name: String },
    /// A group, whose names are not.
    Group {
        collection: String,
        display_name: String,
        nickname: String,
    },
}

impl Wish {
    pub(super) fn of(target: &Target<'_>, body: &Value) -> Option<Self> {
        let Target::Collection { version, name } = target else {
            return None;
        };
        let collection = format!("{version}/{name}");
        let text = |member: &str| body.get(member)?.as_str().map(str::to_owned);
        match name.as_str() {
            "users" => Some(Self::User {
                collection,
                name: text("userPrincipalName")?,
            }),
            "groups" => Some(Self::Group {
                collection,
                display_name: text("displayName")?,
                nickname: text("mailNickname")?,
            }),
            _ => None,
        }
    }

    /// `since` is how long ago the request was first sent. What is there counts as made by it when it is younger than
    /// that by the service's own clock, so that this machine's doesn't matter.
    pub(super) async fn read(&self, transport: &dyn Transport, since: Duration) -> Settled {
        match self {
            Self::User { collection, name } => {
                let Some(segment) = escape_segment(name) else {
                    return Settled::Unknown;
                };
                let address = format!("{collection}/{segment}");
                let url = format!("{address}?$select=id,createdDateTime");
                let found = transport.send(Request::new(http::Method::GET, url)).await;
                match found {
                    Ok(response) if response.status == StatusCode::NOT_FOUND => Settled::NotDone,
                    Ok(response) if response.status.is_success() => {
                        match serde_json::from_slice(&response.body) {
                            Ok(object) if is_younger(&object, &response, since) => {
                                created(transport, address).await
                            }
                            // An older one of that name: the repeat will be refused for it, as the first one was.
                            Ok(_) => Settled::NotDone,
                            Err(_) => Settled::Unknown,
                        }
                    }
                    _ => Settled::Unknown,
                }
            }
            Self::Group {
                collection,
                display_name,
                nickname,
            } => {
                let quoted = |text: &str| text.replace('\'', "''");
                let filter = format!(
                    "displayName eq '{}' and mailNickname eq '{}'",
                    quoted(display_name),
                    quoted(nickname)
                );
                let url = format!(
                    "{collection}?$filter={}&$select=id,createdDateTime",
                    escape_value(&filter)
                );
                let Some((response, page)) = get(transport, url).await else {
                    return Settled::Unknown;
                };
                let items = page.get("value").and_then(Value::as_array);
                let mut young = items
                    .into_iter()
                    .flatten()
                    .filter(|object| is_younger(object, &response, since));
                match (young.next(), young.next()) {
                    (Some(object), None) => match object.get("id").and_then(Value::as_str) {
                        Some(id) => created(transport, format!("{collection}/{id}")).await,
                        None => Settled::Unknown,
                    },
                    _ => Settled::Unknown,
                }
            }
        }
    }
}

/// The answer that the creation had: the new object.
async fn created(transport: &dyn Transport, address: String) -> Settled {
    match get(transport, address).await {
        Some((response, _)) => {
            let body = response.body.clone();
            Settled::Done(instead(StatusCode::CREATED, &response, body))
        }
        None => Settled::Unknown,
    }
}

/// Whether an object was made within `since` before the answer that tells of it.
fn is_younger(object: &Value, told: &crate::Response, since: Duration) -> bool {
    let made = object
        .get("createdDateTime")
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<Timestamp>().ok());
    let now = told
        .headers
        .get(DATE)
        .and_then(|date| date.to_str().ok())
        .and_then(http_date);
    let (Some(made), Some(now), Ok(since)) = (made, now, SignedDuration::try_from(since)) else {
        return false;
    };
    now.duration_since(made) <= since + SLACK
}
