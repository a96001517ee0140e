//! Products and reductions of ndarray views against plain loops in f64: awkward sizes, strides, poisoned outputs.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

use autoencoder_kernels::{
    Activation, Instructions, activate, column_extremes, column_squared_deviations, column_sums, multiply,
    multiply_transposed_left, multiply_transposed_right, reference, row_squared_errors,
};
use ndarray::{Array1, Array2, Axis, Slice};
use proptest::prelude::*;

const RELATIVE: f64 = 1e-5;
const ABSOLUTE: f64 = 1e-5;

fn size() -> impl Strategy<Value = usize> {
    prop::sample::select(vec![0, 1, 2, 7, 8, 9, 31, 63, 64, 65, 130])
}

fn matrix(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let bits = (seed ^ (row as u64) << 20 ^ column as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (bits >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    })
}

fn assert_close(found: &Array2<f32>, expected: &Array2<f64>) {
    for (found, expected) in found.iter().zip(expected) {
        let error = (f64::from(*found) - expected).abs();
        assert!(error <= RELATIVE * expected.abs() + ABSOLUTE, "{found}, expected {expected}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn products_agree_with_three_loops(m in size(), k in size(), n in size(), seed: u64) {
        let (a, b) = (matrix(m, k, seed), matrix(k, n, !seed));
        let expected = reference::multiply(a.mapv(f64::from).view(), b.mapv(f64::from).view());
        let poisoned = || Array2::from_elem((m, n), f32::NAN);
        let mut c = poisoned();
        multiply(a.view(), b.view(), c.view_mut());
        assert_close(&c, &expected);
        let mut c = poisoned();
        multiply_transposed_left(a.t().to_owned().view(), b.view(), c.view_mut());
        assert_close(&c, &expected);
        let mut c = poisoned();
        multiply_transposed_right(a.view(), b.t().to_owned().view(), c.view_mut());
        assert_close(&c, &expected);
    }

    #[test]
    fn products_follow_any_strides(m in size(), k in size(), n in size(), seed: u64) {
        let (a, b) = (matrix(2 * m, k, seed), matrix(k, 3 * n, !seed));
        let a = a.slice_axis(Axis(0), Slice::new(0, None, 2));
        let mut b = b.slice_axis(Axis(1), Slice::new(0, None, 3));
        b.invert_axis(Axis(1));
        let expected = reference::multiply(a.mapv(f64::from).view(), b.mapv(f64::from).view());
        let mut c = Array2::from_elem((n, m), f32::NAN);
        multiply(a, b, c.view_mut().reversed_axes());
        assert_close(&c.reversed_axes(), &expected);
    }

    #[test]
    fn sums_agree_with_plain_ones(rows in 0usize..600, columns in size(), seed: u64) {
        let (a, b) = (matrix(rows, columns, seed), matrix(rows, columns, !seed));
        for (found, column) in column_sums(a.view()).iter().zip(a.columns()) {
            let expected: f64 = column.iter().map(|&value| f64::from(value)).sum();
            prop_assert!((found - expected).abs() <= 1e-9, "{} {}", found, expected);
        }
        let means = Array1::from_shape_fn(columns, |column| column as f64 / 8.0);
        let squares = column_squared_deviations(a.view(), means.view());
        for ((found, column), mean) in squares.iter().zip(a.columns()).zip(&means) {
            let expected: f64 = column.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum();
            prop_assert!((found - expected).abs() <= 1e-12 * expected, "{} {}", found, expected);
        }
        match column_extremes(a.view()) {
            None => prop_assert_eq!(rows, 0),
            Some([low, high]) => {
                for ((low, high), column) in low.iter().zip(&high).zip(a.columns()) {
                    let least = column.iter().copied().fold(f32::INFINITY, f32::min);
                    let greatest = column.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                    prop_assert_eq!((*low, *high), (least, greatest));
                }
            }
        }
        let errors = row_squared_errors(a.view(), b.view());
        prop_assert_eq!(errors.len(), rows);
        for (found, (a, b)) in errors.iter().zip(a.rows().into_iter().zip(b.rows())) {
            let expected: f64 = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
            prop_assert!((found - expected).abs() <= RELATIVE * expected, "{} {}", found, expected);
        }
    }

    #[test]
    fn activations_apply_to_any_number_of_values(count in 0usize..70, seed: u64, which in 0..Activation::ALL.len()) {
        let activation = Activation::ALL[which];
        let values: Vec<f32> = matrix(1, count, seed).iter().map(|value| value * 8.0).collect();
        for instructions in Instructions::available() {
            let mut found = values.clone();
            activate(instructions, activation, &mut found);
            for (&found, &z) in found.iter().zip(&values) {
                let expected = reference::activation(activation, f64::from(z));
                let error = (f64::from(found) - expected).abs();
                // The left tail of GELU is z times a difference of numbers near 1.
                let bound = 1e-6 * (expected.abs() + f64::from(z).abs() + 1.0);
                prop_assert!(error <= bound, "{} {:?}({}): {}", instructions.name(), activation, z, found);
            }
        }
    }
}
