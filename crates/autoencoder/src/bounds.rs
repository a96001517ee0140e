//! Bounds of what a file or a caller may ask for. They keep a claim of a few bytes from taking all memory or all time.

/// The most parameters of a model: 8 GB of numbers.
pub const MOST_PARAMETERS: u128 = 2_000_000_000;

/// The most layers of an encoder. Deeper models do not learn, and every layer costs time to describe.
pub const MOST_LAYERS: usize = 1000;

/// The longest head of a model or checkpoint file, in bytes; also the bound of the safetensors format.
pub const LONGEST_HEAD: u64 = 100_000_000;

/// Whether memory for this many numbers of f32 can be had now. A system that promises more memory than it has says yes, and ends
/// the process when the memory is used.
pub(crate) fn has_memory_for(numbers: usize) -> bool {
    Vec::<f32>::new().try_reserve_exact(numbers).is_ok()
}
