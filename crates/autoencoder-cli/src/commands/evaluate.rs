//! `autoencoder evaluate`: how well a model restores samples, beside the mean sample and PCA.

use crate::arguments::Evaluate;
use crate::data::Split;
use crate::failure::{Failure, Outcome};
use crate::loaded::{self, Loaded};
use crate::progress::Notes;
use crate::results::Results;
use crate::verdict::Verdict;

pub(crate) fn run(typed: &Evaluate, notes: Notes, results: &mut Results) -> Outcome {
    let loaded = Loaded::open(&typed.model)?;
    let draws = typed.importance_samples;
    if draws.is_some() && !loaded.model.architecture().specification().is_variational() {
        let what = "--importance-samples needs a variational model: this one's codes are not drawn";
        return Err(Failure::at(loaded.path(), what));
    }
    let source = Loaded::source(&typed.samples, notes)?;
    let test = loaded.see(loaded::read(&source, typed.samples.split, None, notes)?, notes)?.samples;
    let verdict = if source.splits() && typed.samples.split == Split::Test {
        let train = loaded::read(&source, Split::Train, None, notes)?;
        let train = loaded.see(train, Notes::new(true))?.samples;
        Verdict::new(&loaded.model, &train, &test, draws, notes)?
    } else {
        Verdict::new(&loaded.model, &test, &test, draws, notes)?
    };
    if typed.json { results.print_json(&verdict) } else { results.print(&verdict.table()) }
}
