//! Scores as nodes: the residual, densities and what a variational model says of a sample, in f64.

use autoencoder::{Model, ScorePart, ScoreView, Scorer};

use super::density;
use super::drawn;
use super::error::ExportError;
use super::graph::{Element, Graph, Value};
use super::layers;
use super::restored::{Restored, numbers_of};
use super::samples::{Incoming, IncomingWords};
use crate::network::Network;

/// The score of each sample, (N), and whether it is above the threshold, as outputs of the graph.
pub(super) fn give(
    graph: &mut Graph,
    model: &Model,
    network: &Network,
    scorer: &Scorer,
    threshold: f64,
) -> Result<(), ExportError> {
    if let Some(window) = model.about.window {
        return Err(ExportError::ScoresOfRows { rows: window.rows.get() });
    }
    if scorer.sizes().len() != numbers_of(network) {
        return Err(ExportError::Scorer);
    }
    let incoming = Incoming::of(graph, model, network)?;
    let mut seen = Seen { network, scorer, incoming, judged: None };
    let mut scores: Option<Value> = None;
    for &part in scorer.kind().parts() {
        let Some(surprises) = seen.part(graph, model, part)? else { continue };
        scores = Some(match scores {
            Some(sum) => graph.node("Add", &[&sum, &surprises]),
            None => surprises,
        });
    }
    let scores = scores.ok_or(ExportError::NoNumbers { kind: scorer.kind() })?;
    graph.output("scores", &scores, Element::F64, &[]);
    let threshold = graph.scalar(threshold);
    // What is no number is not at the threshold or below it.
    let is_usual = graph.node("LessOrEqual", &[&scores, &threshold]);
    let flags = graph.node("Not", &[&is_usual]);
    graph.output("flags", &flags, Element::Bool, &[]);
    Ok(())
}

/// Samples as a scorer sees them.
struct Seen<'a> {
    network: &'a Network,
    scorer: &'a Scorer,
    incoming: Incoming,
    /// What the network makes of the samples, once it is needed.
    judged: Option<Judged>,
}

/// Samples beside what the network makes of them.
#[derive(Clone)]
struct Judged {
    /// The codes, (N, code) in f64.
    codes: Value,
    /// The numbers of the samples, scaled, where holes are what the network makes of them, (N, numbers) in f64.
    numbers: Option<Value>,
    /// What is left of the numbers, 0 for holes, (N, numbers) in f64.
    residuals: Option<Value>,
    /// The probabilities of the words of each column.
    words: Vec<Value>,
}

