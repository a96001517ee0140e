//! A model as a program in another language needs it: layers with weights of either kind, inputs, the score, and words about all of it.

use autoencoder::{Activation, Choice, Model, NumberMap, NumberScaling, Scaling};

use crate::inputs::{Inputs, NumberInput};
use crate::int8::Int8Rows;
use crate::network::{Dense, Network};
use crate::score::{NoScore, Score};
use crate::text::{for_comment, identifier};

/// The numbers that weights are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weights {
    /// 32-bit floats, as in the model.
    #[default]
    Float,
    /// Whole numbers of 8 bits, with a float for each row that they are multiplied with. The file is a quarter as large on a device, and
    /// the model is that of [`rounded_to_int8`](crate::rounded_to_int8).
    Int8,
}

impl Choice for Weights {
    const ALL: &'static [Self] = &[Self::Float, Self::Int8];

    fn name(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Int8 => "int8",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Float => "32-bit floats, as in the model",
            Self::Int8 => "Whole numbers of 8 bits with a scale for each row, in a quarter of the memory",
        }
    }
}

/// What source code is written with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SourceOptions {
    /// The numbers that weights are written as.
    pub weights: Weights,
    /// The score above which a sample is odd; without one, that below which 99 of 100 usual samples lie.
    pub threshold: Option<f64>,
}

impl SourceOptions {
    /// The same options with other weights.
    #[must_use]
    pub fn with_weights(self, weights: Weights) -> Self {
        Self { weights, ..self }
    }

    /// The same options with this threshold.
    #[must_use]
    pub fn with_threshold(self, threshold: f64) -> Self {
        Self { threshold: Some(threshold), ..self }
    }
}

/// The weight of a layer, row after row.
pub(crate) enum Rows {
    Float(Vec<f32>),
    Int8 { rows: Vec<i8>, scales: Vec<f32> },
}

/// A layer with the names of its tables.
pub(crate) struct Layer {
    /// Its name as part of a name in source code.
    pub(crate) name: String,
    pub(crate) rows: Rows,
    pub(crate) bias: Vec<f32>,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) activation: Activation,
}

/// The way in which a column of numbers is scaled: a map, and then (x - offset) / width, of which the last is undone first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NumberScale {
    pub(crate) curve: Curve,
    pub(crate) offset: f64,
    pub(crate) width: f64,
}

/// A map that is no straight line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Curve {
    None,
    /// ln(1 + |x|) with the sign of x.
    Log1p,
    /// The places of `quantiles` in a normal distribution; outside the map rises by 1 for each `deviation`.
    Ranks {
        quantiles: Vec<f64>,
        places: Vec<f64>,
        deviation: f64,
    },
}

/// A model as a program.
pub(crate) struct Program {
    pub(crate) encoder: Vec<Layer>,
    pub(crate) decoder: Vec<Layer>,
    pub(crate) top_k: Option<usize>,
    pub(crate) features: usize,
    pub(crate) code: usize,
    pub(crate) inputs: Inputs,
    pub(crate) scales: Vec<NumberScale>,
    pub(crate) score: Result<Score, NoScore>,
    /// Lines that say what the model is, and what its inputs are, for a comment.
    pub(crate) summary: Vec<String>,
}

impl Program {
    pub(crate) fn of(model: &Model, SourceOptions { weights, threshold }: SourceOptions) -> Self {
        let network = Network::of(model);
        let inputs = Inputs::of(model);
        let scales = inputs.numbers.iter().map(NumberScale::of).collect();
        let score = Score::of(model, inputs.numbers.len(), threshold);
        let summary = summary(model, &network, &inputs, weights, &score);
        let layers =
            |layers: &[Dense]| layers.iter().map(|layer| Layer::of(layer, weights)).collect::<Vec<_>>();
        Self {
            encoder: layers(&network.encoder),
            decoder: layers(&network.decoder),
            top_k: network.top_k,
            features: network.features(),
            code: network.code(),
            inputs,
            scales,
            score,
            summary,
        }
    }

    pub(crate) fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.encoder.iter().chain(&self.decoder)
    }

    /// The activations that layers have, each once.
    pub(crate) fn activations(&self) -> Vec<Activation> {
        Activation::ALL
            .into_iter()
            .filter(|activation| self.layers().any(|layer| layer.activation == *activation))
            .collect()
    }

    /// Whether weights are whole numbers of 8 bits.
    pub(crate) fn is_int8(&self) -> bool {
        self.layers().any(|layer| matches!(layer.rows, Rows::Int8 { .. }))
    }
}

