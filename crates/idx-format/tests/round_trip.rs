//! Whatever is written is read back bit by bit, in every way there is; and no bytes at all make a reader panic.
#![allow(clippy::unwrap_used, reason = "a test that is wrong may panic")]

use std::fmt::Debug;
use std::io::{self, Cursor, Read};

use idx_format::{AnyArray, Array, Element, GrowingWriter, ReadOptions, Reader, View, Writer, read, write};
use proptest::prelude::*;

mod pieces;

use pieces::Pieces;

/// The bits of an element, since NaN is not equal to itself and -0.0 is to 0.0.
trait Bits: Element {
    fn bits(self) -> u64;
    fn from_bits(bits: u64) -> Self;
}

macro_rules! bits {
    ($element:ty) => {
        impl Bits for $element {
            fn bits(self) -> u64 {
                u64::from_be_bytes({
                    let mut bytes = [0; 8];
                    bytes[..size_of::<Self>()].copy_from_slice(&self.to_be_bytes());
                    bytes
                })
            }

            fn from_bits(bits: u64) -> Self {
                let bytes = bits.to_be_bytes();
                Self::from_be_bytes(bytes[..size_of::<Self>()].try_into().unwrap())
            }
        }
    };
}

bits!(u8);
bits!(i8);
bits!(i16);
bits!(i32);
bits!(f32);
bits!(f64);

fn bits_of<T: Bits>(elements: &[T]) -> Vec<u64> {
    elements.iter().map(|element| element.bits()).collect()
}

/// Sizes of 0 to 5 dimensions, some of them 0, with few elements.
fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..5, 0..=5)
}

/// Bits of elements: any, and those of the numbers that are easily lost.
fn element_bits() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => any::<u64>(),
        1 => Just(0x8000_0000_0000_0000), // the least integer, or -0.0
        1 => Just(0x7FF0_0000_0000_0001), // a signalling NaN of f64
        1 => Just(0x7F80_0001_0000_0000), // a signalling NaN of f32
        1 => Just(0xFFC0_1234_5678_9ABC), // NaNs with a sign and a payload
    ]
}

fn arrays() -> impl Strategy<Value = (Vec<usize>, Vec<u64>)> {
    sizes().prop_flat_map(|sizes| {
        let count = sizes.iter().product::<usize>();
        (Just(sizes), prop::collection::vec(element_bits(), count))
    })
}

fn check_bits<T: Bits + Debug>(array: AnyArray, sizes: &[usize], bits: &[u64]) -> Result<(), TestCaseError> {
    let array: Array<T> = array.into_typed().unwrap();
    prop_assert_eq!(array.sizes(), sizes);
    prop_assert_eq!(bits_of(array.as_slice()), bits);
    Ok(())
}

/// Reads the file in every way and compares.
fn check_file<T: Bits>(file: &[u8], sizes: &[usize], bits: &[u64]) -> Result<(), TestCaseError> {
    check_bits::<T>(read(file).unwrap(), sizes, bits)?;
    check_bits::<T>(read(Pieces::one_by_one(file)).unwrap(), sizes, bits)?;
    check_bits::<T>(read(Pieces::interrupted(file, 5)).unwrap(), sizes, bits)?;

    let mut reader = Reader::new(Pieces::one_by_one(file)).unwrap();
    let items: Vec<Vec<T>> = reader.items::<T>().unwrap().map(Result::unwrap).collect();
    prop_assert_eq!(items.len(), sizes.first().copied().unwrap_or(1));
    prop_assert_eq!(bits_of(&items.concat()), bits);

    let mut reader = Reader::new(file).unwrap();
    let (mut buffer, mut all) = (vec![T::default(); reader.header().item_len() * 2], Vec::new());
    loop {
        let count = reader.read_items_into(&mut buffer).unwrap();
        if count == 0 {
            break;
        }
        all.extend_from_slice(&buffer[..count * reader.header().item_len()]);
    }
    prop_assert_eq!(bits_of(&all), bits);

    let mut reader = Reader::new(file).unwrap();
    let skipped = reader.skip_items(1).unwrap();
    let rest = reader.read_array::<T>().unwrap();
    prop_assert_eq!(skipped + reader.header().dimensions().min(1) * rest.item_count(), items.len());
    prop_assert_eq!(bits_of(rest.as_slice()), &bits[skipped * reader.header().item_len()..]);
    Ok(())
}

