//! Results on stdout, which a reader may close whenever it has seen enough.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, Write};

use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::printable;

/// Stdout; once the reader of stdout is gone, everything written vanishes.
pub(crate) struct Results {
    stdout: BufWriter<Stdout>,
    closed: bool,
}

impl Results {
    pub(crate) fn new() -> Self {
        Self { stdout: BufWriter::new(io::stdout()), closed: false }
    }

    /// Writes lines for people, of signs to read only.
    pub(crate) fn print(&mut self, text: &str) -> Outcome {
        self.print_as_it_is(&printable::lines(text))
    }

    /// Writes text of the program's own as it is, such as a script.
    pub(crate) fn print_as_it_is(&mut self, text: &str) -> Outcome {
        self.write_all(text.as_bytes()).map_err(|error| Failure::new(format_args!("stdout: {error}")))
    }

    /// Writes lines of CSV, as they are; to a terminal, of signs to read only.
    pub(crate) fn print_csv(&mut self, text: &str) -> Outcome {
        if self.is_terminal() { self.print(text) } else { self.print_as_it_is(text) }
    }

    /// Writes lines of JSON, as they are; to a terminal, with escapes for what is no sign to read.
    pub(crate) fn print_json_lines(&mut self, text: &str) -> Outcome {
        if self.is_terminal() {
            self.print_as_it_is(&printable::json(text))
        } else {
            self.print_as_it_is(text)
        }
    }

    fn is_terminal(&self) -> bool {
        self.stdout.get_ref().is_terminal()
    }

    /// Whether the reader of stdout is gone, so that everything vanishes.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes one JSON object.
    pub(crate) fn print_json(&mut self, value: &impl Serialize) -> Outcome {
        let text = serde_json::to_string_pretty(value).map_err(Failure::new)?;
        self.print_as_it_is(&format!("{}\n", printable::json(&text)))
    }

    /// Hands what was written to the reader of stdout.
    pub(crate) fn hand_on(&mut self) -> Outcome {
        self.flush().map_err(|error| Failure::new(format_args!("stdout: {error}")))
    }

    /// Flushes stdout at the end.
    pub(crate) fn finish(mut self) -> Outcome {
        self.hand_on()
    }

    fn unless_closed<T>(&mut self, result: io::Result<T>, vanished: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(vanished)
            }
            result => result,
        }
    }
}

impl Write for Results {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let result = self.stdout.write(bytes);
        self.unless_closed(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.stdout.flush();
        self.unless_closed(result, ())
    }
}
