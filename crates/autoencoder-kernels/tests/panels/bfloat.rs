//! The kernels on pairs of bfloat16 against the f64 references of the numbers that they round to.

use std::cmp::Ordering;

use autoencoder_kernels::{
    Activation, BfloatLine, BfloatPairs, ElementLoss, Factors, Instructions, LOSS_ROWS, Line, LossSums,
    Output, PANEL, Panels, PanelsMut, RoundedMut, Squares, Store, add_bias_gradient, add_gradient, backward,
    forward, forward_loss, gradient, lines, panels, reference, round_pairs, square_lines, transpose,
};
use ndarray::{Array2, Axis};
use proptest::prelude::*;

use crate::numbers::{assert_close, bias_lines, exact, matrix, packed, poison, size};

/// The nearest bfloat16 by its definition: the nearer of the two neighbours, and the even one where both are equally
/// near. Infinity counts as the power of two behind the greatest number.
fn nearest(value: f32) -> f32 {
    let below = f32::from_bits(value.to_bits() & 0xFFFF_0000);
    let above = f32::from_bits((value.to_bits() & 0xFFFF_0000).wrapping_add(0x1_0000));
    let place = |to: f32| if to.is_infinite() { 2f64.powi(128).copysign(to.into()) } else { to.into() };
    let distance = |to: f32| (place(to) - f64::from(value)).abs();
    let even = below.to_bits() >> 16 & 1 == 0;
    match distance(below).total_cmp(&distance(above)) {
        Ordering::Less => below,
        Ordering::Equal if even => below,
        Ordering::Equal | Ordering::Greater => above,
    }
}

/// The contents of a matrix after it was rounded.
fn rounded(matrix: &Array2<f32>) -> Array2<f32> {
    matrix.mapv(nearest)
}

/// A matrix and its roundings; lines that were never written are poison.
pub(crate) struct Rounded {
    rows: usize,
    columns: usize,
    pub(crate) values: Vec<Line>,
    along: Vec<BfloatLine>,
    pub(crate) pairs: Vec<BfloatPairs>,
}

const POISON: u32 = 0x7FC0_7FC0;

/// A line that was never written.
pub(crate) const POISONED: BfloatPairs = BfloatPairs([POISON; PANEL]);

impl Rounded {
    pub(crate) fn poisoned(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            values: poison(lines(rows, columns)),
            along: vec![BfloatLine([POISON; PANEL / 2]); lines(rows, columns)],
            pairs: vec![POISONED; lines(rows.div_ceil(2), columns)],
        }
    }

    pub(crate) fn of(instructions: Instructions, matrix: &Array2<f32>) -> Self {
        let (rows, columns) = matrix.dim();
        let values = packed(matrix, rows);
        let mut rounded = Self { values, ..Self::poisoned(rows, columns) };
        rounded.target(true).round(instructions);
        rounded
    }

    pub(crate) fn target(&mut self, keep: bool) -> RoundedMut<'_> {
        let Self { rows, columns, values, along, pairs } = self;
        RoundedMut::new(
            *rows,
            *columns,
            keep.then(|| PanelsMut::new(values, *rows, *columns, *rows)),
            Some(PanelsMut::new(along, *rows, *columns, *rows)),
            Some(PanelsMut::new(pairs, rows.div_ceil(2), *columns, rows.div_ceil(2))),
        )
    }

    pub(crate) fn left(&self) -> Panels<'_, BfloatLine> {
        Panels::new(&self.along, self.rows, self.columns, self.rows)
    }

    fn values(&self) -> Panels<'_> {
        Panels::new(&self.values, self.rows, self.columns, self.rows)
    }

    /// The numbers of the rounded rows.
    fn rows(&self) -> Array2<f32> {
        Array2::from_shape_fn((self.rows, self.columns), |(row, column)| {
            let pair = self.along[column / PANEL * self.rows + row].0[column % PANEL / 2];
            f32::from_bits(pair >> (16 * (column % 2)) << 16)
        })
    }

    /// The numbers of the pairs of rows; a missing second row must be zero.
    fn pairs(&self) -> Array2<f32> {
        let steps = self.rows.div_ceil(2);
        let at = |row: usize, column: usize| {
            let pair = self.pairs[column / PANEL * steps + row / 2].0[column % PANEL];
            f32::from_bits(pair >> (16 * (row % 2)) << 16)
        };
        if self.rows % 2 == 1 {
            assert!((0..self.columns).all(|column| at(self.rows, column).to_bits() == 0), "the missing row");
        }
        Array2::from_shape_fn((self.rows, self.columns), |(row, column)| at(row, column))
    }

    /// Asserts that rows and pairs are the rounding of the same numbers, and that these are `expected` but for
    /// rounding.
    fn check(&self, name: &str, expected: &Array2<f64>) {
        let (rows, pairs) = (self.rows(), self.pairs());
        assert_eq!(rows, pairs, "{name}: rows and pairs");
        for ((place, &found), &expected) in rows.indexed_iter().zip(expected) {
            // The bound is half a unit in the last of eight bits, and the error of f32.
            let bound = expected.abs() * (2f64.powi(-8) + 1e-5) + 1e-5;
            assert!(
                (f64::from(found) - expected).abs() <= bound,
                "{name} {place:?}: {found}, expected {expected}"
            );
        }
    }
}

