//! Settings of a training, as one layer says them: the arguments, a configuration file, or a preset.

use autoencoder::{Activation, Loss, Noise, Normalization, Optimizer, Penalty, Schedule};
use clap::{ArgAction, Args, Command};
use serde::{Deserialize, Serialize};
use toml::Table;

use super::budget::Budget;
use super::named::{Named, names};
use super::of_columns::{AskedColumn, AskedScale};
use super::parsers::{at_least_one, counts, seeds};
use super::preset::Preset;
use super::sampler::AskedSampler;
use super::values::{AskedPrecision, Init, Validation};
use crate::data::{DecimalMark, HeaderLine, SYNTHETIC, Separator};

/// Settings as one layer says them: the arguments, a configuration file, or a preset. The keys of the file are the
/// names of the arguments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// Data to train on: an IDX, .npy, .npz, .safetensors, .csv or .tsv file, a folder of images or of MNIST's files, or
    /// `synthetic`; `FILE:NAME` and `FOLDER/PREFIX` name one of several arrays and sets; the default is data/mnist below the
    /// current folder if that exists, else `synthetic`
    #[arg(value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Preset: the settings to start from; the default is tutorial for MNIST's files and digits, pictures for other pictures,
    /// and table for everything else
    #[arg(long)]
    pub(crate) preset: Option<Named<Preset>>,
    /// Widths of the encoder's layers; the last width is the length of the code, and the decoder mirrors the encoder
    #[arg(long, help_heading = "Model", value_name = "N,..,N", value_delimiter = ',', num_args = 1, action = ArgAction::Set, value_parser = counts("layers"))]
    pub(crate) layers: Option<Vec<usize>>,
    /// Length of the code, where --layers does not say: the last width of the encoder
    #[arg(long, help_heading = "Model", value_name = "N", value_parser = counts("code"))]
    pub(crate) code: Option<usize>,
    /// Activation of the hidden layers other than the code
    #[arg(long, help_heading = "Model", value_name = "A")]
    pub(crate) activation: Option<Named<Activation>>,
    /// Activation of the code
    #[arg(long, help_heading = "Model", value_name = "A", value_parser = names::<Activation>())]
    pub(crate) code_activation: Option<Named<Activation>>,
    /// Activation of the output, which must be able to reach the data's values
    #[arg(long, help_heading = "Model", value_name = "A", value_parser = names::<Activation>())]
    pub(crate) output_activation: Option<Named<Activation>>,
    /// Tied weights: each weight matrix of the decoder is the transpose of the encoder's, so that there are half as
    /// many weights
    #[arg(long, help_heading = "Model", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) tied: Option<bool>,
    /// Top-k codes: every sample keeps the K largest numbers of its code, and the others become 0
    #[arg(long, help_heading = "Model", value_name = "K", value_parser = counts("top-k"), allow_negative_numbers = true)]
    pub(crate) top_k: Option<usize>,
    /// Normalisation of the hidden layers, before their activation; the model that is written has the normalisation
    /// folded into its weights
    #[arg(long, help_heading = "Model")]
    pub(crate) normalization: Option<Named<Normalization>>,
    /// Loss: the measure of the difference between a sample and its reconstruction
    #[arg(long, help_heading = "Loss")]
    pub(crate) loss: Option<Named<Loss>>,
    /// Difference from which the Huber loss is linear, with --loss huber; the default is 1
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) huber_delta: Option<f64>,
    /// Standard deviation of the output, with --loss gaussian; the default is 0.1
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) gaussian_deviation: Option<f64>,
    /// Penalty: a term of the loss that depends on the code, and that makes the kind of autoencoder
    #[arg(long, help_heading = "Loss")]
    pub(crate) penalty: Option<Named<Penalty>>,
    /// Weight of the penalty in the loss; the default is 0.001 for sparse, 0.00001 for l1, 0.0001 for contractive, 1
    /// for variational
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) penalty_weight: Option<f64>,
    /// Mean activation that each unit of the code is to have, with --penalty sparse; the default is 0.05
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) sparsity_target: Option<f64>,
    /// Epochs, or a part of one, over which the penalty's weight rises to its full value
    #[arg(long, help_heading = "Loss", value_name = "F", allow_negative_numbers = true)]
    pub(crate) penalty_warmup_epochs: Option<f64>,
    /// Noise that corrupts the samples on their way in, while the model learns to restore the clean samples: a
    /// denoising autoencoder
    #[arg(long, help_heading = "Randomness")]
    pub(crate) noise: Option<Named<Option<Noise>>>,
    /// Strength of --noise: the share of the numbers that are changed (0.3 unless given), or the standard deviation
    /// of gaussian noise (0.1)
    #[arg(long, help_heading = "Randomness", value_name = "F", allow_negative_numbers = true)]
    pub(crate) noise_strength: Option<f64>,
    /// Dropout: the share of the hidden units that are left out, chosen anew for each sample and step
    #[arg(long, help_heading = "Randomness", value_name = "F", allow_negative_numbers = true)]
    pub(crate) dropout: Option<f64>,
    /// Shift images by up to N pixels in each direction, chosen anew for each sample and step
    #[arg(long, help_heading = "Randomness", value_name = "N", value_parser = counts("shift"))]
    pub(crate) shift: Option<usize>,
    /// Optimizer: the rule by which gradients change the weights
    #[arg(long, help_heading = "Optimization")]
    pub(crate) optimizer: Option<Named<Optimizer>>,
    /// Learning rate: the size of an optimizer step
    #[arg(long, help_heading = "Optimization", value_name = "F", allow_negative_numbers = true)]
    pub(crate) learning_rate: Option<f64>,
    /// Schedule: the course of the learning rate over the training; the default is constant
    #[arg(long, help_heading = "Optimization")]
    pub(crate) schedule: Option<Named<Schedule>>,
    /// Factor that the learning rate is multiplied by, with --schedule step (0.1 unless given) or exponential (0.95)
    #[arg(long, help_heading = "Optimization", value_name = "F", allow_negative_numbers = true)]
    pub(crate) schedule_factor: Option<f64>,
    /// Epochs between two changes of the learning rate, with --schedule step; the default is 10
    #[arg(long, help_heading = "Optimization", value_name = "N", value_parser = counts("schedule-epochs"))]
    pub(crate) schedule_epochs: Option<usize>,
    /// Share of the learning rate that is left at the end, with --schedule cosine; the default is 0
    #[arg(long, help_heading = "Optimization", value_name = "F", allow_negative_numbers = true)]
    pub(crate) schedule_floor: Option<f64>,
    /// Share of the training during which the learning rate rises, with --schedule one-cycle; the default is 0.3
    #[arg(long, help_heading = "Optimization", value_name = "F", allow_negative_numbers = true)]
    pub(crate) schedule_rise: Option<f64>,
    /// Epochs, or a part of one, over which the learning rate rises to its full value before the schedule begins
    #[arg(long, help_heading = "Optimization", value_name = "F", allow_negative_numbers = true)]
    pub(crate) warmup_epochs: Option<f64>,
    /// Weight decay: every step shrinks the weights, but not the biases, by this number times the learning rate; with
    /// adamw this replaces the decay of 0.01 that adamw applies to weights and biases
    #[arg(long, help_heading = "Optimization", value_name = "F", allow_negative_numbers = true)]
    pub(crate) weight_decay: Option<f64>,
    /// Gradient clipping: the gradients of a step are shortened if their Euclidean norm, over all weights and biases,
    /// is above this number
    #[arg(long, help_heading = "Optimization", value_name = "F", allow_negative_numbers = true)]
    pub(crate) clip_norm: Option<f64>,
    /// Batch size: the number of samples in a step, or with --accumulate in each part of a step
    #[arg(long, help_heading = "Optimization", value_name = "N", value_parser = counts("batch-size"))]
    pub(crate) batch_size: Option<usize>,
    /// Number of batches whose gradients make one step: the effect of a batch N times as large, with the memory of
    /// one batch
    #[arg(long, help_heading = "Optimization", value_name = "N", value_parser = counts("accumulate"))]
    pub(crate) accumulate: Option<usize>,
    /// Early stopping: stop after N epochs without a better validation loss, or without validation a better training
    /// loss
    #[arg(long, help_heading = "Duration", value_name = "N", value_parser = counts("patience"))]
    pub(crate) patience: Option<usize>,
    /// Amount by which the loss must fall to count as better, with --patience; the default is 0
    #[arg(long, help_heading = "Duration", value_name = "F", allow_negative_numbers = true)]
    pub(crate) smallest_change: Option<f64>,
    /// Write the model of the best epoch instead of the last
    #[arg(long, help_heading = "Duration", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) keep_best: Option<bool>,
    /// Epochs: passes over the samples, counted from the beginning of the run, with --resume too
    #[arg(long, help_heading = "Duration", value_name = "N", value_parser = counts("epochs"))]
    pub(crate) epochs: Option<usize>,
    /// Train for a time instead of --epochs: 30s, 5m or 1h. The time is turned into epochs once, by measuring a few steps, and
    /// the number is written into config.toml
    #[arg(long, help_heading = "Duration", value_name = "TIME", conflicts_with = "epochs")]
    pub(crate) budget: Option<Budget>,
    /// Initial weights; the help names every distribution.
    #[arg(long, help_heading = "Model", value_name = "INIT", help = initial_weights())]
    pub(crate) init: Option<Init>,
    /// Greedy pretraining of deep encoders: train the layers one after the other, N epochs each, before the whole
    #[arg(long, help_heading = "Model", value_name = "N", value_parser = counts("pretrain-epochs"))]
    pub(crate) pretrain_epochs: Option<usize>,
    /// Sampler: the distribution of codes that is fitted when the training ends, and from which `generate` draws; the default is
    /// gaussian, and none for variational models
    #[arg(long, help_heading = "Model", value_name = "SAMPLER")]
    pub(crate) sampler: Option<Named<AskedSampler>>,
    /// Number of Gaussian distributions, with --sampler mixture; the default is 10
    #[arg(long, help_heading = "Model", value_name = "K", value_parser = at_least_one("components"))]
    pub(crate) components: Option<usize>,
    /// Layers whose weights stay as they start: names as `inspect` prints them, or `encoder` or `decoder` for all
    /// layers of that side
    #[arg(long, help_heading = "Model", value_name = "LAYER,..,LAYER", value_delimiter = ',', num_args = 1, action = ArgAction::Set)]
    pub(crate) freeze: Option<Vec<String>>,
    /// Validation data: other DATA, a fraction of the samples such as 0.1, `test` for the test split of DATA, or
    /// `none`; the default is a folder `val` in DATA, else the test split, else a tenth with the presets table and pictures,
    /// and none with the others
    #[arg(long, help_heading = "Data", value_name = "VALIDATION")]
    pub(crate) validation: Option<Validation>,
    /// Train on the first N samples only
    #[arg(long, help_heading = "Data", value_name = "N", value_parser = at_least_one("limit"))]
    pub(crate) limit: Option<usize>,
    /// Scaling of the data; the help names every scaling.
    #[arg(long, help_heading = "Data", value_name = "SCALE", help = scalings())]
    pub(crate) scale: Option<AskedScale>,
    /// Column of a table that holds labels: its name, its index from 0, or -1 for the last
    #[arg(long, help_heading = "Data", value_name = "NAME|INDEX", allow_hyphen_values = true)]
    pub(crate) label_column: Option<String>,
    /// Column of a table that says what each row is called, given as the column of labels is: it is kept beside the rows, and
    /// written first
    #[arg(long, help_heading = "Data", value_name = "NAME|INDEX", allow_hyphen_values = true)]
    pub(crate) id_column: Option<String>,
    /// Columns of a table that are left out, given as the column of labels is
    #[arg(long, help_heading = "Data", value_name = "COLUMN,..,COLUMN", value_delimiter = ',', num_args = 1, action = ArgAction::Set, allow_hyphen_values = true)]
    pub(crate) drop: Option<Vec<String>>,
    /// Columns of a table that are features, given as the column of labels is; all others are left out
    #[arg(long, help_heading = "Data", value_name = "COLUMN,..,COLUMN", value_delimiter = ',', num_args = 1, action = ArgAction::Set, allow_hyphen_values = true)]
    pub(crate) columns: Option<Vec<String>>,
    /// Kind of a column of a table, where the first lines do not tell: number, words, id, label or drop, or for dates and times the
    /// numbers that are made of them (days, year, weekday, hour, as in when=weekday+hour); once for each column
    #[arg(long, help_heading = "Data", value_name = "COLUMN=KIND", action = ArgAction::Append)]
    pub(crate) column: Option<Vec<AskedColumn>>,
    /// Schema of a table, a TOML file as `inspect --schema` prints it: its columns are read as it says, and others are left out
    #[arg(long, help_heading = "Data", value_name = "FILE", conflicts_with_all = ["column", "drop", "columns", "hole_indicators"])]
    pub(crate) schema: Option<String>,
    /// Tell the model where a column of a table has a hole, by one more feature for each column that has some
    #[arg(long, help_heading = "Data", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) hole_indicators: Option<bool>,
    /// First line of a table: names of the columns, or a sample; the default is auto
    #[arg(long, help_heading = "Data")]
    pub(crate) header: Option<Named<HeaderLine>>,
    /// Separator of the fields in a table of text; the default is auto
    #[arg(long, help_heading = "Data")]
    pub(crate) separator: Option<Named<Separator>>,
    /// Decimal mark of the numbers in a table of text; the default is auto
    #[arg(long, help_heading = "Data", value_name = "MARK")]
    pub(crate) decimal: Option<Named<DecimalMark>>,
    /// Leave out pictures that cannot be read, with a note that names them, instead of refusing the folder
    #[arg(long, help_heading = "Data", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) skip_broken: Option<bool>,
    /// Shape of a sample in a table or an array of plain rows, to treat it as an image: 28,28 or 32,32,3, or 3,32,32 if the
    /// colours come one after the other
    #[arg(long, help_heading = "Data", value_name = "N,..,N", value_delimiter = ',', num_args = 1, action = ArgAction::Set, value_parser = at_least_one("sample-shape"))]
    pub(crate) sample_shape: Option<Vec<usize>>,
    /// Labels whose samples are left out of training and validation, so that a model learns what is usual: 9 for digits without nines
    #[arg(long, help_heading = "Data", value_name = "LABEL,..,LABEL", value_delimiter = ',', num_args = 1, action = ArgAction::Set, allow_hyphen_values = true)]
    pub(crate) without_labels: Option<Vec<String>>,
    /// Rows in time that make a sample: a window of so many rows of a table or array, one after the other. The rows are scored, not the
    /// windows
    #[arg(long, help_heading = "Data", value_name = "N", value_parser = at_least_one("window"))]
    pub(crate) window: Option<usize>,
    /// Rows from the beginning of a window to that of the next, with --window; the default is 1
    #[arg(long, help_heading = "Data", value_name = "N", value_parser = at_least_one("stride"))]
    pub(crate) stride: Option<usize>,
    /// Column of a table that holds the times of its rows, with --window, given as the column of labels is: no window goes over a gap,
    /// and the rows are called by their times
    #[arg(
        long,
        help_heading = "Data",
        value_name = "NAME|INDEX",
        allow_hyphen_values = true,
        conflicts_with = "id_column"
    )]
    pub(crate) time_column: Option<String>,
    /// Whether each epoch has its own order of the samples; the argument is `--no-shuffle`.
    #[arg(skip)]
    pub(crate) shuffle: Option<bool>,
    /// Precision of matrix products: f32 or bf16 (sums and parameters stay f32); the default is f32
    #[arg(long, help_heading = "Optimization", value_name = "PRECISION")]
    pub(crate) precision: Option<Named<AskedPrecision>>,
    /// Seed of everything random: initial weights, order of samples, noise, validation split, synthetic data; the
    /// default is 0
    #[arg(long, help_heading = "Randomness", value_name = "N", value_parser = seeds())]
    pub(crate) seed: Option<u64>,
}

