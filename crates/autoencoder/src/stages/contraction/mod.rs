//! The contractive penalty: the squared Frobenius norm of the code's derivative in the sample, and its gradients.
//!
//! With D the slopes of a layer at one sample, the derivative is a product of all layers, J = D W ... D₁ W₁. Its rows, one a
//! unit of the code, pass back through the encoder as gradients do; those of some samples make one matrix U, so that every
//! step of all of them is one product:
//!
//! ```text
//! V_l = U_l W_l,  U_{l-1} = V_l D_{l-1}       from the code down, U of the code being D
//! ‖J‖² = Σ (U₁ G) ⊙ U₁,  G = W₁ W₁ᵀ           the last product is not formed: G is the same for all samples
//! dU₁ = 2 U₁ G,  dW₁ = 2 (Σ U₁ᵀ U₁) W₁        and back up:
//! dD_{l-1} = Σ dU_{l-1} ⊙ V_l,  dV_l = dU_{l-1} D_{l-1},  dW_l = U_lᵀ dV_l,  dU_l = dV_l W_lᵀ
//! ```
//!
//! (Rifai et al. 2011; here exact and not sampled, for any number of layers.) With one layer, ‖J‖² = Σ f'² ‖w‖² over its units,
//! and no product is needed. Weights are (outputs, inputs) here; the code counts layers from 0.
//!
//! The stage ([`Contract`]) stands on the code: [`rows`] computes what one block's rows come to, [`batch`] what all come to.

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

/// A block's part: the penalty of its rows, and their gradients at the sums of all layers of the encoder.
pub(crate) struct Contract {
    /// The place of the stage, by which what all samples share is found.
    place: usize,
    derivatives: Derivatives,
}

impl Contract {
    /// The stage for up to `height` rows.
    pub(crate) fn new(place: usize, network: &Network, height: usize) -> Self {
        Self { place, derivatives: Derivatives::new(network, height) }
    }
}

impl<B: Buffer> Stage<B> for Contract {
    fn forward(&mut self, _: &mut StageSlice<B>, _: &Step<'_, B>, _: Rows<'_>, _: &mut [Sums]) {}

    /// The penalty of each group of rows, and what its rows add to the gradients of the weights.
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
