//! What a download says: one line for each thing that happened, and a percentage where somebody is watching.

use std::fmt;
use std::io::Write;

/// Writes lines, and on a terminal the progress of the file at hand.
pub(crate) struct Report<'a> {
    sink: &'a mut dyn Write,
    terminal: bool,
    shown: Option<u64>,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

impl<'a> Report<'a> {
    pub(crate) fn new(sink: &'a mut dyn Write, terminal: bool) -> Self {
        Self { sink, terminal, shown: None }
    }

    /// Says what happened. A reader that went away is no error: the files matter.
    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) {
        if self.shown.take().is_some() {
            let _ = write!(self.sink, "\r{:9}\r", "");
        }
        let _ = writeln!(self.sink, "{line}");
    }

    pub(crate) fn progress(&mut self, received: u64, expected: u64) {
        let percent = (received * 100).checked_div(expected).unwrap_or(100);
        if self.terminal && self.shown != Some(percent) {
            self.shown = Some(percent);
            let _ = write!(self.sink, "\r  {percent:3} %");
            let _ = self.sink.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_for_terminals() {
        for (terminal, expected) in [(false, "done\n"), (true, "\r   50 %\r         \rdone\n")] {
            let mut written = Vec::new();
            let mut report = Report::new(&mut written, terminal);
            report.progress(1, 2);
            report.progress(1, 2);
            report.line(format_args!("done"));
            assert_eq!(String::from_utf8(written).unwrap(), expected);
        }
    }
}
