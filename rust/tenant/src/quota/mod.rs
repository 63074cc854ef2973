//! The limits on requests, as Microsoft documents them for the directory. Each request is charged, and each step of a
//! batch by itself. What is left is kept in the file, since a limit does not end with a process.

mod bucket;

use http::{HeaderName, HeaderValue, StatusCode};
use mglicense_rules::Guid;
use rusqlite::{Connection, OptionalExtension, params};

use self::bucket::{Level, Limit};
use crate::service::GraphFailure;
use crate::settings::{QuotaSettings, RetryAfter, TenantSize};

const PERCENTAGE: HeaderName = HeaderName::from_static("x-ms-throttle-limit-percentage");
const SCOPE: HeaderName = HeaderName::from_static("x-ms-throttle-scope");
const INFORMATION: HeaderName = HeaderName::from_static("x-ms-throttle-information");

/// From this part of a limit on, answers say how much of it is used.
const TOLD_FROM: f64 = 0.8;

/// What a request costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) resource_units: u32,
    pub(crate) is_write: bool,
}

/// Who is charged, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge {
    pub(crate) app_id: Guid,
    pub(crate) tenant_id: Guid,
    /// Milliseconds since 1970 on the tenant's clock.
    pub(crate) now: i64,
}

/// One of the limits, as it stands in headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    AppWrites,
    TenantWrites,
    AppUnits,
}

impl Kind {
    /// Its key in the file.
    fn key(self, app: Guid) -> String {
        match self {
            Self::AppWrites => format!("writes {app}"),
            Self::TenantWrites => "writes".to_owned(),
            Self::AppUnits => format!("units {app}"),
        }
    }

    fn scope(self) -> &'static str {
        match self {
            Self::AppWrites => "Tenant_Application/Write",
            Self::TenantWrites => "Tenant/Write",
            Self::AppUnits => "Tenant_Application/ReadWrite",
        }
    }

    fn information(self) -> &'static str {
        match self {
            Self::AppWrites | Self::TenantWrites => "WriteLimitExceeded",
            Self::AppUnits => "ResourceUnitLimitExceeded",
        }
    }
}

/// Charges a request. Its outcome: the headers that tell of limits that are nearly used up, or the refusal.
pub(crate) fn charge(
    connection: &Connection,
    settings: &QuotaSettings,
    charge: Charge,
    cost: Cost,
) -> rusqlite::Result<Result<Vec<(HeaderName, HeaderValue)>, GraphFailure>> {
    let size = size(connection, settings)?;
    let writes = if cost.is_write { 1.0 } else { 0.0 };
    let wanted = [
        (Kind::AppWrites, writes),
        (Kind::TenantWrites, writes),
        (Kind::AppUnits, f64::from(cost.resource_units)),
    ];
    let mut levels: Vec<(Kind, Limit, Level, f64)> = Vec::with_capacity(wanted.len());
    for (kind, cost) in wanted {
        if cost == 0.0 {
            continue;
        }
        let limit = limit(settings, kind, size);
        let level = match read(connection, &kind.key(charge.app_id))? {
            Some(level) => limit.refill(level, charge.now),
            None => limit.start(settings.starts_full, charge.now),
        };
        levels.push((kind, limit, level, cost));
    }
    // Sums of fractions may miss a whole by a hair.
    let is_short = |(_, _, level, cost): &&(Kind, Limit, Level, f64)| level.left + 1e-6 < *cost;
    let short: Vec<_> = levels.iter().filter(is_short).copied().collect();
    let mut used: f64 = 0.0;
    for (kind, limit, level, cost) in &levels {
        let mut level = *level;
        if short.is_empty() || settings.refused_count {
            level = limit.spend(level, *cost);
        }
        used = used.max(limit.used(level));
        write(connection, &kind.key(charge.app_id), level)?;
    }
    let mut headers = Vec::new();
    if used > TOLD_FROM {
        push(&mut headers, PERCENTAGE, &format!("{used:.2}"));
    }
    // The longest wait is the one that counts.
    let longest = short
        .iter()
        .map(|(kind, limit, level, cost)| (limit.wait(*level, *cost, charge.now), *kind, *limit))
        .max_by_key(|(wait, ..)| *wait);
    let Some((wait, kind, limit)) = longest else {
        return Ok(Ok(headers));
    };
    let mut failure = GraphFailure::new(
        StatusCode::TOO_MANY_REQUESTS,
        "TooManyRequests",
        format!(
            "Too many requests from Identifier:{} under category:aadgraph.app.tenant_{}. Please try again later.",
            charge.app_id,
            size.as_str()
        ),
    );
    let seconds = match settings.retry_after {
        RetryAfter::Exact => Some(wait),
        RetryAfter::Window => Some(limit.window),
        RetryAfter::Absent => None,
    };
    if let Some(milliseconds) = seconds {
        // Whole seconds, and never so few that the request comes too early.
        let seconds = milliseconds.max(1).div_euclid(1000) + i64::from(milliseconds % 1000 > 0);
        push(
            &mut headers,
            http::header::RETRY_AFTER,
            &seconds.max(1).to_string(),
        );
    }
    let scope = format!("{}/{}/{}", kind.scope(), charge.app_id, charge.tenant_id);
    push(&mut headers, SCOPE, &scope);
    push(&mut headers, INFORMATION, kind.information());
    failure.headers = headers;
    Ok(Err(failure))
}

