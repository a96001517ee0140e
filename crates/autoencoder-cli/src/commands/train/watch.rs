//! The watch over a training: it shows progress, has files written and obeys signals.

use std::ops::ControlFlow;
use std::time::Instant;

use autoencoder::{EpochReport, Observer, StepReport, Trainer};

use super::checkpoints::Checkpoints;
use super::hopes::Hopes;
use super::last_epoch;
use super::run_files::Extent;
use super::state::State;
use crate::failure::{Failure, Outcome};
use crate::run::{DataSets, Row, TrainingProgress};
use crate::terminal::Signal;

/// A watch over a training, which keeps the files of the run.
pub(super) struct Watch<'a> {
    checkpoints: Checkpoints<'a>,
    rows: Vec<Row>,
    progress: TrainingProgress,
    hopes: Hopes,
    /// Whether the training ends if it is hopeless.
    ends_if_hopeless: bool,
    /// What is hopeless about the training that was ended.
    hopeless: Option<String>,
    samples: usize,
    /// The epoch that another process began, if one did: its seconds are not known.
    begun_elsewhere: Option<usize>,
    begun: Option<Instant>,
    /// The seconds of the epoch just trained.
    seconds: Option<f64>,
    /// Whether a checkpoint is asked for after the epoch's last step.
    asked_for: bool,
    /// The signal that ended the training.
    interrupted: Option<Signal>,
}

impl<'a> Watch<'a> {
    /// A watch over a training on this many samples, of which the epochs of `rows` are done.
    pub(super) fn new(
        checkpoints: Checkpoints<'a>,
        trainer: &Trainer,
        rows: Vec<Row>,
        progress: TrainingProgress,
        (hopes, ends_if_hopeless): (Hopes, bool),
        samples: usize,
    ) -> Self {
        let begun_elsewhere = (trainer.part_of_epoch().samples > 0).then_some(rows.len() + 1);
        Self {
            checkpoints,
            rows,
            progress,
            hopes,
            ends_if_hopeless,
            hopeless: None,
            samples,
            begun_elsewhere,
            begun: None,
            seconds: None,
            asked_for: false,
            interrupted: None,
        }
    }

    /// Ends the training where a signal came or something could not be written.
    fn unless_ended(&mut self) -> ControlFlow<()> {
        if self.interrupted.is_some() || self.hopeless.is_some() || self.checkpoints.have_failed() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Writes the files of the run at its end. The rows of all epochs, if nothing ended the training early.
    pub(super) fn finish(mut self, trainer: &Trainer) -> Outcome<Vec<Row>> {
        let state = State::Training(trainer, &self.rows);
        if let Some(signal) = self.interrupted {
            return Err(self.checkpoints.interrupted(signal, state));
        }
        self.checkpoints.write(state, Extent::Epoch)?;
        match self.hopeless {
            Some(what) => {
                Err(Failure::new(what).and("stopped, as --stop-if-hopeless asks; --resume would go on"))
            }
            None => Ok(self.rows),
        }
    }

    /// Writes the files of the run after its last whole epoch, for a training of `epochs` epochs that diverged since. A
    /// failure is ignored: the run then has the files of an earlier epoch.
    pub(super) fn write_last_epoch(mut self, epochs: usize, data: &DataSets) {
        let last = self.rows.len();
        let Some(checkpoint) = self.checkpoints.last() else { return };
        let again =
            last_epoch::trained_again(&checkpoint, (last, epochs), data, self.checkpoints.interrupt());
        if let Some(trainer) = again {
            self.checkpoints.begin(State::Training(&trainer, &self.rows), Extent::Epoch);
        }
    }
}

impl Observer for Watch<'_> {
    fn epoch_begins(&mut self, epoch: usize) {
        self.progress.epoch_begins();
        self.begun = (self.begun_elsewhere != Some(epoch)).then(Instant::now);
    }

    fn step_done(&mut self, report: &StepReport, trainer: &Trainer) -> ControlFlow<()> {
        self.progress.step(report.epoch, report.samples, report.loss);
        self.asked_for = self.checkpoints.are_asked_for();
        // The epoch's last step is followed by the end of the epoch.
        if report.samples == report.of {
            return ControlFlow::Continue(());
        }
        if self.asked_for {
            self.checkpoints.begin(State::Training(trainer, &self.rows), Extent::Checkpoint);
        }
        self.interrupted = self.checkpoints.signal();
        self.unless_ended()
    }

