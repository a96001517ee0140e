//! Exchange of sums between several trainers that share the work of every step.

use std::fmt;

/// Connects several trainers, for example on several machines over MPI. All trainers hold the same model,
/// options and samples, and each of them computes its share of the rows of every batch.
///
/// Every trainer asks for the same sums in the same order. The result of the trainers differs from the result
/// of a single trainer only by the rounding of these sums.
///
/// The sums have no way to fail: an implementation whose connection breaks must panic, as the training cannot
/// go on. Nothing is lost but the steps since the last checkpoint.
///
/// # Example
/// An exchange for a single trainer, for which every sum is the number itself:
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
    /// The index of this trainer, from 0 to [`size`](Self::size) - 1.
    fn rank(&self) -> usize;

    /// The number of trainers; at least 1.
    fn size(&self) -> usize;

    /// Replaces every number by its sum over all trainers: numbers ← Σ numbers, element by element. The
    /// buffers of all trainers have the same length. All trainers must get the same bits, so the order of the
    /// summation must be the same for all of them.
    fn sum_f32(&self, numbers: &mut [f32]);

    /// Replaces every number by its sum over all trainers, as [`sum_f32`](Self::sum_f32) does, in f64. Losses
    /// and the statistics of a batch are summed this way.
    fn sum_f64(&self, numbers: &mut [f64]);
}

/// The rows that one trainer computes, out of `rows` rows of a batch. Without an exchange, the single trainer
/// computes all of them.
pub(crate) fn own_rows(exchange: Option<&dyn Exchange>, rows: usize) -> std::ops::Range<usize> {
    let (rank, size) = exchange.map_or((0, 1), |exchange| (exchange.rank(), exchange.size()));
    rows * rank / size..rows * (rank + 1) / size
}
