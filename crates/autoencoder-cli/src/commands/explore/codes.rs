//! The codes of samples as a page carries them, and the plane in which they differ most.

use autoencoder::{Inference, Pca, Samples};
use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::Serialize;

use super::packed::Quantised;
use crate::failure::{Failure, Outcome};

/// The codes of all samples.
#[derive(Debug, Serialize)]
pub(super) struct Codes {
    numbers: Quantised,
    units: Vec<Unit>,
    /// The plane of two principal components, where a code has more than two numbers.
    plane: Option<Plane>,
}

/// What is known of a number of the code.
#[derive(Debug, Serialize)]
struct Unit {
    mean: f64,
    variance: f64,
    /// The mean divergence from a standard normal distribution in nats, of a variational model.
    kl: Option<f64>,
    /// Whether the number tells next to nothing.
    idle: bool,
}

/// A place in the plane is `mean` plus so much of each direction.
#[derive(Debug, Serialize)]
struct Plane {
    mean: Vec<f32>,
    directions: Vec<Vec<f32>>,
    /// The share of the variance along each direction.
    explained: Vec<f64>,
}

/// The share of the largest variance below which a number of a code is idle.
const LITTLE: f64 = 1e-4;

/// The divergence in nats below which a number of a variational code is idle.
const FEW_NATS: f64 = 0.01;

/// The codes of samples, and their places in the plane that a picture of them shows.
pub(super) fn of(codes: ArrayView2<'_, f32>, divergences: Option<Vec<f64>>) -> Outcome<(Codes, Array2<f32>)> {
    let (samples, numbers) = codes.dim();
    let pca = if numbers > 2 { Some(Pca::fit_matrix(codes, 2).map_err(Failure::new)?) } else { None };
    // A single sample has no directions.
    let pca = pca.filter(|pca| pca.components() == 2);
    let plane = pca.as_ref().map(|pca| Plane {
        mean: pca.mean().to_vec(),
        directions: pca.directions().rows().into_iter().map(|direction| direction.to_vec()).collect(),
        explained: pca.explained().to_vec(),
    });
    let places = match &pca {
        Some(pca) => pca.project(codes),
        None => Array2::from_shape_fn((samples, 2), |(sample, axis)| {
            if axis < numbers { codes[(sample, axis)] } else { sample as f32 }
        }),
    };
    let numbers = Quantised::of(codes);
    Ok((Codes { numbers, units: units(codes, divergences), plane }, places))
}

fn units(codes: ArrayView2<'_, f32>, divergences: Option<Vec<f64>>) -> Vec<Unit> {
    let moments: Vec<(f64, f64)> = codes
        .columns()
        .into_iter()
        .map(|column| {
            let count = column.len() as f64;
            let mean = column.iter().map(|&number| f64::from(number)).sum::<f64>() / count;
            let squares = column.iter().map(|&number| (f64::from(number) - mean).powi(2)).sum::<f64>();
            (mean, squares / count)
        })
        .collect();
    let largest = moments.iter().map(|&(_, variance)| variance).fold(0.0, f64::max);
    let unit = |(place, (mean, variance)): (usize, (f64, f64))| {
        let kl = divergences.as_ref().map(|divergences| divergences[place]);
        let idle = kl.map_or(variance <= LITTLE * largest, |kl| kl < FEW_NATS);
        Unit { mean, variance, kl, idle }
    };
    moments.into_iter().enumerate().map(unit).collect()
}

/// The mean divergence of each number of a variational code from a standard normal distribution; none where a model is not
/// variational.
pub(super) fn divergences(inference: &Inference, samples: &Samples) -> Outcome<Option<Vec<f64>>> {
    let Some([means, log_variances]) = inference.code_distributions(samples)? else { return Ok(None) };
    let nats = |(means, logs): (ArrayView1<'_, f32>, ArrayView1<'_, f32>)| {
        let each = means.iter().zip(logs).map(|(&mean, &log)| (f64::from(mean), f64::from(log)));
        each.map(|(mean, log)| 0.5 * (mean * mean + log.exp() - 1.0 - log)).sum::<f64>() / means.len() as f64
    };
    Ok(Some(means.columns().into_iter().zip(log_variances.columns()).map(nats).collect()))
}

#[cfg(test)]
mod tests {
    use autoencoder::{Activation, Initialization, Model, Specification, Values};
    use ndarray::array;

    use super::*;

    #[test]
    fn long_codes_have_a_plane_and_short_ones_are_shown_as_they_are() {
        let (codes, places) = of(array![[1.0, 2.0], [3.0, 4.0]].view(), None).unwrap();
        assert!(codes.plane.is_none() && places == array![[1.0, 2.0], [3.0, 4.0]]);
        let (_, places) = of(array![[5.0], [6.0]].view(), None).unwrap();
        assert_eq!(places, array![[5.0, 0.0], [6.0, 1.0]]);
        let long = array![[2.0, 2.0, 0.0], [-2.0, -2.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, -1.0]];
        let (codes, places) = of(long.view(), None).unwrap();
        let plane = codes.plane.unwrap();
        assert!((plane.explained[0] - 16.0 / 18.0).abs() < 1e-6, "{plane:?}");
        assert!((places[(0, 0)] - 8.0_f32.sqrt()).abs() < 1e-5, "{places}");
        let (codes, places) = of(array![[1.0, 2.0, 3.0]].view(), None).unwrap();
        assert!(codes.plane.is_none() && places == array![[1.0, 2.0]]);
    }

    #[test]
    fn numbers_that_tell_nothing_are_idle() {
        let codes = array![[0.0, 5.0, 1.0], [10.0, 5.0, 1.01]];
        let idle = |divergences| -> Vec<bool> {
            units(codes.view(), divergences).iter().map(|unit| unit.idle).collect()
        };
        assert_eq!(idle(None), [false, true, true]);
        assert_eq!(idle(Some(vec![0.001, 2.0, 0.02])), [true, false, false]);
    }

    #[test]
    fn divergences_are_those_of_the_loss() {
        for layers in [vec![5, 2], vec![2]] {
            let specification =
                Specification::new(6, layers).with_code_activation(Activation::Linear).variational(1.0);
            let model = Model::new(specification, Initialization::Normal, 1).unwrap();
            let number = |(row, column)| ((row * 7 + column * 3) % 11) as f32 / 11.0;
            let samples = model.samples(Values::Floats(Array2::from_shape_fn((40, 6), number))).unwrap();
            let inference = Inference::new(&model);
            let found = divergences(&inference, &samples).unwrap();
            let expected = inference.evaluate(&samples).unwrap().terms.kl.unwrap();
            let found: f64 = found.unwrap().iter().sum();
            assert!((found - expected).abs() < 1e-3 * expected, "{found} {expected}");
        }
    }
}
