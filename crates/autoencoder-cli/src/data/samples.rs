//! Samples as they were read: rows of numbers, with their shape, their labels and the name of their source.

use std::path::Path;

use autoencoder::{Columns, Schema, Values};
use ndarray::Array2;

use super::labels::Labels;
use super::planes;
use super::series::Series;
use crate::failure::{Failure, Outcome};
use crate::terminal::{Notes, numerals};

/// Samples as they were read, before any scaling.
#[derive(Debug)]
pub(crate) struct Data {
    /// The numbers, one row for each sample.
    pub values: Values,
    /// The shape of a sample: `[28, 28]`, `[height, width, 3]`, `[features]`; its product is the number of features.
    pub sample_shape: Vec<usize>,
    /// Whether the numbers of an image came as planes, one colour after the other; they are rows of pixels now.
    pub channels_first: bool,
    /// The class of every sample, where the source tells the classes.
    pub labels: Option<Labels>,
    /// The name of what was read, for messages.
    pub name: String,
    /// The name of every sample, where the source has names for them: the files of pictures.
    pub names: Option<Vec<String>>,
    /// The names of a table's features, and the columns beside them.
    pub columns: Option<Columns>,
    /// What the columns of a table are.
    pub schema: Option<Schema>,
    /// Where windows over the rows are the samples; `None` where each row is a sample.
    pub series: Option<Series>,
    /// What was assumed of the source, as it did not say so itself: a note for each.
    pub assumed: Vec<String>,
}

/// The numbers of samples, one after the other.
#[derive(Debug, PartialEq)]
pub(super) enum Elements {
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
    Doubles(Vec<f64>),
}

impl Data {
    /// Makes samples of `sample_shape` from the finite numbers that were read from `path`.
    pub(super) fn new(
        path: &Path,
        sample_shape: Vec<usize>,
        elements: Elements,
        labels: Option<Labels>,
    ) -> Outcome<Self> {
        let features: usize = sample_shape.iter().product();
        let count = match &elements {
            Elements::Bytes(bytes) => bytes.len(),
            Elements::Floats(floats) => floats.len(),
            Elements::Doubles(doubles) => doubles.len(),
        };
        if count == 0 {
            return Err(no_samples(path));
        }
        let shape = (count / features, features);
        let values = match elements {
            Elements::Bytes(bytes) => Array2::from_shape_vec(shape, bytes).map(Values::Bytes),
            Elements::Floats(floats) => Array2::from_shape_vec(shape, floats).map(Values::Floats),
            Elements::Doubles(doubles) => Array2::from_shape_vec(shape, doubles).map(Values::Doubles),
        }
        .map_err(|error| Failure::at(path, error))?;
        if let Some(labels) = &labels {
            assert_eq!(labels.of_sample.len(), shape.0, "a label for every sample");
        }
        let name = path.display().to_string();
        let (names, columns, schema, series, assumed) = (None, None, None, None, Vec::new());
        let mut data = Self {
            values,
            sample_shape,
            channels_first: false,
            labels,
            name,
            names,
            columns,
            schema,
            series,
            assumed,
        };
        if planes::are_planes(&data.sample_shape) {
            let shape = std::mem::take(&mut data.sample_shape);
            data.turn(&shape);
            data.assumed.push(format!(
                "samples of {} are taken for images whose {} first, and become {}",
                numerals::shape(&shape),
                if shape[0] == 1 { "one colour comes" } else { "colours come" },
                numerals::shape(&data.sample_shape)
            ));
        }
        Ok(data)
    }

    /// Turns rows that are planes into rows of pixels.
    fn turn(&mut self, planes: &[usize]) {
        let (features, colours) = (self.values.dim().1, planes[0]);
        if colours > 1 {
            match &mut self.values {
                Values::Bytes(bytes) => turn_rows(bytes, features, colours),
                Values::Floats(floats) => turn_rows(floats, features, colours),
                Values::Doubles(doubles) => turn_rows(doubles, features, colours),
                Values::Table(_) => unreachable!("a table with words has no shape"),
            }
            self.channels_first = true;
        }
        self.sample_shape = planes::as_pixels(planes);
    }

