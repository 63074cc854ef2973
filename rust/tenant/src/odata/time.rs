//! Times as the query side compares them: microseconds since 1970, UTC.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A date-time literal with `Z` or an offset, or a date (its first moment in UTC). `None` if it is neither.
pub(crate) fn literal(text: &str) -> Option<i64> {
    if let Some(micros) = canonical(text.as_bytes()) {
        return Some(micros);
    }
    // Both parsers accept more than Graph does (a blank for the T, a time zone in brackets), so the shape is checked.
    let bytes = text.as_bytes();
    let dated = bytes.len() >= 10
        && bytes[..10]
            .iter()
            .enumerate()
            .all(|(index, byte)| match index {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
    if !dated {
        return None;
    }
    if bytes.len() == 10 {
        let date: Date = text.parse().ok()?;
        return date
            .to_zoned(TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp().as_microsecond());
    }
    if !matches!(bytes[10], b'T' | b't') {
        return None;
    }
    text.parse::<Timestamp>()
        .ok()
        .map(|timestamp| timestamp.as_microsecond())
}

/// The form every stored time has, `YYYY-MM-DDTHH:MM:SSZ`, read without the general parser's cost.
fn canonical(text: &[u8]) -> Option<i64> {
    if text.len() != 20 || text[10] != b'T' || text[19] != b'Z' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        text[range].iter().try_fold(0i64, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + i64::from(byte - b'0'))
        })
    };
    let separated = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')]
        .iter()
        .all(|(index, separator)| text[*index] == *separator);
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let valid = separated && hour < 24 && minute < 60 && second < 60;
    if !valid {
        return None;
    }
    let date = Date::new(year as i16, month as i8, day as i8).ok()?;
    let days = date
        .since((jiff::Unit::Day, Date::constant(1970, 1, 1)))
        .ok()?
        .get_days();
    Some(((i64::from(days) * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_time_is_the_same_moment_in_every_spelling() {
        let noon = 1_704_110_400_000_000; // 2024-01-01T12:00:00Z: 19,723 days and a half
        for text in [
            "2024-01-01T12:00:00Z",
            "2024-01-01t12:00:00z",
            "2024-01-01T12:00:00.000000Z",
            "2024-01-01T14:00:00+02:00",
            "2024-01-01T12:00Z",
        ] {
            assert_eq!(literal(text), Some(noon), "{text}");
        }
        assert_eq!(literal("2024-01-01"), Some(noon - 12 * 3_600_000_000));
        assert_eq!(literal("2024-01-01T12:00:00.25Z"), Some(noon + 250_000));
        assert_eq!(literal("1969-12-31T23:59:59Z"), Some(-1_000_000));
    }

    #[test]
    fn a_time_without_its_offset_is_refused() {
        for text in [
            "2024-01-01T12:00:00",
            "2024-13-01",
            "2024-02-30T00:00:00Z",
            "2024-01-01 12:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024",
            "",
        ] {
            assert_eq!(literal(text), None, "{text}");
        }
    }
}
