//! Axes: ranges and ticks that a reader takes in at once, and the frame that axes make around a plot.

use plotters::backend::DrawingBackend;

use super::canvas::{Align, Canvas, Type};
use super::palette;
use super::ticks::{MOST_TICKS, number, round_step, spread, ticks};
use super::typeface::{self, Weight};

/// Size of tick labels and axis names.
pub(super) const LABEL: f64 = 12.0;

const fn label(align: Align) -> Type {
    Type { ems: LABEL, weight: Weight::Regular, colour: palette::QUIET_INK, align }
}

/// The ends of what an axis can show: numbers beyond stand at its ends, so that no difference overflows.
const LARGEST: f64 = f64::MAX / 8.0;
/// The smallest extent of an axis: smaller differences would vanish between numbers of so few digits.
const SMALLEST: f64 = 1e-290;
/// The places between which everything is drawn. Lines to far points end there, well outside of the frame.
const PLACES: (f64, f64) = (-1.0, 2.0);

/// A range of numbers laid along a side of the plot.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    scale: Scale,
    pub(super) ticks: Vec<(f64, String)>,
}

/// The way in which numbers lie along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    Linear,
    /// Equal ratios are equally far apart.
    Logarithmic,
    /// Numbers within about `width` of `middle` lie as on a linear axis, and those further away as on a logarithmic one, on both sides.
    Stretched {
        middle: f64,
        width: f64,
    },
}

/// The largest distance from the middle of a stretched axis, in widths.
const FARTHEST: f64 = 1e300;

impl Scale {
    /// The place of a number, in a measure of the scale's own.
    fn along(self, value: f64) -> f64 {
        match self {
            Self::Linear => value.clamp(-LARGEST, LARGEST),
            Self::Logarithmic => value.clamp(f64::MIN_POSITIVE, LARGEST).ln(),
            Self::Stretched { middle, width } => {
                ((value.clamp(-LARGEST, LARGEST) - middle) / width).clamp(-FARTHEST, FARTHEST).asinh()
            }
        }
    }

    /// The number at a place.
    fn value(self, along: f64) -> f64 {
        match self {
            Self::Linear => along,
            Self::Logarithmic => along.exp(),
            Self::Stretched { middle, width } => (middle + width * along.sinh()).clamp(-LARGEST, LARGEST),
        }
    }
}

impl Axis {
    /// An axis from `low` to `high`, with about `count` ticks at round numbers.
    pub(super) fn linear(low: f64, high: f64, count: usize) -> Self {
        let (low, high) = widened(low, high, 1e-9);
        let step = round_step((high - low) / count.max(1) as f64);
        Self { low, high, scale: Scale::Linear, ticks: ticks(low, high, step) }
    }

    /// An axis from `first` to `last` and `room` beyond, with ticks only at whole numbers from `first` to `last`.
    pub(super) fn whole(first: f64, last: f64, room: f64, count: usize) -> Self {
        let (first, last) = ordered(first, last);
        // Whole numbers may be close together in comparison with their size.
        let (low, high) = widened(first - room, last + room, 1e-12);
        let step = round_step(((last - first) / count.max(1) as f64).max(1.0));
        Self { low, high, scale: Scale::Linear, ticks: ticks(first, last, step) }
    }