/// The help of `--init`.
fn initial_weights() -> String {
    format!(
        "Initial weights: {}, or a model file or run whose weights, layers and scaling the training starts from",
        Init::names()
    )
}

/// The help of `--scale`.
fn scalings() -> String {
    format!(
        "Scaling of the data: {}, for all features, or for single columns of a table, as in standard,income=log1p; the default is \
         min-max, for bytes a division by 255, and standard with the preset table and for tables with words or holes",
        AskedScale::names()
    )
}

impl Settings {
    /// The preset that holds where nothing else is said.
    pub(crate) fn preset(&self) -> Preset {
        self.preset.unwrap_or_default().0
    }

    /// These settings, completed by those of `below` where these leave something open.
    pub(crate) fn above(&self, below: &Self) -> Self {
        let mut table = below.table();
        table.extend(self.table());
        table.try_into().expect("two tables of settings make one")
    }

    /// The settings that are set and stand under a heading of the help, by key.
    pub(crate) fn under(&self, heading: &str) -> Table {
        let command = Self::augment_args(Command::new("settings"));
        let stands_there = |key: &str| {
            command.get_arguments().any(|argument| {
                argument.get_help_heading() == Some(heading) && argument.get_long() == Some(key)
            })
        };
        self.table().into_iter().filter(|(key, _)| stands_there(key)).collect()
    }

