//! Models of windows over rows in time: trained, kept in files, and rows scored.

use autoencoder::{
    Activation, Choice, Inference, Model, Samples, SamplesError, Scaling, ScalingKind, ScoreKind, Scorer,
    Specification, Stream, ThresholdOrigin, Trainer, Values, Window,
};
use ndarray::{Array2, Axis, Slice, s};

use crate::kinds::options;
use crate::support::with_threads;

const COLUMNS: usize = 3;

/// Waves of three columns in different units, with a little noise.
fn waves(count: usize, seed: u64) -> Array2<f64> {
    let mut stream = Stream::new(seed, autoencoder::Purpose::Generation, [8, 8]);
    Array2::from_shape_fn((count, COLUMNS), |(row, column)| {
        let at = row as f64 * 0.35;
        let wave = [at.sin(), (at + 1.0).cos() + 0.5 * (2.0 * at).sin(), (0.5 * at).sin()][column];
        (wave + 0.1 * f64::from(stream.normal())) * [1.0, 300.0, 0.01][column] + [0.0, 2000.0, 5.0][column]
    })
}

fn window() -> Window {
    Window::new(12, 2).unwrap()
}

/// A model of windows, and the samples that it was trained on.
fn trained() -> (Model, Samples) {
    let rows = waves(1500, 1);
    let scaling = ScalingKind::Standard.fit(rows.view());
    let samples = Samples::new(Values::Doubles(rows), scaling).unwrap().windows(window(), &[700]).unwrap();
    let specification = Specification::new(12 * COLUMNS, [24, 5])
        .with_activation(Activation::LeakyRelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear);
    let mut trainer = Trainer::new(specification, options().with_epochs(25).with_batch_size(32)).unwrap();
    trainer.fit(&samples).unwrap();
    let mut model = trainer.into_model();
    model.about.window = Some(window());
    (model, samples)
}

/// The scores of rows as they are defined, one window after the other, each alone and copied out of its rows.
fn by_definition(
    inference: &Inference,
    scorer: &Scorer,
    rows: &Array2<f64>,
    scaling: &Scaling,
    starts: &[usize],
) -> Vec<f64> {
    let (mut sums, mut counts) = (vec![0.0; rows.nrows()], vec![0.0; rows.nrows()]);
    for &start in starts {
        let copy = rows.slice_axis(Axis(0), Slice::from(start..start + 12)).to_owned();
        let copy = copy.into_shape_with_order((1, 12 * COLUMNS)).unwrap();
        let sample = Samples::new(Values::Doubles(copy), scaling.clone()).unwrap();
        let found = inference.scores_with_parts(scorer, &sample).unwrap();
        let rest = found.scores[0] - found.parts.sum();
        for place in 0..12 {
            let own: f64 = found.parts.slice(s![0, place * COLUMNS..(place + 1) * COLUMNS]).sum();
            sums[start + place] += own + rest / 12.0;
            counts[start + place] += 1.0;
        }
    }
    sums.iter().zip(counts).map(|(sum, count)| sum / count).collect()
}

#[test]
fn rows_have_the_scores_that_their_windows_give_them() {
    let (model, train) = trained();
    let inference = Inference::new(&model);
    let rows = waves(90, 2);
    // The piece from row 60 to 68 is shorter than a window.
    let breaks = [60, 68];
    let scaling = model.about.scaling.of_first(COLUMNS);
    let samples =
        Samples::new(Values::Doubles(rows.clone()), scaling).unwrap().windows(window(), &breaks).unwrap();
    let starts = window().starts(90, &breaks);
    for &kind in ScoreKind::ALL {
        let Ok(scorer) = Scorer::fit(&inference, kind, &train, None, 3) else { continue };
        let found = inference.scores_with_parts(&scorer, &samples).unwrap();
        assert_eq!(
            (found.scores.len(), found.parts.dim(), found.restored.dim()),
            (90, (90, COLUMNS), (90, COLUMNS))
        );
        let expected = by_definition(&inference, &scorer, &rows, &model.about.scaling, &starts);
        for (row, (found, expected)) in found.scores.iter().zip(expected).enumerate() {
            assert_eq!(found.is_nan(), (60..68).contains(&row), "{kind:?}, row {row}");
            assert!(
                found.is_nan() || (found - expected).abs() < 1e-9 * (1.0 + expected.abs()),
                "{kind:?} {row}: {found} {expected}"
            );
        }
        let bits = |scores: Vec<f64>| scores.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        let alone = with_threads(3, || inference.scores(&scorer, &samples).unwrap());
        assert_eq!(bits(found.scores), bits(alone), "{kind:?} on three threads");
    }
}

#[test]
fn an_odd_value_is_found_in_its_row_and_column() {
    let (mut model, train) = trained();
    let inference = Inference::new(&model);
    let held_out = model.samples(Values::Doubles(waves(900, 5))).unwrap();
    model.scorer = Some(Scorer::fit(&inference, ScoreKind::Residual, &train, Some(&held_out), 0).unwrap());
    let model = Model::from_bytes(&model.to_bytes()).unwrap();
    assert_eq!(model.about.window, Some(window()));
    let scorer = model.scorer.as_ref().unwrap();
    assert_eq!((scorer.thresholds().origin(), scorer.thresholds().count()), (ThresholdOrigin::HeldOut, 900));
    for (row, column, by) in [(0, 1, 900.0), (137, 2, 0.04), (299, 0, -4.0), (150, 0, 4.0)] {
        let mut rows = waves(300, 9);
        rows[(row, column)] += by;
        let samples = model.samples(Values::Doubles(rows)).unwrap();
        let found = inference.scores_with_parts(scorer, &samples).unwrap();
        let worst = (0..300).max_by(|&a, &b| found.scores[a].total_cmp(&found.scores[b])).unwrap();
        assert_eq!(worst, row);
        let of = found.parts.row(row);
        assert!((0..COLUMNS).all(|other| other == column || of[other] < of[column]), "{of}");
    }
    // Usual rows are flagged as often as the quantile says, by thresholds of held-out and of cross-fitted rows.
    let cross = Scorer::fit(&inference, ScoreKind::Residual, &train, None, 0).unwrap();
    assert_eq!(cross.thresholds().origin(), ThresholdOrigin::CrossFitted);
    let fresh = model.samples(Values::Doubles(waves(6000, 11))).unwrap();
    for scorer in [scorer, &cross] {
        let scores = inference.scores(scorer, &fresh).unwrap();
        let flagged = scores.iter().filter(|&&score| score > scorer.thresholds().quantile(0.95)).count();
        assert!((0.03..0.07).contains(&(flagged as f64 / 6000.0)), "{flagged}");
    }
}

#[test]
fn rows_that_make_no_window_are_refused() {
    let (model, _) = trained();
    let refused = |rows: Array2<f64>| model.samples(Values::Doubles(rows)).unwrap_err();
    assert_eq!(refused(waves(11, 0)), SamplesError::NoWindow { expected: 12, found: 11 });
    let wide = Array2::zeros((50, 12 * COLUMNS));
    assert_eq!(refused(wide), SamplesError::Features { expected: COLUMNS, found: 12 * COLUMNS });
}
