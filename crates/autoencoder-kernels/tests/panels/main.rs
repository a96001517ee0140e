//! The kernels on panels against their f64 references: awkward sizes, every instruction set, poisoned outputs.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

use autoencoder_kernels::{
    Activation, ElementLoss, Factors, Instructions, LOSS_ROWS, Line, LossSums, Output, PANEL, Panels,
    PanelsMut, Squares, Store, Update, add_bias_gradient, add_gradient, backward, column_losses, forward,
    forward_loss, gather, gradient, lines, loss, panels, reference, square_lines, transpose, update,
};
use ndarray::{Array2, Axis};
use proptest::prelude::*;

use numbers::{ABSOLUTE, RELATIVE, assert_close, bias_lines, exact, matrix, packed, poison, size};

mod bfloat;
mod elementwise;
mod gaussian;
mod nonzero;
mod normalization;
mod numbers;
mod random;
mod right;
mod saturation;
mod store;
mod table;

/// wᵀ in squares, made of the panels of w as an update does.
fn transposed(instructions: Instructions, w: &Array2<f32>) -> Vec<Line> {
    let (rows, columns) = w.dim();
    let panels = packed(w, rows);
    let mut squares = poison(square_lines::<Line>(columns, rows));
    let chunks = panels.chunks(rows).flat_map(|panel| panel.chunks(PANEL));
    for (chunk, square) in chunks.zip(squares.chunks_mut(PANEL)) {
        transpose(instructions, chunk, square, Store::Cached);
    }
    squares
}

/// Losses with any activation, and the cross-entropy with logits.
fn losses() -> impl Strategy<Value = (ElementLoss, Activation)> {
    let any = (0..Activation::ALL.len()).prop_map(|which| Activation::ALL[which]);
    any.prop_flat_map(|activation| {
        let of_logits = |loss| loss == ElementLoss::CrossEntropyOfLogits;
        let with = move |loss| (loss, if of_logits(loss) { Activation::Linear } else { activation });
        prop::sample::select(ElementLoss::ALL.map(with).to_vec())
    })
}

