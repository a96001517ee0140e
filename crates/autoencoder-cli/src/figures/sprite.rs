//! Thumbnails of many images in one picture, row after row, as TensorBoard's projector takes them.

use ndarray::{ArrayView1, ArrayView2};

use super::raster::rgb_png;
use super::reconstructions::ImageShape;

/// The longest side of the picture, and that of a thumbnail.
const LARGEST: usize = 8192;
const LARGEST_THUMBNAIL: usize = 100;

/// A picture of thumbnails.
#[derive(Debug)]
pub(crate) struct Sprite {
    /// The bytes of a PNG file.
    pub(crate) png: Vec<u8>,
    /// Width and height of a thumbnail.
    pub(crate) thumbnail: (usize, usize),
}

/// Draws thumbnails of images, whose values are shown from 0, black, to 1, white; `None` if there are too many for one picture.
///
/// # Shapes
///
/// `samples` is `samples x (height * width * channels)`.
///
/// # Panics
///
/// If `samples` and `shape` do not agree, or there are no samples.
pub(crate) fn sprite(samples: ArrayView2<'_, f32>, shape: ImageShape) -> Option<Sprite> {
    assert_eq!(samples.ncols(), shape.height * shape.width * shape.channels, "samples are not {shape:?}");
    let columns = (1..=LARGEST).find(|side| side * side >= samples.nrows())?;
    let rows = samples.nrows().div_ceil(columns);
    let thumbnail = thumbnail_size(shape, LARGEST / columns);
    let (width, height) = (columns * thumbnail.0, rows * thumbnail.1);
    let mut rgb = vec![0; 3 * width * height];
    for (index, sample) in samples.rows().into_iter().enumerate() {
        let corner = (index % columns * thumbnail.0, index / columns * thumbnail.1);
        for y in 0..thumbnail.1 {
            for x in 0..thumbnail.0 {
                let at = 3 * ((corner.1 + y) * width + corner.0 + x);
                rgb[at..at + 3].copy_from_slice(&pixel(&sample, shape, thumbnail, (x, y)));
            }
        }
    }
    Some(Sprite { png: rgb_png(width, height, &rgb), thumbnail })
}

/// Width and height of a thumbnail with sides of at most so many pixels: those of the image where there is room.
fn thumbnail_size(shape: ImageShape, room: usize) -> (usize, usize) {
    let room = room.min(LARGEST_THUMBNAIL);
    let longest = shape.width.max(shape.height);
    let side = |side: usize| if longest <= room { side } else { (side * room / longest).max(1) };
    (side(shape.width), side(shape.height))
}

/// The colour of a pixel of a thumbnail: the mean of the image's pixels that it stands for.
fn pixel(
    sample: &ArrayView1<'_, f32>,
    shape: ImageShape,
    thumbnail: (usize, usize),
    (x, y): (usize, usize),
) -> [u8; 3] {
    let range = |place: usize, of: usize, side: usize| {
        let first = place * side / of;
        first..((place + 1) * side / of).max(first + 1)
    };
    let (columns, rows) = (range(x, thumbnail.0, shape.width), range(y, thumbnail.1, shape.height));
    let count = (columns.len() * rows.len()) as f32;
    std::array::from_fn(|channel| {
        let channel = channel.min(shape.channels - 1);
        let value =
            |row: usize, column: usize| sample[(row * shape.width + column) * shape.channels + channel];
        let sum: f32 = rows
            .clone()
            .flat_map(|row| columns.clone().map(move |column| (row, column)))
            .map(|(row, column)| value(row, column))
            .sum();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut to 0 to 255")]
        let shade = (255.0 * sum / count).round().clamp(0.0, 255.0) as u8;
        shade
    })
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn thumbnails_stand_row_after_row_and_shrink_where_there_are_many() {
        let shape = ImageShape { height: 1, width: 2, channels: 1 };
        let samples = Array2::from_shape_fn((5, 2), |(row, column)| (row + column) as f32 / 5.0);
        let sprite = sprite(samples.view(), shape).unwrap();
        assert_eq!(sprite.thumbnail, (2, 1));
        let mut reader = png::Decoder::new(std::io::Cursor::new(&sprite.png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (6, 2));
        let shades: Vec<u8> = pixels.chunks(3).map(|pixel| pixel[0]).collect();
        assert_eq!(shades, [0, 51, 51, 102, 102, 153, 153, 204, 204, 255, 0, 0]);
        let large = ImageShape { height: 200, width: 400, channels: 3 };
        assert_eq!(thumbnail_size(large, 8192), (100, 50));
        assert_eq!(thumbnail_size(large, 3), (3, 1));
        assert_eq!(thumbnail_size(shape, 3), (2, 1));
    }

    #[test]
    fn a_shrunk_pixel_is_a_mean() {
        let shape = ImageShape { height: 2, width: 2, channels: 3 };
        let sample = ndarray::array![0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0];
        assert_eq!(pixel(&sample.view(), shape, (1, 1), (0, 0)), [128, 0, 255]);
    }
}
