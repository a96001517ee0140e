//! Schedules: the course of the learning rate over a training.

use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// The factor of the learning rate in each step after the warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Schedule {
    /// The factor is 1 in every step.
    #[default]
    Constant,
    /// The factor falls every `epochs` epochs: `factor` to the power of ⌊passed / `epochs`⌋, where passed is
    /// the number of epochs since the warm-up.
    Step {
        /// The number of epochs from one fall to the next; at least 1.
        epochs: usize,
        /// The factor of one fall; above 0, at most 1.
        factor: f64,
    },
    /// The factor falls a little in every step: `factor` to the power of the epochs, fractions included,
    /// since the warm-up.
    Exponential {
        /// The factor of one epoch; above 0, at most 1.
        factor: f64,
    },
    /// The factor follows half a cosine wave from 1 down to `floor` in the last step (Loshchilov & Hutter
    /// 2017).
    Cosine {
        /// The factor in the last step; 0 or more, below 1.
        floor: f64,
    },
    /// The factor rises from 1 / 25 to 1 and falls to 1 / 250,000, each along half a cosine wave (Smith &
    /// Topin 2019, as in PyTorch but without the cycle of the momentum).
    OneCycle {
        /// The share of the training in which the factor rises; above 0, below 1.
        rise: f64,
    },
}

impl Choice for Schedule {
    const ALL: &'static [Self] =
        &[Self::Constant, Self::STEP, Self::EXPONENTIAL, Self::COSINE, Self::ONE_CYCLE];

    fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Step { .. } => "step",
            Self::Exponential { .. } => "exponential",
            Self::Cosine { .. } => "cosine",
            Self::OneCycle { .. } => "one-cycle",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Constant => "The learning rate stays as it is",
            Self::Step { .. } => "The learning rate is multiplied by a factor after every few epochs",
            Self::Exponential { .. } => {
                "The learning rate is multiplied by a factor every epoch, a little in each step"
            }
            Self::Cosine { .. } => {
                "The learning rate follows half a cosine down to a floor at the last epoch"
            }
            Self::OneCycle { .. } => {
                "The learning rate rises from a 25th of its value during a share of the training, then falls to \
                 nearly 0"
            }
        }
    }
}

impl Schedule {
    /// A fall to a tenth every ten epochs.
    pub const STEP: Self = Self::Step { epochs: 10, factor: 0.1 };
    /// A fall by a twentieth every epoch, a little in each step.
    pub const EXPONENTIAL: Self = Self::Exponential { factor: 0.95 };
    /// A fall to 0 at the end of the training.
    pub const COSINE: Self = Self::Cosine { floor: 0.0 };
    /// A rise over three tenths of the training, and a fall over the rest.
    pub const ONE_CYCLE: Self = Self::OneCycle { rise: 0.3 };

    /// Whether the schedule begins with a warm-up of its own.
    pub(crate) fn warms_up(self) -> bool {
        match self {
            Self::OneCycle { .. } => true,
            Self::Constant | Self::Step { .. } | Self::Exponential { .. } | Self::Cosine { .. } => false,
        }
    }

    /// The first setting that is out of its range: its name, the value, and what is expected.
    pub(crate) fn fault(self) -> Option<(&'static str, f64, &'static str)> {
        let falls = |value: f64| {
            (!(value > 0.0 && value <= 1.0)).then_some(("schedule factor", value, "above 0, at most 1"))
        };
        match self {
            Self::Constant => None,
            Self::Step { epochs, factor } => {
                (epochs == 0).then_some(("schedule epochs", 0.0, "at least 1")).or(falls(factor))
            }
            Self::Exponential { factor } => falls(factor),
            Self::Cosine { floor } => {
                (!(0.0..1.0).contains(&floor)).then_some(("schedule floor", floor, "0 or more, below 1"))
            }
            Self::OneCycle { rise } => {
                (!(rise > 0.0 && rise < 1.0)).then_some(("schedule rise", rise, "above 0, below 1"))
            }
        }
    }

