//! Fingerprints of samples, by which a training notices that it goes on with other samples.

use std::fmt;

use autoencoder_kernels::TableRow;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::rows::row_slice;
use super::table::TableRows;
use crate::digest::{Digest, Digester};
use crate::parallel::prelude::*;

/// The fingerprint of samples: their number and shape, and digests of their numbers, their order and their labels.
///
/// The digest of a row is XXH3 with 128 bits of its bytes as they were read, or of its other numbers as they are kept: scaled, in
/// f32, the least byte first. The rows are digested in
/// parallel, as fast as memory gives their bytes; two digests over the digests of the rows tell other numbers from another order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fingerprint {
    /// The number of samples.
    pub samples: usize,
    /// The shape of a sample.
    pub shape: Vec<usize>,
    /// The type of the numbers as they are kept: `u8`, `f32`, or `f32 and words` for the rows of a table.
    pub element_type: String,
    /// The digest of all rows in their order.
    pub rows: Digest,
    /// The sum of the digests of all rows, which is the same in every order.
    pub rows_in_any_order: Digest,
    /// The digest of the labels; `None` if the samples have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Digest>,
}

/// The first difference between the samples of a training and those that it is to go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SamplesDifference {
    /// The shape of a sample.
    Shape {
        /// The shape of the training's samples.
        expected: Vec<usize>,
        /// The shape found.
        found: Vec<usize>,
    },
    /// The number of samples.
    Count {
        /// The number of the training's samples.
        expected: usize,
        /// The number found.
        found: usize,
    },
    /// The type of the numbers, `u8` or `f32`.
    ElementType {
        /// The type of the training's numbers.
        expected: String,
        /// The type found.
        found: String,
    },
    /// Some numbers.
    Values,
    /// The order of the samples, which are the same.
    Order,
    /// The labels; numbers and order are the same.
    Labels,
}

impl fmt::Display for SamplesDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { expected, found } => {
                write!(f, "samples of the shape {found:?} instead of {expected:?}")
            }
            Self::Count { expected, found } => write!(f, "{found} samples instead of {expected}"),
            Self::ElementType { expected, found } => write!(f, "numbers of {found} instead of {expected}"),
            Self::Values => f.write_str("other numbers"),
            Self::Order => f.write_str("the same samples in another order"),
            Self::Labels => f.write_str("the same samples with other labels"),
        }
    }
}

impl Fingerprint {
    /// The fingerprint of samples of this shape, with the digest of their labels.
    pub(super) fn new(shape: Vec<usize>, rows: Rows, labels: Option<Digest>) -> Self {
        let Rows { count, element_type, in_order, sum } = rows;
        let (element_type, rows_in_any_order) = (element_type.to_owned(), Digest(sum));
        Self { samples: count, shape, element_type, rows: in_order.finish(), rows_in_any_order, labels }
    }

    /// The first thing in which the samples `found` differ from those of this fingerprint; `None` if they are the same.
    pub fn difference(&self, found: &Self) -> Option<SamplesDifference> {
        let Self { samples, shape, element_type, rows, rows_in_any_order, labels } = self;
        if *shape != found.shape {
            Some(SamplesDifference::Shape { expected: shape.clone(), found: found.shape.clone() })
        } else if *samples != found.samples {
            Some(SamplesDifference::Count { expected: *samples, found: found.samples })
        } else if *element_type != found.element_type {
            let (expected, found) = (element_type.clone(), found.element_type.clone());
            Some(SamplesDifference::ElementType { expected, found })
        } else if *rows_in_any_order != found.rows_in_any_order {
            Some(SamplesDifference::Values)
        } else if *rows != found.rows {
            Some(SamplesDifference::Order)
        } else if *labels != found.labels {
            Some(SamplesDifference::Labels)
        } else {
            None
        }
    }
}

/// The digests of rows, put together, with the type of their numbers.
pub(super) struct Rows {
    count: usize,
    element_type: &'static str,
    in_order: Digester,
    sum: u128,
}

/// The rows whose digests are computed together, and those of one piece of that work. Digests of all rows at once would take memory that
/// grows with the samples.
const ROWS: [usize; 2] = [4096, 256];

impl Rows {
    pub(super) fn of_bytes(values: &Array2<u8>) -> Self {
        Self::of(values.nrows(), "u8", |row, _| Digest::of(row_slice(values, row)))
    }

