//! The losses of rows of a table against f64: numbers, words, and holes in both.

use autoencoder_kernels::{
    ElementLoss, HOLE, Instructions, LOSS_ROWS, LossSums, NumberLoss, Panels, PanelsMut, TableBuffers,
    TableFeatures, TableRow, reference, softmax, table_loss, table_loss_gradients,
};
use ndarray::Array2;
use proptest::prelude::*;

use crate::numbers::{assert_close, matrix, packed, size};

/// The targets of some rows: every fifth field or so is a hole.
fn targets(rows: usize, features: &TableFeatures, seed: u64) -> (Array2<f32>, Vec<Vec<u32>>) {
    let mut numbers = matrix(rows, features.numbers.max(1), seed ^ 7);
    let chance = matrix(rows, features.numbers + features.words.len() + 1, seed ^ 9);
    let is_hole = |row: usize, column: usize| chance[[row, column]] > 0.6;
    for ((row, column), number) in numbers.indexed_iter_mut() {
        if is_hole(row, column) {
            *number = f32::NAN;
        }
    }
    let word = |row: usize, column: usize| {
        let chance = f64::from(chance[[row, features.numbers + column]]);
        let (words, _) = features.words[column];
        if chance > 0.6 { HOLE } else { ((chance + 1.0) / 1.6 * words as f64 * 0.999) as u32 }
    };
    let words = (0..rows).map(|row| (0..features.words.len()).map(|column| word(row, column)).collect());
    (numbers, words.collect())
}

/// The probabilities of the words of a column.
fn probabilities(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponentials: Vec<f64> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.into_iter().map(|exponential| exponential / sum).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn losses_gradients_and_probabilities(
        rows in size(),
        numbers in 0_usize..40,
        words in prop::collection::vec((1_usize..70, 0.1_f32..3.0), 0..5),
        kind in prop::sample::select(vec![
            ElementLoss::SquaredError, ElementLoss::AbsoluteError, ElementLoss::Huber { delta: 0.3 },
        ]),
        unrestored in prop_oneof![Just(0_usize), 1_usize..40],
        seed: u64,
    ) {
        let features = TableFeatures { numbers, words, unrestored };
        prop_assume!(features.count() > unrestored);
        let outputs = matrix(rows, features.count(), seed) * 4.0;
        let (known, chosen) = targets(rows, &features, seed);
        let number = NumberLoss { element: kind, scale: 0.7, shift: 0.25 };
        let factor = 0.125;
        let (mut expected, mut gradients) = (vec![LossSums::default(); rows.div_ceil(LOSS_ROWS)], Array2::<f64>::zeros(outputs.dim()));
        let mut shares = outputs.mapv(f64::from);
        for row in 0..rows {
            let sums = &mut expected[row / LOSS_ROWS];
            for column in (0..numbers).filter(|&column| !known[[row, column]].is_nan()) {
                let (y, target) = (f64::from(outputs[[row, column]]), f64::from(known[[row, column]]));
                let (loss, slope) = reference::loss(kind, y, target);
                sums.loss += 0.7 * loss + 0.25;
                sums.squared_error += (y - target).powi(2);
                gradients[[row, column]] = factor * 0.7 * slope;
            }
            let mut first = numbers;
            for (column, &(count, weight)) in features.words.iter().enumerate() {
                let weight = f64::from(weight);
                let logits: Vec<f64> = (first..first + count).map(|at| f64::from(outputs[[row, at]])).collect();
                let p = probabilities(&logits);
                let word = chosen[row][column];
                for (place, &p) in p.iter().enumerate() {
                    shares[[row, first + place]] = p;
                    if word != HOLE {
                        let target = f64::from(u8::from(place == word as usize));
                        sums.squared_error += (p - target).powi(2);
                        sums.loss -= weight * target * p.ln();
                        gradients[[row, first + place]] = factor * weight * (p - target);
                    }
                }
                first += count;
            }
            shares.row_mut(row).iter_mut().skip(first).for_each(|share| *share = 0.0);
        }
        let mut buffers = TableBuffers::new(&features);
        for instructions in Instructions::available() {
            let lines = packed(&outputs, rows);
            let outputs = Panels::new(&lines, rows, features.count(), rows);
            let mut found = lines.clone();
            let mut of_rows = PanelsMut::new(&mut found, rows, features.count(), rows);
            let mut sums = vec![LossSums::default(); expected.len()];
            let row = |row: usize| TableRow {
                numbers: &known.row(row).to_slice().unwrap()[..numbers],
                words: &chosen[row],
            };
            table_loss_gradients(instructions, &mut buffers, number, row, &mut of_rows, factor as f32, &mut sums);
            assert_close("gradients", &of_rows.view().to_array(), &gradients);
            for (found, expected) in sums.iter().zip(&expected) {
                prop_assert!((found.loss - expected.loss).abs() <= 1e-5 * expected.loss.abs() + 1e-4, "{found:?} {expected:?}");
                prop_assert!((found.squared_error - expected.squared_error).abs() <= 1e-5 * expected.squared_error + 1e-4);
            }
            let mut alone = sums.clone();
            table_loss(instructions, &mut buffers, number, row, outputs, &mut alone);
            prop_assert_eq!(alone, sums);
            let mut lines = packed(&Array2::from(outputs.to_array()), rows);
            let mut outputs = PanelsMut::new(&mut lines, rows, features.count(), rows);
            softmax(instructions, &mut buffers, &mut outputs);
            assert_close("probabilities", &outputs.view().to_array(), &shares);
        }
    }
}

