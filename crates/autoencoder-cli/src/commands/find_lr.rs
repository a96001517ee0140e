//! `autoencoder find-lr`: the learning-rate range test, as numbers and as a figure.

use std::ops::ControlFlow;
use std::path::Path;

use autoencoder::{
    Choice, Loss, Observer, Penalty, RateCurve, RateFinder, RateStep, Specification, StepReport, Trainer,
    TrainingError,
};
use indicatif::ProgressBar;
use serde::Serialize;

use super::train::{Start, asked, explain, inputs};
use crate::arguments::FindLr;
use crate::config::{Init, Settings, Validation};
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{Mark, Rates, Tried, rates_svg};
use crate::output;
use crate::terminal::{Interrupt, Notes, Results, numerals};

pub(crate) fn run(typed: &FindLr, notes: Notes, results: &mut Results) -> Outcome {
    if let Some(out) = &typed.out {
        Format::of(out, &[Format::Svg])?;
    }
    let range = RateFinder::default().with_from(typed.from).with_to(typed.to).with_steps(typed.steps);
    range.check().map_err(Failure::usage)?;
    let asked = without_validation(asked(typed.typed(), typed.config.as_deref())?);
    if let Some(out) = &typed.out {
        inputs(&asked).iter().chain(&typed.config).try_for_each(|input| output::refuse_input(out, input))?;
        output::probe(out)?;
    }
    let (data, trainer) = Start::anew(&from_drawn_weights(asked, notes), notes)?.without_run(notes)?;

    let (model, mut options) = (trainer.model(), trainer.options().clone());
    // A decay of weights is one by the learning rate in each step: with large rates nothing would be left of them.
    if options.weight_decay * typed.to >= 1.0 {
        options = options.with_weight_decay(0.0);
        notes.say(
            "the test leaves the decay of weights out, which is too large for its largest learning rate",
        );
    }
    let title = format!("{}, {}", model.architecture(), options.optimizer.name());
    let Specification { loss, penalty, .. } = *model.architecture().specification();
    let measure = if loss == Loss::Mse && penalty == Penalty::None { "mean squared error" } else { "loss" };
    let mut watch = RateWatch { bar: notes.bar(range.steps), interrupt: Interrupt::watch()? };
    let outcome = range.find(model, options, &data.train.samples, &mut watch);
    if let Some(bar) = &watch.bar {
        bar.finish_and_clear();
    }
    if let Some(signal) = watch.interrupt.asked() {
        let what = "interrupted; nothing was written, as a range test cannot be resumed";
        return Err(signal.failure(what).advise("start again, with fewer --steps for less time"));
    }
    // Nothing would be lost from now on: a signal ends the program at once.
    drop(watch);
    let curve = outcome.map_err(|error| match error {
        TrainingError::Option { .. } => Failure::usage(error),
        TrainingError::Diverged { .. } => {
            Failure::at(Path::new(&data.name), error).advise("other starting weights, see --init, may help")
        }
        _ => explain(&error, &data),
    })?;

    if let Some(out) = &typed.out {
        output::write_file(out, figure(&title, measure, &curve).as_bytes())?;
        if typed.json {
            // The summary names the figure itself.
            let rates = numerals::counted(curve.steps().len(), "learning rate");
            notes.wrote(out, format_args!("losses at {rates} ({})", data.name));
        }
    }
    if typed.json {
        results.print_json(&RateResult::new(&curve))
    } else {
        results.print(&summary(&title, &curve, typed.out.as_deref()))
    }
}

/// The settings with weights that are drawn, where they would be PCA's: no learning rate makes the loss fall fast from there.
fn from_drawn_weights(asked: Settings, notes: Notes) -> Settings {
    match asked.init {
        Some(Init::Principal) => {
            notes.say("the test starts from drawn weights, not from PCA, where no learning rate makes the loss fall fast");
            Settings { init: Some(Init::default()), ..asked }
        }
        None if asked.preset.is_none_or(|preset| preset.0.is_sized()) => {
            Settings { init: Some(Init::default()), ..asked }
        }
        None | Some(Init::Drawn(_) | Init::Model(_)) => asked,
    }
}

