//! Sets of a model's layers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::specification::architecture::Architecture;

/// A set of a model's layers. A layer is identified by its place, from 0, in
/// [`Architecture::layers`](crate::Architecture::layers).
///
/// ```
/// use autoencoder::{Architecture, LayerSet, Specification};
/// let architecture = Architecture::new(Specification::new(784, [256, 128]))?;
/// let encoder = LayerSet::named(&architecture, "encoder")?;
/// assert_eq!(encoder, LayerSet::from_iter([0, 1]));
/// assert!(!LayerSet::named(&architecture, "encoder.1")?.contains(0));
/// assert!(LayerSet::named(&architecture, "encoder.2").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LayerSet(BTreeSet<usize>);

/// The error for a name that no layer of a model has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchLayer {
    /// The name that was looked up.
    pub found: String,
    /// The names of all layers of the model.
    pub expected: Vec<String>,
}

impl std::fmt::Display for NoSuchLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no layer {}: expected encoder, decoder or one of {}", self.found, self.expected.join(", "))
    }
}

impl std::error::Error for NoSuchLayer {}

impl LayerSet {
    /// The empty set.
    pub const NONE: Self = Self(BTreeSet::new());

    /// The layer with this name, or all layers of the encoder or the decoder for the name `encoder` or
    /// `decoder`.
    ///
    /// # Errors
    /// [`NoSuchLayer`] if no layer has the name.
    pub fn named(architecture: &Architecture, name: &str) -> Result<Self, NoSuchLayer> {
        let layers = architecture.layers().iter().enumerate();
        let side = name.to_owned() + ".";
        let of_side = matches!(name, "encoder" | "decoder");
        let fits = |layer: &str| layer == name || of_side && layer.starts_with(&side);
        let found: Self = layers.filter(|(_, layer)| fits(&layer.name)).map(|(place, _)| place).collect();
        if found == Self::NONE {
            let expected = architecture.layers().iter().map(|layer| layer.name.clone()).collect();
            return Err(NoSuchLayer { found: name.to_owned(), expected });
        }
        Ok(found)
    }

    /// Whether the set contains the layer at the place `layer`.
    pub fn contains(&self, layer: usize) -> bool {
        self.0.contains(&layer)
    }

    /// The union of both sets.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The places of the layers, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().copied()
    }
}

impl FromIterator<usize> for LayerSet {
    fn from_iter<I: IntoIterator<Item = usize>>(layers: I) -> Self {
        Self(layers.into_iter().collect())
    }
}
