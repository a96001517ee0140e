//! Scores of samples: the same however they are computed, kept in files, and with the right columns to blame.

use autoencoder::{
    Activation, Choice, Column, ColumnKind, Detection, Detector, Detectors, FileHead, Inference,
    Initialization, Loss, Model, Noise, NumberScalingKind, Samples, Scaling, ScalingKind, Schema, ScoreError,
    ScoreKind, Scorer, ScorerError, Specification, Stream, TableValues, ThresholdOrigin, Trainer, Values,
};
use ndarray::{Array2, Axis};

use crate::kinds::options;
use crate::support::with_threads;

/// Normal numbers about a plane of two directions, in columns of very different units.
fn numbers(count: usize, seed: u64) -> Array2<f64> {
    let mut stream = Stream::new(seed, autoencoder::Purpose::Generation, [7, 7]);
    let units = [(1.0, 0.0), (1000.0, 5e4), (1e-3, 0.02), (50.0, -300.0), (2.0, 1.0), (0.1, 7.0)];
    let mut rows = Array2::zeros((count, units.len()));
    for mut row in rows.rows_mut() {
        let [a, b] = [stream.normal(), stream.normal()].map(f64::from);
        for (column, (number, (unit, offset))) in row.iter_mut().zip(units).enumerate() {
            let angle = column as f64;
            let noise = 0.2 * f64::from(stream.normal());
            *number = (a * angle.cos() + b * angle.sin() + noise) * unit + offset;
        }
    }
    rows
}

/// A model of such numbers, and samples that it was trained on.
fn trained() -> (Model, Samples) {
    trained_as(plain())
}

