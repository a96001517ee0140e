//! Benchmark of tables with words: times epochs of a model of numbers and words, and epochs of the plain network on as many
//! features, which are the same numbers and the same words as plain numbers 0 and 1, in turns.
//!
//! The command
//! `cargo bench -p autoencoder --bench table -- [--quick] [--threads N] [--numbers N] [--columns N] [--words N]` prints one
//! JSON object. The table has `numbers` columns of numbers, and `columns` columns of `words` words each. The ratio is that of
//! the seconds of the plain network and of the table, in two measurements that follow each other: above 1, the table is
//! faster. The median over all rounds counts.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark is a program whose job is to say what it measured"
)]

mod harness;

use std::process::ExitCode;
use std::time::Instant;

use autoencoder::{
    Activation, NumberScalingKind, Samples, Scaling, Specification, TableColumns, TableValues, Trainer,
    TrainingOptions, Values, WordColumn,
};
use ndarray::Array2;
use serde_json::json;

use harness::{Arguments, all_threads, best_and_median, pool};

/// The network's hidden width and code, and its batches.
const WIDTHS: [usize; 2] = [256, 5];
const BATCH: usize = 128;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("table: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = Arguments::typed();
    let quick = arguments.switch("--quick");
    let threads = arguments.threads()?.unwrap_or_else(all_threads);
    let numbers = arguments.value("--numbers")?.unwrap_or(10);
    let columns = arguments.value("--columns")?.unwrap_or(10);
    let words = arguments.value("--words")?.unwrap_or(50);
    arguments.finish()?;
    let (rows, rounds) = if quick { (10_000, 3) } else { (100_000, 7) };
    let (table, plain) = samples(rows, numbers, columns, words)?;
    let specification = Specification::new(table.features(), WIDTHS)
        .with_activation(Activation::LeakyRelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear);
    let of_table = vec![WordColumn::new(words, 1.0); columns];
    let of_table = specification.clone().with_table(TableColumns::new(numbers, of_table));
    let pool = pool(threads)?;
    let (mut of_tables, mut of_plain, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let seconds = pool.install(|| epoch(&of_table, &table))?;
        let beside = pool.install(|| epoch(&specification, &plain))?;
        of_tables.push(seconds);
        of_plain.push(beside);
        ratios.push(beside / seconds);
    }
    let ((best, seconds), (_, plain), (_, ratio)) =
        (best_and_median(of_tables), best_and_median(of_plain), best_and_median(ratios));
    println!(
        "{}",
        json!({
            "bench": "table",
            "numbers": numbers,
            "columns": columns,
            "words": words,
            "features": table.features(),
            "rows": rows,
            "rounds": rounds,
            "threads": threads,
            "seconds_per_epoch": seconds,
            "least_seconds_per_epoch": best,
            "plain_seconds_per_epoch": plain,
            "ratio": ratio,
        })
    );
    Ok(())
}

/// Trains for one epoch, and returns its seconds.
fn epoch(specification: &Specification, samples: &Samples) -> Result<f64, String> {
    let options = TrainingOptions::default().with_epochs(1).with_batch_size(BATCH);
    let mut trainer =
        Trainer::new(specification.clone(), options).map_err(|error| format!("our network: {error}"))?;
    let begun = Instant::now();
    trainer.fit(samples).map_err(|error| format!("our samples: {error}"))?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Rows of a table, and the same rows as plain numbers.
fn samples(rows: usize, numbers: usize, columns: usize, words: usize) -> Result<(Samples, Samples), String> {
    let chance = |row: usize, column: usize| {
        let mut bits = (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (column as u64) << 40;
        bits = (bits ^ bits >> 31).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (bits >> 40) as f64 / (1_u64 << 24) as f64
    };
    let of_numbers = Array2::from_shape_fn((rows, numbers), |(row, column)| chance(row, column));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the number of words")]
    let word = |(row, column): (usize, usize)| (chance(row, numbers + column) * words as f64) as u32;
    let failed = |error| format!("a table made up: {error}");
    let values =
        TableValues::new(of_numbers, Array2::from_shape_fn((rows, columns), word), vec![words; columns])
            .map_err(failed)?;
    let scaling = values.fit(|_| NumberScalingKind::Standard);
    let table = Samples::new(Values::Table(values), scaling).map_err(failed)?;
    let plain = Samples::new(Values::Floats(table.scaled(0..rows)), Scaling::None).map_err(failed)?;
    Ok((table, plain))
}
