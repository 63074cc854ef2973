//! When the service wants to be asked again.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use jiff::Timestamp;

/// How long the service asks to wait: seconds, with a fraction where it likes, or a date. A date counts from the
/// answer's own Date header, so that this machine's clock doesn't matter; from `now` where there is none.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        // A negative or absurd number of seconds is no time at all.
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let then = http_date(text)?;
    let asked = headers
        .get(DATE)
        .and_then(|date| date.to_str().ok())
        .and_then(http_date)
        .unwrap_or(now);
    Some(Duration::try_from(then.duration_since(asked)).unwrap_or_default())
}

/// The moment of an HTTP date, such as `Wed, 25 Nov 2026 09:00:00 GMT`.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn wait(retry: &'static str, date: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        retry_after(&headers, "2026-11-25T08:00:00Z".parse().unwrap())
    }

    #[test]
    fn seconds_and_fractions_of_them_are_read() {
        assert_eq!(wait("17", None), Some(Duration::from_secs(17)));
        assert_eq!(wait(" 2.128 ", None), Some(Duration::from_millis(2128)));
        assert_eq!(wait("0", None), Some(Duration::ZERO));
    }

    #[test]
    fn a_date_counts_from_the_answers_own_date() {
        let at = "Wed, 25 Nov 2026 09:00:30 GMT";
        assert_eq!(
            wait(at, Some("Wed, 25 Nov 2026 09:00:10 GMT")),
            Some(Duration::from_secs(20))
        );
        assert_eq!(wait(at, None), Some(Duration::from_secs(3630)));
        assert_eq!(
            wait(at, Some("Wed, 25 Nov 2026 09:01:00 GMT")),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn what_is_no_time_is_as_good_as_nothing() {
        for text in ["", "soon", "-5", "NaN", "inf", "1e30", "Wed, 99 Nov 2026"] {
            assert_eq!(wait(text, None), None, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
    }
}
