//! `autoencoder plot`: figures of a training or of codes.

mod latent;
mod loss;

use crate::arguments::Plot;
use crate::failure::Outcome;
use crate::terminal::Notes;

pub(crate) fn run(typed: &Plot, notes: Notes) -> Outcome {
    match typed {
        Plot::Loss(typed) => loss::run(typed, notes),
        Plot::Latent(typed) => latent::run(typed, notes),
    }
}
