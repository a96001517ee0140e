//! `autoencoder plot loss`: the losses of a training over its epochs.

use std::path::Path;

use super::is_svg;
use crate::arguments::PlotLoss;
use crate::config::{self, Plan};
use crate::data_sets::DataSets;
use crate::failure::Outcome;
use crate::loaded::Loaded;
use crate::progress::Notes;
use crate::verdict::{Baselines, Judged};
use crate::{metrics, output};

pub(super) fn run(typed: &PlotLoss, notes: Notes) -> Outcome {
    is_svg(&typed.out, &[])?;
    let figure = if typed.run.is_dir() {
        let records = metrics::read(&typed.run.join("metrics.csv"))?;
        let loaded = Loaded::open(&typed.run)?;
        let baselines = baselines(&typed.run, loaded.model.architecture().code(), notes);
        if let Err(failure) = &baselines {
            notes.say(format_args!("drawn without baselines: {failure}"));
        }
        let title = metrics::title(loaded.model.architecture(), records.len());
        metrics::figure(&title, &records, baselines.ok().as_ref())
    } else {
        metrics::figure("Training", &metrics::read(&typed.run)?, None)
    };
    output::write_file(&typed.out, figure.as_bytes())
}

/// What simple methods reach on the data that the run's configuration names.
fn baselines(run: &Path, components: usize, notes: Notes) -> Outcome<Baselines> {
    let mut plan = Plan::new(&config::read(&run.join("config.toml"))?)?;
    let data = DataSets::read(&mut plan, notes)?;
    Baselines::new(&data.train.samples, Judged::themselves(&data.shown().samples), components)
}
