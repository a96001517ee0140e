//! The measures of a variational model.

use serde::Serialize;

use crate::terminal::numerals::counted;

/// The measures of a variational model, in nats for each sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Nats {
    /// The reconstruction loss plus the weighted divergence.
    pub(super) loss: f64,
    pub(super) reconstruction: f64,
    pub(super) kl: f64,
    /// The weight of the divergence in the loss.
    pub(super) kl_weight: f32,
    /// The log-likelihood, estimated by importance sampling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) log_likelihood: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) importance_samples: Option<usize>,
}

impl Nats {
    /// The measures in words.
    pub(super) fn lines(&self) -> String {
        let Self { loss, reconstruction, kl, kl_weight, log_likelihood, importance_samples } = self;
        let times = match kl_weight.to_string().as_str() {
            "1" => String::new(),
            weight => format!(" that counts {weight} times"),
        };
        let likelihood = match log_likelihood.zip(*importance_samples) {
            Some((likelihood, draws)) => {
                let draws = counted(draws, "draw");
                format!("log-likelihood at least {likelihood:.2} nats a sample, by {draws} each\n")
            }
            None => String::new(),
        };
        format!(
            "loss {loss:.2} nats a sample: reconstruction {reconstruction:.2}, divergence of the codes (KL) {kl:.2}{times}\n\
             {likelihood}"
        )
    }
}
