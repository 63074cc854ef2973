//! A request of the caller's own making.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};
use mglicense_graph::{Request, escape_uri, reason_phrase};
use serde::{Deserialize, Serialize};

use crate::address;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, header_pairs};
use crate::job::JobContext;
use crate::session::Session;

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum BodyEncoding {
    Text,
    Base64,
}

/// A request as it is to be sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Raw {
    #[serde(default)]
    method: Option<String>,
    /// Absolute, `/v1.0/…` or `v1.0/…`.
    uri: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_encoding: Option<BodyEncoding>,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    debug: Option<bool>,
}

/// The whole answer, whatever its status.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    status: u16,
    reason: String,
    method: &'a str,
    uri: String,
    headers: Vec<(String, String)>,
    body: &'a str,
    body_encoding: BodyEncoding,
}

impl Raw {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let method = self.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Failure::argument(format!("'{method}' is not a method")))?;
        let relative = session
            .root()
            .relative(self.uri.trim())
            .map_err(|error| Failure::argument(error.to_string()))?;
        let mut request = Request::new(method.clone(), escape_uri(relative));
        request.headers = address::headers(&self.headers.unwrap_or_default(), None)?;
        if let Some(body) = self.body {
            request.body = match self.body_encoding {
                None | Some(BodyEncoding::Text) => Bytes::from(body),
                Some(BodyEncoding::Base64) => STANDARD
                    .decode(body.as_bytes())
                    .map_err(|error| Failure::argument(format!("the body is not base64: {error}")))?
                    .into(),
            };
            if !request.headers.contains_key(CONTENT_TYPE) {
                let kind = self.content_type.as_deref().unwrap_or("application/json");
                let kind = HeaderValue::from_str(kind)
                    .map_err(|_| Failure::argument(format!("'{kind}' cannot be a content type")))?;
                request.headers.insert(CONTENT_TYPE, kind);
            }
        }
        let uri = session.root().absolute(&request.url);
        let response = session
            .exchange(job, request, self.debug == Some(true))
            .await?;
        let encoded;
        let (body, body_encoding) = match std::str::from_utf8(&response.body) {
            Ok(text) => (text, BodyEncoding::Text),
            Err(_) => {
                encoded = STANDARD.encode(&response.body);
                (encoded.as_str(), BodyEncoding::Base64)
            }
        };
        let answer = Answer {
            status: response.status.as_u16(),
            reason: reason_phrase(response.status.as_u16()),
            method: method.as_str(),
            uri,
            headers: header_pairs(&response.headers),
            body,
            body_encoding,
        };
        job.emit(Event::json(EventKind::Response, &answer)).await;
        Ok(())
    }
}
