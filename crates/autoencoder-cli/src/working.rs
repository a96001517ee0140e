//! A bar or a spinner on the terminal while something is done that takes long enough to be seen.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::{self, Notes};

/// What is done sooner is not shown.
const SOON: Duration = Duration::from_millis(500);
/// How often what is shown is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// How much is done, not how long the rest takes: of that nothing is known until the first piece is done.
const BAR: &str = "{msg}  {wide_bar:.}  {percent} %";
const SPINNER: &str = "{spinner} {msg}  {elapsed}";

/// Shown from [`SOON`] on, and gone when it is dropped.
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
        let _shown = self.working(what, None);
        work()
    }

    /// Begins work of so many pieces, if that is known; the caller says when one is done.
    pub(crate) fn working(self, what: impl Into<String>, pieces: Option<usize>) -> Working {
        Working { shown: self.is_live().then(|| Shown::new(what.into(), pieces)) }
    }
}

impl Working {
    /// One more piece is done; from any thread.
    pub(crate) fn advance(&self) {
        if let Some(shown) = &self.shown {
            shown.bar.inc(1);
        }
    }
}

impl Shown {
    fn new(what: String, pieces: Option<usize>) -> Self {
        let pieces = pieces.map(|pieces| pieces as u64);
        let bar = ProgressBar::with_draw_target(pieces, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(if pieces.is_some() { BAR } else { SPINNER })
            .expect("the template is well formed");
        bar.set_style(style.progress_chars(progress::CHARACTERS));
        bar.set_message(what);
        let (ends, ended) = mpsc::channel::<()>();
        let drawn = bar.clone();
        let draw = move || {
            if ended.recv_timeout(SOON) == Err(RecvTimeoutError::Timeout) {
                drawn.set_draw_target(ProgressDrawTarget::stderr_with_hz(progress::HERTZ));
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
