//! A drawing surface in figure units over plotters' SVG and bitmap backends.
//!
//! Plotters' backends work in whole units. An SVG is drawn ten times larger than it is shown, and a bitmap is drawn
//! larger and averaged down, so that no rounding can be seen.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, RGBColor, ShapeStyle, TextStyle};

use super::palette;
use super::raster::Raster;
use super::typeface::{self, Weight};

/// The number of units of the SVG backend in one figure unit.
const SVG_UNITS: u32 = 10;
/// The number of drawn pixels, each way, in one pixel of a finished bitmap.
const OVERSAMPLING: u32 = 3;
/// The ratio of plotters' font size to that of an SVG viewer.
const SVG_SIZE_PER_EM: f64 = 1.24;

/// The point of a text that lies at the given place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// The setting of text: its size, weight, colour and alignment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub(super) ems: f64,
    pub(super) weight: Weight,
    pub(super) colour: RGBColor,
    pub(super) align: Align,
}

/// Many small discs of one colour.
#[derive(Debug)]
pub(super) struct Dots {
    pub(super) centres: Vec<(f64, f64)>,
    pub(super) radius: f64,
    pub(super) colour: RGBColor,
    pub(super) opacity: f64,
}

/// A picture of whole pixels, each of them one unit wide, with its upper left corner.
struct Picture {
    corner: (usize, usize),
    pixels: Raster,
}

/// A surface for lines, shapes and text; places and sizes are in figure units from the upper left.
pub(super) struct Canvas<B> {
    backend: B,
    units: f64,
    /// The backend's font size in one em, and its distance from a text's top to the baseline in ems.
    size_per_em: f64,
    baseline: f64,
    /// Whether thick paths are drawn whole. The bitmap backend leaves holes where a thick path overlaps itself.
    joins_paths: bool,
    pictures: Vec<Picture>,
    dots: Vec<Dots>,
}

