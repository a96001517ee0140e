//! Reference loss of a whole batch in f64, from the definitions alone: row by row, without blocks, panels or
//! derivatives.

use autoencoder_kernels::{Instructions, Line, PANEL, Words, reference, standard_normals};
use ndarray::Array2;

use crate::random::Purpose;
use crate::random::chance::{Chance, Draws};
use crate::{
    Architecture, Layer, Loss, Model, Noise, Parameters, Penalty, Samples, Scaling, TableColumns,
    TableValues, TrainingOptions,
};

/// The loss of a training's first step as a function of the parameters.
pub(super) struct Reference<'a> {
    values: &'a Array2<f32>,
    samples: &'a Samples,
    options: &'a TrainingOptions,
    architecture: &'a Architecture,
    tensors: &'a Parameters,
    draws: Draws,
}

impl<'a> Reference<'a> {
    /// Makes the loss of the batch `samples`, which a model sees as `values` (rows, features), in a training that starts with
    /// `model`.
    pub(super) fn new(
        model: &'a Model,
        options: &'a TrainingOptions,
        values: &'a Array2<f32>,
        samples: &'a Samples,
    ) -> Self {
        let draws = Draws { seed: options.seed, step: 0, first_row: 0 };
        Self {
            values,
            samples,
            options,
            architecture: model.architecture(),
            tensors: model.parameters(),
            draws,
        }
    }

