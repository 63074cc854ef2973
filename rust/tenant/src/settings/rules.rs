//! The settings of `mglicense_rules`, which are all true or false, among those of the tenant.

use mglicense_rules::assignment::RuleSettings;
use serde_json::{Map, Value};

use super::setting::{Setting, SettingInfo};
use crate::fault::{self, Fault, Located};

impl Setting for RuleSettings {
    fn type_name() -> String {
        "object".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        if value.is_null() {
            *self = Self::default();
            return Ok(());
        }
        for (name, value) in fault::object(value)? {
            let Some(setting) = Self::ALL.iter().find(|setting| setting.name == name) else {
                let known: Vec<&str> = Self::ALL.iter().map(|setting| setting.name).collect();
                return Err(fault::unknown("setting", name, &known).at(name));
            };
            let chosen = match value {
                Value::Null => setting.default,
                value => fault::boolean(value).at(name)?,
            };
            self.set(setting.name, chosen);
        }
        Ok(())
    }

    fn to_json(&self) -> Value {
        let settings = Self::ALL.iter().filter_map(|setting| {
            let value = self.get(setting.name)?;
            Some((setting.name.to_owned(), Value::from(value)))
        });
        Value::Object(settings.collect::<Map<_, _>>())
    }

    fn describe(prefix: &str, _about: &str, list: &mut Vec<SettingInfo>) {
        list.extend(Self::ALL.iter().map(|setting| SettingInfo {
            name: format!("{prefix}.{}", setting.name),
            type_name: bool::type_name(),
            default: Value::from(setting.default),
            about: setting.about.trim().to_owned(),
        }));
    }
}
