//! Listing a collection, page by page.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Method;
use mglicense_graph::{Page, Request, Response, escape_uri, items};
use serde::Deserialize;
use tokio::task::JoinHandle;

use crate::address::{self, Ids, Query};
use crate::event::{Event, EventKind};
use crate::failure::{Failure, header_pairs};
use crate::job::JobContext;
use crate::session::{Session, accepted};

/// The largest page the service gives.
const LARGEST_PAGE: i64 = 999;

/// What to list, and how much of it. An option that is absent was not given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct List {
    path: String,
    #[serde(default)]
    ids: Option<Ids>,
    #[serde(default)]
    api_version: Option<String>,
    #[serde(default)]
    filter: Option<String>,
    #[serde(default)]
    search: Option<String>,
    #[serde(default)]
    sort: Option<Vec<String>>,
    #[serde(default)]
    property: Option<Vec<String>>,
    #[serde(default)]
    expand_property: Option<Vec<String>>,
    #[serde(default)]
    top: Option<i64>,
    #[serde(default)]
    skip: Option<i64>,
    #[serde(default)]
    page_size: Option<i64>,
    #[serde(default)]
    all: Option<bool>,
    #[serde(default)]
    count: Option<bool>,
    #[serde(default)]
    consistency_level: Option<String>,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    want_headers: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

/// How far a listing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Paging {
    /// `$top` of the first request.
    top: Option<i64>,
    /// Whether next links are followed.
    follow: bool,
    /// How many objects at most, where that ends the listing.
    limit: Option<u64>,
}

impl List {
    /// Which pages to ask for. This is the SDK's own table: a page size alone is no request for all pages, and
    /// `-Top` goes beyond one page only where it must or is combined.
    fn paging(&self) -> Result<Paging, Failure> {
        if let Some(size) = self
            .page_size
            .filter(|size| !(1..=LARGEST_PAGE).contains(size))
        {
            let mut failure = Failure::argument(format!(
                "Invalid page size specified: '{size}'. Must be between 1 and 999 inclusive."
            ));
            failure.terminating = true;
            return Err(failure);
        }
        let all = self.all == Some(true);
        Ok(match (self.top, self.page_size) {
            (None, size) => Paging {
                top: size,
                follow: all,
                limit: None,
            },
            (Some(top), None) if !all && top <= LARGEST_PAGE => Paging {
                top: Some(top),
                follow: false,
                limit: None,
            },
            (Some(top), size) => Paging {
                top: size.or(Some(top).filter(|&top| top <= LARGEST_PAGE)),
                follow: true,
                limit: Some(u64::try_from(top).unwrap_or(0)),
            },
        })
    }

    fn address(&self, paging: Paging) -> Result<String, Failure> {
        let ids = self.ids.as_ref();
        let version = self.api_version.as_deref().unwrap_or("v1.0");
        let path = match ids {
            Some(ids) => address::path(version, &self.path, ids)?,
            None => address::path(version, &self.path, &Ids::new())?,
        };
        let mut query = Query::new(path);
        if let Some(top) = paging.top {
            query.escaped("$top", &top.to_string());
        }
        if let Some(skip) = self.skip {
            query.escaped("$skip", &skip.to_string());
        }
        query.search(self.search.as_deref());
        query.filter(self.filter.as_deref());
        if self.count == Some(true) {
            query.escaped("$count", "true");
        }
        query.list("$orderby", self.sort.as_deref().unwrap_or_default());
        query.list("$select", self.property.as_deref().unwrap_or_default());
        query.list(
            "$expand",
            self.expand_property.as_deref().unwrap_or_default(),
        );
        Ok(query.into_url())
    }

    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let paging = self.paging()?;
        let headers = address::headers(
            self.headers.as_ref().unwrap_or(&BTreeMap::new()),
            self.consistency_level.as_deref(),
        )?;
        let debug = self.debug == Some(true);
        let want_headers = self.want_headers == Some(true);
        // The service carries query options from page to page, but not headers.
        let ask = |url: String| {
            let mut request = Request::new(Method::GET, url);
            request.headers = headers.clone();
            request
        };
        let request = ask(self.address(paging)?);
        let mut received = Received::read(session.call(job, request, debug).await?, want_headers)?;
        let mut remaining = paging.limit;
        loop {
            if let Some(headers) = received.headers {
                job.emit(Event::json(EventKind::Headers, &headers)).await;
            }
            if let Some(count) = received.page.count {
                job.emit(Event::json(
                    EventKind::Count,
                    &serde_json::json!({ "count": count }),
                ))
                .await;
            }
            let count = emit_page(job, received.page.value, &mut remaining).await?;
            let next = received
                .page
                .next_link
                .filter(|_| paging.follow && remaining != Some(0));
            let Some(next) = next else { return Ok(()) };
            let next = session.root().relative(&next).map_err(|error| {
                Failure::argument(format!(
                    "the service named a next page that is not its own: {error}"
                ))
            })?;
            let mut url = escape_uri(next).into_owned();
            if let Some(left) = remaining.filter(|&left| left < count) {
                url = with_top(&url, left);
            }
            received = Ahead::begin(session, job, ask(url), debug, want_headers)
                .received()
                .await?;
        }
    }
}

