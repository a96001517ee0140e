//! The size of samples as they are, and packed by gzip.

use std::io::{self, Write};

use autoencoder::{TableValues, Values};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The bytes of samples: a byte for a byte, four for a number, and as few as there are words for the place of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawSize {
    pub(crate) bytes: usize,
    /// The bytes after gzip at its best.
    pub(crate) packed: usize,
}

impl RawSize {
    pub(super) fn of(values: &Values) -> Self {
        let mut packer = Packer::new();
        match values {
            Values::Bytes(values) => values.iter().for_each(|&value| packer.add(&[value])),
            Values::Floats(values) => values.iter().for_each(|value| packer.add(&value.to_le_bytes())),
            Values::Doubles(values) => values.iter().for_each(|&value| packer.add_number(value)),
            Values::Table(table) => add_table(&mut packer, table),
        }
        packer.finish()
    }
}

fn add_table(packer: &mut Packer, table: &TableValues) {
    for (numbers, words) in table.numbers().rows().into_iter().zip(table.words().rows()) {
        numbers.iter().for_each(|&number| packer.add_number(number));
        for (&word, &count) in words.iter().zip(table.counts()) {
            // A hole is one more word.
            let length = if count < 1 << 8 {
                1
            } else if count < 1 << 16 {
                2
            } else {
                4
            };
            packer.add(&word.to_le_bytes()[..length]);
        }
    }
}

/// Counts bytes, and those that gzip makes of them.
struct Packer {
    bytes: usize,
    waiting: Vec<u8>,
    gzip: GzEncoder<Counted>,
}

/// A writer that keeps nothing but the number of its bytes.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes that are handed to gzip together.
const TOGETHER: usize = 1 << 16;

impl Packer {
    fn new() -> Self {
        let gzip = GzEncoder::new(Counted(0), Compression::best());
        Self { bytes: 0, waiting: Vec::with_capacity(TOGETHER), gzip }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= TOGETHER {
            self.pack();
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "numbers count as four bytes")]
    fn add_number(&mut self, number: f64) {
        self.add(&(number as f32).to_le_bytes());
    }

    fn pack(&mut self) {
        self.bytes += self.waiting.len();
        self.gzip.write_all(&self.waiting).expect("counting takes all bytes");
        self.waiting.clear();
    }

    fn finish(mut self) -> RawSize {
        self.pack();
        let Counted(packed) = self.gzip.finish().expect("counting takes all bytes");
        RawSize { bytes: self.bytes, packed }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn bytes_are_counted_and_packed() {
        let same = RawSize::of(&Values::Bytes(Array2::from_elem((1000, 500), 7)));
        assert!(same.bytes == 500_000 && same.packed < 1000, "{same:?}");
        assert_eq!(RawSize::of(&Values::Floats(array![[1.0, 2.0]])).bytes, 8);
        let table =
            TableValues::new(array![[1.0], [f64::NAN]], array![[0, 299], [TableValues::HOLE, 7]], [2, 300]);
        assert_eq!(RawSize::of(&Values::Table(table.unwrap())).bytes, 2 * (4 + 1 + 2));
    }
}
