//! Settings of one run, as a person asks for them at a command line.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::options::{ServeError, ServeErrorKind};

/// What a run changes of the tenant's settings. Later members win.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Any settings, as a JSON object.
    pub settings: Option<Value>,
    /// How long each answer is held back, in milliseconds of the tenant's clock.
    pub latency_milliseconds: Option<u64>,
    /// Keeps the limits on requests: `true`, or settings of `quota` that differ from the documented ones.
    pub quota: Option<Value>,
    /// A JSON file with a list of faults.
    pub fault: Option<PathBuf>,
    /// When a write is safe: `full`, `process` or `none`.
    pub durability: Option<String>,
}

impl Overrides {
    /// The settings in one object; none if nothing is asked for.
    ///
    /// # Errors
    /// When a member is not what it must be, or the file with the faults cannot be read.
    pub fn settings(self) -> Result<Option<Value>, ServeError> {
        let mut settings = match self.settings {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(settings)) => settings,
            Some(_) => return Err(wrong("the settings are no JSON object")),
        };
        if let Some(latency) = self.latency_milliseconds {
            settings.insert("latencyMilliseconds".to_owned(), latency.into());
        }
        match self.quota {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::Bool(true)) => keep_quota(&mut settings, Map::new()),
            Some(Value::Object(quota)) => keep_quota(&mut settings, quota),
            Some(_) => return Err(wrong("the quota is neither true nor a JSON object")),
        }
        if let Some(path) = self.fault {
            settings.insert("faults".to_owned(), read_faults(&path)?);
        }
        if let Some(durability) = self.durability {
            settings.insert("durability".to_owned(), durability.into());
        }
        Ok((!settings.is_empty()).then_some(Value::Object(settings)))
    }
}

/// Has the limits kept, with what is said of them here and among the other settings.
fn keep_quota(settings: &mut Map<String, Value>, given: Map<String, Value>) {
    let mut quota = match settings.shift_remove("quota") {
        Some(Value::Object(quota)) => quota,
        _ => Map::new(),
    };
    quota.insert("enabled".to_owned(), Value::Bool(true));
    quota.extend(given);
    settings.insert("quota".to_owned(), quota.into());
}

/// The list of faults in a file: the list alone, or an object that has it under `faults`.
fn read_faults(path: &PathBuf) -> Result<Value, ServeError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| wrong(format!("{}: {error}", path.display())))?;
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| wrong(format!("{}: {error}", path.display())))?;
    match value {
        Value::Array(_) => Ok(value),
        Value::Object(mut object) if object.len() == 1 => object
            .shift_remove("faults")
            .ok_or_else(|| wrong(format!("{}: no list of faults", path.display()))),
        _ => Err(wrong(format!("{}: no list of faults", path.display()))),
    }
}

fn wrong(text: impl Into<String>) -> ServeError {
    ServeError::new(
        ServeErrorKind::Settings,
        text,
        "Correct it; docs/tenant-seed.md lists the settings and what a fault is.",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_asked_for_becomes_settings() {
        let overrides = Overrides {
            settings: Some(
                json!({"requestLog": "all", "latencyMilliseconds": 5, "quota": {"startsFull": false}}),
            ),
            latency_milliseconds: Some(20),
            quota: Some(json!({"writes": 100})),
            durability: Some("none".to_owned()),
            fault: None,
        };
        assert_eq!(
            overrides.settings().unwrap().unwrap(),
            json!({
                "requestLog": "all", "latencyMilliseconds": 20, "quota": {"startsFull": false, "enabled": true, "writes": 100}, "durability": "none"
            })
        );
        assert_eq!(Overrides::default().settings().unwrap(), None);
    }

    #[test]
    fn a_script_of_faults_is_a_list_alone_or_under_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faults.json");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let overrides = Overrides {
                fault: Some(file.clone()),
                ..Overrides::default()
            };
            overrides.settings()
        };
        let wanted = json!({"faults": [{"status": 503}]});
        assert_eq!(read(r#"[{"status":503}]"#).unwrap().unwrap(), wanted);
        assert_eq!(
            read(r#"{"faults":[{"status":503}]}"#).unwrap().unwrap(),
            wanted
        );
        for text in ["{", "{}", "5", r#"{"fault":[]}"#] {
            let error = read(text).unwrap_err();
            assert!(error.to_string().contains("faults.json"), "{error}");
        }
    }
}
