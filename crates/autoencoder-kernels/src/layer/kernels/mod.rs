//! The kernels of a layer: code that is compiled for each set of instructions, in this crate and nowhere else.

mod backward;
mod forward;
mod forward_loss;
mod normalize;

pub use backward::PenaltyGradient;
pub(crate) use backward::{Backward, Slopes};
pub(crate) use forward::{Forward, Layer, Row};
pub use forward_loss::Output;
pub(crate) use forward_loss::{ForwardLoss, Losses};
pub(crate) use normalize::Normalize;
pub use normalize::Normalizer;
