//! The parts that all fuzz targets share: each target is one reader with its mutator.

#![forbid(unsafe_code)]

use std::path::Path;

pub use autoencoder_cli::attacks::Target;
pub use libfuzzer_sys;

/// Changes the first `size` bytes of `data`, which has room for `most`; returns the new size.
///
/// The mutator of the target keeps the form of the file. Now and then libFuzzer's own changes bytes anywhere, and takes
/// in words that comparisons in the reader were seen to look for.
pub fn mutate(target: Target, data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    if seed.is_multiple_of(8) {
        return libfuzzer_sys::fuzzer_mutate(data, size, most);
    }
    let changed = target.mutate(&data[..size], seed.into());
    if changed.is_empty() || changed.len() > most {
        return libfuzzer_sys::fuzzer_mutate(data, size, most);
    }
    data[..changed.len()].copy_from_slice(&changed);
    changed.len()
}

/// The environment variable that names the folder for seeds.
pub const SEEDS: &str = "AUTOENCODER_FUZZ_SEEDS";

/// Writes the seeds of a target into the folder that the environment names, before libFuzzer looks for them.
///
/// # Panics
/// If a seed cannot be written.
pub fn write_seeds(target: Target) {
    let Some(folder) = std::env::var_os(SEEDS) else { return };
    for (index, seed) in target.seeds().iter().enumerate() {
        let path = Path::new(&folder).join(format!("seed-{index:02}"));
        if let Err(error) = std::fs::write(&path, seed) {
            panic!("{}: {error}", path.display());
        }
    }
}

/// The whole of a fuzz target: the reader under attack.
#[macro_export]
macro_rules! attack {
    ($target:expr) => {
        use $crate::libfuzzer_sys;

        libfuzzer_sys::fuzz_target!(
            init: $crate::write_seeds($target),
            |data: &[u8]| {
                $target.read(data);
            }
        );

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::mutate($target, data, size, max_size, seed)
        });
    };
}
