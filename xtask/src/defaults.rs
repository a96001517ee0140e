//! `cargo xtask defaults`: trains on tables without a word beside their names, and sets the models beside PCA.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::bench::machine::Circumstances;
use crate::bench::statistics::Spread;
use crate::bench::table::Table;
use crate::built;
use crate::process::Program;

/// Arguments of `cargo xtask defaults`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Data, or folders of .npz, .npy and .csv files
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,
    /// The most samples that are read of each
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    limit: usize,
    /// Drive this program instead of building the release one
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
    /// Further arguments of `train`, behind `--`
    #[arg(last = true)]
    further: Vec<OsString>,
}

/// Trains on each table and prints how the held-out error compares with PCA's; fails if a training does.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let path = match &options.program {
        Some(path) => std::path::absolute(path)?,
        None => built::program()?,
    };
    let program = Program::new(path);
    let mut data = Vec::new();
    for place in &options.data {
        data.extend(tables(place)?);
    }
    println!("on {}", Circumstances::look().summary());
    let folder = tempfile::tempdir()?;
    let headings = ["data", "samples", "features", "code", "error beside PCA's", "seconds"];
    let mut table = Table::new("held-out error of `train DATA` as a multiple of PCA's", &headings);
    let mut ratios = Vec::new();
    for path in &data {
        let (result, seconds) = train(&program, path, options, folder.path())?;
        let number = |pointer: &str| result.pointer(pointer).and_then(Value::as_f64);
        let (Some(error), Some(pca)) = (number("/validation/mse"), number("/validation/baselines/pca/mse"))
        else {
            return Err(format!("{}: the training held nothing out", path.display()).into());
        };
        let whole = |pointer: &str| number(pointer).unwrap_or_default().to_string();
        ratios.push(error / pca);
        table.row(vec![
            path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            whole("/validation/samples"),
            whole("/validation/features"),
            whole("/validation/code"),
            format!("{:.3}", error / pca),
            format!("{seconds:.1}"),
        ]);
    }
    print!("{table}");
    let below = ratios.iter().filter(|&&ratio| ratio < 1.0).count();
    let median = Spread::of(ratios.iter().copied()).map_or(f64::NAN, |spread| spread.median);
    println!("below PCA on {below} of {}; median {median:.3}", ratios.len());
    Ok(())
}

/// The tables at a place: the place itself, or the files of a folder in the order of their names.
fn tables(place: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    if !place.is_dir() {
        return Ok(vec![std::path::absolute(place)?]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(place)? {
        let path = std::path::absolute(entry?.path())?;
        if path
            .extension()
            .is_some_and(|extension| ["npz", "npy", "csv"].iter().any(|known| extension == *known))
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn train(
    program: &Program,
    data: &Path,
    options: &Options,
    folder: &Path,
) -> Result<(Value, f64), Box<dyn Error>> {
    let mut arguments: Vec<OsString> = vec!["train".into(), data.into()];
    let limit = options.limit.to_string();
    arguments.extend(["--limit", &limit, "--out", "run", "--force", "--json", "--quiet"].map(OsString::from));
    arguments.extend(options.further.iter().cloned());
    let run = program.run(&arguments, folder)?;
    if run.code != Some(0) {
        return Err(run.to_string().into());
    }
    Ok((serde_json::from_slice(&run.stdout)?, run.seconds))
}
