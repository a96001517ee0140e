//! `autoencoder plot`: figures of trainings, codes, weights, errors and scores.

mod anomalies;
mod colouring;
mod errors;
mod features;
mod latent;
mod loss;
mod manifold;
mod rate;
mod scores;
mod unusual;
mod weights;

use crate::arguments::Plot;
use crate::failure::Outcome;
use crate::terminal::Notes;

pub(crate) fn run(typed: &Plot, notes: Notes) -> Outcome {
    match typed {
        Plot::Loss(typed) => loss::run(typed, notes),
        Plot::Latent(typed) => latent::run(typed, notes),
        Plot::Scores(typed) => scores::run(typed, notes),
        Plot::Anomalies(typed) => anomalies::run(typed, notes),
        Plot::Manifold(typed) => manifold::run(typed, notes),
        Plot::Weights(typed) => weights::run(typed, notes),
        Plot::Features(typed) => features::run(typed, notes),
        Plot::Errors(typed) => errors::run(typed, notes),
        Plot::Rate(typed) => rate::run(typed, notes),
    }
}
