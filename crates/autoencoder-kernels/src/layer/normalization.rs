//! Batch normalisation (Ioffe and Szegedy 2015) of the sums z of a layer, column by column over the rows of a batch:
//! the steps that need one block of rows only.
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

use super::activation::Activation;
use super::affine::add_bias_gradient;
use super::elementwise::{column_products, map_columns};
use super::kernels::{Normalize, Normalizer};
use super::loss::LOSS_ROWS;
use super::target::Target;
use crate::instructions::Instructions;
use crate::panel::PanelsMut;
use crate::vector::{Line, panels};

/// The mean of each column of a panel, and Σ (z - mean)² over the rows.
///
/// # Shapes
/// `rows` one line for each of 1 to [`LOSS_ROWS`] rows.
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
/// `z` and `y` (rows, columns); `columns` gives the normaliser of each panel. `z` and `y` are overwritten. `slopes`
/// (rows, columns) are overwritten with f', but only where f' is no function of y
/// ([`Activation::derives_from_output`]).
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
        Y::normalize(instructions, kernel);
    }
}

/// du ← dz for the rows of one panel.
///
/// # Shapes
/// `normalized` ẑ and `gradients` du one line for each row; the means of du and of du ẑ over the whole batch one line
/// each. `gradients` are overwritten with dz.
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