impl<B: DrawingBackend> Canvas<B> {
    fn scaled(&self, length: f64) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "figures are some thousand units wide")]
        let units = (length * self.units).round() as i32;
        units
    }

    fn place(&self, (x, y): (f64, f64)) -> (i32, i32) {
        (self.scaled(x), self.scaled(y))
    }

    fn stroke(&self, colour: RGBColor, width: f64) -> ShapeStyle {
        let stroke_width = self.scaled(width).max(1).unsigned_abs();
        ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width }
    }

    pub(super) fn rectangle(&mut self, corner: (f64, f64), opposite: (f64, f64), colour: RGBColor) {
        let (from, to) = (self.place(corner), self.place(opposite));
        drawn(self.backend.draw_rect(from, to, &colour.to_backend_color(), true));
    }

    /// Draws a line through `points`; fewer than two points draw nothing.
    pub(super) fn line(&mut self, points: &[(f64, f64)], width: f64, colour: RGBColor) {
        let mut places: Vec<_> = points.iter().map(|&point| self.place(point)).collect();
        places.dedup();
        if places.len() < 2 {
            return;
        }
        let stroke = self.stroke(colour, width);
        if self.joins_paths {
            drawn(self.backend.draw_path(places, &stroke));
        } else {
            for pair in places.windows(2) {
                drawn(self.backend.draw_path(pair.iter().copied(), &stroke));
            }
            for &joint in &places[1..places.len() - 1] {
                drawn(self.backend.draw_circle(
                    joint,
                    stroke.stroke_width / 2,
                    &colour.to_backend_color(),
                    true,
                ));
            }
        }
    }

    /// Draws a horizontal line of dashes.
    pub(super) fn dashes(&mut self, from: (f64, f64), right: f64, width: f64, colour: RGBColor) {
        let (dash, gap) = (5.0, 4.0);
        let mut x = from.0;
        while x < right {
            self.line(&[(x, from.1), ((x + dash).min(right), from.1)], width, colour);
            x += dash + gap;
        }
    }

    /// Draws an upright line of dashes.
    pub(super) fn upright_dashes(&mut self, from: (f64, f64), bottom: f64, width: f64, colour: RGBColor) {
        let (dash, gap) = (5.0, 4.0);
        let mut y = from.1;
        while y < bottom {
            self.line(&[(from.0, y), (from.0, (y + dash).min(bottom))], width, colour);
            y += dash + gap;
        }
    }

    pub(super) fn disc(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor) {
        let (centre, radius) = (self.place(centre), self.scaled(radius).unsigned_abs());
        drawn(self.backend.draw_circle(centre, radius, &colour.to_backend_color(), true));
    }

    /// Keeps a picture to be drawn above lines, shapes and text, so that each of its pixels stays a sharp square.
    pub(super) fn picture(&mut self, corner: (usize, usize), pixels: Raster) {
        self.pictures.push(Picture { corner, pixels });
    }

    /// Draws a picture in a hairline, without which bright pixels would run into the page.
    pub(super) fn framed(&mut self, corner: (usize, usize), pixels: Raster) {
        let (left, top) = (corner.0 as f64, corner.1 as f64);
        let (right, bottom) = (left + pixels.width as f64, top + pixels.height as f64);
        self.rectangle((left - 1.0, top - 1.0), (right + 1.0, bottom + 1.0), palette::HAIRLINE);
        self.picture(corner, pixels);
    }

    /// Keeps many small discs to be drawn last, above everything else, in the order given.
    ///
    /// Plotters would write an element of a hundred bytes for each disc, and ten thousand discs are common.
    pub(super) fn dots(&mut self, dots: Dots) {
        self.dots.push(dots);
    }

    /// Draws one line of text whose baseline is at `place`.
    pub(super) fn text(&mut self, text: &str, place: (f64, f64), set: Type) {
        let top = (place.0, place.1 - self.baseline * set.ems);
        self.letters(text, top, set, FontTransform::None);
    }

    /// Draws one line of text that runs upwards, with its baseline at `place`.
    pub(super) fn upwards(&mut self, text: &str, place: (f64, f64), set: Type) {
        let top = (place.0 - self.baseline * set.ems, place.1);
        self.letters(text, top, set, FontTransform::Rotate270);
    }

    fn letters(&mut self, text: &str, top: (f64, f64), set: Type, transform: FontTransform) {
        let size = set.ems * self.size_per_em * self.units;
        let horizontal = match set.align {
            Align::Left => HPos::Left,
            Align::Middle => HPos::Center,
            Align::Right => HPos::Right,
        };
        let style = TextStyle {
            font: typeface::font(set.weight, size).transform(transform),
            color: set.colour.to_backend_color(),
            pos: Pos::new(horizontal, VPos::Top),
        };
        let top = self.place(top);
        drawn(self.backend.draw_text(&drawable(text), &style, top));
    }
}

/// `text` in one line of characters that a figure may hold: XML 1.0 has no sign at all for most control characters and
/// for U+FFFE and U+FFFF, and a file with one of them is no SVG.
fn drawable(text: &str) -> Cow<'_, str> {
    let is_blank = |letter: char| matches!(letter, '\t' | '\n' | '\r');
    let is_foreign = |letter: char| letter.is_control() || matches!(letter, '\u{FFFE}' | '\u{FFFF}');
    if !text.contains(is_foreign) {
        return Cow::Borrowed(text);
    }
    let replaced = |letter: char| match letter {
        letter if is_blank(letter) => ' ',
        letter if is_foreign(letter) => char::REPLACEMENT_CHARACTER,
        letter => letter,
    };
    text.chars().map(replaced).collect()
}

fn drawn<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.expect("drawing in memory with a registered font does not fail")
}

