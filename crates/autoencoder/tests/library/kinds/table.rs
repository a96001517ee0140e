//! Models of tables with numbers, words and holes.

use autoencoder::{
    ColumnError, Inference, NumberScalingKind, Penalty, Sampler, SamplerKind, SamplesError, TableColumns,
    TableValues, WordColumn,
};
use ndarray::{Array2, s};

use super::*;

/// The columns: three numbers, and words of 3, 4 and 2.
const NUMBERS: usize = 3;
const WORDS: [usize; 3] = [3, 4, 2];

/// A number in [0, 1) of a row and a column.
fn chance(row: usize, column: usize) -> f64 {
    ((row * 7919 + column * 104_729 + 31) as f64 * 0.618_033_988_749).fract()
}

/// Rows in three groups, which numbers and words follow, but for some chance. About a ninth of all fields are holes if asked for.
fn values(count: usize, with_holes: bool) -> TableValues {
    let is_hole = |row: usize, column: usize| with_holes && chance(row, 50 + column) < 0.11;
    let group = |row: usize| row * 5 % 3;
    let numbers = Array2::from_shape_fn((count, NUMBERS), |(row, column)| {
        let noise = chance(row, column) - 0.5;
        let number = (group(row) * (column + 1)) as f64 * 10.0 + noise;
        if is_hole(row, column) { f64::NAN } else { number }
    });
    let words = Array2::from_shape_fn((count, WORDS.len()), |(row, column)| {
        let follows = chance(row, 20 + column) < 0.9;
        let word = if follows { group(row) * (column + 1) } else { row * 3 + column } % WORDS[column];
        if is_hole(row, NUMBERS + column) { TableValues::HOLE } else { word as u32 }
    });
    TableValues::new(numbers, words, WORDS).unwrap()
}

fn table_samples(count: usize) -> Samples {
    let values = values(count, true);
    let scaling = values.fit(|_| NumberScalingKind::Standard);
    Samples::new(Values::Table(values), scaling).unwrap()
}

