//! Optimizers by name, with PyTorch's usual settings, and the update that an optimizer makes in a given step.

use autoencoder_kernels::Update;
use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// The rule that updates parameters from their gradients. [`Update`] documents the formulas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Optimizer {
    /// Stochastic gradient descent.
    Sgd,
    /// Stochastic gradient descent with momentum.
    Momentum {
        /// The share of the last direction that stays in a step, in [0, 1).
        momentum: f32,
    },
    /// Stochastic gradient descent with Nesterov's momentum.
    Nesterov {
        /// The share of the last direction that stays in a step, in [0, 1).
        momentum: f32,
    },
    /// `RMSProp`.
    #[serde(rename = "rmsprop")]
    RmsProp {
        /// The share of the mean squared gradient that stays in a step, in [0, 1).
        decay: f32,
        /// A small number that keeps the quotient finite; above 0.
        epsilon: f32,
    },
    /// Adam.
    Adam {
        /// The share of the first moment that stays in a step, in [0, 1).
        beta1: f32,
        /// The share of the second moment that stays in a step, in [0, 1).
        beta2: f32,
        /// A small number that keeps the quotient finite; above 0.
        epsilon: f32,
    },
    /// Adam with decoupled weight decay of weights and biases, as in PyTorch.
    #[serde(rename = "adamw")]
    AdamW {
        /// The share of the first moment that stays in a step, in [0, 1).
        beta1: f32,
        /// The share of the second moment that stays in a step, in [0, 1).
        beta2: f32,
        /// A small number that keeps the quotient finite; above 0.
        epsilon: f32,
        /// The weight decay: a step takes the share learning rate × weight decay from each parameter; from 0 to
        /// 1 / learning rate.
        weight_decay: f32,
    },
}

impl Choice for Optimizer {
    const ALL: &'static [Self] =
        &[Self::ADAM, Self::ADAMW, Self::Sgd, Self::MOMENTUM, Self::NESTEROV, Self::RMSPROP];

    fn name(self) -> &'static str {
        match self {
            Self::Sgd => "sgd",
            Self::Momentum { .. } => "momentum",
            Self::Nesterov { .. } => "nesterov",
            Self::RmsProp { .. } => "rmsprop",
            Self::Adam { .. } => "adam",
            Self::AdamW { .. } => "adamw",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Sgd => "Stochastic gradient descent: steps against the gradient",
            Self::Momentum { .. } => "Stochastic gradient descent with momentum 0.9",
            Self::Nesterov { .. } => "Stochastic gradient descent with Nesterov's momentum 0.9",
            Self::RmsProp { .. } => {
                "RMSProp: steps against the gradient, divided by the root of the mean squared gradient"
            }
            Self::Adam { .. } => {
                "Adam: steps in proportion to the mean gradient, divided by the root of the mean squared gradient"
            }
            Self::AdamW { .. } => "Adam with decoupled weight decay of 0.01",
        }
    }
}

impl Optimizer {
    /// Stochastic gradient descent with momentum 0.9.
    pub const MOMENTUM: Self = Self::Momentum { momentum: 0.9 };
    /// Stochastic gradient descent with Nesterov's momentum 0.9.
    pub const NESTEROV: Self = Self::Nesterov { momentum: 0.9 };
    /// `RMSProp` with decay 0.99 and epsilon 1e-8.
    pub const RMSPROP: Self = Self::RmsProp { decay: 0.99, epsilon: 1e-8 };
    /// Adam with betas 0.9 and 0.999 and epsilon 1e-8.
    pub const ADAM: Self = Self::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    /// `AdamW` with betas 0.9 and 0.999, epsilon 1e-8 and weight decay 0.01.
    pub const ADAMW: Self = Self::AdamW { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.01 };

    /// The update of step `step`, counted from 1.
    pub(crate) fn update(self, learning_rate: f32, step: u64) -> Update {
        let rate = learning_rate;
        match self {
            Self::Sgd => Update::Sgd { rate },
            Self::Momentum { momentum } => Update::Momentum { rate, momentum, nesterov: false },
            Self::Nesterov { momentum } => Update::Momentum { rate, momentum, nesterov: true },
            Self::RmsProp { decay, epsilon } => Update::RmsProp { rate, decay, epsilon },
            Self::Adam { beta1, beta2, epsilon } => adam(rate, step, [beta1, beta2], epsilon, 0.0),
            Self::AdamW { beta1, beta2, epsilon, weight_decay } => {
                adam(rate, step, [beta1, beta2], epsilon, weight_decay)
            }
        }
    }

    /// The first setting that is out of its range: its name, the value, and what is expected.
    pub(crate) fn fault(self, learning_rate: f32) -> Option<(&'static str, f32, &'static str)> {
        let share =
            |name, value: f32| (!(0.0..1.0).contains(&value)).then_some((name, value, "0 or more, below 1"));
        let above =
            |value: f32| (!(value > 0.0 && value.is_finite())).then_some(("epsilon", value, "above 0"));
        match self {
            Self::Sgd => None,
            Self::Momentum { momentum } | Self::Nesterov { momentum } => share("momentum", momentum),
            Self::RmsProp { decay, epsilon } => share("decay", decay).or(above(epsilon)),
            Self::Adam { beta1, beta2, epsilon } => {
                share("beta1", beta1).or(share("beta2", beta2)).or(above(epsilon))
            }
            Self::AdamW { beta1, beta2, epsilon, weight_decay } => {
                let decays = (0.0..=1.0).contains(&(weight_decay * learning_rate));
                let decay = ("weight_decay", weight_decay, "0 or more, at most 1 / learning rate");
                share("beta1", beta1)
                    .or(share("beta2", beta2))
                    .or(above(epsilon))
                    .or((!decays).then_some(decay))
            }
        }
    }
}

/// Adam's update in step `step`, counted from 1, with the bias corrections computed in f64.
fn adam(rate: f32, step: u64, [beta1, beta2]: [f32; 2], epsilon: f32, weight_decay: f32) -> Update {
    let correction = |beta: f32| 1.0 - f64::from(beta).powf(step as f64);
    Update::Adam {
        rate: (f64::from(rate) / correction(beta1)) as f32,
        beta1,
        beta2,
        root: (1.0 / correction(beta2).sqrt()) as f32,
        epsilon,
        keep: 1.0 - rate * weight_decay,
    }
}
