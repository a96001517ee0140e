//! Gradient checks: gradients against central differences of an independent f64 forward pass, for every
//! activation, loss, kind and place.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

mod reference;

use ndarray::Array2;
use reference::Reference;

use crate::{
    Activation, Choice, Initialization, Loss, Model, Noise, Normalization, NumberScalingKind, Parameters,
    Penalty, Precision, Samples, Scaling, Specification, TableColumns, TableValues, Trainer, TrainingOptions,
    Values, WordColumn,
};

/// The bound relative to the element, for f32 gradients of losses near 1 and f64 differences with step 1e-6.
const RELATIVE: f64 = 2e-4;
/// The bound relative to the largest gradient of the tensor.
const OF_LARGEST: f64 = 2e-5;

const ROWS: usize = 45;
const FEATURES: usize = 37;

struct Case {
    trainer: Trainer,
    samples: Samples,
    values: Array2<f32>,
}

/// A case with 45 rows of 37 features: neither number is a multiple of a size that the kernels prefer.
fn case(change: impl Fn(&mut Specification)) -> Case {
    trained(TrainingOptions::default(), change)
}

fn trained(options: TrainingOptions, change: impl Fn(&mut Specification)) -> Case {
    let mut specification = Specification::new(FEATURES, [9, 34, 3]);
    change(&mut specification);
    let model = Model::new(specification, Initialization::Glorot, 11).unwrap();
    let mut parameters = model.parameters().clone();
    // Biases become nonzero, and all sums stay farther from the kink of a ReLU than the step of the
    // difference.
    for (index, value) in parameters.as_mut_slice().iter_mut().enumerate() {
        *value += ((index * 7 % 13) as f32 - 6.0) * 0.01;
    }
    let values = Array2::from_shape_fn((ROWS, FEATURES), |(row, column)| {
        ((row * FEATURES + column) * 29 % 101) as f32 / 100.0
    });
    let samples = match &model.architecture().specification().table {
        Some(table) => rows_of(table, &values),
        None => Samples::new(Values::Floats(values), Scaling::None).unwrap(),
    };
    let values = samples.scaled(0..ROWS);
    let trainer = Trainer::of_model(model.with_parameters(parameters), options).unwrap();
    Case { trainer, samples, values }
}

/// Rows of a table with these columns. About every seventh field is a hole.
fn rows_of(table: &TableColumns, values: &Array2<f32>) -> Samples {
    let is_hole = |row: usize, column: usize| (row * 5 + column * 3).is_multiple_of(7);
    let numbers = Array2::from_shape_fn((ROWS, table.numbers), |(row, column)| {
        if is_hole(row, column) { f64::NAN } else { f64::from(values[(row, column)]) }
    });
    let words = Array2::from_shape_fn((ROWS, table.words.len()), |(row, column)| {
        let word = (row * 11 + column * 5) % 23 % table.words[column].words;
        if is_hole(row, table.numbers + column) { TableValues::HOLE } else { word as u32 }
    });
    let counts: Vec<usize> = table.words.iter().map(|column| column.words).collect();
    let values = TableValues::new(numbers, words, counts).unwrap();
    // The means of some columns are not 0 once they are scaled.
    let kinds = [NumberScalingKind::Standard, NumberScalingKind::MinMax];
    let scaling = values.fit(|column| kinds[column % kinds.len()]);
    let scaling = scaling.with_indicators((0..table.indicators).map(|index| 3 * index).collect::<Vec<_>>());
    Samples::new(Values::Table(values), scaling).unwrap()
}

/// The features as a table of 5 numbers and of columns with 17, 1, 12 and 2 words.
fn table(specification: Specification) -> Specification {
    let words = [(17, 0.5), (1, 1.0), (12, 2.0), (2, 1.5)];
    let words = words.map(|(words, weight)| WordColumn::new(words, weight));
    specification.with_output_activation(Activation::Linear).with_table(TableColumns::new(5, words))
}

