//! Opening, making and removing tenants when something is in the way: which fault, on which file, and what to do.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use mglicense_tenant::TenantErrorCode::{self, *};
use mglicense_tenant::{Caller, CreateOptions, OpenOptions, Source, Tenant, TenantError, remove};
use rusqlite::Connection;
use serde_json::json;
use writes::*;

fn open(path: &Path) -> Result<Tenant, TenantError> {
    Tenant::open(
        path,
        OpenOptions {
            busy_timeout: Duration::from_millis(200),
            ..OpenOptions::default()
        },
    )
}

/// The fault has this code, and its text names the file and says what to do.
#[track_caller]
fn assert_fault(error: &TenantError, code: TenantErrorCode, path: &Path, fault: &str) {
    assert_eq!(error.code(), code, "{error}");
    let text = error.message();
    assert!(text.contains(&path.display().to_string()), "{text}");
    assert!(text.contains(fault), "{text}");
    assert!(
        error.remedy().ends_with('.') && error.remedy().len() > 15,
        "{text}"
    );
}

fn tenant_file(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("t.mgtenant");
    Tenant::create(&path, Source::text(small_company().to_string()), false).unwrap();
    path
}

#[test]
fn a_missing_file_a_folder_and_other_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.mgtenant");
    assert_fault(&open(&path).unwrap_err(), NotFound, &path, "no such file");
    assert!(!path.exists(), "opening makes no file");
    assert_fault(
        &open(folder.path()).unwrap_err(),
        IsDirectory,
        folder.path(),
        "folder",
    );
    let other = folder.path().join("notes.txt");
    for content in ["", "hello", &"x".repeat(5000)] {
        fs::write(&other, content).unwrap();
        assert_fault(
            &open(&other).unwrap_err(),
            NotATenant,
            &other,
            "not a tenant",
        );
    }
    // A database of something else.
    let database = folder.path().join("other.db");
    Connection::open(&database)
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    assert_fault(
        &open(&database).unwrap_err(),
        NotATenant,
        &database,
        "not a tenant",
    );
}

#[test]
fn a_file_of_another_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for (version, code) in [(7, NewerVersion), (1, OlderVersion)] {
        let path = folder.path().join(format!("{version}.mgtenant"));
        fs::rename(tenant_file(folder.path()), &path).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!(
                "PRAGMA journal_mode = DELETE; PRAGMA user_version = {version}"
            ))
            .unwrap();
        drop(connection);
        let before = fs::read(&path).unwrap();
        let error = open(&path).unwrap_err();
        assert_fault(&error, code, &path, &format!("version {version}"));
        assert!(error.message().contains("reads version 2"), "{error}");
        assert!(error.message().contains("from its seed"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_damaged_file_is_called_damaged_or_no_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let path = tenant_file(folder.path());
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[100..] {
        *byte = 0xff;
    }
    fs::write(&path, &bytes).unwrap();
    assert_fault(&open(&path).unwrap_err(), Damaged, &path, "damaged");
    // Cut off in the middle.
    let path = folder.path().join("short.mgtenant");
    fs::write(&path, &bytes[..50]).unwrap();
    assert_fault(&open(&path).unwrap_err(), NotATenant, &path, "not a tenant");
}

#[test]
fn a_read_only_file_opens_for_reading_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = tenant_file(folder.path());
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_fault(&open(&path).unwrap_err(), ReadOnly, &path, "read-only");
    assert_fault(&remove(&path).unwrap_err(), ReadOnly, &path, "read-only");
    let error = Tenant::create(&path, Source::Empty, true).unwrap_err();
    assert_fault(&error, ReadOnly, &path, "read-only");
    let tenant = Tenant::open(
        &path,
        OpenOptions {
            read_only: true,
            ..OpenOptions::default()
        },
    )
    .unwrap();
    assert_eq!(tenant.info().unwrap().users, 5);
    let service = Service::around(tenant, Caller::unrestricted());
    assert_eq!(service.json(&format!("/users/{U1}"))["id"], U1);
    assert_eq!(service.json("/users")["value"].as_array().unwrap().len(), 5);
    let answer = service.assign(U1, &[FLOW], &[]);
    answer.assert_refused(
        403,
        "Authorization_RequestDenied",
        "The tenant is open read-only, so it takes no writes.",
    );
    assert_eq!(
        service
            .post(
                "/$batch",
                &json!({"requests": [
        {"id": "1", "method": "DELETE", "url": format!("/users/{U1}")}]})
            )
            .json()["responses"][0]["status"],
        403
    );
    assert!(service.products(U1).is_empty());
    let error = service
        .tenant
        .set_settings(&json!({"requestLog": "all"}))
        .unwrap_err();
    assert_eq!(error.code(), ReadOnly, "{error}");
}

