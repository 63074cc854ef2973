//! Faults on purpose: which requests are hit, and how.

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Map, Value};

use super::setting::Setting;
use crate::fault::{self, Fault, Located};

/// One fault: what it hits, and what the caller sees instead of (or on top of) the true answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultRule {
    /// What it hits.
    pub on: Matcher,
    /// Which of the requests it hits, counted from 1; empty means every one.
    pub calls: Vec<u64>,
    /// The status to refuse with; none lets the request through and only changes the answer.
    pub status: Option<StatusCode>,
    /// The code of the refusal.
    pub code: Option<String>,
    /// The text of the refusal.
    pub message: Option<String>,
    /// Headers of the answer.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Whether the request is carried out although it is refused.
    pub after_write: bool,
    /// How the connection fails, if it does.
    pub wire: Option<Wire>,
    /// How long the answer is held back, in milliseconds of the tenant's clock.
    pub delay_milliseconds: u64,
    /// The part of the requests it hits, drawn at random; none means every one.
    pub rate: Option<f64>,
    /// The number from which it is drawn; none means the tenant's own.
    pub seed: Option<u64>,
    /// What stands in the answer instead of its body.
    pub body: Option<String>,
    /// Properties put on each object of the answer.
    pub add_properties: Map<String, Value>,
    /// Properties of each object of the answer that become null.
    pub null_properties: Vec<String>,
}

/// How a connection fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// It is cut, without an answer.
    Reset,
    /// It stays, and no answer comes.
    NoAnswer,
    /// It is cut in the middle of the answer.
    HalfAnswer,
}

impl Wire {
    const ALL: [Self; 3] = [Self::Reset, Self::NoAnswer, Self::HalfAnswer];

    /// The key for it in a fault.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::NoAnswer => "noAnswer",
            Self::HalfAnswer => "halfAnswer",
        }
    }
}

/// Which requests a fault hits: those for which everything given is true.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matcher {
    /// The method.
    pub method: Option<Method>,
    /// The path below the version. `*` stands for one part of it, `**` at the end for any number.
    pub path: Option<String>,
    /// Text that the query holds.
    pub query: Option<String>,
    /// Text that the body holds.
    pub body: Option<String>,
}

impl Matcher {
    /// Whether a request is meant. `path` is split at its slashes.
    pub fn matches(&self, method: &Method, path: &[String], query: &str, body: &[u8]) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| path_matches(pattern, path))
            && self
                .query
                .as_ref()
                .is_none_or(|text| decoded_contains(query, text))
            && self.body.as_ref().is_none_or(|text| {
                let body = String::from_utf8_lossy(body);
                body.contains(text.as_str())
            })
    }
}

/// Whether the query, as sent or percent-decoded, holds the text.
fn decoded_contains(query: &str, text: &str) -> bool {
    query.contains(text)
        || percent_encoding::percent_decode_str(query)
            .decode_utf8_lossy()
            .contains(text)
}

