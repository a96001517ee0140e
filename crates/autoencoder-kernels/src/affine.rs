//! y = f(x W + b) for a block of rows, and the three products that its gradients take.
//!
//! With dy the gradient at the block's outputs before f, and x itself the output of an f before it:
//!
//! ```text
//! forward     y  ← f(x W + b)          x (rows, inputs)   W (inputs, outputs)   y (rows, outputs)
//! backward    dx ← (dy Wᵀ) ⊙ f'        dy (rows, outputs) Wᵀ (outputs, inputs)  dx (rows, inputs)
//! gradient    dW ← Σ xᵀ dy             over all blocks in order; db ← Σ dy over all rows in order
//! ```
//!
//! All matrices are [`Panels`]. Nothing here starts a thread: a caller hands each block, and each piece
//! of dW, to the thread that owns it.

use pulp::{Simd, WithSimd};

use crate::activation::{Activation, bias_activate, scale_by_slope};
use crate::instructions::Instructions;
use crate::panel::{Chunks, Line, PANEL, Panels, PanelsMut, Squares, panels};
use crate::tile::{Epilogue, product, transposed_product};
use crate::vector::{vectors, vectors_mut};

/// y ← f(x W + b).
///
/// # Shapes
/// `x` (rows, inputs), `weights` (inputs, outputs), `bias` one line for each panel of outputs, `y` (rows, outputs).
/// `y` is overwritten, its padding with f of the weights' padding. If f' cannot be had from y
/// ([`Activation::derives_from_output`]) and `slopes` (rows, outputs) is given, f'(x W + b) is written there.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn forward<'b>(
    instructions: Instructions,
    x: Panels<'_>,
    weights: Panels<'_>,
    bias: impl Fn(usize) -> &'b Line,
    activation: Activation,
    mut y: PanelsMut<'_>,
    slopes: Option<PanelsMut<'_>>,
) {
    assert_eq!(x.columns(), weights.rows(), "forward: columns of x and rows of W");
    assert_eq!((x.rows(), weights.columns()), (y.rows(), y.columns()), "forward: shape of y");
    let mut slopes = slopes.filter(|_| !activation.derives_from_output());
    if let Some(slopes) = &slopes {
        assert_eq!(
            (y.rows(), y.columns()),
            (slopes.rows(), slopes.columns()),
            "forward: shape of the slopes"
        );
    }
    for panel in 0..panels(y.columns()) {
        instructions.run(Forward {
            x,
            weights: weights.chunks(panel),
            next: weights.chunks((panel + 1) % panels(y.columns())),
            bias: bias(panel),
            activation,
            y: y.panel_mut(panel),
            slopes: slopes.as_mut().map(|slopes| slopes.panel_mut(panel)),
        });
    }
}

struct Forward<'a> {
    x: Panels<'a>,
    weights: Chunks<'a>,
    next: Chunks<'a>,
    bias: &'a Line,
    activation: Activation,
    y: &'a mut [Line],
    slopes: Option<&'a mut [Line]>,
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Self { x, weights, next, .. } = self;
        product(simd, x, weights, next, &mut self);
    }
}

impl Epilogue for Forward<'_> {
    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, first: usize, sums: &[Line]) {
        let rows = first..first + sums.len();
        let slopes = self.slopes.as_mut().map(|slopes| &mut slopes[rows.clone()]);
        bias_activate(simd, self.activation, self.bias, sums, &mut self.y[rows], slopes);
    }
}

/// dx ← (dy Wᵀ) ⊙ f', where x = f(...) are the outputs that this product's inputs were.
///
/// # Shapes
/// `dy` (rows, outputs), `transposed` = Wᵀ (outputs, inputs), `x` and `dx` (rows, inputs).
/// `dx` is overwritten; if f' cannot be had from x, it must hold the slopes that [`forward`] wrote.
///
/// # Panics
/// If the shapes do not fit each other.
pub fn backward(
    instructions: Instructions,
    dy: Panels<'_>,
    transposed: Squares<'_>,
    x: Panels<'_>,
    activation: Activation,
    mut dx: PanelsMut<'_>,
) {
    assert_eq!(dy.columns(), transposed.rows(), "backward: columns of dy and rows of the transposed W");
    assert_eq!((dy.rows(), transposed.columns()), (dx.rows(), dx.columns()), "backward: shape of dx");
    assert_eq!((x.rows(), x.columns()), (dx.rows(), dx.columns()), "backward: shape of x");
    for panel in 0..panels(dx.columns()) {
        instructions.run(Backward {
            dy,
            transposed: transposed.chunks(panel),
            next: transposed.chunks((panel + 1) % panels(dx.columns())),
            slopes: Slopes { x: x.panel(panel), activation, dx: dx.panel_mut(panel) },
        });
    }
}

struct Backward<'a> {
    dy: Panels<'a>,
    transposed: Chunks<'a>,
    next: Chunks<'a>,
    slopes: Slopes<'a>,
}

struct Slopes<'a> {
    x: &'a [Line],
    activation: Activation,
    dx: &'a mut [Line],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        product(simd, self.dy, self.transposed, self.next, &mut self.slopes);
    }
}

impl Epilogue for Slopes<'_> {
    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, first: usize, products: &[Line]) {
        let rows = first..first + products.len();
        scale_by_slope(simd, self.activation, products, &self.x[rows.clone()], &mut self.dx[rows]);
    }
}

/// Up to 32 rows of one panel of dW ← Σ xᵀ dy, summed over the rows of all blocks in order.
///
/// # Shapes
/// Each of `blocks` is a panel of x and a panel of dy, both with the block's rows. Row i of `dw` belongs to
/// column i of that panel of x. `dw` is overwritten.
///
/// # Panics
/// If `dw` has more than 32 lines, or a block's panels differ in their rows.
pub fn gradient<'a>(
    instructions: Instructions,
    blocks: impl Iterator<Item = (&'a [Line], &'a [Line])>,
    dw: &mut [Line],
) {
    struct Gradient<'c, Blocks> {
        blocks: Blocks,
        dw: &'c mut [Line],
    }
    impl<'a, Blocks: Iterator<Item = (&'a [Line], &'a [Line])>> WithSimd for Gradient<'_, Blocks> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            transposed_product(simd, self.blocks, self.dw);
        }
    }
    assert!(dw.len() <= PANEL, "gradient: {} rows in a panel of {PANEL} columns", dw.len());
    instructions.run(Gradient { blocks, dw });
}

/// One panel of db ← Σ dy, over all rows of all blocks in order.
pub fn bias_gradient<'a>(instructions: Instructions, blocks: impl Iterator<Item = &'a [Line]>) -> Line {
    struct Sum<Blocks>(Blocks);
    impl<'a, Blocks: Iterator<Item = &'a [Line]>> WithSimd for Sum<Blocks> {
        type Output = Line;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Line {
            let mut sum = Line::ZERO;
            for line in self.0.flatten() {
                for (sum, &value) in vectors_mut::<S>(&mut sum).iter_mut().zip(vectors::<S>(line)) {
                    *sum = simd.add_f32s(*sum, value);
                }
            }
            sum
        }
    }
    instructions.run(Sum(blocks))
}
