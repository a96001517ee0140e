//! The figure of the losses of one run, or of several side by side, over their epochs.

use autoencoder::{Architecture, Loss};

use super::metrics::Record;
use crate::figures::{self, Baseline, Curve, Size, Stroke, loss_png, loss_svg};

/// A run as the figure shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunLosses<'a> {
    /// The name of the run, which is shown where there are several.
    pub(crate) name: &'a str,
    pub(crate) records: &'a [Record],
    /// The loss that the run minimises, if its model tells it.
    pub(crate) loss: Option<Loss>,
    /// Whether the samples are rows of a table with words or holes, whose loss is a mean over the columns.
    pub(crate) is_table: bool,
}

/// The measure that curves show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    SquaredError,
    Nats,
    /// Any other loss that is minimised.
    Minimised,
}

impl Measure {
    /// The measure that a run minimises.
    fn of(run: &RunLosses<'_>) -> Self {
        let is_mse = || match run.loss {
            Some(loss) => loss == Loss::Mse,
            // Without a model the losses tell: the loss of least squares is the error itself, and a penalty is told apart.
            None => run.records.iter().all(|row| {
                let loss = row.train_reconstruction.unwrap_or(row.train_loss);
                row.train_mse.to_bits() == loss.to_bits() && row.validation_mse == row.validation_loss
            }),
        };
        if run.records.iter().any(|row| row.train_kl.is_some()) {
            Self::Nats
        } else if !run.is_table && is_mse() {
            Self::SquaredError
        } else {
            Self::Minimised
        }
    }

    /// The measure that all runs minimise, if it is the same.
    pub(crate) fn shared(runs: &[RunLosses<'_>]) -> Option<Self> {
        let (first, others) = runs.split_first()?;
        let measure = Self::of(first);
        let is_same = |run: &RunLosses<'_>| {
            Self::of(run) == measure
                && (measure == Self::SquaredError || run.loss == first.loss && run.is_table == first.is_table)
        };
        others.iter().all(is_same).then_some(measure)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SquaredError => "mean squared error",
            Self::Nats => "loss, nats a sample",
            Self::Minimised => "loss",
        }
    }

    /// The epochs with their losses over the training samples and over the validation samples, as far as these are
    /// known.
    fn curves(self, records: &[Record]) -> [Vec<(f64, f64)>; 2] {
        let points = |value: &dyn Fn(&Record) -> Option<f64>| {
            records.iter().filter_map(|row| Some((row.epoch as f64, value(row)?))).collect()
        };
        match self {
            Self::SquaredError => [points(&|row| Some(row.train_mse)), points(&|row| row.validation_mse)],
            Self::Nats | Self::Minimised => {
                [points(&|row| Some(row.train_loss)), points(&|row| row.validation_loss)]
            }
        }
    }
}

/// The title of the figure of one run.
pub(crate) fn title(architecture: &Architecture, epochs: usize) -> String {
    format!("{architecture}, {epochs} {}", if epochs == 1 { "epoch" } else { "epochs" })
}

