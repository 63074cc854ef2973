//! The page about seeds and settings says what the code does.

use mglicense_tenant::settings::{SettingInfo, Settings};
use mglicense_tenant::{Source, Tenant};
use serde_json::Value;

const PAGE: &str = include_str!("../../../docs/tenant-seed.md");

/// A setting as the page lists it.
fn row(setting: &SettingInfo) -> String {
    let about: Vec<&str> = setting.about.split_whitespace().collect();
    format!(
        "| `{}` | {} | `{}` | {} |",
        setting.name,
        setting.type_name,
        setting.default,
        about.join(" ")
    )
}

#[test]
fn every_setting_is_listed_with_type_default_and_meaning() {
    let missing: Vec<String> = Settings::describe()
        .iter()
        .map(row)
        .filter(|row| !PAGE.lines().any(|line| line == row))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/tenant-seed.md lacks these rows:\n{}",
        missing.join("\n")
    );
}

#[test]
fn no_setting_is_listed_that_does_not_exist() {
    let known: Vec<String> = Settings::describe().iter().map(row).collect();
    let (_, settings) = PAGE
        .split_once("## Settings")
        .expect("a chapter on settings");
    let (settings, _) = settings
        .split_once("\n## ")
        .expect("a chapter after the settings");
    let rows = settings.lines().filter(|line| line.starts_with("| `"));
    for row in rows {
        assert!(
            known.iter().any(|known| known == row),
            "no such setting: {row}"
        );
    }
}

/// The JSON examples of the page.
fn examples() -> Vec<&'static str> {
    PAGE.split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect()
}

#[test]
fn every_example_works() {
    let examples = examples();
    assert!(examples.len() >= 3, "{}", examples.len());
    for example in examples {
        let value: Value =
            serde_json::from_str(example).unwrap_or_else(|error| panic!("{error}:\n{example}"));
        if value.get("users").is_some() {
            let tenant = Tenant::create(":memory:", Source::text(example), false)
                .unwrap_or_else(|error| panic!("{error}:\n{example}"));
            assert!(tenant.info().unwrap().users > 0);
        } else {
            let seed = r#"{"users":[],"subscribedSkus":[{"skuPartNumber":"VISIOCLIENT"}]}"#;
            let tenant = Tenant::create(":memory:", Source::text(seed), false).unwrap();
            tenant
                .change(&value)
                .unwrap_or_else(|error| panic!("{error}:\n{example}"));
        }
    }
}

#[test]
fn every_key_of_a_seed_is_explained() {
    for key in [
        "version",
        "seed",
        "clock",
        "organization",
        "domains",
        "subscribedSkus",
        "subscriptions",
        "users",
        "groups",
        "directoryRoles",
        "rooms",
        "rules",
        "settings",
    ] {
        assert!(
            PAGE.lines()
                .any(|line| line.starts_with(&format!("| `{key}`"))),
            "{key}"
        );
    }
}
