//! `cargo xtask faults`: drives the release program through kills, signals, failing disks and too little memory; at last
//! every run ends in the bytes of one that was never disturbed.

mod advice;
mod bench;
mod case;
mod compare;
mod disk;
mod draws;
mod inputs;
mod kills;
mod memory;
mod mount;
mod plan;
mod running;
mod signals;
mod tally;
mod trainings;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use bench::Bench;
use case::Case;
use draws::Draws;
use plan::Fault;
use tally::{Counts, Event, Tally};

use crate::built;

/// The result of a check: an error is a fault of the program, or of the machine that it is checked on.
type Checked<T = ()> = Result<T, Box<dyn Error>>;

/// Arguments of `cargo xtask faults`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Number of cases of every sort; each has the seed after the one before
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    times: u64,
    /// Seed of the first case of every sort
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Only one kind (kills, signals, disk, memory), or one sort of its cases, such as kills/sweep
    #[arg(long, value_name = "KIND")]
    only: Option<String>,
    /// Drive this program instead of building the release one
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
}

impl Options {
    /// The short form that every change must pass.
    pub(crate) const fn short() -> Self {
        Self { times: 2, seed: 0, only: None, program: None }
    }
}

/// Builds the program, drives it through faults, and reports.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let wanted = |fault: &Fault| options.only.as_deref().is_none_or(|only| fault.is(only));
    let faults: Vec<Fault> = plan::faults().into_iter().filter(wanted).collect();
    if faults.is_empty() {
        return Err(format!("--only takes one of {}", plan::names().join(", ")).into());
    }
    if !cfg!(unix) {
        println!("faults: this system has neither signals nor limits as unix has them; skipped");
        return Ok(());
    }
    let program = match &options.program {
        Some(path) => std::path::absolute(path)?,
        None => built::program()?,
    };
    let folder = tempfile::tempdir()?;
    let bench = Bench::new(program, folder.path())?;
    let lacks = plan::Lacks::here(folder.path());
    let (mut tally, mut failures) = (Tally::default(), 0);
    for fault in &faults {
        if let Some(reason) = fault.is_skipped(&lacks) {
            println!("{}: {reason}; skipped", fault.name);
            continue;
        }
        let begin = Instant::now();
        for seed in (0..options.times).map(|case| options.seed.wrapping_add(case)) {
            let (counts, outcome) = check(&bench, fault, seed)?;
            tally.add(&fault.name, &counts);
            if let Err(error) = outcome {
                failures += 1;
                println!("FAILED {} with seed {seed}: {error}", fault.name);
                println!("  again: cargo xtask faults --times 1 --seed {seed} --only {}", fault.name);
            }
        }
        // Progress, for whoever waits.
        eprintln!("{}: {} cases in {:.0} s", fault.name, options.times, begin.elapsed().as_secs_f64());
    }
    println!("{}", tally.table());
    if failures == 0 {
        return Ok(());
    }
    // The folders of the failures stay for whoever looks into them.
    let folder = folder.keep();
    let advice =
        "a seed draws the same moments, but no machine keeps them exactly: a larger --times may be needed";
    Err(format!("{failures} cases failed; their folders are in {}; {advice}", folder.display()).into())
}

/// Checks one case: its counts, and the fault that it found. The folder of a case that holds is removed.
fn check(bench: &Bench, fault: &Fault, seed: u64) -> Checked<(Counts, Checked)> {
    let mut draws = Draws::new(&fault.name, seed);
    let training = draws.one_of(fault.trainings);
    let scene = bench.scene(&format!("{}-{seed}", fault.name.replace('/', "-")))?;
    let mut case = Case::new(bench, training, draws, scene);
    case.counts.add(Event::Case);
    let outcome = (fault.check)(&mut case);
    let Case { mut counts, scene, .. } = case;
    match &outcome {
        Ok(()) => fs::remove_dir_all(scene)?,
        Err(_) => counts.add(Event::Failed),
    }
    Ok((counts, outcome))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// A program that trains nothing: it writes its checkpoint late, and another one where it is resumed and `OTHER` says so.
    const PROGRAM: &str = r#"#!/bin/sh
        case "$1" in
            inspect | evaluate) exit 0 ;;
            synthetic) mkdir -p data && echo images > data/train-images-idx3-ubyte && exit 0 ;;
        esac
        text=state
        while [ $# -gt 0 ]; do
            [ "$1" = --resume ] && OTHER
            [ "$1" = --out ] && out=$2
            shift
        done
        mkdir -p "$out" && sleep 0.1 && echo $text > "$out/checkpoint.safetensors" && sleep 0.1
    "#;

    fn program(folder: &std::path::Path, other: &str) -> PathBuf {
        let path = folder.join("program");
        // A shell writes the file: a program that this process has open for writing could not be started.
        let script = "cat > program && chmod +x program";
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(folder).stdin(Stdio::piped());
        let mut child = shell.spawn().unwrap();
        let text = PROGRAM.replace("OTHER", other);
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
        path
    }

    fn killed(other: &str) -> (Counts, Checked) {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench::new(program(folder.path(), other), folder.path()).unwrap();
        let faults = plan::faults();
        let fault = faults.iter().find(|fault| fault.is("kills/writing")).unwrap();
        check(&bench, fault, 0).unwrap()
    }

    #[test]
    fn a_program_that_ends_otherwise_once_it_was_killed_is_found_out() {
        let (counts, outcome) = killed("text=other");
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("another ending: checkpoint.safetensors differs"), "{error}");
        assert_eq!(counts.of(Event::Failed), 1);
        let (counts, outcome) = killed("text=state");
        outcome.unwrap();
        assert!(counts.of(Event::Killed) > 0 && counts.of(Event::Failed) == 0);
    }

    #[test]
    fn a_panic_and_a_second_line_are_found_out() {
        let (_, outcome) = killed("{ echo \"thread 'main' panicked at x\" >&2; exit 101; }");
        assert!(outcome.unwrap_err().to_string().contains("a panic"));
        let (_, outcome) = killed("{ printf 'autoencoder: no\\nand more\\n' >&2; exit 1; }");
        assert!(outcome.unwrap_err().to_string().contains("expected one line"));
    }
}
