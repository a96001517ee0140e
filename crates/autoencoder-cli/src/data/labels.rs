//! Labels: the class of every sample, as an index into the classes' names.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The class of every sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Labels {
    /// An index into `names` for each sample.
    pub of_sample: Vec<usize>,
    /// The names of the classes, in the order of numbers if all names are numbers, otherwise of letters.
    pub names: Vec<String>,
}

impl Labels {
    /// Makes classes of the samples' labels.
    pub(super) fn of_names<Name: AsRef<str> + Ord>(each: &[Name]) -> Self {
        let distinct: BTreeSet<&str> = each.iter().map(AsRef::as_ref).collect();
        let mut names: Vec<&str> = distinct.into_iter().collect();
        sort_numbers(&mut names);
        let index: BTreeMap<&str, usize> =
            names.iter().enumerate().map(|(index, &name)| (name, index)).collect();
        let of_sample = each.iter().map(|name| index[name.as_ref()]).collect();
        Self { of_sample, names: names.into_iter().map(str::to_owned).collect() }
    }

    /// Makes labels of the indices of classes, of which some may have no sample. The order of the classes stays as it is
    /// unless all names are numbers.
    pub(super) fn of_classes(each: Vec<usize>, classes: &[String]) -> Self {
        let mut sorted: Vec<&str> = classes.iter().map(String::as_str).collect();
        sort_numbers(&mut sorted);
        let place = |name: &String| sorted.iter().position(|sorted| sorted == name).unwrap_or_default();
        let places: Vec<usize> = classes.iter().map(place).collect();
        let of_sample = each.into_iter().map(|class| places[class]).collect();
        Self { of_sample, names: sorted.into_iter().map(str::to_owned).collect() }
    }

    /// The labels of the samples with these indices.
    pub(crate) fn of(&self, indices: &[usize]) -> Self {
        let of_sample = indices.iter().map(|&index| self.of_sample[index]).collect();
        Self { of_sample, names: self.names.clone() }
    }

    /// The name of each sample's class.
    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        self.of_sample.iter().map(|&class| self.names[class].as_str())
    }

    /// The digits 0 to 9, all ten of them even if one has no sample.
    pub(super) fn of_digits(digits: &[u8]) -> Self {
        let names = (0..10).map(|digit| digit.to_string()).collect();
        Self { of_sample: digits.iter().map(|&digit| usize::from(digit)).collect(), names }
    }
}

/// Sorts names as numbers if all of them are numbers. 1 and 1.0 are two classes, which stay in their order.
fn sort_numbers(names: &mut [&str]) {
    let number = |name: &str| name.parse::<f64>().ok().filter(|number| number.is_finite());
    if names.iter().all(|name| number(name).is_some()) {
        names.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(Ordering::Equal));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_order_of_numbers() {
        let labels = Labels::of_names(&["10", "9", "-1", "10"]);
        assert_eq!(labels.names, ["-1", "9", "10"]);
        assert_eq!(labels.of_sample, [2, 1, 0, 2]);
    }

    #[test]
    fn classes_keep_their_order_unless_they_are_numbers() {
        let classes = ["a2", "a10", "b"].map(str::to_owned);
        let labels = Labels::of_classes(vec![2, 0], &classes);
        assert_eq!((labels.names, labels.of_sample), (classes.to_vec(), vec![2, 0]));
        let labels = Labels::of_classes(vec![0, 1], &["1.5", "1.25", "3"].map(str::to_owned));
        assert_eq!((labels.names.join(" "), labels.of_sample), ("1.25 1.5 3".into(), vec![1, 0]));
    }

    #[test]
    fn words_are_in_the_order_of_letters() {
        let labels = Labels::of_names(&["dog", "cat", "9", "10", "cat"]);
        assert_eq!(labels.names, ["10", "9", "cat", "dog"]);
        assert_eq!(labels.of_sample, [3, 2, 1, 0, 2]);
    }
}