fn path_matches(pattern: &str, path: &[String]) -> bool {
    let mut parts = path.iter();
    for wanted in pattern.split('/').filter(|part| !part.is_empty()) {
        if wanted == "**" {
            return true;
        }
        match parts.next() {
            Some(part) if wanted == "*" || wanted.eq_ignore_ascii_case(part) => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

const KEYS: [&str; 17] = [
    "on",
    "calls",
    "status",
    "code",
    "message",
    "headers",
    "afterWrite",
    "reset",
    "noAnswer",
    "halfAnswer",
    "delayMilliseconds",
    "rate",
    "seed",
    "body",
    "expiredPageToken",
    "addProperties",
    "nullProperties",
];

const MATCHER_KEYS: [&str; 4] = ["method", "path", "query", "body"];

impl FaultRule {
    /// Whether the request is carried out although its caller does not learn of it.
    pub(crate) fn is_after(&self) -> bool {
        self.after_write || self.wire == Some(Wire::HalfAnswer)
    }

    /// Whether it stands in the way of a true answer.
    pub(crate) fn is_blow(&self) -> bool {
        self.status.is_some() || self.wire.is_some()
    }

    /// What it does, in a word for the log: a status, or how the connection fails. None if the answer arrives.
    pub(crate) fn word(&self) -> Option<String> {
        match (self.status, self.wire) {
            (Some(status), _) => Some(status.as_u16().to_string()),
            (None, Some(wire)) => Some(wire.as_str().to_owned()),
            (None, None) => None,
        }
    }

    fn read(value: &Value) -> Result<Self, Fault> {
        let mut rule = FaultRule::default();
        for (key, value) in fault::object(value)? {
            rule.read_key(key, value).at(key)?;
        }
        if rule.rate.is_some() && !rule.calls.is_empty() {
            return Err(Fault::new("give either calls or a rate").at("rate"));
        }
        if rule.rate.is_none() && rule.seed.is_some() {
            return Err(Fault::new("has no effect without a rate").at("seed"));
        }
        if let (Some(wire), Some(_)) = (rule.wire, rule.status) {
            return Err(Fault::new("give either a status or a broken connection").at(wire.as_str()));
        }
        if rule.status.is_none() {
            let needs_status = [
                (rule.code.is_some(), "code"),
                (rule.message.is_some(), "message"),
                (rule.after_write && rule.wire.is_none(), "afterWrite"),
            ];
            if let Some((_, key)) = needs_status.iter().find(|(given, _)| *given) {
                return Err(Fault::new("has no effect without a status").at(key));
            }
            if rule.headers.is_empty()
                && rule.wire.is_none()
                && rule.delay_milliseconds == 0
                && rule.body.is_none()
                && rule.add_properties.is_empty()
                && rule.null_properties.is_empty()
            {
                return Err(Fault::new(
                    "the fault does nothing: give it a status, a broken connection, a delay, a body, headers or properties",
                ));
            }
        }
        Ok(rule)
    }

    fn read_key(&mut self, key: &str, value: &Value) -> Result<(), Fault> {
        match key {
            "on" => {
                // An expired page token may have said what it hits already.
                let query = self.on.query.take();
                self.on = Matcher::read(value)?;
                self.on.query = self.on.query.take().or(query);
            }
            "calls" => {
                for (index, call) in fault::list(value)?.iter().enumerate() {
                    let call = fault::integer(call, 1).at_index(index)?;
                    self.calls.push(call.unsigned_abs());
                }
            }
            "status" => {
                let number = fault::integer(value, 0)?;
                let status = u16::try_from(number)
                    .ok()
                    .filter(|status| (400..600).contains(status));
                let status = status.and_then(|status| StatusCode::from_u16(status).ok());
                self.status = Some(status.ok_or_else(|| {
                    Fault::new(format!(
                        "{number} is not the status of a refusal (400 to 599)"
                    ))
                })?);
            }
            "code" => self.code = Some(fault::text(value)?.to_owned()),
            "message" => self.message = Some(fault::text(value)?.to_owned()),
            "headers" => {
                for (name, value) in fault::object(value)? {
                    let header = HeaderName::from_bytes(name.as_bytes())
                        .map_err(|_| Fault::new("not the name of a header").at(name))?;
                    let value = HeaderValue::from_str(fault::text(value).at(name)?)
                        .map_err(|_| Fault::new("not the value of a header").at(name))?;
                    self.headers.push((header, value));
                }
            }
            "reset" | "noAnswer" | "halfAnswer" => {
                if fault::boolean(value)? {
                    if self.wire.is_some() {
                        return Err(Fault::new("a connection fails in one way only"));
                    }
                    self.wire = Wire::ALL.into_iter().find(|wire| wire.as_str() == key);
                }
            }
            "delayMilliseconds" => {
                self.delay_milliseconds = fault::integer(value, 0)?.unsigned_abs();
            }
            "rate" => {
                let rate = value
                    .as_f64()
                    .ok_or_else(|| Fault::wrong_type("a number from 0 to 1", value))?;
                if !(0.0..=1.0).contains(&rate) {
                    return Err(Fault::new(format!("{rate} is not from 0 to 1")));
                }
                self.rate = Some(rate);
            }
            "seed" => self.seed = Some(fault::integer(value, 0)?.unsigned_abs()),
            "body" => self.body = Some(fault::text(value)?.to_owned()),
            "expiredPageToken" => {
                if fault::boolean(value)? {
                    self.on.query.get_or_insert_with(|| "$skiptoken".to_owned());
                    self.status = Some(StatusCode::BAD_REQUEST);
                    self.code = Some("Directory_ExpiredPageToken".to_owned());
                    self.message.get_or_insert_with(|| {
                        "The specified page token value has expired and is no longer valid."
                            .to_owned()
                    });
                }
            }
            "afterWrite" => self.after_write = fault::boolean(value)?,
            "addProperties" => self.add_properties = fault::object(value)?.clone(),
            "nullProperties" => {
                for (index, name) in fault::list(value)?.iter().enumerate() {
                    let name = fault::text(name).at_index(index)?;
                    self.null_properties.push(name.to_owned());
                }
            }
            _ => return Err(fault::unknown("key", key, &KEYS)),
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("on".to_owned(), self.on.json());
        if !self.calls.is_empty() {
            object.insert("calls".to_owned(), self.calls.clone().into());
        }
        if let Some(status) = self.status {
            object.insert("status".to_owned(), status.as_u16().into());
        }
        for (key, text) in [("code", &self.code), ("message", &self.message)] {
            if let Some(text) = text {
                object.insert(key.to_owned(), text.clone().into());
            }
        }
        if !self.headers.is_empty() {
            let headers = self.headers.iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), Value::from(value))
            });
            object.insert("headers".to_owned(), Value::Object(headers.collect()));
        }
        if self.after_write {
            object.insert("afterWrite".to_owned(), true.into());
        }
        if let Some(wire) = self.wire {
            object.insert(wire.as_str().to_owned(), true.into());
        }
        if self.delay_milliseconds > 0 {
            object.insert(
                "delayMilliseconds".to_owned(),
                self.delay_milliseconds.into(),
            );
        }
        if let Some(rate) = self.rate {
            object.insert("rate".to_owned(), rate.into());
        }
        if let Some(seed) = self.seed {
            object.insert("seed".to_owned(), seed.into());
        }
        if let Some(body) = &self.body {
            object.insert("body".to_owned(), body.clone().into());
        }
        if !self.add_properties.is_empty() {
            object.insert(
                "addProperties".to_owned(),
                Value::Object(self.add_properties.clone()),
            );
        }
        if !self.null_properties.is_empty() {
            object.insert(
                "nullProperties".to_owned(),
                self.null_properties.clone().into(),
            );
        }
        Value::Object(object)
    }
}

