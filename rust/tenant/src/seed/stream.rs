//! Reading a seed as a stream: its users and groups one by one, everything else as a whole.

use std::fmt;
use std::io::Read;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::BuildError;
use crate::fault::{Fault, Located};

/// Takes what a pass over the seed finds.
pub(super) trait Sink {
    /// A key other than the large ones, with its value.
    fn section(&mut self, key: &str, value: Value) -> Result<(), BuildError>;
    /// Whether the elements of the large section of that name are wanted in this pass.
    fn wants(&self, key: &str) -> bool;
    /// A large section begins.
    fn large(&mut self, key: &str);
    /// One element of a large section.
    fn item(&mut self, key: &str, index: usize, value: Value) -> Result<(), BuildError>;
}

/// The sections that may be large.
pub(super) const LARGE: [&str; 2] = ["users", "groups"];

/// Reads the whole text once.
pub(super) fn read(reader: impl Read, sink: &mut dyn Sink) -> Result<(), BuildError> {
    let mut failure = None;
    let mut json = serde_json::Deserializer::from_reader(reader);
    let seed = Root {
        sink,
        failure: &mut failure,
    };
    let read = seed.deserialize(&mut json).and_then(|()| json.end());
    match (failure, read) {
        (Some(failure), _) => Err(failure),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) if error.is_io() => Err(BuildError::Io(error.into())),
        (None, Err(error)) => Err(Fault::new(format!("not a JSON object: {error}")).into()),
    }
}

struct Root<'a> {
    sink: &'a mut dyn Sink,
    failure: &'a mut Option<BuildError>,
}

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let outcome = if seen.contains(&key) {
                Err(Fault::new(format!("'{key}' is given twice"))
                    .at(&key)
                    .into())
            } else if LARGE.contains(&key.as_str()) {
                self.sink.large(&key);
                let items = Items {
                    key: &key,
                    sink: &mut *self.sink,
                    failure: &mut *self.failure,
                };
                map.next_value_seed(items)?;
                Ok(())
            } else {
                let value = map.next_value()?;
                self.sink.section(&key, value)
            };
            if let Err(error) = outcome {
                *self.failure = Some(error);
                return Err(de::Error::custom("refused"));
            }
            seen.push(key);
        }
        Ok(())
    }
}

struct Items<'a> {
    key: &'a str,
    sink: &'a mut dyn Sink,
    failure: &'a mut Option<BuildError>,
}

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Items<'_> {
    fn refuse<E: de::Error>(self, found: &Value) -> Result<(), E> {
        let fault = Err::<(), Fault>(Fault::wrong_type("a list", found)).at(self.key);
        *self.failure = fault.err().map(BuildError::Fault);
        Err(E::custom("refused"))
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if !self.sink.wants(self.key) {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let mut index = 0;
        while let Some(value) = seq.next_element::<Value>()? {
            if let Err(error) = self.sink.item(self.key, index, value) {
                *self.failure = Some(match error {
                    BuildError::Fault(fault) => {
                        BuildError::Fault(fault.at_index(index).at(self.key))
                    }
                    other => other,
                });
                return Err(de::Error::custom("refused"));
            }
            index += 1;
        }
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.refuse(&Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.refuse(&value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.refuse(&value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.refuse(&value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.refuse(&value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.refuse(&value.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, _map: A) -> Result<(), A::Error> {
        self.refuse(&Value::Object(serde_json::Map::new()))
    }
}
