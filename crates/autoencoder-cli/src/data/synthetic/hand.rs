//! The hand that writes: it turns a glyph into a stroke on the page, never twice the same.

use super::chance::Chance;
use super::glyphs::{self, Glyph, Point};
use super::pen::{CENTRE, Dab};

/// The number of steps of the smooth line between two key points.
const STEPS: usize = 6;
/// The side of the box that digits are fitted into, as MNIST's are.
const BOX: f32 = 20.0;
/// The distance that a key point strays on its own, in glyph heights.
const TREMOR: f32 = 0.028;
/// The distance that the whole shape is bent, in glyph heights.
const BEND: f32 = 0.09;

/// Writes `digit` somewhere near the middle of the page, as dabs of ink joined by lines, one list for each curve.
pub(super) fn write(digit: u8, chance: &mut Chance) -> Vec<Vec<Dab>> {
    let glyph = choose(glyphs::of_digit(digit), chance);
    let warp = Warp::new(chance);
    let slope = Slope::new(chance);
    let radius = 1.28 + 0.5 * chance.bell();
    let taper = 0.22 * chance.bell();
    let size = chance.between(0.9, 1.0);
    let shift = (0.9 * chance.bell(), 0.9 * chance.bell());

    let mut curves: Vec<Vec<Point>> = Vec::with_capacity(glyph.curves.len());
    let mut previous: Option<(Point, Point)> = None;
    for curve in glyph.curves {
        let mut strayed = Vec::with_capacity(curve.len());
        for (i, &key) in curve.iter().enumerate() {
            let tremor = (TREMOR * chance.bell(), TREMOR * chance.bell());
            // A corner belongs to both of its curves and must stay one point.
            let point = match previous {
                Some((end, placed)) if i == 0 && end == key => placed,
                _ => slope.apply(warp.apply((key.0 + tremor.0, key.1 + tremor.1))),
            };
            previous = Some((key, point));
            strayed.push(point);
        }
        curves.push(smooth(&strayed));
    }
    place(&curves, radius, taper, size, shift)
}

fn choose<'a>(ways: &'a [Glyph], chance: &mut Chance) -> &'a Glyph {
    let mut ticket = chance.below(ways.iter().map(|glyph| glyph.weight).sum());
    for glyph in ways {
        if ticket < glyph.weight {
            return glyph;
        }
        ticket -= glyph.weight;
    }
    unreachable!("the ticket is below the sum of all weights")
}

/// A smooth displacement of the plane: random at the nodes of a 3 x 3 grid, quadratic between them.
struct Warp([[Point; 3]; 3]);

impl Warp {
    fn new(chance: &mut Chance) -> Self {
        let mut nodes = [[(0.0, 0.0); 3]; 3];
        for node in nodes.as_flattened_mut() {
            *node = (BEND * chance.bell() * 2.0, BEND * chance.bell() * 2.0);
        }
        Self(nodes)
    }

    fn apply(&self, (x, y): Point) -> Point {
        let across = quadratic(x / 0.65);
        let down = quadratic(y);
        let (mut dx, mut dy) = (0.0, 0.0);
        for (row, weight_down) in self.0.iter().zip(down) {
            for (node, weight_across) in row.iter().zip(across) {
                dx += weight_down * weight_across * node.0;
                dy += weight_down * weight_across * node.1;
            }
        }
        (x + dx, y + dy)
    }
}

/// Bernstein's weights of second degree.
fn quadratic(t: f32) -> [f32; 3] {
    let rest = 1.0 - t;
    [rest * rest, 2.0 * t * rest, t * t]
}

/// Width, slant and rotation: an affine map about the glyph's middle.
struct Slope([[f32; 2]; 2]);

impl Slope {
    fn new(chance: &mut Chance) -> Self {
        // Most hands lean to the right.
        let slant = 0.12 + 0.42 * chance.bell();
        let width = 1.12 + 0.4 * chance.bell();
        let turn = 0.22 * chance.bell();
        // A turn by `2 atan(turn / 2)`, from arithmetic alone: the same bits on every machine.
        let half = turn / 2.0;
        let norm = 1.0 + half * half;
        let (sine, cosine) = (turn / norm, (1.0 - half * half) / norm);
        // The map is rotation x shear x width.
        Self([[cosine * width, -sine - cosine * slant], [sine * width, cosine - sine * slant]])
    }

    fn apply(&self, (x, y): Point) -> Point {
        let (x, y) = (x - 0.32, y - 0.5);
        let [[a, b], [c, d]] = self.0;
        (a * x + b * y, c * x + d * y)
    }
}

/// A Catmull-Rom line through `points`.
fn smooth(points: &[Point]) -> Vec<Point> {
    let at = |i: usize| points[i.min(points.len() - 1)];
    let mut line = Vec::with_capacity(points.len() * STEPS + 1);
    for i in 0..points.len() - 1 {
        let (before, start, end, after) = (at(i.saturating_sub(1)), at(i), at(i + 1), at(i + 2));
        for step in 0..STEPS {
            let t = step as f32 / STEPS as f32;
            let blend = |p: f32, q: f32, r: f32, s: f32| {
                0.5 * (2.0 * q
                    + t * (r - p + t * (2.0 * p - 5.0 * q + 4.0 * r - s + t * (3.0 * (q - r) + s - p))))
            };
            line.push((blend(before.0, start.0, end.0, after.0), blend(before.1, start.1, end.1, after.1)));
        }
    }
    line.push(at(points.len()));
    line
}

/// Fits the curves into the box, ink included, and centres them on the page.
fn place(curves: &[Vec<Point>], radius: f32, taper: f32, size: f32, shift: Point) -> Vec<Vec<Dab>> {
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for &(x, y) in curves.iter().flatten() {
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    }
    let extent = (high.0 - low.0).max(high.1 - low.1);
    let scale = (BOX - 2.0 * radius) * size / extent;
    let middle = (0.5 * (low.0 + high.0), 0.5 * (low.1 + high.1));
    let last = curves.iter().map(Vec::len).sum::<usize>() as f32 - 1.0;
    let mut passed = 0.0;
    let mut dab = |&(x, y): &Point| {
        // The pen presses harder at one end than at the other.
        let pressure = 1.0 + taper * (2.0 * passed / last - 1.0);
        passed += 1.0;
        Dab {
            x: CENTRE + shift.0 + (x - middle.0) * scale,
            y: CENTRE + shift.1 + (y - middle.1) * scale,
            radius: radius * pressure,
        }
    };
    curves.iter().map(|curve| curve.iter().map(&mut dab).collect()).collect()
}
