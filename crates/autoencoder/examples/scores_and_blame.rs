//! Trains on a table of which a few rows are odd, scores all rows, and shows the worst with the columns that are to blame.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use autoencoder::{
    Activation, Error, Inference, Loss, Model, Purpose, Samples, Scaling, ScoreKind, Scorer, Specification,
    Stream, Trainer, TrainingOptions, Values,
};
use ndarray::Array2;

const COLUMNS: [&str; 4] = ["speed", "flow", "pressure", "power"];
const PLANTED: [(usize, usize); 3] = [(123, 2), (456, 1), (789, 3)];

/// Readings of a pump, which follow its speed but for noise; in three rows, one of them is only half.
fn readings() -> Array2<f32> {
    let mut chance = Stream::new(1, Purpose::Generation, [0, 0]);
    let mut table = Array2::zeros((1000, 4));
    for mut row in table.rows_mut() {
        let speed = 1000.0 + 1000.0 * chance.uniform();
        for (x, share) in row.iter_mut().zip([1.0, 0.02, 0.003, 0.15]) {
            *x = share * speed * (1.0 + 0.02 * chance.normal());
        }
    }
    for place in PLANTED {
        table[place] *= 0.5;
    }
    table
}

pub(crate) fn main() -> Result<(), Error> {
    let table = readings();
    let scaling = Scaling::fit_standard(table.view());
    let samples = Samples::new(Values::Floats(table.clone()), scaling)?;
    // A loss that odd rows do not lead, since some of them stand in the training.
    let specification = Specification::new(4, [8, 2])
        .with_activation(Activation::Gelu)
        .with_code_activation(Activation::Linear)
        .with_output_activation(Activation::Linear)
        .with_loss(Loss::Huber { delta: 1.0 });
    let mut trainer = Trainer::new(specification, TrainingOptions::default().with_epochs(15))?;
    trainer.fit(&samples)?;
    let mut model = trainer.into_model();

    // A model keeps its scorer, also in a file; without held-out samples, thresholds come from the training's by halves.
    model.scorer = Some(Scorer::fit(&Inference::new(&model), ScoreKind::Sample, &samples, None, 0)?);
    let model = Model::from_bytes(&model.to_bytes())?;
    let scorer = model.scorer.as_ref().expect("it was kept");
    let scores = Inference::new(&model).scores_with_parts(scorer, &samples)?;
    let threshold = scorer.thresholds().quantile(0.99);
    let flagged = scores.scores.iter().filter(|&&score| score > threshold).count();
    println!("{flagged} of 1000 rows above {threshold:.1} nats; the worst are");

    let mut worst: Vec<usize> = (0..1000).collect();
    worst.sort_by(|&a, &b| scores.scores[b].total_cmp(&scores.scores[a]));
    for &row in &worst[..3] {
        let parts = scores.parts.row(row);
        let column = (0..4).max_by(|&a, &b| parts[a].total_cmp(&parts[b])).expect("there are columns");
        let expected = samples.scaling().undo(column, scores.restored[(row, column)]);
        let (name, found, score) = (COLUMNS[column], table[(row, column)], scores.scores[row]);
        println!("row {row}, {score:.0} nats: {name} {found:.2}, expected {expected:.2}");
        assert!(PLANTED.contains(&(row, column)));
    }
    Ok(())
}
