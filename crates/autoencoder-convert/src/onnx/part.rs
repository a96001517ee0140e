//! The parts of a model that are written.

use autoencoder::Scorer;

/// The part of a model that is written.
#[derive(Clone, Copy, Debug)]
pub enum OnnxPart<'a> {
    /// From samples to their reconstructions, both in the units of the data.
    Model,
    /// From samples to their codes.
    Encoder,
    /// From codes to samples in the units of the data.
    Decoder,
    /// From samples to their scores, and whether these are above a threshold.
    Score {
        /// What the samples are scored by.
        scorer: &'a Scorer,
        /// The score above which a sample is flagged.
        threshold: f64,
    },
}

impl OnnxPart<'_> {
    /// The name of the part.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Encoder => "encoder",
            Self::Decoder => "decoder",
            Self::Score { .. } => "score",
        }
    }

    /// One sentence on what the part does.
    pub(super) fn summary(self) -> &'static str {
        match self {
            Self::Model => "An autoencoder: restores samples, in the units of the data.",
            Self::Encoder => {
                "The encoder of an autoencoder: makes codes of samples in the units of the data."
            }
            Self::Decoder => {
                "The decoder of an autoencoder: makes samples in the units of the data of codes."
            }
            Self::Score { .. } => {
                "The scores of an autoencoder: how badly samples fit what it has learnt, and whether they are above a threshold."
            }
        }
    }
}
