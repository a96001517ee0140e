#![doc = include_str!("../README.md")]
//!
//! # Which call
//!
//! | you have | you want | call |
//! |---|---|---|
//! | a file | all of it | [`read_path`] |
//! | a file | its header, the first items, or item by item | [`open`], then a method of [`Reader`] |
//! | any [`Read`](std::io::Read) | the same | [`read`], [`Reader::new`] |
//! | either, and wishes | the same | [`ReadOptions`] |
//! | bytes in memory | a look without a copy | [`View`] |
//! | a folder | the file, under whichever spelling | [`find_file`] |
//! | all elements | a file | [`write_path`], [`write`](fn@write), [`Array::write_to`] |
//! | elements that come in pieces | a file | [`Writer`], [`GrowingWriter`] |
//!
//! # Only some items, without the rest
//!
//! ```
//! // Five items of 2 x 3, of which the last is damaged; nobody asks for it here.
//! let mut bytes = vec![0, 0, 0x08, 3, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 3];
//! bytes.extend(0..29);
//! let mut reader = idx_format::Reader::new(&bytes[..])?;
//! let first_two = reader.read_items::<u8>(2)?;
//! assert_eq!(first_two.sizes(), [2, 2, 3]);
//! assert_eq!(reader.skip_items(1)?, 1);
//! assert_eq!(reader.read_items::<u8>(1)?.as_slice(), [18, 19, 20, 21, 22, 23]);
//! assert!(reader.finish().is_err());
//! # Ok::<(), idx_format::Error>(())
//! ```
//!
//! # The format
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0 | 2 | `00 00` |
//! | 2 | 1 | element type: `08` u8, `09` i8, `0B` i16, `0C` i32, `0D` f32, `0E` f64 |
//! | 3 | 1 | n, the number of dimensions, 0 to 255 |
//! | 4 | 4 n | sizes, unsigned 32-bit big-endian, outermost first |
//! | 4 + 4 n | ... | the elements, big-endian, last index fastest |

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "a test that is wrong may panic"
    )
)]

mod any_array;
mod array;
mod arrival;
mod codec;
mod element;
mod elements;
mod error;
mod error_kind;
mod file_name;
mod growing_writer;
#[cfg(feature = "gzip")]
mod gzip;
mod header;
mod items;
#[cfg(feature = "ndarray")]
mod ndarray;
mod read_options;
mod reader;
mod shape;
mod signature;
mod source;
mod stream;
mod view;
mod write;
mod writer;

pub use any_array::AnyArray;
pub use array::Array;
pub use element::{Element, ElementType};
pub use elements::Elements;
pub use error::{Error, Result};
pub use error_kind::ErrorKind;
pub use file_name::{FileName, FoundFile, Separator, find_file};
pub use growing_writer::GrowingWriter;
pub use header::{Header, expect_same_count};
pub use items::Items;
pub use read_options::{DEFAULT_LIMIT_BYTES, ReadOptions, open, read_path};
pub use reader::{Reader, read};
pub use signature::Signature;
pub use view::View;
pub use write::{write, write_path};
#[cfg(feature = "gzip")]
pub use writer::DEFAULT_GZIP_LEVEL;
pub use writer::Writer;
