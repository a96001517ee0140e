//! New samples: codes drawn from fitted distributions, in model files and on any number of threads.

use autoencoder::{
    Activation, FileError, FileHead, Inference, Initialization, Model, Purpose, Sampler, SamplerError,
    SamplerKind, Samples, Scaling, Specification, Stream, Values,
};
use ndarray::{Array2, ArrayView2, Axis, s};

use crate::support::with_threads;

/// Rows of four numbers in three groups far from each other.
fn samples(count: usize) -> Samples {
    let mut stream = Stream::new(3, Purpose::Generation, [0, 0]);
    let rows = Array2::from_shape_fn((count, 4), |(row, column)| {
        [[0.0, 4.0, 0.0, -3.0], [5.0, 0.0, -4.0, 0.0], [-5.0, -5.0, 3.0, 3.0]][row % 3][column]
            + 0.2 * stream.normal()
    });
    Samples::new(Values::Floats(rows), Scaling::None).unwrap()
}

fn model(specification: Specification) -> Model {
    Model::new(specification, Initialization::Glorot, 1).unwrap()
}

/// A model whose code is a projection of the sample.
fn linear() -> Model {
    model(Specification::new(4, [3]).with_code_activation(Activation::Linear))
}

fn fit(model: &Model, kind: SamplerKind, components: usize, samples: &Samples) -> Sampler {
    Sampler::fit(&Inference::new(model), kind, components, samples, 5).unwrap()
}

fn moments(codes: ArrayView2<'_, f32>) -> (Vec<f64>, Array2<f64>) {
    let codes = codes.mapv(f64::from);
    let mean = codes.mean_axis(Axis(0)).unwrap();
    let centred = &codes - &mean;
    (mean.to_vec(), centred.t().dot(&centred) / codes.nrows() as f64)
}

#[test]
fn drawn_codes_have_the_moments_of_the_codes_of_the_samples() {
    let (model, samples) = (linear(), samples(3000));
    let inference = Inference::new(&model);
    let (mean, covariance) = moments(inference.encode(&samples).unwrap().view());
    for (kind, components) in [(SamplerKind::Gaussian, 1), (SamplerKind::Mixture, 3)] {
        let sampler = fit(&model, kind, components, &samples);
        let counts = (sampler.components(), sampler.rank(), sampler.samples());
        assert_eq!(counts, (components, 3, 3000));
        let drawn = inference.draw_codes(&sampler, 0..20_000, 1.0, 9);
        let (found, found_covariance) = moments(drawn.view());
        let largest = covariance.iter().copied().fold(0.0, f64::max);
        // About five standard errors of a mean and of a covariance of 20,000 codes.
        for (found, mean) in found.iter().zip(&mean) {
            assert!((found - mean).abs() < 5.0 * (largest / 20_000.0).sqrt(), "{kind:?}: {found} {mean}");
        }
        for (found, expected) in found_covariance.iter().zip(&covariance) {
            assert!((found - expected).abs() < 0.05 * largest, "{kind:?}: {found} {expected}");
        }
    }
}

/// The greatest distance of a drawn code from the nearest code of a sample.
fn farthest(model: &Model, sampler: &Sampler, samples: &Samples, temperature: f64) -> f64 {
    let inference = Inference::new(model);
    let codes = inference.encode(samples).unwrap().mapv(f64::from);
    let drawn = inference.draw_codes(sampler, 0..2000, temperature, 1).mapv(f64::from);
    let nearest = autoencoder::Neighbours::new(codes).nearest(drawn.view(), 1);
    nearest.iter().map(|found| found[0].distance).fold(0.0, f64::max)
}

#[test]
fn a_mixture_draws_from_groups_and_a_gaussian_between_them() {
    let (model, samples) = (linear(), samples(900));
    let mixture = fit(&model, SamplerKind::Mixture, 3, &samples);
    assert!(farthest(&model, &mixture, &samples, 1.0) < 0.8);
    assert!(farthest(&model, &mixture, &samples, 0.0) < 0.2, "the middles of the groups");
    let gaussian = fit(&model, SamplerKind::Gaussian, 1, &samples);
    assert!(farthest(&model, &gaussian, &samples, 1.0) > 2.0);
    assert!(farthest(&model, &gaussian, &samples, 0.0) > 1.0, "the middle of all");
}

