//! The output layer and its loss in one pass.

use super::affine::steps;
use super::kernels::{ForwardLoss, Losses, Output, Row};
use super::loss::{ColumnSums, LOSS_ROWS, LossSums};
use super::target::Target;
use crate::instructions::Instructions;
use crate::panel::{Panels, Right, TALLEST};
use crate::vector::{Line, PANEL, panels};

/// dz ← scale ∂loss/∂y ⊙ f', the gradient at x W + b of the output layer, and the sums of the loss of y = f(x W + b).
/// The outputs y are kept nowhere.
///
/// # Shapes
/// `x` (rows, inputs), `weights` (inputs, outputs), `bias` one line for each panel of outputs, the targets and `dz`
/// (rows, outputs), `sums` one for every [`LOSS_ROWS`] rows. `dz` is overwritten, its padding and numbers nearer to
/// zero than 2^-64 with zeros. `sums` are overwritten, each formed as [`loss`](crate::loss()) does.
///
/// # Panics
/// If the shapes do not fit each other, or the number of sums does not fit the rows.
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
        Z::forward_loss(instructions, ForwardLoss { x, weights, next, losses });
    }
}
