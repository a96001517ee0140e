//! A dense layer's three products on f32, with the operands as a training step has them: blocks of rows in panels.

use autoencoder_kernels::{
    Activation, Factors, Instructions, Line, Nonzeros, PANEL, Panels, PanelsMut, Squares, Store,
    add_gradient, backward, forward, lines, panels, reference, square_lines, transpose,
};
use ndarray::{Array2, ArrayView2, Axis};

use super::numbers::{check, matrix, packed, poison};

/// Rows of a block: the most that a step gives a thread at a time.
const BLOCK: usize = 128;

/// x (rows, inputs) and y (rows, outputs).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) rows: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

impl Shape {
    /// Of one product, a multiplication and an addition counted as two.
    pub(crate) fn flop(self) -> f64 {
        2.0 * self.rows as f64 * self.inputs as f64 * self.outputs as f64
    }
}

/// The operands and results of a layer in f32.
pub(crate) struct Layer {
    shape: Shape,
    instructions: Instructions,
    weights: Array2<f32>,
    inputs: Array2<f32>,
    output_gradients: Array2<f32>,
    w: Vec<Line>,
    transposed: Vec<Line>,
    bias: Vec<Line>,
    blocks: Vec<Block>,
    dw: Vec<Line>,
}

/// One block of rows.
struct Block {
    rows: usize,
    x: Vec<Line>,
    dy: Vec<Line>,
    y: Vec<Line>,
    dx: Vec<Line>,
    /// Of x, if its zeros are skipped.
    nonzeros: Option<Nonzeros>,
}

impl Layer {
    /// Of the numbers that are multiplied.
    pub(crate) const PRECISION: &str = "f32";

    /// `sparse`: most of x is zero, in runs as the pixels of drawings are, and the products skip that.
    pub(crate) fn new(shape: Shape, sparse: bool) -> Self {
        let Shape { rows, inputs, outputs } = shape;
        // Centred and as small as a trained layer's, so that sigmoids do not saturate.
        let weights = (matrix(inputs, outputs, 1) - 0.5) / (inputs as f32).sqrt();
        let mut x = matrix(rows, inputs, 2);
        if sparse {
            // Every row of pixels is empty, or holds a stroke of eight, a little to the left or to the right.
            x.indexed_iter_mut().for_each(|((row, column), value)| {
                let (line, place) = (column / 28, column % 28);
                let start = 8 + (row * 7 + line * 3) % 5;
                if (line + row) % 4 == 0 || !(start..start + 8).contains(&place) {
                    *value = 0.0;
                }
            });
        }
        let dy = matrix(rows, outputs, 3) - 0.5;
        let w = packed(weights.view());
        let mut transposed = poison(square_lines::<Line>(outputs, inputs));
        let chunks = w.chunks(inputs).flat_map(|panel| panel.chunks(PANEL));
        for (w, t) in chunks.zip(transposed.chunks_mut(PANEL)) {
            transpose(Instructions::best(), w, t, Store::Cached);
        }
        let blocks = x.axis_chunks_iter(Axis(0), BLOCK).zip(dy.axis_chunks_iter(Axis(0), BLOCK));
        Self {
            shape,
            instructions: Instructions::best(),
            w,
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
        let Shape { inputs, outputs, .. } = self.shape;
        for Block { rows, x, y, nonzeros, .. } in &mut self.blocks {
            let x = Panels::new(x, *rows, inputs, *rows);
            if let Some(nonzeros) = nonzeros {
                nonzeros.find(self.instructions, x);
            }
            forward(
                self.instructions,
                x.skipping_zeros(nonzeros.as_ref()),
                Panels::new(&self.w, inputs, outputs, inputs),
                |panel| &self.bias[panel],
                Activation::Sigmoid,
                PanelsMut::new(y, *rows, outputs, *rows),
                None,
            );
        }
    }

    /// dx ← (dy Wᵀ) ⊙ x (1 - x), block by block.
    pub(crate) fn backward(&mut self) {
        let Shape { inputs, outputs, .. } = self.shape;
        for Block { rows, x, dy, dx, .. } in &mut self.blocks {
            backward(
                self.instructions,
                Panels::new(dy, *rows, outputs, *rows),
                Squares::new(&self.transposed, outputs, inputs),
                Panels::new(x, *rows, inputs, *rows),
                Activation::Sigmoid,
                PanelsMut::new(dx, *rows, inputs, *rows),
            );
        }
    }

    /// dW ← Σ xᵀ dy over all blocks, in pieces of 32 rows of a panel.
    pub(crate) fn gradient(&mut self) {
        let inputs = self.shape.inputs;
        self.dw.fill(Line::ZERO);
        for (output, dw) in self.dw.chunks_mut(inputs).enumerate() {
            for (input, dw) in dw.chunks_mut(PANEL).enumerate() {
                for Block { rows, x, dy, nonzeros, .. } in &self.blocks {
                    let panel = |index: usize| index * rows..(index + 1) * rows;
                    let nonzero = nonzeros.as_ref().map(|nonzeros| nonzeros.panel(input));
                    let factors = Factors { x: &x[panel(input)], nonzero, dy: &dy[panel(output)] };
                    add_gradient(self.instructions, factors, dw);
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
            let Block { rows, y, dx: found, .. } = &self.blocks[row / BLOCK];
            let y = Panels::new(y, *rows, outputs, *rows);
            let found = Panels::new(found, *rows, inputs, *rows);
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

impl Block {
    fn new(x: ArrayView2<'_, f32>, dy: ArrayView2<'_, f32>, sparse: bool) -> Self {
        let (rows, inputs) = x.dim();
        let outputs = dy.ncols();
        Self {
            rows,
            x: packed(x),
            dy: packed(dy),
            y: poison(lines(rows, outputs)),
            dx: poison(lines(rows, inputs)),
            nonzeros: sparse.then(|| Nonzeros::new(rows, inputs)),
        }
    }
}

fn exact(matrix: &Array2<f32>) -> Array2<f64> {
    matrix.mapv(f64::from)
}
