//! Operands that are a function of their place, and the comparison of results with the reference.

use autoencoder_kernels::{Line, PANEL, PanelsMut, lines};
use ndarray::{Array2, ArrayView2};

/// The rounding of sums in f32 of up to a thousand products, where the sums stay below a few hundred.
const RELATIVE: f64 = 1e-4;
const ABSOLUTE: f64 = 1e-4;

/// Numbers in [0, 1), a function of the seed and the place.
pub(crate) fn matrix(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let mut bits = seed ^ (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (column as u64) << 32;
        bits = (bits ^ bits >> 31).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (bits >> 40) as f32 / (1_u64 << 24) as f32
    })
}

/// The matrix in panels without gaps.
pub(crate) fn packed(matrix: ArrayView2<'_, f32>) -> Vec<Line> {
    let (rows, columns) = matrix.dim();
    let mut buffer = poison(lines(rows, columns));
    PanelsMut::new(&mut buffer, rows, columns, rows).pack(matrix);
    buffer
}

/// The number that an element which was never written still holds.
pub(crate) fn poison(count: usize) -> Vec<Line> {
    vec![Line([f32::NAN; PANEL]); count]
}

/// Checks that a result is that of the reference, up to rounding.
pub(crate) fn check(what: &str, place: (usize, usize), found: f32, expected: f64) -> Result<(), String> {
    if (f64::from(found) - expected).abs() <= ABSOLUTE + RELATIVE * expected.abs() {
        return Ok(());
    }
    let (row, column) = place;
    Err(format!("{what}: row {row}, column {column}: expected {expected}, found {found}"))
}
