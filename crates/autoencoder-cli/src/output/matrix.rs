//! Matrices, with one row for each sample or code, as files of any format that holds numbers.

use std::io::{self, Write};
use std::path::Path;

use ndarray::ArrayView2;

use super::atomic::write_with;
use super::csv_rows::Beside;
use super::real::Real;
use super::{csv_rows, npy};
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::terminal::Working;

/// What the rows of a matrix are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<'a> {
    /// Samples of a shape: npy and IDX hold an array of (rows, ..shape), CSV one line for each sample, below a line with
    /// the names of the columns if these have names.
    Samples {
        /// The shape, whose product is the length of a row.
        shape: &'a [usize],
        /// The names of the columns; none, or one for each.
        names: &'a [String],
        /// The columns of words that CSV has too.
        beside: &'a Beside,
    },
    /// Codes: npy and IDX hold an array of (rows, columns), and CSV begins with `code_0,code_1,...`, behind the names of the
    /// columns of words.
    Codes(&'a Beside),
}

/// No columns of words.
static NOTHING: Beside = Beside { columns: Vec::new() };

impl<'a> Rows<'a> {
    /// Samples of a shape, without names.
    pub(crate) fn of_shape(shape: &'a [usize]) -> Self {
        Self::Samples { shape, names: &[], beside: &NOTHING }
    }

    /// The lengths of the array of this many rows and columns.
    ///
    /// # Panics
    /// If a row is not as long as the shape says.
    #[track_caller]
    fn sizes(self, (rows, columns): (usize, usize)) -> Vec<usize> {
        let shape = match self {
            Self::Samples { shape, .. } => shape,
            Self::Codes(_) => &[columns],
        };
        assert_eq!(shape.iter().product::<usize>(), columns, "the shape of a row");
        [&[rows], shape].concat()
    }

    /// Writes the first line of a CSV file, if there is one.
    fn write_header(self, output: &mut dyn Write, columns: usize) -> io::Result<()> {
        match self {
            Self::Samples { names: [], beside, .. } if beside.columns.is_empty() => Ok(()),
            Self::Samples { names: [], beside, .. } => {
                csv_rows::write_names(output, beside, (0..columns).map(|column| column.to_string()))
            }
            Self::Samples { names, beside, .. } => csv_rows::write_names(output, beside, names),
            Self::Codes(beside) => {
                csv_rows::write_names(output, beside, (0..columns).map(|column| format!("code_{column}")))
            }
        }
    }

    fn beside(self) -> &'a Beside {
        match self {
            Self::Samples { beside, .. } | Self::Codes(beside) => beside,
        }
    }
}

/// Writes a matrix of f32 or f64 numbers.
///
/// # Panics
/// If a row is not as long as the shape of its samples says.
#[allow(clippy::needless_pass_by_value, reason = "a view is passed on like a slice")]
pub(crate) fn write_matrix<T: Real>(
    path: &Path,
    format: Format,
    matrix: ArrayView2<'_, T>,
    rows: Rows<'_>,
    shown: &Working,
) -> Outcome {
    let sizes = rows.sizes(matrix.dim());
    match format {
        Format::Npy => write_with(path, |output| {
            npy::write_header(output, T::NPY, &sizes)?;
            write_binary_rows(output, matrix, shown, T::put)
        }),
        Format::Csv => write_with(path, |output| {
            rows.write_header(output, matrix.ncols())?;
            csv_rows::write_rows(output, rows.beside(), &matrix, shown)
        }),
        Format::Idx => {
            let numbers: Vec<T> = matrix.iter().copied().collect();
            write_idx(path, &sizes, &numbers)
        }
        Format::Jsonl | Format::Png | Format::Svg | Format::Html => Err(no_numbers(path)),
    }
}

/// Writes samples as bytes, 0 to 255: each number is rounded to the nearest, and a number outside this range to its
/// bound.
///
/// npy and IDX hold a u8 array of (rows, ..shape), CSV one line of whole numbers for each sample and no header line.
///
/// # Panics
/// If a row is not as long as the shape says.
#[allow(clippy::needless_pass_by_value, reason = "a view is passed on like a slice")]
pub(crate) fn write_bytes(
    path: &Path,
    format: Format,
    matrix: ArrayView2<'_, f32>,
    sample_shape: &[usize],
    shown: &Working,
) -> Outcome {
    let sizes = Rows::of_shape(sample_shape).sizes(matrix.dim());
    let rounded = |number: &f32| number.clamp(0.0, 255.0).round();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded and within 0..=255")]
    let byte = |number: &f32| rounded(number) as u8;
    match format {
        Format::Npy => write_with(path, |output| {
            npy::write_header(output, "|u1", &sizes)?;
            write_binary_rows(output, matrix, shown, |number, bytes| bytes.push(byte(&number)))
        }),
        Format::Csv => write_with(path, |output| {
            csv_rows::write_rows(output, &NOTHING, &matrix.map(rounded).view(), shown)
        }),
        Format::Idx => write_idx(path, &sizes, &matrix.iter().map(byte).collect::<Vec<u8>>()),
        Format::Jsonl | Format::Png | Format::Svg | Format::Html => Err(no_numbers(path)),
    }
}

fn write_binary_rows<T: Copy>(
    output: &mut dyn Write,
    matrix: ArrayView2<'_, T>,
    shown: &Working,
    put: impl Fn(T, &mut Vec<u8>),
) -> io::Result<()> {
    shown.expect(matrix.nrows() as u64);
    let mut bytes = Vec::new();
    for row in matrix.rows() {
        bytes.clear();
        row.iter().for_each(|&number| put(number, &mut bytes));
        output.write_all(&bytes)?;
        shown.advance(1);
    }
    Ok(())
}

