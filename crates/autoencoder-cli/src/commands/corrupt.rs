//! `autoencoder corrupt`: samples with noise, as a denoising training adds it, in a file.

use std::path::Path;

use autoencoder::{Noise, Samples, Scaling, Values};
use ndarray::{Array2, Axis};

use super::typed_data;
use crate::arguments::Corrupt;
use crate::config;
use crate::data::{Format, Labels, TableHeader};
use crate::failure::{Failure, Outcome};
use crate::output::{self, Rows};
use crate::run::data_sets;
use crate::run::units::{self, Undone, Units};
use crate::terminal::{Notes, Working, numerals};

pub(crate) fn run(typed: &Corrupt, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Npy, Format::Csv, Format::Idx])?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    if let Some(data) = &typed.samples.data {
        typed_data::refuse_pipe(Path::new(data), "corrupt")?;
    }
    let noise = config::noise_alone(typed.noise, typed.noise_strength)?;
    let source = typed_data::source_alone(&typed.samples, &typed.out, notes)?;
    let header = source.table_header()?;
    let data = source.read(typed.samples.split, typed.limit, notes)?;
    let scale = data_sets::settle_scale(&data, typed.scale.map(|named| named.0));
    let fitted = data_sets::fit(&data.values, scale);
    let scaling = match noise {
        // Numbers are swapped as they are, whatever the scaling, where f32 has the digits.
        Noise::Swap { .. }
            if fitted != Scaling::Bytes && !units::has_large_columns(&fitted, data.values.dim().1) =>
        {
            Scaling::None
        }
        Noise::Swap { .. } | Noise::Masking { .. } | Noise::Gaussian { .. } | Noise::SaltAndPepper { .. } => {
            fitted
        }
    };
    let samples = Samples::new(data.values.clone(), scaling).map_err(Failure::new)?;
    let noisy = undone(noise.corrupt(&samples, typed.samples.seed.unwrap_or(0)), &samples, &data.values);
    // A table of plain rows keeps the order of its columns.
    let noisy = if data.channels_first && format == Format::Csv {
        noisy.into_planes(&data.sample_shape)
    } else {
        noisy
    };
    if data.labels.is_some() && !(format == Format::Csv && header.is_some()) {
        notes.say(format_args!("{}: this file holds no labels; {} has them", typed.out.display(), data.name));
    }
    let shown = notes.working(format!("writing {}", typed.out.display()));
    let (out, shape) = (&typed.out, data.sample_shape.as_slice());
    match (&noisy, header) {
        (Undone::Floats(noisy), _) if matches!(data.values, Values::Bytes(_)) => {
            output::write_bytes(out, format, noisy.view(), shape, &shown)?;
        }
        (Undone::Floats(noisy), _) => {
            output::write_matrix(out, format, noisy.view(), Rows::of_shape(shape), &shown)?;
        }
        (Undone::Doubles(noisy), Some(header)) if format == Format::Csv => {
            let beside = (data.labels.as_ref(), data.names.as_deref());
            let text = table(noisy, &header, beside, &shown);
            output::write_file(out, &text?)?;
        }
        (Undone::Doubles(noisy), _) => {
            output::write_matrix(out, format, noisy.view(), Rows::of_shape(shape), &shown)?;
        }
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
fn undone(noisy: Array2<f32>, samples: &Samples, values: &Values) -> Undone {
    let scaling = samples.scaling();
    #[allow(clippy::cast_possible_truncation, reason = "numbers of f32, or within 0 and 255")]
    let as_f32 = |feature, scaled| scaling.undo(feature, scaled) as f32;
    match values {
        Values::Bytes(values) => Undone::Floats(kept(noisy, samples, values, f32::from, as_f32)),
        Values::Floats(values) => Undone::Floats(kept(noisy, samples, values, |value| value, as_f32)),
        Values::Doubles(values) => {
            let units = Units::of(scaling, samples.features());
            Undone::Doubles(kept(
                noisy,
                samples,
                values,
                |value| value,
                |feature, scaled| units.undo(feature, scaled),
            ))
        }
        // Words have no numbers to keep.
        Values::Table(_) => units::undo(scaling, noisy),
    }
}

/// The noisy numbers in their units: as they were read, where the noise did not change them.
fn kept<V: Copy, T>(
    noisy: Array2<f32>,
    samples: &Samples,
    values: &Array2<V>,
    read: impl Fn(V) -> T,
    undo: impl Fn(usize, f32) -> T,
) -> Array2<T> {
    let mut numbers = Vec::with_capacity(noisy.len());
    for (block, noisy) in noisy.axis_chunks_iter(Axis(0), ROWS).enumerate() {
        let first = block * ROWS;
        let clean = samples.scaled(first..first + noisy.nrows());
        for (((row, feature), &noisy), &clean) in noisy.indexed_iter().zip(&clean) {
            let is_clean = noisy.to_bits() == clean.to_bits();
            numbers.push(if is_clean { read(values[(first + row, feature)]) } else { undo(feature, noisy) });
        }
    }
    Array2::from_shape_vec(noisy.dim(), numbers).expect("one number for each")
}

/// What a field of a table is.
#[derive(Clone, Copy)]
enum Field {
    Feature(usize),
    Label,
    Id,
}

/// Rows as the bytes of a CSV file, with the names, the labels and the ids of the file that they were read from, in its order
/// of columns.
fn table(
    rows: &Array2<f64>,
    header: &TableHeader,
    (labels, ids): (Option<&Labels>, Option<&[String]>),
    shown: &Working,
) -> Outcome<Vec<u8>> {
    shown.expect(rows.nrows() as u64);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let features =
        header.features.iter().enumerate().map(|(feature, &place)| (place, Field::Feature(feature)));
    let aside = [(header.label, Field::Label), (header.id, Field::Id)];
    let aside = aside.into_iter().filter_map(|(place, field)| Some((place?, field)));
    let mut fields: Vec<(usize, Field)> = features.chain(aside).collect();
    fields.sort_unstable_by_key(|&(place, _)| place);
    if let Some(names) = &header.names {
        writer.write_record(fields.iter().map(|&(place, _)| &names[place])).map_err(Failure::new)?;
    }
    for (row, values) in rows.rows().into_iter().enumerate() {
        let text = |&(_, field): &(usize, Field)| match field {
            Field::Feature(feature) => values[feature].to_string(),
            Field::Label => {
                labels.map_or_else(String::new, |labels| labels.names[labels.of_sample[row]].clone())
            }
            Field::Id => ids.map_or_else(String::new, |ids| ids[row].clone()),
        };
        writer.write_record(fields.iter().map(text)).map_err(Failure::new)?;
        shown.advance(1);
    }
    writer.into_inner().map_err(Failure::new)
}
