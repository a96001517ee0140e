//! Properties of every kind of autoencoder, and properties of single kinds.

use ndarray::Array2;

use super::*;

/// Every kind of autoencoder, and some combinations.
fn kinds() -> Vec<(&'static str, Specification, TrainingOptions)> {
    let noise = |noise| options().with_noise(noise);
    let dropout = options().with_dropout(0.3);
    let all = noise(Noise::Masking { share: 0.3 }).with_shift(1).with_accumulate(2);
    let warm = options().with_penalty_warmup_epochs(1.5);
    let clip = options().with_clip_norm(0.01);
    vec![
        ("tied", plain().with_tied_weights(true), options().with_weight_decay(0.1)),
        ("sparse", plain().sparse(0.1, 0.05), options()),
        ("L1", plain().l1(0.01), options()),
        ("contractive", plain().contractive(0.02), options()),
        ("contractive of one layer", Specification::new(ROWS * COLUMNS, [35]).contractive(0.02), clip),
        (
            "contractive of three",
            Specification::new(ROWS * COLUMNS, [33, 9, 4]).contractive(0.02),
            warm.clone(),
        ),
        ("masking", plain(), noise(Noise::Masking { share: 0.3 })),
        ("Gaussian noise", plain(), noise(Noise::Gaussian { deviation: 0.2 })),
        ("salt and pepper", plain(), noise(Noise::SaltAndPepper { share: 0.2 })),
        (
            "swapped, shifted, in parts",
            plain(),
            noise(Noise::Swap { share: 0.2 }).with_shift(1).with_accumulate(2),
        ),
        ("dropout", plain().with_activation(Activation::Gelu), dropout.clone()),
        ("shifted", plain(), options().with_shift(2)),
        ("normalised", normalized(), options()),
        (
            "normalised, tied, sparse, dropout, in parts",
            normalized().with_tied_weights(true).sparse(0.2, 0.01),
            dropout.clone().with_accumulate(2).with_optimizer(Optimizer::ADAMW),
        ),
        (
            "normalised, variational, shifted",
            normalized().with_activation(Activation::Gelu).variational(1.0),
            options().with_shift(1).with_clip_norm(10.0),
        ),
        ("variational", plain().variational(1.0), options()),
        ("beta", plain().variational(4.0).with_loss(Loss::Gaussian { deviation: 0.3 }), warm),
        (
            "robust",
            plain().with_loss(Loss::Huber { delta: 0.1 }).with_tied_weights(true),
            noise(Noise::SaltAndPepper { share: 0.1 }),
        ),
        ("tied, sparse, masked, shifted, in parts", plain().with_tied_weights(true).sparse(0.2, 0.01), all),
        ("variational, dropout, shifted", plain().variational(1.0), dropout.clone().with_shift(1)),
    ]
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let (train, test) = (samples(233), samples(50));
    for (name, specification, options) in kinds() {
        for precision in precisions() {
            let run = |threads| {
                with_threads(threads, || {
                    let mut trainer = trainer(&specification, options.clone().with_precision(precision));
                    trainer.validate(&test).fit(&train).unwrap();
                    let evaluation = trainer.model().evaluate(&test).unwrap();
                    (trainer.checkpoint(), evaluation, trainer.model().encode(&test).unwrap())
                })
            };
            let one = run(1);
            for threads in [2, 3, 7] {
                assert!(run(threads) == one, "{name}, {precision}: {threads} threads differ from 1");
            }
        }
    }
}

#[test]
fn a_training_broken_off_goes_on_to_the_same_bytes() {
    let (train, test) = (samples(233), samples(50));
    for (name, specification, options) in kinds() {
        let mut whole = trainer(&specification, options.clone());
        whole.validate(&test).fit(&train).unwrap();
        for steps in [1, 4] {
            let mut first = trainer(&specification, options.clone());
            first.validate(&test).observe(&mut BreakAfter(steps)).fit(&train).unwrap();
            let mut resumed = Trainer::resume(&first.checkpoint(), options.epochs).unwrap();
            with_threads(3, || resumed.validate(&test).fit(&train)).unwrap();
            assert!(resumed.checkpoint() == whole.checkpoint(), "{name}, broken off after {steps} steps");
        }
        let model = whole.into_model();
        assert!(Model::from_bytes(&model.to_bytes()).unwrap() == model, "{name}: as a file");
    }
}

