//! How settings are declared: once, with name, type, default and what they do.

use serde_json::Value;

use crate::fault::{self, Fault};

/// A value in the settings of a tenant.
pub(crate) trait Setting: Default {
    /// The type, as the documentation names it.
    fn type_name() -> String;

    /// Takes over what the JSON says. An object changes only what it names; null restores the default.
    fn merge(&mut self, value: &Value) -> Result<(), Fault>;

    /// The value as JSON.
    fn to_json(&self) -> Value;

    /// Lists this setting, or for a group of settings those in it.
    fn describe(name: &str, about: &str, list: &mut Vec<SettingInfo>) {
        list.push(SettingInfo {
            name: name.to_owned(),
            type_name: Self::type_name(),
            default: Self::default().to_json(),
            about: about.trim().to_owned(),
        });
    }
}

/// What one setting is.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingInfo {
    /// Its name, with those of the groups it is in: `page.defaultSize`.
    pub name: String,
    /// Its type.
    pub type_name: String,
    /// Its default.
    pub default: Value,
    /// What it does.
    pub about: String,
}

/// Declares a group of settings.
macro_rules! settings {
    ($(#[doc = $group:literal])+ pub struct $type:ident {
        $($(#[doc = $doc:literal])+ $field:ident / $name:literal: $kind:ty = $default:expr;)+
    }) => {
        $(#[doc = $group])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $type {
            $($(#[doc = $doc])+ pub $field: $kind,)+
        }

        impl Default for $type {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $crate::settings::setting::Setting for $type {
            fn type_name() -> String {
                "object".to_owned()
            }

            fn merge(&mut self, value: &serde_json::Value) -> Result<(), $crate::fault::Fault> {
                if value.is_null() {
                    *self = Self::default();
                    return Ok(());
                }
                for (name, value) in $crate::fault::object(value)? {
                    let defaults = Self::default();
                    match name.as_str() {
                        $($name => {
                            let merged = if value.is_null() {
                                self.$field = defaults.$field;
                                Ok(())
                            } else {
                                $crate::settings::setting::Setting::merge(&mut self.$field, value)
                            };
                            $crate::fault::Located::at(merged, name)?;
                        })+
                        _ => return Err($crate::fault::unknown("setting", name, &[$($name),+]).at(name)),
                    }
                }
                Ok(())
            }

            fn to_json(&self) -> serde_json::Value {
                let mut object = serde_json::Map::new();
                $(object.insert($name.to_owned(), $crate::settings::setting::Setting::to_json(&self.$field));)+
                serde_json::Value::Object(object)
            }

            fn describe(prefix: &str, _about: &str, list: &mut Vec<$crate::settings::SettingInfo>) {
                $({
                    let name = if prefix.is_empty() { $name.to_owned() } else { format!("{prefix}.{}", $name) };
                    let first = list.len();
                    <$kind as $crate::settings::setting::Setting>::describe(&name, concat!($($doc),+), list);
                    // A value alone does not know the default its group gives it.
                    if let [only] = &mut list[first..] {
                        if only.name == name {
                            let default: $kind = $default;
                            only.default = $crate::settings::setting::Setting::to_json(&default);
                        }
                    }
                })+
            }
        }
    };
}

/// Declares a setting that takes one of a few words.
macro_rules! choice {
    ($(#[doc = $doc:literal])+ pub enum $type:ident {
        $(#[doc = $first_doc:literal])+ $first:ident = $first_word:literal,
        $($(#[doc = $other_doc:literal])+ $other:ident = $other_word:literal,)*
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $type {
            $(#[doc = $first_doc])+
            #[default]
            $first,
            $($(#[doc = $other_doc])+ $other,)*
        }

        impl $type {
            /// The word for it in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $type::$first => $first_word,
                    $($type::$other => $other_word,)*
                }
            }
        }

        impl $crate::settings::setting::Setting for $type {
            fn type_name() -> String {
                [$first_word, $($other_word),*].map(|word| format!("`{word}`")).join(" or ")
            }

            fn merge(&mut self, value: &serde_json::Value) -> Result<(), $crate::fault::Fault> {
                *self = match $crate::fault::text(value)? {
                    $first_word => $type::$first,
                    $($other_word => $type::$other,)*
                    other => {
                        let words = [$first_word, $($other_word),*].join(", ");
                        return Err($crate::fault::Fault::new(format!("'{other}' is none of: {words}")));
                    }
                };
                Ok(())
            }

            fn to_json(&self) -> serde_json::Value {
                serde_json::Value::from(self.as_str())
            }
        }
    };
}

pub(crate) use {choice, settings};

impl Setting for bool {
    fn type_name() -> String {
        "true or false".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        *self = fault::boolean(value)?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Setting for u32 {
    fn type_name() -> String {
        "whole number".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        let number = fault::integer(value, 0)?;
        *self = u32::try_from(number).map_err(|_| Fault::new(format!("{number} is too large")))?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Setting for u64 {
    fn type_name() -> String {
        "whole number".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        *self = fault::integer(value, 0)?.unsigned_abs();
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Setting for i64 {
    fn type_name() -> String {
        "whole number, also negative".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        *self = fault::integer(value, i64::MIN)?;
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(*self)
    }
}

impl Setting for String {
    fn type_name() -> String {
        "text".to_owned()
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        *self = fault::text(value)?.to_owned();
        Ok(())
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl<S: Setting> Setting for Option<S> {
    fn type_name() -> String {
        format!("{} or null", S::type_name())
    }

    fn merge(&mut self, value: &Value) -> Result<(), Fault> {
        *self = if value.is_null() {
            None
        } else {
            let mut inner = S::default();
            inner.merge(value)?;
            Some(inner)
        };
        Ok(())
    }

    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Setting::to_json)
    }
}
