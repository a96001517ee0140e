//! The results of the kernels, computed as plainly as possible in f64: slow, obvious, the judge in every test.

use ndarray::{Array2, ArrayView2};

use crate::layer::{Activation, ElementLoss, Update};

/// A B by three loops.
///
/// # Shapes
/// `a` (m, k), `b` (k, n); the result is (m, n).
///
/// # Panics
/// If the columns of A are not the rows of B.
pub fn multiply(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    assert_eq!(a.ncols(), b.nrows(), "multiply: columns of A and rows of B");
    Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, j)| {
        (0..a.ncols()).map(|k| a[[i, k]] * b[[k, j]]).sum()
    })
}

/// y = f(z).
pub fn activation(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Linear => z,
        Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
        Activation::Tanh => z.tanh(),
        Activation::Relu => z.max(0.0),
        Activation::LeakyRelu => {
            if z > 0.0 {
                z
            } else {
                0.01 * z
            }
        }
        Activation::Elu => {
            if z > 0.0 {
                z
            } else {
                z.exp_m1()
            }
        }
        Activation::Gelu => z * normal_distribution(z),
        Activation::Silu => z / (1.0 + (-z).exp()),
        Activation::Softplus => z.max(0.0) + (-z.abs()).exp().ln_1p(),
    }
}

/// f'(z).
pub fn slope(activation: Activation, z: f64) -> f64 {
    let s = 1.0 / (1.0 + (-z).exp());
    match activation {
        Activation::Linear => 1.0,
        Activation::Sigmoid => s * (1.0 - s),
        Activation::Tanh => 1.0 - z.tanh().powi(2),
        Activation::Relu => {
            if z > 0.0 {
                1.0
            } else {
                0.0
            }
        }
        Activation::LeakyRelu => {
            if z > 0.0 {
                1.0
            } else {
                0.01
            }
        }
        Activation::Elu => {
            if z > 0.0 {
                1.0
            } else {
                z.exp()
            }
        }
        Activation::Gelu => {
            normal_distribution(z) + z * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
        }
        Activation::Silu => s * (1.0 + z * (1.0 - s)),
        Activation::Softplus => s,
    }
}

/// f''(z); 0 at a kink.
pub fn curvature(activation: Activation, z: f64) -> f64 {
    let s = 1.0 / (1.0 + (-z).exp());
    match activation {
        Activation::Linear | Activation::Relu | Activation::LeakyRelu => 0.0,
        Activation::Sigmoid => s * (1.0 - s) * (1.0 - 2.0 * s),
        Activation::Tanh => -2.0 * z.tanh() * (1.0 - z.tanh().powi(2)),
        Activation::Elu => {
            if z > 0.0 {
                0.0
            } else {
                z.exp()
            }
        }
        Activation::Gelu => (2.0 - z * z) * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt(),
        Activation::Silu => s * (1.0 - s) * (2.0 + z * (1.0 - 2.0 * s)),
        Activation::Softplus => s * (1.0 - s),
    }
}

/// Φ(z), by the series of Abramowitz and Stegun 26.2.11, which converges everywhere.
fn normal_distribution(z: f64) -> f64 {
    if z.abs() > 8.0 {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum, mut n) = (z, z, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        n += 2.0;
        term *= z * z / n;
        sum += term;
    }
    0.5 + sum * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// The loss of one element, and its derivative by the output.
pub fn loss(kind: ElementLoss, output: f64, target: f64) -> (f64, f64) {
    let e = output - target;
    match kind {
        ElementLoss::SquaredError => (e * e, 2.0 * e),
        ElementLoss::AbsoluteError if e == 0.0 => (0.0, 0.0),
        ElementLoss::AbsoluteError => (e.abs(), e.signum()),
        ElementLoss::CrossEntropyOfLogits => (
            output.max(0.0) - output * target + (-output.abs()).exp().ln_1p(),
            1.0 / (1.0 + (-output).exp()) - target,
        ),
        ElementLoss::Huber { delta } => {
            let delta = f64::from(delta);
            if e.abs() <= delta {
                (e * e / 2.0, e)
            } else {
                (delta * (e.abs() - delta / 2.0), delta * e.signum())
            }
        }
    }
}

/// One parameter p after one step with gradient g, and its moments m and v after that step.
pub fn update(rule: Update, p: f64, g: f64, m: f64, v: f64) -> (f64, f64, f64) {
    match rule {
        Update::Sgd { rate } => (p - f64::from(rate) * g, m, v),
        Update::Momentum { rate, momentum, nesterov } => {
            let m = f64::from(momentum) * m + g;
            let direction = if nesterov { g + f64::from(momentum) * m } else { m };
            (p - f64::from(rate) * direction, m, v)
        }
        Update::RmsProp { rate, decay, epsilon } => {
            let m = f64::from(decay) * m + (1.0 - f64::from(decay)) * g * g;
            (p - f64::from(rate) * g / (m.sqrt() + f64::from(epsilon)), m, v)
        }
        Update::Adam { rate, beta1, beta2, root, epsilon, keep } => {
            let m = f64::from(beta1) * m + (1.0 - f64::from(beta1)) * g;
            let v = f64::from(beta2) * v + (1.0 - f64::from(beta2)) * g * g;
            let below = v.sqrt() * f64::from(root) + f64::from(epsilon);
            (f64::from(keep) * p - f64::from(rate) * m / below, m, v)
        }
    }
}
