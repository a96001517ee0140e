//! Pretraining: layers that are trained one after the other.

use super::*;

fn begun(specification: &Specification, options: TrainingOptions) -> Pretraining {
    Pretraining::new(trainer(specification, options.clone()).model(), options).unwrap()
}

/// Runs a pretraining to its end, and returns the current layer of each call.
fn finish(pretraining: &mut Pretraining, samples: &Samples) -> Vec<usize> {
    let mut layers = Vec::new();
    while !pretraining.is_finished() {
        layers.push(pretraining.layer());
        pretraining.train_layer(samples, &mut ()).unwrap();
    }
    layers
}

/// Two deep sigmoid stacks, which plain training improves only slowly.
#[test]
fn it_brings_a_deep_stack_closer_layer_by_layer() {
    for specification in [
        Specification::new(ROWS * COLUMNS, [30, 20, 10, 5]),
        Specification::new(ROWS * COLUMNS, [30, 20, 10, 5]).with_tied_weights(true).sparse(0.2, 0.01),
    ] {
        let options = options().with_epochs(40).with_shift(1).with_noise(Noise::Masking { share: 0.1 });
        let start = trainer(&specification, options.clone()).model();
        let run = |threads| {
            with_threads(threads, || {
                let mut pretraining = begun(&specification, options.clone());
                assert_eq!(finish(&mut pretraining, &samples(500)), [0, 1, 2, 3]);
                pretraining.into_model()
            })
        };
        let pretrained = run(1);
        assert!(run(3) == pretrained);
        let mse = |model: &Model| model.evaluate(&samples(500)).unwrap().mse;
        assert!(mse(&pretrained) < 0.9 * mse(&start), "{} {}", mse(&pretrained), mse(&start));
        let goes_on = |model| {
            let mut trainer = Trainer::of_model(model, self::options().with_epochs(10)).unwrap();
            trainer.fit(&samples(500)).unwrap();
            mse(&trainer.into_model())
        };
        let (with, without) = (goes_on(pretrained), goes_on(start));
        assert!(with < without, "{with}, without pretraining {without}");
    }
}

/// The training has 233 samples in batches of 100: three steps an epoch, two epochs and three layers.
#[test]
fn broken_off_after_any_step_it_goes_on_to_the_same_bytes() {
    let train = samples(233);
    let options = options().with_epochs(2);
    let noise = Some(Noise::Gaussian { deviation: 0.1 });
    let deep = Specification::new(ROWS * COLUMNS, [33, 9, 4]).with_activation(Activation::Tanh);
    for (specification, options) in [
        (deep.clone(), options.clone()),
        (
            deep.clone().with_tied_weights(true),
            options.clone().with_noise(noise).with_shift(1).with_dropout(0.2).with_keep_best(true),
        ),
        (deep.l1(0.1), options.clone().with_optimizer(Optimizer::Sgd).with_clip_norm(0.01)),
    ] {
        let mut whole = begun(&specification, options.clone());
        finish(&mut whole, &train);
        for steps in 1..=18 {
            let mut first = begun(&specification, options.clone());
            // A number of steps that exceeds one layer breaks off in a later layer.
            let mut watch = BreakAfter(steps);
            while watch.0 > 0 {
                first.train_layer(&train, &mut watch).unwrap();
            }
            let bytes = first.checkpoint();
            assert!(Model::from_bytes(&bytes).unwrap().parameters() == first.model().parameters());
            let mut resumed = Pretraining::resume(&bytes).unwrap();
            assert!(resumed.checkpoint() == bytes);
            assert_eq!((resumed.layer(), resumed.options()), (first.layer(), &options));
            let part = resumed.trainer().part_of_epoch();
            assert_eq!(part, first.trainer().part_of_epoch(), "the midst of an epoch");
            with_threads(3, || finish(&mut resumed, &train));
            finish(&mut first, &train);
            for (how, ended) in [("here", &first), ("from bytes", &resumed)] {
                assert!(ended.checkpoint() == whole.checkpoint(), "after {steps} steps, {how}");
                assert!(ended.model() == whole.model());
            }
        }
    }
}

