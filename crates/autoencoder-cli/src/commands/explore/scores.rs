//! Errors and scores of samples, and what a page needs to score samples that are made on it.

use autoencoder::{Choice, Inference, Model, ThresholdOrigin};
use safetensors::SafeTensors;
use serde::Serialize;
use serde_json::Value;

use super::packed;
use crate::failure::{Failure, Outcome};
use crate::run::Seen;

/// The share of usual samples below the threshold, as `score` has it where nothing is said.
const USUAL: f64 = 0.99;

/// The scores of samples.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Scores {
    kind: &'static str,
    values: String,
    threshold: f64,
    /// The share of usual samples below the threshold, and what these samples are.
    share: f64,
    usual: &'static str,
    /// The scorer as a model's file has it, with numbers of 32 bits; none where scores draw codes.
    scorer: Option<Value>,
}

impl Scores {
    /// The scores of samples; none where the model keeps nothing for them, or has scores of rows in time, of which its windows have
    /// many each.
    pub(super) fn of(model: &Model, inference: &Inference, seen: &Seen) -> Outcome<Option<Self>> {
        let Some(scorer) = model.scorer.as_ref().filter(|_| !seen.is_in_time()) else { return Ok(None) };
        let scores = inference.scores(scorer, &seen.samples)?;
        let kind = scorer.kind();
        let described = if kind.draws_codes() { None } else { Some(description(model)?) };
        #[expect(clippy::cast_possible_truncation, reason = "a score is shown in a few digits")]
        let values = packed::floats(scores.into_iter().map(|score| score as f32));
        Ok(Some(Self {
            kind: kind.name(),
            values,
            threshold: scorer.thresholds().quantile(USUAL),
            share: USUAL,
            usual: match scorer.thresholds().origin() {
                ThresholdOrigin::HeldOut => "samples that the training held out",
                ThresholdOrigin::CrossFitted => "samples of the training",
            },
            scorer: described,
        }))
    }
}

/// The scorer in the description of a model's file.
fn description(model: &Model) -> Outcome<Value> {
    const KEY: &str = "autoencoder";
    let bytes = model.to_bytes();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(Failure::new)?;
    let text = metadata.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
    let described: Value = serde_json::from_str(text.map_or("null", String::as_str)).map_err(Failure::new)?;
    Ok(shortened(described["scorer"].clone()))
}

/// The same JSON, whose numbers have as many digits as one of 32 bits needs.
fn shortened(value: Value) -> Value {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "the digits beyond are those that are left out")]
        Value::Number(number) => match number.as_f64() {
            Some(long) if number.is_f64() => {
                // The digits of the short number, and not those of its value.
                let short = (long as f32).to_string().parse::<f64>().unwrap_or(long);
                serde_json::Number::from_f64(short).map_or(Value::Null, Value::Number)
            }
            _ => Value::Number(number),
        },
        Value::Array(values) => Value::Array(values.into_iter().map(shortened).collect()),
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, shortened(value))).collect(),
        Value::Null | Value::Bool(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_lose_the_digits_that_32_bits_do_not_hold() {
        let long = json!({ "a": [0.123_456_789_012, 3, "x"], "b": null });
        assert_eq!(shortened(long), json!({ "a": [0.123_456_79, 3, "x"], "b": null }));
    }
}