/// Accumulated batches give the parameters of one large batch, up to the rounding of sums in another order,
/// whether updates wait for all gradients or not.
#[test]
fn batches_put_together_are_one_batch() {
    let train = samples(256);
    let one_layer = Specification::new(ROWS * COLUMNS, [35]);
    let frozen = options().with_frozen((0..1).collect());
    for (name, specification, options) in [
        ("tied", plain().with_tied_weights(true), options().with_weight_decay(0.1)),
        ("L1", plain().l1(0.01), options()),
        ("contractive of one layer", one_layer.clone().contractive(0.02), options()),
        ("contractive and tied", one_layer.contractive(0.02).with_tied_weights(true), options()),
        ("contractive of two", plain().contractive(0.02), options()),
        ("variational", plain().variational(1.0), options()),
        ("masked, one layer frozen", plain(), frozen.clone().with_noise(Noise::Masking { share: 0.3 })),
    ] {
        let run = |batch_size, accumulate| {
            let optimizer = Optimizer::Sgd;
            let options = options
                .clone()
                .with_batch_size(batch_size)
                .with_accumulate(accumulate)
                .with_optimizer(optimizer)
                .with_learning_rate(0.1);
            let mut trainer = trainer(&specification, options);
            let before = trainer.model();
            trainer.fit(&train).unwrap();
            (before, trainer.into_model())
        };
        let ((before, one), (_, parts)) = (run(128, 1), run(32, 4));
        let far = |a: &Model, b: &Model| {
            let pairs = a.parameters().as_slice().iter().zip(b.parameters().as_slice());
            pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
        };
        let (moved, apart) = (far(&before, &one), far(&one, &parts));
        assert!(apart < 1e-4 * moved, "{name}: moved {moved}, {apart} apart");
    }
}

#[test]
fn every_kind_learns_in_either_precision() {
    let (train, test) = (samples(500), samples(100));
    for (name, specification, options) in kinds() {
        let mut losses = Vec::new();
        for precision in precisions() {
            let options = options.clone().with_epochs(30).with_clip_norm(None).with_precision(precision);
            let mut trainer = trainer(&specification, options);
            let before = trainer.model().evaluate(&test).unwrap();
            trainer.validate(&test).fit(&train).unwrap();
            let after = trainer.model().evaluate(&test).unwrap();
            // A strong divergence leaves little information in a beta-VAE's code; the loss falls all the
            // same.
            let falls = if name == "beta" { after.loss < before.loss } else { after.mse < 0.8 * before.mse };
            assert!(falls, "{name} {precision}: {before:?} {after:?}");
            losses.push(after.loss);
        }
        for loss in &losses {
            assert!((loss - losses[0]).abs() < 0.05 * losses[0].abs(), "{name}: {losses:?}");
        }
    }
}

#[test]
fn a_penalty_changes_the_code_as_it_says() {
    let activity = |specification| {
        let codes = trained(&specification, options()).model().encode(&samples(500)).unwrap();
        codes.mean().unwrap()
    };
    assert!((activity(plain().sparse(0.1, 0.1)) - 0.1).abs() < 0.05);
    assert!(activity(plain()) > 0.2);
    assert!(activity(plain().l1(0.02)) < 0.5 * activity(plain()));

    // The distance that the code moves when one pixel changes.
    let moves = |specification| {
        let model = trained(&specification, options()).model();
        let mut images = images(100);
        let before =
            model.encode(&Samples::new(Values::Bytes(images.clone()), Scaling::Bytes).unwrap()).unwrap();
        images.column_mut(20).map_inplace(|pixel| *pixel ^= 0x40);
        let after = model.encode(&Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap()).unwrap();
        (after - before).mapv(|d| d * d).sum()
    };
    assert!(moves(plain().contractive(0.1)) < 0.5 * moves(plain()));
}

#[test]
fn a_denoising_model_restores_clean_samples_from_noisy_ones() {
    let noise = Noise::SaltAndPepper { share: 0.15 };
    let restored = |noise| {
        let options = options().with_noise(noise).with_epochs(200);
        let mut trainer = trainer(&plain(), options);
        trainer.fit(&samples(500)).unwrap();
        let clean = samples(300);
        let mut images = images(300);
        for (place, pixel) in images.iter_mut().enumerate() {
            match place * 7919 % 100 {
                0..7 => *pixel = 0,
                7..14 => *pixel = 255,
                _ => {}
            }
        }
        let noisy = Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap();
        let errors = trainer.model().reconstruct(&noisy).unwrap() - clean.scaled(0..clean.len());
        errors.mapv(|error| error * error).mean().unwrap()
    };
    let (denoising, plain) = (restored(Some(noise)), restored(None));
    assert!(denoising < 0.8 * plain, "{denoising}, a plain model {plain}");
}

#[test]
fn a_variational_model_says_what_its_loss_is_made_of() {
    let trainer = trained(&plain().variational(0.5), options().with_learning_rate(0.02));
    let report = trainer.history().last().unwrap();
    let (kl, reconstruction) = (report.train_terms.kl.unwrap(), report.train_terms.reconstruction.unwrap());
    assert!(kl > 0.1, "{report:?}");
    let sum = reconstruction + 0.5 * kl;
    assert!((sum - report.train_loss).abs() < 1e-9 * report.train_loss, "{report:?}");
    let evaluation = trainer.model().evaluate(&samples(500)).unwrap();
    let (kl, reconstruction) = (evaluation.terms.kl.unwrap(), evaluation.terms.reconstruction.unwrap());
    assert!((reconstruction + 0.5 * kl - evaluation.loss).abs() < 1e-9 * evaluation.loss);
    // Encoding and reconstruction draw no random numbers.
    let model = trainer.model();
    let (samples, codes) = (samples(50), model.encode(&samples(50)).unwrap());
    assert_eq!(codes.dim(), (50, 7));
    assert_eq!(model.decode(codes.view()).unwrap(), model.reconstruct(&samples).unwrap());
}

