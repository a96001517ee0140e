//! Reconstruction losses: their value and their gradient in one pass over outputs and targets.

use pulp::{Simd, WithSimd};

use crate::activation::{Activation, scale_by_slope};
use crate::instructions::Instructions;
use crate::panel::{Line, PANEL, Panels, PanelsMut, panels};
use crate::vector::{multiply_add, sigmoid, softplus_tail, vectors, vectors_mut};

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

/// Where the gradient of a loss goes, and what it is multiplied with on the way.
#[derive(Debug)]
pub struct LossGradient<'a, 'b> {
    /// Multiplies every element: one over the number of elements, for the mean.
    pub scale: f32,
    /// f of the layer that gave the outputs.
    pub activation: Activation,
    /// Overwritten with scale ∂loss/∂output ⊙ f', its padding with zeros. If f' cannot be had from the
    /// outputs, it must hold the slopes that [`forward`](crate::forward) wrote.
    pub target: &'a mut PanelsMut<'b>,
}

/// The sums of the loss and of the squared error, and the gradient if it is asked for.
///
/// The sums are formed in f32 over the rows of a panel, column by column, and from there in f64: always in
/// the same order, whatever the instructions.
///
/// # Shapes
/// `outputs`, `targets` and the gradient (rows, features).
///
/// # Panics
/// If the shapes differ.
pub fn loss(
    instructions: Instructions,
    kind: ElementLoss,
    outputs: Panels<'_>,
    targets: Panels<'_>,
    mut gradient: Option<LossGradient<'_, '_>>,
) -> LossSums {
    let shape = (outputs.rows(), outputs.columns());
    assert_eq!(shape, (targets.rows(), targets.columns()), "loss: shape of the targets");
    if let Some(LossGradient { target, .. }) = &gradient {
        assert_eq!(shape, (target.rows(), target.columns()), "loss: shape of the gradient");
    }
    let mut sums = LossSums::default();
    for panel in 0..panels(outputs.columns()) {
        let width = PANEL.min(outputs.columns() - panel * PANEL);
        let mut columns = [Line::ZERO; 2];
        instructions.run(PanelLoss {
            kind,
            width,
            outputs: outputs.panel(panel),
            targets: targets.panel(panel),
            gradient: gradient
                .as_mut()
                .map(|gradient| (gradient.scale, gradient.activation, gradient.target.panel_mut(panel))),
            columns: &mut columns,
        });
        sums.loss += columns[0].0[..width].iter().copied().map(f64::from).sum::<f64>();
        sums.squared_error += columns[1].0[..width].iter().copied().map(f64::from).sum::<f64>();
    }
    sums
}

struct PanelLoss<'a> {
    kind: ElementLoss,
    width: usize,
    outputs: &'a [Line],
    targets: &'a [Line],
    gradient: Option<(f32, Activation, &'a mut [Line])>,
    columns: &'a mut [Line; 2],
}

impl WithSimd for PanelLoss<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.kind {
            ElementLoss::SquaredError => self.run(simd, |output, target| {
                let e = simd.sub_f32s(output, target);
                let square = simd.mul_f32s(e, e);
                [square, square, simd.add_f32s(e, e)]
            }),
            ElementLoss::CrossEntropyOfLogits => self.run(simd, |z, target| {
                let e = simd.sub_f32s(sigmoid(simd, z), target);
                // The large terms first: where they cancel, the small one is all that is left.
                let large =
                    multiply_add(simd, simd.neg_f32s(z), target, simd.max_f32s(z, simd.splat_f32s(0.0)));
                let entropy = simd.add_f32s(large, softplus_tail(simd, z));
                [entropy, simd.mul_f32s(e, e), e]
            }),
            ElementLoss::Huber { delta } => {
                let bound = simd.splat_f32s(delta);
                let half = simd.splat_f32s(0.5);
                self.run(simd, |output, target| {
                    let e = simd.sub_f32s(output, target);
                    // With c = e clamped to +-delta, both branches are c (e - c / 2), and c is the gradient.
                    let c = simd.max_f32s(simd.min_f32s(e, bound), simd.neg_f32s(bound));
                    let c = simd.select_f32s(simd.equal_f32s(e, e), c, e);
                    let value = simd.mul_f32s(c, simd.sub_f32s(e, simd.mul_f32s(c, half)));
                    [value, simd.mul_f32s(e, e), c]
                });
            }
        }
    }
}

impl PanelLoss<'_> {
    /// `element` gives the loss, the squared error and the gradient at one output and its target.
    #[inline(always)]
    fn run<S: Simd>(self, simd: S, element: impl Fn(S::f32s, S::f32s) -> [S::f32s; 3]) {
        let [loss, squared_error] = self.columns;
        let Some((scale, activation, gradients)) = self.gradient else {
            for (output, target) in self.outputs.iter().zip(self.targets) {
                sum_line(simd, output, target, loss, squared_error, |_| {}, &element);
            }
            return;
        };
        // Columns of padding have no gradient.
        let scale = Line(std::array::from_fn(|column| if column < self.width { scale } else { 0.0 }));
        for ((output, target), gradient) in self.outputs.iter().zip(self.targets).zip(&mut *gradients) {
            let mut scales = vectors::<S>(&scale).iter();
            let mut gradient = vectors_mut::<S>(gradient).iter_mut();
            let held_slopes = !activation.derives_from_output();
            sum_line(
                simd,
                output,
                target,
                loss,
                squared_error,
                |slope| {
                    if let (Some(&scale), Some(gradient)) = (scales.next(), gradient.next()) {
                        let scaled = simd.mul_f32s(slope, scale);
                        *gradient = if held_slopes { simd.mul_f32s(scaled, *gradient) } else { scaled };
                    }
                },
                &element,
            );
        }
        if activation.derives_from_output() {
            scale_by_slope(simd, activation, gradients, self.outputs);
        }
    }
}

/// Adds one line's losses and squared errors to the sums of its columns, and hands its gradients on.
#[inline(always)]
fn sum_line<S: Simd>(
    simd: S,
    output: &Line,
    target: &Line,
    loss: &mut Line,
    squared_error: &mut Line,
    mut gradient: impl FnMut(S::f32s),
    element: &impl Fn(S::f32s, S::f32s) -> [S::f32s; 3],
) {
    let elements = vectors::<S>(output).iter().zip(vectors::<S>(target));
    let sums = vectors_mut::<S>(loss).iter_mut().zip(vectors_mut::<S>(squared_error));
    for ((&output, &target), (loss, squared_error)) in elements.zip(sums) {
        let [value, square, slope] = element(output, target);
        *loss = simd.add_f32s(*loss, value);
        *squared_error = simd.add_f32s(*squared_error, square);
        gradient(slope);
    }
}
