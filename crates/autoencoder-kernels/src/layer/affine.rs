//! y = f(x W + b) for a block of rows, and the three products that its gradients take.
//!
//! With dy the gradient at the block's outputs before f, and x itself the output of an f before it:
//!
//! ```text
//! forward     y  ← f(x W + b)          x (rows, inputs)   W (inputs, outputs)   y (rows, outputs)
//! backward    dx ← (dy Wᵀ) ⊙ f'        dy (rows, outputs) Wᵀ (outputs, inputs)  dx (rows, inputs)
//! gradient    dW ← dW + xᵀ dy          block after block; db ← db + Σ dy likewise
//! ```
//!
//! All matrices are [`Panels`], or where they are right operands also [`Squares`](crate::Squares), as Wᵀ is. Their operands are f32, or pairs of bfloat16 if that is
//! what the result is written to as ([`Target`]). Nothing here starts a thread: a caller hands each block, and each piece
//! of dW, to the thread that owns it.

use pulp::Simd;

use super::activate::bias_activate;
use super::activation::Activation;
use super::slope::scale_by_slope;
use crate::instructions::{InstructionSet, Instructions, Kernel};
use crate::panel::{
    Chunks, PanelTarget, PanelTargets, Panels, PanelsMut, Right, RowLine, Steps, TALLEST, Target,
};
use crate::product::{
    Epilogue, Epilogues, Operand, RowSum, SparseTransposedProduct, TransposedProduct, product, sparse_product,
};
use crate::vector::{Line, PANEL, Pair, negated, panels, vectors, vectors_mut};

/// y ← f(x W + b).
///
/// # Shapes
/// `x` (rows, inputs), `weights` (inputs, outputs), `bias` one line for each panel of outputs, `y` (rows, outputs).
/// `y` is overwritten, its padding with f of the weights' padding. If f' cannot be had from y
/// ([`Activation::derives_from_output`]) and `slopes` (rows, outputs) is given, f'(x W + b) is written there.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn forward<'b, 'w, Y: Target>(
    instructions: Instructions,
    x: Panels<'_, Row<Y>>,
    weights: impl Into<Right<'w, Y::Operand>>,
    bias: impl Fn(usize) -> &'b Line,
    activation: Activation,
    y: Y,
    slopes: Option<PanelsMut<'_>>,
) {
    let weights = weights.into();
    assert_eq!(steps::<Y>(x.columns()), weights.steps(), "forward: columns of x and rows of W");
    assert_eq!((x.rows(), weights.columns()), (y.rows(), y.columns()), "forward: shape of y");
    let slopes = slopes.filter(|_| !activation.derives_from_output());
    if let Some(slopes) = &slopes {
        assert_eq!(
            (y.rows(), y.columns()),
            (slopes.rows(), slopes.columns()),
            "forward: shape of the slopes"
        );
    }
    let layer = Layer { bias: &bias, activation, y, slopes };
    Y::forward(instructions, Forward { x, weights, layer });
}

/// All panels of a layer's outputs.
#[expect(
    missing_debug_implementations,
    reason = "nobody outside has one, and what gives the bias cannot be shown"
)]
pub struct Forward<'a, 'b, Y: Target> {
    x: Panels<'a, Row<Y>>,
    weights: Right<'a, Y::Operand>,
    layer: Layer<'a, 'b, Y>,
}

struct Layer<'a, 'b, Y> {
    bias: &'a dyn Fn(usize) -> &'b Line,
    activation: Activation,
    y: Y,
    slopes: Option<PanelsMut<'a>>,
}

/// One panel of a layer's outputs.
struct Outputs<'a, P> {
    bias: &'a Line,
    activation: Activation,
    y: P,
    slopes: Option<&'a mut [Line]>,
}

impl<Y: Target> Kernel for Forward<'_, '_, Y> {
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

impl<'b, Y: Target> Epilogues for Layer<'_, 'b, Y> {
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

/// dx ← (dy Wᵀ) ⊙ f', where x = f(...) are the outputs that this product's inputs were.
///
/// # Shapes
/// `dy` (rows, outputs), `transposed` = Wᵀ (outputs, inputs), `x` and `dx` (rows, inputs).
/// `dx` is overwritten, what is nearer to zero than 2^-64 with zero: so no denormal number comes of it, which processors
/// are slow with. If f' cannot be had from x, `dx` must hold the slopes that [`forward`] wrote.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn backward<'w, X: Target>(
    instructions: Instructions,
    dy: Panels<'_, Row<X>>,
    transposed: impl Into<Right<'w, X::Operand>>,
    x: Panels<'_>,
    activation: Activation,
    dx: X,
) {
    backward_with(instructions, dy, transposed, x, activation, PenaltyGradient::NONE, dx);
}

