//! The columns of a table: how many there are, what they are called, and which ones are no features.

use autoencoder::{Column, ColumnKind, LabelColumn, NumberScalingKind, Schema};
use csv::StringRecord;

use crate::aside::Aside;
use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::field::Layout;
use crate::first_line::{FirstLine, Sign};
use crate::guessing::{Line, guess};
use crate::matching::Matching;
use crate::names;
use crate::options::{Expected, ReadOptions};
use crate::role::Role;
use crate::wording::{called, counted, option, place};

/// The columns of a table.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) count: usize,
    pub(crate) dialect: Dialect,
    /// The names of all columns, where the first line has them.
    pub(crate) names: Option<Vec<String>>,
    /// What each column is.
    pub(crate) roles: Vec<Role>,
    /// What is made of the fields of each column.
    pub(crate) layout: Layout,
    /// What each column that is read holds, in their order.
    pub(crate) kinds: Vec<ColumnKind>,
    /// How the columns were matched with those of the training, if there was anything to do.
    matched: Option<String>,
    /// The beginning of the first line.
    first: String,
    /// What was told from the first lines, in words.
    pub(crate) notes: Vec<String>,
    /// Whether names are keys of each line, so that columns have no places.
    pub(crate) is_keyed: bool,
}

impl Columns {
    /// The columns of a table with this first line, and these lines below it or with it.
    pub(crate) fn of(
        first: &StringRecord,
        told: FirstLine,
        samples: &[Line],
        options: &ReadOptions,
        dialect: Dialect,
    ) -> Outcome<Self> {
        let count = first.len();
        let expected = options.expected.as_ref();
        let mut notes = Vec::new();
        let names = match told {
            FirstLine::Names(_) => Some(names::of(first, expected, &mut notes)),
            FirstLine::Sample { .. } => None,
            FirstLine::Neither { column } => return Err(neither(first, column)),
        };
        let mut aside = Aside::of(names.as_deref(), count, options)?;
        if let (None, Some(expected)) = (&names, expected) {
            let fields = |column| samples.iter().filter_map(move |(_, row)| row.get(column));
            aside.add_empty(expected, |column| fields(column).any(|field| !field.is_empty()));
        }
        let (mut roles, matched) = match (&names, expected) {
            (Some(names), Some(expected)) if !expected.columns.names.is_empty() => {
                let Matching { roles, told } = Matching::of(names, &aside.roles, expected)?;
                (roles, told)
            }
            (None, Some(expected)) if !expected.columns.names.is_empty() => {
                let told = format!("taken in the order of those of {}", expected.origin);
                (in_order(&aside.roles), Some(told))
            }
            (Some(_), Some(expected)) => {
                let told = format!("taken in their order, as {} knows no names", expected.origin);
                (in_order(&aside.roles), Some(told))
            }
            (None, Some(_)) | (_, None) => (in_order(&aside.roles), None),
        };
        let kinds = match expected {
            Some(expected) => of_expected(expected, &roles)?,
            None => guess(&mut roles, names.as_deref(), samples, (options, dialect), &mut notes)?,
        };
        let finds_words = expected.is_none_or(|expected| expected.finds_words);
        let layout = Layout::of(&roles, &kinds, finds_words);
        Ok(Self {
            count,
            dialect,
            names,
            roles,
            layout,
            kinds,
            matched,
            first: names::beginning(first),
            notes,
            is_keyed: false,
        })
    }

    /// The column as notes call it.
    pub(crate) fn called(&self, column: usize) -> String {
        called(self.names.as_deref(), column)
    }

    /// The name of a column, or its index.
    pub(crate) fn name(&self, column: usize) -> String {
        self.names.as_ref().map_or_else(|| column.to_string(), |names| names[column].clone())
    }

    /// The column as options take it: by its name, or by its index if it has none.
    pub(crate) fn option(&self, column: usize) -> String {
        option(self.names.as_deref(), column)
    }

    /// A column in words: `column 3 (age)`.
    pub(crate) fn place(&self, column: usize) -> String {
        if self.is_keyed {
            return format!("key {}", self.name(column));
        }
        place(self.names.as_deref(), column)
    }

    /// The column of labels.
    pub(crate) fn label(&self) -> Option<usize> {
        self.roles.iter().position(|&role| role == Role::Label)
    }

    /// The column that says what rows are called.
    pub(crate) fn id(&self) -> Option<usize> {
        self.roles.iter().position(|&role| role == Role::Id)
    }

    /// The places of the columns that are read, in their order.
    pub(crate) fn read(&self) -> Vec<usize> {
        let mut places = vec![0; self.kinds.len()];
        for (place, role) in self.roles.iter().enumerate() {
            if let Role::Feature(index) = *role {
                places[index] = place;
            }
        }
        places
    }

    /// The columns as a model of numbers keeps them.
    pub(crate) fn of_model(&self) -> autoencoder::Columns {
        let place = |index: Option<usize>| match &self.names {
            Some(names) => index.map(|index| LabelColumn::Name(names[index].clone())),
            None => index.map(LabelColumn::Index),
        };
        let names =
            self.names.iter().flat_map(|names| self.read().into_iter().map(|place| names[place].clone()));
        let mut columns = autoencoder::Columns::of_names(names);
        columns.label = place(self.label());
        columns.id = place(self.id());
        columns
    }

