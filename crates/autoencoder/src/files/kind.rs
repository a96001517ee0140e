//! Kinds of files.

use serde::{Deserialize, Serialize};

/// Kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A model.
    Model,
    /// A training under way: a model, the optimizer's moments, and the progress of the training.
    Checkpoint,
    /// A layer-by-layer pretraining under way: a model, the moments for the current layer, and the progress
    /// of that layer.
    Pretraining,
}

impl FileKind {
    /// The name of the kind: `model`, `checkpoint` or `pretraining`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Checkpoint => "checkpoint",
            Self::Pretraining => "pretraining",
        }
    }
}