/// The squared error of an output, or of the probability that a logit stands for.
fn squared_error(kind: ElementLoss, output: f64, target: f64) -> f64 {
    let y = if kind == ElementLoss::CrossEntropyOfLogits { 1.0 / (1.0 + (-output).exp()) } else { output };
    (y - target).powi(2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_packed_is_unpacked_into_rows_of_any_strides(rows in size(), columns in size(), seed: u64) {
        let matrix = matrix(rows, columns, seed);
        let lines = packed(&matrix, rows + 2);
        let panels = Panels::new(&lines, rows, columns, rows + 2);
        prop_assert_eq!(&panels.to_array(), &matrix);
        let mut transposed = Array2::zeros((columns, rows));
        panels.unpack(transposed.view_mut().reversed_axes());
        prop_assert_eq!(transposed.reversed_axes(), &matrix);
        let mut first = Array2::zeros((rows, columns.div_ceil(2)));
        panels.unpack(first.view_mut());
        prop_assert_eq!(&first, &matrix.slice_axis(Axis(1), (..first.ncols()).into()));
    }

    #[test]
    fn forward_is_f_of_x_w_plus_b(rows in size(), inputs in size(), outputs in size(), seed: u64, which in 0..Activation::ALL.len()) {
        let activation = Activation::ALL[which];
        let (x, w, b) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(1, outputs, seed ^ 1));
        let z = reference::multiply(exact(&x).view(), exact(&w).view()) + &exact(&b);
        let expected = z.mapv(|z| reference::activation(activation, z));
        let slopes = z.mapv(|z| reference::slope(activation, z));
        let (xs, ws, bs) = (packed(&x, rows + 3), packed(&w, inputs + 1), bias_lines(&b));
        for instructions in Instructions::available() {
            let (mut y, mut s) = (poison(lines(rows + 2, outputs)), poison(lines(rows, outputs)));
            forward(
                instructions,
                Panels::new(&xs, rows, inputs, rows + 3),
                Panels::new(&ws, inputs, outputs, inputs + 1),
                |panel| &bs[panel],
                activation,
                PanelsMut::new(&mut y, rows, outputs, rows + 2),
                Some(PanelsMut::new(&mut s, rows, outputs, rows)),
            );
            let name = format!("{} {activation:?}", instructions.name());
            assert_close(&name, &Panels::new(&y, rows, outputs, rows + 2).to_array(), &expected);
            if !activation.derives_from_output() {
                assert_close(&format!("{name} slopes"), &Panels::new(&s, rows, outputs, rows).to_array(), &slopes);
            }
        }
    }

    #[test]
    fn backward_is_dy_w_transposed_times_the_slope(rows in size(), inputs in size(), outputs in size(), seed: u64, which in 0..Activation::ALL.len()) {
        let activation = Activation::ALL[which];
        let (z, w, dy) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(rows, outputs, seed ^ 1));
        let x = z.mapv(|z| reference::activation(activation, f64::from(z)) as f32);
        let slopes = z.mapv(|z| reference::slope(activation, f64::from(z)));
        let expected = reference::multiply(exact(&dy).view(), exact(&w).t()) * &slopes;
        let (xs, dys) = (packed(&x, rows), packed(&dy, rows));
        for instructions in Instructions::available() {
            let mut dx = if activation.derives_from_output() {
                poison(lines(rows, inputs))
            } else {
                packed(&slopes.mapv(|slope| slope as f32), rows)
            };
            backward(
                instructions,
                Panels::new(&dys, rows, outputs, rows),
                Squares::new(&transposed(instructions, &w), outputs, inputs),
                Panels::new(&xs, rows, inputs, rows),
                activation,
                PanelsMut::new(&mut dx, rows, inputs, rows),
            );
            let name = format!("{} {activation:?}", instructions.name());
            assert_close(&name, &Panels::new(&dx, rows, inputs, rows).to_array(), &expected);
        }
    }

    #[test]
    fn gradient_is_x_transposed_dy_over_all_blocks(blocks in 1usize..4, rows in size(), inputs in size(), outputs in size(), seed: u64) {
        let (x, dy) = (matrix(blocks * rows, inputs, seed), matrix(blocks * rows, outputs, !seed));
        let expected = reference::multiply(exact(&x).t(), exact(&dy).view());
        let sums = exact(&dy).sum_axis(Axis(0)).insert_axis(Axis(0));
        let pack = |matrix: &Array2<f32>| -> Vec<Vec<Line>> {
            matrix.axis_chunks_iter(Axis(0), rows).map(|block| packed(&block.to_owned(), rows)).collect()
        };
        let (xs, dys) = (pack(&x), pack(&dy));
        for instructions in Instructions::available() {
            let mut dw = poison(lines(inputs, outputs));
            let mut db = vec![Line::ZERO; panels(outputs)];
            for o in 0..panels(outputs) {
                let dy_panel = |block: &'_ Vec<Line>| -> Vec<Line> { block[o * rows..][..rows].to_vec() };
                let dy_panels: Vec<_> = dys.iter().map(dy_panel).collect();
                for i in 0..panels(inputs) {
                    let height = PANEL.min(inputs - i * PANEL);
                    let dw = &mut dw[o * inputs + i * PANEL..][..height];
                    for (block, (x, dy)) in xs.iter().zip(&dy_panels).enumerate() {
                        let form = if block == 0 { gradient } else { add_gradient };
                        form(instructions, Factors { x: &x[i * rows..][..rows], nonzero: None, dy }, dw);
                    }
                }
                for dy in &dy_panels {
                    add_bias_gradient(instructions, dy, &mut db[o]);
                }
            }
            assert_close(instructions.name(), &Panels::new(&dw, inputs, outputs, inputs).to_array(), &expected);
            assert_close(instructions.name(), &Panels::new(&db, 1, outputs, 1).to_array(), &sums);
        }
    }

    #[test]
    fn transposing_is_exact_and_pads_with_zeros(inputs in size(), outputs in size(), seed: u64) {
        let w = matrix(inputs, outputs, seed);
        for instructions in Instructions::available() {
            let squares = transposed(instructions, &w);
            for (index, line) in squares.iter().enumerate() {
                let (square, row) = (index / PANEL, index % PANEL);
                let (row, first) = (square / panels(inputs) * PANEL + row, square % panels(inputs) * PANEL);
                for (column, value) in line.0.iter().enumerate() {
                    // The padding of w is handed on as it is; rows missing from a square are zero.
                    let expected = w.get([first + column, row]).copied().unwrap_or(0.0);
                    prop_assert_eq!(value.to_bits(), expected.to_bits(), "{} {} {}", instructions.name(), row, first + column);
                }
            }
        }
    }

    #[test]
    fn losses_are_summed(rows in size(), features in size(), seed: u64, wide: bool, (kind, _) in losses()) {
        let outputs = matrix(rows, features, seed) * if wide { 100.0 } else { 1.0 };
        let targets = matrix(rows, features, !seed).mapv(f32::abs);
        let pairs = || exact(&outputs).into_iter().zip(exact(&targets));
        let expected: f64 = pairs().map(|(z, t)| reference::loss(kind, z, t).0).sum();
        let squares: f64 = pairs().map(|(z, t)| squared_error(kind, z, t)).sum();
        let (zs, ts) = (packed(&outputs, rows), packed(&targets, rows + 1));
        for instructions in Instructions::available() {
            let (outputs, targets) = (Panels::new(&zs, rows, features, rows), Panels::new(&ts, rows, features, rows + 1));
            let sums = loss(instructions, kind, outputs, targets);
            let name = format!("{} {kind:?}", instructions.name());
            prop_assert!((sums.loss - expected).abs() <= RELATIVE * expected + ABSOLUTE, "{}: {} {}", name, sums.loss, expected);
            prop_assert!((sums.squared_error - squares).abs() <= RELATIVE * squares + ABSOLUTE, "{}", name);
            let mut of_columns = vec![f64::NAN; features];
            column_losses(instructions, kind, outputs, targets, &mut of_columns);
            for (column, found) in of_columns.into_iter().enumerate() {
                let expected: f64 = pairs().skip(column).step_by(features).map(|(z, t)| reference::loss(kind, z, t).0).sum();
                prop_assert!((found - expected).abs() <= RELATIVE * expected + ABSOLUTE, "{} column {}: {} {}", name, column, found, expected);
            }
        }
    }

    #[test]
    fn the_last_layer_goes_straight_to_its_loss_and_gradient(rows in size(), inputs in size(), outputs in size(), seed: u64, (kind, activation) in losses()) {
        let (x, w, b) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(1, outputs, seed ^ 1));
        let targets = matrix(rows, outputs, seed ^ 2).mapv(f32::abs);
        let scale = 0.25;
        let z = reference::multiply(exact(&x).view(), exact(&w).view()) + &exact(&b);
        let mut expected = Array2::zeros((rows, outputs));
        // The slope of a ReLU jumps at zero, and rounding may fall on either side.
        let mut certain = Array2::from_elem((rows, outputs), true);
        for ((place, &z), &target) in z.indexed_iter().zip(&targets) {
            let y = reference::activation(activation, z);
            let slope = reference::slope(activation, z);
            expected[place] = reference::loss(kind, y, f64::from(target)).1 * slope * f64::from(scale);
            certain[place] = z.abs() > 1e-4;
        }
        let (xs, ws, bs, ts) = (packed(&x, rows + 3), packed(&w, inputs), bias_lines(&b), packed(&targets, rows));
        for instructions in Instructions::available() {
            let name = format!("{} {kind:?} {activation:?}", instructions.name());
            let (x, w) = (Panels::new(&xs, rows, inputs, rows + 3), Panels::new(&ws, inputs, outputs, inputs));
            let targets = Panels::new(&ts, rows, outputs, rows);
            let mut dz = poison(lines(rows, outputs));
            let mut sums = vec![LossSums { loss: f64::NAN, squared_error: f64::NAN }; rows.div_ceil(LOSS_ROWS)];
            let output = Output { activation, loss: kind, targets, scale };
            forward_loss(instructions, x, w, |panel| &bs[panel], output, PanelsMut::new(&mut dz, rows, outputs, rows), &mut sums);

            let found = Panels::new(&dz, rows, outputs, rows).to_array();
            for ((place, &found), &expected) in found.indexed_iter().zip(&expected).filter(|((place, _), _)| certain[*place]) {
                prop_assert!((f64::from(found) - expected).abs() <= RELATIVE * expected.abs() + ABSOLUTE, "{} {:?}: {} {}", name, place, found, expected);
            }
            let padding = dz[(panels(outputs) - 1) * rows..].iter().flat_map(|line| &line.0[(outputs - 1) % PANEL + 1..]);
            prop_assert!(padding.into_iter().all(|value| *value == 0.0), "{}: padding", name);

            // The sums are those of `forward` and `loss`, one after the other.
            let mut y = poison(lines(rows, outputs));
            forward(instructions, x, w, |panel| &bs[panel], activation, PanelsMut::new(&mut y, rows, outputs, rows), None);
            let y = Panels::new(&y, rows, outputs, rows);
            for (group, sums) in sums.iter().enumerate() {
                let range = group * LOSS_ROWS..rows.min((group + 1) * LOSS_ROWS);
                let expected = loss(instructions, kind, y.slice_rows(range.clone()), targets.slice_rows(range));
                prop_assert_eq!(*sums, expected, "{} group {}", name, group);
            }
        }
    }

    #[test]
    fn updates_follow_their_formulas(count in 0usize..5, seed: u64, step in 1i32..2000) {
        let corrected = Update::Adam {
            rate: 0.01 / (1.0 - 0.9f32.powi(step)), beta1: 0.9, beta2: 0.999,
            root: 1.0 / (1.0 - 0.999f32.powi(step)).sqrt(), epsilon: 1e-8, keep: 0.9995,
        };
        let make = |seed: u64| -> Vec<Line> { packed(&matrix(count, PANEL, seed), count) };
        let (p, g, m) = (make(seed), make(!seed), make(seed ^ 5));
        let v: Vec<Line> = make(seed ^ 9).iter().map(|line| Line(line.0.map(f32::abs))).collect();
        for rule in RULES.into_iter().chain([corrected]) {
            for instructions in Instructions::available() {
                let (mut p1, mut m1, mut v1) = (p.clone(), m.clone(), v.clone());
                // A squared moment cannot be negative.
                if matches!(rule, Update::RmsProp { .. }) { m1.clone_from(&v) }
                let m0 = m1.clone();
                update(instructions, rule, &mut p1, &g, [&mut m1, &mut v1], Store::Cached);
                for (line, column) in (0..count).flat_map(|line| (0..PANEL).map(move |column| (line, column))) {
                    let at = |lines: &[Line]| f64::from(lines[line].0[column]);
                    let expected = reference::update(rule, at(&p), at(&g), at(&m0), at(&v));
                    for (found, expected) in [(at(&p1), expected.0), (at(&m1), expected.1), (at(&v1), expected.2)] {
                        prop_assert!((found - expected).abs() <= RELATIVE * expected.abs() + 1e-6, "{} {:?}: {} {}", instructions.name(), rule, found, expected);
                    }
                }
            }
        }
    }

    #[test]
    fn gathering_converts_rows_and_pads_them(rows in size(), columns in size(), step in 1usize..7) {
        let source: Vec<Vec<u16>> = (0..rows as u16).map(|row| (0..columns as u16).map(|column| 100 * row + column).collect()).collect();
        let which = |row: usize| row * step % rows;
        for instructions in Instructions::available() {
            let mut buffer = poison(lines(rows + 1, columns));
            let mut target = PanelsMut::new(&mut buffer, rows, columns, rows + 1);
            gather(instructions, &mut target, |row| &source[which(row)], |column, value| column as f32 + f32::from(value));
            for (index, line) in buffer.iter().enumerate() {
                let (row, first) = (index % (rows + 1), index / (rows + 1) * PANEL);
                for (column, value) in (first..).zip(line.0) {
                    let expected = match row {
                        row if row == rows => f32::NAN,
                        row if column < columns => (100 * which(row) + 2 * column) as f32,
                        _ => 0.0,
                    };
                    prop_assert_eq!(value.to_bits(), expected.to_bits(), "{} row {} column {}", instructions.name(), row, column);
                }
            }
        }
    }
}

