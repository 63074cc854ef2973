//! Opening, making and removing tenant files.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::OpenOptions;
use crate::error::{TenantError, TenantErrorCode};

/// What marks a SQLite file as a tenant: "MgLt".
pub(crate) const APPLICATION_ID: u32 = 0x4d67_4c74;

/// The version of the schema this program writes, and the only one it reads: no release wrote an older one.
pub(crate) const FORMAT_VERSION: u32 = 2;

const SCHEMA: &str = include_str!("../schema.sql");

/// Statements a connection keeps prepared. There are fewer in the whole crate, apart from what filters make.
const STATEMENTS: usize = 256;

/// Opens a tenant file that is there, after a look at it that needs no lock.
pub(super) fn open(path: &Path, options: &OpenOptions) -> Result<Connection, TenantError> {
    check_header(path)?;
    if !options.read_only {
        check_writable(path)?;
    }
    let flags = if options.read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| TenantError::from_sqlite(path, &error))?;
    prepare(&connection, options.busy_timeout)
        .map_err(|error| TenantError::from_sqlite(path, &error))?;
    Ok(connection)
}

/// A new tenant in memory, with its tables and nothing in them.
fn open_memory() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    prepare(&connection, Duration::ZERO)?;
    create_schema(&connection)?;
    Ok(connection)
}

fn create_schema(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT_VERSION};"
    ))?;
    connection.execute_batch(SCHEMA)
}

fn prepare(connection: &Connection, busy_timeout: Duration) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    BUSY_LIMIT.set(busy_timeout);
    connection.busy_handler(Some(wait_for_other_process))?;
    crate::odata::register(connection)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;")
}