    /// Returns whether trainings with these and with other settings train and validate on the same samples.
    pub(crate) fn shares_data(&self, other: &Self) -> bool {
        // The seed chooses the fraction that is set apart, and draws the built-in digits.
        let depends_on_seed = self.data.as_deref().is_none_or(|data| data == SYNTHETIC)
            || matches!(self.validation, Some(Validation::Fraction(_)));
        let are_alike = self.data == other.data && self.under("Data") == other.under("Data");
        are_alike && (!depends_on_seed || self.seed == other.seed)
    }

    /// The settings that are set, by key.
    pub(crate) fn table(&self) -> Table {
        Table::try_from(self).expect("settings are plain values")
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::Choice;

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
    #[test]
    fn data_is_shared_by_runs_of_the_same_samples() {
        let mnist = Settings { data: Some("data/mnist".to_owned()), seed: Some(1), ..Settings::default() };
        let other_seed = Settings { seed: Some(2), learning_rate: Some(0.1), ..mnist.clone() };
        assert!(mnist.shares_data(&other_seed));
        let of = |settings: &Settings| Settings {
            validation: Some(Validation::Fraction(0.1)),
            ..settings.clone()
        };
        assert!(!of(&mnist).shares_data(&of(&other_seed)), "another tenth is set apart");
        let drawn = |settings: &Settings| Settings { data: Some("synthetic".to_owned()), ..settings.clone() };
        assert!(!drawn(&mnist).shares_data(&drawn(&other_seed)), "other digits");
        assert!(drawn(&mnist).shares_data(&drawn(&mnist)));
        assert!(!mnist.shares_data(&Settings { limit: Some(9), ..mnist.clone() }));
    }

    /// A number that is left open is the library's: a new penalty has to say its usual weight here too.
    #[test]
    fn the_help_tells_the_usual_weight_of_every_penalty() {
        let command = Settings::augment_args(Command::new("settings"));
        let weight = command.get_arguments().find(|argument| argument.get_long() == Some("penalty-weight"));
        let help = weight.and_then(clap::Arg::get_help).map(ToString::to_string).unwrap();
        for penalty in Penalty::ALL {
            let written = toml::Table::try_from(penalty).unwrap();
            if let Some(weight) = written.get("weight").and_then(toml::Value::as_float) {
                #[expect(clippy::cast_possible_truncation, reason = "it was an f32")]
                let told = format!("{} for {}", weight as f32, penalty.name());
                assert!(help.contains(&told), "{told}: {help}");
            }
        }
    }
}
