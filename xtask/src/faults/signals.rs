//! Signals that ask the program to end: its state is written, and the message says how to go on.

use std::time::Duration;

use super::Checked;
use super::case::Case;
use super::running::{End, Ending};
use super::tally::Event;
use super::trainings::{FILES, PRETRAINING, SWEEP, TRAINING, Training, WRITING};

/// The trainings that get signals.
pub(super) const TRAININGS: [Training; 5] = [TRAINING, PRETRAINING, WRITING, SWEEP, FILES];

/// Signals in the order in which a training gets them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signals {
    pub(super) name: &'static str,
    /// The name that `kill` takes.
    signal: &'static str,
    number: i32,
    /// Whether the signal is sent a second time soon after.
    twice: bool,
}

/// All signals that the program hears.
pub(super) const SIGNALS: [Signals; 4] = [
    Signals { name: "interrupt", signal: "INT", number: 2, twice: false },
    Signals { name: "terminate", signal: "TERM", number: 15, twice: false },
    Signals { name: "hangup", signal: "HUP", number: 1, twice: false },
    Signals { name: "interrupt-twice", signal: "INT", number: 2, twice: true },
];

/// The longest time between two signals, in milliseconds.
const GAP: u64 = 20;

/// The number of times that a run gets signals before it may end.
const ROUNDS: usize = 2;

/// Sends signals to a training and to the one that continues it.
pub(super) fn check(case: &mut Case<'_>, signals: Signals) -> Checked {
    for _ in 0..ROUNDS {
        let (moment, gap) = (case.moment(), Duration::from_millis(case.draws.below(GAP)));
        let mut running = case.start(None)?;
        if running.is_running_at(moment)? {
            running.send(signals.signal)?;
            if signals.twice && running.is_running_at(moment + gap)? {
                running.send(signals.signal)?;
            }
        }
        let ending = running.end()?;
        if take(case, signals, &ending)? {
            break;
        }
    }
    case.conclude()
}

/// Takes in an ending; returns whether the training is at its end.
fn take(case: &mut Case<'_>, signals: Signals, ending: &Ending) -> Checked<bool> {
    match ending.end {
        End::Code(code) if code == 128 + signals.number => {
            if ending.stderr.is_empty() {
                // Nothing was under way: before the training, or while the figures are drawn. The second of two
                // signals ends the program without a word, too.
                case.counts.add(Event::EndedAtOnce);
                case.go_on();
            } else {
                if !ending.stderr.contains("interrupted; ") || !ending.stderr.contains("` continues") {
                    let expected = "expected `interrupted; ...` and the command that continues";
                    return Err(format!("{expected}: {ending}").into());
                }
                case.counts.add(Event::Interrupted);
                case.take_message(ending)?;
                if !signals.twice {
                    Case::check_swept(&case.scene, ending)?;
                }
            }
            case.check_models(ending)?;
            Ok(false)
        }
        End::Signal(number) if number == signals.number => {
            // The program did not listen yet.
            case.counts.add(Event::EndedAtOnce);
            case.take(ending)
        }
        End::Signal(_) => Err(format!("another signal than the one that was sent: {ending}").into()),
        End::Code(0) => {
            case.counts.add(Event::Undisturbed);
            case.take(ending)
        }
        End::Code(_) | End::Hung => case.take(ending),
    }
}
