//! A finished picture of RGB pixels: the parts that must fall on exact pixels, and the PNG encoding.

use plotters::style::RGBColor;

/// A picture of `width x height` pixels, three bytes each, row-major.
#[derive(Debug)]
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
}

impl Raster {
    /// A black picture.
    pub(super) fn blank(width: usize, height: usize) -> Self {
        Self { width, height, rgb: vec![0; width * height * 3] }
    }

    /// A picture of one colour.
    pub(super) fn filled(width: usize, height: usize, colour: RGBColor) -> Self {
        Self { width, height, rgb: [colour.0, colour.1, colour.2].repeat(width * height) }
    }

    /// Averages each `factor x factor` block of `large` into one pixel, so that edges become smooth.
    pub(super) fn shrunk(large: &Self, factor: usize) -> Self {
        let (width, height) = (large.width / factor, large.height / factor);
        let mut rgb: Vec<u8> = Vec::with_capacity(width * height * 3);
        let block = u32::try_from(factor * factor).expect("a pixel is drawn as a few");
        let mut sums = vec![0_u32; large.width * 3];
        let mut last: &[u8] = &[];
        for lines in large.rgb.chunks(large.width * 3 * factor).take(height) {
            // Most of a figure is paper and upright edges, where lines repeat.
            if lines == last {
                rgb.extend_from_within(rgb.len() - width * 3..);
                continue;
            }
            last = lines;
            sums.fill(0);
            for line in lines.chunks_exact(large.width * 3) {
                sums.iter_mut().zip(line).for_each(|(sum, &part)| *sum += u32::from(part));
            }
            for pixels in sums.chunks_exact(factor * 3) {
                for channel in 0..3 {
                    let sum: u32 = pixels.iter().skip(channel).step_by(3).sum();
                    rgb.push(u8::try_from((sum + block / 2) / block).expect("a mean of bytes is a byte"));
                }
            }
        }
        Self { width, height, rgb }
    }

    pub(super) fn set(&mut self, x: usize, y: usize, colour: RGBColor) {
        let at = (y * self.width + x) * 3;
        self.rgb[at..at + 3].copy_from_slice(&[colour.0, colour.1, colour.2]);
    }

    /// Lays a translucent disc with a smooth edge over the picture.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions are cut to the picture, colour parts lie within 0 and 255"
    )]
    pub(super) fn disc(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor, opacity: f64) {
        let reach = radius + 0.5;
        let within = |low: f64, high: f64, side: usize| {
            let side = side as f64;
            (low.floor().clamp(0.0, side) as usize)..(high.ceil().clamp(0.0, side) as usize)
        };
        for y in within(centre.1 - reach, centre.1 + reach, self.height) {
            for x in within(centre.0 - reach, centre.0 + reach, self.width) {
                let (dx, dy) = (x as f64 + 0.5 - centre.0, y as f64 + 0.5 - centre.1);
                let cover = (reach - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0) * opacity;
                let at = (y * self.width + x) * 3;
                for (below, above) in self.rgb[at..at + 3].iter_mut().zip([colour.0, colour.1, colour.2]) {
                    let mixed = f64::from(*below) * (1.0 - cover) + f64::from(above) * cover;
                    *below = mixed.round() as u8;
                }
            }
        }
    }

    /// The picture as the bytes of a PNG file.
    pub(super) fn png(&self) -> Vec<u8> {
        rgb_png(self.width, self.height, &self.rgb)
    }

    /// The same, packed in less time: lines on paper are small in any case.
    pub(super) fn png_of_lines(&self) -> Vec<u8> {
        packed(self.width, self.height, &self.rgb, png::Compression::Balanced)
    }
}

/// The pixels `rgb`, three bytes each, row by row, as the bytes of a PNG file.
///
/// # Panics
///
/// If there are not `width * height` pixels.
pub(crate) fn rgb_png(width: usize, height: usize, rgb: &[u8]) -> Vec<u8> {
    packed(width, height, rgb, png::Compression::High)
}

fn packed(width: usize, height: usize, rgb: &[u8], compression: png::Compression) -> Vec<u8> {
    let side =
        |pixels: usize| u32::try_from(pixels).expect("pictures are far smaller than 2^32 pixels a side");
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side(width), side(height));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(compression);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(rgb))
        .expect("writing to memory cannot fail, and the buffer has the size of the picture");
    bytes
}
