//! The size of a picture, its colours, and the bits of a number.

use std::fmt;

/// The largest number of bytes of a picture: 256 MiB, about 9000 x 9000 in RGB. A number of 16 bits takes four bytes, those
/// of an f32.
const LARGEST: usize = 1 << 28;

/// The number of bits of a number in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Eight,
    Sixteen,
}

/// The shape of a picture: height, width, and 1 or 3 channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PictureShape {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

impl fmt::Display for PictureShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colour = if self.channels == 1 { "grey" } else { "RGB" };
        write!(f, "{} x {} {colour}", self.height, self.width)
    }
}

impl PictureShape {
    /// The shape of a picture of at least one byte, and not of too many.
    pub(super) fn checked(
        height: usize,
        width: usize,
        channels: usize,
        depth: Depth,
    ) -> Result<Self, String> {
        let size = if depth == Depth::Eight { 1 } else { size_of::<f32>() };
        let bytes =
            [width, channels, size].iter().try_fold(height, |product, &size| product.checked_mul(size));
        if let Some(1..=LARGEST) = bytes {
            return Ok(Self { height, width, channels });
        }
        let bits = if depth == Depth::Eight { "" } else { " of 16 bits" };
        let found = format_args!("{height} x {width} x {channels}{bits}");
        Err(format!("expected a picture of 1 to {LARGEST} bytes, found {found}"))
    }

    /// The number of numbers of such a picture.
    pub(super) fn count(self) -> usize {
        self.height * self.width * self.channels
    }

    /// The shape of such a picture as a sample.
    pub(super) fn of_sample(self) -> Vec<usize> {
        match self.channels {
            1 => vec![self.height, self.width],
            channels => vec![self.height, self.width, channels],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_beyond_any_picture_are_refused() {
        let refused = PictureShape::checked(1 << 20, 1 << 20, 3, Depth::Eight).unwrap_err();
        assert!(refused.contains("found 1048576 x 1048576 x 3"), "{refused}");
        assert!(PictureShape::checked(usize::MAX, usize::MAX, 3, Depth::Eight).is_err());
        assert!(PictureShape::checked(0, 5, 1, Depth::Eight).is_err());
        assert!(PictureShape::checked(1 << 14, 1 << 14, 1, Depth::Eight).is_ok());
        let refused = PictureShape::checked(1 << 14, 1 << 14, 1, Depth::Sixteen).unwrap_err();
        assert!(refused.contains("found 16384 x 16384 x 1 of 16 bits"), "{refused}");
    }
}
