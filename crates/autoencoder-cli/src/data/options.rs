//! Options of reading DATA: the split, the column of labels, the shape of a sample, and the seed of built-in data.

use autoencoder::Choice;

/// The two parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Split {
    /// Training samples
    Train,
    /// Test samples
    Test,
}

/// What the first line of a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HeaderLine {
    /// Names or a sample, as the lines below tell.
    #[default]
    Auto,
    /// The names of the columns.
    Yes,
    /// A sample.
    No,
}

impl Choice for HeaderLine {
    const ALL: &'static [Self] = &[Self::Auto, Self::Yes, Self::No];

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Auto => "The lines below tell, and a note says what was assumed",
            Self::Yes => "The first line has the names of the columns",
            Self::No => "The first line is a sample",
        }
    }
}

/// The options of reading the data that DATA names.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadOptions {
    /// The column of a CSV file that holds labels: its name in the header line, or its index from 0.
    pub label_column: Option<String>,
    /// What the first line of a CSV file is.
    pub header: HeaderLine,
    /// The shape of a sample whose row is read as plain numbers.
    pub sample_shape: Option<Vec<usize>>,
    /// The seed of the built-in digits.
    pub seed: u64,
}
