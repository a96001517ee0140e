//! The verdict on a model: its errors on samples, beside those of the mean sample and PCA.

mod wording;

use autoencoder::{Evaluation, Inference, Loss, Model, Samples};
use serde::Serialize;

use super::baselines::{Baselines, Judged};
use super::by_column::{self, ByColumn};
use super::finite::expect_finite_error;
use super::nats::Nats;
use crate::failure::{Failure, Outcome};
use crate::terminal::Notes;

/// The errors of a model and of the baselines on the same samples, as JSON has them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Verdict {
    pub(crate) samples: usize,
    features: usize,
    code: usize,
    pub(crate) mse: f64,
    squared_error: f64,
    psnr_db: Option<f64>,
    /// The name of the samples that errors are measured against, where these are not the model's inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<String>,
    /// The errors of the baselines; `None` where there is too little to fit them to.
    pub(crate) baselines: Option<Baselines>,
    /// Whether the baselines would be fitted to one sample, which says nothing about how samples vary.
    #[serde(skip)]
    knows_one_sample: bool,
    /// The loss that the training minimises, without penalties.
    #[serde(skip)]
    pub(crate) loss: f64,
    /// The errors by column, of a table with words or holes, and where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<ByColumn>>,
    /// Whether the samples are rows of a table with words or holes, whose features have no error in common.
    #[serde(skip)]
    is_table: bool,
    /// Whether the errors by column are printed.
    #[serde(skip)]
    shows_columns: bool,
    /// The loss of a variational model, and its terms.
    #[serde(flatten)]
    nats: Option<Nats>,
}

/// What a verdict tells beside the error over all features.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked {
    /// The number of codes drawn for each sample, to estimate the likelihood of a variational model.
    pub(crate) importance_samples: Option<usize>,
    /// Whether the errors of each column are told.
    pub(crate) by_column: bool,
}

/// The number of samples, for each number that is fitted to every feature, from which on baselines that are fitted to the
/// very samples that are judged tell something.
const SAMPLES_FOR_EACH: usize = 10;

impl Verdict {
    /// The least number of samples that baselines beside codes of this many numbers can be fitted to and judged on.
    pub(crate) fn fewest(code: usize) -> usize {
        SAMPLES_FOR_EACH * (code + 1)
    }

    /// Judges `model`, beside baselines fitted to `train` if there are such samples; a variational model also by
    /// importance sampling, if that is asked for.
    pub(crate) fn new(
        model: &Model,
        train: Option<&Samples>,
        judged: Judged<'_>,
        asked: Asked,
        notes: Notes,
    ) -> Outcome<Self> {
        let Asked { importance_samples, by_column: shows_columns } = asked;
        // Errors by column are those of restoring the inputs themselves.
        let is_table = model.architecture().specification().table.is_some() && judged.clean.is_none();
        let by_column = is_table || shows_columns;
        let inference = Inference::new(model);
        let (low, high) = model.architecture().specification().loss.range();
        let (least, greatest) = judged.targets().scaled_range();
        // The slack accepts values that rounding moved outside.
        let is_defined = low - 1e-5 <= least && greatest <= high + 1e-5;
        if !is_defined {
            let what = format_args!(
                "the loss of the model is defined for values in [{low}, {high}], found values in [{least}, {greatest}]"
            );
            if importance_samples.is_some() {
                return Err(Failure::new(what).advise("leave --importance-samples out"));
            }
            notes.say(format_args!("{what}: it is left out"));
        }
        let Evaluation { samples, features, code, mse, squared_error, psnr_db, loss, terms, .. } = notes
            .during("restoring samples", || match judged.clean {
                Some((_, clean)) => inference.evaluate_against(judged.inputs, clean),
                None => inference.evaluate(judged.inputs),
            })?;
        expect_finite_error("mean squared error of the model", mse)?;
        expect_finite_error("loss of the model", loss)?;
        let log_likelihood = match importance_samples {
            Some(draws) => {
                let shown = notes.working("drawing codes");
                shown.expect(judged.inputs.len() as u64);
                inference.log_likelihood_with(judged.inputs, draws, &|| shown.advance(1))?
            }
            None => None,
        };
        let penalty = model.architecture().specification().penalty;
        let kl_weight = (is_defined && penalty.draws_codes()).then(|| penalty.weight());
        let nats =
            kl_weight.zip(terms.reconstruction.zip(terms.kl)).map(|(kl_weight, (reconstruction, kl))| Nats {
                loss,
                reconstruction,
                kl,
                kl_weight,
                log_likelihood,
                importance_samples,
            });
        let knows_one_sample = train.is_some_and(|train| train.len() == 1);
        let baselines =
            train.map(|train| Baselines::new(train, judged, code, by_column, notes)).transpose()?.flatten();
        if let Some(Baselines { mean, pca, .. }) = &baselines {
            expect_finite_error("mean squared error of the mean sample", mean.mse)?;
            expect_finite_error("mean squared error of PCA", pca.mse)?;
        }
        if let Some(log_likelihood) = log_likelihood {
            expect_finite_error("log-likelihood", log_likelihood)?;
        }
        let columns = if by_column {
            let errors = inference.column_errors(judged.inputs)?;
            let of_baselines = baselines.as_ref().and_then(|baselines| baselines.columns.as_ref());
            Some(by_column::of(&model.about, &errors, of_baselines))
        } else {
            None
        };
        let against = judged.clean.map(|(name, _)| name.to_owned());
        Ok(Self {
            samples,
            features,
            code,
            mse,
            squared_error,
            psnr_db,
            against,
            baselines,
            knows_one_sample,
            loss,
            columns,
            is_table,
            shows_columns,
            nats,
        })
    }

    /// The loss of a table's columns where nothing is known but the column, with its name; `None` unless numbers count by their squared
    /// errors.
    pub(crate) fn loss_of_columns_alone(&self, model: &Model) -> Option<(String, f64)> {
        let specification = model.architecture().specification();
        let table = specification.table.as_ref().filter(|_| specification.loss == Loss::Mse)?;
        let loss = by_column::loss_of_columns_alone(self.columns.as_ref()?, table)?;
        Some(("means, shares".to_owned(), loss))
    }

    /// The errors of each column, where they were measured.
    pub(crate) fn columns(&self) -> &[ByColumn] {
        self.columns.as_deref().unwrap_or_default()
    }
}
