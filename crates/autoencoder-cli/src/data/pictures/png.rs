//! PNG files.

use std::io::Cursor;

use super::shape::PictureShape;

/// The largest number of bytes that the decoder may hold beside the pixels, 256 MiB.
const MOST_MEMORY: usize = 1 << 28;

/// The most bytes of pixels that a byte of a file can stand for: deflate makes up to 1032 bytes of one, and a byte can hold
/// eight places of a colour map, each of three colours.
pub(super) const MOST_PIXELS: usize = 1032 * 8 * 3;

/// A file whose header was read.
pub(super) struct PngPicture {
    reader: png::Reader<Cursor<Vec<u8>>>,
    has_alpha: bool,
}

impl PngPicture {
    pub(super) fn open(bytes: Vec<u8>) -> Result<(Self, PictureShape), String> {
        let limits = png::Limits { bytes: MOST_MEMORY };
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        // Texts and colour profiles are not used, and may be as long when they are unpacked as the limit allows.
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let reader = decoder.read_info().map_err(|error| format!("PNG: {error}"))?;
        let (width, height) = reader.info().size();
        let (channels, has_alpha) = match reader.output_color_type().0 {
            png::ColorType::Grayscale => (1, false),
            png::ColorType::GrayscaleAlpha => (1, true),
            png::ColorType::Rgb | png::ColorType::Indexed => (3, false),
            png::ColorType::Rgba => (3, true),
        };
        let shape = PictureShape::checked(height as usize, width as usize, channels)?;
        Ok((Self { reader, has_alpha }, shape))
    }

    /// Decodes the pixels, row by row, channels fastest, into as many bytes as the shape has.
    pub(super) fn decode(mut self, shape: PictureShape, pixels: &mut [u8]) -> Result<(), String> {
        let failed = |error| format!("PNG: {error}");
        if !self.has_alpha {
            return self.reader.next_frame(pixels).map(|_| ()).map_err(failed);
        }
        let mut with_alpha = vec![0; shape.height * shape.width * (shape.channels + 1)];
        self.reader.next_frame(&mut with_alpha).map_err(failed)?;
        let found = with_alpha.chunks_exact(shape.channels + 1);
        for (pixel, with_alpha) in pixels.chunks_exact_mut(shape.channels).zip(found) {
            let (colour, alpha) = with_alpha.split_at(shape.channels);
            if alpha != [u8::MAX] {
                let what = "expected opaque pixels, found transparent pixels; remove the alpha channel";
                return Err(what.into());
            }
            pixel.copy_from_slice(colour);
        }
        Ok(())
    }
}
