//! Simple detectors of odd samples, which stand beside the model.

use autoencoder::{Detector, Detectors, Samples};

use crate::failure::{Failure, Outcome};
use crate::run::DataSets;
use crate::terminal::Notes;

/// The scores of samples by simple detectors, with nearest neighbours among them if more are asked for, fitted to the data of the run.
pub(super) fn scores(
    run: &DataSets,
    samples: &Samples,
    components: usize,
    compares: bool,
    notes: Notes,
) -> Outcome<Vec<(Detector, Vec<f64>)>> {
    let train = &run.train.samples;
    let fitted =
        notes.during("fitting simple detectors to compare with", || Detectors::fit(train, components));
    let mut detectors = fitted.map_err(Failure::new)?;
    if compares {
        notes.say("isolation forests are left out of the comparison: no crate of one was found that is small, right and kept up");
        detectors = detectors.with_neighbours(train);
    }
    Ok(notes.during("scoring samples by simple detectors", || detectors.scores(samples)))
}

/// The name of the model beside simple detectors.
pub(crate) const MODEL: &str = "this model";

/// A simple detector as people know it.
pub(crate) fn known_as(detector: Detector) -> &'static str {
    match detector {
        Detector::PcaResidual => "residual of PCA",
        Detector::Mahalanobis => "Mahalanobis",
        Detector::TrimmedMahalanobis => "Mahalanobis, trimmed",
        Detector::AbsoluteZ => "sum of |z|",
        Detector::Neighbours => "nearest neighbours",
    }
}
