//! PNG files.

use std::io::Cursor;

use super::raster::Raster;
use super::shape::{Depth, PictureShape};

/// The largest number of bytes that the decoder may hold beside the pixels, 256 MiB.
const MOST_MEMORY: usize = 1 << 28;

/// The most bytes of pixels that a byte of a file can stand for: deflate makes up to 1032 bytes of one, and a byte can hold
/// eight places of a colour map, each of three colours.
pub(super) const MOST_PIXELS: usize = 1032 * 8 * 3;

/// A file whose header was read.
pub(super) struct PngPicture {
    reader: png::Reader<Cursor<Vec<u8>>>,
    depth: Depth,
    has_alpha: bool,
}

impl PngPicture {
    pub(super) fn open(bytes: Vec<u8>) -> Result<(Self, PictureShape), String> {
        let limits = png::Limits { bytes: MOST_MEMORY };
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(png::Transformations::EXPAND);
        // Texts and colour profiles are not used, and may be as long when they are unpacked as the limit allows.
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let reader = decoder.read_info().map_err(|error| format!("PNG: {error}"))?;
        let (width, height) = reader.info().size();
        let (colour, bits) = reader.output_color_type();
        let depth = if bits == png::BitDepth::Sixteen { Depth::Sixteen } else { Depth::Eight };
        let (channels, has_alpha) = match colour {
            png::ColorType::Grayscale => (1, false),
            png::ColorType::GrayscaleAlpha => (1, true),
            png::ColorType::Rgb | png::ColorType::Indexed => (3, false),
            png::ColorType::Rgba => (3, true),
        };
        let shape = PictureShape::checked(height as usize, width as usize, channels, depth)?;
        Ok((Self { reader, depth, has_alpha }, shape))
    }

    /// Whether there are several pictures in the file, of which that for programs without animation is decoded.
    pub(super) fn is_animated(&self) -> bool {
        self.reader.info().animation_control.is_some()
    }

    pub(super) fn decode(mut self) -> Result<Raster, String> {
        let size = self.reader.output_buffer_size().ok_or("PNG: no size found")?;
        let mut bytes = vec![0; size];
        self.reader.next_frame(&mut bytes).map_err(|error| format!("PNG: {error}"))?;
        Ok(Raster { bytes, depth: self.depth, has_alpha: self.has_alpha })
    }
}

/// The EXIF metadata of a file: the contents of its chunk `eXIf`, which may stand before the pixels or after them.
pub(super) fn exif(file: &[u8]) -> Option<&[u8]> {
    // A chunk is the length of its contents, a name, the contents and a checksum.
    let mut rest = file.get(8..)?;
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let name = rest.get(4..8)?;
        let contents = rest.get(8..length.checked_add(8)?)?;
        if name == b"eXIf" {
            return Some(contents);
        }
        rest = rest.get(length.checked_add(12)?..)?;
    }
}

/// The number of first bytes of a file that tell its depth.
pub(super) const HEAD: u64 = 25;

/// Returns whether a file that begins with these bytes has numbers of 16 bits.
pub(super) fn is_deep(head: &[u8]) -> bool {
    head.starts_with(b"\x89PNG") && head.get(24) == Some(&16)
}
