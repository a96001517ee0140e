//! Exchange: several trainers that share every batch end with the same model as one trainer alone.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use autoencoder::{
    Activation, Exchange, Initialization, Model, Noise, Normalization, Optimizer, Precision, Samples,
    Scaling, Specification, Trainer, TrainingOptions, Values,
};
use ndarray::Array2;

/// The data that the trainers of one process share: a place for each trainer's numbers, and a barrier.
#[derive(Debug)]
struct Table {
    numbers: Mutex<Vec<Vec<f64>>>,
    barrier: Barrier,
}

/// The exchange of one trainer of the process.
#[derive(Debug)]
struct Seat {
    rank: usize,
    table: Arc<Table>,
}

impl Exchange for Seat {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.table.numbers.lock().unwrap().len()
    }

    fn sum_f32(&self, numbers: &mut [f32]) {
        let mut wide: Vec<f64> = numbers.iter().copied().map(f64::from).collect();
        self.sum_f64(&mut wide);
        numbers.iter_mut().zip(wide).for_each(|(number, sum)| *number = sum as f32);
    }

    fn sum_f64(&self, numbers: &mut [f64]) {
        self.table.numbers.lock().unwrap()[self.rank] = numbers.to_vec();
        self.table.barrier.wait();
        for (place, number) in numbers.iter_mut().enumerate() {
            // The sum goes in the order of the ranks, the same for all trainers.
            *number = self.table.numbers.lock().unwrap().iter().map(|numbers| numbers[place]).sum();
        }
        self.table.barrier.wait();
    }
}

fn samples() -> Samples {
    let images = Array2::from_shape_fn((143, 20), |(row, column)| {
        ((row * 37 + column * 11 + row * column) % 251) as u8
    });
    Samples::new(Values::Bytes(images), Scaling::Bytes).unwrap()
}

fn begun(specification: &Specification, options: &TrainingOptions) -> Trainer {
    let model = Model::new(specification.clone(), Initialization::Glorot, 3).unwrap();
    Trainer::of_model(model, options.clone()).unwrap()
}

/// Trains `size` trainers that share every batch.
fn shared(specification: &Specification, options: &TrainingOptions, size: usize) -> Vec<Trainer> {
    let table = Arc::new(Table { numbers: Mutex::new(vec![Vec::new(); size]), barrier: Barrier::new(size) });
    let train = |rank| {
        let (trainer, table) = (begun(specification, options), Arc::clone(&table));
        thread::spawn(move || {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            let mut trainer = trainer.with_exchange(Arc::new(Seat { rank, table }));
            pool.install(|| trainer.fit(&samples())).unwrap();
            trainer
        })
    };
    let threads: Vec<_> = (0..size).map(train).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

/// The bound relative to the largest parameter, for sums in another order over 3 epochs of 4 steps.
const ROUNDING: f32 = 2e-4;

fn kinds() -> Vec<(&'static str, Specification, TrainingOptions)> {
    let plain = || Specification::new(20, [12, 5]).with_activation(Activation::Tanh);
    // The last batch has 23 rows. Steps of momentum are smooth: no small root enlarges rounding errors.
    let options = || {
        TrainingOptions::default()
            .with_epochs(3)
            .with_batch_size(40)
            .with_optimizer(Optimizer::MOMENTUM)
            .with_learning_rate(0.5)
    };
    vec![
        ("plain", plain(), options()),
        (
            "batches of two rows",
            plain(),
            options().with_batch_size(2).with_epochs(1).with_learning_rate(0.05),
        ),
        ("normalised", plain().with_normalization(Normalization::Batch), options()),
        ("sparse", plain().sparse(0.1, 0.5), options()),
        ("contractive", plain().contractive(0.1), options()),
        ("contractive of one layer", Specification::new(20, [5]).contractive(0.1), options()),
        ("variational", plain().variational(1.0), options().with_learning_rate(0.01)),
        (
            "noise, dropout, clipping, accumulation",
            plain(),
            options()
                .with_noise(Noise::Masking { share: 0.3 })
                .with_dropout(0.2)
                .with_clip_norm(0.05)
                .with_accumulate(2),
        ),
        ("Adam", plain(), options().with_optimizer(Optimizer::ADAM).with_learning_rate(0.01)),
    ]
}

#[test]
fn one_two_and_three_trainers_end_within_rounding_of_one_alone() {
    for (name, specification, options) in kinds() {
        let mut alone = begun(&specification, &options);
        alone.fit(&samples()).unwrap();
        let expected = alone.model();
        let largest =
            expected.parameters().as_slice().iter().fold(0.0f32, |most, value| most.max(value.abs()));
        for size in [1, 2, 3] {
            let trainers = shared(&specification, &options, size);
            let models: Vec<Model> = trainers.iter().map(Trainer::model).collect();
            assert!(models.iter().all(|model| *model == models[0]), "{name}: {size} trainers differ");
            let found = models[0].parameters().as_slice().iter();
            for (index, (found, expected)) in found.zip(expected.parameters().as_slice()).enumerate() {
                let error = (found - expected).abs();
                assert!(
                    error <= ROUNDING * largest,
                    "{name}, {size} trainers, [{index}]: {found}, {expected}"
                );
            }
            for (found, expected) in trainers[0].history().iter().zip(alone.history()) {
                let error = (found.train_loss - expected.train_loss).abs();
                assert!(error <= 1e-4 * expected.train_loss.abs(), "{name}: {found:?}, {expected:?}");
            }
        }
    }
}

/// This check shows that the test above fails for trainers that do not exchange their sums.
#[test]
fn trainers_that_do_not_sum_end_elsewhere() {
    #[derive(Debug)]
    struct Deaf(usize);
    impl Exchange for Deaf {
        fn rank(&self) -> usize {
            self.0
        }
        fn size(&self) -> usize {
            2
        }
        fn sum_f32(&self, _: &mut [f32]) {}
        fn sum_f64(&self, _: &mut [f64]) {}
    }
    let (_, specification, options) = kinds().swap_remove(0);
    let mut alone = begun(&specification, &options);
    alone.fit(&samples()).unwrap();
    let trained = |rank| {
        let mut trainer = begun(&specification, &options).with_exchange(Arc::new(Deaf(rank)));
        trainer.fit(&samples()).unwrap();
        trainer.model()
    };
    let (first, second) = (trained(0), trained(1));
    assert!(first.parameters() != second.parameters());
    let (found, expected) = (first.parameters().as_slice(), alone.model());
    let largest = expected.parameters().as_slice().iter().fold(0.0f32, |most, value| most.max(value.abs()));
    let errors = found.iter().zip(expected.parameters().as_slice()).map(|(a, b)| (a - b).abs());
    assert!(errors.fold(0.0, f32::max) > 10.0 * ROUNDING * largest);
}

/// Trainers exchange the same sums in bfloat16 as in f32.
#[test]
fn trainers_in_bfloat16_agree_with_each_other() {
    if !Precision::Bf16.is_available() {
        return;
    }
    let (_, specification, options) = kinds().swap_remove(2);
    let trainers = shared(&specification, &options.with_precision(Precision::Bf16), 3);
    assert!(trainers.iter().all(|trainer| trainer.model() == trainers[0].model()));
}
