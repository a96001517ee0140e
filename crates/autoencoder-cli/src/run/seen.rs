//! Data as a model sees it, and the samples that have scores.

use std::collections::BTreeSet;

use autoencoder::{Columns, LabelColumn, Samples};

use crate::data::Labels;
use crate::output::Beside;

/// Data as a model sees it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) samples: Samples,
    pub(crate) labels: Option<Labels>,
    /// The name of every sample, where the source has such names; of a window that of its first row.
    pub(crate) names: Option<Vec<String>>,
    /// The rows in time over which the samples are windows; `None` where each row is a sample.
    pub(super) in_time: Option<InTime>,
    /// The fields (row, column) of rows in time without a value, which were filled in.
    pub(super) filled: BTreeSet<(usize, usize)>,
    /// The columns of a table.
    pub(super) columns: Option<Columns>,
    /// The data that the samples come from and the part of it, for messages.
    pub(crate) origin: String,
}

/// Rows in time, with their labels and names.
#[derive(Debug)]
pub(super) struct InTime {
    pub(super) rows: Samples,
    pub(super) labels: Option<Labels>,
    pub(super) names: Option<Vec<String>>,
    /// The first row of each window, which rise.
    pub(super) starts: Vec<usize>,
    /// The number of rows of a window.
    pub(super) length: usize,
}

/// The samples that have scores: rows in time where the samples are windows over such.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scored<'a> {
    pub(crate) samples: &'a Samples,
    pub(crate) labels: Option<&'a Labels>,
    pub(crate) names: Option<&'a [String]>,
    columns: Option<&'a Columns>,
}

impl Scored<'_> {
    /// The columns of words of a table: what its rows are called, and their labels.
    pub(crate) fn beside(&self) -> Beside {
        if self.columns.is_some() { self.named() } else { Beside::default() }
    }

    /// What each is called, and its label, where that is known: columns of a table have their own names.
    pub(crate) fn named(&self) -> Beside {
        let [id, label] = names_beside(self.columns);
        let ids = self.names.map(|ids| (id, ids.to_vec()));
        let labels = self.labels.map(|labels| (label, labels.each().map(str::to_owned).collect()));
        Beside { columns: ids.into_iter().chain(labels).collect() }
    }
}

impl Seen {
    /// Whether the samples are windows over rows in time.
    pub(crate) fn is_in_time(&self) -> bool {
        self.in_time.is_some()
    }

    /// The scored samples with these indices, each as a sample of its own.
    pub(crate) fn select_scored(&self, indices: &[usize]) -> Self {
        let Scored { samples, labels, names, columns } = self.scored();
        let of_row = |(place, &index): (usize, &usize)| {
            self.filled.range((index, 0)..(index + 1, 0)).map(move |&(_, column)| (place, column))
        };
        let filled = indices.iter().enumerate().flat_map(of_row).collect();
        Self {
            samples: samples.select(indices),
            labels: labels.map(|labels| labels.of(indices)),
            names: names.map(|names| indices.iter().map(|&index| names[index].clone()).collect()),
            in_time: None,
            filled,
            columns: columns.cloned(),
            origin: self.origin.clone(),
        }
    }

    /// The row of a sample as scores count rows: of a window the first of its rows.
    pub(crate) fn row_of(&self, sample: usize) -> usize {
        self.in_time.as_ref().map_or(sample, |in_time| in_time.starts[sample])
    }

    /// The sample that is this row, or the window that begins with it, if there is one.
    pub(crate) fn sample_of(&self, row: usize) -> Option<usize> {
        match &self.in_time {
            None => (row < self.samples.len()).then_some(row),
            Some(in_time) => in_time.starts.binary_search(&row).ok(),
        }
    }

    /// A sample and, if it is a window, all that share rows with it.
    pub(crate) fn sharing_rows(&self, sample: usize) -> BTreeSet<usize> {
        let Some(InTime { starts, length, .. }) = &self.in_time else { return BTreeSet::from([sample]) };
        let first = starts[sample];
        let range = starts.partition_point(|start| start + length <= first)
            ..starts.partition_point(|&start| start < first + length);
        range.collect()
    }

    /// What a sample is called: its id, or its row.
    pub(crate) fn name_of(&self, sample: usize) -> String {
        match &self.names {
            Some(names) => names[sample].clone(),
            None => format!("row {}", self.row_of(sample)),
        }
    }

    /// The label of a sample, where samples have some.
    pub(crate) fn label_of(&self, sample: usize) -> Option<&str> {
        self.labels.as_ref().map(|labels| labels.names[labels.of_sample[sample]].as_str())
    }

    /// Whether nothing is known of a column of one of the samples that have scores.
    pub(crate) fn is_hole(&self, row: usize, column: usize) -> bool {
        self.filled.contains(&(row, column)) || self.scored().samples.is_hole(row, column)
    }

    /// The samples that have scores.
    pub(crate) fn scored(&self) -> Scored<'_> {
        let (samples, labels, names) = match &self.in_time {
            Some(InTime { rows, labels, names, .. }) => (rows, labels, names),
            None => (&self.samples, &self.labels, &self.names),
        };
        Scored { samples, labels: labels.as_ref(), names: names.as_deref(), columns: self.columns.as_ref() }
    }

    /// The columns of words of a table: what its rows are called, and their labels.
    pub(crate) fn beside(&self) -> Beside {
        self.themselves().beside()
    }

    /// What each sample is called, and its label, where that is known.
    pub(crate) fn named(&self) -> Beside {
        self.themselves().named()
    }

    /// The samples as the model sees them, windows over rows in time among them.
    fn themselves(&self) -> Scored<'_> {
        let Self { samples, labels, names, columns, .. } = self;
        Scored { samples, labels: labels.as_ref(), names: names.as_deref(), columns: columns.as_ref() }
    }
}

/// What the columns of ids and of labels are called that stand beside the rows of a table.
pub(crate) fn columns_beside(columns: &Columns) -> Vec<String> {
    let [id, label] = names_beside(Some(columns));
    let beside = [(&columns.id, id), (&columns.label, label)];
    beside.into_iter().filter(|(column, _)| column.is_some()).map(|(_, name)| name).collect()
}

/// What the columns of ids and of labels are called where they are written.
pub(super) fn names_beside(columns: Option<&Columns>) -> [String; 2] {
    let name = |column: Option<&LabelColumn>, usual: &str| match column {
        Some(LabelColumn::Name(name)) => name.clone(),
        Some(LabelColumn::Index(_)) | None => usual.to_owned(),
    };
    let [id, label] = [|columns: &Columns| columns.id.clone(), |columns: &Columns| columns.label.clone()]
        .map(|of| columns.and_then(of));
    [name(id.as_ref(), "id"), name(label.as_ref(), "label")]
}
