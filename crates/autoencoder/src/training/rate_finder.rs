//! The learning rates of a range test.

use crate::options::error::TrainingError;

/// The learning rates that a range test tries: one a step, each the same factor above the last.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RateFinder {
    /// The first step's; above 0.
    pub from: f32,
    /// The last step's; above the first's.
    pub to: f32,
    /// How many; at least [`RateFinder::FEWEST_STEPS`].
    pub steps: usize,
}

impl Default for RateFinder {
    /// 200 steps from 1e-6 to 10.
    fn default() -> Self {
        Self { from: 1e-6, to: 10.0, steps: 200 }
    }
}

impl RateFinder {
    /// Fewer steps tell nothing.
    pub const FEWEST_STEPS: usize = 10;

    /// From another rate on.
    #[must_use]
    pub fn with_from(self, from: f32) -> Self {
        Self { from, ..self }
    }

    /// Up to another rate.
    #[must_use]
    pub fn with_to(self, to: f32) -> Self {
        Self { to, ..self }
    }

    /// In another number of steps.
    #[must_use]
    pub fn with_steps(self, steps: usize) -> Self {
        Self { steps, ..self }
    }

    /// Checks the range.
    ///
    /// # Errors
    /// Names what is out of its range.
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