fn write_idx<T: idx_format::Element>(path: &Path, sizes: &[usize], elements: &[T]) -> Outcome {
    // Sizes beyond the format are refused here, before there is a file.
    idx_format::Header::new(T::TYPE, sizes).map_err(|error| Failure::at(path, error))?;
    write_with(path, |output| idx_format::write(output, sizes, elements).map(drop).map_err(io::Error::from))
}

fn no_numbers(path: &Path) -> Failure {
    Failure::usage(format_args!(
        "{}: a picture does not hold the numbers; use .npy, .csv or .idx",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    use super::*;
    use crate::data::{ReadOptions, Source, Split, read_codes};
    use crate::terminal::Notes;

    fn read_back(path: &Path) -> (Values, Vec<usize>) {
        let source = Source::resolve(path.to_str(), &ReadOptions::default()).unwrap();
        let data = source.read(Split::Test, None, Notes::new(true)).unwrap();
        (data.values, data.sample_shape)
    }

    #[test]
    fn doubles_keep_their_digits() {
        let folder = tempfile::tempdir().unwrap();
        let matrix = array![[1_700_000_001.25, 0.1], [-1e300, 3.0]];
        for (name, format) in [("a.npy", Format::Npy), ("a.idx", Format::Idx), ("a.csv", Format::Csv)] {
            let path = folder.path().join(name);
            write_matrix(&path, format, matrix.view(), Rows::of_shape(&[2]), &Working::UNSEEN).unwrap();
            assert_eq!(read_back(&path), (Values::Doubles(matrix.clone()), vec![2]), "{name}");
        }
    }

    #[test]
    #[allow(clippy::cast_possible_truncation, reason = "numbers that were f32")]
    fn samples_are_read_back_with_their_shape() {
        let folder = tempfile::tempdir().unwrap();
        let matrix: Array2<f32> = array![[0.1, -1e-30, 3e38, 4.0, 5.0, 6.0], [7.0, 8.0, 9.0, -0.5, 1.0, 2.0]];
        for (name, format, shape) in [
            ("a.npy", Format::Npy, &[2, 3][..]),
            ("a.idx", Format::Idx, &[2, 3]),
            ("a.csv", Format::Csv, &[6]),
        ] {
            let path = folder.path().join(name);
            write_matrix(&path, format, matrix.view(), Rows::of_shape(&[2, 3]), &Working::UNSEEN).unwrap();
            let (values, read) = read_back(&path);
            let as_f32 = match values {
                Values::Floats(floats) => floats,
                Values::Doubles(doubles) => doubles.mapv(|number| number as f32),
                Values::Bytes(_) | Values::Table(_) => panic!("{name}: other values"),
            };
            assert_eq!((as_f32, read), (matrix.clone(), shape.to_vec()), "{name}");
            // The layout in memory changes nothing.
            let first = std::fs::read(&path).unwrap();
            let columns = matrix.t().as_standard_layout().into_owned();
            write_matrix(&path, format, columns.t(), Rows::of_shape(&[2, 3]), &Working::UNSEEN).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), first);
        }
        assert_eq!(
            write_matrix(
                Path::new("a.png"),
                Format::Png,
                matrix.view(),
                Rows::Codes(&Beside::default()),
                &Working::UNSEEN
            )
            .unwrap_err()
            .exit_code(),
            2
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_once_and_with_the_reason_of_the_system() {
        let matrix = Array2::<f32>::zeros((100, 1000));
        for format in [Format::Npy, Format::Csv, Format::Idx] {
            let failure = write_matrix(
                Path::new("/dev/full"),
                format,
                matrix.view(),
                Rows::of_shape(&[1000]),
                &Working::UNSEEN,
            )
            .unwrap_err();
            let expected = "/dev/full: writing failed: No space left on device (os error 28)";
            assert_eq!(failure.to_string(), expected, "{format:?}");
        }
    }

    #[test]
    fn bytes_are_rounded_and_clamped() {
        let folder = tempfile::tempdir().unwrap();
        let matrix = array![[-3.0, 0.4, 0.6], [254.5, 300.0, 7.0]];
        let expected = array![[0, 0, 1], [255, 255, 7]];
        for (name, format) in [("a.npy", Format::Npy), ("a.idx", Format::Idx)] {
            let path = folder.path().join(name);
            write_bytes(&path, format, matrix.view(), &[3, 1], &Working::UNSEEN).unwrap();
            assert_eq!(read_back(&path), (Values::Bytes(expected.clone()), vec![3, 1]), "{name}");
        }
        let path = folder.path().join("a.csv");
        write_bytes(&path, Format::Csv, matrix.view(), &[3], &Working::UNSEEN).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "0,0,1\n255,255,7\n");
    }

    fn matrices() -> impl Strategy<Value = Array2<f32>> {
        (1..6_usize, 1..6_usize).prop_flat_map(|(rows, columns)| {
            let number = any::<f32>().prop_filter("finite", |number| number.is_finite());
            prop::collection::vec(number, rows * columns)
                .prop_map(move |numbers| Array2::from_shape_vec((rows, columns), numbers).unwrap())
        })
    }

    proptest! {
        #[test]
        fn every_finite_number_is_read_back(matrix in matrices()) {
            let folder = tempfile::tempdir().unwrap();
            for (name, format) in [("a.npy", Format::Npy), ("a.csv", Format::Csv)] {
                let path = folder.path().join(name);
                write_matrix(&path, format, matrix.view(), Rows::Codes(&Beside::default()), &Working::UNSEEN).unwrap();
                let read = read_codes(&path, ["id", "label"], &Working::UNSEEN).unwrap().codes;
                let bits = |matrix: &Array2<f32>| matrix.map(|number| number.to_bits());
                prop_assert_eq!(bits(&read), bits(&matrix));
            }
        }
    }
}