#[test]
fn a_file_that_another_holds_is_waited_for_and_then_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = tenant_file(folder.path());
    let service = Service::around(open(&path).unwrap(), Caller::unrestricted());
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    let (status, code, message) = service.assign(U1, &[FLOW], &[]).refusal();
    assert_eq!((status, code.as_str()), (503, "Service_Unavailable"));
    assert!(message.contains("another process"), "{message}");
    assert!(start.elapsed() >= Duration::from_millis(200), "it waited");
    assert!(start.elapsed() < Duration::from_secs(5), "and not for ever");
    // Reads are not held up.
    assert_eq!(service.get(&format!("/users/{U1}")).status, 200);
    let error = service
        .tenant
        .set_settings(&json!({"requestLog": "all"}))
        .unwrap_err();
    assert_fault(&error, Locked, &path, "another process");
    other.execute_batch("ROLLBACK").unwrap();
    service.assign(U1, &[FLOW], &[]).assert_ok();
    // Held as a whole, it cannot even be opened.
    drop(service);
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; UPDATE users SET mail = mail; COMMIT").unwrap();
    assert_fault(&open(&path).unwrap_err(), Locked, &path, "another process");
}

#[test]
fn a_full_disk_refuses_the_write_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = tenant_file(folder.path());
    let size = fs::metadata(&path).unwrap().len();
    let service = Service::around(open(&path).unwrap(), Caller::unrestricted());
    service
        .tenant
        .set_settings(&json!({"maxFileBytes": size + 64 * 1024}))
        .unwrap();
    let user = |number: u32| {
        json!({"accountEnabled": true, "displayName": "x".repeat(200), "mailNickname": format!("n{number}"),
            "userPrincipalName": format!("n{number}@contoso.com"), "passwordProfile": {"password": "Secret-1234"},
            "streetAddress": "s".repeat(1000)})
    };
    let mut made = 0;
    let refused = loop {
        let answer = service.post("/users", &user(made));
        if answer.status != 201 {
            break answer;
        }
        made += 1;
        assert!(made < 1000, "the limit is never reached");
    };
    let (status, code, message) = refused.refusal();
    assert_eq!((status, code.as_str()), (507, "InsufficientStorage"));
    assert!(message.contains("no room"), "{message}");
    // In a batch, the steps before it are taken back as well, and none is answered as done.
    let step = |id: &str, number: u32| {
        json!({"id": id, "method": "POST", "url": "/users", "headers": {"Content-Type": "application/json"},
            "body": user(number)})
    };
    let steps: Vec<_> = (0..20)
        .map(|number| step(&number.to_string(), 5000 + number))
        .collect();
    let answer = service.post("/$batch", &json!({"requests": steps}));
    if answer.status == 200 {
        let json = answer.json();
        for step in json["responses"].as_array().unwrap() {
            let number: u32 = step["id"].as_str().unwrap().parse().unwrap();
            let there = service
                .get(&format!("/users/n{}@contoso.com", 5000 + number))
                .status
                == 200;
            assert_eq!(there, step["status"] == 201, "{step}");
        }
    }
    assert_eq!(
        service.get(&format!("/users/n{made}@contoso.com")).status,
        404
    );
    for number in 0..made {
        assert_eq!(
            service.get(&format!("/users/n{number}@contoso.com")).status,
            200,
            "n{number} is lost"
        );
    }
    // With room, it goes on.
    service
        .tenant
        .set_settings(&json!({"maxFileBytes": null}))
        .unwrap();
    assert_eq!(service.post("/users", &user(made)).status, 201);
    // A tenant that does not fit is not made.
    drop(service);
    let error = Tenant::create(
        folder.path().join("new.mgtenant"),
        Source::Sample,
        CreateOptions {
            settings: Some(json!({"maxFileBytes": 0})),
            ..CreateOptions::default()
        },
    );
    assert!(
        error.is_ok(),
        "a limit below the size keeps the size: {error:?}"
    );
}