    /// The factor of the learning rate in step `step`, counted from 0, of a training of `horizon` steps. The
    /// first `warmup` steps, which may be a fraction, are the warm-up.
    pub(crate) fn factor(self, step: u64, steps_per_epoch: u64, warmup: f64, horizon: u64) -> f64 {
        let step = step as f64;
        if step < warmup {
            // The first step already has a rate above 0; the first step after the warm-up has the full rate.
            return (step + 1.0) / (warmup + 1.0);
        }
        let passed = step - warmup;
        let epochs_passed = passed / steps_per_epoch as f64;
        // `way` goes from 0 at the end of the warm-up to 1 in the last step, which may be less than a step later.
        let rest = horizon as f64 - 1.0 - warmup;
        let way = if rest > 0.0 { (passed / rest).min(1.0) } else { 0.0 };
        match self {
            Self::Constant => 1.0,
            Self::Step { epochs, factor } => factor.powf((epochs_passed / epochs as f64).floor()),
            Self::Exponential { factor } => factor.powf(epochs_passed),
            Self::Cosine { floor } => wave(1.0, floor, way),
            Self::OneCycle { rise } => {
                let (start, end) = (1.0 / 25.0, 1.0 / 250_000.0);
                if way < rise {
                    wave(start, 1.0, way / rise)
                } else {
                    wave(1.0, end, (way - rise) / (1.0 - rise))
                }
            }
        }
    }
}

/// Half a cosine wave from `from` at `way` 0 to `to` at `way` 1.
fn wave(from: f64, to: f64, way: f64) -> f64 {
    to + (from - to) * 0.5 * (1.0 + (std::f64::consts::PI * way).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(schedule: Schedule, warmup: f64) -> Vec<f64> {
        (0..40).map(|step| schedule.factor(step, 10, warmup, 40)).collect()
    }

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-12
    }

    #[test]
    fn each_schedule_follows_its_formula() {
        assert!(factors(Schedule::Constant, 0.0).iter().all(|&factor| near(factor, 1.0)));
        let step = factors(Schedule::Step { epochs: 2, factor: 0.1 }, 0.0);
        assert!(near(step[19], 1.0) && near(step[20], 0.1) && near(step[39], 0.1));
        let exponential = factors(Schedule::Exponential { factor: 0.5 }, 0.0);
        assert!(near(exponential[10], 0.5) && near(exponential[15], 0.5f64.powf(1.5)));
        let cosine = factors(Schedule::Cosine { floor: 0.2 }, 0.0);
        assert!(near(cosine[0], 1.0) && near(cosine[39], 0.2) && near(cosine[13], 0.2 + 0.8 * 0.75));
        assert!(cosine.is_sorted_by(|a, b| a > b));
        let cycle = factors(Schedule::OneCycle { rise: 1.0 / 3.0 }, 0.0);
        assert!(near(cycle[0], 0.04) && near(cycle[13], 1.0) && near(cycle[39], 4e-6));
        assert!(cycle[..14].is_sorted() && cycle[13..].is_sorted_by(|a, b| a > b));
    }

    #[test]
    fn a_warm_up_rises_to_the_full_rate_where_the_schedule_starts() {
        let cosine = factors(Schedule::COSINE, 4.0);
        for (step, expected) in [0.2, 0.4, 0.6, 0.8, 1.0].into_iter().enumerate() {
            assert!(near(cosine[step], expected), "{step}: {}", cosine[step]);
        }
        assert!(near(cosine[39], 0.0));
        let step = factors(Schedule::Step { epochs: 1, factor: 0.1 }, 4.0);
        assert!(near(step[13], 1.0) && near(step[14], 0.1));
    }

    /// A warm-up may end less than a step before the last step: the last step still has the floor. A single
    /// step has the full rate.
    #[test]
    fn a_cosine_ends_at_its_floor_however_short_it_is() {
        let cosine = Schedule::Cosine { floor: 0.1 };
        for (warmup, horizon) in [(0.5, 2), (1.5, 3), (0.25, 2), (0.0, 2)] {
            let last = cosine.factor(horizon - 1, 1, warmup, horizon);
            assert!(near(last, 0.1), "warm-up over {warmup} of {horizon} steps: {last}");
        }
        assert!(near(cosine.factor(0, 1, 0.0, 1), 1.0));
        assert!(near(cosine.factor(1, 1, 1.0, 2), 1.0), "the one step after the warm-up");
    }

    #[test]
    fn settings_out_of_range_are_found() {
        for bad in [
            Schedule::Step { epochs: 0, factor: 0.1 },
            Schedule::Step { epochs: 1, factor: 0.0 },
            Schedule::Exponential { factor: f64::NAN },
            Schedule::Cosine { floor: 1.0 },
            Schedule::OneCycle { rise: 0.0 },
        ] {
            assert!(bad.fault().is_some(), "{bad:?}");
        }
        for good in
            [Schedule::Constant, Schedule::STEP, Schedule::EXPONENTIAL, Schedule::COSINE, Schedule::ONE_CYCLE]
        {
            assert_eq!(good.fault(), None);
        }
    }
}
