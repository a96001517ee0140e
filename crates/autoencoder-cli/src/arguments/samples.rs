//! The arguments of the samples that a model is used on, and of the model's precision.

use clap::{ArgAction, Args};

use crate::config::{self, AskedPrecision, Named};
use crate::data::{HeaderLine, ReadOptions, Split};

/// The samples that a model is used on.
#[derive(Debug, Args)]
pub(crate) struct TypedSamples {
    /// Samples: an IDX, .npy, .npz, .safetensors or .csv file, a folder of images or of MNIST's files, or `synthetic`;
    /// `FILE:NAME` and `FOLDER/PREFIX` name one of several arrays and sets; the default is the data of the model's run
    #[arg(value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Split to read, where DATA has two; training does not see the test split
    #[arg(long, value_enum, default_value = "test")]
    pub(crate) split: Split,
    /// Column of a .csv file that holds labels: its name, its index from 0, or -1 for the last
    #[arg(long, value_name = "NAME|INDEX", allow_hyphen_values = true)]
    pub(super) label_column: Option<String>,
    /// First line of a .csv file: names of the columns, or a sample
    #[arg(long, default_value = "auto")]
    pub(super) header: Named<HeaderLine>,
    /// Leave out pictures that cannot be read, with a note that names them, instead of refusing the folder
    #[arg(long)]
    pub(super) skip_broken: bool,
    /// Shape of a sample in a table or an array of plain rows, to draw it as an image: 28,28 or 32,32,3, or 3,32,32 if the
    /// colours come one after the other; the default is the model's
    #[arg(long, value_name = "N,..,N", value_delimiter = ',', num_args = 1, action = ArgAction::Set, value_parser = config::at_least_one("sample-shape"))]
    pub(super) sample_shape: Option<Vec<usize>>,
    /// Seed of synthetic data, and with `corrupt` of the noise; the default is 0
    #[arg(long, value_name = "N", value_parser = config::seeds())]
    pub(crate) seed: Option<u64>,
}

impl TypedSamples {
    /// The options of reading the data.
    pub(crate) fn read_options(&self) -> ReadOptions {
        self.read_options_over(ReadOptions::default())
    }

    /// The options of reading the data of a run: those of the run, where others were not typed.
    pub(crate) fn read_options_over(&self, run: ReadOptions) -> ReadOptions {
        let header = if self.header.0 == HeaderLine::Auto { run.header } else { self.header.0 };
        ReadOptions {
            label_column: self.label_column.clone().or(run.label_column),
            header,
            sample_shape: self.sample_shape.clone().or(run.sample_shape),
            skip_broken: self.skip_broken || run.skip_broken,
            seed: self.seed.unwrap_or(run.seed),
            ..run
        }
    }
}

/// The matrix products of a model in use.
#[derive(Debug, Args)]
pub(crate) struct Products {
    /// Precision of matrix products: f32 or bf16 (sums stay f32)
    #[arg(long, value_name = "PRECISION", default_value = "f32")]
    pub(crate) precision: Named<AskedPrecision>,
}
