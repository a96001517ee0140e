//! What a model keeps to draw codes: a distribution from which the decoder makes new samples.

pub(crate) mod kind;

use ndarray::Array2;

use crate::random::{Purpose, Stream};
use kind::SamplerKind;

/// A distribution of codes, from which a model makes new samples: the standard normal distribution of variational models, or Gaussian
/// distributions that were fitted to the codes of samples.
///
/// A code z of a fitted sampler is
///
/// ```text
/// z = mean + temperature (F ε + s ⊙ ε')      ε (rank), ε' (code) standard normal
/// ```
///
/// for one of the components, drawn by their weights: the factor F (code, rank) has the directions along which codes vary most, and the
/// deviations s what is left of each number. Where the rank is the length of the code, F has the whole covariance.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampler {
    pub(crate) kind: SamplerKind,
    /// The number of samples whose codes it was fitted to; 0 if it was not.
    pub(crate) samples: usize,
    /// The Gaussian distributions; none for the standard normal one.
    pub(crate) components: Vec<Component>,
}

/// A Gaussian distribution of codes, with its weight among others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Component {
    /// The weight; finite and above 0.
    pub(crate) weight: f32,
    /// The mean, (code).
    pub(crate) mean: Vec<f32>,
    /// The factor, (code, rank).
    pub(crate) factor: Array2<f32>,
    /// The deviations, (code), or none where the rank is the length of the code.
    pub(crate) deviations: Vec<f32>,
}

/// The most components of a mixture.
pub(crate) const MOST_COMPONENTS: usize = 1000;

impl Sampler {
    /// The standard normal distribution.
    pub const PRIOR: Self = Self { kind: SamplerKind::Prior, samples: 0, components: Vec::new() };

    /// What the distribution is.
    pub fn kind(&self) -> SamplerKind {
        self.kind
    }

    /// The number of samples whose codes the distribution was fitted to; 0 if it was not.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// The number of Gaussian distributions.
    pub fn components(&self) -> usize {
        self.components.len().max(1)
    }

    /// The number of directions along which codes vary together, in each Gaussian distribution: at most the length of a code.
    pub fn rank(&self) -> usize {
        self.components.first().map_or(0, |component| component.factor.ncols())
    }

    /// Draws the code with this number: a function of seed and number, whatever else is drawn.
    pub(crate) fn draw(&self, seed: u64, number: u64, temperature: f64, code: &mut [f32]) {
        let mut stream = Stream::new(seed, Purpose::Sampling, [number, 0]);
        let chosen = self.component(stream.uniform());
        let mut normal = || f64::from(stream.normal()) * temperature;
        let Some(component) = chosen else {
            for number in code {
                *number = normal() as f32;
            }
            return;
        };
        let along: Vec<f64> = (0..component.factor.ncols()).map(|_| normal()).collect();
        for (place, (number, row)) in code.iter_mut().zip(component.factor.rows()).enumerate() {
            let shared: f64 = row.iter().zip(&along).map(|(&factor, along)| f64::from(factor) * along).sum();
            let own =
                component.deviations.get(place).map_or(0.0, |&deviation| f64::from(deviation) * normal());
            *number = (f64::from(component.mean[place]) + shared + own) as f32;
        }
    }

    /// The component that a uniform number from 0 to below 1 chooses by the weights; `None` if there are none.
    fn component(&self, uniform: f32) -> Option<&Component> {
        let all: f64 = self.components.iter().map(|component| f64::from(component.weight)).sum();
        let mut left = all * f64::from(uniform);
        let chosen = self.components.iter().find(|component| {
            left -= f64::from(component.weight);
            left < 0.0
        });
        chosen.or(self.components.last())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn moments(sampler: &Sampler, temperature: f64) -> ([f64; 2], [f64; 3]) {
        const COUNT: u64 = 40_000;
        let mut sums = [0.0; 5];
        for number in 0..COUNT {
            let mut code = [0.0; 2];
            sampler.draw(3, number, temperature, &mut code);
            let [a, b] = code.map(f64::from);
            for (sum, number) in sums.iter_mut().zip([a, b, a * a, a * b, b * b]) {
                *sum += number / COUNT as f64;
            }
        }
        let [a, b, aa, ab, bb] = sums;
        ([a, b], [aa - a * a, ab - a * b, bb - b * b])
    }

    fn are_near(found: &[f64], expected: &[f64]) {
        // About five standard errors of moments of 40,000 numbers of size 1 to 3.
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 0.03 * (1.0 + expected.abs()), "{found} {expected}");
        }
    }

    #[test]
    fn codes_have_the_mean_and_the_covariance_of_their_distribution() {
        let component = Component {
            weight: 0.5,
            mean: vec![1.0, -2.0],
            factor: array![[1.0], [0.5]],
            deviations: vec![0.5, 0.0],
        };
        let sampler =
            Sampler { kind: SamplerKind::Gaussian, samples: 9, components: vec![component.clone()] };
        let (mean, covariance) = moments(&sampler, 1.0);
        are_near(&mean, &[1.0, -2.0]);
        are_near(&covariance, &[1.25, 0.5, 0.25]);
        are_near(&moments(&sampler, 2.0).1, &[5.0, 2.0, 1.0]);
        assert!(moments(&sampler, 0.0).1.iter().all(|moment| moment.abs() < 1e-9), "the mean alone");
        let (mean, covariance) = moments(&Sampler::PRIOR, 1.0);
        are_near(&[mean, [covariance[1], 0.0]].concat(), &[0.0; 4]);
        are_near(&[covariance[0], covariance[2]], &[1.0, 1.0]);
        // Three of four codes are of the other component, at (-3, -2).
        let other = Component { weight: 1.5, mean: vec![-3.0, -2.0], ..component.clone() };
        let both = Sampler { kind: SamplerKind::Mixture, samples: 9, components: vec![component, other] };
        let (mean, covariance) = moments(&both, 1.0);
        are_near(&mean, &[-2.0, -2.0]);
        are_near(&covariance, &[1.25 + 3.0, 0.5, 0.25]);
    }
}
