//! Maps of a grid of codes: for each column of a table, the value that the decoder makes of each code, as a colour.

use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::axis::GridAxis;
use super::page::Page;
use crate::figures::canvas::{Align, Canvas, Type};
use crate::figures::colour_bar;
use crate::figures::page::{MARGIN, QUIET, TEXT};
use crate::figures::palette;
use crate::figures::raster::Raster;
use crate::figures::typeface::{self, Weight};

/// A column of a table over the grid.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) values: FieldValues,
}

/// The value of a column for each code of the grid.
#[derive(Clone, Debug)]
pub(crate) enum FieldValues {
    /// Numbers, with the least and the greatest of them as text.
    Numbers { of_code: Vec<f64>, ends: [String; 2] },
    /// Words, by their places among those that occur.
    Words { of_code: Vec<usize>, names: Vec<String> },
}

const SIDE: usize = 180;
const GAP: usize = 26;
const COLUMNS: usize = 4;
/// The rooms for the name above a map, for the values of the codes below it, and for the legend below these.
const NAME: usize = 22;
const VALUES: usize = 22;
const LEGEND_ROW: usize = 17;
/// The most words that a legend has.
const MOST_WORDS: usize = 5;
const BAR: usize = 9;

const SMALL: Type = Type { ems: 11.0, ..QUIET };

pub(super) struct FieldsPage<'a> {
    across: GridAxis<'a>,
    upwards: Option<GridAxis<'a>>,
    fields: &'a [Field],
    legend: usize,
    left: usize,
}

impl<'a> FieldsPage<'a> {
    pub(super) fn new(across: GridAxis<'a>, upwards: Option<GridAxis<'a>>, fields: &'a [Field]) -> Self {
        let rows = |field: &Field| match &field.values {
            FieldValues::Numbers { .. } => 2,
            FieldValues::Words { names, .. } => names.len().min(MOST_WORDS + 1),
        };
        let legend = fields.iter().map(rows).max().unwrap_or(0) * LEGEND_ROW;
        let widest = upwards.map_or(0.0, |axis| {
            ends(axis).iter().map(|text| typeface::width(text, SMALL.weight, SMALL.ems)).fold(0.0, f64::max)
                + 24.0
        });
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the width of a number")]
        let left = (MARGIN + widest).ceil() as usize;
        Self { across, upwards, fields, legend, left }
    }

    fn columns(&self) -> usize {
        self.fields.len().clamp(1, COLUMNS)
    }

    fn pitch(&self) -> (usize, usize) {
        (SIDE + GAP, NAME + SIDE + VALUES + self.legend + GAP)
    }

    fn draw_field<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        index: usize,
        (left, top): (usize, usize),
    ) {
        let field = &self.fields[index];
        let (columns, rows) = (self.across.values.len(), self.upwards.map_or(1, |axis| axis.values.len()));
        let strong = Type { weight: Weight::SemiBold, ..TEXT };
        let name = typeface::fit(&field.name, strong.weight, strong.ems, SIDE as f64);
        canvas.text(&name, (left as f64, (top + NAME) as f64 - 8.0), strong);
        let top = top + NAME;
        let colours = colours(&field.values);
        assert_eq!(colours.len(), columns * rows, "a value for each code of the grid");
        let mut raster = Raster::blank(SIDE, SIDE);
        for y in 0..SIDE {
            for x in 0..SIDE {
                let (row, column) = (rows - 1 - y * rows / SIDE, x * columns / SIDE);
                raster.set(x, y, colours[row * columns + column]);
            }
        }
        canvas.framed((left, top), raster);
        let foot = top + SIDE;
        let [low, high] = ends(self.across);
        let (from, to) = (left as f64, (left + SIDE) as f64);
        let baseline = foot as f64 + 15.0;
        canvas.text(&low, (from, baseline), SMALL);
        canvas.text(&high, (to, baseline), Type { align: Align::Right, ..SMALL });
        canvas.text(self.across.name, (from.midpoint(to), baseline), Type { align: Align::Middle, ..SMALL });
        if let Some(axis) = self.upwards.filter(|_| index.is_multiple_of(self.columns())) {
            let [low, high] = ends(axis);
            let right = Type { align: Align::Right, ..SMALL };
            canvas.text(&low, (from - 6.0, foot as f64), right);
            canvas.text(&high, (from - 6.0, top as f64 + SMALL.ems), right);
            let middle = (top as f64).midpoint(foot as f64);
            canvas.upwards(axis.name, (from - 10.0, middle), Type { align: Align::Middle, ..SMALL });
        }
        draw_legend(canvas, &field.values, (left, foot + VALUES));
    }
}

fn draw_legend<B: DrawingBackend>(canvas: &mut Canvas<B>, values: &FieldValues, (left, top): (usize, usize)) {
    match values {
        FieldValues::Numbers { ends: [low, high], .. } => {
            let texts = [(0.0, low.as_str()), (1.0, high.as_str())];
            colour_bar::lying(canvas, (left, top), (SIDE, BAR), &palette::ramp, &texts);
        }
        FieldValues::Words { names, .. } => {
            let mut y = top as f64 + 8.0;
            for (word, name) in names.iter().take(MOST_WORDS).enumerate() {
                canvas.disc((left as f64 + 5.0, y - 4.0), 4.6, palette::class(word, names.len()));
                let name = typeface::fit(name, QUIET.weight, QUIET.ems, SIDE as f64 - 16.0);
                canvas.text(&name, (left as f64 + 16.0, y), QUIET);
                y += LEGEND_ROW as f64;
            }
            if names.len() > MOST_WORDS {
                let more = format!("and {} more", names.len() - MOST_WORDS);
                canvas.text(&more, (left as f64 + 16.0, y), QUIET);
            }
        }
    }
}

/// The first and the last value of an axis.
fn ends(axis: GridAxis<'_>) -> [String; 2] {
    [axis.values.first(), axis.values.last()].map(|value| axis.text(value.copied().unwrap_or_default()))
}

fn colours(values: &FieldValues) -> Vec<RGBColor> {
    match values {
        FieldValues::Numbers { of_code, .. } => {
            let finite = of_code.iter().copied().filter(|value| value.is_finite());
            let (low, high) =
                finite.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
            let place = |value: f64| {
                if high > low && value.is_finite() { (value - low) / (high - low) } else { 0.0 }
            };
            of_code.iter().map(|&value| palette::ramp(place(value))).collect()
        }
        FieldValues::Words { of_code, names } => {
            of_code.iter().map(|&word| palette::class(word, names.len())).collect()
        }
    }
}

impl Page for FieldsPage<'_> {
    fn size(&self) -> (f64, f64) {
        let (columns, pitch) = (self.columns(), self.pitch());
        let rows = self.fields.len().div_ceil(columns).max(1);
        ((self.left + columns * pitch.0 - GAP) as f64 + MARGIN, (rows * pitch.1) as f64)
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page is small")]
        let top = top.ceil() as usize;
        let (columns, pitch) = (self.columns(), self.pitch());
        for index in 0..self.fields.len() {
            let (row, column) = (index / columns, index % columns);
            self.draw_field(canvas, index, (self.left + column * pitch.0, top + row * pitch.1));
        }
    }
}
