//! The program `autoencoder`: trains, evaluates and uses autoencoders from the shell.
//!
//! A command goes through the rooms in the order of its data: the typed `arguments` and the settings of a `config`
//! become a plan, `data` is read, a command of `commands` works on it and on the files of a `run`,
//! `figures` are drawn, and files are written whole or not at all (`output`). The `terminal` shows results, notes
//! and progress; a `failure` is one line and an exit code. An `input` is a regular file, and what is shown of it is
//! `printable`.
//!
//! Imports go one way: a room imports only from the rooms above it in the list below.
#![forbid(unsafe_code)]

mod printable;

mod input;

mod failure;

mod terminal;

mod data;

mod output;

mod config;

mod arguments;

mod figures;

mod run;

mod commands;

#[cfg(feature = "attacks")]
pub mod attacks;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::failure::Outcome;
use crate::terminal::{Notes, Results, instructions, outlive_limits_on_files, threads};

/// Runs the program: the arguments of the process in, its exit code out.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => {
            show(&message);
            return ExitCode::from(u8::try_from(message.exit_code()).unwrap_or(2));
        }
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // The line is written at once: another Ctrl-C may end the process at any moment.
            let _ = io::stderr().write_all(format!("autoencoder: {failure}\n").as_bytes());
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Prints help that was asked for, or the mistake in the arguments. A reader that is gone needs neither.
fn show(message: &clap::Error) {
    // The message repeats arguments. Without colours, it has no orders to the terminal but those of an argument.
    let is_plain = |argument: OsString| {
        let argument = argument.to_string_lossy();
        printable::line(&argument) == argument
    };
    if std::env::args_os().all(is_plain) {
        let _ = message.print();
    } else {
        let _ = io::stderr().write_all(printable::lines(&message.render().to_string()).as_bytes());
    }
}

fn run(arguments: Arguments) -> Outcome {
    instructions::choose()?;
    outlive_limits_on_files();
    let mut results = Results::new();
    let notes = Notes::new(arguments.quiet);
    if let Some(typed) = arguments.threads {
        threads::announce("--threads", typed, notes);
    }
    match arguments.command {
        Command::Completions(completions) => commands::completions::run(&completions, &mut results)?,
        Command::Man(man) => commands::man::run(&man, notes, &mut results)?,
        // A sweep has a pool of threads for each of its runs.
        Command::Sweep(sweep) => commands::sweep::run(&sweep, arguments.threads, notes, &mut results)?,
        // The command runs inside the pool, so that threads need not be woken from outside for every piece of work.
        command => threads::pool(arguments.threads)?.install(|| compute(command, notes, &mut results))?,
    }
    results.finish()
}

fn compute(command: Command, notes: Notes, results: &mut Results) -> Outcome {
    match command {
        Command::Inspect(inspect) => commands::inspect::run(&inspect, notes, results),
        Command::Train(train) => commands::train::run(&train, notes, results),
        Command::FindLr(find) => commands::find_lr::run(&find, notes, results),
        Command::Evaluate(evaluate) => commands::evaluate::run(&evaluate, notes, results),
        Command::Encode(encode) => commands::encode::run(&encode, notes),
        Command::Compress(compress) => commands::compress::run(&compress, notes, results),
        Command::Decompress(decompress) => commands::decompress::run(&decompress, notes),
        Command::Decode(decode) => commands::decode::run(&decode, notes),
        Command::Reconstruct(reconstruct) => commands::reconstruct::run(&reconstruct, notes),
        Command::Generate(generate) => commands::generate::run(&generate, notes),
        Command::Interpolate(interpolate) => commands::interpolate::run(&interpolate, notes),
        Command::Neighbours(neighbours) => commands::neighbours::run(&neighbours, notes, results),
        Command::Score(score) => commands::score::run(&score, notes, results),
        Command::Impute(impute) => commands::impute::run(&impute, notes),
        Command::Export(export) => commands::export::run(&export, notes),
        Command::Import(import) => commands::import::run(&import, notes),
        Command::Explore(explore) => commands::explore::run(&explore, notes),
        Command::Plot(plot) => commands::plot::run(&plot, notes),
        Command::Report(report) => commands::report::run(&report, notes),
        Command::Corrupt(corrupt) => commands::corrupt::run(&corrupt, notes),
        Command::Synthetic(synthetic) => commands::synthetic::run(&synthetic, notes),
        Command::Completions(_) | Command::Man(_) | Command::Sweep(_) => {
            unreachable!("what computes nothing needs no threads, and a sweep has its own")
        }
    }
}
