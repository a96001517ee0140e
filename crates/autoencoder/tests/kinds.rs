//! Every kind of autoencoder: the same bits on any number of threads, exact resume, and what makes it its kind.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

use std::ops::ControlFlow;

use autoencoder::{
    Activation, Architecture, Initialization, LayerSet, Loss, Model, Noise, Normalization, Observer,
    Optimizer, Precision, Samples, Scaling, Specification, StepReport, Trainer, TrainingError,
    TrainingOptions, Values, pretrain,
};
use ndarray::{Array2, ArrayView1};

const ROWS: usize = 5;
const COLUMNS: usize = 8;

/// Pictures of 5 x 8 pixels: a bright bar on black, at one of many places and angles.
fn samples(count: usize) -> Samples {
    let images = Array2::from_shape_fn((count, ROWS * COLUMNS), |(image, pixel)| {
        let (row, column) = ((pixel / COLUMNS) as f32, (pixel % COLUMNS) as f32);
        let (angle, place) = (image as f32 * 0.618, (image as f32 * 0.414).fract() * 3.0 - 1.5);
        let distance = (row - 2.0) * angle.cos() + (column - 3.5) * angle.sin() - place;
        (255.0 * (1.0 - distance.abs()).max(0.0)) as u8
    });
    Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap()
}

fn plain() -> Specification {
    Specification::new(ROWS * COLUMNS, [33, 7]).activation(Activation::Tanh)
}

fn normalized() -> Specification {
    plain().normalization(Normalization::Batch)
}

fn options() -> TrainingOptions {
    TrainingOptions {
        epochs: 3,
        batch_size: 100,
        learning_rate: 0.005,
        seed: 5,
        ..TrainingOptions::default()
    }
}

/// Every kind, and some together.
fn kinds() -> Vec<(&'static str, Specification, TrainingOptions)> {
    let noise = |noise| TrainingOptions { noise: Some(noise), ..options() };
    let dropout = TrainingOptions { dropout: 0.3, ..options() };
    let all = TrainingOptions { shift: 1, accumulate: 2, ..noise(Noise::Masking { share: 0.3 }) };
    let warm = TrainingOptions { penalty_warmup_epochs: 1.5, ..options() };
    let clip = TrainingOptions { clip_norm: Some(0.01), ..options() };
    vec![
        ("tied", plain().tied(), TrainingOptions { weight_decay: 0.1, ..options() }),
        ("sparse", plain().sparse(0.1, 0.05), options()),
        ("L1", plain().sparse_l1(0.01), options()),
        ("contractive", plain().contractive(0.02), options()),
        ("contractive of one layer", Specification::new(ROWS * COLUMNS, [35]).contractive(0.02), clip),
        ("contractive of three", Specification::new(ROWS * COLUMNS, [33, 9, 4]).contractive(0.02), warm),
        ("masking", plain(), noise(Noise::Masking { share: 0.3 })),
        ("Gaussian noise", plain(), noise(Noise::Gaussian { deviation: 0.2 })),
        ("salt and pepper", plain(), noise(Noise::SaltAndPepper { share: 0.2 })),
        ("dropout", plain().activation(Activation::Gelu), dropout),
        ("shifted", plain(), TrainingOptions { shift: 2, ..options() }),
        ("normalised", normalized(), options()),
        (
            "normalised, tied, sparse, dropout, in parts",
            normalized().tied().sparse(0.2, 0.01),
            TrainingOptions { accumulate: 2, optimizer: Optimizer::ADAMW, ..dropout },
        ),
        (
            "normalised, variational, shifted",
            normalized().activation(Activation::Gelu).variational(1.0),
            TrainingOptions { shift: 1, clip_norm: Some(10.0), ..options() },
        ),
        ("variational", plain().variational(1.0), options()),
        ("beta", plain().variational(4.0).loss(Loss::Gaussian { deviation: 0.3 }), warm),
        (
            "robust",
            plain().loss(Loss::Huber { delta: 0.1 }).tied(),
            noise(Noise::SaltAndPepper { share: 0.1 }),
        ),
        ("tied, sparse, masked, shifted, in parts", plain().tied().sparse(0.2, 0.01), all),
        ("variational, dropout, shifted", plain().variational(1.0), TrainingOptions { shift: 1, ..dropout }),
    ]
}

