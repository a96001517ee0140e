//! What the colours of dots stand for: a legend of classes, or a bar of colours for numbers.

use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::colours::{Classes, Colours, Numbers};
use crate::figures::canvas::Canvas;
use crate::figures::colour_bar;
use crate::figures::page::{QUIET, TEXT};
use crate::figures::palette;
use crate::figures::typeface;
use crate::terminal::numerals;

/// The number of legend entries that fit beside the plot.
const MAX_ENTRIES: usize = 22;
const LEGEND_ROOM: f64 = 130.0;
const LEGEND_ROW: f64 = 20.0;
/// The bar of colours of numbers.
const BAR: (usize, usize) = (12, 180);
/// The number of colours of numbers: dots of one colour are drawn together.
const LEVELS: usize = 48;
/// The colour of a number that is not known.
const UNKNOWN: RGBColor = palette::HAIRLINE;

/// What the colours of dots stand for.
pub(super) enum Key {
    Nothing,
    Legend(Legend),
    Bar(Bar),
}

impl Key {
    /// # Panics
    ///
    /// If there is not one class or number for each sample.
    pub(super) fn new(colours: Colours<'_>, samples: usize) -> Self {
        match colours {
            Colours::Nothing => Self::Nothing,
            Colours::Classes(classes) => {
                assert_eq!(classes.of_sample.len(), samples, "one class a sample");
                Self::Legend(Legend::new(&classes))
            }
            Colours::Numbers(numbers) => {
                assert_eq!(numbers.of_sample.len(), samples, "one number a sample");
                Self::Bar(Bar::new(&numbers))
            }
        }
    }

    /// The place of a sample's colour among all.
    pub(super) fn colour_of(&self, colours: Colours<'_>, sample: usize) -> usize {
        match (self, colours) {
            (Self::Bar(bar), Colours::Numbers(numbers)) => bar.level(numbers.of_sample[sample]),
            (_, Colours::Classes(classes)) => classes.of_sample[sample],
            (_, Colours::Nothing | Colours::Numbers(_)) => 0,
        }
    }

    pub(super) fn colour(&self, place: usize) -> RGBColor {
        match self {
            Self::Nothing => palette::class(0, 1),
            Self::Legend(legend) => palette::class(place, legend.class_count),
            Self::Bar(_) if place == LEVELS => UNKNOWN,
            Self::Bar(_) => palette::ramp(place as f64 / (LEVELS - 1) as f64),
        }
    }

    /// The room that the key takes beside the plot.
    pub(super) fn width(&self) -> f64 {
        let width = |text: &str| typeface::width(text, TEXT.weight, TEXT.ems);
        match self {
            Self::Nothing => 0.0,
            Self::Legend(Legend { entries, .. }) if entries.is_empty() => 0.0,
            Self::Legend(Legend { entries, .. }) => {
                38.0 + entries.iter().map(|(_, name)| width(name)).fold(0.0, f64::max)
            }
            Self::Bar(bar) => {
                let ends = bar.texts().iter().map(|(_, text)| width(text)).fold(0.0, f64::max);
                38.0 + (ends + 12.0).max(width(&bar.name))
            }
        }
    }

    pub(super) fn draw_beside<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, (x, top): (f64, f64)) {
        match self {
            Self::Nothing => {}
            Self::Legend(legend) => {
                let mut y = top + 12.0;
                for (class, name) in &legend.entries {
                    canvas.disc((x, y - 4.2), 4.6, self.colour(*class));
                    canvas.text(name, (x + 12.0, y), TEXT);
                    y += LEGEND_ROW;
                }
                if legend.has_more {
                    canvas.text("…", (x + 12.0, y), QUIET);
                }
            }
            Self::Bar(bar) => {
                canvas.text(&bar.name, (x, top + 12.0), TEXT);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a place on a page"
                )]
                let corner = (x.ceil() as usize, (top + 26.0).ceil() as usize);
                let texts = bar.texts();
                let texts: Vec<(f64, &str)> =
                    texts.iter().map(|(place, text)| (*place, text.as_str())).collect();
                colour_bar::upright(canvas, corner, BAR, &palette::ramp, &texts);
                if bar.has_unknown {
                    let y = (corner.1 + BAR.1) as f64 + 30.0;
                    canvas.disc((x + 6.0, y - 4.2), 4.6, UNKNOWN);
                    canvas.text("not known", (x + 19.0, y), TEXT);
                }
            }
        }
    }

    /// The places of the legend's entries in rows from `left` to `right`, from the top of the first row on, and the height of the key.
    pub(super) fn rows(&self, left: f64, right: f64) -> (Vec<(f64, f64)>, f64) {
        match self {
            Self::Nothing => (Vec::new(), 0.0),
            Self::Legend(legend) => {
                let (mut x, mut y) = (left, 0.0);
                let mut places = Vec::new();
                for (_, name) in &legend.entries {
                    let width = 12.0 + typeface::width(name, TEXT.weight, TEXT.ems);
                    if x + width > right && x > left {
                        (x, y) = (left, y + LEGEND_ROW);
                    }
                    places.push((x, y));
                    x += width + 20.0;
                }
                (places, y + LEGEND_ROW + 6.0)
            }
            Self::Bar(_) => (Vec::new(), 58.0),
        }
    }

    /// Draws the key below the plot, from `left` to `right`.
    pub(super) fn draw_below<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        (left, top): (f64, f64),
        right: f64,
    ) {
        match self {
            Self::Nothing => {}
            Self::Legend(legend) => {
                for ((class, name), (x, y)) in legend.entries.iter().zip(self.rows(left, right).0) {
                    let y = top + y + 12.0;
                    canvas.disc((x + 5.0, y - 4.2), 4.6, self.colour(*class));
                    canvas.text(name, (x + 14.0, y), TEXT);
                }
            }
            Self::Bar(bar) => {
                canvas.text(&bar.name, (left, top + 12.0), TEXT);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a place on a page"
                )]
                let corner = (left.ceil() as usize, (top + 20.0).ceil() as usize);
                let texts = bar.texts();
                let texts: Vec<(f64, &str)> =
                    texts.iter().map(|(place, text)| (*place, text.as_str())).collect();
                colour_bar::lying(canvas, corner, (BAR.1, BAR.0), &palette::ramp, &texts);
            }
        }
    }
}

