//! The list of stages that an architecture, and how it is trained or used, come to; and what each of them is made of.

use std::ops::Range;

use autoencoder_kernels::Activation;

use super::contraction::{Contract, ContractionMeeting};
use super::corrupt::Corrupt;
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
use super::treatment::Treatment;
use crate::network::Network;
use crate::network::buffer::{Buffer, Uses};
use crate::options::noise::Noise;
use crate::samples::Samples;
use crate::samples::zeros::Zeros;
use crate::specification::penalty::Penalty;

/// A stage by its kind and, where there are several of the kind, its layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StageKind {
    /// Rows come in.
    Gather,
    /// Noise on samples.
    Corrupt(Noise),
    /// A layer.
    Dense(usize),
    /// The normalisation of a layer's sums.
    Normalize(usize),
    /// Dropout before a layer.
    Dropout(usize),
    /// Codes of their distributions.
    Draw(Codes),
    /// The penalty on the means of the code's units.
    Sparsity {
        /// What they are to be.
        target: f32,
    },
    /// The penalty on the absolute values of codes.
    AbsoluteValues,
    /// The penalty on the code's derivative.
    Contract,
    /// The last layer with the loss.
    Loss(usize),
}

/// The stages of a way through a network, in order.
#[derive(Clone, Debug)]
pub(crate) struct StageList {
    kinds: Vec<StageKind>,
    /// The layers that are passed.
    layers: Range<usize>,
    /// How samples are treated while training; none in use.
    treatment: Option<Treatment>,
    /// Shares of zeros in what comes in.
    zeros: Zeros,
    /// Whether the last layer's outputs are what the loss takes.
    logits: bool,
}

impl StageList {
    /// A step of a training, from the samples to the loss.
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
        }
        let keeps_zeros = treatment.noise.is_none_or(Noise::keeps_zeros);
        let zeros = if keeps_zeros { samples.zeros() } else { Zeros::NONE };
        Self { kinds, layers: 0..count, treatment: Some(treatment), zeros, logits: true }
    }

    /// A network in use, from the inputs of the first of these layers to the outputs of the last. With `logits` those of the
    /// network's last are what the loss takes.
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
        }
        Self { kinds, layers, treatment: None, zeros, logits }
    }

    /// The stages.
    pub(crate) fn kinds(&self) -> &[StageKind] {
        &self.kinds
    }

    /// The places of all of them.
    pub(crate) fn all(&self) -> Range<usize> {
        0..self.kinds.len()
    }

    /// The place of a layer's stage.
    pub(crate) fn place_of(&self, layer: usize) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.layer() == Some(layer))
    }

    /// The place of the first stage of which something is trained.
    pub(crate) fn first_trained(&self, network: &Network) -> usize {
        let layer = self.treatment.as_ref().map_or(0, |treatment| treatment.first_trained(network));
        self.place_of(layer).unwrap_or(self.kinds.len() - 1)
    }

    /// Where the blocks of a batch meet.
    pub(crate) fn meetings(&self, network: &Network) -> Meetings {
        Meetings(self.kinds.iter().map(|kind| kind.meeting(network)).collect())
    }

    /// What a block of up to `height` rows, a multiple of 32, holds for each stage. `samples` are what is shifted.
    pub(crate) fn stages<B: Buffer>(
        &self,
        network: &Network,
        samples: Option<&Samples>,
        height: usize,
    ) -> Vec<Box<dyn Stage<B>>> {
        (0..self.kinds.len()).map(|place| self.stage(network, samples, height, place)).collect()
    }

    fn stage<B: Buffer>(
        &self,
        network: &Network,
        samples: Option<&Samples>,
        height: usize,
        place: usize,
    ) -> Box<dyn Stage<B>> {
        let uses = self.uses(place);
        // What is written by something else than a product is rounded from its values.
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
                Box::new(Corrupt::new(height, inputs(0), written, noise.corruption(range)))
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
            StageKind::Draw(codes) => {
                Box::new(Draw::new(network.code, height, written, codes, self.treatment.is_some()))
            }
            StageKind::Sparsity { .. } => Box::new(Sparsity { place }),
            StageKind::AbsoluteValues => Box::new(AbsoluteValues),
            StageKind::Contract => Box::new(Contract::new(place, network, height)),
            StageKind::Loss(layer) => {
                let propagates = place > self.first_trained(network);
                let dz = self.uses_of_gradient(network, place, layer);
                Box::new(LossLayer::new(layer, height, network.layers[layer].outputs, dz, propagates))
            }
        }
    }

    fn activation(&self, network: &Network, layer: usize) -> Activation {
        if self.logits { network.training_activation(layer) } else { network.layers[layer].activation }
    }

    /// What the values of a stage are read for, by the next that reads any.
    fn uses(&self, place: usize) -> Uses {
        let trains = self.treatment.is_some();
        match self.kinds[place + 1..].iter().find(|kind| kind.reads_values()) {
            // While training, values are held against the loss and give slopes.
            Some(StageKind::Dense(_) | StageKind::Loss(_)) => {
                Uses { values: trains, rows: true, steps: trains }
            }
            Some(
                StageKind::Gather
                | StageKind::Corrupt(_)
                | StageKind::Normalize(_)
                | StageKind::Dropout(_)
                | StageKind::Draw(_)
                | StageKind::Sparsity { .. }
                | StageKind::AbsoluteValues
                | StageKind::Contract,
            )
            | None => Uses::VALUES,
        }
    }

    /// What the gradients at a layer's sums are read for.
    fn uses_of_gradient(&self, network: &Network, place: usize, layer: usize) -> Uses {
        // Slopes that outputs do not tell wait there for the gradients, and what is changed once more is kept.
        let slopes = !network.training_activation(layer).derives_from_output();
        let until_next = self.kinds[place + 1..].iter().take_while(|kind| kind.layer().is_none());
        let is_changed = until_next.clone().any(|kind| kind.changes_gradient());
        let contracts = layer < network.encoder_layers && self.kinds.contains(&StageKind::Contract);
        // Nothing is behind the first layer.
        Uses { values: slopes || is_changed || contracts, rows: layer > 0, steps: true }
    }
}

