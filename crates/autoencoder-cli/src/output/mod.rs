//! Results as files: written whole or not at all, in the format that the file's name asks for.

mod atomic;
mod csv_rows;
mod folder;
mod matrix;
mod npy;

pub(crate) use atomic::{refuse_input, write_file};
pub(crate) use folder::Folder;
pub(crate) use matrix::{write_bytes, write_matrix};
