//! Compressed codes as the bytes of a file. docs/formats.md has the layout.

use autoencoder::Digest;
use ndarray::Array2;

use super::error::CompressedError;
use super::levels::{Reader, Writer};
use super::quantizer::Quantizer;
use super::texts::TextColumn;

/// The first bytes of a file: a byte that is no text, the name, and line breaks that a transfer as text would change.
const MAGIC: [u8; 8] = *b"\x89AEZ\r\n\x1a\n";

const VERSION: u16 = 1;

/// The bytes of a digest.
const DIGEST: usize = 16;

/// The numbers that need no bytes to back them, and how many a byte backs beyond: a few bytes that claim many numbers are not believed.
const FREE: usize = 1 << 20;
const BACKED: usize = 32;

/// The most columns of texts: what codes are called, and their labels.
const MOST_COLUMNS: usize = 2;

/// Codes rounded to levels, with the digest of the model that made them.
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// use autoencoder_convert::{CompressedCodes, Quantizer};
/// use ndarray::array;
/// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
/// let codes = array![[0.25, 0.5], [0.75, 0.5], [0.5, 0.5]];
/// let compressed = CompressedCodes::of(codes.view(), Quantizer::fit(codes.view(), 8), model.digest());
/// let bytes = compressed.to_bytes();
/// assert_eq!(CompressedCodes::from_bytes(&bytes)?.codes(), compressed.codes());
/// assert!(CompressedCodes::from_bytes(&bytes[1..]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CompressedCodes {
    /// The levels of numbers.
    pub quantizer: Quantizer,
    /// The level of each number, (codes, numbers).
    pub levels: Array2<u16>,
    /// The digest of the model that made the codes.
    pub model: Digest,
    /// Texts that stand beside the codes, such as labels.
    pub columns: Vec<TextColumn>,
}

impl CompressedCodes {
    /// Codes (codes, numbers), rounded.
    ///
    /// # Panics
    /// If the codes have another length than those of the quantizer.
    pub fn of(codes: ndarray::ArrayView2<'_, f32>, quantizer: Quantizer, model: Digest) -> Self {
        let levels = quantizer.levels(codes);
        Self { quantizer, levels, model, columns: Vec::new() }
    }

    /// The same codes with texts beside them.
    ///
    /// # Panics
    /// If there is not one text for each code, or there are more than two columns.
    #[must_use]
    pub fn with_columns(self, columns: Vec<TextColumn>) -> Self {
        let are_right = columns.iter().all(|column| column.places.len() == self.levels.nrows());
        assert!(are_right && columns.len() <= MOST_COLUMNS, "with_columns: one text for each code");
        Self { columns, ..self }
    }

    /// The rounded codes.
    pub fn codes(&self) -> Array2<f32> {
        self.quantizer.codes(self.levels.view())
    }

    /// Checks that a model with this digest made the codes.
    ///
    /// # Errors
    /// If it was another model.
    pub fn check_model(&self, expected: Digest) -> Result<(), CompressedError> {
        if self.model == expected {
            Ok(())
        } else {
            Err(CompressedError::Model { expected, found: self.model })
        }
    }