thread_local! {
    // A busy handler is a plain function, and a connection is used by one thread.
    static BUSY_LIMIT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static BUSY_SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Sets how long the connections of this thread wait for another process.
pub(super) fn limit_waits(limit: Duration) {
    BUSY_LIMIT.set(limit);
}

/// Waits a little longer each time, so that a short write of another process costs little and a long one no busy loop.
fn wait_for_other_process(attempt: i32) -> bool {
    if attempt == 0 {
        BUSY_SINCE.set(Some(Instant::now()));
    }
    let waited = BUSY_SINCE
        .get()
        .map_or(Duration::ZERO, |since| since.elapsed());
    if waited >= BUSY_LIMIT.get() {
        return false;
    }
    let pause = Duration::from_micros(100 * u64::from(attempt.unsigned_abs()) + 50);
    std::thread::sleep(pause.min(Duration::from_millis(10)));
    true
}

/// Looks at the first bytes of the file: is it a tenant, and of a version known here?
fn check_header(path: &Path) -> Result<(), TenantError> {
    let metadata = fs::metadata(path).map_err(|error| TenantError::from_io(path, &error))?;
    if metadata.is_dir() {
        return Err(TenantError::new(
            TenantErrorCode::IsDirectory,
            path,
            "this is a folder, not a file",
            "Name the tenant file in it.",
        ));
    }
    let mut header = [0_u8; 100];
    let mut file = File::open(path).map_err(|error| TenantError::from_io(path, &error))?;
    let not_a_tenant = || {
        TenantError::new(
            TenantErrorCode::NotATenant,
            path,
            "the file is not a tenant",
            "Name a file made by New-MgLocalTenant.",
        )
    };
    file.read_exact(&mut header).map_err(|_| not_a_tenant())?;
    let word = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    if !header.starts_with(b"SQLite format 3\0") || word(68) != APPLICATION_ID {
        return Err(not_a_tenant());
    }
    let version = word(60);
    if version > FORMAT_VERSION {
        return Err(TenantError::new(
            TenantErrorCode::NewerVersion,
            path,
            format!(
                "the file has version {version} of the format, and this program reads version {FORMAT_VERSION}"
            ),
            "Update MgLicense, or make the tenant anew from its seed.",
        ));
    }
    if version < FORMAT_VERSION {
        return Err(TenantError::new(
            TenantErrorCode::OlderVersion,
            path,
            format!(
                "the file has version {version} of the format, of a time before the first release, and this program reads \
                 version {FORMAT_VERSION}"
            ),
            "Make the tenant anew from its seed with New-MgLocalTenant -Force.",
        ));
    }
    Ok(())
}

/// Refuses a file or folder that is marked read-only. SQLite would find out only at the first write, and for an
/// administrator not even then.
fn check_writable(path: &Path) -> Result<(), TenantError> {
    let metadata = fs::metadata(path).map_err(|error| TenantError::from_io(path, &error))?;
    if metadata.permissions().readonly() {
        return Err(TenantError::new(
            TenantErrorCode::ReadOnly,
            path,
            "the file is read-only",
            "Make it writable, or open the tenant read-only.",
        ));
    }
    Ok(())
}

/// The path of a file SQLite keeps beside the tenant: `-wal` or `-shm`.
pub(crate) fn sidecar(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a tenant file: `fill` writes it into a new file beside the target, which takes its name only when all is well.
/// A file that is there already is replaced only with `force`, and only if it is a tenant.
pub(crate) fn build(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&Connection) -> Result<(), TenantError>,
) -> Result<(), TenantError> {
    if let Ok(metadata) = fs::symlink_metadata(path) {
        if metadata.is_dir() || force {
            check_header(path)?;
        } else {
            return Err(TenantError::new(
                TenantErrorCode::AlreadyExists,
                path,
                "there is such a file already",
                "Choose another path, or use -Force to replace it.",
            ));
        }
        check_writable(path)?;
    }
    let part = sidecar(path, &format!(".{}.part", std::process::id()));
    let built = write_new(&part, fill).and_then(|()| {
        for suffix in ["-wal", "-shm"] {
            remove_if_there(&sidecar(path, suffix))?;
        }
        fs::rename(&part, path).map_err(|error| TenantError::from_io(path, &error))?;
        sync_folder(path);
        Ok(())
    });
    if built.is_err() {
        for leftover in [
            &part,
            &sidecar(&part, "-wal"),
            &sidecar(&part, "-shm"),
            &sidecar(&part, "-journal"),
        ] {
            let _ = fs::remove_file(leftover);
        }
    }
    // The person knows the path they gave, not the one of the file in the making.
    built.map_err(|error| {
        if error.path() == part {
            TenantError::new(error.code(), path, error.fault(), error.remedy())
        } else {
            error
        }
    })
}

fn write_new(
    part: &Path,
    fill: impl FnOnce(&Connection) -> Result<(), TenantError>,
) -> Result<(), TenantError> {
    if let Some(folder) = part
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        && !folder.is_dir()
    {
        return Err(TenantError::new(
            TenantErrorCode::NotFound,
            part,
            format!("there is no folder '{}'", folder.display()),
            "Make the folder first, or choose another path.",
        ));
    }
    remove_if_there(part)?;
    let failed = |error: rusqlite::Error| TenantError::from_sqlite(part, &error);
    let connection = Connection::open(part).map_err(failed)?;
    prepare(&connection, Duration::from_secs(5)).map_err(failed)?;
    // Nobody else sees the file yet, so it needs neither a journal nor a sync until it is whole.
    connection
        .execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;",
        )
        .map_err(failed)?;
    connection
        .execute_batch("BEGIN EXCLUSIVE")
        .map_err(failed)?;
    create_schema(&connection).map_err(failed)?;
    fill(&connection)?;
    connection.execute_batch("COMMIT").map_err(failed)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL")
        .map_err(failed)?;
    connection.close().map_err(|(_, error)| failed(error))?;
    // Opened for writing, since Windows syncs no other.
    let file = File::options().write(true).open(part);
    file.and_then(|file| file.sync_all())
        .map_err(|error| TenantError::from_io(part, &error))
}

/// A tenant in memory, filled.
pub(crate) fn build_memory(
    fill: impl FnOnce(&Connection) -> Result<(), TenantError>,
) -> Result<Connection, TenantError> {
    let failed = |error: rusqlite::Error| TenantError::from_sqlite(Path::new(":memory:"), &error);
    let connection = open_memory().map_err(failed)?;
    connection.execute_batch("BEGIN").map_err(failed)?;
    fill(&connection)?;
    connection.execute_batch("COMMIT").map_err(failed)?;
    Ok(connection)
}

/// Removes a tenant and what SQLite keeps beside it. Refuses anything that is not a tenant.
pub(crate) fn remove(path: &Path) -> Result<(), TenantError> {
    check_header(path)?;
    check_writable(path)?;
    fs::remove_file(path).map_err(|error| TenantError::from_io(path, &error))?;
    for suffix in ["-wal", "-shm"] {
        remove_if_there(&sidecar(path, suffix))?;
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<(), TenantError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(TenantError::from_io(path, &error))
        }
        _ => Ok(()),
    }
}

/// Makes the new name itself survive a power cut. Windows has no such call and needs none.
fn sync_folder(path: &Path) {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
    }
}
