//! The columns of a table: how many there are, what they are called, and which ones are no features.

use autoencoder::LabelColumn;
use csv::StringRecord;

use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::first_line::FirstLine;
use crate::matching::Matching;
use crate::nearest::similar;
use crate::options::ReadOptions;
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
    /// The number of features.
    pub(crate) features: usize,
    /// How the columns were matched with those of the training, if there was anything to do.
    matched: Option<String>,
}

/// The largest number of names in a message.
const SHOWN: usize = 20;

impl Columns {
    /// The columns of a table with this first line.
    pub(crate) fn of(
        first: &StringRecord,
        told: FirstLine,
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
        let (roles, matched) = match (&names, expected.filter(|expected| !expected.columns.names.is_empty()))
        {
            (Some(names), Some(expected)) => {
                let Matching { roles, told } = Matching::of(names, &aside.roles, expected)?;
                (roles, told)
            }
            (None, Some(expected)) => {
                let told = format!("taken in the order of those of {}", expected.origin);
                (in_order(&aside.roles), Some(told))
            }
            (_, None) => (in_order(&aside.roles), None),
        };
        let features = roles.iter().filter(|role| matches!(role, Role::Feature(_))).count();
        Ok(Self { count, dialect, names, roles, features, matched })
    }

    /// The column of labels.
    pub(crate) fn label(&self) -> Option<usize> {
        self.roles.iter().position(|&role| role == Role::Label)
    }

    /// The column that says what rows are called.
    pub(crate) fn id(&self) -> Option<usize> {
        self.roles.iter().position(|&role| role == Role::Id)
    }

    /// The columns as a model keeps them.
    pub(crate) fn of_model(&self) -> autoencoder::Columns {
        let of = |wanted: Role, names: &[String]| {
            Some(names[self.roles.iter().position(|&role| role == wanted)?].clone())
        };
        let place = |role: Role, index: Option<usize>| match &self.names {
            Some(names) => of(role, names).map(LabelColumn::Name),
            None => index.map(LabelColumn::Index),
        };
        let features = self.names.iter().flat_map(|names| {
            (0..self.features).filter_map(|feature| of(Role::Feature(feature), names)).collect::<Vec<_>>()
        });
        let mut columns = autoencoder::Columns::of_names(features);
        columns.label = place(Role::Label, self.label());
        columns.id = place(Role::Id, self.id());
        columns
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
