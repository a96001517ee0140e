//! Models of rows of tables, with words and holes.

use autoencoder::{
    Activation, Model, NumberScalingKind, Samples, Scaling, Specification, TableColumns, TableValues, Values,
    WordColumn,
};
use autoencoder_convert::{OnnxPart, to_onnx};
use ndarray::{Array2, concatenate, prelude::Axis};
use tract_onnx::prelude::Tensor;

use crate::run::{assert_near, matrix, model, numbers, rows, run};

/// Rows of a table with these columns of numbers and words, every fifth field of which is a hole.
pub(crate) fn values(count: usize, columns: usize, counts: &[usize], seed: u64) -> TableValues {
    let mut next = numbers(seed + 2);
    let table_numbers = Array2::from_shape_fn((count, columns), |_| {
        let number = 1e6 + 30.0 * next();
        if next() < -0.6 { f64::NAN } else { number }
    });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a word of the column")]
    let words = Array2::from_shape_fn((count, counts.len()), |(_, column)| {
        let word = (0.5 * (next() + 1.0) * counts[column] as f64) as u32;
        if next() < -0.6 { TableValues::HOLE } else { word }
    });
    TableValues::new(table_numbers, words, counts).unwrap()
}

/// The inputs of a graph that takes rows of the table.
pub(crate) fn inputs(values: &TableValues) -> Vec<Tensor> {
    let words = values.words().mapv(|word| if word == TableValues::HOLE { -1 } else { i64::from(word) });
    let numbers = (values.numbers().ncols() > 0).then(|| rows(values.numbers(), &[values.numbers().ncols()]));
    let words = (words.ncols() > 0).then(|| rows(&words, &[words.ncols()]));
    numbers.into_iter().chain(words).collect()
}

/// A model of rows of a table; `indicators` are columns of which it is told where nothing is known.
pub(crate) fn of_table(
    values: &TableValues,
    indicators: &[usize],
    change: impl Fn(Specification) -> Specification,
) -> Model {
    let kinds = [NumberScalingKind::Standard, NumberScalingKind::Robust, NumberScalingKind::RankGauss];
    let scaling = values.fit(|column| kinds[column % kinds.len()]).with_indicators(indicators);
    let words: Vec<WordColumn> = values.counts().iter().map(|&count| WordColumn::new(count, 1.0)).collect();
    let table = TableColumns::new(values.numbers().ncols(), words).with_indicators(indicators.len());
    let specification = Specification::new(table.features().unwrap(), [8, 3])
        .with_activation(Activation::Silu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
        .with_table(table);
    let mut model = model(change(specification), 8);
    model.about.scaling = scaling;
    model
}

fn assert_same(model: &Model, values: &TableValues, what: &str) {
    let samples = Samples::new(Values::Table(values.clone()), model.about.scaling.clone()).unwrap();
    let codes = model.encode(&samples).unwrap();
    let restored = model.reconstruct(&samples).unwrap();
    let Scaling::Columns { numbers, .. } = &model.about.scaling else { panic!("columns are scaled as such") };
    let mut expected = Array2::from_shape_fn(restored.dim(), |at| match numbers.get(at.1) {
        Some(number) => number.undo(restored[at]),
        None => f64::from(restored[at]),
    });
    let columns = values.dim().1;
    expected = expected.slice_axis(Axis(1), (..columns).into()).to_owned();
    let file = |part| to_onnx(model, part).unwrap().bytes;
    let found = run(&file(OnnxPart::Encoder), inputs(values));
    assert_near(&matrix(&found[0]), &codes.mapv(f64::from), &format!("{what}: codes"));
    let of_codes = [rows(&codes, &[codes.ncols()])];
    for found in [run(&file(OnnxPart::Model), inputs(values)), run(&file(OnnxPart::Decoder), of_codes)] {
        let mut parts: Vec<Array2<f64>> = found.iter().map(matrix).collect();
        // Behind these stand the variances of a variational model.
        parts.truncate(usize::from(!numbers.is_empty()) + 2 * usize::from(!values.counts().is_empty()));
        if !values.counts().is_empty() {
            let index = usize::from(!numbers.is_empty());
            let likeliest = parts.remove(index);
            let mut first = numbers.len();
            for (column, &count) in values.counts().iter().enumerate() {
                for (row, &word) in likeliest.column(column).iter().enumerate() {
                    let probabilities = expected.row(row);
                    let of_column: Vec<f64> = probabilities.iter().skip(first).take(count).copied().collect();
                    let most = of_column.iter().copied().fold(0.0, f64::max);
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
                    let found = of_column[word as usize];
                    assert!(most - found < 1e-6, "{what}: the likeliest word of row {row}");
                }
                first += count;
            }
        }
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        assert_near(&concatenate(Axis(1), &views).unwrap(), &expected, what);
    }
}

#[test]
fn words_and_holes_come_in_as_they_are() {
    let values = values(40, 3, &[4, 2], 1);
    assert_same(&of_table(&values, &[], |specification| specification), &values, "a table");
    assert_same(&of_table(&values, &[0, 2, 3], |specification| specification), &values, "told of holes");
    let variational = |specification: Specification| {
        specification.variational(1.0).with_loss(autoencoder::Loss::Gaussian { deviation: 0.5 })
    };
    assert_same(&of_table(&values, &[1], variational), &values, "variational");
}

#[test]
fn tables_of_words_or_of_numbers_alone_have_one_input() {
    let words = values(30, 0, &[3, 5], 2);
    assert_same(&of_table(&words, &[1], |specification| specification), &words, "words alone");
    let numbers = values(30, 4, &[], 3);
    let model = of_table(&numbers, &[0], |specification| specification);
    assert_same(&model, &numbers, "numbers alone");
    let file = to_onnx(&model, OnnxPart::Model).unwrap();
    assert_eq!(file.inputs, ["numbers float64 (N, 4)"]);
    assert_eq!(file.outputs, ["restored_numbers float64 (N, 4)"]);
}

#[test]
fn a_table_whose_columns_are_not_known_is_refused() {
    let values = values(30, 2, &[3], 4);
    let mut model = of_table(&values, &[], |specification| specification);
    model.about.scaling = Scaling::None;
    let refused = to_onnx(&model, OnnxPart::Model).unwrap_err().to_string();
    assert!(refused.contains("does not know the columns"), "{refused}");
}
