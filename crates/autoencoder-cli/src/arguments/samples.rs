//! The arguments of the samples that a model is used on, and of the model's precision.

use clap::{ArgAction, Args};

use crate::config::{self, AskedPrecision, Named};
use crate::data::{DecimalMark, HeaderLine, ReadOptions, Separator, Split};

/// The samples that a model is used on.
#[derive(Debug, Args)]
pub(crate) struct TypedSamples {
    /// Samples: an IDX, .npy, .npz, .safetensors, .csv or .tsv file, a folder of images or of MNIST's files, or `synthetic`;
    /// `FILE:NAME` and `FOLDER/PREFIX` name one of several arrays and sets; the default is the data of the model's run
    #[arg(value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// Split to read, where DATA has two; training does not see the test split
    #[arg(long, value_enum, default_value = "test")]
    pub(crate) split: Split,
    /// Column of a table that holds labels: its name, its index from 0, or -1 for the last
    #[arg(long, value_name = "NAME|INDEX", allow_hyphen_values = true)]
    pub(super) label_column: Option<String>,
    /// Column of a table that says what each row is called, given as the column of labels is: it is kept beside the rows, and
    /// written first
    #[arg(long, value_name = "NAME|INDEX", allow_hyphen_values = true)]
    pub(super) id_column: Option<String>,
    /// Columns of a table that are left out, given as the column of labels is
    #[arg(long, value_name = "COLUMN,..,COLUMN", value_delimiter = ',', num_args = 1, action = ArgAction::Set, allow_hyphen_values = true)]
    pub(super) drop: Option<Vec<String>>,
    /// Columns of a table that are features, given as the column of labels is; all others are left out
    #[arg(long, value_name = "COLUMN,..,COLUMN", value_delimiter = ',', num_args = 1, action = ArgAction::Set, allow_hyphen_values = true)]
    pub(super) columns: Option<Vec<String>>,
    /// First line of a table: names of the columns, or a sample
    #[arg(long, default_value = "auto")]
    pub(super) header: Named<HeaderLine>,
    /// Separator of the fields in a table of text
    #[arg(long, default_value = "auto")]
    pub(super) separator: Named<Separator>,
    /// Decimal mark of the numbers in a table of text
    #[arg(long, value_name = "MARK", default_value = "auto")]
    pub(super) decimal: Named<DecimalMark>,
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
        let is_typed = self.separator.0 != Separator::Auto;
        let separator = if is_typed { self.separator.0 } else { run.separator };
        let is_typed = self.decimal.0 != DecimalMark::Auto;
        let decimal_mark = if is_typed { self.decimal.0 } else { run.decimal_mark };
        ReadOptions {
            label_column: self.label_column.clone().or(run.label_column),
            id_column: self.id_column.clone().or(run.id_column),
            drop: self.drop.clone().unwrap_or(run.drop),
            only: self.columns.clone().unwrap_or(run.only),
            header,
            separator,
            decimal_mark,
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
