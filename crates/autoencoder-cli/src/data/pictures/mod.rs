//! Folders of pictures: PNG and JPEG files of one size, whose subfolders are labels.

mod folder;
mod guarded;
mod jpeg;
mod jpeg_bits;
mod jpeg_scans;
mod jpeg_segments;
mod picture;
mod png;
mod shape;

pub(crate) use folder::ImageFolder;
pub(super) use picture::is_picture;