/// dx ← (dy Wᵀ + ∂p/∂x) ⊙ f': [`backward`] where a penalty p of x is added to the loss.
///
/// # Panics
/// If the shapes do not fit each other, or the penalty's columns x.
pub fn backward_with<'w, X: Target>(
    instructions: Instructions,
    dy: Panels<'_, Row<X>>,
    transposed: impl Into<Right<'w, X::Operand>>,
    x: Panels<'_>,
    activation: Activation,
    penalty: PenaltyGradient<'_>,
    mut dx: X,
) {
    let transposed = transposed.into();
    let shape = (dx.rows(), dx.columns());
    assert_eq!(steps::<X>(dy.columns()), transposed.steps(), "backward: columns of dy and rows of Wᵀ");
    assert_eq!((dy.rows(), transposed.columns()), shape, "backward: shape of dx");
    assert_eq!((x.rows(), x.columns()), shape, "backward: shape of x");
    assert!(activation.derives_from_output() || dx.keeps_values(), "backward: dx holds the slopes");
    if let PenaltyGradient { columns: Some(columns), .. } = penalty {
        assert_eq!(columns.len(), panels(x.columns()), "backward: panels of x and of its penalty");
    }
    for panel in 0..panels(dx.columns()) {
        let [transposed, next] = transposed.chunks(panel);
        let slopes = Slopes { x: x.panel(panel), activation, penalty, panel, dx: dx.panel(panel) };
        PanelTarget::backward(instructions, Backward { dy, transposed, next, slopes });
    }
}

/// The gradient of a penalty of x, where its last product is formed anyway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PenaltyGradient<'a> {
    /// Times the sign of x, which is 0 at 0: the gradient of so many times the sum of |x|.
    pub sign: f32,
    /// For each column of x, one line a panel.
    pub columns: Option<&'a [Line]>,
}

impl PenaltyGradient<'_> {
    /// No penalty.
    pub const NONE: Self = Self { sign: 0.0, columns: None };
}

/// One panel of the gradient at a layer's inputs.
#[derive(Debug)]
pub struct Backward<'a, P: PanelTarget> {
    dy: Panels<'a, RowLine<P::Operand>>,
    transposed: Chunks<'a, P::Operand>,
    next: Chunks<'a, P::Operand>,
    slopes: Slopes<'a, P>,
}

#[derive(Debug)]
struct Slopes<'a, P> {
    x: &'a [Line],
    activation: Activation,
    penalty: PenaltyGradient<'a>,
    panel: usize,
    dx: P,
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

/// One block's part of a gradient.
#[derive(Clone, Copy, Debug)]
pub struct Factors<'a, L = Line> {
    /// A panel of x.
    pub x: &'a [L],
    /// Which of its numbers are not zero ([`Nonzeros::panel`](crate::Nonzeros::panel)), if the others are to be skipped.
    pub nonzero: Option<&'a [u32]>,
    /// A panel of dy, with the same rows.
    pub dy: &'a [L],
}

/// Up to 32 rows of one panel of dW ← xᵀ dy, summed over the rows of a block in order: what [`add_gradient`] makes of zeros.
///
/// # Panics
/// If `dw` has more than 32 lines, or the panels differ in their rows.
pub fn gradient<L: Operand>(instructions: Instructions, factors: Factors<'_, L>, dw: &mut [Line]) {
    run_gradient(instructions, factors, false, dw);
}

/// Up to 32 rows of one panel of dW ← dW + xᵀ dy, summed over the rows of a block in order.
///
/// # Shapes
/// Row i of `dw` belongs to column i of the panel of x.
///
/// # Panics
/// If `dw` has more than 32 lines, or the panels differ in their rows.
pub fn add_gradient<L: Operand>(instructions: Instructions, factors: Factors<'_, L>, dw: &mut [Line]) {
    run_gradient(instructions, factors, true, dw);
}

/// `adds`: to what `dw` holds, else to zeros.
fn run_gradient<L: Operand>(
    instructions: Instructions,
    factors: Factors<'_, L>,
    adds: bool,
    dw: &mut [Line],
) {
    assert!(dw.len() <= PANEL, "gradient: {} rows in a panel of {PANEL} columns", dw.len());
    assert_eq!(factors.x.len(), factors.dy.len(), "gradient: rows of the panels");
    let product = TransposedProduct { a: factors.x, b: factors.dy, adds, c: dw };
    match factors.nonzero {
        Some(nonzero) => L::multiply_sparse(instructions, SparseTransposedProduct { product, nonzero }),
        None => L::multiply(instructions, product),
    }
}

/// One panel of db ← db + Σ dy, over the rows of a block in order.
pub fn add_bias_gradient<L: Operand>(instructions: Instructions, dy: &[L], db: &mut Line) {
    L::add_rows(instructions, RowSum { rows: dy, sum: db });
}

/// A line of the left operand of the product that writes `T`.
pub(crate) type Row<T> = RowLine<<T as PanelTargets>::Operand>;

/// Lines that `count` rows of the right operand take.
pub(crate) fn steps<T: Target>(count: usize) -> usize {
    count.div_ceil(<T::Operand as Steps>::ROWS)
}
