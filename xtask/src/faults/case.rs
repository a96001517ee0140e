//! One case: a training that is disturbed, continued as the program advises, and compared with an undisturbed one.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Checked;
use super::advice;
use super::bench::{Bench, RUN, Reference, copy};
use super::compare;
use super::draws::Draws;
use super::running::{End, Ending, Running};
use super::tally::{Counts, Event};
use super::trainings::{REPLACING, Training};

/// The number of commands after which a run that was disturbed must be at its end.
const ATTEMPTS: usize = 8;

/// One training under faults.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) bench: &'a Bench,
    pub(super) training: Training,
    pub(super) draws: Draws,
    pub(super) counts: Counts,
    /// The folder that the program runs in.
    pub(super) scene: PathBuf,
    /// The folder of the run as the program gets it: relative to the scene, or where the run was rescued to.
    pub(super) out: String,
    /// The next command, without what every command gets.
    next: Vec<String>,
}

impl<'a> Case<'a> {
    pub(super) fn new(bench: &'a Bench, training: Training, draws: Draws, scene: PathBuf) -> Self {
        let (out, next) = (RUN.to_owned(), training.begin(RUN));
        Self { bench, training, draws, counts: Counts::default(), scene, out, next }
    }

    /// Moves the run that is to be into another folder of the scene.
    pub(super) fn train_into(&mut self, out: &str) {
        (self.out, self.next) = (out.to_owned(), self.training.begin(out));
    }

    pub(super) fn reference(&self) -> &'a Reference {
        self.bench.reference(&self.training)
    }

    /// The folder of the run.
    pub(super) fn run(&self) -> PathBuf {
        self.scene.join(&self.out)
    }

    /// A moment of the undisturbed training, or of its first half where a part of it is done already.
    pub(super) fn moment(&mut self) -> Duration {
        let whole = self.reference().seconds;
        let left = if self.next == self.training.begin(&self.out) && !self.run().exists() {
            whole
        } else {
            whole / 2
        };
        self.draws.moment(left)
    }

    /// Starts the next command with a number of threads that is drawn; a shell does `before` first.
    pub(super) fn start(&mut self, before: Option<&str>) -> io::Result<Running> {
        let threads = 1 + self.draws.below(3);
        let words = self.training.complete(&self.next, threads);
        self.bench.start(&words, &self.scene, before)
    }

    /// Takes in an ending that the fault may have brought about. Returns whether the training is at its end.
    ///
    /// A program that ends by itself says nothing where it succeeds, and one line where it fails; where it says that it
    /// is done, the run is that of an undisturbed training.
    pub(super) fn take(&mut self, ending: &Ending) -> Checked<bool> {
        if ending.stderr.contains("panicked") {
            return Err(format!("a panic: {ending}").into());
        }
        match ending.end {
            End::Hung => return Err(ending.to_string().into()),
            End::Code(0) => {
                if !ending.stderr.is_empty() {
                    return Err(format!("a success with a message: {ending}").into());
                }
            }
            End::Code(1) => self.take_message(ending)?,
            End::Code(_) => return Err(format!("an exit code that is not documented: {ending}").into()),
            End::Signal(_) => self.go_on(),
        }
        if ending.end != End::Code(0) {
            self.check_models(ending)?;
            return Ok(false);
        }
        self.go_on();
        self.compare().map_err(|fault| format!("{fault}, after {ending}"))?;
        Ok(true)
    }

    /// Takes in the message of a failure: it is one line, and says what to do next.
    pub(super) fn take_message(&mut self, ending: &Ending) -> Checked {
        if ending.stderr.lines().count() != 1 || !ending.stderr.starts_with("autoencoder: ") {
            return Err(format!("expected one line that begins with `autoencoder: `: {ending}").into());
        }
        self.next = advice::follow(&ending.stderr, &self.training, &self.out)
            .unwrap_or_else(|| self.training.again(&self.out));
        if let Some(folder) = advice::folder_of(&self.next).filter(|folder| *folder != self.out) {
            self.counts.add(Event::Rescued);
            self.out = folder.to_owned();
        }
        Ok(())
    }

    /// Checks that every model and every checkpoint in the scene is whole: those of the run, and those that were moved
    /// or rescued.
    pub(super) fn check_models(&self, ending: &Ending) -> Checked {
        for file in compare::models(&self.scene) {
            self.bench
                .check_model(&file)
                .map_err(|fault| format!("a damaged file: {fault}; after {ending}"))?;
        }
        Ok(())
    }

    /// Checks that a program that ended by itself has left no temporary file and no lock below a folder.
    pub(super) fn check_swept(folder: &Path, ending: &Ending) -> Checked {
        match compare::temporary(folder).first() {
            Some(left) => Err(format!("{left} stays behind after {ending}").into()),
            None => Ok(()),
        }
    }

    /// Returns whether there is a checkpoint to continue from.
    pub(super) fn has_checkpoint(&self) -> bool {
        !compare::models(&self.run()).is_empty()
    }

    /// Continues to the end without a disturbance, following the advice of every message, and compares.
    pub(super) fn conclude(&mut self) -> Checked {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let ending = self.start(None)?.end()?;
            if self.take(&ending)? {
                return Ok(());
            }
            if let End::Signal(_) = ending.end {
                return Err(format!("a signal that nobody sent: {ending}").into());
            }
            last = Some(ending);
        }
        let last = last.map_or_else(String::new, |ending| ending.to_string());
        Err(format!("no end after {ATTEMPTS} commands that follow the advice: {last}").into())
    }

    /// Compares the run with the undisturbed one.
    pub(super) fn compare(&mut self) -> Checked {
        match compare::difference(&self.reference().run, &self.run())? {
            None => {
                self.counts.add(Event::Identical);
                Ok(())
            }
            Some(difference) => Err(format!("another ending: {difference}").into()),
        }
    }

    /// Lets the training go on with the same command in its own folder, whatever a message advised.
    pub(super) fn go_on(&mut self) {
        self.next = self.training.again(&self.out);
    }

    /// Puts the run in place that this training replaces, if it replaces one.
    pub(super) fn lay_older(&self) -> io::Result<()> {
        if self.training.name == REPLACING.name { copy(&self.bench.older(), &self.run()) } else { Ok(()) }
    }

    /// Checks what a disturbed `--force` leaves: beside the settings of the older run there is that run.
    pub(super) fn check_older(&self, ending: &Ending) -> Checked {
        let older = self.bench.older();
        let same = |name: &str| {
            let read = |folder: &Path| std::fs::read(folder.join(name)).ok();
            read(&older) == read(&self.run())
        };
        let holds = self.training.name != REPLACING.name
            || !same("config.toml")
            || same("checkpoint.safetensors") && same("model.safetensors");
        if holds {
            return Ok(());
        }
        Err(format!("the settings of the older run stand beside another one's files after {ending}").into())
    }
}
