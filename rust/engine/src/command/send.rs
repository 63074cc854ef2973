//! Sending a change of any kind, as it was given.

use std::collections::BTreeMap;

use http::Method;
use mglicense_graph::Request;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::address::{self, Ids};
use crate::command::{emit_answer, should_process};
use crate::failure::Failure;
use crate::groups;
use crate::job::JobContext;
use crate::session::Session;

/// A change: its method, where it goes and what it holds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Send {
    method: String,
    path: String,
    #[serde(default)]
    ids: Option<Ids>,
    #[serde(default)]
    api_version: Option<String>,
    /// Passed on byte for byte.
    #[serde(default)]
    body: Option<Box<RawValue>>,
    /// Id of an object of the directory that the body is to refer to by its full address.
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    want_headers: Option<bool>,
    /// Ask the caller (`shouldProcess`) before sending.
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

impl Send {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let method = match self.method.to_ascii_uppercase().as_str() {
            "POST" => Method::POST,
            "PATCH" => Method::PATCH,
            "PUT" => Method::PUT,
            "DELETE" => Method::DELETE,
            other => {
                return Err(Failure::argument(format!(
                    "'{other}' is not a method of change: POST, PATCH, PUT or DELETE"
                )));
            }
        };
        let version = self.api_version.as_deref().unwrap_or("v1.0");
        let ids = self.ids.unwrap_or_default();
        let url = address::path(version, &self.path, &ids)?;
        let headers = address::headers(&self.headers.unwrap_or_default(), None)?;
        if self.ask == Some(true)
            && !should_process(job, &url, &format!("{method} {}", self.path)).await?
        {
            return Ok(());
        }
        let mut request = Request::new(method, url);
        if let Some(id) = self.reference {
            request = request.with_json(reference(session, version, id)?);
        } else if let Some(body) = self.body.filter(|body| body.get() != "null") {
            request = request.with_json(String::from(Box::<str>::from(body)));
        }
        request.headers.extend(headers);
        let debug = self.debug == Some(true);
        let added = match (&*self.path, ids.get("group-id")) {
            ("/groups/{group-id}" | "/groups/{group-id}/members/$ref", Some(group)) => {
                Some((group, groups::added_members(&request)))
            }
            _ => None,
        };
        let response = session.call(job, request, debug).await?;
        emit_answer(job, response, self.want_headers == Some(true)).await?;
        match added {
            Some((group, added)) if !added.is_empty() => {
                groups::warn_of_new_guests(session, job, group, &added, debug).await
            }
            _ => Ok(()),
        }
    }
}

/// The body that refers to an object of the directory. Graph wants the address in full, on the very service that is
/// asked, so the caller cannot know it.
fn reference(session: &Session, version: &str, id: String) -> Result<String, Failure> {
    let ids = Ids::from([("id".to_owned(), id)]);
    let path = address::path(version, "/directoryObjects/{id}", &ids)?;
    Ok(serde_json::json!({ "@odata.id": session.root().absolute(&path) }).to_string())
}
