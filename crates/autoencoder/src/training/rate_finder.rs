//! Learning rates of a range test.

use crate::options::error::TrainingError;

/// Learning rates that a range test tries: one for each step, from `from` to `to`, each larger than the last
/// by the same factor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RateFinder {
    /// Learning rate of the first step; finite, above 0.
    pub from: f32,
    /// Learning rate of the last step; finite, above `from`.
    pub to: f32,
    /// Number of steps; at least [`RateFinder::FEWEST_STEPS`].
    pub steps: usize,
}

impl Default for RateFinder {
    /// A test of 200 steps from 1e-6 to 10.
    fn default() -> Self {
        Self { from: 1e-6, to: 10.0, steps: 200 }
    }
}

impl RateFinder {
    /// The fewest steps of a test; fewer steps show no curve.
    pub const FEWEST_STEPS: usize = 10;

    /// Sets the learning rate of the first step.
    #[must_use]
    pub fn with_from(self, from: f32) -> Self {
        Self { from, ..self }
    }

    /// Sets the learning rate of the last step.
    #[must_use]
    pub fn with_to(self, to: f32) -> Self {
        Self { to, ..self }
    }

    /// Sets the number of steps.
    #[must_use]
    pub fn with_steps(self, steps: usize) -> Self {
        Self { steps, ..self }
    }

    /// Checks that `from`, `to` and `steps` are within their ranges.
    ///
    /// # Errors
    /// [`TrainingError::Option`] names the first of them that is out of its range.
    pub fn check(&self) -> Result<(), TrainingError> {
        let fault = |name, found: String, expected| Err(TrainingError::Option { name, found, expected });
        if !(self.from > 0.0 && self.from.is_finite()) {
            return fault("from", self.from.to_string(), "a finite learning rate above 0");
        }
        if !(self.to > self.from && self.to.is_finite()) {
            return fault("to", self.to.to_string(), "a finite learning rate above the one to begin from");
        }
        if self.steps < Self::FEWEST_STEPS {
            return fault("steps", self.steps.to_string(), "at least 10");
        }
        Ok(())
    }

    /// The learning rate of step `step`, counted from 1: from · (to / from)^((step - 1) / (steps - 1)).
    #[must_use]
    pub fn rate(&self, step: u64) -> f32 {
        let (from, to) = (f64::from(self.from), f64::from(self.to));
        (from * (to / from).powf((step as f64 - 1.0) / (self.steps as f64 - 1.0))) as f32
    }
}
