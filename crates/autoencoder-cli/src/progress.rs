//! What is said while work is done: notes, and a training's progress, live on a terminal, else a line an epoch.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::metrics::Row;
use crate::numerals;

/// Lines on stderr for whoever wants to know; none with `--quiet`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes {
    quiet: bool,
}

impl Notes {
    pub(crate) const fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Says a line.
    pub(crate) fn say(self, line: impl fmt::Display) {
        if !self.quiet {
            // Whoever closed stderr does not want to know.
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    /// Says what a command wrote, and how much of which data: `codes.npy: 10,000 codes of 128 numbers (...)`.
    pub(crate) fn wrote(self, path: &Path, what: impl fmt::Display) {
        self.say(format_args!("{}: {what}", path.display()));
    }

    /// The progress of a training that has `epochs` left of `of`, each over so many samples.
    pub(crate) fn training(self, epochs: usize, of: usize, samples: usize) -> TrainingProgress {
        let bar = self.bar(epochs * samples);
        if let Some(bar) = &bar {
            bar.set_message(format!("epoch {}/{of}", of - epochs + 1));
        }
        TrainingProgress {
            notes: self,
            bar,
            of,
            samples,
            trained: of - epochs,
            begun: Instant::now(),
            loss: None,
        }
    }

    /// A bar of this length, where there is a terminal to see it on and something to wait for.
    pub(crate) fn bar(self, length: usize) -> Option<ProgressBar> {
        (self.is_live() && length > 0).then(|| {
            let bar =
                ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr_with_hz(HERTZ));
            let style = ProgressStyle::with_template(TEMPLATE).expect("the template is well formed");
            bar.set_style(style.progress_chars(CHARACTERS));
            bar
        })
    }

    /// Whether there is a terminal on which lines can be drawn over.
    pub(crate) fn is_live(self) -> bool {
        let term = env::var_os("TERM");
        !self.quiet && io::stderr().is_terminal() && draws(term.as_deref(), cfg!(windows))
    }
}

/// What a bar looks like, and how often it is drawn anew.
const TEMPLATE: &str = "{msg}  {wide_bar:.}  {eta} left";
pub(crate) const CHARACTERS: &str = "━╸─";
pub(crate) const HERTZ: u8 = 10;

/// Whether a terminal of this name can go back to the start of a line. One without a name can on Windows only.
fn draws(term: Option<&OsStr>, is_windows: bool) -> bool {
    match term.and_then(OsStr::to_str) {
        Some("" | "dumb" | "unknown") => false,
        Some(_) => true,
        None => is_windows,
    }
}

/// The progress of a training.
pub(crate) struct TrainingProgress {
    notes: Notes,
    bar: Option<ProgressBar>,
    /// Epochs in all.
    of: usize,
    /// In an epoch.
    samples: usize,
    /// Epochs that were done before.
    trained: usize,
    /// When the epoch began.
    begun: Instant,
    /// Smoothed over some steps, so that it can be read.
    loss: Option<f64>,
}

/// How much of the shown loss is the last step's.
const NEWEST: f64 = 0.1;

impl TrainingProgress {
    pub(crate) fn epoch_begins(&mut self) {
        self.begun = Instant::now();
    }

    /// Step after step: `samples` of `epoch` were seen, the last at this loss.
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

    /// An epoch is done and validated.
    pub(crate) fn epoch(&self, row: &Row) {
        let report = &row.report;
        let mut parts = Vec::new();
        let nats = |loss: f64, kl: f64| format!("{loss:.2} nats (KL {kl:.2})");
        match report.train_terms.kl {
            Some(kl) => parts.push(format!("train {}", nats(report.train_loss, kl))),
            None => parts.push(format!("train MSE {}", numerals::error(report.train_mse))),
        }
        if let Some(penalty) = report.train_terms.penalty {
            parts.push(format!("penalty {}", numerals::error(penalty)));
        }
        if let Some((loss, kl)) = report.validation_loss.zip(report.validation_terms.kl) {
            parts.push(format!("validation {}", nats(loss, kl)));
        } else if let Some(mse) = report.validation_mse {
            parts.push(format!("validation MSE {}", numerals::error(mse)));
        }
        if let (Some(seconds), Some(speed)) = (row.seconds, row.samples_per_second()) {
            parts.push(format!("{seconds:.2} s, {} samples/s", numerals::speed(speed)));
        }
        let line = format!("epoch {}/{}: {}", report.epoch, self.of, parts.join(", "));
        match &self.bar {
            Some(bar) => bar.println(line),
            None => self.notes.say(line),
        }
    }
}

/// What is said next is not to stand behind a bar.
impl Drop for TrainingProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terminals_that_can_draw_have_bars() {
        let draws = |term: Option<&str>, is_windows| super::draws(term.map(OsStr::new), is_windows);
        assert!(draws(Some("xterm-256color"), false) && draws(Some("linux"), false));
        for term in [Some("dumb"), Some("unknown"), Some(""), None] {
            assert!(!draws(term, false), "{term:?}");
        }
        assert!(draws(None, true) && !draws(Some("dumb"), true));
    }
}
