//! A line of JSON: an object or an array of plain values, each of which becomes the text of a field.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A line of JSON.
#[derive(Debug, PartialEq)]
pub(crate) enum JsonLine<'a> {
    /// The keys with the texts of their values, in their order.
    Object(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    /// The texts of the values.
    Array(Vec<Cow<'a, str>>),
}

/// Why a line is no such JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JsonFault {
    /// It is no JSON, as this says of the byte of this number, from 1.
    Broken { byte: usize, what: String },
    /// It is a plain value.
    Plain,
    /// The value of this key, or of this number from 1 in an array, is an object or an array itself.
    Nested { key: String },
}

impl<'a> JsonLine<'a> {
    /// Reads a line. A string stands for its text, `null` for an empty field, and every other value for what is written.
    pub(crate) fn of(line: &'a str) -> Result<Self, JsonFault> {
        match serde_json::from_str(line).map_err(|error| broken(&error))? {
            Raw::Object(values) => {
                let field = |(Key(key), value): (Key<'a>, &'a RawValue)| match text(value) {
                    Some(text) => Ok((key, text)),
                    None => Err(JsonFault::Nested { key: key.into_owned() }),
                };
                values.into_iter().map(field).collect::<Result<_, _>>().map(Self::Object)
            }
            Raw::Array(values) => {
                let field = |(index, value): (usize, &'a RawValue)| {
                    text(value).ok_or_else(|| JsonFault::Nested { key: (index + 1).to_string() })
                };
                values.into_iter().enumerate().map(field).collect::<Result<_, _>>().map(Self::Array)
            }
            Raw::Plain => Err(JsonFault::Plain),
        }
    }
}

fn broken(error: &serde_json::Error) -> JsonFault {
    let what = error.to_string();
    // There is one line.
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what).to_owned();
    JsonFault::Broken { byte: error.column(), what }
}

/// The text of a plain value.
fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let written = value.get();
    match written.as_bytes().first() {
        Some(b'"') => serde_json::from_str(written).ok().map(|Key(text)| text),
        Some(b'n') => Some(Cow::Borrowed("")),
        Some(b'{' | b'[') | None => None,
        Some(_) => Some(Cow::Borrowed(written)),
    }
}

/// A text that is borrowed where it has no escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The values of a line as they are written.
enum Raw<'a> {
    Object(Vec<(Key<'a>, &'a RawValue)>),
    Array(Vec<&'a RawValue>),
    Plain,
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = map.next_entry()? {
            values.push(value);
        }
        Ok(Raw::Object(values))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Raw<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element()? {
            values.push(value);
        }
        Ok(Raw::Array(values))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw<'de>, E> {
        Ok(Raw::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw<'de>, E> {
        Ok(Raw::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw<'de>, E> {
        Ok(Raw::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw<'de>, E> {
        Ok(Raw::Plain)
    }

    fn visit_str<E>(self, _: &str) -> Result<Raw<'de>, E> {
        Ok(Raw::Plain)
    }

    fn visit_unit<E>(self) -> Result<Raw<'de>, E> {
        Ok(Raw::Plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_become_the_texts_of_fields() {
        let line = r#" {"speed": 3.10, "state":"ok", "id" : 12345678901234567890, "a\"b": "x\ny", "on": true, "load": null} "#;
        let expected = [
            ("speed", "3.10"),
            ("state", "ok"),
            ("id", "12345678901234567890"),
            ("a\"b", "x\ny"),
            ("on", "true"),
            ("load", ""),
        ];
        let expected = expected.map(|(key, text)| (Cow::Borrowed(key), Cow::Borrowed(text)));
        assert_eq!(JsonLine::of(line), Ok(JsonLine::Object(expected.to_vec())));
        let array = ["1", "-2e5", "a", ""].map(Cow::Borrowed);
        assert_eq!(JsonLine::of(r#"[1, -2e5, "a", null]"#), Ok(JsonLine::Array(array.to_vec())));
    }

    #[test]
    fn what_is_no_such_line_is_told() {
        let nested = |key: &str| Err(JsonFault::Nested { key: key.to_owned() });
        assert_eq!(JsonLine::of(r#"{"a": 1, "b": {"c": 2}}"#), nested("b"));
        assert_eq!(JsonLine::of("[1, [2]]"), nested("2"));
        for plain in ["1", "\"a\"", "null", "true", "-1.5"] {
            assert_eq!(JsonLine::of(plain), Err(JsonFault::Plain), "{plain}");
        }
        for (line, at) in [
            ("{\"a\": 1", 7),
            ("{\"a\": 01}", 8),
            ("{\"a\": NaN}", 7),
            ("{} {}", 4),
            ("{\"a\" 1}", 6),
            ("[1,]", 4),
        ] {
            let Err(JsonFault::Broken { byte, what }) = JsonLine::of(line) else { panic!("{line}") };
            assert!(byte == at && !what.contains("line"), "{line}: {byte}, {what}");
        }
    }
}