/// What stands on the code while training.
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
    /// The layer whose products it computes.
    fn layer(self) -> Option<usize> {
        match self {
            Self::Dense(layer) | Self::Loss(layer) => Some(layer),
            Self::Gather
            | Self::Corrupt(_)
            | Self::Normalize(_)
            | Self::Dropout(_)
            | Self::Draw(_)
            | Self::Sparsity { .. }
            | Self::AbsoluteValues
            | Self::Contract => None,
        }
    }

    /// Whether it makes values of its own from those below.
    fn reads_values(self) -> bool {
        match self {
            Self::Gather | Self::Sparsity { .. } | Self::AbsoluteValues | Self::Contract => false,
            Self::Corrupt(_)
            | Self::Dense(_)
            | Self::Normalize(_)
            | Self::Dropout(_)
            | Self::Draw(_)
            | Self::Loss(_) => true,
        }
    }

    /// Whether it changes the gradients that came down to it.
    fn changes_gradient(self) -> bool {
        match self {
            Self::Normalize(_) | Self::Dropout(_) | Self::Draw(_) => true,
            Self::Gather
            | Self::Corrupt(_)
            | Self::Dense(_)
            | Self::Sparsity { .. }
            | Self::AbsoluteValues
            | Self::Contract
            | Self::Loss(_) => false,
        }
    }

    /// What it takes of a whole batch.
    fn meeting(self, network: &Network) -> Option<Box<dyn Meeting>> {
        match self {
            Self::Normalize(layer) => Some(Box::new(Statistics::new(layer, network.layers[layer].outputs))),
            Self::Sparsity { target } => Some(Box::new(CodeMeans::new(network.code, target))),
            Self::Contract => Some(Box::new(ContractionMeeting::new(network))),
            Self::Gather
            | Self::Corrupt(_)
            | Self::Dense(_)
            | Self::Dropout(_)
            | Self::Draw(_)
            | Self::AbsoluteValues
            | Self::Loss(_) => None,
        }
    }
}
