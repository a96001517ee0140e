//! Sets of layers, by their places among all.

use serde::{Deserialize, Serialize};

/// Some of a model's layers, by their places in [`Architecture::layers`](crate::Architecture::layers), from 0 to 127.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<usize>", into = "Vec<usize>")]
pub struct LayerSet(u128);

/// A name that no layer of a model has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchLayer {
    /// The name.
    pub found: String,
    /// The names of all layers.
    pub expected: Vec<String>,
}

impl std::fmt::Display for NoSuchLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no layer {}: expected encoder, decoder or one of {}", self.found, self.expected.join(", "))
    }
}

impl std::error::Error for NoSuchLayer {}

impl LayerSet {
    /// No layer.
    pub const NONE: Self = Self(0);

    /// The layer of this name, or with `encoder` or `decoder` all of that side.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(architecture: &crate::Architecture, name: &str) -> Result<Self, NoSuchLayer> {
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

    /// Whether a layer is among them.
    pub const fn contains(self, layer: usize) -> bool {
        layer < 128 && self.0 >> layer & 1 == 1
    }

    /// The layers of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Their places, rising.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..128).filter(move |&layer| self.contains(layer))
    }
}

/// Places from 128 on are left out.
impl FromIterator<usize> for LayerSet {
    fn from_iter<I: IntoIterator<Item = usize>>(layers: I) -> Self {
        Self(layers.into_iter().filter(|&layer| layer < 128).fold(0, |bits, layer| bits | 1 << layer))
    }
}

impl From<Vec<usize>> for LayerSet {
    fn from(layers: Vec<usize>) -> Self {
        layers.into_iter().collect()
    }
}

impl From<LayerSet> for Vec<usize> {
    fn from(layers: LayerSet) -> Self {
        layers.iter().collect()
    }
}
