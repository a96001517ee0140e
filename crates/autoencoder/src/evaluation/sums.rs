//! Sums of losses over rows, their means, and the terms of a loss.

use autoencoder_kernels::LossSums;
use serde::{Deserialize, Serialize};

use crate::exchange::Exchange;
use crate::specification::Specification;
use crate::specification::penalty::Penalty;

/// Losses and penalties of some rows, summed over the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    /// The reconstruction loss and the squared error, summed over the features too.
    pub reconstruction: LossSums,
    /// The divergence of the codes' distributions from the standard normal distribution, unweighted.
    pub divergence: f64,
    /// The penalty, weighted.
    pub penalty: f64,
}

impl Sums {
    /// Adds up the sums of all trainers.
    pub(crate) fn over_all(self, exchange: &dyn Exchange) -> Self {
        let Self { reconstruction: LossSums { loss, squared_error }, divergence, penalty } = self;
        let mut sums = [loss, squared_error, divergence, penalty];
        exchange.sum_f64(&mut sums);
        let [loss, squared_error, divergence, penalty] = sums;
        Self { reconstruction: LossSums { loss, squared_error }, divergence, penalty }
    }
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.reconstruction += other.reconstruction;
        self.divergence += other.divergence;
        self.penalty += other.penalty;
    }
}

/// The terms of a loss that is a sum of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Terms {
    /// Reconstruction loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<f64>,
    /// Kullback-Leibler divergence of a variational model's codes from the standard normal distribution, in
    /// nats a sample, unweighted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kl: Option<f64>,
    /// Penalty on the code, weighted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<f64>,
}

impl Terms {
    /// Whether the loss has only one term.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Mean losses over samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Means {
    pub mse: f64,
    pub loss: f64,
    pub terms: Terms,
}

impl Means {
    /// Divides sums over `samples` samples of a model of this specification. The loss is a mean over samples and features, or
    /// columns of a table; for a variational model, a mean over samples.
    pub(crate) fn new(specification: &Specification, sums: Sums, samples: usize) -> Self {
        let Specification { features, penalty: penalty_of, loss: loss_of, .. } = *specification;
        let (samples, features, terms) = (samples as f64, features as f64, specification.terms() as f64);
        let LossSums { loss, squared_error } = sums.reconstruction;
        // The losses of a table's columns are summed with their factors.
        let (scale, shift) =
            if specification.table.is_some() { (1.0, 0.0) } else { loss_of.scale_and_shift() };
        let reconstruction = if penalty_of.draws_codes() {
            scale * loss / samples + shift * features
        } else {
            scale * loss / (samples * terms) + shift
        };
        let (kl, penalty) = (sums.divergence / samples, sums.penalty / samples);
        let terms = if penalty_of == Penalty::None {
            Terms::default()
        } else if penalty_of.draws_codes() {
            Terms { reconstruction: Some(reconstruction), kl: Some(kl), penalty: None }
        } else {
            Terms { reconstruction: Some(reconstruction), kl: None, penalty: Some(penalty) }
        };
        Self { mse: squared_error / (samples * features), loss: reconstruction + penalty, terms }
    }
}
