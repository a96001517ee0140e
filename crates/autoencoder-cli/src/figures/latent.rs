//! The figure of codes in the plane: one dot for each sample, in the colour of its class.

use ndarray::ArrayView2;
use plotters::backend::DrawingBackend;

use super::axes::{Axis, Frame};
use super::canvas::{self, Canvas, Dots, Type};
use super::page::{MARGIN, QUIET, TEXT, TITLE, whole};
use super::palette;
use super::typeface;

/// The class of every sample, where known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Classes<'a> {
    /// An index into `names` for each sample.
    pub(crate) of_sample: &'a [usize],
    pub(crate) names: &'a [String],
}

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latent<'a> {
    pub(crate) title: Option<&'a str>,
    /// A line below the title, for example about the projection and its share of the variance.
    pub(crate) note: Option<&'a str>,
    /// The codes, `samples x 2`; a sample with a value that is not finite is left out.
    pub(crate) points: ArrayView2<'a, f32>,
    pub(crate) classes: Option<Classes<'a>>,
    pub(crate) axis_names: [&'a str; 2],
}

const PLOT: f64 = 520.0;
const HEIGHT_OF_PLOT: f64 = 470.0;
const LEGEND_ROOM: f64 = 130.0;
/// The number of legend entries that fit beside the plot.
const MAX_ENTRIES: usize = 22;
/// The largest number of samples that are drawn: more dots only cover each other.
const MAX_DOTS: usize = 100_000;
/// The number of stretches of samples. Dots of one class in one stretch are drawn together, and stretches are short
/// enough that no class hides another.
const STRETCHES: usize = 40;

/// Draws the codes, as the text of an SVG file.
///
/// # Panics
///
/// If there are not two columns, or not one class for each sample.
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
    /// The samples that are drawn, with their classes.
    shown: Vec<((f64, f64), usize)>,
    /// The classes in the legend, with their names as they fit there, in order.
    entries: Vec<(usize, String)>,
    /// Whether there are more classes than the legend has entries.
    has_more: bool,
    class_count: usize,
}

impl Page {
    fn new(latent: &Latent<'_>) -> Self {
        assert_eq!(latent.points.ncols(), 2, "a plane has two coordinates");
        if let Some(classes) = latent.classes {
            assert_eq!(classes.of_sample.len(), latent.points.nrows(), "one class a sample");
        }
        let class_of = |sample: usize| latent.classes.map_or(0, |classes| classes.of_sample[sample]);
        let stride = latent.points.nrows().div_ceil(MAX_DOTS).max(1);
        let shown: Vec<_> = latent
            .points
            .outer_iter()
            .enumerate()
            .step_by(stride)
            .map(|(sample, point)| ((f64::from(point[0]), f64::from(point[1])), class_of(sample)))
            .filter(|((x, y), _)| x.is_finite() && y.is_finite())
            .collect();
        let (x_range, y_range) = (range(shown.iter().map(|s| s.0.0)), range(shown.iter().map(|s| s.0.1)));
        let beyond =
            shown.iter().filter(|(point, _)| !(within(point.0, x_range) && within(point.1, y_range))).count();

        let Legend { entries, has_more, class_count } = latent
            .classes
            .map_or(Legend { entries: Vec::new(), has_more: false, class_count: 1 }, |classes| {
                Legend::new(&classes)
            });
        let legend_width =
            entries.iter().map(|(_, name)| typeface::width(name, TEXT.weight, TEXT.ems)).fold(0.0, f64::max);
        let (x, y) = (padded(x_range), padded(y_range));
        let left = MARGIN + Frame::room_left(&y);
        let right = left + PLOT;
        let width = right + MARGIN + if entries.is_empty() { 0.0 } else { 38.0 + legend_width };

        let mut head = Vec::new();
        let mut top = MARGIN;
        let missed = match beyond {
            0 => None,
            1 => Some("One point lies far outside and is drawn at the edge.".to_owned()),
            _ => Some(format!("{beyond} points lie far outside and are drawn at the edge.")),
        };
        let part = (stride > 1).then(|| format!("One sample in {stride} is drawn."));
        let lines = [
            latent.title.map(|title| (title.to_owned(), TITLE, 24.0)),
            latent.note.map(|note| (note.to_owned(), QUIET, 18.0)),
            part.map(|part| (part, QUIET, 18.0)),
            missed.map(|missed| (missed, QUIET, 18.0)),
        ];
        for (text, set, height) in lines.into_iter().flatten() {
            let text = typeface::fit(&text, set.weight, set.ems, width - left - MARGIN);
            head.push((text, top + set.ems, set));
            top += height;
        }
        if !head.is_empty() {
            top += 10.0;
        }
        let bottom = top + HEIGHT_OF_PLOT;
        let frame = Frame { left, top, right, bottom, x, y };
        let size = (whole(width), whole(bottom + Frame::ROOM_BELOW));
        Self { size, frame, head, shown, entries, has_more, class_count }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, latent: &Latent<'_>) {
        for (text, baseline, set) in &self.head {
            canvas.text(text, (self.frame.left, *baseline), *set);
        }
        self.frame.draw(canvas, latent.axis_names[0], latent.axis_names[1]);
        self.draw_legend(canvas);
        self.draw_dots(canvas);
    }

    fn draw_legend<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        let x = self.frame.right + 24.0;
        let mut y = self.frame.top + 12.0;
        for (class, name) in &self.entries {
            canvas.disc((x, y - 4.2), 4.6, palette::class(*class, self.class_count));
            canvas.text(name, (x + 12.0, y), TEXT);
            y += 20.0;
        }
        if self.has_more {
            canvas.text("…", (x + 12.0, y), QUIET);
        }
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
                    colour: palette::class(of_class[0].0, self.class_count),
                    opacity,
                });
            }
        }
    }
}

/// The legend: the classes that occur, or some of them.
struct Legend {
    entries: Vec<(usize, String)>,
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

fn padded((low, high): (f64, f64)) -> Axis {
    let room = (high - low) * 0.03;
    Axis::linear(low - room, high + room, 6)
}
