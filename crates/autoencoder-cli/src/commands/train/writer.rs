//! The thread that writes the files of a run, while the training goes on.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{Builder, Scope};
use std::time::Instant;

use super::run_files::Extent;
use super::state::StateCopy;
use crate::failure::Outcome;
use crate::terminal::threads;

/// The thread that writes the files of a run, one state at a time. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    orders: Sender<Order>,
    reports: Receiver<Report>,
    /// Whether a state is being written.
    is_busy: bool,
}

/// A state to be written.
struct Order {
    state: StateCopy,
    extent: Extent,
}

/// What became of an order.
pub(super) struct Report {
    pub(super) outcome: Outcome,
    /// The place of the state.
    pub(super) place: String,
    pub(super) extent: Extent,
    /// The time at which the writing ended.
    pub(super) ended: Instant,
}

impl Writer {
    /// Starts a thread that writes each state with `write`.
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        mut write: impl FnMut(&StateCopy, Extent) -> Outcome + Send + 'scope,
    ) -> Outcome<Self> {
        let (orders, received) = mpsc::channel::<Order>();
        let (sender, reports) = mpsc::channel();
        let run = move || {
            for Order { state, extent } in received {
                let outcome = write(&state, extent);
                let report =
                    Report { outcome, place: state.place().to_owned(), extent, ended: Instant::now() };
                // The copy is freed before the next one is made.
                drop(state);
                if sender.send(report).is_err() {
                    break;
                }
            }
        };
        Builder::new().spawn_scoped(scope, run).map_err(|error| threads::not_started(&error))?;
        Ok(Self { orders, reports, is_busy: false })
    }

    /// Hands a state over to be written. The report of the one before must have been taken.
    pub(super) fn begin(&mut self, state: StateCopy, extent: Extent) {
        assert!(!self.is_busy, "one state at a time");
        self.orders.send(Order { state, extent }).expect("the thread ends after its last order");
        self.is_busy = true;
    }

    /// The report of the state that was being written, if the writing has ended.
    pub(super) fn ended(&mut self) -> Option<Report> {
        if !self.is_busy {
            return None;
        }
        let report = self.reports.try_recv().ok()?;
        self.is_busy = false;
        Some(report)
    }

    /// The report of the state that is being written, if there is one; waits for its end.
    pub(super) fn wait(&mut self) -> Option<Report> {
        if !self.is_busy {
            return None;
        }
        self.is_busy = false;
        Some(self.reports.recv().expect("the thread reports on every order"))
    }
}
