//! What products multiply.

use std::fmt;

use autoencoder_kernels::Instructions;
use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// What the products of a training step, or of a model in use, multiply. Sums, parameters, moments and losses are f32
/// in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Numbers of 32 bits.
    #[default]
    F32,
    /// Numbers of 16 bits, 8 of them the exponent as in f32: weights, activations and their gradients are rounded to it
    /// for the products. Half the memory traffic, and twice the speed on processors that multiply them as fast.
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
    /// The one that this processor trains with faster.
    ///
    /// Bfloat16 on AMD's processors with AVX-512 BF16 (since Zen 4); Intel's take longer for such products than for f32.
    pub fn fastest() -> Self {
        if Instructions::bfloat16_is_fast() { Self::Bf16 } else { Self::F32 }
    }

    /// Whether this processor has the instructions for it.
    pub fn is_available(self) -> bool {
        match self {
            Self::F32 => true,
            Self::Bf16 => Instructions::has_bfloat16(),
        }
    }

    /// Checks [`Precision::is_available`].
    ///
    /// # Errors
    /// If it is not.
    pub fn check(self) -> Result<(), PrecisionError> {
        if self.is_available() { Ok(()) } else { Err(PrecisionError { found: self }) }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// This processor has no instructions for a precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrecisionError {
    /// The precision that was asked for.
    pub found: Precision,
}

impl PrecisionError {
    /// What can be asked for, and why nothing else.
    pub(crate) const EXPECTED: &str = "f32, as this processor has no instruction for bfloat16 (AVX-512 BF16)";
}

impl fmt::Display for PrecisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "precision: expected {}, found {}", Self::EXPECTED, self.found)
    }
}

impl std::error::Error for PrecisionError {}
