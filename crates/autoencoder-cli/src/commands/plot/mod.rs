//! `autoencoder plot`: figures of a training, of codes or of scores.

mod anomalies;
mod latent;
mod loss;
mod scores;

use crate::arguments::Plot;
use crate::failure::Outcome;
use crate::terminal::Notes;

pub(crate) fn run(typed: &Plot, notes: Notes) -> Outcome {
    match typed {
        Plot::Loss(typed) => loss::run(typed, notes),
        Plot::Latent(typed) => latent::run(typed, notes),
        Plot::Scores(typed) => scores::run(typed, notes),
        Plot::Anomalies(typed) => anomalies::run(typed, notes),
    }
}
