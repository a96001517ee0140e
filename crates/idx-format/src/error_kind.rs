//! The kinds of errors, each with its data, its words and what to do about it.

use std::path::PathBuf;

use crate::element::ElementType;
use crate::shape::Shape;
use crate::signature::Signature;

/// The kind of an error, with the data to decide on; [`Error`](crate::Error) says where it happened.
///
/// ```
/// use idx_format::{ErrorKind, Signature};
///
/// let error = idx_format::read(&b"<!DOCTYPE html>"[..]).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::NotIdx { looks_like: Some(Signature::Html), .. }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file could not be opened or made; the system's error is the source.
    Open,
    /// The input failed; its error is the source.
    Read,
    /// The output failed; its error is the source.
    Write,
    /// The input ends inside the header: lengths in bytes.
    TruncatedHeader {
        /// Length of the header, as far as it is known.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The first two bytes are not zero.
    NotIdx {
        /// The first four bytes.
        found: [u8; 4],
        /// The kind of file that these bytes look like.
        looks_like: Option<Signature>,
    },
    /// The third byte stands for no element type.
    UnknownType {
        /// The third byte.
        code: u8,
    },
    /// The array would be longer than 64 bits, or this machine, can count in bytes.
    SizeOverflow {
        /// The type of the elements.
        element_type: ElementType,
        /// Size along each axis, outermost first.
        sizes: Vec<usize>,
    },
    /// One call would bring more into memory than [`ReadOptions::limit_bytes`](crate::ReadOptions::limit_bytes) allows.
    OverLimit {
        /// The limit in bytes.
        limit: u64,
        /// Bytes that the header declares for what was to be read.
        declared: u64,
    },
    /// The input ends inside the elements: bytes after the header.
    TruncatedData {
        /// Bytes that the header declares.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// There are bytes after the last element: total lengths in bytes.
    TrailingBytes {
        /// Length of header and elements.
        expected: u64,
        /// Length of what is there; a stream is not read beyond the first byte too many.
        found: u64,
    },
    /// The gzip stream ends before its checksum: lengths in bytes, decompressed.
    TruncatedGzip {
        /// Length of header and elements, as far as it is known.
        expected: u64,
        /// Bytes that could be decompressed.
        found: u64,
    },
    /// The gzip stream contradicts itself or its checksum; what the decoder said is the source.
    ///
    /// The offset is how far the decoder came; the damage lies behind it.
    CorruptGzip,
    /// Something that is not gzip follows the last member of a gzip stream.
    BytesAfterGzip,
    /// The data is to be compressed or decompressed, and the crate was built without the feature `gzip`.
    GzipDisabled,
    /// The system gave no memory for so many bytes.
    OutOfMemory {
        /// Bytes that were asked for.
        bytes: u64,
    },
    /// A reader or writer was used again after it had failed.
    AfterError,
    /// The elements are of another type than the use needs.
    WrongType {
        /// The type that the use needs.
        expected: ElementType,
        /// The array's type.
        found: ElementType,
    },
    /// The array has more or fewer dimensions than the use needs.
    WrongDimensions {
        /// The number of dimensions that the use needs.
        expected: usize,
        /// The array's sizes.
        found: Vec<usize>,
    },
    /// One item along the first axis has other sizes than the use needs.
    WrongItemSizes {
        /// The sizes that the use needs.
        expected: Vec<usize>,
        /// Sizes of the array's items.
        found: Vec<usize>,
    },
    /// Two arrays that belong together, item by item, have different numbers of items.
    CountMismatch {
        /// Items of the first array.
        first: usize,
        /// Items of the second array.
        second: usize,
    },
    /// A slice of elements is not a whole number of items, or not one item.
    PartialItem {
        /// Elements of one item.
        expected: usize,
        /// Elements of the slice.
        found: usize,
    },
    /// More dimensions than a header's one byte can say.
    TooManyDimensions {
        /// The number of dimensions.
        found: usize,
    },
    /// A size beyond the 32 bits that a header has for it.
    SizeTooLarge {
        /// The axis, counted from 0, outermost first.
        axis: usize,
        /// Its size.
        found: usize,
    },
    /// The elements are not as many as the sizes multiply to.
    ElementCount {
        /// The product of the sizes.
        expected: usize,
        /// Elements given.
        found: usize,
    },
    /// More or fewer items were written than the header declares.
    ItemCount {
        /// Items that the header declares.
        expected: usize,
        /// Items written, or about to be.
        found: usize,
    },
    /// None of the spellings of a file's name exists in the folder.
    FileNotFound {
        /// The folder that was searched.
        folder: PathBuf,
        /// The names, in the order they were tried.
        tried: Vec<String>,
    },
    /// The memory layout of `ndarray` cannot hold the sizes, though IDX can.
    NdarrayShape {
        /// Size along each axis, outermost first.
        sizes: Vec<usize>,
    },
}

fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".into() } else { format!("{count} bytes") }
}

