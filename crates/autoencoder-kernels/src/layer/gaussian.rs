//! Gaussian codes of variational autoencoders (Kingma and Welling 2014): their sampling from means and variances,
//! their divergence from the standard normal distribution, and the gradients of both.
//!
//! ```text
//! z = μ + e^(l/2) ε            KL(N(μ, e^l) ‖ N(0, 1)) = Σ (μ² + e^l - 1 - l) / 2
//! ```
//!
//! The statistics of a row are the means μ in the first panels, and in as many panels after them the logarithms l of
//! the variances.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::panel::{Panels, PanelsMut};
use crate::vector::{Line, Pair, exp, multiply_add, panels, vectors, vectors_mut};

/// z ← μ + e^(l/2) ε.
///
/// # Shapes
/// `noise` ε and `codes` z (rows, code), `statistics` (rows, code in whole panels twice). `codes` are overwritten.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn gaussian_codes(
    instructions: Instructions,
    statistics: Panels<'_>,
    noise: Panels<'_>,
    codes: &mut PanelsMut<'_>,
) {
    struct Codes<'a>([&'a [Line]; 3], &'a mut [Line]);
    impl WithSimd for Codes<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self([means, logs, noise], codes) = self;
            for (((mean, log), noise), code) in means.iter().pair(logs).pair(noise).pair(codes) {
                let all = vectors::<S>(mean).iter().pair(vectors::<S>(log)).pair(vectors::<S>(noise));
                for (((&mean, &log), &noise), code) in all.pair(vectors_mut::<S>(code)) {
                    *code = multiply_add(simd, deviation(simd, log), noise, mean);
                }
            }
        }
    }
    let across = check(statistics, noise);
    assert_eq!((noise.rows(), noise.columns()), (codes.rows(), codes.columns()), "gaussian_codes: shapes");
    for panel in 0..across {
        let read = [statistics.panel(panel), statistics.panel(across + panel), noise.panel(panel)];
        instructions.run(Codes(read, codes.panel_mut(panel)));
    }
}

/// Σ (μ² + e^l - 1 - l) / 2, the Kullback-Leibler divergence of the distributions of the codes from the standard
/// normal distribution, over all rows and columns.
///
/// The sums are formed in f32 over the rows of a panel, column by column, and from there in f64.
///
/// # Shapes
/// `statistics` (rows, code in whole panels twice).
///
/// # Panics
/// If the number of panels of `statistics` is odd.
pub fn gaussian_divergence(instructions: Instructions, statistics: Panels<'_>) -> f64 {
    struct Divergence<'a>([&'a [Line]; 2]);
    impl WithSimd for Divergence<'_> {
        type Output = Line;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Line {
            let [means, logs] = self.0;
            let (one, half) = (simd.splat_f32s(1.0), simd.splat_f32s(0.5));
            let mut sums = Line::ZERO;
            for (mean, log) in means.iter().pair(logs) {
                let both = vectors::<S>(mean).iter().pair(vectors::<S>(log));
                for ((&mean, &log), sum) in both.pair(vectors_mut::<S>(&mut sums)) {
                    let spread = simd.sub_f32s(simd.sub_f32s(exp(simd, log), one), log);
                    *sum = multiply_add(simd, multiply_add(simd, mean, mean, spread), half, *sum);
                }
            }
            sums
        }
    }
    let across = panels(statistics.columns());
    assert!(across.is_multiple_of(2), "gaussian_divergence: panels of means and of variances");
    let panels = (0..across / 2).map(|panel| {
        let sums =
            instructions.run(Divergence([statistics.panel(panel), statistics.panel(across / 2 + panel)]));
        sums.0.iter().copied().map(f64::from).sum::<f64>()
    });
    panels.sum()
}

/// dμ ← dz + s μ and dl ← dz ε e^(l/2) / 2 + s (e^l - 1) / 2: the gradients of a loss whose gradient at the codes is
/// dz, plus s times the divergence.
///
/// # Shapes
/// `noise` ε and `dz` (rows, code), `statistics` and `gradients` (rows, code in whole panels twice). `gradients` are
/// overwritten: dμ in the first panels, dl in those after them.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn gaussian_gradients(
    instructions: Instructions,
    statistics: Panels<'_>,
    noise: Panels<'_>,
    dz: Panels<'_>,
    scale: f32,
    gradients: &mut PanelsMut<'_>,
) {
    struct Gradients<'a>([&'a [Line]; 4], f32, &'a mut [Line], bool);
    impl WithSimd for Gradients<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self([means, logs, noise, dz], scale, gradients, of_means) = self;
            let (scale, half, one) = (simd.splat_f32s(scale), simd.splat_f32s(0.5), simd.splat_f32s(1.0));
            for (row, gradient) in gradients.iter_mut().enumerate() {
                let [means, logs] = [vectors::<S>(&means[row]), vectors::<S>(&logs[row])];
                let [noise, dz] = [vectors::<S>(&noise[row]), vectors::<S>(&dz[row])];
                for (index, gradient) in vectors_mut::<S>(gradient).iter_mut().enumerate() {
                    *gradient = if of_means {
                        multiply_add(simd, scale, means[index], dz[index])
                    } else {
                        let spread = simd.mul_f32s(noise[index], deviation(simd, logs[index]));
                        let variance = simd.sub_f32s(exp(simd, logs[index]), one);
                        let sum = multiply_add(simd, dz[index], spread, simd.mul_f32s(scale, variance));
                        simd.mul_f32s(sum, half)
                    };
                }
            }
        }
    }
    let across = check(statistics, noise);
    assert_eq!((noise.rows(), noise.columns()), (dz.rows(), dz.columns()), "gaussian_gradients: shape of dz");
    let shape = (statistics.rows(), statistics.columns());
    assert_eq!(shape, (gradients.rows(), gradients.columns()), "gaussian_gradients: shape of the gradients");
    for panel in 0..across {
        let (means, logs) = (statistics.panel(panel), statistics.panel(across + panel));
        let read = [means, logs, noise.panel(panel), dz.panel(panel)];
        instructions.run(Gradients(read, scale, gradients.panel_mut(panel), true));
        instructions.run(Gradients(read, scale, gradients.panel_mut(across + panel), false));
    }
}

/// The number of panels of a code.
#[track_caller]
fn check(statistics: Panels<'_>, noise: Panels<'_>) -> usize {
    let across = panels(noise.columns());
    assert_eq!(panels(statistics.columns()), 2 * across, "panels of the statistics and of a code");
    assert_eq!(statistics.rows(), noise.rows(), "rows of the statistics and of the noise");
    across
}

/// e^(l/2)
#[inline(always)]
fn deviation<S: Simd>(simd: S, log: S::f32s) -> S::f32s {
    exp(simd, simd.mul_f32s(log, simd.splat_f32s(0.5)))
}