    /// An axis on which powers of ten are evenly apart; both ends must be above 0.
    pub(super) fn logarithmic(low: f64, high: f64) -> Self {
        let (low, high) = ordered(low.max(f64::MIN_POSITIVE), high.max(f64::MIN_POSITIVE));
        let (low, high) =
            if high.log10() - low.log10() < 1e-9 { (low / 2.0, high * 2.0) } else { (low, high) };
        let decades = high.log10() - low.log10();
        let parts: &[f64] = if decades < 2.5 {
            &[1.0, 2.0, 5.0]
        } else if decades < 4.0 {
            &[1.0, 3.0]
        } else {
            &[1.0]
        };
        // Only every second or third power has a label where the ends are far apart.
        let stride = (decades / 8.0).ceil().max(1.0);
        let first = (low.log10().floor() / stride).floor();
        // A tick may lie beyond an end by what the eye does not see.
        let slack = 1e-3 * decades;
        let range = low.log10() - slack..=high.log10() + slack;
        let mut ticks = Vec::new();
        for exponent in (0..MOST_TICKS).map(|index| (first + index as f64) * stride) {
            for part in parts {
                let value = part * 10f64.powf(exponent);
                if range.contains(&value.log10()) {
                    ticks.push((value, number(value, 10f64.powf(exponent))));
                }
            }
        }
        ticks.truncate(MOST_TICKS);
        let mut axis = Self { low, high, scale: Scale::Logarithmic, ticks };
        // A short stretch may have one of these numbers or none.
        if axis.ticks.len() < 2 {
            axis.ticks = spread(0.2, &|place| axis.at(place), &|value| axis.place(value));
        }
        axis
    }

    /// An axis that is linear within about `width` of `middle` and logarithmic beyond, from `low` to `high` and a part `room` of this
    /// stretch further at both ends. Ticks are at round numbers, at least a part `apart` of the axis away from each other.
    pub(super) fn stretched(
        (low, high): (f64, f64),
        (middle, width): (f64, f64),
        room: f64,
        apart: f64,
    ) -> Self {
        let (low, high) = widened(low, high, 1e-9);
        let middle = middle.clamp(low, high);
        let width = width.abs().clamp(SMALLEST, LARGEST).max(1e-12 * middle.abs());
        let scale = Scale::Stretched { middle, width };
        let [first, last] = [low, high].map(|end| scale.along(end));
        let room = room * (last - first);
        let (low, high) = (scale.value(first - room).min(low), scale.value(last + room).max(high));
        let mut axis = Self { low, high, scale, ticks: Vec::new() };
        axis.ticks = spread(apart, &|place| axis.at(place), &|value| axis.place(value));
        axis
    }

    /// The place of `value` on the axis: 0 at the low end, 1 at the high end.
    pub(super) fn place(&self, value: f64) -> f64 {
        let [low, high, value] = [self.low, self.high, value].map(|value| self.scale.along(value));
        ((value - low) / (high - low)).clamp(PLACES.0, PLACES.1)
    }

    /// The number at a place of the axis, from 0 to 1.
    fn at(&self, place: f64) -> f64 {
        let [low, high] = [self.low, self.high].map(|end| self.scale.along(end));
        self.scale.value(low + (high - low) * place).clamp(self.low, self.high)
    }

    /// The numbers that cut the axis into `count` parts of one length: its ends, and those between.
    pub(super) fn cuts(&self, count: usize) -> Vec<f64> {
        let mut cuts: Vec<f64> = (0..=count).map(|index| self.at(index as f64 / count as f64)).collect();
        (cuts[0], cuts[count]) = (self.low, self.high);
        cuts
    }

    /// The width of the widest tick label.
    pub(super) fn label_width(&self) -> f64 {
        self.ticks.iter().map(|(_, text)| typeface::width(text, Weight::Regular, LABEL)).fold(0.0, f64::max)
    }
}

/// The ends of a range in their order, and no further away than an axis can show.
fn ordered(low: f64, high: f64) -> (f64, f64) {
    let [low, high] = [low, high].map(|end| if end.is_nan() { 0.0 } else { end.clamp(-LARGEST, LARGEST) });
    (low.min(high), low.max(high))
}

/// A range with some extent, also where all values are equal, or differ by less than the part `relative` of their size.
fn widened(low: f64, high: f64, relative: f64) -> (f64, f64) {
    let (low, high) = ordered(low, high);
    let size = low.abs().max(high.abs());
    if high - low > (relative * size).max(SMALLEST) {
        (low, high)
    } else {
        let pad = if size > SMALLEST { size * 0.1 } else { 1.0 };
        (low - pad, high + pad)
    }
}

