//! One picture file, recognised by its bytes, as grey or RGB numbers.
//!
//! Colour maps become RGB, transparent pixels are put on white, and pictures are turned as their EXIF orientation says.

use std::fmt;
use std::path::Path;

use idx_format::Signature;

use super::guarded::guarded;
use super::jpeg::{self, JpegPicture};
use super::orientation::Orientation;
use super::png::{self, PngPicture};
use super::raster::Row;
use super::shape::{Depth, PictureShape};
use super::webp::{self, WebPPicture};
use crate::failure::Failure;
use crate::input;

/// The largest number of bytes of a file, 1 GiB: more than the largest picture takes.
const LARGEST_FILE: u64 = 1 << 30;

/// A picture whose header was read.
pub(super) struct Picture {
    /// The shape before the picture is turned.
    stored: PictureShape,
    orientation: Orientation,
    coded: Coded,
}

enum Coded {
    Png(Box<PngPicture>),
    Jpeg(Box<JpegPicture>),
    WebP(Box<WebPPicture>),
}

/// What is to be told of a picture that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits {
    pub is_transparent: bool,
    pub is_animated: bool,
    /// Whether an orientation turned or mirrored the picture.
    pub is_turned: bool,
    pub depth: Depth,
}

/// The reason why a picture is not read.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The file holds no picture that can be read.
    Broken(String),
    /// Something is wrong that has nothing to do with what the file holds.
    Other(Failure),
}

impl Picture {
    /// Reads a file, and decodes its header.
    pub(super) fn open(path: &Path) -> Result<Self, Refusal> {
        let bytes =
            input::read(path, LARGEST_FILE).map_err(|error| Refusal::Other(Failure::at(path, error)))?;
        Self::of_bytes(bytes).map_err(Refusal::Broken)
    }

    fn of_bytes(bytes: Vec<u8>) -> Result<Self, String> {
        let length = bytes.len();
        let (opened, most_pixels, orientation) = if is_png(&bytes) {
            let exif = png::exif(&bytes).map(Orientation::of_exif);
            let open = || PngPicture::open(bytes).map(|(file, shape)| (Coded::Png(Box::new(file)), shape));
            (guarded(open), png::MOST_PIXELS, exif)
        } else if is_jpeg(&bytes) {
            let exif = jpeg::exif(&bytes).map(Orientation::of_exif);
            let open = || JpegPicture::open(bytes).map(|(file, shape)| (Coded::Jpeg(Box::new(file)), shape));
            (guarded(open), jpeg::MOST_PIXELS, exif)
        } else if is_webp(&bytes) {
            let exif = webp::exif(&bytes).map(Orientation::of_exif);
            let open = || WebPPicture::open(bytes).map(|(file, shape)| (Coded::WebP(Box::new(file)), shape));
            (guarded(open), webp::MOST_PIXELS, exif)
        } else {
            let found: &dyn fmt::Display = match Signature::of(&bytes) {
                _ if bytes.is_empty() => &"an empty file",
                Some(signature) => &format!("what looks like {signature}"),
                None => &"other bytes",
            };
            return Err(format!("expected a PNG, JPEG or WebP picture, found {found}"));
        };
        let (coded, stored) = opened?;
        if stored.count() / most_pixels > length {
            return Err(format!("a file of {length} bytes cannot hold the {stored} pixels that it claims"));
        }
        Ok(Self { stored, orientation: orientation.unwrap_or(Orientation::UPRIGHT), coded })
    }

    /// The shape of the upright picture.
    pub(super) fn shape(&self) -> PictureShape {
        self.orientation.shape(self.stored)
    }

    /// Whether an orientation turns or mirrors the picture.
    pub(super) fn is_turned(&self) -> bool {
        self.orientation != Orientation::UPRIGHT
    }

