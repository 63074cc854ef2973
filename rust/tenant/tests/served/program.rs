//! The program `mglicense-tenant`, started as a person or a test starts it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::client;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mglicense-tenant"));
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts the program and reads the line by which it says that it listens.
fn start(arguments: &[&str]) -> (Child, Value) {
    let mut child = program(arguments).spawn().expect("the program starts");
    let mut line = String::new();
    let out = child.stdout.as_mut().expect("its output is read");
    BufReader::new(out)
        .read_line(&mut line)
        .expect("it says where it is");
    let told = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
    (child, told)
}

fn text<'a>(told: &'a Value, name: &str) -> &'a str {
    told[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {told}"))
}

/// Runs the program to its end and gives what it complains of.
fn complaint(arguments: &[&str]) -> String {
    // Should it serve after all, it ends with its input, which is empty.
    let output = program(arguments)
        .arg("--until-input-ends")
        .output()
        .expect("the program runs");
    assert!(!output.status.success());
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_serves_until_its_input_ends_and_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sample.mgtenant");
    let name = file.to_str().unwrap();
    let (mut child, told) = start(&[
        name,
        "--sample",
        "--tls",
        "--until-input-ends",
        "--durability",
        "none",
        "--quota={\"writes\":5}",
        "--settings",
        "{\"page\":{\"defaultSize\":3}}",
    ]);
    let certificate = std::path::PathBuf::from(text(&told, "certificatePath"));
    let client = client(Some(&certificate));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", text(&told, "clientId")),
        ("client_secret", text(&told, "clientSecret")),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let answer = client.post(text(&told, "tokenEndpoint")).form(&form).send();
    let token: Value = answer.await.unwrap().json().await.unwrap();
    let request = client.get(format!("{}/v1.0/users", text(&told, "uri")));
    let request = request.bearer_auth(text(&token, "access_token"));
    let page: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(page["value"].as_array().unwrap().len(), 3);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(file.exists() && !certificate.exists());
    let mut complaint = String::new();
    child
        .stderr
        .unwrap()
        .read_to_string(&mut complaint)
        .unwrap();
    assert_eq!(complaint, "");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_when_it_is_told_to() {
    let (mut child, told) = start(&[":memory:", "--sample"]);
    let kill = Command::new("kill").arg(child.id().to_string()).status();
    assert!(kill.unwrap().success());
    assert!(child.wait().unwrap().success());
    let uri = format!("{}/v1.0/users", text(&told, "uri"));
    assert!(client(None).get(uri).send().await.is_err());
}

#[test]
fn what_is_wrong_is_said_on_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no.mgtenant");
    let missing = missing.to_str().unwrap();
    assert!(complaint(&[missing]).contains("no.mgtenant"));
    let refused = complaint(&[":memory:", "--address", "0.0.0.0"]);
    assert!(
        refused.contains("loopback") && refused.lines().count() == 1,
        "{refused}"
    );
    assert!(complaint(&[":memory:", "--fault", missing]).contains("no.mgtenant"));
    assert!(
        complaint(&[":memory:", "--settings", "{\"pages\":{}}"]).contains("did you mean 'page'")
    );
    assert!(complaint(&[":memory:", "--speed", "0"]).contains("above 0"));
    assert!(complaint(&[":memory:", "--port", "70000"]).contains("70000"));
}