/// A page as it came.
struct Received {
    headers: Option<Vec<(String, String)>>,
    page: Page,
}

impl Received {
    fn read(response: Response, want_headers: bool) -> Result<Self, Failure> {
        let page = read_page(&response)?;
        Ok(Self {
            headers: want_headers.then(|| header_pairs(&response.headers)),
            page,
        })
    }
}

/// The page that comes next, fetched and read on the library's own threads while the caller works on the last one. It is
/// not asked for before the last one was taken, so that there is never more than one page too many.
struct Ahead(JoinHandle<Result<Received, Failure>>);

impl Ahead {
    fn begin(
        session: &Session,
        job: &JobContext,
        request: Request,
        debug: bool,
        want_headers: bool,
    ) -> Self {
        let exchange = session.exchange_ahead(job, request, debug);
        let job = job.clone();
        Self(tokio::spawn(async move {
            job.taken().await;
            Received::read(accepted(exchange.await?)?, want_headers)
        }))
    }

    async fn received(mut self) -> Result<Received, Failure> {
        match (&mut self.0).await {
            Ok(received) => received,
            // It panicked: so does this job, which reports it.
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Failure::cancelled()),
            },
        }
    }
}

impl Drop for Ahead {
    /// A listing that is let go asks for nothing more.
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn read_page(response: &Response) -> Result<Page, Failure> {
    let page = Page::read(&response.body)
        .map_err(|error| Failure::unreadable(response, &error.to_string()))?;
    if page.value.is_none() {
        return Err(Failure::unreadable(
            response,
            "the answer is not a page: it has no list named 'value'",
        ));
    }
    Ok(page)
}

/// Hands over a page, cut where it would go beyond what is wanted. Returns how many objects the service sent,
/// or 0 where nobody counts.
async fn emit_page(
    job: &JobContext,
    value: Option<Bytes>,
    remaining: &mut Option<u64>,
) -> Result<u64, Failure> {
    let Some(value) = value else { return Ok(0) };
    let Some(wanted) = *remaining else {
        job.emit(Event::new(EventKind::Page, value)).await;
        return Ok(0);
    };
    let items = items(&value).map_err(|error| Failure::argument(error.to_string()))?;
    let received = items.len() as u64;
    *remaining = Some(wanted.saturating_sub(received));
    if received <= wanted {
        drop(items);
        job.emit(Event::new(EventKind::Page, value)).await;
        return Ok(received);
    }
    let kept: Vec<_> = items
        .iter()
        .take(usize::try_from(wanted).unwrap_or(usize::MAX))
        .map(|item| item.get())
        .collect();
    let cut = format!("[{}]", kept.join(","));
    job.emit(Event::new(EventKind::Page, cut)).await;
    Ok(received)
}

/// The same link with another `$top`: the one change made to a next link, so that the last page isn't longer
/// than what is still wanted.
fn with_top(url: &str, top: u64) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let is_top = |option: &&str| {
        let name = option.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("$top") || name.eq_ignore_ascii_case("%24top")
    };
    let mut options: Vec<String> = Vec::new();
    let mut replaced = false;
    for option in query.split('&').filter(|option| !option.is_empty()) {
        if is_top(&option) {
            replaced = true;
            options.push(format!("$top={top}"));
        } else {
            options.push(option.to_owned());
        }
    }
    if !replaced {
        options.push(format!("$top={top}"));
    }
    format!("{path}?{}", options.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(payload: serde_json::Value) -> List {
        serde_json::from_value(payload).unwrap()
    }

    fn paging(payload: serde_json::Value) -> (Option<i64>, bool, Option<u64>) {
        let mut payload = payload;
        payload["path"] = "/users".into();
        let Paging { top, follow, limit } = list(payload).paging().unwrap();
        (top, follow, limit)
    }

    #[test]
    fn paging_follows_the_sdks_table() {
        assert_eq!(paging(json!({})), (None, false, None));
        assert_eq!(paging(json!({"all": false})), (None, false, None));
        assert_eq!(paging(json!({"all": true})), (None, true, None));
        assert_eq!(paging(json!({"pageSize": 10})), (Some(10), false, None));
        assert_eq!(
            paging(json!({"pageSize": 10, "all": true})),
            (Some(10), true, None)
        );
        assert_eq!(paging(json!({"top": 5})), (Some(5), false, None));
        assert_eq!(paging(json!({"top": 999})), (Some(999), false, None));
        assert_eq!(paging(json!({"top": 1000})), (None, true, Some(1000)));
        assert_eq!(
            paging(json!({"top": 5, "all": true})),
            (Some(5), true, Some(5))
        );
        assert_eq!(
            paging(json!({"top": 1500, "all": true})),
            (None, true, Some(1500))
        );
        assert_eq!(
            paging(json!({"top": 5, "pageSize": 2})),
            (Some(2), true, Some(5))
        );
        assert_eq!(
            paging(json!({"top": 1500, "pageSize": 500})),
            (Some(500), true, Some(1500))
        );
    }

    #[test]
    fn a_page_size_out_of_range_is_refused_with_the_range() {
        for size in [0, 1000, -1] {
            let failure = list(json!({"path": "/users", "pageSize": size}))
                .paging()
                .unwrap_err();
            assert!(
                failure.message.contains("between 1 and 999"),
                "{}",
                failure.message
            );
            assert!(failure.terminating);
        }
    }

    fn address(payload: serde_json::Value) -> String {
        let list = list(payload);
        list.address(list.paging().unwrap()).unwrap()
    }

    #[test]
    fn a_filter_is_unescaped_and_then_escaped() {
        let expected = "v1.0/users?$filter=displayName%20eq%20%27a%23b%27";
        assert_eq!(
            address(json!({"path": "/users", "filter": "displayName eq 'a#b'"})),
            expected
        );
        assert_eq!(
            address(json!({"path": "/users", "filter": "displayName eq 'a%23b'"})),
            expected
        );
    }

    #[test]
    fn a_search_is_quoted_unless_it_is_already() {
        let expected = "v1.0/users?$search=%22displayName%3Aada%22";
        assert_eq!(
            address(json!({"path": "/users", "search": "displayName:ada"})),
            expected
        );
        assert_eq!(
            address(json!({"path": "/users", "search": "\"displayName:ada\""})),
            expected
        );
    }

    #[test]
    fn an_option_of_empty_text_is_left_out() {
        let url = address(json!({
            "path": "/users", "filter": "", "search": "", "property": [""], "expandProperty": [], "sort": ["", ""]
        }));
        assert_eq!(url, "v1.0/users");
    }

    #[test]
    fn every_option_that_is_given_is_sent() {
        let url = address(json!({
            "path": "/groups/{group-id}/members", "ids": {"group-id": "g"}, "apiVersion": "beta", "top": 5, "skip": 2,
            "count": true, "sort": ["displayName desc", "mail"], "property": ["id"], "expandProperty": ["manager"]
        }));
        assert_eq!(
            url,
            "beta/groups/g/members?$top=5&$skip=2&$count=true&$orderby=displayName%20desc,mail&$select=id&$expand=manager"
        );
    }

    #[test]
    fn the_last_link_asks_for_what_is_left() {
        assert_eq!(
            with_top("v1.0/users?$top=500&$skiptoken=x", 7),
            "v1.0/users?$top=7&$skiptoken=x"
        );
        assert_eq!(
            with_top("v1.0/users?%24top=500&$skiptoken=x", 7),
            "v1.0/users?$top=7&$skiptoken=x"
        );
        assert_eq!(
            with_top("v1.0/users?$skiptoken=x", 7),
            "v1.0/users?$skiptoken=x&$top=7"
        );
    }
}