    /// Writes the codes as the bytes of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (count, width) = self.levels.dim();
        let bits = self.quantizer.bits();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([bits, 0]);
        bytes.extend(length(width));
        bytes.extend((count as u64).to_le_bytes());
        bytes.extend(self.model.to_bytes());
        for range in self.quantizer.ranges() {
            bytes.extend(range.iter().flat_map(|end| end.to_le_bytes()));
        }
        let mut writer = Writer::new(width, bits);
        for code in self.levels.rows() {
            for (place, &level) in code.iter().enumerate().filter(|(place, _)| self.quantizer.varies(*place))
            {
                writer.write(place, u32::from(level));
            }
        }
        put_words(&mut bytes, writer.finish(), count.saturating_mul(width));
        bytes.extend(length(self.columns.len()));
        for column in &self.columns {
            put_column(&mut bytes, column);
        }
        let checksum = Digest::of(&bytes);
        bytes.extend(checksum.to_bytes());
        bytes
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are none that [`CompressedCodes::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CompressedError> {
        let Some(rest) = bytes.strip_prefix(&MAGIC) else { return Err(CompressedError::Foreign) };
        let mut rest = Rest(rest);
        let version = u16::from_le_bytes(rest.array()?);
        if version > VERSION {
            return Err(CompressedError::Version { found: version });
        }
        let Some((contents, checksum)) = bytes.split_last_chunk::<DIGEST>() else {
            return Err(CompressedError::Length);
        };
        if Digest::of(contents).to_bytes() != *checksum {
            return Err(CompressedError::Checksum);
        }
        let [bits, reserved] = rest.array()?;
        let width = rest.length()?;
        let count = u64::from_le_bytes(rest.array()?);
        let model = Digest::from_bytes(rest.array()?);
        let is_right = version == VERSION && reserved == 0 && count > 0;
        let Some(count) = usize::try_from(count).ok().filter(|_| is_right) else {
            return Err(CompressedError::Damaged { part: "head" });
        };
        let ranges = rest.take(width.checked_mul(8).ok_or(CompressedError::Length)?)?;
        let ranges = ranges
            .as_chunks::<8>()
            .0
            .iter()
            .map(|&[a, b, c, d, e, f, g, h]| [[a, b, c, d], [e, f, g, h]].map(f32::from_le_bytes));
        let quantizer = Quantizer::new(bits, ranges.collect());
        let quantizer = quantizer.ok_or(CompressedError::Damaged { part: "ranges" })?;
        let words = rest.words(count.checked_mul(width))?;
        let damaged = CompressedError::Damaged { part: "levels" };
        let mut reader = Reader::new(words, width, bits);
        let mut levels = Array2::zeros((count, width));
        for ((_, place), level) in
            levels.indexed_iter_mut().filter(|((_, place), _)| quantizer.varies(*place))
        {
            let read = reader.read(place).and_then(|number| u16::try_from(number).ok());
            *level = read.ok_or_else(|| damaged.clone())?;
        }
        let columns = rest.length()?;
        if columns > MOST_COLUMNS {
            return Err(CompressedError::Damaged { part: "texts" });
        }
        let columns = (0..columns).map(|_| rest.column(count)).collect::<Result<_, _>>()?;
        if rest.0.len() == DIGEST {
            Ok(Self { quantizer, levels, model, columns })
        } else {
            Err(CompressedError::Length)
        }
    }
}

/// A length in four bytes.
fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("lengths of codes and texts are far below 2^32").to_le_bytes()
}

/// Adds words with their number, and as many words of zeros behind them as so many numbers need to be believed.
fn put_words(bytes: &mut Vec<u8>, mut words: Vec<u32>, numbers: usize) {
    words.resize(words.len().max(numbers.saturating_sub(FREE).div_ceil(4 * BACKED)), 0);
    bytes.extend((words.len() as u64).to_le_bytes());
    bytes.extend(words.into_iter().flat_map(u32::to_le_bytes));
}

/// Adds a column: its name, its different texts, and which of them each code has, unless all differ.
fn put_column(bytes: &mut Vec<u8>, TextColumn { name, table, places }: &TextColumn) {
    put_text(bytes, name);
    bytes.extend(length(table.len()));
    for text in table {
        put_text(bytes, text);
    }
    if table.len() < places.len() {
        let mut writer = Writer::new(1, bits_of(table.len()));
        for &place in places {
            writer.write(0, place);
        }
        put_words(bytes, writer.finish(), places.len());
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(length(text.len()));
    bytes.extend(text.as_bytes());
}

/// The bits of an index into a table.
#[expect(clippy::cast_possible_truncation, reason = "at most 64")]
fn bits_of(table: usize) -> u8 {
    (usize::BITS - table.saturating_sub(1).leading_zeros()) as u8
}

/// The bytes that were not read yet, the checksum at their end among them.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], CompressedError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CompressedError::Length)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CompressedError> {
        self.take(N).map(|bytes| bytes.try_into().expect("as many bytes as were asked for"))
    }

    fn length(&mut self) -> Result<usize, CompressedError> {
        let length = u32::from_le_bytes(self.array()?);
        usize::try_from(length).map_err(|_| CompressedError::Length)
    }

    /// Words that back so many numbers.
    fn words(&mut self, numbers: Option<usize>) -> Result<Vec<u32>, CompressedError> {
        let count = u64::from_le_bytes(self.array()?);
        let bytes = usize::try_from(count).ok().and_then(|count| count.checked_mul(4));
        let bytes = self.take(bytes.ok_or(CompressedError::Length)?)?;
        let backed = bytes.len().saturating_mul(BACKED).saturating_add(FREE);
        if numbers.is_none_or(|numbers| numbers > backed) {
            return Err(CompressedError::Damaged { part: "head" });
        }
        Ok(bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect())
    }

    fn text(&mut self) -> Result<String, CompressedError> {
        let length = self.length()?;
        let text = std::str::from_utf8(self.take(length)?);
        text.map(str::to_owned).map_err(|_| CompressedError::Damaged { part: "texts" })
    }

    fn column(&mut self, count: usize) -> Result<TextColumn, CompressedError> {
        let damaged = CompressedError::Damaged { part: "texts" };
        let name = self.text()?;
        let different = self.length()?;
        if different == 0 || different > count {
            return Err(damaged);
        }
        // A text takes four bytes at least.
        if different > self.0.len() / 4 {
            return Err(CompressedError::Length);
        }
        let table: Vec<String> = (0..different).map(|_| self.text()).collect::<Result<_, _>>()?;
        let places: Vec<u32> = if different == count {
            (0..).take(count).collect()
        } else {
            let mut reader = Reader::new(self.words(Some(count))?, 1, bits_of(different));
            let place = |_| reader.read(0).filter(|&place| (place as usize) < different);
            (0..count).map(place).collect::<Option<_>>().ok_or(damaged)?
        };
        Ok(TextColumn { name, table, places })
    }
}

#[cfg(test)]
mod tests;
