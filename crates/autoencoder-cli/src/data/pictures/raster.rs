//! Decoded pixels, and how they become the numbers of a sample.

use super::shape::{Depth, PictureShape};

/// Decoded pixels, row by row: grey or RGB, with an alpha channel or without one, channels fastest.
pub(super) struct Raster {
    /// The numbers; those of 16 bits are big-endian pairs.
    pub bytes: Vec<u8>,
    pub depth: Depth,
    pub has_alpha: bool,
}

/// The place of a sample's numbers.
pub(super) enum Row<'a> {
    /// Numbers of 8 bits.
    Bytes(&'a mut [u8]),
    /// Numbers of 16 bits.
    Floats(&'a mut [f32]),
}

/// 255 of 8 bits is as white as 65535 of 16 bits, which is 257 times as much.
const WIDER: u16 = 257;

impl Raster {
    /// Writes the pixels into the row of a sample, on white where they are transparent; returns whether some are.
    ///
    /// Numbers of 8 bits become numbers of 16 bits where the row has these. The other way there is no row for them.
    pub(super) fn put(&self, shape: PictureShape, row: &mut Row<'_>) -> Result<bool, String> {
        let channels = shape.channels + usize::from(self.has_alpha);
        let numbers = shape.height * shape.width * channels;
        let size = if self.depth == Depth::Eight { 1 } else { 2 };
        if self.bytes.len() != numbers * size {
            let found = self.bytes.len();
            return Err(format!("damaged: expected {} bytes of pixels, found {found}", numbers * size));
        }
        match (row, self.depth) {
            (Row::Bytes(row), Depth::Eight) if !self.has_alpha => {
                row.copy_from_slice(&self.bytes);
                Ok(false)
            }
            #[expect(clippy::cast_possible_truncation, reason = "65535 / 257 is 255")]
            (Row::Bytes(row), Depth::Eight) => Ok(self.put_levels(shape.channels, row, |level| {
                ((u32::from(level) + u32::from(WIDER / 2)) / u32::from(WIDER)) as u8
            })),
            (Row::Bytes(_), Depth::Sixteen) => {
                Err("the file changed while the folder was read; start again".into())
            }
            (Row::Floats(row), _) => Ok(self.put_levels(shape.channels, row, f32::from)),
        }
    }

    /// Writes levels from 0 to 65535; returns whether there are transparent pixels.
    fn put_levels<T>(&self, channels: usize, row: &mut [T], number: impl Fn(u16) -> T) -> bool {
        let levels = match self.depth {
            Depth::Eight => |pair: &[u8]| u16::from(pair[0]) * WIDER,
            Depth::Sixteen => |pair: &[u8]| u16::from_be_bytes([pair[0], pair[1]]),
        };
        let size = if self.depth == Depth::Eight { 1 } else { 2 };
        let stride = (channels + usize::from(self.has_alpha)) * size;
        let mut is_transparent = false;
        for (pixel, place) in self.bytes.chunks_exact(stride).zip(row.chunks_exact_mut(channels)) {
            let (colours, alpha) = pixel.split_at(channels * size);
            let alpha = if self.has_alpha { levels(alpha) } else { u16::MAX };
            is_transparent |= alpha != u16::MAX;
            for (colour, place) in colours.chunks_exact(size).zip(place) {
                *place = number(on_white(levels(colour), alpha));
            }
        }
        is_transparent
    }
}

/// A level that shines through white.
fn on_white(level: u16, alpha: u16) -> u16 {
    let [level, alpha, white] = [level, alpha, u16::MAX].map(u64::from);
    let mixed = (level * alpha + white * (white - alpha) + white / 2) / white;
    u16::try_from(mixed).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: PictureShape = PictureShape { height: 1, width: 2, channels: 1 };

    fn eight(bytes: &[u8], has_alpha: bool) -> Raster {
        Raster { bytes: bytes.to_vec(), depth: Depth::Eight, has_alpha }
    }

    #[test]
    fn transparent_pixels_are_put_on_white() {
        let mut row = [0; 2];
        for (bytes, expected, is_transparent) in [
            ([7, 255, 9, 255], [7, 9], false),
            ([7, 0, 200, 255], [255, 200], true),
            ([0, 128, 100, 51], [127, 224], true),
        ] {
            assert_eq!(
                eight(&bytes, true).put(TWO, &mut Row::Bytes(&mut row)),
                Ok(is_transparent),
                "{bytes:?}"
            );
            assert_eq!(row, expected, "{bytes:?}");
        }
        for (level, alpha) in [(0, 0), (5, 65535), (65535, 3)] {
            let expected = if alpha == 65535 { level } else { 65535 };
            assert_eq!(on_white(level, alpha), expected);
        }
    }

    #[test]
    fn numbers_of_16_bits_stay_and_those_of_8_bits_are_as_bright() {
        let mut row = [0.0; 2];
        let deep = Raster { bytes: vec![1, 2, 255, 254], depth: Depth::Sixteen, has_alpha: false };
        assert_eq!(deep.put(TWO, &mut Row::Floats(&mut row)), Ok(false));
        assert_eq!(row.map(f32::to_bits), [258.0_f32, 65534.0].map(f32::to_bits));
        assert_eq!(eight(&[1, 255], false).put(TWO, &mut Row::Floats(&mut row)), Ok(false));
        assert_eq!(row.map(f32::to_bits), [257.0_f32, 65535.0].map(f32::to_bits));
        assert!(deep.put(TWO, &mut Row::Bytes(&mut [0; 2])).unwrap_err().contains("changed"));
        assert!(eight(&[1], false).put(TWO, &mut Row::Floats(&mut row)).unwrap_err().contains("found 1"));
    }
}
