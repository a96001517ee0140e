//! Functions that several test modules use.

use std::ops::ControlFlow;

use autoencoder::{Choice, Observer, Precision, StepReport, Trainer};

/// Runs a closure in a pool of `threads` threads.
pub(crate) fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

/// The precisions that this processor has instructions for.
pub(crate) fn precisions() -> impl Iterator<Item = Precision> {
    Precision::ALL.iter().copied().filter(|precision| precision.is_available())
}

/// An observer that breaks off after this many steps in total.
pub(crate) struct BreakAfter(pub(crate) usize);

impl Observer for BreakAfter {
    fn step_done(&mut self, _: &StepReport, _: &Trainer) -> ControlFlow<()> {
        self.0 -= 1;
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