#[test]
fn bits_do_not_depend_on_the_height_of_a_block() {
    let (x, w, b) = (matrix(65, 97, 3), matrix(97, 40, 4), matrix(1, 40, 5));
    let (ws, bs) = (packed(&w, 97), bias_lines(&b));
    for instructions in Instructions::available() {
        let run = |x: &Array2<f32>| {
            let rows = x.nrows();
            let xs = packed(x, rows);
            let mut y = poison(lines(rows, 40));
            forward(
                instructions,
                Panels::new(&xs, rows, 97, rows),
                Panels::new(&ws, 97, 40, 97),
                |panel| &bs[panel],
                Activation::Sigmoid,
                PanelsMut::new(&mut y, rows, 40, rows),
                None,
            );
            Panels::new(&y, rows, 40, rows).to_array()
        };
        let whole = run(&x);
        for height in [1, 2, 5, 13, 32, 64] {
            for (index, block) in x.axis_chunks_iter(Axis(0), height).enumerate() {
                let part = run(&block.to_owned());
                for (row, values) in part.rows().into_iter().enumerate() {
                    let expected = whole.row(index * height + row);
                    assert!(
                        values.iter().zip(expected).all(|(a, b)| a.to_bits() == b.to_bits()),
                        "{} height {height}",
                        instructions.name()
                    );
                }
            }
        }
    }
}

