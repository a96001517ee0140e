//! A table read whole: its numbers and words, its labels, and what was told of its columns.

use std::io::Read;

use autoencoder::{ColumnKind, Schema, TableValues};
use csv::StringRecord;
use ndarray::Array2;

use crate::blocks::BLOCK;
use crate::columns::Columns;
use crate::error::{Outcome, TableError};
use crate::field::Field;
use crate::opening::{Lines, Opened};
use crate::options::ReadOptions;
use crate::rows::Rows;
use crate::{line_by_line, notes, refusal, side_by_side, unfilled};

/// The rows of a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Table {
    /// The numbers and words of the rows, with holes in both; there is at least one row of at least one column.
    pub values: TableValues,
    /// What the columns are, in the order of the table, or of the schema that was expected.
    pub schema: Schema,
    /// The label of each row, where a column holds labels.
    pub labels: Option<Vec<String>>,
    /// What each row is called, where a column says so.
    pub ids: Option<Vec<String>>,
    /// The names of the columns that were read, and the columns of labels and ids, as a model of numbers keeps them.
    pub columns: autoencoder::Columns,
    /// What was assumed of the columns, in words: how many there are, what the first line was taken for, and how the
    /// columns were matched with those that were expected.
    pub told: String,
    /// What else is to be said: columns of words, holes, ids, and words that were not known, a sentence each.
    pub notes: Vec<String>,
}

impl Table {
    /// The numbers of the rows, (rows, columns of numbers); NaN is a hole.
    pub fn numbers(&self) -> &Array2<f64> {
        self.values.numbers()
    }

    /// Whether the table has nothing but numbers: no words, no holes, no indicators of holes and no times.
    pub fn is_plain(&self) -> bool {
        let is_more =
            |column: &autoencoder::Column| column.indicator || matches!(column.kind, ColumnKind::Time { .. });
        self.values.counts().is_empty()
            && !self.values.has_holes()
            && !self.schema.columns.iter().any(is_more)
    }
}

/// Reads all rows of a table, or the first `limit` of them.
///
/// With a limit, nothing behind the last of these rows is looked at or waited for. Without one, blocks of the text are
/// parsed side by side, on the threads of the rayon pool that the caller is in; rows and faults are the same on any number of threads.
///
/// ```
/// use autoencoder_table::{ReadOptions, read};
/// use ndarray::array;
///
/// let text = "height,kind,weight,colour\n0.5,dog,30,brown\n0.25,cat,,black\n";
/// let options = ReadOptions { label_column: Some("kind".to_owned()), ..ReadOptions::default() };
/// let table = read(text.as_bytes(), &options, None)?;
/// assert_eq!(table.numbers().column(0), array![0.5, 0.25]);
/// assert!(table.numbers()[(1, 1)].is_nan());
/// assert_eq!(table.values.words(), array![[1], [0]]); // black, brown
/// assert_eq!(table.labels.unwrap(), ["dog", "cat"]);
/// assert_eq!(table.told, "4 columns, named in line 1");
/// assert_eq!(table.notes, ["words: colour (2)", "fields without a value, which count as unknown: weight 1 (of 2 rows)"]);
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
///
/// # Errors
/// The first fault, with its line and column: text that is no UTF-8 or no text at all, a row of another length than the
/// first line, a field that is neither empty nor what its column holds, a column of dates or of too many words, a column that
/// is missing, a line of more than 64 MiB, a failure of the input; and a table without rows.
pub fn read(
    input: impl Read + Send,
    options: &ReadOptions,
    limit: Option<usize>,
) -> Result<Table, TableError> {
    read_blocks(input, options, limit, BLOCK)
}

/// Reads samples in blocks of about `size` bytes, many of them side by side. The rows, and the first fault if there is
/// one, are the same for blocks of any size and for any number of threads.
fn read_blocks(
    input: impl Read + Send,
    options: &ReadOptions,
    limit: Option<usize>,
    size: usize,
) -> Outcome<Table> {
    let Opened { mut columns, told, mut lines, .. } = Opened::open(input, options)?;
    let mut rows = Rows::new(&columns.layout);
    let mut record = StringRecord::new();
    // With a limit, nothing behind the last row is looked at or waited for.
    while limit.is_some_and(|limit| rows.count < limit) {
        let Some(line) = lines.next(&mut record)? else { break };
        line_by_line::read_row(&columns, &record, line, &mut rows)?;
    }
    if limit.is_none() {
        for (line, record) in lines.read.by_ref() {
            line_by_line::read_row(&columns, &record, line, &mut rows)?;
        }
        read_rest(lines, &columns, &mut rows, size)?;
    }
    if rows.count == 0 {
        return Err(refusal::no_samples());
    }
    let (mut values, mut words) = values(&columns, &mut rows)?;
    let mut holes = holes(&columns, &values);
    if options.expected.is_none() {
        (values, words) = unfilled::leave_out(&mut columns, (values, words), &mut holes, limit.is_some())?;
    }
    let decimals = decimals(&columns, &values);
    let schema = columns.schema(&words, (&holes, &decimals), options);
    let notes = notes::of(&columns, &rows, &schema, options.expected.as_ref());
    let labels = columns.label().map(|_| rows.labels);
    let ids = columns.id().map(|_| rows.ids);
    Ok(Table { values, schema, labels, ids, columns: columns.of_model(), told: columns.told(told), notes })
}

