//! Numbers that belong to some choices only, such as the delta of the loss `huber`.

use crate::failure::{Failure, Outcome};

/// A number as a setting holds it.
pub(super) trait Number: Copy {
    type Setting: Copy;

    fn of(setting: Self::Setting) -> Self;

    fn setting(self) -> Self::Setting;
}

/// Settings are typed in f64 and computed with in f32. Numbers that were not typed are written with their shortest digits.
impl Number for f32 {
    type Setting = f64;

    #[expect(clippy::cast_possible_truncation, reason = "the nearest f32 is what the library computes with")]
    fn of(setting: f64) -> Self {
        setting as f32
    }

    fn setting(self) -> f64 {
        self.to_string().parse().unwrap_or_else(|_| f64::from(self))
    }
}

impl Number for f64 {
    type Setting = f64;

    fn of(setting: f64) -> Self {
        setting
    }

    fn setting(self) -> f64 {
        self
    }
}

impl Number for usize {
    type Setting = usize;

    fn of(setting: usize) -> Self {
        setting
    }

    fn setting(self) -> usize {
        self
    }
}

/// A setting that is a number of some choices, and of no others.
pub(super) struct NumberOf<'a, S> {
    setting: &'a mut Option<S>,
    fits: bool,
    /// The advice where the setting was given for a choice without such a number.
    needs: &'static str,
}

impl<'a, S: Copy> NumberOf<'a, S> {
    pub(super) fn new(setting: &'a mut Option<S>, needs: &'static str) -> Self {
        Self { setting, fits: false, needs }
    }

    /// Puts the given number in its place; where none was given, the usual number that is there becomes the setting.
    pub(super) fn settle<N: Number<Setting = S>>(&mut self, number: &mut N) {
        self.fits = true;
        *number = N::of(*self.setting.get_or_insert(number.setting()));
    }

    /// Refuses a number that was given without its choice.
    pub(super) fn check(self) -> Outcome {
        if self.setting.is_some() && !self.fits { Err(Failure::usage(self.needs)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_number_becomes_the_usual_one_in_its_shortest_digits() {
        let (mut open, mut given) = (None, Some(0.5));
        let (mut usual, mut replaced) = (0.1_f32, 0.1_f32);
        for (setting, number) in [(&mut open, &mut usual), (&mut given, &mut replaced)] {
            let mut number_of = NumberOf::new(setting, "--deviation needs --noise gaussian");
            number_of.settle(number);
            number_of.check().unwrap();
        }
        assert_eq!((open, usual.to_bits()), (Some(0.1), 0.1_f32.to_bits()));
        assert_eq!((given, replaced.to_bits()), (Some(0.5), 0.5_f32.to_bits()));
    }

    #[test]
    fn a_number_without_its_choice_is_refused() {
        let needs = "--deviation needs --noise gaussian";
        assert_eq!(NumberOf::new(&mut Some(3), needs).check().unwrap_err().to_string(), needs);
        assert!(NumberOf::new(&mut None::<f64>, needs).check().is_ok());
    }
}
