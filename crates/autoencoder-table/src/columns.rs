//! The columns of a table: how many there are, what they are called, and which ones are no features.

use autoencoder::{Column, ColumnKind, LabelColumn, NumberScalingKind, Schema};
use csv::StringRecord;

use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::field::Layout;
use crate::first_line::FirstLine;
use crate::kinds::{FirstFields, Guess};
use crate::matching::Matching;
use crate::nearest::similar;
use crate::options::{Expected, ReadOptions};
use crate::refusal;
use crate::role::Role;
use crate::wording::counted;

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
    /// What was told from the first lines, in words.
    pub(crate) notes: Vec<String>,
}

/// A line of a table that was read, with its number.
pub(crate) type Line = (u64, StringRecord);

/// The largest number of names in a message.
const SHOWN: usize = 20;

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
        let names = match told {
            FirstLine::Names { .. } => Some(first.iter().map(str::to_owned).collect::<Vec<_>>()),
            FirstLine::Sample => None,
            FirstLine::Neither { column } => return Err(neither(first, column)),
        };
        let expected = options.expected.as_ref();
        let aside = Aside::of(names.as_deref(), count, options)?;
        let (mut roles, matched) = match (&names, expected) {
            (Some(names), Some(expected)) if !expected.columns.names.is_empty() => {
                let Matching { roles, told } = Matching::of(names, &aside.roles, expected)?;
                (roles, told)
            }
            (None, Some(expected)) if !expected.columns.names.is_empty() => {
                let told = format!("taken in the order of those of {}", expected.origin);
                (in_order(&aside.roles), Some(told))
            }
            (_, Some(_) | None) => (in_order(&aside.roles), None),
        };
        let mut notes = Vec::new();
        let kinds = match expected {
            Some(expected) => of_expected(expected, &roles)?,
            None => guess(&mut roles, names.as_deref(), samples, (options, dialect), &mut notes)?,
        };
        let finds_words = expected.is_none_or(|expected| expected.finds_words);
        let layout = Layout::of(&roles, &kinds, finds_words);
        Ok(Self { count, dialect, names, roles, layout, kinds, matched, notes })
    }

    /// Whether a line holds a row, and not only blanks; a line of another length is an error.
    pub(crate) fn is_row(&self, record: &StringRecord, line: u64) -> Outcome<bool> {
        if record.len() == 1 && record[0].is_empty() && self.count > 1 {
            return Ok(false);
        }
        if record.len() != self.count {
            return Err(refusal::of_length(self, line, record));
        }
        Ok(true)
    }

    /// The name of a column, or its index.
    pub(crate) fn name(&self, column: usize) -> String {
        self.names.as_ref().map_or_else(|| column.to_string(), |names| names[column].clone())
    }

    /// A column in words: `column 3 (age)`.
    pub(crate) fn place(&self, column: usize) -> String {
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
        let place = |index| self.roles.iter().position(|&role| role == Role::Feature(index));
        (0..self.kinds.len()).filter_map(place).collect()
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
    pub(crate) fn schema(&self, words: &[Vec<String>], holes: &[f64], expected: Option<&Expected>) -> Schema {
        let mut found = words.iter();
        let mut seen: Vec<Column> = self
            .kinds
            .iter()
            .zip(self.read())
            .zip(holes)
            .map(|((kind, place), &holes)| {
                let kind = match kind {
                    ColumnKind::Words { .. } => {
                        ColumnKind::Words { words: found.next().cloned().unwrap_or_default() }
                    }
                    other => other.clone(),
                };
                Column::new(self.name(place), kind).with_holes(holes)
            })
            .collect();
        if let Some(known) = expected.and_then(|expected| expected.schema.as_ref()) {
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
        let count = format!("{}{}", counted(self.count, "column"), self.dialect.told());
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

/// A column in words.
fn place(names: Option<&[String]>, column: usize) -> String {
    let name = names.and_then(|names| names.get(column)).map(|name| format!(" ({name})")).unwrap_or_default();
    format!("column {}{name}", column + 1)
}

/// What the columns hold that a model, or a schema, expects; without a schema they hold numbers.
fn of_expected(expected: &Expected, roles: &[Role]) -> Outcome<Vec<ColumnKind>> {
    let count = roles.iter().filter(|role| matches!(role, Role::Feature(_))).count();
    let Some(seen) = expected.seen() else {
        return Ok(vec![ColumnKind::Number { scale: NumberScalingKind::Standard }; count]);
    };
    if count != expected.features {
        let (wanted, origin) = (counted(expected.features, "column"), &expected.origin);
        let what = format_args!(
            "expected {wanted} as {origin} was trained on, beside labels and ids, found {count}"
        );
        return Err(
            TableError::new(what).advise("give a table of the same columns, with their names in line 1")
        );
    }
    Ok(seen.map(|column| column.kind.clone()).collect())
}

/// What the columns hold, as options or the first lines tell. Columns of ids are set aside, with a note.
fn guess(
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
        let (place, name) =
            (place(names, column), names.map_or_else(|| column.to_string(), |names| names[column].clone()));
        let first = FirstFields { place: &place, name: &name, fields: &fields };
        let kind = match asked[column].take() {
            Some(ColumnKind::Time { parts, .. }) => ColumnKind::Time { order: first.order(&parts)?, parts },
            Some(ColumnKind::Number { .. }) => ColumnKind::Number { scale: scales[column] },
            Some(kind) => kind,
            None => match first.guess(dialect, scales[column]) {
                Guess::Times if options.leaves_out_dates => {
                    roles[column] = Role::Ignored;
                    notes.push(format!("{name}: dates or times, left out"));
                    continue;
                }
                Guess::Times => return Err(first.refused(dialect)),
                Guess::Ids => {
                    let is_first = !roles.contains(&Role::Id);
                    roles[column] = if is_first { Role::Id } else { Role::Ignored };
                    let taken = if is_first { "taken for ids" } else { "left out" };
                    notes.push(format!(
                        "{name}: every field of the first lines differs, so that the column is {taken}; --column {name}=words reads it as words"
                    ));
                    continue;
                }
                Guess::Kind(kind) => {
                    if matches!(kind, ColumnKind::Number { .. }) && first.rises(dialect) {
                        notes.push(format!(
                            "{name}: whole numbers that rise from row to row; if they name the rows, say --id-column {name}"
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

/// The columns that are no features.
struct Aside {
    /// What each column is, if it is no feature.
    roles: Vec<Option<Role>>,
}

impl Aside {
    /// The columns that the options, or a model, set aside.
    fn of(names: Option<&[String]>, count: usize, options: &ReadOptions) -> Outcome<Self> {
        let mut roles = vec![None; count];
        let expected = options.expected.as_ref();
        let place = |option,
                     typed: &Option<String>,
                     known: fn(&autoencoder::Columns) -> Option<&LabelColumn>| {
            match (typed, expected) {
                (Some(column), _) => index(option, names, count, column).map(Some),
                (None, Some(expected)) => {
                    let counts = (count, options.drop.len());
                    match expected.among(known(&expected.columns), names, counts)[..] {
                        [] => Ok(None),
                        [index] => Ok(Some(index)),
                        [first, second, ..] => {
                            let name = names.map_or("", |names| &names[first]);
                            let what = format!(
                                "several columns are called {name}, such as those of index {first} and {second}, and {} keeps one of this name beside the features",
                                expected.origin
                            );
                            let advice = format!("give the index of the one you mean with {option}");
                            Err(TableError::new(what).advise(advice))
                        }
                    }
                }
                (None, None) => Ok(None),
            }
        };
        let label = place("--label-column", &options.label_column, |columns| columns.label.as_ref())?;
        let id = place("--id-column", &options.id_column, |columns| columns.id.as_ref())?;
        if label.is_some() && label == id {
            let what = "this is the column of labels too".to_owned();
            return Err(TableError::usage("--id-column", what).advise("leave one of the two options out"));
        }
        for (place, role) in [(label, Role::Label), (id, Role::Id)] {
            if let Some(place) = place {
                roles[place] = Some(role);
            }
        }
        for (column, kind) in &options.kinds {
            let role = match kind {
                ColumnKind::Id => Role::Id,
                ColumnKind::Label => Role::Label,
                ColumnKind::Dropped => Role::Ignored,
                ColumnKind::Number { .. } | ColumnKind::Words { .. } | ColumnKind::Time { .. } => continue,
            };
            let place = index("--column", names, count, column)?;
            let is_taken = role != Role::Ignored && roles.contains(&Some(role));
            if is_taken || roles[place].is_some() {
                let what = format!(
                    "{column} is set aside by another option too, or another column is what it is said to be"
                );
                return Err(TableError::usage("--column", what).advise("leave one of the options out"));
            }
            roles[place] = Some(role);
        }
        if let Some(schema) = expected.and_then(|expected| expected.schema.as_ref())
            && schema.columns.len() == count
            && !(schema.is_named() && names.is_some())
        {
            for (role, column) in roles.iter_mut().zip(&schema.columns) {
                if role.is_none() && column.kind == ColumnKind::Dropped {
                    *role = Some(Role::Ignored);
                }
            }
        }
        for column in &options.drop {
            let place = index("--drop", names, count, column)?;
            // A column of labels or ids that a model knows may be left out.
            let typed = [&options.label_column, &options.id_column].into_iter().flatten();
            if typed
                .clone()
                .any(|typed| index("--drop", names, count, typed).is_ok_and(|typed| typed == place))
            {
                let what = format!("{column} is given as a column of labels or ids too");
                return Err(TableError::usage("--drop", what).advise("leave one of the two options out"));
            }
            roles[place] = Some(Role::Ignored);
        }
        if !options.only.is_empty() {
            let mut wanted = vec![false; count];
            for column in &options.only {
                let place = index("--columns", names, count, column)?;
                if roles[place].is_some() {
                    let what = format!("{column} is set aside by another option too");
                    return Err(
                        TableError::usage("--columns", what).advise("leave one of the two options out")
                    );
                }
                wanted[place] = true;
            }
            for (role, is_wanted) in roles.iter_mut().zip(wanted) {
                if role.is_none() && !is_wanted {
                    *role = Some(Role::Ignored);
                }
            }
        }
        if roles.iter().all(Option::is_some) {
            let beside =
                if count == usize::from(label.is_some()) { "the label" } else { "those that are set aside" };
            return Err(TableError::new(format_args!("expected columns beside {beside}, found none")));
        }
        Ok(Self { roles })
    }
}

/// The roles of columns of which all that are not set aside are features.
fn in_order(aside: &[Option<Role>]) -> Vec<Role> {
    let mut features = 0..;
    let mut next = || Role::Feature(features.next().unwrap_or_default());
    aside.iter().map(|role| role.unwrap_or_else(&mut next)).collect()
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
fn index(option: &'static str, names: Option<&[String]>, count: usize, column: &str) -> Outcome<usize> {
    let usage = |what: String| TableError::usage(option, what);
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
fn neither(first: &StringRecord, column: usize) -> TableError {
    let field: String = first.get(column).unwrap_or_default().chars().take(40).collect();
    let what = format_args!(
        "line 1, column {}: found \"{field}\" among numbers: the line is neither names nor a sample",
        column + 1
    );
    TableError::new(what).advise("correct the field, or say with --header yes that the line has names")
}
