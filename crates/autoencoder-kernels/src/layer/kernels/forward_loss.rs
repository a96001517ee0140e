//! dz ← scale ∂loss/∂y ⊙ f' for one panel of the output layer: the outputs y go no further than the nearest cache.

use pulp::Simd;

use crate::instructions::{InstructionSet, Kernel};
use crate::layer::activate::bias_activate;
use crate::layer::activation::Activation;
use crate::layer::loss::{ColumnSums, ElementLoss, LOSS_ROWS, LossSums, Sum};
use crate::layer::slope::scale_by_slope;
use crate::panel::{Chunks, PanelTarget, Panels, RowLine, TALLEST};
use crate::product::{Epilogue, product};
use crate::vector::Line;

/// The activation and the loss of the output layer, and its targets.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// The activation f of the layer.
    pub activation: Activation,
    /// The loss of one element.
    pub loss: ElementLoss,
    /// The targets of the outputs.
    pub targets: Panels<'a>,
    /// The factor of the gradient of every element: one over the number of elements, for the gradient of the mean.
    pub scale: f32,
}

/// The kernel of one panel of the output layer.
#[derive(Debug)]
pub struct ForwardLoss<'a, P: PanelTarget> {
    pub(crate) x: Panels<'a, RowLine<P::Operand>>,
    pub(crate) weights: Chunks<'a, P::Operand>,
    pub(crate) next: Chunks<'a, P::Operand>,
    pub(crate) losses: Losses<'a, P>,
}

/// One panel of outputs on its way to the gradient.
#[derive(Debug)]
pub(crate) struct Losses<'a, P> {
    pub(crate) bias: &'a Line,
    pub(crate) output: Output<'a>,
    pub(crate) panel: usize,
    /// The number of columns that are not padding.
    pub(crate) width: usize,
    /// The scale of the output for each column, zero for padding.
    pub(crate) scale: Line,
    /// The sums since the last whole group of rows.
    pub(crate) columns: ColumnSums,
    pub(crate) dz: P,
    pub(crate) sums: &'a mut [LossSums],
    /// The outputs of a tile.
    pub(crate) outputs: &'a mut [Line; TALLEST],
    pub(crate) gradients: &'a mut [Line; TALLEST],
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
        // dz holds f' until the gradient is multiplied with it, if f' is no function of y.
        let slopes = if activation.derives_from_output() { None } else { Some(&mut *dz) };
        bias_activate(set.simd(), activation, self.bias, z, y, slopes);
        let mut row = first;
        while row < end {
            let group = row / LOSS_ROWS;
            let until = end.min((group + 1) * LOSS_ROWS);
            let part = row - first..until - first;
            let gradient = Some((&self.scale, &mut gradients[part.clone()]));
            // This is a call, so that losses are compiled once for each set of instructions, and not for each kernel
            // too.
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
