//! The pictures of all samples as one picture, a cell for each.

use autoencoder::{Samples, Scaling};
use ndarray::{ArrayView1, Axis};
use serde::Serialize;

use super::packed;
use crate::failure::{Failure, Outcome};
use crate::figures::ImageShape;

/// The longest side of a picture that is carried whole.
const LONGEST: usize = 64;

/// The longest side of the one picture: telephones draw none that is larger.
const SIDE: usize = 4096;

/// The shortest side of a picture on which something is seen.
const SHORTEST: usize = 8;

/// One picture of the pictures of all samples, from left to right and from top to bottom.
#[derive(Debug, Serialize)]
pub(super) struct Thumbnails {
    /// The size of a cell, which is that of a sample unless the cells are reduced.
    width: usize,
    height: usize,
    /// The number of cells side by side.
    across: usize,
    /// The numbers, in the units of the data, that are drawn black and white.
    shades: [f64; 2],
    /// A PNG file in base64.
    png: String,
}

impl Thumbnails {
    /// The pictures of samples, which are of this shape.
    pub(super) fn of(samples: &Samples, shape: ImageShape) -> Outcome<Self> {
        let (width, height, across) = layout(samples.len(), shape)?;
        let ImageShape { channels, .. } = shape;
        let shades = shades(samples);
        let line = width * across * channels;
        let mut pixels = vec![0; line * height * samples.len().div_ceil(across)];
        for first in (0..samples.len()).step_by(TOGETHER) {
            let scaled = samples.scaled(first..samples.len().min(first + TOGETHER));
            for (index, sample) in scaled.axis_iter(Axis(0)).enumerate() {
                let (row, column) = ((first + index) / across, (first + index) % across);
                let cell = reduced(&bytes(samples.scaling(), shades, sample), shape, (width, height));
                for (y, cells) in cell.chunks_exact(width * channels).enumerate() {
                    let at = (row * height + y) * line + column * width * channels;
                    pixels[at..at + width * channels].copy_from_slice(cells);
                }
            }
        }
        let png = packed::bytes(&png(&pixels, line / channels, channels));
        Ok(Self { width, height, across, shades, png })
    }
}

/// The number of samples that are scaled at a time.
const TOGETHER: usize = 1024;

/// The size of the cells, and how many stand side by side.
fn layout(samples: usize, shape: ImageShape) -> Outcome<(usize, usize, usize)> {
    let longest = shape.width.max(shape.height);
    let fits = |side: usize| {
        let [width, height] = [shape.width, shape.height].map(|own| (own * side / longest).max(1));
        let across = SIDE / width;
        (across > 0 && samples.div_ceil(across) * height <= SIDE).then_some((
            width,
            height,
            across.min(samples),
        ))
    };
    let found = (SHORTEST.min(longest)..=LONGEST.min(longest)).rev().find_map(fits);
    found.ok_or_else(|| {
        let what = format_args!("{samples} pictures are more than one page draws");
        Failure::new(what).advise("give --count a smaller number")
    })
}

