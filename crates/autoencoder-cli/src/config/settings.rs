//! Settings of a training, as one layer says them: the arguments, a configuration file, or a preset.

use autoencoder::Activation;
use clap::ArgAction;
use serde::{Deserialize, Serialize};
use toml::Table;

use super::parsers::{activations, at_least_one, counts, seeds};
use super::preset::Preset;
use super::values::{
    Init, LossName, NoiseName, NormalizationName, OptimizerName, PenaltyName, Precision, Scale, ScheduleName,
    Validation,
};

/// What one layer of settings says: the arguments, a configuration file, or a preset. The keys of the file are
/// the names of the arguments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// What to train on: an IDX, .npy or .csv file, a folder of images or of MNIST's files, or `synthetic`.
    /// Without it: data/mnist below the current folder if it is there, else synthetic
    #[arg(value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Where settings come from that are not given; the default is tutorial
    #[arg(long, value_enum)]
    pub(crate) preset: Option<Preset>,
    /// Widths of the encoder's layers, the last is the code; the decoder mirrors them
    #[arg(long, help_heading = "Model", value_name = "N,..,N", value_delimiter = ',', num_args = 1, action = ArgAction::Set, value_parser = counts())]
    pub(crate) layers: Option<Vec<usize>>,
    /// Activation of every layer but the code and the output
    #[arg(long, help_heading = "Model", value_name = "A", value_parser = activations())]
    pub(crate) activation: Option<Activation>,
    /// Activation of the code
    #[arg(long, help_heading = "Model", value_name = "A", value_parser = activations())]
    pub(crate) code_activation: Option<Activation>,
    /// Activation of the output; it must be able to reach the data's values
    #[arg(long, help_heading = "Model", value_name = "A", value_parser = activations())]
    pub(crate) output_activation: Option<Activation>,
    /// Make each weight of the decoder the transpose of the encoder's: one buffer, half the numbers
    #[arg(long, help_heading = "Model", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) tied: Option<bool>,
    /// What is done to the sums of hidden layers before their activation; the model that is written has it folded into its weights
    #[arg(long, help_heading = "Model", value_enum)]
    pub(crate) normalization: Option<NormalizationName>,
    /// What restoring a sample costs
    #[arg(long, help_heading = "Loss", value_enum)]
    pub(crate) loss: Option<LossName>,
    /// Where the Huber loss turns linear, with --loss huber; the default is 1
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) huber_delta: Option<f64>,
    /// The standard deviation of the output, with --loss gaussian; the default is 0.1
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) gaussian_deviation: Option<f64>,
    /// What is added to the loss for the sake of the code: it makes the kind of autoencoder
    #[arg(long, help_heading = "Loss", value_enum)]
    pub(crate) penalty: Option<PenaltyName>,
    /// What it is multiplied with; the default is 0.001 for sparse, 0.00001 for l1, 0.0001 for contractive,
    /// 1 for variational
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) penalty_weight: Option<f64>,
    /// How active each unit of the code is to be on average, with --penalty sparse; the default is 0.05
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) sparsity_target: Option<f64>,
    /// Epochs, or a part of one, in which the penalty's weight rises to its whole
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) penalty_warmup_epochs: Option<f64>,
    /// Corrupt samples on their way in, and hold what comes out against the clean ones: a denoising autoencoder
    #[arg(long, help_heading = "Chance", value_enum)]
    pub(crate) noise: Option<NoiseName>,
    /// The share of the numbers that --noise changes (0.3 unless given), or the deviation of gaussian noise (0.1)
    #[arg(long, help_heading = "Chance", value_name = "F", allow_negative_numbers = true)]
    pub(crate) noise_strength: Option<f64>,
    /// Leave out this share of the hidden units, others for each sample and step
    #[arg(long, help_heading = "Chance", value_name = "F", allow_negative_numbers = true)]
    pub(crate) dropout: Option<f64>,
    /// Shift images by up to N pixels either way, each time anew
    #[arg(long, help_heading = "Chance", value_name = "N", value_parser = counts())]
    pub(crate) shift: Option<usize>,
    /// How weights follow their gradients
    #[arg(long, help_heading = "Steps", value_enum)]
    pub(crate) optimizer: Option<OptimizerName>,
    /// How far a step goes
    #[arg(long, help_heading = "Steps", value_name = "F", allow_negative_numbers = true)]
    pub(crate) learning_rate: Option<f64>,
    /// How the learning rate goes over the training; the default is constant
    #[arg(long, help_heading = "Steps", value_enum)]
    pub(crate) schedule: Option<ScheduleName>,
    /// What the learning rate is multiplied with, with --schedule step (0.1 unless given) or exponential (0.95)
    #[arg(long, help_heading = "Steps", value_name = "F", allow_negative_numbers = true)]
    pub(crate) schedule_factor: Option<f64>,
    /// After how many epochs, with --schedule step; the default is 10
    #[arg(long, help_heading = "Steps", value_name = "N", value_parser = counts())]
    pub(crate) schedule_epochs: Option<usize>,
    /// The share of the learning rate that is left at the end, with --schedule cosine; the default is 0
    #[arg(long, help_heading = "Steps", value_name = "F", allow_negative_numbers = true)]
    pub(crate) schedule_floor: Option<f64>,
    /// The share of the training in which it rises, with --schedule one-cycle; the default is 0.3
    #[arg(long, help_heading = "Steps", value_name = "F", allow_negative_numbers = true)]
    pub(crate) schedule_rise: Option<f64>,
    /// Epochs, or a part of one, in which the learning rate rises to its whole before the schedule begins
    #[arg(long, help_heading = "Steps", value_name = "F", allow_negative_numbers = true)]
    pub(crate) warmup_epochs: Option<f64>,
    /// What weights, but no biases, shrink by in a step, times the learning rate; with adamw instead of its 0.01 of both
    #[arg(long, help_heading = "Steps", value_name = "F", allow_negative_numbers = true)]
    pub(crate) weight_decay: Option<f64>,
    /// Shorten the gradients of a step to this Euclidean norm of all together
    #[arg(long, help_heading = "Steps", value_name = "F", allow_negative_numbers = true)]
    pub(crate) clip_norm: Option<f64>,
    /// Samples in a step, or in a part of it with --accumulate
    #[arg(long, help_heading = "Steps", value_name = "N", value_parser = counts())]
    pub(crate) batch_size: Option<usize>,
    /// Batches that make one step: as one batch of so many times the size, in the memory of one
    #[arg(long, help_heading = "Steps", value_name = "N", value_parser = counts())]
    pub(crate) accumulate: Option<usize>,
    /// Stop after N epochs without a better validation loss, or without validation a better training loss
    #[arg(long, help_heading = "Length", value_name = "N", value_parser = counts())]
    pub(crate) patience: Option<usize>,
    /// What the loss must fall by to be better, with --patience; the default is 0
    #[arg(long, help_heading = "Length", value_name = "F", allow_negative_numbers = true)]
    pub(crate) smallest_change: Option<f64>,
    /// Write the model of the best epoch instead of the last
    #[arg(long, help_heading = "Length", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) keep_best: Option<bool>,
    /// Passes over the samples, counted from the beginning, with --resume too
    #[arg(long, help_heading = "Length", value_name = "N", value_parser = counts())]
    pub(crate) epochs: Option<usize>,
    /// How weights start: glorot, glorot-gain, he, normal, or a model file whose weights to start from
    #[arg(long, help_heading = "Model", value_name = "INIT")]
    pub(crate) init: Option<Init>,
    /// Train the layers one after the other for N epochs each before the whole: greedy pretraining of deep encoders
    #[arg(long, help_heading = "Model", value_name = "N", value_parser = counts())]
    pub(crate) pretrain_epochs: Option<usize>,
    /// Layers whose weights stay as they start: names as in `inspect`, or `encoder` or `decoder` for all of a side
    #[arg(long, help_heading = "Model", value_name = "LAYER,..,LAYER", value_delimiter = ',', num_args = 1, action = ArgAction::Set)]
    pub(crate) freeze: Option<Vec<String>>,
    /// What to validate on: other DATA, a fraction of the samples such as 0.1, `test` for DATA's own test split,
    /// or `none`. The default is the test split where there is one, else none
    #[arg(long, help_heading = "Samples", value_name = "VALIDATION")]
    pub(crate) validation: Option<Validation>,
    /// Train on the first N samples only
    #[arg(long, help_heading = "Samples", value_name = "N", value_parser = at_least_one())]
    pub(crate) limit: Option<usize>,
    /// How data is scaled that is not bytes; the default is min-max. Bytes are divided by 255
    #[arg(long, help_heading = "Samples", value_enum)]
    pub(crate) scale: Option<Scale>,
    /// The column of a .csv file that holds labels: its name, or its index from 0
    #[arg(long, help_heading = "Samples", value_name = "NAME|INDEX")]
    pub(crate) label_column: Option<String>,
    /// Whether each epoch has an order of its own; `--no-shuffle` where arguments are typed.
    #[arg(skip)]
    pub(crate) shuffle: Option<bool>,
    /// What the products of training multiply; sums and parameters are f32 in any case. The default is f32
    #[arg(long, help_heading = "Steps", value_enum, value_name = "PRECISION")]
    pub(crate) precision: Option<Precision>,
    /// What everything random is a function of: weights, order, split, synthetic data; the default is 0
    #[arg(long, help_heading = "Chance", value_name = "N", value_parser = seeds())]
    pub(crate) seed: Option<u64>,
}

impl Settings {
    /// These settings, and for what they leave open those of `below`.
    pub(crate) fn above(&self, below: &Self) -> Self {
        let mut table = below.table();
        table.extend(self.table());
        table.try_into().expect("two tables of settings make one")
    }

    /// What is set, by key.
    pub(crate) fn table(&self) -> Table {
        Table::try_from(self).expect("settings are plain values")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_counts() {
        let above = Settings { epochs: Some(3), layers: Some(vec![4]), ..Settings::default() };
        let below =
            Settings { epochs: Some(5), seed: Some(7), layers: Some(vec![9, 8]), ..Settings::default() };
        let expected = Settings { seed: Some(7), ..above.clone() };
        assert_eq!(above.above(&below), expected);
        assert_eq!(Settings::default().above(&below), below);
    }
}