/// A plot's rectangle with an axis along its foot and one along its left side.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    pub(super) x: Axis,
    pub(super) y: Axis,
}

impl Frame {
    /// Room to leave at the left for the y axis with its labels and name.
    pub(super) fn room_left(y: &Axis) -> f64 {
        y.label_width() + 38.0
    }

    /// Room to leave below for the x axis with its labels and name.
    pub(super) const ROOM_BELOW: f64 = 52.0;

    /// The place at which the point (`x`, `y`) is drawn.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (
            self.left + self.x.place(x) * (self.right - self.left),
            self.bottom - self.y.place(y) * (self.bottom - self.top),
        )
    }

    /// Draws the grid, the tick labels and the names of the axes.
    pub(super) fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, x_name: &str, y_name: &str) {
        self.draw_shared(canvas, Some(x_name), Some(y_name));
    }

    /// Draws as [`Frame::draw`] does. An axis without a name has no labels either, as a neighbouring frame shows
    /// them.
    pub(super) fn draw_shared<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        x_name: Option<&str>,
        y_name: Option<&str>,
    ) {
        for (value, text) in &self.y.ticks {
            let y = self.bottom - self.y.place(*value) * (self.bottom - self.top);
            canvas.line(&[(self.left, y), (self.right, y)], 1.0, palette::GRID);
            if y_name.is_some() {
                canvas.text(text, (self.left - 8.0, y + 0.35 * LABEL), label(Align::Right));
            }
        }
        for (value, text) in &self.x.ticks {
            let x = self.left + self.x.place(*value) * (self.right - self.left);
            canvas.line(&[(x, self.top), (x, self.bottom)], 1.0, palette::GRID);
            if x_name.is_some() {
                canvas.text(text, (x, self.bottom + 19.0), label(Align::Middle));
            }
        }
        canvas.line(&[(self.left, self.bottom), (self.right, self.bottom)], 1.2, palette::AXIS);
        canvas.line(&[(self.left, self.top), (self.left, self.bottom)], 1.2, palette::AXIS);
        if let Some(name) = x_name {
            canvas.text(
                name,
                (f64::midpoint(self.left, self.right), self.bottom + 40.0),
                label(Align::Middle),
            );
        }
        if let Some(name) = y_name {
            let place = (self.left - self.y.label_width() - 22.0, f64::midpoint(self.top, self.bottom));
            canvas.upwards(name, place, label(Align::Middle));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    use proptest::prelude::*;

    use super::*;

    /// Any finite number, the largest and the smallest among them.
    fn finite() -> impl Strategy<Value = f64> {
        let edges = [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 9_007_199_254_740_992.0, 1e-290, 0.0];
        prop_oneof![
            POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO,
            prop::sample::select(edges.to_vec()),
            -1e3..1e3
        ]
    }

    fn texts(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(
            texts(&Axis::linear(0.0, 0.0103, 5)),
            ["0.000", "0.002", "0.004", "0.006", "0.008", "0.010"]
        );
        assert_eq!(texts(&Axis::linear(-1.3, 2.1, 6)), ["−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5", "2.0"]);
        assert_eq!(texts(&Axis::linear(-7.0, 7.0, 3)), ["−5", "0", "5"]);
        assert_eq!(texts(&Axis::linear(0.0, 0.5, 5)), ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(texts(&Axis::whole(1.0, 5.0, 0.2, 8)), ["1", "2", "3", "4", "5"]);
        assert_eq!(texts(&Axis::whole(1.0, 1.0, 0.5, 8)), ["1"]);
        assert_eq!(texts(&Axis::logarithmic(0.004, 0.3)), ["0.005", "0.01", "0.02", "0.05", "0.1", "0.2"]);
        assert_eq!(texts(&Axis::linear(0.0, 3e-6, 3)), ["0", "1e−6", "2e−6", "3e−6"]);
    }

    #[test]
    fn a_range_of_nothing_still_has_a_place_for_its_value() {
        for value in [0.0, 0.25, -7.0, 1e-9, 1e9] {
            let axis = Axis::linear(value, value, 5);
            assert!((axis.place(value) - 0.5).abs() < 1e-6, "{value}");
        }
    }

    #[test]
    fn logarithmic_places_are_by_ratio() {
        let axis = Axis::logarithmic(0.01, 1.0);
        assert!((axis.place(0.1) - 0.5).abs() < 1e-12);
        assert!(axis.place(0.0) < 0.0);
    }

    #[test]
    fn a_number_that_swallows_its_steps_has_a_tick_and_a_place() {
        let epoch = 9_007_199_254_740_992.0;
        let axis = Axis::whole(epoch, epoch, 0.5, 10);
        assert_eq!(axis.ticks.len(), 1);
        assert!((axis.place(epoch) - 0.5).abs() < 1e-6);
        assert_eq!(texts(&Axis::whole(1e9 - 2.0, 1e9, 0.05, 10)).len(), 3);
    }

    #[test]
    fn a_short_logarithmic_axis_has_round_ticks_on_it() {
        assert_eq!(
            texts(&Axis::logarithmic(500.090_663_9, 505.060_894_5)),
            ["501", "502", "503", "504", "505"]
        );
        assert_eq!(texts(&Axis::logarithmic(0.021, 0.049)), ["0.025", "0.03", "0.04", "0.048"]);
    }

    #[test]
    fn a_stretched_axis_is_linear_in_its_middle_and_logarithmic_beyond() {
        let axis = Axis::stretched((350.0, 1e6), (400.0, 20.0), 0.0, 0.1);
        let [near, far] = [(395.0, 400.0, 405.0), (1e3, 1e4, 1e5)].map(|(a, b, c)| {
            let [a, b, c] = [a, b, c].map(|value| axis.place(value));
            (c - b) / (b - a)
        });
        assert!((near - 1.0).abs() < 0.01 && (far - 1.0).abs() < 0.2, "{near} {far}");
        assert_eq!(texts(&axis), ["350", "400", "500", "1000", "10000", "100000", "1e6"]);
        let cuts = axis.cuts(10);
        assert_eq!((cuts.len(), cuts[0], cuts[10]), (11, 350.0, 1e6));
        for (index, &cut) in cuts.iter().enumerate() {
            assert!((axis.place(cut) - index as f64 / 10.0).abs() < 1e-9, "{cut}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn every_range_has_few_ticks_all_on_the_axis(
            one in finite(),
            nudge in prop_oneof![finite().prop_map(Some), Just(None)],
            room in 0.0..2.0,
            count in 0..12_usize,
        ) {
            let other = nudge.unwrap_or(one.next_up());
            let (low, high) = (one.min(other), one.max(other));
            let axes = [
                Axis::linear(low, high, count),
                Axis::linear(low, low, count),
                Axis::whole(low.trunc(), high.trunc(), room, count),
                Axis::logarithmic(low.abs(), high.abs()),
                Axis::logarithmic(high.abs(), high.abs()),
                Axis::stretched((low, high), (one, other - one), 0.02, 0.1),
                Axis::stretched((low, low), (high, 0.0), 0.02, 0.1),
            ];
            for axis in axes {
                prop_assert!(axis.ticks.len() <= MOST_TICKS);
                for (value, text) in &axis.ticks {
                    let place = axis.place(*value);
                    prop_assert!((-0.01..=1.01).contains(&place), "{text} at {place}: {axis:?}");
                }
                for value in [low, high, 0.0, f64::MAX, f64::MIN] {
                    prop_assert!((PLACES.0..=PLACES.1).contains(&axis.place(value)), "{value}: {axis:?}");
                }
            }
        }
    }
}