/// Draws losses over epochs, beside the baselines where the curves show squared errors, as the bytes of an SVG file
/// or of a PNG file. Runs that minimise different losses are compared by their squared errors.
pub(crate) fn figure(
    title: &str,
    runs: &[RunLosses<'_>],
    baselines: &[(String, f64)],
    (is_svg, size): (bool, Size),
) -> Vec<u8> {
    let measure = Measure::shared(runs).unwrap_or(Measure::SquaredError);
    let points: Vec<[Vec<(f64, f64)>; 2]> = runs.iter().map(|run| measure.curves(run.records)).collect();
    let (curves, legend) = match &points[..] {
        [one] => of_one(one),
        several => of_several(runs, several),
    };
    // Baselines are squared errors, or the losses of what knows nothing but the columns of a table.
    let is_comparable = measure == Measure::SquaredError || runs.iter().all(|run| run.is_table);
    let baselines = if is_comparable { baselines } else { &[] };
    let lines: Vec<Baseline<'_>> =
        baselines.iter().map(|(name, value)| Baseline { name, value: *value }).collect();
    let loss = figures::LossFigure {
        title: Some(title),
        measure: measure.name(),
        curves: &curves,
        legend: &legend,
        baselines: &lines,
        size,
    };
    if is_svg { loss_svg(&loss).into_bytes() } else { loss_png(&loss) }
}

type Drawn<'a> = (Vec<Curve<'a>>, Vec<(&'a str, Stroke)>);

/// The curves of one run: a colour for training, another for validation.
fn of_one([train, validation]: &[Vec<(f64, f64)>; 2]) -> Drawn<'_> {
    let curves = [(train, Stroke::Full(0)), (validation, Stroke::Full(1))];
    let mut legend = vec![("training", Stroke::Full(0))];
    if !validation.is_empty() {
        legend.push(("validation", Stroke::Full(1)));
    }
    (curves.map(|(points, stroke)| Curve { points, stroke }).to_vec(), legend)
}

/// The curves of several runs: a colour for each run; where there is validation, training is thin and pale behind it.
fn of_several<'a>(runs: &[RunLosses<'a>], points: &'a [[Vec<(f64, f64)>; 2]]) -> Drawn<'a> {
    let validates = points.iter().any(|[_, validation]| !validation.is_empty());
    let (mut curves, mut legend) = (Vec::new(), Vec::new());
    for (index, [train, _]) in points.iter().enumerate() {
        let stroke = if validates { Stroke::Pale(index) } else { Stroke::Full(index) };
        curves.push(Curve { points: train, stroke });
    }
    for (index, ([_, validation], run)) in points.iter().zip(runs).enumerate() {
        curves.push(Curve { points: validation, stroke: Stroke::Full(index) });
        legend.push((run.name, Stroke::Full(index)));
    }
    if validates {
        legend.extend([("validation", Stroke::FullKey), ("training", Stroke::PaleKey)]);
    } else {
        legend.push(("training", Stroke::FullKey));
    }
    (curves, legend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(epoch: usize, (train, validation): (f64, Option<f64>), times: f64) -> Record {
        Record {
            epoch,
            train_mse: train,
            train_loss: times * train,
            validation_mse: validation,
            validation_loss: validation.map(|mse| times * mse),
            seconds: None,
            samples_per_second: None,
            train_reconstruction: None,
            train_kl: None,
            train_penalty: None,
            validation_reconstruction: None,
            validation_kl: None,
        }
    }

    fn run<'a>(name: &'a str, records: &'a [Record], loss: Loss) -> RunLosses<'a> {
        RunLosses { name, records, loss: Some(loss), is_table: false }
    }

    #[test]
    fn runs_that_minimise_different_losses_are_compared_by_their_squared_errors() {
        let squares = [record(1, (0.2, Some(0.3)), 1.0)];
        let other = [record(1, (0.2, Some(0.3)), 5.0)];
        let shared = |runs: &[RunLosses<'_>]| Measure::shared(runs);
        let (mse, bce) = (run("a", &squares, Loss::Mse), run("b", &other, Loss::Bce));
        assert_eq!(shared(&[mse]), Some(Measure::SquaredError));
        assert_eq!(shared(&[bce, bce]), Some(Measure::Minimised));
        assert_eq!(shared(&[mse, bce]), None);
        let huber = run("c", &other, Loss::Huber { delta: 1.0 });
        assert_eq!(shared(&[bce, huber]), None, "the same numbers, minimised differently");
        let with_penalty = |row: &Record| Record {
            train_loss: row.train_loss + 1.0,
            train_reconstruction: Some(row.train_loss),
            train_penalty: Some(1.0),
            ..*row
        };
        let penalised = [squares[0], other[0]].map(|row| [with_penalty(&row)]);
        let [squares, crossed] = [&penalised[0], &penalised[1]];
        assert_eq!(shared(&[run("d", squares, Loss::Mse)]), Some(Measure::SquaredError));
        assert_eq!(shared(&[run("e", crossed, Loss::Bce)]), Some(Measure::Minimised));
        let without_model = RunLosses { name: "f", records: squares, loss: None, is_table: false };
        assert_eq!(shared(&[without_model]), Some(Measure::SquaredError));
        assert_eq!(shared(&[RunLosses { records: crossed, ..without_model }]), Some(Measure::Minimised));
        let svg = String::from_utf8(figure("two runs", &[mse, bce], &[], (true, Size::Wide))).unwrap();
        assert!(svg.contains("mean squared error"));
    }

    #[test]
    fn several_runs_have_a_colour_each_and_training_is_told_from_validation() {
        let validated = [record(1, (0.4, Some(0.5)), 1.0), record(2, (0.2, Some(0.3)), 1.0)];
        let alone = [record(1, (0.4, None), 1.0)];
        let [with, without] = [run("with", &validated, Loss::Mse), run("without", &alone, Loss::Mse)];
        let points = [with, without].map(|run| Measure::SquaredError.curves(run.records));
        let (curves, legend) = of_several(&[with, without], &points);
        let strokes: Vec<Stroke> = curves.iter().map(|curve| curve.stroke).collect();
        let [first, second] = [Stroke::Full(0), Stroke::Full(1)];
        assert_eq!(strokes, [Stroke::Pale(0), Stroke::Pale(1), first, second]);
        let keys = [("validation", Stroke::FullKey), ("training", Stroke::PaleKey)];
        assert_eq!(legend, [("with", first), ("without", second), keys[0], keys[1]]);
        let points = [without, without].map(|run| Measure::SquaredError.curves(run.records));
        let (curves, legend) = of_several(&[without, without], &points);
        assert_eq!(curves[0].stroke, first);
        assert_eq!(legend.last(), Some(&("training", Stroke::FullKey)));
    }
}
