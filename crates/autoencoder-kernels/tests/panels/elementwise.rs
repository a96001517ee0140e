//! Arithmetic on whole lines against f64.

use autoencoder_kernels::{
    Activation, Instructions, Line, PANEL, column_products, map_lines, reference, scale_rows, slopes,
};
use proptest::prelude::*;

use crate::numbers::{matrix, packed};

fn numbers(lines: &[Line]) -> impl Iterator<Item = f32> {
    lines.iter().flat_map(|line| line.0)
}

#[test]
fn slopes_and_curvatures_are_those_of_f64() {
    let z: Vec<f64> = (0..=1200).map(|i| f64::from(i) / 100.0 - 6.0).filter(|z| *z != 0.0).collect();
    for activation in Activation::ALL {
        let given = |&z: &f64| {
            if activation.derives_from_output() { reference::activation(activation, z) } else { z }
        };
        let values: Vec<Line> = z
            .chunks(PANEL)
            .map(|z| Line(std::array::from_fn(|i| z.get(i).map_or(0.5, given) as f32)))
            .collect();
        for instructions in Instructions::available() {
            let [mut first, mut second] = [values.clone(), values.clone()];
            slopes(instructions, activation, &values, &mut first, &mut second);
            for ((&z, slope), curvature) in z.iter().zip(numbers(&first)).zip(numbers(&second)) {
                // An output near the end of its range is rounded, and its slope no more precise than that.
                let close = |found: f32, exact: f64| (f64::from(found) - exact).abs() < 3e-6;
                assert!(close(slope, reference::slope(activation, z)), "{activation:?} {z}: {slope}");
                assert!(
                    close(curvature, reference::curvature(activation, z)),
                    "{activation:?} {z}: {curvature}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn lines_are_mapped_scaled_and_summed(rows in 1usize..40, seed: u64) {
        let (a, b) = (packed(&matrix(rows, PANEL, seed), rows), packed(&matrix(rows, PANEL, !seed), rows));
        let factors: Vec<f32> = matrix(rows, 1, seed ^ 5).into_iter().collect();
        for instructions in Instructions::available() {
            let mut sum = b.clone();
            map_lines(instructions, [&a], &mut sum, |[a], b| 2.0 * a + b);
            for ((sum, a), b) in numbers(&sum).zip(numbers(&a)).zip(numbers(&b)) {
                prop_assert!((sum - (2.0 * a + b)).abs() < 1e-6);
            }
            let mut scaled = a.clone();
            scale_rows(instructions, &factors, &a, &mut scaled);
            for (row, (scaled, a)) in scaled.iter().zip(&a).enumerate() {
                prop_assert_eq!(scaled.0.map(f32::to_bits), a.0.map(|value| (value * factors[row]).to_bits()));
            }
            let products = column_products(instructions, &a, &b);
            for (column, found) in products.0.into_iter().enumerate() {
                let exact: f64 =
                    a.iter().zip(&b).map(|(a, b)| f64::from(a.0[column]) * f64::from(b.0[column])).sum();
                prop_assert!((f64::from(found) - exact).abs() < 1e-5);
            }
        }
    }
}
