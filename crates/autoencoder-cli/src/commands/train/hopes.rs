//! Whether a training learns anything: its error beside that of the mean sample.

use autoencoder::{Activation, EpochReport, Specification, mean_sample_mse};

use crate::config::Plan;
use crate::run::DataSets;
use crate::terminal::numerals;

/// The part of the epochs after which a training should have begun to learn.
const BEGINNING: usize = 10;
/// The number of steps below which a training is short.
const FEW_STEPS: usize = 500;

/// The hopes for a training, as its epochs end.
pub(super) struct Hopes {
    /// The mean sample's error on the samples that are judged.
    mean: f64,
    epochs: usize,
    steps_per_epoch: usize,
    specification: Specification,
    learning_rate: f32,
    was_better: bool,
    told: bool,
}

impl Hopes {
    pub(super) fn new(plan: &Plan, data: &DataSets) -> Self {
        let (train, judged) = (&data.train.samples, &data.shown().samples);
        // Samples that fit the training fit each other. Without the number nothing is said, and one sample is no mean.
        let mean = if train.len() > 1 { mean_sample_mse(train, judged).unwrap_or(0.0) } else { 0.0 };
        Self {
            mean,
            epochs: plan.options.epochs,
            steps_per_epoch: train.len().div_ceil(plan.options.batch_size * plan.options.accumulate),
            specification: data.specification(plan),
            learning_rate: plan.options.learning_rate,
            was_better: false,
            told: false,
        }
    }

    /// Hopes that nothing can disappoint.
    #[cfg(test)]
    pub(super) fn unbounded() -> Self {
        Self {
            mean: f64::INFINITY,
            epochs: 1,
            steps_per_epoch: 1,
            specification: Specification::new(1, [1]),
            learning_rate: 1.0,
            was_better: false,
            told: false,
        }
    }

    /// Takes in the end of an epoch before the last. Says once what is wrong if the model is no better than the mean sample:
    /// after the first tenth of the epochs, or after it was better.
    pub(super) fn after(&mut self, report: &EpochReport) -> Option<String> {
        let error = report.validation_mse.unwrap_or(report.train_mse);
        let is_better = error < self.mean;
        let has_begun = report.epoch >= self.epochs.div_ceil(BEGINNING);
        let is_last = report.epoch >= self.epochs;
        let is_hopeless = !is_better && (self.was_better || has_begun);
        let fell_back = self.was_better;
        self.was_better |= is_better;
        if !is_hopeless || self.told || is_last || self.mean <= 0.0 {
            return None;
        }
        self.told = true;
        let (error, mean) = (numerals::error(error), numerals::error(self.mean));
        let what = if fell_back { "the model has become" } else { "the model is" };
        Some(format!(
            "after epoch {} of {}, {what} no better than the mean sample (error {error}, mean sample {mean}): {}",
            report.epoch,
            self.epochs,
            self.advice(fell_back)
        ))
    }

    /// What is likely, and what to try.
    fn advice(&self, fell_back: bool) -> String {
        let Specification { activation, code_activation, .. } = self.specification;
        let is_dying = |activation| matches!(activation, Activation::Relu);
        let saturates = |activation| matches!(activation, Activation::Sigmoid | Activation::Tanh);
        let smaller = self.learning_rate / 3.0;
        if fell_back && (is_dying(activation) || is_dying(code_activation)) {
            format!(
                "its units have probably died; try --activation gelu, or --learning-rate {}",
                numerals::rate(smaller)
            )
        } else if fell_back {
            format!(
                "the steps are probably too large; try --learning-rate {}, or --clip-norm 1",
                numerals::rate(smaller)
            )
        } else if self.epochs.saturating_mul(self.steps_per_epoch) < FEW_STEPS {
            format!(
                "{} in all are few; try more --epochs or a smaller --batch-size",
                numerals::counted(self.epochs * self.steps_per_epoch, "step")
            )
        } else if saturates(activation) || saturates(code_activation) {
            "its units are probably saturated or flat; try --activation gelu --code-activation linear"
                .to_owned()
        } else {
            "the learning rate is probably too large or too small; `autoencoder find-lr` with these settings suggests one"
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hopes(epochs: usize) -> Hopes {
        Hopes { mean: 0.1, epochs, steps_per_epoch: 100, learning_rate: 0.01, ..Hopes::unbounded() }
    }

    fn report(epoch: usize, train_mse: f64) -> EpochReport {
        let mut report: EpochReport = serde_json::from_str(
            r#"{"epoch":1,"train_mse":1.0,"train_loss":1.0,"validation_mse":null,"validation_loss":null}"#,
        )
        .unwrap();
        (report.epoch, report.train_mse) = (epoch, train_mse);
        report
    }

    #[test]
    fn a_training_that_has_learnt_nothing_after_a_tenth_is_told_once() {
        let mut hopes = hopes(20);
        assert_eq!(hopes.after(&report(1, 0.5)), None, "a twentieth");
        let told = hopes.after(&report(2, 0.1)).unwrap();
        assert!(
            told.starts_with("after epoch 2 of 20, the model is no better than the mean sample"),
            "{told}"
        );
        assert!(told.contains("--activation gelu"), "{told}");
        assert_eq!(hopes.after(&report(3, 0.5)), None, "once");
    }

    #[test]
    fn a_training_that_falls_back_is_told() {
        let mut hopes = hopes(100);
        assert_eq!(hopes.after(&report(1, 0.05)), None);
        let told = hopes.after(&report(2, 0.2)).unwrap();
        assert!(told.contains("has become no better") && told.contains("--learning-rate 0.0033"), "{told}");
    }

    #[test]
    fn few_steps_are_named_and_the_end_says_so_itself() {
        let mut hopes = Hopes { steps_per_epoch: 2, ..hopes(3) };
        let told = hopes.after(&report(1, 0.2)).unwrap();
        assert!(told.contains("6 steps in all are few"), "{told}");
        let mut last = Hopes { epochs: 1, ..self::hopes(1) };
        assert_eq!(last.after(&report(1, 0.2)), None);
    }
}
