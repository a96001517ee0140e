//! Activation functions y = f(z) by name, and the properties of each.

/// An activation function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Activation {
    /// f(z) = z
    Linear,
    /// f(z) = 1 / (1 + e^-z), in (0, 1)
    Sigmoid,
    /// f(z) = tanh z, in (-1, 1)
    Tanh,
    /// f(z) = max(z, 0)
    Relu,
    /// f(z) = z if z > 0, else 0.01 z (Maas et al. 2013)
    LeakyRelu,
    /// f(z) = z if z > 0, else e^z - 1 (Clevert et al. 2015, alpha = 1)
    Elu,
    /// f(z) = z Φ(z) with the exact normal distribution function Φ (Hendrycks and Gimpel 2016)
    Gelu,
    /// f(z) = z / (1 + e^-z), also called swish (Ramachandran et al. 2017)
    Silu,
    /// f(z) = ln(1 + e^z)
    Softplus,
}

impl Activation {
    /// The slope of [`Activation::LeakyRelu`] below zero.
    pub const LEAK: f32 = 0.01;

    /// Every activation.
    pub const ALL: [Self; 9] = [
        Self::Linear,
        Self::Sigmoid,
        Self::Tanh,
        Self::Relu,
        Self::LeakyRelu,
        Self::Elu,
        Self::Gelu,
        Self::Silu,
        Self::Softplus,
    ];

    /// The name: `linear`, `sigmoid`, `tanh`, `relu`, `leaky-relu`, `elu`, `gelu`, `silu` or `softplus`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::LeakyRelu => "leaky-relu",
            Self::Elu => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Softplus => "softplus",
        }
    }

    /// One English line that says what the function makes of a number z.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Linear => "Identity: z itself",
            Self::Sigmoid => "Logistic sigmoid: 1 / (1 + e^-z), between 0 and 1",
            Self::Tanh => "Hyperbolic tangent: tanh z, between -1 and 1",
            Self::Relu => "Rectified linear unit: z above 0, else 0",
            Self::LeakyRelu => "Leaky rectified linear unit: z above 0, else 0.01 z",
            Self::Elu => "Exponential linear unit: z above 0, else e^z - 1",
            Self::Gelu => "Gaussian error linear unit: z times the normal distribution function of z",
            Self::Silu => "Sigmoid linear unit, also called swish: z / (1 + e^-z)",
            Self::Softplus => "Softplus, a smooth rectified linear unit: ln(1 + e^z)",
        }
    }

    /// The least and the greatest value of the function.
    pub const fn range(self) -> (f32, f32) {
        match self {
            Self::Sigmoid => (0.0, 1.0),
            Self::Tanh => (-1.0, 1.0),
            Self::Relu | Self::Softplus => (0.0, f32::INFINITY),
            Self::Elu => (-1.0, f32::INFINITY),
            // The minima of GELU and SiLU are -0.16997 and -0.27846; these bounds are a little below.
            Self::Gelu => (-0.17, f32::INFINITY),
            Self::Silu => (-0.2785, f32::INFINITY),
            Self::Linear | Self::LeakyRelu => (f32::NEG_INFINITY, f32::INFINITY),
        }
    }

    /// Whether f'(z) is a function of y = f(z). GELU and SiLU are not monotonic, so their derivatives need z.
    pub const fn derives_from_output(self) -> bool {
        match self {
            Self::Gelu | Self::Silu => false,
            Self::Linear
            | Self::Sigmoid
            | Self::Tanh
            | Self::Relu
            | Self::LeakyRelu
            | Self::Elu
            | Self::Softplus => true,
        }
    }
}
