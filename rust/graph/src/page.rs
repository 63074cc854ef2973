//! One page of a collection, of which only the frame is read.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The frame of a page. `value` is the array as the service wrote it, sharing the answer's memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Where the next page is. Opaque: it is followed as it is, never rebuilt.
    pub next_link: Option<String>,
    /// The total over all pages, where the answer carries it.
    pub count: Option<u64>,
    /// The bytes of the `value` array, brackets included; absent where the answer has none.
    pub value: Option<Bytes>,
}

/// An answer that is no page.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not a page of JSON: {0}")]
pub struct PageError(#[from] serde_json::Error);

impl Page {
    /// Reads the frame of a page. Members other than the frame's own are skipped unread: unknown ones, and
    /// ones that occur twice, do no harm. Where the frame's own occur twice, the last one counts.
    ///
    /// # Errors
    /// When the body is not one JSON object, or `@odata.nextLink` is no text.
    pub fn read(body: &Bytes) -> Result<Self, PageError> {
        let frame: Frame<'_> = serde_json::from_slice(body)?;
        Ok(Self {
            next_link: frame.next_link,
            count: frame.count,
            value: frame
                .value
                .map(|value| body.slice_ref(value.get().as_bytes())),
        })
    }
}

#[derive(Default)]
struct Frame<'a> {
    next_link: Option<String>,
    count: Option<u64>,
    value: Option<&'a RawValue>,
}

enum Key {
    NextLink,
    Count,
    Value,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a member's name")
            }
            fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                Ok(match name {
                    "@odata.nextLink" => Key::NextLink,
                    "@odata.count" => Key::Count,
                    "value" => Key::Value,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Frame<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FrameVisitor;
        impl<'de> Visitor<'de> for FrameVisitor {
            type Value = Frame<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Frame<'de>, A::Error> {
                let mut frame = Frame::default();
                while let Some(key) = map.next_key()? {
                    match key {
                        Key::NextLink => frame.next_link = map.next_value()?,
                        Key::Count => {
                            frame.count = map.next_value::<&RawValue>()?.get().parse().ok()
                        }
                        Key::Value => {
                            let value: &'de RawValue = map.next_value()?;
                            frame.value = value.get().starts_with('[').then_some(value);
                        }
                        Key::Other => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(frame)
            }
        }
        deserializer.deserialize_map(FrameVisitor)
    }
}

/// The items of a `value` array, each as the service wrote it.
///
/// # Errors
/// When `value` is no JSON array.
pub fn items(value: &[u8]) -> Result<Vec<&RawValue>, PageError> {
    struct Items<'a>(Vec<&'a RawValue>);
    impl<'de> Deserialize<'de> for Items<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct ItemsVisitor;
            impl<'de> Visitor<'de> for ItemsVisitor {
                type Value = Items<'de>;
                fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter.write_str("a JSON array")
                }
                fn visit_seq<A: SeqAccess<'de>>(
                    self,
                    mut sequence: A,
                ) -> Result<Items<'de>, A::Error> {
                    let mut items = Vec::new();
                    while let Some(item) = sequence.next_element()? {
                        items.push(item);
                    }
                    Ok(Items(items))
                }
            }
            deserializer.deserialize_seq(ItemsVisitor)
        }
    }
    let text =
        std::str::from_utf8(value).map_err(|error| PageError(serde_json::Error::custom(error)))?;
    Ok(serde_json::from_str::<Items<'_>>(text)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &'static str) -> Page {
        Page::read(&Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[test]
    fn only_the_frame_is_read_and_value_is_left_as_it_came() {
        let body = r#"{"@odata.context":"c","@odata.count":3,"@odata.nextLink":"https://x/y?$skiptoken=a","value":[ {"a" : 1.10}, {"a":"é"} ]}"#;
        let page = page(body);
        assert_eq!(page.next_link.as_deref(), Some("https://x/y?$skiptoken=a"));
        assert_eq!(page.count, Some(3));
        assert_eq!(
            &page.value.unwrap()[..],
            r#"[ {"a" : 1.10}, {"a":"é"} ]"#.as_bytes()
        );
    }

    #[test]
    fn members_that_occur_twice_do_no_harm() {
        let page = page(r#"{"x":1,"x":{"x":2,"x":3},"value":[{"id":1,"id":2}],"x":null}"#);
        assert_eq!(&page.value.unwrap()[..], br#"[{"id":1,"id":2}]"#);
    }

    #[test]
    fn a_last_page_has_no_next_link_whether_absent_or_null() {
        assert_eq!(page(r#"{"value":[]}"#).next_link, None);
        assert_eq!(
            page(r#"{"value":[],"@odata.nextLink":null}"#).next_link,
            None
        );
    }

    #[test]
    fn a_value_that_is_no_array_counts_as_none() {
        assert_eq!(page(r#"{"value":"text"}"#).value, None);
        assert_eq!(page(r#"{"id":"1"}"#).value, None);
    }

    #[test]
    fn what_is_not_an_object_is_no_page() {
        for body in [
            "",
            "[1]",
            "12",
            "<html>",
            r#"{"value":[1,2"#,
            r#"{"value":[]} x"#,
        ] {
            assert!(
                Page::read(&Bytes::from_static(body.as_bytes())).is_err(),
                "{body}"
            );
        }
    }

    #[test]
    fn a_deeply_nested_item_is_passed_over_without_recursion() {
        let depth = 200_000;
        let body = format!(
            r#"{{"value":[{}{}]}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        );
        let page = Page::read(&Bytes::from(body)).unwrap();
        assert_eq!(page.value.unwrap().len(), 2 * depth + 2);
    }

    #[test]
    fn items_are_cut_where_the_service_cut_them() {
        let texts: Vec<_> = items(br#"[{"a":"]},["}, 2,[3]]"#)
            .unwrap()
            .iter()
            .map(|item| item.get())
            .collect();
        assert_eq!(texts, [r#"{"a":"]},["}"#, "2", "[3]"]);
        assert!(items(b"[]").unwrap().is_empty());
    }
}
