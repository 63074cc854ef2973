//! What a request costs, in Graph's resource units.

use http::Method;

/// The units a request costs, as Microsoft's throttling page lists them for the directory: a price for each path, less
/// one with `$select`, one more with `$expand`, less one with `$top` below 20, never below one.
pub(crate) fn resource_units(method: &Method, path: &[&str], query: &str) -> u32 {
    let base: i64 = match (method.as_str(), path) {
        ("GET", ["users"]) => 2,
        ("GET", ["subscribedskus", ..]) => 3,
        ("GET", ["groups", _, "members", ..]) => 3,
        ("GET", ["groups", _, "transitivemembers", ..]) => 5,
        (
            "GET",
            [
                "users",
                _,
                "licensedetails" | "memberof" | "transitivememberof" | "ownedobjects",
                ..,
            ],
        )
        | (
            "GET",
            [
                "me",
                "licensedetails" | "memberof" | "transitivememberof" | "ownedobjects",
                ..,
            ],
        ) => 2,
        ("POST", ["directoryobjects", "getbyids"]) => 3,
        ("POST", [.., "checkmembergroups" | "checkmemberobjects"]) => 4,
        ("POST", [.., "getmembergroups" | "getmemberobjects"]) => 2,
        _ => 1,
    };
    let mut units = base;
    for option in query.split('&') {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = name
            .strip_prefix("%24")
            .or_else(|| name.strip_prefix('$'))
            .unwrap_or(name);
        match name.to_ascii_lowercase().as_str() {
            "select" => units -= 1,
            "expand" => units += 1,
            "top" if value.parse::<u32>().is_ok_and(|top| top < 20) => units -= 1,
            _ => {}
        }
    }
    units.clamp(1, 100).unsigned_abs() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_the_published_table() {
        let cost =
            |method: Method, path: &[&str], query: &str| resource_units(&method, path, query);
        assert_eq!(cost(Method::GET, &["users"], ""), 2);
        assert_eq!(cost(Method::GET, &["users"], "$select=id&$top=999"), 1);
        assert_eq!(cost(Method::GET, &["users", "x"], ""), 1);
        assert_eq!(cost(Method::GET, &["subscribedskus"], ""), 3);
        assert_eq!(
            cost(
                Method::GET,
                &["groups", "x", "members"],
                "$top=10&%24select=id"
            ),
            1
        );
        assert_eq!(
            cost(
                Method::GET,
                &["groups", "x", "transitivemembers"],
                "$expand=y"
            ),
            6
        );
        assert_eq!(cost(Method::POST, &["users", "x", "assignlicense"], ""), 1);
    }
}