/// W as the right operand.
pub(crate) fn weights(instructions: Instructions, w: &Array2<f32>) -> Vec<BfloatPairs> {
    let (inputs, outputs) = w.dim();
    let mut pairs = vec![POISONED; lines(inputs.div_ceil(2), outputs)];
    for (lines, pairs) in packed(w, inputs).chunks(inputs).zip(pairs.chunks_mut(inputs.div_ceil(2))) {
        round_pairs(instructions, lines, pairs, Store::Cached);
    }
    pairs
}

fn transposed(instructions: Instructions, w: &Array2<f32>) -> Vec<BfloatPairs> {
    let (inputs, outputs) = w.dim();
    let lines = packed(w, inputs);
    let mut squares = vec![POISONED; square_lines::<BfloatPairs>(outputs, inputs)];
    let chunks = lines.chunks(inputs).flat_map(|panel| panel.chunks(PANEL));
    for (chunk, square) in chunks.zip(squares.chunks_mut(PANEL / 2)) {
        transpose(instructions, chunk, square, Store::Cached);
    }
    squares
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn rounding_is_to_the_nearest(values in prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::ZERO | prop::num::f32::SUBNORMAL, 1..200), columns in 1usize..40) {
        let rows = values.len().div_ceil(columns);
        let matrix = Array2::from_shape_fn((rows, columns), |(row, column)| values[(row * columns + column) % values.len()]);
        let bits = |matrix: Array2<f32>| matrix.mapv(f32::to_bits);
        for instructions in Instructions::available() {
            // The processor's own instruction makes zeros of denormal numbers, as the one that multiplies would.
            let flushes = instructions.name() == "AVX-512 BF16";
            let kept = matrix.mapv(|value| if flushes && value.is_subnormal() { 0f32.copysign(value) } else { value });
            let found = Rounded::of(instructions, &matrix);
            prop_assert_eq!(bits(found.rows()), bits(rounded(&kept)), "{}", instructions.name());
            prop_assert_eq!(bits(found.pairs()), bits(rounded(&kept)), "{}", instructions.name());
        }
    }

    #[test]
    fn forward_is_f_of_x_w_plus_b(rows in size(), inputs in size(), outputs in size(), seed: u64, which in 0..Activation::ALL.len()) {
        let activation = Activation::ALL[which];
        let (x, w, b) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(1, outputs, seed ^ 1));
        let z = reference::multiply(exact(&rounded(&x)).view(), exact(&rounded(&w)).view()) + &exact(&b);
        let expected = z.mapv(|z| reference::activation(activation, z));
        let slopes = z.mapv(|z| reference::slope(activation, z));
        let bias = bias_lines(&b);
        for instructions in Instructions::available() {
            let name = format!("{} {activation:?}", instructions.name());
            let (x, w) = (Rounded::of(instructions, &x), weights(instructions, &w));
            let mut s = poison(lines(rows, outputs));
            for keep in [true, false] {
                let mut y = Rounded::poisoned(rows, outputs);
                forward(
                    instructions,
                    x.left(),
                    Panels::new(&w, inputs.div_ceil(2), outputs, inputs.div_ceil(2)),
                    |panel| &bias[panel],
                    activation,
                    y.target(keep),
                    Some(PanelsMut::new(&mut s, rows, outputs, rows)),
                );
                y.check(&name, &expected);
                if keep {
                    assert_close(&name, &y.values().to_array(), &expected);
                }
                if !activation.derives_from_output() {
                    assert_close(&name, &Panels::new(&s, rows, outputs, rows).to_array(), &slopes);
                }
            }
        }
    }

    #[test]
    fn backward_is_dy_w_transposed_times_the_slope(rows in size(), inputs in size(), outputs in size(), seed: u64, which in 0..Activation::ALL.len()) {
        let activation = Activation::ALL[which];
        let (z, w, dy) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(rows, outputs, seed ^ 1));
        let x = z.mapv(|z| reference::activation(activation, f64::from(z)) as f32);
        let slopes = z.mapv(|z| reference::slope(activation, f64::from(z)));
        let expected = reference::multiply(exact(&rounded(&dy)).view(), exact(&rounded(&w)).t()) * &slopes;
        let held = !activation.derives_from_output();
        for instructions in Instructions::available() {
            let mut dx = Rounded::poisoned(rows, inputs);
            if held {
                dx.values = packed(&slopes.mapv(|slope| slope as f32), rows);
            }
            backward(
                instructions,
                Rounded::of(instructions, &dy).left(),
                Squares::new(&transposed(instructions, &w), outputs, inputs),
                Panels::new(&packed(&x, rows), rows, inputs, rows),
                activation,
                dx.target(held),
            );
            dx.check(&format!("{} {activation:?}", instructions.name()), &expected);
        }
    }

    #[test]
    fn gradient_is_x_transposed_dy_over_all_blocks(blocks in 1usize..4, rows in size(), inputs in size(), outputs in size(), seed: u64) {
        let (x, dy) = (matrix(blocks * rows, inputs, seed), matrix(blocks * rows, outputs, !seed));
        let expected = reference::multiply(exact(&rounded(&x)).t(), exact(&rounded(&dy)).view());
        let sums = exact(&rounded(&dy)).sum_axis(Axis(0)).insert_axis(Axis(0));
        let steps = rows.div_ceil(2);
        for instructions in Instructions::available() {
            let round = |matrix: &Array2<f32>| -> Vec<Rounded> {
                matrix.axis_chunks_iter(Axis(0), rows).map(|block| Rounded::of(instructions, &block.to_owned())).collect()
            };
            let (xs, dys) = (round(&x), round(&dy));
            let mut dw = poison(lines(inputs, outputs));
            let mut db = vec![Line::ZERO; panels(outputs)];
            for o in 0..panels(outputs) {
                let dy = || dys.iter().map(|block| &block.pairs[o * steps..][..steps]);
                for i in 0..panels(inputs) {
                    let height = PANEL.min(inputs - i * PANEL);
                    let x = xs.iter().map(|block| &block.pairs[i * steps..][..steps]);
                    let dw = &mut dw[o * inputs + i * PANEL..][..height];
                    for (block, (x, dy)) in x.zip(dy()).enumerate() {
                        let form = if block == 0 { gradient } else { add_gradient };
                        form(instructions, Factors { x, nonzero: None, dy }, dw);
                    }
                }
                for dy in dy() {
                    add_bias_gradient(instructions, dy, &mut db[o]);
                }
            }
            assert_close(instructions.name(), &Panels::new(&dw, inputs, outputs, inputs).to_array(), &expected);
            assert_close(instructions.name(), &Panels::new(&db, 1, outputs, 1).to_array(), &sums);
        }
    }

    #[test]
    fn the_last_layer_goes_straight_to_its_loss_and_gradient(rows in size(), inputs in size(), outputs in size(), seed: u64, gelu: bool) {
        let activation = if gelu { Activation::Gelu } else { Activation::Sigmoid };
        let (x, w, b) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(1, outputs, seed ^ 1));
        let targets = matrix(rows, outputs, seed ^ 2);
        let z = reference::multiply(exact(&rounded(&x)).view(), exact(&rounded(&w)).view()) + &exact(&b);
        let y = z.mapv(|z| reference::activation(activation, z));
        let expected = (&y - &exact(&targets)) * 2.0 * z.mapv(|z| reference::slope(activation, z));
        let squares = (&y - &exact(&targets)).mapv(|e| e * e).sum();
        let bias = bias_lines(&b);
        for instructions in Instructions::available() {
            let mut dz = Rounded::poisoned(rows, outputs);
            let mut sums = vec![LossSums { loss: f64::NAN, squared_error: f64::NAN }; rows.div_ceil(LOSS_ROWS)];
            let targets = packed(&targets, rows);
            let targets = Panels::new(&targets, rows, outputs, rows);
            forward_loss(
                instructions,
                Rounded::of(instructions, &x).left(),
                Panels::new(&weights(instructions, &w), inputs.div_ceil(2), outputs, inputs.div_ceil(2)),
                |panel| &bias[panel],
                Output { activation, loss: ElementLoss::SquaredError, targets, scale: 1.0 },
                dz.target(gelu),
                &mut sums,
            );
            dz.check(&format!("{} {activation:?}", instructions.name()), &expected);
            let found: f64 = sums.iter().map(|sums| sums.loss).sum();
            prop_assert!((found - squares).abs() <= 1e-4 * squares + 1e-4, "{}: {} {}", instructions.name(), found, squares);
        }
    }
}

