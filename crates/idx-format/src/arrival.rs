//! Reading a known number of bytes: how many arrived, why the read stopped, and memory that grows only as they arrive.

use std::io::{self, Read};

use crate::codec::elements_per_chunk;
use crate::element::Element;

/// Bytes of memory taken before the first byte of a payload has arrived.
const FIRST_STEP_BYTES: usize = 1024 * 1024;

/// The outcome of a read of a known number of bytes.
#[derive(Debug)]
pub struct Arrival {
    /// Bytes that arrived.
    pub bytes: u64,
    /// The reason why the read stopped.
    pub end: End,
}

/// The reason why a read stopped.
#[derive(Debug)]
pub enum End {
    /// Everything that was wanted is here.
    Complete,
    /// The input ended too early.
    OfInput,
    /// The input failed.
    Failed(io::Error),
    /// There was no memory for so many more bytes.
    OfMemory(u64),
}

/// Fills `buffer`, however small the pieces in which the bytes arrive, and through interruptions.
pub(crate) fn fill<R: Read>(reader: &mut R, buffer: &mut [u8]) -> Arrival {
    let mut filled = 0_usize;
    let end = loop {
        let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) else {
            break End::Complete;
        };
        match reader.read(rest) {
            Ok(0) => break End::OfInput,
            // A reader that claims more than there was room for must not lead us out of the buffer.
            Ok(count) => filled = filled.saturating_add(count.min(rest.len())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break End::Failed(error),
        }
    };
    Arrival { bytes: filled as u64, end }
}

/// Appends `count` elements to `elements`, whose memory grows only as bytes arrive: never more than the first
/// step, or twice what came, and never more than `count`.
pub(crate) fn append<T: Element, R: Read>(
    reader: &mut R,
    scratch: &mut Vec<u8>,
    elements: &mut Vec<T>,
    count: usize,
) -> Arrival {
    let goal = elements.len().saturating_add(count);
    let mut arrived = 0_u64;
    while elements.len() < goal {
        let step = next_step::<T>(elements.len(), goal.saturating_sub(elements.len()));
        if elements.try_reserve_exact(step).is_err() {
            let wanted = (step as u64).saturating_mul(T::TYPE.size() as u64);
            return Arrival { bytes: arrived, end: End::OfMemory(wanted) };
        }
        let reserved = elements.len().saturating_add(step);
        // Zeroed piece by piece, so that the zeros are still in the cache when the data overwrites them.
        while elements.len() < reserved {
            let start = elements.len();
            let stop = start.saturating_add(elements_per_chunk::<T>()).min(reserved);
            elements.resize(stop, T::default());
            let arrival = T::fill_from(reader, scratch, elements.get_mut(start..).unwrap_or_default());
            arrived = arrived.saturating_add(arrival.bytes);
            if !matches!(arrival.end, End::Complete) {
                return Arrival { bytes: arrived, end: arrival.end };
            }
        }
    }
    Arrival { bytes: arrived, end: End::Complete }
}

/// Elements to make room for when `present` have arrived and `missing` are still wanted.
fn next_step<T>(present: usize, missing: usize) -> usize {
    let first = FIRST_STEP_BYTES.checked_div(size_of::<T>()).unwrap_or(FIRST_STEP_BYTES);
    missing.min(present.max(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_grows_only_as_bytes_arrive() {
        let mut elements: Vec<f64> = Vec::new();
        let arrival = append(&mut [7_u8; 10].as_slice(), &mut Vec::new(), &mut elements, 1 << 58);
        assert_eq!(arrival.bytes, 10);
        assert!(matches!(arrival.end, End::OfInput));
        assert!(elements.capacity() * 8 <= FIRST_STEP_BYTES, "{}", elements.capacity());
    }

    #[test]
    fn memory_is_never_more_than_twice_what_arrived() {
        let arriving = 5 * FIRST_STEP_BYTES;
        let mut elements: Vec<u8> = Vec::new();
        let arrival =
            append(&mut io::repeat(1).take(arriving as u64), &mut Vec::new(), &mut elements, usize::MAX / 2);
        assert_eq!(arrival.bytes, arriving as u64);
        assert!(elements.capacity() <= 2 * arriving, "{}", elements.capacity());
    }

    #[test]
    fn memory_ends_at_what_is_wanted() {
        let count = 3 * FIRST_STEP_BYTES + 17;
        let mut elements: Vec<u8> = Vec::new();
        let arrival = append(&mut io::repeat(1), &mut Vec::new(), &mut elements, count);
        assert!(matches!(arrival.end, End::Complete));
        assert_eq!((elements.len(), elements.capacity()), (count, count));
    }

    #[test]
    fn fill_survives_a_reader_that_claims_too_much() {
        struct Liar;
        impl Read for Liar {
            fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
                Ok(usize::MAX)
            }
        }
        let arrival = fill(&mut Liar, &mut [0; 5]);
        assert_eq!(arrival.bytes, 5);
    }
}
