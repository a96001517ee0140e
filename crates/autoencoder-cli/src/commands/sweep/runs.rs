//! The runs of a sweep: the plan of each, its training and its score.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use autoencoder::EpochReport;
use toml::Table;

use super::names;
use crate::commands::train::{self, Extras, Resumable, Start};
use crate::config::{self, Combination, Init, Plan, Settings};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::{DataSets, Found, Loaded, RunFolder, metrics};
use crate::terminal::{Interrupt, Notes};

/// One run of a sweep.
#[derive(Debug)]
pub(super) struct Run {
    /// The name of its folder.
    pub(super) name: String,
    /// The values that tell the run from the others.
    pub(super) varied: Table,
    /// The plan, whose data was found but not read.
    pub(super) plan: Plan,
    pub(super) path: PathBuf,
}

/// The score of a finished run: the losses of the epoch whose model is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    /// The report of that epoch; `None` where no epoch was asked for.
    pub(super) report: Option<EpochReport>,
    pub(super) epochs: usize,
    /// The seconds of training; unknown if an epoch was interrupted.
    pub(super) seconds: Option<f64>,
}

/// The plans of all runs, checked as far as that is possible without reading data. Notes which data is used.
pub(super) fn plan(combinations: Vec<Combination>, out: &Path, notes: Notes) -> Outcome<Vec<Run>> {
    let mut runs = Vec::with_capacity(combinations.len());
    let (mut names, mut announced) = (BTreeMap::new(), BTreeSet::new());
    let mut looked_at: Option<(Settings, Found)> = None;
    for Combination { varied, settings } in combinations {
        let name = names::of_folder(&varied);
        let named = |failure: Failure| failure.of(&name);
        if settings.budget.is_some() {
            let failure = Failure::usage("budget: the runs of a sweep take as many epochs as each other");
            return Err(named(failure.advise("give epochs")));
        }
        let mut plan = Plan::new(&settings).map_err(named)?;
        let source = DataSets::find(&mut plan).map_err(named)?;
        // Any preset changes for a table with words or holes.
        let follows = settings.preset.is_none_or(|preset| preset.0.is_sized()) || source.is_table();
        if follows && source.path().is_some() {
            let found = match &looked_at {
                Some((other, found)) if other.shares_data(&settings) => *found,
                _ => Found::of(&mut plan).map_err(named)?,
            };
            looked_at = Some((settings.clone(), found));
            found.settle(&mut plan, &settings).map_err(named)?;
            DataSets::find(&mut plan).map_err(named)?;
        }
        if let Some(other) = names.insert(plan.settings.table().to_string(), name.clone()) {
            let what = format_args!("{other} and {name} are the same training");
            return Err(Failure::new(what).advise("leave one of the two values out"));
        }
        if announced.insert(source.description()) {
            source.announce(notes);
        }
        runs.push(Run { path: out.join(&name), name, varied, plan });
    }
    Ok(runs)
}

/// Advice where a run is not the one that is asked for.
const REPLACE: &str = "choose another --out, or remove this folder";

/// Checks that finished runs were trained on the data as it is now, so that the others can be compared with them.
pub(super) fn check_data<'a>(finished: impl Iterator<Item = &'a Run>) -> Outcome {
    let mut read: Option<(Plan, DataSets)> = None;
    for run in finished {
        // A run that starts from a model has its samples scaled as that model has them.
        let starts_from_model = matches!(run.plan.init, Init::Model(_));
        let is_other = |plan: &Plan| starts_from_model || !plan.settings.shares_data(&run.plan.settings);
        if read.as_ref().is_none_or(|(plan, _)| is_other(plan)) {
            let mut plan = run.plan.clone();
            let named = |failure: Failure| failure.of(&run.name);
            let known = match plan.init {
                Init::Model(_) => Some(Loaded::open(&run.path, Notes::new(true)).map_err(named)?.known()),
                Init::Drawn(_) | Init::Principal => None,
            };
            let data = DataSets::read(&mut plan, known.as_ref(), Notes::new(true)).map_err(named)?;
            read = Some((run.plan.clone(), data));
        }
        if let Some((_, data)) = &read {
            run.check_data(data)?;
        }
    }
    Ok(())
}

impl Run {
    /// Removes what a killed sweep left in the folder of the run beside its files. A failure is ignored: where another training
    /// works in the folder, the run's own training says so.
    pub(super) fn remove_leftovers(&self) {
        let mut folder = RunFolder::new(self.path.clone());
        if folder.is_taken() {
            let _ = folder.claim(Notes::new(true));
        }
    }

