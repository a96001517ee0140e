//! Gradients against central differences of an independent f64 forward pass, for every activation, loss, kind and place.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

use autoencoder_kernels::{ElementLoss, Instructions, Line, PANEL, Words, reference, standard_normals};
use ndarray::Array2;

use crate::noise::{Chance, Draws};
use crate::random::Purpose;
use crate::{
    Activation, Architecture, Initialization, Layer, Loss, Model, Noise, Normalization, Parameters, Penalty,
    Precision, Samples, Scaling, Specification, Trainer, TrainingOptions, Values,
};

/// f32 gradients of losses near 1 against f64 differences with step 1e-6: relative to the element.
const RELATIVE: f64 = 2e-4;
/// Relative to the largest gradient of the tensor.
const OF_LARGEST: f64 = 2e-5;

const ROWS: usize = 45;
const FEATURES: usize = 37;

struct Case {
    trainer: Trainer,
    samples: Samples,
    values: Array2<f32>,
}

/// 45 rows of 37 features: neither is a multiple of anything the kernels like.
fn case(change: impl Fn(&mut Specification)) -> Case {
    trained(TrainingOptions::default(), change)
}

fn trained(options: TrainingOptions, change: impl Fn(&mut Specification)) -> Case {
    let mut specification = Specification::new(FEATURES, [9, 34, 3]);
    change(&mut specification);
    let model = Model::new(specification, Initialization::Glorot, 11).unwrap();
    let mut parameters = model.parameters().clone();
    // Biases that are not all zero, and sums that are nowhere near the kink of a ReLU for the step of the difference.
    for (index, value) in parameters.as_mut_slice().iter_mut().enumerate() {
        *value += ((index * 7 % 13) as f32 - 6.0) * 0.01;
    }
    let values = Array2::from_shape_fn((ROWS, FEATURES), |(row, column)| {
        ((row * FEATURES + column) * 29 % 101) as f32 / 100.0
    });
    let samples = Samples::new(Values::Floats(values.clone()), Scaling::None).unwrap();
    let trainer = Trainer::new(model.with_parameters(parameters), options).unwrap();
    Case { trainer, samples, values }
}

/// What the gradients of a case are checked against.
struct Reference<'a> {
    case: &'a Case,
    architecture: Architecture,
    tensors: Parameters,
    draws: Draws,
}

