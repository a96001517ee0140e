//! Activation functions in C, by the same polynomials as in the kernels of the program: with the same bits where these divide as IEEE
//! asks, which all sets of instructions but AVX-512 do.

use autoencoder::Activation;

use super::tables::constant;
use crate::polynomials::{self, horner};
use crate::program::Program;
use crate::text::Text;

/// The name of an activation's function.
pub(super) fn function(activation: Activation) -> String {
    format!("{}_of", activation.name().replace('-', "_"))
}

/// The functions of all activations that the layers have.
pub(super) fn functions(text: &mut Text, program: &Program) {
    let activations = program.activations();
    let has = |some: &[Activation]| activations.iter().any(|activation| some.contains(activation));
    if has(&[Activation::Sigmoid, Activation::Elu, Activation::Silu, Activation::Softplus]) {
        let polynomial = polynomial("e", "r", &polynomials::POWER_OF_E);
        text.line(POWER_OF_E.trim_start().replace("    POLYNOMIAL\n", &polynomial));
    }
    if has(&[Activation::Tanh, Activation::Gelu]) {
        text.lines(CLAMP);
    }
    for &activation in &activations {
        // SiLU is made of the sigmoid.
        if activation == Activation::Silu && !has(&[Activation::Sigmoid]) {
            text.line(SIGMOID.trim_start());
        }
        let polynomials = polynomials::of(activation, polynomial);
        text.line(source(activation).trim_start().replace("    POLYNOMIAL\n", &polynomials));
    }
}

fn polynomial(name: &str, variable: &str, coefficients: &[f32]) -> String {
    horner(
        coefficients,
        |first| format!("float {name} = {};", constant(first)),
        |next| format!("{name} = FMA({name}, {variable}, {});", constant(next)),
    )
}

fn source(activation: Activation) -> &'static str {
    match activation {
        Activation::Linear => LINEAR,
        Activation::Sigmoid => SIGMOID,
        Activation::Tanh => TANH,
        Activation::Relu => RELU,
        Activation::LeakyRelu => LEAKY_RELU,
        Activation::Elu => ELU,
        Activation::Gelu => GELU,
        Activation::Silu => SILU,
        Activation::Softplus => SOFTPLUS,
        _ => unreachable!("every activation has its source, as the tests of all of them see"),
    }
}

const POWER_OF_E: &str = "
/* e^x, with x first clamped to between low and high: 2^n times a polynomial in what is left of x. */
static float power_of_e(float x, float low, float high)
{
    const float rounding = 12582912.0f;
    const float clamped = x < low ? low : (x > high ? high : x);
    const float n = FMA(clamped, 1.442695f, rounding) - rounding;
    const float r = FMA(n, -0.6931472f, clamped);
    POLYNOMIAL
    return x == x ? ldexpf(e, (int)n) : x;
}
";

const CLAMP: &str = "
static float clamp(float x, float most)
{
    return x < -most ? -most : (x > most ? most : x);
}

";

const LINEAR: &str = "
static float linear_of(float z)
{
    return z;
}
";

const RELU: &str = "
static float relu_of(float z)
{
    return z < 0.0f ? 0.0f : z;
}
";

const LEAKY_RELU: &str = "
static float leaky_relu_of(float z)
{
    return z < 0.0f ? z * 0.01f : z;
}
";

const ELU: &str = "
static float elu_of(float z)
{
    return z < 0.0f ? power_of_e(z, -87.3f, 88.3f) - 1.0f : z;
}
";

const SIGMOID: &str = "
static float sigmoid_of(float z)
{
    return 1.0f / (1.0f + power_of_e(-z, -87.3f, 27.725887f));
}
";

const SILU: &str = "
static float silu_of(float z)
{
    return (z < -27.725887f ? -27.725887f : z) * sigmoid_of(z);
}
";

const TANH: &str = "
static float tanh_of(float z)
{
    const float x = clamp(z, 7.905311f);
    const float s = x * x;
    POLYNOMIAL
    return z == z ? x * p / q : z;
}
";

const GELU: &str = "
static float gelu_of(float z)
{
    /* The error function at z / sqrt(2). */
    const float scaled = z * 0.70710677f;
    const float x = clamp(scaled, 4.0f);
    const float s = x * x;
    float erf_of_z;
    POLYNOMIAL
    if (scaled != scaled)
        return scaled;
    erf_of_z = scaled >= 4.0f ? 1.0f : (scaled <= -4.0f ? -1.0f : x * p / q);
    return z * FMA(erf_of_z, 0.5f, 0.5f);
}
";

const SOFTPLUS: &str = "
static float softplus_of(float z)
{
    const float u = power_of_e(z < 0.0f ? z : -z, -27.725887f, 0.0f);
    const float s = u / (2.0f + u);
    const float square = s * s;
    POLYNOMIAL
    return z == z ? (z > 0.0f ? z : 0.0f) + s * p : z;
}
";
