//! Images that benchmarks encode and train on: those of a file, or made up.

use std::path::PathBuf;

use ndarray::Array2;

use crate::harness::Arguments;

/// The number of images in MNIST's training split, and of pixels in each of them.
pub(crate) const IMAGES: usize = 60_000;
pub(crate) const PIXELS: usize = 784;

/// Reads the images of `--images FILE`, an IDX file of bytes; without the argument, makes random images.
pub(crate) fn typed(arguments: &mut Arguments) -> Result<Array2<u8>, String> {
    let Some(path) = arguments.value::<PathBuf>("--images")? else { return Ok(made_up()) };
    let array = idx_format::read_path(&path).map_err(|error| error.to_string())?;
    let count = array.item_count();
    let bytes = array.into_typed::<u8>().map_err(|error| error.to_string())?.into_vec();
    let found = bytes.len();
    Array2::from_shape_vec((count, PIXELS), bytes)
        .map_err(|_| format!("{}: expected {count} x {PIXELS} bytes, found {found}", path.display()))
}

/// Random images, as many as MNIST has, with a fifth of their pixels not black; the same in every call.
fn made_up() -> Array2<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    Array2::from_shape_simple_fn((IMAGES, PIXELS), || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [ink, value, ..] = state.to_le_bytes();
        if ink < u8::MAX / 5 { value } else { 0 }
    })
}
