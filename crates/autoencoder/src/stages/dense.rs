//! A dense layer: y = f(x W + b), with the bias and f in the product's epilogue.

use autoencoder_kernels::{Activation, Line, Nonzeros, backward_with, forward};

use super::stage::{Destination, Rows, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};
use crate::samples::zeros::Zeros;

/// y (rows, outputs) of x (rows, inputs), the values of the stage below, W (inputs, outputs) and b; and the gradients at the
/// sums, dz (rows, outputs), which the stage above writes.
pub(crate) struct Dense<B> {
    layer: usize,
    /// f; none where the sums go on as they are, without b, to be normalised.
    activation: Option<Activation>,
    y: B,
    /// Only while training. Before dz is known it holds the slopes f', where y does not tell them.
    dz: Option<B>,
    /// Whether anything below is trained.
    propagates: bool,
    zeros: SkippedZeros,
}

/// The zeros of x that products leave out.
pub(crate) struct SkippedZeros {
    nonzeros: Option<Nonzeros>,
    forward: bool,
    gradients: bool,
}

/// What a dense stage is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DenseSettings {
    pub layer: usize,
    /// Rows of the block.
    pub height: usize,
    pub outputs: usize,
    /// The products that read y.
    pub y: Uses,
    /// The products that read dz; none in use.
    pub dz: Option<Uses>,
    pub propagates: bool,
}

impl SkippedZeros {
    /// What pays for inputs with this share of zeros; `trains` where gradients are formed.
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

/// dz += what stages above have for this layer beside the gradients that pass through the layers.
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

/// The gradients below: (dz Wᵀ + what a penalty adds) ⊙ f', in the product's epilogue.
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
