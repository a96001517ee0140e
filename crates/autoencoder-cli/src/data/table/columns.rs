//! The columns of a table: how many there are, what they are called, and which one holds labels.

use std::path::Path;

use csv::StringRecord;

use super::first_line::FirstLine;
use crate::failure::{Failure, Outcome};
use crate::terminal::{numerals, similar};

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) count: usize,
    /// The names, the label's too, where the first line has them.
    pub(super) names: Option<Vec<String>>,
    /// The column of labels.
    pub(super) label: Option<usize>,
}

/// The largest number of names in a message.
const SHOWN: usize = 20;

impl Columns {
    /// The columns of a table with this first line. The label column is given by name, or by index from 0.
    pub(super) fn of(
        path: &Path,
        first: &StringRecord,
        told: FirstLine,
        label_column: Option<&str>,
    ) -> Outcome<Self> {
        let count = first.len();
        let names = match told {
            FirstLine::Names { .. } => Some(first.iter().map(str::to_owned).collect::<Vec<_>>()),
            FirstLine::Sample => None,
            FirstLine::Neither { column } => return Err(neither(path, first, column)),
        };
        let label = match label_column {
            Some(column) => Some(label_index(path, names.as_deref(), count, column)?),
            None => None,
        };
        if count == usize::from(label.is_some()) {
            return Err(Failure::at(path, "expected columns beside the label, found none"));
        }
        Ok(Self { count, names, label })
    }

    /// The number of columns that hold numbers.
    pub(super) fn features(&self) -> usize {
        self.count - usize::from(self.label.is_some())
    }

    /// The names of the columns that hold numbers.
    pub(super) fn of_numbers(&self) -> Option<Vec<String>> {
        let mut names = self.names.clone()?;
        if let Some(label) = self.label {
            names.remove(label);
        }
        Some(names)
    }

    /// Says how many columns there are, and what the first line was taken for.
    pub(super) fn told(&self, told: FirstLine) -> String {
        let count = numerals::counted(self.count, "column");
        match (told, &self.names) {
            (FirstLine::Names { counts: true }, Some(names)) => format!(
                "{count}; line 1 ({}) is taken for their names, as it counts and no other line does; --header no reads it as a sample",
                beginning(names)
            ),
            (_, Some(names)) => match doubled(names) {
                Some(name) => format!(
                    "{count}, named in line 1; more than one of them is called {}",
                    if name.is_empty() { "nothing" } else { name }
                ),
                None => format!("{count}, named in line 1"),
            },
            (_, None) => format!("{count} without names"),
        }
    }
}

/// The first few names.
fn beginning(names: &[String]) -> String {
    const FEW: usize = 4;
    let more = if names.len() > FEW { ", ..." } else { "" };
    format!("{}{more}", names[..names.len().min(FEW)].join(", "))
}

/// The first name that several columns have.
fn doubled(names: &[String]) -> Option<&str> {
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// The index of a column that is given by its name or index; a column that is named like an index is meant by its name.
fn label_index(path: &Path, names: Option<&[String]>, count: usize, column: &str) -> Outcome<usize> {
    let usage = |what: String| Failure::usage(format_args!("--label-column: {}: {what}", path.display()));
    let all = names.unwrap_or_default();
    let named: Vec<usize> = (0..all.len()).filter(|&index| all[index] == column).collect();
    match named[..] {
        [index] => return Ok(index),
        [] => {}
        [first, second, ..] => {
            let what = format!(
                "{} columns are named {column}, such as those of index {first} and {second}",
                named.len()
            );
            return Err(usage(what).advise("give the index of the one you mean"));
        }
    }
    if let Some(index) = column.parse().ok().filter(|&index: &usize| index < count) {
        return Ok(index);
    }
    // As in Python, -1 is the last column.
    if let Some(index) = column.strip_prefix('-').and_then(|back| back.parse().ok())
        && (1..=count).contains(&index)
    {
        return Ok(count - index);
    }
    if names.is_none() {
        return Err(usage(format!("there is no header line, and {column} is no index below {count}")));
    }
    let shown = all.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if count > SHOWN { ", ..." } else { "" };
    let failure = usage(format!(
        "no column is named {column}, and it is no index below {count}; the columns are {shown}{more}"
    ));
    Err(match similar(all.iter().map(String::as_str), column) {
        Some(name) => failure.advise(format_args!("the nearest name is `{name}`")),
        None => failure,
    })
}

/// The failure that the first line is neither names nor a sample.
fn neither(path: &Path, first: &StringRecord, column: usize) -> Failure {
    let field: String = first.get(column).unwrap_or_default().chars().take(40).collect();
    let what = format_args!(
        "line 1, column {}: found \"{field}\" among numbers: the line is neither names nor a sample",
        column + 1
    );
    Failure::at(path, what).advise("correct the field, or say with --header yes that the line has names")
}
