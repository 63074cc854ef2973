//! Seats that came free, and those who wait for one.

use rusqlite::{Connection, OptionalExtension, params};

use crate::clock::Moment;
use crate::due::{self, Kind};
use crate::settings::{MemberOrder, Refill, Settings};

/// Seats of these products came free or were bought. Where the settings say so, those who wait are due.
pub(crate) fn seats_came(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    sku_keys: &[i64],
) -> rusqlite::Result<()> {
    if settings.groups.refill == Refill::Manual {
        return Ok(());
    }
    for &sku_key in sku_keys {
        let is_awaited: bool = connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM assignments WHERE sku_key = ?1 AND error = 1)
                    AND NOT EXISTS (SELECT 1 FROM due WHERE kind = 'refillSku' AND subject = ?1)",
            )?
            .query_row([sku_key], |row| row.get(0))?;
        if is_awaited {
            let at = now.plus_seconds(i64::from(settings.lag.group_processing_seconds));
            due::schedule(connection, at, Kind::RefillSku, sku_key)?;
        }
    }
    Ok(())
}

/// The first who wait for a seat of a product, so many at most. Who is in the recycle bin waits for none.
pub(super) fn waiting(
    connection: &Connection,
    settings: &Settings,
    sku_key: i64,
    start: i64,
    limit: i64,
) -> rusqlite::Result<Vec<i64>> {
    match settings.groups.member_order {
        MemberOrder::Seeded => {
            let mut select = connection.prepare_cached(
                "SELECT DISTINCT a.user_key FROM assignments a JOIN users u ON u.key = a.user_key AND u.deleted IS NULL
                  WHERE a.sku_key = ?1 AND a.error = 1 AND a.user_key >= ?2 AND a.user_key < ?3
                  ORDER BY a.user_key LIMIT ?4",
            )?;
            let mut users: Vec<i64> = select
                .query_map(params![sku_key, start, i64::MAX, limit], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let left = limit - users.len() as i64;
            let wrapped = select.query_map(params![sku_key, 0, start, left], |row| row.get(0))?;
            for user in wrapped {
                users.push(user?);
            }
            Ok(users)
        }
        MemberOrder::Joined => connection
            .prepare_cached(
                "SELECT a.user_key FROM assignments a JOIN users u ON u.key = a.user_key AND u.deleted IS NULL
                   LEFT JOIN members m ON m.group_key = a.source_key AND m.kind = 0 AND m.member_key = a.user_key
                  WHERE a.sku_key = ?1 AND a.error = 1
                  GROUP BY a.user_key ORDER BY min(a.updated), min(m.joined), a.user_key LIMIT ?2",
            )?
            .query_map([sku_key, limit], |row| row.get(0))?
            .collect(),
    }
}

/// Free seats of a product; none once it left the tenant.
pub(super) fn free_seats(
    connection: &Connection,
    settings: &Settings,
    sku_key: i64,
) -> rusqlite::Result<i64> {
    let counts_warning = settings.assignment.warning_seats_assignable;
    let free: Option<i64> = connection
        .prepare_cached(
            "SELECT enabled + CASE WHEN ?2 THEN warning ELSE 0 END - consumed FROM skus WHERE key = ?1 AND removed = 0",
        )?
        .query_row(params![sku_key, counts_warning], |row| row.get(0))
        .optional()?;
    Ok(free.unwrap_or(0).max(0))
}
