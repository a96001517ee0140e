//! The report on the training of a model, and on the progress of a checkpoint.

use autoencoder::{Architecture, Progress, Schedule, Training};
use serde_json::{Value, json};

use super::report::Report;
use super::tagged::{shortest, shown, tagged};
use crate::terminal::numerals;

pub(super) fn add_training(report: &mut Report, training: Option<&Training>, architecture: &Architecture) {
    let Some(Training { options, epochs, .. }) = training else {
        return report.add("training", Value::Null, "none");
    };
    let optimizer = tagged(options.optimizer, "name");
    let schedule = tagged(options.schedule, "name");
    let mut parts = vec![format!(
        "{} of {}, learning rate {}, batch size {}, seed {}, {}",
        numerals::counted(*epochs, "epoch"),
        shown(&optimizer),
        options.learning_rate,
        options.batch_size,
        options.seed,
        options.precision,
    )];
    if options.schedule != Schedule::Constant {
        parts.push(format!("schedule {}", shown(&schedule)));
    }
    if options.warmup_epochs > 0.0 {
        parts.push(format!("warm-up over {} epochs", options.warmup_epochs));
    }
    parts.extend(options.clip_norm.map(|bound| format!("gradients clipped to {bound}")));
    if options.accumulate > 1 {
        parts.push(format!("{} batches a step", options.accumulate));
    }
    let patience = options.early_stopping.map(|early| numerals::counted(early.patience, "epoch"));
    parts.extend(patience.map(|epochs| format!("patience {epochs}")));
    if options.keep_best {
        parts.push("best epoch kept".to_owned());
    }
    if !options.shuffle {
        parts.push("not shuffled".to_owned());
    }
    let noise = options.noise.map(|noise| tagged(noise, "kind"));
    parts.extend(noise.as_ref().map(|noise| format!("noise {}", shown(noise))));
    if options.dropout > 0.0 {
        parts.push(format!("dropout {}", options.dropout));
    }
    if options.weight_decay > 0.0 {
        parts.push(format!("weight decay {}", options.weight_decay));
    }
    if options.shift > 0 {
        parts.push(format!("shifted by up to {} pixels", options.shift));
    }
    if options.penalty_warmup_epochs > 0.0 {
        parts.push(format!("penalty's warm-up over {} epochs", options.penalty_warmup_epochs));
    }
    let frozen: Vec<&str> = options
        .frozen
        .iter()
        .filter_map(|layer| Some(architecture.layers().get(layer)?.name.as_str()))
        .collect();
    if !frozen.is_empty() {
        parts.push(format!("frozen {}", frozen.join(", ")));
    }
    let value = json!({
        "epochs": epochs,
        "optimizer": optimizer,
        "learning_rate": shortest(options.learning_rate),
        "batch_size": options.batch_size,
        "seed": options.seed,
        "shuffle": options.shuffle,
        "precision": options.precision,
        "schedule": schedule,
        "warmup_epochs": options.warmup_epochs,
        "clip_norm": options.clip_norm.map(shortest),
        "accumulate": options.accumulate,
        "early_stopping": options.early_stopping,
        "keep_best": options.keep_best,
        "noise": noise,
        "dropout": shortest(options.dropout),
        "shift": options.shift,
        "penalty_warmup_epochs": options.penalty_warmup_epochs,
        "weight_decay": shortest(options.weight_decay),
        "frozen": frozen,
    });
    report.add("training", value, parts.join(", "));
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
