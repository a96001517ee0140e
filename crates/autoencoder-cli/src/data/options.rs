//! Options of reading DATA: the split, the column of labels, and the seed of built-in data.

/// The two parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Split {
    /// Training samples
    Train,
    /// Test samples
    Test,
}

/// The options of reading the data that DATA names.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadOptions {
    /// The column of a CSV file that holds labels: its name in the header line, or its index from 0.
    pub label_column: Option<String>,
    /// The seed of the built-in digits.
    pub seed: u64,
}
