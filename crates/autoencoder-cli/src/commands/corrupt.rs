//! `autoencoder corrupt`: samples with noise, as a denoising training adds it, in a file.

use autoencoder::{ColumnKind, Noise, Samples, Scaling, Schema, TableValues, Values};
use ndarray::{Array2, ArrayView1, Axis};

use super::typed_data;
use crate::arguments::Corrupt;
use crate::config::{self, AskedScale, Named};
use crate::data::{Data, Format};
use crate::failure::{Failure, Outcome};
use crate::output::{self, Rows};
use crate::run::table_rows::Written;
use crate::run::units::{self, Undone, Units};
use crate::run::{TableRows, fitting};
use crate::terminal::{Notes, Working, numerals};

pub(crate) fn run(typed: &Corrupt, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Npy, Format::Csv, Format::Idx])?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let noise = config::noise_alone(typed.noise, typed.noise_strength)?;
    let source = typed_data::source_alone(&typed.samples, &typed.out, notes)?;
    let data = source.read(typed.samples.split, typed.limit, notes)?;
    let asked = typed.scale.map(|Named(kind)| AskedScale::of(kind));
    let scale = fitting::settle_scale(&data, asked);
    let fitted = fitting::fit(&data.values, scale.as_ref(), data.schema.as_ref());
    let scaling = match noise {
        // Numbers are swapped as they are, whatever the scaling, where f32 has the digits.
        Noise::Swap { .. }
            if !matches!(fitted, Scaling::Bytes | Scaling::Columns { .. })
                && !units::has_large_columns(&fitted, data.values.dim().1) =>
        {
            Scaling::None
        }
        Noise::Swap { .. } | Noise::Masking { .. } | Noise::Gaussian { .. } | Noise::SaltAndPepper { .. } => {
            fitted
        }
    };
    let samples = Samples::new(data.values.clone(), scaling).map_err(Failure::new)?;
    let noisy = noise.corrupt(&samples, typed.samples.seed.unwrap_or(0));
    let schema = data.schema.as_ref().filter(|_| format == Format::Csv);
    if let (Values::Table(values), Some(schema)) = (&data.values, schema) {
        let shown = notes.working(format!("writing {}", typed.out.display()));
        let is_masked = matches!(noise, Noise::Masking { .. });
        let fields = Fields::new(schema, &samples, values, is_masked);
        let clean = samples.scaled(0..samples.len());
        let text = |index: usize, row: usize| fields.text(index, row, [clean.row(row), noisy.row(row)]);
        output::write_file(&typed.out, &table(&data, schema, text, &shown)?)?;
        drop(shown);
        let part = source.part(typed.samples.split);
        notes.wrote(
            &typed.out,
            format_args!("{} with noise ({part})", numerals::counted(samples.len(), "row")),
        );
        return Ok(());
    }
    let noisy = undone(noisy, &samples, &data.values);
    // A table of plain rows keeps the order of its columns.
    let noisy = if data.channels_first && format == Format::Csv {
        noisy.into_planes(&data.sample_shape)
    } else {
        noisy
    };
    if data.labels.is_some() && schema.is_none() {
        notes.say(format_args!("{}: this file holds no labels; {} has them", typed.out.display(), data.name));
    }
    let shown = notes.working(format!("writing {}", typed.out.display()));
    let (out, shape) = (&typed.out, data.sample_shape.as_slice());
    match (&noisy, schema) {
        (Undone::Floats(noisy), _) if matches!(data.values, Values::Bytes(_)) => {
            output::write_bytes(out, format, noisy.view(), shape, &shown)?;
        }
        (Undone::Floats(noisy), _) => {
            output::write_matrix(out, format, noisy.view(), Rows::of_shape(shape), &shown)?;
        }
        (Undone::Doubles(noisy), Some(schema)) => {
            let text = |index: usize, row: usize| noisy[(row, index)].to_string();
            output::write_file(out, &table(&data, schema, text, &shown)?)?;
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

/// The fields of a noisy table: as they were read where the noise did not change them.
struct Fields<'a> {
    rows: TableRows<'a>,
    columns: Vec<Written<'a>>,
    values: &'a TableValues,
    /// Whether the noise makes holes.
    is_masked: bool,
}

impl<'a> Fields<'a> {
    fn new(schema: &'a Schema, samples: &'a Samples, values: &'a TableValues, is_masked: bool) -> Self {
        let rows = TableRows::new(schema, samples.scaling());
        let columns = rows.columns();
        Self { rows, columns, values, is_masked }
    }

    /// The text of a field, given the row as the model sees it: clean and noisy.
    fn text(&self, index: usize, row: usize, [clean, noisy]: [ArrayView1<'_, f32>; 2]) -> String {
        let column = &self.columns[index];
        let features = column.features();
        let is_changed = features.clone().any(|feature| clean[feature].to_bits() != noisy[feature].to_bits());
        match (is_changed, column.number()) {
            (true, _) if self.is_masked => String::new(),
            (true, _) => self.rows.text(column, noisy),
            (false, Some(number)) => match self.values.numbers()[(row, number)] {
                hole if hole.is_nan() => String::new(),
                number => numerals::exact(number),
            },
            (false, None) if column.is_hole(self.values, row) => String::new(),
            (false, None) => self.rows.text(column, clean),
        }
    }
}

/// Rows as the bytes of a CSV file with the columns of the table that they were read from, in its order and with its names, labels
/// and ids. `seen` makes the text of a field, given the index of its column among those that are read, and its row.
fn table(
    data: &Data,
    schema: &Schema,
    seen: impl Fn(usize, usize) -> String,
    shown: &Working,
) -> Outcome<Vec<u8>> {
    let count = data.values.dim().0;
    shown.expect(count as u64);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let kept = || schema.columns.iter().filter(|column| column.kind != ColumnKind::Dropped);
    if schema.is_named() {
        writer.write_record(kept().map(|column| &column.name)).map_err(Failure::new)?;
    }
    for row in 0..count {
        let mut next = 0..;
        let fields = kept().map(|column| match &column.kind {
            ColumnKind::Label => data
                .labels
                .as_ref()
                .map_or_else(String::new, |labels| labels.names[labels.of_sample[row]].clone()),
            ColumnKind::Id => data.names.as_ref().map_or_else(String::new, |ids| ids[row].clone()),
            ColumnKind::Number { .. }
            | ColumnKind::Words { .. }
            | ColumnKind::Time { .. }
            | ColumnKind::Dropped => seen(next.next().unwrap_or_default(), row),
        });
        writer.write_record(fields).map_err(Failure::new)?;
        shown.advance(1);
    }
    writer.into_inner().map_err(Failure::new)
}
