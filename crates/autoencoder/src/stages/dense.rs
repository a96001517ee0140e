//! Dense layer: y = f(x W + b). The product adds b and applies f to its sums while they are in registers.

use autoencoder_kernels::{Activation, Line, Nonzeros, backward_with, forward};

use super::stage::{Destination, Rows, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};
use crate::samples::zeros::Zeros;

/// A dense layer: y (rows, outputs) from x (rows, inputs), the values of the stage below, W (inputs, outputs)
/// and b (outputs).
///
/// The stage also holds dz (rows, outputs), the gradients at the layer's sums, which the stage above writes.
pub(crate) struct Dense<B> {
    layer: usize,
    /// The activation f; `None` if the sums go on to a normalisation, without b and f.
    activation: Option<Activation>,
    y: B,
    /// The gradients dz, in training only. Until dz is known, the buffer holds the slopes f' if they do not
    /// follow from y.
    dz: Option<B>,
    /// Whether anything below is trained, so that gradients must propagate.
    propagates: bool,
    zeros: SkippedZeros,
}

/// The zeros of x that products skip.
pub(crate) struct SkippedZeros {
    nonzeros: Option<Nonzeros>,
    forward: bool,
    gradients: bool,
}

/// The settings of a dense stage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DenseSettings {
    pub layer: usize,
    /// The height of the block, in rows.
    pub height: usize,
    pub outputs: usize,
    /// The uses of y.
    pub y: Uses,
    /// The uses of dz; `None` in use.
    pub dz: Option<Uses>,
    /// Whether gradients propagate to the stages below.
    pub propagates: bool,
}

impl SkippedZeros {
    /// Chooses the products that skip zeros, given the shares of zeros among the inputs. `trains` says
    /// whether gradients are formed.
    pub(crate) fn new<B: Buffer>(height: usize, inputs: usize, zeros: Zeros, trains: bool) -> Self {
        let forward = zeros.in_two >= B::SKIPPING_PAYS.in_two;
        let gradients = trains && zeros.groups >= B::SKIPPING_PAYS.groups;
        let nonzeros = (forward || gradients).then(|| Nonzeros::new(height, inputs));
        Self { nonzeros, forward, gradients }
    }
}

impl<B: Buffer> Dense<B> {
    pub(crate) fn new(settings: DenseSettings, activation: Option<Activation>, zeros: SkippedZeros) -> Self {
        let DenseSettings { layer, height, outputs, y, dz, propagates } = settings;
        Self {
            layer,
            activation,
            y: B::zeros(height, outputs, y),
            dz: dz.map(|uses| B::zeros(height, outputs, uses)),
            propagates,
            zeros,
        }
    }
}

impl<B: Buffer> Stage<B> for Dense<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let Self { layer, activation, y, dz, zeros, .. } = self;
        let (network, x, rows) = (step.network, input(below), rows.count);
        if let Some(nonzeros) = &mut zeros.nonzeros {
            nonzeros.find(network.instructions, x.values(rows));
        }
        let skipped = zeros.nonzeros.as_ref().filter(|_| zeros.forward);
        let bias = |panel| match activation {
            Some(_) => network.bias(*layer, panel),
            None => &Line::ZERO,
        };
        let slopes = dz.as_mut().filter(|_| activation.is_some());
        forward(
            network.instructions,
            x.rows(rows).skipping_zeros(skipped),
            step.weights.forward::<B>(network, *layer),
            bias,
            activation.unwrap_or(Activation::Linear),
            y.target(rows),
            slopes.and_then(|slopes| slopes.values_mut(rows)),
        );
    }

    fn backward(
        &mut self,
        below: &mut StageSlice<B>,
        above: &StageSlice<B>,
        step: &Step<'_, B>,
        rows: Rows<'_>,
    ) {
        let Some(dz) = &mut self.dz else { return };
        add_gradients(self.layer, dz, above, step, rows);
        if self.propagates {
            propagate(self.layer, dz, below, step, rows);
        }
    }

    fn output(&self) -> Option<&B> {
        Some(&self.y)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.y)
    }

    fn layer(&self) -> Option<usize> {
        Some(self.layer)
    }

    fn gradient(&self) -> Option<&B> {
        self.dz.as_ref()
    }

    fn gradient_mut(&mut self) -> Option<&mut B> {
        self.dz.as_mut()
    }

    fn output_and_gradient_mut(&mut self) -> Option<(&mut B, Option<&mut B>)> {
        Some((&mut self.y, self.dz.as_mut()))
    }

    fn nonzero(&self, panel: usize) -> Option<&[u32]> {
        let nonzeros = self.zeros.nonzeros.as_ref().filter(|_| self.zeros.gradients)?;
        Some(nonzeros.panel(panel))
    }

    fn describe_destination<'a>(
        &'a mut self,
        _: &'a Step<'_, B>,
        rows: Rows<'_>,
        destination: &mut Destination<'a, B>,
    ) {
        if let Some(activation) = self.activation {
            destination.slopes.get_or_insert((self.y.values(rows.count), activation));
        }
        destination.gradient = self.dz.as_mut();
    }
}

/// dz ← dz + the gradients of the stages above that do not propagate through the layers, such as those of the
/// contractive penalty.
fn add_gradients<B: Buffer>(
    layer: usize,
    dz: &mut B,
    above: &StageSlice<B>,
    step: &Step<'_, B>,
    rows: Rows<'_>,
) {
    let mut adding = above.iter().filter(|stage| stage.adds_gradients_to(layer)).peekable();
    if adding.peek().is_none() {
        return;
    }
    if let Some(mut values) = dz.values_mut(rows.count) {
        adding.for_each(|stage| stage.add_gradient(step.network, layer, &mut values));
    }
    dz.update_operands(step.network.instructions, rows.count);
}

/// Propagates dz to the layer below: gradient ← (dz Wᵀ + gradient of a penalty) ⊙ f', in one product.
pub(crate) fn propagate<B: Buffer>(
    layer: usize,
    dz: &B,
    below: &mut StageSlice<B>,
    step: &Step<'_, B>,
    rows: Rows<'_>,
) {
    let Some((values, activation, penalty, gradient)) = Destination::below(below, step, rows) else { return };
    backward_with(
        step.network.instructions,
        dz.rows(rows.count),
        step.weights.backward::<B>(step.network, layer),
        values,
        activation,
        penalty,
        gradient.target(rows.count),
    );
}