impl Reference<'_> {
    fn tensor<'p>(&self, parameters: &'p [f64], name: &str) -> &'p [f64] {
        let tensor = self.tensors.tensors().iter().find(|tensor| tensor.name == name).unwrap();
        &parameters[tensor.range.clone()]
    }

    /// W (outputs, inputs) of a layer.
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

    /// The sums of a layer; without the bias where they are normalised.
    fn sums(&self, parameters: &[f64], layer: &Layer, weight: &Array2<f64>, x: &[f64]) -> Vec<f64> {
        let biases = self.tensor(parameters, &format!("{}.bias", layer.name));
        let bias = |bias: &f64| if layer.normalized { 0.0 } else { *bias };
        let rows = weight.rows().into_iter().zip(biases);
        rows.map(|(row, b)| bias(b) + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()).collect()
    }

    /// The words of a row, one for each of `count` numbers.
    fn words(&self, purpose: Purpose, row: usize, place: usize, count: usize) -> Vec<u32> {
        let mut words = vec![Words::ZERO; count.div_ceil(PANEL)];
        self.draws.words(purpose, row, place, &mut words);
        words.iter().flat_map(|words| words.0).take(count).collect()
    }

    fn corrupted(&self, row: usize, x: &[f64]) -> Vec<f64> {
        match self.case.trainer.options.noise {
            None => x.to_vec(),
            Some(Noise::Masking { share }) => {
                let words = self.words(Purpose::Noise, row, 0, x.len());
                let bound = Words::bound(share);
                x.iter().zip(words).map(|(&x, word)| if word < bound { 0.0 } else { x }).collect()
            }
            Some(noise) => panic!("no reference for {noise:?}"),
        }
    }

    /// What is kept of what goes into `layer`, as a sample passes them.
    fn dropped(&self, row: usize, layer: usize, y: Vec<f64>) -> Vec<f64> {
        let share = self.case.trainer.options.dropout;
        let code = self.architecture.encoder_layers();
        if share == 0.0 || layer == code || layer == 2 * code {
            return y;
        }
        let (bound, scale) = (Words::bound(share), 1.0 / (1.0 - f64::from(share)));
        let words = self.words(Purpose::Dropout, row, layer, y.len());
        y.into_iter().zip(words).map(|(y, word)| if word < bound { 0.0 } else { y * scale }).collect()
    }

    /// The mean loss with all that is added to it.
    fn loss(&self, parameters: &[f64]) -> f64 {
        let specification = self.architecture.specification();
        let layers = self.architecture.layers();
        let mut pass = Forward {
            reference: self,
            parameters,
            weights: layers.iter().map(|layer| self.weight(parameters, layer)).collect(),
            moments: vec![None; layers.len()],
            penalty: 0.0,
            means: vec![0.0; self.architecture.code()],
        };
        for (index, _) in layers.iter().enumerate().filter(|(_, layer)| layer.normalized) {
            let sums: Vec<_> = (0..ROWS).map(|row| pass.row(row, index)).collect();
            let moments = |unit: usize| {
                let mean = sums.iter().map(|sums| sums[unit]).sum::<f64>() / ROWS as f64;
                let squares = sums.iter().map(|sums| (sums[unit] - mean).powi(2));
                (mean, (squares.sum::<f64>() / ROWS as f64 + 1e-5).sqrt())
            };
            pass.moments[index] = Some((0..layers[index].outputs).map(moments).collect());
        }
        // What was added on the way to the moments does not count.
        (pass.penalty, pass.means) = (0.0, vec![0.0; self.architecture.code()]);
        let mut total = 0.0;
        for row in 0..ROWS {
            let restored = pass.row(row, layers.len());
            total += self.reconstruction(&restored, &self.target(row));
        }
        let Forward { mut penalty, means, .. } = pass;
        if let Penalty::KlSparsity { target, weight } = specification.penalty {
            let (rho, weight) = (f64::from(target), f64::from(weight));
            let kl = |&r: &f64| rho * (rho / r).ln() + (1.0 - rho) * ((1.0 - rho) / (1.0 - r)).ln();
            penalty += ROWS as f64 * weight * means.iter().map(kl).sum::<f64>();
        }
        (total + penalty) / ROWS as f64
    }

    fn target(&self, row: usize) -> Vec<f64> {
        self.case.values.row(row).iter().map(|&value| f64::from(value)).collect()
    }

    /// What restoring one sample costs.
    fn reconstruction(&self, y: &[f64], target: &[f64]) -> f64 {
        let specification = self.architecture.specification();
        let kind = match specification.loss {
            Loss::Mse | Loss::Gaussian { .. } => ElementLoss::SquaredError,
            Loss::Bce => ElementLoss::CrossEntropyOfLogits,
            Loss::Huber { delta } => ElementLoss::Huber { delta },
        };
        let sum: f64 = y.iter().zip(target).map(|(&y, &t)| reference::loss(kind, y, t).0).sum();
        match specification.loss {
            Loss::Gaussian { deviation } => {
                let deviation = f64::from(deviation);
                let constant = (deviation * std::f64::consts::TAU.sqrt()).ln();
                sum / (2.0 * deviation * deviation) + constant * target.len() as f64
            }
            _ if specification.is_variational() => sum,
            _ => sum / target.len() as f64,
        }
    }

    fn code_noise(&self, row: usize, count: usize) -> Vec<f64> {
        let mut words = vec![Words::ZERO; count.div_ceil(PANEL).next_multiple_of(2)];
        self.draws.words(Purpose::Code, row, 0, &mut words);
        let mut normals = vec![Line::ZERO; words.len()];
        standard_normals(Instructions::best(), &words, &mut normals);
        normals.iter().flat_map(|line| line.0).take(count).map(f64::from).collect()
    }

    /// The first gradient that differs from the central difference of the loss.
    fn first_fault(&self, gradients: &Parameters) -> Option<String> {
        const STEP: f64 = 1e-6;
        let mut values: Vec<f64> = self.tensors.as_slice().iter().map(|&value| f64::from(value)).collect();
        let mut difference = |index: usize| {
            let value = values[index];
            values[index] = value + STEP;
            let above = self.loss(&values);
            values[index] = value - STEP;
            let below = self.loss(&values);
            values[index] = value;
            (above - below) / (2.0 * STEP)
        };
        for tensor in self.tensors.tensors() {
            let found = &gradients.as_slice()[tensor.range.clone()];
            let checked: Vec<(usize, f64)> = some(found)
                .into_iter()
                .map(|index| (index, difference(tensor.range.start + index)))
                .collect();
            let largest = checked.iter().fold(0.0, |largest: f64, (_, value)| largest.max(value.abs()));
            for (index, expected) in checked {
                let bound = RELATIVE * expected.abs() + OF_LARGEST * largest + 1e-8;
                if (f64::from(found[index]) - expected).abs() > bound {
                    return Some(format!("{}[{index}]: {}, expected {expected}", tensor.name, found[index]));
                }
            }
        }
        None
    }
}

