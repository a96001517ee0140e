//! Checks of a specification: parts that must fit each other, and numbers that must be in their range.

use autoencoder_kernels::Activation;

use super::Specification;
use super::error::SpecificationError;
use super::loss::Loss;
use super::normalization::Normalization;
use super::penalty::Penalty;

impl Specification {
    /// Checks that the normalisation fits the rest of the specification.
    pub(super) fn check_normalization(&self) -> Result<(), SpecificationError> {
        let refuse =
            |with, reason| Err(SpecificationError::Combination { of: "batch normalisation", with, reason });
        match self.normalization {
            Normalization::Batch if self.layers.len() < 2 => {
                refuse("an encoder of one layer", "there are no hidden layers beside the code")
            }
            Normalization::Batch if self.penalty.takes_derivative() => {
                let reason = "the derivative of a code would run through all samples of the batch";
                refuse("the contractive penalty", reason)
            }
            Normalization::None | Normalization::Batch => Ok(()),
        }
    }

    /// Checks that the numbers of the penalty are in their range, and that the penalty fits the rest of the
    /// specification.
    pub(super) fn check_penalty(&self) -> Result<(), SpecificationError> {
        let within = |name, found: f32, fits: bool, expected| {
            if fits { Ok(()) } else { Err(SpecificationError::OutOfRange { name, expected, found }) }
        };
        let refuse = |of, with, reason| Err(SpecificationError::Combination { of, with, reason });
        let weight = self.penalty.weight();
        let positive = weight > 0.0 && weight.is_finite();
        let above = "a finite number above 0";
        match self.penalty {
            Penalty::None => Ok(()),
            Penalty::Sparse { target, .. } => {
                within("weight of the sparsity", weight, positive, above)?;
                within(
                    "target of the sparsity",
                    target,
                    target > 0.0 && target < 1.0,
                    "above 0 and below 1",
                )?;
                if self.code_activation == Activation::Sigmoid {
                    return Ok(());
                }
                let reason =
                    "the divergence is one of probabilities, which only the sigmoid gives; L1 fits any";
                refuse("KL sparsity", "a code activation other than sigmoid", reason)
            }
            Penalty::L1 { .. } => within("weight of L1", weight, positive, above),
            Penalty::Contractive { .. } => within("weight of the contraction", weight, positive, above),
            Penalty::Variational { .. } => {
                let expected = "a finite number from 0";
                within("weight of the divergence", weight, weight >= 0.0 && weight.is_finite(), expected)?;
                if !matches!(self.loss, Loss::Bce | Loss::Gaussian { .. }) {
                    let reason = "the divergence must be added to a likelihood; take bce or gaussian";
                    return refuse("a variational model", "a loss that is no likelihood", reason);
                }
                if self.code_activation != Activation::Linear {
                    let reason = "the means of its codes may be any numbers; take linear";
                    return refuse("a variational model", "an activation of the code", reason);
                }
                if self.tied {
                    let reason = "its encoder ends in two layers, its decoder begins with one";
                    return refuse("a variational model", "tied weights", reason);
                }
                Ok(())
            }
        }
    }
}
