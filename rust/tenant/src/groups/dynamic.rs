//! Groups whose members follow from a rule.

use mglicense_rules::Guid;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};

use super::queue;
use crate::clock::Moment;
use crate::due::{self, Kind};
use crate::membership_rule::{self, Person, PersonPlan, Rule, RuleFault};
use crate::settings::Settings;

/// The rule of a group's document that is to be kept up: none for a group without one, or whose processing is paused.
///
/// # Errors
/// Where the rule cannot be read.
pub(crate) fn active_rule(doc: &Map<String, Value>) -> Result<Option<&str>, RuleFault> {
    let text = |name: &str| doc.get(name).and_then(Value::as_str);
    let Some(rule) = text("membershipRule") else {
        return Ok(None);
    };
    let types = doc.get("groupTypes").and_then(Value::as_array);
    let is_dynamic = types.is_some_and(|types| {
        let mut types = types.iter().filter_map(Value::as_str);
        types.any(|kind| kind.eq_ignore_ascii_case("DynamicMembership"))
    });
    let is_paused = text("membershipRuleProcessingState")
        .is_some_and(|state| state.eq_ignore_ascii_case("Paused"));
    if !is_dynamic {
        return Ok(None);
    }
    membership_rule::parse(rule)?;
    Ok((!is_paused).then_some(rule))
}

/// The rule of a group is another one, or is none any more: everybody is to be judged by it.
pub(crate) fn rule_changed(
    connection: &Connection,
    now: Moment,
    group_key: i64,
    rule: Option<&str>,
) -> rusqlite::Result<()> {
    due::cancel(connection, Kind::EvaluateRule, group_key)?;
    match rule {
        None => connection
            .prepare_cached("DELETE FROM membership_rules WHERE group_key = ?1")?
            .execute([group_key])
            .map(drop),
        Some(rule) => {
            keep_rule(connection, group_key, rule)?;
            due::schedule(connection, now, Kind::EvaluateRule, group_key)
        }
    }
}

/// Notes a rule without judging anybody by it yet.
pub(crate) fn keep_rule(
    connection: &Connection,
    group_key: i64,
    rule: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO membership_rules (group_key, rule) VALUES (?1, ?2)
             ON CONFLICT (group_key) DO UPDATE SET rule = excluded.rule",
        )?
        .execute(params![group_key, rule])
        .map(drop)
}

/// Takes everything out of a group, as happens when its members are to follow a rule.
pub(crate) fn empty(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    group_key: i64,
) -> rusqlite::Result<()> {
    let users: Vec<i64> = connection
        .prepare_cached(
            "DELETE FROM members WHERE group_key = ?1 RETURNING CASE kind WHEN 0 THEN member_key END",
        )?
        .query_map([group_key], |row| row.get::<_, Option<i64>>(0))?
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    for user_key in users {
        queue::member_changed(connection, settings, now, group_key, user_key)?;
    }
    Ok(())
}

/// A user changed: the rules are due for them, if there are any.
pub(crate) fn person_changed(
    connection: &Connection,
    now: Moment,
    user_key: i64,
) -> rusqlite::Result<()> {
    let has_rules: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM membership_rules)")?
        .query_row([], |row| row.get(0))?;
    if has_rules {
        schedule_person(connection, now, user_key)?;
    }
    Ok(())
}

/// Whether the rule of some group asks for plans.
pub(crate) fn rules_ask_for_plans(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM membership_rules WHERE instr(lower(rule), 'assignedplans') > 0)",
        )?
        .query_row([], |row| row.get(0))
}

/// A user's plans changed: the rules are due for them, if any asks for plans.
pub(crate) fn plans_changed(
    connection: &Connection,
    now: Moment,
    user_key: i64,
) -> rusqlite::Result<()> {
    if rules_ask_for_plans(connection)? {
        schedule_person(connection, now, user_key)?;
    }
    Ok(())
}

/// Notes that everybody who has a product has other plans with it.
pub(crate) fn product_changed(
    connection: &Connection,
    now: Moment,
    sku_key: i64,
) -> rusqlite::Result<()> {
    if !rules_ask_for_plans(connection)? {
        return Ok(());
    }
    let mut select = connection
        .prepare_cached("SELECT DISTINCT user_key FROM assignments WHERE sku_key = ?1")?;
    let mut rows = select.query([sku_key])?;
    while let Some(row) = rows.next()? {
        schedule_person(connection, now, row.get(0)?)?;
    }
    Ok(())
}