    /// Gives rows of plain numbers the shape that was asked for, of which a first axis of 1 or 3 counts colours. Planes of any
    /// number become the pixels that were asked for.
    pub(super) fn shaped(mut self, asked: &[usize]) -> Outcome<Self> {
        let path = Path::new(&self.name);
        let features = self.values.dim().1;
        let sizes = numerals::shape(asked);
        if let Values::Table(_) = self.values {
            let what = format_args!(
                "--sample-shape {sizes} is for rows of plain numbers, found words or empty fields"
            );
            return Err(Failure::at(path, what).advise("leave --sample-shape out"));
        }
        if asked.iter().try_fold(1_usize, |size, &side| size.checked_mul(side)) != Some(features) {
            let made = asked.iter().map(|&side| side as f64).product::<f64>();
            let what = format_args!(
                "--sample-shape {sizes} makes {made} numbers, found samples of {}",
                numerals::counted(features, "number")
            );
            return Err(Failure::at(path, what)
                .advise("give a shape of as many numbers; --label-column leaves a column of labels out"));
        }
        let pixels = if planes::are_planes(asked) { planes::as_pixels(asked) } else { asked.to_vec() };
        if self.sample_shape.len() > 1 {
            if self.sample_shape == pixels {
                return Ok(self);
            }
            if self.has_planes_of(asked) {
                let planes = std::mem::take(&mut self.sample_shape);
                self.turn(&planes);
                return Ok(self);
            }
            let found = numerals::shape(&self.sample_shape);
            let what =
                format_args!("--sample-shape {sizes} is for rows of plain numbers, found samples of {found}");
            return Err(Failure::at(path, what).advise("leave --sample-shape out"));
        }
        if planes::are_planes(asked) {
            self.turn(asked);
        } else {
            self.sample_shape = pixels;
        }
        Ok(self)
    }

    /// Gives rows of plain numbers the shape of other samples of as many numbers, whose rows held images as planes if
    /// `channels_first`; then planes become pixels too.
    pub(crate) fn shaped_like(mut self, shape: &[usize], channels_first: bool) -> Self {
        if channels_first && self.has_planes_of(shape) {
            let planes = std::mem::take(&mut self.sample_shape);
            self.turn(&planes);
            return self;
        }
        if self.sample_shape.len() != 1 || shape.len() == 1 {
            return self;
        }
        match *shape {
            [height, width, colours] if channels_first => self.turn(&[colours, height, width]),
            _ => self.sample_shape = shape.to_vec(),
        }
        self
    }

    /// Notes what was assumed, except what was assumed of `other` data too.
    pub(crate) fn tell(&self, notes: Notes, other: Option<&Self>) {
        let is_told = |assumed| other.is_some_and(|other| other.assumed.contains(assumed));
        for assumed in self.assumed.iter().filter(|assumed| !is_told(assumed)) {
            notes.say(format_args!("{}: {assumed}", self.name));
        }
    }

    /// Whether a sample has as many numbers as one of the shape `expected`, in the same places: two images have the same rows,
    /// columns and colours. A table of numbers has no places.
    /// Where the images of `expected` came as planes, planes fit too.
    pub(crate) fn is_shaped(&self, expected: &[usize], channels_first: bool) -> bool {
        let sides = |shape: &[usize]| shape.iter().copied().filter(|&side| side != 1).collect::<Vec<_>>();
        let size = |shape: &[usize]| shape.iter().product::<usize>();
        let found = &self.sample_shape[..];
        let is_row = found.len() == 1 || expected.len() == 1;
        if is_row {
            size(found) == size(expected)
        } else {
            sides(found) == sides(expected) || channels_first && self.has_planes_of(expected)
        }
    }

    /// Whether the samples are planes that become pixels of this shape.
    fn has_planes_of(&self, pixels: &[usize]) -> bool {
        self.sample_shape.len() == 3
            && self.sample_shape != pixels
            && planes::as_pixels(&self.sample_shape) == pixels
    }
}

fn turn_rows<T: Copy>(rows: &mut Array2<T>, features: usize, colours: usize) {
    let rows = rows.as_slice_mut().expect("rows that were read lie one after the other");
    planes::to_pixels(rows, features, colours);
}