/// Rows on their way through all layers, and what is added up of them.
struct Forward<'a> {
    reference: &'a Reference<'a>,
    parameters: &'a [f64],
    weights: Vec<Array2<f64>>,
    /// The mean and the deviation of each unit's sums in normalised layers, once they are known.
    moments: Vec<Option<Vec<(f64, f64)>>>,
    penalty: f64,
    /// Of the code's units.
    means: Vec<f64>,
}

impl Forward<'_> {
    /// The sums of a row in layer `until` before they are normalised, or what comes out behind the last layer.
    fn row(&mut self, row: usize, until: usize) -> Vec<f64> {
        let Self { reference, parameters, weights, moments, .. } = self;
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
            if index < encoder && matches!(specification.penalty, Penalty::Contraction { .. }) {
                jacobian = weights[index].dot(&jacobian);
                for (mut row, &z) in jacobian.rows_mut().into_iter().zip(&sums) {
                    row *= reference::slope(layer.activation, z);
                }
            }
            if layer.name == "encoder.mu" {
                let logs = reference.sums(parameters, &layers[index + 1], &weights[index + 1], &x);
                let noise = reference.code_noise(row, sums.len());
                let Penalty::Variational { kl_weight } = specification.penalty else { panic!("a VAE") };
                let divergence = |(mu, log): (&f64, &f64)| (mu * mu + log.exp() - 1.0 - log) / 2.0;
                self.penalty += f64::from(kl_weight) * sums.iter().zip(&logs).map(divergence).sum::<f64>();
                x = (0..sums.len()).map(|i| sums[i] + (logs[i] / 2.0).exp() * noise[i]).collect();
                index += 2;
                continue;
            }
            let logits = specification.loss == Loss::Bce && index + 1 == count;
            let f = |z: f64| if logits { z } else { reference::activation(layer.activation, z) };
            x = sums.into_iter().map(f).collect();
            if index + 1 == encoder {
                self.means.iter_mut().zip(&x).for_each(|(mean, x)| *mean += x / ROWS as f64);
                if let Penalty::L1 { weight } = specification.penalty {
                    self.penalty += f64::from(weight) * x.iter().map(|x| x.abs()).sum::<f64>();
                }
            }
            index += 1;
            // Two layers give the code of a variational model.
            let more = if index > encoder { count - 2 * encoder } else { 0 };
            x = reference.dropped(row, index - more, x);
        }
        if let Penalty::Contraction { weight } = specification.penalty {
            self.penalty += f64::from(weight) * jacobian.iter().map(|j| j * j).sum::<f64>();
        }
        x
    }
}

/// Indices of some of the gradients of a tensor: the largest and others all over.
fn some(gradients: &[f32]) -> Vec<usize> {
    const ABOUT: usize = 24;
    let largest = (0..gradients.len()).max_by(|&a, &b| gradients[a].abs().total_cmp(&gradients[b].abs()));
    // An odd stride, which falls on all columns.
    let stride = (gradients.len() / ABOUT) | 1;
    (0..gradients.len()).step_by(stride).chain(largest).collect()
}

