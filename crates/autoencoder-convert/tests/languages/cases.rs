//! Models of all kinds with samples, and what the library makes of these.

use autoencoder::{
    Activation, Column, ColumnKind, Inference, Initialization, Instructions, Loss, Model, Normalization,
    NumberScalingKind, Samples, Scaling, Schema, ScoreKind, Scorer, Specification, TableValues, Values,
};
use ndarray::{Array2, Axis, concatenate};

/// A model with samples.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) model: Model,
    /// The samples as the library takes them.
    values: Values,
    /// The samples as the written functions take them.
    pub(crate) inputs: Array2<f32>,
    /// Whether nothing but sums and polynomials is computed, which have the same bits in all languages.
    pub(crate) is_exact: bool,
}

/// What comes out for the samples of a case.
#[derive(Debug, PartialEq)]
pub(crate) struct Results {
    pub(crate) codes: Array2<f32>,
    pub(crate) outputs: Array2<f32>,
    pub(crate) scores: Vec<f64>,
}

/// Chooses instructions that divide as IEEE asks and round products and sums once, as the written functions do; returns whether this
/// processor has such.
pub(crate) fn choose_exact_instructions() -> bool {
    ["avx2", "neon"].into_iter().filter_map(Instructions::named).any(|exact| {
        let _ = exact.choose();
        Instructions::best().short_name() == exact.short_name()
    })
}

impl Case {
    /// What `model` makes of the samples, by the library.
    pub(crate) fn expected(&self, model: &Model) -> Results {
        let samples = self.samples(model);
        let restored = model.reconstruct(&samples).unwrap();
        let scores = model.scores(&samples).unwrap();
        Results { codes: model.encode(&samples).unwrap(), outputs: outputs(model, &restored), scores }
    }

    fn samples(&self, model: &Model) -> Samples {
        Samples::new(self.values.clone(), model.about.scaling.clone()).unwrap()
    }
}

/// Restored samples in the units of the data.
fn outputs(model: &Model, restored: &Array2<f32>) -> Array2<f32> {
    let scaling = &model.about.scaling;
    let (numbers, words) = match scaling {
        Scaling::Columns { numbers, words, .. } => {
            (numbers.len(), words.iter().map(Vec::len).collect::<Vec<_>>())
        }
        _ => (restored.ncols(), Vec::new()),
    };
    let mut outputs = Array2::zeros((restored.nrows(), numbers + words.len()));
    for (restored, mut outputs) in restored.rows().into_iter().zip(outputs.rows_mut()) {
        for number in 0..numbers {
            outputs[number] = scaling.undo(number, restored[number]) as f32;
        }
        let mut first = numbers;
        for (index, &count) in words.iter().enumerate() {
            let likeliest =
                (0..count).rev().max_by(|&a, &b| restored[first + a].total_cmp(&restored[first + b]));
            outputs[numbers + index] = likeliest.unwrap() as f32;
            first += count;
        }
    }
    outputs
}

/// A model of plain numbers.
fn plain(
    name: &'static str,
    specification: Specification,
    scaling: impl Fn(&Array2<f32>) -> Scaling,
    is_exact: bool,
) -> Case {
    let rows = rows(40, specification.features);
    let mut model = Model::new(specification, Initialization::Glorot, 7).unwrap();
    model.about.scaling = scaling(&rows);
    let bias = model.parameters().clone();
    let mut parameters = bias;
    for layer in 0..model.architecture().layers().len() {
        parameters
            .bias_mut(layer)
            .iter_mut()
            .enumerate()
            .for_each(|(unit, bias)| *bias = 0.1 * ((unit % 5) as f32 - 2.0));
    }
    let model = model.with_parameters(parameters);
    let values = Values::Floats(rows.clone());
    scored(Case { name, model, values, inputs: rows, is_exact }, ScoreKind::Residual)
}

fn scored(mut case: Case, kind: ScoreKind) -> Case {
    let samples = case.samples(&case.model);
    let inference = Inference::new(&case.model);
    case.model.scorer = Some(Scorer::fit(&inference, kind, &samples, None, 0).unwrap());
    case
}

/// Numbers from 0 to 1 without a pattern that a sum could hide.
fn rows(count: usize, features: usize) -> Array2<f32> {
    Array2::from_shape_fn((count, features), |(row, column)| {
        ((row * 7919 + column * 104_729) % 1009) as f32 / 1009.0
    })
}

