//! The figure of codes in the plane: one dot for each sample, in the colour of its class or of a number.

mod colours;
mod key;

use ndarray::ArrayView2;
use plotters::backend::DrawingBackend;

use super::axes::{Axis, Frame};
use super::canvas::{self, Canvas, Dots, Type};
use super::page::{MARGIN, QUIET, TITLE, whole};
use super::palette;
use super::size::Size;
use super::typeface;
pub(crate) use colours::{Classes, Colours, Numbers};
use key::Key;

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latent<'a> {
    pub(crate) title: Option<&'a str>,
    /// A line below the title, for example about the projection and its share of the variance.
    pub(crate) note: Option<&'a str>,
    /// The codes, `samples x 2`; a sample with a value that is not finite is left out.
    pub(crate) points: ArrayView2<'a, f32>,
    pub(crate) colours: Colours<'a>,
    pub(crate) axis_names: [&'a str; 2],
    pub(crate) size: Size,
}

/// The width and the height of the plot; a narrow one leaves room for its axis.
const PLOT: f64 = 520.0;
const HEIGHT_OF_PLOT: [f64; 2] = [470.0, 320.0];
const NARROW: f64 = 400.0;
/// The largest number of samples that are drawn: more dots only cover each other.
const MAX_DOTS: usize = 100_000;
/// The number of stretches of samples. Dots of one class in one stretch are drawn together, and stretches are short
/// enough that no class hides another.
const STRETCHES: usize = 40;

/// Draws the codes, as the text of an SVG file.
///
/// # Panics
///
/// If there are not two columns, or not one class or number for each sample.
pub(crate) fn latent_svg(latent: &Latent<'_>) -> String {
    let plan = Page::new(latent);
    canvas::svg(plan.size.0, plan.size.1, |canvas| plan.draw(canvas, latent))
}

/// Draws the codes, as the bytes of a PNG file with two pixels for each unit of the SVG.
///
/// # Panics
///
/// If [`latent_svg`] would.
pub(crate) fn latent_png(latent: &Latent<'_>) -> Vec<u8> {
    let plan = Page::new(latent);
    canvas::bitmap(plan.size.0, plan.size.1, 2, palette::PAPER, |canvas| plan.draw(canvas, latent)).png()
}

/// Everything that is decided before drawing.
struct Page {
    size: (u32, u32),
    frame: Frame,
    /// The lines above the plot, with their baselines.
    head: Vec<(String, f64, Type)>,
    /// The samples that are drawn, with their colours.
    shown: Vec<((f64, f64), usize)>,
    key: Key,
    is_narrow: bool,
}

