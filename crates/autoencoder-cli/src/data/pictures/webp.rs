//! WebP files.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::raster::Raster;
use super::shape::{Depth, PictureShape};

/// The largest number of bytes that the decoder asks for at once, 512 MiB: the pixels of the largest picture with alpha.
const MOST_MEMORY: usize = 1 << 29;

/// The most bytes of pixels that a byte of a file can stand for. A picture of one colour takes no bits at all for its
/// pixels, but more than 30 bytes for its headers.
pub(super) const MOST_PIXELS: usize = 1 << 20;

/// A file whose header was read.
pub(super) struct WebPPicture(WebPDecoder<Cursor<Vec<u8>>>);

impl WebPPicture {
    pub(super) fn open(bytes: Vec<u8>) -> Result<(Self, PictureShape), String> {
        let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|error| format!("WebP: {error}"))?;
        decoder.set_memory_limit(MOST_MEMORY);
        let (width, height) = decoder.dimensions();
        let shape = PictureShape::checked(height as usize, width as usize, 3, Depth::Eight)?;
        Ok((Self(decoder), shape))
    }

    /// Whether there are several pictures in the file, of which the first is decoded.
    pub(super) fn is_animated(&self) -> bool {
        self.0.is_animated()
    }

    pub(super) fn decode(mut self) -> Result<Raster, String> {
        let size = self.0.output_buffer_size().ok_or("WebP: no size found")?;
        let mut bytes = vec![0; size];
        self.0.read_image(&mut bytes).map_err(|error| format!("WebP: {error}"))?;
        Ok(Raster { bytes, depth: Depth::Eight, has_alpha: self.0.has_alpha() })
    }
}

/// The bit that says, in the extended form of a file, that there is EXIF metadata.
const HAS_EXIF: u8 = 1 << 3;

/// The EXIF metadata of a file of the extended form: the contents of its chunk `EXIF`.
pub(super) fn exif(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.get(12..)?;
    if !rest.starts_with(b"VP8X") || rest.get(8)? & HAS_EXIF == 0 {
        return None;
    }
    loop {
        // A chunk is a name, the length of its contents, and the contents, filled up to an even length.
        let length = usize::try_from(u32::from_le_bytes(*rest.get(4..)?.first_chunk()?)).ok()?;
        let contents = rest.get(8..length.checked_add(8)?)?;
        if rest.starts_with(b"EXIF") {
            return Some(contents);
        }
        rest = rest.get(length.checked_next_multiple_of(2)?.checked_add(8)?..)?;
    }
}
