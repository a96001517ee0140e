//! Reconstruction losses, element by element, and their sums.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::panel::Panels;
use crate::vector::{
    Line, PANEL, Pair, multiply_add, negated, panels, sigmoid, softplus_tail, vectors, vectors_mut,
};

/// The loss of one element of a reconstruction; e = output - target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ElementLoss {
    /// e²
    SquaredError,
    /// |e|, whose derivative counts as 0 at 0.
    AbsoluteError,
    /// The cross-entropy of a target t in [0, 1] and sigmoid z, where the output is the *logit* z: max(z, 0) - z t +
    /// ln(1 + e^-|z|), which neither overflows nor takes the logarithm of zero.
    CrossEntropyOfLogits,
    /// e² / 2 where |e| <= delta, else delta (|e| - delta / 2) (Huber 1964).
    Huber {
        /// The |e| from which on the loss is linear; above 0.
        delta: f32,
    },
}

impl ElementLoss {
    /// Every loss, the one of Huber with a bound of 0.3.
    pub const ALL: [Self; 4] =
        [Self::SquaredError, Self::AbsoluteError, Self::CrossEntropyOfLogits, Self::Huber { delta: 0.3 }];
}

/// Sums over the elements of a block, in f64.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LossSums {
    /// The sum of the loss.
    pub loss: f64,
    /// The sum of (reconstruction - target)²; the reconstruction that a logit stands for is its sigmoid.
    pub squared_error: f64,
}

impl std::ops::AddAssign for LossSums {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.squared_error += other.squared_error;
    }
}

/// The number of rows whose losses [`forward_loss`](crate::forward_loss) sums before a caller sums them further.
pub const LOSS_ROWS: usize = 32;

/// The sums of the loss and of the squared error over all elements.
///
/// The sums are formed in f32 over the rows of a panel, column by column, and from there in f64: always in the same
/// order, whatever the instructions.
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
    let mut sums = LossSums::default();
    for_each_panel(instructions, kind, outputs, targets, |columns, width| sums += columns.total(width));
    sums
}

/// sums ← the sum of the loss over the rows, for each column. The sums are formed in f32, as [`loss`] forms them.
///
/// # Shapes
/// `outputs` and `targets` (rows, features); `sums` has one number for each feature, and is overwritten.
///
/// # Panics
/// If the shapes differ.
///
/// ```
/// use autoencoder_kernels::{ElementLoss, Instructions, Line, Panels, column_losses};
/// let mut rows = [Line::ZERO; 2];
/// rows[0].0[..2].copy_from_slice(&[1.0, 2.0]);
/// rows[1].0[..2].copy_from_slice(&[5.0, 2.0]);
/// let [outputs, targets] = [0, 1].map(|row| Panels::new(&rows[row..=row], 1, 2, 1));
/// let mut sums = [0.0; 2];
/// column_losses(Instructions::best(), ElementLoss::SquaredError, outputs, targets, &mut sums);
/// assert_eq!(sums, [16.0, 0.0]);
/// ```
pub fn column_losses(
    instructions: Instructions,
    kind: ElementLoss,
    outputs: Panels<'_>,
    targets: Panels<'_>,
    sums: &mut [f64],
) {
    assert_eq!(sums.len(), outputs.columns(), "column_losses: columns of the outputs");
    let mut parts = sums.chunks_mut(PANEL);
    for_each_panel(instructions, kind, outputs, targets, |columns, _| {
        for (sum, &loss) in parts.next().into_iter().flatten().zip(&columns.loss.0) {
            *sum = f64::from(loss);
        }
    });
}

/// Calls `take` with the sums of the columns of each panel, and the number of these columns.
fn for_each_panel(
    instructions: Instructions,
    kind: ElementLoss,
    outputs: Panels<'_>,
    targets: Panels<'_>,
    mut take: impl FnMut(&ColumnSums, usize),
) {
    let shape = (outputs.rows(), outputs.columns());
    assert_eq!(shape, (targets.rows(), targets.columns()), "loss: shape of the targets");
    for panel in 0..panels(outputs.columns()) {
        let width = PANEL.min(outputs.columns() - panel * PANEL);
        let mut columns = ColumnSums::ZERO;
        let (outputs, targets) = (outputs.panel(panel), targets.panel(panel));
        instructions.run(Sum { kind, outputs, targets, columns: &mut columns, gradient: None });
        take(&columns, width);
    }
}

/// The losses and squared errors of the 32 columns of a panel, each summed over some rows.
#[derive(Debug)]
pub(crate) struct ColumnSums {
    loss: Line,
    squared_error: Line,
}

impl ColumnSums {
    pub(crate) const ZERO: Self = Self { loss: Line::ZERO, squared_error: Line::ZERO };

    /// The sums over the first `width` columns; the columns behind them are padding.
    pub(crate) fn total(&self, width: usize) -> LossSums {
        let sum = |line: &Line| line.0[..width].iter().copied().map(f64::from).sum();
        LossSums { loss: sum(&self.loss), squared_error: sum(&self.squared_error) }
    }
}

/// Adds the losses and squared errors of some lines to `columns`. If there is a `gradient`, its lines are overwritten
/// with scale ∂loss/∂output.
pub(crate) struct Sum<'a> {
    pub(crate) kind: ElementLoss,
    pub(crate) outputs: &'a [Line],
    pub(crate) targets: &'a [Line],
    pub(crate) columns: &'a mut ColumnSums,
    pub(crate) gradient: Option<(&'a Line, &'a mut [Line])>,
}