impl Page {
    fn new(latent: &Latent<'_>) -> Self {
        assert_eq!(latent.points.ncols(), 2, "a plane has two coordinates");
        let key = Key::new(latent.colours, latent.points.nrows());
        let stride = latent.points.nrows().div_ceil(MAX_DOTS).max(1);
        let shown: Vec<_> = latent
            .points
            .outer_iter()
            .enumerate()
            .step_by(stride)
            .map(|(sample, point)| {
                ((f64::from(point[0]), f64::from(point[1])), key.colour_of(latent.colours, sample))
            })
            .filter(|((x, y), _)| x.is_finite() && y.is_finite())
            .collect();
        let (x_range, y_range) = (range(shown.iter().map(|s| s.0.0)), range(shown.iter().map(|s| s.0.1)));
        let beyond =
            shown.iter().filter(|(point, _)| !(within(point.0, x_range) && within(point.1, y_range))).count();

        let is_narrow = latent.size == Size::Narrow;
        let (x, y) = (padded(x_range, latent.size), padded(y_range, latent.size));
        let left = MARGIN + Frame::room_left(&y);
        let right = latent.size.choose(left + PLOT, NARROW - MARGIN);
        let width = right + MARGIN + if is_narrow { 0.0 } else { key.width() };

        let mut head = Vec::new();
        let mut top = MARGIN;
        let missed = match beyond {
            0 => None,
            1 => Some("One point lies far outside and is drawn at the edge.".to_owned()),
            _ => Some(format!("{beyond} points lie far outside and are drawn at the edge.")),
        };
        let part = (stride > 1).then(|| format!("One sample in {stride} is drawn."));
        let start = if is_narrow { MARGIN } else { left };
        let room = width - start - MARGIN;
        if let Some(title) = latent.title {
            head.push((typeface::fit(title, TITLE.weight, TITLE.ems, room), top + TITLE.ems, TITLE));
            top += 24.0;
        }
        for note in [latent.note.map(str::to_owned), part, missed].into_iter().flatten() {
            for line in typeface::wrapped(&note, QUIET.weight, QUIET.ems, room) {
                head.push((line, top + QUIET.ems, QUIET));
                top += 18.0;
            }
        }
        if !head.is_empty() {
            top += 10.0;
        }
        let bottom = top + latent.size.choose(HEIGHT_OF_PLOT[0], HEIGHT_OF_PLOT[1]);
        let frame = Frame { left, top, right, bottom, x, y };
        let below = if is_narrow { key.rows(MARGIN, width - MARGIN).1 } else { 0.0 };
        let size = (whole(width), whole(bottom + Frame::ROOM_BELOW + below));
        Self { size, frame, head, shown, key, is_narrow }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, latent: &Latent<'_>) {
        let left = if self.is_narrow { MARGIN } else { self.frame.left };
        for (text, baseline, set) in &self.head {
            canvas.text(text, (left, *baseline), *set);
        }
        self.frame.draw(canvas, latent.axis_names[0], latent.axis_names[1]);
        if self.is_narrow {
            self.key.draw_below(
                canvas,
                (MARGIN, self.frame.bottom + Frame::ROOM_BELOW),
                f64::from(self.size.0) - MARGIN,
            );
        } else {
            self.key.draw_beside(canvas, (self.frame.right + 24.0, self.frame.top));
        }
        self.draw_dots(canvas);
    }

    fn draw_dots<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        let (radius, opacity) = dot_style(self.shown.len());
        let frame = &self.frame;
        let stretch = self.shown.len().div_ceil(STRETCHES).max(50);
        for samples in self.shown.chunks(stretch) {
            let place = |&((x, y), class): &((f64, f64), usize)| {
                let (x, y) = frame.at(x, y);
                // Outliers far away stay visible, on the frame.
                (class, (x.clamp(frame.left, frame.right), y.clamp(frame.top, frame.bottom)))
            };
            let mut places: Vec<(usize, (f64, f64))> = samples.iter().map(place).collect();
            places.sort_by_key(|&(class, _)| class);
            for of_class in places.chunk_by(|one, other| one.0 == other.0) {
                canvas.dots(Dots {
                    centres: of_class.iter().map(|&(_, centre)| centre).collect(),
                    radius,
                    colour: self.key.colour(of_class[0].0),
                    opacity,
                });
            }
        }
    }
}

/// The radius and opacity at which `count` dots are seen one by one, or as a cloud where there are many.
fn dot_style(count: usize) -> (f64, f64) {
    match count {
        0..=200 => (3.6, 0.85),
        201..=1000 => (2.8, 0.75),
        1001..=3000 => (2.2, 0.7),
        3001..=15_000 => (1.7, 0.6),
        _ => (1.3, 0.5),
    }
}

/// The range to show: that of all values, unless a few lie far beyond the middle 99 %.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else { return (0.0, 1.0) };
    let tail = sorted.len() / 200;
    let (inner_low, inner_high) = (sorted[tail], sorted[sorted.len() - 1 - tail]);
    let reach = 0.5 * (inner_high - inner_low);
    if tail == 0 || reach <= 0.0 {
        return (low, high);
    }
    let near = |value: &&f64| (inner_low - reach..=inner_high + reach).contains(*value);
    (*sorted.iter().find(near).unwrap_or(&low), *sorted.iter().rfind(near).unwrap_or(&high))
}

fn within(value: f64, (low, high): (f64, f64)) -> bool {
    (low..=high).contains(&value)
}

fn padded((low, high): (f64, f64), size: Size) -> Axis {
    let room = (high - low) * 0.03;
    Axis::linear(low - room, high + room, size.choose(6, 4))
}
