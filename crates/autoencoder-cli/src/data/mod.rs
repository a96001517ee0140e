//! Data that can be read as samples: IDX files and folders of them, npy, arrays of npz and
//! safetensors files, CSV, folders of images, CIFAR-10, built-in digits.
//!
//! A [`Source`] is resolved first, from names and a few bytes, so that a mistaken argument fails at once; its samples
//! are read later, as bytes or f32, unscaled. [`Data`] is whole, whatever the file claims: it has at least one
//! sample, every number is finite, and there are as many labels as samples.

mod archive;
mod array;
mod arrivals;
mod cifar;
mod codes;
mod element;
mod format;
mod idx_file;
mod idx_folder;
mod in_time;
mod kind;
mod labels;
mod npy;
mod npy_header;
mod numbers;
mod options;
mod pictures;
mod piped;
mod place;
mod planes;
mod samples;
mod series;
mod source;
mod streamed;
pub(crate) mod synthetic;
mod table;
mod unlabelled;
mod unpacked;

pub(crate) use autoencoder_table::{DecimalMark, Expected, HeaderLine, Separator};

pub(crate) use archive::{Archive, Arrays, Member, are_foreign_tensors, is_tensors};
pub(crate) use cifar::Cifar;
pub(crate) use codes::{ReadCodes, read_codes};
pub(crate) use format::Format;
pub(crate) use idx_file::open as open_idx;
pub(crate) use idx_folder::{IdxFolder, IdxPair};
pub(crate) use kind::SourceKind;
pub(crate) use labels::Labels;
pub(crate) use npy_header::NpyHeader;
pub(crate) use options::{AskedWindows, ReadOptions, Split};
pub(crate) use pictures::{ImageFolder, PicturePart};
pub(crate) use place::{Part, Place, STANDARD_INPUT};
pub(crate) use planes::{as_pixels, may_be_planes, to_planes};
pub(crate) use samples::Data;
pub(crate) use series::Series;
pub(crate) use source::{DEFAULT_FOLDER, SYNTHETIC, Source};
pub(crate) use streamed::{STREAM, Streamed};
pub(crate) use table::{TableText, header as table_header, read as read_table};