pub(super) fn no_samples(path: &Path) -> Failure {
    Failure::at(path, "expected at least 1 sample of at least 1 number, found none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_another_shape_are_told_from_those_of_the_same() {
        let data = |shape: &[usize]| {
            let bytes = Elements::Bytes(vec![0; shape.iter().product()]);
            Data::new(Path::new("a.npy"), shape.to_vec(), bytes, None).unwrap()
        };
        for same in [&[4, 6][..], &[4, 6, 1], &[1, 4, 6], &[24]] {
            assert!(data(&[4, 6]).is_shaped(same, false) && data(same).is_shaped(&[4, 6], true), "{same:?}");
        }
        for other in [&[6, 4][..], &[2, 12], &[4, 3, 2], &[25], &[4, 7]] {
            assert!(
                !data(&[4, 6]).is_shaped(other, false) && !data(other).is_shaped(&[4, 6], true),
                "{other:?}"
            );
        }
    }

    fn rows(shape: &[usize], numbers: std::ops::Range<u8>) -> Data {
        Data::new(Path::new("a.npy"), shape.to_vec(), Elements::Bytes(numbers.collect()), None).unwrap()
    }

    fn first_row(data: &Data) -> Vec<u8> {
        let Values::Bytes(bytes) = &data.values else { panic!("bytes") };
        bytes.row(0).to_vec()
    }

    #[test]
    fn colours_that_come_first_come_last_with_a_note() {
        let colours = rows(&[3, 2, 2], 0..24);
        assert_eq!((&colours.sample_shape[..], colours.channels_first), (&[2, 2, 3][..], true));
        assert_eq!(first_row(&colours), [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
        let expected = "samples of 3x2x2 are taken for images whose colours come first, and become 2x2x3";
        assert_eq!(colours.assumed, [expected]);
        let grey = rows(&[1, 2, 2], 0..8);
        assert_eq!((&grey.sample_shape[..], grey.channels_first), (&[2, 2, 1][..], false));
        assert_eq!((first_row(&grey), grey.assumed.len()), (vec![0, 1, 2, 3], 1));
        let last = rows(&[3, 2, 3], 0..18);
        assert_eq!((&last.sample_shape[..], last.assumed.len()), (&[3, 2, 3][..], 0));
    }

    #[test]
    fn rows_get_the_shape_that_is_asked_for() {
        let row = || rows(&[12], 0..24);
        let shaped = row().shaped(&[3, 4]).unwrap();
        assert_eq!((&shaped.sample_shape[..], shaped.channels_first), (&[3, 4][..], false));
        assert_eq!(row().shaped(&[2, 2, 3]).unwrap().sample_shape, [2, 2, 3]);
        let planes = row().shaped(&[3, 2, 2]).unwrap();
        assert_eq!((&planes.sample_shape[..], planes.channels_first), (&[2, 2, 3][..], true));
        assert_eq!(first_row(&planes), [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
        assert!(planes.assumed.is_empty(), "it was said");
        let refused = row().shaped(&[3, 5]).unwrap_err().to_string();
        assert!(
            refused.contains("--sample-shape 3x5 makes 15 numbers, found samples of 12 numbers"),
            "{refused}"
        );
        assert!(row().shaped(&[usize::MAX, usize::MAX]).is_err());
        let refused = rows(&[3, 4], 0..24).shaped(&[4, 3]).unwrap_err().to_string();
        assert!(refused.contains("is for rows of plain numbers, found samples of 3x4"), "{refused}");
        assert_eq!(rows(&[3, 2, 2], 0..24).shaped(&[3, 2, 2]).unwrap().sample_shape, [2, 2, 3]);
    }

    #[test]
    fn planes_of_any_number_become_the_pixels_that_are_asked_for() {
        let planes = || rows(&[2, 3, 4], 0..24);
        assert_eq!(planes().sample_shape, [2, 3, 4]);
        let shaped = planes().shaped(&[3, 4, 2]).unwrap();
        assert_eq!((&shaped.sample_shape[..], shaped.channels_first), (&[3, 4, 2][..], true));
        assert_eq!(first_row(&shaped)[..4], [0, 12, 1, 13]);
        assert_eq!(planes().shaped(&[2, 3, 4]).unwrap().sample_shape, [2, 3, 4]);
        assert!(planes().shaped(&[4, 3, 2]).is_err());
        assert!(planes().is_shaped(&[3, 4, 2], true) && !planes().is_shaped(&[3, 4, 2], false));
        assert_eq!(first_row(&planes().shaped_like(&[3, 4, 2], true)), first_row(&shaped));
    }

    #[test]
    fn rows_get_the_shape_and_the_order_of_a_model() {
        let planes = rows(&[12], 0..24).shaped_like(&[2, 2, 3], true);
        assert_eq!(first_row(&planes)[..3], [0, 4, 8]);
        let pixels = rows(&[12], 0..24).shaped_like(&[2, 2, 3], false);
        assert_eq!(
            (first_row(&pixels)[..3].to_vec(), &pixels.sample_shape[..]),
            (vec![0, 1, 2], &[2, 2, 3][..])
        );
        assert_eq!(rows(&[3, 4], 0..12).shaped_like(&[12], false).sample_shape, [3, 4]);
    }

    #[test]
    fn no_numbers_are_no_data() {
        for shape in [vec![5], vec![0]] {
            let failure = Data::new(Path::new("a.csv"), shape, Elements::Floats(vec![]), None).unwrap_err();
            assert_eq!(
                failure.to_string(),
                "a.csv: expected at least 1 sample of at least 1 number, found none"
            );
        }
    }
}
