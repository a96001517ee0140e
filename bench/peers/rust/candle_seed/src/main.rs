//! The seed task in candle, on the processor.
#![forbid(unsafe_code)]

use std::error::Error;
use std::time::Instant;

use candle_core::{DType, Device, Module, Result, Tensor};
use candle_nn::{
    AdamW, Init, Linear, Optimizer, ParamsAdamW, Sequential, VarBuilder, VarMap, loss, ops, seq,
};
use seed_task::{Arguments, PIXELS, load, report, shuffled, with_version};

fn autoencoder(widths: &[usize], variables: &VarBuilder) -> Result<Sequential> {
    let mut net = seq();
    for (number, pair) in widths.windows(2).enumerate() {
        let (inputs, outputs, variables) = (pair[0], pair[1], variables.pp(number));
        let bound = (6.0 / (inputs + outputs) as f64).sqrt();
        let glorot = Init::Uniform { lo: -bound, up: bound };
        let weight = variables.get_with_hints((outputs, inputs), "weight", glorot)?;
        let bias = variables.get_with_hints(outputs, "bias", Init::Const(0.0))?;
        net = net.add(Linear::new(weight, Some(bias))).add_fn(ops::sigmoid);
    }
    Ok(net)
}

fn tensor(images: Vec<f32>) -> Result<Tensor> {
    let count = images.len() / PIXELS;
    Tensor::from_vec(images, (count, PIXELS), &Device::Cpu)
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let arguments = Arguments::read()?;
    let (train, test) = load(&arguments.data)?;
    let (train, test) = (tensor(train)?, tensor(test)?);

    let variables = VarMap::new();
    let net = autoencoder(&arguments.widths, &VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu))?;
    // Adam is AdamW without its weight decay.
    let adam = ParamsAdamW { lr: arguments.lr, weight_decay: 0.0, ..ParamsAdamW::default() };
    let mut adam = AdamW::new(variables.all_vars(), adam)?;
    let (mut epoch_seconds, mut train_mse) = (Vec::new(), Vec::new());
    for epoch in 0..arguments.epochs {
        let epoch_start = Instant::now();
        let order = shuffled(train.dim(0)?, arguments.seed, epoch);
        let batches = order.chunks_exact(arguments.batch);
        let (steps, mut total) = (batches.len(), 0.0);
        for batch in batches {
            let x = train.index_select(&Tensor::new(batch, &Device::Cpu)?, 0)?;
            let loss = loss::mse(&net.forward(&x)?, &x)?;
            adam.backward_step(&loss)?;
            total += f64::from(loss.to_scalar::<f32>()?);
        }
        train_mse.push(total / steps as f64);
        epoch_seconds.push(epoch_start.elapsed().as_secs_f64());
    }
    let test_mse = f64::from(loss::mse(&net.forward(&test)?, &test)?.to_scalar::<f32>()?);
    report(with_version("candle-core"), &arguments, start, &epoch_seconds, &train_mse, test_mse);
    Ok(())
}
