//! The colours of all figures.

use plotters::style::RGBColor;

pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
/// The colour behind images, so that neither black nor white pixels run into the page.
pub(super) const MAT: RGBColor = RGBColor(242, 243, 245);
pub(super) const HAIRLINE: RGBColor = RGBColor(200, 204, 210);
pub(super) const INK: RGBColor = RGBColor(32, 36, 42);
pub(super) const QUIET_INK: RGBColor = RGBColor(98, 105, 115);
pub(super) const GRID: RGBColor = RGBColor(229, 231, 235);
pub(super) const AXIS: RGBColor = RGBColor(148, 154, 163);

/// The colours of curves and classes, in the order of their use.
///
/// The first six are Okabe and Ito's ("Color Universal Design", 2008), without yellow, which fades on white;
/// the rest differ from them and from each other in lightness as well as in hue.
pub(super) const CLASSES: [RGBColor; 12] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(120, 28, 109),
    RGBColor(141, 160, 40),
    RGBColor(48, 48, 56),
    RGBColor(226, 60, 96),
    RGBColor(140, 109, 78),
    RGBColor(120, 110, 210),
];

/// The key colours of viridis (van der Walt and Smith, 2015), without its lightest end, which fades on white.
const RAMP: [RGBColor; 6] = [
    RGBColor(68, 1, 84),
    RGBColor(65, 68, 135),
    RGBColor(42, 120, 142),
    RGBColor(34, 168, 132),
    RGBColor(122, 209, 81),
    RGBColor(200, 214, 40),
];

/// Colours of numbers from below 0 to above, from blue to red as Brewer's scheme has them (2003), which every kind of colour vision tells
/// apart.
const DIVERGING: [RGBColor; 9] = [
    RGBColor(5, 48, 97),
    RGBColor(33, 102, 172),
    RGBColor(67, 147, 195),
    RGBColor(146, 197, 222),
    RGBColor(255, 255, 255),
    RGBColor(244, 165, 130),
    RGBColor(214, 96, 77),
    RGBColor(178, 24, 43),
    RGBColor(103, 0, 31),
];

/// A colour half way to white, for lines behind others.
pub(super) fn pale(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let mix = |part: u8| part / 2 + 127;
    RGBColor(mix(red), mix(green), mix(blue))
}

/// The colour at a part of the way from one to another.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "colour parts lie within 0 and 255"
)]
pub(super) fn between(from: RGBColor, to: RGBColor, part: f64) -> RGBColor {
    let mix = |from: u8, to: u8| {
        (f64::from(from) + (f64::from(to) - f64::from(from)) * part.clamp(0.0, 1.0)).round() as u8
    };
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// The colour of class `index` of `count`: from the palette while it lasts, else along one ramp.
pub(super) fn class(index: usize, count: usize) -> RGBColor {
    if count <= CLASSES.len() {
        CLASSES[index % CLASSES.len()]
    } else {
        ramp(index as f64 / (count - 1) as f64)
    }
}

/// The colour of the ramp at `position`: from dark blue at 0 over green to yellow at 1.
pub(super) fn ramp(position: f64) -> RGBColor {
    along(&RAMP, position)
}

/// The colour of a number from -1, dark blue, over 0, white, to 1, dark red.
pub(super) fn diverging(number: f64) -> RGBColor {
    along(&DIVERGING, f64::midpoint(number, 1.0))
}

/// The colour at a position, from 0 to 1, among colours that are evenly apart.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position among few colours")]
fn along(colours: &[RGBColor], position: f64) -> RGBColor {
    let along = position.clamp(0.0, 1.0) * (colours.len() - 1) as f64;
    let first = (along as usize).min(colours.len() - 2);
    between(colours[first], colours[first + 1], along - first as f64)
}
