//! The distribution of scores along an axis: bars for groups of samples, or a dot for each of few samples, and an outline for usual samples.

use autoencoder::Thresholds;
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::axes::{Axis, Frame};
use super::canvas::Canvas;
use super::palette;

/// Samples that are drawn in one colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScoreGroup<'a> {
    /// The name of the group in the legend.
    pub(crate) name: &'a str,
    pub(crate) is_odd: bool,
    /// The score of each sample, all of them finite.
    pub(crate) scores: &'a [f64],
}

/// The number of samples below which each is drawn as a dot: a bar of one sample among three would seem to be the rule.
const FEW: usize = 20;
/// The radius of such a dot, and the distance of dots above each other.
const DOT: f64 = 3.4;
const ABOVE: f64 = 2.0 * DOT + 1.0;
/// The widths of outlines.
const OUTLINE: f64 = 1.6;
pub(super) const USUAL: (f64, RGBColor) = (1.8, palette::QUIET_INK);

impl ScoreGroup<'_> {
    pub(super) fn colour(&self) -> RGBColor {
        if self.is_odd { palette::CLASSES[3] } else { palette::CLASSES[0] }
    }

    fn is_few(&self) -> bool {
        self.scores.len() < FEW
    }

    /// The name of the group, and how it is drawn where that is no bar.
    pub(super) fn key(&self) -> String {
        let each = if self.is_few() { " (a dot for each)" } else { "" };
        format!("{}{each}", self.name)
    }

    /// Draws the key of the group, which is `width` wide, with its middle at a height.
    pub(super) fn draw_key<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, (x, y): (f64, f64), width: f64) {
        if self.is_few() {
            canvas.disc((x + width / 2.0, y), DOT, self.colour());
        } else {
            let (top, foot) = (y - 5.0, y + 5.0);
            canvas.rectangle((x, top), (x + width, foot), palette::pale(self.colour()));
            canvas.line(&[(x, foot), (x, top), (x + width, top), (x + width, foot)], OUTLINE, self.colour());
        }
    }
}

/// Distributions over bars of one width.
pub(super) struct Distribution<'a> {
    cuts: Vec<f64>,
    groups: &'a [ScoreGroup<'a>],
    /// The share of each group's samples in each bar.
    shares: Vec<Vec<f64>>,
    usual: Vec<f64>,
}

