//! Baselines: the errors of the mean sample and of PCA on the samples that a model is judged on.

use autoencoder::{Pca, Samples, mean_squared_difference};
use serde::Serialize;

use super::by_column::OfBaselines;
use crate::failure::{Failure, Outcome};
use crate::terminal::Notes;

/// The errors of the baselines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Baselines {
    pub(crate) mean: MeanSample,
    pub(crate) pca: PrincipalComponents,
    /// The error of the inputs themselves, where errors are measured against other samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<Input>,
    /// The errors of the mean sample and of PCA by column, where these were asked for.
    #[serde(skip)]
    pub(super) columns: Option<OfBaselines>,
}

/// The baseline of no model: samples as they are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Input {
    pub(super) mse: f64,
}

/// The samples that a model is judged on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged<'a> {
    /// The samples that the model is given.
    pub(crate) inputs: &'a Samples,
    /// The samples that the model is to restore, with their name; the inputs themselves unless given.
    pub(crate) clean: Option<(&'a str, &'a Samples)>,
}

impl<'a> Judged<'a> {
    /// Samples that are to be restored as they are.
    pub(crate) fn themselves(inputs: &'a Samples) -> Self {
        Self { inputs, clean: None }
    }

    /// The samples that are to be restored.
    pub(crate) fn targets(self) -> &'a Samples {
        self.clean.map_or(self.inputs, |(_, clean)| clean)
    }
}

/// The baseline that restores every sample as the mean sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct MeanSample {
    pub(crate) mse: f64,
}

/// The baseline that restores every sample from as many principal components as a code has numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct PrincipalComponents {
    pub(crate) components: usize,
    pub(crate) mse: f64,
}

impl Baselines {
    /// Fits the baselines to `train` and measures their errors on `judged`, also by column if that is asked for. One sample
    /// alone has no spread that a baseline could be fitted to.
    pub(crate) fn new(
        train: &Samples,
        judged: Judged<'_>,
        components: usize,
        by_column: bool,
        notes: Notes,
    ) -> Outcome<Option<Self>> {
        // Centred samples span one direction less than their number: a further component would be an arbitrary one.
        let directions = train.len() - 1;
        if directions == 0 {
            return Ok(None);
        }
        notes.during("fitting PCA to compare with", || {
            let pca = Pca::fit(train, components.min(directions)).map_err(Failure::new)?;
            let mse = match judged.clean {
                Some((_, clean)) => pca.mse_against(judged.inputs, clean)?,
                None => pca.mse(judged.inputs)?,
            };
            let input = match judged.clean {
                Some((_, clean)) => Some(Input { mse: mean_squared_difference(judged.inputs, clean)? }),
                None => None,
            };
            let columns = if by_column {
                let mean = Pca::fit(train, 0).map_err(Failure::new)?;
                Some([mean.column_errors(judged.inputs)?, pca.column_errors(judged.inputs)?])
            } else {
                None
            };
            Ok(Some(Self {
                columns,
                mean: MeanSample { mse: pca.mean_mse(judged.targets())? },
                pca: PrincipalComponents { components: pca.components(), mse },
                input,
            }))
        })
    }

    /// The names and errors of the baselines: the mean sample, then PCA.
    pub(crate) fn lines(&self) -> [(String, f64); 2] {
        let Self { mean, pca, input: _, columns: _ } = self;
        [("mean sample".to_owned(), mean.mse), (format!("PCA({})", pca.components), pca.mse)]
    }
}
