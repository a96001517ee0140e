//! dx ← (dy Wᵀ + ∂p/∂x) ⊙ f' for one panel: the product, the gradient of a penalty, and the slopes.

use pulp::Simd;

use crate::instructions::{InstructionSet, Kernel};
use crate::layer::activation::Activation;
use crate::layer::slope::scale_by_slope;
use crate::panel::{Chunks, PanelTarget, Panels, RowLine, TALLEST};
use crate::product::{Epilogue, product};
use crate::vector::{Line, Pair, negated, vectors, vectors_mut};

/// The gradient ∂p/∂x of a penalty p of x, added while the last product of x is in the nearest cache.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PenaltyGradient<'a> {
    /// The factor of sgn x, which is 0 at 0: the gradient of this many times Σ |x|.
    pub sign: f32,
    /// A number for each column of x, one line for each panel.
    pub columns: Option<&'a [Line]>,
}

impl PenaltyGradient<'_> {
    /// No penalty.
    pub const NONE: Self = Self { sign: 0.0, columns: None };
}

/// The kernel of one panel of the gradient at the inputs of a layer.
#[derive(Debug)]
pub struct Backward<'a, P: PanelTarget> {
    pub(crate) dy: Panels<'a, RowLine<P::Operand>>,
    pub(crate) transposed: Chunks<'a, P::Operand>,
    pub(crate) next: Chunks<'a, P::Operand>,
    pub(crate) slopes: Slopes<'a, P>,
}

#[derive(Debug)]
pub(crate) struct Slopes<'a, P> {
    pub(crate) x: &'a [Line],
    pub(crate) activation: Activation,
    pub(crate) penalty: PenaltyGradient<'a>,
    pub(crate) panel: usize,
    pub(crate) dx: P,
}

impl<P: PanelTarget> Kernel for Backward<'_, P> {
    type Output = ();
    const PAIRS: bool = P::ROUNDS;

    #[inline(always)]
    fn run<I: InstructionSet>(mut self, set: I) {
        let Self { dy, transposed, next, ref mut slopes } = self;
        product::<I, P::Operand, _>(set, dy, transposed, next, slopes);
    }
}

impl<P: PanelTarget> Epilogue for Slopes<'_, P> {
    const TOGETHER: usize = P::TOGETHER;

    #[inline(always)]
    fn take<I: InstructionSet>(&mut self, set: I, first: usize, products: &[Line]) {
        let rows = first..first + products.len();
        let (x, dx) = (&self.x[rows.clone()], self.dx.lines(rows.clone()));
        if self.penalty == PenaltyGradient::NONE {
            scale_by_slope(set.simd(), self.activation, products, x, dx);
        } else {
            let mut sums = [Line::ZERO; TALLEST];
            let sums = &mut sums[..products.len()];
            let columns = self.penalty.columns.map_or(&Line::ZERO, |columns| &columns[self.panel]);
            add_penalty(set.simd(), self.penalty.sign, columns, x, products, sums);
            scale_by_slope(set.simd(), self.activation, sums, x, dx);
        }
        self.dx.finish(set, rows);
    }
}

/// sums ← products + sign sgn(x) + columns.
#[inline(always)]
fn add_penalty<S: Simd>(
    simd: S,
    sign: f32,
    columns: &Line,
    x: &[Line],
    products: &[Line],
    sums: &mut [Line],
) {
    let (zero, sign) = (simd.splat_f32s(0.0), simd.splat_f32s(sign));
    for ((x, product), sum) in x.iter().pair(products).pair(sums) {
        let operands = vectors::<S>(x).iter().pair(vectors::<S>(product)).pair(vectors::<S>(columns));
        for (((&x, &product), &column), sum) in operands.pair(vectors_mut::<S>(sum)) {
            let below = simd.select_f32s(simd.less_than_f32s(x, zero), negated(simd, sign), zero);
            let signed = simd.select_f32s(simd.greater_than_f32s(x, zero), sign, below);
            *sum = simd.add_f32s(simd.add_f32s(product, signed), column);
        }
    }
}
