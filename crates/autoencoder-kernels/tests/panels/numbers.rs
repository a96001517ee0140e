//! Operands that are a function of their place, and the comparison of results with a reference.

use autoencoder_kernels::{Line, PANEL, PanelsMut, lines};
use ndarray::Array2;
use proptest::prelude::*;

/// The rounding of a sum in f32 of up to a few hundred products of numbers near 1.
pub(crate) const RELATIVE: f64 = 1e-5;
pub(crate) const ABSOLUTE: f64 = 1e-5;

/// Sizes around every multiple that a kernel treats specially.
pub(crate) fn size() -> impl Strategy<Value = usize> {
    prop::sample::select(vec![
        1, 2, 3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 27, 28, 29, 31, 32, 33, 63, 64, 65, 97,
    ])
}

/// Numbers in [-1, 1], a function of the seed and the place.
pub(crate) fn matrix(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let mut bits = seed ^ (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (column as u64) << 32;
        bits = (bits ^ bits >> 31).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (bits >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    })
}

/// The matrix in panels `stride` lines apart; the lines between the rows and the stride are poison.
pub(crate) fn packed(matrix: &Array2<f32>, stride: usize) -> Vec<Line> {
    let mut buffer = poison(lines(stride, matrix.ncols()));
    PanelsMut::new(&mut buffer, matrix.nrows(), matrix.ncols(), stride).pack(matrix.view());
    buffer
}

pub(crate) fn poison(count: usize) -> Vec<Line> {
    vec![Line([f32::NAN; PANEL]); count]
}

pub(crate) fn exact(matrix: &Array2<f32>) -> Array2<f64> {
    matrix.mapv(f64::from)
}

pub(crate) fn assert_close(what: &str, found: &Array2<f32>, expected: &Array2<f64>) {
    assert_eq!(found.dim(), expected.dim(), "{what}");
    for ((place, &found), &expected) in found.indexed_iter().zip(expected) {
        let error = (f64::from(found) - expected).abs();
        assert!(
            error <= RELATIVE * expected.abs() + ABSOLUTE,
            "{what} {place:?}: {found}, expected {expected}"
        );
    }
}

pub(crate) fn bias_lines(bias: &Array2<f32>) -> Vec<Line> {
    packed(bias, 1)
}