    fn tensor<'p>(&self, parameters: &'p [f64], name: &str) -> &'p [f64] {
        let tensor = self.tensors.tensors().iter().find(|tensor| tensor.name == name).unwrap();
        &parameters[tensor.range.clone()]
    }

    /// The weight W (outputs, inputs) of a layer.
    fn weight(&self, parameters: &[f64], layer: &Layer) -> Array2<f64> {
        let own = |layer: &Layer| {
            let values = self.tensor(parameters, &format!("{}.weight", layer.name)).to_vec();
            Array2::from_shape_vec((layer.outputs, layer.inputs), values).unwrap()
        };
        match layer.tied_to {
            None => own(layer),
            Some(other) => own(&self.architecture.layers()[other]).reversed_axes(),
        }
    }

    /// The sums of a layer, without the bias if the layer is normalised.
    fn sums(&self, parameters: &[f64], layer: &Layer, weight: &Array2<f64>, x: &[f64]) -> Vec<f64> {
        let biases = self.tensor(parameters, &format!("{}.bias", layer.name));
        let bias = |bias: &f64| if layer.normalized { 0.0 } else { *bias };
        let rows = weight.rows().into_iter().zip(biases);
        rows.map(|(row, b)| bias(b) + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()).collect()
    }

    /// The random words of a row, one for each of `count` numbers.
    fn words(&self, purpose: Purpose, row: usize, place: usize, count: usize) -> Vec<u32> {
        let mut words = vec![Words::ZERO; count.div_ceil(PANEL)];
        self.draws.words(purpose, row, place, &mut words);
        words.iter().flat_map(|words| words.0).take(count).collect()
    }

    fn corrupted(&self, row: usize, x: &[f64]) -> Vec<f64> {
        match self.options.noise {
            None => x.to_vec(),
            Some(Noise::Masking { share }) => {
                let words = self.words(Purpose::Noise, row, 0, x.len());
                let (mut noisy, mut first) = (x.to_vec(), 0);
                for (column, masked) in self.masked().into_iter().enumerate() {
                    if words[first] < Words::bound(share) {
                        noisy[first..first + masked.len()].copy_from_slice(&masked);
                        if let Some(indicator) = self.indicator(column) {
                            noisy[indicator] = 1.0;
                        }
                    }
                    first += masked.len();
                }
                noisy
            }
            Some(noise) => panic!("no reference for {noise:?}"),
        }
    }

    /// The feature that is 1 where a column of a table is a hole.
    fn indicator(&self, column: usize) -> Option<usize> {
        let Scaling::Columns { indicators, .. } = self.samples.scaling() else { return None };
        let first = self.values.ncols() - indicators.len();
        Some(first + indicators.iter().position(|&indicated| indicated == column)?)
    }

    /// The features that each number has once it is masked, and each column of a table.
    fn masked(&self) -> Vec<Vec<f64>> {
        match (self.samples.table(), self.samples.scaling()) {
            (Some(_), Scaling::Columns { numbers, words, .. }) => {
                let means = numbers.iter().map(|number| vec![f64::from(number.mean)]);
                let shares = words.iter().map(|shares| shares.iter().map(|&share| share.into()).collect());
                means.chain(shares).collect()
            }
            _ => vec![vec![0.0]; self.values.ncols()],
        }
    }

    /// The inputs y of `layer` after dropout.
    fn dropped(&self, row: usize, layer: usize, y: Vec<f64>) -> Vec<f64> {
        let share = self.options.dropout;
        let code = self.architecture.encoder_layers();
        if share == 0.0 || layer == code || layer == 2 * code {
            return y;
        }
        let (bound, scale) = (Words::bound(share), 1.0 / (1.0 - f64::from(share)));
        let words = self.words(Purpose::Dropout, row, layer, y.len());
        y.into_iter().zip(words).map(|(y, word)| if word < bound { 0.0 } else { y * scale }).collect()
    }

    /// The mean loss with all penalties.
    pub(super) fn loss(&self, parameters: &[f64]) -> f64 {
        let specification = self.architecture.specification();
        let layers = self.architecture.layers();
        let rows = self.values.nrows();
        let mut pass = ForwardPass {
            reference: self,
            parameters,
            weights: layers.iter().map(|layer| self.weight(parameters, layer)).collect(),
            moments: vec![None; layers.len()],
            penalty: 0.0,
            means: vec![0.0; self.architecture.code()],
        };
        for (index, _) in layers.iter().enumerate().filter(|(_, layer)| layer.normalized) {
            let sums: Vec<_> = (0..rows).map(|row| pass.row(row, index)).collect();
            let moments = |unit: usize| {
                let mean = sums.iter().map(|sums| sums[unit]).sum::<f64>() / rows as f64;
                let squares = sums.iter().map(|sums| (sums[unit] - mean).powi(2));
                (mean, (squares.sum::<f64>() / rows as f64 + 1e-5).sqrt())
            };
            pass.moments[index] = Some((0..layers[index].outputs).map(moments).collect());
        }
        // The penalties added while the moments were computed do not count.
        (pass.penalty, pass.means) = (0.0, vec![0.0; self.architecture.code()]);
        let mut total = 0.0;
        for row in 0..rows {
            let restored = pass.row(row, layers.len());
            total += match &specification.table {
                Some(table) => self.of_columns(table, row, &restored),
                None => self.reconstruction(&restored, &self.target(row)),
            };
        }
        let ForwardPass { mut penalty, means, .. } = pass;
        if let Penalty::Sparse { target, weight } = specification.penalty {
            let (rho, weight) = (f64::from(target), f64::from(weight));
            let kl = |&r: &f64| rho * (rho / r).ln() + (1.0 - rho) * ((1.0 - rho) / (1.0 - r)).ln();
            penalty += rows as f64 * weight * means.iter().map(kl).sum::<f64>();
        }
        (total + penalty) / rows as f64
    }

    fn target(&self, row: usize) -> Vec<f64> {
        self.values.row(row).iter().map(|&value| f64::from(value)).collect()
    }

    /// The reconstruction loss of one sample.
    fn reconstruction(&self, y: &[f64], target: &[f64]) -> f64 {
        let specification = self.architecture.specification();
        let kind = specification.loss.element();
        let sum: f64 = y.iter().zip(target).map(|(&y, &t)| reference::loss(kind, y, t).0).sum();
        match specification.loss {
            Loss::Gaussian { deviation } => {
                let deviation = f64::from(deviation);
                let constant = (deviation * std::f64::consts::TAU.sqrt()).ln();
                sum / (2.0 * deviation * deviation) + constant * target.len() as f64
            }
            Loss::Mse | Loss::Mae | Loss::Bce | Loss::Huber { .. } => {
                if specification.is_variational() {
                    sum
                } else {
                    sum / target.len() as f64
                }
            }
        }
    }

    /// The loss of a row of a table, given its numbers and the logits of its words: the columns of which nothing is known count
    /// nothing.
    fn of_columns(&self, table: &TableColumns, row: usize, y: &[f64]) -> f64 {
        let specification = self.architecture.specification();
        let known = self.samples.table().unwrap().row(row);
        let (scale, shift) = match specification.loss {
            Loss::Gaussian { deviation } => {
                let deviation = f64::from(deviation);
                (0.5 / (deviation * deviation), (deviation * std::f64::consts::TAU.sqrt()).ln())
            }
            Loss::Mse | Loss::Mae | Loss::Bce | Loss::Huber { .. } => (1.0, 0.0),
        };
        let numbers = y.iter().zip(known.numbers).filter(|(_, number)| !number.is_nan());
        let element = specification.loss.element();
        let mut sum: f64 =
            numbers.map(|(&y, &t)| scale * reference::loss(element, y, f64::from(t)).0 + shift).sum();
        let mut logits = &y[table.numbers..];
        for (column, &word) in table.words.iter().zip(known.words) {
            let (own, others) = logits.split_at(column.words);
            logits = others;
            if word != TableValues::HOLE {
                let exponentials: f64 = own.iter().map(|logit| logit.exp()).sum();
                sum += f64::from(column.weight) * (exponentials.ln() - own[word as usize]);
            }
        }
        if specification.is_variational() { sum } else { sum / table.columns() as f64 }
    }

    fn code_noise(&self, row: usize, count: usize) -> Vec<f64> {
        let mut words = vec![Words::ZERO; count.div_ceil(PANEL).next_multiple_of(2)];
        self.draws.words(Purpose::Code, row, 0, &mut words);
        let mut normals = vec![Line::ZERO; words.len()];
        standard_normals(Instructions::best(), &words, &mut normals);
        normals.iter().flat_map(|line| line.0).take(count).map(f64::from).collect()
    }
}

