//! Values that are a name with some numbers, as the model file has them and as people read them.

use serde::Serialize;
use serde_json::Value;

/// A value as the model file writes it; a value that has nothing but its tag is the tag alone.
pub(super) fn tagged(value: impl Serialize, tag: &str) -> Value {
    let value = serde_json::to_value(value).unwrap_or_default();
    match value.as_object() {
        Some(object) if object.len() == 1 => object.get(tag).cloned().unwrap_or(value),
        _ => shorten(value),
    }
}

/// An f32 as the f64 of the same shortest digits: 0.9 and not 0.8999999761581421.
pub(super) fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| f64::from(number))
}

fn shorten(value: Value) -> Value {
    match value {
        #[allow(clippy::cast_possible_truncation, reason = "it was an f32")]
        Value::Number(number) if number.is_f64() => {
            shortest(number.as_f64().unwrap_or_default() as f32).into()
        }
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, shorten(value))).collect())
        }
        value => value,
    }
}

/// A tagged value as a person reads it: `adam (beta1 0.9, beta2 0.999)`.
pub(super) fn shown(value: &Value) -> String {
    let Some(object) = value.as_object() else {
        return value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    };
    let tag = object.get("name").or_else(|| object.get("kind")).and_then(Value::as_str).unwrap_or_default();
    let rest = object.iter().filter(|(name, _)| !matches!(name.as_str(), "name" | "kind"));
    let rest: Vec<String> = rest.map(|(name, value)| format!("{} {value}", name.replace('-', "_"))).collect();
    format!("{tag} ({})", rest.join(", "))
}
