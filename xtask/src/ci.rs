//! `cargo xtask ci`: everything a change must pass, step by step, each with its command and how long it took.

use std::error::Error;
use std::fmt;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::{docs, e2e, faults, fuzz, tidy, workspace};

/// Arguments of `cargo xtask ci`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Leave a step out; may be given several times
    #[arg(long, value_name = "STEP")]
    skip: Vec<Step>,
    /// Say which steps there are and what each runs, and run none
    #[arg(long)]
    list: bool,
}

/// The steps, in the order they run: the quick ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    Format,
    Tidy,
    Clippy,
    Fuzz,
    Features,
    Docs,
    Tests,
    E2e,
    Faults,
    Tutorial,
}

/// A command of a step: arguments for cargo, separated by spaces, and one environment variable where it needs one.
#[derive(Debug)]
struct Cargo {
    arguments: &'static str,
    environment: Option<(&'static str, &'static str)>,
}

impl Cargo {
    const fn new(arguments: &'static str) -> Self {
        Self { arguments, environment: None }
    }

    const fn documentation(arguments: &'static str) -> Self {
        Self { arguments, environment: Some(("RUSTDOCFLAGS", "-D warnings")) }
    }

    fn run(&self) -> Result<(), Box<dyn Error>> {
        let mut command = Command::new(workspace::cargo());
        command.args(self.arguments.split(' ')).envs(self.environment).current_dir(workspace::root());
        let status = command.status()?;
        if status.success() { Ok(()) } else { Err(format!("`{self}`: {status}").into()) }
    }
}

impl fmt::Display for Cargo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, value)) = self.environment {
            write!(f, "{name}='{value}' ")?;
        }
        write!(f, "cargo {}", self.arguments)
    }
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Tidy => "tidy",
            Self::Clippy => "clippy",
            Self::Fuzz => "fuzz",
            Self::Features => "features",
            Self::Docs => "docs",
            Self::Tests => "tests",
            Self::E2e => "e2e",
            Self::Faults => "faults",
            Self::Tutorial => "tutorial",
        }
    }

    /// The commands it runs; the steps that are our own code are named as one would type them.
    fn commands(self) -> Vec<Cargo> {
        match self {
            Self::Format => vec![Cargo::new("fmt --all --check")],
            Self::Tidy => vec![Cargo::new("xtask tidy")],
            Self::Clippy => vec![Cargo::new("clippy --workspace --all-targets -- -D warnings")],
            Self::Fuzz => vec![Cargo::new(FUZZ)],
            // The libraries that are taken alone are compiled without their features, and models in use for browsers too.
            Self::Features => vec![
                Cargo::new("clippy -p idx-format --no-default-features -- -D warnings"),
                Cargo::new("clippy -p autoencoder-kernels --no-default-features -- -D warnings"),
                Cargo::new("clippy -p autoencoder --no-default-features -- -D warnings"),
                Cargo::new("clippy -p autoencoder --no-default-features --features training -- -D warnings"),
                Cargo::new("clippy -p autoencoder-table -- -D warnings"),
                Cargo::new(WEB),
            ],
            // The program and a library share the name `autoencoder`, so their pages cannot be made in one go.
            Self::Docs => vec![
                Cargo::documentation("doc --no-deps --package autoencoder-cli"),
                Cargo::documentation("doc --no-deps --workspace --exclude autoencoder-cli"),
            ],
            Self::Tests => vec![Cargo::new("test --workspace")],
            Self::E2e => vec![Cargo::new("xtask e2e")],
            Self::Faults => vec![Cargo::new("xtask faults --times 2")],
            Self::Tutorial => vec![Cargo::new("xtask docs --quick")],
        }
    }

    fn run(self) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Tidy => tidy::run(),
            Self::E2e => e2e::run(&e2e::Options::default()),
            Self::Faults => faults::run(&faults::Options::short()),
            Self::Tutorial => docs::run(&docs::Options::quick()),
            Self::Fuzz if !fuzz::has_cpp_compiler() => {
                println!("a C++ compiler is missing, which the fuzz targets need; not checked");
                Ok(())
            }
            Self::Features => self.commands().iter().try_for_each(|command| {
                if command.arguments == WEB && !has_target(WEB_TARGET) {
                    println!("{WEB_TARGET}: this toolchain has no such target and got none; not checked");
                    return Ok(());
                }
                command.run()
            }),
            Self::Format | Self::Clippy | Self::Fuzz | Self::Docs | Self::Tests => {
                self.commands().iter().try_for_each(Cargo::run)
            }
        }
    }
}

