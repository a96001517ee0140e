//! Normal numbers, corrupted samples and masks made of random words.

use autoencoder_kernels::{
    Corruption, Instructions, Line, Mask, PANEL, Panels, PanelsMut, Words, corrupt, lines, panels,
    standard_normals,
};

use crate::numbers::{matrix, packed, poison};

/// Words of a small generator (`SplitMix64`).
fn words(count: usize, mut state: u64) -> Vec<Words> {
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB) >> 32) as u32
    };
    (0..count).map(|_| Words(std::array::from_fn(|_| next()))).collect()
}

/// The bits of the numbers.
fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits()
}

#[test]
fn normals_are_those_of_box_and_muller_and_distributed_so() {
    let words = words(4000, 1);
    for instructions in Instructions::available() {
        let mut normals = poison(words.len());
        standard_normals(instructions, &words, &mut normals);
        let count = (normals.len() * PANEL) as f64;
        let moment = |power: i32| -> f64 {
            normals.iter().flat_map(|line| line.0).map(|z| f64::from(z).powi(power)).sum::<f64>() / count
        };
        // The bounds are five standard errors of each estimate.
        for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let (found, error) = (moment(power), 5.0 * f64::sqrt(variance / count));
            assert!((found - expected).abs() < error, "moment {power}: {found}");
        }
        for (pair, words) in normals.as_chunks::<2>().0.iter().zip(words.as_chunks::<2>().0) {
            for column in 0..PANEL {
                let [u, v] = [0, 1].map(|index| f64::from(words[index].0[column] >> 9) / f64::from(1 << 23));
                let (radius, angle) = ((-2.0 * (1.0 - u).ln()).sqrt(), std::f64::consts::TAU * (v - 0.5));
                for (found, exact) in [(pair[0], radius * angle.cos()), (pair[1], radius * angle.sin())] {
                    let found = f64::from(found.0[column]);
                    assert!(
                        (found - exact).abs() < 3e-6,
                        "{}: {found}, expected {exact}",
                        instructions.name()
                    );
                }
            }
        }
    }
}

#[test]
fn corruption_changes_the_share_that_it_should() {
    const COLUMNS: usize = 70;
    let rows = 200;
    let x = packed(&(matrix(rows, COLUMNS, 3) + 3.0), rows);
    let x = Panels::new(&x, rows, COLUMNS, rows);
    let corrupted = |instructions, corruption| {
        let mut y = poison(lines(rows, COLUMNS));
        let mut target = PanelsMut::new(&mut y, rows, COLUMNS, rows);
        for row in 0..rows {
            let words = words(panels(COLUMNS).next_multiple_of(2), row as u64);
            corrupt(instructions, corruption, &words, row, x, &mut target);
        }
        assert!(y[2 * rows..].iter().all(|line| line.0[COLUMNS - 2 * PANEL..] == [0.0; 3 * PANEL - COLUMNS]));
        Panels::new(&y, rows, COLUMNS, rows).to_array()
    };
    let clean = x.to_array();
    for instructions in Instructions::available() {
        let share = |y: &ndarray::Array2<f32>, value: f32| {
            y.iter().filter(|&&y| same(y, value)).count() as f64 / y.len() as f64
        };
        let near = |found: f64, expected: f64| (found - expected).abs() < 0.02;
        let masked = corrupted(instructions, Corruption::Masking { bound: Words::bound(0.3) });
        assert!(near(share(&masked, 0.0), 0.3));
        assert!(masked.iter().zip(&clean).all(|(&y, &x)| same(y, 0.0) || same(y, x)));
        let salted = Corruption::SaltAndPepper { bound: Words::bound(0.4), low: -9.0, high: 9.0 };
        let salted = corrupted(instructions, salted);
        assert!(near(share(&salted, -9.0), 0.2) && near(share(&salted, 9.0), 0.2));
        assert!(salted.iter().zip(&clean).all(|(&y, &x)| same(y.abs(), 9.0) || same(y, x)));
        let noise = corrupted(instructions, Corruption::Gaussian { deviation: 0.5 }) - &clean;
        let (mean, square) = (noise.mean().unwrap(), noise.mapv(|n| n * n).mean().unwrap());
        assert!(mean.abs() < 0.03 && (square - 0.25).abs() < 0.015, "{mean} {square}");
    }
}

#[test]
fn a_mask_keeps_the_same_in_both_directions() {
    const COLUMNS: usize = 70;
    let rows = 45;
    let x = packed(&(matrix(rows, COLUMNS, 3) + 3.0), rows);
    for instructions in Instructions::available() {
        let mut mask = Mask::new(64, COLUMNS);
        let mut kept = Vec::new();
        for row in 0..rows {
            let words = words(panels(COLUMNS), row as u64);
            mask.draw(instructions, row, &words, Words::bound(0.25));
            kept.push(words);
        }
        let [mut y, mut in_place] = [poison(lines(rows, COLUMNS)), x.clone()];
        let view = Panels::new(&x, rows, COLUMNS, rows);
        mask.apply(instructions, 2.0, view, &mut PanelsMut::new(&mut y, rows, COLUMNS, rows));
        mask.apply_in_place(instructions, 2.0, &mut PanelsMut::new(&mut in_place, rows, COLUMNS, rows));
        let bits =
            |lines: &[Line]| -> Vec<u32> { lines.iter().flat_map(|line| line.0.map(f32::to_bits)).collect() };
        assert_eq!(bits(&y), bits(&in_place));
        let y = Panels::new(&y, rows, COLUMNS, rows);
        for (row, words) in kept.iter().enumerate() {
            for column in 0..COLUMNS {
                let is_kept = words[column / PANEL].0[column % PANEL] >= Words::bound(0.25);
                let expected = if is_kept { 2.0 * view.at(row, column) } else { 0.0 };
                assert_eq!(y.at(row, column).to_bits(), expected.to_bits());
            }
        }
    }
}
