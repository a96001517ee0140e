//! The report on the training of a model, and on the progress of a checkpoint.

use autoencoder::{Architecture, Progress, Training, TrainingData, TrainingOptions};
use serde_json::{Value, json};

use super::report::Report;
use super::written::{shown, written};
use crate::config::fields;
use crate::terminal::numerals;

/// The options that are told of every training; the others are told where they differ from the defaults.
const ALWAYS_TOLD: [&str; 6] = ["epochs", "optimizer", "learning_rate", "batch_size", "seed", "precision"];

pub(super) fn add_training(report: &mut Report, training: Option<&Training>, architecture: &Architecture) {
    let Some(Training { options, epochs, .. }) = training else {
        return report.add("training", Value::Null, "none");
    };
    let (mut values, usual) = (written(options), written(&TrainingOptions::default()));
    let layers = architecture.layers();
    let frozen = options.frozen.iter().filter_map(|layer| Some(layers.get(layer)?.name.as_str()));
    values["frozen"] = frozen.collect();
    values["epochs"] = json!(epochs);
    let told = |option: &str| shown(&values[option]);
    let mut parts = vec![format!(
        "{} of {}, learning rate {}, batch size {}, seed {}, {}",
        numerals::counted(*epochs, "epoch"),
        told("optimizer"),
        told("learning_rate"),
        told("batch_size"),
        told("seed"),
        told("precision"),
    )];
    let others = fields::<TrainingOptions>().iter().filter(|option| !ALWAYS_TOLD.contains(option));
    parts.extend(
        others
            .filter(|&&option| values[option] != usual[option])
            .map(|option| words(option, &values[option])),
    );
    report.add("training", values, parts.join(", "));
}

/// An option that differs from its default, as people read it: by its name where there are no words for the option.
fn words(option: &str, value: &Value) -> String {
    let number = shown(value);
    match option {
        "shuffle" => "not shuffled".to_owned(),
        "warmup_epochs" => format!("warm-up over {number} epochs"),
        "clip_norm" => format!("gradients clipped to {number}"),
        "accumulate" => format!("{number} batches a step"),
        "early_stopping" => {
            let epochs = value["patience"].as_u64().and_then(|epochs| usize::try_from(epochs).ok());
            format!("patience {}", numerals::counted(epochs.unwrap_or_default(), "epoch"))
        }
        "keep_best" => "best epoch kept".to_owned(),
        "shift" => format!("shifted by up to {number} pixels"),
        "penalty_warmup_epochs" => format!("penalty's warm-up over {number} epochs"),
        option => format!("{} {number}", option.replace('_', " ")),
    }
}

pub(super) fn add_progress(report: &mut Report, progress: &Progress) {
    report.add("steps", progress.steps, progress.steps.to_string());
    report.add("epochs_done", progress.history.len(), progress.history.len().to_string());
    let samples = progress.part.samples;
    let part = match samples {
        0 => "none".to_owned(),
        _ => format!("{} of epoch {}", numerals::counted(samples, "sample"), progress.history.len() + 1),
    };
    report.add("under_way", json!({"samples": samples}), part);
    if let Some(TrainingData { training, .. }) = &progress.data {
        let (samples, numbers) =
            (numerals::counted(training.samples, "sample"), numerals::numbers(&training.shape));
        let text = format!("{samples} of {numbers} ({}), digest {}", training.element_type, training.rows);
        report.add("data", json!(progress.data), text);
    }
    let Some(last) = progress.history.last() else {
        return report.add("last_epoch", Value::Null, "none");
    };
    let validation = last.validation_mse.map_or(String::new(), |mse| format!(", validation mse {mse:.6}"));
    let text = format!(
        "{}: train mse {:.6}, train loss {:.6}{validation}",
        last.epoch, last.train_mse, last.train_loss
    );
    report.add("last_epoch", serde_json::to_value(last).unwrap_or_default(), text);
}
