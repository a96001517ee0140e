//! The three scenes: hills by day, houses at night, and a sun that sets over the sea.

use super::canvas::{Colour, FineCanvas, HEIGHT, WIDTH, mix};
use crate::data::synthetic::chance::Chance;

/// Three ranges of hills, paler with the distance, below a sky that is blue above.
pub(super) fn hills(canvas: &mut FineCanvas, chance: &mut Chance) {
    let haze = mix([196.0, 222.0, 240.0], [244.0, 226.0, 196.0], chance.unit());
    let zenith = [70.0 + 30.0 * chance.bell(), 140.0 + 20.0 * chance.bell(), 215.0];
    canvas.paint(|_, y, _| mix(zenith, haze, y / 20.0));
    let sun = (chance.between(6.0, 42.0), chance.between(3.0, 8.0));
    canvas.fill([255.0, 246.0, 205.0], |x, y| within(x, y, sun, 2.6));
    let green = mix([52.0, 112.0, 48.0], [120.0, 118.0, 44.0], chance.unit());
    for (range, distance) in [(0, 0.72), (1, 0.38), (2, 0.0)] {
        let height = 15.0 + 5.5 * range as f32 + 1.5 * chance.bell();
        let tops: [(f32, f32, f32); 3] = std::array::from_fn(|_| {
            (chance.between(0.0, WIDTH as f32), chance.between(7.0, 15.0), chance.between(2.0, 6.5))
        });
        let colour = mix(green, haze, distance);
        let line = |x: f32| height - tops.iter().map(|top| rise(x, *top)).sum::<f32>();
        canvas.paint(|x, y, old| {
            let below = y - line(x);
            if below > 0.0 { mix(colour, mix(colour, [20.0, 40.0, 24.0], 0.45), below / 14.0) } else { old }
        });
    }
}

/// A row of houses with gables and lit windows, below stars and a moon.
pub(super) fn night(canvas: &mut FineCanvas, chance: &mut Chance) {
    let zenith = [10.0, 14.0, 40.0 + 12.0 * chance.bell()];
    let horizon = mix([58.0, 60.0, 112.0], [96.0, 62.0, 98.0], chance.unit());
    canvas.paint(|_, y, _| mix(zenith, horizon, y / 26.0));
    for _ in 0..7 {
        let star = (chance.between(0.0, WIDTH as f32), chance.between(0.0, 13.0));
        canvas.fill([225.0, 228.0, 240.0], |x, y| within(x, y, star, 0.45));
    }
    let moon = (chance.between(5.0, 43.0), chance.between(4.0, 7.5));
    canvas.fill([240.0, 236.0, 210.0], |x, y| within(x, y, moon, 2.8));
    canvas.fill([18.0, 22.0, 30.0], |_, y| y > HEIGHT as f32 - 3.0);
    let mut left = -3.0 * chance.unit();
    while left < WIDTH as f32 {
        let (width, top, gable) =
            (chance.between(8.0, 12.0), chance.between(17.0, 22.0), chance.between(2.5, 5.0));
        house(canvas, chance, (left, left + width), top, gable);
        left += width + chance.between(0.0, 2.0);
    }
}

/// A house from one side to the other, its windows in two rows.
fn house(canvas: &mut FineCanvas, chance: &mut Chance, (left, right): (f32, f32), top: f32, gable: f32) {
    let ground = HEIGHT as f32 - 2.0;
    let wall = mix([44.0, 38.0, 52.0], [70.0, 50.0, 50.0], chance.unit());
    let (middle, half) = (0.5 * (left + right), 0.5 * (right - left));
    canvas.fill(wall, |x, y| (left..right).contains(&x) && (top..ground).contains(&y));
    canvas.fill(mix(wall, [15.0, 12.0, 22.0], 0.5), |x, y| {
        let share = 1.0 - (x - middle).abs() / (half + 0.7);
        y < top && y > top - gable * share && share > 0.0
    });
    for row in [top + 1.6, top + 5.6] {
        for column in [middle - 0.5 * half, middle + 0.5 * half] {
            let lit: Colour = if chance.unit() < 0.6 { [250.0, 206.0, 104.0] } else { [30.0, 30.0, 46.0] };
            canvas.fill(lit, |x, y| (x - column).abs() < 1.1 && (row..row + 2.2).contains(&y) && y < ground);
        }
    }
}

/// A sun near the horizon, its sky from orange to violet, and its path of light on the water.
pub(super) fn sunset(canvas: &mut FineCanvas, chance: &mut Chance) {
    let horizon = 19.0 + 2.5 * chance.bell();
    let glow = mix([255.0, 190.0, 92.0], [255.0, 138.0, 88.0], chance.unit());
    let zenith = mix([92.0, 66.0, 122.0], [60.0, 82.0, 140.0], chance.unit());
    let sun = (chance.between(8.0, 40.0), horizon - chance.between(-1.0, 7.0));
    canvas.paint(|x, y, _| {
        let sky = mix(zenith, glow, y / horizon);
        let (dx, dy) = (x - sun.0, y - sun.1);
        mix(sky, [255.0, 226.0, 160.0], 0.75 / (1.0 + (dx * dx + dy * dy) / 30.0))
    });
    canvas.fill([255.0, 240.0, 190.0], |x, y| within(x, y, sun, 3.6));
    let (ripple, phase) = (chance.between(1.2, 1.8), chance.unit());
    canvas.paint(|x, y, old| {
        let depth = y - horizon;
        if depth <= 0.0 {
            return old;
        }
        let water = mix(mix(glow, [40.0, 44.0, 84.0], 0.55), [18.0, 26.0, 58.0], depth / 12.0);
        // Waves grow wider towards the shore; their crests carry the light.
        let place = depth / (ripple * (1.0 + 0.06 * depth)) + phase;
        let crest = 1.0 - 2.0 * (place - place.floor() - 0.5).abs();
        let (reach, off) = (2.0 + 0.35 * depth, x - sun.0);
        let light = crest / (1.0 + off * off / (reach * reach));
        mix(water, [255.0, 214.0, 140.0], 0.9 * light)
    });
}

/// Returns whether a point lies in a disc.
fn within(x: f32, y: f32, centre: (f32, f32), radius: f32) -> bool {
    let (dx, dy) = (x - centre.0, y - centre.1);
    dx * dx + dy * dy < radius * radius
}

/// The height at `x` of a smooth hill, given by its top, breadth and height.
fn rise(x: f32, (top, breadth, height): (f32, f32, f32)) -> f32 {
    let off = (x - top) / breadth;
    height / (1.0 + off * off)
}
