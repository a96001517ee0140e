//! Values of the library as its files have them, and as people read them.

use serde::Serialize;
use serde_json::Value;

/// A value as files have it, numbers with their shortest digits: 0.9 and not 0.8999999761581421. A choice that has
/// nothing but its name is the name alone.
pub(super) fn written(value: &impl Serialize) -> Value {
    // A number of 32 bits keeps its shortest digits as text, not as a number of 64 bits.
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut value = serde_json::from_str(&text).unwrap_or_default();
    shorten(&mut value);
    value
}

fn shorten(value: &mut Value) {
    let Value::Object(fields) = value else { return };
    let name = fields.get("name").or_else(|| fields.get("kind")).cloned();
    match name {
        Some(name) if fields.len() == 1 => *value = name,
        Some(_) | None => fields.values_mut().for_each(shorten),
    }
}

/// A value as people read it: `0.01`, `mse`, `adam (beta1 0.9, beta2 0.999)`.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let name = fields.get("name").or_else(|| fields.get("kind")).and_then(Value::as_str);
            let rest = fields.iter().filter(|(field, _)| !matches!(field.as_str(), "name" | "kind"));
            let rest: Vec<String> =
                rest.map(|(field, value)| format!("{} {value}", field.replace('-', "_"))).collect();
            let rest = rest.join(", ");
            name.map_or_else(|| rest.clone(), |name| format!("{name} ({rest})"))
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::{Loss, Optimizer};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_choice_is_its_name_or_its_name_with_numbers() {
        assert_eq!(written(&Loss::Mse), json!("mse"));
        assert_eq!(written(&Loss::Huber { delta: 0.1 }), json!({"kind": "huber", "delta": 0.1}));
        assert_eq!(shown(&written(&Optimizer::MOMENTUM)), "momentum (momentum 0.9)");
        assert_eq!(shown(&json!(2.0)), "2");
        assert_eq!(shown(&json!(null)), "none");
        assert_eq!(shown(&json!(["encoder.0", "encoder.1"])), "encoder.0, encoder.1");
    }
}
