//! Several trainers that share the work of every step: what they sum up over each other.

use std::fmt;

/// Connects trainers that hold the same model, options and samples, each of which takes its share of the rows of every batch:
/// on several machines, say, over MPI.
///
/// Every trainer asks for the same sums in the same order. Their results differ from those of one trainer alone by the
/// rounding of these sums only.
///
/// # Example
/// A trainer by itself, whose sums are its own numbers:
/// ```
/// use autoencoder::Exchange;
/// #[derive(Debug)]
/// struct Alone;
/// impl Exchange for Alone {
///     fn rank(&self) -> usize {
///         0
///     }
///     fn size(&self) -> usize {
///         1
///     }
///     fn sum_f32(&self, _: &mut [f32]) {}
///     fn sum_f64(&self, _: &mut [f64]) {}
/// }
/// ```
pub trait Exchange: Send + Sync + fmt::Debug {
    /// Which of the trainers this is, from 0.
    fn rank(&self) -> usize;

    /// How many trainers there are; at least 1.
    fn size(&self) -> usize;

    /// Replaces every number by its sum over all trainers, whose buffers are of the same length. All trainers must end with
    /// the same bits, so the order of the sum is the same for all of them.
    fn sum_f32(&self, numbers: &mut [f32]);

    /// The same in f64: losses, and the statistics of a batch.
    fn sum_f64(&self, numbers: &mut [f64]);
}

/// The share of so many rows that one of the trainers takes.
pub(crate) fn own_rows(exchange: Option<&dyn Exchange>, rows: usize) -> std::ops::Range<usize> {
    let (rank, size) = exchange.map_or((0, 1), |exchange| (exchange.rank(), exchange.size()));
    rows * rank / size..rows * (rank + 1) / size
}