#[test]
fn more_codes_begin_with_the_same_ones_on_any_number_of_threads() {
    for specification in [
        Specification::new(4, [5, 3]),
        Specification::new(4, [5, 3]).variational(1.0),
        Specification::new(4, [40]).with_top_k(7),
    ] {
        let model = model(specification);
        let drawn = |threads: usize, range: std::ops::Range<usize>| {
            with_threads(threads, || {
                let inference = Inference::new(&model);
                let sampler = Sampler::fit(&inference, SamplerKind::Mixture, 2, &samples(300), 5).unwrap();
                (
                    inference.generate(&sampler, range.clone(), 0.8, 2),
                    inference.draw_codes(&sampler, range, 0.8, 2),
                )
            })
        };
        let (all, codes) = drawn(1, 0..50);
        assert_eq!(drawn(3, 0..50), (all.clone(), codes.clone()));
        let part = drawn(2, 20..33);
        assert_eq!(part, (all.slice(s![20..33, ..]).to_owned(), codes.slice(s![20..33, ..]).to_owned()));
        assert_eq!(Inference::new(&model).decode(codes.view()).unwrap(), all);
    }
}

#[test]
fn drawn_codes_are_some_that_the_encoder_can_give() {
    let samples = samples(300);
    for (activation, top_k) in [
        (Activation::Sigmoid, None),
        (Activation::Relu, None),
        (Activation::Tanh, Some(2)),
        (Activation::Linear, Some(1)),
    ] {
        let specification = Specification::new(4, [6]).with_code_activation(activation).with_top_k(top_k);
        let model = model(specification);
        let sampler = fit(&model, SamplerKind::Gaussian, 1, &samples);
        let codes = Inference::new(&model).draw_codes(&sampler, 0..500, 3.0, 0);
        let (low, high) = activation.range();
        assert!(codes.iter().all(|&number| (low..=high).contains(&number)), "{activation:?}");
        let most =
            codes.rows().into_iter().map(|code| code.iter().filter(|&&number| number != 0.0).count()).max();
        assert!(most <= Some(top_k.unwrap_or(6)), "{activation:?}: {most:?}");
        // At three times the usual distance, some numbers were outside.
        assert!(
            activation == Activation::Linear
                || codes
                    .iter()
                    .any(|&number| (number - low.max(0.0)).abs() < 1e-9 || (number - high).abs() < 1e-9)
        );
    }
}

#[test]
fn a_variational_model_is_fitted_to_codes_as_its_decoder_saw_them() {
    let model = model(Specification::new(4, [2]).variational(1.0));
    let inference = Inference::new(&model);
    let samples = samples(4000);
    let (_, means) = moments(inference.encode(&samples).unwrap().view());
    let sampler = Sampler::fit(&inference, SamplerKind::Gaussian, 1, &samples, 0).unwrap();
    let (_, drawn) = moments(inference.draw_codes(&sampler, 0..20_000, 1.0, 0).view());
    let logs = {
        let parameters = model.parameters();
        let rows = samples.scaled(0..samples.len());
        rows.dot(&parameters.weight(1).t()) + parameters.bias(1)
    };
    for unit in 0..2 {
        let own = logs.column(unit).iter().map(|&log| f64::from(log).exp()).sum::<f64>() / 4000.0;
        let expected = means[(unit, unit)] + own;
        assert!((drawn[(unit, unit)] / expected - 1.0).abs() < 0.1, "{} {expected}", drawn[(unit, unit)]);
        assert!(own > 0.25 * means[(unit, unit)], "the deviations matter: {own}");
    }
}