fn trainer(specification: &Specification, options: TrainingOptions) -> Trainer {
    let mut model = Model::new(specification.clone(), Initialization::Glorot, 4).unwrap();
    model.about.sample_shape = vec![ROWS, COLUMNS];
    Trainer::new(model, options).unwrap()
}

/// Those that this processor has the instructions for.
fn precisions() -> impl Iterator<Item = Precision> {
    Precision::ALL.into_iter().filter(|precision| precision.is_available())
}

fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let (train, test) = (samples(233), samples(50));
    for (name, specification, options) in kinds() {
        for precision in precisions() {
            let run = |threads| {
                with_threads(threads, || {
                    let mut trainer = trainer(&specification, TrainingOptions { precision, ..options });
                    trainer.run(&train, Some(&test), &mut ()).unwrap();
                    let evaluation = trainer.model().evaluate(&test);
                    (trainer.checkpoint(), evaluation, trainer.model().encode(&test))
                })
            };
            let one = run(1);
            for threads in [2, 3, 7] {
                assert!(run(threads) == one, "{name}, {precision}: {threads} threads differ from 1");
            }
        }
    }
}

/// Breaks off after so many steps in all.
struct BreakAfter(usize);

impl Observer for BreakAfter {
    fn step_done(&mut self, _: &StepReport, _: &Trainer) -> ControlFlow<()> {
        self.0 -= 1;
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn a_training_broken_off_goes_on_to_the_same_bytes() {
    let (train, test) = (samples(233), samples(50));
    for (name, specification, options) in kinds() {
        let mut whole = trainer(&specification, options);
        whole.run(&train, Some(&test), &mut ()).unwrap();
        for steps in [1, 4] {
            let mut first = trainer(&specification, options);
            first.run(&train, Some(&test), &mut BreakAfter(steps)).unwrap();
            let mut resumed = Trainer::resume(&first.checkpoint(), options.epochs).unwrap();
            with_threads(3, || resumed.run(&train, Some(&test), &mut ())).unwrap();
            assert!(resumed.checkpoint() == whole.checkpoint(), "{name}, broken off after {steps} steps");
        }
        let model = whole.into_model();
        assert!(Model::from_bytes(&model.to_bytes()).unwrap() == model, "{name}: as a file");
    }
}

#[test]
fn every_kind_learns_in_either_precision() {
    let (train, test) = (samples(500), samples(100));
    for (name, specification, options) in kinds() {
        let mut losses = Vec::new();
        for precision in precisions() {
            let options = TrainingOptions { epochs: 30, clip_norm: None, precision, ..options };
            let mut trainer = trainer(&specification, options);
            let before = trainer.model().evaluate(&test);
            trainer.run(&train, Some(&test), &mut ()).unwrap();
            let after = trainer.model().evaluate(&test);
            // A strong divergence leaves a beta-VAE's code little to say; its loss falls all the same.
            let falls = if name == "beta" { after.loss < before.loss } else { after.mse < 0.8 * before.mse };
            assert!(falls, "{name} {precision}: {before:?} {after:?}");
            losses.push(after.loss);
        }
        for loss in &losses {
            assert!((loss - losses[0]).abs() < 0.05 * losses[0].abs(), "{name}: {losses:?}");
        }
    }
}

fn trained(specification: &Specification, options: TrainingOptions) -> Trainer {
    let mut trainer = trainer(specification, TrainingOptions { epochs: 40, ..options });
    trainer.run(&samples(500), None, &mut ()).unwrap();
    trainer
}

#[test]
fn a_penalty_changes_the_code_as_it_says() {
    let activity = |specification| {
        let codes = trained(&specification, options()).model().encode(&samples(500));
        codes.mean().unwrap()
    };
    assert!((activity(plain().sparse(0.1, 0.1)) - 0.1).abs() < 0.05);
    assert!(activity(plain()) > 0.2);
    assert!(activity(plain().sparse_l1(0.02)) < 0.5 * activity(plain()));

    // How far the code moves when one pixel does.
    let moves = |specification| {
        let model = trained(&specification, options()).model();
        let Values::Bytes(mut images) = samples(100).values().clone() else { panic!("bytes") };
        let before = model.encode(&Samples::new(Values::Bytes(images.clone()), Scaling::Bytes).unwrap());
        images.column_mut(20).map_inplace(|pixel| *pixel ^= 0x40);
        let after = model.encode(&Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap());
        (after - before).mapv(|d| d * d).sum()
    };
    assert!(moves(plain().contractive(0.1)) < 0.5 * moves(plain()));
}

#[test]
fn a_denoising_model_restores_clean_samples_from_noisy_ones() {
    let noise = Noise::SaltAndPepper { share: 0.15 };
    let restored = |noise| {
        let options = TrainingOptions { noise, epochs: 200, ..options() };
        let mut trainer = trainer(&plain(), options);
        trainer.run(&samples(500), None, &mut ()).unwrap();
        let clean = samples(300);
        let Values::Bytes(mut images) = clean.values().clone() else { panic!("bytes") };
        for (place, pixel) in images.iter_mut().enumerate() {
            match place * 7919 % 100 {
                0..7 => *pixel = 0,
                7..14 => *pixel = 255,
                _ => {}
            }
        }
        let noisy = Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap();
        let errors = trainer.model().reconstruct(&noisy) - clean.scaled(0..clean.len());
        errors.mapv(|error| error * error).mean().unwrap()
    };
    let (denoising, plain) = (restored(Some(noise)), restored(None));
    assert!(denoising < 0.8 * plain, "{denoising}, a plain model {plain}");
}

#[test]
fn a_variational_model_says_what_its_loss_is_made_of() {
    let trainer = trained(&plain().variational(0.5), TrainingOptions { learning_rate: 0.02, ..options() });
    let report = trainer.history().last().unwrap();
    let (kl, reconstruction) = (report.train_terms.kl.unwrap(), report.train_terms.reconstruction.unwrap());
    assert!(kl > 0.1, "{report:?}");
    let sum = reconstruction + 0.5 * kl;
    assert!((sum - report.train_loss).abs() < 1e-9 * report.train_loss, "{report:?}");
    let evaluation = trainer.model().evaluate(&samples(500));
    let (kl, reconstruction) = (evaluation.terms.kl.unwrap(), evaluation.terms.reconstruction.unwrap());
    assert!((reconstruction + 0.5 * kl - evaluation.loss).abs() < 1e-9 * evaluation.loss);
    // Encoding, and restoring, leave nothing to chance.
    let model = trainer.model();
    let (samples, codes) = (samples(50), model.encode(&samples(50)));
    assert_eq!(codes.dim(), (50, 7));
    assert_eq!(model.decode(codes.view()), model.reconstruct(&samples));
}

#[test]
fn the_divergence_is_warmed_up() {
    let first_kl = |penalty_warmup_epochs| {
        let options = TrainingOptions { penalty_warmup_epochs, ..options() };
        trained(&plain().variational(1.0), options).history()[2].train_terms.kl.unwrap()
    };
    assert!(first_kl(20.0) > 1.5 * first_kl(0.0));
}

/// Three steps of plain descent as PyTorch 2.15 takes them (`torch.nn.BatchNorm1d` after `torch.nn.Linear`, the same numbers,
/// `reduction="mean"`): the losses, and what became of the first layer.
#[test]
fn a_normalised_model_is_trained_as_pytorch_trains_it() {
    let values = Array2::from_shape_fn((7, 4), |(row, column)| ((row * 4 + column) * 5 % 11) as f32 / 10.0);
    let samples = Samples::new(Values::Floats(values), Scaling::None).unwrap();
    let specification =
        Specification::new(4, [3, 2]).activation(Activation::Tanh).normalization(Normalization::Batch);
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let mut parameters = model.parameters().clone();
    for tensor in parameters.tensors().to_vec() {
        for (index, value) in parameters.get_mut(&tensor.name).unwrap().iter_mut().enumerate() {
            *value = match tensor.name.rsplit('.').next().unwrap() {
                "weight" => ((index * 7 + 3) % 13) as f32 / 13.0 - 0.5,
                "scale" => 1.0 + index as f32 / 10.0,
                "variance" => 1.0,
                "bias" => index as f32 / 20.0,
                _ => 0.0,
            };
        }
    }
    let options = TrainingOptions {
        epochs: 3,
        batch_size: 7,
        learning_rate: 0.5,
        optimizer: Optimizer::Sgd,
        shuffle: false,
        ..TrainingOptions::default()
    };
    let mut trainer = Trainer::new(model.with_parameters(parameters), options).unwrap();
    trainer.run(&samples, None, &mut ()).unwrap();
    for (report, expected) in trainer.history().iter().zip(TORCH_LOSSES) {
        assert!((report.train_loss - expected).abs() < 1e-6 * expected, "{}", report.train_loss);
    }
    let model = trainer.into_model();
    for (name, expected) in TORCH_LAYER {
        for (found, expected) in model.parameters().get(name).unwrap().iter().zip(expected) {
            assert!((found - expected).abs() < 2e-6, "{name}: {found}, expected {expected}");
        }
    }
    let mse = model.evaluate(&samples).mse;
    assert!((mse - TORCH_EVALUATED).abs() < 1e-6 * TORCH_EVALUATED, "{mse}");
}

const TORCH_LOSSES: [f64; 3] = [0.128_001_139, 0.122_555_897, 0.101_385_251];
const TORCH_EVALUATED: f64 = 0.103_718_877;
const TORCH_LAYER: [(&str, &[f32]); 5] = [
    (
        "encoder.0.weight",
        &[
            -0.269_491_4,
            0.266_552,
            -0.200_744,
            0.343_475_1,
            -0.033_880_3,
            0.354_490_2,
            0.077_607_3,
            -0.568_586_7,
            0.027_052_4,
            -0.426_373_1,
            0.097_141_4,
            -0.349_450_1,
        ],
    ),
    ("encoder.0.bias", &[-0.000_650_1, 0.047_733_9, 0.101_647_8]),
    ("encoder.0.scale", &[1.008_939_6, 1.099_105_6, 1.192_409_6]),
    ("encoder.0.mean", &[0.013_314_2, -0.019_215_3, -0.078_889_1]),
    ("encoder.0.variance", &[0.752_793_3, 0.729_590_2, 0.748_039_9]),
];

#[test]
fn a_folded_model_is_the_same_function_without_normalisation() {
    for specification in [normalized(), normalized().tied(), normalized().variational(1.0)] {
        let model = trained(&specification, options()).into_model();
        let plain = model.folded();
        let same = plain.architecture().layers().iter().zip(model.architecture().layers());
        for (plain, normalized) in same {
            assert!(!plain.normalized && plain.tied_to.is_none(), "{}", plain.name);
            assert_eq!((&plain.name, plain.activation), (&normalized.name, normalized.activation));
        }
        assert!(plain.folded() == plain);
        // Inference folds every model: the formula, by hand, is what both are held against.
        let samples = samples(50);
        let mut x = samples.scaled(0..50);
        for (index, layer) in model.architecture().layers().iter().enumerate() {
            if layer.name == "encoder.logvar" {
                continue;
            }
            let weight = match layer.tied_to {
                Some(other) => model.parameters().weight(other).reversed_axes(),
                None => model.parameters().weight(index),
            };
            let vector =
                |kind: &str| model.parameters().get(&format!("{}.{kind}", layer.name)).map(ArrayView1::from);
            x = x.dot(&weight.t());
            if let (Some(scale), Some(mean), Some(variance)) =
                (vector("scale"), vector("mean"), vector("variance"))
            {
                x = (x - mean) / variance.mapv(|variance| (variance + 1e-5).sqrt()) * scale;
            }
            x = x + vector("bias").unwrap();
            x.mapv_inplace(|z| match layer.activation {
                Activation::Tanh => z.tanh(),
                Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
                _ => z,
            });
        }
        for (found, expected) in plain.reconstruct(&samples).iter().zip(&x) {
            assert!((found - expected).abs() < 1e-5, "{found}, expected {expected}");
        }
        assert_eq!(plain.reconstruct(&samples), model.reconstruct(&samples));
    }
    // Statistics that were followed are near those of the samples: the folded model does as well as the batches did.
    let trainer = trained(&normalized(), options());
    let (batches, followed) = (trainer.history()[39].train_mse, trainer.model().evaluate(&samples(500)).mse);
    assert!((followed - batches).abs() < 0.2 * batches, "{followed}, in batches {batches}");
}

/// Of one sample there is no variance: its sums are their mean, and statistics do not follow it.
#[test]
fn a_batch_of_one_sample_is_no_accident() {
    let options = TrainingOptions { batch_size: 50, ..options() };
    let mut trainer = trainer(&normalized(), options);
    trainer.run(&samples(51), None, &mut ()).unwrap();
    assert!(trainer.model().parameters().as_slice().iter().all(|value| value.is_finite()));
}

#[test]
fn tied_weights_stay_tied() {
    let model = trained(&plain().tied(), options()).model();
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
    for (found, logit) in model.decode(codes.view()).iter().zip(logits) {
        assert!((found - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-5);
    }
}

#[test]
fn chance_is_a_function_of_the_seed() {
    let run = |seed| {
        let options =
            TrainingOptions { seed, shuffle: false, noise: Some(Noise::Masking { share: 0.5 }), ..options() };
        trained(&plain(), options).model().parameters().clone()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn what_does_not_go_together_is_refused_with_the_reason() {
    let refused = |specification: Specification, options, shape: &[usize]| {
        let mut model = Model::new(specification, Initialization::Glorot, 0).unwrap();
        model.about.sample_shape = shape.to_vec();
        let trainer = Trainer::new(model, options);
        let outcome = trainer.and_then(|mut trainer| trainer.run(&samples(100), None, &mut ()));
        match outcome {
            Err(error @ TrainingError::Combination { .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let dropout = TrainingOptions { dropout: 0.5, ..options() };
    let shift = TrainingOptions { shift: 1, ..options() };
    let shape = &[ROWS, COLUMNS];
    let one_layer = Specification::new(40, [7]);
    assert!(refused(one_layer, dropout, shape).contains("no hidden layers beside the code"));
    assert!(refused(plain().contractive(0.1), dropout, shape).contains("what is left of the encoder"));
    assert!(refused(plain(), shift, &[40]).contains("only what has rows and columns can be shifted"));
    let far = TrainingOptions { shift: 5, ..options() };
    assert!(refused(plain(), far, shape).contains("nothing would be left"));
    let warm = TrainingOptions { penalty_warmup_epochs: 1.0, ..options() };
    assert!(refused(plain(), warm, shape).contains("nothing to warm up"));

    let frozen = TrainingOptions { frozen: LayerSet::from_iter([0]), ..options() };
    assert!(refused(normalized(), frozen, shape).contains("would still change with the batches"));

    let impossible = |options: TrainingOptions| options.check().unwrap_err().to_string();
    assert!(impossible(TrainingOptions { dropout: 1.0, ..options() }).starts_with("dropout: "));
    let noise = |noise| impossible(TrainingOptions { noise: Some(noise), ..options() });
    assert!(noise(Noise::Masking { share: 0.0 }).starts_with("share of the noise: "));
    assert!(noise(Noise::Gaussian { deviation: f32::INFINITY }).starts_with("deviation of the noise: "));
}

#[test]
fn frozen_layers_stay_as_they_are_and_the_others_learn() {
    for specification in [plain(), plain().tied(), plain().variational(1.0)] {
        for (names, clip_norm) in
            [(&["encoder.0"][..], None), (&["encoder"], Some(0.1)), (&["decoder"], None)]
        {
            let architecture = Architecture::new(specification.clone()).unwrap();
            let sets = names.iter().map(|name| LayerSet::named(&architecture, name).unwrap());
            let frozen = sets.fold(LayerSet::NONE, LayerSet::and);
            let options = TrainingOptions { frozen, clip_norm, optimizer: Optimizer::ADAMW, ..options() };
            let before = trainer(&specification, options).model();
            let after = trained(&specification, options).model();
            for tensor in before.parameters().tensors() {
                let same = before.parameters().get(&tensor.name).unwrap()
                    == after.parameters().get(&tensor.name).unwrap();
                let is_frozen = names.iter().any(|name| tensor.name.starts_with(&format!("{name}.")));
                assert_eq!(same, is_frozen, "{} with {names:?} frozen", tensor.name);
            }
        }
    }
    let all = TrainingOptions { frozen: (0..4).collect(), ..options() };
    let model = Model::new(plain(), Initialization::Glorot, 0).unwrap();
    assert!(Trainer::new(model, all).unwrap_err().to_string().contains("nothing is left to train"));
}

/// Where a gradient moves nothing, as plain descent at a rate of nothing but the decay.
#[test]
fn weight_decay_shrinks_weights_and_no_biases() {
    for clip_norm in [None, Some(1e-30)] {
        for optimizer in [Optimizer::Sgd, Optimizer::ADAM] {
            let decay =
                TrainingOptions { weight_decay: 2.0, optimizer, clip_norm, learning_rate: 0.01, ..options() };
            let none = TrainingOptions { weight_decay: 0.0, ..decay };
            let step = |options| {
                let mut trainer =
                    trainer(&plain().tied(), TrainingOptions { epochs: 1, batch_size: 500, ..options });
                trainer.run(&samples(500), None, &mut ()).unwrap();
                trainer.into_model()
            };
            let (before, plain, decayed) = (trainer(&plain().tied(), decay).model(), step(none), step(decay));
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

/// What is trained above frozen layers is trained as if all were: only what nothing reads is left out.
#[test]
fn freezing_changes_no_other_gradient() {
    let free = trainer(&plain(), options()).gradients(&samples(50)).unwrap();
    let frozen = TrainingOptions { frozen: LayerSet::from_iter([0, 1]), ..options() };
    let some = trainer(&plain(), frozen).gradients(&samples(50)).unwrap();
    for tensor in free.tensors() {
        let (free, some) = (free.get(&tensor.name).unwrap(), some.get(&tensor.name).unwrap());
        if tensor.name.starts_with("encoder.") {
            assert!(some.iter().all(|&gradient| gradient == 0.0));
        } else {
            assert_eq!(free, some, "{}", tensor.name);
        }
    }
}

/// Two stacks that plain training cannot move: sigmoid layers far from their data.
#[test]
fn pretraining_brings_a_deep_stack_closer_layer_by_layer() {
    for specification in [
        Specification::new(ROWS * COLUMNS, [30, 20, 10, 5]),
        Specification::new(ROWS * COLUMNS, [30, 20, 10, 5]).tied().sparse(0.2, 0.01),
    ] {
        let options =
            TrainingOptions { epochs: 40, shift: 1, noise: Some(Noise::Masking { share: 0.1 }), ..options() };
        let start = trainer(&specification, options).model();
        let run = |threads| {
            let mut layers = Vec::new();
            let pretrained = with_threads(threads, || {
                pretrain(start.clone(), &options, &samples(500), |layer| {
                    layers.push(layer);
                    Box::new(())
                })
            });
            assert_eq!(layers, [0, 1, 2, 3]);
            pretrained.unwrap()
        };
        let pretrained = run(1);
        assert!(run(3) == pretrained);
        let mse = |model: &Model| model.evaluate(&samples(500)).mse;
        assert!(mse(&pretrained) < 0.9 * mse(&start), "{} {}", mse(&pretrained), mse(&start));
        let goes_on = |model| {
            let mut trainer = Trainer::new(model, TrainingOptions { epochs: 10, ..self::options() }).unwrap();
            trainer.run(&samples(500), None, &mut ()).unwrap();
            mse(&trainer.into_model())
        };
        let (with, without) = (goes_on(pretrained), goes_on(start));
        assert!(with < without, "{with}, without pretraining {without}");
    }
    let refuse = |specification| {
        let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
        pretrain(model, &options(), &samples(20), |_| Box::new(())).unwrap_err().to_string()
    };
    assert!(refuse(plain().variational(1.0)).contains("pretraining does not go with a variational model"));
    assert!(refuse(normalized()).contains("pretraining does not go with batch normalisation"));
    assert!(refuse(Specification::new(40, [5])).contains("that layer is the whole model"));
}