impl Layer {
    fn of(layer: &Dense, weights: Weights) -> Self {
        let (outputs, inputs) = layer.weight.dim();
        let rows = match weights {
            Weights::Float => Rows::Float(layer.weight.iter().copied().collect()),
            Weights::Int8 => {
                let Int8Rows { rows, scales } = Int8Rows::of(layer.weight.view());
                Rows::Int8 { rows: rows.iter().copied().collect(), scales }
            }
        };
        let name = identifier(&layer.name);
        Self { name, rows, bias: layer.bias.to_vec(), inputs, outputs, activation: layer.activation }
    }
}

impl NumberScale {
    pub(crate) fn of(input: &NumberInput) -> Self {
        let straight = |offset: f64, width: f64| {
            // A width of 0 stands for a column that was constant, and nothing is divided by it.
            Self { curve: Curve::None, offset, width: if width > 0.0 { width } else { 1.0 } }
        };
        match &input.map {
            NumberMap::None => straight(0.0, 1.0),
            NumberMap::MinMax { least: offset, width }
            | NumberMap::Standard { mean: offset, deviation: width }
            | NumberMap::Robust { median: offset, width } => straight(*offset, *width),
            NumberMap::Log1p { mean, deviation } => {
                Self { curve: Curve::Log1p, ..straight(*mean, *deviation) }
            }
            NumberMap::RankGauss { quantiles, .. } if quantiles.is_empty() => straight(0.0, 1.0),
            NumberMap::RankGauss { quantiles, deviation } => {
                let places = NumberScaling::normal_quantiles(quantiles.len());
                let deviation = if *deviation > 0.0 { *deviation } else { 1.0 };
                let curve = Curve::Ranks { quantiles: quantiles.clone(), places, deviation };
                Self { curve, ..straight(0.0, 1.0) }
            }
        }
    }
}

fn summary(
    model: &Model,
    network: &Network,
    inputs: &Inputs,
    weights: Weights,
    score: &Result<Score, NoScore>,
) -> Vec<String> {
    let (architecture, about) = (model.architecture(), &model.about);
    let mut lines =
        vec![format!("An autoencoder of {architecture} units, with weights as {}.", weights.name())];
    if network.log_variance.is_some() {
        lines.push("The model is variational: a code is the mean of its distribution.".to_owned());
    }
    if let Some(k) = network.top_k {
        lines.push(format!("Each code keeps its {k} largest numbers; the others are 0."));
    }
    let shape = about.sample_shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ");
    lines.push(match about.window {
        Some(window) => {
            format!("A sample is a window of {} rows, one row after the other.", window.rows)
        }
        None if about.sample_shape.len() > 1 => {
            format!("A sample is an image of {shape} numbers, row of pixels after row of pixels.")
        }
        None => format!("A sample has {} columns.", inputs.count()),
    });
    lines.push(match &about.scaling {
        Scaling::Bytes => "Its numbers are those of bytes, from 0 to 255; the scaling is inside.".to_owned(),
        Scaling::None => "Its numbers are as the model takes them, without any scaling.".to_owned(),
        Scaling::MinMax { .. } | Scaling::Standard { .. } | Scaling::Columns { .. } => {
            "Its numbers are in the units of the data; the scaling is inside.".to_owned()
        }
    });
    if inputs.numbers.iter().all(|number| number.hole.is_some()) {
        lines.push("NaN stands for a number that is not known.".to_owned());
    }
    if !inputs.words.is_empty() {
        lines.push("A word is its index among those of its column, and -1 where it is not known.".to_owned());
    }
    lines.push(match score {
        Ok(score) => format!("Its scores are of the kind {}, in nats.", score.kind.name()),
        Err(why) => format!("There is no score: {why}."),
    });
    let named =
        inputs.numbers.iter().enumerate().filter_map(|(index, number)| {
            Some(format!("  [{index}] {}", for_comment(number.name.as_deref()?)))
        });
    let words = inputs.words.iter().enumerate().map(|(index, column)| {
        let words = column.words.iter().enumerate();
        let words: Vec<String> =
            words.map(|(place, word)| format!("{place} {}", for_comment(word))).collect();
        let index = inputs.numbers.len() + index;
        format!("  [{index}] {}: {}", for_comment(&column.name), words.join(", "))
    });
    let columns: Vec<String> = named.chain(words).collect();
    if !columns.is_empty() {
        lines.push("The columns:".to_owned());
        lines.extend(columns);
    }
    lines
}
