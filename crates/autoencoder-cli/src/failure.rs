//! The failure of a command: one line with the fault, its place, the expected and the found, and what to do.

use std::fmt;
use std::path::Path;

use autoencoder::SamplesError;

use crate::printable;

/// A failure as the user reads it, and the exit code it ends in.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    advice: Option<String>,
    exit_code: u8,
}

/// The result of everything that can fail.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Exit code: something went wrong.
const FAILED: u8 = 1;
/// Exit code: a score is above its threshold, where `--fail-if-flagged` asks for it.
const FLAGGED: u8 = 3;
/// Exit code: the arguments make no sense. Clap ends with the same code.
const USAGE: u8 = 2;

impl Failure {
    /// Something went wrong: exit code 1.
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Self { what: what.to_string(), advice: None, exit_code: FAILED }
    }

    /// Something went wrong with the file or folder at `path`: exit code 1.
    pub(crate) fn at(path: &Path, what: impl fmt::Display) -> Self {
        Self::new(format_args!("{}: {what}", path.display()))
    }

    /// The arguments make no sense together: exit code 2.
    pub(crate) fn usage(what: impl fmt::Display) -> Self {
        Self { exit_code: USAGE, ..Self::new(what) }
    }

    /// Samples were flagged, which the user wants to be told by the exit code.
    pub(crate) fn flagged(what: impl fmt::Display) -> Self {
        Self { exit_code: FLAGGED, ..Self::new(what) }
    }

    /// A signal ended the command, with the exit code that shells have for that signal.
    pub(crate) fn interrupted(exit_code: u8, what: impl fmt::Display) -> Self {
        Self { exit_code, ..Self::new(what) }
    }

    /// Returns whether a signal ended the command.
    pub(crate) fn is_interruption(&self) -> bool {
        ![FAILED, USAGE, FLAGGED].contains(&self.exit_code)
    }

    /// Names the one of several things that the failure is about.
    #[must_use]
    pub(crate) fn of(mut self, whole: impl fmt::Display) -> Self {
        self.what = format!("{whole}: {}", self.what);
        self
    }

    /// Adds what came of the failure, in place of what was to do about it.
    #[must_use]
    pub(crate) fn and(mut self, consequence: impl fmt::Display) -> Self {
        self.what = format!("{}; {consequence}", self.what);
        Self { advice: None, ..self }
    }

    /// Adds what to do about the failure.
    #[must_use]
    pub(crate) fn advise(mut self, advice: impl fmt::Display) -> Self {
        self.advice = Some(advice.to_string());
        self
    }

    /// The code that the process exits with.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

/// A failure of a command whose samples a model does not take.
impl From<SamplesError> for Failure {
    fn from(error: SamplesError) -> Self {
        Self::new(error)
    }
}

/// The message is one line of signs to read, whatever its parts hold.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable::sentence(&self.what))?;
        match &self.advice {
            Some(advice) => write!(f, "; {}", printable::sentence(advice)),
            None => Ok(()),
        }
    }
}
