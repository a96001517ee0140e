//! Contractive penalty: the squared Frobenius norm of the derivative of the code with respect to the sample,
//! and its gradients.
//!
//! The diagonal matrices D₁, D₂, ... hold the slopes f' of each layer at one sample. The derivative is a
//! product over all layers, J = ... D₂ W₂ D₁ W₁. The rows of J, one for each unit of the code, pass backward
//! through the encoder as gradients do. The rows of several samples are stacked into one matrix U, so that
//! every step is one product for all of them:
//!
//! ```text
//! V_l = U_l W_l,  U_{l-1} = V_l D_{l-1}       from the code down, U of the code being D
//! ‖J‖² = Σ (U₁ G) ⊙ U₁,  G = W₁ W₁ᵀ           the last product is not formed: G is the same for all samples
//! dU₁ = 2 U₁ G,  dW₁ = 2 (Σ U₁ᵀ U₁) W₁        and back up:
//! dD_{l-1} = Σ dU_{l-1} ⊙ V_l,  dV_l = dU_{l-1} D_{l-1},  dW_l = U_lᵀ dV_l,  dU_l = dV_l W_lᵀ
//! ```
//!
//! The penalty is that of Rifai et al. 2011, here exact and not sampled, for any number of layers. With one
//! layer, ‖J‖² = Σ f'² ‖w‖² over the layer's units, where w are a unit's weights, and no product is needed.
//! Weights W are (outputs, inputs) here. Layers count from 1 here, and from 0 in the functions.
//!
//! The stage [`Contract`] stands on the code: [`rows`] computes the penalty of one block's rows, and
//! [`batch`] the sums over all blocks.

mod batch;
mod layout;
mod rows;

use autoencoder_kernels::{Line, PanelsMut};

pub(crate) use batch::ContractionMeeting;
use rows::Derivatives;

use super::meeting::Direction;
use super::stage::{Rows, Stage, StageSlice, Step};
use crate::evaluation::sums::Sums;
use crate::network::Network;
use crate::network::buffer::Buffer;

/// The contractive penalty of one block's rows, and the gradients of the penalty at the sums of all layers of
/// the encoder.
pub(crate) struct Contract {
    /// The place of the stage in the list, by which the meeting's results are found.
    place: usize,
    derivatives: Derivatives,
}

impl Contract {
    /// Makes the stage for up to `height` rows.
    pub(crate) fn new(place: usize, network: &Network, height: usize) -> Self {
        Self { place, derivatives: Derivatives::new(network, height) }
    }
}

impl<B: Buffer> Stage<B> for Contract {
    fn forward(&mut self, _: &mut StageSlice<B>, _: &Step<'_, B>, _: Rows<'_>, _: &mut [Sums]) {}

    /// Computes the penalty of each group of rows, and the rows' part of the weight gradients.
    fn measure(
        &mut self,
        _: Direction,
        below: &mut StageSlice<B>,
        step: &Step<'_, B>,
        rows: Rows<'_>,
        sums: &mut [Sums],
        measured: &mut [Line],
    ) {
        self.derivatives.run(step, step.meetings.shared(self.place), below, rows, sums, measured);
    }

    fn adds_gradients_to(&self, layer: usize) -> bool {
        self.derivatives.reach(layer)
    }

    fn add_gradient(&self, network: &Network, layer: usize, gradient: &mut PanelsMut<'_>) {
        self.derivatives.add_to_gradient(network, layer, gradient);
    }
}