fn schedule_person(connection: &Connection, now: Moment, user_key: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO due (at, kind, subject, detail)
             SELECT ?1, ?2, ?3, '' WHERE NOT EXISTS (SELECT 1 FROM due WHERE kind = ?2 AND subject = ?3)",
        )?
        .execute(params![
            now.to_string(),
            Kind::EvaluateUser.as_str(),
            user_key
        ])
        .map(drop)
}

/// Judges a user by all rules.
pub(crate) fn evaluate_user(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    user_key: i64,
) -> rusqlite::Result<()> {
    let rules: Vec<(i64, String)> = connection
        .prepare_cached("SELECT group_key, rule FROM membership_rules ORDER BY group_key")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let Some(user) = person(connection, user_key)? else {
        return Ok(());
    };
    for (group_key, rule) in rules {
        // What cannot be read was refused when it came.
        if let Ok(rule) = membership_rule::parse(&rule) {
            judge(connection, settings, now, (group_key, &rule), &user)?;
        }
    }
    Ok(())
}

/// Judges the users after the one in `cursor` by the rule of a group, so many at most. Returns where to go on.
pub(crate) fn evaluate_rule(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    group_key: i64,
    cursor: &str,
    limit: i64,
) -> rusqlite::Result<Option<String>> {
    let rule: Option<String> = connection
        .prepare_cached("SELECT rule FROM membership_rules WHERE group_key = ?1")?
        .query_row([group_key], |row| row.get(0))
        .optional()?;
    let Some(rule) = rule.and_then(|rule| membership_rule::parse(&rule).ok()) else {
        return Ok(None);
    };
    let after: i64 = cursor.parse().unwrap_or(0);
    let users: Vec<i64> = connection
        .prepare_cached(
            "SELECT key FROM users WHERE key > ?1 AND deleted IS NULL ORDER BY key LIMIT ?2",
        )?
        .query_map([after, limit], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for &user_key in &users {
        if let Some(user) = person(connection, user_key)? {
            judge(connection, settings, now, (group_key, &rule), &user)?;
        }
    }
    let is_rest = (users.len() as i64) < limit;
    Ok(users
        .last()
        .filter(|_| !is_rest)
        .map(|last| last.to_string()))
}

/// Lets a user join or leave a group as its rule wants.
fn judge(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    (group_key, rule): (i64, &Rule),
    user: &Stored,
) -> rusqlite::Result<()> {
    let user_key = user.key;
    let plans = if rule.asks_for_plans() {
        plans(connection, user_key)?
    } else {
        Vec::new()
    };
    let belongs = rule.takes(&Person {
        id: user.id,
        doc: &user.doc,
        plans: &plans,
    });
    let changed = if belongs {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO members (group_key, kind, member_key, joined)
                 VALUES (?1, 0, ?2, (SELECT ifnull(max(joined), 0) + 1 FROM members WHERE group_key = ?1))",
            )?
            .execute([group_key, user_key])?
    } else {
        connection
            .prepare_cached(
                "DELETE FROM members WHERE group_key = ?1 AND kind = 0 AND member_key = ?2",
            )?
            .execute([group_key, user_key])?
    };
    if changed > 0 {
        queue::member_changed(connection, settings, now, group_key, user_key)?;
    }
    Ok(())
}

/// A user as a rule wants to know them.
struct Stored {
    key: i64,
    id: Guid,
    doc: Map<String, Value>,
}

/// A user who is there.
fn person(connection: &Connection, user_key: i64) -> rusqlite::Result<Option<Stored>> {
    connection
        .prepare_cached("SELECT id, doc FROM users WHERE key = ?1 AND deleted IS NULL")?
        .query_row([user_key], |row| {
            let doc = serde_json::from_str(row.get_ref(1)?.as_str()?).unwrap_or_default();
            Ok(Stored {
                key: user_key,
                id: Guid::from_bytes(row.get(0)?),
                doc,
            })
        })
        .optional()
}

fn plans(connection: &Connection, user_key: i64) -> rusqlite::Result<Vec<PersonPlan>> {
    connection
        .prepare_cached("SELECT plan, service, capability FROM plan_states WHERE user_key = ?1")?
        .query_map([user_key], |row| {
            Ok(PersonPlan {
                id: Guid::from_bytes(row.get(0)?),
                service: row.get(1)?,
                capability: row.get(2)?,
            })
        })?
        .collect()
}