/// Draws an SVG of `width x height` figure units.
pub(super) fn svg(width: u32, height: u32, draw: impl FnOnce(&mut Canvas<SVGBackend<'_>>)) -> String {
    let mut text = String::new();
    let mut canvas = Canvas {
        backend: SVGBackend::with_string(&mut text, (width * SVG_UNITS, height * SVG_UNITS)),
        units: f64::from(SVG_UNITS),
        size_per_em: SVG_SIZE_PER_EM,
        // `VPos::Top` becomes dy="0.76em".
        baseline: 0.76,
        joins_paths: true,
        pictures: Vec::new(),
        dots: Vec::new(),
    };
    canvas.rectangle((0.0, 0.0), (width.into(), height.into()), palette::PAPER);
    draw(&mut canvas);
    drawn(canvas.backend.present());
    let (pictures, dots) = (std::mem::take(&mut canvas.pictures), std::mem::take(&mut canvas.dots));
    drop(canvas);

    let body = text.split_once('>').map_or("", |(_, body)| body);
    let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
    let (view_width, view_height) = (width * SVG_UNITS, height * SVG_UNITS);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {view_width} {view_height}\" stroke-linejoin=\"round\" stroke-linecap=\"butt\">\
         {body}{}{}</svg>\n",
        pictures.iter().map(svg_picture).collect::<String>(),
        dots.iter().map(svg_dots).collect::<String>()
    )
}

/// A picture as a PNG file within the text, which viewers old and new show.
fn svg_picture(Picture { corner: (x, y), pixels }: &Picture) -> String {
    let units = SVG_UNITS as usize;
    let [x, y, width, height] = [*x, *y, pixels.width, pixels.height].map(|length| length * units);
    format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" style=\"image-rendering:pixelated\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"data:image/png;base64,{}\"/>\n",
        BASE64_STANDARD.encode(pixels.png())
    )
}

/// All dots as one path of strokes of almost no length with round ends: a dozen bytes for each dot.
fn svg_dots(dots: &Dots) -> String {
    let units = f64::from(SVG_UNITS);
    let RGBColor(red, green, blue) = dots.colour;
    let mut path = format!(
        "<path fill=\"none\" stroke=\"#{red:02X}{green:02X}{blue:02X}\" stroke-opacity=\"{}\" \
         stroke-width=\"{:.0}\" stroke-linecap=\"round\" d=\"",
        dots.opacity,
        2.0 * dots.radius * units
    );
    for &(x, y) in &dots.centres {
        let _ = write!(path, "M{:.0} {:.0}h1", x * units, y * units);
    }
    path.push_str("\"/>\n");
    path
}

/// Draws a bitmap of `width x height` figure units, each `density` pixels wide, on `paper`.
pub(super) fn bitmap(
    width: u32,
    height: u32,
    density: u32,
    paper: RGBColor,
    draw: impl FnOnce(&mut Canvas<BitMapBackend<'_>>),
) -> Raster {
    let units = density * OVERSAMPLING;
    let size = (width * units, height * units);
    let mut large = Raster::filled(size.0 as usize, size.1 as usize, paper);
    let mut canvas = Canvas {
        backend: BitMapBackend::with_buffer(&mut large.rgb, size),
        units: f64::from(units),
        size_per_em: typeface::HEIGHT_IN_EMS,
        // Plotters sets the baseline half a size below the top.
        baseline: typeface::HEIGHT_IN_EMS / 2.0,
        joins_paths: false,
        pictures: Vec::new(),
        dots: Vec::new(),
    };
    draw(&mut canvas);
    let (pictures, dots) = (std::mem::take(&mut canvas.pictures), std::mem::take(&mut canvas.dots));
    drop(canvas);

    let mut raster = Raster::shrunk(&large, OVERSAMPLING as usize);
    for Picture { corner: (left, top), pixels } in &pictures {
        let density = density as usize;
        for (index, colour) in pixels.rgb.chunks_exact(3).enumerate() {
            let (x, y) = (left + index % pixels.width, top + index / pixels.width);
            for place in 0..density * density {
                let (x, y) = (x * density + place % density, y * density + place / density);
                raster.set(x, y, RGBColor(colour[0], colour[1], colour[2]));
            }
        }
    }
    let density = f64::from(density);
    for dots in &dots {
        for &(x, y) in &dots.centres {
            raster.disc((x * density, y * density), dots.radius * density, dots.colour, dots.opacity);
        }
    }
    raster
}