impl Seen<'_> {
    /// A part of the score, (N); `None` for a density of numbers where there are none.
    fn part(
        &mut self,
        graph: &mut Graph,
        model: &Model,
        part: ScorePart,
    ) -> Result<Option<Value>, ExportError> {
        Ok(Some(match part {
            ScorePart::Drawn(estimate) => {
                drawn::surprises(graph, model, self.network, &self.incoming, estimate)?
            }
            ScorePart::Residual => {
                let judged = self.judged(graph)?;
                let numbers = judged.residuals.as_ref().map(|residuals| self.normal(graph, residuals));
                return self.with_words(graph, numbers, &judged.words);
            }
            ScorePart::TailedResidual => {
                let judged = self.judged(graph)?;
                let numbers = judged.residuals.as_ref().map(|residuals| self.tailed(graph, residuals));
                return self.with_words(graph, numbers, &judged.words);
            }
            ScorePart::Words => {
                let judged = self.judged(graph)?;
                return self.with_words(graph, None, &judged.words);
            }
            ScorePart::Density(view) => {
                let Some(density) = self.scorer.density(view) else { return Ok(None) };
                let Judged { codes, numbers, residuals, .. } = self.judged(graph)?;
                let points = match view {
                    ScoreView::Code => codes,
                    ScoreView::Sample => numbers.ok_or(ExportError::Scorer)?,
                    ScoreView::Joint => {
                        let all: Vec<&Value> = std::iter::once(&codes).chain(&residuals).collect();
                        graph.concat(&all)
                    }
                };
                density::surprises(graph, density, &points)?
            }
        }))
    }

    fn judged(&mut self, graph: &mut Graph) -> Result<Judged, ExportError> {
        if let Some(judged) = &self.judged {
            return Ok(judged.clone());
        }
        let Self { network, incoming, .. } = self;
        let codes = layers::codes(graph, network, &incoming.scaled)?;
        let outputs = layers::decoder(graph, network, &codes)?;
        let restored = Restored::of(graph, network, &outputs);
        let codes = graph.cast(&codes, Element::F64);
        let (mut numbers, mut residuals) = (None, None);
        if let Some(restored) = &restored.numbers {
            let mut samples = match &incoming.table {
                Some(_) => graph.columns(&incoming.scaled, 0..numbers_of(network)),
                None => incoming.scaled.clone(),
            };
            let mut left = graph.node("Sub", &[&samples, restored]);
            if let Some(holes) = incoming.table.as_ref().and_then(|table| table.number_holes.as_ref()) {
                let nothing = graph.scalar(0.0_f32);
                left = graph.node("Where", &[holes, &nothing, &left]);
                samples = graph.node("Where", &[holes, restored, &samples]);
            }
            numbers = Some(graph.cast(&samples, Element::F64));
            residuals = Some(graph.cast(&left, Element::F64));
        }
        let judged = Judged { codes, numbers, residuals, words: restored.words };
        self.judged = Some(judged.clone());
        Ok(judged)
    }

    /// The squared residuals over the squares of their sizes.
    fn squares(&self, graph: &mut Graph, residuals: &Value) -> Value {
        let sizes = graph.vector(self.scorer.sizes());
        let shares = graph.node("Div", &[residuals, &sizes]);
        graph.square(&shares)
    }

    /// The residual ½ (r / s)², summed over numbers.
    fn normal(&self, graph: &mut Graph, residuals: &Value) -> Value {
        let squares = self.squares(graph, residuals);
        let sums = graph.sum(&squares, 1);
        let half = graph.scalar(0.5_f64);
        graph.node("Mul", &[&sums, &half])
    }

    /// The residual ln(1 + (r / s)²), summed over numbers.
    fn tailed(&self, graph: &mut Graph, residuals: &Value) -> Value {
        let squares = self.squares(graph, residuals);
        let one = graph.scalar(1.0_f64);
        let above = graph.node("Add", &[&squares, &one]);
        let logarithms = graph.node("Log", &[&above]);
        graph.sum(&logarithms, 1)
    }

    /// The residual of numbers with that of words added, the cross-entropy of the sample's word; `None` if there are neither.
    fn with_words(
        &self,
        graph: &mut Graph,
        numbers: Option<Value>,
        words: &[Value],
    ) -> Result<Option<Value>, ExportError> {
        let columns = self.incoming.table.as_ref().map_or(&[][..], |table| &table.words);
        if columns.len() != words.len() {
            return Err(ExportError::Scorer);
        }
        let mut sum = numbers;
        if !columns.is_empty() {
            let all: Vec<Value> = columns
                .iter()
                .zip(words)
                .map(|(column, words)| cross_entropy(graph, column, words))
                .collect();
            let all = graph.concat(&all.iter().collect::<Vec<_>>());
            let of_words = graph.sum(&all, 1);
            sum = Some(match sum {
                Some(numbers) => graph.node("Add", &[&numbers, &of_words]),
                None => of_words,
            });
        }
        Ok(sum)
    }
}

/// The cross-entropy of the words of samples with their probabilities, (N, 1) in f64: 0 for a hole.
fn cross_entropy(graph: &mut Graph, column: &IncomingWords, probabilities: &Value) -> Value {
    let own = graph.node("Mul", &[&column.one_hot, probabilities]);
    let own = graph.sum(&own, 1);
    let axis = graph.vector(&[1_i64]);
    let own = graph.node("Unsqueeze", &[&own, &axis]);
    let least = graph.scalar(f32::MIN_POSITIVE);
    let own = graph.node("Max", &[&own, &least]);
    let own = graph.cast(&own, Element::F64);
    let logarithm = graph.node("Log", &[&own]);
    let surprise = graph.node("Neg", &[&logarithm]);
    let nothing = graph.scalar(0.0_f64);
    graph.node("Where", &[&column.hole, &nothing, &surprise])
}
