//! `autoencoder reconstruct`: samples as a model restores them, as a file or a figure beside the originals.

use crate::arguments::Reconstruct;
use crate::failure::Outcome;
use crate::loaded::Loaded;
use crate::output::{self, Format};
use crate::progress::Notes;
use crate::{comparison, numerals};

pub(crate) fn run(typed: &Reconstruct, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Png, Format::Npy, Format::Csv, Format::Idx])?;
    let loaded = Loaded::open(&typed.model)?;
    let inference = loaded.inference(typed.products.precision, notes)?;
    let seen = loaded.read(&typed.samples, notes)?;
    let (count, origin) = (seen.samples.len(), &seen.origin);
    if format != Format::Png {
        let restored = notes.during("restoring samples", || inference.reconstruct(&seen.samples));
        loaded.write(&typed.out, format, restored, notes)?;
        notes.wrote(&typed.out, format_args!("{}, reconstructed ({origin})", loaded.of_shape(count)));
        return Ok(());
    }
    let evaluation = notes.during("restoring samples", || inference.evaluate(&seen.samples));
    let caption = format!(
        "mean squared error {} over {} samples, {} numbers a code",
        numerals::error(evaluation.mse),
        numerals::grouped(evaluation.samples),
        evaluation.code
    );
    let about = &loaded.model.about;
    let picture =
        comparison::png(&inference, about, &seen.samples, seen.labels.as_ref(), typed.count, &caption);
    output::write_file(&typed.out, &picture)?;
    let (shown, samples) = (numerals::grouped(typed.count.min(count)), numerals::counted(count, "sample"));
    notes.wrote(&typed.out, format_args!("{shown} of {samples} beside their reconstructions ({origin})"));
    Ok(())
}
