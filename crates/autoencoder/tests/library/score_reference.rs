//! Scores of every kind against the formulas of docs/math.md in plain f64, which read what was fitted from the file of a model.

use std::f64::consts::TAU;

use autoencoder::{
    Activation, Choice, Inference, Initialization, Loss, Model, NumberScalingKind, Purpose, Samples, Scaling,
    ScalingKind, ScoreKind, Scorer, Specification, Stream, TableColumns, TableValues, Trainer, Values,
    WordColumn,
};
use autoencoder_kernels::reference;
use ndarray::Array2;
use safetensors::SafeTensors;
use serde_json::Value;

use crate::kinds::{self, options};

/// The rounding of a network in f32, and of scores of more than one nat that are made of it.
const TOLERANCE: f64 = 1e-5;

/// A sample as a network sees it, and makes of it.
struct Row {
    /// The features that go in.
    features: Vec<f64>,
    /// For each column of numbers, the number; `None` is a hole.
    numbers: Vec<Option<f64>>,
    /// For each column of words, its first feature, the number of its words, and the word.
    words: Vec<(usize, usize, Option<usize>)>,
    /// The code and the restored numbers, of a network in f32.
    in_f32: [Vec<f64>; 2],
}

fn rows_of(model: &Model, samples: &Samples, table: Option<&TableValues>) -> Vec<Row> {
    let in_f32 = [model.encode(samples).unwrap(), model.reconstruct(samples).unwrap()];
    let scaled = samples.scaled(0..samples.len()).mapv(f64::from);
    let row = |row: usize| {
        let features = scaled.row(row).to_vec();
        let in_f32 = [0, 1].map(|of| in_f32[of].row(row).mapv(f64::from).to_vec());
        let Some(table) = table else {
            let numbers = features.iter().copied().map(Some).collect();
            return Row { features, numbers, words: Vec::new(), in_f32 };
        };
        let known = table.numbers().row(row);
        let numbers =
            features.iter().zip(known).map(|(&scaled, known)| (!known.is_nan()).then_some(scaled)).collect();
        let mut first = known.len();
        let words = table.words().row(row).into_iter().zip(table.counts()).map(|(&word, &count)| {
            first += count;
            (first - count, count, (word != TableValues::HOLE).then_some(word as usize))
        });
        let words = words.collect();
        Row { features, numbers, words, in_f32 }
    };
    (0..samples.len()).map(row).collect()
}

/// Runs numbers through some layers of a model; the last of them without its activation, if asked for its sums.
fn run(model: &Model, layers: &[&str], sums: bool, mut numbers: Vec<f64>) -> Vec<f64> {
    for (place, name) in layers.iter().enumerate() {
        let index = model.architecture().layers().iter().position(|layer| layer.name == *name).unwrap();
        let (weight, bias) = (model.parameters().weight(index), model.parameters().bias(index));
        let leaves_out = sums && place + 1 == layers.len();
        let of_layer = model.architecture().layers()[index].activation;
        let activation = if leaves_out { Activation::Linear } else { of_layer };
        let sum = |unit: usize| {
            let products = weight.row(unit).into_iter().zip(&numbers).map(|(&w, x)| f64::from(w) * x);
            products.sum::<f64>() + f64::from(bias[unit])
        };
        numbers = (0..bias.len()).map(|unit| reference::activation(activation, sum(unit))).collect();
    }
    numbers
}

/// ln Σ e^x, without the largest x in the exponentials.
fn log_sum_exp(numbers: Vec<f64>) -> f64 {
    let largest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + numbers.iter().map(|number| (number - largest).exp()).sum::<f64>().ln()
}

/// The logarithms of the probabilities that logits stand for.
fn log_softmax(logits: &[f64]) -> Vec<f64> {
    let sum = log_sum_exp(logits.to_vec());
    logits.iter().map(|logit| logit - sum).collect()
}

