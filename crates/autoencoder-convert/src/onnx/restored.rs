//! Samples on their way out: from the last layer's outputs to the units of the data.

use autoencoder::{Model, Scaling};

use super::graph::{Element, Graph, Value, int};
use super::maps;
use super::samples::element_of;
use crate::network::Network;

/// Restored samples, scaled.
pub(super) struct Restored {
    /// The numbers, (N, numbers) in f32: all features where the samples are plain rows; `None` if there are none.
    pub(super) numbers: Option<Value>,
    /// The probabilities of the words of each column, (N, words) in f32.
    pub(super) words: Vec<Value>,
}

impl Restored {
    /// The restored samples of the last layer's outputs, (N, features).
    pub(super) fn of(graph: &mut Graph, network: &Network, outputs: &Value) -> Self {
        let (numbers, words) = Self::columns(graph, network, outputs);
        let words =
            words.iter().map(|logits| graph.node_with("Softmax", &[logits], vec![int("axis", 1)])).collect();
        Self { numbers, words }
    }

    /// The outputs of the numbers, and of each column of words.
    pub(super) fn columns(
        graph: &mut Graph,
        network: &Network,
        outputs: &Value,
    ) -> (Option<Value>, Vec<Value>) {
        let numbers = numbers_of(network);
        let of_numbers = if numbers == network.features() {
            Some(outputs.clone())
        } else {
            (numbers > 0).then(|| graph.columns(outputs, 0..numbers))
        };
        let of_words = network.words.iter().map(|group| graph.columns(outputs, group.outputs.clone()));
        (of_numbers, of_words.collect())
    }

    /// The outputs of a graph that restores samples.
    pub(super) fn give(self, graph: &mut Graph, model: &Model) {
        let scaling = &model.about.scaling;
        let is_table = model.architecture().specification().table.is_some();
        if let Some(numbers) = &self.numbers {
            let (undone, element) = undo(graph, scaling, numbers);
            if is_table {
                let count = maps::maps_of(scaling).map_or(0, |maps| maps.len());
                graph.output("restored_numbers", &undone, element, &[count]);
            } else {
                let shape = &model.about.sample_shape;
                let undone = if shape.len() == 1 { undone } else { graph.reshape(&undone, shape) };
                graph.output("reconstructions", &undone, element, shape);
            }
        }
        if !self.words.is_empty() {
            let schema = model.about.schema.as_ref();
            let known: Vec<usize> =
                schema.map_or_else(Vec::new, |schema| schema.words().map(|(_, words)| words.len()).collect());
            let likeliest: Vec<Value> = self
                .words
                .iter()
                .enumerate()
                .map(|(column, words)| likeliest(graph, words, known.get(column).copied()))
                .collect();
            let words = graph.concat(&likeliest.iter().collect::<Vec<_>>());
            graph.output("restored_words", &words, Element::I64, &[self.words.len()]);
            let probabilities = graph.concat(&self.words.iter().collect::<Vec<_>>());
            let table = model.architecture().specification().table.as_ref();
            let count = table.map_or(0, |table| table.words.iter().map(|column| column.words).sum());
            graph.output("word_probabilities", &probabilities, Element::F32, &[count]);
        }
    }
}

/// The index of the likeliest word, (N, 1): among those that are known, where the last stands for all others.
fn likeliest(graph: &mut Graph, probabilities: &Value, known: Option<usize>) -> Value {
    let words = match known {
        Some(known) if known > 0 => graph.columns(probabilities, 0..known),
        Some(_) | None => probabilities.clone(),
    };
    graph.node_with("ArgMax", &[&words], vec![int("axis", 1)])
}

/// The number of features that are numbers: they are the first.
pub(super) fn numbers_of(network: &Network) -> usize {
    network.words.first().map_or(network.unrestored.start, |first| first.outputs.start)
}

/// Numbers in the units of the data, and their type: bytes are restored as numbers from 0 to 255 that are not rounded.
fn undo(graph: &mut Graph, scaling: &Scaling, numbers: &Value) -> (Value, Element) {
    match (maps::maps_of(scaling), element_of(scaling)) {
        (Some(maps), element) => {
            let numbers = graph.cast(numbers, Element::F64);
            (maps::undo(graph, &maps, &numbers), element)
        }
        (None, Element::U8) => {
            let most = graph.scalar(255.0_f32);
            (graph.node("Mul", &[numbers, &most]), Element::F32)
        }
        (None, element) => (numbers.clone(), element),
    }
}