    /// The score of the run, if it is finished. A folder with a run of other settings is refused.
    pub(super) fn score(&self) -> Outcome<Option<Score>> {
        let folder = RunFolder::new(self.path.clone());
        if !folder.is_taken() {
            return Ok(None);
        }
        self.expect_the_same(&folder)?;
        if !folder.is_whole() {
            return Ok(None);
        }
        let run = Resumable::open(&self.plan.settings, &folder)?;
        let Some(trainer) = run.trainer().filter(|trainer| trainer.is_finished()) else { return Ok(None) };
        let history = trainer.history();
        let kept = train::best(trainer).unwrap_or(history.len());
        let records = metrics::read(&folder.metrics())?;
        Ok(Some(Score {
            report: history.iter().find(|report| report.epoch == kept).copied(),
            epochs: history.len(),
            seconds: records.iter().map(|record| record.seconds).sum(),
        }))
    }

    /// Checks that the run, which is finished, was trained on this data.
    fn check_data(&self, data: &DataSets) -> Outcome {
        let folder = RunFolder::new(self.path.clone());
        let checked = Resumable::open(&self.plan.settings, &folder)?.check_data(data);
        checked.map_err(|failure| failure.of(&self.name).advise(REPLACE))
    }

    /// Refuses to write the table of the sweep, or a file of the run, over a file that the run reads.
    pub(super) fn refuse_inputs(&self, table: &Path) -> Outcome {
        let folder = RunFolder::new(self.path.clone());
        train::inputs(&self.plan.settings).iter().try_for_each(|input| {
            folder.refuse_input(input)?;
            if input.is_file() { output::refuse_input(table, input) } else { Ok(()) }
        })
    }

    /// Trains the run to its end, from its checkpoint if there is one.
    pub(super) fn train(&self, interrupt: &Interrupt) -> Outcome<Score> {
        let mut folder = RunFolder::new(self.path.clone());
        // The epochs of many runs side by side are not shown, as nobody could follow them.
        let silent = Notes::new(true);
        folder.claim(silent)?;
        let start = if folder.checkpoint().exists() {
            Start::again(&self.plan.settings, &folder, silent)?
        } else {
            Start::anew(&self.plan.settings, silent)?
        };
        start.train(&mut folder, Extras::default(), interrupt, silent)?.draw(&folder, silent)?;
        self.score()?.ok_or_else(|| Failure::at(&self.path, "files of the run vanished during its training"))
    }

    fn expect_the_same(&self, folder: &RunFolder) -> Outcome {
        let advice = REPLACE;
        let written = config::read(&folder.config()).map_err(|failure| failure.advise(advice))?.table();
        let asked = self.plan.settings.table();
        for key in asked.keys().chain(written.keys()) {
            let (asked, found) = (asked.get(key), written.get(key));
            // The scaling is settled when the values are seen.
            let settled = key == "scale" && asked.is_none();
            if asked != found && !settled {
                return Err(train::contradiction(folder, key, found, asked).advise(advice));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn combination(learning_rate: f64, seed: u64) -> Combination {
        let settings = Settings {
            data: Some("synthetic".to_owned()),
            learning_rate: Some(learning_rate),
            seed: Some(seed),
            ..Settings::default()
        };
        let varied = Settings { data: None, ..settings.clone() }.table();
        Combination { varied, settings }
    }

    fn planned(combinations: &[Combination]) -> Outcome<Vec<Run>> {
        plan(combinations.to_vec(), Path::new("out"), Notes::new(true))
    }

    #[test]
    fn runs_lie_in_folders_of_their_own() {
        let runs = planned(&[combination(0.1, 0), combination(0.1, 1)]).unwrap();
        let paths: Vec<_> = runs.iter().map(|run| run.path.to_str().unwrap()).collect();
        assert_eq!(paths, ["out/learning-rate=0.1,seed=0", "out/learning-rate=0.1,seed=1"]);
        assert_eq!(runs[1].score().unwrap(), None, "nothing is there");
    }

    #[test]
    fn what_is_no_training_or_one_twice_is_refused_by_name() {
        let refused = planned(&[combination(0.1, 0), combination(-1.0, 0)]).unwrap_err();
        assert!(refused.to_string().starts_with("learning-rate=-1,seed=0: learning rate"), "{refused}");
        assert_eq!(refused.exit_code(), 2);
        let refused = planned(&[combination(0.1, 0), combination(0.1, 0)]).unwrap_err().to_string();
        assert!(refused.contains("learning-rate=0.1,seed=0 and learning-rate=0.1,seed=0 are the same"));
        let missing = Settings { data: Some("nowhere.csv".to_owned()), ..combination(0.1, 0).settings };
        let refused = planned(&[Combination { settings: missing, ..combination(0.1, 0) }]).unwrap_err();
        assert!(refused.to_string().contains("nowhere.csv"), "{refused}");
    }
}