#[test]
fn the_prior_needs_a_variational_model_and_huge_codes_have_no_covariance() {
    let samples = samples(30);
    let model = linear();
    let refused = Sampler::fit(&Inference::new(&model), SamplerKind::Prior, 1, &samples, 0);
    assert_eq!(refused, Err(SamplerError::NotVariational));
    let variational = self::model(Specification::new(4, [3]).variational(1.0));
    let prior = Sampler::fit(&Inference::new(&variational), SamplerKind::Prior, 1, &samples, 0);
    assert_eq!(prior, Ok(Sampler::PRIOR));
    // The sum of such numbers is infinite.
    let weights = model.parameters().weight(0).row(0).to_owned();
    let rows = Array2::from_shape_fn((8, 4), |(_, column)| 3.4e38 * weights[column].signum());
    assert!(weights.iter().map(|weight| weight.abs()).sum::<f32>() > 1.1, "{weights}");
    let huge = Samples::new(Values::Floats(rows), Scaling::None).unwrap();
    let sampler = Sampler::fit(&Inference::new(&model), SamplerKind::Gaussian, 1, &huge, 0);
    assert_eq!(sampler, Err(SamplerError::NotFinite));
    // Samples that are all alike have codes that are all alike.
    let same = Samples::new(Values::Floats(Array2::ones((9, 4))), Scaling::None).unwrap();
    let inference = Inference::new(&model);
    for (kind, samples) in [
        (SamplerKind::Gaussian, &same),
        (SamplerKind::Mixture, &same),
        (SamplerKind::Mixture, &same.clone().truncated(1)),
    ] {
        let sampler = Sampler::fit(&inference, kind, 4, samples, 0).unwrap();
        let [drawn, code] = [
            inference.draw_codes(&sampler, 0..3, 1.0, 0),
            inference.encode(&same.clone().truncated(1)).unwrap(),
        ];
        assert!(
            drawn
                .rows()
                .into_iter()
                .all(|drawn| (&drawn - &code.row(0)).iter().all(|left| left.abs() < 1e-2)),
            "{drawn}"
        );
    }
}

#[test]
fn long_codes_keep_a_factor_of_low_rank_and_a_small_file() {
    let mut stream = Stream::new(1, Purpose::Generation, [1, 0]);
    let rows = Array2::from_shape_simple_fn((400, 200), || stream.uniform());
    let samples = Samples::new(Values::Floats(rows), Scaling::None).unwrap();
    let mut model = model(Specification::new(200, [100]));
    let plain = model.to_bytes().len();
    for (kind, components, rank) in
        [(SamplerKind::Gaussian, 1, 38), (SamplerKind::Mixture, 4, 8), (SamplerKind::Mixture, 60, 0)]
    {
        let sampler = fit(&model, kind, components, &samples);
        assert_eq!(sampler.rank(), rank, "{components}");
        let deviation = |codes: Array2<f32>| moments(codes.view()).1.diag().mapv(f64::sqrt);
        let inference = Inference::new(&model);
        let [found, expected] =
            [inference.draw_codes(&sampler, 0..4000, 1.0, 0), inference.encode(&samples).unwrap()]
                .map(deviation);
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found / expected - 1.0).abs() < 0.15, "{components}: {found} {expected}");
        }
        model.sampler = Some(sampler);
        let growth = model.to_bytes().len() - plain;
        assert!(components > 4 || growth < 45_000, "{components}: {growth} bytes");
    }
}

#[test]
fn a_sampler_is_kept_in_the_file_and_that_of_another_model_is_refused() {
    let mut model = linear();
    let samples = samples(300);
    for (kind, components) in [(SamplerKind::Gaussian, 1), (SamplerKind::Mixture, 3)] {
        model.sampler = Some(fit(&model, kind, components, &samples));
        let bytes = model.to_bytes();
        assert_eq!(Model::from_bytes(&bytes).unwrap(), model);
        assert_eq!(FileHead::of_file(&bytes).unwrap().sampler, model.sampler);
        assert_eq!(model.folded().sampler, model.sampler);
    }
    let mut other = self::model(Specification::new(4, [2]));
    other.sampler.clone_from(&model.sampler);
    let refused = Model::from_bytes(&other.to_bytes()).unwrap_err();
    assert!(
        matches!(refused, FileError::Contradiction { what: "component of the sampler", .. }),
        "{refused}"
    );
    other.sampler = Some(Sampler::PRIOR);
    let refused = Model::from_bytes(&other.to_bytes()).unwrap_err();
    assert!(matches!(refused, FileError::Contradiction { what: "sampler", .. }), "{refused}");
    let mut variational = self::model(Specification::new(4, [2]).variational(1.0));
    variational.sampler = Some(Sampler::PRIOR);
    assert_eq!(Model::from_bytes(&variational.to_bytes()).unwrap(), variational);
}
