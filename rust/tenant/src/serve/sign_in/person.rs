//! Who signs in.

use mglicense_rules::Guid;
use rusqlite::{Connection, OptionalExtension, Row};

use super::SignIn;
use super::error::Refusal;
use crate::store::Access;

/// A user, as far as a token tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) id: Guid,
    pub(super) name: String,
    pub(super) display_name: String,
    is_enabled: bool,
}

impl SignIn {
    /// The user of a name; the one of the settings, or the first who can sign in, where no name is given.
    pub(super) async fn person(&self, name: Option<&str>) -> Result<Person, Refusal> {
        let name = name.map(str::to_owned);
        let asked = name.clone();
        let found = self
            .tenant
            .ask(move |store| {
                let state = store.begin(Access::Read).ok()?;
                let name = name.or_else(|| state.settings.sign_in.user.clone());
                let found = find(store.connection(), name.as_deref());
                store.roll_back();
                Some(found)
            })
            .await;
        match found {
            Some(Ok(Some(person))) if person.is_enabled => Ok(person),
            Some(Ok(Some(_))) => Err(Refusal::grant(50_057, "The user account is disabled.")),
            Some(Ok(None)) => Err(Refusal::grant(
                50_034,
                format!(
                    "The user account {} does not exist in the directory. To sign into this application, the account must \
                     be added to the directory.",
                    asked.as_deref().unwrap_or("that was to sign in")
                ),
            )),
            Some(Err(_)) | None => Err(Refusal::unavailable()),
        }
    }
}

fn find(connection: &Connection, name: Option<&str>) -> rusqlite::Result<Option<Person>> {
    const COLUMNS: &str =
        "SELECT id, upn, display_name, account_enabled FROM users WHERE deleted IS NULL";
    match name {
        Some(name) => connection
            .prepare_cached(&format!("{COLUMNS} AND upn = ?1"))?
            .query_row([name], read)
            .optional(),
        None => connection
            .prepare_cached(&format!(
                "{COLUMNS} AND account_enabled IS NOT 0 ORDER BY key LIMIT 1"
            ))?
            .query_row([], read)
            .optional(),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: Guid::from_bytes(row.get(0)?),
        name: row.get(1)?,
        display_name: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
        is_enabled: row.get::<_, Option<bool>>(3)? != Some(false),
    })
}