/// The settings without other data to validate on. Validation samples that are set apart stay apart, as they are not
/// trained on.
fn without_validation(asked: Settings) -> Settings {
    let validation = match asked.validation {
        Some(Validation::Fraction(fraction)) => Validation::Fraction(fraction),
        Some(Validation::None | Validation::Test | Validation::Data(_)) | None => Validation::None,
    };
    Settings { validation: Some(validation), ..asked }
}

/// Shows the progress of the test on a terminal, and obeys signals.
struct RateWatch {
    bar: Option<ProgressBar>,
    interrupt: Interrupt,
}

impl Observer for RateWatch {
    fn step_done(&mut self, _report: &StepReport, trainer: &Trainer) -> ControlFlow<()> {
        if let Some(bar) = &self.bar {
            bar.set_position(trainer.steps());
            bar.set_message(format!("step {}", trainer.steps()));
        }
        if self.interrupt.asked().is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The JSON object of the result.
#[derive(Serialize)]
struct RateResult {
    suggestion: Option<f32>,
    steepest_rate: Option<f32>,
    least_loss_rate: f32,
    /// Whether the loss exploded before the end of the range.
    diverged: bool,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    rate: f32,
    loss: f64,
    smoothed: f64,
}

impl RateResult {
    fn new(curve: &RateCurve) -> Self {
        let step = |&RateStep { rate, loss, smoothed, .. }: &RateStep| Step { rate, loss, smoothed };
        Self {
            suggestion: curve.suggestion(),
            steepest_rate: curve.steepest_rate(),
            least_loss_rate: curve.least_loss_rate(),
            diverged: curve.diverged(),
            steps: curve.steps().iter().map(step).collect(),
        }
    }
}

/// The result, for people.
fn summary(title: &str, curve: &RateCurve, out: Option<&Path>) -> String {
    let steps = curve.steps();
    let (least, last) = (curve.least_loss_rate(), steps.last().map_or(0.0, |step| step.rate));
    let ended = if curve.diverged() { ", where the loss exploded" } else { "" };
    let suggestion = curve.suggestion().map(numerals::rate);
    let found = suggestion.as_deref().unwrap_or("none, as the loss never fell");
    let steepest = curve.steepest_rate().map_or_else(|| "none".to_owned(), numerals::rate);
    let drawn = out.map_or_else(String::new, |out| format!("Figure:         {}\n", out.display()));
    let advice = if least >= last && !curve.diverged() {
        "\nThe loss still falls at the end of the range: try a larger --to\n".to_owned()
    } else {
        suggestion.as_ref().map_or_else(String::new, |rate| {
            format!(
                "\nTo train with this rate and the same settings: `autoencoder train ... --learning-rate {rate}`\n"
            )
        })
    };
    format!(
        "{title}; {} steps with learning rates up to {}{ended}\n\n\
         Suggestion:     {found}\n\
         Steepest fall:  {steepest}\n\
         Least loss:     {}\n\
         {drawn}{advice}",
        numerals::grouped(steps.len()),
        numerals::rate(last),
        numerals::rate(least)
    )
}

fn figure(title: &str, measure: &str, curve: &RateCurve) -> String {
    let tried = |step: &RateStep| Tried { rate: step.rate.into(), loss: step.loss, smoothed: step.smoothed };
    let steps: Vec<Tried> = curve.steps().iter().map(tried).collect();
    let least = curve.least_loss_rate();
    let least_name = format!("least loss {}", numerals::rate(least));
    let suggestion = curve.suggestion().map(|rate| (rate, format!("suggestion {}", numerals::rate(rate))));
    rates_svg(&Rates {
        title,
        measure,
        steps: &steps,
        suggestion: suggestion.as_ref().map(|(rate, name)| Mark { name, rate: (*rate).into() }),
        least: Mark { name: &least_name, rate: least.into() },
    })
}