fn check_type<T: Bits>(sizes: &[usize], bits: &[u64]) -> Result<(), TestCaseError> {
    let elements: Vec<T> = bits.iter().map(|bits| T::from_bits(*bits)).collect();
    let bits = bits_of(&elements);
    let file = write(Vec::new(), sizes, &elements).unwrap();
    prop_assert_eq!(file.len(), 4 + 4 * sizes.len() + elements.len() * size_of::<T>());
    check_file::<T>(&file, sizes, &bits)?;

    let view = View::new(&file).unwrap();
    prop_assert_eq!(bits_of(&view.elements::<T>().unwrap().collect::<Vec<T>>()), bits.clone());
    prop_assert_eq!(bits_of(&view.items::<T>().unwrap().flatten().collect::<Vec<T>>()), bits.clone());
    check_bits::<T>(view.to_array(), sizes, &bits)?;

    let array = Array::new(sizes, elements.clone()).unwrap();
    let mut rewritten = Vec::new();
    AnyArray::from(array.clone()).write_to(&mut rewritten).unwrap();
    prop_assert_eq!(&rewritten, &file);

    // Item by item, with the number known before, and with it put in at the end.
    let mut writer = Writer::new(Vec::new(), sizes).unwrap();
    for item in array.items() {
        writer.write_item(item).unwrap();
    }
    prop_assert_eq!(&writer.finish().unwrap(), &file);
    if let Some(item_sizes) = sizes.get(1..) {
        let mut writer = GrowingWriter::new(Cursor::new(Vec::new()), item_sizes).unwrap();
        for item in array.items() {
            writer.write_item(item).unwrap();
        }
        prop_assert_eq!(&writer.finish().unwrap().into_inner(), &file);
    }

    #[cfg(feature = "gzip")]
    {
        let mut writer = Writer::new_gzip(Vec::new(), sizes, 6).unwrap();
        writer.write_all(&elements).unwrap();
        check_file::<T>(&writer.finish().unwrap(), sizes, &bits)?;
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_type_in_every_way((sizes, bits) in arrays()) {
        check_type::<u8>(&sizes, &bits)?;
        check_type::<i8>(&sizes, &bits)?;
        check_type::<i16>(&sizes, &bits)?;
        check_type::<i32>(&sizes, &bits)?;
        check_type::<f32>(&sizes, &bits)?;
        check_type::<f64>(&sizes, &bits)?;
    }
}

/// Counts what arrived, and how large the largest buffer was that anybody wanted filled.
struct Meter<R> {
    input: R,
    arrived: usize,
    largest: usize,
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.largest = self.largest.max(out.len());
        let count = self.input.read(out)?;
        self.arrived += count;
        Ok(count)
    }
}

/// Reads any bytes in every way: each call must return an array or an error, and the calls must agree.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    for lenient in [false, true] {
        let options = ReadOptions::new().allow_trailing_bytes(lenient).limit_bytes(u64::MAX);
        let mut meter = Meter { input: bytes, arrived: 0, largest: 0 };
        let whole = options.read(&mut meter);
        prop_assert!(
            meter.largest <= 2 * 1024 * 1024 + 2 * meter.arrived,
            "{} bytes of memory",
            meter.largest
        );
        let in_pieces = options.read(Pieces::interrupted(bytes, 1));
        prop_assert_eq!(format!("{whole:?}"), format!("{in_pieces:?}"));

        if let Ok(view) = options.view(bytes) {
            prop_assert_eq!(format!("{:?}", view.to_array()), format!("{:?}", whole.as_ref().unwrap()));
            let _ = view.item_bytes(0);
        }
        if let Ok(mut reader) = options.reader(bytes) {
            let _ = reader.read_any_items(1);
            let _ = reader.skip_items(1);
            let _ = reader.finish();
        }
        if let Err(error) = whole {
            let _ = (error.to_string(), error.hint());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes)?;
    }

    #[test]
    fn arbitrary_bytes_behind_a_good_start(
        code in prop::sample::select(vec![0x08_u8, 0x09, 0x0B, 0x0C, 0x0D, 0x0E]),
        sizes in prop::collection::vec(
            prop_oneof![0_u32..4, any::<u32>(), Just(u32::MAX), Just(1 << 31)],
            0..5,
        ),
        rest in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = vec![0, 0, code, u8::try_from(sizes.len()).unwrap()];
        bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
        bytes.extend(rest);
        survives(&bytes)?;
    }

    #[test]
    fn mutated_files(
        (sizes, bits) in arrays(),
        compressed in any::<bool>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let elements: Vec<i16> = bits.iter().map(|bits| i16::from_bits(*bits)).collect();
        let mut file = write(Vec::new(), &sizes, &elements).unwrap();
        #[cfg(feature = "gzip")]
        if compressed {
            let mut writer = Writer::new_gzip(Vec::new(), &sizes, 6).unwrap();
            writer.write_all(&elements).unwrap();
            file = writer.finish().unwrap();
        }
        let _ = compressed;
        for (index, value) in flips {
            let index = index.index(file.len());
            file[index] ^= value;
        }
        if is_cut {
            file.truncate(cut.index(file.len()));
        }
        survives(&file)?;
    }
}

#[test]
fn arrays_longer_than_every_buffer() {
    // Non-square, and no multiple of any buffer's length.
    let sizes = [1237, 29, 31];
    let bytes: Vec<u8> =
        (0..sizes.iter().product::<usize>()).map(|i| u8::try_from(i % 253).unwrap()).collect();
    let file = write(Vec::new(), &sizes, &bytes).unwrap();
    assert!(read(&file[..]).unwrap().as_slice::<u8>().unwrap() == bytes);
    assert!(read(Pieces::interrupted(&file, 4099)).unwrap().as_slice::<u8>().unwrap() == bytes);

    let numbers: Vec<f32> = bytes.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    let file = write(Vec::new(), &sizes, &numbers).unwrap();
    assert!(read(&file[..]).unwrap().as_slice::<f32>().unwrap() == numbers);
    assert!(read(Pieces::interrupted(&file, 4099)).unwrap().as_slice::<f32>().unwrap() == numbers);
}