/// A forward pass of rows through all layers, with the sums over rows.
struct ForwardPass<'a> {
    reference: &'a Reference<'a>,
    parameters: &'a [f64],
    weights: Vec<Array2<f64>>,
    /// The mean and the deviation of each unit's sums in normalised layers, once known.
    moments: Vec<Option<Vec<(f64, f64)>>>,
    penalty: f64,
    /// The means of the code's units over the rows.
    means: Vec<f64>,
}

impl ForwardPass<'_> {
    /// The sums of a row in layer `until` before their normalisation, or the outputs of the last layer.
    fn row(&mut self, row: usize, until: usize) -> Vec<f64> {
        let Self { reference, parameters, weights, moments, .. } = self;
        let rows = reference.values.nrows() as f64;
        let specification = reference.architecture.specification();
        let layers = reference.architecture.layers();
        let (encoder, count) = (reference.architecture.encoder_layers(), layers.len());
        let mut x = reference.corrupted(row, &reference.target(row));
        let mut jacobian = Array2::<f64>::eye(x.len());
        let mut index = 0;
        while index < count {
            let layer = &layers[index];
            let mut sums = reference.sums(parameters, layer, &weights[index], &x);
            if index == until {
                return sums;
            }
            if let Some(moments) = &moments[index] {
                let scales = reference.tensor(parameters, &format!("{}.scale", layer.name));
                let biases = reference.tensor(parameters, &format!("{}.bias", layer.name));
                for (unit, sum) in sums.iter_mut().enumerate() {
                    let (mean, deviation) = moments[unit];
                    *sum = scales[unit] * (*sum - mean) / deviation + biases[unit];
                }
            }
            if index < encoder && matches!(specification.penalty, Penalty::Contractive { .. }) {
                jacobian = weights[index].dot(&jacobian);
                for (mut row, &z) in jacobian.rows_mut().into_iter().zip(&sums) {
                    row *= reference::slope(layer.activation, z);
                }
            }
            if layer.name == "encoder.mu" {
                let logs = reference.sums(parameters, &layers[index + 1], &weights[index + 1], &x);
                let noise = reference.code_noise(row, sums.len());
                let Penalty::Variational { weight } = specification.penalty else { panic!("a VAE") };
                let divergence = |(mu, log): (&f64, &f64)| (mu * mu + log.exp() - 1.0 - log) / 2.0;
                self.penalty += f64::from(weight) * sums.iter().zip(&logs).map(divergence).sum::<f64>();
                x = (0..sums.len()).map(|i| sums[i] + (logs[i] / 2.0).exp() * noise[i]).collect();
                index += 2;
                continue;
            }
            let logits = specification.loss == Loss::Bce && index + 1 == count;
            let f = |z: f64| if logits { z } else { reference::activation(layer.activation, z) };
            x = sums.into_iter().map(f).collect();
            if index + 1 == encoder {
                if let Some(kept) = specification.top_k {
                    keep_largest(kept, &mut x);
                }
                self.means.iter_mut().zip(&x).for_each(|(mean, x)| *mean += x / rows);
                if let Penalty::L1 { weight } = specification.penalty {
                    self.penalty += f64::from(weight) * x.iter().map(|x| x.abs()).sum::<f64>();
                }
            }
            index += 1;
            // Two layers give the code of a variational model.
            let more = if index > encoder { count - 2 * encoder } else { 0 };
            x = reference.dropped(row, index - more, x);
        }
        if let Penalty::Contractive { weight } = specification.penalty {
            self.penalty += f64::from(weight) * jacobian.iter().map(|j| j * j).sum::<f64>();
        }
        x
    }
}

/// Keeps the `count` largest numbers, of equal ones the first, and sets the others to 0.
fn keep_largest(count: usize, numbers: &mut [f64]) {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[b].total_cmp(&numbers[a]));
    for &index in &order[count..] {
        numbers[index] = 0.0;
    }
}
