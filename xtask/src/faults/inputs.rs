//! Inputs: the file that a training reads is removed or cut off, while it is read or between two trainings.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::Checked;
use super::bench::Bench;
use super::case::Case;
use super::running::End;
use super::tally::Event;

/// The time after the start within which the input is read, in milliseconds.
const READING: u64 = 15;

/// What becomes of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Removed,
    /// Cut off at a byte that is drawn.
    Truncated,
}

impl Fate {
    fn befall(self, images: &Path, case: &mut Case<'_>) -> io::Result<()> {
        match self {
            Self::Removed => fs::remove_file(images),
            Self::Truncated => {
                let file = File::options().write(true).open(images)?;
                let bytes = file.metadata()?.len();
                file.set_len(case.draws.below(bytes))
            }
        }
    }
}

/// The input changes while it may be read: the training fails, or has read the whole.
pub(super) fn while_read(case: &mut Case<'_>, fate: Fate) -> Checked {
    let moment = Duration::from_millis(case.draws.below(READING));
    let images = Bench::images(&case.scene);
    let mut running = case.start(None)?;
    running.is_running_at(moment)?;
    fate.befall(&images, case)?;
    let ending = running.end()?;
    match ending.end {
        End::Code(0) => case.counts.add(Event::Undisturbed),
        End::Code(1) => case.counts.add(Event::OneLine),
        End::Signal(_) => return Err(format!("a signal that nobody sent: {ending}").into()),
        End::Code(_) | End::Hung => {}
    }
    if !case.take(&ending)? {
        Case::check_swept(&case.scene, &ending)?;
    }
    restore(case, &images)?;
    case.conclude()
}

/// The input changes after a training was killed: resuming fails until the input is as it was.
pub(super) fn between(case: &mut Case<'_>, fate: Fate) -> Checked {
    let moment = case.moment();
    let images = Bench::images(&case.scene);
    let mut running = case.start(None)?;
    if running.is_running_at(moment)? {
        running.kill()?;
        case.counts.add(Event::Killed);
    }
    case.take(&running.end()?)?;
    fate.befall(&images, case)?;
    let ending = case.start(None)?.end()?;
    if ending.end == End::Code(0) {
        return Err(format!("a success without the input of the run: {ending}").into());
    }
    case.counts.add(Event::OneLine);
    case.take(&ending)?;
    restore(case, &images)?;
    // The message advises other data or a new run, and neither is wanted here.
    case.go_on();
    case.conclude()
}

/// Puts the input back.
fn restore(case: &Case<'_>, images: &Path) -> io::Result<()> {
    fs::copy(Bench::images(&case.bench.folder), images)?;
    Ok(())
}