    fn epoch_trained(&mut self, _epoch: usize) {
        self.seconds = self.begun.map(|begun| begun.elapsed().as_secs_f64());
    }

    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        let row = Row { report: *report, seconds: self.seconds, samples: self.samples };
        self.rows.push(row);
        // The end of the training is written by `finish`, which waits for it.
        if !trainer.is_finished() {
            if self.asked_for || self.checkpoints.epoch_is_due() {
                self.checkpoints.begin(State::Training(trainer, &self.rows), Extent::Epoch);
            }
            self.interrupted = self.checkpoints.signal();
        }
        self.progress.epoch(&row);
        if let Some(what) = self.hopes.after(report) {
            if self.ends_if_hopeless {
                self.hopeless = Some(what);
            } else {
                self.progress.say(&what);
            }
        }
        self.unless_ended()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Mutex;
    use std::thread;
    use std::time::Duration;

    use autoencoder::{Samples, Scaling, Specification, TrainingOptions, Values};
    use ndarray::Array2;

    use super::super::writer::Writer;
    use super::*;
    use crate::config::Settings;
    use crate::terminal::{Interrupt, Notes};

    /// Eight samples in batches of two: four steps an epoch.
    const SAMPLES: usize = 8;

    /// Trains for some epochs with a writer that takes its time and has `fault` for its last word; the places that were
    /// written with all files of an epoch, those of checkpoints alone, and what came of it.
    fn watched(
        epochs: usize,
        every: Option<&str>,
        cost: Duration,
        fault: Option<&str>,
    ) -> (Vec<String>, Vec<String>, Outcome<usize>) {
        let samples =
            Samples::new(Values::Bytes(Array2::from_elem((SAMPLES, 6), 200)), Scaling::Bytes).unwrap();
        let options = TrainingOptions::default().with_epochs(epochs).with_batch_size(2);
        let mut trainer = Trainer::new(Specification::new(6, [2]), options).unwrap();
        let (settings, interrupt) = (Settings::default(), Interrupt::watch().unwrap());
        let written = Mutex::new((Vec::new(), Vec::new()));
        let outcome = thread::scope(|scope| {
            let write = |state: &super::super::state::StateCopy, extent: Extent| {
                thread::sleep(cost);
                let mut written = written.lock().unwrap();
                let places = if extent == Extent::Epoch { &mut written.0 } else { &mut written.1 };
                places.push(state.place().to_owned());
                fault.map_or(Ok(()), |fault| Err(crate::failure::Failure::new(fault)))
            };
            let writer = Writer::start(scope, write)?;
            let run = (PathBuf::from("run"), &settings, false);
            let checkpoints =
                Checkpoints::new(writer, run, every.map(|every| every.parse().unwrap()), &interrupt);
            let progress = TrainingProgress::new(epochs, epochs, SAMPLES, Notes::new(true));
            let mut watch =
                Watch::new(checkpoints, &trainer, Vec::new(), progress, (Hopes::unbounded(), false), SAMPLES);
            trainer.observe(&mut watch).fit(&samples).unwrap();
            watch.finish(&trainer).map(|rows| rows.len())
        });
        let (of_epochs, of_checkpoints) = written.into_inner().unwrap();
        (of_epochs, of_checkpoints, outcome)
    }

    #[test]
    fn quick_epochs_are_written_at_the_beginning_and_at_the_end() {
        let (of_epochs, of_checkpoints, outcome) = watched(50, None, Duration::from_millis(200), None);
        assert_eq!(outcome.unwrap(), 50);
        // Four seconds would have to pass for a third writing.
        assert_eq!(of_epochs, ["epoch 1 of 50", "epoch 50 of 50"]);
        assert!(of_checkpoints.is_empty());
    }

    #[test]
    fn every_checkpoint_that_is_asked_for_is_written_at_its_step() {
        // Step 3 is within the first epoch, steps 6 and 9 within the second and third, step 12 ends the third.
        let (of_epochs, of_checkpoints, _) = watched(5, Some("3"), Duration::from_millis(3), None);
        let within = ["sample 6 of epoch 1 of 5", "sample 4 of epoch 2 of 5", "sample 2 of epoch 3 of 5"];
        assert_eq!(of_checkpoints[..3], within);
        assert_eq!(of_checkpoints[3..], ["sample 6 of epoch 4 of 5", "sample 4 of epoch 5 of 5"]);
        assert!(of_epochs.contains(&"epoch 3 of 5".to_owned()), "{of_epochs:?}");
        assert_eq!(of_epochs.last().unwrap(), "epoch 5 of 5");
    }

    #[test]
    fn what_cannot_be_written_ends_the_training() {
        let (of_epochs, _, outcome) =
            watched(1_000_000_000, None, Duration::from_millis(1), Some("the disk is full"));
        assert_eq!(of_epochs, ["epoch 1 of 1000000000"]);
        let line = outcome.unwrap_err().to_string();
        assert!(line.starts_with("the disk is full; the training up to "), "{line}");
        let rescued = line.split(" was rescued to ").nth(1).unwrap().split(';').next().unwrap();
        std::fs::remove_dir_all(rescued).unwrap();
    }
}
