//! Seeds that are pictures, some of them with EXIF metadata.

/// EXIF metadata of one entry, the orientation.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let directory = [1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
    [b"II*\0\x08\0\0\0", &directory[..]].concat()
}

pub(crate) fn png() -> Vec<Vec<u8>> {
    use png::{BitDepth, ColorType, Encoder, Info};
    let file = |colour: ColorType, depth: BitDepth, data: &[u8]| {
        let mut file = Vec::new();
        let mut info = Info::with_size(3, 2);
        // One of the pictures stands on its side.
        info.exif_metadata = (depth == BitDepth::Two).then(|| exif(6).into());
        let mut encoder = Encoder::with_info(&mut file, info).expect("a picture of a few pixels");
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette(vec![1, 2, 3, 40, 50, 60, 7, 8, 9, 100, 110, 120]);
        }
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(data));
        written.expect("a Vec takes everything");
        file
    };
    let ramp: Vec<u8> = (0..36).map(|step| step * 7).collect();
    let opaque: Vec<u8> = (0..24).map(|step| if step % 4 == 3 { 255 } else { step }).collect();
    vec![
        file(ColorType::Grayscale, BitDepth::Eight, &ramp[..6]),
        file(ColorType::Grayscale, BitDepth::One, &[0b1010_0000, 0b0100_0000]),
        file(ColorType::Grayscale, BitDepth::Sixteen, &ramp[..12]),
        file(ColorType::Rgb, BitDepth::Eight, &ramp[..18]),
        file(ColorType::Rgba, BitDepth::Eight, &opaque),
        file(ColorType::Indexed, BitDepth::Two, &[0b0001_1000, 0b1110_0100]),
    ]
}

pub(crate) fn jpegs() -> Vec<Vec<u8>> {
    let mut turned = jpeg(3);
    let segment = [&b"\xFF\xE1\0\x22Exif\0\0"[..], &exif(6)].concat();
    turned.splice(2..2, segment);
    vec![jpeg(1), jpeg(3), jpeg(4), sampled_jpeg(true), sampled_jpeg(false), turned]
}

/// A baseline JPEG of 2 rows of 3 pixels, all of brightness 200, made by hand: 1 component is grey, 3 are `YCbCr`, 4 are inks.
pub(crate) fn jpeg(components: u8) -> Vec<u8> {
    let mut file = jpeg_head([2, 3], &[0x11; 4][..components.into()]);
    file.extend(jpeg_scan(&(1..=components).collect::<Vec<_>>()));
    // 10 1001000 is 72 = 200 - 128, then the ends of the blocks, then ones.
    let ends = [0x3F, 0x0F, 0x03, 0x00][usize::from(components) - 1];
    file.extend([0xA4, ends, 0xFF, 0xD9]);
    file
}

/// A baseline JPEG of 16 x 16 pixels with the sampling 4:2:0, made by hand: Y is 200, Cb is 56, Cr is 128, in one scan or in
/// one for each component.
pub(crate) fn sampled_jpeg(interleaved: bool) -> Vec<u8> {
    let mut file = jpeg_head([16, 16], &[0x22, 0x11, 0x11]);
    // Y: 10 1001000 0 and three blocks 00. Cb: 10 0110111 0 for -72. Cr: 00.
    if interleaved {
        file.extend(jpeg_scan(&[1, 2, 3]));
        file.extend([0xA4, 0x00, 0x9B, 0x8F]);
    } else {
        for (id, bits) in [(1, &[0xA4, 0x00][..]), (2, &[0x9B, 0xBF]), (3, &[0x3F])] {
            file.extend(jpeg_scan(&[id]));
            file.extend(bits);
        }
    }
    file.extend([0xFF, 0xD9]);
    file
}

/// The lossy coding of 2 rows of 3 pixels, all of them RGB (200, 120, 40), as libwebp writes it: 46 bytes.
const VP8: [u8; 46] = [
    0xD0, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x03, 0x00, 0x02, 0x00, 0x01, 0x40, 0x26, 0x25, 0xA0, 0x02, 0x74,
    0xBA, 0x01, 0xF8, 0x00, 0x03, 0xB0, 0x00, 0xFE, 0xA4, 0xD7, 0xFF, 0x4D, 0x23, 0xC6, 0x91, 0xE3, 0x48,
    0xF9, 0x8B, 0x7F, 0xF3, 0x89, 0x63, 0xA9, 0xDD, 0xDA, 0x00, 0x00, 0x00,
];

/// WebP pictures of 2 rows of 3 pixels: lossy, lossy with alpha, lossless, lossless with alpha, lossless and turned.
pub(crate) fn webp() -> Vec<Vec<u8>> {
    use image_webp::{ColorType, WebPEncoder};
    let riff = |chunks: &[(&[u8; 4], &[u8])]| {
        let length = |length: usize| u32::try_from(length).expect("a small file").to_le_bytes();
        let mut body = b"WEBP".to_vec();
        for (name, contents) in chunks {
            body.extend([&name[..], &length(contents.len()), contents].concat());
        }
        [b"RIFF", &length(body.len())[..], &body].concat()
    };
    let lossless = |pixels: &[u8], colour: ColorType, exif: Vec<u8>| {
        let mut file = Vec::new();
        let mut encoder = WebPEncoder::new(&mut file);
        encoder.set_exif_metadata(exif);
        let written = encoder.encode(pixels, 3, 2, colour);
        written.expect("a Vec takes everything");
        file
    };
    let ramp: Vec<u8> = (0..24).map(|step| step * 10).collect();
    vec![
        riff(&[(b"VP8 ", &VP8)]),
        // Alpha without compression: the first pixel is not seen at all.
        riff(&[
            (b"VP8X", &[0x10, 0, 0, 0, 2, 0, 0, 1, 0, 0]),
            (b"ALPH", &[0, 0, 255, 255, 255, 255, 255, 0]),
            (b"VP8 ", &VP8),
        ]),
        lossless(&ramp[..18], ColorType::Rgb8, vec![]),
        lossless(&ramp, ColorType::Rgba8, vec![]),
        lossless(&ramp[..18], ColorType::Rgb8, exif(6)),
    ]
}

/// All of a JPEG before its scans; the components have the names 1, 2, ...
fn jpeg_head([height, width]: [u8; 2], samplings: &[u8]) -> Vec<u8> {
    let components = u8::try_from(samplings.len()).expect("a few components");
    let mut file = vec![0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0];
    file.extend([8; 64]);
    file.extend([0xFF, 0xC0, 0, 8 + 3 * components, 8, 0, height, 0, width, components]);
    (1..).zip(samplings).for_each(|(id, &sampling)| file.extend([id, sampling, 0]));
    // Differences of category 0 are the code 0, of category 7 the code 10; the end of a block is the code 0.
    for (class, codes, symbols) in [(0x00, [1, 1], &[0, 7][..]), (0x10, [1, 0], &[0])] {
        file.extend([0xFF, 0xC4, 0, if symbols.len() == 1 { 20 } else { 21 }, class]);
        file.extend(codes);
        file.extend([0; 14]);
        file.extend(symbols);
    }
    file
}

/// The head of a scan of these components.
fn jpeg_scan(ids: &[u8]) -> Vec<u8> {
    let components = u8::try_from(ids.len()).expect("a few components");
    let mut head = vec![0xFF, 0xDA, 0, 6 + 2 * components, components];
    head.extend(ids.iter().flat_map(|&id| [id, 0]));
    head.extend([0, 63, 0]);
    head
}
