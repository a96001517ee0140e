//! Pictures of results: samples beside their reconstructions, losses over epochs, codes in the plane, scores and the samples of the greatest.
//!
//! Every figure is a pure function of its arguments and returns the bytes of a file: no clock, no host and no
//! installed font enters, so that the same result gives the same picture everywhere. Layout and axes are ours;
//! `plotters` draws lines, shapes and text, with the embedded typeface of [`typeface`].

mod axes;
mod canvas;
mod captioned;
mod curves;
mod distribution;
mod latent;
mod loss;
mod page;
mod palette;
mod polyline;
mod profiles;
mod raster;
mod rates;
mod reconstructions;
mod samples;
mod scores;
mod ticks;
mod typeface;
mod worst;

#[cfg(test)]
mod tests;

pub(crate) use captioned::{Captioned, CaptionedFigure, captioned_png, captioned_svg};
pub(crate) use curves::{Curves, DetectorCurve, Flagged};
pub(crate) use distribution::ScoreGroup;
pub(crate) use latent::{Classes, Latent, latent_png, latent_svg};
pub(crate) use loss::{Baseline, Curve, LossFigure, MOST_RUNS, Stroke, loss_png, loss_svg};
pub(crate) use profiles::{MAX_PANELS, Panels, profiles_png};
pub(crate) use raster::rgb_png;
pub(crate) use rates::{Mark, Rates, Tried, rates_svg};
pub(crate) use reconstructions::{ImageShape, Series, reconstructions_png};
pub(crate) use samples::{samples_png, samples_room};
pub(crate) use scores::{ScoresFigure, scores_png, scores_svg};
pub(crate) use worst::{
    BlamedColumn, Strip, WorstContents, WorstFigure, WorstImages, WorstLines, WorstSample, worst_png,
    worst_room, worst_svg,
};
