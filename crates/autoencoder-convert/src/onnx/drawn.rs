//! What a variational model says of samples by drawn codes, as nodes: the normal numbers that codes are drawn with are constants.
//!
//! ```text
//! bound       KL(q(z|x) ‖ p(z)) - 1/K Σ ln p(x|z)
//! likelihood  -ln 1/K Σ p(x|z) p(z) / q(z|x),   z₁ ... z_K drawn from q(z|x)
//! ```

use std::f64::consts::TAU;

use autoencoder::{Activation, Loss, Model, ScoreEstimate};

use super::error::ExportError;
use super::graph::{Element, Graph, Value, signed};
use super::layers::{self, Encoded};
use super::restored::{Restored, numbers_of};
use super::samples::{Incoming, IncomingWords};
use crate::network::{Dense, Network};

/// The surprises of samples under a variational model, (N) in f64.
pub(super) fn surprises(
    graph: &mut Graph,
    model: &Model,
    network: &Network,
    incoming: &Incoming,
    estimate: ScoreEstimate,
) -> Result<Value, ExportError> {
    let loss = model.architecture().specification().loss;
    let Drawn { codes, divergence, ratios } = Drawn::of(graph, network, incoming, estimate)?;
    let outputs = layers::dense_layers(graph, &of_losses(network, loss), &codes)?;
    let losses = losses(graph, network, incoming, loss, (estimate.draws(), &outputs))?;
    Ok(match estimate {
        ScoreEstimate::Bound => {
            let sum = graph.sum(&losses, 1);
            let share = graph.scalar(1.0 / estimate.draws() as f64);
            let mean = graph.node("Mul", &[&sum, &share]);
            graph.node("Add", &[&divergence, &mean])
        }
        ScoreEstimate::Likelihood => {
            let logarithms = graph.node("Sub", &[&ratios, &losses]);
            let sum = graph.log_sum_exp(&logarithms, 1);
            let count = graph.scalar((estimate.draws() as f64).ln());
            graph.node("Sub", &[&count, &sum])
        }
    })
}

/// The decoder whose outputs the loss reads: with the cross-entropy, the last layer leaves its activation out.
fn of_losses(network: &Network, loss: Loss) -> Vec<Dense> {
    let mut layers = network.decoder.clone();
    if let (Loss::Bce, Some(last)) = (loss, layers.last_mut()) {
        last.activation = Activation::Linear;
    }
    layers
}

/// Codes drawn for each sample.
struct Drawn {
    /// All codes of a sample one after the other, (N x draws, code) in f32.
    codes: Value,
    /// The divergence of the distribution of the code from the standard normal one, (N).
    divergence: Value,
    /// For each code ln p(z) - ln q(z|x), (N, draws).
    ratios: Value,
}

impl Drawn {
    fn of(
        graph: &mut Graph,
        network: &Network,
        incoming: &Incoming,
        estimate: ScoreEstimate,
    ) -> Result<Self, ExportError> {
        let code = network.code();
        let Encoded { codes: means, log_variances: Some(logs) } =
            Encoded::of(graph, network, &incoming.scaled)?
        else {
            return Err(ExportError::Scorer);
        };
        let normals = estimate.normals(code);
        let epsilon = graph.matrix(normals.view());
        let half = graph.scalar(0.5_f32);
        let half_logs = graph.node("Mul", &[&logs, &half]);
        let deviations = graph.node("Exp", &[&half_logs]);
        let [means_of_each, deviations_of_each] =
            [&means, &deviations].map(|value| graph.reshape(value, &[1, code]));
        let spread = graph.node("Mul", &[&deviations_of_each, &epsilon]);
        let drawn = graph.node("Add", &[&means_of_each, &spread]);
        let codes = graph.reshape_to(&drawn, &[-1, signed(code)]);

        let [means, logs, drawn] = [&means, &logs, &drawn].map(|value| graph.cast(value, Element::F64));
        let [one, half] = [1.0, 0.5].map(|number: f64| graph.scalar(number));
        let squared_means = graph.square(&means);
        let variances = graph.node("Exp", &[&logs]);
        let sum = graph.node("Add", &[&squared_means, &variances]);
        let sum = graph.node("Sub", &[&sum, &logs]);
        let sum = graph.node("Sub", &[&sum, &one]);
        let sum = graph.sum(&sum, 1);
        let divergence = graph.node("Mul", &[&sum, &half]);

        // The difference ln p(z) - ln q(z|x) = ½ Σ (ε² + ln σ² - z²), whose constants cancel.
        let squares =
            normals.rows().into_iter().map(|row| row.iter().map(|&e| f64::from(e) * f64::from(e)).sum());
        let squares: Vec<f64> = squares.collect();
        let squares = graph.vector(&squares);
        let log_sums = graph.sum(&logs, 1);
        let axis = graph.vector(&[1_i64]);
        let log_sums = graph.node("Unsqueeze", &[&log_sums, &axis]);
        let squared_codes = graph.square(&drawn);
        let squared_codes = graph.sum(&squared_codes, 2);
        let twice = graph.node("Add", &[&log_sums, &squares]);
        let twice = graph.node("Sub", &[&twice, &squared_codes]);
        let ratios = graph.node("Mul", &[&twice, &half]);
        Ok(Self { codes, divergence, ratios })
    }
}