#[test]
fn a_new_tenant_needs_a_folder_and_a_free_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no").join("t.mgtenant");
    let error = Tenant::create(&path, Source::Empty, false).unwrap_err();
    assert_fault(&error, NotFound, &path, "no folder");
    let path = tenant_file(folder.path());
    let error = Tenant::create(&path, Source::Empty, false).unwrap_err();
    assert_fault(&error, AlreadyExists, &path, "already");
    assert!(error.remedy().contains("-Force"), "{error}");
    Tenant::create(&path, Source::Empty, true).unwrap();
    assert_eq!(open(&path).unwrap().info().unwrap().users, 0);
    // Force replaces tenants, not whatever is there.
    let precious = folder.path().join("thesis.docx");
    fs::write(&precious, "years of work").unwrap();
    let error = Tenant::create(&precious, Source::Empty, true).unwrap_err();
    assert_fault(&error, NotATenant, &precious, "not a tenant");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "years of work");
    assert_fault(
        &Tenant::create(folder.path(), Source::Empty, true).unwrap_err(),
        IsDirectory,
        folder.path(),
        "folder",
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing half made is left"
    );
}

#[test]
fn removing_takes_the_file_and_what_sqlite_keeps_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = tenant_file(folder.path());
    let tenant = open(&path).unwrap();
    let service = Service::around(tenant, Caller::unrestricted());
    service.assign(U1, &[FLOW], &[]).assert_ok();
    drop(service);
    remove(&path).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_fault(&remove(&path).unwrap_err(), NotFound, &path, "no such file");
    let other = folder.path().join("notes.txt");
    fs::write(&other, "x").unwrap();
    assert_fault(
        &remove(&other).unwrap_err(),
        NotATenant,
        &other,
        "not a tenant",
    );
    assert!(other.exists());
}

#[cfg(unix)]
#[test]
fn a_file_that_was_replaced_or_removed_takes_no_writes_that_would_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = tenant_file(folder.path());
    let service = Service::around(open(&path).unwrap(), Caller::unrestricted());
    service.assign(U1, &[FLOW], &[]).assert_ok();
    Tenant::create(&path, Source::Sample, true).unwrap();
    for answer in [service.assign(U1, &[], &[FLOW]), service.get("/users")] {
        let (status, code, message) = answer.refusal();
        assert_eq!((status, code.as_str()), (503, "Service_Unavailable"));
        assert!(message.contains("replaced or removed"), "{message}");
        assert!(message.contains(&path.display().to_string()), "{message}");
    }
    let again = Service::around(open(&path).unwrap(), Caller::unrestricted());
    assert_eq!(again.get("/users/ada.lovell@contoso.com").status, 200);
    remove(&path).unwrap();
    assert_eq!(again.delete("/users/ada.lovell@contoso.com").status, 503);
}

#[test]
fn a_missing_seed_file_is_named() {
    let path = Path::new("/nowhere/seed.json");
    let error = Source::file(path).unwrap_err();
    assert_fault(&error, NotFound, path, "no such seed");
}
