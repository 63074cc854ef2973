//! Reading one object.

use std::collections::BTreeMap;

use http::Method;
use mglicense_graph::Request;
use serde::Deserialize;

use crate::address::{self, Ids, Query};
use crate::command::emit_answer;
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;

/// What to read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Get {
    path: String,
    #[serde(default)]
    ids: Option<Ids>,
    #[serde(default)]
    api_version: Option<String>,
    #[serde(default)]
    property: Option<Vec<String>>,
    #[serde(default)]
    expand_property: Option<Vec<String>>,
    /// Which objects count, where the path ends with `$count`.
    #[serde(default)]
    filter: Option<String>,
    #[serde(default)]
    search: Option<String>,
    #[serde(default)]
    consistency_level: Option<String>,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    want_headers: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

impl Get {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let version = self.api_version.as_deref().unwrap_or("v1.0");
        let path = address::path(version, &self.path, &self.ids.unwrap_or_default())?;
        let mut query = Query::new(path);
        query.search(self.search.as_deref());
        query.filter(self.filter.as_deref());
        query.list("$select", self.property.as_deref().unwrap_or_default());
        query.list(
            "$expand",
            self.expand_property.as_deref().unwrap_or_default(),
        );
        let mut request = Request::new(Method::GET, query.into_url());
        request.headers = address::headers(
            &self.headers.unwrap_or_default(),
            self.consistency_level.as_deref(),
        )?;
        let response = session.call(job, request, self.debug == Some(true)).await?;
        emit_answer(job, response, self.want_headers == Some(true)).await
    }
}
