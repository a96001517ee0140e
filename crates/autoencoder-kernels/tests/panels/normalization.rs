//! Batch normalisation in blocks of rows against f64 over the whole batch.

use autoencoder_kernels::{
    Activation, Instructions, LOSS_ROWS, Line, Normalizer, PANEL, Panels, PanelsMut, column_moments,
    column_products, lines, normalize, normalize_gradients, reference,
};
use ndarray::{Array1, Array2, Axis};
use proptest::prelude::*;

use crate::numbers::{assert_close, exact, matrix, packed, poison, size};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn moments_are_those_of_f64_far_from_zero_too(rows in 1..=LOSS_ROWS, seed: u64, far in 0f32..1000.0) {
        let z = matrix(rows, PANEL, seed) + far.round();
        let (lines, exact) = (packed(&z, rows), exact(&z));
        let means = exact.mean_axis(Axis(0)).unwrap();
        let squares = (&exact - &means).mapv(|d| d * d).sum_axis(Axis(0));
        for instructions in Instructions::available() {
            let [mean, square] = column_moments(instructions, &lines);
            for column in 0..PANEL {
                let (mean, square) = (f64::from(mean.0[column]), f64::from(square.0[column]));
                prop_assert!((mean - means[column]).abs() < 1e-6 * f64::from(1.0 + far));
                prop_assert!((square - squares[column]).abs() < 1e-4 * (1.0 + squares[column]));
            }
        }
    }

    #[test]
    fn outputs_and_gradients_of_a_normalised_layer(
        rows in size(),
        columns in size(),
        seed: u64,
        which in 0..Activation::ALL.len(),
    ) {
        let activation = Activation::ALL[which];
        let (z, du) = (matrix(rows, columns, seed), matrix(rows, columns, !seed));
        let across = |seed| matrix(1, columns, seed);
        let (mean, inverse) = (across(seed ^ 1), across(seed ^ 2).mapv(|v| v + 2.0));
        let (scale, shift) = (across(seed ^ 3), across(seed ^ 4));
        let row = |matrix: &Array2<f32>| -> Array1<f64> { exact(matrix).row(0).to_owned() };
        let normalized = (exact(&z) - row(&mean)) * row(&inverse);
        let u = &normalized * &row(&scale) + row(&shift);
        let du_exact = exact(&du);
        let sums = [du_exact.sum_axis(Axis(0)), (&du_exact * &normalized).sum_axis(Axis(0))];
        let means = [&sums[0] / rows as f64, &sums[1] / rows as f64];
        let dz = (&du_exact - &means[0] - &normalized * &means[1]) * (row(&scale) * row(&inverse));
        let constants = [mean, inverse, scale, shift].map(|row| packed(&row, 1));
        let normalizer = |panel: usize| Normalizer {
            mean: &constants[0][panel],
            inverse_deviation: &constants[1][panel],
            scale: &constants[2][panel],
            shift: &constants[3][panel],
        };
        for instructions in Instructions::available() {
            let name = instructions.name();
            let (mut zs, mut dus) = (packed(&z, rows), packed(&du, rows));
            let [mut ys, mut slopes] = [poison(lines(rows, columns)), poison(lines(rows, columns))];
            normalize(
                instructions,
                normalizer,
                activation,
                &mut PanelsMut::new(&mut zs, rows, columns, rows),
                PanelsMut::new(&mut ys, rows, columns, rows),
                Some(PanelsMut::new(&mut slopes, rows, columns, rows)),
            );
            let array = |lines: &[Line]| Panels::new(lines, rows, columns, rows).to_array();
            assert_close(name, &array(&zs), &normalized);
            assert_close(name, &array(&ys), &u.mapv(|u| reference::activation(activation, u)));
            if !activation.derives_from_output() {
                assert_close(name, &array(&slopes), &u.mapv(|u| reference::slope(activation, u)));
            }
            for (panel, (zs, dus)) in zs.chunks(rows).zip(dus.chunks_mut(rows)).enumerate() {
                let found = column_products(instructions, zs, dus);
                let mut of_batch = [Line::ZERO; 2];
                for column in 0..PANEL.min(columns - panel * PANEL) {
                    let exact = sums[1][panel * PANEL + column];
                    prop_assert!((f64::from(found.0[column]) - exact).abs() < 1e-4 * (1.0 + exact.abs()));
                    for (line, means) in of_batch.iter_mut().zip(&means) {
                        line.0[column] = means[panel * PANEL + column] as f32;
                    }
                }
                normalize_gradients(instructions, normalizer(panel), [&of_batch[0], &of_batch[1]], zs, dus);
            }
            assert_close(name, &array(&dus), &dz);
        }
    }
}
