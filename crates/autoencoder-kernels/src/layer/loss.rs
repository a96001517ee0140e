//! Reconstruction losses: their value, and behind the last layer's product their gradient too.

use pulp::{Simd, WithSimd};

use super::activate::bias_activate;
use super::activation::Activation;
use super::affine::{Row, steps};
use super::slope::scale_by_slope;
use crate::instructions::{InstructionSet, Instructions, Kernel};
use crate::panel::{Chunks, PanelTarget, Panels, Right, RowLine, TALLEST, Target};
use crate::product::{Epilogue, product};
use crate::vector::{
    Line, PANEL, Pair, multiply_add, negated, panels, sigmoid, softplus_tail, vectors, vectors_mut,
};

/// What a reconstruction costs, element by element; e = output - target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ElementLoss {
    /// e²
    SquaredError,
    /// Cross-entropy of a target t in [0, 1] with the probability that the *logit* z stands for:
    /// max(z, 0) - z t + ln(1 + e^-|z|), which neither overflows nor takes the logarithm of zero.
    CrossEntropyOfLogits,
    /// e² / 2 where |e| <= delta, else delta (|e| - delta / 2) (Huber 1964).
    Huber {
        /// Where the parabola meets the lines; above 0.
        delta: f32,
    },
}

/// Sums over the elements of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LossSums {
    /// Of the loss.
    pub loss: f64,
    /// Of (reconstruction - target)²; the reconstruction of a logit is its sigmoid.
    pub squared_error: f64,
}

impl std::ops::AddAssign for LossSums {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.squared_error += other.squared_error;
    }
}

/// Rows whose losses [`forward_loss`] sums before a caller sums them further.
pub const LOSS_ROWS: usize = 32;

/// What the last layer's outputs are held against, and how.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// f of the layer.
    pub activation: Activation,
    /// What an output costs.
    pub loss: ElementLoss,
    /// What the outputs should be.
    pub targets: Panels<'a>,
    /// Multiplies the gradient of every element: one over the number of elements, for the mean.
    pub scale: f32,
}

/// The sums of the loss and of the squared error.
///
/// They are formed in f32 over the rows of a panel, column by column, and from there in f64: always in
/// the same order, whatever the instructions.
///
/// # Shapes
/// `outputs` and `targets` (rows, features).
///
/// # Panics
/// If the shapes differ.
pub fn loss(
    instructions: Instructions,
    kind: ElementLoss,
    outputs: Panels<'_>,
    targets: Panels<'_>,
) -> LossSums {
    let shape = (outputs.rows(), outputs.columns());
    assert_eq!(shape, (targets.rows(), targets.columns()), "loss: shape of the targets");
    let mut sums = LossSums::default();
    for panel in 0..panels(outputs.columns()) {
        let width = PANEL.min(outputs.columns() - panel * PANEL);
        let mut columns = ColumnSums::ZERO;
        let (outputs, targets) = (outputs.panel(panel), targets.panel(panel));
        instructions.run(Sum { kind, outputs, targets, columns: &mut columns, gradient: None });
        sums += columns.total(width);
    }
    sums
}

