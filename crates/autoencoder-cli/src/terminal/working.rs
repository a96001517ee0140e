//! A bar or a spinner on the terminal, for work that takes long enough to be seen.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::notes::{self, Notes};
use crate::{input, printable};

/// The time after which work is shown: shorter work is not.
const SOON: Duration = Duration::from_millis(500);
/// The time between two drawings of a spinner.
const TICK: Duration = Duration::from_millis(100);

/// A bar shows the part that is done, not the time that is left: until the first piece is done, nothing is known of
/// that.
const BAR: &str = "{msg}  {wide_bar:.}  {percent} %";
const SPINNER: &str = "{spinner} {msg}  {elapsed}";

/// Work under way: shown from [`SOON`] on, and gone when this is dropped; a bar where the number of pieces is known,
/// else a spinner.
#[derive(Debug)]
pub(crate) struct Working {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// The end of a channel that closes when the work is done.
    ends: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Notes {
    /// Does some work, which the terminal names while it lasts, if it takes long.
    pub(crate) fn during<T>(self, what: impl Into<String>, work: impl FnOnce() -> T) -> T {
        let _shown = self.working(what);
        work()
    }

    /// Begins work. The caller says how many pieces the work has, if that is known, and when pieces are done.
    pub(crate) fn working(self, what: impl Into<String>) -> Working {
        Working { shown: self.is_live().then(|| Shown::new(what.into())) }
    }
}

impl Working {
    /// Work that is not shown.
    pub(crate) const UNSEEN: Self = Self { shown: None };

    /// Adds pieces that are still to be done.
    pub(crate) fn expect(&self, pieces: u64) {
        if let Some(Shown { bar, .. }) = &self.shown {
            bar.set_length(bar.length().unwrap_or(0).saturating_add(pieces));
            bar.set_style(style(BAR));
        }
    }

    /// Counts pieces as done, from any thread.
    pub(crate) fn advance(&self, pieces: u64) {
        if let Some(shown) = &self.shown {
            shown.bar.inc(pieces);
        }
    }

    /// Opens a regular file for reading, whose bytes are the pieces of the work.
    pub(crate) fn open(&self, path: &Path) -> io::Result<Reading<'_>> {
        let file = input::open(path)?;
        self.expect(file.metadata()?.len());
        Ok(Reading { file, shown: self })
    }
}

/// A file whose bytes are counted as they are read.
#[derive(Debug)]
pub(crate) struct Reading<'w> {
    file: File,
    shown: &'w Working,
}

impl Reading<'_> {
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Fills the buffer with the bytes at a place of the file, from any thread.
    pub(crate) fn read_exact_at(&self, mut buffer: &mut [u8], mut place: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match read_at(&self.file, buffer, place) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.shown.advance(count as u64);
                    (buffer, place) = (&mut buffer[count..], place + count as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Read for &Reading<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (&self.file).read(buffer)?;
        self.shown.advance(count as u64);
        Ok(count)
    }
}

impl Read for Reading<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, place)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, place)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the template is well formed")
        .progress_chars(notes::CHARACTERS)
}

impl Shown {
    fn new(what: String) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(style(SPINNER));
        bar.set_message(printable::line(&what).into_owned());
        let (ends, ended) = mpsc::channel::<()>();
        let drawn = bar.clone();
        let draw = move || {
            if ended.recv_timeout(SOON) == Err(RecvTimeoutError::Timeout) {
                drawn.set_draw_target(ProgressDrawTarget::stderr_with_hz(notes::HERTZ));
                drawn.enable_steady_tick(TICK);
                // The channel carries nothing: receiving waits until its other end is dropped, when the work is done.
                let _ = ended.recv();
                drawn.finish_and_clear();
            }
        };
        // Work is not shown where no thread can be started.
        let thread = thread::Builder::new().name("working".to_owned()).spawn(draw).ok();
        Self { bar, ends: Some(ends), thread }
    }
}

/// The bar is cleared, so that no note stands behind it.
impl Drop for Shown {
    fn drop(&mut self) {
        self.ends.take();
        if let Some(thread) = self.thread.take() {
            // A failure is ignored: a thread that panicked shows nothing any more.
            let _ = thread.join();
        }
    }
}
