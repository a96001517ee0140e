//! Samples on their way in: from the units of the data to the features that the network sees.

use autoencoder::{Model, Scaling};

use super::error::ExportError;
use super::graph::{Element, Graph, Value, signed};
use super::maps;
use crate::network::Network;

/// Samples as they come in.
pub(super) struct Incoming {
    /// The features, scaled, (N, features) in f32: for holes what the model makes of them.
    pub(super) scaled: Value,
    /// The columns of the table whose rows the samples are; `None` for plain rows of numbers.
    pub(super) table: Option<IncomingTable>,
}

/// The rows of a table as they come in.
pub(super) struct IncomingTable {
    /// Whether a number is a hole, (N, numbers); `None` if there are no numbers.
    pub(super) number_holes: Option<Value>,
    pub(super) words: Vec<IncomingWords>,
}

/// A column of words as it comes in.
pub(super) struct IncomingWords {
    /// 1 for the word of the sample and else 0, (N, words) in f32; all 0 for a hole.
    pub(super) one_hot: Value,
    /// Whether the word is a hole, (N, 1).
    pub(super) hole: Value,
}

impl Incoming {
    /// The inputs of a graph that takes samples.
    pub(super) fn of(graph: &mut Graph, model: &Model, network: &Network) -> Result<Self, ExportError> {
        let about = &model.about;
        if model.architecture().specification().table.is_some() {
            return Self::of_table(graph, &about.scaling, network);
        }
        let features = network.features();
        let shape = &about.sample_shape;
        let element = element_of(&about.scaling);
        let samples = graph.input("samples", element, shape);
        let rows = if shape.len() == 1 { samples } else { graph.reshape(&samples, &[features]) };
        let scaled = match maps::maps_of(&about.scaling) {
            Some(maps) => {
                let scaled = maps::apply(graph, &maps, &rows);
                graph.cast(&scaled, Element::F32)
            }
            None if about.scaling == Scaling::Bytes => {
                let most = graph.scalar(255.0_f32);
                let numbers = graph.cast(&rows, Element::F32);
                graph.node("Div", &[&numbers, &most])
            }
            None => rows,
        };
        Ok(Self { scaled, table: None })
    }

    fn of_table(graph: &mut Graph, scaling: &Scaling, network: &Network) -> Result<Self, ExportError> {
        let Scaling::Columns { numbers, words: shares, indicators } = scaling else {
            return Err(ExportError::UnknownScaling);
        };
        let mut features = Vec::new();
        let mut number_holes = None;
        if let (Some(maps), false) = (maps::maps_of(scaling), numbers.is_empty()) {
            let values = graph.input("numbers", Element::F64, &[numbers.len()]);
            // What is not equal to itself is no number: runtimes differ in the type that `IsNaN` gives.
            let known = graph.node("Equal", &[&values, &values]);
            let holes = graph.node("Not", &[&known]);
            let scaled = maps::apply(graph, &maps, &values);
            let scaled = graph.cast(&scaled, Element::F32);
            let means: Vec<f32> = numbers.iter().map(|number| number.mean).collect();
            let means = graph.vector(&means);
            features.push(graph.node("Where", &[&holes, &means, &scaled]));
            number_holes = Some(holes);
        }
        let mut words = Vec::new();
        if !network.words.is_empty() {
            let values = graph.input("words", Element::I64, &[network.words.len()]);
            for (column, shares) in shares.iter().enumerate() {
                let (incoming, seen) = IncomingWords::of(graph, &values, column, shares);
                features.push(seen);
                words.push(incoming);
            }
        }
        for &column in indicators {
            let hole = match (&number_holes, column.checked_sub(numbers.len())) {
                (Some(holes), None) => graph.columns(holes, column..column + 1),
                (_, Some(column)) => words[column].hole.clone(),
                (None, None) => return Err(ExportError::UnknownScaling),
            };
            features.push(graph.cast(&hole, Element::F32));
        }
        let features: Vec<&Value> = features.iter().collect();
        let scaled = graph.concat(&features);
        Ok(Self { scaled, table: Some(IncomingTable { number_holes, words }) })
    }
}

impl IncomingWords {
    /// A column of words, and the features that the network sees of it: for a hole the shares of the words.
    fn of(graph: &mut Graph, values: &Value, column: usize, shares: &[f32]) -> (Self, Value) {
        let word = graph.columns(values, column..column + 1);
        let nothing = graph.scalar(0_i64);
        let hole = graph.node("Less", &[&word, &nothing]);
        let places: Vec<i64> = (0..shares.len()).map(signed).collect();
        let places = graph.vector(&places);
        let is_word = graph.node("Equal", &[&word, &places]);
        let one_hot = graph.cast(&is_word, Element::F32);
        let shares = graph.vector(shares);
        let seen = graph.node("Where", &[&hole, &shares, &one_hot]);
        (Self { one_hot, hole }, seen)
    }
}

/// The type of samples in the units of their data: numbers that are scaled are so in f64, so that large ones that differ little keep their
/// differences.
pub(super) fn element_of(scaling: &Scaling) -> Element {
    match scaling {
        Scaling::Bytes => Element::U8,
        Scaling::None => Element::F32,
        Scaling::MinMax { .. } | Scaling::Standard { .. } | Scaling::Columns { .. } => Element::F64,
    }
}