#[test]
fn what_is_no_number_stays_none_and_infinities_stay() {
    let hidden = f32::from_bits(0x7F80_0001);
    let all_ones = f32::from_bits(u32::MAX);
    let values = ndarray::array![[
        f32::NAN,
        hidden,
        all_ones,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        3.397_246_8e38
    ]];
    for instructions in Instructions::available() {
        let found = Rounded::of(instructions, &values).rows();
        assert!(found.iter().take(3).all(|value| value.is_nan()), "{}: {found}", instructions.name());
        // The greatest numbers of f32 are nearer to the next power of two than to the greatest bfloat16.
        let infinite = [f32::INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::INFINITY];
        assert!(found.iter().skip(3).eq(&infinite), "{}: {found}", instructions.name());
    }
}

#[test]
#[should_panic(expected = "backward: dx holds the slopes")]
fn slopes_that_are_nowhere_are_a_bug_and_panic() {
    let instructions = Instructions::best();
    let w = Array2::zeros((1, 1));
    let dy = Rounded::of(instructions, &w);
    let x = [Line::ZERO];
    backward(
        instructions,
        dy.left(),
        Squares::new(&transposed(instructions, &w), 1, 1),
        Panels::new(&x, 1, 1, 1),
        Activation::Gelu,
        Rounded::poisoned(1, 1).target(false),
    );
}
