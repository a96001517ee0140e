//! Mutators: each keeps the form of a file where its reader would look no further, and breaks what lies behind it.
//!
//! Bytes that are changed anywhere are refused by the first check: a length, a checksum, JSON that does not end. So the
//! mutators of structured files take a file apart, change a part, and put the file together with lengths, offsets and
//! checksums that hold.

mod bytes;
mod compressed;
mod gzip;
mod jpeg;
mod npy;
mod npz;
mod png;
mod protobuf;
mod safetensors;
mod text;
mod tree;
mod webp;

pub(super) use compressed::compressed;
pub(super) use gzip::gzip_or_plain;
pub(super) use jpeg::jpeg;
pub(super) use npy::npy;
pub(super) use npz::npz;
pub(super) use png::png;
pub(super) use protobuf::protobuf;
pub(super) use safetensors::safetensors;
pub(super) use text::text;
pub(super) use webp::webp;
