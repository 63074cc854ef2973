//! What an answer says about limits.

use std::time::Duration;

use jiff::Timestamp;

use crate::Response;

/// What one answer says about limits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signs {
    /// How long to wait before asking again, by the answer's own header.
    pub retry_after: Option<Duration>,
    /// How much of a limit is used, 1 for all of it; sent from 0.8 on.
    pub used: Option<f64>,
    /// The smallest difference that `used` can show, by its decimals.
    pub quantum: f64,
    /// The refusal names the limit it is about, as refusals by a quota do.
    pub names_scope: bool,
}

/// Reads an answer's headers. `now` is for waits given as a date.
#[must_use]
pub fn signs(response: &Response, now: Timestamp) -> Signs {
    let percentage = response
        .header("x-ms-throttle-limit-percentage")
        .map(str::trim);
    let used = percentage
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|used| used.is_finite() && *used >= 0.0);
    let decimals = percentage
        .and_then(|text| text.split_once('.'))
        .map_or(0, |(_, decimals)| decimals.len().min(9));
    Signs {
        retry_after: retry_after(response, now),
        used,
        quantum: 0.1_f64.powi(i32::try_from(decimals).unwrap_or(0)),
        names_scope: response.header("x-ms-throttle-scope").is_some(),
    }
}

/// How long an answer asks to wait: seconds, with or without a fraction, or a date.
#[must_use]
pub fn retry_after(response: &Response, now: Timestamp) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()?;
    let wait = date.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    fn response(headers: &[(&'static str, &'static str)]) -> Response {
        let pairs = headers.iter().map(|&(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Response {
            status: StatusCode::TOO_MANY_REQUESTS,
            headers: pairs.collect::<HeaderMap>(),
            body: Bytes::new(),
        }
    }

    // Graph's documentation shows seconds, once with a fraction (2.128); HTTP also allows a date.
    #[test]
    fn a_wait_is_seconds_with_or_without_a_fraction_or_a_date() {
        let now: Timestamp = "2015-10-21T07:28:00Z".parse().unwrap();
        let wait = |text| retry_after(&response(&[("retry-after", text)]), now);
        assert_eq!(wait("10"), Some(Duration::from_secs(10)));
        assert_eq!(wait("2.128"), Some(Duration::from_millis(2_128)));
        assert_eq!(
            wait("Wed, 21 Oct 2015 07:30:00 GMT"),
            Some(Duration::from_secs(120))
        );
        assert_eq!(wait("Wed, 21 Oct 2015 07:20:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["soon", "-3", "NaN", "1e300"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
        assert_eq!(retry_after(&response(&[]), now), None);
    }

    #[test]
    fn the_used_share_comes_with_what_its_decimals_can_show() {
        let read = |headers: &[_]| signs(&response(headers), Timestamp::UNIX_EPOCH);
        let fine = read(&[("x-ms-throttle-limit-percentage", "0.8125")]);
        assert_eq!(fine.used, Some(0.8125));
        assert!((fine.quantum - 0.0001).abs() < 1e-12);
        assert!(!fine.names_scope);
        let scope = "Tenant_Application/Write/app/tenant";
        let refused = read(&[
            ("x-ms-throttle-limit-percentage", "1.8"),
            ("x-ms-throttle-scope", scope),
        ]);
        assert_eq!(refused.used, Some(1.8));
        assert!(refused.names_scope);
        assert_eq!(
            read(&[("x-ms-throttle-limit-percentage", "much")]).used,
            None
        );
    }
}