impl Case {
    fn fault_of(&self, gradients: &Parameters) -> Option<String> {
        let model = self.trainer.model();
        let reference = Reference {
            case: self,
            architecture: model.architecture().clone(),
            tensors: model.parameters().clone(),
            draws: Draws { seed: self.trainer.options.seed, step: 0, first_row: 0 },
        };
        reference.first_fault(gradients)
    }

    fn gradients(&self) -> Parameters {
        self.trainer.gradients(&self.samples).unwrap()
    }

    #[track_caller]
    fn expect_right(&self, what: &str) {
        assert_eq!(self.fault_of(&self.gradients()), None, "{what}");
    }
}

#[test]
fn every_activation_in_hidden_layers_code_and_output() {
    for activation in Activation::ALL {
        let case = case(|specification| {
            specification.activation = activation;
            specification.code_activation = activation;
            // An output that reaches the data; its own derivative is the next test's.
            specification.output_activation = Activation::Linear;
        });
        case.expect_right(&format!("{activation:?} within"));
        let (low, high) = activation.range();
        if low <= 0.0 && high >= 1.0 {
            let case = self::case(|specification| specification.output_activation = activation);
            case.expect_right(&format!("{activation:?} at the output"));
        }
    }
}

#[test]
fn every_loss() {
    for loss in [Loss::Mse, Loss::Bce, Loss::Huber { delta: 0.2 }, Loss::Huber { delta: 5.0 }] {
        case(|specification| specification.loss = loss).expect_right(&format!("{loss:?}"));
    }
}

#[test]
fn every_penalty() {
    for tied in [false, true] {
        for penalty in [
            Penalty::None,
            Penalty::KlSparsity { target: 0.1, weight: 0.3 },
            Penalty::L1 { weight: 0.05 },
            Penalty::Contraction { weight: 0.4 },
        ] {
            let case = case(|specification| {
                (specification.penalty, specification.tied) = (penalty, tied);
                specification.activation = Activation::Tanh;
            });
            case.expect_right(&format!("{penalty:?}, tied: {tied}"));
        }
    }
}

/// One, two, three and four layers take ways of their own; the slopes of some activations take another.
#[test]
fn the_contraction_through_any_encoder() {
    for activation in Activation::ALL {
        let case = case(|specification| {
            *specification = specification.clone().contractive(0.3).activation(activation);
            specification.code_activation = activation;
            specification.output_activation = Activation::Linear;
        });
        case.expect_right(&format!("three layers of {activation:?}"));
    }
    for layers in [vec![33], vec![40, 5], vec![5, 40], vec![6, 7, 35, 4]] {
        let case = case(|specification| {
            *specification = specification.clone().contractive(0.3).activation(Activation::Tanh);
            specification.layers.clone_from(&layers);
        });
        case.expect_right(&format!("{layers:?}"));
    }
}

#[test]
fn variational_models_with_either_likelihood() {
    for code in [3, 34] {
        for loss in [Loss::Bce, Loss::Gaussian { deviation: 0.3 }] {
            let case = case(|specification| {
                specification.layers[2] = code;
                *specification =
                    specification.clone().activation(Activation::Tanh).variational(1.5).loss(loss);
            });
            case.expect_right(&format!("{loss:?}, code {code}"));
        }
    }
}

#[test]
fn normalised_layers_of_any_kind() {
    let normalized = |specification: &mut Specification| {
        *specification = specification.clone().normalization(Normalization::Batch);
    };
    for activation in Activation::ALL {
        let case = case(|specification| {
            normalized(specification);
            specification.activation = activation;
        });
        case.expect_right(&format!("{activation:?}"));
    }
    for change in [
        |specification: Specification| specification.tied().sparse(0.2, 0.1),
        |specification: Specification| specification.sparse_l1(0.05).loss(Loss::Huber { delta: 0.2 }),
        |specification: Specification| specification.variational(1.5),
    ] {
        let options = TrainingOptions {
            noise: Some(Noise::Masking { share: 0.4 }),
            dropout: 0.3,
            ..Default::default()
        };
        let case = trained(options, |specification| {
            normalized(specification);
            *specification = change(specification.clone()).activation(Activation::Tanh);
        });
        case.expect_right("mixed");
    }
}