#[test]
fn cross_entropy_is_stable_at_extreme_logits() {
    let check = |z: f32, target: f32, expected: f64| {
        let (mut zs, mut ts) = (vec![Line::ZERO], vec![Line::ZERO]);
        (zs[0].0[0], ts[0].0[0]) = (z, target);
        for instructions in Instructions::available() {
            let (z, t) = (Panels::new(&zs, 1, 1, 1), Panels::new(&ts, 1, 1, 1));
            let found = loss(instructions, ElementLoss::CrossEntropyOfLogits, z, t).loss;
            assert!(
                (found - expected).abs() <= 1e-6 * expected.max(1e-30) + 1e-30,
                "{}: {found}, expected {expected}",
                instructions.name()
            );
        }
    };
    check(100.0, 0.0, 100.0);
    check(-100.0, 1.0, 100.0);
    check(0.0, 0.5, std::f64::consts::LN_2);
    // The small term keeps its digits where the large terms cancel.
    check(16.0, 1.0, (-16.0f64).exp().ln_1p());
}

/// A rule of every kind in its first step.
const RULES: [Update; 5] = [
    Update::Sgd { rate: 0.1 },
    Update::Momentum { rate: 0.1, momentum: 0.9, nesterov: false },
    Update::Momentum { rate: 0.1, momentum: 0.9, nesterov: true },
    Update::RmsProp { rate: 0.01, decay: 0.99, epsilon: 1e-8 },
    Update::Adam { rate: 0.01, beta1: 0.9, beta2: 0.99, root: 1.0, epsilon: 1e-8, keep: 1.0 },
];

