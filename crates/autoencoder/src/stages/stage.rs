//! Stage: one operation on a block of rows, with its forward and its backward pass side by side.

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

/// The most rows of a block. Beyond them, a block's activations no longer stay in the second-level cache.
pub(crate) const MOST_ROWS: usize = 128;

/// A stage within one block: the numbers that the block holds for the stage, and the operation on them.
///
/// A stage reads the values of the stages below, those earlier in the list, and writes its own values. Dense
/// stages, the loss and the drawing of codes have gradients of their own. Normalisation, dropout and top-k codes change
/// the gradients below them in place, and penalties add to them.
pub(crate) trait Stage<B: Buffer>: Send + Sync {
    /// Computes the stage's values from the values of the stages below, and writes the losses and penalties
    /// of the rows into `sums`, one entry for each group of rows.
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, sums: &mut [Sums]);

    /// Computes the gradients of the stages below from the stage's own gradients. A stage that passes
    /// gradients on unchanged does nothing here.
    fn backward(
        &mut self,
        _below: &mut StageSlice<B>,
        _above: &StageSlice<B>,
        _step: &Step<'_, B>,
        _rows: Rows<'_>,
    ) {
    }

    /// Measures the rows for a [`Meeting`](super::meeting::Meeting), before the stage's own forward or
    /// backward pass. The results overwrite `measured`: as many lines for each group of rows as the meeting
    /// asks for. A penalty that is known only here is written into `sums`. Called only if the meeting asks
    /// for lines in this direction.
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

    /// The values that the next stage reads; `None` if the next stage reads the values of the stage below.
    fn output(&self) -> Option<&B> {
        None
    }

    /// The values that the next stage reads, for writing from outside or in place by the next stage.
    fn output_mut(&mut self) -> Option<&mut B> {
        None
    }

    /// The layer whose products this stage computes.
    fn layer(&self) -> Option<usize> {
        None
    }

    /// The gradients at the sums of the stage's layer, (rows, outputs).
    fn gradient(&self) -> Option<&B> {
        None
    }

    /// The gradients that the stage above changes in place: at the sums of the stage's layer, or at drawn
    /// codes.
    fn gradient_mut(&mut self) -> Option<&mut B> {
        None
    }

    /// For each row of one panel of the layer's inputs, a word whose bit i is 1 if column i is not zero;
    /// `None` if the product that forms gradients reads all numbers.
    fn nonzero(&self, _panel: usize) -> Option<&[u32]> {
        None
    }

    /// Adds the stage's part to the description of where propagated gradients go: slopes, penalty or buffer.
    fn describe_destination<'a>(
        &'a mut self,
        _step: &'a Step<'_, B>,
        _rows: Rows<'_>,
        _destination: &mut Destination<'a, B>,
    ) {
    }

    /// The values that the next stage reads and the gradients at the sums that the values were computed from,
    /// for changing both in place.
    fn output_and_gradient_mut(&mut self) -> Option<(&mut B, Option<&mut B>)> {
        None
    }

    /// Whether the stage has gradients at the sums of a layer below beside the gradients that propagate
    /// through the layers.
    fn adds_gradients_to(&self, _layer: usize) -> bool {
        false
    }

    /// Adds the stage's own gradients at the sums of `layer` to `gradient`.
    fn add_gradient(&self, _network: &Network, _layer: usize, _gradient: &mut PanelsMut<'_>) {}
}

/// Some neighbouring stages of a block, in the order of the list.
pub(crate) type StageSlice<B> = [Box<dyn Stage<B>>];

/// The values that the stage above these stages reads.
pub(crate) fn input<B: Buffer>(below: &StageSlice<B>) -> &B {
    below.iter().rev().find_map(|stage| stage.output()).expect("the first stage has values")
}

/// The gradients of the nearest of these stages that has any.
pub(crate) fn gradient<B: Buffer>(below: &StageSlice<B>) -> Option<&B> {
    below.iter().rev().find_map(|stage| stage.gradient())
}

/// The gradients of the nearest of these stages that has any, for changing in place.
pub(crate) fn gradient_mut<B: Buffer>(below: &mut StageSlice<B>) -> Option<&mut B> {
    below.iter_mut().rev().find_map(|stage| stage.gradient_mut())
}

/// Destination of the gradients that a layer propagates to its inputs, and the factors applied on the way.
/// The product with the transposed weights applies them while its sums are in registers.
pub(crate) struct Destination<'a, B> {
    /// The outputs and the activation f of the layer below: gradients are multiplied by the slopes of f.
    pub slopes: Option<(Panels<'a>, Activation)>,
    /// The gradient of a penalty on these outputs, added before the multiplication by the slopes.
    pub penalty: PenaltyGradient<'a>,
    /// The buffer of the gradients at the sums of the layer below.
    pub gradient: Option<&'a mut B>,
}

impl<'a, B: Buffer> Destination<'a, B> {
    /// Asks the stages below, from the nearest on, until one of them gives a buffer for gradients; `None` if
    /// no stage below has gradients.
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

/// The inputs that all blocks of a batch share.
pub(crate) struct Step<'a, B: Buffer> {
    pub network: &'a Network,
    pub weights: &'a Weights<B::Operand>,
    pub source: Source<'a>,
    pub chance: &'a dyn Chance,
    /// The number of samples that the loss is the mean over.
    pub loss_samples: usize,
    /// The weight of the penalty in this step.
    pub penalty_weight: f32,
    /// The meetings, with the results of those that have taken place in this step.
    pub meetings: &'a Meetings,
}

impl<B: Buffer> Step<'_, B> {
    /// The factor of a sample's penalty gradient: the weight of the penalty over the number of samples.
    pub(crate) fn penalty_scale(&self) -> f32 {
        self.penalty_weight / self.loss_samples as f32
    }
}

/// The source of a block's rows.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// Samples, which are scaled when they are gathered.
    Samples(&'a Samples),
    /// Codes (rows, code), contiguous row by row.
    Codes(&'a ArrayRef2<f32>),
    /// Values that were already written into the block's first stage.
    Filled,
}

impl Source<'_> {
    /// The shares of zeros in the source.
    pub(crate) fn zeros(&self) -> Zeros {
        match self {
            Self::Samples(samples) => samples.zeros(),
            Self::Codes(_) | Self::Filled => Zeros::NONE,
        }
    }
}

/// The rows of a block within a batch.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// The indices of the rows' samples in the source; `None` if the rows take consecutive samples from
    /// `first` on.
    pub indices: Option<&'a [usize]>,
    /// The place of the block's first row in the batch.
    pub first: usize,
    /// The number of rows.
    pub count: usize,
    /// The number of rows in a group: sums are formed group by group.
    pub group: usize,
}

impl Rows<'_> {
    /// The index in the source of a row's sample.
    pub(crate) fn index(&self, row: usize) -> usize {
        self.indices.map_or(self.first + row, |indices| indices[row])
    }

    /// The ranges of rows that form groups.
    pub(crate) fn groups(self) -> impl Iterator<Item = Range<usize>> {
        let Self { count, group, .. } = self;
        (0..count).step_by(group).map(move |first| first..count.min(first + group))
    }
}
