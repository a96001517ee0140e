//! The same seed gives the same bytes: on any number of threads, from the written configuration, and after a resume.

use std::ffi::OsString;
use std::fs;

use super::{Group, Stage, Stopped};

/// Arguments of a small training: few samples, no multiple of the batch, and two epochs, so that their orders count too.
const SMALL: &str = "--limit 2000 --epochs 2 --seed 7";

/// The files of a run that hold no clock reading.
const REPRODUCIBLE: [&str; 4] =
    ["model.safetensors", "checkpoint.safetensors", "loss.svg", "reconstructions.png"];

pub(super) fn check(stage: &mut Stage) -> Group {
    for threads in [1, 2, 4] {
        let words = format!("{SMALL} --threads {threads}");
        stage.succeed(stage.train_arguments(&words, &format!("threads-{threads}")))?;
    }
    for threads in [2, 4] {
        for name in REPRODUCIBLE {
            same(
                stage,
                &format!("{threads} threads, {name}"),
                "threads-1",
                &format!("threads-{threads}"),
                name,
            );
        }
    }
    other_seed_differs(stage)?;
    configuration(stage)?;
    resume(stage)?;
    codes(stage)
}

/// Checks that a file is the same in two runs.
fn same(stage: &mut Stage, what: &str, one: &str, another: &str, file: &str) {
    let read = |run: &str| fs::read(stage.path(run).join(file));
    let (holds, value) = match (read(one), read(another)) {
        (Ok(one), Ok(another)) if one == another => (true, format!("the same {} bytes", one.len())),
        (Ok(one), Ok(another)) => {
            let at = one.iter().zip(&another).position(|(one, another)| one != another);
            let lengths = format!("{} and {} bytes", one.len(), another.len());
            (
                false,
                at.map_or_else(|| lengths.clone(), |at| format!("{lengths}, different from byte {at} on")),
            )
        }
        (Err(error), _) | (_, Err(error)) => (false, error.to_string()),
    };
    stage.checks.that(what, holds, value, format!("the same bytes as in {one}"));
}

/// Checks that another seed gives another model: a program that ignores its seed would pass the checks above.
fn other_seed_differs(stage: &mut Stage) -> Group {
    stage.succeed(stage.train_arguments("--limit 2000 --epochs 2 --seed 8", "seed-8"))?;
    let read = |run: &str| fs::read(stage.path(run).join("model.safetensors")).unwrap_or_default();
    let differ = read("threads-1") != read("seed-8");
    stage.checks.that(
        "another seed",
        differ,
        if differ { "another model" } else { "the same" },
        "another model",
    );
    Ok(())
}

fn configuration(stage: &mut Stage) -> Group {
    let mut arguments: Vec<OsString> = vec!["train".into(), stage.data.argument(), "--config".into()];
    arguments.push(stage.path("threads-1").join("config.toml").into());
    arguments.extend(["--out".into(), stage.path("from-config").into()]);
    stage.succeed(arguments)?;
    same(stage, "trained from config.toml, model", "threads-1", "from-config", "model.safetensors");
    Ok(())
}

fn resume(stage: &mut Stage) -> Group {
    let offered = String::from_utf8_lossy(&stage.succeed(["train", "--help"])?.stdout).contains("--resume");
    if !offered {
        println!("left out: resuming, which this program does not offer");
        return Ok(());
    }
    let limit = "--limit 2000 --seed 7";
    stage.succeed(stage.train_arguments(&format!("{limit} --epochs 4"), "straight"))?;
    stage.succeed(stage.train_arguments(&format!("{limit} --epochs 2"), "resumed"))?;
    stage.succeed(stage.train_arguments(&format!("{limit} --epochs 4 --resume"), "resumed"))?;
    same(stage, "2 epochs, then 2 more, model", "straight", "resumed", "model.safetensors");
    same(stage, "2 epochs, then 2 more, checkpoint", "straight", "resumed", "checkpoint.safetensors");
    Ok(())
}

fn codes(stage: &mut Stage) -> Group {
    for threads in [1, 4] {
        let out = stage.path(&format!("codes-{threads}.npy"));
        let model = stage.path("threads-1");
        let mut arguments = stage.on_data("encode", &model, &format!("--threads {threads} --out"));
        arguments.push(out.into());
        stage.succeed(arguments)?;
    }
    let read = |name: &str| fs::read(stage.path(name)).map_err(|error| Stopped(format!("{name}: {error}")));
    let (one, four) = (read("codes-1.npy")?, read("codes-4.npy")?);
    let value = if one == four { "the same bytes" } else { "different bytes" };
    stage.checks.that("encode on 1 and 4 threads", one == four, value, "the same bytes");
    Ok(())
}
