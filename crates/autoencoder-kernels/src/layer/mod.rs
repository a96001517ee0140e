//! The work of layers: dense products with bias, activation and derivative, losses, normalisation, Gaussian codes,
//! updates, noise and dropout.

mod activate;
mod activation;
mod affine;
mod corruption;
mod dropout;
mod elementwise;
mod gaussian;
mod kernels;
mod loss;
mod normalization;
mod optimizer;
mod output;
mod random;
mod row_parts;
mod slope;
mod table;
mod table_features;
mod table_rows;
mod target;

pub use activate::activate;
pub use activation::Activation;
pub use affine::{Factors, add_bias_gradient, add_gradient, backward, backward_with, forward, gradient};
pub use corruption::{Corruption, corrupt};
pub use dropout::Mask;
pub use elementwise::{column_products, map_columns, map_lines, scale_rows, sum_of_squares};
pub use gaussian::{gaussian_codes, gaussian_divergence, gaussian_gradients};
pub use kernels::{Normalizer, Output, PenaltyGradient};
pub use loss::{ElementLoss, LOSS_ROWS, LossSums, column_losses, loss};
pub use normalization::{column_moments, normalize, normalize_gradients};
pub use optimizer::{Update, update};
pub use output::forward_loss;
pub use random::{Words, standard_normals};
pub use slope::slopes;
pub use table::{softmax, table_loss, table_loss_gradients};
pub use table_features::{HOLE, NumberLoss, TableFeatures, TableRow};
pub use table_rows::TableBuffers;
pub use target::Target;
