//! Samples of some labels left out: a model learns what is usual from the others.

use std::path::Path;

use super::samples::Data;
use super::series::Series;
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals::{self, counted};

impl Data {
    /// Leaves the samples with these labels out. Rows in time begin anew behind those that are left out. If `all` labels have to be
    /// there, one that no sample has is refused.
    pub(crate) fn without_labels(mut self, without: &[String], all: bool) -> Outcome<Self> {
        let path = Path::new(&self.name).to_owned();
        let Some(labels) = &self.labels else {
            let what = format_args!("--without-labels: the samples of {} have no labels", self.name);
            return Err(Failure::usage(what).advise("name their column with --label-column"));
        };
        let is_there = |label: &String| labels.each().any(|each| each == label);
        if let Some(missing) = without.iter().find(|label| all && !is_there(label)) {
            let what = format_args!(
                "--without-labels: no sample of {} is labelled {missing}; the labels are {}",
                self.name,
                numerals::listed(&labels.names, 10)
            );
            return Err(Failure::usage(what));
        }
        let is_left_out: Vec<bool> =
            labels.each().map(|label| without.iter().any(|other| other == label)).collect();
        let kept: Vec<usize> = (0..is_left_out.len()).filter(|&sample| !is_left_out[sample]).collect();
        let left_out = is_left_out.len() - kept.len();
        if kept.is_empty() {
            let what = format_args!("--without-labels leaves none of {}", counted(left_out, "sample"));
            return Err(Failure::at(&path, what).advise("name fewer labels"));
        }
        if left_out == 0 {
            return Ok(self);
        }
        self.labels = self.labels.map(|labels| labels.of(&kept));
        self.names = self.names.map(|names| kept.iter().map(|&sample| names[sample].clone()).collect());
        self.values = self.values.select(&kept);
        if let Some(Series { breaks, filled, .. }) = &mut self.series {
            filled.retain_mut(|(row, _)| {
                kept.binary_search(row).is_ok_and(|place| {
                    *row = place;
                    true
                })
            });
            let begins_anew =
                |pair: &[usize]| pair[1] != pair[0] + 1 || breaks.binary_search(&pair[1]).is_ok();
            *breaks = kept
                .windows(2)
                .enumerate()
                .filter(|(_, pair)| begins_anew(pair))
                .map(|(place, _)| place + 1)
                .collect();
        }
        self.assumed.push(format!("{} left out by --without-labels", counted(left_out, "sample")));
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::{Values, Window};
    use ndarray::array;

    use super::super::labels::Labels;
    use super::super::samples::Elements;
    use super::*;

    fn data() -> Data {
        let labels = Labels::of_names(&["a", "b", "a", "a", "c", "a"]);
        let numbers = Elements::Floats((0_u8..6).map(f32::from).collect());
        let data = Data::new(Path::new("a.npy"), vec![1], numbers, Some(labels)).unwrap();
        let series =
            Series { window: Window::new(1, 1).unwrap(), breaks: vec![3], filled: vec![(1, 0), (5, 0)] };
        Data { series: Some(series), names: Some("012345".chars().map(String::from).collect()), ..data }
    }

    fn without(labels: &[&str], all: bool) -> Outcome<Data> {
        data().without_labels(&labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>(), all)
    }

    #[test]
    fn samples_with_their_labels_and_names_are_left_out() {
        let kept = without(&["b", "c"], true).unwrap();
        assert_eq!(kept.values, Values::Floats(array![[0.0], [2.0], [3.0], [5.0]]));
        assert_eq!(
            (kept.names.unwrap().concat(), kept.labels.unwrap().of_sample),
            ("0235".to_owned(), vec![0; 4])
        );
        // Rows 0 and 2 had one between them, 3 began anew, and 5 comes behind a row that is left out.
        let series = kept.series.unwrap();
        assert_eq!((series.breaks, series.filled), (vec![1, 2, 3], vec![(3, 0)]));
        assert_eq!(kept.assumed, ["2 samples left out by --without-labels"]);
    }

    #[test]
    fn labels_that_are_not_there_and_all_labels_are_refused() {
        let refused = |labels: &[&str]| without(labels, true).unwrap_err().to_string();
        assert!(refused(&["d"]).contains("no sample of a.npy is labelled d; the labels are a, b, c"));
        assert!(refused(&["a", "b", "c"]).contains("--without-labels leaves none of 6 samples"));
        assert_eq!(without(&["d"], false).unwrap().values.dim(), (6, 1));
        let unlabelled = Data { labels: None, ..data() }.without_labels(&["a".to_owned()], true);
        assert!(unlabelled.unwrap_err().to_string().contains("have no labels"));
    }
}
