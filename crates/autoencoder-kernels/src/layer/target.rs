//! Targets of the results of a layer, and the launch of the kernels of a layer for each kind of target.

use super::kernels::{Backward, Forward, ForwardLoss, Normalize};
use crate::instructions::{Instructions, launches};
use crate::panel::{PanelTargets, PanelsMut, RoundedMut};

/// A matrix that a product is written to: [`PanelsMut`], or [`RoundedMut`], whose product is one of bfloat16.
pub trait Target: LaunchLayer {
    /// The number of rows.
    fn rows(&self) -> usize;

    /// The number of columns, without the padding.
    fn columns(&self) -> usize;
}

/// The launch of kernels by the kind of their target; callers of kernels need none of it.
pub trait LaunchLayer: PanelTargets + Sized {
    /// Launches the forward product of a layer.
    fn forward(instructions: Instructions, kernel: Forward<'_, '_, Self>);

    /// Launches one panel of a backward product.
    fn backward<'p>(instructions: Instructions, kernel: Backward<'_, Self::Panel<'p>>)
    where
        Self: 'p;

    /// Launches one panel of the last layer with its loss.
    fn forward_loss<'p>(instructions: Instructions, kernel: ForwardLoss<'_, Self::Panel<'p>>)
    where
        Self: 'p;

    /// Launches one panel of a normalisation.
    fn normalize<'p>(instructions: Instructions, kernel: Normalize<'_, Self::Panel<'p>>)
    where
        Self: 'p;
}

impl Target for PanelsMut<'_> {
    fn rows(&self) -> usize {
        self.rows()
    }

    fn columns(&self) -> usize {
        self.columns()
    }
}

impl Target for RoundedMut<'_> {
    fn rows(&self) -> usize {
        self.shape.0
    }

    fn columns(&self) -> usize {
        self.shape.1
    }
}

impl LaunchLayer for PanelsMut<'_> {
    launches! {
        forward: Forward<'_, '_, Self>,
        backward<'p>: Backward<'_, Self::Panel<'p>>,
        forward_loss<'p>: ForwardLoss<'_, Self::Panel<'p>>,
        normalize<'p>: Normalize<'_, Self::Panel<'p>>,
    }
}

impl LaunchLayer for RoundedMut<'_> {
    launches! {
        forward: Forward<'_, '_, Self>,
        backward<'p>: Backward<'_, Self::Panel<'p>>,
        forward_loss<'p>: ForwardLoss<'_, Self::Panel<'p>>,
        normalize<'p>: Normalize<'_, Self::Panel<'p>>,
    }
}
