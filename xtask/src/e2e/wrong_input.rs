//! Wrong input of every kind: one clear line, exit code 1 or 2, no panic, and no output file left.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::numbers::RUN;
use super::{Group, Stage, Stopped};

/// A wrong call: what is wrong, the arguments, the exit code, and a word that the message must have.
struct Wrong {
    name: &'static str,
    arguments: Vec<OsString>,
    codes: &'static [i32],
    word: &'static str,
}

/// The exit code of a run that fails.
const FAILED: &[i32] = &[1];
/// The exit code for wrong arguments.
const USAGE: &[i32] = &[2];
/// The exit codes where the program may see the mistake as either.
const EITHER: &[i32] = &[1, 2];

/// A usage error may explain itself below its first line, but not for ever.
const USAGE_LINES: usize = 12;

pub(super) fn check(stage: &mut Stage) -> Group {
    let folder = stage.path("wrong");
    // Outputs have a folder of their own, so that whatever is left in it was left by a failure.
    let out = stage.path("wrong-out");
    for path in [&folder, &out] {
        fs::create_dir_all(path).map_err(|error| Stopped(format!("{}: {error}", path.display())))?;
    }
    for cases in [data(stage, &folder, &out)?, models(stage, &folder, &out)?, arguments(stage, &out)] {
        for case in cases {
            one(stage, &case, &out)?;
        }
    }
    Ok(())
}

