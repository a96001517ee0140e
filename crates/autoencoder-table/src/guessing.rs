//! What the columns of a table hold where nothing is expected: as options say, or as the first lines tell.

use autoencoder::{ColumnKind, DateOrder, NumberScalingKind};
use csv::StringRecord;

use crate::aside::index;
use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::kinds::{FirstFields, Guess};
use crate::options::ReadOptions;
use crate::role::Role;
use crate::wording::{called, option, place};

/// A line of a table that was read, with its number.
pub(crate) type Line = (u64, StringRecord);

/// What the columns hold, as options or the first lines tell. Columns of ids are set aside, with a note.
pub(crate) fn guess(
    roles: &mut [Role],
    names: Option<&[String]>,
    samples: &[Line],
    (options, dialect): (&ReadOptions, Dialect),
    notes: &mut Vec<String>,
) -> Outcome<Vec<ColumnKind>> {
    let count = roles.len();
    let mut asked: Vec<Option<ColumnKind>> = vec![None; count];
    for (column, kind) in &options.kinds {
        asked[index("--column", names, count, column)?] = Some(kind.clone());
    }
    let mut scales = vec![options.scale.unwrap_or(NumberScalingKind::Standard); count];
    let mut are_scaled = vec![false; count];
    for (column, scale) in &options.scales {
        let column = index("--scale", names, count, column)?;
        (scales[column], are_scaled[column]) = (*scale, true);
    }
    let mut kinds = Vec::new();
    for column in 0..count {
        let Role::Feature(_) = roles[column] else { continue };
        let fields: Vec<(u64, &str)> = samples
            .iter()
            .filter(|(_, record)| record.len() == count)
            .map(|(line, record)| (*line, &record[column]))
            .collect();
        let (place, name) = (place(names, column), option(names, column));
        let called = called(names, column);
        let first = FirstFields { place: &place, name: &name, fields: &fields, is_alone: count == 1 };
        let kind = match asked[column].take() {
            Some(ColumnKind::Time { parts, .. }) => {
                let order = first.order(&parts)?;
                match order {
                    DateOrder::YearMonthDay => {}
                    DateOrder::DayMonthYear => notes.push(format!("{called}: dates begin with the day")),
                    DateOrder::MonthDayYear => notes.push(format!("{called}: dates begin with the month")),
                }
                ColumnKind::Time { parts, order, clock: first.has_clock() }
            }
            Some(ColumnKind::Number { .. }) => ColumnKind::Number { scale: scales[column] },
            Some(kind) => kind,
            None => match first.guess(dialect, scales[column]) {
                Guess::Times if options.leaves_out_dates => {
                    roles[column] = Role::Ignored;
                    notes.push(format!("{called}: dates or times, left out"));
                    continue;
                }
                Guess::Times => return Err(first.refused_times(dialect)),
                Guess::Measured => return Err(first.refused_measured(dialect)),
                Guess::Ids => {
                    let is_first = !roles.contains(&Role::Id);
                    roles[column] = if is_first { Role::Id } else { Role::Ignored };
                    let taken = if is_first { "taken for ids" } else { "left out" };
                    notes.push(format!(
                        "{called}: every field of the first lines differs, so that the column is {taken}; --column {name}=words reads it as words"
                    ));
                    continue;
                }
                Guess::Kind(kind) => {
                    if let (ColumnKind::Words { .. }, Some((_, field))) = (&kind, first.measured(dialect)) {
                        notes.push(format!(
                            "{called}: numbers with a currency sign or a unit, such as {field}, are read as words; to have numbers, write them without it"
                        ));
                    }
                    if let (ColumnKind::Number { .. }, Some(field)) = (&kind, first.thousands(dialect)) {
                        notes.push(format!(
                            "{called}: {field} is read with three decimals; if that sign parts thousands, write the numbers without it"
                        ));
                    }
                    if let (ColumnKind::Number { .. }, Some(field)) = (&kind, first.leading_zero()) {
                        notes.push(format!(
                            "{called}: numbers with a zero in front, such as {field}, which numbers lose; --column {name}=words reads them as words"
                        ));
                    }
                    if matches!(kind, ColumnKind::Number { .. }) && first.rises(dialect) {
                        notes.push(format!(
                            "{called}: whole numbers that rise from row to row; if they name the rows, say --id-column {name}"
                        ));
                    }
                    kind
                }
            },
        };
        if are_scaled[column] && !matches!(kind, ColumnKind::Number { .. }) {
            let what = format!("{place} does not hold numbers");
            return Err(
                TableError::usage("--scale", what).advise(format_args!("leave {name} out of --scale"))
            );
        }
        roles[column] = Role::Feature(kinds.len());
        kinds.push(kind);
    }
    if kinds.is_empty() {
        let what = "expected a column of numbers or words beside ids, found none";
        return Err(TableError::new(what).advise(notes.first().cloned().unwrap_or_default()));
    }
    Ok(kinds)
}
