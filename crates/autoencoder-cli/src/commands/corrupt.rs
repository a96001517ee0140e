//! `autoencoder corrupt`: samples with noise, as a denoising training adds it, in a file.

use std::path::Path;

use autoencoder::{Noise, Samples, Scaling, Values};
use ndarray::{Array2, Axis, Zip};

use super::typed_data;
use crate::arguments::Corrupt;
use crate::config;
use crate::data::{Format, Labels, TableHeader};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::data_sets;
use crate::terminal::{Notes, Working, numerals};

pub(crate) fn run(typed: &Corrupt, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Npy, Format::Csv, Format::Idx])?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    if let Some(data) = &typed.samples.data {
        typed_data::refuse_pipe(Path::new(data), "corrupt")?;
    }
    let noise = config::noise_alone(typed.noise, typed.noise_strength)?;
    let source = typed_data::source(&typed.samples, notes)?;
    let header = source.table_header()?;
    let data = source.read(typed.samples.split, typed.limit, notes)?;
    let scale = data_sets::settle_scale(&data, typed.scale.map(|named| named.0))?;
    let scaling = match (noise, &data.values) {
        // Numbers are swapped as they are, whatever the scaling.
        (Noise::Swap { .. }, Values::Floats(_)) => Scaling::None,
        (
            Noise::Swap { .. } | Noise::Masking { .. } | Noise::Gaussian { .. } | Noise::SaltAndPepper { .. },
            _,
        ) => data_sets::fit(&data.values, scale),
    };
    let samples = Samples::new(data.values, scaling).map_err(Failure::new)?;
    let noisy = undone(noise.corrupt(&samples, typed.samples.seed), &samples);
    if data.labels.is_some() && !(format == Format::Csv && header.is_some()) {
        notes.say(format_args!("{}: this file holds no labels; {} has them", typed.out.display(), data.name));
    }
    let shown = notes.working(format!("writing {}", typed.out.display()));
    match (samples.scaling(), header) {
        (Scaling::Bytes, _) => {
            output::write_bytes(&typed.out, format, noisy.view(), &data.sample_shape, &shown)?;
        }
        (_, Some(header)) if format == Format::Csv => {
            let text = table(&noisy, &header, data.labels.as_ref(), &shown);
            output::write_file(&typed.out, &text?)?;
        }
        _ => output::write_matrix(&typed.out, format, noisy.view(), Some(&data.sample_shape), &shown)?,
    }
    drop(shown);
    let (count, numbers) =
        (numerals::counted(samples.len(), "sample"), numerals::numbers(&data.sample_shape));
    let part = source.part(typed.samples.split);
    notes.wrote(&typed.out, format_args!("{count} of {numbers} with noise ({part})"));
    Ok(())
}

/// Number of rows whose scaling is undone together.
const ROWS: usize = 1024;

/// Returns noisy samples in the units of the data. Numbers that the noise left as they are keep all their digits, which
/// scaling and undoing it would round.
fn undone(mut noisy: Array2<f32>, samples: &Samples) -> Array2<f32> {
    let scaling = samples.scaling();
    for (block, noisy) in noisy.axis_chunks_iter_mut(Axis(0), ROWS).enumerate() {
        let first = block * ROWS;
        let clean = samples.scaled(first..first + noisy.nrows());
        Zip::indexed(noisy).and(&clean).for_each(|(row, feature), noisy, clean| {
            *noisy = if noisy.to_bits() == clean.to_bits() {
                match samples.values() {
                    Values::Bytes(values) => f32::from(values[(first + row, feature)]),
                    Values::Floats(values) => values[(first + row, feature)],
                }
            } else {
                scaling.undo(feature, *noisy)
            };
        });
    }
    noisy
}

/// Rows as the bytes of a CSV file, with the names and the labels of the file that they were read from.
fn table(
    rows: &Array2<f32>,
    header: &TableHeader,
    labels: Option<&Labels>,
    shown: &Working,
) -> Outcome<Vec<u8>> {
    shown.expect(rows.nrows() as u64);
    let mut writer = csv::Writer::from_writer(Vec::new());
    if let Some(names) = &header.names {
        writer.write_record(names).map_err(Failure::new)?;
    }
    for (row, values) in rows.rows().into_iter().enumerate() {
        let mut fields: Vec<String> = values.iter().map(ToString::to_string).collect();
        if let (Some(column), Some(labels)) = (header.label, labels) {
            fields.insert(column, labels.names[labels.of_sample[row]].clone());
        }
        writer.write_record(&fields).map_err(Failure::new)?;
        shown.advance(1);
    }
    writer.into_inner().map_err(Failure::new)
}
