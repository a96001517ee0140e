//! Reports of models and checkpoints, from the JSON at their beginning.

use std::path::Path;

use autoencoder::{Choice, Columns, LabelColumn, Sampler, Specification, TableColumns, ThresholdOrigin};
use serde_json::{Value, json};

use super::report::Report;
use super::schema;
use super::training::{add_progress, add_training};
use super::written::{shown, written};
use crate::config::fields;
use crate::failure::Outcome;
use crate::run::read_head;
use crate::terminal::numerals::{counted, grouped};

/// The fields of a specification that are told elsewhere: by the widths, the list of layers, and the columns of a table.
const TOLD_ELSEWHERE: [&str; 8] = [
    "features",
    "layers",
    "activation",
    "code_activation",
    "output_activation",
    "tied",
    "normalization",
    "table",
];

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
    report.add_lines("layers", layers, lines);
    let specification = written(architecture.specification());
    for field in fields::<Specification>().iter().filter(|field| !TOLD_ELSEWHERE.contains(field)) {
        report.add(field, specification[field].clone(), shown(&specification[field]));
    }
    if let Some(table) = &architecture.specification().table {
        report.add("table", written(table), of_table(table));
    }
    let scaling = head.about.scaling.kind().name();
    report.add("scaling", scaling, scaling);
    report.add_sizes("sample_shape", &head.about.sample_shape);
    if let Some(window) = head.about.window {
        let (rows, stride) = (window.rows.get(), window.stride.get());
        let text = format!("{} in time, the next {} later", counted(rows, "row"), counted(stride, "row"));
        report.add("window", json!({ "rows": rows, "stride": stride }), text);
    }
    if let Some(columns) = &head.about.columns {
        add_columns(&mut report, columns);
    }
    if let Some(schema) = &head.about.schema {
        schema::add(&mut report, schema);
    }
    if let Some(scorer) = &head.scorer {
        let thresholds = scorer.thresholds();
        let of = match thresholds.origin() {
            ThresholdOrigin::HeldOut => "samples that were held out",
            ThresholdOrigin::CrossFitted => "samples of the training",
        };
        let (kind, count) = (scorer.kind(), thresholds.count());
        let text = format!("{}, thresholds of {} {of}", kind.name(), grouped(count));
        let value = json!({ "kind": kind, "thresholds": thresholds.origin(), "samples": count });
        report.add("scores", value, text);
    }
    if let Some(sampler) = &head.sampler {
        add_sampler(&mut report, sampler, architecture.code());
    }
    add_training(&mut report, head.about.training.as_ref(), architecture);
    if let Some(progress) = &head.progress {
        if let Some(layer) = progress.layer {
            let text = format!("{} of {}", layer + 1, architecture.encoder_layers());
            report.add("pretrained_layer", layer, text);
        }
        add_progress(&mut report, progress);
    }
    let has_checksums = head.checksums.is_some();
    report.add("checksum", has_checksums, if has_checksums { "yes" } else { "no: damage cannot be noticed" });
    report.add_length(path);
    Ok(report)
}

/// Adds the distribution that codes are drawn from.
fn add_sampler(report: &mut Report, sampler: &Sampler, code: usize) {
    let (kind, components, rank) = (sampler.kind(), sampler.components(), sampler.rank());
    let of = match components {
        1 => kind.name().to_owned(),
        _ => format!("{} of {}", kind.name(), counted(components, "component")),
    };
    let whole = if rank < code { format!(", rank {rank} of {code}") } else { String::new() };
    let text = format!("{of}{whole}, fitted to {}", counted(sampler.samples(), "code"));
    let value = json!({ "kind": kind, "components": components, "rank": rank, "samples": sampler.samples() });
    report.add("sampler", value, text);
}

/// The columns of a table in words.
fn of_table(table: &TableColumns) -> String {
    let numbers = counted(table.numbers, "column");
    let each: Vec<String> = table.words.iter().map(|column| column.words.to_string()).collect();
    let mut parts = vec![format!("{numbers} of numbers")];
    if !each.is_empty() {
        parts.push(format!("{} of words ({} words)", counted(each.len(), "column"), each.join(", ")));
    }
    if table.indicators > 0 {
        parts.push(format!("{} of holes", counted(table.indicators, "indicator")));
    }
    parts.join(", ")
}

/// Adds the columns of the table that the model was trained on.
fn add_columns(report: &mut Report, columns: &Columns) {
    if !columns.names.is_empty() {
        report.add_lines("columns", columns.names.clone(), &columns.names);
    }
    for (name, column) in [("label_column", &columns.label), ("id_column", &columns.id)] {
        match column {
            Some(LabelColumn::Name(column)) => report.add(name, column.as_str(), column),
            Some(LabelColumn::Index(index)) => report.add(name, *index, format!("that of index {index}")),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use autoencoder::{
        Activation, Column, ColumnKind, DateOrder, EarlyStopping, Initialization, Model, NumberScalingKind,
        Samples, Scaling, Schedule, Schema, Specification, TableColumns, TimePart, Trainer, TrainingOptions,
        Values, WordColumn,
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
            .with_early_stopping(EarlyStopping::new(9))
            .with_keep_best(true);
        let mut trainer = Trainer::of_model(model, options).unwrap();
        trainer.fit(&samples).unwrap();
        trainer
    }

    #[test]
    fn a_model_of_a_table_tells_its_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        let columns = TableColumns::new(2, [WordColumn::new(3, 0.5), WordColumn::new(4, 1.0)]);
        let specification =
            Specification::new(9, [4, 2]).with_output_activation(Activation::Linear).with_table(columns);
        let mut model = Model::new(specification, Initialization::Glorot, 0).unwrap();
        let words =
            |words: &[&str]| ColumnKind::Words { words: words.iter().map(|&word| word.into()).collect() };
        let schema = Schema::new([
            Column::new("who", ColumnKind::Id),
            Column::new("city", words(&["Bern", "Basel"])),
            Column::new("age", ColumnKind::Number { scale: NumberScalingKind::Robust }),
            Column::new(
                "since",
                ColumnKind::Time { parts: vec![TimePart::Days], order: DateOrder::default(), clock: false },
            ),
            Column::new("plan", words(&["full", "basic", "none"])),
        ]);
        model.about.schema = Some(schema.unwrap());
        fs::write(&path, model.to_bytes()).unwrap();
        let (text, json) = outputs(&path);
        for line in [
            "who: names of the rows",
            "city: 2 words: Bern, Basel",
            "age: numbers, scaled by robust",
            "since: times, as days",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert_eq!(json["schema"][1], json!({"name": "city", "kind": "words", "words": ["Bern", "Basel"]}));
        assert!(text.contains("2 columns of numbers, 2 columns of words (3, 4 words)\n"), "{text}");
        assert_eq!(json["table"]["words"][1], json!({"words": 4, "weight": 1.0}));
    }

    #[test]
    fn a_model_by_its_file_or_by_its_runs_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(files::MODEL);
        let whole = trainer().model().to_bytes();
        // The numbers are not read, and need not be there.
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