    /// The columns as a schema: those of the table in its order, or those that were expected. The words of a column are those
    /// that were known or found; a share of the rows has no known field.
    pub(crate) fn schema(
        &self,
        words: &[Vec<String>],
        (holes, decimals): (&[f64], &[Option<usize>]),
        options: &ReadOptions,
    ) -> Schema {
        let mut found = words.iter();
        let mut seen: Vec<Column> = self
            .kinds
            .iter()
            .zip(self.read())
            .zip(holes.iter().zip(decimals))
            .map(|((kind, place), (&holes, &decimals))| {
                let kind = match kind {
                    ColumnKind::Words { .. } => {
                        ColumnKind::Words { words: found.next().cloned().unwrap_or_default() }
                    }
                    other => other.clone(),
                };
                let mut column = Column::new(self.name(place), kind).with_holes(holes);
                column.decimals = decimals;
                column.indicator = options.indicates_holes && holes > 0.0;
                column
            })
            .collect();
        if let Some(known) = options.expected.as_ref().and_then(|expected| expected.schema.as_ref()) {
            let mut seen = seen.into_iter();
            let mut schema = known.clone();
            for column in schema.columns.iter_mut().filter(|column| column.is_seen()) {
                if let Some(Column { kind, holes, .. }) = seen.next() {
                    (column.kind, column.holes) = (kind, holes);
                }
            }
            return schema;
        }
        let mut schema = Schema::default();
        for (place, role) in self.roles.iter().enumerate() {
            let aside = |kind| Column::new(self.name(place), kind);
            schema.columns.push(match *role {
                Role::Feature(index) => {
                    std::mem::replace(&mut seen[index], Column::new("", ColumnKind::Dropped))
                }
                Role::Label => aside(ColumnKind::Label),
                Role::Id => aside(ColumnKind::Id),
                Role::Ignored => aside(ColumnKind::Dropped),
            });
        }
        schema
    }

    /// Says how many columns there are, what the first line was taken for, and how the columns were matched.
    pub(crate) fn told(&self, told: FirstLine) -> String {
        let told = self.of_first_line(told);
        match &self.matched {
            Some(matched) => format!("{told}; {matched}"),
            None => told,
        }
    }

    fn of_first_line(&self, told: FirstLine) -> String {
        if self.is_keyed {
            return "JSON lines".to_owned();
        }
        let count = format!("{}{}", counted(self.count, "column"), self.dialect.told());
        let first = &self.first;
        let taken = |why: &str| {
            format!(
                "{count}; line 1 ({first}) is taken for their names, as {why}; --header no reads it as a sample"
            )
        };
        match (told, &self.names) {
            (FirstLine::Names(Sign::Counting), Some(_)) => taken("it counts and no other line does"),
            (FirstLine::Names(Sign::Unlike), Some(_)) => taken("its numbers are unlike those below"),
            (FirstLine::Sample { may_be_names: true }, _) => format!(
                "{count} without names; line 1 ({first}) is read as a sample, though its numbers lie outside of those below; --header yes takes it for names"
            ),
            (_, Some(names)) => match (names::doubled(names), names::nameless(names)) {
                (Some(name), _) => {
                    format!("{count}, named in line 1; more than one of them is called {name}")
                }
                (None, Some(nameless)) => format!("{count}, named in line 1, but for {nameless}"),
                (None, None) => format!("{count}, named in line 1"),
            },
            (_, None) => format!("{count} without names"),
        }
    }
}

/// What the columns hold that a model, or a schema, expects; without a schema they hold numbers.
fn of_expected(expected: &Expected, roles: &[Role]) -> Outcome<Vec<ColumnKind>> {
    let count = roles.iter().filter(|role| matches!(role, Role::Feature(_))).count();
    let Some(seen) = expected.seen() else {
        return Ok(vec![ColumnKind::Number { scale: NumberScalingKind::Standard }; count]);
    };
    expect_features(count, expected)?;
    Ok(seen.map(|column| column.kind.clone()).collect())
}

/// Refuses another number of columns beside labels and ids than is expected.
pub(crate) fn expect_features(found: usize, expected: &Expected) -> Outcome {
    if found == expected.features {
        return Ok(());
    }
    let (wanted, origin) = (counted(expected.features, "column"), &expected.origin);
    let what =
        format_args!("expected {wanted} as {origin} was trained on, beside labels and ids, found {found}");
    Err(TableError::new(what).advise(if expected.columns.names.is_empty() {
        "give as many columns; --label-column and --id-column set others aside"
    } else {
        "give a table of the same columns, with their names in line 1"
    }))
}

/// The roles of columns of which all that are not set aside are features.
fn in_order(aside: &[Option<Role>]) -> Vec<Role> {
    let mut features = 0..;
    let mut next = || Role::Feature(features.next().unwrap_or_default());
    aside.iter().map(|role| role.unwrap_or_else(&mut next)).collect()
}

/// The failure that the first line is neither names nor a sample.
fn neither(first: &StringRecord, column: usize) -> TableError {
    let field: String = first.get(column).unwrap_or_default().chars().take(40).collect();
    let what = format_args!(
        "line 1, column {}: found \"{field}\" among numbers: the line is neither names nor a sample",
        column + 1
    );
    TableError::new(what).advise("correct the field, or say with --header yes that the line has names")
}