impl WithSimd for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.kind {
            ElementLoss::SquaredError => self.sum(
                simd,
                #[inline(always)]
                |output, target| squared_error(simd, output, target),
            ),
            ElementLoss::AbsoluteError => self.sum(
                simd,
                #[inline(always)]
                |output, target| absolute_error(simd, output, target),
            ),
            ElementLoss::CrossEntropyOfLogits => self.sum(
                simd,
                #[inline(always)]
                |logit, target| cross_entropy(simd, logit, target),
            ),
            ElementLoss::Huber { delta } => {
                let (bound, half) = (simd.splat_f32s(delta), simd.splat_f32s(0.5));
                self.sum(
                    simd,
                    #[inline(always)]
                    |output, target| huber(simd, bound, half, output, target),
                );
            }
        }
    }
}

impl Sum<'_> {
    /// `element` gives the loss, the squared error and the gradient at one output and its target. `element` must be inlined:
    /// a call would not be compiled for the instructions, and each of its operations would be a call too.
    #[inline(always)]
    fn sum<S: Simd>(self, simd: S, element: impl Fn(S::f32s, S::f32s) -> [S::f32s; 3]) {
        let Self { outputs, targets, columns, gradient, .. } = self;
        let (losses, errors) =
            (vectors_mut::<S>(&mut columns.loss), vectors_mut::<S>(&mut columns.squared_error));
        let (scale, gradients) = match gradient {
            Some((scale, gradients)) => (vectors::<S>(scale), gradients),
            None => (&[][..], &mut [][..]),
        };
        // The loop goes vector by vector, so that both sums stay in registers.
        for (index, (losses, errors)) in losses.iter_mut().pair(errors).enumerate() {
            let (mut loss, mut error) = (*losses, *errors);
            let mut gradients = gradients.iter_mut();
            for (output, target) in outputs.iter().pair(targets) {
                let [value, square, slope] =
                    element(vectors::<S>(output)[index], vectors::<S>(target)[index]);
                loss = simd.add_f32s(loss, value);
                error = simd.add_f32s(error, square);
                if let (Some(gradient), Some(&scale)) = (gradients.next(), scale.get(index)) {
                    vectors_mut::<S>(gradient)[index] = simd.mul_f32s(slope, scale);
                }
            }
            (*losses, *errors) = (loss, error);
        }
    }
}

/// The loss, the squared error and the gradient at an output and its target.
#[inline(always)]
pub(crate) fn element<S: Simd>(simd: S, kind: ElementLoss, output: S::f32s, target: S::f32s) -> [S::f32s; 3] {
    match kind {
        ElementLoss::SquaredError => squared_error(simd, output, target),
        ElementLoss::AbsoluteError => absolute_error(simd, output, target),
        ElementLoss::CrossEntropyOfLogits => cross_entropy(simd, output, target),
        ElementLoss::Huber { delta } => {
            huber(simd, simd.splat_f32s(delta), simd.splat_f32s(0.5), output, target)
        }
    }
}

/// The loss e², the squared error e², and the gradient 2 e.
#[inline(always)]
fn squared_error<S: Simd>(simd: S, output: S::f32s, target: S::f32s) -> [S::f32s; 3] {
    let e = simd.sub_f32s(output, target);
    let square = simd.mul_f32s(e, e);
    [square, square, simd.add_f32s(e, e)]
}

/// The loss |e|, the squared error e², and as gradient the sign of e, 0 where e is 0.
#[inline(always)]
fn absolute_error<S: Simd>(simd: S, output: S::f32s, target: S::f32s) -> [S::f32s; 3] {
    let e = simd.sub_f32s(output, target);
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    let below = simd.select_f32s(simd.less_than_f32s(e, zero), negated(simd, one), zero);
    let sign = simd.select_f32s(simd.greater_than_f32s(e, zero), one, below);
    [simd.abs_f32s(e), simd.mul_f32s(e, e), sign]
}

/// The cross-entropy of the target and sigmoid z, and with e = sigmoid z - target the squared error e² and the
/// gradient e.
#[inline(always)]
fn cross_entropy<S: Simd>(simd: S, z: S::f32s, target: S::f32s) -> [S::f32s; 3] {
    let e = simd.sub_f32s(sigmoid(simd, z), target);
    // The large terms are added first: where they cancel, the small one is all that is left.
    let large = multiply_add(simd, negated(simd, z), target, simd.max_f32s(z, simd.splat_f32s(0.0)));
    let entropy = simd.add_f32s(large, softplus_tail(simd, z));
    [entropy, simd.mul_f32s(e, e), e]
}

/// The Huber loss, the squared error e², and as gradient e clamped to between -delta and delta.
#[inline(always)]
fn huber<S: Simd>(simd: S, bound: S::f32s, half: S::f32s, output: S::f32s, target: S::f32s) -> [S::f32s; 3] {
    let e = simd.sub_f32s(output, target);
    // With c = e clamped to ±delta, both branches of the loss are c (e - c / 2), and c is the gradient.
    let c = simd.max_f32s(simd.min_f32s(e, bound), negated(simd, bound));
    let c = simd.select_f32s(simd.equal_f32s(e, e), c, e);
    let value = simd.mul_f32s(c, simd.sub_f32s(e, simd.mul_f32s(c, half)));
    [value, simd.mul_f32s(e, e), c]
}
