//! Arrays of numbers as they lie in files: of any kind of up to 8 bytes, in either byte order and either order of the
//! axes; the first axis counts the samples.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use autoencoder_kernels::zeros;
use bytemuck::Pod;
use half::{bf16, f16};
use ndarray::{ArrayD, IxDyn, ShapeBuilder};
use rayon::prelude::*;

use super::element::ElementKind;
use super::labels::Labels;
use super::numbers;
use super::samples::{Data, Elements, no_samples};
use crate::failure::{Failure, Outcome};
use crate::terminal::Reading;

/// The number of elements that are read at a time.
const CHUNK: usize = 1 << 16;

/// The form of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The size along each axis, outermost first.
    pub(super) shape: Vec<usize>,
    pub(super) kind: ElementKind,
    pub(super) big_endian: bool,
    /// Whether the first index varies fastest.
    pub(super) fortran_order: bool,
}

/// An array that is read from an input, which begins with its first element and ends with its last.
pub(super) struct Array<'a, R> {
    pub(super) input: R,
    pub(super) layout: &'a Layout,
    /// Whether the input is known to hold all of the array: memory for it is asked for at once.
    pub(super) is_there: bool,
    /// Where the elements lie in a file, if they lie there as they are: threads read them side by side.
    pub(super) in_file: Option<InFile<'a>>,
}

/// The place of an array in a file.
pub(super) struct InFile<'a> {
    pub(super) file: &'a Reading<'a>,
    /// The place of the first byte.
    pub(super) offset: u64,
}

/// The reasons why the elements of an array are not read.
#[derive(Debug)]
pub(super) enum ArrayError {
    /// The input failed.
    Read(io::Error),
    /// The number of bytes of the elements is not as the layout says.
    Length { expected: u64, found: u64 },
    /// More elements than the machine can count in bytes.
    Overflow { shape: Vec<usize> },
    /// The system gave no memory.
    Memory { bytes: usize },
}

impl fmt::Display for ArrayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "reading failed: {error}"),
            Self::Length { expected, found } => {
                write!(f, "array: expected {expected} bytes after the header, found {found}")
            }
            Self::Overflow { shape } => write!(f, "array: the shape {shape:?} cannot be multiplied"),
            Self::Memory { bytes } => write!(f, "not enough memory for {bytes} bytes"),
        }
    }
}

impl ArrayError {
    /// The failure at a path.
    pub(super) fn at(&self, path: &Path) -> Failure {
        let failure = Failure::at(path, self);
        match self {
            Self::Length { .. } => failure.advise("write or copy the file again"),
            Self::Memory { .. } => failure.advise("read fewer samples with --limit"),
            Self::Read(error) if error.kind() == io::ErrorKind::InvalidData => {
                failure.advise("the file may be damaged: write or copy it again")
            }
            Self::Read(_) | Self::Overflow { .. } => failure,
        }
    }
}

impl Layout {
    /// The number of elements, or `None` where the machine cannot count their bytes.
    pub(super) fn count(&self) -> Option<usize> {
        product(&self.shape).filter(|count| count.checked_mul(8).is_some())
    }

    /// The number of bytes of all elements.
    pub(super) fn bytes(&self) -> Result<u64, ArrayError> {
        let count = self.count().ok_or_else(|| ArrayError::Overflow { shape: self.shape.clone() })?;
        Ok((count * self.kind.size()) as u64)
    }
}

/// The number of samples in an array of this shape, and the shape of a sample.
pub(super) fn samples(shape: &[usize], path: &Path) -> Outcome<(usize, Vec<usize>)> {
    match shape {
        [count, sample @ ..] if !sample.is_empty() => {
            let features = product(sample).filter(|&features| features > 0 && *count > 0);
            features.map(|_| (*count, sample.to_vec())).ok_or_else(|| no_samples(path))
        }
        shape => {
            let what =
                format_args!("expected samples: an array of 2 or more dimensions, found the shape {shape:?}");
            Err(Failure::at(path, what).advise("reshape the array to (samples, features)"))
        }
    }
}

