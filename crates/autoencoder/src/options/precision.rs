//! The precision of matrix products.

use std::fmt;

use autoencoder_kernels::Instructions;
use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// The precision of the factors of matrix products, in a training step or a model in use. Sums, parameters,
/// moments and losses are f32 in both precisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// 32-bit floating point.
    #[default]
    F32,
    /// 16-bit bfloat16, with 8 bits of exponent as in f32. Weights, activations and their gradients are
    /// rounded to bfloat16 for the products, which halves the memory traffic and doubles the speed on
    /// processors with fast bfloat16 instructions.
    Bf16,
}

impl Choice for Precision {
    const ALL: &'static [Self] = &[Self::F32, Self::Bf16];

    fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::F32 => "32-bit floating point",
            Self::Bf16 => "16-bit bfloat16, on processors with the AVX-512 BF16 instructions",
        }
    }
}

impl Precision {
    /// The precision in which this processor trains faster.
    ///
    /// AMD's processors with AVX-512 BF16 (since Zen 4) are faster in bfloat16. Intel's processors take
    /// longer for products of bfloat16 than of f32.
    pub fn fastest() -> Self {
        if Instructions::bfloat16_is_fast() { Self::Bf16 } else { Self::F32 }
    }

    /// Whether this processor has the instructions for this precision.
    pub fn is_available(self) -> bool {
        match self {
            Self::F32 => true,
            Self::Bf16 => Instructions::has_bfloat16(),
        }
    }

    /// Checks that the precision is available on this processor ([`Precision::is_available`]).
    ///
    /// # Errors
    /// [`PrecisionError`] if the precision is not available.
    pub fn check(self) -> Result<(), PrecisionError> {
        if self.is_available() { Ok(()) } else { Err(PrecisionError { found: self }) }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error for a precision for which this processor has no instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrecisionError {
    /// The precision that was asked for.
    pub found: Precision,
}

impl PrecisionError {
    /// The precision that is available, and the reason why no other is.
    pub(crate) const EXPECTED: &str = "f32, as this processor has no instruction for bfloat16 (AVX-512 BF16)";
}

impl fmt::Display for PrecisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "precision: expected {}, found {}", Self::EXPECTED, self.found)
    }
}

impl std::error::Error for PrecisionError {}
