//! The address of a request: a path with its ids, and the query options that were given.

use std::collections::BTreeMap;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use mglicense_graph::{escape_segment, escape_value, unescape};

use crate::failure::Failure;

/// Ids by the placeholder they stand for: `user-id` for `/users/{user-id}`.
pub(crate) type Ids = BTreeMap<String, String>;

/// Puts ids into a path such as `/users/{user-id}/memberOf` and prepends the version.
///
/// # Errors
/// When an id is missing, is one too many, or can't be a path's segment.
pub(crate) fn path(version: &str, template: &str, ids: &Ids) -> Result<String, Failure> {
    if version.is_empty()
        || !version
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    {
        return Err(Failure::argument(format!(
            "'{version}' is not an API version, such as v1.0 or beta"
        )));
    }
    let mut url = String::with_capacity(version.len() + template.len() + 48);
    url.push_str(version);
    let mut used = 0;
    let mut rest = template;
    if !rest.starts_with('/') {
        url.push('/');
    }
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return Err(Failure::argument(format!(
                "the path '{template}' has an open brace"
            )));
        };
        let id = ids.get(name).ok_or_else(|| {
            Failure::argument(format!("the path '{template}' wants an id '{name}'"))
        })?;
        let segment = escape_segment(id).ok_or_else(|| {
            Failure::argument(format!("'{id}' cannot be the {name} in '{template}'"))
        })?;
        url.push_str(before);
        url.push_str(&segment);
        used += 1;
        rest = after;
    }
    url.push_str(rest);
    if used < ids.len() {
        let extra = ids
            .keys()
            .find(|name| !template.contains(&format!("{{{name}}}")));
        return Err(Failure::argument(format!(
            "the path '{template}' has no place for an id '{}'",
            extra.map_or("", String::as_str)
        )));
    }
    Ok(url)
}

/// Appends query options to an address.
pub(crate) struct Query {
    url: String,
    separator: char,
}

impl Query {
    pub(crate) fn new(url: String) -> Self {
        let separator = if url.contains('?') { '&' } else { '?' };
        Self { url, separator }
    }

    /// Appends an option whose value is already escaped.
    pub(crate) fn escaped(&mut self, name: &str, value: &str) {
        self.url.push(self.separator);
        self.url.push_str(name);
        self.url.push('=');
        self.url.push_str(value);
        self.separator = '&';
    }

    /// Appends an option, escaping its value.
    pub(crate) fn option(&mut self, name: &str, value: &str) {
        self.escaped(name, &escape_value(value));
    }

    /// Appends a search phrase, in quotation marks unless it has them already. An empty text is left out, as it is where
    /// a script's variable holds nothing.
    pub(crate) fn search(&mut self, text: Option<&str>) {
        match text.filter(|text| !text.is_empty()) {
            Some(text) if text.starts_with('"') => self.option("$search", text),
            Some(text) => self.option("$search", &format!("\"{text}\"")),
            None => {}
        }
    }

    /// Appends a filter, which may be escaped already. An empty text is left out.
    pub(crate) fn filter(&mut self, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.option("$filter", &unescape(text));
        }
    }

    /// Appends a list: its items are escaped one by one and joined with commas, so that one text that holds
    /// commas means the same as several. Where there is nothing in the list, nothing is appended.
    pub(crate) fn list(&mut self, name: &str, items: &[String]) {
        let items: Vec<_> = items
            .iter()
            .filter(|item| !item.is_empty())
            .map(|item| escape_value(item))
            .collect();
        if !items.is_empty() {
            self.escaped(name, &items.join(","));
        }
    }

    pub(crate) fn into_url(self) -> String {
        self.url
    }
}

/// Turns the caller's headers into a request's.
///
/// # Errors
/// When a name or a value can't be a header's.
pub(crate) fn headers(
    given: &BTreeMap<String, String>,
    consistency_level: Option<&str>,
) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::with_capacity(given.len() + 2);
    let consistency = consistency_level
        .filter(|level| !level.is_empty())
        .map(|level| ("ConsistencyLevel", level));
    for (name, value) in given
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(consistency)
    {
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Failure::argument(format!("'{name}' cannot be a header's name")))?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            Failure::argument(format!(
                "the value of the header '{name}' holds a character a header cannot"
            ))
        })?;
        headers.insert(header, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(pairs: &[(&str, &str)]) -> Ids {
        pairs
            .iter()
            .map(|&(name, id)| (name.to_owned(), id.to_owned()))
            .collect()
    }

    #[test]
    fn ids_are_escaped_once_where_they_stand() {
        let path = path(
            "v1.0",
            "/users/{user-id}/memberOf/{directoryObject-id}",
            &ids(&[
                ("user-id", "o'neil_fabrikam.com#EXT#@contoso.com"),
                ("directoryObject-id", "a b+c"),
            ]),
        );
        assert_eq!(
            path.unwrap(),
            "v1.0/users/o%27neil_fabrikam.com%23EXT%23%40contoso.com/memberOf/a%20b%2Bc"
        );
    }

    #[test]
    fn an_id_that_would_address_something_else_is_refused() {
        for id in ["", ".", ".."] {
            let failure = path("v1.0", "/users/{user-id}", &ids(&[("user-id", id)])).unwrap_err();
            assert!(failure.message.contains("user-id"), "{}", failure.message);
        }
    }

    #[test]
    fn a_missing_or_surplus_id_is_named() {
        assert!(
            path("v1.0", "/users/{user-id}", &Ids::new())
                .unwrap_err()
                .message
                .contains("'user-id'")
        );
        assert!(
            path("v1.0", "/users", &ids(&[("group-id", "x")]))
                .unwrap_err()
                .message
                .contains("'group-id'")
        );
    }

    #[test]
    fn one_text_with_commas_means_the_same_as_a_list() {
        let mut query = Query::new("v1.0/users".to_owned());
        query.list("$select", &["id,displayName".to_owned(), "mail".to_owned()]);
        query.list("$expand", &[]);
        query.list("$orderby", &[String::new()]);
        query.option("$filter", "a eq 'b#c'");
        assert_eq!(
            query.into_url(),
            "v1.0/users?$select=id%2CdisplayName,mail&$filter=a%20eq%20%27b%23c%27"
        );
    }

    #[test]
    fn a_header_that_could_smuggle_another_is_refused() {
        let given = [("X-A".to_owned(), "b\r\nX-C: d".to_owned())].into();
        assert!(headers(&given, None).unwrap_err().message.contains("X-A"));
        assert_eq!(
            headers(&BTreeMap::new(), Some("eventual")).unwrap()["consistencylevel"],
            "eventual"
        );
    }
}