#[test]
fn moments_shrink_to_zero_and_never_to_denormal_numbers() {
    let tiny: [f32; 6] = [1e-3, -1e-8, 1e-17, 1e-18, -1e-30, f32::MIN_POSITIVE];
    for rule in RULES {
        for instructions in Instructions::available() {
            let [mut p, mut m, mut v, mut g] = [[Line::ZERO]; 4];
            g[0].0[..tiny.len()].copy_from_slice(&tiny);
            for step in 0..12_000 {
                update(instructions, rule, &mut p, &g, [&mut m, &mut v], Store::Cached);
                for value in m[0].0.iter().chain(&v[0].0) {
                    assert!(!value.is_subnormal(), "{} {rule:?} step {step}: {value}", instructions.name());
                }
                g = [Line::ZERO];
            }
            assert_eq!((m[0], v[0]), (Line::ZERO, Line::ZERO), "{} {rule:?}", instructions.name());
        }
    }
}

#[test]
fn gelu_reaches_zero_far_below() {
    for instructions in Instructions::available() {
        let mut values = [-10.0, -1e30, f32::MIN, 1e30];
        autoencoder_kernels::activate(instructions, Activation::Gelu, &mut values);
        assert_eq!(values.map(f32::abs).map(f32::to_bits), [0.0f32, 0.0, 0.0, 1e30].map(f32::to_bits));
    }
}

#[test]
#[should_panic(expected = "forward: columns of x and rows of W")]
fn shapes_that_do_not_fit_are_a_bug_and_panic() {
    let (x, w, mut y) = (vec![Line::ZERO], vec![Line::ZERO; 3], vec![Line::ZERO]);
    forward(
        Instructions::best(),
        Panels::new(&x, 1, 2, 1),
        Panels::new(&w, 3, 1, 3),
        |_| &Line::ZERO,
        Activation::Linear,
        PanelsMut::new(&mut y, 1, 1, 1),
        None,
    );
}
