//! The size and the colours of a picture.

use std::fmt;

/// The largest number of bytes of a picture: 256 MiB, about 9000 x 9000 in RGB.
const LARGEST: usize = 1 << 28;

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
    pub(super) fn checked(height: usize, width: usize, channels: usize) -> Result<Self, String> {
        let bytes = height.checked_mul(width).and_then(|pixels| pixels.checked_mul(channels));
        if let Some(1..=LARGEST) = bytes {
            return Ok(Self { height, width, channels });
        }
        let found = format_args!("{height} x {width} x {channels}");
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
        let refused = PictureShape::checked(1 << 20, 1 << 20, 3).unwrap_err();
        assert!(refused.contains("found 1048576 x 1048576 x 3"), "{refused}");
        assert!(PictureShape::checked(usize::MAX, usize::MAX, 3).is_err());
        assert!(PictureShape::checked(0, 5, 1).is_err());
        assert!(PictureShape::checked(1 << 14, 1 << 14, 1).is_ok());
    }
}
