//! Rows of a table: for each the columns with the largest parts of its score, as bars beside value and expected value.

use plotters::backend::DrawingBackend;

use super::page::{MOST_HEIGHT, Page};
use super::sample::{WorstSample, name_line};
use crate::figures::canvas::{Align, Canvas, Type};
use crate::figures::page::{MARGIN, QUIET, TEXT};
use crate::figures::palette;
use crate::figures::typeface;

/// A column that has a part of a score.
#[derive(Clone, Debug)]
pub(crate) struct BlamedColumn {
    /// The name of the column; none for all other columns together.
    pub(crate) name: Option<String>,
    /// The field of the sample, in the units of the data.
    pub(crate) value: String,
    /// The same as the model expects it.
    pub(crate) expected: String,
    /// The share of the parts of all columns, from 0 to 1.
    pub(crate) share: f64,
}

/// The left sides of the columns of the page, and the rooms for their texts.
const NAME: (f64, f64) = (MARGIN + 14.0, 150.0);
const BAR: (f64, f64) = (192.0, 160.0);
const PERCENT: f64 = 394.0;
const VALUE: (f64, f64) = (412.0, 130.0);
const EXPECTED: (f64, f64) = (554.0, 130.0);
pub(crate) const WIDTH: f64 = 702.0;

/// The height of a line of a column.
pub(crate) const ROW: f64 = 19.0;
/// The height of a bar, and its distance from the baseline of its text.
const THICK: f64 = 11.0;
const BELOW: f64 = 1.5;
/// The rooms for the names of the page's columns, for the line above a row, and between rows.
const NAMES: f64 = 28.0;
const LINE: f64 = 22.0;
const BETWEEN: f64 = 18.0;

pub(super) struct RowsPage<'a> {
    rows: Vec<(&'a WorstSample, &'a [BlamedColumn])>,
    parts: &'a str,
    height: f64,
}

impl<'a> RowsPage<'a> {
    pub(super) fn new(samples: &'a [WorstSample], parts: &'a str, columns: &'a [Vec<BlamedColumn>]) -> Self {
        assert_eq!(samples.len(), columns.len(), "columns to blame of every sample");
        let mut height = NAMES;
        let rows = samples.iter().zip(columns).map(|(sample, columns)| (sample, &columns[..]));
        let rows: Vec<_> = rows
            .take_while(|(_, columns)| {
                height += height_of(columns);
                height <= MOST_HEIGHT
            })
            .collect();
        let height = NAMES + rows.iter().map(|(_, columns)| height_of(columns)).sum::<f64>();
        Self { rows, parts, height }
    }
}

/// The height of a row: its line, its columns or the line that there are none, and the room below.
fn height_of(columns: &[BlamedColumn]) -> f64 {
    LINE + columns.len().max(1) as f64 * ROW + BETWEEN
}

impl Page for RowsPage<'_> {
    fn width(&self) -> f64 {
        WIDTH
    }

    fn height(&self) -> f64 {
        self.height
    }

    fn shown(&self) -> usize {
        self.rows.len()
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64) {
        draw_heads(canvas, self.parts, top);
        let mut y = top + NAMES + TEXT.ems;
        for (sample, columns) in &self.rows {
            name_line(canvas, sample, (MARGIN, y), WIDTH - MARGIN);
            y += LINE;
            if columns.is_empty() {
                canvas.text(&format!("no column has a part of the {}", self.parts), (NAME.0, y), QUIET);
                y += ROW;
            }
            for column in *columns {
                draw_column(canvas, column, y);
                y += ROW;
            }
            y += BETWEEN;
        }
    }
}

/// Draws the names of the page's columns: the parts of columns are those of what `parts` says.
pub(crate) fn draw_heads<B: DrawingBackend>(canvas: &mut Canvas<B>, parts: &str, top: f64) {
    let share = format!("share of the {parts}");
    let heads = [("column", NAME.0), (&*share, BAR.0), ("value", VALUE.0), ("expected", EXPECTED.0)];
    for (name, x) in heads {
        canvas.text(name, (x, top + TEXT.ems), QUIET);
    }
}

/// Draws a column in the line of text with this baseline.
pub(crate) fn draw_column<B: DrawingBackend>(canvas: &mut Canvas<B>, column: &BlamedColumn, y: f64) {
    let (name, colour, set) = match &column.name {
        Some(name) => (name.as_str(), palette::CLASSES[0], TEXT),
        None => ("all others", palette::AXIS, QUIET),
    };
    let texts = [(name, NAME, set), (&column.value, VALUE, TEXT), (&column.expected, EXPECTED, QUIET)];
    for (text, (x, room), set) in texts {
        canvas.text(&typeface::fit(text, set.weight, set.ems, room), (x, y), set);
    }
    let (left, width) = BAR;
    let (upper, lower) = (y + BELOW - THICK, y + BELOW);
    canvas.rectangle((left, upper), (left + width, lower), palette::GRID);
    let share = column.share.clamp(0.0, 1.0);
    canvas.rectangle((left, upper), (left + share * width, lower), colour);
    let percent = format!("{:.0} %", 100.0 * column.share);
    canvas.text(&percent, (PERCENT, y), Type { align: Align::Right, ..set });
}