/// The numbers and words of all rows, and the words of each column of words in the order of the alphabet.
fn values(columns: &Columns, rows: &mut Rows) -> Outcome<(TableValues, Vec<Vec<String>>)> {
    let layout = &columns.layout;
    let (mut orders, mut found) = (Vec::new(), Vec::new());
    for words in &rows.found {
        let (words, order) = words.sorted();
        orders.push(order);
        found.push(words);
    }
    let known = columns.kinds.iter().filter_map(|kind| match kind {
        ColumnKind::Words { words } => Some(words),
        ColumnKind::Number { .. }
        | ColumnKind::Time { .. }
        | ColumnKind::Id
        | ColumnKind::Label
        | ColumnKind::Dropped => None,
    });
    for (found, (known, column)) in found.iter_mut().zip(known.zip(&layout.words)) {
        if column.is_some() {
            found.clone_from(known);
        }
    }
    for row in rows.words.chunks_mut(layout.words.len().max(1)) {
        for (place, order) in row.iter_mut().zip(&orders) {
            // Columns whose words are known have found none.
            if let Some(&sorted) = order.get(*place as usize) {
                *place = sorted;
            }
        }
    }
    let values = rows.take_values(layout, found.iter().map(Vec::len))?;
    Ok((values, found))
}

/// The share of the rows in which nothing is known, for each column that is read.
pub(crate) fn holes(columns: &Columns, values: &TableValues) -> Vec<f64> {
    let is_unknown = |number: &&f64| number.is_nan();
    let share = |place: usize| {
        let holes = match columns.layout.fields[place] {
            Field::Word(column) => {
                values.words().column(column).iter().filter(|&&word| word == TableValues::HOLE).count()
            }
            // All numbers of a time are holes together.
            Field::Number(first) | Field::Time(first, _) => {
                values.numbers().column(first).iter().filter(is_unknown).count()
            }
            Field::Label | Field::Id | Field::Ignored => 0,
        };
        holes as f64 / values.dim().0 as f64
    };
    columns.read().into_iter().map(share).collect()
}

/// The largest number of decimals of each column that is read, where it holds numbers of few decimals, in the first rows.
fn decimals(columns: &Columns, values: &TableValues) -> Vec<Option<usize>> {
    /// The number of rows that are looked at, and of decimals beyond which a number has any number of them.
    const ROWS: usize = 1000;
    const MOST: usize = 6;
    let of = |place: usize| {
        let Field::Number(number) = columns.layout.fields[place] else { return None };
        let numbers = values.numbers().column(number);
        let known = numbers.iter().filter(|number| !number.is_nan()).take(ROWS);
        let decimals = known.map(|number| {
            let text = number.to_string();
            text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
        });
        decimals.max().filter(|&decimals| decimals <= MOST)
    };
    columns.read().into_iter().map(of).collect()
}

/// Reads all rows behind the lines that were looked at: plain blocks side by side, and from the first block on that is
/// not plain, line by line.
fn read_rest<R: Read + Send>(lines: Lines<R>, columns: &Columns, rows: &mut Rows, size: usize) -> Outcome {
    let position = lines.reader.position().clone();
    let offset = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let mut before = position.line() - 1;
    let mut blocks = lines.reader.into_inner().into_blocks(offset, size);
    let rest = side_by_side::read(&mut blocks, columns, rows, &mut before)?;
    line_by_line::read(blocks.into_input(&rest), before, columns, rows)
}

/// The columns of a table, as another table can repeat them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The number of columns.
    pub count: usize,
    /// The names of all columns, the label's too, where there is a header line.
    pub names: Option<Vec<String>>,
    /// The index of the column of labels.
    pub label: Option<usize>,
    /// The index of the column that says what rows are called.
    pub id: Option<usize>,
    /// The index of each column that is read, in their order.
    pub features: Vec<usize>,
}

/// Reads the columns of a table, and of its rows no more than tell what the first line is.
///
/// ```
/// use autoencoder_table::{ReadOptions, header};
///
/// let options = ReadOptions { label_column: Some("-1".to_owned()), ..ReadOptions::default() };
/// let columns = header("height,kind\n0.5,dog\n".as_bytes(), &options)?;
/// assert_eq!(columns.names.unwrap(), ["height", "kind"]);
/// assert_eq!(columns.label, Some(1));
/// assert_eq!(header("0.5,30\n".as_bytes(), &ReadOptions::default())?.names, None);
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
///
/// # Errors
/// As [`read`], as far as the first lines are concerned; a table may have a header line and no rows.
pub fn header(input: impl Read, options: &ReadOptions) -> Result<Header, TableError> {
    let columns = Opened::open(input, options)?.columns;
    Ok(Header {
        count: columns.count,
        label: columns.label(),
        id: columns.id(),
        features: columns.read(),
        names: columns.names,
    })
}

#[cfg(test)]
mod tests;
