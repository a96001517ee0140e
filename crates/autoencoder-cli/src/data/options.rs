//! Options of reading DATA: the split, the column of labels, the shape of a sample, and the seed of built-in data.

use autoencoder::{ColumnKind, NumberScalingKind, Window};
use autoencoder_table::{DecimalMark, Expected, HeaderLine, Separator};

/// The two parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Split {
    /// Training samples
    Train,
    /// Test samples
    Test,
}

/// How windows are made of rows in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AskedWindows {
    pub window: Window,
    /// Whether the rows are called by their times, which tell where rows are left out.
    pub is_timed: bool,
}

/// The options of reading the data that DATA names.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadOptions {
    /// The column of a CSV file that holds labels: its name in the header line, or its index from 0.
    pub label_column: Option<String>,
    /// The column of a table that says what each row is called.
    pub id_column: Option<String>,
    /// The columns of a table that are left out.
    pub drop: Vec<String>,
    /// The columns of a table that are features; all, if there are none.
    pub only: Vec<String>,
    /// What single columns of a table are.
    pub kinds: Vec<(String, ColumnKind)>,
    /// Whether columns of dates are left out; else they are refused.
    pub leaves_out_dates: bool,
    /// Whether a model is told of the holes in each column that has some.
    pub indicates_holes: bool,
    /// The scaling of all columns of numbers of a table.
    pub scale: Option<NumberScalingKind>,
    /// The scalings of single columns of a table.
    pub scales: Vec<(String, NumberScalingKind)>,
    /// What the first line of a CSV file is.
    pub header: HeaderLine,
    /// What separates the fields of a table.
    pub separator: Separator,
    /// What marks the decimals of a table's numbers.
    pub decimal_mark: DecimalMark,
    /// The columns of a training, which a CSV file is matched with by name.
    pub expected: Option<Expected>,
    /// Whether pictures that cannot be read are left out; else they are refused.
    pub skip_broken: bool,
    /// The shape of a sample whose row is read as plain numbers.
    pub sample_shape: Option<Vec<usize>>,
    /// How windows are made of rows in time; `None` where each row is a sample.
    pub windows: Option<AskedWindows>,
    /// The seed of the built-in digits.
    pub seed: u64,
}
