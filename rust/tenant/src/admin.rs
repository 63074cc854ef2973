//! What a person does with a tenant beside Graph: looks at it, reads its log, changes its settings.

use std::path::PathBuf;

use mglicense_rules::Guid;
use mglicense_rules::assignment::PrepaidUnits;
use rusqlite::{Connection, params};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::due;
use crate::error::{TenantError, TenantErrorCode};
use crate::fault::{self, Fault, Located};
use crate::groups;
use crate::quota;
use crate::rule_tables::RuleTables;
use crate::seed;
use crate::settings::Settings;
use crate::store::{Access, Location, State, Store, capability, set_meta, sidecar};

/// What a tenant is and holds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantInfo {
    /// The file; `:memory:` if there is none.
    pub path: PathBuf,
    /// The tenant's id.
    pub tenant_id: Guid,
    /// The name of the organisation.
    pub display_name: String,
    /// The default domain.
    pub default_domain: String,
    /// All domains, the default one first.
    pub domains: Vec<String>,
    /// Accounts, without deleted ones.
    pub users: i64,
    /// Groups, without deleted ones.
    pub groups: i64,
    /// Products.
    pub skus: i64,
    /// The moment at which the tenant's clock stands; none if it runs.
    pub clock: Option<String>,
    /// All settings.
    pub settings: Value,
    /// Bytes of the file, with what SQLite keeps beside it.
    pub size: u64,
}

/// Which requests of the log are wanted.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// Those that write. The envelope of a batch is none of them; its writing steps are.
    pub write_only: bool,
    /// So many of the latest.
    pub last: Option<u64>,
    /// Those after this index.
    pub after: Option<i64>,
}

/// A request as the log keeps it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedRequest {
    /// Its number: the order of arrival.
    pub index: i64,
    /// When it came, by the tenant's clock.
    pub at: String,
    /// The method.
    pub method: String,
    /// The path as sent, with the version.
    pub path: String,
    /// What stood after the question mark, as sent.
    pub query: String,
    /// The headers, without those that carry secrets.
    pub headers: Vec<(String, String)>,
    /// The body to the byte, but with passwords masked.
    pub body: String,
    /// What became of it: the status of its answer, also where the caller did not get it (see `fault`); 0 where it was
    /// neither carried out nor answered.
    pub status: u16,
    /// The body of the answer, if it was a refusal.
    pub response: Option<String>,
    /// The id of the request.
    pub request_id: String,
    /// Whether it changes something, if it succeeds.
    pub write: bool,
    /// For a step of a batch, the index of the batch.
    pub batch: Option<i64>,
    /// For a step of a batch, its id in it.
    pub batch_item: Option<String>,
    /// What a fault on purpose gave the caller instead of the answer: a status, `reset`, `noAnswer` or `halfAnswer`.
    pub fault: Option<String>,
}

fn failed(store: &Store) -> impl Fn(rusqlite::Error) -> TenantError + use<> {
    let path = store.location().path().to_owned();
    move |error| TenantError::from_sqlite(&path, &error)
}

/// Runs `read` in a transaction that writes nothing.
fn reading<R>(
    store: &mut Store,
    read: impl FnOnce(&Store, &State) -> rusqlite::Result<R>,
) -> Result<R, TenantError> {
    let failed = failed(store);
    let state = store.begin(Access::Read).map_err(&failed)?;
    let outcome = read(store, &state);
    store.roll_back();
    outcome.map_err(failed)
}

/// The number from which ids are drawn.
pub(crate) fn seed(store: &mut Store) -> Result<u64, TenantError> {
    reading(store, |_, state| Ok(state.seed))
}

