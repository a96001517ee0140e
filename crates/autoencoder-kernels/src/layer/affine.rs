//! The products of a dense layer y = f(x W + b), forward and backward, for a block of rows.
//!
//! dy is the gradient at the sums x W + b of the layer, and x the output of a layer with activation f before this
//! one:
//!
//! ```text
//! forward     y  ← f(x W + b)          x (rows, inputs)   W (inputs, outputs)   y (rows, outputs)
//! backward    dx ← (dy Wᵀ) ⊙ f'        dy (rows, outputs) Wᵀ (outputs, inputs)  dx (rows, inputs)
//! gradient    dW ← dW + xᵀ dy          block after block; db ← db + Σ dy likewise
//! ```
//!
//! All matrices are [`Panels`]; right operands can also be [`Squares`](crate::Squares), as Wᵀ is. Operands are
//! numbers of f32, or pairs of bfloat16 if the result is written to a [`Target`] of that kind. Nothing here starts a
//! thread: a caller hands each block, and each piece of dW, to the thread that owns it.

use super::activation::Activation;
use super::kernels::{Backward, Forward, Layer, PenaltyGradient, Row, Slopes};
use super::target::Target;
use crate::instructions::Instructions;
use crate::panel::{Panels, PanelsMut, Right, Steps};
use crate::product::{Operand, RowSum, SparseTransposedProduct, TransposedProduct};
use crate::vector::{Line, PANEL, panels};

/// y ← f(x W + b).
///
/// # Shapes
/// `x` (rows, inputs), `weights` (inputs, outputs), `bias` one line for each panel of outputs, `y` (rows, outputs).
/// `y` is overwritten, its padding with f of the padding of the weights. `slopes` (rows, outputs) are overwritten
/// with f'(x W + b), but only where f' is no function of y ([`Activation::derives_from_output`]).
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

/// dx ← (dy Wᵀ) ⊙ f', where x = f(...) are the inputs of the layer, and outputs of the layer before it.
///
/// # Shapes
/// `dy` (rows, outputs), `transposed` = Wᵀ (outputs, inputs), `x` and `dx` (rows, inputs). `dx` is overwritten. A
/// gradient nearer to zero than 2^-64 is written as zero, so that no product of it is a denormal number, which
/// processors are slow with. If f' is no function of x, `dx` must hold the slopes that [`forward`] wrote.
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
/// # Shapes
/// As for [`backward`]; the columns of `penalty` are one line for each panel of x.
///
/// # Panics
/// If the shapes do not fit each other, or the columns of the penalty do not fit x.
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
        X::backward(instructions, Backward { dy, transposed, next, slopes });
    }
}

/// The two factors of a gradient, from one block of rows.
#[derive(Clone, Copy, Debug)]
pub struct Factors<'a, L = Line> {
    /// A panel of x, one line for each row (or pair of rows).
    pub x: &'a [L],
    /// The numbers of x that are not zero ([`Nonzeros::panel`](crate::Nonzeros::panel)), if all others are to be
    /// skipped.
    pub nonzero: Option<&'a [u32]>,
    /// A panel of dy, with as many lines.
    pub dy: &'a [L],
}

/// dW ← xᵀ dy for up to 32 rows of one panel of dW, summed over the rows of a block in order.
///
/// # Shapes
/// `dw` (up to 32) lines: line i belongs to column i of the panel of x. `dw` is overwritten.
///
/// # Panics
/// If `dw` has more than 32 lines, or the panels differ in their lines.
pub fn gradient<L: Operand>(instructions: Instructions, factors: Factors<'_, L>, dw: &mut [Line]) {
    run_gradient(instructions, factors, false, dw);
}

/// dW ← dW + xᵀ dy for up to 32 rows of one panel of dW, summed over the rows of a block in order.
///
/// # Shapes
/// `dw` (up to 32) lines: line i belongs to column i of the panel of x. The sums are added to `dw`.
///
/// # Panics
/// If `dw` has more than 32 lines, or the panels differ in their lines.
pub fn add_gradient<L: Operand>(instructions: Instructions, factors: Factors<'_, L>, dw: &mut [Line]) {
    run_gradient(instructions, factors, true, dw);
}

/// The gradient, added to `dw` if the call `adds`, else overwriting it.
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

/// db ← db + Σ dy for one panel, over the rows of a block in order.
///
/// # Shapes
/// `dy` one line for each row (or pair of rows), `db` one line. The sums are added to `db`.
pub fn add_bias_gradient<L: Operand>(instructions: Instructions, dy: &[L], db: &mut Line) {
    L::add_rows(instructions, RowSum { rows: dy, sum: db });
}

/// The number of lines that `count` rows of the right operand take.
pub(crate) fn steps<T: Target>(count: usize) -> usize {
    count.div_ceil(<T::Operand as Steps>::ROWS)
}