impl Matcher {
    fn read(value: &Value) -> Result<Self, Fault> {
        let mut matcher = Matcher::default();
        for (key, value) in fault::object(value)? {
            let text = fault::text(value).at(key)?;
            match key.as_str() {
                "method" => {
                    let method = Method::from_bytes(text.to_ascii_uppercase().as_bytes())
                        .map_err(|_| Fault::new(format!("'{text}' is not a method")).at(key))?;
                    matcher.method = Some(method);
                }
                "path" => matcher.path = Some(text.to_owned()),
                "query" => matcher.query = Some(text.to_owned()),
                "body" => matcher.body = Some(text.to_owned()),
                _ => return Err(fault::unknown("key", key, &MATCHER_KEYS).at(key)),
            }
        }
        Ok(matcher)
    }

    fn json(&self) -> Value {
        let method = self
            .method
            .as_ref()
            .map(|method| method.as_str().to_owned());
        let parts = [
            ("method", method.as_ref()),
            ("path", self.path.as_ref()),
            ("query", self.query.as_ref()),
            ("body", self.body.as_ref()),
        ];
        let given = parts
            .into_iter()
            .filter_map(|(key, text)| Some((key.to_owned(), Value::from(text?.clone()))));
        Value::Object(given.collect())
    }
}

impl Setting for Vec<FaultRule> {
    fn type_name() -> String {
        "list of faults".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        let rules = fault::list(value)?.iter().enumerate();
        *self = rules
            .map(|(index, rule)| FaultRule::read(rule).at_index(index))
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        self.iter().map(FaultRule::json).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn split(path: &str) -> Vec<String> {
        path.split('/').map(str::to_owned).collect()
    }

    #[test]
    fn a_star_stands_for_one_part_and_two_for_the_rest() {
        assert!(path_matches(
            "/users/*/assignLicense",
            &split("users/ada@contoso.com/assignlicense")
        ));
        assert!(!path_matches("/users/*", &split("users/ada/assignLicense")));
        assert!(!path_matches("/users/*", &split("users")));
        assert!(path_matches("users/**", &split("users/ada/assignLicense")));
        assert!(path_matches("/users/**", &split("users")));
        assert!(path_matches("/users", &split("users")));
    }

    #[test]
    fn a_query_is_compared_decoded() {
        let matcher = Matcher {
            query: Some("$skiptoken".to_owned()),
            ..Matcher::default()
        };
        assert!(matcher.matches(&Method::GET, &split("users"), "%24skiptoken=abc", b""));
        assert!(!matcher.matches(&Method::GET, &split("users"), "$top=5", b""));
    }

    #[test]
    fn a_fault_without_effect_is_refused() {
        let fault = FaultRule::read(&json!({"on": {"method": "POST"}})).unwrap_err();
        assert!(fault.text().contains("does nothing"), "{fault}");
        let fault = FaultRule::read(&json!({"message": "later"})).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "$.message: has no effect without a status"
        );
        let fault = FaultRule::read(&json!({"status": 200})).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "$.status: 200 is not the status of a refusal (400 to 599)"
        );
        let fault = FaultRule::read(&json!({"on": {"verb": "POST"}, "status": 500})).unwrap_err();
        assert_eq!(fault.to_string(), "$.on.verb: unknown key 'verb'");
    }
}
