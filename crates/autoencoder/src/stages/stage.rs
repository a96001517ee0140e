//! What a stage is: one operation on a block of rows, forward and backward side by side.

use std::ops::Range;

use autoencoder_kernels::{Activation, Line, Panels, PanelsMut, PenaltyGradient};
use ndarray::ArrayRef2;

use super::meeting::{Direction, Meetings};
use crate::evaluation::sums::Sums;
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::weights::Weights;
use crate::random::chance::Chance;
use crate::samples::Samples;
use crate::samples::zeros::Zeros;

/// One block's part in a stage: the numbers that it holds for it, and what it does with them.
///
/// A stage reads what the stages below it hold and writes its own; only the dense stages and the drawing of codes have
/// gradients of their own, and every other stage changes the gradients below it in place.
pub(crate) trait Stage<B: Buffer>: Send + Sync {
    /// Makes the stage's values from those of the stages below, and adds what the rows cost to `sums`, one for each group
    /// of rows.
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, sums: &mut [Sums]);

    /// Makes the gradients of the stages below from the stage's own. A stage that is not trained, and lets gradients pass
    /// as they are, does nothing.
    fn backward(
        &mut self,
        _below: &mut StageSlice<B>,
        _above: &StageSlice<B>,
        _step: &Step<'_, B>,
        _rows: Rows<'_>,
    ) {
    }

    /// Measures the rows for the others, before the stage's own forward or backward: lines for each group of rows. Called
    /// where the stage's [`Meeting`](super::meeting::Meeting) asks for lines.
    fn measure(
        &mut self,
        _direction: Direction,
        _below: &mut StageSlice<B>,
        _step: &Step<'_, B>,
        _rows: Rows<'_>,
        _sums: &mut [Sums],
        _measured: &mut [Line],
    ) {
    }

    /// The values that go on to the next stage; none where those of the stage below do.
    fn output(&self) -> Option<&B> {
        None
    }

    /// The same values, to be written from outside or changed in place by the next stage.
    fn output_mut(&mut self) -> Option<&mut B> {
        None
    }

    /// The layer whose products this stage computes.
    fn layer(&self) -> Option<usize> {
        None
    }

    /// The gradients at the sums of that layer, (rows, outputs).
    fn gradient(&self) -> Option<&B> {
        None
    }

    /// The same gradients, to be changed in place by a stage above.
    fn gradient_mut(&mut self) -> Option<&mut B> {
        None
    }

    /// Which columns of a panel of the layer's inputs are zero in no row, if products of gradients skip the others.
    fn nonzero(&self, _panel: usize) -> Option<&[u32]> {
        None
    }

    /// Adds what the stage has to say of a gradient that comes down to it, until one of the stages has taken it.
    fn describe_destination<'a>(
        &'a mut self,
        _step: &'a Step<'_, B>,
        _rows: Rows<'_>,
        _destination: &mut Destination<'a, B>,
    ) {
    }

    /// The values that go on and the gradients at the sums that they were made of, both to be changed in place.
    fn output_and_gradient_mut(&mut self) -> Option<(&mut B, Option<&mut B>)> {
        None
    }

    /// Whether the stage has gradients at the sums of this layer below beside those that pass through the layers.
    fn adds_gradients_to(&self, _layer: usize) -> bool {
        false
    }

    /// Adds these gradients.
    fn add_gradient(&self, _network: &Network, _layer: usize, _gradient: &mut PanelsMut<'_>) {}
}

/// Neighbouring stages of a block, the first of the list first.
pub(crate) type StageSlice<B> = [Box<dyn Stage<B>>];

/// What goes into the stage above these.
pub(crate) fn input<B: Buffer>(below: &StageSlice<B>) -> &B {
    below.iter().rev().find_map(|stage| stage.output()).expect("the first stage has values")
}

/// The nearest gradients below.
pub(crate) fn gradient<B: Buffer>(below: &StageSlice<B>) -> Option<&B> {
    below.iter().rev().find_map(|stage| stage.gradient())
}

/// The same, to be changed in place.
pub(crate) fn gradient_mut<B: Buffer>(below: &mut StageSlice<B>) -> Option<&mut B> {
    below.iter_mut().rev().find_map(|stage| stage.gradient_mut())
}

/// Where the gradients of a layer's inputs come down, and what they are multiplied with on the direction: the product with the
/// transposed weights does all of it while its sums are in registers.
pub(crate) struct Destination<'a, B> {
    /// The outputs of f below, and f: the gradients are multiplied with its slopes.
    pub slopes: Option<(Panels<'a>, Activation)>,
    /// What a penalty of these outputs adds before that.
    pub penalty: PenaltyGradient<'a>,
    /// The gradients themselves, at the sums below.
    pub gradient: Option<&'a mut B>,
}

impl<'a, B: Buffer> Destination<'a, B> {
    /// Asks the stages below from the nearest on; none where nothing below has gradients.
    pub(crate) fn below(
        below: &'a mut StageSlice<B>,
        step: &'a Step<'_, B>,
        rows: Rows<'_>,
    ) -> Option<(Panels<'a>, Activation, PenaltyGradient<'a>, &'a mut B)> {
        let mut destination = Self { slopes: None, penalty: PenaltyGradient::NONE, gradient: None };
        for stage in below.iter_mut().rev() {
            stage.describe_destination(step, rows, &mut destination);
            if let Some(gradient) = destination.gradient {
                let (values, activation) = destination.slopes.expect("what has gradients has slopes");
                return Some((values, activation, destination.penalty, gradient));
            }
        }
        None
    }
}

/// What all blocks of a batch read.
pub(crate) struct Step<'a, B: Buffer> {
    pub network: &'a Network,
    pub weights: &'a Weights<B::Operand>,
    pub source: Source<'a>,
    pub chance: &'a dyn Chance,
    /// Samples that the loss is the mean of.
    pub loss_samples: usize,
    /// The weight of the penalty in this step.
    pub penalty_weight: f32,
    /// What the blocks found out together so far.
    pub meetings: &'a Meetings,
}

impl<B: Buffer> Step<'_, B> {
    /// What the gradient of a sample's penalty is multiplied with: its weight over the number of samples.
    pub(crate) fn penalty_scale(&self) -> f32 {
        self.penalty_weight / self.loss_samples as f32
    }
}

/// Where the rows of a block come from.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// Samples, which are scaled.
    Samples(&'a Samples),
    /// Codes (rows, code), contiguous row by row.
    Codes(&'a ArrayRef2<f32>),
    /// The block's first values were written already.
    Filled,
}

impl Source<'_> {
    /// How much of it is zero.
    pub(crate) fn zeros(&self) -> Zeros {
        match self {
            Self::Samples(samples) => samples.zeros(),
            Self::Codes(_) | Self::Filled => Zeros::NONE,
        }
    }
}

/// The rows of a block.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// The places of their samples in the source; none where they follow each other from `first` on.
    pub indices: Option<&'a [usize]>,
    /// The place of the first row in the batch.
    pub first: usize,
    /// The number of rows.
    pub count: usize,
    /// Rows that are summed up together.
    pub group: usize,
}

impl Rows<'_> {
    /// The place in the source of the sample of a row.
    pub(crate) fn index(&self, row: usize) -> usize {
        self.indices.map_or(self.first + row, |indices| indices[row])
    }

    /// The rows in groups.
    pub(crate) fn groups(self) -> impl Iterator<Item = Range<usize>> {
        let Self { count, group, .. } = self;
        (0..count).step_by(group).map(move |first| first..count.min(first + group))
    }
}