#[test]
fn noise_and_dropout_of_any_kind() {
    let options = |noise, dropout| TrainingOptions { noise, dropout, ..TrainingOptions::default() };
    let masking = Some(Noise::Masking { share: 0.4 });
    for activation in [Activation::Sigmoid, Activation::Tanh, Activation::Gelu] {
        let hidden = |specification: &mut Specification| specification.activation = activation;
        trained(options(masking, 0.0), hidden).expect_right("masking");
        trained(options(None, 0.3), hidden).expect_right("dropout");
        trained(options(masking, 0.3), hidden).expect_right("both");
        let tied_sparse = |specification: &mut Specification| {
            *specification = specification.clone().activation(activation).tied().sparse(0.2, 0.1);
        };
        trained(options(masking, 0.3), tied_sparse).expect_right("both, tied and sparse");
    }
    let variational =
        |specification: &mut Specification| *specification = specification.clone().variational(1.0);
    trained(options(masking, 0.3), variational).expect_right("both, variational");
    let contractive =
        |specification: &mut Specification| *specification = specification.clone().contractive(0.2);
    trained(options(masking, 0.0), contractive).expect_right("masking, contractive");
}

#[test]
fn the_check_finds_one_wrong_element_in_any_tensor() {
    let case = case(|_| {});
    let gradients = case.gradients();
    for tensor in gradients.tensors().to_vec() {
        let largest = *some(&gradients.as_slice()[tensor.range.clone()]).last().unwrap();
        let mut wrong = gradients.clone();
        wrong.as_mut_slice()[tensor.range.start + largest] *= 1.01;
        let fault = case.fault_of(&wrong).expect("a gradient one hundredth too large");
        assert!(fault.starts_with(&format!("{}[{largest}]", tensor.name)), "{fault}");
    }
}

#[test]
fn the_check_finds_the_derivative_of_another_activation_loss_and_penalty() {
    let right = case(|_| {});
    for wrong in [
        case(|specification| specification.activation = Activation::Tanh),
        case(|specification| specification.loss = Loss::Bce),
        case(|specification| specification.loss = Loss::Huber { delta: 5.0 }),
        case(|specification| *specification = specification.clone().sparse(0.1, 0.01)),
        case(|specification| *specification = specification.clone().sparse_l1(0.01)),
        case(|specification| *specification = specification.clone().contractive(0.01)),
        trained(TrainingOptions { dropout: 0.1, ..TrainingOptions::default() }, |_| {}),
    ] {
        assert!(right.fault_of(&wrong.gradients()).is_some());
        assert!(wrong.fault_of(&right.gradients()).is_some());
    }
}

/// Resuming packs parameters and moments anew, and a norm is of all lines: nothing may gather where no parameter is.
#[test]
fn what_lies_between_the_parameters_stays_zero() {
    let kinds: [fn(Specification) -> Specification; 6] = [
        |specification| specification,
        |specification| specification.tied(),
        |specification| specification.sparse(0.2, 0.1).normalization(Normalization::Batch),
        |specification| specification.tied().normalization(Normalization::Batch),
        |specification| specification.contractive(0.1),
        |specification| specification.variational(1.0),
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        for precision in Precision::ALL.into_iter().filter(|precision| precision.is_available()) {
            let options = TrainingOptions { precision, dropout: 0.0, batch_size: 20, ..Default::default() };
            let Case { mut trainer, samples, .. } =
                trained(options, |specification| *specification = kind(specification.clone()));
            trainer.run(&samples, None, &mut ()).unwrap();
            let network = &trainer.network;
            for lines in std::iter::once(&network.lines).chain(&trainer.moments.0) {
                let mut parameters = Parameters::zeros(trainer.model().architecture());
                network.unpack(lines, &mut parameters);
                assert!(network.pack(&parameters) == *lines, "kind {index}, {precision}");
            }
        }
    }
}
