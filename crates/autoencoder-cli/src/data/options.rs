//! Options of reading DATA: the split, the column of labels, the shape of a sample, and the seed of built-in data.

use std::collections::HashSet;

use autoencoder::{Choice, Columns, LabelColumn};

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
    /// The columns of a training, which a CSV file is matched with by name.
    pub expected: Option<Expected>,
    /// Whether pictures that cannot be read are left out; else they are refused.
    pub skip_broken: bool,
    /// The shape of a sample whose row is read as plain numbers.
    pub sample_shape: Option<Vec<usize>>,
    /// The seed of the built-in digits.
    pub seed: u64,
}

/// The columns that a model was trained on.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub columns: Columns,
    /// The number of features.
    pub features: usize,
    /// What the columns are those of, for messages.
    pub origin: String,
}

impl Expected {
    /// The index of the training's column of labels in a table, if the table has that column too.
    pub(super) fn label_among(&self, names: Option<&[String]>, count: usize) -> Option<usize> {
        let in_place =
            |index: usize| Some(index).filter(|&index| count == self.features + 1 && index < count);
        match (self.columns.label.as_ref()?, names) {
            (LabelColumn::Name(label), Some(names)) => names.iter().position(|name| name == label),
            (LabelColumn::Index(index), _) => in_place(*index),
            (LabelColumn::Name(_), None) => None,
        }
    }

    /// Whether a line has the names of all features.
    pub(super) fn is_named_by<'a>(&self, fields: impl Iterator<Item = &'a str>) -> bool {
        let fields: HashSet<&str> = fields.collect();
        let names = &self.columns.names;
        !names.is_empty() && names.iter().all(|name| fields.contains(name.as_str()))
    }
}
