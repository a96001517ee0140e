//! Checks of samples before a training begins.

use crate::model::Model;
use crate::options::error::TrainingError;
use crate::samples::Samples;
use crate::samples::scaling::Scaling;
use crate::samples::takes::check_table;

/// The slack for values that rounding moved outside of a range.
const SLACK: f32 = 1e-5;

/// Checks that the model's output can reach all values of the training samples. Validation samples may lie
/// outside: they are scaled as the training samples were.
pub(super) fn check_range(model: &Model, samples: &Samples) -> Result<(), TrainingError> {
    let expected = model.architecture().specification().output_activation.range();
    let found = samples.scaled_range();
    if is_within(found, expected) { Ok(()) } else { Err(TrainingError::Range { expected, found }) }
}

/// Checks that the loss is defined for all values of the validation samples: cross-entropy falls without end for values
/// outside of [0, 1], so that the worst model would be the best.
pub(super) fn check_validation_range(model: &Model, samples: &Samples) -> Result<(), TrainingError> {
    let expected = model.architecture().specification().loss.range();
    let found = samples.scaled_range();
    if is_within(found, expected) { Ok(()) } else { Err(TrainingError::ValidationRange { expected, found }) }
}

fn is_within(found: (f32, f32), expected: (f32, f32)) -> bool {
    found.0 >= expected.0 - SLACK && found.1 <= expected.1 + SLACK
}

/// Checks that samples can be shifted: they must be images whose pixels are all scaled alike.
pub(super) fn check_shift(model: &Model, shift: usize, samples: &Samples) -> Result<(), TrainingError> {
    let refuse = |with, reason| Err(TrainingError::Combination { of: "shifting", with, reason });
    let shape = model.about.sample_shape.as_slice();
    match (shift, image_shape(shape)) {
        (0, _) => Ok(()),
        (_, None) => refuse("samples that are no images", "only what has rows and columns can be shifted"),
        (most, Some([rows, columns, _])) if most >= rows.min(columns) => {
            refuse("images as small as these", "nothing would be left of them")
        }
        _ if !matches!(samples.scaling(), Scaling::None | Scaling::Bytes) => {
            refuse("features scaled each by itself", "a pixel would get the scale of another place")
        }
        _ => Ok(()),
    }
}

/// Rows, columns and colours of an image-shaped sample; `None` for other shapes.
pub(super) fn image_shape(shape: &[usize]) -> Option<[usize; 3]> {
    match *shape {
        [rows, columns] => Some([rows, columns, 1]),
        [rows, columns, colours] => Some([rows, columns, colours]),
        _ => None,
    }
}

/// Checks that samples have as many features as the model, and are rows of its table if it has one.
pub(super) fn check_features(model: &Model, samples: &Samples) -> Result<(), TrainingError> {
    let (expected, found) = (model.architecture().features(), samples.features());
    if found != expected {
        return Err(TrainingError::Features { expected, found });
    }
    check_table(model.takes().table.as_ref(), samples).map_err(TrainingError::Table)
}
