//! The settings that make a model of a given specification.

use autoencoder::{Loss, Penalty, Specification};

use super::named::Named;
use super::number::Number;
use super::plain;
use super::settings::Settings;
use crate::failure::Outcome;

/// The settings that make a model of this specification. The loss is left out where `asked` has a loss or a preset of its
/// own, and so is the penalty.
pub(crate) fn of_specification(specification: &Specification, asked: &Settings) -> Outcome<Settings> {
    let plain = plain::settings(specification)?;
    let is_open = asked.preset.is_none();
    let loss =
        if is_open && asked.loss.is_none() { of_loss(specification.loss) } else { Settings::default() };
    let penalty = if is_open && asked.penalty.is_none() {
        of_penalty(specification.penalty)
    } else {
        Settings::default()
    };
    // A value of one word, such as a loss without numbers, is a plain setting too.
    Ok(loss.above(&penalty).above(&Settings { loss: None, penalty: None, ..plain }))
}

fn of_loss(loss: Loss) -> Settings {
    let settings = Settings { loss: Some(Named(loss)), ..Settings::default() };
    match loss {
        Loss::Mse | Loss::Mae | Loss::Bce => settings,
        Loss::Huber { delta } => Settings { huber_delta: Some(delta.setting()), ..settings },
        Loss::Gaussian { deviation } => {
            Settings { gaussian_deviation: Some(deviation.setting()), ..settings }
        }
    }
}

fn of_penalty(penalty: Penalty) -> Settings {
    let settings = Settings { penalty: Some(Named(penalty)), ..Settings::default() };
    match penalty {
        Penalty::None => settings,
        Penalty::Sparse { target, weight } => Settings {
            sparsity_target: Some(target.setting()),
            penalty_weight: Some(weight.setting()),
            ..settings
        },
        Penalty::L1 { weight } | Penalty::Contractive { weight } | Penalty::Variational { weight } => {
            Settings { penalty_weight: Some(weight.setting()), ..settings }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Plan;

    #[test]
    fn a_plan_of_the_settings_has_the_specification_again() {
        for specification in [
            Specification::new(7, [5, 3]).with_loss(Loss::Huber { delta: 0.3 }),
            Specification::new(7, [3]).with_penalty(Penalty::Sparse { target: 0.2, weight: 0.1 }),
            Specification::new(7, [3]).with_tied_weights(true).with_loss(Loss::Mae),
        ] {
            let settings = of_specification(&specification, &Settings::default()).unwrap();
            assert_eq!(Plan::new(&settings).unwrap().specification(7), specification);
        }
    }

    #[test]
    fn what_is_asked_for_is_left_open() {
        let asked = Settings { loss: Some(Named(Loss::Mae)), ..Settings::default() };
        let settings = of_specification(&Specification::new(7, [3]), &asked).unwrap();
        assert_eq!((settings.loss, settings.layers), (None, Some(vec![3])));
        assert!(settings.penalty.is_some());
    }
}
