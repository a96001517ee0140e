//! Results as files: written whole or not at all, in the format that the file's name asks for.

mod atomic;
mod check;
mod csv_rows;
mod folder;
pub(crate) mod html;
mod leftovers;
mod lock;
mod matrix;
mod npy;
mod real;
mod staged;

pub(crate) use atomic::{write_file, write_with};
pub(crate) use check::{probe, probe_folder, refuse_input, refuse_over};
pub(crate) use csv_rows::Beside;
pub(crate) use folder::Folder;
pub(crate) use leftovers::remove_leftovers;
pub(crate) use lock::Lock;
pub(crate) use matrix::{Rows, write_bytes, write_matrix};
pub(crate) use staged::Staged;
