//! A dense layer's three products, with the operands as a training step has them: blocks of rows in panels.

use autoencoder_kernels::{
    Activation, Factors, Instructions, Line, Nonzeros, Operand, PANEL, Panels, Squares, Store, add_gradient,
    backward, forward, gradient, lines, panels, reference, square_lines, transpose,
};
use ndarray::{Array2, ArrayView2, Axis};

use super::matrix::Matrix;
use super::numbers::{check, matrix, packed, poison};

/// The number of rows of a block: the most that a step gives a thread at a time.
const BLOCK: usize = 128;

/// Pixels in a row of a drawing.
const SIDE: usize = 28;

/// The shape of a layer: x (rows, inputs) and y (rows, outputs).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) rows: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

impl Shape {
    /// The operations of one product; a multiplication and an addition count as two.
    pub(crate) fn flop(self) -> f64 {
        2.0 * self.rows as f64 * self.inputs as f64 * self.outputs as f64
    }
}

/// The operands and results of a layer.
pub(crate) struct Layer<M: Matrix> {
    shape: Shape,
    instructions: Instructions,
    weights: Array2<f32>,
    inputs: Array2<f32>,
    output_gradients: Array2<f32>,
    w: M,
    transposed: Vec<M::Operand>,
    bias: Vec<Line>,
    blocks: Vec<Block<M>>,
    dw: Vec<Line>,
}

/// One block of rows.
struct Block<M> {
    x: M,
    dy: M,
    y: M,
    dx: M,
    /// The numbers of x that are not zero, if its zeros are skipped.
    nonzeros: Option<Nonzeros>,
}

