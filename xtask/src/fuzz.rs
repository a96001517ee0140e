//! `cargo xtask fuzz`: builds the fuzz targets below `fuzz/`, runs each, and says what broke with the file that breaks it.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use toml::{Table, Value};

use crate::workspace;

/// Arguments of `cargo xtask fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds that each target runs for
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Target to run, instead of all; may be given several times
    #[arg(long = "target", value_name = "TARGET")]
    targets: Vec<String>,
    /// Number of inputs after which each target ends, if its seconds are not over before
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
}

/// The version of cargo-fuzz that the targets are written for.
const CARGO_FUZZ: &str = "0.13.2";

/// The environment variable that tells a target where to write its seeds; fuzz/src/lib.rs reads it.
const SEEDS: &str = "AUTOENCODER_FUZZ_SEEDS";

/// Limits of libFuzzer: seconds an input, bytes an input, MiB an allocation, MiB in all. A picture may claim 256 MiB;
/// tests/mutations.rs of the program has tighter limits of memory.
const LIMITS: [&str; 4] = ["-timeout=10", "-max_len=65536", "-malloc_limit_mb=600", "-rss_limit_mb=3000"];

/// The reason why nothing was attacked, or why the attack counts as failed.
#[derive(Debug)]
enum FuzzError {
    Missing { what: &'static str, advice: String },
    UnknownTarget { name: String, known: Vec<String> },
    Build { target: String },
    Broken { targets: Vec<String> },
}

impl fmt::Display for FuzzError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { what, advice } => write!(f, "{what} is missing; {advice}"),
            Self::UnknownTarget { name, known } => {
                write!(f, "--target {name}: expected one of {}", known.join(", "))
            }
            Self::Build { target } => write!(f, "{target}: the target was not built; see the lines above"),
            Self::Broken { targets } => write!(
                f,
                "{} failed: {}; `cargo fuzz run TARGET FILE` in the repository's root reads one file",
                if targets.len() == 1 { "1 target" } else { "several targets" },
                targets.join(", ")
            ),
        }
    }
}

impl Error for FuzzError {}

/// Builds and runs the targets one after the other.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let root = workspace::root();
    let known = targets(&fs::read_to_string(root.join("fuzz/Cargo.toml"))?);
    if let Some(name) = options.targets.iter().find(|name| !known.contains(name)) {
        return Err(FuzzError::UnknownTarget { name: name.clone(), known }.into());
    }
    expect_tools()?;
    let chosen = if options.targets.is_empty() { &known } else { &options.targets };
    let mut broken = Vec::new();
    for target in chosen {
        build(&root, target)?;
        let finding = attack(&root, target, options)?;
        println!("{target:12}{finding}");
        if finding.failure.is_some() {
            broken.push(target.clone());
        } else {
            minimise(&root, target)?;
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(FuzzError::Broken { targets: broken }.into()) }
}

/// The names of the targets in the manifest of the fuzz crate.
fn targets(manifest: &str) -> Vec<String> {
    let table = manifest.parse::<Table>().unwrap_or_default();
    let binaries = table.get("bin").and_then(Value::as_array).cloned().unwrap_or_default();
    binaries.iter().filter_map(|binary| binary.get("name")?.as_str().map(str::to_owned)).collect()
}

fn expect_tools() -> Result<(), FuzzError> {
    if !answers(Command::new(workspace::cargo()).args(["fuzz", "--version"])) {
        let advice = format!("install it with `cargo install cargo-fuzz --version {CARGO_FUZZ} --locked`");
        return Err(FuzzError::Missing { what: "cargo-fuzz", advice });
    }
    if !has_cpp_compiler() {
        let advice = "install one, such as g++, or name yours in CXX: libFuzzer is C++".to_owned();
        return Err(FuzzError::Missing { what: "a C++ compiler", advice });
    }
    Ok(())
}

/// Returns whether there is a C++ compiler, which libFuzzer is built with.
pub(crate) fn has_cpp_compiler() -> bool {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    answers(Command::new(compiler).arg("--version"))
}

