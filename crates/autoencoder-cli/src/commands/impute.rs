//! `autoencoder impute`: a table with its holes filled in by what a model makes of the other fields.

use autoencoder::{Column, ColumnKind, Noise, NumberScalingKind, Schema, TableValues, Training, Values};
use autoencoder_table::Field;
use ndarray::{Array2, ArrayView1};

use super::typed_data;
use crate::arguments::Impute;
use crate::data::{Format, TableText};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::table_rows::Written;
use crate::run::{Loaded, TableRows, expect_finite};
use crate::terminal::{Notes, numerals};

pub(crate) fn run(typed: &Impute, notes: Notes) -> Outcome {
    Format::of(&typed.out, &[Format::Csv])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
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
    let restored = notes.during("restoring samples", || inference.reconstruct(&seen.samples))?;
    expect_finite(loaded.path(), "sample", restored.view())?;
    let about = &loaded.model.about;
    let schema = about.schema.clone().unwrap_or_else(|| of_numbers(restored.ncols()));
    let holes = Holes::new(&schema, TableRows::new(&schema, &about.scaling), &values, &text)?;
    let (mut filled, mut left) = (0, 0);
    let mut file = Vec::new();
    let rows = text.rewrite(&mut file, |field| {
        let (column, hole) = holes.of(field)?;
        let text = holes.text(column, hole, restored.row(field.row), field.decimal_mark);
        if text.is_some() {
            filled += 1;
        } else {
            left += 1;
        }
        text
    })?;
    output::write_file(&typed.out, &file)?;
    if left > 0 {
        let fields = numerals::counted(left, "field");
        notes.say(format_args!(
            "{}: {fields} of dates and times without a value left open",
            typed.out.display()
        ));
    }
    let (rows, fields) = (numerals::counted(rows, "row"), numerals::counted(filled, "field"));
    notes.wrote(&typed.out, format_args!("{rows}, {fields} filled in ({})", seen.origin));
    Ok(())
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
    rows: TableRows<'a>,
    /// For each column that is read what is written of it; `None` for dates and times, which are left open.
    columns: Vec<Option<Written<'a>>>,
    /// For each column that is read the largest number of decimals that its numbers have, if they have no exponents.
    decimals: Vec<Option<usize>>,
    values: &'a TableValues,
}

impl<'a> Holes<'a> {
    fn new(
        schema: &'a Schema,
        rows: TableRows<'a>,
        values: &'a TableValues,
        text: &TableText,
    ) -> Outcome<Self> {
        let mut written = rows.columns().into_iter().filter(|column| !column.is_time());
        let seen = schema.columns.iter().filter(|column| column.is_seen());
        let is_time = |column: &Column| matches!(column.kind, ColumnKind::Time { .. });
        let columns: Vec<Option<Written<'a>>> =
            seen.map(|column| if is_time(column) { None } else { written.next() }).collect();
        let mut decimals = vec![Some(0); columns.len()];
        text.rewrite(std::io::sink(), |field| {
            if let Some(column) = field.column
                && field.text.bytes().any(|byte| byte.is_ascii_digit())
            {
                let found = decimals_of(field);
                decimals[column] = decimals[column].zip(found).map(|(most, found)| most.max(found));
            }
            None
        })?;
        Ok(Self { rows, columns, decimals, values })
    }

    /// The column of a field, if the field is a hole.
    fn of(&self, field: Field<'_>) -> Option<(usize, Option<&Written<'a>>)> {
        let column = field.column?;
        let written = self.columns[column].as_ref();
        let is_hole = match written {
            Some(written) => written.is_hole(self.values, field.row),
            None => field.text.is_empty(),
        };
        is_hole.then_some((column, written))
    }

    /// The text that fills a hole.
    fn text(
        &self,
        column: usize,
        written: Option<&Written<'a>>,
        restored: ArrayView1<'_, f32>,
        decimal_mark: char,
    ) -> Option<String> {
        let written = written?;
        if written.number().is_none() {
            return written.word(restored).map(str::to_owned);
        }
        let text = self.rows.text(written, restored);
        let text = match (self.decimals[column], text.parse::<f64>()) {
            (Some(decimals), Ok(number)) => format!("{number:.decimals$}"),
            _ => text,
        };
        Some(text.replace('.', &decimal_mark.to_string()))
    }
}

/// The number of decimals of a number, or `None` where an exponent moves the mark.
fn decimals_of(field: Field<'_>) -> Option<usize> {
    let text = field.text;
    if text.contains(['e', 'E']) {
        return None;
    }
    Some(text.split_once(field.decimal_mark).map_or(0, |(_, decimals)| decimals.len()))
}
