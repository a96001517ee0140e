//! Ink on paper: thick lines with soft edges in a 28 x 28 image.

/// Width and height of an image.
pub(crate) const SIDE: usize = 28;
/// The middle of the page; pixel `i` covers `i - 0.5` to `i + 0.5`.
pub(super) const CENTRE: f32 = 13.5;
/// The number of pixels from full ink to none, across the edge of a line.
const EDGE: f32 = 1.5;

/// A round spot of ink on a line, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dab {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) radius: f32,
}

/// Draws each list of dabs as one line into `image`, `SIDE x SIDE` row-major, which is overwritten.
///
/// Ink at a pixel is `(radius - distance) / EDGE + 1/2`, cut to `[0, 1]`, for the nearest part of any line:
/// crossing lines do not grow darker.
pub(super) fn draw(lines: &[Vec<Dab>], image: &mut [u8]) {
    let mut depth = [f32::MIN; SIDE * SIDE];
    for line in lines {
        for pair in line.windows(2) {
            stroke(pair[0], pair[1], &mut depth);
        }
    }
    for (pixel, depth) in image.iter_mut().zip(depth) {
        *pixel = ink(depth);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is within 0 and 255")]
fn ink(depth: f32) -> u8 {
    ((depth / EDGE + 0.5).clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Raises `depth`, the distance of each pixel's centre from the edge of the ink, by the line from `a` to `b`.
fn stroke(a: Dab, b: Dab, depth: &mut [f32; SIDE * SIDE]) {
    let reach = a.radius.max(b.radius) + EDGE;
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = (dx * dx + dy * dy).max(1e-12);
    for row in pixels(a.y.min(b.y) - reach, a.y.max(b.y) + reach) {
        for column in pixels(a.x.min(b.x) - reach, a.x.max(b.x) + reach) {
            let (x, y) = (column as f32 - a.x, row as f32 - a.y);
            let along = ((x * dx + y * dy) / length).clamp(0.0, 1.0);
            let (off_x, off_y) = (x - along * dx, y - along * dy);
            let radius = a.radius + along * (b.radius - a.radius);
            let inside = radius - (off_x * off_x + off_y * off_y).sqrt();
            let deepest = &mut depth[row * SIDE + column];
            *deepest = deepest.max(inside);
        }
    }
}

/// The pixels whose centres lie between `low` and `high`, cut to the page.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut to the page before the cast"
)]
fn pixels(low: f32, high: f32) -> std::ops::Range<usize> {
    let page = SIDE as f32;
    (low.ceil().clamp(0.0, page) as usize)..((high.floor() + 1.0).clamp(0.0, page) as usize)
}