/// Each layer has two epochs of one step; the current layer changes after the last step.
#[test]
fn the_next_layer_is_in_hand_when_one_is_done() {
    let options = options().with_epochs(2).with_batch_size(500);
    let mut pretraining = begun(&plain(), options);
    let start = pretraining.model();
    let of = |model: &Model, layer: usize| model.parameters().weight(layer).to_owned();
    let mut places = Vec::new();
    while !pretraining.is_finished() {
        pretraining.train_layer(&samples(500), &mut BreakAfter(1)).unwrap();
        let epochs = pretraining.trainer().history().len();
        let moved: Vec<bool> =
            (0..4).map(|layer| of(&pretraining.model(), layer) != of(&start, layer)).collect();
        places.push((pretraining.layer(), epochs, moved[0], moved[1]));
        assert_eq!((moved[3], moved[2]), (moved[0], moved[1]), "a layer and its mirror");
    }
    // An epoch that was broken off after its last step still has to end: the third call takes no step.
    let first = [(0, 0, true, false), (0, 1, true, false), (1, 0, true, false)];
    let second = [(1, 0, true, true), (1, 1, true, true), (1, 2, true, true)];
    let expected = [first, second].concat();
    assert_eq!(places, expected);
    let model = pretraining.into_model();
    assert_eq!(model.about.scaling, Scaling::Bytes);
    assert_eq!(model.about.training, None, "the whole is not trained yet");
}

/// The weights of the second layer are too large for its sums.
#[test]
fn divergence_names_the_tensors_of_the_whole() {
    let linear = Activation::Linear;
    let specification =
        Specification::new(ROWS * COLUMNS, [12, 6, 3]).with_activation(linear).with_code_activation(linear);
    let mut parameters = trainer(&specification, options()).model().parameters().clone();
    parameters.get_mut("encoder.1.weight").unwrap().fill(1e30);
    parameters.get_mut("decoder.1.weight").unwrap().fill(1e30);
    let model = trainer(&specification, options()).model().with_parameters(parameters);
    let mut pretraining = Pretraining::new(model, options()).unwrap();
    pretraining.train_layer(&samples(100), &mut ()).unwrap();
    match pretraining.train_layer(&samples(100), &mut ()).unwrap_err() {
        TrainingError::Diverged { epoch: 1, step: 1, tensor: Some(tensor), .. } => {
            assert_eq!(tensor, "encoder.1.weight");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_pretrained_is_refused() {
    let refuse = |specification| {
        let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
        Pretraining::new(model, options()).unwrap_err().to_string()
    };
    assert!(refuse(plain().variational(1.0)).contains("pretraining does not go with a variational model"));
    assert!(refuse(normalized()).contains("pretraining does not go with batch normalisation"));
    assert!(refuse(Specification::new(40, [5])).contains("that layer is the whole model"));

    let pretraining = begun(&plain(), options());
    let training = trainer(&plain(), options());
    let refused = |outcome: Result<(), FileError>| outcome.unwrap_err().to_string();
    let found = refused(Trainer::resume(&pretraining.checkpoint(), 3).map(|_| ()));
    assert_eq!(found, "expected a checkpoint, found a pretraining");
    let found = refused(Pretraining::resume(&training.checkpoint()).map(|_| ()));
    assert_eq!(found, "expected a pretraining, found a checkpoint");
    let elsewhere = Trainer::of_model(
        Model::new(Specification::new(7, [3, 2]), Initialization::Glorot, 0).unwrap(),
        options(),
    );
    let mut other = Pretraining::new(elsewhere.unwrap().into_model(), options()).unwrap();
    let error = other.train_layer(&samples(10), &mut ()).unwrap_err();
    assert_eq!(error, TrainingError::Features { expected: 7, found: 40 });

    // Options that no single layer uses are checked too.
    let patient = Some(EarlyStopping::new(0));
    for options in [
        options().with_dropout(2.0),
        options().with_early_stopping(patient),
        options().with_penalty_warmup_epochs(-1.0),
    ] {
        let error = Pretraining::new(training.model(), options).unwrap_err();
        assert!(matches!(error, TrainingError::Option { .. }), "{error}");
    }
}

/// The second layer takes codes as inputs, which are computed already in the first case and not yet in the
/// second.
#[test]
fn samples_of_another_width_are_refused_and_change_nothing() {
    let mut pretraining = begun(&plain(), options());
    pretraining.train_layer(&samples(100), &mut ()).unwrap();
    let bytes = pretraining.checkpoint();
    let narrow = Samples::new(Values::Floats(Array2::from_elem((10, 7), 0.5)), Scaling::None).unwrap();
    for mut pretraining in [pretraining, Pretraining::resume(&bytes).unwrap()] {
        assert_eq!(pretraining.layer(), 1);
        let error = pretraining.train_layer(&narrow, &mut ()).unwrap_err();
        assert_eq!(error, TrainingError::Features { expected: 40, found: 7 });
        assert!(pretraining.checkpoint() == bytes);
    }
}
