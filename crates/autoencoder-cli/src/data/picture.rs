//! One PNG or JPEG file, recognised by its bytes, as grey or RGB bytes.
//!
//! Colour maps become RGB, and 16 bits become their upper 8. Opaque alpha is dropped; transparent pixels are refused,
//! as their colour depends on the background. An orientation in the metadata is not followed.

use std::fmt;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::guarded::guarded;
use super::jpeg_scans;
use crate::failure::{Failure, Outcome};
use crate::input;

/// The largest number of bytes of a picture: 256 MiB, about 9000 x 9000 in RGB.
const LARGEST: usize = 1 << 28;

/// The largest number of bytes of a file, 1 GiB: more than such a picture takes.
const LARGEST_FILE: u64 = 1 << 30;

/// The most bytes of pixels that a byte of a file can stand for: deflate makes up to 1032 bytes of one, and a byte can hold eight
/// places of a colour map, each of three colours. JPEG packs less.
const MOST_PIXELS: usize = 1032 * 8 * 3;

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
    /// The number of bytes of such a picture.
    pub(super) fn bytes(self) -> usize {
        self.height * self.width * self.channels
    }
}

/// A picture whose header was read.
pub(super) enum Picture {
    Png { reader: Box<png::Reader<Cursor<Vec<u8>>>>, shape: PictureShape, alpha: bool },
    Jpeg { decoder: Box<JpegDecoder<Cursor<Arc<[u8]>>>>, bytes: Arc<[u8]>, shape: PictureShape },
}

impl Picture {
    /// Reads a file, and decodes its header.
    pub(super) fn open(path: &Path) -> Outcome<Self> {
        let bytes = input::read(path, LARGEST_FILE).map_err(|error| Failure::at(path, error))?;
        let length = bytes.len();
        let picture = if is_png(&bytes) {
            guarded(|| Self::open_png(bytes))
        } else if is_jpeg(&bytes) {
            guarded(|| Self::open_jpeg(bytes.into()))
        } else {
            return Err(Failure::at(path, "expected a PNG or JPEG image, found other bytes"));
        };
        let picture = picture.map_err(|what| Failure::at(path, what))?;
        let shape = picture.shape();
        if shape.bytes() / MOST_PIXELS > length {
            let what = format_args!("a file of {length} bytes cannot hold the {shape} pixels that it claims");
            return Err(Failure::at(path, what));
        }
        Ok(picture)
    }

    fn open_png(bytes: Vec<u8>) -> Result<Self, String> {
        let limits = png::Limits { bytes: LARGEST };
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        // Texts and colour profiles are not used, and may be as long when they are unpacked as the limit allows.
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let reader = decoder.read_info().map_err(|error| format!("PNG: {error}"))?;
        let (width, height) = reader.info().size();
        let (channels, alpha) = match reader.output_color_type().0 {
            png::ColorType::Grayscale => (1, false),
            png::ColorType::GrayscaleAlpha => (1, true),
            png::ColorType::Rgb | png::ColorType::Indexed => (3, false),
            png::ColorType::Rgba => (3, true),
        };
        let shape = checked(height as usize, width as usize, channels)?;
        Ok(Self::Png { reader: Box::new(reader), shape, alpha })
    }

    fn open_jpeg(bytes: Arc<[u8]>) -> Result<Self, String> {
        let options = DecoderOptions::default().set_strict_mode(true);
        let mut decoder = JpegDecoder::new_with_options(Cursor::new(Arc::clone(&bytes)), options);
        decoder.decode_headers().map_err(|error| format!("JPEG: {error}"))?;
        let (width, height) = decoder.dimensions().ok_or("JPEG: no size found")?;
        let (channels, space) = match decoder.input_colorspace() {
            Some(ColorSpace::Luma) => (1, ColorSpace::Luma),
            _ => (3, ColorSpace::RGB),
        };
        decoder.set_options(options.jpeg_set_out_colorspace(space));
        Ok(Self::Jpeg { decoder: Box::new(decoder), bytes, shape: checked(height, width, channels)? })
    }

    pub(super) fn shape(&self) -> PictureShape {
        match self {
            Self::Png { shape, .. } | Self::Jpeg { shape, .. } => *shape,
        }
    }

    /// Decodes the pixels, row by row, channels fastest, into as many bytes as the shape has.
    pub(super) fn decode(self, pixels: &mut [u8]) -> Result<(), String> {
        guarded(|| self.decode_unguarded(pixels))
    }

    fn decode_unguarded(self, pixels: &mut [u8]) -> Result<(), String> {
        match self {
            Self::Png { mut reader, alpha: false, .. } => {
                reader.next_frame(pixels).map_err(|error| format!("PNG: {error}"))?;
            }
            Self::Png { mut reader, shape, alpha: true } => {
                let mut with_alpha = vec![0; shape.bytes() / shape.channels * (shape.channels + 1)];
                reader.next_frame(&mut with_alpha).map_err(|error| format!("PNG: {error}"))?;
                let found = with_alpha.chunks_exact(shape.channels + 1);
                for (pixel, with_alpha) in pixels.chunks_exact_mut(shape.channels).zip(found) {
                    let (colour, alpha) = with_alpha.split_at(shape.channels);
                    if alpha != [u8::MAX] {
                        return Err(
                            "expected opaque pixels, found transparent pixels; remove the alpha channel"
                                .into(),
                        );
                    }
                    pixel.copy_from_slice(colour);
                }
            }
            Self::Jpeg { mut decoder, bytes, .. } => {
                decoder.decode_into(pixels).map_err(|error| format!("JPEG: {error}"))?;
                // The decoder fills what is missing with grey.
                jpeg_scans::check(&bytes).map_err(|what| format!("JPEG: {what}"))?;
            }
        }
        Ok(())
    }
}

