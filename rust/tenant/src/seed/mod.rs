//! Where a tenant's content comes from.

mod builder;
mod domains;
mod generate;
mod groups;
mod organization;
mod parse;
mod people;
mod products;
mod roles;
mod rooms;
mod sample;
mod side_accounts;
mod stream;
mod subscriptions;
mod tenant;
mod users;
mod wishes;

pub use generate::{GenerateSpec, GenerateSpecError};
pub(crate) use products::{changed_units, known_product, rule_plan};
pub use wishes::Progress;
pub(crate) use wishes::Wishes;

use std::fmt;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;

use crate::error::{TenantError, TenantErrorCode};
use crate::fault::{Fault, Located};

/// A seed that can be read twice: once for what the tenant is, once for who is in it.
pub trait SeedReader: Read + Seek + Send {}

impl<R: Read + Seek + Send> SeedReader for R {}

/// What a new tenant is filled with.
#[non_exhaustive]
pub enum Source {
    /// Nothing but an organisation and a domain.
    Empty,
    /// The sample company of about 200 accounts.
    Sample,
    /// A seed in JSON, and the file it comes from, which a fault in it names.
    Seed(Box<dyn SeedReader>, Option<PathBuf>),
    /// Many made-up accounts.
    Generate(GenerateSpec),
}

impl Source {
    /// A seed held in memory.
    pub fn text(json: impl Into<Vec<u8>>) -> Self {
        Self::Seed(Box::new(std::io::Cursor::new(json.into())), None)
    }

    /// A seed in a file.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn file(path: &Path) -> Result<Self, TenantError> {
        let file = std::fs::File::open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => TenantError::new(
                TenantErrorCode::NotFound,
                path,
                "there is no such seed",
                "Check the path of the seed.",
            ),
            _ => TenantError::from_io(path, &error),
        })?;
        let reader = std::io::BufReader::with_capacity(64 * 1024, file);
        Ok(Self::Seed(Box::new(reader), Some(path.to_owned())))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Sample => f.write_str("Sample"),
            Self::Seed(_, path) => write!(f, "Seed({path:?})"),
            Self::Generate(spec) => write!(f, "Generate({spec:?})"),
        }
    }
}

/// Why a new tenant could not be filled.
#[derive(Debug)]
pub(crate) enum BuildError {
    Fault(Fault),
    Sqlite(rusqlite::Error),
    Io(std::io::Error),
    /// Whoever follows the progress said to stop.
    Stopped,
}

impl From<Fault> for BuildError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<rusqlite::Error> for BuildError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl BuildError {
    /// The error about the tenant at `path`, or about its seed where that is at fault and has a file.
    fn into_tenant_error(self, path: &Path, seed: Option<&Path>) -> TenantError {
        match self {
            Self::Fault(fault) => TenantError::new(
                TenantErrorCode::Seed,
                seed.unwrap_or(path),
                format!("the seed is refused at {fault}"),
                "Correct the seed; no tenant was made.",
            ),
            Self::Sqlite(error) => TenantError::from_sqlite(path, &error),
            Self::Io(error) => TenantError::from_io(path, &error),
            Self::Stopped => TenantError::new(
                TenantErrorCode::Stopped,
                path,
                "the making of the tenant was stopped",
                "Start again when it suits; no tenant was made.",
            ),
        }
    }
}

/// Fills a new tenant.
pub(crate) fn fill(
    connection: &Connection,
    path: &Path,
    source: Source,
    wishes: Wishes<'_>,
) -> Result<(), TenantError> {
    let mut seed = None;
    let filled = match source {
        Source::Empty => tenant::empty(connection, wishes),
        Source::Sample => sample::fill(connection, wishes),
        Source::Seed(reader, file) => {
            seed = file;
            parse::fill(connection, reader, wishes)
        }
        Source::Generate(spec) => generate::fill(connection, &spec, wishes),
    };
    filled.map_err(|error| error.into_tenant_error(path, seed.as_deref()))
}

/// Adds a product to a tenant that is there.
pub(crate) fn add_product(connection: &Connection, value: &Value) -> Result<(), BuildError> {
    let sku = products::new_sku(value)?;
    let mut builder = builder::Builder::new(connection, 0, crate::clock::Moment::from_unix(0));
    builder.add_sku(sku)?;
    Ok(())
}

/// Gives a product other plans, as when Microsoft adds one: `value` is its `servicePlans`.
pub(crate) fn change_plans(
    connection: &Connection,
    sku_key: i64,
    sku_id: mglicense_rules::Guid,
    value: &Value,
) -> Result<(), BuildError> {
    let plans = products::service_plans(value, sku_id).at("servicePlans")?;
    Ok(builder::set_plans(connection, sku_key, &plans)?)
}