impl<R: Read> Array<'_, R> {
    /// Reads the samples of the array, the first `limit` of them if that is given.
    pub(super) fn read_samples(mut self, path: &Path, limit: Option<usize>) -> Outcome<Data> {
        let (count, sample_shape) = samples(&self.layout.shape, path)?;
        self.layout.bytes().map_err(|error| error.at(path))?;
        let features = sample_shape.iter().product();
        let kept = limit.map_or(count, |limit| limit.min(count)) * features;
        let elements = match self.read(kept).map_err(|error| error.at(path))? {
            Elements::Bytes(bytes) => Elements::Bytes(bytes),
            Elements::Floats(floats) => Elements::Floats(numbers::finite(path, features, floats)?),
            Elements::Doubles(doubles) => Elements::Doubles(numbers::finite(path, features, doubles)?),
        };
        Data::new(path, sample_shape, elements, None)
    }

    /// Reads the labels of the array, which has one number for each sample: the first `limit` of them if that is given.
    pub(super) fn read_labels(mut self, path: &Path, limit: Option<usize>) -> Outcome<Labels> {
        fn names<T: ToString>(numbers: &[T]) -> Vec<String> {
            numbers.iter().map(ToString::to_string).collect()
        }
        self.layout.bytes().map_err(|error| error.at(path))?;
        let count = self.layout.count().unwrap_or(0);
        let names = match self.read(limit.map_or(count, |limit| limit.min(count))) {
            Ok(Elements::Bytes(bytes)) => names(&bytes),
            Ok(Elements::Floats(floats)) => names(&floats),
            Ok(Elements::Doubles(doubles)) => names(&doubles),
            Err(error) => return Err(error.at(path)),
        };
        Ok(Labels::of_names(&names))
    }

    /// Reads the first `kept` elements in row-major order.
    fn read(&mut self, kept: usize) -> Result<Elements, ArrayError> {
        let big = self.layout.big_endian;
        match self.layout.kind {
            ElementKind::U8 if self.is_there => self.as_they_are(kept).map(Elements::Bytes),
            ElementKind::U8 => self.each(kept, |[byte]| byte).map(Elements::Bytes),
            ElementKind::Bool => {
                self.each(kept, |[byte]| f32::from(u8::from(byte != 0))).map(Elements::Floats)
            }
            ElementKind::I8 => {
                self.each(kept, |byte| f32::from(i8::from_le_bytes(byte))).map(Elements::Floats)
            }
            ElementKind::U16 => {
                self.each(kept, |bytes| f32::from(u16::from_le_bytes(le(bytes, big)))).map(Elements::Floats)
            }
            ElementKind::I16 => {
                self.each(kept, |bytes| f32::from(i16::from_le_bytes(le(bytes, big)))).map(Elements::Floats)
            }
            ElementKind::F16 => {
                self.each(kept, |bytes| f16::from_le_bytes(le(bytes, big)).to_f32()).map(Elements::Floats)
            }
            ElementKind::Bf16 => {
                self.each(kept, |bytes| bf16::from_le_bytes(le(bytes, big)).to_f32()).map(Elements::Floats)
            }
            ElementKind::F32 if self.is_there && is_native(big) => {
                self.as_they_are(kept).map(Elements::Floats)
            }
            ElementKind::F32 => {
                self.each(kept, |bytes| f32::from_le_bytes(le(bytes, big))).map(Elements::Floats)
            }
            ElementKind::U32 => {
                self.each(kept, |bytes| f64::from(u32::from_le_bytes(le(bytes, big)))).map(Elements::Doubles)
            }
            ElementKind::I32 => {
                self.each(kept, |bytes| f64::from(i32::from_le_bytes(le(bytes, big)))).map(Elements::Doubles)
            }
            // Whole numbers beyond 2^53 are rounded to the nearest f64.
            ElementKind::U64 => {
                self.each(kept, |bytes| u64::from_le_bytes(le(bytes, big)) as f64).map(Elements::Doubles)
            }
            ElementKind::I64 => {
                self.each(kept, |bytes| i64::from_le_bytes(le(bytes, big)) as f64).map(Elements::Doubles)
            }
            ElementKind::F64 if self.is_there && is_native(big) => {
                self.as_they_are(kept).map(Elements::Doubles)
            }
            ElementKind::F64 => {
                self.each(kept, |bytes| f64::from_le_bytes(le(bytes, big))).map(Elements::Doubles)
            }
        }
    }

    /// Reads elements in row-major order whose bytes are those of the numbers in memory, into their place at once. The input is
    /// known to hold them.
    fn as_they_are<T: Pod + Default + Send>(&mut self, kept: usize) -> Result<Vec<T>, ArrayError> {
        let wanted = self.wanted(kept);
        let bytes = wanted.saturating_mul(size_of::<T>());
        let mut elements = zeros::<T>(wanted).map_err(|_| ArrayError::Memory { bytes })?;
        if let Some(InFile { file, offset }) = self.in_file {
            let chunks = elements.par_chunks_mut(CHUNK).enumerate();
            let read = chunks.try_for_each(|(index, chunk)| {
                let before = (index * CHUNK * size_of::<T>()) as u64;
                file.read_exact_at(bytemuck::cast_slice_mut(chunk), offset + before)
            });
            read.map_err(ArrayError::Read)?;
            return self.ordered(elements, kept);
        }
        let mut read = 0;
        for chunk in elements.chunks_mut(CHUNK) {
            let bytes: &mut [u8] = bytemuck::cast_slice_mut(chunk);
            let found = fill(&mut self.input, bytes)?;
            read += found as u64;
            if found < bytes.len() {
                return Err(ArrayError::Length { expected: self.layout.bytes()?, found: read });
            }
        }
        self.ordered(elements, kept)
    }

    /// Reads elements in row-major order, each from `SIZE` bytes.
    fn each<T: Copy, const SIZE: usize>(
        &mut self,
        kept: usize,
        number: impl Fn([u8; SIZE]) -> T,
    ) -> Result<Vec<T>, ArrayError> {
        let expected = self.layout.bytes()?;
        let wanted = self.wanted(kept);
        let mut elements = Vec::new();
        if self.is_there {
            let bytes = wanted.saturating_mul(size_of::<T>());
            elements.try_reserve_exact(wanted).map_err(|_| ArrayError::Memory { bytes })?;
        }
        let mut bytes = vec![0; CHUNK.min(wanted) * SIZE];
        while elements.len() < wanted {
            let chunk = CHUNK.min(wanted - elements.len()) * SIZE;
            let found = fill(&mut self.input, &mut bytes[..chunk])?;
            if found < chunk {
                let found = (elements.len() * SIZE + found) as u64;
                return Err(ArrayError::Length { expected, found });
            }
            let (whole, _) = bytes[..chunk].as_chunks::<SIZE>();
            // Where nobody knows how much is to come, a claim may end in memory that is not there.
            let more = whole.len();
            let asked = more.saturating_mul(size_of::<T>());
            elements.try_reserve(more).map_err(|_| ArrayError::Memory { bytes: asked })?;
            elements.extend(whole.iter().map(|&bytes| number(bytes)));
        }
        self.ordered(elements, kept)
    }

    /// The number of elements to read: all of the array where it is in the order of Fortran, which spreads the first samples over all
    /// of it.
    fn wanted(&self, kept: usize) -> usize {
        if self.layout.fortran_order { self.layout.count().unwrap_or(0) } else { kept }
    }

    /// The first `kept` elements in row-major order, of those that were read. An input that goes on behind the array is refused.
    fn ordered<T: Copy>(&mut self, elements: Vec<T>, kept: usize) -> Result<Vec<T>, ArrayError> {
        let is_whole = self.in_file.is_none() && Some(elements.len()) == self.layout.count();
        if is_whole && fill(&mut self.input, &mut [0])? > 0 {
            let expected = self.layout.bytes()?;
            return Err(ArrayError::Length { expected, found: expected + 1 });
        }
        if !self.layout.fortran_order {
            return Ok(elements);
        }
        let array = ArrayD::from_shape_vec(IxDyn(&self.layout.shape).f(), elements)
            .map_err(|_| ArrayError::Overflow { shape: self.layout.shape.clone() })?;
        Ok(array.iter().copied().take(kept).collect())
    }
}

/// Whether numbers in this order of bytes are as this processor has them.
fn is_native(big_endian: bool) -> bool {
    big_endian == cfg!(target_endian = "big")
}

/// The bytes of an element, the least first.
fn le<const SIZE: usize>(mut bytes: [u8; SIZE], big_endian: bool) -> [u8; SIZE] {
    if big_endian {
        bytes.reverse();
    }
    bytes
}

/// Fills the buffer as far as the input reaches.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize, ArrayError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ArrayError::Read(error)),
        }
    }
    Ok(filled)
}

/// The product of sizes, or `None` where the machine cannot count so far; 0 if one of the sizes is 0, whatever the
/// others.
pub(super) fn product(sizes: &[usize]) -> Option<usize> {
    if sizes.contains(&0) {
        return Some(0);
    }
    sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))
}
