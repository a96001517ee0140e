//! The failure of a training, with what may help.

use std::path::Path;

use autoencoder::{SpecificationError, TrainingError};

use crate::failure::Failure;
use crate::run::DataSets;

/// The failure of a training that cannot begin: the options that were asked for are no good, or there is no memory.
pub(super) fn refused(error: TrainingError) -> Failure {
    match error {
        TrainingError::Specification(SpecificationError::OutOfMemory { .. }) => Failure::new(error),
        _ => Failure::usage(error),
    }
}

/// The failure of a training, with what may help.
pub(crate) fn explain(error: &TrainingError, data: &DataSets) -> Failure {
    let name = match (error, &data.validation_name) {
        (TrainingError::ValidationRange { .. }, Some(name)) => name,
        _ => &data.name,
    };
    let failure = Failure::at(Path::new(name), error);
    match error {
        TrainingError::Range { .. } => failure.advise(
            "--scale min-max brings values into [0, 1], --output-activation linear reaches any value",
        ),
        TrainingError::ValidationRange { .. } => failure
            .advise("--loss mse, or --loss gaussian for a variational model, is defined for any values"),
        TrainingError::Diverged { .. } => {
            failure.advise("a smaller --learning-rate, --warmup-epochs 1 or --clip-norm 1 may help")
        }
        _ => failure,
    }
}
