//! Scores of every kind, of plain rows and of tables.

use autoencoder::{
    Activation, Choice, Inference, Loss, Model, Samples, ScoreKind, ScorePart, ScoreView, Scorer,
    Specification, Values, Window,
};
use autoencoder_convert::{OnnxPart, to_onnx};
use ndarray::{Array2, Axis};
use tract_onnx::prelude::Tensor;

use crate::run::{TOLERANCE, assert_near, assert_within, matrix, model, numbers, rows, run, single};
use crate::tables;

/// Asserts that scores of a kind, fitted to the samples, are those that the model gives, and that they are flagged above the threshold.
fn assert_same(model: &Model, kind: ScoreKind, samples: &Samples, inputs: &[Tensor], what: &str) {
    let inference = Inference::new(model);
    let scorer = Scorer::fit(&inference, kind, samples, None, 0).unwrap();
    let expected = inference.scores(&scorer, samples).unwrap();
    let mut sorted = expected.clone();
    sorted.sort_by(f64::total_cmp);
    let threshold = sorted[sorted.len() * 4 / 5];
    let file = to_onnx(model, OnnxPart::Score { scorer: &scorer, threshold }).unwrap();
    assert_eq!(file.outputs, ["scores float64 (N)", "flags bool (N)"]);
    let found = run(&file.bytes, inputs.iter().cloned());
    let what = format!("{what}, {}", kind.name());
    let scores = matrix(&found[0]);
    // A density of codes stretches directions in which these hardly differ, and the rounding of their sums in f32 with them.
    let stretches =
        |part: &ScorePart| [ScoreView::Code, ScoreView::Joint].map(ScorePart::Density).contains(part);
    let tolerance = if kind.parts().iter().any(stretches) { 1e-3 } else { TOLERANCE };
    let expected = Array2::from_shape_vec((expected.len(), 1), expected).unwrap();
    assert_within(tolerance, &scores, &expected, &what);
    let flags = found[1].to_array_view::<bool>().unwrap();
    assert!(flags.iter().any(|&flag| flag), "{what}: none is flagged");
    for (&flag, &score) in flags.iter().zip(&scores) {
        // The score that is the threshold may lie on either side of it.
        let is_near = (score - threshold).abs() <= tolerance * threshold.abs().max(1.0);
        assert!(is_near || flag == (score > threshold), "{what}: {score} beside {threshold}");
    }
}

#[test]
fn plain_rows_have_the_scores_of_the_model() {
    let mut next = numbers(21);
    let values = Array2::from_shape_fn((120, 6), |_| next());
    let model = model(
        Specification::new(6, [5, 3])
            .with_activation(Activation::Tanh)
            .with_output_activation(Activation::Linear),
        2,
    );
    let samples = model.samples(Values::Doubles(values.clone())).unwrap();
    let inputs = [rows(&single(&values), &[6])];
    for &kind in ScoreKind::ALL.iter().filter(|kind| !kind.draws_codes()) {
        assert_same(&model, kind, &samples, &inputs, "plain rows");
    }
}

#[test]
fn variational_models_have_bounds_and_likelihoods() {
    let mut next = numbers(22);
    let values = Array2::from_shape_fn((60, 6), |_| 0.5 * (next() + 1.0));
    let inputs = [rows(&single(&values), &[6])];
    for loss in [Loss::Bce, Loss::Gaussian { deviation: 0.4 }] {
        let specification = Specification::new(6, [5, 2]).with_activation(Activation::Relu).variational(1.0);
        let model = model(specification.with_loss(loss), 3);
        let samples = model.samples(Values::Doubles(values.clone())).unwrap();
        for kind in [ScoreKind::Bound, ScoreKind::Likelihood, ScoreKind::Sum] {
            assert_same(&model, kind, &samples, &inputs, loss.name());
        }
    }
}

#[test]
fn rows_of_tables_have_the_scores_of_the_model() {
    let plain = |specification: Specification| specification;
    let variational = |specification: Specification| {
        specification.variational(1.0).with_loss(Loss::Gaussian { deviation: 0.5 })
    };
    for (columns, counts) in [(3, vec![4, 2]), (0, vec![3, 3]), (4, vec![])] {
        let values = tables::values(120, columns, &counts, 5);
        for (model, draws) in [
            (tables::of_table(&values, &[0], plain), false),
            (tables::of_table(&values, &[0], variational), true),
        ] {
            let samples = Samples::new(Values::Table(values.clone()), model.about.scaling.clone()).unwrap();
            let what = format!("{columns} numbers and {} words", counts.len());
            for &kind in ScoreKind::ALL.iter().filter(|kind| kind.draws_codes() == draws) {
                if kind == ScoreKind::Joint && columns == 0 {
                    let scorer = Scorer::fit(&Inference::new(&model), kind, &samples, None, 0).unwrap();
                    let part = OnnxPart::Score { scorer: &scorer, threshold: 0.0 };
                    assert!(to_onnx(&model, part).unwrap_err().to_string().contains("of numbers alone"));
                } else {
                    assert_same(&model, kind, &samples, &tables::inputs(&values), &what);
                }
            }
        }
    }
}

#[test]
fn scores_of_rows_in_time_are_refused() {
    let mut next = numbers(23);
    let values = Array2::from_shape_fn((60, 2), |_| next());
    let mut model = model(Specification::new(6, [3]).with_output_activation(Activation::Linear), 3);
    model.about.window = Window::new(3, 1);
    let samples = model.samples(Values::Doubles(values)).unwrap();
    let scorer = Scorer::fit(&Inference::new(&model), ScoreKind::Residual, &samples, None, 0).unwrap();
    let part = OnnxPart::Score { scorer: &scorer, threshold: 1.0 };
    let refused = to_onnx(&model, part).unwrap_err().to_string();
    assert!(refused.contains("windows of 3 rows"), "{refused}");
    let windows = samples.scaled(0..samples.len());
    let found = run(&to_onnx(&model, OnnxPart::Model).unwrap().bytes, [rows(&windows, &[6])]);
    let restored = model.reconstruct(&samples).unwrap();
    assert_eq!(restored.len_of(Axis(0)), samples.len());
    assert_near(&matrix(&found[0]), &restored.mapv(f64::from), "windows");
}
