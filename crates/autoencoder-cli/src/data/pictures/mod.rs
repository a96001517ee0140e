//! Folders of pictures: PNG, JPEG and WebP files of one size, whose subfolders are labels.

mod folder;
mod guarded;
mod jpeg;
mod jpeg_bits;
mod jpeg_scans;
mod jpeg_segments;
mod listing;
mod order;
mod orientation;
mod part;
mod passed;
mod picture;
mod png;
mod raster;
mod reading;
mod shape;
mod splits;
mod tally;
#[cfg(test)]
mod tests;
mod webp;

pub(crate) use folder::ImageFolder;
pub(crate) use part::Part as PicturePart;
pub(super) use picture::is_picture;
