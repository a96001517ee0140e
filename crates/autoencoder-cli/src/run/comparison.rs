//! The figure of some samples above their reconstructions, and above clean ones where those are known.

use autoencoder::{About, Inference, Samples, Scaling, Window};
use ndarray::{Array2, ArrayView2};

use super::by_column;
use crate::data::Labels;
use crate::failure::Outcome;
use crate::figures::{ImageShape, MAX_PANELS, Panels, Series, profiles_png, reconstructions_png};

/// The number of samples in a run's figure.
pub(crate) const SHOWN: usize = 10;

/// The samples to draw, with their labels and the figure's caption.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparison<'a> {
    /// The samples that the model is given.
    pub(crate) inputs: &'a Samples,
    /// The same samples without noise, where these are known.
    pub(crate) clean: Option<&'a Samples>,
    pub(crate) labels: Option<&'a Labels>,
    /// The number of samples to draw.
    pub(crate) count: usize,
    pub(crate) caption: &'a str,
}

/// Draws samples and a model's reconstructions of them, as the bytes of a PNG file.
pub(crate) fn png(inference: &Inference, about: &About, comparison: Comparison<'_>) -> Outcome<Vec<u8>> {
    let Comparison { inputs, clean, labels, count, caption } = comparison;
    let chosen = match about.window {
        None => choose(inputs.len(), labels, count),
        Some(window) => spread(inputs.len(), count.min((MAX_PANELS / columns_of(inputs, window)).max(1))),
    };
    let inputs = inputs.select(&chosen);
    let mut names = vec!["input", "reconstruction"];
    let mut states = vec![inputs.scaled(0..inputs.len()), inference.reconstruct(&inputs)?];
    if let Some(clean) = clean {
        let clean = clean.select(&chosen);
        names.push("clean");
        states.push(clean.scaled(0..clean.len()));
    }
    let shape = image_shape(&about.sample_shape);
    if shape.is_some() {
        states = shades(&about.scaling, states);
    }
    let series: Vec<Series<'_>> = names
        .into_iter()
        .zip(&states)
        .map(|(name, samples)| Series { name, samples: samples.view() })
        .collect();
    Ok(match (shape, about.window) {
        (Some(shape), _) => reconstructions_png(&series, shape, Some(caption)),
        (None, None) => profiles_png(&series, &Panels::OF_SAMPLES, Some(caption)),
        (None, Some(window)) => {
            let columns = columns_of(&inputs, window);
            let by_column: Vec<Array2<f32>> =
                states.iter().map(|samples| columns_of_windows(samples.view(), columns)).collect();
            let series: Vec<Series<'_>> = series
                .iter()
                .zip(&by_column)
                .map(|(series, samples)| Series { name: series.name, samples: samples.view() })
                .collect();
            let names = by_column::names(about, columns);
            let title = |index: &usize| {
                let begins = index + 1;
                names.iter().map(move |name| format!("window {begins}: {name}"))
            };
            let titles: Vec<String> = chosen.iter().flat_map(title).collect();
            profiles_png(&series, &Panels { titles: Some(&titles), axis: "row of the window" }, Some(caption))
        }
    })
}

/// The number of columns of the rows over which samples are windows.
fn columns_of(samples: &Samples, window: Window) -> usize {
    samples.features() / window.rows.get()
}

/// Windows, row after row, as rows of their own for each column of each window.
fn columns_of_windows(windows: ArrayView2<'_, f32>, columns: usize) -> Array2<f32> {
    let rows = windows.ncols() / columns;
    Array2::from_shape_fn((windows.nrows() * columns, rows), |(place, row)| {
        windows[(place / columns, row * columns + place % columns)]
    })
}

/// The indices of so many of the samples, evenly apart: windows side by side hardly differ.
fn spread(samples: usize, count: usize) -> Vec<usize> {
    let count = count.clamp(1, samples);
    (0..count).map(|index| index * samples / count).collect()
}

/// The shape of a sample as an image, if the sample is one: rows of pixels, grey or in colour.
pub(crate) fn image_shape(sample_shape: &[usize]) -> Option<ImageShape> {
    match *sample_shape {
        [height, width] => Some(ImageShape { height, width, channels: 1 }),
        [height, width, channels @ (1 | 3)] => Some(ImageShape { height, width, channels }),
        _ => None,
    }
}

/// The indices of the samples to show: where there are labels the first of each, then the second of each, and so on.
pub(crate) fn choose(samples: usize, labels: Option<&Labels>, count: usize) -> Vec<usize> {
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

/// Values to be shown from 0, black, to 1, white, all by the same measure.
///
/// Bytes are shown as they are. An image that is scaled feature by feature is hard to recognise: other data is shown
/// in its own units, from the least to the greatest value of the first state, unless these lie within 0 and 1 anyway.
///
/// # Panics
/// If there is no state.
pub(crate) fn shades(scaling: &Scaling, mut states: Vec<Array2<f32>>) -> Vec<Array2<f32>> {
    if *scaling == Scaling::Bytes {
        return states;
    }
    for values in &mut states {
        #[allow(clippy::cast_possible_truncation, reason = "a shade has few digits")]
        values
            .indexed_iter_mut()
            .for_each(|((_, feature), value)| *value = scaling.undo(feature, *value) as f32);
    }
    let low = states[0].iter().copied().fold(0.0, f32::min);
    let high = states[0].iter().copied().fold(f32::MIN, f32::max);
    let high = if low < 0.0 || high > 1.0 { high } else { 1.0 };
    for values in &mut states {
        values.mapv_inplace(|value| (value - low) / (high - low).max(f32::MIN_POSITIVE));
    }
    states
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn labels(of_sample: &[usize], classes: usize) -> Labels {
        Labels { of_sample: of_sample.to_vec(), names: (0..classes).map(|class| class.to_string()).collect() }
    }

    #[test]
    fn windows_are_drawn_column_by_column() {
        let windows = array![[1.0, 10.0, 2.0, 20.0, 3.0, 30.0], [4.0, 40.0, 5.0, 50.0, 6.0, 60.0]];
        let expected = array![[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [4.0, 5.0, 6.0], [40.0, 50.0, 60.0]];
        assert_eq!(columns_of_windows(windows.view(), 2), expected);
        assert_eq!(
            (spread(100, 4), spread(3, 9), spread(5, 0)),
            (vec![0, 25, 50, 75], vec![0, 1, 2], vec![0])
        );
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
    fn shades_span_the_first_state() {
        let scaling = Scaling::MinMax { minimum: vec![-2.0, 0.0], maximum: vec![2.0, 8.0] };
        let shown = shades(&scaling, vec![array![[0.0, 1.0]], array![[0.5, 0.5]]]);
        assert_eq!(shown[0], array![[0.0, 1.0]], "-2 and 8");
        assert_eq!(shown[1], array![[0.2, 0.6]], "0 and 4");
        let shown = shades(&Scaling::None, vec![array![[0.25, 0.5]]]);
        assert_eq!(shown[0], array![[0.25, 0.5]], "within 0 and 1 nothing is stretched");
    }
}