#[test]
fn logits_of_any_size_have_a_finite_loss() {
    let features = TableFeatures { numbers: 0, words: vec![(3, 1.0)], unrestored: 0 };
    for (logits, word, expected) in
        [([1e4, 0.0, -1e4], 0, 0.0), ([1e4, 0.0, -1e4], 1, 1e4), ([-3e38, -3e38, -3e38], 2, 3_f64.ln())]
    {
        let mut outputs = packed(&ndarray::array![logits], 1);
        let mut gradients = PanelsMut::new(&mut outputs, 1, 3, 1);
        let mut sums = [LossSums::default()];
        let number = NumberLoss { element: ElementLoss::SquaredError, scale: 1.0, shift: 0.0 };
        let row = |_| TableRow { numbers: &[], words: std::slice::from_ref(&word) };
        let best = Instructions::best();
        table_loss_gradients(
            best,
            &mut TableBuffers::new(&features),
            number,
            row,
            &mut gradients,
            1.0,
            &mut sums,
        );
        assert!((sums[0].loss - expected).abs() <= 1e-5 * expected, "{logits:?} {sums:?}");
        assert!(gradients.view().to_array().iter().all(|gradient| gradient.abs() <= 1.0));
    }
}

#[test]
fn what_is_not_a_number_shows_in_the_loss_unless_it_is_of_a_hole() {
    let features = TableFeatures { numbers: 1, words: vec![(20, 1.0)], unrestored: 0 };
    let number = NumberLoss { element: ElementLoss::SquaredError, scale: 1.0, shift: 0.0 };
    for instructions in Instructions::available() {
        for place in [0, 1, 7, 20] {
            let mut outputs = Array2::zeros((1, 21));
            outputs[[0, place]] = f32::NAN;
            let lines = packed(&outputs, 1);
            let loss = |target: f32, word: u32| {
                let mut sums = [LossSums::default()];
                let row = |_| TableRow {
                    numbers: std::slice::from_ref(&target),
                    words: std::slice::from_ref(&word),
                };
                let outputs = Panels::new(&lines, 1, 21, 1);
                table_loss(instructions, &mut TableBuffers::new(&features), number, row, outputs, &mut sums);
                sums[0].loss
            };
            let name = instructions.name();
            assert!(loss(1.0, 3).is_nan(), "{name}: output {place}");
            let of_hole = if place == 0 { loss(f32::NAN, 3) } else { loss(1.0, HOLE) };
            assert!(of_hole.is_finite(), "{name}: output {place}");
        }
    }
}