    /// Decodes the pixels of the upright picture, row by row, channels fastest, into as many numbers as the shape has.
    pub(super) fn decode(self, mut row: Row<'_>) -> Result<Traits, Refusal> {
        let is_animated = match &self.coded {
            Coded::Png(file) => file.is_animated(),
            Coded::Jpeg(_) => false,
            Coded::WebP(file) => file.is_animated(),
        };
        let is_turned = self.is_turned();
        let decoded = guarded(|| {
            let raster = match self.coded {
                Coded::Png(file) => file.decode(),
                Coded::Jpeg(file) => file.decode(),
                Coded::WebP(file) => file.decode(),
            }?;
            let is_transparent = raster.put(self.stored, &mut row)?;
            let depth = raster.depth;
            // Turning takes as much memory again.
            drop(raster);
            self.orientation.turn(self.stored, row);
            Ok(Traits { is_transparent, is_animated, is_turned, depth })
        });
        decoded.map_err(Refusal::Broken)
    }
}

/// Returns whether a file begins as a picture that can be read.
pub(crate) fn is_picture(first: &[u8]) -> bool {
    is_png(first) || is_jpeg(first) || is_webp(first)
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG")
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xD8\xFF")
}

fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::attacks::{exif, jpeg, sampled_jpeg, webp};

    fn png() -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut file, 3, 2);
        encoder.set_color(::png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&[200; 18]).unwrap();
        file
    }

    fn decoded(bytes: &[u8]) -> Result<(PictureShape, Vec<u8>), String> {
        let picture = Picture::of_bytes(bytes.to_vec())?;
        let shape = picture.shape();
        let mut pixels = vec![0; shape.count().min(1 << 20)];
        if shape.count() == pixels.len()
            && let Err(refusal) = picture.decode(Row::Bytes(&mut pixels))
        {
            match refusal {
                Refusal::Broken(what) => return Err(what),
                Refusal::Other(failure) => panic!("{failure}"),
            }
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
    fn the_first_frame_of_an_animation_is_read() {
        let mut file = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut file, 3, 2);
        encoder.set_animated(2, 0).unwrap();
        let mut writer = encoder.write_header().unwrap();
        for frame in [5, 6] {
            writer.write_image_data(&[frame; 6]).unwrap();
        }
        writer.finish().unwrap();
        let mut pixels = [0; 6];
        let traits = Picture::of_bytes(file).unwrap().decode(Row::Bytes(&mut pixels)).unwrap();
        let expected =
            Traits { is_transparent: false, is_animated: true, is_turned: false, depth: Depth::Eight };
        assert_eq!((traits, pixels), (expected, [5; 6]));
    }

    #[test]
    fn webp_pictures_are_rgb_on_white() {
        let shape = PictureShape { height: 2, width: 3, channels: 3 };
        let [lossy, with_alpha, lossless, lossless_with_alpha] = [0, 1, 2, 3].map(|index| {
            let (found, pixels) = decoded(&webp()[index]).unwrap();
            assert_eq!(found, shape);
            pixels
        });
        // As libwebp decodes it.
        assert_eq!(lossy, [199, 121, 40].repeat(6));
        let mut expected = lossy;
        expected[..3].fill(255);
        assert_eq!(with_alpha, expected);
        assert_eq!(lossless, (0..18).map(|step| step * 10).collect::<Vec<u8>>());
        // Pixel 1 is 40, 50, 60 with the alpha 70: 255 - (255 - 40) * 70 / 255.
        assert_eq!(lossless_with_alpha[3..6], [196, 199, 201]);
    }

    #[test]
    fn pictures_of_every_format_are_turned_upright() {
        let upright = PictureShape { height: 3, width: 2, channels: 3 };
        let [lying, turned] = [2, 4].map(|index| decoded(&webp()[index]).unwrap());
        assert_eq!((lying.0.height, turned.0), (2, upright));
        let pixels = [3, 0, 4, 1, 5, 2].map(|pixel| &lying.1[3 * pixel..][..3]);
        assert_eq!(turned.1, pixels.concat());

        let segment = [&b"\xFF\xE1\0\x22Exif\0\0"[..], &exif(6)].concat();
        assert_eq!(decoded(&[b"\xFF\xD8", &segment[..], &jpeg(3)[2..]].concat()).unwrap().0, upright);

        let named = [&b"eXIf"[..], &exif(6)].concat();
        let chunk = [&b"\0\0\0\x1A"[..], &named, &crc32(&named).to_be_bytes()].concat();
        let whole = png();
        // Some writers put the metadata before the pixels, some after them.
        for place in [33, whole.len() - 12] {
            let file = [&whole[..place], &chunk, &whole[place..]].concat();
            assert_eq!(decoded(&file).unwrap().0, upright, "at byte {place}");
        }
    }

    #[test]
    fn scans_of_single_components_are_put_together() {
        for interleaved in [true, false] {
            let (shape, pixels) = decoded(&sampled_jpeg(interleaved)).unwrap();
            assert_eq!(shape, PictureShape { height: 16, width: 16, channels: 3 });
            assert!(pixels.chunks_exact(3).all(|pixel| pixel == [200, 225, 72]), "{:?}", &pixels[..3]);
        }
        let whole = sampled_jpeg(false);
        let third = [&whole[..whole.len() - 13], b"\xFF\xD9"].concat();
        let failure = decoded(&third).unwrap_err();
        assert!(failure.contains("not all components have data"), "{failure}");
        // 4x1 beside 2x1: the decoder would read too many blocks of the second component.
        let mut unusual = whole;
        let sampling = unusual.windows(3).position(|bytes| bytes == [1, 0x22, 0]).unwrap() + 1;
        (unusual[sampling], unusual[sampling + 3]) = (0x41, 0x21);
        let failure = decoded(&unusual).unwrap_err();
        assert!(failure.contains("sampling factors that are not read (2 beside 4); save"), "{failure}");
    }

    #[test]
    fn colours_of_a_jpeg_are_those_that_its_markers_say() {
        let with = |file: Vec<u8>, segment: &[u8]| [&file[..2], segment, &file[2..]].concat();
        let adobe = |transform: u8| [&b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0"[..], &[transform]].concat();
        let first = |file: &[u8]| decoded(file).unwrap().1[..3].to_vec();
        assert_eq!(first(&with(jpeg(3), &adobe(0))), [200, 128, 128], "RGB, whatever the components' names");
        assert_eq!(first(&with(jpeg(3), &adobe(1))), [200, 200, 200]);
        let jfif = b"\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
        assert_eq!(first(&with(with(jpeg(3), &adobe(0)), jfif)), [200, 200, 200]);
        assert_eq!(first(&jpeg(4)), [100, 64, 64], "inks");
        assert_eq!(first(&with(jpeg(4), &adobe(2))), [28, 28, 28], "200 is 55 of ink");
        let mut named = jpeg(3);
        for (id, name) in (1..).zip(*b"RGB") {
            let component = named.windows(3).position(|bytes| bytes == [id, 0x11, 0]).unwrap();
            named[component] = name;
            let scan = named.len() - 14;
            let place = scan + named[scan..].windows(2).position(|bytes| bytes == [id, 0]).unwrap();
            named[place] = name;
        }
        assert_eq!(first(&named), [200, 128, 128]);
    }

    #[test]
    fn a_jpeg_of_another_kind_is_refused_in_words() {
        let file = jpeg(3);
        let frame = file.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).unwrap();
        for (place, byte, part) in [
            (frame + 1, 0xC3, "lossless coding, which is not read; save the picture anew"),
            (frame + 1, 0xC9, "arithmetic coding"),
            (frame + 1, 0xC5, "hierarchical coding"),
            (frame + 4, 12, "12 bit sample precision is not allowed in baseline"),
        ] {
            let mut other = file.clone();
            other[place] = byte;
            let failure = decoded(&other).unwrap_err();
            assert!(failure.contains(part), "{failure}");
        }
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
            kind in 0..8_usize,
            cut in 0..400_usize,
            changes in prop::collection::vec((0..400_usize, any::<u8>()), 0..4),
        ) {
            let seeds = [vec![png(), jpeg(1), jpeg(3), sampled_jpeg(false)], webp()].concat();
            let mut bytes = seeds[kind].clone();
            for (index, byte) in changes {
                let index = index % bytes.len();
                bytes[index] = byte;
            }
            bytes.truncate(bytes.len().saturating_sub(cut / 2).max(cut));
            let _ = decoded(&bytes);
        }
    }
}
