//! Models of every kind, exported and run by onnxruntime, where a Python with it is at hand: the same numbers as the program's own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::checks::number;
use super::{Group, Stage, Stopped};
use crate::process::Program;
use crate::workspace;

/// The script that runs a file beside what the program wrote.
const SCRIPT: &str = "bench/peers/onnxruntime_equality.py";

/// The largest difference of a number of about 1, relative to larger ones.
const DIFFERENCE: f64 = 1e-5;

/// Every kind of model, on images: its name, how it is trained, and the kinds of its scores.
const KINDS: [(&str, &str, &[&str]); 15] = [
    ("plain", "--layers 64,16", &["residual", "joint", "full"]),
    ("deep", "--layers 48,24,12 --activation gelu --code-activation linear", &["residual"]),
    ("silu", "--layers 48,12 --activation silu --code-activation tanh", &["residual"]),
    ("elu", "--layers 48,12 --activation elu --code-activation softplus", &["residual"]),
    ("leaky", "--layers 48,12 --activation leaky-relu --output-activation linear", &["residual"]),
    ("tied", "--layers 64,16 --tied", &["residual"]),
    ("normalised", "--layers 64,32,16 --activation relu --normalization batch", &["residual"]),
    ("sparse", "--layers 64 --penalty sparse", &["residual"]),
    ("l1", "--layers 64,16 --penalty l1 --code-activation relu", &["residual"]),
    ("top-k", "--layers 64,40 --top-k 7 --code-activation linear", &["residual"]),
    ("contractive", "--layers 64 --penalty contractive", &["residual"]),
    ("variational", "--layers 64,8 --preset vae", &["residual", "bound", "likelihood"]),
    ("gaussian", "--layers 64,8 --preset vae --loss gaussian", &["bound", "likelihood"]),
    ("denoising", "--layers 64,16 --noise gaussian", &["residual"]),
    ("dropout", "--layers 64,16 --dropout 0.2", &["residual"]),
];

pub(super) fn check(stage: &mut Stage) -> Group {
    let Some(python) = python(stage) else {
        println!("left out: no Python with onnx, onnxruntime and numpy is at hand (--python names one)");
        return Ok(());
    };
    let images = match &stage.data {
        super::Data::Mnist(folder) => folder.clone(),
        super::Data::Synthetic => {
            let folder = stage.path("digits");
            stage.succeed([
                "synthetic".into(),
                "--count".into(),
                "2000".into(),
                "--out".into(),
                folder.clone().into_os_string(),
            ])?;
            folder
        }
    };
    let names = ["t10k-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte"];
    let file = names.map(|name| images.join(name)).into_iter().find(|file| file.is_file());
    let file = file.ok_or_else(|| Stopped(format!("{}: no test split", images.display())))?;
    for (name, words, scores) in KINDS {
        let train = format!("--limit 2000 --epochs 1 {words}");
        held(stage, &python, (name, &train, scores), (&images, &file), 255.0)?;
    }
    let tables = stage.path("tables");
    stage.succeed([
        OsString::from("synthetic"),
        "--kind".into(),
        "table".into(),
        "--out".into(),
        tables.clone().into_os_string(),
    ])?;
    let table = tables.join("table.csv");
    let kind = (
        "table",
        "--preset table --layers 24,6 --epochs 5 --scale standard,vibration_mm_per_s=log1p,flow_l_per_min=rank-gauss",
        &["sample"][..],
    );
    held(stage, &python, kind, (&table, &table), 1.0)
}

/// Trains a model and holds all of its parts to what the program writes.
fn held(
    stage: &mut Stage,
    python: &Program,
    (name, words, scores): (&str, &str, &[&str]),
    (data, file): (&Path, &Path),
    unit: f64,
) -> Group {
    let run = stage.path(&format!("onnx-{name}"));
    let arguments = |command: &str, what: &Path, more: &[OsString]| {
        let mut all: Vec<OsString> = vec![command.into(), what.into()];
        all.extend_from_slice(more);
        all
    };
    let mut train: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
    train.extend(["--out".into(), run.clone().into_os_string()]);
    stage.succeed(arguments("train", data, &train))?;
    let out = |path: &Path| [OsString::from("--out"), path.into()];
    let [codes, restored] = ["codes.npy", "restored.npy"].map(|file| run.join(file));
    for (command, path) in [("encode", &codes), ("reconstruct", &restored)] {
        let mut all = arguments(command, &run, &[data.into()]);
        all.extend(out(path));
        stage.succeed(all)?;
    }
    let parts = [
        ("encoder", file, &codes, 1.0),
        ("model", file, &restored, unit),
        ("decoder", &codes, &restored, unit),
    ];
    for (part, data, expected, unit) in parts {
        let exported = run.join(format!("{part}.onnx"));
        let mut all = arguments("export", &run, &out(&exported));
        all.extend(["--part".into(), part.into()]);
        stage.succeed(all)?;
        compare(stage, python, &format!("{name}, {part}"), [&exported, data, expected], unit)?;
    }
    for kind in scores {
        let (exported, expected) = (run.join(format!("{kind}.onnx")), run.join(format!("{kind}.npy")));
        let of_kind = [OsString::from("--kind"), kind.into()];
        let mut all = arguments("score", &run, &[data.into()]);
        all.extend(of_kind.iter().cloned().chain(out(&expected)));
        stage.succeed(all)?;
        let mut all = arguments("export", &run, &out(&exported));
        all.extend(of_kind.into_iter().chain(["--part".into(), "score".into()]));
        stage.succeed(all)?;
        compare(stage, python, &format!("{name}, score {kind}"), [&exported, file, &expected], 1.0)?;
    }
    Ok(())
}

/// Runs a file, and checks the largest difference.
fn compare(stage: &mut Stage, python: &Program, what: &str, files: [&Path; 3], unit: f64) -> Group {
    let mut arguments: Vec<OsString> = vec![workspace::root().join(SCRIPT).into_os_string()];
    arguments.extend(files.map(OsString::from));
    arguments.extend(["--unit".into(), unit.to_string().into()]);
    let run = python.run(&arguments, &stage.folder).map_err(|error| Stopped(error.to_string()))?;
    let report = serde_json::from_slice::<Value>(&run.stdout)
        .map_err(|error| Stopped(format!("stdout is not one JSON object ({error}): {run}")))?;
    let difference = number(&report, "/largest_difference");
    stage.checks.within(&format!("onnxruntime, {what}, largest difference"), difference, 0.0, DIFFERENCE);
    Ok(())
}

/// A Python that has what the script needs: the one that was named, or that of the path.
fn python(stage: &Stage) -> Option<Program> {
    let path = stage.python.clone().unwrap_or_else(|| PathBuf::from("python3"));
    let python = Program::new(path);
    let import: [OsString; 2] = ["-c".into(), "import numpy, onnx, onnxruntime".into()];
    let run = python.run(&import, &stage.folder).ok()?;
    (run.code == Some(0)).then_some(python)
}