/// y = f(x W + b) of the last layer, its loss, and dz ← scale ∂loss/∂y ⊙ f', the gradient at x W + b. y is kept nowhere.
///
/// # Shapes
/// `x` (rows, inputs), `weights` (inputs, outputs), `bias` one line for each panel of outputs, the targets and `dz`
/// (rows, outputs). `dz` is overwritten, its padding and what is nearer to zero than 2^-64 with zeros. `sums` gets the sums of every [`LOSS_ROWS`] rows,
/// each formed as [`loss`] does.
///
/// # Panics
/// If the shapes do not fit each other, or `sums` the rows.
pub fn forward_loss<'b, 'w, Z: Target>(
    instructions: Instructions,
    x: Panels<'_, Row<Z>>,
    weights: impl Into<Right<'w, Z::Operand>>,
    bias: impl Fn(usize) -> &'b Line,
    output: Output<'_>,
    mut dz: Z,
    sums: &mut [LossSums],
) {
    let weights = weights.into();
    let shape = (x.rows(), weights.columns());
    assert_eq!(steps::<Z>(x.columns()), weights.steps(), "forward_loss: columns of x and rows of W");
    assert_eq!(
        shape,
        (output.targets.rows(), output.targets.columns()),
        "forward_loss: shape of the targets"
    );
    assert_eq!(shape, (dz.rows(), dz.columns()), "forward_loss: shape of the gradient");
    assert_eq!(sums.len(), x.rows().div_ceil(LOSS_ROWS), "forward_loss: number of sums");
    sums.fill(LossSums::default());
    let [mut outputs, mut gradients] = [[Line::ZERO; TALLEST]; 2];
    for panel in 0..panels(dz.columns()) {
        let width = PANEL.min(weights.columns() - panel * PANEL);
        // Columns of padding have no gradient.
        let scale = std::array::from_fn(|column| if column < width { output.scale } else { 0.0 });
        let losses = Losses {
            bias: bias(panel),
            output,
            panel,
            width,
            scale: Line(scale),
            columns: ColumnSums::ZERO,
            dz: dz.panel(panel),
            sums,
            outputs: &mut outputs,
            gradients: &mut gradients,
        };
        let [weights, next] = weights.chunks(panel);
        PanelTarget::forward_loss(instructions, ForwardLoss { x, weights, next, losses });
    }
}

/// One panel of the last layer.
#[derive(Debug)]
pub struct ForwardLoss<'a, P: PanelTarget> {
    x: Panels<'a, RowLine<P::Operand>>,
    weights: Chunks<'a, P::Operand>,
    next: Chunks<'a, P::Operand>,
    losses: Losses<'a, P>,
}

/// One panel of outputs on its way to the gradient.
#[derive(Debug)]
struct Losses<'a, P> {
    bias: &'a Line,
    output: Output<'a>,
    panel: usize,
    /// Columns that are not padding.
    width: usize,
    /// The output's scale in each of them, zero in the others.
    scale: Line,
    /// Since the last whole group of rows.
    columns: ColumnSums,
    dz: P,
    sums: &'a mut [LossSums],
    /// Of a tile, and their gradients.
    outputs: &'a mut [Line; TALLEST],
    gradients: &'a mut [Line; TALLEST],
}

impl<P: PanelTarget> Kernel for ForwardLoss<'_, P> {
    type Output = ();
    const PAIRS: bool = P::ROUNDS;

    #[inline(always)]
    fn run<I: InstructionSet>(mut self, set: I) {
        let Self { x, weights, next, ref mut losses } = self;
        product::<I, P::Operand, _>(set, x, weights, next, losses);
    }
}

impl<P: PanelTarget> Epilogue for Losses<'_, P> {
    const TOGETHER: usize = P::TOGETHER;

    #[inline(always)]
    fn take<I: InstructionSet>(&mut self, set: I, first: usize, z: &[Line]) {
        let Output { activation, loss, targets, .. } = self.output;
        let targets = targets.panel(self.panel);
        let end = first + z.len();
        let (y, dz) = (&mut self.outputs[..z.len()], self.dz.lines(first..end));
        let gradients = &mut self.gradients[..z.len()];
        // Where f' cannot be had from y, dz holds it until it is multiplied with.
        let slopes = if activation.derives_from_output() { None } else { Some(&mut *dz) };
        bias_activate(set.simd(), activation, self.bias, z, y, slopes);
        let mut row = first;
        while row < end {
            let group = row / LOSS_ROWS;
            let until = end.min((group + 1) * LOSS_ROWS);
            let part = row - first..until - first;
            let gradient = Some((&self.scale, &mut gradients[part.clone()]));
            // A call: the losses are compiled once for each set of instructions and not for each kernel too.
            set.simd().vectorize(Sum {
                kind: loss,
                outputs: &y[part],
                targets: &targets[row..until],
                columns: &mut self.columns,
                gradient,
            });
            if until == targets.len() || until.is_multiple_of(LOSS_ROWS) {
                self.sums[group] += self.columns.total(self.width);
                self.columns = ColumnSums::ZERO;
            }
            row = until;
        }
        scale_by_slope(set.simd(), activation, gradients, y, dz);
        self.dz.finish(set, first..end);
    }
}

/// Losses and squared errors of the 32 columns of a panel.
#[derive(Debug)]
struct ColumnSums {
    loss: Line,
    squared_error: Line,
}