    pub(super) fn of_floats<'a>(count: usize, row_of: impl Fn(usize) -> &'a [f32] + Sync) -> Self {
        Self::of(count, "f32", |row, bytes| {
            bytes.clear();
            bytes.extend(row_of(row).iter().flat_map(|number| number.to_le_bytes()));
            Digest::of(bytes)
        })
    }

    /// The digests of scaled numbers and places of words.
    pub(super) fn of_table(rows: &TableRows) -> Self {
        Self::of(rows.dim().0, "f32 and words", |row, bytes| {
            let TableRow { numbers, words } = rows.row(row);
            bytes.clear();
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
            Digest::of(bytes)
        })
    }

    /// Digests every row, with a buffer that the rows of a piece share.
    fn of(
        count: usize,
        element_type: &'static str,
        digest: impl Fn(usize, &mut Vec<u8>) -> Digest + Sync,
    ) -> Self {
        let mut rows = Self { count, element_type, in_order: Digester::default(), sum: 0 };
        let mut digests = vec![Digest(0); count.min(ROWS[0])];
        for first in (0..count).step_by(ROWS[0]) {
            let digests = &mut digests[..(count - first).min(ROWS[0])];
            digests.par_chunks_mut(ROWS[1]).enumerate().for_each(|(piece, digests)| {
                let mut buffer = Vec::new();
                for (place, each) in digests.iter_mut().enumerate() {
                    *each = digest(first + piece * ROWS[1] + place, &mut buffer);
                }
            });
            for digest in &*digests {
                rows.in_order.add(&digest.0.to_le_bytes());
                rows.sum = rows.sum.wrapping_add(digest.0);
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, array};

    use super::*;
    use crate::samples::scaling::Scaling;
    use crate::samples::{Samples, Values};

    fn fingerprint(values: Values) -> Fingerprint {
        Samples::new(values, Scaling::None).unwrap().fingerprint()
    }

    #[test]
    fn each_kind_of_difference_is_named() {
        let bytes = |values| Samples::new(Values::Bytes(values), Scaling::Bytes).unwrap();
        let samples = || bytes(array![[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]);
        let known = samples().fingerprint();
        let difference = |found: Samples| known.difference(&found.fingerprint());
        assert_eq!(difference(samples()), None);
        let [other, swapped] = [
            array![[1, 2, 3, 4], [5, 6, 7, 9], [9, 10, 11, 12]],
            array![[1, 2, 3, 4], [9, 10, 11, 12], [5, 6, 7, 8]],
        ];
        assert_eq!(difference(bytes(other)), Some(SamplesDifference::Values));
        assert_eq!(difference(bytes(swapped)), Some(SamplesDifference::Order));
        assert_eq!(
            difference(samples().truncated(2)),
            Some(SamplesDifference::Count { expected: 3, found: 2 })
        );
        let shape = SamplesDifference::Shape { expected: vec![4], found: vec![2, 2] };
        assert_eq!(difference(samples().with_shape([2, 2]).unwrap()), Some(shape));
        assert_eq!(difference(samples().with_labels(["a", "b", "a"])), Some(SamplesDifference::Labels));
        let floats =
            Values::Floats(array![[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]);
        let found = known.difference(&fingerprint(floats)).unwrap();
        assert_eq!(found.to_string(), "numbers of f32 instead of u8");
    }

    #[test]
    fn labels_are_told_apart_by_their_places() {
        let labelled = |labels: [&str; 2]| {
            let samples = Samples::new(Values::Bytes(array![[1], [2]]), Scaling::Bytes).unwrap();
            samples.with_labels(labels).fingerprint().labels
        };
        assert_eq!(labelled(["a", "b"]), labelled(["a", "b"]));
        for other in [["b", "a"], ["ab", ""], ["", "ab"], ["a", "c"]] {
            assert_ne!(labelled(["a", "b"]), labelled(other), "{other:?}");
        }
    }

    #[test]
    fn any_changed_bit_and_any_two_swapped_rows_are_noticed() {
        let values = Array2::from_shape_fn((4700, 3), |(row, column)| (row * 3 + column) as f32);
        let known = fingerprint(Values::Floats(values.clone()));
        for row in [0, 255, 256, 4095, 4096, 4699] {
            let mut other = values.clone();
            other[(row, 1)] = f32::from_bits(other[(row, 1)].to_bits() ^ 1);
            let found = fingerprint(Values::Floats(other));
            assert_eq!(known.difference(&found), Some(SamplesDifference::Values), "row {row}");
            let mut order: Vec<usize> = (0..4700).collect();
            order.swap(row, 300);
            let found = fingerprint(Values::Floats(values.select(Axis(0), &order)));
            assert_eq!(known.difference(&found), Some(SamplesDifference::Order), "row {row}");
        }
    }
}
