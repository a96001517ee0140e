//! One error type that contains every other error type of the crate.

use std::fmt;

#[cfg(feature = "pca")]
use crate::evaluation::pca::PcaError;
use crate::files::error::FileError;
#[cfg(feature = "pca")]
use crate::generation::fit::SamplerError;
use crate::inference::layers::LayerOutputsError;
use crate::options::error::TrainingError;
use crate::options::layer_set::NoSuchLayer;
use crate::options::precision::PrecisionError;
use crate::samples::error::SamplesError;
use crate::scoring::ScoreError;
#[cfg(feature = "pca")]
use crate::scoring::fit::ScorerError;
use crate::specification::error::SpecificationError;

/// Any error of this crate, for callers that pass all of them on with `?`.
///
/// ```
/// use autoencoder::{Error, LayerSet, Model, Specification};
/// fn frozen(bytes: &[u8]) -> Result<LayerSet, Error> {
///     Ok(LayerSet::named(Model::from_bytes(bytes)?.architecture(), "encoder")?)
/// }
/// assert!(matches!(frozen(b"no model"), Err(Error::File(_))));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Numbers that are no valid samples, or samples that do not fit a model.
    Samples(SamplesError),
    /// A specification that describes no valid model.
    Specification(SpecificationError),
    /// A training that cannot begin or cannot go on.
    Training(TrainingError),
    /// Bytes that are no valid model or checkpoint.
    File(FileError),
    /// A precision that this processor has no instructions for.
    Precision(PrecisionError),
    /// Principal components that cannot be computed.
    #[cfg(feature = "pca")]
    Pca(PcaError),
    /// A name that no layer of a model has.
    Layer(NoSuchLayer),
    /// Outputs of a layer that cannot be computed.
    LayerOutputs(LayerOutputsError),
    /// Scores that cannot be computed.
    Score(ScoreError),
    /// A scorer that cannot be fitted.
    #[cfg(feature = "pca")]
    Scorer(ScorerError),
    /// A sampler that cannot be fitted.
    #[cfg(feature = "pca")]
    Sampler(SamplerError),
}

impl Error {
    /// The error that the variant contains.
    fn inner(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Samples(error) => error,
            Self::Specification(error) => error,
            Self::Training(error) => error,
            Self::File(error) => error,
            Self::Precision(error) => error,
            #[cfg(feature = "pca")]
            Self::Pca(error) => error,
            Self::Layer(error) => error,
            Self::LayerOutputs(error) => error,
            Self::Score(error) => error,
            #[cfg(feature = "pca")]
            Self::Scorer(error) => error,
            #[cfg(feature = "pca")]
            Self::Sampler(error) => error,
        }
    }
}

/// Writes the message of the inner error, unchanged.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

/// Returns the source of the inner error: the inner error itself is already in the message.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner().source()
    }
}

impl From<SamplesError> for Error {
    fn from(error: SamplesError) -> Self {
        Self::Samples(error)
    }
}

impl From<SpecificationError> for Error {
    fn from(error: SpecificationError) -> Self {
        Self::Specification(error)
    }
}

impl From<TrainingError> for Error {
    fn from(error: TrainingError) -> Self {
        Self::Training(error)
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<PrecisionError> for Error {
    fn from(error: PrecisionError) -> Self {
        Self::Precision(error)
    }
}

#[cfg(feature = "pca")]
impl From<PcaError> for Error {
    fn from(error: PcaError) -> Self {
        Self::Pca(error)
    }
}

impl From<NoSuchLayer> for Error {
    fn from(error: NoSuchLayer) -> Self {
        Self::Layer(error)
    }
}

impl From<LayerOutputsError> for Error {
    fn from(error: LayerOutputsError) -> Self {
        Self::LayerOutputs(error)
    }
}

impl From<ScoreError> for Error {
    fn from(error: ScoreError) -> Self {
        Self::Score(error)
    }
}

#[cfg(feature = "pca")]
impl From<ScorerError> for Error {
    fn from(error: ScorerError) -> Self {
        Self::Scorer(error)
    }
}

#[cfg(feature = "pca")]
impl From<SamplerError> for Error {
    fn from(error: SamplerError) -> Self {
        Self::Sampler(error)
    }
}
