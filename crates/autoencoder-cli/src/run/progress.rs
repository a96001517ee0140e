//! The progress of a training: live on a terminal, otherwise one line for each epoch.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::metrics::Row;
use crate::terminal::{Notes, numerals};

/// The progress of a training.
pub(crate) struct TrainingProgress {
    notes: Notes,
    bar: Option<ProgressBar>,
    /// The number of epochs in all.
    of: usize,
    /// The number of samples in an epoch.
    samples: usize,
    /// The number of epochs that were done before.
    trained: usize,
    /// The time at which the epoch began.
    begun: Instant,
    /// The epoch that was last shown in a line.
    shown: usize,
    /// Whether the samples are rows of a table with words or holes, of which losses are shown and not errors.
    is_table: bool,
    /// The loss, smoothed over some steps so that it can be read.
    loss: Option<f64>,
}

/// The number of epochs that are shown in a line each, about, however many there are.
const LINES: usize = 50;

/// The share of the last step in the shown loss.
const NEWEST: f64 = 0.1;

impl TrainingProgress {
    /// The progress of a training that has `epochs` left of `of`, each over this many samples.
    pub(crate) fn new(epochs: usize, of: usize, samples: usize, notes: Notes) -> Self {
        let bar = notes.bar(epochs * samples);
        if let Some(bar) = &bar {
            bar.set_message(format!("epoch {}/{of}", of - epochs + 1));
        }
        Self {
            notes,
            bar,
            of,
            samples,
            trained: of - epochs,
            begun: Instant::now(),
            shown: 0,
            is_table: false,
            loss: None,
        }
    }

    /// The same progress, of rows of a table with words or holes if `is_table`.
    pub(crate) fn of_table(mut self, is_table: bool) -> Self {
        self.is_table = is_table;
        self
    }

    pub(crate) fn epoch_begins(&mut self) {
        self.begun = Instant::now();
    }

    /// Shows a step: `samples` of `epoch` were seen, and the loss of the step.
    pub(crate) fn step(&mut self, epoch: usize, samples: usize, loss: f64) {
        let Some(bar) = &self.bar else { return };
        let shown = self.loss.map_or(loss, |before| before + NEWEST * (loss - before));
        self.loss = Some(shown);
        let seconds = self.begun.elapsed().max(Duration::from_micros(1)).as_secs_f64();
        bar.set_position(((epoch - 1 - self.trained) * self.samples + samples) as u64);
        bar.set_message(format!(
            "epoch {epoch}/{}  loss {}  {} samples/s",
            self.of,
            numerals::error(shown),
            numerals::speed(samples as f64 / seconds)
        ));
    }

    /// Says that an epoch is done and validated. Of many epochs, every so many are shown.
    pub(crate) fn epoch(&mut self, row: &Row) {
        let report = &row.report;
        let is_first_or_last = self.shown == 0 || report.epoch == self.of;
        if !is_first_or_last && report.epoch < self.shown + self.of / LINES {
            return;
        }
        self.shown = report.epoch;
        let mut parts = Vec::new();
        let nats = |loss: f64, kl: f64| format!("{loss:.2} nats (KL {kl:.2})");
        match report.train_terms.kl {
            Some(kl) => parts.push(format!("train {}", nats(report.train_loss, kl))),
            None if self.is_table => parts.push(format!("train loss {}", numerals::error(report.train_loss))),
            None => parts.push(format!("train MSE {}", numerals::error(report.train_mse))),
        }
        if let Some(penalty) = report.train_terms.penalty {
            parts.push(format!("penalty {}", numerals::error(penalty)));
        }
        if let Some((loss, kl)) = report.validation_loss.zip(report.validation_terms.kl) {
            parts.push(format!("validation {}", nats(loss, kl)));
        } else if let Some(loss) = report.validation_loss.filter(|_| self.is_table) {
            parts.push(format!("validation loss {}", numerals::error(loss)));
        } else if let Some(mse) = report.validation_mse {
            parts.push(format!("validation MSE {}", numerals::error(mse)));
        }
        if let (Some(seconds), Some(speed)) = (row.seconds, row.samples_per_second()) {
            parts.push(format!("{seconds:.2} s, {} samples/s", numerals::speed(speed)));
        }
        self.say(&format!("epoch {}/{}: {}", report.epoch, self.of, parts.join(", ")));
    }

    /// Says something while the training goes on.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => self.notes.say(line),
        }
    }
}

/// The bar is cleared, so that no note stands behind it.
impl Drop for TrainingProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