impl ColumnSums {
    const ZERO: Self = Self { loss: Line::ZERO, squared_error: Line::ZERO };

    /// Over the first `width` columns, the others being padding.
    fn total(&self, width: usize) -> LossSums {
        let sum = |line: &Line| line.0[..width].iter().copied().map(f64::from).sum();
        LossSums { loss: sum(&self.loss), squared_error: sum(&self.squared_error) }
    }
}

/// Adds the losses of some lines to `columns`, and writes scale ∂loss/∂output if asked for.
struct Sum<'a> {
    kind: ElementLoss,
    outputs: &'a [Line],
    targets: &'a [Line],
    columns: &'a mut ColumnSums,
    gradient: Option<(&'a Line, &'a mut [Line])>,
}

impl WithSimd for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { kind, outputs, targets, columns, gradient } = self;
        match kind {
            ElementLoss::SquaredError => sum_with(
                simd,
                outputs,
                targets,
                columns,
                gradient,
                #[inline(always)]
                |output, target| {
                    let e = simd.sub_f32s(output, target);
                    let square = simd.mul_f32s(e, e);
                    [square, square, simd.add_f32s(e, e)]
                },
            ),
            ElementLoss::CrossEntropyOfLogits => {
                sum_with(
                    simd,
                    outputs,
                    targets,
                    columns,
                    gradient,
                    #[inline(always)]
                    |z, target| {
                        let e = simd.sub_f32s(sigmoid(simd, z), target);
                        // The large terms first: where they cancel, the small one is all that is left.
                        let large = multiply_add(
                            simd,
                            negated(simd, z),
                            target,
                            simd.max_f32s(z, simd.splat_f32s(0.0)),
                        );
                        let entropy = simd.add_f32s(large, softplus_tail(simd, z));
                        [entropy, simd.mul_f32s(e, e), e]
                    },
                );
            }
            ElementLoss::Huber { delta } => {
                let bound = simd.splat_f32s(delta);
                let half = simd.splat_f32s(0.5);
                sum_with(
                    simd,
                    outputs,
                    targets,
                    columns,
                    gradient,
                    #[inline(always)]
                    |output, target| {
                        let e = simd.sub_f32s(output, target);
                        // With c = e clamped to +-delta, both branches are c (e - c / 2), and c is the gradient.
                        let c = simd.max_f32s(simd.min_f32s(e, bound), negated(simd, bound));
                        let c = simd.select_f32s(simd.equal_f32s(e, e), c, e);
                        let value = simd.mul_f32s(c, simd.sub_f32s(e, simd.mul_f32s(c, half)));
                        [value, simd.mul_f32s(e, e), c]
                    },
                );
            }
        }
    }
}

/// `element` gives the loss, the squared error and the gradient at one output and its target. It must be inlined: alone it is
/// not compiled for the instructions, and every one of them would be a call.
#[inline(always)]
fn sum_with<S: Simd>(
    simd: S,
    outputs: &[Line],
    targets: &[Line],
    columns: &mut ColumnSums,
    gradient: Option<(&Line, &mut [Line])>,
    element: impl Fn(S::f32s, S::f32s) -> [S::f32s; 3],
) {
    let (losses, errors) =
        (vectors_mut::<S>(&mut columns.loss), vectors_mut::<S>(&mut columns.squared_error));
    let (scale, gradients) = match gradient {
        Some((scale, gradients)) => (vectors::<S>(scale), gradients),
        None => (&[][..], &mut [][..]),
    };
    // Vector by vector: both sums stay in registers.
    for (index, (losses, errors)) in losses.iter_mut().pair(errors).enumerate() {
        let (mut loss, mut error) = (*losses, *errors);
        let mut gradients = gradients.iter_mut();
        for (output, target) in outputs.iter().pair(targets) {
            let [value, square, slope] = element(vectors::<S>(output)[index], vectors::<S>(target)[index]);
            loss = simd.add_f32s(loss, value);
            error = simd.add_f32s(error, square);
            if let (Some(gradient), Some(&scale)) = (gradients.next(), scale.get(index)) {
                vectors_mut::<S>(gradient)[index] = simd.mul_f32s(slope, scale);
            }
        }
        (*losses, *errors) = (loss, error);
    }
}
