//! JPEG files: one decoder for all of them, told the colours by the rules that other programs follow, and held to data
//! that is all there.

use std::io::Cursor;
use std::sync::Arc;

use jpeg_decoder::{CodingProcess, ColorTransform, Decoder, Error, PixelFormat, UnsupportedFeature};

use super::jpeg_scans;
use super::jpeg_segments::Segments;
use super::raster::Raster;
use super::shape::{Depth, PictureShape};

/// The most bytes of pixels that a byte of a file can stand for. A block of 64 numbers takes a bit at least; with the
/// sampling 4x1, 1x4 and 1x1, which leaves out the most, 9 blocks make 1024 pixels of three bytes: 2731 for each byte.
pub(super) const MOST_PIXELS: usize = 4096;

/// A file whose header was read.
pub(super) struct JpegPicture {
    decoder: Decoder<Cursor<Arc<[u8]>>>,
    bytes: Arc<[u8]>,
    format: PixelFormat,
}

impl JpegPicture {
    pub(super) fn open(bytes: Vec<u8>) -> Result<(Self, PictureShape), String> {
        let bytes: Arc<[u8]> = bytes.into();
        let mut decoder = Decoder::new(Cursor::new(Arc::clone(&bytes)));
        decoder.read_info().map_err(|error| told(&error))?;
        let info = decoder.info().ok_or("JPEG: no size found")?;
        let channels = match (info.coding_process, info.pixel_format) {
            (CodingProcess::DctSequential | CodingProcess::DctProgressive, PixelFormat::L8) => 1,
            (
                CodingProcess::DctSequential | CodingProcess::DctProgressive,
                PixelFormat::RGB24 | PixelFormat::CMYK32,
            ) => 3,
            (CodingProcess::Lossless, _) | (_, PixelFormat::L16) => return Err(unread("lossless coding")),
        };
        if let Some(transform) = colour_transform(&bytes) {
            decoder.set_color_transform(transform);
        }
        let shape = PictureShape::checked(info.height.into(), info.width.into(), channels, Depth::Eight)?;
        Ok((Self { decoder, bytes, format: info.pixel_format }, shape))
    }

    pub(super) fn decode(mut self) -> Result<Raster, String> {
        // The decoder fills what is missing with grey.
        jpeg_scans::check(&self.bytes).map_err(|what| format!("JPEG: {what}"))?;
        let pixels = self.decoder.decode().map_err(|error| told(&error))?;
        let bytes = match self.format {
            PixelFormat::CMYK32 => rgb_of_cmyk(&pixels),
            PixelFormat::L8 | PixelFormat::L16 | PixelFormat::RGB24 => pixels,
        };
        Ok(Raster { bytes, depth: Depth::Eight, has_alpha: false })
    }
}

/// The colours of several components, as libjpeg takes them; the decoder of its own trusts the components' names first.
fn colour_transform(file: &[u8]) -> Option<ColorTransform> {
    let (mut is_jfif, mut adobe, mut names) = (false, None, Vec::new());
    let mut segments = Segments::new(file);
    while let Some(marker) = segments.next_header() {
        let body = segments.body().ok()?;
        match marker {
            0xE0 if body.len() >= 14 && body.starts_with(b"JFIF\0") => is_jfif = true,
            0xEE if body.len() >= 12 && body.starts_with(b"Adobe") => adobe = Some(body[11]),
            0xC0..=0xC2 => names = body.get(6..)?.chunks_exact(3).map(|part| part[0]).collect(),
            _ => {}
        }
    }
    match (&names[..], adobe) {
        ([_, _, _], _) if is_jfif => Some(ColorTransform::YCbCr),
        ([_, _, _], Some(0)) | (b"RGB", None) => Some(ColorTransform::RGB),
        ([_, _, _], _) => Some(ColorTransform::YCbCr),
        ([_, _, _, _], None | Some(0)) => Some(ColorTransform::CMYK),
        ([_, _, _, _], Some(_)) => Some(ColorTransform::YCCK),
        _ => None,
    }
}

/// The EXIF metadata of a file, from its first segment of that kind.
pub(super) fn exif(file: &[u8]) -> Option<&[u8]> {
    let mut segments = Segments::new(file);
    while let Some(marker) = segments.next_header() {
        let body = segments.body().ok()?;
        if marker == 0xE1 && body.starts_with(b"Exif\0\0") {
            return Some(body);
        }
    }
    None
}

/// RGB of inks. Files hold 255 minus the ink, as Adobe writes them, and the decoder gives the ink.
fn rgb_of_cmyk(pixels: &[u8]) -> Vec<u8> {
    let pixels = pixels.chunks_exact(4).flat_map(|inks| {
        let white = |ink: u8| u16::from(255 - ink);
        let mixed = |ink: u8| (white(ink) * white(inks[3]) + 127) / 255;
        #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
        [inks[0], inks[1], inks[2]].map(|ink| mixed(ink) as u8)
    });
    pixels.collect()
}

/// The decoder's error in words.
fn told(error: &Error) -> String {
    match error {
        Error::Unsupported(feature) => match feature {
            UnsupportedFeature::Hierarchical => unread("hierarchical coding"),
            UnsupportedFeature::ArithmeticEntropyCoding => unread("arithmetic coding"),
            UnsupportedFeature::SamplePrecision(bits) => unread(&format!("{bits} bits for each number")),
            UnsupportedFeature::ComponentCount(count) => unread(&format!("{count} components")),
            UnsupportedFeature::DNL => unread("a height that follows the pixels"),
            UnsupportedFeature::SubsamplingRatio | UnsupportedFeature::NonIntegerSubsamplingRatio => {
                unread("sampling factors that do not divide each other")
            }
            UnsupportedFeature::ColorTransform(_) => unread("unusual colours"),
        },
        Error::Io(_) => "JPEG: damaged: the file ends before its last pixel; copy the file again".into(),
        Error::Format(_) | Error::Internal(_) => format!("JPEG: {error}"),
    }
}

fn unread(what: &str) -> String {
    format!("JPEG: found {what}, which is not read; save the picture anew as a usual JPEG or PNG")
}
