//! Memory: an address space that is far too small at first and grows until a training fits.

use super::Checked;
use super::case::Case;
use super::running::{End, Ending};
use super::tally::Event;
use super::trainings::{PRETRAINING, SWEEP, TRAINING, Training, WRITING};

/// The trainings that get too little memory.
pub(super) const TRAININGS: [Training; 4] = [TRAINING, PRETRAINING, WRITING, SWEEP];

/// The first address space, in KiB: not enough for the program itself.
const LEAST: f64 = 6_000.0;

/// More than enough for every training here, in KiB.
const ENOUGH: f64 = 4_000_000.0;

/// The address space, in KiB, below which the system may fail before the program begins.
const STARTS: f64 = 24_000.0;

/// The number that `abort` ends a process with.
const ABORT: i32 = 6;

/// Trains with more and more memory until the training comes to its end, each time from where the last one ended.
pub(super) fn check(case: &mut Case<'_>) -> Checked {
    let mut space = LEAST * (1.0 + case.draws.share());
    while space < ENOUGH {
        let ending = case.start(Some(&format!("ulimit -v {space:.0}")))?.end()?;
        if take(case, space, &ending)? {
            return Ok(());
        }
        space *= 1.15 + case.draws.share();
    }
    case.conclude()
}

/// Takes in an ending; returns whether the training is at its end.
fn take(case: &mut Case<'_>, space: f64, ending: &Ending) -> Checked<bool> {
    let is_unknown_to_it = space < STARTS && !ending.stderr.contains("autoencoder: ") || is_of_loader(ending);
    match ending.end {
        End::Signal(ABORT) if is_out_of_memory(&ending.stderr) => {
            case.counts.add(Event::Aborted);
            case.go_on();
            case.check_models(ending)?;
            Ok(false)
        }
        End::Code(126 | 127) | End::Signal(_) if is_unknown_to_it => {
            case.counts.add(Event::NotStarted);
            Ok(false)
        }
        End::Signal(_) => Err(format!("a signal that nobody sent: {ending}").into()),
        End::Code(code) => {
            if code == 1 {
                case.counts.add(Event::OneLine);
            }
            case.take(ending)
        }
        End::Hung => case.take(ending),
    }
}

/// Returns whether the system failed to load the program.
fn is_of_loader(ending: &Ending) -> bool {
    ending.stderr.contains("error while loading shared libraries")
}

/// Returns whether a message is that of Rust's library where there is no memory: `memory allocation of N bytes failed`.
fn is_out_of_memory(message: &str) -> bool {
    // Several threads may say so at once, in the middle of each other's line; and some versions of the library add
    // notes about a backtrace.
    message.starts_with("memory allocation of ")
        && message.contains(" bytes failed")
        && !message.contains("panicked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_abort_for_memory_is_known() {
        assert!(is_out_of_memory("memory allocation of 206176 bytes failed\n"));
        let two = "memory allocation of memory allocation of 100352 bytes failed\n48 bytes failed\n";
        assert!(is_out_of_memory(two));
        assert!(!is_out_of_memory("thread 'main' panicked at a.rs:\nno memory\n"));
        assert!(!is_out_of_memory("memory allocation of 8 bytes failed\nthread 'main' panicked at a.rs:\n"));
    }
}
