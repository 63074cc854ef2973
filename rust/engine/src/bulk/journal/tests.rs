//! What a journal does when the disk doesn't.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::ffi;

use super::{Folder, Header, Journal, Store, failure};
use crate::bulk::plan::ListedPlan;
use crate::preflight::rows::{Rows, Wish};
use crate::session::Identity;

fn header() -> Header {
    Header {
        command: "Set-MgUserLicense".into(),
        identity: Identity::default(),
        options: "{}".into(),
        undoes: None,
        started: Timestamp::UNIX_EPOCH,
    }
}

fn folder(name: &str) -> Folder {
    let path =
        std::env::temp_dir().join(format!("mglicense-journal-{}-{name}", std::process::id()));
    Folder::find(Some(&path.display().to_string())).unwrap()
}

fn code(error: i32) -> String {
    let error = rusqlite::Error::SqliteFailure(ffi::Error::new(error), None);
    failure(Path::new("x.mgrun"), &error).code.clone()
}

#[test]
fn each_way_in_which_a_file_can_fail_has_its_code() {
    assert_eq!(code(ffi::SQLITE_FULL), "RunDiskFull");
    assert_eq!(code(ffi::SQLITE_READONLY), "RunReadOnly");
    assert_eq!(code(ffi::SQLITE_CANTOPEN), "RunReadOnly");
    assert_eq!(code(ffi::SQLITE_NOTADB), "RunDamaged");
    assert_eq!(code(ffi::SQLITE_CORRUPT), "RunDamaged");
    assert_eq!(code(ffi::SQLITE_BUSY), "RunBusy");
    assert_eq!(code(ffi::SQLITE_IOERR), "RunUnusable");
}

#[test]
fn a_full_disk_is_said_and_what_was_committed_stays() {
    let folder = folder("full");
    let store = Store::create(&folder, &header()).unwrap();
    let path = store.path().to_owned();
    // SQLite refuses to grow the file as it does on a full disk.
    let pages: i64 = store
        .with(|connection| connection.pragma_query_value(None, "page_count", |row| row.get(0)))
        .unwrap();
    store
        .with(|connection| connection.pragma_update(None, "max_page_count", pages + 2))
        .unwrap();
    let journal = Journal::start(store).unwrap();
    let mut rows = Rows::new(Wish::default());
    for row in 1..=10_000 {
        rows.push_wish(row, Some("ada@contoso.com"), &Wish::default());
    }
    let plan = ListedPlan {
        writes: Vec::new(),
        skus: Default::default(),
        groups: Default::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let inserted = journal
            .insert(Arc::new(rows), Arc::new(plan), Vec::new())
            .await;
        assert_eq!(inserted.unwrap_err().code, "RunDiskFull");
        journal.close().await;
    });
    let store = Store::look(&path).unwrap();
    assert_eq!(store.header().unwrap().command, "Set-MgUserLicense");
    assert_eq!(store.info().unwrap().rows, 0);
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
}