fn one(stage: &mut Stage, case: &Wrong, out: &Path) -> Group {
    let run = stage.run(case.arguments.clone())?;
    let lines: Vec<&str> = run.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
    let left: Vec<String> = fs::read_dir(out)
        .map_err(|error| Stopped(error.to_string()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let usage = run.code == Some(2);
    let fault = match run.code {
        Some(code) if !case.codes.contains(&code) => Some(format!("exit code {code}, not {:?}", case.codes)),
        None => Some("ended by a signal".to_owned()),
        _ if run.stderr.contains("panicked") => Some("a panic".to_owned()),
        _ if !usage && lines.len() != 1 => Some(format!("{} lines on stderr, not 1", lines.len())),
        _ if usage && !(1..=USAGE_LINES).contains(&lines.len()) => {
            Some(format!("{} lines on stderr", lines.len()))
        }
        _ if !run.stderr.contains(case.word) => Some(format!("the message lacks {:?}", case.word)),
        _ if !run.stdout.is_empty() => Some("something on stdout".to_owned()),
        _ if !left.is_empty() => Some(format!("left behind: {}", left.join(", "))),
        _ => None,
    };
    let value = match fault {
        Some(ref fault) => format!("{fault}: {run}"),
        None => lines.first().copied().unwrap_or("").to_owned(),
    };
    let bounds = format!(
        "exit code {}, a clear line, no file",
        if case.codes == EITHER {
            "1 or 2"
        } else if usage {
            "2"
        } else {
            "1"
        }
    );
    stage.checks.that(case.name, fault.is_none(), value, bounds);
    for name in left {
        // So that one leftover is blamed on one case.
        let path = out.join(name);
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    Ok(())
}

/// `COMMAND MODEL DATA --out OUT --quiet`.
fn call(command: &str, model: &Path, data: &Path, out: PathBuf) -> Vec<OsString> {
    vec![command.into(), model.into(), data.into(), "--out".into(), out.into(), "--quiet".into()]
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Stopped> {
    let path = folder.join(name);
    fs::write(&path, bytes).map_err(|error| Stopped(format!("{}: {error}", path.display())))?;
    Ok(path)
}

/// An `.npy` file with this description and shape.
fn npy(element: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{element}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap_or(0).to_le_bytes());
    bytes.extend(header.into_bytes());
    bytes.extend(data);
    bytes
}

/// The header of an IDX file of 28x28 samples, then `payload` zeros.
fn idx(kind: u8, samples: u32, payload: usize) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, 3];
    for size in [samples, 28, 28] {
        bytes.extend(size.to_be_bytes());
    }
    bytes.resize(bytes.len() + payload, 0);
    bytes
}

fn data(stage: &Stage, folder: &Path, out: &Path) -> Result<Vec<Wrong>, Stopped> {
    let ones = |count: usize| 1.0_f32.to_le_bytes().repeat(count);
    let mut with_nan = ones(2 * 784);
    with_nan[4 * 785..4 * 786].copy_from_slice(&f32::NAN.to_le_bytes());
    let files: [(&str, &str, Vec<u8>); 13] = [
        ("an empty file", "empty.idx", Vec::new()),
        ("an IDX file cut in its header", "cut-header.idx", idx(8, 10, 0)[..9].to_vec()),
        ("an IDX file cut in its data", "cut.idx", idx(8, 10, 784 * 9 + 5)),
        ("an IDX file with bytes too many", "trailing.idx", idx(8, 2, 784 * 2 + 3)),
        ("an IDX file of unknown type", "type.idx", idx(0x0A, 2, 784 * 2)),
        ("an IDX file that claims 3 TB", "huge.idx", idx(8, u32::MAX, 100)),
        ("an HTML page", "page.idx", b"<!DOCTYPE html><html><body>not found</body></html>".to_vec()),
        ("a gzip file cut short", "cut.gz", b"\x1F\x8B\x08\0\0\0\0\0\0\xFFabc".to_vec()),
        ("an npy file cut in its data", "cut.npy", npy("<f4", "2, 784", &ones(1000))),
        ("an npy file with a wrong header", "header.npy", npy("<f4", "2, banana", &ones(2 * 784))),
        ("an npy file with a NaN", "nan.npy", npy("<f4", "2, 784", &with_nan)),
        ("samples of another size", "narrow.npy", npy("<f4", "3, 10", &ones(30))),
        ("a CSV file with a word in it", "word.csv", b"1,2,3\n4,five,6\n".to_vec()),
    ];
    let model = stage.path(RUN);
    let mut cases = Vec::new();
    for (name, file, bytes) in files {
        let path = put(folder, file, &bytes)?;
        // The message names the file, or for a NaN at least where in it.
        let word = if file == "narrow.npy" { "784" } else { file };
        cases.push(Wrong {
            name,
            arguments: call("encode", &model, &path, out.join("codes.npy")),
            codes: FAILED,
            word,
        });
    }
    let missing = folder.join("not-there.idx");
    let arguments = call("encode", &model, &missing, out.join("codes.npy"));
    cases.push(Wrong { name: "a file that is not there", arguments, codes: FAILED, word: "not-there.idx" });

    put(folder, "none.idx", &idx(8, 0, 0))?;
    for (name, file, word) in
        [("training on a cut IDX file", "cut.idx", "cut.idx"), ("training on no samples", "none.idx", "")]
    {
        let path = folder.join(file).into();
        let arguments = vec!["train".into(), path, "--out".into(), out.join("run").into(), "--quiet".into()];
        cases.push(Wrong { name, arguments, codes: FAILED, word });
    }

    let loud = put(folder, "loud.csv", b"0,2\n1,3\n5,1\n0.5,4\n")?;
    let mut arguments: Vec<OsString> = vec!["train".into(), loud.into()];
    arguments.extend(
        "--scale none --layers 2 --output-activation sigmoid --quiet --out".split(' ').map(OsString::from),
    );
    arguments.push(out.join("run").into());
    cases.push(Wrong { name: "a sigmoid output for values up to 5", arguments, codes: FAILED, word: "5" });

    let codes = put(folder, "codes.npy", &npy("<f4", "3, 10", &ones(30)))?;
    let arguments = call("decode", &model, &codes, out.join("decoded.npy"));
    cases.push(Wrong { name: "codes of another width", arguments, codes: FAILED, word: "128" });
    Ok(cases)
}

fn models(stage: &Stage, folder: &Path, out: &Path) -> Result<Vec<Wrong>, Stopped> {
    let model = stage.path(RUN).join("model.safetensors");
    let good = fs::read(&model).map_err(|error| Stopped(format!("{}: {error}", model.display())))?;
    let mut huge = (u64::MAX / 2).to_le_bytes().to_vec();
    huge.extend(b"{}");
    let mut poisoned = good.clone();
    let at = poisoned.len() - 4;
    poisoned[at..].copy_from_slice(&f32::NAN.to_le_bytes());
    let mut foreign = 2_u64.to_le_bytes().to_vec();
    foreign.extend(b"{}");
    let files: [(&str, &str, Vec<u8>); 7] = [
        ("an empty model file", "empty.safetensors", Vec::new()),
        ("a model file cut in its header", "cut-header.safetensors", good[..good.len().min(60)].to_vec()),
        ("a model file cut in its tensors", "cut.safetensors", good[..good.len() - 1000].to_vec()),
        ("a model file that claims a header of 2^63 bytes", "huge.safetensors", huge),
        ("a model file with a NaN among its weights", "nan.safetensors", poisoned),
        ("a safetensors file that is no model", "foreign.safetensors", foreign),
        ("a text called a model", "text.safetensors", b"this is no model at all, only text".to_vec()),
    ];
    let mut cases = Vec::new();
    for (name, file, bytes) in files {
        let path = put(folder, file, &bytes)?;
        let mut arguments = stage.on_data("encode", &path, "--quiet --out");
        arguments.push(out.join("codes.npy").into());
        cases.push(Wrong { name, arguments, codes: FAILED, word: file });
    }
    let mut arguments = stage.on_data("encode", &folder.join("no-model"), "--quiet --out");
    arguments.push(out.join("codes.npy").into());
    cases.push(Wrong { name: "a model that is not there", arguments, codes: FAILED, word: "no-model" });
    let path = put(folder, "inspected.npy", b"\x93NUMPY")?;
    let arguments = vec!["inspect".into(), path.into(), "--quiet".into()];
    cases.push(Wrong { name: "inspecting a cut npy file", arguments, codes: FAILED, word: "inspected.npy" });
    Ok(cases)
}

fn arguments(stage: &Stage, out: &Path) -> Vec<Wrong> {
    let train = |words: &str| {
        let mut arguments: Vec<OsString> = vec!["train".into(), stage.data.argument()];
        arguments.extend(words.split_whitespace().map(OsString::from));
        arguments.extend(["--quiet".into(), "--out".into(), out.join("run").into()]);
        arguments
    };
    let mut cases: Vec<Wrong> = [
        ("epochs that are no number", "--epochs banana", USAGE, "banana"),
        ("an unknown option", "--epoch-count 3", USAGE, "--epoch-count"),
        ("an unknown preset", "--preset nonsense", EITHER, "nonsense"),
        ("an unknown activation", "--activation nonsense", EITHER, "nonsense"),
        ("a layer of width 0", "--layers 0", EITHER, "0"),
        ("a batch of 0", "--batch-size 0", EITHER, "0"),
        ("a negative learning rate", "--learning-rate=-1", EITHER, "-1"),
        ("a configuration that is not there", "--config no-such.toml", EITHER, "no-such.toml"),
    ]
    .into_iter()
    .map(|(name, words, codes, word)| Wrong { name, arguments: train(words), codes, word })
    .collect();
    cases.push(Wrong {
        name: "an unknown command",
        arguments: vec!["trian".into()],
        codes: USAGE,
        word: "trian",
    });
    let mut arguments = stage.on_data("encode", &stage.path(RUN), "--quiet --out");
    arguments.push(out.join("codes.docx").into());
    cases.push(Wrong { name: "an output of unknown kind", arguments, codes: EITHER, word: "docx" });
    cases
}