fn items(count: usize) -> String {
    if count == 1 { "1 item".into() } else { format!("{count} items") }
}

fn elements(count: usize) -> String {
    if count == 1 { "1 element".into() } else { format!("{count} elements") }
}

fn dimensions(count: usize) -> String {
    if count == 1 { "1 dimension".into() } else { format!("{count} dimensions") }
}

impl ErrorKind {
    /// The error in a few words, without its data.
    pub(crate) fn summary(&self) -> &'static str {
        match self {
            Self::Open => "opening failed",
            Self::Read => "reading failed",
            Self::Write => "writing failed",
            Self::TruncatedHeader { .. } => "truncated header",
            Self::NotIdx { .. } => "not an IDX file",
            Self::UnknownType { .. } => "unknown element type",
            Self::SizeOverflow { .. } => "sizes too large together",
            Self::OverLimit { .. } => "array over the size limit",
            Self::TruncatedData { .. } => "truncated data",
            Self::TrailingBytes { .. } => "trailing bytes",
            Self::TruncatedGzip { .. } => "truncated gzip stream",
            Self::CorruptGzip => "corrupt gzip stream",
            Self::BytesAfterGzip => "trailing bytes after the gzip stream",
            Self::GzipDisabled => "gzip is not supported in this build",
            Self::OutOfMemory { .. } => "not enough memory",
            Self::AfterError => "used again after an error",
            Self::WrongType { .. } => "wrong element type",
            Self::WrongDimensions { .. } => "wrong number of dimensions",
            Self::WrongItemSizes { .. } => "wrong item sizes",
            Self::CountMismatch { .. } => "different numbers of items",
            Self::PartialItem { .. } => "not a whole number of items",
            Self::TooManyDimensions { .. } => "too many dimensions",
            Self::SizeTooLarge { .. } => "size too large",
            Self::ElementCount { .. } => "sizes and data disagree",
            Self::ItemCount { .. } => "wrong number of items",
            Self::FileNotFound { .. } => "file not found",
            Self::NdarrayShape { .. } => "sizes too large for ndarray",
        }
    }

    /// The expected state in words; `None` where nothing in particular was expected.
    pub(crate) fn expected(&self) -> Option<String> {
        Some(match self {
            Self::TruncatedHeader { expected, .. } => bytes(*expected),
            Self::NotIdx { .. } => "two zero bytes".into(),
            Self::UnknownType { .. } => "08, 09, 0b, 0c, 0d or 0e".into(),
            Self::SizeOverflow { .. } => format!("at most {}", bytes(usize::MAX as u64)),
            Self::OverLimit { limit, .. } => format!("at most {}", bytes(*limit)),
            Self::TruncatedData { expected, .. } => format!("{} after the header", bytes(*expected)),
            Self::TrailingBytes { expected, .. } => format!("the end after {}", bytes(*expected)),
            Self::TruncatedGzip { expected, .. } => format!("{} and a checksum", bytes(*expected)),
            Self::BytesAfterGzip => "the end, or another gzip member".into(),
            Self::WrongType { expected, .. } => expected.to_string(),
            Self::WrongDimensions { expected, .. } => dimensions(*expected),
            Self::WrongItemSizes { expected, .. } => Shape(expected).to_string(),
            Self::CountMismatch { first, .. } => format!("{}, as in the first array", items(*first)),
            Self::PartialItem { expected, .. } => format!("{} an item", elements(*expected)),
            Self::TooManyDimensions { .. } => "at most 255".into(),
            Self::SizeTooLarge { .. } => format!("at most {}", u32::MAX),
            Self::ElementCount { expected, .. } => elements(*expected),
            Self::ItemCount { expected, .. } => items(*expected),
            Self::FileNotFound { tried, .. } => format!("one of {}", tried.join(", ")),
            Self::NdarrayShape { .. } => {
                format!("sizes other than 0 that multiply to at most {}", isize::MAX)
            }
            Self::Open
            | Self::Read
            | Self::Write
            | Self::CorruptGzip
            | Self::GzipDisabled
            | Self::OutOfMemory { .. }
            | Self::AfterError => return None,
        })
    }

    /// The state that was found, in words; `None` where there is nothing to show.
    pub(crate) fn found(&self) -> Option<String> {
        Some(match self {
            Self::TruncatedHeader { found, .. } | Self::TruncatedData { found, .. } => bytes(*found),
            Self::NotIdx { found: [a, b, c, d], looks_like } => match looks_like {
                Some(signature) => format!("{a:02x} {b:02x} {c:02x} {d:02x}, which looks like {signature}"),
                None => format!("{a:02x} {b:02x} {c:02x} {d:02x}"),
            },
            Self::UnknownType { code } => format!("{code:02x}"),
            Self::SizeOverflow { element_type, sizes } => format!("{} of {element_type}", Shape(sizes)),
            Self::OverLimit { declared, .. } => format!("{} declared", bytes(*declared)),
            Self::TrailingBytes { found, .. } => format!("at least {}", bytes(*found)),
            Self::TruncatedGzip { found, .. } => format!("the end after {}", bytes(*found)),
            Self::OutOfMemory { bytes: wanted } => format!("none for {}", bytes(*wanted)),
            Self::WrongType { found, .. } => found.to_string(),
            Self::WrongDimensions { found, .. } => {
                format!("{} ({})", found.len(), Shape(found))
            }
            Self::WrongItemSizes { found, .. } => Shape(found).to_string(),
            Self::CountMismatch { second, .. } => format!("{second} in the second"),
            Self::PartialItem { found, .. } | Self::ElementCount { found, .. } => elements(*found),
            Self::TooManyDimensions { found } => found.to_string(),
            Self::SizeTooLarge { axis, found } => format!("{found} along axis {axis}"),
            Self::ItemCount { found, .. } => items(*found),
            Self::FileNotFound { folder, .. } => format!("none of them in {}", folder.display()),
            Self::NdarrayShape { sizes } => Shape(sizes).to_string(),
            Self::Open
            | Self::Read
            | Self::Write
            | Self::CorruptGzip
            | Self::BytesAfterGzip
            | Self::GzipDisabled
            | Self::AfterError => return None,
        })
    }

    /// Advice on what to do about the error, where there is any.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Open => "check that the path exists and may be used",
            Self::Read | Self::Write => return None,
            Self::TruncatedHeader { .. } | Self::TruncatedData { .. } | Self::TruncatedGzip { .. } => {
                "the file is incomplete: download or copy it again"
            }
            Self::NotIdx { looks_like: Some(signature), .. } => signature.hint(),
            Self::NotIdx { .. } => "check that this is the right file",
            Self::UnknownType { .. } => "the file is damaged, or not IDX",
            Self::SizeOverflow { .. } => {
                "the header is damaged, or made to do harm: check where it comes from"
            }
            Self::OverLimit { .. } => {
                "if you trust the file, raise the limit with ReadOptions::limit_bytes, or read it item by item"
            }
            Self::TrailingBytes { .. } => {
                "the header may be of another file; allow it with ReadOptions::allow_trailing_bytes if it is right"
            }
            Self::CorruptGzip => "the file is damaged: download or copy it again",
            Self::BytesAfterGzip => {
                "the file may be damaged; allow it with ReadOptions::allow_trailing_bytes if it is right"
            }
            Self::GzipDisabled => {
                "build idx-format with its feature `gzip`, or (de)compress the file yourself"
            }
            Self::OutOfMemory { .. } => "read it item by item, or only the first items",
            Self::AfterError => "what failed first says why; begin again with a new reader or writer",
            Self::WrongType { .. } | Self::WrongDimensions { .. } | Self::WrongItemSizes { .. } => {
                "check that this is the right file; images and labels are easily confused"
            }
            Self::CountMismatch { .. } => "check that both files belong to the same set",
            Self::PartialItem { .. } => "give a slice of whole items",
            Self::TooManyDimensions { .. } | Self::SizeTooLarge { .. } => {
                "the format cannot say this: merge dimensions, or split the array over several files"
            }
            Self::ElementCount { .. } => "give as many elements as the sizes multiply to",
            Self::ItemCount { .. } => "write as many items as the header declares, and then finish",
            Self::FileNotFound { .. } => "check the folder and the name",
            Self::NdarrayShape { .. } => "use the elements as a slice",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn messages_are_one_line_with_expected_and_found() {
        let cases = [
            (
                ErrorKind::WrongDimensions { expected: 3, found: vec![60_000] },
                "wrong number of dimensions: expected 3 dimensions, found 1 (60000)",
            ),
            (
                ErrorKind::WrongType { expected: ElementType::U8, found: ElementType::I32 },
                "wrong element type: expected u8, found i32",
            ),
            (
                ErrorKind::CountMismatch { first: 5, second: 4 },
                "different numbers of items: expected 5 items, as in the first array, found 4 in the second",
            ),
            (
                ErrorKind::SizeTooLarge { axis: 1, found: 4_294_967_296 },
                "size too large: expected at most 4294967295, found 4294967296 along axis 1",
            ),
            (
                ErrorKind::WrongItemSizes { expected: vec![], found: vec![2, 3] },
                "wrong item sizes: expected a scalar, found 2 x 3",
            ),
        ];
        for (kind, message) in cases {
            assert_eq!(Error::new(kind).to_string(), message);
        }
    }
}
