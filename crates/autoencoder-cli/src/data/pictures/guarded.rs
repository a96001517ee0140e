//! Decoders of others, which may panic on a damaged file: a panic becomes a failure of that file.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

// A panic that ends the program at once cannot be caught.
const _: () = assert!(cfg!(panic = "unwind"), "the profiles leave panics as they are");

thread_local! {
    /// Whether this thread decodes something: what a panic says is then no concern of the user.
    static DECODES: Cell<bool> = const { Cell::new(false) };
}

/// Decodes on this thread alone. A panic is a failure like any other, and prints nothing.
pub(super) fn guarded<T>(decode: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        // The hook is that of the whole process: panics of all other work are told as before.
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !DECODES.get() {
                others(panic);
            }
        }));
    });
    let before = DECODES.replace(true);
    // Nothing that the decoder has changed is used after a panic.
    let decoded = panic::catch_unwind(AssertUnwindSafe(decode));
    DECODES.set(before);
    decoded
        .unwrap_or_else(|_| Err("damaged in a way that the decoder does not know; replace the file".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_on_every_thread() {
        let decoded = || guarded(|| if DECODES.get() { panic!("out of bounds") } else { Ok(3) });
        assert!(decoded().unwrap_err().starts_with("damaged"));
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(decoded)).collect();
            assert!(threads.into_iter().all(|thread| thread.join().unwrap().is_err()));
        });
        assert!(!DECODES.get(), "later panics are told");
        assert_eq!(guarded(|| Ok(3)), Ok(3));
    }
}
