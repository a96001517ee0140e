//! Lists of stages: the stages that a network needs in training or in use, and the settings of each stage.

use std::ops::Range;

use autoencoder_kernels::Activation;

use super::contraction::{Contract, ContractionMeeting};
use super::corrupt::{Corrupt, RowNoise};
use super::dense::{Dense, DenseSettings, SkippedZeros};
use super::draw::{Codes, Draw};
use super::dropout::Dropout;
use super::gather::Gather;
use super::loss::LossLayer;
use super::meeting::{Meeting, Meetings};
use super::normalize::Normalize;
use super::shift::Shifted;
use super::sparsity::{AbsoluteValues, CodeMeans, Sparsity};
use super::stage::Stage;
use super::statistics::Statistics;
use super::table::{Softmax, TableLoss};
use super::top_k::TopK;
use super::treatment::Treatment;
use crate::network::Network;
use crate::network::buffer::{Buffer, Uses};
use crate::options::noise::Noise;
use crate::samples::Samples;
use crate::samples::zeros::Zeros;
use crate::specification::penalty::Penalty;

/// A kind of stage, with the stage's layer where a list has several stages of the kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StageKind {
    /// Gathers the rows of a batch.
    Gather,
    /// Corrupts samples with noise.
    Corrupt(Noise),
    /// Computes a dense layer.
    Dense(usize),
    /// Normalises a layer's sums over the batch.
    Normalize(usize),
    /// Drops some of a layer's inputs.
    Dropout(usize),
    /// Keeps the largest numbers of each code.
    TopK(usize),
    /// Draws codes from the distributions that the encoder gives.
    Draw(Codes),
    /// Adds the penalty on the mean of each unit of the code over the batch.
    Sparsity {
        /// The mean that each unit should have.
        target: f32,
    },
    /// Adds the penalty on the absolute values of codes.
    AbsoluteValues,
    /// Adds the penalty on the derivative of the code.
    Contract,
    /// Computes the last layer together with the loss.
    Loss(usize),
    /// Turns the last layer's sums into the probabilities of words.
    Softmax,
}

/// The stages that rows pass on the way through a network, in order.
#[derive(Clone, Debug)]
pub(crate) struct StageList {
    kinds: Vec<StageKind>,
    /// The network's layers that the stages compute.
    layers: Range<usize>,
    /// The treatment of samples in training; `None` in use.
    treatment: Option<Treatment>,
    /// The shares of zeros among the inputs.
    zeros: Zeros,
    /// Whether the last layer gives the numbers that the loss reads: logits for cross-entropy.
    logits: bool,
}

impl StageList {
    /// The stages of a training step, from the samples to the loss.
    pub(crate) fn of_training(network: &Network, treatment: Treatment, samples: &Samples) -> Self {
        let (count, code) = (network.layers.len(), network.encoder_layers);
        let mut kinds = vec![StageKind::Gather];
        kinds.extend(treatment.noise.map(StageKind::Corrupt));
        for layer in 0..count {
            let is_hidden = layer > 0 && layer != code;
            if treatment.dropout > 0.0 && is_hidden {
                kinds.push(StageKind::Dropout(layer));
            }
            if layer == code {
                kinds.extend(stage_on_code(network));
            }
            kinds.push(if layer + 1 == count { StageKind::Loss(layer) } else { StageKind::Dense(layer) });
            if network.layers[layer].normalized {
                kinds.push(StageKind::Normalize(layer));
            }
            kinds.extend(end_of_encoder(network, layer));
        }
        let left = treatment.noise.map_or(1.0, |noise| noise.share_of_zeros_left(samples.table().is_some()));
        let zeros = samples.zeros().left_by(left);
        Self { kinds, layers: 0..count, treatment: Some(treatment), zeros, logits: true }
    }

    /// The stages of a network in use, from the inputs of the first of `layers` to the outputs of the last.
    /// With `logits`, the network's last layer gives the numbers that the loss reads.
    pub(crate) fn of_use(
        network: &Network,
        layers: Range<usize>,
        codes: Codes,
        zeros: Zeros,
        logits: bool,
    ) -> Self {
        let mut kinds = vec![StageKind::Gather];
        for layer in layers.clone() {
            if layer == network.encoder_layers && layer > layers.start && network.draws_codes() {
                kinds.push(StageKind::Draw(codes));
            }
            kinds.push(StageKind::Dense(layer));
            kinds.extend(end_of_encoder(network, layer));
            if network.table.is_some() && layer + 1 == network.layers.len() && !logits {
                kinds.push(StageKind::Softmax);
            }
        }
        Self { kinds, layers, treatment: None, zeros, logits }
    }

    /// The kinds of all stages, in order.
    pub(crate) fn kinds(&self) -> &[StageKind] {
        &self.kinds
    }

