//! The kinds of files.

use serde::{Deserialize, Serialize};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A model.
    Model,
    /// A training under way: a model, the optimizer's moments, and how far it came.
    Checkpoint,
    /// A model whose layers are pretrained one after the other, the moments of the one in hand, and how far that came.
    Pretraining,
}

impl FileKind {
    /// `model`, `checkpoint` or `pretraining`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Checkpoint => "checkpoint",
            Self::Pretraining => "pretraining",
        }
    }
}
