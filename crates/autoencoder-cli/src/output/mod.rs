//! Results as files: written whole or not at all, in the format that the file's name asks for.

mod atomic;
mod codes;
mod csv_rows;
mod folder;
mod format;
mod matrix;
mod npy;

pub(crate) use atomic::{refuse_input, write_file, write_with};
pub(crate) use codes::read_codes;
pub(crate) use folder::Folder;
pub(crate) use format::Format;
pub(crate) use matrix::{write_bytes, write_matrix};