    /// The places of all stages in the list.
    pub(crate) fn all(&self) -> Range<usize> {
        0..self.kinds.len()
    }

    /// The place in the list of the stage that computes a layer.
    pub(crate) fn place_of(&self, layer: usize) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.layer() == Some(layer))
    }

    /// The place in the list of the first stage with trained parameters.
    pub(crate) fn first_trained(&self, network: &Network) -> usize {
        let layer = self.treatment.as_ref().map_or(0, |treatment| treatment.first_trained(network));
        self.place_of(layer).unwrap_or(self.kinds.len() - 1)
    }

    /// The meetings of the blocks of a batch, one for each stage that needs numbers from the whole batch.
    pub(crate) fn meetings(&self, network: &Network) -> Meetings {
        Meetings(self.kinds.iter().map(|kind| kind.meeting(network)).collect())
    }

    /// Makes a block's stages, with buffers for up to `height` rows, a multiple of 32. `samples` are needed
    /// only if images are shifted.
    pub(crate) fn stages<B: Buffer>(
        &self,
        network: &Network,
        samples: Option<&Samples>,
        height: usize,
    ) -> Vec<Box<dyn Stage<B>>> {
        (0..self.kinds.len()).map(|place| self.stage(network, samples, height, place)).collect()
    }

    /// Makes the stage at one place of the list.
    fn stage<B: Buffer>(
        &self,
        network: &Network,
        samples: Option<&Samples>,
        height: usize,
        place: usize,
    ) -> Box<dyn Stage<B>> {
        let uses = self.uses(place);
        // A stage that does not write by a product writes f32 values, from which operands are then rounded.
        let written = Uses { values: true, ..uses };
        let inputs = |layer: usize| network.layers[layer].inputs;
        match self.kinds[place] {
            StageKind::Gather => {
                let shift = self.treatment.as_ref().and_then(|treatment| treatment.shift).zip(samples);
                let shifted =
                    shift.map(|((most, shape), samples)| Shifted::new(most, shape, samples, height));
                Box::new(Gather::new(height, inputs(self.layers.start), written, shifted))
            }
            StageKind::Corrupt(noise) => {
                let range = self.treatment.as_ref().map_or((0.0, 0.0), |treatment| treatment.range);
                let noise = RowNoise::new(noise, inputs(0), range);
                Box::new(Corrupt::new(height, inputs(0), written, noise))
            }
            StageKind::Dense(layer) => {
                let settings = DenseSettings {
                    layer,
                    height,
                    outputs: network.layers[layer].outputs,
                    y: uses,
                    dz: self.treatment.is_some().then(|| self.uses_of_gradient(network, place, layer)),
                    propagates: place > self.first_trained(network),
                };
                let activation = (!network.layers[layer].normalized).then(|| self.activation(network, layer));
                let zeros = if layer == self.layers.start { self.zeros } else { Zeros::NONE };
                let skipped = SkippedZeros::new::<B>(height, inputs(layer), zeros, self.treatment.is_some());
                Box::new(Dense::new(settings, activation, skipped))
            }
            StageKind::Normalize(layer) => {
                let outputs = network.layers[layer].outputs;
                let activation = self.activation(network, layer);
                Box::new(Normalize::new(layer, place, activation, [height, outputs], uses))
            }
            StageKind::Dropout(layer) => {
                let share = self.treatment.as_ref().map_or(0.0, |treatment| treatment.dropout);
                Box::new(Dropout::new(layer, share, height, inputs(layer), written))
            }
            StageKind::TopK(k) => Box::new(TopK::new(k, height, network.code, written)),
            StageKind::Draw(codes) => {
                Box::new(Draw::new(network.code, height, written, codes, self.treatment.is_some()))
            }
            StageKind::Sparsity { .. } => Box::new(Sparsity { place }),
            StageKind::AbsoluteValues => Box::new(AbsoluteValues),
            StageKind::Contract => Box::new(Contract::new(place, network, height)),
            StageKind::Loss(layer) => {
                let propagates = place > self.first_trained(network);
                let dz = self.uses_of_gradient(network, place, layer);
                if let Some(features) = &network.table {
                    return Box::new(TableLoss::new(layer, height, features, dz, propagates));
                }
                Box::new(LossLayer::new(layer, height, network.layers[layer].outputs, dz, propagates))
            }
            StageKind::Softmax => {
                Box::new(Softmax::new(network.table.as_ref().expect("only tables have words")))
            }
        }
    }

    /// The activation that a layer applies in these stages.
    fn activation(&self, network: &Network, layer: usize) -> Activation {
        if self.logits { network.training_activation(layer) } else { network.layers[layer].activation }
    }

    /// The uses that the following stages make of a stage's values.
    fn uses(&self, place: usize) -> Uses {
        let trains = self.treatment.is_some();
        match self.kinds[place + 1..].iter().find(|kind| kind.reads_values()) {
            // The loss reads samples in f32 in training, and slopes are computed from values in f32.
            Some(StageKind::Dense(_) | StageKind::Loss(_)) => {
                Uses { values: trains, rows: true, steps: trains }
            }
            Some(
                StageKind::Gather
                | StageKind::Corrupt(_)
                | StageKind::Normalize(_)
                | StageKind::Dropout(_)
                | StageKind::TopK(_)
                | StageKind::Draw(_)
                | StageKind::Sparsity { .. }
                | StageKind::AbsoluteValues
                | StageKind::Contract
                | StageKind::Softmax,
            )
            | None => Uses::VALUES,
        }
    }

    /// The uses of the gradients at a layer's sums.
    fn uses_of_gradient(&self, network: &Network, place: usize, layer: usize) -> Uses {
        // The buffer keeps f32 values in three cases: slopes that do not follow from outputs wait in it for
        // the gradients, another stage changes the gradients, or the contractive penalty adds gradients.
        let slopes = !network.training_activation(layer).derives_from_output();
        let until_next = self.kinds[place + 1..].iter().take_while(|kind| kind.layer().is_none());
        let is_changed = until_next.clone().any(|kind| kind.changes_gradient());
        let contracts = layer < network.encoder_layers && self.kinds.contains(&StageKind::Contract);
        // Gradients do not propagate below the first layer.
        Uses { values: slopes || is_changed || contracts, rows: layer > 0, steps: true }
    }
}

