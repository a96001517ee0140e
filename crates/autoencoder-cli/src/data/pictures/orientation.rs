//! The EXIF orientation of a picture: how its stored rows are mirrored or turned to stand upright.

use super::raster::Row;
use super::shape::PictureShape;

/// The tag of the orientation in a directory of TIFF.
const TAG: u16 = 0x0112;
/// The type of a number of 16 bits in a directory of TIFF.
const SHORT: u16 = 3;
/// The length in bytes of an entry of a directory.
const ENTRY: usize = 12;
/// What some writers put before the TIFF header also where the format does not ask for it.
const PREFIX: &[u8] = b"Exif\0\0";

/// The way from the rows of a file to the upright picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Orientation {
    /// Whether the columns of the file are the rows of the picture.
    exchanges_axes: bool,
    /// Whether the rows of the file are read from the last to the first.
    reverses_rows: bool,
    /// Whether the columns of the file are read from the last to the first.
    reverses_columns: bool,
}

impl Orientation {
    /// The orientation of pictures that are stored as they are seen.
    pub(super) const UPRIGHT: Self =
        Self { exchanges_axes: false, reverses_rows: false, reverses_columns: false };

    /// The orientation in EXIF metadata, which is a file of TIFF. Metadata that is damaged, or has none of the eight
    /// orientations, says nothing: the picture is upright.
    pub(super) fn of_exif(exif: &[u8]) -> Self {
        let tiff = exif.strip_prefix(PREFIX).unwrap_or(exif);
        number(tiff).and_then(Self::of_number).unwrap_or(Self::UPRIGHT)
    }

    /// The orientation of a number of EXIF, 1 to 8.
    fn of_number(number: u16) -> Option<Self> {
        (1..=8).contains(&number).then_some(Self {
            exchanges_axes: number >= 5,
            reverses_rows: matches!(number, 3 | 4 | 6 | 7),
            reverses_columns: matches!(number, 2 | 3 | 7 | 8),
        })
    }

    /// The shape of the upright picture that is stored in this shape.
    pub(super) fn shape(self, stored: PictureShape) -> PictureShape {
        let PictureShape { height, width, channels } = stored;
        if self.exchanges_axes { PictureShape { height: width, width: height, channels } } else { stored }
    }

    /// Turns the pixels of a stored picture upright, in place.
    pub(super) fn turn(self, stored: PictureShape, row: Row<'_>) {
        match row {
            _ if self == Self::UPRIGHT => {}
            Row::Bytes(row) => self.turn_numbers(stored, row),
            Row::Floats(row) => self.turn_numbers(stored, row),
        }
    }

    fn turn_numbers<T: Copy>(self, stored: PictureShape, numbers: &mut [T]) {
        let PictureShape { height, width, channels } = stored;
        let before = numbers.to_vec();
        let upright_width = self.shape(stored).width;
        for (place, pixel) in numbers.chunks_exact_mut(channels).enumerate() {
            let upright = (place / upright_width, place % upright_width);
            let (row, column) = if self.exchanges_axes { (upright.1, upright.0) } else { upright };
            let row = if self.reverses_rows { height - 1 - row } else { row };
            let column = if self.reverses_columns { width - 1 - column } else { column };
            let from = (row * width + column) * channels;
            pixel.copy_from_slice(&before[from..from + channels]);
        }
    }
}

/// The number of the orientation in the first directory of a TIFF file.
fn number(tiff: &[u8]) -> Option<u16> {
    let is_big = match tiff.first_chunk()? {
        b"II*\0" => false,
        b"MM\0*" => true,
        _ => return None,
    };
    let short = |bytes: &[u8]| {
        let bytes = *bytes.first_chunk()?;
        Some(if is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let long = |bytes: &[u8]| {
        let bytes = *bytes.first_chunk()?;
        Some(if is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    };
    let directory = tiff.get(usize::try_from(long(&tiff[4..])?).ok()?..)?;
    let count = usize::from(short(directory)?);
    let mut entries = directory[2..].chunks_exact(ENTRY).take(count);
    // An entry is a tag, a type, the number of numbers, and here the one number itself.
    let entry = entries.find(|entry| short(entry) == Some(TAG))?;
    let is_one_short = short(&entry[2..]) == Some(SHORT) && long(&entry[4..]) == Some(1);
    if is_one_short { short(&entry[8..]) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attacks::exif;

    const STORED: PictureShape = PictureShape { height: 2, width: 3, channels: 1 };

    #[test]
    fn all_eight_orientations_by_hand() {
        // The file has the rows 1 2 3 and 4 5 6.
        for (number, shape, expected) in [
            (1, [2, 3], [1, 2, 3, 4, 5, 6]),
            (2, [2, 3], [3, 2, 1, 6, 5, 4]),
            (3, [2, 3], [6, 5, 4, 3, 2, 1]),
            (4, [2, 3], [4, 5, 6, 1, 2, 3]),
            (5, [3, 2], [1, 4, 2, 5, 3, 6]),
            (6, [3, 2], [4, 1, 5, 2, 6, 3]),
            (7, [3, 2], [6, 3, 5, 2, 4, 1]),
            (8, [3, 2], [3, 6, 2, 5, 1, 4]),
        ] {
            let orientation = Orientation::of_exif(&exif(number));
            assert_eq!(orientation.shape(STORED).of_sample(), shape, "{number}");
            let mut bytes = [1, 2, 3, 4, 5, 6];
            orientation.turn(STORED, Row::Bytes(&mut bytes));
            assert_eq!(bytes, expected, "{number}");
            let mut pairs: Vec<f32> = (2..14).map(|half| (half / 2) as f32).collect();
            orientation.turn(PictureShape { channels: 2, ..STORED }, Row::Floats(&mut pairs));
            let each: Vec<f32> = expected.into_iter().flat_map(|byte| [f32::from(byte); 2]).collect();
            assert_eq!(pairs, each, "{number}");
        }
    }

    #[test]
    fn the_order_of_bytes_and_a_prefix_do_not_matter() {
        let turned = Orientation::of_exif(&exif(6));
        let big = b"MM\0*\0\0\0\x0A\0\0\0\x02\x01\x0F\0\x02\0\0\0\x04abc\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
        assert_eq!(Orientation::of_exif(big), turned);
        assert_eq!(Orientation::of_exif(&[PREFIX, big].concat()), turned);
    }

    #[test]
    fn what_is_no_orientation_is_upright() {
        let whole = exif(6);
        for length in 0..whole.len() - 4 {
            assert_eq!(Orientation::of_exif(&whole[..length]), Orientation::UPRIGHT, "{length} bytes");
        }
        for number in [0, 9, 255] {
            assert_eq!(Orientation::of_exif(&exif(number)), Orientation::UPRIGHT, "{number}");
        }
        for (place, byte) in [(0, b'X'), (4, 255), (7, 255), (8, 0), (10, 0), (12, 4), (14, 2)] {
            let mut other = exif(6);
            other[place] = byte;
            assert_eq!(Orientation::of_exif(&other), Orientation::UPRIGHT, "byte {place}");
        }
    }
}
