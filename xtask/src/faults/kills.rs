//! Kills: SIGKILL at random moments, in the first training and in those that continue it.

use super::Checked;
use super::case::Case;
use super::running::End;
use super::tally::Event;
use super::trainings::{PRETRAINING, REPLACING, SWEEP, TRAINING, Training, WRITING};

/// The trainings that are killed.
pub(super) const TRAININGS: [Training; 5] = [TRAINING, PRETRAINING, WRITING, REPLACING, SWEEP];

/// The most kills of one run.
const MOST: u64 = 3;

/// Kills a training one to three times and continues it to its end.
pub(super) fn check(case: &mut Case<'_>) -> Checked {
    case.lay_older()?;
    let kills = 1 + case.draws.below(MOST);
    let mut killed = 0;
    // A command that only gives advice ends before its kill: two more than the kills are enough.
    for _ in 0..kills + 2 {
        let moment = case.moment();
        let mut running = case.start(None)?;
        if running.is_running_at(moment)? {
            running.kill()?;
        }
        let ending = running.end()?;
        match ending.end {
            End::Signal(_) => {
                killed += 1;
                case.counts.add(Event::Killed);
                if !case.has_checkpoint() {
                    case.counts.add(Event::BeforeCheckpoint);
                }
                case.check_older(&ending)?;
            }
            End::Code(0) => case.counts.add(Event::Undisturbed),
            End::Code(_) | End::Hung => {}
        }
        if case.take(&ending)? || killed == kills {
            break;
        }
    }
    case.conclude()
}
