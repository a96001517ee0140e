//! The JSON that measured programs print: one object a line, or one object over several lines.

use serde_json::Value;

/// Every line that is an object, in order; other lines are talk.
pub(crate) fn objects(stdout: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(stdout);
    text.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(Value::is_object)
        .collect()
}

/// The number under `key`, if it is one that a time or a rate can be: finite and above 0.
pub(crate) fn positive(value: &Value, key: &str) -> Option<f64> {
    value.get(key).and_then(Value::as_f64).filter(|number| number.is_finite() && *number > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_among_talk() {
        let stdout = b"warming up\n{\"a\":1}\n\n[2]\n{\"broken\"\n17\n{\"b\":{\"c\":3}}";
        assert_eq!(objects(stdout), [serde_json::json!({"a": 1}), serde_json::json!({"b": {"c": 3}})]);
    }

    #[test]
    fn only_what_can_be_a_time_is_one() {
        let value = serde_json::json!({"good": 0.5, "zero": 0.0, "text": "1", "null": null, "below": -1.0});
        assert_eq!(positive(&value, "good"), Some(0.5));
        for key in ["zero", "text", "null", "below", "missing"] {
            assert_eq!(positive(&value, key), None, "{key}");
        }
    }
}