fn of_table(code: usize) -> Specification {
    let columns = TableColumns::new(NUMBERS, WORDS.map(|words| WordColumn::new(words, 1.0)));
    Specification::new(columns.features().unwrap(), [16, code])
        .with_activation(Activation::LeakyRelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
        .with_table(columns)
}

fn fitted(samples: &Samples, specification: &Specification, options: TrainingOptions) -> Trainer {
    let model = Model::new(specification.clone(), Initialization::Glorot, 4).unwrap();
    let mut trainer = Trainer::of_model(model, options).unwrap();
    trainer.fit(samples).unwrap();
    trainer
}

fn kinds() -> Vec<(&'static str, Specification, TrainingOptions)> {
    let noise = |noise| options().with_noise(noise);
    let likelihood = Loss::Gaussian { deviation: 0.3 };
    vec![
        ("plain", of_table(2), options()),
        ("tied, huber", of_table(2).with_tied_weights(true).with_loss(Loss::Huber { delta: 0.5 }), options()),
        ("swapped", of_table(4), noise(Noise::Swap { share: 0.2 }).with_dropout(0.1)),
        ("masked, in parts", of_table(4), noise(Noise::Masking { share: 0.2 }).with_accumulate(2)),
        (
            "variational",
            of_table(2).with_penalty(Penalty::Variational { weight: 1.0 }).with_loss(likelihood),
            options(),
        ),
        ("normalised", of_table(2).with_normalization(Normalization::Batch), options()),
    ]
}

#[test]
fn the_same_bits_on_any_number_of_threads_and_exact_resume() {
    let train = table_samples(233);
    for (name, specification, options) in kinds() {
        for precision in precisions() {
            let options = options.clone().with_precision(precision);
            let run = |threads| with_threads(threads, || fitted(&train, &specification, options.clone()));
            let one = run(1);
            for threads in [2, 3, 7] {
                let other = run(threads);
                assert!(other.checkpoint() == one.checkpoint(), "{name}, {precision}: {threads} threads");
                let [one, other] = [&one, &other].map(|trainer| trainer.model().evaluate(&train).unwrap());
                assert_eq!(one, other, "{name}");
            }
            let model = Model::new(specification.clone(), Initialization::Glorot, 4).unwrap();
            let mut first = Trainer::of_model(model, options.clone()).unwrap();
            first.observe(&mut BreakAfter(4)).fit(&train).unwrap();
            let mut resumed = Trainer::resume(&first.checkpoint(), options.epochs).unwrap();
            resumed.fit(&train).unwrap();
            assert!(resumed.checkpoint() == one.checkpoint(), "{name}: resumed");
        }
        let model = fitted(&train, &specification, options).into_model();
        assert!(Model::from_bytes(&model.to_bytes()).unwrap() == model, "{name}: as a file");
    }
}

#[test]
fn numbers_and_words_are_restored_also_where_there_were_holes() {
    let (whole, train) = (values(600, false), table_samples(600));
    let options = options().with_epochs(150).with_batch_size(50);
    let model = fitted(&train, &of_table(2), options).into_model();
    let restored = model.reconstruct(&train).unwrap();
    let known = values(600, true);
    let (mut filled, mut right, mut holes) = (0.0, 0_usize, 0_usize);
    for row in 0..600 {
        let probabilities = restored.slice(s![row, NUMBERS..NUMBERS + WORDS[0]]);
        assert!((probabilities.sum() - 1.0).abs() < 1e-5);
        if known.words()[(row, 0)] == TableValues::HOLE {
            let likely = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
            right += usize::from(likely as u32 == whole.words()[(row, 0)]);
            holes += 1;
        }
        if known.numbers()[(row, 0)].is_nan() {
            let number = train.scaling().undo(0, restored[(row, 0)]);
            filled += f64::from(u8::from((number - whole.numbers()[(row, 0)]).abs() < 5.0));
        }
    }
    assert!(holes > 40 && right as f64 > 0.8 * holes as f64, "{right} of {holes} words");
    let numbers = known.numbers().column(0).iter().filter(|number| number.is_nan()).count();
    assert!(filled > 0.8 * numbers as f64, "{filled} of {numbers} numbers");
}

#[test]
fn losses_by_hand_and_by_sample() {
    let samples = table_samples(77);
    let model = Model::new(of_table(2), Initialization::Glorot, 1).unwrap();
    let trainer = Trainer::of_model(model, options()).unwrap();
    let mut model = trainer.into_model();
    model.about.scaling = samples.scaling().clone();
    let restored = model.reconstruct(&samples).unwrap();
    let (known, mut total) = (values(77, true), 0.0);
    let errors = model.errors(&samples).unwrap();
    for row in 0..77 {
        let (mut sum, mut columns) = (0.0, 0);
        for column in (0..NUMBERS).filter(|&column| !known.numbers()[(row, column)].is_nan()) {
            let scaled = samples.scaling().apply(column, known.numbers()[(row, column)]);
            sum += f64::from(restored[(row, column)] - scaled).powi(2);
            columns += 1;
        }
        let mut first = NUMBERS;
        for (column, words) in WORDS.into_iter().enumerate() {
            let word = known.words()[(row, column)];
            if word != TableValues::HOLE {
                sum -= f64::from(restored[(row, first + word as usize)]).ln();
                columns += 1;
            }
            first += words;
        }
        assert!((errors[row] - sum / f64::from(columns)).abs() < 1e-5, "row {row}");
        total += sum;
    }
    let evaluation = model.evaluate(&samples).unwrap();
    assert!((evaluation.loss - total / (77.0 * 6.0)).abs() < 1e-5, "{evaluation:?}");
}

#[test]
fn a_hole_counts_nothing_and_is_seen_as_the_mean_and_the_shares() {
    let numbers = ndarray::array![[1.0], [3.0], [f64::NAN], [8.0]];
    let words = ndarray::array![[0], [1], [TableValues::HOLE], [1]];
    let values = TableValues::new(numbers, words, [2]).unwrap();
    assert!(values.has_holes() && values.dim() == (4, 3));
    let scaling = values.fit(|_| NumberScalingKind::None);
    let samples = Samples::new(Values::Table(values), scaling).unwrap();
    let third = 1.0_f32 / 3.0;
    let seen = samples.scaled(0..4);
    assert_eq!(seen.row(0).to_vec(), [1.0, 1.0, 0.0]);
    assert_eq!(seen.row(2).to_vec(), [4.0, third, 2.0 * third]);
    let columns = TableColumns::new(1, [WordColumn::new(2, 1.0)]);
    let specification =
        Specification::new(3, [2]).with_output_activation(Activation::Linear).with_table(columns);
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let hole = samples.select(&[2]);
    assert_eq!(model.errors(&hole).unwrap()[0].to_bits(), 0.0_f64.to_bits());
    assert_eq!(model.evaluate(&hole).unwrap().loss.to_bits(), 0.0_f64.to_bits());
}

#[test]
fn swap_noise_swaps_whole_columns() {
    let samples = table_samples(120);
    let noisy = Noise::Swap { share: 0.4 }.corrupt(&samples, 3);
    let clean = samples.scaled(0..120);
    assert_ne!(noisy, clean);
    let mut first = NUMBERS;
    for words in WORDS {
        for row in 0..120 {
            let sum = noisy.slice(s![row, first..first + words]).sum();
            assert!((sum - 1.0).abs() < 1e-6, "row {row}: the features of one word, or shares");
        }
        first += words;
    }
}

#[test]
fn masking_noise_turns_whole_columns_into_holes() {
    let samples = table_samples(1200);
    let noisy = Noise::Masking { share: 0.4 }.corrupt(&samples, 3);
    let clean = samples.scaled(0..1200);
    let Scaling::Columns { numbers, words, .. } = samples.scaling() else { panic!("the scaling of a table") };
    let holes: Vec<Vec<f32>> =
        numbers.iter().map(|number| vec![number.mean]).chain(words.iter().cloned()).collect();
    let mut first = 0;
    for hole in holes {
        let features = first..first + hole.len();
        let (mut known, mut masked) = (0.0_f64, 0.0);
        for row in 0..1200 {
            let [clean, noisy] = [&clean, &noisy].map(|rows| rows.slice(s![row, features.clone()]).to_vec());
            assert!(noisy == clean || noisy == hole, "row {row}, features {features:?}: {noisy:?}");
            if clean != hole {
                known += 1.0;
                masked += f64::from(u8::from(noisy == hole));
            }
        }
        // Five standard errors of a share of a thousand columns.
        assert!((masked / known - 0.4).abs() < 0.08, "features {features:?}: {masked} of {known}");
        first = features.end;
    }
    let again = with_threads(3, || Noise::Masking { share: 0.4 }.corrupt(&samples, 3));
    assert_eq!(again, noisy);
}

#[test]
fn layers_are_pretrained_one_by_one() {
    let train = table_samples(200);
    let model = Model::new(of_table(2), Initialization::Glorot, 0).unwrap();
    let before = model.evaluate(&train).map(|evaluation| evaluation.loss);
    let mut pretraining = Pretraining::new(model, options().with_epochs(30)).unwrap();
    while !pretraining.is_finished() {
        pretraining.train_layer(&train, &mut ()).unwrap();
    }
    assert!(pretraining.into_model().evaluate(&train).unwrap().loss < before.unwrap());
}

#[test]
fn a_likelihood_is_above_its_bound() {
    let train = table_samples(100);
    let specification = of_table(2)
        .with_penalty(Penalty::Variational { weight: 1.0 })
        .with_loss(Loss::Gaussian { deviation: 0.3 });
    let model = fitted(&train, &specification, options().with_epochs(20)).into_model();
    let inference = Inference::new(&model);
    let bound = -inference.evaluate(&train).unwrap().loss;
    assert!(inference.log_likelihood(&train, 50).unwrap() > Some(bound));
}

#[test]
fn other_samples_are_refused() {
    let model = fitted(&table_samples(50), &of_table(2), options()).into_model();
    let features = model.architecture().features();
    let plain = Samples::new(Values::Floats(Array2::zeros((5, features))), Scaling::None).unwrap();
    assert_eq!(model.encode(&plain), Err(SamplesError::Table { expected: true }));
    let without = Model::new(Specification::new(features, [2]), Initialization::Glorot, 0).unwrap();
    assert_eq!(without.encode(&table_samples(5)), Err(SamplesError::Table { expected: false }));
    let mut trainer = Trainer::new(Specification::new(features, [2]), options()).unwrap();
    let refused = trainer.fit(&table_samples(50)).unwrap_err().to_string();
    assert!(refused.contains("found the rows of a table"), "{refused}");
    let mut trainer = Trainer::new(of_table(2), options()).unwrap();
    let refused = trainer.fit(&plain).unwrap_err().to_string();
    assert!(refused.contains("expected the rows of a table"), "{refused}");
    let word = TableValues::new(Array2::zeros((1, 0)), ndarray::array![[2]], [2]);
    assert_eq!(word, Err(SamplesError::NoSuchWord { row: 0, column: 0, words: 2, found: 2 }));
}

#[test]
fn every_column_is_restored_better_than_by_its_mean_or_its_most_frequent_word() {
    let train = table_samples(600);
    let model = fitted(&train, &of_table(3), options().with_epochs(150).with_batch_size(50)).into_model();
    let columns = Inference::new(&model).column_errors(&train).unwrap();
    assert_eq!(columns.len(), NUMBERS + WORDS.len());
    let known = values(600, true);
    for (place, column) in columns.iter().enumerate() {
        match *column {
            ColumnError::Number { known: count, mse, mean_mse, .. } => {
                assert_eq!(
                    count,
                    known.numbers().column(place).iter().filter(|number| !number.is_nan()).count()
                );
                assert!((mean_mse - 1.0).abs() < 0.01 && mse < 0.5, "{place}: {column:?}");
            }
            ColumnError::Words {
                known: count,
                right,
                most_frequent,
                cross_entropy,
                shares_cross_entropy,
                ..
            } => {
                let words = known.words().column(place - NUMBERS);
                assert_eq!(count, words.iter().filter(|&&word| word != TableValues::HOLE).count());
                assert!(right > most_frequent && cross_entropy < shares_cross_entropy, "{place}: {column:?}");
            }
            _ => panic!("another kind of column"),
        }
    }
}

/// Whether the first number of a row of [`told_by_holes`] is a hole, which the other numbers do not tell.
fn is_told(row: usize) -> bool {
    let mixed = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 63 == 1
}

/// Rows whose word is told by the first number's being a hole, and by nothing else, and the same rows without their words.
fn told_by_holes(count: usize) -> [TableValues; 2] {
    let numbers = Array2::from_shape_fn((count, 2), |(row, column)| match column {
        0 if is_told(row) => f64::NAN,
        _ => chance(row, column),
    });
    let words = Array2::from_shape_fn((count, 1), |(row, _)| u32::from(is_told(row)));
    let hidden = Array2::from_elem((count, 1), TableValues::HOLE);
    [words, hidden].map(|words| TableValues::new(numbers.clone(), words, [2]).unwrap())
}

/// The columns of whose holes a model is told. That of words tells nothing, as no word is missing.
const INDICATORS: [usize; 2] = [0, 2];

#[test]
fn indicators_tell_a_model_of_holes_and_are_not_restored() {
    let [values, hidden] = told_by_holes(400);
    let plain = values.fit(|_| NumberScalingKind::Standard);
    let told = plain.clone().with_indicators(INDICATORS);
    let right = |scaling: &Scaling, indicators: usize| {
        let [samples, hidden] = [&values, &hidden]
            .map(|values| Samples::new(Values::Table(values.clone()), scaling.clone()).unwrap());
        let rows = samples.scaled(0..400);
        assert_eq!(rows.ncols(), 4 + indicators);
        for row in rows.rows().into_iter().filter(|_| indicators > 0) {
            assert_eq!((row[4], row[5]), (row[3], 0.0), "the word is 1 where the number is a hole");
        }
        let columns = TableColumns::new(2, [WordColumn::new(2, 1.0)]).with_indicators(indicators);
        let specification = of_table(3).with_features(4 + indicators).with_table(columns);
        let options =
            options().with_noise(Noise::Masking { share: 0.3 }).with_epochs(150).with_batch_size(50);
        let run = |threads| with_threads(threads, || fitted(&samples, &specification, options.clone()));
        let trainer = run(1);
        assert!(run(3).checkpoint() == trainer.checkpoint(), "3 threads, {indicators} indicators");
        let model = trainer.into_model();
        assert!(Model::from_bytes(&model.to_bytes()).unwrap() == model, "as a file");
        let again = model.samples(Values::Table(values.clone())).unwrap();
        assert_eq!(again.scaled(0..400), samples.scaled(0..400), "new rows have no indicators of their own");
        let restored = model.reconstruct(&hidden).unwrap();
        let behind = restored.slice(s![.., 4..]);
        assert!(behind.iter().all(|number| number.to_bits() == 0), "indicators are not restored");
        (0..400).filter(|&row| (restored[(row, 3)] > 0.5) == is_told(row)).count()
    };
    let (with, without) = (right(&told, INDICATORS.len()), right(&plain, 0));
    assert!(with > 390 && without < 350, "{with} words of 400 with indicators, {without} without");
}

#[test]
fn masking_and_swapping_turn_indicators_too() {
    let [values, _] = told_by_holes(1000);
    let scaling = values.fit(|_| NumberScalingKind::Standard).with_indicators(INDICATORS);
    let samples = Samples::new(Values::Table(values), scaling).unwrap();
    let clean = samples.scaled(0..1000);
    for (noise, makes_known) in [(Noise::Masking { share: 0.4 }, false), (Noise::Swap { share: 0.4 }, true)] {
        let noisy = noise.corrupt(&samples, 5);
        let (mut to_hole, mut to_known) = (0, 0);
        for (clean, noisy) in clean.rows().into_iter().zip(noisy.rows()) {
            // A model sees a hole as the mean, which is 0 in a standardised column but for rounding.
            assert_eq!(noisy[4] > 0.5, noisy[0].abs() < 1e-6, "{noisy}");
            to_hole += usize::from(noisy[4] > clean[4]);
            to_known += usize::from(noisy[4] < clean[4]);
        }
        assert!(to_hole > 80 && (to_known > 80) == makes_known, "{noise:?}: {to_hole}, {to_known}");
    }
}

#[test]
fn new_rows_have_one_word_in_each_column_with_the_shares_of_the_training() {
    let samples = table_samples(600);
    let trainer = fitted(&samples, &of_table(4), options().with_epochs(60));
    let inference = Inference::new(&trainer.model());
    let sampler = Sampler::fit(&inference, SamplerKind::Mixture, 3, &samples, 0).unwrap();
    let Scaling::Columns { words: shares, .. } = samples.scaling() else { panic!("columns") };
    let rows = inference.generate(&sampler, 0..4000, 1.0, 0);
    let mut first = NUMBERS;
    for shares in shares {
        let words = rows.slice(s![.., first..first + shares.len()]);
        for row in words.rows() {
            let drawn: Vec<f32> = row.iter().copied().filter(|&word| word != 0.0).collect();
            assert_eq!(drawn, [1.0], "{row}");
        }
        for (found, share) in words.mean_axis(ndarray::Axis(0)).unwrap().iter().zip(shares) {
            assert!((found - share).abs() < 0.1, "{found} {share}");
        }
        first += shares.len();
    }
    // What is drawn for a row does not depend on others, and without chance the likeliest word stands.
    assert_eq!(inference.generate(&sampler, 70..80, 1.0, 0), rows.slice(s![70..80, ..]));
    let usual = inference.generate(&sampler, 0..50, 0.0, 0);
    let decoded = inference.decode(inference.draw_codes(&sampler, 0..50, 0.0, 0).view()).unwrap();
    for (row, decoded) in usual.rows().into_iter().zip(decoded.rows()) {
        let likeliest = (NUMBERS..NUMBERS + 3).max_by(|&a, &b| decoded[a].total_cmp(&decoded[b])).unwrap();
        assert!(row[likeliest] > 0.5, "{row}");
    }
}
