//! The seed task in burn, on its pure-Rust `flex` backend.
#![forbid(unsafe_code)]

use std::time::Instant;

use burn::module::{Initializer, Param};
use burn::nn::Linear;
use burn::nn::loss::{MseLoss, Reduction};
use burn::optim::{AdamConfig, GradientsParams};
use burn::prelude::*;
use burn::tensor::activation::sigmoid;
use seed_task::{Arguments, PIXELS, load, report, shuffled, with_version};

#[derive(Module, Debug)]
struct Autoencoder {
    layers: Vec<Linear>,
}

impl Autoencoder {
    fn new(widths: &[usize], device: &Device) -> Self {
        let layer = |pair: &[usize]| {
            let (inputs, outputs) = (pair[0], pair[1]);
            let glorot = Initializer::XavierUniform { gain: 1.0 };
            let weight: Param<Tensor<2>> =
                glorot.init_with([inputs, outputs], Some(inputs), Some(outputs), device);
            Linear { weight, bias: Some(Initializer::Zeros.init([outputs], device)) }
        };
        Self { layers: widths.windows(2).map(layer).collect() }
    }

    fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        self.layers.iter().fold(images, |x, layer| sigmoid(layer.forward(x)))
    }

    fn loss(&self, images: Tensor<2>) -> Tensor<1> {
        MseLoss::new().forward(self.forward(images.clone()), images, Reduction::Mean)
    }
}

fn tensor(images: Vec<f32>, device: &Device) -> Tensor<2> {
    let count = images.len() / PIXELS;
    Tensor::from_data(TensorData::new(images, [count, PIXELS]), device)
}

fn main() -> std::io::Result<()> {
    let start = Instant::now();
    let arguments = Arguments::read()?;
    let device = Device::flex().autodiff();
    device.seed(arguments.seed);
    let (train, test) = load(&arguments.data)?;
    let (train, test) = (tensor(train, &device), tensor(test, &device.clone().without_autodiff()));
    let count = train.dims()[0];

    let mut net = Autoencoder::new(&arguments.widths, &device);
    let mut adam = AdamConfig::new().with_epsilon(1e-8).init();
    let (mut epoch_seconds, mut train_mse) = (Vec::new(), Vec::new());
    for epoch in 0..arguments.epochs {
        let epoch_start = Instant::now();
        let order = shuffled(count, arguments.seed, epoch);
        let batches = order.chunks_exact(arguments.batch);
        let (steps, mut total) = (batches.len(), 0.0);
        for batch in batches {
            let indices =
                Tensor::<1, Int>::from_data(TensorData::new(batch.to_vec(), [batch.len()]), &device);
            let loss = net.loss(train.clone().select(0, indices));
            total += f64::from(loss.clone().into_scalar::<f32>());
            let gradients = GradientsParams::from_grads(loss.backward(), &net);
            net = adam.step(arguments.lr, net, gradients);
        }
        train_mse.push(total / steps as f64);
        epoch_seconds.push(epoch_start.elapsed().as_secs_f64());
    }
    let test_mse = f64::from(net.valid().loss(test).into_scalar::<f32>());
    report(with_version("burn") + " (flex)", &arguments, start, &epoch_seconds, &train_mse, test_mse);
    Ok(())
}
