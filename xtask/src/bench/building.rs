//! The cost of a start: clean builds, the program's size, the time to `--help`, and whether the kernels' speed depends on
//! the profile that they are built with.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::lines::{objects, positive};
use super::measurements::succeed;
use super::statistics::Spread;
use crate::process::Program;
use crate::{built, workspace};

/// Builds that somebody waits for: what is built, and cargo's arguments.
const BUILDS: [(&str, &str); 4] = [
    ("the program", "build --release"),
    ("xtask, before any task", "build --package xtask"),
    ("the library", "build --release --package autoencoder"),
    ("all tests", "test --workspace --no-run"),
];

/// Profiles that somebody who takes the crates may build with; the first is ours.
const PROFILES: [(&str, &[(&str, &str)]); 3] = [
    ("ours", &[]),
    ("cargo's default", &[("LTO", "false"), ("CODEGEN_UNITS", "16"), ("DEBUG", "0"), ("STRIP", "none")]),
    ("lto = \"off\"", &[("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "0"), ("STRIP", "none")]),
];

/// Builds everything anew in a folder of its own, one line each.
pub(crate) fn builds(quick: bool) -> Result<Vec<Value>, String> {
    let mut lines = Vec::new();
    // What has to be downloaded is no part of a build.
    cargo(&words("fetch --locked"), None)?;
    for (what, arguments) in &BUILDS[..if quick { 2 } else { BUILDS.len() }] {
        let target = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (begun, before) = (Instant::now(), core_seconds());
        let messages = cargo(&words(&format!("{arguments} --message-format=json")), Some(target.path()))?;
        let seconds = begun.elapsed().as_secs_f64();
        let cores = core_seconds().zip(before).map(|(after, before)| after - before);
        let units =
            objects(&messages).iter().filter(|message| message["reason"] == "compiler-artifact").count();
        let program =
            target.path().join("release").join(format!("autoencoder{}", std::env::consts::EXE_SUFFIX));
        let bytes = fs::metadata(&program).ok().map(|metadata| metadata.len());
        lines.push(json!({
            "bench": "build",
            "what": what,
            "command": format!("cargo {arguments}"),
            "units": units,
            "seconds": seconds,
            "core_seconds": cores,
            "program_bytes": bytes,
        }));
        if bytes.is_some() {
            lines.push(help(&program)?);
        }
    }
    Ok(lines)
}

/// Measures the time until the program has printed its help.
fn help(program: &Path) -> Result<Value, String> {
    let once = || {
        let begun = Instant::now();
        let output = Command::new(program).arg("--help").stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        if output.stdout.is_empty() { Err("--help printed nothing".to_owned()) } else { Ok(begun.elapsed()) }
    };
    let seconds: Result<Vec<f64>, String> =
        (0..50).map(|_| once().map(|elapsed| elapsed.as_secs_f64())).collect();
    let spread = Spread::of(seconds?).ok_or("--help was not run")?;
    Ok(
        json!({"bench": "start", "what": "autoencoder --help", "milliseconds": 1e3 * spread.median, "least_milliseconds": 1e3 * spread.least}),
    )
}

/// Trains and encodes with each profile by turns. The ratio is of seconds beside those of the first profile in the same round.
pub(crate) fn profiles(rounds: usize, threads: usize, images: &[OsString]) -> Result<Vec<Value>, String> {
    let target = workspace::root().join("target").join("profiles");
    let mut programs = Vec::new();
    for (profile, settings) in PROFILES {
        let mut environment: Vec<(String, OsString)> = settings
            .iter()
            .map(|(name, value)| (format!("CARGO_PROFILE_BENCH_{name}"), OsString::from(value)))
            .collect();
        let folder = profile.replace(|letter: char| !letter.is_ascii_alphanumeric(), "");
        environment.push(("CARGO_TARGET_DIR".to_owned(), target.join(folder).into()));
        let mut arguments = vec!["bench", "--no-run", "--package", "autoencoder"];
        arguments.extend(BENCHES.iter().flat_map(|bench| ["--bench", bench]));
        let built = built::executables(&arguments, &workspace::root(), &environment);
        programs.push((profile, built.map_err(|error| error.to_string())?));
    }
    let mut seconds: BTreeMap<(String, usize), Vec<f64>> = BTreeMap::new();
    for _ in 0..rounds {
        for (index, (_, built)) in programs.iter().enumerate() {
            for bench in BENCHES {
                let path =
                    built.get(bench).ok_or_else(|| format!("cargo built no program called {bench}"))?;
                let network = if bench == "epoch" { " --network tutorial" } else { "" };
                let mut arguments: Vec<OsString> =
                    words(&format!("--threads {threads}{network}")).into_iter().map(OsString::from).collect();
                arguments.extend_from_slice(images);
                let run = succeed(&Program::new(path.clone()), &arguments, &workspace::root())?;
                for line in objects(&run.stdout) {
                    if let (Some(best), Some(work)) = (positive(&line, "best_seconds"), work(&line)) {
                        seconds.entry((work, index)).or_default().push(best);
                    }
                }
            }
        }
    }
    let line = |((work, index), times): (&(String, usize), &Vec<f64>)| {
        let ours = seconds.get(&(work.clone(), 0))?;
        let ratio = Spread::of(times.iter().zip(ours).map(|(time, ours)| time / ours))?;
        Some(json!({
            "bench": "profiles",
            "work": work,
            "profile": programs[*index].0,
            "threads": threads,
            "best_seconds": Spread::of(times.iter().copied())?.least,
            "ratio": ratio.median,
            "least_ratio": ratio.least,
            "greatest_ratio": ratio.greatest,
        }))
    };
    Ok(seconds.iter().filter_map(line).collect())
}

const BENCHES: [&str; 2] = ["epoch", "encode"];

/// The name of the work that a benchmark's line is about, if profiles are compared by it: batches of 256, images of bytes.
fn work(line: &Value) -> Option<String> {
    let text = |key: &str| line[key].as_str();
    let is_compared = line["batch"] == 256 || line["values"] == "bytes";
    is_compared.then(|| Some(format!("{} {}", text("bench")?, text("precision")?)))?
}

/// Runs cargo to its end; returns what it wrote to stdout.
fn cargo(arguments: &[String], target: Option<&Path>) -> Result<Vec<u8>, String> {
    let mut command = Command::new(workspace::cargo());
    command.args(arguments).current_dir(workspace::root()).stderr(Stdio::inherit());
    // As for somebody who has cloned the project a minute ago.
    command.env("CARGO_INCREMENTAL", "0").envs(target.map(|target| ("CARGO_TARGET_DIR", target)));
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("cargo {}: {}", arguments.join(" "), output.status))
    }
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Seconds that the processor's cores have worked for the children of this process that have ended, and for theirs; where
/// Linux says so.
fn core_seconds() -> Option<f64> {
    parse_core_seconds(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// User and system time of children: fields 16 and 17, in hundredths of a second. The second field is a name in parentheses.
fn parse_core_seconds(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some((ticks(16)? + ticks(17)?) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_children_are_read() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 200 0 0 11 12 345 55 20 0 1 0";
        assert_eq!(parse_core_seconds(stat), Some(4.0));
        assert_eq!(parse_core_seconds("7 (a) S 1"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_of_a_child_is_counted() {
        let before = core_seconds().unwrap();
        let status = Command::new("/bin/sh")
            .args(["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"])
            .status();
        assert!(status.unwrap().success());
        assert!(core_seconds().unwrap() > before);
    }

    #[test]
    fn only_what_is_compared_is_named() {
        let epoch = |batch: u32| json!({"bench": "epoch", "batch": batch, "precision": "f32"});
        assert_eq!(work(&epoch(256)), Some("epoch f32".to_owned()));
        assert_eq!(work(&epoch(64)), None);
        let encode = json!({"bench": "encode", "values": "bytes", "precision": "bf16"});
        assert_eq!(work(&encode), Some("encode bf16".to_owned()));
    }
}
