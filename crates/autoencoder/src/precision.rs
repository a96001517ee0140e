//! What the products of a training step multiply.

use std::fmt;

use autoencoder_kernels::Instructions;
use serde::{Deserialize, Serialize};

/// What the products of a training step multiply. Sums, parameters, moments, losses and everything outside training
/// are f32 in both.
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

impl Precision {
    /// Both.
    pub const ALL: [Self; 2] = [Self::F32, Self::Bf16];

    /// The one that this processor trains with faster.
    ///
    /// Bfloat16 on AMD's processors with AVX-512 BF16 (since Zen 4); Intel's take longer for such products than for f32.
    pub fn fastest() -> Self {
        if Instructions::bfloat16_is_fast() { Self::Bf16 } else { Self::F32 }
    }

    /// Whether this processor has the instructions for it.
    pub fn is_available(self) -> bool {
        self == Self::F32 || Instructions::has_bfloat16()
    }

    /// Its name: `f32` or `bf16`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