/// A table of numbers of every scaling, of words, and of holes.
fn table(name: &'static str, has_indicators: bool, words_alone: bool, kind: ScoreKind) -> Case {
    let kinds = if words_alone { &[][..] } else { <NumberScalingKind as autoencoder::Choice>::ALL };
    let hole = f64::NAN;
    let numbers = Array2::from_shape_fn((60, kinds.len()), |(row, column)| {
        let number = f64::from(((row * 7919 + column * 104_729) % 101) as f32 * 0.25 - 7.0);
        if (row + 3 * column) % 11 == 0 { hole } else { number }
    });
    let counts = [3_u32, 5];
    let words = Array2::from_shape_fn((60, counts.len()), |(row, column)| {
        let count = counts[column] as usize;
        if (row + column) % 13 == 0 { TableValues::HOLE } else { ((row * 31 + column * 17) % count) as u32 }
    });
    let as_f32 = numbers.mapv(|number| number as f32);
    let as_index = words.mapv(|word| if word == TableValues::HOLE { -1.0 } else { word as f32 });
    let inputs = concatenate(Axis(1), &[as_f32.view(), as_index.view()]).unwrap();
    let values = TableValues::new(numbers, words, [3, 5]).unwrap();
    let mut columns: Vec<Column> = kinds
        .iter()
        .map(|&scale| Column::new(format!("{scale:?} */"), ColumnKind::Number { scale }))
        .collect();
    for (name, count) in [("city", 2), ("plan", 4)] {
        let words = (0..count).map(|word| format!("word \u{202e}{word}")).collect();
        columns.push(Column::new(name, ColumnKind::Words { words }));
    }
    if has_indicators {
        columns = columns.into_iter().map(Column::with_indicator).collect();
    }
    let schema = Schema::new(columns).unwrap();
    let scaling = values.fit(|column| kinds[column]).with_indicators(schema.indicators());
    let Scaling::Columns { words: shares, .. } = &scaling else {
        unreachable!("columns are scaled as columns")
    };
    let specification = Specification::new(schema.features(), [9, 4])
        .with_activation(Activation::Tanh)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
        .with_table(schema.table_columns(shares));
    let mut model = Model::new(specification, Initialization::Glorot, 1).unwrap();
    model.about.scaling = scaling;
    model.about.schema = Some(schema);
    let case = Case { name, model, values: Values::Table(values), inputs, is_exact: false };
    scored(case, kind)
}

/// A model of every kind, and of every activation.
pub(crate) fn all() -> Vec<Case> {
    let bytes = |_: &Array2<f32>| Scaling::None;
    let min_max = |rows: &Array2<f32>| Scaling::fit_min_max(rows.view());
    let standard = |rows: &Array2<f32>| Scaling::fit_standard(rows.view());
    let of = |activation| {
        Specification::new(37, [19, 5])
            .with_activation(activation)
            .with_code_activation(activation)
            .with_output_activation(Activation::Linear)
    };
    let mut cases: Vec<Case> = Activation::ALL
        .into_iter()
        .map(|activation| plain(activation.name(), of(activation), standard, true))
        .collect();
    let sigmoid = || Specification::new(30, [12, 6]);
    let linear = |specification: Specification| specification.with_code_activation(Activation::Linear);
    let of_bytes =
        Array2::from_shape_fn((40, 30), |(row, column)| ((row * 7919 + column * 104_729) % 256) as u8);
    let mut images = plain("bytes", sigmoid(), bytes, true);
    images.model.about.scaling = Scaling::Bytes;
    images.model.about.sample_shape = vec![5, 6];
    images.inputs = of_bytes.mapv(f32::from);
    images.values = Values::Bytes(of_bytes);
    cases.extend([
        scored(images, ScoreKind::Code),
        plain("one-layer", Specification::new(8, [3]), min_max, true),
        plain("deep", Specification::new(8, [7, 6, 5, 4]), min_max, true),
        plain("tied", sigmoid().with_tied_weights(true), min_max, true),
        plain("normalized", sigmoid().with_normalization(Normalization::Batch), min_max, true),
        plain("top-k", linear(sigmoid()).with_top_k(3), min_max, true),
        plain("variational", sigmoid().variational(1.0).with_loss(Loss::Bce), min_max, true),
        plain(
            "constant",
            Specification::new(4, [2]),
            |rows| {
                let constant = rows.mapv(|_| 0.5_f32);
                Scaling::fit_standard(constant.view())
            },
            true,
        ),
        table("table", false, false, ScoreKind::Residual),
        table("sample", false, false, ScoreKind::Sample),
        table("joint", false, false, ScoreKind::Joint),
        table("full", true, false, ScoreKind::Full),
        table("sum", true, false, ScoreKind::Sum),
        table("holes", true, false, ScoreKind::Residual),
        table("words", false, true, ScoreKind::Sample),
    ]);
    cases
}
