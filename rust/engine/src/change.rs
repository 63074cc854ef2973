//! A licence change as a caller writes it, and as it goes on the wire.

use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One product to add: ids or names, as the caller wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Addition {
    /// The product; absent where the caller named none, which the service then says.
    pub(crate) sku: Option<String>,
    /// The plans to switch off; absent leaves the member out.
    pub(crate) disabled_plans: Option<Vec<String>>,
}

/// An object as the caller wrote it. An empty one asks for nothing: `@{}` is how many scripts say "no licence". One
/// whose product is null, or stands under another name, was meant to ask for something: the service gets it, and
/// refuses it.
struct Stated(Option<Addition>);

/// Products to add. Absent, null, one object and a list are all understood; empty objects are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Additions(pub(crate) Vec<Addition>);

/// Texts. Absent, null, one text and a list are all understood; nulls in a list are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Texts(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for Additions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let many: OneOrMany<Stated> = OneOrMany::deserialize(deserializer)?;
        Ok(Self(
            many.0.into_iter().filter_map(|stated| stated.0).collect(),
        ))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(OneOrMany::deserialize(deserializer)?.0))
    }
}

impl Serialize for Additions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl Serialize for Addition {
    /// As it is read. A product that is not named is written as null: without a member it would be read as nothing.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = 1 + usize::from(self.disabled_plans.is_some());
        let mut map = serializer.serialize_map(Some(members))?;
        map.serialize_entry("skuId", &self.sku)?;
        if let Some(plans) = &self.disabled_plans {
            map.serialize_entry("disabledPlans", plans)?;
        }
        map.end()
    }
}

impl Serialize for Texts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de> Deserialize<'de> for Stated {
    /// Members match in any case, and others are dropped without a word, as the SDK's own type does.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StatedVisitor;
        impl<'de> Visitor<'de> for StatedVisitor {
            type Value = Stated;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object with skuId and disabledPlans")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Stated, A::Error> {
                let mut addition = Addition::default();
                let mut said_something = false;
                while let Some(name) = map.next_key::<String>()? {
                    said_something = true;
                    if name.eq_ignore_ascii_case("skuId") {
                        addition.sku = map.next_value()?;
                    } else if name.eq_ignore_ascii_case("disabledPlans") {
                        addition.disabled_plans =
                            map.next_value::<Option<Texts>>()?.map(|plans| plans.0);
                    } else {
                        map.next_value::<serde::de::IgnoredAny>()?;
                    }
                }
                Ok(Stated(said_something.then_some(addition)))
            }
        }
        deserializer.deserialize_map(StatedVisitor)
    }
}

/// One value, a list of values, or null for none; nulls in a list are dropped.
struct OneOrMany<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
            type Value = OneOrMany<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list")
            }
            fn visit_unit<E>(self) -> Result<OneOrMany<T>, E> {
                Ok(OneOrMany(Vec::new()))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<OneOrMany<T>, E> {
                let one = T::deserialize(serde::de::value::StrDeserializer::new(text))?;
                Ok(OneOrMany(vec![one]))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OneOrMany<T>, A::Error> {
                let one = T::deserialize(serde::de::value::MapAccessDeserializer::new(map))
                    .map_err(A::Error::custom)?;
                Ok(OneOrMany(vec![one]))
            }
            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut sequence: A,
            ) -> Result<OneOrMany<T>, A::Error> {
                let mut many = Vec::new();
                while let Some(one) = sequence.next_element::<Option<T>>()? {
                    many.extend(one);
                }
                Ok(OneOrMany(many))
            }
        }
        deserializer.deserialize_any(ManyVisitor(std::marker::PhantomData))
    }
}

/// The body of `assignLicense`. Both lists are always there: the service refuses a body that lacks one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    add_licenses: Vec<BodyAddition<'a>>,
    remove_licenses: &'a [String],
    #[serde(flatten)]
    others: &'a serde_json::Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyAddition<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_plans: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku_id: Option<&'a str>,
}

/// The body of `assignLicense` for a change whose names are resolved.
pub(crate) fn body(
    add: &[Addition],
    remove: &[String],
    others: &serde_json::Map<String, Value>,
) -> Vec<u8> {
    let add_licenses = add
        .iter()
        .map(|addition| BodyAddition {
            disabled_plans: addition.disabled_plans.as_deref(),
            sku_id: addition.sku.as_deref(),
        })
        .collect();
    // Text-keyed members and texts always have a JSON form.
    serde_json::to_vec(&Body {
        add_licenses,
        remove_licenses: remove,
        others,
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Change {
        #[serde(default)]
        add_licenses: Additions,
        #[serde(default)]
        remove_licenses: Texts,
    }

    fn wire(payload: &str) -> String {
        let change: Change = serde_json::from_str(payload).unwrap();
        let body = body(
            &change.add_licenses.0,
            &change.remove_licenses.0,
            &serde_json::Map::new(),
        );
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn both_lists_are_always_on_the_wire() {
        let nothing = r#"{"addLicenses":[],"removeLicenses":[]}"#;
        for payload in [
            "{}",
            r#"{"addLicenses":null,"removeLicenses":null}"#,
            r#"{"addLicenses":[],"removeLicenses":[]}"#,
            r#"{"addLicenses":{},"removeLicenses":[null]}"#,
            r#"{"addLicenses":[{},null]}"#,
        ] {
            assert_eq!(wire(payload), nothing, "{payload}");
        }
    }

    #[test]
    fn one_object_or_text_stands_for_a_list_of_one() {
        let expected =
            r#"{"addLicenses":[{"disabledPlans":["p"],"skuId":"a"}],"removeLicenses":["r"]}"#;
        assert_eq!(
            wire(r#"{"addLicenses":{"skuId":"a","disabledPlans":"p"},"removeLicenses":"r"}"#),
            expected
        );
        assert_eq!(
            wire(
                r#"{"addLicenses":[{"SKUID":"a","DisabledPlans":["p"],"x":1}],"removeLicenses":["r"]}"#
            ),
            expected
        );
    }

    #[test]
    fn a_product_that_is_null_or_misnamed_is_for_the_service_to_refuse() {
        for payload in [
            r#"{"addLicenses":{"skuId":null}}"#,
            r#"{"addLicenses":[{"sku":"a"}]}"#,
        ] {
            assert_eq!(
                wire(payload),
                r#"{"addLicenses":[{}],"removeLicenses":[]}"#,
                "{payload}"
            );
        }
    }

    #[test]
    fn plans_that_are_not_given_are_left_out_and_an_empty_list_is_sent() {
        assert_eq!(
            wire(r#"{"addLicenses":[{"skuId":"a"}]}"#),
            r#"{"addLicenses":[{"skuId":"a"}],"removeLicenses":[]}"#
        );
        assert_eq!(
            wire(r#"{"addLicenses":[{"skuId":"a","disabledPlans":[]}]}"#),
            r#"{"addLicenses":[{"disabledPlans":[],"skuId":"a"}],"removeLicenses":[]}"#
        );
    }

    #[test]
    fn what_is_no_licence_is_refused() {
        for payload in [
            r#"{"addLicenses":5}"#,
            r#"{"addLicenses":["SPE_E5"]}"#,
            r#"{"removeLicenses":[{"skuId":"a"}]}"#,
        ] {
            assert!(
                serde_json::from_str::<Change>(payload).is_err(),
                "{payload}"
            );
        }
    }
}
