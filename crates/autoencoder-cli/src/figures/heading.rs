//! The lines above a figure: its title, and notes below it in as many lines as they need.

use plotters::backend::DrawingBackend;

use super::canvas::{Canvas, Type};
use super::page::{QUIET, TITLE};
use super::typeface;

/// The lines above a figure.
pub(super) struct Heading {
    lines: Vec<(String, Type)>,
}

/// The heights of the title, and of a line of notes; and the room below all.
const TITLE_ROW: f64 = 24.0;
const NOTE_ROW: f64 = 17.0;
const BELOW: f64 = 10.0;

impl Heading {
    /// A title and notes that are at most `room` wide. The title is cut if it is wider, and notes are broken into lines.
    pub(super) fn new(title: &str, notes: &[String], room: f64) -> Self {
        let mut lines = vec![(typeface::fit(title, TITLE.weight, TITLE.ems, room), TITLE)];
        for note in notes {
            lines.extend(
                typeface::wrapped(note, QUIET.weight, QUIET.ems, room).into_iter().map(|line| (line, QUIET)),
            );
        }
        Self { lines }
    }

    pub(super) fn height(&self) -> f64 {
        TITLE_ROW + (self.lines.len() - 1) as f64 * NOTE_ROW + BELOW
    }

    pub(super) fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, (left, top): (f64, f64)) {
        for (index, (text, set)) in self.lines.iter().enumerate() {
            let below = if index == 0 { 0.0 } else { TITLE_ROW + (index - 1) as f64 * NOTE_ROW };
            canvas.text(text, (left, top + below + set.ems), *set);
        }
    }
}
