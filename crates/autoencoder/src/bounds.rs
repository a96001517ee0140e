//! Bounds of what a file or a caller may ask for. They keep a claim of a few bytes from taking all memory or all time.

/// The most parameters of a model: 8 GB of numbers.
pub const MOST_PARAMETERS: u128 = 2_000_000_000;

/// The most layers of an encoder. Deeper models do not learn, and every layer costs time to describe.
pub const MOST_LAYERS: usize = 1000;

/// The longest head of a model or checkpoint file, in bytes; also the bound of the safetensors format.
pub const LONGEST_HEAD: u64 = 100_000_000;

/// The numbers of f32 below which memory is not asked for, 64 MiB. Allocators keep pieces of up to 32 MiB like one that was freed,
/// so that asking for small ones raised the memory of a training by a fifth.
const FEW: usize = 1 << 24;

/// Whether memory for this many numbers of f32 can be had now; for few numbers the answer is always yes. A system that promises more
/// memory than it has says yes too, and ends the process when the memory is used.
pub(crate) fn has_memory_for(numbers: usize) -> bool {
    numbers < FEW || Vec::<f32>::new().try_reserve_exact(numbers).is_ok()
}
