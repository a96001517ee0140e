//! The report of a download: one line for each thing that happened, and on a terminal the progress, the speed and the time
//! that is left.

use std::fmt;
use std::io::Write;
use std::time::{Duration, Instant};

/// Writes lines, and on a terminal the progress of the file at hand.
pub(crate) struct Report<'a> {
    sink: &'a mut dyn Write,
    terminal: bool,
    file: Option<Watched>,
}

/// The file at hand, as its arrival is watched.
struct Watched {
    begun: Instant,
    /// Bytes that were there when the watching began.
    before: u64,
    /// When the progress was last written, and the percentage that it had.
    shown: (Instant, u64),
}

/// Time after which the progress is written again though the percentage is the same: the time left has changed.
const REFRESH: Duration = Duration::from_millis(500);

/// Columns that a progress may take.
const WIDTH: usize = 40;

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

impl<'a> Report<'a> {
    pub(crate) fn new(sink: &'a mut dyn Write, terminal: bool) -> Self {
        Self { sink, terminal, file: None }
    }

    /// Says what happened. A reader that went away is no error: the files matter.
    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) {
        if self.file.take().is_some() {
            let _ = write!(self.sink, "\r{:WIDTH$}\r", "");
        }
        let _ = writeln!(self.sink, "{line}");
    }

    pub(crate) fn progress(&mut self, received: u64, expected: u64) {
        if !self.terminal {
            return;
        }
        let percent = (received * 100).checked_div(expected).unwrap_or(100);
        let now = Instant::now();
        let begins = self.file.is_none();
        let file = self.file.get_or_insert(Watched { begun: now, before: received, shown: (now, percent) });
        if begins || file.shown.1 != percent || now - file.shown.0 >= REFRESH {
            file.shown = (now, percent);
            let (arrived, left) = (received.saturating_sub(file.before), expected.saturating_sub(received));
            let text = format!("  {percent:3} %{}", pace(arrived, left, now - file.begun));
            let _ = write!(self.sink, "\r{text:WIDTH$}");
            let _ = self.sink.flush();
        }
    }
}

/// The speed and the time left, as text; empty as long as too little has arrived to tell them.
fn pace(arrived: u64, left: u64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if arrived == 0 || seconds < 0.1 {
        return String::new();
    }
    let rate = arrived as f64 / seconds;
    let left = (left as f64 / rate).ceil();
    let left = if left < 120.0 { format!("{left:.0} s") } else { format!("{:.0} min", (left / 60.0).ceil()) };
    format!("  {:.1} MB/s  {left} left", rate / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_for_terminals() {
        let watched = format!("\r{:WIDTH$}\r{:WIDTH$}\rdone\n", "   50 %", "");
        for (terminal, expected) in [(false, "done\n"), (true, watched.as_str())] {
            let mut written = Vec::new();
            let mut report = Report::new(&mut written, terminal);
            report.progress(1, 2);
            report.progress(1, 2);
            report.line(format_args!("done"));
            assert_eq!(String::from_utf8(written).unwrap(), expected);
        }
    }

    #[test]
    fn the_pace_is_that_of_what_arrived() {
        let after = Duration::from_secs(2);
        assert_eq!(pace(4_000_000, 5_000_000, after), "  2.0 MB/s  3 s left");
        assert_eq!(pace(200_000, 30_000_000, after), "  0.1 MB/s  5 min left");
        assert_eq!(pace(0, 5_000_000, after), "");
        assert_eq!(pace(4_000_000, 5_000_000, Duration::ZERO), "");
    }
}