impl<'a> Distribution<'a> {
    pub(super) fn new(x: &Axis, groups: &'a [ScoreGroup<'a>], usual: &Thresholds) -> Self {
        let most = groups.iter().map(|group| group.scores.len()).max().unwrap_or(0).max(usual.count());
        let bars = match most {
            0..100 => 16,
            100..1000 => 32,
            _ => 64,
        };
        let cuts = x.cuts(bars);
        let shares = groups.iter().map(|group| shares(&cuts, group.scores)).collect();
        let mut below: Vec<f64> = cuts.iter().map(|&cut| usual.share_below(cut)).collect();
        (below[0], below[bars]) = (0.0, 1.0);
        let usual = below.windows(2).map(|ends| ends[1] - ends[0]).collect();
        Self { cuts, groups, shares, usual }
    }

    /// The largest share of a bar.
    pub(super) fn highest(&self) -> f64 {
        let bars = self.groups.iter().zip(&self.shares).filter(|(group, _)| !group.is_few());
        let shares = bars.flat_map(|(_, shares)| shares).chain(&self.usual);
        shares.copied().fold(0.0, f64::max)
    }

    /// Draws the distributions, whose shares the frame has in percent.
    pub(super) fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, frame: &Frame) {
        let bars: Vec<(RGBColor, &Vec<f64>)> = self
            .groups
            .iter()
            .zip(&self.shares)
            .filter(|(group, _)| !group.is_few())
            .map(|(group, shares)| (group.colour(), shares))
            .collect();
        self.fill(canvas, frame, &bars);
        for (colour, shares) in bars {
            self.outline(canvas, frame, shares, (OUTLINE, colour));
        }
        self.outline(canvas, frame, &self.usual, USUAL);
        self.draw_dots(canvas, frame);
    }

    /// Fills the bars. What two groups have in common is of both colours.
    fn fill<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, frame: &Frame, bars: &[(RGBColor, &Vec<f64>)]) {
        for bar in 0..self.usual.len() {
            let mut here: Vec<(f64, RGBColor)> =
                bars.iter().map(|(colour, shares)| (shares[bar], palette::pale(*colour))).collect();
            here.sort_by(|one, other| other.0.total_cmp(&one.0));
            let mut fill = |share: f64, colour| {
                if share > 0.0 {
                    let [left, right] = self.sides(frame, bar);
                    canvas.rectangle((left, height(frame, share)), (right, frame.bottom), colour);
                }
            };
            if let Some(&(share, colour)) = here.first() {
                fill(share, colour);
            }
            if let [(_, one), (share, other)] = here[..] {
                fill(share, palette::between(one, other, 0.5));
            }
        }
    }

    /// Draws the outline of bars, from the foot to the foot around those that are not empty.
    fn outline<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        frame: &Frame,
        shares: &[f64],
        (width, colour): (f64, RGBColor),
    ) {
        let mut line: Vec<(f64, f64)> = Vec::new();
        for bar in 0..=shares.len() {
            let share = shares.get(bar).copied().unwrap_or(0.0);
            if share > 0.0 {
                let ([left, right], y) = (self.sides(frame, bar), height(frame, share));
                if line.is_empty() {
                    line.push((left, frame.bottom));
                }
                line.extend([(left, y), (right, y)]);
            } else if let Some(&(right, _)) = line.last() {
                line.push((right, frame.bottom));
                canvas.line(&line, width, colour);
                line.clear();
            }
        }
    }

    /// Draws a dot for each sample of groups that are few, above each other where they lie in one bar.
    fn draw_dots<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, frame: &Frame) {
        let mut count = vec![0_usize; self.usual.len()];
        for group in self.groups.iter().filter(|group| group.is_few()) {
            for &score in group.scores {
                let bar = bar_of(&self.cuts, score);
                let [left, right] = self.sides(frame, bar);
                let y = frame.bottom - DOT - 1.0 - count[bar] as f64 * ABOVE;
                canvas.disc((f64::midpoint(left, right), y), DOT, group.colour());
                count[bar] += 1;
            }
        }
    }

    /// The left and the right side of a bar.
    fn sides(&self, frame: &Frame, bar: usize) -> [f64; 2] {
        [bar, bar + 1]
            .map(|cut| frame.left + (frame.right - frame.left) * (cut as f64 / self.usual.len() as f64))
    }
}

/// The height at which a share lies in a frame of percents.
fn height(frame: &Frame, share: f64) -> f64 {
    frame.bottom - frame.y.place(100.0 * share) * (frame.bottom - frame.top)
}

/// The bar that a score lies in; the last one has its right end too.
fn bar_of(cuts: &[f64], score: f64) -> usize {
    cuts.partition_point(|&cut| cut <= score).clamp(1, cuts.len() - 1) - 1
}

fn shares(cuts: &[f64], scores: &[f64]) -> Vec<f64> {
    let mut shares = vec![0.0; cuts.len() - 1];
    for &score in scores {
        shares[bar_of(cuts, score)] += 1.0 / scores.len() as f64;
    }
    shares
}

#[cfg(test)]
mod tests {
    use autoencoder::ThresholdOrigin;

    use super::*;

    #[test]
    fn every_sample_is_in_one_bar_the_greatest_in_the_last() {
        assert_eq!(shares(&[0.0, 1.0, 2.0], &[0.0, 0.5, 1.0, 2.0]), [0.5, 0.5]);
        let axis = Axis::linear(0.0, 16.0, 4);
        let usual = Thresholds::of(
            (0..=160).map(|tenth| f64::from(tenth) / 10.0).collect(),
            ThresholdOrigin::HeldOut,
        );
        let scores = [0.0, 16.0, 3.5];
        let groups = [ScoreGroup { name: "three", is_odd: false, scores: &scores }];
        let distribution = Distribution::new(&axis, &groups, &usual);
        assert_eq!(distribution.usual.len(), 32);
        assert!((distribution.usual.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(distribution.usual.iter().all(|share| (share - 1.0 / 32.0).abs() < 1e-9), "they are even");
        assert!((distribution.highest() - 1.0 / 32.0).abs() < 1e-9, "few samples have no bars");
    }
}
