//! Models and checkpoints, from the JSON at their beginning.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use autoencoder::{Architecture, FileError, FileHead, Progress, Schedule, Training};
use serde::Serialize;
use serde_json::{Value, json};

use super::report::Report;
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals;

pub(super) fn inspect(path: &Path) -> Outcome<Report> {
    let head = read_head(path)?;
    let architecture = &head.architecture;
    let mut report = Report::new(head.kind.name(), path);
    report.add("format_version", head.version, head.version.to_string());
    report.add("widths", architecture.to_string(), architecture.to_string());
    report.add("code", architecture.code(), architecture.code().to_string());
    report.add("parameters", architecture.parameters(), architecture.parameters().to_string());
    let (layers, lines): (Vec<Value>, Vec<String>) = architecture
        .layers()
        .iter()
        .map(|layer| {
            let (name, activation) = (&layer.name, layer.activation.name());
            let tied_to = layer.tied_to.map(|other| architecture.layers()[other].name.as_str());
            let mut value =
                json!({"name": name, "shape": [layer.outputs, layer.inputs], "activation": activation});
            if let Some(other) = tied_to {
                value["tied_to"] = json!(other);
            }
            let tied = tied_to.map_or_else(String::new, |other| format!(", tied to {other}"));
            let normalized = if layer.normalized { ", normalised" } else { "" };
            if layer.normalized {
                value["normalized"] = json!(true);
            }
            let widths = format!("{name:<14} {:>5} -> {:<5}", layer.inputs, layer.outputs);
            (value, format!("{widths} {activation}{normalized}{tied}"))
        })
        .unzip();
    report.add("layers", layers, lines.join("\n"));
    // One word where that says all, as `mse`; otherwise the object that the file holds.
    let loss = tagged(architecture.specification().loss, "kind");
    report.add("loss", loss.clone(), shown(&loss));
    let penalty = tagged(architecture.specification().penalty, "kind");
    report.add("penalty", penalty.clone(), shown(&penalty));
    let scaling = tagged(&head.about.scaling, "kind");
    let kind = scaling.get("kind").cloned().unwrap_or(scaling);
    report.add("scaling", kind.clone(), shown(&kind));
    report.add_sizes("sample_shape", &head.about.sample_shape);
    add_training(&mut report, head.about.training.as_ref(), architecture);
    if let Some(progress) = &head.progress {
        if let Some(layer) = progress.layer {
            let text = format!("{} of {}", layer + 1, architecture.encoder_layers());
            report.add("pretrained_layer", layer, text);
        }
        add_progress(&mut report, progress);
    }
    report.add_length(path);
    Ok(report)
}

