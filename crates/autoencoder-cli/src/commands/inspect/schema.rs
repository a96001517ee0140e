//! The schema of a table, or of the table that a model was trained on: what its columns are.

use autoencoder::{Choice, Column, ColumnKind, LabelColumn, NumberScalingKind, Scaling, Schema};

use super::model_file::model_file;
use super::report::Report;
use super::written::written;
use crate::arguments::Inspect;
use crate::data::{ReadOptions, SourceKind, Split};
use crate::failure::{Failure, Outcome};
use crate::run::read_head;
use crate::terminal::Notes;
use crate::terminal::numerals::{self, counted};

/// The options of reading the data that is inspected.
pub(super) fn read_options(typed: &Inspect) -> ReadOptions {
    let kinds = typed.column.iter().map(|asked| (asked.column.clone(), asked.kind.clone())).collect();
    ReadOptions { skip_broken: typed.skip_broken, kinds, leaves_out_dates: true, ..ReadOptions::default() }
}

/// The schema of what is inspected.
pub(super) fn of(typed: &Inspect, notes: Notes) -> Outcome<Schema> {
    let path = typed.file.as_path();
    let none = || {
        Failure::usage(format_args!(
            "{}: --schema is for tables of text, and for their models",
            path.display()
        ))
    };
    if let Some(file) = model_file(path)? {
        let about = read_head(&file)?.about;
        return match (about.schema, about.columns) {
            (Some(schema), _) => Ok(schema),
            (None, Some(columns)) if !columns.names.is_empty() => {
                let scale = scale_of(&about.scaling);
                Ok(of_columns(&columns, scale))
            }
            (None, Some(_) | None) => Err(none().advise("the model was not trained on a table with names")),
        };
    }
    let kind = SourceKind::of_path(path, &read_options(typed))?;
    if !matches!(kind, SourceKind::Csv { .. }) {
        return Err(none());
    }
    let shown = notes.working(format!("reading {}", path.display()));
    let data = kind.read(Split::Test, None, &shown)?;
    drop(shown);
    data.tell(notes, None);
    data.schema.ok_or_else(none)
}

/// The kinds of the scalings of columns of numbers.
fn scale_of(scaling: &Scaling) -> impl Fn(usize) -> NumberScalingKind + '_ {
    move |feature| match scaling {
        Scaling::None | Scaling::Bytes => NumberScalingKind::None,
        Scaling::MinMax { .. } => NumberScalingKind::MinMax,
        Scaling::Standard { .. } => NumberScalingKind::Standard,
        Scaling::Columns { numbers, .. } => {
            numbers.get(feature).map_or(NumberScalingKind::None, |number| number.by.kind())
        }
    }
}

/// The schema of a model of numbers alone: its columns, and behind them those of ids and labels.
fn of_columns(columns: &autoencoder::Columns, scale: impl Fn(usize) -> NumberScalingKind) -> Schema {
    let mut schema = Schema::default();
    let numbers = columns.names.iter().enumerate();
    schema.columns =
        numbers.map(|(place, name)| Column::new(name, ColumnKind::Number { scale: scale(place) })).collect();
    for (column, kind) in [(&columns.id, ColumnKind::Id), (&columns.label, ColumnKind::Label)] {
        if let Some(LabelColumn::Name(name)) = column {
            schema.columns.push(Column::new(name, kind));
        }
    }
    schema
}

/// Adds what each column is.
pub(super) fn add(report: &mut Report, schema: &Schema) {
    report.add_lines("schema", written(&schema.columns), schema.columns.iter().map(of_column));
}

/// A column of a schema in words.
fn of_column(Column { name, kind, holes, residual, indicator, .. }: &Column) -> String {
    const SHOWN: usize = 6;
    let kind = match kind {
        ColumnKind::Number { scale } => format!("numbers, scaled by {}", scale.name()),
        ColumnKind::Words { words } => {
            let more = if words.len() > SHOWN { ", ..." } else { "" };
            let shown = words[..words.len().min(SHOWN)].join(", ");
            format!("{}: {shown}{more}", counted(words.len(), "word"))
        }
        ColumnKind::Time { parts, .. } => {
            let parts: Vec<&str> = parts.iter().map(|part| part.name()).collect();
            format!("times, as {}", parts.join(" and "))
        }
        ColumnKind::Id => "names of the rows".to_owned(),
        ColumnKind::Label => "labels".to_owned(),
        ColumnKind::Dropped => "left out".to_owned(),
    };
    let holes =
        if *holes > 0.0 { format!(" ({:.1} % without a value)", 100.0 * holes) } else { String::new() };
    let told = if *indicator { ", told of holes" } else { "" };
    let residual = match residual {
        Some(residual) => format!(", residual {}", numerals::short(*residual)),
        None => String::new(),
    };
    format!("{name}: {kind}{holes}{told}{residual}")
}
