//! The columns of a table that are no features: labels, ids, and what is left out.

use autoencoder::{ColumnKind, LabelColumn};

use crate::error::{Outcome, TableError};
use crate::nearest::similar;
use crate::options::{Expected, ReadOptions};
use crate::role::Role;

/// The largest number of names in a message.
const SHOWN: usize = 20;

/// The columns that are no features.
pub(crate) struct Aside {
    /// What each column is, if it is no feature.
    pub(crate) roles: Vec<Option<Role>>,
}

impl Aside {
    /// The columns that the options, or a model, set aside.
    pub(crate) fn of(names: Option<&[String]>, count: usize, options: &ReadOptions) -> Outcome<Self> {
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

    /// Sets the columns aside in which the first lines have no value, where only the others are as many as a model expects of a
    /// table without names: it was trained without them.
    pub(crate) fn add_empty(&mut self, expected: &Expected, has_value: impl Fn(usize) -> bool) {
        let open: Vec<usize> = (0..self.roles.len()).filter(|&column| self.roles[column].is_none()).collect();
        let filled = open.iter().filter(|&&column| has_value(column)).count();
        if filled < open.len() && filled == expected.features {
            for column in open.into_iter().filter(|&column| !has_value(column)) {
                self.roles[column] = Some(Role::Ignored);
            }
        }
    }
}

/// The index of a column that is given by its name or index; a column that is named like an index is meant by its name.
pub(crate) fn index(
    option: &'static str,
    names: Option<&[String]>,
    count: usize,
    column: &str,
) -> Outcome<usize> {
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
        let what = format!("there is no header line, and {column} is no index below {count}");
        return Err(usage(what).advise("if line 1 has the names of the columns, say --header yes"));
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