fn numbers_of(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// -ln of a density at a point: the mean over the mixtures.
fn surprise(density: &Value, point: &[f64]) -> f64 {
    let mean = numbers_of(&density["mean"]);
    let along = |direction: &Value| -> f64 {
        let direction = numbers_of(direction);
        (0..point.len()).map(|place| (point[place] - mean[place]) * direction[place]).sum()
    };
    let projected: Vec<f64> = density["directions"].as_array().unwrap().iter().map(along).collect();
    let mixtures = density["mixtures"].as_array().unwrap();
    let of_mixture = |mixture: &Value| -> f64 {
        let log_density = |component: &Value| {
            component["weight"].as_f64().unwrap().ln() + log_normal(component, &projected)
        };
        log_sum_exp(mixture.as_array().unwrap().iter().map(log_density).collect())
    };
    -mixtures.iter().map(of_mixture).sum::<f64>() / mixtures.len() as f64
}

/// The logarithm of the density of a normal distribution at a point, where the covariance is eliminated row by row (Gauss).
fn log_normal(component: &Value, point: &[f64]) -> f64 {
    let mean = numbers_of(&component["mean"]);
    let triangle: Vec<Vec<f64>> =
        component["covariance"].as_array().unwrap().iter().map(numbers_of).collect();
    let size = mean.len();
    let mut matrix =
        Array2::from_shape_fn((size, size), |(row, column)| triangle[row.max(column)][row.min(column)]);
    let mut left: Vec<f64> = (0..size).map(|place| point[place] - mean[place]).collect();
    let mut twice = 0.0;
    for pivot in 0..size {
        twice -= (TAU * matrix[(pivot, pivot)]).ln() + left[pivot] * left[pivot] / matrix[(pivot, pivot)];
        for row in pivot + 1..size {
            let factor = matrix[(row, pivot)] / matrix[(pivot, pivot)];
            for column in pivot..size {
                matrix[(row, column)] -= factor * matrix[(pivot, column)];
            }
            left[row] -= factor * left[pivot];
        }
    }
    0.5 * twice
}

/// The score of a row, by what the file of the model has.
fn score(model: &Model, scorer: &Value, kind: ScoreKind, row: &Row) -> f64 {
    let names: Vec<&str> = model.architecture().layers().iter().map(|layer| layer.name.as_str()).collect();
    let (encoder, decoder): (Vec<&str>, Vec<&str>) =
        names.iter().copied().partition(|name| name.starts_with("encoder"));
    let to_mean: Vec<&str> = encoder.iter().copied().filter(|name| *name != "encoder.logvar").collect();
    let mut z = run(model, &to_mean, false, row.features.clone());
    if kind == ScoreKind::Bound || kind == ScoreKind::Likelihood {
        let to_variance: Vec<&str> = encoder.iter().copied().filter(|name| *name != "encoder.mu").collect();
        let logs = run(model, &to_variance, false, row.features.clone());
        return by_draws(model, kind, &decoder, [&z, &logs], row);
    }
    let mut y = run(model, &decoder, false, z.clone());
    if kind == ScoreKind::Joint {
        // Residuals nearly follow from codes: a density of both is narrow, and magnifies the rounding of a network.
        [z, y] = row.in_f32.clone();
    }
    let left: Vec<f64> =
        row.numbers.iter().zip(&y).map(|(number, y)| number.map_or(0.0, |number| number - y)).collect();
    let words: f64 = row
        .words
        .iter()
        .filter_map(|&(first, count, word)| Some(-log_softmax(&y[first..first + count])[word?]))
        .sum();
    let sizes = numbers_of(&scorer["sizes"]);
    let squares = || left.iter().zip(&sizes).map(|(left, size)| (left / size).powi(2));
    let residual = squares().map(|square| 0.5 * square).sum::<f64>() + words;
    let tailed = squares().map(|square| (1.0 + square).ln()).sum::<f64>() + words;
    let density = |view: &str, point: &[f64]| {
        let all = scorer["densities"].as_array().unwrap();
        surprise(all.iter().find(|density| density["view"] == view).unwrap(), point)
    };
    // Holes stand as the model restores them.
    let x: Vec<f64> = row.numbers.iter().zip(&y).map(|(number, y)| number.unwrap_or(*y)).collect();
    match kind {
        ScoreKind::Residual => residual,
        ScoreKind::Code => density("code", &z),
        ScoreKind::Sum => residual + density("code", &z),
        ScoreKind::Sample => density("sample", &x) + words,
        ScoreKind::Joint => density("joint", &[z, left].concat()),
        ScoreKind::Full => density("sample", &x) + tailed,
        ScoreKind::Bound | ScoreKind::Likelihood => unreachable!("they are estimates from draws"),
    }
}

/// The negative bound, or the negative log-likelihood, given means and logarithms of the variances of the code.
fn by_draws(model: &Model, kind: ScoreKind, decoder: &[&str], [means, logs]: [&[f64]; 2], row: &Row) -> f64 {
    let loss = model.architecture().specification().loss;
    let of_element = |output: f64, target: f64| match loss {
        Loss::Bce => output.max(0.0) - output * target + (1.0 + (-output.abs()).exp()).ln(),
        Loss::Gaussian { deviation } => {
            let deviation = f64::from(deviation);
            (output - target).powi(2) / (2.0 * deviation.powi(2)) + (deviation * TAU.sqrt()).ln()
        }
        Loss::Mse | Loss::Mae | Loss::Huber { .. } => panic!("no likelihood"),
    };
    let draws = if kind == ScoreKind::Bound { 16 } else { 64 };
    let (mut losses, mut logarithms) = (Vec::new(), Vec::new());
    for draw in 0..draws {
        let mut stream = Stream::new(0, Purpose::Likelihood, [0, draw << 40]);
        let words: Vec<f64> = (0..64).map(|_| f64::from(stream.word() >> 9) / 2_f64.powi(23)).collect();
        let epsilon =
            |unit: usize| (-2.0 * (1.0 - words[unit]).ln()).sqrt() * (TAU * (words[32 + unit] - 0.5)).cos();
        let drawn = |unit: usize| means[unit] + (logs[unit] / 2.0).exp() * epsilon(unit);
        let z: Vec<f64> = (0..means.len()).map(drawn).collect();
        let ratio = |unit: usize| 0.5 * (epsilon(unit).powi(2) + logs[unit] - z[unit].powi(2));
        let ratio: f64 = (0..z.len()).map(ratio).sum();
        let output = run(model, decoder, true, z);
        let numbers =
            row.numbers.iter().zip(&output).filter_map(|(number, y)| Some(of_element(*y, (*number)?)));
        let words = row
            .words
            .iter()
            .filter_map(|&(first, count, word)| Some(-log_softmax(&output[first..first + count])[word?]));
        let negative: f64 = numbers.chain(words).sum();
        losses.push(negative);
        logarithms.push(ratio - negative);
    }
    let draws = f64::from(draws as u32);
    if kind == ScoreKind::Bound {
        let divergence =
            means.iter().zip(logs).map(|(mean, log)| 0.5 * (mean * mean + log.exp() - 1.0 - log));
        return divergence.sum::<f64>() + losses.iter().sum::<f64>() / draws;
    }
    draws.ln() - log_sum_exp(logarithms)
}

/// Trains a model, and holds the scores of all kinds that it has to the reference.
fn hold(what: &str, specification: Specification, samples: &Samples, table: Option<&TableValues>) {
    let model = Model::new(specification, Initialization::Glorot, 4).unwrap();
    let mut trainer = Trainer::of_model(model, options().with_epochs(20).with_batch_size(32)).unwrap();
    trainer.fit(samples).unwrap();
    let mut model = trainer.into_model();
    let is_variational = model.architecture().specification().is_variational();
    let rows = rows_of(&model, samples, table);
    let inference = Inference::new(&model);
    for &kind in ScoreKind::ALL.iter().filter(|kind| is_variational || !kind.draws_codes()) {
        model.scorer = Some(Scorer::fit(&inference, kind, samples, None, 1).unwrap());
        let bytes = model.to_bytes();
        let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        let description: Value =
            serde_json::from_str(&metadata.metadata().as_ref().unwrap()["autoencoder"]).unwrap();
        for (index, (row, found)) in rows.iter().zip(model.scores(samples).unwrap()).enumerate() {
            let expected = score(&model, &description["scorer"], kind, row);
            let error = (found - expected).abs() / expected.abs().max(1.0);
            assert!(error < TOLERANCE, "{what}, {}, row {index}: {found}, expected {expected}", kind.name());
        }
    }
}

fn linear(specification: Specification) -> Specification {
    specification
        .with_activation(Activation::LeakyRelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
}

/// Numbers in `columns` columns, which follow five others but for noise.
fn numbers(rows: usize, columns: usize) -> Array2<f64> {
    let mut stream = Stream::new(8, Purpose::Generation, [3, 3]);
    let mut normals = |columns| Array2::from_shape_simple_fn((rows, columns), || f64::from(stream.normal()));
    let (hidden, noise) = (normals(5), normals(columns));
    let mixing =
        Array2::from_shape_fn((5, columns), |(row, column)| ((row * 7 + column * 3) % 11) as f64 - 5.0);
    hidden.dot(&mixing) + noise
}

#[test]
fn scores_of_numbers_are_those_of_the_formulas() {
    // More than 32 columns are projected on principal components.
    for columns in [6, 40] {
        let values = numbers(300, columns);
        let scaling = ScalingKind::Standard.fit(values.view());
        let samples = Samples::new(Values::Doubles(values), scaling).unwrap();
        hold("numbers", linear(Specification::new(columns, [16, 3])), &samples, None);
    }
}

#[test]
fn scores_of_words_and_holes_are_those_of_the_formulas() {
    let numbers = numbers(300, 3);
    let words = Array2::from_shape_fn((300, 2), |(row, column)| {
        let word = usize::from(numbers[(row, column)] > 0.0) + row % (2 + column);
        if (row + column) % 9 == 0 { TableValues::HOLE } else { word as u32 }
    });
    let numbers = Array2::from_shape_fn(numbers.dim(), |(row, column)| {
        if row % 10 == column { f64::NAN } else { numbers[(row, column)] }
    });
    let values = TableValues::new(numbers, words, [3, 4]).unwrap();
    let scaling = values.fit(|_| NumberScalingKind::Standard);
    let samples = Samples::new(Values::Table(values.clone()), scaling).unwrap();
    let columns = TableColumns::new(3, [3, 4].map(|words| WordColumn::new(words, 0.5)));
    let specification = linear(Specification::new(10, [16, 3])).with_table(columns);
    hold("a table", specification.clone(), &samples, Some(&values));
    let variational = specification.variational(0.5).with_loss(Loss::Gaussian { deviation: 0.3 });
    hold("a table, variational", variational, &samples, Some(&values));
}

#[test]
fn scores_of_variational_models_are_those_of_the_formulas() {
    let images = kinds::samples(300);
    let specification = kinds::plain().with_code_activation(Activation::Linear);
    assert_eq!(images.scaling(), &Scaling::Bytes);
    hold("images", specification.with_loss(Loss::Bce).variational(1.0), &images, None);
}
