//! Activations, told from what the nodes between two layers make of some numbers: programs write GELU or SiLU as several nodes, and each
//! in its own way.

use std::collections::HashMap;
use std::f64::consts::SQRT_2;

use autoencoder::Activation;
use autoencoder_kernels::reference::activation;

use super::tensors::{Constants, Users};
use crate::onnx::messages::NodeProto;

/// Numbers by which activations differ.
const PROBES: [f64; 12] = [-11.0, -4.2, -2.0, -1.1, -0.4, -0.03, 0.0, 0.05, 0.7, 1.3, 3.1, 12.0];

/// The largest difference of what is taken for the same function: nodes have constants of f32.
const TOLERANCE: f64 = 1e-5;

/// What nodes make of numbers.
pub(super) struct Applied<'a> {
    /// The value that the nodes end in.
    pub(super) end: &'a str,
    /// What it is for each of the numbers.
    numbers: Vec<f64>,
}

impl<'a> Applied<'a> {
    /// What the nodes behind a value make of it, as far as they work number by number; `None` if there are no such nodes, or
    /// they end in several values.
    pub(super) fn behind(
        value: &'a str,
        users: &Users<'a>,
        constants: &Constants<'_>,
        is_output: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        let mut known: HashMap<&str, Vec<f64>> = HashMap::from([(value, PROBES.to_vec())]);
        let mut order = vec![value];
        let mut next = 0;
        while let Some(&passed) = order.get(next) {
            next += 1;
            // A node that takes several values is passed once all of them are known.
            for node in users.get(passed) {
                let Some(output) = node.output.first().map(String::as_str) else { continue };
                if !known.contains_key(output)
                    && let Some(numbers) = apply(node, &known, constants)
                {
                    known.insert(output, numbers);
                    order.push(output);
                }
            }
        }
        let is_passed =
            |node: &&NodeProto| node.output.first().is_some_and(|output| known.contains_key(output.as_str()));
        let is_inner = |name: &str| {
            let users = users.get(name);
            !users.is_empty() && users.iter().all(is_passed) && !is_output(name)
        };
        let mut ends = order.iter().filter(|name| !is_inner(name));
        let (Some(&end), None) = (ends.next(), ends.next()) else { return None };
        (end != value).then(|| Self { end, numbers: known[end].clone() })
    }

    /// The activation that makes the same of all numbers.
    pub(super) fn activation(&self) -> Option<Activation> {
        Activation::ALL.into_iter().find(|&candidate| {
            PROBES
                .iter()
                .zip(&self.numbers)
                .all(|(&z, found)| (activation(candidate, z) - found).abs() < TOLERANCE)
        })
    }
}

/// What a node makes of numbers that are known; `None` for nodes that do not work number by number.
fn apply(node: &NodeProto, known: &HashMap<&str, Vec<f64>>, constants: &Constants<'_>) -> Option<Vec<f64>> {
    let operand = |place: usize| -> Option<Vec<f64>> {
        let name = node.input.get(place)?.as_str();
        known.get(name).cloned().or_else(|| Some(vec![constants.scalar(name)?; PROBES.len()]))
    };
    if !node.input.iter().any(|name| known.contains_key(name.as_str())) {
        return None;
    }
    let alpha = |usual: f32| {
        let given = node.attribute.iter().find(|attribute| attribute.name == "alpha");
        f64::from(given.and_then(|attribute| attribute.f).unwrap_or(usual))
    };
    let one = |f: &dyn Fn(f64) -> f64| Some(operand(0)?.into_iter().map(f).collect());
    let two = |f: &dyn Fn(f64, f64) -> f64| {
        Some(operand(0)?.into_iter().zip(operand(1)?).map(|(a, b)| f(a, b)).collect())
    };
    let by_name = |kind| one(&|z| activation(kind, z));
    match node.op_type.as_str() {
        "Relu" => by_name(Activation::Relu),
        "Sigmoid" => by_name(Activation::Sigmoid),
        "Tanh" => by_name(Activation::Tanh),
        "Softplus" => by_name(Activation::Softplus),
        "Gelu" => {
            let is_exact =
                node.attribute.iter().all(|attribute| attribute.s.is_empty() || attribute.s == b"none");
            is_exact.then(|| by_name(Activation::Gelu)).flatten()
        }
        "LeakyRelu" => {
            let alpha = alpha(0.01);
            one(&|z| if z > 0.0 { z } else { alpha * z })
        }
        "Elu" => {
            let alpha = alpha(1.0);
            one(&|z| if z > 0.0 { z } else { alpha * z.exp_m1() })
        }
        "Erf" => one(&erf),
        "Neg" => one(&|z| -z),
        "Exp" => one(&f64::exp),
        "Log" => one(&f64::ln),
        "Identity" | "Dropout" => one(&|z| z),
        "Add" => two(&|a, b| a + b),
        "Sub" => two(&|a, b| a - b),
        "Mul" => two(&|a, b| a * b),
        "Div" => two(&|a, b| a / b),
        _ => None,
    }
}

/// The error function, by GELU: z Φ(z) with Φ(z) = (1 + erf(z / √2)) / 2.
fn erf(x: f64) -> f64 {
    let z = x * SQRT_2;
    if z.abs() < f64::MIN_POSITIVE { x } else { 2.0 * activation(Activation::Gelu, z) / z - 1.0 }
}
