//! `autoencoder sweep`: trains every combination of listed settings side by side, and ranks the results.

mod jobs;
mod names;
mod ranking;
mod runs;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Table;

use self::ranking::{Ranking, SortedBy};
use self::runs::{Run, Score};
use crate::arguments::Sweep;
use crate::config;
use crate::failure::{Failure, Outcome};
use crate::output::{self, Folder, Lock};
use crate::printable;
use crate::terminal::{Interrupt, Notes, Results, Signal, numerals, threads};

/// The name of the file of the table.
const TABLE: &str = "sweep.csv";

/// The results of the runs; a run without a result has not ended.
type Ends = Vec<Option<Outcome<Score>>>;

pub(crate) fn run(typed: &Sweep, threads: Option<usize>, notes: Notes, results: &mut Results) -> Outcome {
    let mut folder = Folder::new(out(typed));
    let runs = runs::plan(config::combinations(&typed.config)?, folder.path(), notes)?;
    let path = folder.path().join(TABLE);
    output::refuse_input(&path, &typed.config)?;
    runs.iter().try_for_each(|run| run.refuse_inputs(&path))?;
    folder.make()?;
    // The lock is dropped before the folder, which is removed if it is empty.
    let _lock = Lock::take(folder.path(), notes)?;
    output::remove_leftovers(folder.path(), &[TABLE], Duration::ZERO);
    output::probe(&path)?;
    runs.iter().for_each(Run::remove_leftovers);
    let scores: Outcome<Vec<Option<Score>>> = runs.iter().map(Run::score).collect();
    let mut ends: Ends = scores?.into_iter().map(|score| score.map(Ok)).collect();

    if let Some(jobs) = typed.jobs {
        threads::announce("--jobs", jobs, notes);
    }
    let signal = train(&runs, &mut ends, (typed.jobs, threads.unwrap_or_else(threads::available)), notes)?;
    let is_finished = |end: &&Option<Outcome<Score>>| matches!(end, Some(Ok(_)));
    let finished = ends.iter().filter(is_finished).count();
    let reasons: Option<Vec<Result<Score, String>>> = ends.into_iter().map(reason).collect();
    let Some(reasons) = reasons else {
        let signal = signal.expect("only a signal leaves a run without its end");
        return Err(interrupted(signal, typed, folder.path(), finished, runs.len()));
    };
    let ranking = Ranking::new(runs.iter().zip(reasons));
    ranking.write(&path)?;
    if ranking.sorted_by == SortedBy::Mse {
        notes.say("the runs minimise different losses: they are compared by their MSE");
    }
    if let Some(key) = incomparable(&runs) {
        notes.say(format_args!(
            "runs with another {key} have errors in other units, so that their order says little: `evaluate --by-column` compares them"
        ));
    }
    notes.wrote(&path, format_args!("the table of {}", numerals::counted(runs.len(), "run")));
    if typed.json {
        results.print_json(&ranking)?;
    } else {
        results.print(&ranking.table())?;
    }
    match ranking.failures() {
        0 => Ok(()),
        failures => {
            results.flush().map_err(|error| Failure::new(format_args!("stdout: {error}")))?;
            let what = format_args!("{failures} of {} runs failed", runs.len());
            Err(Failure::at(folder.path(), what).advise("the table says why"))
        }
    }
}

/// The setting in which runs differ so that their errors are those of other numbers.
fn incomparable(runs: &[Run]) -> Option<&'static str> {
    const KEYS: [&str; 6] = ["data", "scale", "column", "schema", "drop", "columns"];
    let tables: Vec<Table> = runs.iter().map(|run| run.plan.settings.table()).collect();
    let differs = |key: &&str| tables.iter().any(|table| table.get(*key) != tables[0].get(*key));
    KEYS.into_iter().find(differs)
}

fn out(typed: &Sweep) -> PathBuf {
    let default = || Path::new("runs").join(typed.config.file_stem().unwrap_or_default());
    typed.out.clone().unwrap_or_else(default)
}

/// Trains the runs that are not finished; returns the signal that ended the training early, if one came.
fn train(
    runs: &[Run],
    ends: &mut Ends,
    (jobs, threads): (Option<usize>, usize),
    notes: Notes,
) -> Outcome<Option<Signal>> {
    let left: Vec<usize> = (0..runs.len()).filter(|&index| ends[index].is_none()).collect();
    let mut ended = runs.len() - left.len();
    if ended > 0 {
        notes.say(format_args!("{ended} of {} runs are finished already", runs.len()));
    }
    if left.is_empty() {
        return Ok(None);
    }
    runs::check_data(runs.iter().zip(&*ends).filter(|(_, end)| end.is_some()).map(|(run, _)| run))?;
    let jobs = jobs.unwrap_or(threads).min(left.len());
    let (left_runs, on) = (numerals::counted(left.len(), "run"), numerals::counted(threads, "thread"));
    notes.say(format_args!("{left_runs} to train, {jobs} at a time on {on}"));
    let interrupt = Interrupt::watch()?;
    jobs::side_by_side(
        left.len(),
        (jobs, threads),
        || interrupt.asked().is_some(),
        |index| runs[left[index]].train(&interrupt),
        |index, outcome| {
            if !is_interruption(&outcome) {
                ended += 1;
                let name = &runs[left[index]].name;
                notes.say(format_args!("{ended}/{} {name}: {}", runs.len(), line(&outcome)));
            }
            ends[left[index]] = Some(outcome);
        },
    )?;
    Ok(interrupt.asked())
}

fn is_interruption(outcome: &Outcome<Score>) -> bool {
    outcome.as_ref().is_err_and(Failure::is_interruption)
}

/// The result of a run, in one line.
fn line(outcome: &Outcome<Score>) -> String {
    let score = match outcome {
        Ok(score) => score,
        Err(failure) => return format!("failed: {failure}"),
    };
    let mut parts = Vec::new();
    if let Some(report) = &score.report {
        let (name, loss) =
            report.validation_loss.map_or(("train", report.train_loss), |loss| ("validation", loss));
        parts.push(format!("{name} loss {}", numerals::error(loss)));
    }
    parts.push(numerals::counted(score.epochs, "epoch"));
    parts.extend(score.seconds.map(|seconds| format!("{seconds:.1} s")));
    parts.join(", ")
}

/// A score, or the reason why there is none; nothing for a run that was interrupted or never begun.
fn reason(end: Option<Outcome<Score>>) -> Option<Result<Score, String>> {
    end.filter(|outcome| !is_interruption(outcome))
        .map(|outcome| outcome.map_err(|failure| failure.to_string()))
}

fn interrupted(signal: Signal, typed: &Sweep, folder: &Path, finished: usize, of: usize) -> Failure {
    let what = format_args!(
        "interrupted; {}: {finished} of {of} runs are finished, the runs under way have written their checkpoints",
        folder.display()
    );
    let (config, folder) = (printable::word(&typed.config), printable::word(folder));
    signal.failure(what).advise(format_args!("`autoencoder sweep {config} --out {folder}` continues"))
}
