//! Products that skip zeros against the same products that do not: the same bits, unless told to skip too much.

use autoencoder_kernels::{
    Activation, Factors, Instructions, Line, Nonzeros, Operand, PANEL, Panels, PanelsMut, RowLine, Target,
    add_gradient, forward, gradient, lines, panels,
};
use ndarray::Array2;
use proptest::prelude::*;

use crate::bfloat::{Rounded, weights};
use crate::numbers::{bias_lines, matrix, packed, poison, size};

/// A matrix that is mostly zeros, in runs as images have them, and of both signs.
fn sparse(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    let (values, strokes) = (matrix(rows, columns, seed), matrix(rows, columns.div_ceil(9), seed ^ 7));
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let value = values[[row, column]];
        if strokes[[row, column / 9]] > 0.5 { value } else { 0.0_f32.copysign(value) }
    })
}

fn found(instructions: Instructions, x: &Array2<f32>) -> Nonzeros {
    let (rows, columns) = x.dim();
    let mut nonzeros = Nonzeros::new(rows, columns);
    nonzeros.find(instructions, Panels::new(&packed(x, rows), rows, columns, rows));
    nonzeros
}

/// The factors of both products of x, with or without its zeros; x as either of their operands.
fn products<L: Operand>(
    instructions: Instructions,
    nonzeros: Option<&Nonzeros>,
    rows: Panels<'_, RowLine<L>>,
    steps: &[L],
    w: Panels<'_, L>,
    dy: &[L],
    forward_into: impl FnOnce(Panels<'_, RowLine<L>>),
) -> Vec<Line> {
    forward_into(rows.skipping_zeros(nonzeros));
    let (inputs, height) = (rows.columns(), steps.len() / panels(rows.columns()));
    let mut dw = poison(lines(inputs, w.columns()));
    for (dy, dw) in dy.chunks(height).zip(dw.chunks_mut(inputs)) {
        for (index, (x, dw)) in steps.chunks(height).zip(dw.chunks_mut(PANEL)).enumerate() {
            let nonzero = nonzeros.map(|nonzeros| nonzeros.panel(index));
            gradient(instructions, Factors { x, nonzero, dy }, dw);
            add_gradient(instructions, Factors { x, nonzero, dy }, dw);
        }
    }
    dw
}

/// The bits of dW and of y.
type Bits = (Vec<u32>, Vec<u32>);

fn bits(lines: &[Line]) -> Vec<u32> {
    lines.iter().flat_map(|line| line.0.map(f32::to_bits)).collect()
}

struct Case {
    x: Array2<f32>,
    w: Array2<f32>,
    b: Array2<f32>,
    dy: Array2<f32>,
}

impl Case {
    fn new(rows: usize, inputs: usize, outputs: usize, seed: u64) -> Self {
        Self {
            x: sparse(rows, inputs, seed),
            w: matrix(inputs, outputs, !seed),
            b: matrix(1, outputs, seed ^ 1),
            dy: matrix(rows, outputs, seed ^ 2),
        }
    }

    fn forward<Y: Target>(
        &self,
        instructions: Instructions,
        x: Panels<'_, RowLine<Y::Operand>>,
        w: Panels<'_, Y::Operand>,
        y: Y,
    ) {
        let bias = bias_lines(&self.b);
        forward(instructions, x, w, |panel| &bias[panel], Activation::Tanh, y, None);
    }

    fn in_f32(&self, instructions: Instructions, nonzeros: Option<&Nonzeros>) -> Bits {
        let ((rows, inputs), outputs) = (self.x.dim(), self.w.ncols());
        let (x, w, dy) = (packed(&self.x, rows), packed(&self.w, inputs), packed(&self.dy, rows));
        let (left, w) = (Panels::new(&x, rows, inputs, rows), Panels::new(&w, inputs, outputs, inputs));
        let mut y = poison(lines(rows, outputs));
        let dw = products(instructions, nonzeros, left, &x, w, &dy, |left| {
            self.forward(instructions, left, w, PanelsMut::new(&mut y, rows, outputs, rows));
        });
        (bits(&dw), bits(&y))
    }

    fn in_bfloat16(&self, instructions: Instructions, nonzeros: Option<&Nonzeros>) -> Bits {
        let ((rows, inputs), outputs) = (self.x.dim(), self.w.ncols());
        let [x, dy] = [&self.x, &self.dy].map(|matrix| Rounded::of(instructions, matrix));
        let (w, steps) = (weights(instructions, &self.w), inputs.div_ceil(2));
        let w = Panels::new(&w, steps, outputs, steps);
        let mut y = Rounded::poisoned(rows, outputs);
        let dw = products(instructions, nonzeros, x.left(), &x.pairs, w, &dy.pairs, |left| {
            self.forward(instructions, left, w, y.target(true));
        });
        (bits(&dw), bits(&y.values))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_number_is_found(rows in size(), columns in size(), seed: u64) {
        let x = sparse(rows, columns, seed);
        for instructions in Instructions::available() {
            let nonzeros = found(instructions, &x);
            for index in 0..panels(columns) {
                let panel = nonzeros.panel(index);
                prop_assert_eq!(panel.len(), rows.next_multiple_of(32));
                for (row, &bits) in panel.iter().enumerate() {
                    for column in 0..PANEL {
                        let value = x.get((row, index * PANEL + column)).copied().unwrap_or(0.0);
                        // The numbers between the last column and the end of its panel are the caller's.
                        if row >= rows || index * PANEL + column < columns {
                            prop_assert_eq!(bits >> column & 1 == 1, value != 0.0, "{}: {} {}", instructions.name(), row, column);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn skipping_zeros_changes_no_bit(rows in prop_oneof![size(), 127usize..290], inputs in size(), outputs in prop_oneof![size(), 129usize..230], seed: u64) {
        let case = Case::new(rows, inputs, outputs, seed);
        for instructions in Instructions::available() {
            let nonzeros = found(instructions, &case.x);
            prop_assert!(case.in_f32(instructions, Some(&nonzeros)) == case.in_f32(instructions, None), "{}", instructions.name());
            prop_assert!(
                case.in_bfloat16(instructions, Some(&nonzeros)) == case.in_bfloat16(instructions, None),
                "{} in bfloat16",
                instructions.name()
            );
        }
    }
}

#[test]
fn what_is_called_zero_is_skipped() {
    // The second shape is wide enough for tiles of every width.
    for (outputs, instructions) in [33, 200].into_iter().flat_map(|outputs| {
        Instructions::available().into_iter().map(move |instructions| (outputs, instructions))
    }) {
        let case = Case::new(29, 70, outputs, 5);
        let none = Nonzeros::new(29, 70);
        let mut zeros = Case::new(29, 70, outputs, 5);
        zeros.x.fill(0.0);
        assert_eq!(case.in_f32(instructions, Some(&none)), zeros.in_f32(instructions, None));
        assert_ne!(case.in_f32(instructions, Some(&none)), case.in_f32(instructions, None));
        assert_eq!(case.in_bfloat16(instructions, Some(&none)), zeros.in_bfloat16(instructions, None));
    }
}

#[test]
#[should_panic(expected = "33 rows of 70 columns, room for 32 rows in 3 panels")]
fn too_few_bits_are_refused() {
    let x = matrix(33, 70, 1);
    let lines = packed(&x, 33);
    let _ = Panels::new(&lines, 33, 70, 33).skipping_zeros(Some(&Nonzeros::new(32, 70)));
}
