//! Codes as compressed bytes: each number rounded to one of a few levels, and the levels written in as many bits as they tell.

mod bytes;
mod counts;
mod error;
mod levels;
mod quantizer;
mod texts;

pub use bytes::CompressedCodes;
pub use error::CompressedError;
pub use quantizer::{MOST_BITS, Quantizer};
pub use texts::TextColumn;
