//! Kernels of whole layers: dense products with what is done on the way, losses, updates, and what chance does.

mod activate;
mod activation;
mod affine;
mod elementwise;
mod gaussian;
mod loss;
mod normalization;
mod optimizer;
mod random;
mod slope;

pub use activate::activate;
pub use activation::Activation;
pub(crate) use affine::{Backward, Forward};
pub use affine::{
    Factors, PenaltyGradient, add_bias_gradient, add_gradient, backward, backward_with, forward, gradient,
};
pub use elementwise::{column_products, map_columns, map_lines, scale_rows, sum_of_squares};
pub use gaussian::{gaussian_codes, gaussian_divergence, gaussian_gradients};
pub(crate) use loss::ForwardLoss;
pub use loss::{ElementLoss, LOSS_ROWS, LossSums, Output, forward_loss, loss};
pub(crate) use normalization::Normalize;
pub use normalization::{Normalizer, column_moments, normalize, normalize_gradients};
pub use optimizer::{Update, update};
pub use random::{Corruption, Mask, Words, corrupt, standard_normals};
pub use slope::slopes;
