//! Samples whose numbers lie outside of what the output of a model can reach.

use autoencoder::{Samples, Scaling, Specification};

use crate::terminal::Notes;

/// The slack for values that rounding moved outside.
const ROUNDING: f32 = 1e-5;
/// The distance outside that is common where a scaling was fitted to other samples.
const FITTED: f32 = 0.1;

/// Notes that samples which a model is judged on lie outside of its output's range, and so cannot be restored. Training
/// samples like that are refused.
pub(crate) fn tell(name: &str, samples: &Samples, specification: &Specification, notes: Notes) {
    let (low, high) = specification.output_activation.range();
    if low == f32::NEG_INFINITY && high == f32::INFINITY {
        return;
    }
    let (slack, values) = match samples.scaling() {
        Scaling::None => (ROUNDING, "values"),
        Scaling::Bytes => (ROUNDING, "scaled values"),
        Scaling::MinMax { .. } | Scaling::Standard { .. } | Scaling::Columns { .. } => {
            (FITTED, "scaled values")
        }
    };
    let (least, greatest) = samples.scaled_range();
    if least < low - slack || greatest > high + slack {
        notes.say(format_args!(
            "{name}: the model's output lies in [{low}, {high}], found {values} in [{least}, {greatest}]: what lies outside cannot be restored"
        ));
    }
}