impl<M: Matrix> Layer<M> {
    /// A layer. If it is `sparse`, most of x is zero, in runs as the pixels of drawings are, and the products skip
    /// the zeros.
    pub(crate) fn new(shape: Shape, sparse: bool) -> Self {
        let Shape { rows, inputs, outputs } = shape;
        // The weights are centred and as small as those of a trained layer, so that sigmoids do not saturate.
        let weights = held((matrix(inputs, outputs, 1) - 0.5) / (inputs as f32).sqrt());
        let mut x = held(matrix(rows, inputs, 2));
        if sparse {
            // Every row of pixels is empty, or holds a stroke of eight somewhere near the middle. The place is
            // random, or the processor would learn to predict it.
            let chance = matrix(rows, inputs.div_ceil(SIDE), 4);
            x.indexed_iter_mut().for_each(|((row, column), value)| {
                let chance = 4.0 * chance[[row, column / SIDE]];
                let place = (column % SIDE) as f32 - 6.0 - 8.0 * chance.fract();
                if chance < 1.0 || !(0.0..8.0).contains(&place) {
                    *value = 0.0;
                }
            });
        }
        let dy = held(matrix(rows, outputs, 3) - 0.5);
        let w = packed(weights.view());
        let mut transposed = vec![M::Operand::ZERO; square_lines::<M::Operand>(outputs, inputs)];
        let chunks = w.chunks(inputs).flat_map(|panel| panel.chunks(PANEL));
        for (w, t) in chunks.zip(transposed.chunks_mut(square_lines::<M::Operand>(PANEL, PANEL))) {
            transpose(Instructions::best(), w, t, Store::Cached);
        }
        let blocks = x.axis_chunks_iter(Axis(0), BLOCK).zip(dy.axis_chunks_iter(Axis(0), BLOCK));
        Self {
            shape,
            instructions: Instructions::best(),
            w: M::of(weights.view()),
            transposed,
            bias: vec![Line::ZERO; panels(outputs)],
            blocks: blocks.map(|(x, dy)| Block::new(x, dy, sparse)).collect(),
            dw: poison(lines(inputs, outputs)),
            inputs: x,
            output_gradients: dy,
            weights,
        }
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// y ← sigmoid(x W + b), block by block.
    pub(crate) fn forward(&mut self) {
        for Block { x, y, nonzeros, .. } in &mut self.blocks {
            if let Some(nonzeros) = nonzeros {
                nonzeros.find(self.instructions, x.values());
            }
            forward(
                self.instructions,
                x.left().skipping_zeros(nonzeros.as_ref()),
                self.w.steps(),
                |panel| &self.bias[panel],
                Activation::Sigmoid,
                y.target(),
                None,
            );
        }
    }

    /// dx ← (dy Wᵀ) ⊙ x (1 - x), block by block.
    pub(crate) fn backward(&mut self) {
        let Shape { inputs, outputs, .. } = self.shape;
        for Block { x, dy, dx, .. } in &mut self.blocks {
            backward(
                self.instructions,
                dy.left(),
                Squares::new(&self.transposed, outputs, inputs),
                x.values(),
                Activation::Sigmoid,
                dx.target(),
            );
        }
    }

    /// dW ← Σ xᵀ dy over all blocks, in pieces of 32 rows of a panel.
    pub(crate) fn gradient(&mut self) {
        let inputs = self.shape.inputs;
        for (output, dw) in self.dw.chunks_mut(inputs).enumerate() {
            for (input, dw) in dw.chunks_mut(PANEL).enumerate() {
                for (index, Block { x, dy, nonzeros, .. }) in self.blocks.iter().enumerate() {
                    let nonzero = nonzeros.as_ref().map(|nonzeros| nonzeros.panel(input));
                    let factors =
                        Factors { x: x.steps().panel(input), nonzero, dy: dy.steps().panel(output) };
                    let form = if index == 0 { gradient } else { add_gradient };
                    form(self.instructions, factors, dw);
                }
            }
        }
    }

    /// Runs each product on poisoned results and holds some of their rows to the reference.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        let Shape { rows, inputs, outputs } = self.shape;
        self.forward();
        self.backward();
        self.gradient();
        let (x, w, dy) = (exact(&self.inputs), exact(&self.weights), exact(&self.output_gradients));
        let some = [0, BLOCK - 1, BLOCK, rows - 1];
        let z = reference::multiply(x.select(Axis(0), &some).view(), w.view());
        let dx = reference::multiply(dy.select(Axis(0), &some).view(), w.t());
        for (index, &row) in some.iter().enumerate() {
            let Block { y, dx: found, .. } = &self.blocks[row / BLOCK];
            let (y, found) = (y.values(), found.values());
            for column in 0..outputs {
                let expected = reference::activation(Activation::Sigmoid, z[[index, column]]);
                check("forward", (row, column), y.at(row % BLOCK, column), expected)?;
            }
            for column in 0..inputs {
                let x = x[[row, column]];
                let expected = dx[[index, column]] * x * (1.0 - x);
                check("backward", (row, column), found.at(row % BLOCK, column), expected)?;
            }
        }
        let some = [0, inputs / 2, inputs - 1];
        let dw = reference::multiply(x.select(Axis(1), &some).t(), dy.view());
        let found = Panels::new(&self.dw, inputs, outputs, inputs);
        for ((index, column), &expected) in dw.indexed_iter() {
            check("gradient", (some[index], column), found.at(some[index], column), expected)?;
        }
        Ok(())
    }
}

impl<M: Matrix> Block<M> {
    fn new(x: ArrayView2<'_, f32>, dy: ArrayView2<'_, f32>, sparse: bool) -> Self {
        let (rows, inputs) = x.dim();
        Self {
            x: M::of(x),
            dy: M::of(dy),
            y: M::poisoned(rows, dy.ncols()),
            dx: M::poisoned(rows, inputs),
            nonzeros: sparse.then(|| Nonzeros::new(rows, inputs)),
        }
    }
}

/// The numbers cut to bfloat16, so that both precisions multiply the same numbers.
fn held(matrix: Array2<f32>) -> Array2<f32> {
    matrix.mapv_into(|value| f32::from_bits(value.to_bits() & 0xFFFF_0000))
}

fn exact(matrix: &Array2<f32>) -> Array2<f64> {
    matrix.mapv(f64::from)
}
