//! `autoencoder plot loss`: the losses of one training or several over their epochs.

use std::path::{Path, PathBuf};

use autoencoder::Loss;

use crate::arguments::PlotLoss;
use crate::commands::train::Resumable;
use crate::config::{self, Plan, Settings};
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{MOST_RUNS, Size};
use crate::output;
use crate::run::losses::{self, Measure, RunLosses};
use crate::run::{Baselines, DataSets, Judged, Loaded, Record, RunFolder, files, metrics};
use crate::terminal::{Notes, numerals};

pub(super) fn run(typed: &PlotLoss, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    let count = typed.runs.len();
    if count > MOST_RUNS {
        let what =
            format_args!("expected at most {MOST_RUNS} runs, which colours can tell apart, found {count}");
        return Err(Failure::usage(what).advise("draw fewer runs"));
    }
    for path in &typed.runs {
        refuse_run(path, &typed.out)?;
    }
    output::probe(&typed.out)?;
    let found: Outcome<Vec<Found>> = typed.runs.iter().map(|path| Found::read(path, notes)).collect();
    let found = found?;
    let names = names(&typed.runs);
    let runs: Vec<RunLosses<'_>> = found.iter().zip(&names).map(|(run, name)| run.named(name)).collect();
    let title = match &found[..] {
        [Found { loaded: Some(loaded), records, .. }] => {
            losses::title(loaded.model.architecture(), records.len())
        }
        [_] => "Training".to_owned(),
        several => format!("Losses of {} runs", several.len()),
    };
    if Measure::shared(&runs).is_none() {
        notes.say("the runs minimise different losses: they are compared by their mean squared errors");
    }
    let baselines = baselines(&found, notes);
    if let Err(failure) = &baselines {
        notes.say(format_args!("the figure is drawn without baselines: {failure}"));
    }
    let baselines = baselines.unwrap_or_default();
    output::write_file(
        &typed.out,
        &losses::figure(&title, &runs, &baselines, (format == Format::Svg, Size::Wide)),
    )?;
    let epochs = numerals::counted(found.iter().map(|run| run.records.len()).sum(), "epoch");
    let paths: Vec<String> = typed.runs.iter().map(|path| path.display().to_string()).collect();
    notes.wrote(&typed.out, format_args!("losses of {epochs} ({})", paths.join(", ")));
    Ok(())
}

/// Refuses to write `out` over a file that is read of the run at `path`.
fn refuse_run(path: &Path, out: &Path) -> Outcome {
    if path.is_dir() {
        let read = [files::METRICS, files::MODEL, files::CONFIG];
        read.iter().try_for_each(|file| output::refuse_input(out, &path.join(file)))
    } else {
        output::refuse_input(out, path)
    }
}

/// A run as its files tell it.
struct Found {
    path: PathBuf,
    records: Vec<Record>,
    /// The model of the run, where its folder was given.
    loaded: Option<Loaded>,
}

impl Found {
    fn read(path: &Path, notes: Notes) -> Outcome<Self> {
        let (file, loaded) =
            if path.is_dir() { (path.join(files::METRICS), Some(())) } else { (path.to_owned(), None) };
        let records = metrics::read(&file)?;
        let loaded = loaded.map(|()| Loaded::open(path, notes)).transpose()?;
        Ok(Self { path: path.to_owned(), records, loaded })
    }

    fn named<'a>(&'a self, name: &'a str) -> RunLosses<'a> {
        RunLosses { name, records: &self.records, loss: self.loss(), is_table: self.is_table() }
    }

    /// Whether the model is one of a table with words or holes.
    fn is_table(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.model.architecture().specification().table.is_some())
    }

    fn loss(&self) -> Option<Loss> {
        self.loaded.as_ref().map(|loaded| loaded.model.architecture().specification().loss)
    }
}

/// The names of runs: the last parts of their paths where these differ, otherwise the paths.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let last = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut lasts: Vec<Option<String>> = paths.iter().map(last).collect();
    let names = lasts.clone();
    lasts.sort();
    lasts.dedup();
    let are_apart = lasts.len() == paths.len() && lasts.iter().all(Option::is_some);
    let whole = |path: &PathBuf| path.display().to_string();
    if are_apart { names.into_iter().flatten().collect() } else { paths.iter().map(whole).collect() }
}

/// The names and errors of the baselines on the data of the runs, if all runs have the same data. There are none
/// where a file of metrics alone does not tell the data.
fn baselines(found: &[Found], notes: Notes) -> Outcome<Vec<(String, f64)>> {
    let mut codes = Vec::new();
    for run in found {
        let Some(loaded) = &run.loaded else { return Ok(Vec::new()) };
        // The curves of a table are losses, and the errors of the baselines are not.
        if run.is_table() {
            return Ok(Vec::new());
        }
        codes.push(loaded.model.architecture().code());
    }
    let settings: Outcome<Vec<Settings>> =
        found.iter().map(|run| config::read(&run.path.join(files::CONFIG))).collect();
    let settings = settings?;
    let (Some(first), Some(&code)) = (settings.first(), codes.first()) else { return Ok(Vec::new()) };
    if settings.iter().any(|other| !first.shares_data(other)) {
        return Err(Failure::new("the runs were trained on different data"));
    }
    let mut plan = Plan::new(first)?;
    let known = found.first().and_then(|run| run.loaded.as_ref()).map(Loaded::known);
    let data = DataSets::read(&mut plan, known.as_ref(), notes)?;
    for run in found {
        let folder = RunFolder::new(run.path.clone());
        if folder.checkpoint().exists() {
            Resumable::open(&Settings::default(), &folder)?.check_data(&data)?;
        }
    }
    let judged = Judged::themselves(&data.shown().samples);
    let baselines = Baselines::new(&data.train.samples, judged, code, false, notes)?;
    let mut lines = baselines.map_or_else(Vec::new, |baselines| baselines.lines().to_vec());
    if codes.iter().any(|&other| other != code) {
        // The mean sample alone is left where codes differ in length: PCA is compared with codes of as many numbers.
        lines.truncate(1);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_called_by_the_last_part_of_their_path_where_that_tells_them_apart() {
        let names = |paths: &[&str]| names(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(names(&["runs/a", "runs/b/"]), ["a", "b"]);
        assert_eq!(names(&["x/a", "y/a"]), ["x/a", "y/a"]);
        assert_eq!(names(&["a", ".."]), ["a", ".."]);
    }
}