/// The stage that follows a layer which is the last of the encoder, in training and in use.
fn end_of_encoder(network: &Network, layer: usize) -> Option<StageKind> {
    network.specification.top_k.filter(|_| layer + 1 == network.encoder_layers).map(StageKind::TopK)
}

/// The stage that stands on the code in training, if the penalty needs one.
fn stage_on_code(network: &Network) -> Option<StageKind> {
    match network.specification.penalty {
        Penalty::None => None,
        Penalty::Sparse { target, .. } => Some(StageKind::Sparsity { target }),
        Penalty::L1 { .. } => Some(StageKind::AbsoluteValues),
        Penalty::Contractive { .. } => Some(StageKind::Contract),
        Penalty::Variational { .. } => Some(StageKind::Draw(Codes::Drawn)),
    }
}

impl StageKind {
    /// The layer whose products a stage of this kind computes.
    fn layer(self) -> Option<usize> {
        match self {
            Self::Dense(layer) | Self::Loss(layer) => Some(layer),
            Self::Gather
            | Self::Corrupt(_)
            | Self::Normalize(_)
            | Self::Dropout(_)
            | Self::TopK(_)
            | Self::Draw(_)
            | Self::Sparsity { .. }
            | Self::AbsoluteValues
            | Self::Contract
            | Self::Softmax => None,
        }
    }

    /// Whether a stage of this kind reads the values below to make values of its own.
    fn reads_values(self) -> bool {
        match self {
            Self::Gather | Self::Sparsity { .. } | Self::AbsoluteValues | Self::Contract | Self::Softmax => {
                false
            }
            Self::Corrupt(_)
            | Self::Dense(_)
            | Self::Normalize(_)
            | Self::Dropout(_)
            | Self::TopK(_)
            | Self::Draw(_)
            | Self::Loss(_) => true,
        }
    }

    /// Whether a stage of this kind changes the gradients that reach it.
    fn changes_gradient(self) -> bool {
        match self {
            Self::Normalize(_) | Self::Dropout(_) | Self::TopK(_) | Self::Draw(_) => true,
            Self::Gather
            | Self::Corrupt(_)
            | Self::Dense(_)
            | Self::Sparsity { .. }
            | Self::AbsoluteValues
            | Self::Contract
            | Self::Loss(_)
            | Self::Softmax => false,
        }
    }

    /// The meeting that a stage of this kind needs, if any.
    fn meeting(self, network: &Network) -> Option<Box<dyn Meeting>> {
        match self {
            Self::Normalize(layer) => Some(Box::new(Statistics::new(layer, network.layers[layer].outputs))),
            Self::Sparsity { target } => Some(Box::new(CodeMeans::new(network.code, target))),
            Self::Contract => Some(Box::new(ContractionMeeting::new(network))),
            Self::Gather
            | Self::Corrupt(_)
            | Self::Dense(_)
            | Self::Dropout(_)
            | Self::TopK(_)
            | Self::Draw(_)
            | Self::AbsoluteValues
            | Self::Loss(_)
            | Self::Softmax => None,
        }
    }
}
