//! The numbers that a training and an evaluation must reach, and the time and memory they may take.

use super::checks::number;
use super::{Group, Stage};

/// The run that later groups look at.
pub(super) const RUN: &str = "run";

/// Bounds of the error per pixel on MNIST's test split after the default five epochs; PyTorch ends between .0100 and .0107.
const FIVE_EPOCHS: (f64, f64) = (0.0088, 0.0116);

/// Baselines on MNIST's test split, fitted on its training split, exact to five decimals and one more.
const MEAN: f64 = 0.067_470;
const PCA_128: f64 = 0.004_205;
const PCA_30: f64 = 0.017_687;
const FIFTH_DECIMAL: f64 = 5e-6;

const EVALUATION_SECONDS: f64 = 3.0;
const TRAINING_BYTES: f64 = 400e6;
const HELP_SECONDS: f64 = 0.020;

pub(super) fn check(stage: &mut Stage) -> Group {
    help_is_quick(stage)?;
    default_training(stage)?;
    evaluation(stage)?;
    if stage.data.is_mnist() {
        evaluation_with_thirty_numbers(stage)?;
    }
    Ok(())
}

fn help_is_quick(stage: &mut Stage) -> Group {
    let mut best = f64::INFINITY;
    for _ in 0..10 {
        best = best.min(stage.succeed(["--help"])?.seconds);
    }
    stage.checks.within("--help, best of 10, seconds", best, 0.0, HELP_SECONDS);
    Ok(())
}

fn default_training(stage: &mut Stage) -> Group {
    let (report, run) = stage.json(stage.train_arguments("--seed 0", RUN))?;
    let epochs = report.pointer("/epochs").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
    stage.checks.equal("train, epochs reported", epochs, 5);
    let last = format!("/epochs/{}", epochs.saturating_sub(1));
    let validation = number(&report, &format!("{last}/validation_mse"));
    let train = number(&report, &format!("{last}/train_mse"));
    if stage.data.is_mnist() {
        let (low, high) = FIVE_EPOCHS;
        stage.checks.within("train, validation MSE after 5 epochs", validation, low, high);
    } else {
        stage.checks.that("train, validation MSE", validation.is_finite(), validation, "finite");
    }
    let first = number(&report, "/epochs/0/train_mse");
    stage.checks.that(
        "train, MSE falls from the first epoch to the last",
        train < first,
        train,
        format!("below {first}"),
    );
    match run.peak_memory {
        Some(bytes) => stage.checks.within("train, peak memory in bytes", bytes as f64, 0.0, TRAINING_BYTES),
        None => println!("left out: peak memory, which this system does not tell"),
    }
    println!("note  training took {:.1} s as a whole", run.seconds);
    Ok(())
}

fn evaluation(stage: &mut Stage) -> Group {
    let (report, run) = stage.json(stage.on_data("evaluate", &stage.path(RUN), ""))?;
    let mse = number(&report, "/mse");
    let mean = number(&report, "/baselines/mean/mse");
    let features = number(&report, "/features");
    stage.checks.that("evaluate, MSE", mse < mean, mse, format!("below the mean baseline's {mean}"));
    stage.checks.near(
        "evaluate, squared error is MSE times features",
        number(&report, "/squared_error"),
        mse * features,
        1e-4 * mse * features,
    );
    stage.checks.near("evaluate, PSNR in dB", number(&report, "/psnr_db"), -10.0 * mse.log10(), 1e-3);
    stage.checks.near("evaluate, features", features, 784.0, 0.0);
    stage.checks.near("evaluate, code", number(&report, "/code"), 128.0, 0.0);
    if stage.data.is_mnist() {
        stage.checks.near("evaluate, samples", number(&report, "/samples"), 10_000.0, 0.0);
        stage.checks.near("evaluate, baseline mean", mean, MEAN, FIFTH_DECIMAL);
        stage.checks.near(
            "evaluate, PCA components",
            number(&report, "/baselines/pca/components"),
            128.0,
            0.0,
        );
        stage.checks.near(
            "evaluate, baseline PCA(128)",
            number(&report, "/baselines/pca/mse"),
            PCA_128,
            FIFTH_DECIMAL,
        );
        stage.checks.within("evaluate, seconds", run.seconds, 0.0, EVALUATION_SECONDS);
    }
    Ok(())
}

fn evaluation_with_thirty_numbers(stage: &mut Stage) -> Group {
    stage.succeed(stage.train_arguments("--layers 30 --epochs 1 --seed 0", "thirty"))?;
    let (report, run) = stage.json(stage.on_data("evaluate", &stage.path("thirty"), ""))?;
    stage.checks.near(
        "evaluate 30 numbers, PCA components",
        number(&report, "/baselines/pca/components"),
        30.0,
        0.0,
    );
    stage.checks.near(
        "evaluate 30 numbers, baseline PCA(30)",
        number(&report, "/baselines/pca/mse"),
        PCA_30,
        FIFTH_DECIMAL,
    );
    stage.checks.within("evaluate 30 numbers, seconds", run.seconds, 0.0, EVALUATION_SECONDS);
    Ok(())
}