fn push(headers: &mut Vec<(HeaderName, HeaderValue)>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.push((name, value));
    }
}

fn limit(settings: &QuotaSettings, kind: Kind, size: TenantSize) -> Limit {
    let (most, window, burst) = match kind {
        Kind::AppWrites => (
            settings.writes,
            settings.write_window_seconds,
            settings.write_burst,
        ),
        Kind::TenantWrites => (
            settings.tenant_writes,
            settings.tenant_write_window_seconds,
            None,
        ),
        Kind::AppUnits => (
            settings.resource_units.unwrap_or(match size {
                TenantSize::Small => 3500,
                TenantSize::Medium => 5000,
                TenantSize::Auto | TenantSize::Large => 8000,
            }),
            settings.resource_unit_window_seconds,
            None,
        ),
    };
    let window = i64::from(window) * 1000;
    let share = 1.0 - f64::from(settings.others_percent) / 100.0;
    let at_once = f64::from(burst.unwrap_or(most)).max(1.0);
    Limit {
        capacity: match settings.model {
            crate::settings::QuotaModel::TokenBucket => at_once,
            // What others use of a window is not there for anybody else.
            crate::settings::QuotaModel::FixedWindow => (at_once * share).max(1.0),
        },
        rate: f64::from(most).max(1.0) * share / window as f64,
        window,
        model: settings.model,
    }
}

/// The size by which a tenant's limits go. Microsoft draws the lines at 50 and 500 users.
fn size(connection: &Connection, settings: &QuotaSettings) -> rusqlite::Result<TenantSize> {
    if settings.tenant_size != TenantSize::Auto {
        return Ok(settings.tenant_size);
    }
    let users: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM users WHERE deleted IS NULL LIMIT 501)",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(match users {
        ..50 => TenantSize::Small,
        50..=500 => TenantSize::Medium,
        _ => TenantSize::Large,
    })
}

fn read(connection: &Connection, bucket: &str) -> rusqlite::Result<Option<Level>> {
    connection
        .prepare_cached("SELECT remaining, at FROM quota WHERE bucket = ?1")?
        .query_row([bucket], |row| {
            Ok(Level {
                left: row.get(0)?,
                at: row.get(1)?,
            })
        })
        .optional()
}

fn write(connection: &Connection, bucket: &str, level: Level) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO quota (bucket, remaining, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (bucket) DO UPDATE SET remaining = excluded.remaining, at = excluded.at",
        )?
        .execute(params![bucket, level.left, level.at])
        .map(drop)
}

/// Forgets what was used: the limits are other ones now.
pub(crate) fn reset(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM quota", []).map(drop)
}