/// The negative log-likelihood of each sample under each of its codes, (N, draws) in f64, of outputs (N x draws, features).
fn losses(
    graph: &mut Graph,
    network: &Network,
    incoming: &Incoming,
    loss: Loss,
    (draws, outputs): (usize, &Value),
) -> Result<Value, ExportError> {
    let (numbers, words) = Restored::columns(graph, network, outputs);
    let mut sum = None;
    if let Some(numbers) = numbers {
        let count = numbers_of(network);
        let mut samples = incoming.scaled.clone();
        if incoming.table.is_some() {
            samples = graph.columns(&samples, 0..count);
        }
        let outputs = graph.reshape_to(&numbers, &[-1, signed(draws), signed(count)]);
        let samples = graph.reshape(&samples, &[1, count]);
        let mut losses = elements(graph, loss, &outputs, &samples)?;
        if let Some(holes) = incoming.table.as_ref().and_then(|table| table.number_holes.as_ref()) {
            let holes = graph.reshape(holes, &[1, count]);
            let nothing = graph.scalar(0.0_f64);
            losses = graph.node("Where", &[&holes, &nothing, &losses]);
        }
        sum = Some(graph.sum(&losses, 2));
    }
    let columns = incoming.table.as_ref().map_or(&[][..], |table| &table.words);
    for ((column, logits), group) in columns.iter().zip(&words).zip(&network.words) {
        let of_column = cross_entropy(graph, column, logits, (draws, group.outputs.len()));
        sum = Some(match sum {
            Some(sum) => graph.node("Add", &[&sum, &of_column]),
            None => of_column,
        });
    }
    sum.ok_or(ExportError::Scorer)
}

/// The negative log-likelihood of each number, in f64, of outputs (N, draws, numbers) and samples (N, 1, numbers) in f32. The losses of
/// variational models are likelihoods: the cross-entropy of logits, or a normal density.
fn elements(graph: &mut Graph, loss: Loss, outputs: &Value, samples: &Value) -> Result<Value, ExportError> {
    let [outputs, samples] = [outputs, samples].map(|value| graph.cast(value, Element::F64));
    Ok(match loss {
        Loss::Bce => {
            // max(z, 0) - z t + ln(1 + e^-|z|)
            let one = graph.scalar(1.0_f64);
            let positive = graph.scalar(0.0_f64);
            let positive = graph.node("Max", &[&outputs, &positive]);
            let product = graph.node("Mul", &[&outputs, &samples]);
            let size = graph.size(&outputs);
            let size = graph.node("Neg", &[&size]);
            let power = graph.node("Exp", &[&size]);
            let power = graph.node("Add", &[&power, &one]);
            let logarithm = graph.node("Log", &[&power]);
            let difference = graph.node("Sub", &[&positive, &product]);
            graph.node("Add", &[&difference, &logarithm])
        }
        Loss::Gaussian { deviation } => {
            let deviation = f64::from(deviation);
            let scale = graph.scalar(0.5 / (deviation * deviation));
            let shift = graph.scalar((deviation * TAU.sqrt()).ln());
            let error = graph.node("Sub", &[&outputs, &samples]);
            let square = graph.square(&error);
            let scaled = graph.node("Mul", &[&square, &scale]);
            graph.node("Add", &[&scaled, &shift])
        }
        Loss::Mse | Loss::Mae | Loss::Huber { .. } => return Err(ExportError::Scorer),
    })
}

/// The cross-entropy of the word of each sample with logits (N x draws, words), (N, draws) in f64: 0 for a hole.
fn cross_entropy(
    graph: &mut Graph,
    column: &IncomingWords,
    logits: &Value,
    (draws, words): (usize, usize),
) -> Value {
    let logits = graph.reshape_to(logits, &[-1, signed(draws), signed(words)]);
    let logits = graph.cast(&logits, Element::F64);
    let all = graph.log_sum_exp(&logits, 2);
    let one_hot = graph.cast(&column.one_hot, Element::F64);
    let one_hot = graph.reshape(&one_hot, &[1, words]);
    let own = graph.node("Mul", &[&logits, &one_hot]);
    let own = graph.sum(&own, 2);
    let surprise = graph.node("Sub", &[&all, &own]);
    let nothing = graph.scalar(0.0_f64);
    graph.node("Where", &[&column.hole, &nothing, &surprise])
}
