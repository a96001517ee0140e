//! The number of epochs that fit into a time, measured on the machine before the training begins.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use autoencoder::{Model, Observer, StepReport, Trainer, TrainingOptions};

use super::explain::{explain, refused};
use crate::failure::Outcome;
use crate::run::DataSets;

/// More epochs than a trial has time for.
const FOREVER: usize = 1_000_000_000;

/// The part of the time that is measured, and the bounds of that part.
const MEASURED: u32 = 20;
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(3);

/// The most epochs that a time is turned into: more of so few samples change nothing, and each is a line in metrics.csv.
const MOST: f64 = 100_000.0;

/// The share of the time that is given to the epochs; the rest is for the last files.
const USED: f64 = 0.95;

/// The share of a training's time that a validation sample takes: it goes forward only.
const FORWARD: f64 = 1.0 / 3.0;

/// The number of epochs that `time` has room for, and the seconds that each is expected to take. The training that is
/// measured is thrown away.
pub(super) fn epochs(
    time: Duration,
    model: &Model,
    options: &TrainingOptions,
    data: &DataSets,
) -> Outcome<(usize, f64)> {
    // The trial ends by the clock alone.
    let options = options.clone().with_epochs(FOREVER).with_early_stopping(None).with_keep_best(false);
    let mut trainer = Trainer::of_model(model.clone(), options).map_err(refused)?;
    let mut clock = Clock::new((time / MEASURED).clamp(SHORTEST, LONGEST));
    let outcome = trainer.observe(&mut clock).fit(&data.train.samples);
    // A training that diverges so soon will say so itself.
    if clock.samples == 0 {
        outcome.map_err(|error| explain(&error, data))?;
    }
    let validated = data.validation.as_ref().map_or(0, |set| set.samples.len());
    let samples = data.train.samples.len() as f64 + FORWARD * validated as f64;
    let seconds = clock.seconds_a_sample() * samples;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the bound")]
    let epochs = (USED * time.as_secs_f64() / seconds).clamp(1.0, MOST) as usize;
    Ok((epochs, seconds))
}

/// An observer that measures steps for some time, without the first.
struct Clock {
    time: Duration,
    since: Option<Instant>,
    samples: usize,
    /// The samples of the epoch that were counted already.
    counted: usize,
    elapsed: Duration,
}

impl Clock {
    fn new(time: Duration) -> Self {
        Self { time, since: None, samples: 0, counted: 0, elapsed: Duration::ZERO }
    }

    fn seconds_a_sample(&self) -> f64 {
        self.elapsed.as_secs_f64().max(1e-9) / self.samples.max(1) as f64
    }
}

impl Observer for Clock {
    fn step_done(&mut self, report: &StepReport, _: &Trainer) -> ControlFlow<()> {
        let new = report.samples - self.counted;
        self.counted = if report.samples == report.of { 0 } else { report.samples };
        match self.since {
            // Memory is touched and threads are woken in the first step.
            None => self.since = Some(Instant::now()),
            Some(since) => {
                self.samples += new;
                self.elapsed = since.elapsed();
            }
        }
        if self.elapsed >= self.time { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
