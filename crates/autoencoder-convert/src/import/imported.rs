//! What was read of a file.

use autoencoder::Model;

/// A model that was read, and what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Imported {
    /// The model.
    pub model: Model,
    /// What was assumed and converted, one sentence each.
    pub notes: Vec<String>,
}