/// Reads the head of a file and nothing behind it; memory grows only as its bytes arrive.
fn read_head(path: &Path) -> Outcome<FileHead> {
    let failed = |error: io::Error| Failure::at(path, error);
    let refused = |error: FileError| Failure::at(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let mut first = Vec::new();
    file.by_ref().take(8).read_to_end(&mut first).map_err(failed)?;
    let truncated = |expected: u64, found: usize| {
        let what = format_args!("truncated model file: expected a head of {expected} bytes, found {found}");
        Failure::at(path, what).advise("copy or train it again")
    };
    let first = <[u8; 8]>::try_from(first).map_err(|first| truncated(8, first.len()))?;
    let length = FileHead::length(first).map_err(refused)?;
    let mut json = Vec::new();
    file.take(length).read_to_end(&mut json).map_err(failed)?;
    if (json.len() as u64) < length {
        return Err(truncated(length, json.len()));
    }
    FileHead::parse(&json).map_err(refused)
}

fn add_training(report: &mut Report, training: Option<&Training>, architecture: &Architecture) {
    let Some(Training { options, epochs }) = training else {
        return report.add("training", Value::Null, "none");
    };
    let optimizer = tagged(options.optimizer, "name");
    let schedule = tagged(options.schedule, "name");
    let mut parts = vec![format!(
        "{epochs} epoch{} of {}, learning rate {}, batch size {}, seed {}, {}",
        if *epochs == 1 { "" } else { "s" },
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
    parts.extend(options.early_stopping.map(|early| format!("patience {} epochs", early.patience)));
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

fn add_progress(report: &mut Report, progress: &Progress) {
    report.add("steps", progress.steps, progress.steps.to_string());
    report.add("epochs_done", progress.history.len(), progress.history.len().to_string());
    let samples = progress.part.samples;
    let part = match samples {
        0 => "none".to_owned(),
        _ => format!("{} samples of epoch {}", numerals::grouped(samples), progress.history.len() + 1),
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

/// A value as the model file writes it; one that has nothing but its tag is the tag alone.
fn tagged(value: impl Serialize, tag: &str) -> Value {
    let value = serde_json::to_value(value).unwrap_or_default();
    match value.as_object() {
        Some(object) if object.len() == 1 => object.get(tag).cloned().unwrap_or(value),
        _ => shorten(value),
    }
}

/// An f32 as the f64 of the same shortest digits: 0.9 and not 0.8999999761581421.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| f64::from(number))
}

fn shorten(value: Value) -> Value {
    match value {
        #[allow(clippy::cast_possible_truncation, reason = "it was an f32")]
        Value::Number(number) if number.is_f64() => {
            shortest(number.as_f64().unwrap_or_default() as f32).into()
        }
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, shorten(value))).collect())
        }
        value => value,
    }
}

/// A tagged value as a person reads it: `adam (beta1 0.9, beta2 0.999)`.
fn shown(value: &Value) -> String {
    let Some(object) = value.as_object() else {
        return value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    };
    let tag = object.get("name").or_else(|| object.get("kind")).and_then(Value::as_str).unwrap_or_default();
    let rest = object.iter().filter(|(name, _)| !matches!(name.as_str(), "name" | "kind"));
    let rest: Vec<String> = rest.map(|(name, value)| format!("{} {value}", name.replace('-', "_"))).collect();
    format!("{tag} ({})", rest.join(", "))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use autoencoder::{
        EarlyStopping, Initialization, Model, Samples, Scaling, Schedule, Specification, Trainer,
        TrainingOptions, Values,
    };
    use ndarray::array;
    use serde_json::json;

    use super::super::run;
    use super::super::tests::{outputs, typed};
    use crate::run::files;
    use crate::terminal::Notes;

    fn trainer() -> Trainer {
        let values = Values::Bytes(array![[0, 10, 20, 30, 40, 50], [60, 70, 80, 90, 100, 110]]);
        let samples = Samples::new(values, Scaling::Bytes).unwrap();
        let mut model = Model::new(Specification::new(6, [3, 2]), Initialization::Glorot, 0).unwrap();
        model.about.scaling = Scaling::Bytes;
        model.about.sample_shape = vec![2, 3];
        let options = TrainingOptions::default()
            .with_epochs(2)
            .with_batch_size(1)
            .with_schedule(Schedule::COSINE)
            .with_clip_norm(0.7)
            .with_early_stopping(EarlyStopping { patience: 9, smallest_change: 0.0 })
            .with_keep_best(true);
        let mut trainer = Trainer::new(model, options).unwrap();
        trainer.fit(&samples).unwrap();
        trainer
    }

    #[test]
    fn a_model_by_its_file_or_by_its_runs_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(files::MODEL);
        let whole = trainer().model().to_bytes();
        // The numbers are not looked at, and need not be there.
        let head = 8 + usize::try_from(u64::from_le_bytes(whole[..8].try_into().unwrap())).unwrap();
        fs::write(&path, &whole[..head]).unwrap();
        let (text, json) = outputs(&path);
        for line in [
            "kind            model",
            "widths          6-3-2-3-6",
            "scaling         bytes",
            "0.01, batch size 1, ",
            ", schedule cosine (floor 0.0), gradients clipped to 0.7, patience 9 epochs, best epoch kept\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert_eq!((&json["kind"], &json["widths"]), (&json!("model"), &json!("6-3-2-3-6")));
        assert_eq!((&json["sample_shape"], &json["loss"]), (&json!([2, 3]), &json!("mse")));
        assert_eq!(json["parameters"], 21 + 8 + 9 + 24);
        let first = json!({"name": "encoder.0", "shape": [3, 6], "activation": "sigmoid"});
        assert_eq!(json["layers"][0], first);
        assert_eq!(json["training"]["epochs"], 2);
        assert_eq!(json["training"]["learning_rate"], json!(0.01));
        assert_eq!(json["training"]["optimizer"]["beta1"], json!(0.9));
        assert_eq!(json["training"]["clip_norm"], json!(0.7));
        assert_eq!(outputs(&path).1, json);
        let mut by_folder = Vec::new();
        run(&typed(folder.path(), true), Notes::new(true), &mut by_folder).unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&by_folder).unwrap(), json);
        for length in [0, 7, 8, head / 2] {
            fs::write(&path, &whole[..length]).unwrap();
            let failure =
                run(&typed(&path, true), Notes::new(true), &mut io::sink()).unwrap_err().to_string();
            assert!(failure.contains("truncated model file: expected a head of "), "{failure}");
        }
    }

    #[test]
    fn a_checkpoint_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("saved");
        fs::write(&path, trainer().checkpoint()).unwrap();
        let (text, json) = outputs(&path);
        assert!(text.contains("last epoch      2: train mse "), "{text}");
        assert!(text.contains("under way       none"), "{text}");
        assert_eq!((&json["kind"], &json["steps"]), (&json!("checkpoint"), &json!(4)));
        assert_eq!(json["epochs_done"], 2);
        assert!(json["last_epoch"]["train_loss"].is_f64());
    }
}
