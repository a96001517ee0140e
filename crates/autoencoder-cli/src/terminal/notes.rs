//! Notes: lines on stderr about what the program does, and the kind of terminal that shows them.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::printable;

/// Notes on stderr; none with `--quiet`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes {
    quiet: bool,
}

impl Notes {
    pub(crate) const fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Writes a note of one line, of signs to read only.
    pub(crate) fn say(self, line: impl fmt::Display) {
        if !self.quiet {
            // A failure is ignored: whoever closed stderr does not want notes.
            let _ = writeln!(io::stderr(), "{}", printable::line(&line.to_string()));
        }
    }

    /// Notes what a command wrote, and how much of which data: `codes.npy: 10,000 codes of 128 numbers (...)`.
    pub(crate) fn wrote(self, path: &Path, what: impl fmt::Display) {
        self.say(format_args!("{}: {what}", path.display()));
    }

    /// A bar of this length, where there is a terminal to see it on and something to wait for.
    pub(crate) fn bar(self, length: usize) -> Option<ProgressBar> {
        (self.is_live() && length > 0).then(|| {
            let bar =
                ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr_with_hz(HERTZ));
            let style = ProgressStyle::with_template(TEMPLATE).expect("the template is well formed");
            bar.set_style(style.progress_chars(CHARACTERS));
            bar
        })
    }

    /// Returns whether stderr is a terminal that can draw over its lines.
    pub(crate) fn is_live(self) -> bool {
        let term = env::var_os("TERM");
        !self.quiet && io::stderr().is_terminal() && draws(term.as_deref(), cfg!(windows))
    }
}

/// The look of a bar, and the number of times a second that it is drawn.
const TEMPLATE: &str = "{msg}  {wide_bar:.}  {eta} left";
pub(crate) const CHARACTERS: &str = "━╸─";
pub(crate) const HERTZ: u8 = 10;

/// Returns whether a terminal of this name can go back to the start of a line. A terminal without a name can on
/// Windows only.
fn draws(term: Option<&OsStr>, is_windows: bool) -> bool {
    match term.and_then(OsStr::to_str) {
        Some("" | "dumb" | "unknown") => false,
        Some(_) => true,
        None => is_windows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terminals_that_can_draw_have_bars() {
        let draws = |term: Option<&str>, is_windows| super::draws(term.map(OsStr::new), is_windows);
        assert!(draws(Some("xterm-256color"), false) && draws(Some("linux"), false));
        for term in [Some("dumb"), Some("unknown"), Some(""), None] {
            assert!(!draws(term, false), "{term:?}");
        }
        assert!(draws(None, true) && !draws(Some("dumb"), true));
    }
}
