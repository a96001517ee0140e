//! Signals that ask the program to end: the first ends a training after its step, Ctrl-C again ends the program at once.
//!
//! The signals are Ctrl-C, SIGTERM, which batch systems and containers send, and SIGHUP, which a terminal sends when
//! it is closed. Windows has only the first.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::failure::{Failure, Outcome};

/// State: nothing is under way that must be ended with care, as every file is written whole or not at all.
const IDLE: u8 = 0;
/// State: a training is under way and checks after every step whether a signal came.
const WATCHED: u8 = u8::MAX;

/// The state: [`IDLE`], [`WATCHED`], or the number of the signal that asked the training to end.
static STATE: AtomicU8 = AtomicU8::new(IDLE);

/// The signals that ask the program to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// The terminal was closed, or the connection to it was lost.
    Hangup = 1,
    /// Ctrl-C.
    Interrupt = 2,
    /// SIGTERM, which batch systems, containers and `kill` send.
    Terminate = 15,
}

impl Signal {
    const ALL: [Self; 3] = [Self::Hangup, Self::Interrupt, Self::Terminate];

    const fn number(self) -> u8 {
        self as u8
    }

    /// The failure of a command that this signal ended.
    pub(crate) fn failure(self, what: impl fmt::Display) -> Failure {
        Failure::interrupted(self.exit_code(), what)
    }

    /// The exit code of the process, as shells have it: 128 plus the signal's number.
    const fn exit_code(self) -> u8 {
        128 + self.number()
    }
}

/// A watch over signals: while it lives, the first signal asks the work under way to end, and does not end the
/// program.
#[derive(Debug)]
pub(crate) struct Interrupt {
    state: &'static AtomicU8,
}

impl Interrupt {
    /// Begins to watch. Where the system does not let a process hear signals, they end the program at once.
    pub(crate) fn watch() -> Outcome<Self> {
        // The state comes first: a signal that is heard from now on is one that is watched for.
        STATE.store(WATCHED, Ordering::SeqCst);
        let watch = Self { state: &STATE };
        listen().map_err(|error| {
            let what = format_args!("the thread that hears signals could not be started: {error}");
            Failure::new(what).advise("free some memory, or end other processes")
        })?;
        Ok(watch)
    }

    /// The signal that asked the work under way to end, if one came.
    pub(crate) fn asked(&self) -> Option<Signal> {
        let state = self.state.load(Ordering::SeqCst);
        Signal::ALL.into_iter().find(|signal| signal.number() == state)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.state.store(IDLE, Ordering::SeqCst);
    }
}

/// Handles a signal that came.
fn came(signal: Signal) {
    let asked = STATE.compare_exchange(WATCHED, signal.number(), Ordering::SeqCst, Ordering::SeqCst);
    // A closed terminal is told of twice, by the system and by the shell, and the checkpoint is still to be written:
    // only a user who does not want to wait presses Ctrl-C again.
    let ends = asked.is_err_and(|state| state == IDLE || signal == Signal::Interrupt);
    if ends {
        end(signal);
    }
}

#[expect(clippy::exit, reason = "the user does not want to wait for `main`")]
fn end(signal: Signal) {
    std::process::exit(i32::from(signal.exit_code()));
}

/// From now on, a file that grows beyond the system's limit on files is an error like a full disk. Otherwise a signal
/// would end the process in the middle of a file.
pub(crate) fn outlive_limits_on_files() {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;

        // The signal is heard and forgotten; where it cannot be heard, it ends the process as it always did.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false)));
    }
}

/// Listens to signals from now on, on a thread of its own.
#[cfg(unix)]
fn listen() -> Result<(), &'static str> {
    use std::sync::OnceLock;
    use std::thread;

    use signal_hook::iterator::Signals;

    static LISTENS: OnceLock<Result<(), String>> = OnceLock::new();
    let outcome = LISTENS.get_or_init(|| {
        let heard = Signal::ALL.into_iter().filter(|&signal| signal != Signal::Hangup || hears_hangup());
        let Ok(mut signals) = Signals::new(heard.map(|signal| i32::from(signal.number()))) else {
            return Ok(());
        };
        let hear = move || {
            for number in signals.forever() {
                Signal::ALL.into_iter().filter(|signal| i32::from(signal.number()) == number).for_each(came);
            }
        };
        thread::Builder::new().spawn(hear).map(drop).map_err(|error| error.to_string())
    });
    outcome.as_ref().map(|&()| ()).map_err(String::as_str)
}

#[cfg(not(unix))]
fn listen() -> Result<(), &'static str> {
    // An error says that a handler is there already.
    let _ = ctrlc::set_handler(|| came(Signal::Interrupt));
    Ok(())
}

/// Returns whether a closed terminal is to end the program: no, where `nohup` started it.
#[cfg(unix)]
fn hears_hangup() -> bool {
    use std::io::{self, IsTerminal};

    match std::fs::read_to_string("/proc/self/status") {
        Ok(status) => !ignores(&status, Signal::Hangup),
        // Other systems than Linux do not say which signals are ignored; `nohup` leaves none of these a terminal.
        Err(_) => io::stdout().is_terminal() || io::stderr().is_terminal(),
    }
}

/// Returns whether a process ignores a signal, according to the text of Linux's `/proc/PID/status`.
#[cfg(unix)]
fn ignores(status: &str, signal: Signal) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal.number() - 1) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_shells() {
        assert_eq!(Signal::ALL.map(Signal::exit_code), [129, 130, 143]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_ignored_is_read_from_linux() {
        let status =
            |mask: &str| format!("Name:\ta\nSigBlk:\tffffffffffffffff\nSigIgn:\t{mask}\nSigCgt:\t0\n");
        assert!(ignores(&status("0000000000000001"), Signal::Hangup));
        assert!(!ignores(&status("0000000000001000"), Signal::Hangup));
        assert!(ignores(&status("0000000000004001"), Signal::Terminate));
        assert!(!ignores("Name:\ta\n", Signal::Hangup));
    }
}