fn answers(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn cargo_fuzz(root: &Path, command: &str) -> Command {
    let mut cargo = Command::new(workspace::cargo());
    // The sanitizer's flags are those of a nightly compiler; the variable makes a stable one take them.
    cargo.args(["fuzz", command, "--fuzz-dir", "fuzz"]).current_dir(root).env("RUSTC_BOOTSTRAP", "1");
    cargo
}

fn build(root: &Path, target: &str) -> Result<(), Box<dyn Error>> {
    let status = cargo_fuzz(root, "build").arg(target).status()?;
    if status.success() { Ok(()) } else { Err(FuzzError::Build { target: target.to_owned() }.into()) }
}

/// The folder of inputs that a target found worth keeping; git ignores it.
fn corpus(target: &str) -> PathBuf {
    Path::new("fuzz").join("corpus").join(target)
}

fn attack(root: &Path, target: &str, options: &Options) -> Result<Finding, Box<dyn Error>> {
    let inputs = root.join(corpus(target));
    fs::create_dir_all(&inputs)?;
    let mut command = cargo_fuzz(root, "run");
    command.arg(target).arg(corpus(target)).arg("--").args(LIMITS).arg("-print_final_stats=1");
    command.arg(format!("-max_total_time={}", options.seconds)).env(SEEDS, &inputs);
    if let Some(runs) = options.runs {
        command.arg(format!("-runs={runs}"));
    }
    let Output { status, stderr, .. } = command.output()?;
    Ok(Finding::of(&String::from_utf8_lossy(&stderr), status.success()))
}

/// Keeps the fewest inputs that reach as much of the code.
fn minimise(root: &Path, target: &str) -> Result<(), Box<dyn Error>> {
    let output = cargo_fuzz(root, "cmin").arg(target).arg(corpus(target)).output()?;
    if !output.status.success() {
        println!("{target:12}the corpus was not made smaller; fuzz/corpus/{target} may be removed");
    }
    Ok(())
}

/// The outcome of one target's run.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// Inputs that were read.
    runs: u64,
    a_second: u64,
    failure: Option<Failure>,
}

/// What broke, and the file that breaks it.
#[derive(Debug, PartialEq, Eq)]
struct Failure {
    what: String,
    file: Option<String>,
}

impl Finding {
    /// Reads what libFuzzer and a panic write to stderr.
    fn of(said: &str, succeeded: bool) -> Self {
        let number = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        let after =
            |mark: &str| said.lines().find_map(|line| Some(line.split_once(mark)?.1.trim().to_owned()));
        let failure = (!succeeded).then(|| {
            let panic = said.lines().skip_while(|line| !line.contains("panicked at ")).take(2);
            let panic = panic.collect::<Vec<_>>().join(" ");
            let what =
                if panic.is_empty() { after("ERROR: ").unwrap_or_else(|| last_lines(said)) } else { panic };
            Failure { what, file: after("Test unit written to ") }
        });
        Self {
            runs: number("stat::number_of_executed_units"),
            a_second: number("stat::average_exec_per_sec"),
            failure,
        }
    }
}

fn last_lines(said: &str) -> String {
    let last: Vec<&str> = said.lines().rev().take(3).collect();
    last.into_iter().rev().collect::<Vec<_>>().join(" | ")
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10} runs {:>8} a second  ", self.runs, self.a_second)?;
        match &self.failure {
            None => f.write_str("no failure"),
            Some(Failure { what, file }) => {
                write!(f, "FAILED: {}", what.trim())?;
                file.iter().try_for_each(|file| write!(f, "\n{:12}{file}", ""))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATISTICS: &str = "Done 5000 runs in 2 second(s)\nstat::number_of_executed_units: 5000\n\
        stat::average_exec_per_sec:     2500\nstat::peak_rss_mb:              77\n";

    #[test]
    fn a_run_to_the_end_has_its_numbers() {
        let finding = Finding::of(STATISTICS, true);
        assert_eq!(finding, Finding { runs: 5000, a_second: 2500, failure: None });
        assert_eq!(finding.to_string(), "      5000 runs     2500 a second  no failure");
    }

    #[test]
    fn a_failure_is_told_with_its_file() {
        let panic = "thread '<unnamed>' (7) panicked at src/a.rs:1:2:\nno such place\nstack backtrace:\n\
            ==7== ERROR: libFuzzer: deadly signal\n\
            artifact_prefix='/r/fuzz/artifacts/png/'; Test unit written to /r/fuzz/artifacts/png/crash-1\n";
        let finding = Finding::of(&format!("{panic}{STATISTICS}"), false).to_string();
        assert!(
            finding.contains("FAILED: thread '<unnamed>' (7) panicked at src/a.rs:1:2: no such place\n")
                && finding.ends_with(" /r/fuzz/artifacts/png/crash-1"),
            "{finding}"
        );
        let slow = "==7== ERROR: libFuzzer: timeout after 10 seconds\nartifact_prefix='x'; Test unit written to x/timeout-1\n";
        let failure = Finding::of(slow, false).failure.unwrap();
        assert_eq!(failure.what, "libFuzzer: timeout after 10 seconds");
        assert_eq!(failure.file.as_deref(), Some("x/timeout-1"));
        assert_eq!(Finding::of("a\nb\n", false).failure.unwrap().what, "a | b");
    }

    #[test]
    fn the_targets_are_those_of_the_manifest_and_each_has_its_file() {
        let folder = workspace::root().join("fuzz");
        let known = targets(&fs::read_to_string(folder.join("Cargo.toml")).unwrap());
        assert!(known.len() > 9, "{known:?}");
        for target in &known {
            assert!(folder.join(format!("fuzz_targets/{target}.rs")).is_file(), "{target}");
        }
        assert_eq!(fs::read_dir(folder.join("fuzz_targets")).unwrap().count(), known.len());
        let shared = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        assert!(shared.contains(&format!("pub const SEEDS: &str = \"{SEEDS}\"")));
    }
}
