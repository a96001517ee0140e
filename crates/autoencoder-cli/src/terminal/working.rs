//! A bar or a spinner on the terminal while something is done that takes long enough to be seen.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::notes::{self, Notes};

/// What is done sooner is not shown.
const SOON: Duration = Duration::from_millis(500);
/// How often what is shown is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// How much is done, not how long the rest takes: of that nothing is known until the first piece is done.
const BAR: &str = "{msg}  {wide_bar:.}  {percent} %";
const SPINNER: &str = "{spinner} {msg}  {elapsed}";

/// Shown from [`SOON`] on, and gone when it is dropped: a bar where the number of pieces is known, else a spinner.
#[derive(Debug)]
pub(crate) struct Working {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// Closed when the work is done.
    ends: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Notes {
    /// Does some work; says what it is on the terminal, if there is one, while that takes long.
    pub(crate) fn during<T>(self, what: impl Into<String>, work: impl FnOnce() -> T) -> T {
        let _shown = self.working(what);
        work()
    }

    /// Begins work; who does it says of how many pieces it is, if that is known, and when they are done.
    pub(crate) fn working(self, what: impl Into<String>) -> Working {
        Working { shown: self.is_live().then(|| Shown::new(what.into())) }
    }
}

impl Working {
    /// Work that nobody is shown.
    pub(crate) const UNSEEN: Self = Self { shown: None };

    /// Adds pieces that are still to be done.
    pub(crate) fn expect(&self, pieces: u64) {
        if let Some(Shown { bar, .. }) = &self.shown {
            bar.set_length(bar.length().unwrap_or(0).saturating_add(pieces));
            bar.set_style(style(BAR));
        }
    }

    /// Counts pieces as done; from any thread.
    pub(crate) fn advance(&self, pieces: u64) {
        if let Some(shown) = &self.shown {
            shown.bar.inc(pieces);
        }
    }

    /// Opens a file to be read: its bytes are the pieces.
    pub(crate) fn open(&self, path: &Path) -> io::Result<Reading<'_>> {
        let file = File::open(path)?;
        // A pipe has no length.
        if let Ok(metadata) = file.metadata()
            && metadata.is_file()
        {
            self.expect(metadata.len());
        }
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
}

impl Read for Reading<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.shown.advance(count as u64);
        Ok(count)
    }
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
        bar.set_message(what);
        let (ends, ended) = mpsc::channel::<()>();
        let drawn = bar.clone();
        let draw = move || {
            if ended.recv_timeout(SOON) == Err(RecvTimeoutError::Timeout) {
                drawn.set_draw_target(ProgressDrawTarget::stderr_with_hz(notes::HERTZ));
                drawn.enable_steady_tick(TICK);
                // Nothing is ever sent: this waits until the other end is dropped, when the work is done.
                let _ = ended.recv();
                drawn.finish_and_clear();
            }
        };
        // Where no thread can be started, the work is done without being shown.
        let thread = thread::Builder::new().name("working".to_owned()).spawn(draw).ok();
        Self { bar, ends: Some(ends), thread }
    }
}

/// What is said next is not to stand behind a bar.
impl Drop for Shown {
    fn drop(&mut self) {
        self.ends.take();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked showed nothing any more.
            let _ = thread.join();
        }
    }
}
