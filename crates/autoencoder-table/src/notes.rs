//! What is said of a table that was read, or of rows one after the other: words, holes, ids, and words that were not known.

use std::collections::BTreeSet;

use autoencoder::{ColumnKind, OTHER, Schema};

use crate::columns::Columns;
use crate::field::Field;
use crate::options::Expected;
use crate::rows::Rows;
use crate::wording::{counted, listed};

/// The largest number of columns in a note.
const SHOWN: usize = 8;

/// The notes on a table, a sentence each.
pub(crate) fn of(
    columns: &Columns,
    rows: &Rows,
    schema: &Schema,
    expected: Option<&Expected>,
) -> Vec<String> {
    let mut notes = columns.notes.clone();
    // What a model knows was said when it was trained.
    if expected.is_none() {
        let words =
            schema.words().map(|(place, words)| format!("{} ({})", columns.called(place), words.len()));
        let words: Vec<String> = words.collect();
        if !words.is_empty() {
            notes.push(format!("words: {}", listed(&strs(&words), SHOWN)));
        }
    }
    if expected.is_none() {
        let line_of = |field: &Field| match field {
            Field::Number(number) => rows.rounded.get(number),
            Field::Word(_) | Field::Time(..) | Field::Label | Field::Id | Field::Ignored => None,
        };
        let fields = columns.layout.fields.iter().enumerate();
        let rounded = fields.filter_map(|(place, field)| Some((place, line_of(field)?)));
        for (place, line) in rounded.take(SHOWN) {
            let (called, name) = (columns.called(place), columns.option(place));
            notes.push(format!(
                "{called}: whole numbers of more than 15 digits lose the last of them, the first in line {line}; if they name the rows, say --id-column {name}, else --column {name}=words or --drop {name}"
            ));
        }
    }
    let share = |holes: f64| (holes * rows.count as f64).round();
    let with_holes = schema.columns.iter().enumerate().filter(|(_, column)| column.holes > 0.0);
    // The columns of a schema that was expected are in its own order.
    let called = |place: usize, name: &str| match expected {
        Some(_) => name.to_owned(),
        None => columns.called(place),
    };
    let holes =
        with_holes.map(|(place, column)| format!("{} {}", called(place, &column.name), share(column.holes)));
    let holes: Vec<String> = holes.collect();
    if !holes.is_empty() {
        let (listed, rows) = (listed(&strs(&holes), SHOWN), counted(rows.count, "row"));
        notes.push(format!("fields without a value, which count as unknown: {listed} (of {rows})"));
    }
    if let (count @ 1.., line) = rows.nameless {
        let id = columns.id().map(|id| columns.name(id)).unwrap_or_default();
        let (counted, has) = (counted(count, "row"), if count == 1 { "has" } else { "have" });
        notes.push(format!("{id}: {counted} {has} no id, the first in line {line}"));
    }
    let of_words = columns.read().into_iter().zip(&columns.kinds);
    let of_words = of_words.filter(|(_, kind)| matches!(kind, ColumnKind::Words { .. }));
    let origin = expected.map_or("the model", |expected| &expected.origin);
    for ((place, _), unknown) in of_words.zip(&rows.unknown).filter(|(_, unknown)| unknown.count > 0) {
        let named: Vec<String> =
            unknown.named.iter().map(|(word, line)| format!("{} (line {line})", short(word))).collect();
        let fields = match unknown.count {
            1 => "1 field has a word that".to_owned(),
            count => format!("{} have words that", counted(count, "field")),
        };
        let (are, knows) = (if unknown.count == 1 { "is" } else { "are" }, "does not know");
        notes.push(format!(
            "{}: {fields} {origin} {knows}, and {are} read as {OTHER}: {}",
            columns.name(place),
            named.join(", ")
        ));
    }
    notes
}

/// What was said of rows that come one after the other, so that nothing is said twice.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// The columns that are read with holes, and those with words that are not known.
    holes: BTreeSet<usize>,
    unknown: BTreeSet<usize>,
    nameless: bool,
}

impl Said {
    /// The notes on more rows, a sentence each, given the share of holes in each column that is read.
    pub(crate) fn of_more(
        &mut self,
        columns: &mut Columns,
        rows: &Rows,
        holes: &[f64],
        expected: &Expected,
    ) -> Vec<String> {
        let mut notes = std::mem::take(&mut columns.notes);
        let places = columns.read();
        let called = |feature: usize| {
            expected.name(feature).map_or_else(|| columns.called(places[feature]), str::to_owned)
        };
        let with_holes = holes.iter().enumerate().filter(|(_, holes)| **holes > 0.0);
        let new: Vec<String> = with_holes
            .filter(|&(feature, _)| self.holes.insert(feature))
            .map(|(feature, _)| called(feature))
            .collect();
        if !new.is_empty() {
            let listed = listed(&strs(&new), SHOWN);
            notes.push(format!("fields without a value, which count as unknown: {listed}"));
        }
        // An object without the key of ids is one without a name.
        if let (1.., line) = rows.nameless
            && !columns.is_keyed
            && !std::mem::replace(&mut self.nameless, true)
        {
            let id = columns.id().map(|id| columns.name(id)).unwrap_or_default();
            notes.push(format!("{id}: rows have no id, the first in line {line}"));
        }
        let of_words =
            columns.kinds.iter().enumerate().filter(|(_, kind)| matches!(kind, ColumnKind::Words { .. }));
        for ((feature, _), unknown) in of_words.zip(&rows.unknown) {
            if let Some((word, line)) = unknown.named.first()
                && self.unknown.insert(feature)
            {
                let (name, word, origin) = (called(feature), short(word), &expected.origin);
                notes.push(format!(
                    "{name}: words that {origin} does not know are read as {OTHER}, the first in line {line}: {word}"
                ));
            }
        }
        notes
    }
}

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// The beginning of a word.
fn short(word: &str) -> String {
    word.chars().take(40).collect()
}
