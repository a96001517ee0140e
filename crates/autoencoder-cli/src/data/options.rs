//! How DATA is read: which of its parts, which column holds labels, and the seed of what is drawn.

/// The two parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Split {
    /// What models are trained on.
    Train,
    /// What they are tested on.
    Test,
}

/// How to read what DATA names.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadOptions {
    /// The column of a CSV file that holds labels: its name in the header line, or its index from 0.
    pub label_column: Option<String>,
    /// What the built-in digits are a function of.
    pub seed: u64,
}