fn checked(height: usize, width: usize, channels: usize) -> Result<PictureShape, String> {
    let bytes = height.checked_mul(width).and_then(|pixels| pixels.checked_mul(channels));
    match bytes {
        Some(1..=LARGEST) => Ok(PictureShape { height, width, channels }),
        _ => {
            Err(format!("expected a picture of 1 to {LARGEST} bytes, found {height} x {width} x {channels}"))
        }
    }
}

pub(super) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG")
}

pub(super) fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xD8\xFF")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::attacks::jpeg;

    fn png() -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 3, 2);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&[200; 18]).unwrap();
        file
    }

    fn decoded(bytes: &[u8]) -> Result<(PictureShape, Vec<u8>), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        fs::write(&path, bytes).unwrap();
        let picture = Picture::open(&path).map_err(|failure| failure.to_string())?;
        let shape = picture.shape();
        let mut pixels = vec![0; shape.bytes().min(1 << 20)];
        if shape.bytes() == pixels.len() {
            picture.decode(&mut pixels)?;
        }
        Ok((shape, pixels))
    }

    #[test]
    fn jpegs_are_grey_or_rgb() {
        let grey = PictureShape { height: 2, width: 3, channels: 1 };
        assert_eq!(decoded(&jpeg(1)).unwrap(), (grey, vec![200; 6]));
        assert_eq!(decoded(&jpeg(3)).unwrap(), (PictureShape { channels: 3, ..grey }, vec![200; 18]));
        assert_eq!(decoded(&png()).unwrap(), (PictureShape { channels: 3, ..grey }, vec![200; 18]));
    }

    #[test]
    fn a_jpeg_of_which_a_part_is_missing_is_refused() {
        let whole = jpeg(3);
        let data = whole.len() - 4;
        for (damaged, part) in [
            (whole[..whole.len() - 2].to_vec(), "ends before its end marker"),
            ([&whole[..data], b"\xFF\xD9"].concat(), "ends after 0 of 1 units"),
            ([&whole[..=data], b"\xFF\xD9"].concat(), "ends after 0 of 1 units"),
            ([&whole[..=data], &[0; 40], b"\xFF\xD9"].concat(), "39 bytes of coded data are left over"),
        ] {
            let failure = decoded(&damaged).unwrap_err();
            assert!(failure.contains(part), "{failure}");
        }
        // Some writers fill up the end of the data.
        decoded(&[&whole[..whole.len() - 2], &[0; 8], b"\xFF\xD9"].concat()).unwrap();
    }

    /// The checksum that ends a chunk of a PNG.
    fn crc32(bytes: &[u8]) -> u32 {
        let table =
            |byte: u32| (0..8).fold(byte, |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 });
        let sum = bytes.iter().fold(!0_u32, |sum, &byte| table((sum ^ u32::from(byte)) & 0xFF) ^ (sum >> 8));
        !sum
    }

    /// A palette of 13 bytes makes the decoder panic.
    #[test]
    fn a_picture_on_which_the_decoder_panics_is_refused() {
        let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
        let chunks: [(&[u8; 4], &[u8]); 5] = [
            (b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 1, 8, 3, 0, 0, 0]),
            (b"PLTE", &[7; 13]),
            (b"tRNS", &[0, 9]),
            (b"IDAT", &[0x78, 1, 1, 3, 0, 0xFC, 0xFF, 0, 4, 4, 0, 0x0E, 0, 9]),
            (b"IEND", &[]),
        ];
        for (name, body) in chunks {
            file.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
            let named = [name, body].concat();
            file.extend(&named);
            file.extend(crc32(&named).to_be_bytes());
        }
        let failure = decoded(&file).unwrap_err();
        assert!(failure.contains("damaged in a way that the decoder does not know"), "{failure}");
    }

    #[test]
    fn a_claim_beyond_any_picture_is_refused_before_memory_is_asked_for() {
        let mut large = jpeg(3);
        let size = large.windows(4).position(|bytes| bytes == [0, 2, 0, 3]).unwrap();
        large[size..size + 4].fill(0xFF);
        assert!(decoded(&large).is_err());
        assert!(checked(1 << 20, 1 << 20, 3).unwrap_err().contains("found 1048576 x 1048576 x 3"));
        assert!(checked(usize::MAX, usize::MAX, 3).is_err());
        assert!(checked(0, 5, 1).is_err());
        let mut claim = png();
        claim[16..24].copy_from_slice(&[0, 0, 0x20, 0, 0, 0, 0x20, 0]);
        let header = crc32(&claim[12..29]).to_be_bytes();
        claim[29..33].copy_from_slice(&header);
        let failure = decoded(&claim).unwrap_err();
        assert!(failure.contains("cannot hold the 8192 x 8192"), "{failure}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn mutated_pictures_are_read_or_refused(
            kind in 0..3_usize,
            cut in 0..400_usize,
            changes in prop::collection::vec((0..400_usize, any::<u8>()), 0..4),
        ) {
            let mut bytes = [png(), jpeg(1), jpeg(3)][kind].clone();
            for (index, byte) in changes {
                let index = index % bytes.len();
                bytes[index] = byte;
            }
            bytes.truncate(bytes.len().saturating_sub(cut / 2).max(cut));
            let _ = decoded(&bytes);
        }
    }
}
