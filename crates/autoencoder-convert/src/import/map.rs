//! Names of layers in a file, given by the caller where the names do not tell the layers apart.

use super::error::ImportError;
use super::linear::{Layers, Linear};

/// Pairs of a layer of the model, such as `encoder.0`, `encoder.mu` or `decoder.1`, and the name of that layer in the file.
///
/// ```
/// use autoencoder_convert::LayerMap;
/// let map = LayerMap::of([("encoder.0".to_owned(), "fc1".to_owned()), ("decoder.0".to_owned(), "fc2".to_owned())]);
/// assert!(!map.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map(Vec<(String, String)>);

impl Map {
    /// A map of these pairs.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Whether nothing is mapped.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The layers in the order that the map gives them.
    pub(super) fn sort(&self, layers: Vec<Linear>) -> Result<Layers, ImportError> {
        let refuse = |what: String| Err(ImportError::Map { what });
        let mut left: Vec<Option<Linear>> = layers.into_iter().map(Some).collect();
        let mut sides: [Vec<(usize, Linear)>; 2] = [Vec::new(), Vec::new()];
        let mut code = [None, None];
        for (ours, theirs) in &self.0 {
            let found =
                left.iter_mut().find(|layer| layer.as_ref().is_some_and(|layer| layer.name == *theirs));
            let Some(layer) = found.and_then(Option::take) else {
                return refuse(format!(
                    "{ours}={theirs}: the file has no layer {theirs} that is not mapped yet"
                ));
            };
            match ours.split_once('.') {
                Some(("encoder", "mu")) if code[0].is_none() => code[0] = Some(layer),
                Some(("encoder", "logvar")) if code[1].is_none() => code[1] = Some(layer),
                Some((side @ ("encoder" | "decoder"), place)) if place.parse::<usize>().is_ok() => {
                    let place = place.parse().unwrap_or_default();
                    sides[usize::from(side == "decoder")].push((place, layer));
                }
                Some(_) | None => {
                    return refuse(format!(
                        "{ours}={theirs}: expected encoder.0, encoder.1, ..., encoder.mu and encoder.logvar, decoder.0, ..., each once, before ="
                    ));
                }
            }
        }
        if let Some(layer) = left.into_iter().flatten().next() {
            return refuse(format!("the layer {} of the file is not mapped", layer.name));
        }
        let mut ordered = Vec::new();
        for (side, mut layers) in ["encoder", "decoder"].into_iter().zip(sides) {
            layers.sort_by_key(|(place, _)| *place);
            if let Some((expected, _)) = layers.iter().enumerate().find(|(place, layer)| *place != layer.0) {
                return refuse(format!("expected one layer {side}.{expected}, found none or several"));
            }
            ordered.extend(layers.into_iter().map(|(_, layer)| layer));
            if side == "encoder" {
                ordered.extend(code[0].take());
            }
        }
        Ok(Layers { layers: ordered, log_variance: code[1].take() })
    }
}
