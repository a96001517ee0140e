//! Dense kernels for small neural networks on the CPU, in f32 or with products of bfloat16.
//!
//! The products of a training step work on [`Panels`], a layout that lets one inner loop run at the speed of the
//! processor's arithmetic without packing anything twice: [`forward`], [`backward`] and [`add_gradient`], with bias,
//! activation and its derivative on the way, the output layer with its loss and gradient at once ([`forward_loss`]),
//! and the optimizer's element-wise [`update`]. These kernels start no threads: the caller hands each piece to the
//! thread that owns it. [`multiply`] and its siblings are general products of ndarray views, parallel by rayon.
//!
//! Every kernel gives the same bits on any number of threads. Vector instructions are chosen when the program runs
//! ([`Instructions::best`]: AVX-512, AVX2 with FMA, NEON or portable code), never when it is compiled; between two
//! sets of instructions results differ by rounding. Shapes are checked by assertions: a wrong shape is a bug of the
//! caller.
//!
//! [`mod@reference`] computes the same results, slowly and in f64.
#![deny(clippy::mem_forget, reason = "the end of a `Storing` is a fence")]
#![allow(
    clippy::inline_always,
    reason = "only code that is inlined into the function compiled for a set of instructions uses them"
)]

// The rooms, in the order of the data; a room imports only rooms above it.
mod processor; // the maker of this processor

mod memory; // memory for large arrays

mod vector; // numbers in registers

mod instructions; // the sets of instructions that kernels are compiled for, and which of them this processor has

mod panel; // the layout of matrices, and what is read and written of it

mod product; // the inner loops

mod layer; // a layer forward and backward, losses, updates, chance

mod views; // ndarray views

pub mod reference; // all of it in plain f64

pub use instructions::Instructions;
pub use layer::{
    Activation, Corruption, ElementLoss, Factors, HOLE, LOSS_ROWS, LossSums, Mask, Normalizer, NumberLoss,
    Output, PenaltyGradient, TableBuffers, TableFeatures, TableRow, Target, Update, Words, activate,
    add_bias_gradient, add_gradient, backward, backward_with, column_losses, column_moments, column_products,
    corrupt, forward, forward_loss, gaussian_codes, gaussian_divergence, gaussian_gradients, gradient, loss,
    map_columns, map_lines, normalize, normalize_gradients, scale_rows, slopes, softmax, standard_normals,
    sum_of_squares, table_loss, table_loss_gradients, update,
};
pub use memory::zeros;
pub use panel::{
    Nonzeros, Panels, PanelsMut, Right, RoundedMut, RowLine, Squares, gather, prefetch, round_pairs,
    square_lines, transpose,
};
pub use product::Operand;
pub use vector::{BfloatLine, BfloatPairs, Line, PANEL, Store, lines, panels, polynomials};
pub use views::{
    column_extremes, column_squared_deviations, column_sums, multiply, multiply_transposed_left,
    multiply_transposed_right, row_squared_errors,
};

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
