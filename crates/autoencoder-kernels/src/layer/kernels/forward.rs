//! y ← f(x W + b) for all panels of a block: the product, the bias, and the activation.

use crate::instructions::{InstructionSet, Kernel};
use crate::layer::activate::bias_activate;
use crate::layer::activation::Activation;
use crate::panel::{PanelTarget, PanelTargets, Panels, PanelsMut, Right, RowLine, Steps};
use crate::product::{Epilogue, Epilogues, product, sparse_product};
use crate::vector::{Line, panels};

/// The kernel of all panels of the outputs of a layer.
#[expect(
    missing_debug_implementations,
    reason = "nobody outside has one, and what gives the bias cannot be shown"
)]
pub struct Forward<'a, 'b, Y: PanelTargets> {
    pub(crate) x: Panels<'a, Row<Y>>,
    pub(crate) weights: Right<'a, Y::Operand>,
    pub(crate) layer: Layer<'a, 'b, Y>,
}

pub(crate) struct Layer<'a, 'b, Y> {
    pub(crate) bias: &'a dyn Fn(usize) -> &'b Line,
    pub(crate) activation: Activation,
    pub(crate) y: Y,
    pub(crate) slopes: Option<PanelsMut<'a>>,
}

/// One panel of the outputs of a layer.
struct Outputs<'a, P> {
    bias: &'a Line,
    activation: Activation,
    y: P,
    slopes: Option<&'a mut [Line]>,
}

impl<Y: PanelTargets> Kernel for Forward<'_, '_, Y> {
    type Output = ();
    const PAIRS: bool = <Y::Operand as Steps>::ROWS == 2;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) {
        let Self { x, weights, mut layer } = self;
        if let Some(nonzeros) = x.nonzeros() {
            sparse_product::<I, Y::Operand, _>(set, x, nonzeros, weights, &mut layer);
        } else {
            for panel in 0..panels(weights.columns()) {
                let [weights, next] = weights.chunks(panel);
                product::<I, Y::Operand, _>(
                    set,
                    x,
                    weights,
                    next,
                    &mut layer.panel(panel, layer.bias(panel)),
                );
            }
        }
    }
}

impl<'b, Y: PanelTargets> Epilogues for Layer<'_, 'b, Y> {
    type Bias = &'b Line;

    #[inline(always)]
    fn bias(&self, index: usize) -> &'b Line {
        (*self.bias)(index)
    }

    #[inline(always)]
    fn panel(&mut self, index: usize, bias: &'b Line) -> impl Epilogue {
        Outputs {
            bias,
            activation: self.activation,
            y: self.y.panel(index),
            slopes: self.slopes.as_mut().map(|slopes| slopes.panel_mut(index)),
        }
    }
}

impl<P: PanelTarget> Epilogue for Outputs<'_, P> {
    const TOGETHER: usize = P::TOGETHER;

    #[inline(always)]
    fn take<I: InstructionSet>(&mut self, set: I, first: usize, sums: &[Line]) {
        let rows = first..first + sums.len();
        let slopes = self.slopes.as_mut().map(|slopes| &mut slopes[rows.clone()]);
        bias_activate(set.simd(), self.activation, self.bias, sums, self.y.lines(rows.clone()), slopes);
        self.y.finish(set, rows);
    }
}

/// The type of a line of the left operand of the product that writes `T`.
pub(crate) type Row<T> = RowLine<<T as PanelTargets>::Operand>;
