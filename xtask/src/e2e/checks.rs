//! The list of checks: a line for each as it is made, and the failed ones again at the end.

use std::fmt::Display;

use serde_json::Value;

/// Counts checks and keeps those that failed.
#[derive(Debug, Default)]
pub(super) struct Checks {
    total: usize,
    failures: Vec<String>,
}

impl Checks {
    /// One check: `ok  name: value (bounds)`.
    pub(super) fn that(&mut self, name: &str, holds: bool, value: impl Display, bounds: impl Display) {
        self.total += 1;
        let line = format!("{name}: {value} ({bounds})");
        println!("{} {line}", if holds { "ok  " } else { "FAIL" });
        if !holds {
            self.failures.push(line);
        }
    }

    /// A number between two others, both included. A NaN is nowhere.
    pub(super) fn within(&mut self, name: &str, value: f64, low: f64, high: f64) {
        self.that(name, low <= value && value <= high, value, format!("{low} to {high}"));
    }

    /// A number at most this far from another.
    pub(super) fn near(&mut self, name: &str, value: f64, expected: f64, tolerance: f64) {
        let holds = (value - expected).abs() <= tolerance;
        self.that(name, holds, value, format!("{expected} +- {tolerance}"));
    }

    /// Something that must be exactly this.
    pub(super) fn equal<T: PartialEq + Display>(&mut self, name: &str, value: T, expected: T) {
        self.that(name, value == expected, value, expected);
    }

    /// All the keys, as JSON pointers; each leads to something other than null.
    pub(super) fn keys(&mut self, name: &str, value: &Value, pointers: &[&str]) {
        let there = |pointer: &str| value.pointer(pointer).is_some_and(|value| !value.is_null());
        let missing: Vec<&str> = pointers.iter().copied().filter(|pointer| !there(pointer)).collect();
        let found =
            if missing.is_empty() { "all there".to_owned() } else { format!("no {}", missing.join(", ")) };
        self.that(name, missing.is_empty(), found, format!("{} keys", pointers.len()));
    }

    /// The checks that failed, and the number of all checks.
    pub(super) fn finish(self) -> (Vec<String>, usize) {
        (self.failures, self.total)
    }
}

/// The number that a JSON pointer leads to, or NaN, which is within no bounds, where there is none.
pub(super) fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_is_kept() {
        let mut checks = Checks::default();
        checks.within("inside", 1.0, 1.0, 2.0);
        checks.within("outside", 2.5, 1.0, 2.0);
        checks.within("nowhere", f64::NAN, 1.0, 2.0);
        checks.near("near", 1.05, 1.0, 0.1);
        checks.near("far", f64::NAN, 1.0, 0.1);
        checks.equal("equal", 3, 3);
        checks.equal("unequal", 3, 4);
        let value = serde_json::json!({"a": {"b": 1}, "c": null});
        checks.keys("keys", &value, &["/a", "/a/b"]);
        checks.keys("no keys", &value, &["/a/b", "/c", "/d"]);
        let (failures, total) = checks.finish();
        assert_eq!(total, 9);
        assert_eq!(
            failures,
            [
                "outside: 2.5 (1 to 2)",
                "nowhere: NaN (1 to 2)",
                "far: NaN (1 +- 0.1)",
                "unequal: 3 (4)",
                "no keys: no /c, /d (3 keys)"
            ]
        );
        assert!((number(&value, "/a/b") - 1.0).abs() < f64::EPSILON);
        assert!(number(&value, "/c").is_nan());
    }
}
