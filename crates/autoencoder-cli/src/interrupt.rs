//! Ctrl-C: the first ends a training after its step, any other ends the program.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::failure::INTERRUPTED;

/// Nothing is under way that must be ended with care: every file is written whole or not at all.
const IDLE: u8 = 0;
/// A training looks after every step whether it was asked to end.
const WATCHED: u8 = 1;
/// It was.
const ASKED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(IDLE);

/// While this lives, the first Ctrl-C only asks.
#[derive(Debug)]
pub(crate) struct Interrupt {
    state: &'static AtomicU8,
}

impl Interrupt {
    /// Begins to watch. Where that is not possible, Ctrl-C ends the program at once.
    pub(crate) fn watch() -> Self {
        STATE.store(WATCHED, Ordering::SeqCst);
        let _ = ctrlc::set_handler(|| {
            let asked = STATE.compare_exchange(WATCHED, ASKED, Ordering::SeqCst, Ordering::SeqCst);
            if asked.is_err() {
                end();
            }
        });
        Self { state: &STATE }
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn asked(&self) -> bool {
        self.state.load(Ordering::SeqCst) == ASKED
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.state.store(IDLE, Ordering::SeqCst);
    }
}

#[expect(clippy::exit, reason = "the user does not want to wait for `main`")]
fn end() {
    std::process::exit(i32::from(INTERRUPTED));
}
