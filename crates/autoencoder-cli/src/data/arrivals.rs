//! Bytes as they arrive: a thread reads ahead, so that whoever asks gets all that is there and waits only where nothing is.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// The number of bytes that are read at a time.
const PIECE: usize = 1 << 16;
/// The number of pieces that may wait to be asked for.
const WAITING: usize = 8;
/// The number of bytes from which on no more are put together, even if more wait.
const TOGETHER: usize = 1 << 18;

/// The bytes of an input as they arrive.
#[derive(Debug)]
pub(super) struct Arrivals {
    pieces: Receiver<io::Result<Vec<u8>>>,
    /// The failure behind the bytes that were returned last.
    failed: Option<io::Error>,
}

impl Arrivals {
    /// Begins to read. An input that never ends is read ahead by half a MiB at most.
    pub(super) fn of(mut input: impl Read + Send + 'static) -> io::Result<Self> {
        let (sender, pieces) = mpsc::sync_channel(WAITING);
        let read = move || {
            let mut piece = vec![0; PIECE];
            loop {
                let read = match input.read(&mut piece) {
                    Ok(0) => return,
                    Ok(count) => Ok(piece[..count].to_vec()),
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_over = read.is_err();
                // Nobody asks any more.
                if sender.send(read).is_err() || is_over {
                    return;
                }
            }
        };
        thread::Builder::new().spawn(read)?;
        Ok(Self { pieces, failed: None })
    }

    /// Waits for more bytes and returns all that are there; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Ok(first) = self.pieces.recv() else { return Ok(None) };
        let mut bytes = first?;
        while bytes.len() < TOGETHER {
            match self.pieces.try_recv() {
                Ok(Ok(more)) => bytes.extend(more),
                Ok(Err(error)) => self.failed = Some(error),
                // Nothing more is there, or nothing more comes.
                Err(_) => break,
            }
        }
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An input that takes each piece from a channel, as a pipe does; without senders it fails.
    struct Pipe(Receiver<&'static [u8]>);

    impl Read for Pipe {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.recv().map_err(|_| io::Error::other("gone"))?;
            buffer[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }
    }

    #[test]
    fn what_is_there_is_returned_without_waiting_for_more() {
        let (sender, receiver) = mpsc::channel();
        let mut arrivals = Arrivals::of(Pipe(receiver)).unwrap();
        for piece in [&b"one\n"[..], b"two"] {
            sender.send(piece).unwrap();
            assert_eq!(arrivals.next().unwrap().as_deref(), Some(piece));
        }
        sender.send(b"three").unwrap();
        drop(sender);
        assert_eq!(arrivals.next().unwrap().as_deref(), Some(&b"three"[..]));
        assert_eq!(arrivals.next().unwrap_err().to_string(), "gone");
        assert_eq!(arrivals.next().unwrap(), None);
    }

    #[test]
    fn an_input_without_end_is_taken_in_bounded_parts() {
        let mut arrivals = Arrivals::of(io::repeat(b'1')).unwrap();
        for _ in 0..20 {
            let bytes = arrivals.next().unwrap().unwrap();
            assert!((1..TOGETHER + PIECE).contains(&bytes.len()), "{}", bytes.len());
        }
        assert_eq!(Arrivals::of(io::empty()).unwrap().next().unwrap(), None);
    }
}
