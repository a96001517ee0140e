//! What the tests of several kinds need.

use std::ops::ControlFlow;

use autoencoder::{Observer, Precision, StepReport, Trainer};

pub(crate) fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

/// Those that this processor has the instructions for.
pub(crate) fn precisions() -> impl Iterator<Item = Precision> {
    Precision::ALL.into_iter().filter(|precision| precision.is_available())
}

/// Breaks off after so many steps in all.
pub(crate) struct BreakAfter(pub(crate) usize);

impl Observer for BreakAfter {
    fn step_done(&mut self, _: &StepReport, _: &Trainer) -> ControlFlow<()> {
        self.0 -= 1;
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
