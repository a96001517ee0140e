//! What simple methods reach on the samples that a model is judged on: the mean sample and PCA.

use autoencoder::{Pca, Samples, mean_squared_difference};
use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::terminal::Notes;

/// What simple methods reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Baselines {
    pub(crate) mean: MeanSample,
    pub(crate) pca: PrincipalComponents,
    /// The samples as the model is given them, where they are measured against others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<Input>,
}

/// Nothing restored: samples as they are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Input {
    pub(super) mse: f64,
}

/// What a model is judged on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged<'a> {
    /// What it is given.
    pub(crate) inputs: &'a Samples,
    /// What it is to restore of that, and what that is called; the inputs themselves unless given.
    pub(crate) clean: Option<(&'a str, &'a Samples)>,
}

impl<'a> Judged<'a> {
    /// Samples that are to be restored as they are.
    pub(crate) fn themselves(inputs: &'a Samples) -> Self {
        Self { inputs, clean: None }
    }

    /// What is to be restored.
    pub(crate) fn targets(self) -> &'a Samples {
        self.clean.map_or(self.inputs, |(_, clean)| clean)
    }
}

/// Every sample restored as the mean sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct MeanSample {
    pub(crate) mse: f64,
}

/// Every sample restored from as many principal components as a code has numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct PrincipalComponents {
    pub(crate) components: usize,
    pub(crate) mse: f64,
}

impl Baselines {
    /// Fits to `train` and measures on what is judged.
    pub(crate) fn new(train: &Samples, judged: Judged<'_>, components: usize, notes: Notes) -> Outcome<Self> {
        notes.during("fitting PCA to compare with", || {
            let pca = Pca::fit(train, components).map_err(Failure::new)?;
            let mse = match judged.clean {
                Some((_, clean)) => pca.mse_against(judged.inputs, clean),
                None => pca.mse(judged.inputs),
            };
            let difference = |(_, clean)| Input { mse: mean_squared_difference(judged.inputs, clean) };
            Ok(Self {
                mean: MeanSample { mse: pca.mean_mse(judged.targets()) },
                pca: PrincipalComponents { components: pca.components(), mse },
                input: judged.clean.map(difference),
            })
        })
    }

    /// Their names and errors: the mean sample, then PCA.
    pub(crate) fn lines(&self) -> [(String, f64); 2] {
        let Self { mean, pca, input: _ } = self;
        [("mean sample".to_owned(), mean.mse), (format!("PCA({})", pca.components), pca.mse)]
    }
}