fn plain() -> Specification {
    Specification::new(6, [16, 3])
        .with_activation(Activation::LeakyRelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
}

/// A variational model of such numbers, and samples that it was trained on.
fn variational() -> (Model, Samples) {
    trained_as(plain().variational(1.0).with_loss(Loss::Gaussian { deviation: 0.25 }))
}

fn trained_as(specification: Specification) -> (Model, Samples) {
    let values = numbers(800, 1);
    let scaling = ScalingKind::Standard.fit(values.view());
    let samples = Samples::new(Values::Doubles(values), scaling).unwrap();
    let mut trainer = Trainer::new(specification, options().with_epochs(40).with_batch_size(32)).unwrap();
    trainer.fit(&samples).unwrap();
    (trainer.into_model(), samples)
}

#[test]
fn scores_are_the_same_in_any_company_on_any_threads_and_after_a_file() {
    for (draws_codes, (mut model, train)) in [(false, trained()), (true, variational())] {
        let fresh = model.samples(Values::Doubles(numbers(1500, 2))).unwrap();
        assert_eq!(model.scores(&fresh), Err(ScoreError::NoScorer));
        let kinds = ScoreKind::ALL.iter().copied();
        for kind in kinds.filter(|kind| kind.draws_codes() == draws_codes) {
            are_the_same(&mut model, kind, &train, &fresh);
        }
    }
}

/// Holds scores of a kind on one thread and on three, alone and in company, and after a file to each other.
fn are_the_same(model: &mut Model, kind: ScoreKind, train: &Samples, fresh: &Samples) {
    let fit = |threads| {
        with_threads(threads, || {
            let inference = Inference::new(model);
            let scorer = Scorer::fit(&inference, kind, train, None, 3).unwrap();
            let scores = inference.scores(&scorer, fresh).unwrap();
            (scorer, scores)
        })
    };
    let (scorer, scores) = fit(1);
    assert!(fit(3) == (scorer.clone(), scores.clone()), "{kind:?} on three threads");
    let inference = Inference::new(model);
    for row in [0, 1, 700, 1023, 1024, 1499] {
        let alone = inference.scores(&scorer, &fresh.select(&[row])).unwrap();
        assert_eq!(alone[0].to_bits(), scores[row].to_bits(), "{kind:?}, row {row}");
    }
    let with_parts = inference.scores_with_parts(&scorer, fresh).unwrap();
    assert!(with_parts.scores == scores && with_parts.parts.dim() == (1500, 6), "{kind:?}");
    model.scorer = Some(scorer);
    let read = Model::from_bytes(&model.to_bytes()).unwrap();
    assert!(read == *model && read.scores(fresh).unwrap() == scores, "{kind:?} as a file");
}

#[test]
fn a_scorer_is_no_tensor_and_that_of_another_model_is_refused() {
    let (mut model, train) = variational();
    let inference = Inference::new(&model);
    model.scorer = Some(Scorer::fit(&inference, ScoreKind::Bound, &train, None, 0).unwrap());
    // The tensors are those of the network alone, as other programs load them by their names.
    let tensors = |model: &Model| FileHead::of_file(&model.to_bytes()).unwrap().tensors;
    let with = tensors(&model);
    let scorer = model.scorer.take();
    assert_eq!(with, tensors(&model));
    // A scorer of another model is refused by what it is.
    for (specification, says) in [
        (Specification::new(5, [2]).variational(1.0), "sizes of residuals"),
        (plain(), "kind of scores: expected one of models that draw no codes, found bound"),
    ] {
        let mut other = Model::new(specification, Initialization::Glorot, 0).unwrap();
        other.scorer.clone_from(&scorer);
        let refused = Model::from_bytes(&other.to_bytes()).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
}

#[test]
fn only_variational_models_have_a_bound() {
    let (model, train) = trained();
    let inference = Inference::new(&model);
    for kind in [ScoreKind::Bound, ScoreKind::Likelihood] {
        let refused = Scorer::fit(&inference, kind, &train, None, 0).unwrap_err();
        assert_eq!(refused, ScorerError::NotVariational { kind });
    }
    let (model, train) = variational();
    let inference = Inference::new(&model);
    let scores = |kind| {
        let scorer = Scorer::fit(&inference, kind, &train, None, 0).unwrap();
        inference.scores_with_parts(&scorer, &train).unwrap()
    };
    let mean = |scores: &[f64]| scores.iter().sum::<f64>() / scores.len() as f64;
    let [bound, likelihood] = [ScoreKind::Bound, ScoreKind::Likelihood].map(scores);
    // The bound is what the training minimises, and importance samples make it tighter.
    let loss = inference.evaluate(&train).unwrap().loss;
    assert!((mean(&bound.scores) - loss).abs() < 0.05 * loss.abs(), "{} {loss}", mean(&bound.scores));
    let estimate = -inference.log_likelihood(&train, 64).unwrap().unwrap();
    let found = mean(&likelihood.scores);
    assert!((found - estimate).abs() < 0.05 && found < mean(&bound.scores), "{found} {estimate}");
    // No column has less than nothing.
    assert!(bound.parts.iter().chain(&likelihood.parts).all(|&part| part >= 0.0));
}

#[test]
fn residuals_are_those_of_their_formula() {
    let (model, train) = trained();
    let inference = Inference::new(&model);
    let scorer = Scorer::fit(&inference, ScoreKind::Residual, &train, None, 0).unwrap();
    let restored = inference.reconstruct(&train).unwrap();
    let left = (train.scaled(0..800) - restored).mapv(f64::from);
    // The worst tenth does not lead, and a hundredth of the mean of all columns is added.
    let mut order: Vec<usize> = (0..800).collect();
    let error = |row: usize| left.row(row).iter().map(|left| left * left).sum::<f64>();
    order.sort_by(|&a, &b| error(a).total_cmp(&error(b)));
    let squares: Vec<f64> = (0..6)
        .map(|column| order[..720].iter().map(|&row| left[(row, column)].powi(2)).sum::<f64>() / 720.0)
        .collect();
    let all = squares.iter().sum::<f64>() / 6.0;
    let scores = inference.scores(&scorer, &train).unwrap();
    for (row, score) in scores.iter().enumerate() {
        let expected: f64 =
            (0..6).map(|column| 0.5 * left[(row, column)].powi(2) / (squares[column] + 0.01 * all)).sum();
        assert!((score - expected).abs() < 1e-5 * expected.max(1.0), "row {row}: {score} {expected}");
    }
}

#[test]
fn a_planted_value_is_found_and_its_column_named() {
    let ((plain, train), (variational, _)) = (trained(), variational());
    for (model, kind) in [
        (&plain, ScoreKind::Residual),
        (&plain, ScoreKind::Sample),
        (&plain, ScoreKind::Joint),
        (&plain, ScoreKind::Full),
        (&variational, ScoreKind::Bound),
        (&variational, ScoreKind::Likelihood),
    ] {
        let inference = Inference::new(model);
        let scorer = Scorer::fit(&inference, kind, &train, None, 0).unwrap();
        for column in 0..6 {
            let mut values = numbers(400, 9);
            let deviation = values.column(column).std(0.0);
            values[(123, column)] += 8.0 * deviation;
            let samples = model.samples(Values::Doubles(values)).unwrap();
            let scores = inference.scores_with_parts(&scorer, &samples).unwrap();
            let largest = |numbers: &[f64]| {
                (0..numbers.len()).max_by(|&a, &b| numbers[a].total_cmp(&numbers[b])).unwrap()
            };
            assert_eq!(largest(&scores.scores), 123, "{kind:?}, column {column}");
            let parts = scores.parts.row(123).to_vec();
            assert_eq!(largest(&parts), column, "{kind:?}: {parts:?}");
        }
    }
}

#[test]
fn a_threshold_flags_the_share_that_it_promises() {
    let (model, train) = trained();
    let inference = Inference::new(&model);
    for seed in 0..3 {
        let held_out = model.samples(Values::Doubles(numbers(20_000, 100 + seed))).unwrap();
        let fresh = model.samples(Values::Doubles(numbers(20_000, 200 + seed))).unwrap();
        let scorer = Scorer::fit(&inference, ScoreKind::Full, &train, Some(&held_out), seed).unwrap();
        assert_eq!(
            (scorer.thresholds().count(), scorer.thresholds().origin()),
            (20_000, ThresholdOrigin::HeldOut)
        );
        let threshold = scorer.thresholds().quantile(0.99);
        let scores = inference.scores(&scorer, &fresh).unwrap();
        let share = scores.iter().filter(|&&score| score > threshold).count() as f64 / 20_000.0;
        assert!((share - 0.01).abs() < 0.003, "seed {seed}: {share}");
    }
}

#[test]
fn holes_and_words_are_scored_and_holes_are_not_to_blame() {
    let columns = [
        Column::new(
            "kind",
            ColumnKind::Words { words: ["pump", "press", "mill"].map(str::to_owned).to_vec() },
        ),
        Column::new("weight", ColumnKind::Number { scale: NumberScalingKind::Standard }),
        Column::new("power", ColumnKind::Number { scale: NumberScalingKind::Standard }),
    ];
    let schema = Schema::new(columns).unwrap();
    let mut stream = Stream::new(4, autoencoder::Purpose::Generation, [1, 1]);
    let kinds: Vec<usize> = (0..600).map(|row| row * 7 % 3).collect();
    let numbers = Array2::from_shape_fn((600, 2), |(row, column)| {
        let usual = [[80.0, 4.0], [300.0, 15.0], [900.0, 90.0]][kinds[row]][column];
        if row % 10 == 4 + column { f64::NAN } else { usual * (1.0 + 0.05 * f64::from(stream.normal())) }
    });
    let mut numbers = numbers;
    // Row 77 has the power of no machine of its kind.
    numbers[(77, 1)] = 45.0;
    let words =
        Array2::from_shape_fn(
            (600, 1),
            |(row, _)| if row % 10 == 7 { TableValues::HOLE } else { kinds[row] as u32 },
        );
    let mut words = words;
    words[(77, 0)] = kinds[77] as u32;
    let values = TableValues::new(numbers, words, [4]).unwrap();
    let scaling = values.fit(|_| NumberScalingKind::Standard);
    let Scaling::Columns { words: shares, .. } = &scaling else { panic!("columns") };
    let specification = Specification::new(schema.features(), [16, 2])
        .with_activation(Activation::Gelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
        .with_table(schema.table_columns(shares));
    let samples = Samples::new(Values::Table(values), scaling).unwrap();
    let noise = Noise::Masking { share: 0.1 };
    let mut trainer =
        Trainer::new(specification, options().with_noise(noise).with_epochs(150).with_batch_size(32))
            .unwrap();
    trainer.fit(&samples).unwrap();
    let inference = Inference::new(&trainer.into_model());
    for kind in [ScoreKind::Residual, ScoreKind::Full] {
        let scorer = Scorer::fit(&inference, kind, &samples, None, 0).unwrap();
        let scores = inference.scores_with_parts(&scorer, &samples).unwrap();
        let worst = (0..600).max_by(|&a, &b| scores.scores[a].total_cmp(&scores.scores[b])).unwrap();
        let parts = scores.parts.row(77);
        assert_eq!(worst, 77, "{kind:?}");
        assert!(parts[1] > parts[0] && parts[1] > parts[2], "{kind:?}: the power is to blame: {parts}");
        for (row, parts) in scores.parts.axis_iter(Axis(0)).enumerate().filter(|(row, _)| row % 10 == 4) {
            // Numbers come first: the weight is the hole.
            let largest = (0..3).max_by(|&a, &b| parts[a].total_cmp(&parts[b])).unwrap();
            assert!(largest != 0 || parts[0] < 1.0, "{kind:?}, row {row}: {parts}");
        }
    }
}

#[test]
fn simple_detectors_find_what_is_far() {
    let (_, train) = trained();
    let detectors = Detectors::fit(&train, 3).unwrap().with_neighbours(&train);
    let mut values = numbers(200, 5);
    let is_odd: Vec<bool> = (0..200).map(|row| row % 40 == 0).collect();
    for row in (0..200).step_by(40) {
        values[(row, 0)] += 6.0;
    }
    let samples = Samples::new(Values::Doubles(values), train.scaling().clone()).unwrap();
    let scores = detectors.scores(&samples);
    assert!(with_threads(3, || detectors.scores(&samples)) == with_threads(1, || detectors.scores(&samples)));
    let names: Vec<&str> = scores.iter().map(|(detector, _)| detector.name()).collect();
    assert_eq!(names, ["pca", "mahalanobis", "trimmed-mahalanobis", "absolute-z", "neighbours"]);
    for (detector, scores) in scores {
        let area = Detection::of(&scores, &is_odd).unwrap().auroc;
        assert!(area > if detector == Detector::AbsoluteZ { 0.8 } else { 0.99 }, "{detector:?}: {area}");
    }
}
