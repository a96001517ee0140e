//! Project automation: `cargo xtask` lists the tasks. Each task is one variant here and one module.

#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "every task is a program whose job is to say what it does"
)]

mod anchors;
mod anomalies;
mod bench;
mod built;
mod ci;
mod defaults;
mod docs;
mod download;
mod e2e;
mod faults;
mod fuzz;
mod process;
mod same_bits;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

/// Project automation of the autoencoder workspace
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
enum Task {
    /// Fetch data sets into data/, or check what is there
    Download(download::Options),
    /// Drive the release program as a user would and check what comes out
    E2e(e2e::Options),
    /// Set what the release program reaches on MNIST beside published numbers
    Anchors(anchors::Options),
    /// Measure how fast everything is, alone or beside other programs
    Bench(bench::Options),
    /// Train on tables without a word beside their names, and set the models beside PCA
    Defaults(defaults::Options),
    /// Train on labelled tables without their labels, and hold the scores against them, beside simple detectors
    Anomalies(anomalies::Options),
    /// Do what the README and the tutorial say, and check every number that they print
    Docs(docs::Options),
    /// Train with the program of another commit and with this one's, and compare what they write, byte by byte
    SameBits(same_bits::Options),
    /// Kill, signal, starve and cut off the release program, and compare what comes of it with undisturbed runs
    Faults(faults::Options),
    /// Attack the program's readers with damaged files, for as long as is asked for
    Fuzz(fuzz::Options),
    /// Check the house rules that no compiler checks
    Tidy,
    /// Everything a change must pass: format, tidy, clippy, features, docs, tests, e2e, faults, tutorial
    Ci(ci::Options),
}

fn main() -> ExitCode {
    let result = match Task::parse() {
        Task::Download(options) => download::run(&options),
        Task::E2e(options) => e2e::run(&options),
        Task::Anchors(options) => anchors::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Defaults(options) => defaults::run(&options),
        Task::Anomalies(options) => anomalies::run(&options),
        Task::Docs(options) => docs::run(&options),
        Task::SameBits(options) => same_bits::run(&options),
        Task::Faults(options) => faults::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Tidy => tidy::run(),
        Task::Ci(options) => ci::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
