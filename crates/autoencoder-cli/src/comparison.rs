//! The figure of some samples above their reconstructions.

use autoencoder::{About, Inference, Samples, Scaling};
use ndarray::{Array2, ArrayView2};

use crate::data::Labels;
use crate::figures::{ImageShape, profiles_png, reconstructions_png};

/// Samples shown in a run's figure.
pub(crate) const SHOWN: usize = 10;

/// Draws `count` samples and what a model makes of them, as the bytes of a PNG file.
pub(crate) fn png(
    inference: &Inference,
    about: &About,
    samples: &Samples,
    labels: Option<&Labels>,
    count: usize,
    caption: &str,
) -> Vec<u8> {
    let chosen = samples.select(&choose(samples.len(), labels, count));
    let originals = chosen.scaled(0..chosen.len());
    let restored = inference.reconstruct(&chosen);
    match image_shape(&about.sample_shape) {
        Some(shape) => {
            let (originals, restored) = shades(&about.scaling, originals, restored);
            reconstructions_png(originals.view(), restored.view(), shape, Some(caption))
        }
        None => profiles_png(originals.view(), restored.view(), Some(caption)),
    }
}

/// How a sample is an image, if it is one: rows of pixels, grey or in colour.
pub(crate) fn image_shape(sample_shape: &[usize]) -> Option<ImageShape> {
    match *sample_shape {
        [height, width] => Some(ImageShape { height, width, channels: 1 }),
        [height, width, channels @ (1 | 3)] => Some(ImageShape { height, width, channels }),
        _ => None,
    }
}

/// Indices of samples to show: where there are labels the first of each, then the second of each, and so on.
fn choose(samples: usize, labels: Option<&Labels>, count: usize) -> Vec<usize> {
    let count = count.min(samples);
    let Some(labels) = labels else { return (0..count).collect() };
    let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); labels.names.len()];
    for (index, &class) in labels.of_sample.iter().enumerate() {
        of_class[class].push(index);
    }
    let rounds = of_class.iter().map(Vec::len).max().unwrap_or(0);
    let in_turn = (0..rounds).flat_map(|round| of_class.iter().filter_map(move |class| class.get(round)));
    in_turn.copied().take(count).collect()
}

/// Values to be shown from 0, black, to 1, white, both by the same measure.
///
/// Bytes are that already. Scaled feature by feature an image is hard to recognise: other data is shown in its own
/// units, from the least to the greatest original value unless those lie within 0 and 1 anyway.
pub(crate) fn shades(
    scaling: &Scaling,
    originals: Array2<f32>,
    restored: Array2<f32>,
) -> (Array2<f32>, Array2<f32>) {
    if *scaling == Scaling::Bytes {
        return (originals, restored);
    }
    let undone = |scaled: ArrayView2<'_, f32>| {
        let mut values = scaled.to_owned();
        values.indexed_iter_mut().for_each(|((_, feature), value)| *value = scaling.undo(feature, *value));
        values
    };
    let (originals, restored) = (undone(originals.view()), undone(restored.view()));
    let low = originals.iter().copied().fold(0.0, f32::min);
    let high = originals.iter().copied().fold(f32::MIN, f32::max);
    let high = if low < 0.0 || high > 1.0 { high } else { 1.0 };
    let shade =
        |values: Array2<f32>| values.mapv(|value| (value - low) / (high - low).max(f32::MIN_POSITIVE));
    (shade(originals), shade(restored))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn labels(of_sample: &[usize], classes: usize) -> Labels {
        Labels { of_sample: of_sample.to_vec(), names: (0..classes).map(|class| class.to_string()).collect() }
    }

    #[test]
    fn one_of_each_label_in_order_then_further_ones() {
        let labels = labels(&[2, 2, 0, 1, 0, 2], 4);
        assert_eq!(choose(6, Some(&labels), 3), [2, 3, 0]);
        assert_eq!(choose(6, Some(&labels), 5), [2, 3, 0, 4, 1]);
        assert_eq!(choose(6, Some(&labels), 99).len(), 6);
        assert_eq!(choose(6, None, 2), [0, 1]);
        assert_eq!(choose(1, None, 2), [0]);
    }

    #[test]
    fn images_are_two_dimensional_or_in_colour() {
        let shape =
            |lengths: &[usize]| image_shape(lengths).map(|shape| (shape.height, shape.width, shape.channels));
        assert_eq!(shape(&[2, 3]), Some((2, 3, 1)));
        assert_eq!(shape(&[2, 3, 3]), Some((2, 3, 3)));
        assert_eq!(shape(&[6]), None);
        assert_eq!(shape(&[2, 3, 4]), None);
    }

    #[test]
    fn shades_span_the_originals() {
        let scaling = Scaling::MinMax { minimum: vec![-2.0, 0.0], maximum: vec![2.0, 8.0] };
        let (originals, restored) = shades(&scaling, array![[0.0, 1.0]], array![[0.5, 0.5]]);
        assert_eq!(originals, array![[0.0, 1.0]], "-2 and 8");
        assert_eq!(restored, array![[0.2, 0.6]], "0 and 4");
        let (originals, _) = shades(&Scaling::None, array![[0.25, 0.5]], array![[0.0, 0.0]]);
        assert_eq!(originals, array![[0.25, 0.5]], "within 0 and 1 nothing is stretched");
    }
}
