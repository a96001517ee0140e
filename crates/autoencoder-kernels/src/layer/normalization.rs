//! Batch normalisation (Ioffe and Szegedy 2015) of the sums z of a layer, column by column over the rows of a batch, in the
//! parts that one block of rows can do by itself.
//!
//! With μ and v the mean and the variance of a column over the whole batch of n rows, and ε a small number:
//!
//! ```text
//! moments     of some rows, their mean and Σ (z - mean)²; those of many join to μ and v
//! forward     ẑ ← (z - μ) / √(v + ε)          y ← f(scale ẑ + shift)
//! backward    dz ← scale / √(v + ε) (du - Σ du / n - ẑ Σ du ẑ / n)          with du the gradient at scale ẑ + shift
//! ```
//!
//! The gradients of shift and scale are Σ du and Σ du ẑ.

use pulp::Simd;

use super::activate::bias_activate;
use super::activation::Activation;
use super::affine::add_bias_gradient;
use super::elementwise::{column_products, map_columns};
use super::loss::LOSS_ROWS;
use crate::instructions::{InstructionSet, Instructions, Kernel};
use crate::panel::{PanelTarget, PanelsMut, TALLEST, Target};
use crate::vector::{Line, Pair, panels, vectors, vectors_mut};

/// What normalises one panel: a number for each column.
#[derive(Clone, Copy, Debug)]
pub struct Normalizer<'a> {
    /// μ
    pub mean: &'a Line,
    /// 1 / √(v + ε)
    pub inverse_deviation: &'a Line,
    /// What ẑ is multiplied with.
    pub scale: &'a Line,
    /// What is added to that.
    pub shift: &'a Line,
}

/// The mean of each column of a panel's rows, and the sum of the squares of what they differ from it by.
///
/// # Panics
/// If there are no rows, or more than [`LOSS_ROWS`].
///
/// ```
/// use autoencoder_kernels::{Instructions, Line, PANEL, column_moments};
/// let rows = [Line([1.0; PANEL]), Line([4.0; PANEL]), Line([4.0; PANEL])];
/// let [mean, squares] = column_moments(Instructions::best(), &rows);
/// assert_eq!((mean.0[0], squares.0[0]), (3.0, 6.0));
/// ```
pub fn column_moments(instructions: Instructions, rows: &[Line]) -> [Line; 2] {
    assert!((1..=LOSS_ROWS).contains(&rows.len()), "column_moments: {} rows", rows.len());
    let count = rows.len() as f32;
    let mut mean = Line::ZERO;
    add_bias_gradient(instructions, rows, &mut mean);
    let mean = Line(mean.0.map(|sum| sum / count));
    let mut rest = [Line::ZERO; LOSS_ROWS];
    let rest = &mut rest[..rows.len()];
    map_columns(instructions, [&mean], [rows], rest, |[mean], [z], _| z - mean);
    [mean, column_products(instructions, rest, rest)]
}

/// z ← ẑ, and y ← f(scale ẑ + shift).
///
/// # Shapes
/// `z` and `y` (rows, columns); `columns` gives the normaliser of each panel. If f' cannot be had from y
/// ([`Activation::derives_from_output`]) and `slopes` (rows, columns) is given, f' is written there.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn normalize<'a, Y: Target>(
    instructions: Instructions,
    columns: impl Fn(usize) -> Normalizer<'a>,
    activation: Activation,
    z: &mut PanelsMut<'_>,
    mut y: Y,
    slopes: Option<PanelsMut<'_>>,
) {
    let shape = (z.rows(), z.columns());
    assert_eq!((y.rows(), y.columns()), shape, "normalize: shape of y");
    let mut slopes = slopes.filter(|_| !activation.derives_from_output());
    if let Some(slopes) = &slopes {
        assert_eq!((slopes.rows(), slopes.columns()), shape, "normalize: shape of the slopes");
    }
    for panel in 0..panels(shape.1) {
        let kernel = Normalize {
            columns: columns(panel),
            activation,
            z: z.panel_mut(panel),
            y: y.panel(panel),
            slopes: slopes.as_mut().map(|slopes| slopes.panel_mut(panel)),
        };
        PanelTarget::normalize(instructions, kernel);
    }
}

/// One panel of normalised outputs.
#[derive(Debug)]
pub struct Normalize<'a, P> {
    columns: Normalizer<'a>,
    activation: Activation,
    z: &'a mut [Line],
    y: P,
    slopes: Option<&'a mut [Line]>,
}

impl<P: PanelTarget> Kernel for Normalize<'_, P> {
    type Output = ();
    const PAIRS: bool = P::ROUNDS;

    #[inline(always)]
    fn run<I: InstructionSet>(mut self, set: I) {
        let simd = set.simd();
        let Normalizer { mean, inverse_deviation, scale, shift } = self.columns;
        for first in (0..self.z.len()).step_by(TALLEST) {
            let rows = first..self.z.len().min(first + TALLEST);
            let mut scaled = [Line::ZERO; TALLEST];
            let scaled = &mut scaled[..rows.len()];
            for (z, scaled) in self.z[rows.clone()].iter_mut().pair(&mut *scaled) {
                let columns = vectors::<I::Simd>(mean).iter().pair(vectors::<I::Simd>(inverse_deviation));
                let written = vectors_mut::<I::Simd>(z).iter_mut().pair(vectors_mut::<I::Simd>(scaled));
                let vectors = columns.pair(vectors::<I::Simd>(scale)).pair(written);
                for (((&mean, &inverse), &scale), (z, scaled)) in vectors {
                    *z = simd.mul_f32s(simd.sub_f32s(*z, mean), inverse);
                    *scaled = simd.mul_f32s(*z, scale);
                }
            }
            let slopes = self.slopes.as_mut().map(|slopes| &mut slopes[rows.clone()]);
            bias_activate(simd, self.activation, shift, scaled, self.y.lines(rows.clone()), slopes);
            self.y.finish(set, rows);
        }
    }
}

/// du ← dz, for the rows of one panel: with their ẑ, and for each column the means of du and of du ẑ over the whole batch.
///
/// # Panics
/// If `normalized` and `gradients` differ in their rows.
pub fn normalize_gradients(
    instructions: Instructions,
    columns: Normalizer<'_>,
    [mean, mean_with_z]: [&Line; 2],
    normalized: &[Line],
    gradients: &mut [Line],
) {
    let factor =
        Line(std::array::from_fn(|column| columns.scale.0[column] * columns.inverse_deviation.0[column]));
    map_columns(
        instructions,
        [&factor, mean, mean_with_z],
        [normalized],
        gradients,
        |[factor, mean, mean_with_z], [z], du| factor * (du - mean - z * mean_with_z),
    );
}