#[test]
fn the_divergence_is_warmed_up() {
    let first_kl = |penalty_warmup_epochs| {
        let options = options().with_penalty_warmup_epochs(penalty_warmup_epochs);
        trained(&plain().variational(1.0), options).history()[2].train_terms.kl.unwrap()
    };
    assert!(first_kl(20.0) > 1.5 * first_kl(0.0));
}

#[test]
fn tied_weights_stay_tied() {
    let model = trained(&plain().with_tied_weights(true), options()).model();
    let names: Vec<&str> = model.parameters().tensors().iter().map(|tensor| tensor.name.as_str()).collect();
    let expected = [
        "encoder.0.weight",
        "encoder.0.bias",
        "encoder.1.weight",
        "encoder.1.bias",
        "decoder.0.bias",
        "decoder.1.bias",
    ];
    assert_eq!(names, expected);
    let codes = Array2::from_elem((1, 7), 0.25);
    let hidden = codes.dot(&model.parameters().weight(1)) + model.parameters().bias(2);
    let logits = hidden.mapv(f32::tanh).dot(&model.parameters().weight(0)) + model.parameters().bias(3);
    for (found, logit) in model.decode(codes.view()).unwrap().iter().zip(logits) {
        assert!((found - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-5);
    }
}

#[test]
fn chance_is_a_function_of_the_seed() {
    let run = |seed| {
        let options = options().with_seed(seed).with_shuffle(false).with_noise(Noise::Masking { share: 0.5 });
        trained(&plain(), options).model().parameters().clone()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

/// Decay is the only difference between two trainings of one step, with and without clipping to a tiny norm.
#[test]
fn weight_decay_shrinks_weights_and_no_biases() {
    for clip_norm in [None, Some(1e-30)] {
        for optimizer in [Optimizer::Sgd, Optimizer::ADAM] {
            let decay = options()
                .with_weight_decay(2.0)
                .with_optimizer(optimizer)
                .with_clip_norm(clip_norm)
                .with_learning_rate(0.01);
            let none = decay.clone().with_weight_decay(0.0);
            let step = |options: TrainingOptions| {
                let mut trainer = trainer(
                    &plain().with_tied_weights(true),
                    options.clone().with_epochs(1).with_batch_size(500),
                );
                trainer.fit(&samples(500)).unwrap();
                trainer.into_model()
            };
            let (before, plain, decayed) =
                (trainer(&plain().with_tied_weights(true), decay.clone()).model(), step(none), step(decay));
            for tensor in before.parameters().tensors() {
                let of = |model: &Model| model.parameters().get(&tensor.name).unwrap().to_vec();
                let share = if tensor.name.ends_with("weight") { 0.01 * 2.0 } else { 0.0 };
                for ((before, plain), decayed) in of(&before).iter().zip(of(&plain)).zip(of(&decayed)) {
                    assert!((decayed - (plain - share * before)).abs() < 1e-6, "{}", tensor.name);
                }
            }
        }
    }
}

#[test]
fn what_does_not_go_together_is_refused_with_the_reason() {
    let refused = |specification: Specification, options, shape: &[usize]| {
        let mut model = Model::new(specification, Initialization::Glorot, 0).unwrap();
        model.about.sample_shape = shape.to_vec();
        let trainer = Trainer::of_model(model, options);
        let outcome = trainer.and_then(|mut trainer| trainer.fit(&samples(100)));
        match outcome {
            Err(error @ TrainingError::Combination { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let dropout = options().with_dropout(0.5);
    let shift = options().with_shift(1);
    let shape = &[ROWS, COLUMNS];
    let one_layer = Specification::new(40, [7]);
    assert!(refused(one_layer, dropout.clone(), shape).contains("no hidden layers beside the code"));
    assert!(
        refused(plain().contractive(0.1), dropout, shape).contains("the encoder without the dropped units")
    );
    assert!(refused(plain(), shift, &[40]).contains("only what has rows and columns can be shifted"));
    let far = options().with_shift(5);
    assert!(refused(plain(), far, shape).contains("nothing would be left"));
    let warm = options().with_penalty_warmup_epochs(1.0);
    assert!(refused(plain(), warm, shape).contains("nothing to warm up"));

    let frozen = options().with_frozen(LayerSet::from_iter([0]));
    assert!(refused(normalized(), frozen, shape).contains("would still change with the batches"));

    let impossible = |options: TrainingOptions| options.check().unwrap_err().to_string();
    assert!(impossible(options().with_dropout(1.0)).starts_with("dropout: "));
    let noise = |noise| impossible(options().with_noise(noise));
    assert!(noise(Noise::Masking { share: 0.0 }).starts_with("share of the noise: "));
    assert!(noise(Noise::Gaussian { deviation: f32::INFINITY }).starts_with("deviation of the noise: "));
}
