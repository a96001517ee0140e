//! The folder of the workspace, and the cargo that works on it.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of the root `Cargo.toml`, whatever the current folder is.
pub(crate) fn root() -> PathBuf {
    // `cargo run` says at run time where this crate lies; a binary started by hand only knows where it was built.
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_owned)
}

/// The cargo that runs us, so that a toolchain chosen on the command line stays chosen.
pub(crate) fn cargo() -> std::ffi::OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