pub(crate) fn info(store: &mut Store) -> Result<TenantInfo, TenantError> {
    reading(store, |store, state| {
        let connection = store.connection();
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let mut select = connection.prepare(
            "SELECT id FROM domains ORDER BY json_extract(doc, '$.isDefault') DESC, key",
        )?;
        let domains: Vec<String> = select
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let organization: String = connection.query_row(
            "SELECT value FROM meta WHERE name = 'organization'",
            [],
            |row| row.get(0),
        )?;
        let organization: Value = serde_json::from_str(&organization).unwrap_or_default();
        Ok(TenantInfo {
            path: store.location().path().to_owned(),
            tenant_id: state.tenant_id,
            display_name: organization["displayName"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            default_domain: domains.first().cloned().unwrap_or_default(),
            domains,
            users: count("SELECT count(*) FROM users WHERE deleted IS NULL")?,
            groups: count("SELECT count(*) FROM groups WHERE deleted IS NULL")?,
            skus: count("SELECT count(*) FROM skus WHERE removed = 0")?,
            clock: state.clock.map(|clock| clock.to_string()),
            settings: state.settings.json(),
            size: size(store.location()),
        })
    })
}

fn size(location: &Location) -> u64 {
    let Location::File(path) = location else {
        return 0;
    };
    let files = [path.clone(), sidecar(path, "-wal"), sidecar(path, "-shm")];
    let sizes = files.iter().filter_map(|file| std::fs::metadata(file).ok());
    sizes.map(|metadata| metadata.len()).sum()
}

pub(crate) fn requests(
    store: &mut Store,
    filter: &RequestFilter,
) -> Result<Vec<LoggedRequest>, TenantError> {
    reading(store, |store, _| {
        let mut select = store.connection().prepare_cached(
            "SELECT key, at, method, path, query, headers, body, status, response, request_id, write, parent, item, fault
               FROM requests WHERE key > ?1 AND (write OR NOT ?2) ORDER BY key DESC LIMIT ?3",
        )?;
        let last = filter
            .last
            .map_or(-1, |last| i64::try_from(last).unwrap_or(i64::MAX));
        let rows = select.query_map(
            params![filter.after.unwrap_or(0), filter.write_only, last],
            |row| {
                let headers: String = row.get(5)?;
                Ok(LoggedRequest {
                    index: row.get(0)?,
                    at: row.get(1)?,
                    method: row.get(2)?,
                    path: row.get(3)?,
                    query: row.get(4)?,
                    headers: serde_json::from_str(&headers).unwrap_or_default(),
                    body: row.get(6)?,
                    status: row.get(7)?,
                    response: row.get(8)?,
                    request_id: row.get(9)?,
                    write: row.get(10)?,
                    batch: row.get(11)?,
                    batch_item: row.get(12)?,
                    fault: row.get(13)?,
                })
            },
        )?;
        let mut list: Vec<LoggedRequest> = rows.collect::<Result<_, _>>()?;
        list.reverse();
        Ok(list)
    })
}

pub(crate) fn clear_requests(store: &mut Store) -> Result<(), TenantError> {
    let failed = failed(store);
    store.begin(Access::Write).map_err(&failed)?;
    let cleared = store.connection().execute("DELETE FROM requests", []);
    finish(store, cleared.map(drop).map_err(failed))
}

/// What one tick did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReport {
    /// The tenant's time.
    pub clock: String,
    /// Members whose licences were computed anew.
    pub members: u64,
    /// Whether something is still due at this time.
    pub is_due: bool,
    /// When the next work is due; none if there is none.
    pub next: Option<String>,
}

pub(crate) fn step(store: &mut Store) -> Result<StepReport, TenantError> {
    let failed = failed(store);
    let state = store.begin(Access::Write).map_err(&failed)?;
    let now = store.now();
    let stepped = due::run(store.connection(), &state, now).and_then(|members| {
        let next = due::next(store.connection())?;
        Ok(StepReport {
            clock: now.to_string(),
            members,
            is_due: due::is_due(store.connection(), now)?,
            next,
        })
    });
    match stepped {
        Ok(report) => {
            store.commit().map_err(failed)?;
            Ok(report)
        }
        Err(error) => {
            store.roll_back();
            Err(failed(error))
        }
    }
}

/// Commits what went well and takes back what did not.
fn finish(store: &mut Store, outcome: Result<(), TenantError>) -> Result<(), TenantError> {
    let failed = failed(store);
    let outcome = match outcome {
        Ok(()) => store.commit().map_err(failed),
        Err(error) => {
            store.roll_back();
            Err(error)
        }
    };
    store.forget();
    outcome
}

/// Why a tenant could not be changed.
enum ChangeError {
    Fault(Fault),
    Sqlite(rusqlite::Error),
}

impl From<Fault> for ChangeError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<rusqlite::Error> for ChangeError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

pub(crate) fn change(store: &mut Store, changes: &Value) -> Result<(), TenantError> {
    let failed = failed(store);
    let path = store.location().path().to_owned();
    let state = store.begin(Access::Write).map_err(&failed)?;
    // A limit that is reached must not keep itself from being lifted.
    store.limit_size(None).map_err(&failed)?;
    let changed =
        apply(store.connection(), &state, store.now(), changes).map_err(|error| match error {
            ChangeError::Sqlite(error) => failed(error),
            ChangeError::Fault(fault) => TenantError::new(
                TenantErrorCode::Setting,
                path,
                format!("the change is refused at {fault}"),
                "Correct it; nothing was changed.",
            ),
        });
    finish(store, changed)
}

