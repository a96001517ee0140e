//! Checks of everything that scripts may rely on: JSON keys, exit codes, quiet, refusals, closed pipes.

use std::ffi::OsString;
use std::fs;

use super::numbers::RUN;
use super::{Group, Stage, Stopped};

const EVALUATION: [&str; 9] = [
    "/samples",
    "/features",
    "/code",
    "/mse",
    "/squared_error",
    "/psnr_db",
    "/baselines/mean/mse",
    "/baselines/pca/components",
    "/baselines/pca/mse",
];

const EPOCH: [&str; 7] = [
    "/epoch",
    "/train_mse",
    "/train_loss",
    "/validation_mse",
    "/validation_loss",
    "/seconds",
    "/samples_per_second",
];

pub(super) fn check(stage: &mut Stage) -> Group {
    json(stage)?;
    quiet(stage)?;
    existing_runs(stage)?;
    default_data(stage)?;
    closed_pipes(stage)
}

fn json(stage: &mut Stage) -> Group {
    let (report, _) = stage.json(stage.train_arguments("--limit 1000 --epochs 2", "keys"))?;
    stage.checks.keys("train --json", &report, &["/model", "/seconds", "/epochs", "/validation"]);
    let epochs = report.pointer("/epochs").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    stage.checks.equal("train --json, epochs", epochs.len(), 2);
    for epoch in &epochs {
        stage.checks.keys("train --json, an epoch", epoch, &EPOCH);
    }
    let numbers: Vec<u64> = epochs.iter().filter_map(|epoch| epoch.pointer("/epoch")?.as_u64()).collect();
    stage.checks.equal("train --json, epochs count from 1", format!("{numbers:?}"), "[1, 2]".to_owned());
    let validation = report.pointer("/validation").cloned().unwrap_or_default();
    stage.checks.keys("train --json, validation", &validation, &EVALUATION);
    let (report, _) = stage.json(stage.on_data("evaluate", &stage.path("keys"), ""))?;
    stage.checks.keys("evaluate --json", &report, &EVALUATION);
    let model = stage.path("keys").join("model.safetensors");
    let (same, _) = stage.json(stage.on_data("evaluate", &model, ""))?;
    let equal = same == report;
    stage.checks.that("evaluate of the model file and of the run's folder", equal, equal, "the same report");
    Ok(())
}

fn quiet(stage: &mut Stage) -> Group {
    let run = stage.succeed(stage.on_data("evaluate", &stage.path("keys"), "--quiet"))?;
    stage.checks.equal("evaluate --quiet, bytes on stderr", run.stderr.len(), 0);
    let escapes = run.stdout.contains(&0x1B);
    stage.checks.that("evaluate into a pipe, colours", !escapes, escapes, "none");
    Ok(())
}

fn existing_runs(stage: &mut Stage) -> Group {
    let model = stage.path("keys").join("model.safetensors");
    let read = || fs::read(&model).map_err(|error| Stopped(format!("{}: {error}", model.display())));
    let before = read()?;
    let again = stage.run(stage.train_arguments("--limit 1000 --epochs 1 --seed 5", "keys"))?;
    let kept = read()? == before;
    stage.checks.that(
        "train into an existing run",
        again.code == Some(1),
        format!("{:?}", again.code),
        "exit code 1",
    );
    stage.checks.that(
        "train into an existing run, the model",
        kept,
        if kept { "kept" } else { "changed" },
        "kept",
    );
    stage.succeed(stage.train_arguments("--limit 1000 --epochs 1 --seed 5 --force", "keys"))?;
    let replaced = read()? != before;
    stage.checks.that("train --force, the model", replaced, replaced, "replaced");
    Ok(())
}

/// Without data named, a model is judged on the data of its run, and that is said.
fn default_data(stage: &mut Stage) -> Group {
    let run = stage.succeed(["evaluate".into(), stage.path("keys").into_os_string()])?;
    let says = run.stderr.contains(", the data of the run");
    stage.checks.that(
        "evaluate without DATA",
        says,
        run.stderr.lines().next().unwrap_or(""),
        "says that it is the data of the run",
    );
    Ok(())
}

fn closed_pipes(stage: &mut Stage) -> Group {
    let model = stage.path(RUN).join("model.safetensors").into_os_string();
    let mut cases: Vec<Vec<OsString>> = vec![
        vec!["--help".into()],
        vec!["inspect".into(), model.clone()],
        vec!["inspect".into(), model, "--json".into()],
        stage.on_data("evaluate", &stage.path("keys"), "--json"),
        stage.train_arguments("--limit 500 --epochs 1 --json", "unheard"),
    ];
    let help = String::from_utf8_lossy(&stage.succeed(["--help"])?.stdout).into_owned();
    for (command, arguments) in [("completions", vec!["completions", "bash"]), ("man", vec!["man"])] {
        if help.contains(command) {
            let written = stage.succeed(arguments.clone())?.stdout.len();
            stage.checks.that(command, written > 500, format!("{written} bytes"), "more than 500");
            cases.push(arguments.into_iter().map(Into::into).collect());
        }
    }
    for arguments in cases {
        let run = stage.program.run_into_closed_pipe(&arguments, &stage.folder);
        let run = run.map_err(|error| Stopped(error.to_string()))?;
        let holds = run.code == Some(0) && !run.stderr.contains("panicked") && !run.stderr.contains("error");
        let name = format!("{} into a closed pipe", arguments[0].to_string_lossy());
        stage.checks.that(&name, holds, &run, "no error");
    }
    Ok(())
}