/// The fuzz targets, which are a workspace of their own: whoever changes a reader or a dependency changes them too. With the profile of
/// this workspace the crates that the step before has checked are not checked again.
const FUZZ: &str =
    "clippy --config Cargo.toml --manifest-path fuzz/Cargo.toml --target-dir target --locked -- -D warnings";

/// Models in use, for a browser.
const WEB: &str = "check -p autoencoder --no-default-features --target wasm32-unknown-unknown";

/// The target of [`WEB`].
const WEB_TARGET: &str = "wasm32-unknown-unknown";

/// Adds a target to the toolchain with rustup; returns whether the toolchain has it now.
fn has_target(target: &str) -> bool {
    let added =
        Command::new("rustup").args(["target", "add", target]).current_dir(workspace::root()).output();
    added.is_ok_and(|output| output.status.success())
}

#[derive(Debug)]
struct Failed {
    steps: Vec<&'static str>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed: {}", self.steps.join(", "))
    }
}

impl Error for Failed {}

/// Runs every step that is not left out, whatever becomes of the others, and sums up.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    if options.list {
        for step in Step::value_variants() {
            step.commands().iter().for_each(|command| println!("{:10}{command}", step.name()));
        }
        return Ok(());
    }
    let mut summary: Vec<(&'static str, &'static str, Duration)> = Vec::new();
    for &step in Step::value_variants() {
        if options.skip.contains(&step) {
            summary.push((step.name(), "left out", Duration::ZERO));
            continue;
        }
        for command in step.commands() {
            println!("== {}: {command}", step.name());
        }
        let begin = Instant::now();
        let result = step.run();
        let outcome = if result.is_ok() { "ok" } else { "FAILED" };
        if let Err(error) = result {
            println!("{error}");
        }
        println!("== {}: {outcome} after {:.1} s\n", step.name(), begin.elapsed().as_secs_f64());
        summary.push((step.name(), outcome, begin.elapsed()));
    }
    for (name, outcome, duration) in &summary {
        println!("{name:10}{outcome:10}{:7.1} s", duration.as_secs_f64());
    }
    let steps: Vec<_> =
        summary.iter().filter(|(_, outcome, _)| *outcome == "FAILED").map(|step| step.0).collect();
    if steps.is_empty() { Ok(()) } else { Err(Failed { steps }.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_errors_where_the_issue_is_warnings() {
        let shown = |step: Step| step.commands().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(shown(Step::Clippy).iter().all(|command| command.ends_with(" -- -D warnings")));
        assert!(shown(Step::Fuzz).iter().all(|command| command.ends_with(" -- -D warnings")));
        let features = shown(Step::Features);
        let (web, others): (Vec<_>, Vec<_>) = features.iter().partition(|command| command.contains(WEB));
        assert!(others.iter().all(|command| command.ends_with(" -- -D warnings")));
        assert!(web.len() == 1 && WEB.ends_with(WEB_TARGET));
        assert!(
            shown(Step::Docs)
                .iter()
                .all(|command| command.starts_with("RUSTDOCFLAGS='-D warnings' cargo doc"))
        );
    }

    #[test]
    fn the_names_are_what_skip_takes() {
        for step in Step::value_variants() {
            assert_eq!(Step::from_str(step.name(), false), Ok(*step));
            assert!(!step.commands().is_empty());
        }
    }
}