const KEYS: [&str; 4] = ["settings", "clock", "rules", "subscribedSkus"];

fn apply(
    connection: &Connection,
    state: &State,
    now: Moment,
    changes: &Value,
) -> Result<(), ChangeError> {
    for (key, value) in fault::object(changes)? {
        match key.as_str() {
            "settings" => {
                let mut settings = Settings::clone(&state.kept_settings);
                settings.change(value).at(key)?;
                if settings.faults != state.kept_settings.faults {
                    connection.execute("DELETE FROM fault_counts", [])?;
                }
                if settings.quota != state.kept_settings.quota {
                    quota::reset(connection)?;
                }
                set_meta(connection, "settings", &settings.json().to_string())?;
            }
            "clock" => set_clock(connection, value)?,
            "rules" => {
                let skus = state.skus(connection)?;
                let resolve =
                    |text: &str| seed::rule_plan(text, skus.iter().map(|entry| &entry.facts));
                let tables = RuleTables::read(value, &resolve).at(key)?;
                set_meta(connection, "rules", &tables.json().to_string())?;
            }
            "subscribedSkus" => {
                for (index, value) in fault::list(value).at(key)?.iter().enumerate() {
                    change_sku(connection, state, now, value).map_err(|error| match error {
                        ChangeError::Fault(fault) => {
                            ChangeError::Fault(fault.at_index(index).at(key))
                        }
                        other => other,
                    })?;
                }
            }
            _ => return Err(fault::unknown("key", key, &KEYS).at(key).into()),
        }
    }
    set_meta(connection, "revision", &(state.revision + 1).to_string())?;
    Ok(())
}

fn set_clock(connection: &Connection, value: &Value) -> Result<(), ChangeError> {
    if value.is_null() {
        connection.execute("DELETE FROM meta WHERE name = 'clock'", [])?;
        return Ok(());
    }
    let clock: Moment = fault::moment(value).at("clock")?;
    Ok(set_meta(connection, "clock", &clock.to_string())?)
}

/// Changes the seats of a product, adds one, or takes one away.
fn change_sku(
    connection: &Connection,
    state: &State,
    now: Moment,
    value: &Value,
) -> Result<(), ChangeError> {
    let object: &Map<String, Value> = fault::object(value)?;
    let skus = state.skus(connection)?;
    let named = ["skuId", "skuPartNumber"]
        .into_iter()
        .find_map(|key| Some((key, object.get(key)?)));
    let Some((key, text)) = named else {
        return Err(Fault::new("neither 'skuId' nor 'skuPartNumber' is given").into());
    };
    let text = fault::text(text).at(key)?;
    let id = seed::known_product(text, skus.named()).at(key)?;
    let Some(entry) = skus.by_id(id) else {
        return Ok(seed::add_product(connection, value)?);
    };
    let mut units: PrepaidUnits = entry.facts.prepaid;
    let mut removed = entry.removed;
    for (key, value) in object {
        match key.as_str() {
            "skuId" | "skuPartNumber" => {}
            "prepaidUnits" => units = seed::changed_units(value, units).at(key)?,
            "removed" => removed = fault::boolean(value).at(key)?,
            "servicePlans" => {
                seed::change_plans(connection, entry.key, id, value)?;
                groups::product_changed(connection, now, entry.key)?;
            }
            _ => {
                let known = [
                    "skuId",
                    "skuPartNumber",
                    "prepaidUnits",
                    "removed",
                    "servicePlans",
                ];
                return Err(fault::unknown("key", key, &known).at(key).into());
            }
        }
    }
    connection.execute(
        "UPDATE skus SET enabled = ?2, warning = ?3, suspended = ?4, locked_out = ?5, capability = ?6, removed = ?7
          WHERE key = ?1",
        params![
            entry.key,
            units.enabled,
            units.warning,
            units.suspended,
            units.locked_out,
            capability(units),
            removed
        ],
    )?;
    Ok(groups::seats_came(
        connection,
        &state.settings,
        now,
        &[entry.key],
    )?)
}

impl From<seed::BuildError> for ChangeError {
    fn from(error: seed::BuildError) -> Self {
        match error {
            seed::BuildError::Fault(fault) => Self::Fault(fault),
            seed::BuildError::Sqlite(error) => Self::Sqlite(error),
            seed::BuildError::Io(error) => Self::Fault(Fault::new(error.to_string())),
            seed::BuildError::Stopped => Self::Fault(Fault::new("stopped")),
        }
    }
}