/// The numbers that are drawn black and white: of bytes 0 and 255; of other numbers the least and the greatest, unless these lie within 0
/// and 1.
fn shades(samples: &Samples) -> [f64; 2] {
    let scaling = samples.scaling();
    if *scaling == Scaling::Bytes {
        return [0.0, 255.0];
    }
    let (mut low, mut high) = (0.0, f64::MIN);
    for first in (0..samples.len()).step_by(TOGETHER) {
        let scaled = samples.scaled(first..samples.len().min(first + TOGETHER));
        for ((_, feature), &number) in scaled.indexed_iter() {
            let number = scaling.undo(feature, number);
            (low, high) = (f64::min(low, number), f64::max(high, number));
        }
    }
    if low < 0.0 || high > 1.0 { [low, high] } else { [0.0, 1.0] }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shades from 0 to 255")]
fn bytes(scaling: &Scaling, [low, high]: [f64; 2], sample: ArrayView1<'_, f32>) -> Vec<u8> {
    let shade = |(feature, &number): (usize, &f32)| {
        let share = (scaling.undo(feature, number) - low) / (high - low).max(f64::MIN_POSITIVE);
        (share.clamp(0.0, 1.0) * 255.0).round() as u8
    };
    sample.iter().enumerate().map(shade).collect()
}

/// A picture reduced to a size, of which each pixel is the mean of those that it covers.
fn reduced(pixels: &[u8], shape: ImageShape, (width, height): (usize, usize)) -> Vec<u8> {
    let ImageShape { width: own_width, height: own_height, channels } = shape;
    if (width, height) == (own_width, own_height) {
        return pixels.to_vec();
    }
    let covered = |place: usize, side: usize, own: usize| {
        let (from, to) = (place * own / side, (place + 1) * own / side);
        from..to.max(from + 1)
    };
    let mut cell = Vec::with_capacity(width * height * channels);
    for y in 0..height {
        for x in 0..width {
            let (rows, columns) = (covered(y, height, own_height), covered(x, width, own_width));
            for channel in 0..channels {
                let of_row = |row: usize| {
                    columns.clone().map(move |column| (row * own_width + column) * channels + channel)
                };
                let sum: usize = rows.clone().flat_map(of_row).map(|at| usize::from(pixels[at])).sum();
                let count = rows.len() * columns.len();
                cell.push(u8::try_from((sum + count / 2) / count).expect("a mean of bytes is a byte"));
            }
        }
    }
    cell
}

/// The smaller one of two PNG files of the same pixels: drawings pack best as they are, and photographs by the differences of neighbours.
fn png(pixels: &[u8], width: usize, channels: usize) -> Vec<u8> {
    let [plain, filtered] = [png::Filter::NoFilter, png::Filter::Adaptive]
        .map(|filter| packed_png(pixels, width, channels, filter));
    if plain.len() <= filtered.len() { plain } else { filtered }
}

fn packed_png(pixels: &[u8], width: usize, channels: usize, filter: png::Filter) -> Vec<u8> {
    let side = |pixels: usize| u32::try_from(pixels).expect("the picture is bounded");
    let height = pixels.len() / (width * channels);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side(width), side(height));
    encoder.set_color(if channels == 1 { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(filter);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(pixels))
        .expect("writing to memory cannot fail, and the buffer has the size of the picture");
    bytes
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use ndarray::{Array2, array};

    use super::*;

    const DIGIT: ImageShape = ImageShape { height: 28, width: 28, channels: 1 };

    /// The size of a PNG file and its bytes.
    fn decoded(thumbnails: &Thumbnails) -> (u32, u32, Vec<u8>) {
        let file = BASE64_STANDARD.decode(&thumbnails.png).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        (reader.info().width, reader.info().height, pixels)
    }

    #[test]
    fn small_pictures_are_carried_whole_and_exactly() {
        let shape = ImageShape { height: 2, width: 3, channels: 1 };
        let bytes = Array2::from_shape_fn((5, 6), |(row, column)| u8::try_from(row * 50 + column).unwrap());
        let samples = Samples::new(Values::Bytes(bytes), Scaling::Bytes).unwrap();
        let thumbnails = Thumbnails::of(&samples, shape).unwrap();
        assert_eq!((thumbnails.width, thumbnails.height, thumbnails.across), (3, 2, 5));
        let (width, height, pixels) = decoded(&thumbnails);
        assert_eq!((width, height), (15, 2));
        assert_eq!(pixels[..6], [0, 1, 2, 50, 51, 52]);
        assert_eq!(pixels[15..21], [3, 4, 5, 53, 54, 55]);
    }

    #[test]
    fn cells_fit_into_one_picture() {
        assert_eq!(layout(10_000, DIGIT).unwrap(), (28, 28, 146));
        let large = ImageShape { height: 480, width: 640, channels: 3 };
        assert_eq!(layout(100, large).unwrap(), (64, 48, 64));
        let (width, height, across) = layout(20_000, large).unwrap();
        assert!(width < 64 && width * across <= SIDE && 20_000_usize.div_ceil(across) * height <= SIDE);
        let refused = layout(1_000_000, large).unwrap_err().to_string();
        assert!(refused.contains("give --count a smaller number"), "{refused}");
    }

    #[test]
    fn a_reduced_pixel_is_the_mean_of_those_below_it() {
        let shape = ImageShape { height: 2, width: 4, channels: 1 };
        assert_eq!(reduced(&[0, 10, 100, 100, 20, 30, 100, 101], shape, (2, 1)), [15, 100]);
    }

    #[test]
    fn other_numbers_are_drawn_from_the_least_to_the_greatest() {
        let of = |values: Array2<f32>| {
            shades(&Samples::new(Values::Floats(values), Scaling::None).unwrap()).to_vec()
        };
        assert_eq!(of(array![[0.25, 0.5]]), [0.0, 1.0]);
        assert_eq!(of(array![[-2.0, 0.5]]), [-2.0, 0.5]);
        assert_eq!(of(array![[3.0, 9.0]]), [0.0, 9.0]);
    }
}
