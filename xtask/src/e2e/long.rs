//! Published numbers that take minutes to reach: longer training, the tutorial's own initialisation, its second network.

use serde_json::Value;

use super::checks::number;
use super::{Group, Stage};

pub(super) fn check(stage: &mut Stage) -> Group {
    let mse = last_validation_mse(stage, "--seed 0 --epochs 20 --learning-rate 0.003", "long-20")?;
    stage.checks.within("20 epochs at learning rate 0.003, validation MSE", mse, 0.0050, 0.0062);
    let mse = last_validation_mse(stage, "--seed 0 --init normal", "long-normal")?;
    stage.checks.within("--init normal, validation MSE after 5 epochs", mse, 0.050, 0.058);
    for seed in 0..3 {
        let words = format!("--preset tutorial-2d --epochs 10 --seed {seed}");
        let mse = last_validation_mse(stage, &words, &format!("long-2d-{seed}"))?;
        let name = format!("tutorial-2d, seed {seed}, validation MSE after 10 epochs");
        stage.checks.within(&name, mse, 0.0, 0.044);
    }
    Ok(())
}

fn last_validation_mse(stage: &Stage, words: &str, out: &str) -> Result<f64, super::Stopped> {
    let (report, run) = stage.json(stage.train_arguments(words, out))?;
    println!("note  {words}: {:.1} s as a whole", run.seconds);
    let last = report.pointer("/epochs").and_then(Value::as_array).and_then(|epochs| epochs.last());
    Ok(last.map_or(f64::NAN, |epoch| number(epoch, "/validation_mse")))
}
