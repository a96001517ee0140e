//! `autoencoder impute`: a table with its holes filled in by what a model makes of the other fields.

use autoencoder::{
    Column, ColumnKind, Inference, Noise, NumberScalingKind, Schema, TableValues, Training, Values,
};
use autoencoder_table::Field;
use ndarray::{Array2, ArrayView1};

use super::typed_data;
use crate::arguments::Impute;
use crate::data::{Format, TableText};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::table_rows::Written;
use crate::run::{Loaded, Seen, TableRows};
use crate::terminal::{Notes, numerals};

pub(crate) fn run(typed: &Impute, notes: Notes) -> Outcome {
    Format::of(&typed.out, &[Format::Csv])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    if loaded.model.about.window.is_some() {
        let what = "the model is one of windows over rows in time, and impute restores rows one by one";
        let failure = Failure::at(loaded.path(), what);
        return Err(failure.advise("`reconstruct` with a .csv writes the rows as they are restored"));
    }
    let inference = loaded.inference(typed.products.precision, notes)?;
    let source = typed_data::source(&typed.samples, &loaded, &[&typed.out], notes)?;
    let text = source.table_text("impute")?;
    let data = text.read()?;
    data.tell(notes, None);
    let values = match &data.values {
        Values::Table(values) => values.clone(),
        // Without a hole, the table is written as it is.
        Values::Doubles(numbers) => {
            TableValues::new(numbers.clone(), Array2::zeros((numbers.nrows(), 0)), [])
                .map_err(Failure::new)?
        }
        Values::Bytes(_) | Values::Floats(_) => unreachable!("a table has words, or numbers of f64"),
    };
    let is_masked = |training: &Training| {
        matches!(training.options.noise, Some(Noise::Masking { .. } | Noise::Swap { .. }))
    };
    if loaded.model.about.training.as_ref().is_some_and(|training| !is_masked(training)) {
        notes.say(format_args!(
            "{}: the model was trained without masked columns, and fills holes in worse than one that was trained with --noise masking",
            loaded.path().display()
        ));
    }
    let seen = loaded.see(data, Notes::new(true))?;
    let about = &loaded.model.about;
    let (schema, decimals) = match &about.schema {
        Some(schema) => {
            let seen = schema.columns.iter().filter(|column| column.is_seen());
            (schema.clone(), seen.map(|column| column.decimals).collect())
        }
        // A model of numbers alone does not know their decimals: the table tells, if it has enough numbers.
        None => (of_numbers(seen.samples.features()), decimals_in(&text, seen.samples.features())?),
    };
    let rows = TableRows::new(&schema, &about.scaling);
    let holes = Holes::new(&schema, &rows, &values, decimals);
    let mut restored = Restored { inference: &inference, seen: &seen, first: 0, rows: Array2::zeros((0, 0)) };
    let (mut filled, mut left) = (0, 0);
    let (mut file, mut failure) = (Vec::new(), None);
    let shown = notes.working("restoring samples");
    let count = text.rewrite(&mut file, |field| {
        let (column, written) = holes.of(field)?;
        let text = written.map(|written| {
            let row = restored.row(field.row)?;
            rows.expect_finite(loaded.path(), field.row, row)?;
            Ok(holes.text(column, written, row, field.decimal_mark))
        });
        match text.transpose() {
            Ok(text) => {
                *(if text.is_some() { &mut filled } else { &mut left }) += 1;
                text.flatten()
            }
            Err(found) => {
                failure.get_or_insert(found);
                None
            }
        }
    })?;
    drop(shown);
    if let Some(failure) = failure {
        return Err(failure);
    }
    output::write_file(&typed.out, &file)?;
    if left > 0 {
        let fields = numerals::counted(left, "field");
        notes.say(format_args!(
            "{}: {fields} left open, of dates and times, or of columns of which the training knew nothing",
            typed.out.display()
        ));
    }
    let (count, fields) = (numerals::counted(count, "row"), numerals::counted(filled, "field"));
    notes.wrote(&typed.out, format_args!("{count}, {fields} filled in ({})", seen.origin));
    Ok(())
}

/// Rows as a model restores them, some at a time.
struct Restored<'a> {
    inference: &'a Inference,
    seen: &'a Seen,
    /// The first row that is there.
    first: usize,
    rows: Array2<f32>,
}

