//! Pictures of results: samples beside their reconstructions, losses over epochs, codes in the plane and what lies behind them, weights, errors,
//! scores and the samples of the greatest.
//!
//! Every figure is a pure function of its arguments and returns the bytes of a file: no clock, no host and no
//! installed font enters, so that the same result gives the same picture everywhere. Layout and axes are ours;
//! `plotters` draws lines, shapes and text, with the embedded typeface of [`typeface`].

mod axes;
mod canvas;
mod captioned;
mod cells;
mod colour_bar;
mod curves;
mod distribution;
mod errors;
mod features;
mod heading;
mod histogram;
mod latent;
mod loss;
mod manifold;
mod page;
mod palette;
mod polyline;
mod profiles;
mod raster;
mod rate;
mod rates;
mod reconstructions;
mod samples;
mod scores;
mod size;
mod sprite;
mod ticks;
mod typeface;
mod weights;
mod worst;

#[cfg(test)]
mod tests;

pub(crate) use captioned::{Captioned, CaptionedFigure, captioned_png, captioned_svg, most_in_row};
pub(crate) use cells::{CellLook, MOST_SERIES, cell_svg};
pub(crate) use curves::{Curves, DetectorCurve, Flagged};
pub(crate) use distribution::ScoreGroup;
pub(crate) use errors::{ErrorContents, ErrorGroup, ErrorsFigure, errors_png, errors_svg};
pub(crate) use features::{
    CodeUnit, FeatureRow, FeaturesContents, FeaturesFigure, features_png, features_svg,
};
pub(crate) use histogram::{Histogram, HistogramMark, histogram_svg};
pub(crate) use latent::{Classes, Colours, Latent, Numbers, latent_png, latent_svg};
pub(crate) use loss::{Baseline, Curve, LossFigure, MOST_RUNS, Stroke, loss_png, loss_svg};
pub(crate) use manifold::{
    Field, FieldValues, GridAxis, GridCells, ManifoldContents, ManifoldFigure, manifold_png, manifold_svg,
};
pub(crate) use profiles::{MAX_PANELS, Panels, profiles_png};
pub(crate) use raster::rgb_png;
pub(crate) use rate::{RateCurve, RateFigure, RatePoint, rate_png, rate_svg};
pub(crate) use rates::{Mark, Rates, Tried, rates_svg};
pub(crate) use reconstructions::{ImageShape, Series, image_png, reconstructions_png};
pub(crate) use samples::{samples_png, samples_room};
pub(crate) use scores::{ScoresFigure, scores_png, scores_svg};
pub(crate) use size::Size;
pub(crate) use sprite::{Sprite, sprite};
pub(crate) use weights::{LayerWeights, WeightsFigure, WeightsLook, weights_png, weights_svg};
pub(crate) use worst::{
    BlamedColumn, Strip, WorstContents, WorstFigure, WorstImages, WorstLines, WorstSample, worst_png,
    worst_room, worst_svg,
};
