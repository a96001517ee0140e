//! `cargo xtask anomalies`: trains the preset `anomaly` on labelled tables without their labels, and holds scores against the labels,
//! beside simple detectors.

mod npz;
mod permutation;

use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::bench::machine::Circumstances;
use crate::bench::statistics::Spread;
use crate::bench::table::Table;
use crate::built;
use crate::process::Program;
use npz::Labelled;

/// Arguments of `cargo xtask anomalies`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder of .npz files with arrays X and y
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The most rows that are read of each table: the first of NumPy's permutation of seed 0, in their order
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    limit: usize,
    /// Seeds of the trainings
    #[arg(long, value_name = "SEED,..,SEED", value_delimiter = ',', default_value = "0")]
    seeds: Vec<u64>,
    /// Kind of the scores, as `score --kind` takes it; the default is that of the preset
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Threads of the program
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
    /// Drive this program instead of building the release one
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
    /// Further arguments of `train`, behind `--`
    #[arg(last = true)]
    further: Vec<OsString>,
}

/// What one table came to.
struct Found {
    /// The area and the average precision of the model, and then of each detector.
    measures: Vec<(String, [f64; 2])>,
    seconds: f64,
}

/// Trains on each table, scores its rows and prints how well odd ones were told; fails if the program does.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let path = match &options.program {
        Some(path) => std::path::absolute(path)?,
        None => built::program()?,
    };
    let program = Program::new(path);
    let mut tables: Vec<PathBuf> =
        fs::read_dir(&options.data)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    tables.retain(|path| path.extension().is_some_and(|extension| extension == "npz"));
    tables.sort();
    println!("on {}", Circumstances::look().summary());
    let folder = tempfile::tempdir()?;
    let mut means: Vec<[f64; 2]> = Vec::new();
    for &seed in &options.seeds {
        let mut rows = Vec::new();
        for path in &tables {
            write_table(path, options.limit, folder.path())?;
            rows.push((path, score(&program, options, seed, folder.path())?));
        }
        let headings = ["table", "model", "PCA", "Mahalanobis", "trimmed", "sum of |z|", "seconds"];
        let mut table = Table::new(format!("AUROC / average precision, seed {seed}"), &headings);
        for (path, found) in &rows {
            table.row(cells(&path.file_stem().unwrap_or_default().to_string_lossy(), found));
        }
        let mean = mean(rows.iter().map(|(_, found)| found));
        table.row(cells("mean", &mean));
        print!("{table}");
        means.push(mean.measures[0].1);
    }
    if means.len() > 1 {
        for (measure, name) in ["AUROC", "average precision"].into_iter().enumerate() {
            if let Some(Spread { median, least, greatest }) =
                Spread::of(means.iter().map(|mean| mean[measure]))
            {
                println!(
                    "{name} over {} seeds: median {median:.4} ({least:.4} to {greatest:.4})",
                    means.len()
                );
            }
        }
    }
    Ok(())
}

/// Writes the rows of a table, with their labels in the last column.
fn write_table(path: &Path, limit: usize, folder: &Path) -> Result<(), Box<dyn Error>> {
    let Labelled { rows, is_odd } = Labelled::read(path)?;
    let mut kept: Vec<usize> = (0..rows.len()).collect();
    if kept.len() > limit {
        kept = permutation::of_numpy(rows.len());
        kept.truncate(limit);
        kept.sort_unstable();
    }
    let mut text: String = (0..rows[0].len()).fold(String::new(), |names, index| format!("{names}x{index},"));
    text.push_str("odd\n");
    for row in kept {
        for number in &rows[row] {
            write!(text, "{number:?},")?;
        }
        writeln!(text, "{}", u8::from(is_odd[row]))?;
    }
    fs::write(folder.join("table.csv"), text)?;
    Ok(())
}

fn score(program: &Program, options: &Options, seed: u64, folder: &Path) -> Result<Found, Box<dyn Error>> {
    let (seed, threads) = (seed.to_string(), options.threads.to_string());
    let train = [
        "train",
        "table.csv",
        "--label-column",
        "odd",
        "--preset",
        "anomaly",
        "--out",
        "run",
        "--force",
        "--quiet",
    ];
    let mut arguments: Vec<OsString> =
        train.into_iter().chain(["--seed", &seed, "--threads", &threads]).map(OsString::from).collect();
    arguments.extend(options.further.iter().cloned());
    let trained = program.run(&arguments, folder)?;
    if trained.code != Some(0) {
        return Err(trained.to_string().into());
    }
    let score =
        ["score", "run", "table.csv", "--odd", "1", "--json", "--top", "0", "--quiet", "--threads", &threads];
    let kind = options.kind.iter().flat_map(|kind| ["--kind", kind]);
    let arguments: Vec<OsString> = score.into_iter().chain(kind).map(OsString::from).collect();
    let scored = program.run(&arguments, folder)?;
    if scored.code != Some(0) {
        return Err(scored.to_string().into());
    }
    let summary: Value = serde_json::from_slice(&scored.stdout)?;
    let told = |told: &Value| -> Option<(String, [f64; 2])> {
        Some((
            told["name"].as_str()?.to_owned(),
            [told["auroc"].as_f64()?, told["average_precision"].as_f64()?],
        ))
    };
    let detection = &summary["detection"];
    let detectors = detection["detectors"].as_array().into_iter().flatten();
    let measures: Option<Vec<_>> = std::iter::once(&detection["model"]).chain(detectors).map(told).collect();
    let measures = measures.ok_or("the summary of the scores has no detection")?;
    Ok(Found { measures, seconds: trained.seconds + scored.seconds })
}

/// The means over tables.
fn mean<'a>(found: impl Iterator<Item = &'a Found> + Clone) -> Found {
    let count = found.clone().count().max(1) as f64;
    let mut mean = Found { measures: Vec::new(), seconds: 0.0 };
    for Found { measures, seconds } in found {
        mean.seconds += seconds / count;
        for (name, [area, precision]) in measures {
            let place = mean.measures.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                mean.measures.push((name.clone(), [0.0; 2]));
                mean.measures.len() - 1
            });
            mean.measures[place].1[0] += area / count;
            mean.measures[place].1[1] += precision / count;
        }
    }
    mean
}

fn cells(name: &str, found: &Found) -> Vec<String> {
    let mut cells = vec![name.to_owned()];
    for wanted in ["model", "pca", "mahalanobis", "trimmed-mahalanobis", "absolute-z"] {
        let measured = found.measures.iter().find(|(name, _)| name == wanted);
        cells.push(
            measured.map_or_else(String::new, |(_, [area, precision])| format!("{area:.3} / {precision:.3}")),
        );
    }
    cells.push(format!("{:.2}", found.seconds));
    cells
}