impl Restored<'_> {
    /// The number of rows that are restored together.
    const ROWS: usize = 4096;

    fn row(&mut self, row: usize) -> Outcome<ArrayView1<'_, f32>> {
        if !(self.first..self.first + self.rows.nrows()).contains(&row) {
            let end = self.seen.samples.len().min(row + Self::ROWS);
            let part = self.seen.samples.select(&(row..end).collect::<Vec<_>>());
            (self.first, self.rows) = (row, self.inference.reconstruct(&part)?);
        }
        Ok(self.rows.row(row - self.first))
    }
}

/// The schema of a model that knows numbers alone.
fn of_numbers(count: usize) -> Schema {
    let number = |place: usize| {
        Column::new(place.to_string(), ColumnKind::Number { scale: NumberScalingKind::Standard })
    };
    let mut schema = Schema::default();
    schema.columns = (0..count).map(number).collect();
    schema
}

/// The holes of a table, and how they are filled in.
struct Holes<'a> {
    rows: &'a TableRows<'a>,
    /// For each column that is read what is written of it; `None` for dates and times, and where the training knew nothing.
    columns: Vec<Option<Written<'a>>>,
    /// For each column that is read the number of decimals that its numbers get, if they have few.
    decimals: Vec<Option<usize>>,
    values: &'a TableValues,
}

/// The fewest numbers of a column that tell how many decimals it has, where the model does not know.
const ENOUGH: usize = 20;
/// The largest number of decimals that a column is said to have.
const MOST: usize = 6;

impl<'a> Holes<'a> {
    fn new(
        schema: &'a Schema,
        rows: &'a TableRows<'a>,
        values: &'a TableValues,
        decimals: Vec<Option<usize>>,
    ) -> Self {
        let mut written = rows.columns().into_iter().filter(|column| !column.is_time());
        let seen = || schema.columns.iter().filter(|column| column.is_seen());
        let columns: Vec<Option<Written<'a>>> = seen()
            .map(|column| match column.kind {
                ColumnKind::Number { .. } | ColumnKind::Words { .. } => {
                    written.next().filter(|_| column.holes < 1.0)
                }
                ColumnKind::Time { .. } | ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => None,
            })
            .collect();
        Self { rows, columns, decimals, values }
    }

    /// The column of a field, if the field is a hole, and what is written there.
    fn of(&self, field: Field<'_>) -> Option<(usize, Option<&Written<'a>>)> {
        let column = field.column?;
        let written = self.columns[column].as_ref();
        let is_hole = match written {
            Some(written) => written.is_hole(self.values, field.row),
            None => field.text.is_empty(),
        };
        is_hole.then_some((column, written))
    }

    /// The text that fills a hole, or `None` if no word is known.
    fn text(
        &self,
        column: usize,
        written: &Written<'a>,
        restored: ArrayView1<'_, f32>,
        decimal_mark: char,
    ) -> Option<String> {
        if written.number().is_none() {
            return written.word(restored).map(str::to_owned);
        }
        let text = self.rows.text(written, restored);
        let text = match (self.decimals[column], text.parse::<f64>()) {
            // A number that is rounded to 0 has no sign.
            (Some(decimals), Ok(number)) => numerals::decimals(number, decimals),
            _ => text,
        };
        Some(text.replace('.', &decimal_mark.to_string()))
    }
}

/// The largest number of decimals of each column of a table, where it has enough numbers, none of them with an exponent.
fn decimals_in(text: &TableText, columns: usize) -> Outcome<Vec<Option<usize>>> {
    let mut found = vec![(0, Some(0)); columns];
    text.rewrite(std::io::sink(), |field| {
        if let Some(column) = field.column
            && field.text.bytes().any(|byte| byte.is_ascii_digit())
        {
            let (count, most) = &mut found[column];
            *count += 1;
            *most = most.zip(decimals_of(field)).map(|(most, found)| most.max(found));
        }
        None
    })?;
    Ok(found.into_iter().map(|(count, most)| most.filter(|&most| count >= ENOUGH && most <= MOST)).collect())
}

/// The number of decimals of a number, or `None` where an exponent moves the mark.
fn decimals_of(field: Field<'_>) -> Option<usize> {
    let text = field.text;
    if text.contains(['e', 'E']) {
        return None;
    }
    Some(text.split_once(field.decimal_mark).map_or(0, |(_, decimals)| decimals.len()))
}