/// Indices of some of a tensor's gradients: the largest, and others spread over the tensor.
fn some(gradients: &[f32]) -> Vec<usize> {
    const ABOUT: usize = 24;
    let largest = (0..gradients.len()).max_by(|&a, &b| gradients[a].abs().total_cmp(&gradients[b].abs()));
    // An odd stride falls on all columns.
    let stride = (gradients.len() / ABOUT) | 1;
    (0..gradients.len()).step_by(stride).chain(largest).collect()
}

impl Case {
    /// The first gradient that differs from the central difference of the loss, as a message; `None` if all
    /// agree.
    fn fault_of(&self, gradients: &Parameters) -> Option<String> {
        const STEP: f64 = 1e-6;
        let model = self.trainer.model();
        let reference = Reference::new(&model, &self.trainer.options, &self.values, &self.samples);
        let tensors = model.parameters();
        let mut values: Vec<f64> = tensors.as_slice().iter().map(|&value| f64::from(value)).collect();
        let mut difference = |index: usize| {
            let value = values[index];
            values[index] = value + STEP;
            let above = reference.loss(&values);
            values[index] = value - STEP;
            let below = reference.loss(&values);
            values[index] = value;
            (above - below) / (2.0 * STEP)
        };
        for tensor in tensors.tensors() {
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
            // A linear output reaches the data; the case below checks the activation at the output.
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
    for loss in [Loss::Mse, Loss::Mae, Loss::Bce, Loss::Huber { delta: 0.2 }, Loss::Huber { delta: 5.0 }] {
        case(|specification| specification.loss = loss).expect_right(&format!("{loss:?}"));
    }
}

#[test]
fn tables_of_numbers_words_and_holes() {
    for loss in [Loss::Mse, Loss::Mae, Loss::Huber { delta: 0.5 }] {
        case(|specification| *specification = table(specification.clone()).with_loss(loss))
            .expect_right(&format!("{loss:?}"));
    }
    let kinds: [fn(Specification) -> Specification; 6] = [
        |specification| specification.with_tied_weights(true).sparse(0.2, 0.1),
        |specification| specification.with_normalization(Normalization::Batch),
        |specification| specification.contractive(0.2),
        |specification| specification.variational(1.5).with_loss(Loss::Gaussian { deviation: 0.3 }),
        |specification| specification.with_table(TableColumns::new(FEATURES, [])),
        // Three indicators in the places of three words.
        |specification| {
            let words = [17, 1, 9, 2].map(|words| WordColumn::new(words, 1.5));
            specification.with_table(TableColumns::new(5, words).with_indicators(3))
        },
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        let options = TrainingOptions { noise: Some(Noise::Masking { share: 0.3 }), ..Default::default() };
        let change = |specification: &mut Specification| {
            *specification = kind(table(specification.clone()).with_activation(Activation::Tanh));
        };
        trained(options, change).expect_right(&format!("kind {index}"));
    }
}

#[test]
fn masked_columns_of_tables() {
    let masked = |share| {
        let noise = Some(Noise::Masking { share });
        trained(TrainingOptions { noise, ..Default::default() }, |specification| {
            *specification = table(specification.clone()).with_activation(Activation::Tanh);
        })
    };
    for share in [0.1, 0.5, 0.9] {
        masked(share).expect_right(&format!("share {share}"));
    }
    assert!(masked(0.5).fault_of(&masked(0.4).gradients()).is_some(), "other columns are masked");
}

#[test]
fn the_largest_numbers_of_a_code() {
    for (k, tied) in [(1, false), (5, false), (5, true), (33, false)] {
        let case = case(|specification| {
            specification.layers[2] = 33;
            *specification = specification.clone().with_top_k(k).with_tied_weights(tied);
        });
        case.expect_right(&format!("top {k}, tied {tied}"));
    }
}

#[test]
fn every_penalty() {
    for tied in [false, true] {
        for penalty in [
            Penalty::None,
            Penalty::Sparse { target: 0.1, weight: 0.3 },
            Penalty::L1 { weight: 0.05 },
            Penalty::Contractive { weight: 0.4 },
        ] {
            let case = case(|specification| {
                (specification.penalty, specification.tied) = (penalty, tied);
                specification.activation = Activation::Tanh;
            });
            case.expect_right(&format!("{penalty:?}, tied: {tied}"));
        }
    }
}

/// Encoders of one, two, three and four layers take different paths, and so do activations whose slopes
/// follow from outputs or from sums.
#[test]
fn the_contraction_through_any_encoder() {
    for activation in Activation::ALL {
        let case = case(|specification| {
            *specification = specification.clone().contractive(0.3).with_activation(activation);
            specification.code_activation = activation;
            specification.output_activation = Activation::Linear;
        });
        case.expect_right(&format!("three layers of {activation:?}"));
    }
    for layers in [vec![33], vec![40, 5], vec![5, 40], vec![6, 7, 35, 4]] {
        let case = case(|specification| {
            *specification = specification.clone().contractive(0.3).with_activation(Activation::Tanh);
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
                    specification.clone().with_activation(Activation::Tanh).variational(1.5).with_loss(loss);
            });
            case.expect_right(&format!("{loss:?}, code {code}"));
        }
    }
}

#[test]
fn normalised_layers_of_any_kind() {
    let normalized = |specification: &mut Specification| {
        *specification = specification.clone().with_normalization(Normalization::Batch);
    };
    for activation in Activation::ALL {
        let case = case(|specification| {
            normalized(specification);
            specification.activation = activation;
        });
        case.expect_right(&format!("{activation:?}"));
    }
    for change in [
        |specification: Specification| specification.with_tied_weights(true).sparse(0.2, 0.1),
        |specification: Specification| specification.l1(0.05).with_loss(Loss::Huber { delta: 0.2 }),
        |specification: Specification| specification.variational(1.5),
    ] {
        let options = TrainingOptions {
            noise: Some(Noise::Masking { share: 0.4 }),
            dropout: 0.3,
            ..Default::default()
        };
        let case = trained(options, |specification| {
            normalized(specification);
            *specification = change(specification.clone()).with_activation(Activation::Tanh);
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
            *specification =
                specification.clone().with_activation(activation).with_tied_weights(true).sparse(0.2, 0.1);
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
        case(|specification| *specification = specification.clone().l1(0.01)),
        case(|specification| *specification = specification.clone().contractive(0.01)),
        case(|specification| *specification = specification.clone().with_top_k(2)),
        trained(TrainingOptions { dropout: 0.1, ..TrainingOptions::default() }, |_| {}),
        case(|specification| *specification = table(specification.clone())),
    ] {
        assert!(right.fault_of(&wrong.gradients()).is_some());
        assert!(wrong.fault_of(&right.gradients()).is_some());
    }
}

/// Resuming packs parameters and moments anew, and a norm includes all lines: numbers between the parameters
/// must stay zero.
#[test]
fn what_lies_between_the_parameters_stays_zero() {
    let kinds: [fn(Specification) -> Specification; 7] = [
        table,
        |specification| specification,
        |specification| specification.with_tied_weights(true),
        |specification| specification.sparse(0.2, 0.1).with_normalization(Normalization::Batch),
        |specification| specification.with_tied_weights(true).with_normalization(Normalization::Batch),
        |specification| specification.contractive(0.1),
        |specification| specification.variational(1.0),
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        for precision in Precision::ALL.iter().copied().filter(|precision| precision.is_available()) {
            let options = TrainingOptions { precision, dropout: 0.0, batch_size: 20, ..Default::default() };
            let Case { mut trainer, samples, .. } =
                trained(options, |specification| *specification = kind(specification.clone()));
            trainer.fit(&samples).unwrap();
            assert!(trainer.engine.holds_only_what_is_read(), "kind {index}, {precision}");
        }
    }
}
