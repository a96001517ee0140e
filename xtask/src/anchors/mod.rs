//! `cargo xtask anchors`: sets what the release program reaches on MNIST beside published numbers.

mod anchor;
mod catalogue;
mod closeness;
mod matrix;
mod outcome;
mod stage;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use anchor::Anchor;
use catalogue::ANCHORS;
use outcome::{Outcome, Row};
use stage::Stage;

use crate::bench::machine::Circumstances;
use crate::bench::table::Table;
use crate::process::Program;
use crate::{built, workspace};

/// Arguments of `cargo xtask anchors`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Measure only what takes at most two minutes on two cores, and name the rest
    #[arg(long)]
    quick: bool,
    /// Drive this program instead of building the release one
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
    /// File for the results as JSON [default: target/anchors.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The file of results.
#[derive(Debug, Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    circumstances: &'a Circumstances,
    quick: bool,
    anchors: &'a [Row],
}

/// Measures every anchor, prints them in one table, and fails if one is off.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let data = mnist(&workspace::root())?;
    let path = match &options.program {
        Some(path) => std::path::absolute(path)?,
        None => built::program()?,
    };
    let out = match &options.out {
        Some(path) => std::path::absolute(path)?,
        None => workspace::root().join("target").join("anchors.json"),
    };
    let circumstances = Circumstances::look();
    println!("on {}", circumstances.summary());
    let folder = tempfile::tempdir()?;
    let mut stage = Stage::new(Program::new(path), data, folder.path().to_owned())?;
    let (chosen, left_out): (Vec<&Anchor>, Vec<&Anchor>) =
        ANCHORS.iter().partition(|anchor| anchor.is_quick || !options.quick);
    let mut rows = Vec::new();
    for anchor in chosen {
        eprintln!("measuring: {}", anchor.what);
        rows.push(Row::new(anchor, stage.measure(&anchor.measure)));
        // What was measured stays when the next is interrupted.
        write(&out, &Report { circumstances: &circumstances, quick: options.quick, anchors: &rows })?;
    }
    print!("\n{}", table(&rows));
    for row in &rows {
        if let Outcome::Failed { why } = &row.outcome {
            println!("FAIL  {}: {why}", row.what);
        }
    }
    if !left_out.is_empty() {
        let names: Vec<&str> = left_out.iter().map(|anchor| anchor.what).collect();
        println!("\nleft out by --quick: {}", names.join("; "));
    }
    println!("\nresults in {}", out.display());
    let off: Vec<&str> = rows.iter().filter(|row| row.outcome.is_off()).map(|row| row.what).collect();
    if off.is_empty() { Ok(()) } else { Err(format!("off: {}", off.join("; ")).into()) }
}

/// The folder of MNIST's files below the root.
fn mnist(root: &Path) -> Result<PathBuf, String> {
    let folder = root.join("data").join("mnist");
    if folder.is_dir() {
        return Ok(folder);
    }
    Err("the published numbers are of MNIST, and data/mnist is not there; run `cargo xtask download mnist` first"
        .to_owned())
}

fn write(path: &Path, report: &Report<'_>) -> Result<(), Box<dyn Error>> {
    let named = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(named)?;
    }
    Ok(fs::write(path, serde_json::to_string_pretty(report)? + "\n").map_err(named)?)
}

fn table(rows: &[Row]) -> Table {
    let title = "published numbers and ours, on MNIST's test images";
    let mut table =
        Table::new(title, &["what", "published", "ours", "expected", "", "seconds", "published by"]);
    for row in rows {
        table.row(vec![
            row.what.to_owned(),
            row.published.to_owned(),
            row.shown(),
            row.expected.clone(),
            row.outcome.verdict().to_owned(),
            row.seconds().map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.1}")),
            row.source.to_owned(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_mnist_the_command_that_gets_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert!(mnist(folder.path()).unwrap_err().contains("`cargo xtask download mnist`"));
        fs::create_dir_all(folder.path().join("data/mnist")).unwrap();
        assert!(mnist(folder.path()).unwrap().ends_with("mnist"));
    }

    #[test]
    fn names_tell_the_anchors_apart() {
        let mut names: Vec<&str> = ANCHORS.iter().map(|anchor| anchor.what).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ANCHORS.len());
    }
}