/// The classes that occur, or some of them.
pub(super) struct Legend {
    /// The classes with their names as they fit, in order.
    entries: Vec<(usize, String)>,
    /// Whether there are more classes than the legend has entries.
    has_more: bool,
    /// The number of colours.
    class_count: usize,
}

impl Legend {
    fn new(classes: &Classes<'_>) -> Self {
        let highest = classes.of_sample.iter().map(|&class| class + 1).max().unwrap_or(0);
        let class_count = highest.max(classes.names.len()).max(1);
        let mut occurs = vec![false; class_count];
        for &class in classes.of_sample {
            occurs[class] = true;
        }
        let occurring: Vec<usize> = (0..class_count).filter(|&class| occurs[class]).collect();
        // The legend names some classes from all along the ramp where there are too many.
        let stride = occurring.len().div_ceil(MAX_ENTRIES).max(1);
        let name = |class: usize| classes.names.get(class).cloned().unwrap_or_else(|| class.to_string());
        let named = |&class: &usize| (class, typeface::fit(&name(class), TEXT.weight, TEXT.ems, LEGEND_ROOM));
        let entries = occurring.iter().step_by(stride).map(named).collect();
        Self { entries, has_more: stride > 1, class_count }
    }
}

/// The range of numbers that colours tell apart.
pub(super) struct Bar {
    name: String,
    low: f64,
    high: f64,
    /// Whether there are numbers below and above the range.
    is_cut: [bool; 2],
    has_unknown: bool,
}

impl Bar {
    /// The range without the outermost hundredths at both ends, which may be far from all others.
    fn new(numbers: &Numbers<'_>) -> Self {
        let mut sorted: Vec<f64> =
            numbers.of_sample.iter().copied().filter(|number| number.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let tail = sorted.len() / 100;
        let end = |place: usize| sorted.get(place).copied();
        let low = end(tail).unwrap_or(0.0);
        let high = sorted.len().checked_sub(1 + tail).and_then(end).unwrap_or(1.0);
        let is_cut = [
            sorted.first().is_some_and(|&least| least < low),
            sorted.last().is_some_and(|&most| most > high),
        ];
        Self {
            name: typeface::fit(numbers.name, TEXT.weight, TEXT.ems, LEGEND_ROOM),
            low,
            high,
            is_cut,
            has_unknown: sorted.len() < numbers.of_sample.len(),
        }
    }

    fn level(&self, number: f64) -> usize {
        if !number.is_finite() {
            return LEVELS;
        }
        let place = if self.high > self.low { (number - self.low) / (self.high - self.low) } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within 0 and 1")]
        let level = (place.clamp(0.0, 1.0) * (LEVELS - 1) as f64).round() as usize;
        level
    }

    /// The numbers beside the bar, and their places.
    fn texts(&self) -> [(f64, String); 3] {
        let [low, middle, high] =
            [self.low, self.low.midpoint(self.high), self.high].map(numerals::in_figure);
        let mark =
            |is_cut: bool, sign: &str, text: String| if is_cut { format!("{sign} {text}") } else { text };
        [(0.0, mark(self.is_cut[0], "≤", low)), (0.5, middle), (1.0, mark(self.is_cut[1], "≥", high))]
    }
}
