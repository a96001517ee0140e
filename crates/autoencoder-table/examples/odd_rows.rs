//! Reads a table of words, numbers and holes from CSV, trains on it, and names the row that fits least.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;
use std::fmt::Write;

use autoencoder::{
    Activation, Initialization, Model, NumberScalingKind, Samples, Scaling, Specification, Trainer,
    TrainingOptions, Values,
};
use autoencoder_table::{Expected, ReadOptions, read};

/// Machines of three kinds, whose kind says nearly all of weight and power; machine 77 has the power of another kind.
fn text() -> String {
    let mut text = "machine,kind,kilograms,kilowatts\n".to_owned();
    for row in 0..300 {
        let of_kind =
            |kind: usize| [("pump", 80.0, 4.0), ("press", 300.0, 15.0), ("mill", 900.0, 90.0)][kind];
        let (kind, weight, power) = of_kind(row * 7 % 3);
        let power = if row == 77 { of_kind((row + 1) * 7 % 3).2 } else { power };
        let weight = if row % 10 == 4 { String::new() } else { (weight + (row % 10) as f64).to_string() };
        let _ = writeln!(text, "m{row},{kind},{weight},{}", power + (row % 7) as f64 * 0.1);
    }
    text
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let text = text();
    let table = read(text.as_bytes(), &ReadOptions::default(), None)?;
    println!("{}", table.told);
    table.notes.iter().for_each(|note| println!("{note}"));

    // Each column has a scaling of its own; words are one-hot, and each column counts as one in the loss.
    let schema = table.schema;
    let kinds: Vec<NumberScalingKind> = schema.numbers().map(|(_, kind)| kind).collect();
    let scaling = table.values.fit(|column| kinds[column]);
    let Scaling::Columns { words: shares, .. } = &scaling else {
        unreachable!("a table is scaled by columns")
    };
    let specification = Specification::new(schema.features(), [16, 1])
        .with_activation(Activation::Gelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
        .with_table(schema.table_columns(shares));
    let samples = Samples::new(Values::Table(table.values), scaling.clone())?;
    let mut model = Model::new(specification, Initialization::Glorot, 0)?;
    (model.about.scaling, model.about.schema) = (scaling, Some(schema));
    let options = TrainingOptions::default().with_epochs(200).with_batch_size(32).with_learning_rate(0.005);
    let mut trainer = Trainer::of_model(model, options)?;
    trainer.fit(&samples)?;
    let model = trainer.into_model();

    // The model knows its columns: another table is matched with them by name.
    let schema = model.about.schema.clone().ok_or("a model of a table has a schema")?;
    let expected = Some(Expected::of_schema(schema, "the model"));
    let table = read(text.as_bytes(), &ReadOptions { expected, ..ReadOptions::default() }, None)?;
    let ids = table.ids.ok_or("the machines have names")?;
    let errors = model.errors(&model.samples(Values::Table(table.values))?)?;
    let odd = (0..ids.len()).max_by(|&a, &b| errors[a].total_cmp(&errors[b])).ok_or("there are rows")?;
    println!("{} fits least, with an error of {:.2}", ids[odd], errors[odd]);
    assert_eq!(ids[odd], "m77");
    Ok(())
}
