//! `autoencoder evaluate`: the errors of a model, beside those of the mean sample and PCA.

use super::typed_data;
use crate::arguments::Evaluate;
use crate::data::Split;
use crate::failure::{Failure, Outcome};
use crate::run::{Judged, Loaded, Verdict};
use crate::terminal::{Notes, Results};

pub(crate) fn run(typed: &Evaluate, notes: Notes, results: &mut Results) -> Outcome {
    let loaded = Loaded::open(&typed.model, notes)?;
    let draws = typed.importance_samples;
    if draws.is_some() && !loaded.model.architecture().specification().is_variational() {
        let what =
            "--importance-samples needs a variational model: the codes of this model are not drawn at random";
        return Err(Failure::at(loaded.path(), what));
    }
    let (source, split) = (typed_data::source(&typed.samples, notes)?, typed.samples.split);
    let test = loaded.read(&source, split, notes)?.samples;
    let against = match &typed.against {
        Some(clean) => {
            let source = typed_data::against(clean.as_deref(), &typed.samples, notes)?;
            let seen = loaded.read_against(&source, split, &test, notes)?;
            Some((source, seen))
        }
        None => None,
    };
    let name = against.as_ref().map_or_else(String::new, |(source, _)| source.description());
    let clean = against.as_ref().map(|(_, seen)| (name.as_str(), &seen.samples));
    let judged = Judged { inputs: &test, clean };
    // Baselines are fitted to the training split of the samples that are to be restored, or else to these samples.
    let fitted_from = against.as_ref().map_or(&source, |(source, _)| source);
    let verdict = if fitted_from.splits() && split == Split::Test {
        let train = fitted_from.read(Split::Train, None, notes)?;
        let train = loaded.see(train, Notes::new(true))?.samples;
        Verdict::new(&loaded.model, &train, judged, draws, notes)?
    } else {
        Verdict::new(&loaded.model, judged.targets(), judged, draws, notes)?
    };
    if typed.json { results.print_json(&verdict) } else { results.print(&verdict.table()) }
}
