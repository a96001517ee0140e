//! Encoding elements as big-endian bytes and decoding them again, for each of the six types.

use std::fmt;
use std::io::{self, Read, Write};

use byteorder::{BigEndian, ByteOrder};

use crate::any_array::AnyArray;
use crate::array::Array;
use crate::arrival::{Arrival, End, fill};

/// Bytes that are decoded or encoded at a time: few enough to stay in a core's cache.
pub(crate) const CHUNK_BYTES: usize = 64 * 1024;

/// The conversions that the crate needs from an element type; public in name only, so that `Element` is sealed.
pub trait Codec: Copy + Default + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// Decodes `bytes`, which holds exactly `out.len()` elements.
    #[doc(hidden)]
    fn decode(bytes: &[u8], out: &mut [Self]);

    /// Encodes `elements` into `out`, which has room for exactly these.
    #[doc(hidden)]
    fn encode(elements: &[Self], out: &mut [u8]);

    /// Makes the typed array an array of any type.
    #[doc(hidden)]
    fn into_any(array: Array<Self>) -> AnyArray
    where
        Self: crate::Element;

    /// The typed array inside, or the whole thing back when it is of another type.
    #[doc(hidden)]
    fn from_any(array: AnyArray) -> Result<Array<Self>, AnyArray>
    where
        Self: crate::Element;

    /// The typed array inside.
    #[doc(hidden)]
    fn borrow_any(array: &AnyArray) -> Option<&Array<Self>>
    where
        Self: crate::Element;

    /// Fills `out` from the reader, by way of `scratch`.
    #[doc(hidden)]
    fn fill_from<R: Read>(reader: &mut R, scratch: &mut Vec<u8>, out: &mut [Self]) -> Arrival {
        let mut arrived = 0_u64;
        for part in out.chunks_mut(elements_per_chunk::<Self>()) {
            let bytes = scratch_for(scratch, size_of_val(part));
            let arrival = fill(reader, bytes);
            arrived = arrived.saturating_add(arrival.bytes);
            if !matches!(arrival.end, End::Complete) {
                return Arrival { bytes: arrived, end: arrival.end };
            }
            Self::decode(bytes, part);
        }
        Arrival { bytes: arrived, end: End::Complete }
    }

    /// Writes all elements, by way of `scratch`.
    #[doc(hidden)]
    fn write_to<W: Write>(writer: &mut W, scratch: &mut Vec<u8>, elements: &[Self]) -> io::Result<()> {
        for part in elements.chunks(elements_per_chunk::<Self>()) {
            let bytes = scratch_for(scratch, size_of_val(part));
            Self::encode(part, bytes);
            writer.write_all(bytes)?;
        }
        Ok(())
    }
}

/// Elements of type `T` in one chunk; never 0.
pub(crate) const fn elements_per_chunk<T>() -> usize {
    match CHUNK_BYTES.checked_div(size_of::<T>()) {
        Some(elements) => elements,
        None => CHUNK_BYTES,
    }
}

/// The first `count` bytes of `scratch`, which grows when it is shorter.
fn scratch_for(scratch: &mut Vec<u8>, count: usize) -> &mut [u8] {
    if scratch.len() < count {
        scratch.resize(count, 0);
    }
    scratch.get_mut(..count).unwrap_or_default()
}

/// The three conversions from and to [`AnyArray`], which differ in nothing but the variant.
macro_rules! any_array_conversions {
    ($variant:ident) => {
        fn into_any(array: Array<Self>) -> AnyArray {
            AnyArray::$variant(array)
        }

        fn from_any(array: AnyArray) -> Result<Array<Self>, AnyArray> {
            match array {
                AnyArray::$variant(typed) => Ok(typed),
                other => Err(other),
            }
        }

        fn borrow_any(array: &AnyArray) -> Option<&Array<Self>> {
            match array {
                AnyArray::$variant(typed) => Some(typed),
                _ => None,
            }
        }
    };
}

impl Codec for u8 {
    any_array_conversions!(U8);

    fn decode(bytes: &[u8], out: &mut [Self]) {
        out.copy_from_slice(bytes);
    }

    fn encode(elements: &[Self], out: &mut [u8]) {
        out.copy_from_slice(elements);
    }

    // Bytes need no decoding: straight into their place, with no scratch between.
    fn fill_from<R: Read>(reader: &mut R, _scratch: &mut Vec<u8>, out: &mut [Self]) -> Arrival {
        fill(reader, out)
    }

    fn write_to<W: Write>(writer: &mut W, _scratch: &mut Vec<u8>, elements: &[Self]) -> io::Result<()> {
        writer.write_all(elements)
    }
}

impl Codec for i8 {
    any_array_conversions!(I8);

    fn decode(bytes: &[u8], out: &mut [Self]) {
        for (element, byte) in out.iter_mut().zip(bytes) {
            *element = byte.cast_signed();
        }
    }

    fn encode(elements: &[Self], out: &mut [u8]) {
        for (byte, element) in out.iter_mut().zip(elements) {
            *byte = element.cast_unsigned();
        }
    }
}

/// The types of several bytes, which byteorder swaps; it copies bits, so that a NaN keeps its payload.
macro_rules! big_endian_codec {
    ($element:ty, $variant:ident, $read_into:ident, $write_into:ident) => {
        impl Codec for $element {
            any_array_conversions!($variant);

            fn decode(bytes: &[u8], out: &mut [Self]) {
                BigEndian::$read_into(bytes, out);
            }

            fn encode(elements: &[Self], out: &mut [u8]) {
                BigEndian::$write_into(elements, out);
            }
        }
    };
}

big_endian_codec!(i16, I16, read_i16_into, write_i16_into);
big_endian_codec!(i32, I32, read_i32_into, write_i32_into);
big_endian_codec!(f32, F32, read_f32_into, write_f32_into);
big_endian_codec!(f64, F64, read_f64_into, write_f64_into);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_big_endian() {
        let mut out = [0; 4];
        i16::encode(&[-2, 258], &mut out);
        assert_eq!(out, [0xFF, 0xFE, 0x01, 0x02]);
        i32::encode(&[0x0102_0304], &mut out);
        assert_eq!(out, [1, 2, 3, 4]);
        f32::encode(&[1.0], &mut out);
        assert_eq!(out, [0x3F, 0x80, 0, 0]);
        let mut signed = [0_i8; 3];
        i8::decode(&[0x80, 0xFF, 0x7F], &mut signed);
        assert_eq!(signed, [-128, -1, 127]);
    }

    #[test]
    fn more_than_one_chunk_goes_through_the_scratch() {
        let count = elements_per_chunk::<i32>() * 2 + 3;
        let elements: Vec<i32> = (0..).map(|i: i32| i.wrapping_mul(65_537)).take(count).collect();
        let (mut bytes, mut scratch) = (Vec::new(), Vec::new());
        i32::write_to(&mut bytes, &mut scratch, &elements).unwrap();
        assert_eq!(scratch.len(), CHUNK_BYTES);
        let mut read = vec![0; count];
        let arrival = i32::fill_from(&mut bytes.as_slice(), &mut scratch, &mut read);
        assert_eq!(arrival.bytes, bytes.len() as u64);
        assert_eq!(read, elements);
    }
}
