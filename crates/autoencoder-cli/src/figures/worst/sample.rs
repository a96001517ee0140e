//! A sample with a great score in words, and the mark of those that are flagged.

use plotters::backend::DrawingBackend;

use crate::figures::canvas::{Canvas, Type};
use crate::figures::page::{QUIET, TEXT};
use crate::figures::palette;
use crate::figures::typeface::{self, Weight};

/// The radius of the mark of flagged samples.
pub(super) const MARK: f64 = 3.6;

/// What is told of a sample in words.
#[derive(Clone, Debug)]
pub(crate) struct WorstSample {
    /// The id of the sample, or its row.
    pub(crate) name: String,
    pub(crate) label: Option<String>,
    pub(crate) score: String,
    /// The place of the score among usual ones.
    pub(crate) among_usual: String,
    pub(crate) is_flagged: bool,
}

impl WorstSample {
    /// Everything beside the name, in a line; without the place among usual scores if all would be wider than `room`.
    fn details(&self, room: f64) -> String {
        let label = self.label.as_ref().map(|label| format!("label {label}, ")).unwrap_or_default();
        let short = format!("{label}score {}", self.score);
        let all = format!("{short}, {}", self.among_usual);
        if typeface::width(&all, QUIET.weight, QUIET.ems) <= room { all } else { short }
    }
}

/// Draws the mark of a flagged sample, in the line of text with this baseline.
pub(super) fn mark<B: DrawingBackend>(canvas: &mut Canvas<B>, (x, baseline): (f64, f64)) {
    canvas.disc((x, baseline - 4.2), MARK, palette::CLASSES[3]);
}

/// Draws the name of a sample with its mark and all that is told of it, in a line of text from `left` to `right`.
pub(super) fn name_line<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    sample: &WorstSample,
    (left, baseline): (f64, f64),
    right: f64,
) {
    let strong = Type { weight: Weight::SemiBold, ..TEXT };
    let start = left + 14.0;
    if sample.is_flagged {
        mark(canvas, (left + MARK, baseline));
    }
    // A long name leaves most of the line to what is told of the sample.
    let name = typeface::fit_middle(&sample.name, strong.weight, strong.ems, 0.5 * (right - start));
    canvas.text(&name, (start, baseline), strong);
    let after = start + typeface::width(&name, strong.weight, strong.ems) + 10.0;
    let details = typeface::fit(&sample.details(right - after), QUIET.weight, QUIET.ems, right - after);
    canvas.text(&details, (after, baseline), QUIET);
}
