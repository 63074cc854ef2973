//! The committed header says what the library exports.

use std::path::Path;
use std::{env, fs};

/// The sources that hold what a caller sees, in the order in which the header shows it.
const SOURCES: [&str; 13] = [
    "src/status.rs",
    "src/bytes.rs",
    "src/exports/library.rs",
    "src/exports/session.rs",
    "src/exports/job.rs",
    "src/exports/licensing.rs",
    "src/exports/runs.rs",
    "src/exports/survey.rs",
    "src/exports/users.rs",
    "src/exports/graph.rs",
    "src/exports/groups.rs",
    "src/exports/local.rs",
    "src/exports/server.rs",
];

#[test]
fn header_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config =
        cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml can be read");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(root.join(source));
    }
    let mut text = Vec::new();
    builder
        .generate()
        .expect("the sources can be read")
        .write(&mut text);
    let generated = String::from_utf8(text).expect("a header is text");
    let path = root.join("include/mglicense.h");
    if env::var_os("MGLICENSE_UPDATE_HEADER").is_some() {
        fs::write(&path, &generated).expect("the header can be written");
    }
    let committed = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        committed == generated,
        "rust/ffi/include/mglicense.h is not what the sources say; write it anew with\n  \
         MGLICENSE_UPDATE_HEADER=1 cargo test -p mglicense-ffi --test header"
    );
}

/// The functions the committed header declares.
fn declared() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let header =
        fs::read_to_string(root.join("include/mglicense.h")).expect("the header can be read");
    let declarations = header
        .lines()
        .filter(|line| !line.starts_with([' ', '*', '#', '/']));
    let names = declarations
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit(' ').next());
    names
        .filter(|name| name.starts_with("mgl_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_function_is_in_the_c_test_of_panics() {
    let test = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/c/panic.c");
    let test = fs::read_to_string(test).expect("the C test can be read");
    let declared = declared();
    assert!(declared.len() > 30, "{declared:?}");
    for name in declared {
        assert!(
            test.contains(&format!("\"{name}\"")),
            "tests/c/panic.c doesn't try {name}"
        );
    }
}
