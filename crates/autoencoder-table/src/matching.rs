//! The columns of a table, matched by name with those that a model was trained on.

use std::collections::{HashMap, VecDeque};

use crate::error::{Outcome, TableError};
use crate::names::doubled;
use crate::nearest::similar;
use crate::options::Expected;
use crate::role::Role;
use crate::wording::listed;

/// The largest number of names in a message.
const SHOWN: usize = 5;

/// The columns of a table as a model takes them.
#[derive(Debug)]
pub(crate) struct Matching {
    /// What each column of the table is, with the features in the model's order.
    pub(crate) roles: Vec<Role>,
    /// What was done, in words, if anything was.
    pub(crate) told: Option<String>,
}

impl Matching {
    /// Finds the expected features among columns of these names. Of features with the same name, the first is the first of
    /// the columns with that name, and so on.
    pub(crate) fn of(names: &[String], aside: &[Option<Role>], expected: &Expected) -> Outcome<Self> {
        let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (index, name) in names.iter().enumerate().filter(|&(index, _)| aside[index].is_none()) {
            places.entry(name).or_default().push_back(index);
        }
        let wanted = &expected.columns.names;
        let found: Vec<Option<usize>> =
            wanted.iter().map(|name| places.get_mut(name.as_str())?.pop_front()).collect();
        let missing: Vec<&str> =
            wanted.iter().zip(&found).filter(|(_, place)| place.is_none()).map(|(name, _)| &**name).collect();
        if !missing.is_empty() {
            return Err(without(names, aside, &missing, expected));
        }
        let order: Vec<usize> = found.into_iter().flatten().collect();
        let mut roles: Vec<Role> = aside.iter().map(|role| role.unwrap_or(Role::Ignored)).collect();
        for (feature, &place) in order.iter().enumerate() {
            roles[place] = Role::Feature(feature);
        }
        let mut told = Vec::new();
        if !order.is_sorted() {
            told.push(format!("put into the order of {}", expected.origin));
        }
        let further: Vec<&str> = names
            .iter()
            .zip(roles.iter().zip(aside))
            .filter(|(_, (role, aside))| **role == Role::Ignored && aside.is_none())
            .map(|(name, _)| &**name)
            .filter(|name| !expected.leaves_out(name))
            .collect();
        // The table has more columns of this name than the model: nothing tells which of them the model knows.
        if let Some(&name) = further.iter().find(|&&name| wanted.iter().any(|wanted| wanted == name)) {
            let count = |names: &[String]| names.iter().filter(|other| *other == name).count();
            let (found, known) = (count(names), count(wanted));
            let what = format_args!("{found} columns are called {name}, and {known} of {}", expected.origin);
            let advice = "give each column a name of its own, or leave the further ones out";
            return Err(TableError::new(what).advise(advice));
        }
        if let (false, Some(name)) = (order.is_sorted(), doubled(wanted)) {
            let what = format_args!(
                "more than one column is called {name}, and the columns are not in the order of {}",
                expected.origin
            );
            return Err(TableError::new(what)
                .advise("give each column a name of its own, or put the columns into that order"));
        }
        if !further.is_empty() {
            told.push(format!(
                "left out, as {} has no such column: {}",
                expected.origin,
                listed(&further, SHOWN)
            ));
        }
        Ok(Self { roles, told: (!told.is_empty()).then(|| told.join("; ")) })
    }
}

/// The failure that columns are missing.
fn without(names: &[String], aside: &[Option<Role>], missing: &[&str], expected: &Expected) -> TableError {
    let role = |name: &str| names.iter().zip(aside).find(|(other, _)| *other == name)?.1.as_ref();
    let (column, is) = if missing.len() == 1 { ("column", "is") } else { ("columns", "are") };
    let what = format_args!("{column} {} of {} {is} missing", listed(missing, SHOWN), expected.origin);
    let failure = TableError::new(what);
    let first = missing[0];
    match role(first) {
        Some(role @ (Role::Label | Role::Id)) => {
            let given = if *role == Role::Label { "labels" } else { "ids" };
            return failure.advise(format_args!(
                "{first} is given as the column of {given}, and {} has learnt from it",
                expected.origin
            ));
        }
        Some(Role::Ignored | Role::Feature(_)) => {
            return failure.advise(format_args!("{first} is left out by an option"));
        }
        None => {}
    }
    let has = |name: &&String| !expected.columns.names.contains(name);
    match similar(names.iter().filter(has).map(String::as_str), first) {
        Some(name) => {
            failure.advise(format_args!("the nearest name is `{name}`; rename that column if it is the same"))
        }
        None => failure.advise("add what is missing, or rename the columns that hold it"),
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::Columns;

    use super::*;

    fn matched(names: &[&str], label: Option<usize>, expected: &[&str]) -> Outcome<Matching> {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let expected = Expected::of_columns(Columns::of_names(owned(expected)), expected.len(), "m");
        let aside = |index| (Some(index) == label).then_some(Role::Label);
        let aside: Vec<Option<Role>> = (0..names.len()).map(aside).collect();
        Matching::of(&owned(names), &aside, &expected)
    }

    fn order(matching: &Matching) -> Vec<Option<usize>> {
        let place = |role: &Role| if let Role::Feature(feature) = role { Some(*feature) } else { None };
        matching.roles.iter().map(place).collect()
    }

    #[test]
    fn columns_are_found_by_name_and_what_was_done_is_told() {
        let same = matched(&["a", "b"], None, &["a", "b"]).unwrap();
        assert_eq!((order(&same), same.told), (vec![Some(0), Some(1)], None));
        let turned = matched(&["b", "x", "a", "y"], Some(1), &["a", "b"]).unwrap();
        assert_eq!(order(&turned), [Some(1), None, Some(0), None]);
        assert_eq!((turned.roles[1], turned.roles[3]), (Role::Label, Role::Ignored));
        let told = turned.told.unwrap();
        assert_eq!(told, "put into the order of m; left out, as m has no such column: y");
    }

    #[test]
    fn columns_of_one_name_are_taken_in_their_order() {
        let doubled = matched(&["x", "x", "c", "b"], None, &["x", "x", "b"]).unwrap();
        assert_eq!(order(&doubled), [Some(0), Some(1), None, Some(2)]);
        let failure = matched(&["x", "b", "x"], None, &["x", "x", "b"]).unwrap_err().to_string();
        assert!(
            failure.contains("more than one column is called x, and the columns are not in the order of m"),
            "{failure}"
        );
        let failure = matched(&["x", "b", "x", "x"], None, &["x", "x", "b"]).unwrap_err().to_string();
        assert!(failure.contains("3 columns are called x, and 2 of m"), "{failure}");
    }

    #[test]
    fn missing_columns_are_named() {
        let refused = |names: &[&str], label, expected: &[&str]| {
            matched(names, label, expected).unwrap_err().to_string()
        };
        let failure = refused(&["hight", "age"], None, &["age", "height"]);
        assert!(
            failure.starts_with("column height of m is missing; the nearest name is `hight`"),
            "{failure}"
        );
        let failure = refused(&["u"], None, &["a", "b", "c", "d", "e", "f", "u"]);
        assert!(failure.contains("columns a, b, c, d, e and 1 more of m are missing"), "{failure}");
        let failure = refused(&["a", "b"], Some(0), &["a", "b"]);
        assert!(
            failure.ends_with("a is given as the column of labels, and m has learnt from it"),
            "{failure}"
        );
    }
}
