//! `autoencoder neighbours`: the samples whose codes are nearest to those of some samples.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use ndarray::{Array2, ArrayView2};
use serde::Serialize;

use super::{asked_samples, new_samples, typed_data};
use crate::arguments::Neighbours;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{Captioned, CaptionedFigure, ImageShape, captioned_png, captioned_svg, most_in_row};
use crate::output;
use crate::printable;
use crate::run::{Loaded, Seen, comparison, expect_finite};
use crate::terminal::numerals::{self, counted};
use crate::terminal::{Notes, Results};

pub(crate) fn run(typed: &Neighbours, notes: Notes, results: &mut Results) -> Outcome {
    let formats = [Format::Csv, Format::Jsonl, Format::Png, Format::Svg];
    let format = typed.out.as_deref().map(|out| Format::of(out, &formats)).transpose()?;
    if let Some(out) = &typed.out {
        typed_data::refuse_model(&typed.model, out)?;
        typed_data::check_output(&typed.samples, out)?;
    }
    let loaded = Loaded::open(&typed.model, notes)?;
    let shape = match format {
        Some(Format::Png | Format::Svg) => Some(
            new_samples::image_shape(&loaded)
                .map_err(|failure| failure.advise("write them as .csv or .jsonl"))?,
        ),
        Some(Format::Csv | Format::Jsonl | Format::Npy | Format::Idx | Format::Html) | None => None,
    };
    let inference = loaded.inference(typed.products.precision, notes)?;
    let outs: Vec<&Path> = typed.out.iter().map(AsRef::as_ref).collect();
    let seen = typed_data::read(&typed.samples, &loaded, &outs, notes)?;
    let of = typed.of.iter().map(|name| asked_samples::place("--of", name, &seen));
    let of = of.collect::<Outcome<Vec<usize>>>()?;
    // The sample itself stands before its neighbours.
    if let (Some(shape), Some(Format::Png)) = (shape, format)
        && typed.count.min(seen.samples.len() - 1) > most_in_row(shape) - 1
    {
        let most = numerals::grouped(most_in_row(shape) - 1);
        let what = format_args!("--count {}: a .png has room for {most}", typed.count);
        let advice = "give a smaller --count, or write them as .svg, .csv or .jsonl";
        return Err(Failure::usage(what).advise(advice));
    }
    let codes = notes.during("encoding samples", || inference.encode(&seen.samples))?;
    expect_finite(loaded.path(), "code", codes.view())?;
    let found = notes.during("comparing codes", || nearest(codes.view(), &of, typed.count, &seen));
    let report =
        Report { samples: seen.samples.len(), of: found.iter().map(|near| near.row(&seen)).collect() };
    if let (Some(out), Some(format)) = (&typed.out, format) {
        let bytes = match (format, shape) {
            (Format::Csv, _) => csv_lines(&report.of, &seen)?,
            (Format::Jsonl, _) => json_lines(&report.of)?,
            (Format::Png | Format::Svg, Some(shape)) => figure(&found, &seen, &loaded, shape, format),
            (Format::Npy | Format::Idx | Format::Html | Format::Png | Format::Svg, _) => {
                unreachable!("the format was checked")
            }
        };
        output::write_file(out, &bytes)?;
        let (samples, among) = (counted(of.len(), "sample"), counted(seen.samples.len(), "sample"));
        notes.wrote(out, format_args!("the nearest of {samples} among {among} ({})", seen.origin));
    }
    if typed.json { results.print_json(&report) } else { results.print(&table(&report.of)) }
}

/// A sample and the nearest to it, by their places.
struct Near {
    sample: usize,
    /// The place and the distance of each, the nearest first.
    nearest: Vec<(usize, f64)>,
}

/// The `count` nearest to each of some samples, without the sample itself and windows that share rows with it.
fn nearest(codes: ArrayView2<'_, f32>, of: &[usize], count: usize, seen: &Seen) -> Vec<Near> {
    let left_out: Vec<BTreeSet<usize>> = of.iter().map(|&sample| seen.sharing_rows(sample)).collect();
    let most = left_out.iter().map(BTreeSet::len).max().unwrap_or_default();
    let all = codes.mapv(f64::from);
    let asked = Array2::from_shape_fn((of.len(), all.ncols()), |(index, unit)| all[(of[index], unit)]);
    let found = autoencoder::Neighbours::new(all).nearest(asked.view(), count.saturating_add(most));
    let near = |((&sample, found), left_out): ((&usize, Vec<autoencoder::Neighbour>), &BTreeSet<usize>)| {
        let others = found.into_iter().filter(|found| !left_out.contains(&found.place));
        Near { sample, nearest: others.take(count).map(|found| (found.place, found.distance)).collect() }
    };
    of.iter().zip(found).zip(&left_out).map(near).collect()
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    /// The number of samples among which the nearest are looked for.
    samples: usize,
    of: Vec<Asked>,
}

/// A sample, and the nearest to it.
#[derive(Serialize)]
struct Asked {
    #[serde(flatten)]
    sample: Sample,
    neighbours: Vec<Neighbour>,
}

#[derive(Serialize)]
struct Neighbour {
    #[serde(flatten)]
    sample: Sample,
    distance: f64,
}

#[derive(Serialize)]
struct Sample {
    /// The index of the row from 0; of a window that of its first row.
    row: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

impl Sample {
    fn of(place: usize, seen: &Seen) -> Self {
        let id = seen.names.as_ref().map(|names| names[place].clone());
        Self { row: seen.row_of(place), id, label: seen.label_of(place).map(str::to_owned) }
    }
}

impl Near {
    fn row(&self, seen: &Seen) -> Asked {
        let neighbour = |&(place, distance)| Neighbour { sample: Sample::of(place, seen), distance };
        Asked {
            sample: Sample::of(self.sample, seen),
            neighbours: self.nearest.iter().map(neighbour).collect(),
        }
    }
}

/// A line for each neighbour, for people.
fn table(of: &[Asked]) -> String {
    let header =
        [["of", "row", "label", "id"].map(str::to_owned).to_vec(), vec!["distance".to_owned()]].concat();
    let mut lines = vec![header];
    for asked in of {
        for Neighbour { sample, distance } in &asked.neighbours {
            let text =
                |text: &Option<String>| text.as_deref().map(printable::line).unwrap_or_default().into_owned();
            let [label, id] = [&sample.label, &sample.id].map(text);
            lines.push(vec![
                asked.sample.row.to_string(),
                sample.row.to_string(),
                label,
                id,
                numerals::short(*distance),
            ]);
        }
    }
    // Columns that are empty for all are left out.
    let is_there = |column: usize| lines.iter().skip(1).any(|line| !line[column].is_empty());
    let columns: Vec<usize> =
        (0..5).filter(|&column| ![2, 3].contains(&column) || is_there(column)).collect();
    let widest =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..5).map(widest).collect();
    let mut text = String::new();
    for line in &lines {
        let fields = columns.iter().map(|&column| {
            let (field, width) = (&line[column], widths[column]);
            if [2, 3].contains(&column) { format!("{field:<width$}") } else { format!("{field:>width$}") }
        });
        let _ = writeln!(text, "{}", fields.collect::<Vec<_>>().join("  "));
    }
    text
}

fn csv_lines(of: &[Asked], seen: &Seen) -> Outcome<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let (has_ids, has_labels) = (seen.names.is_some(), seen.labels.is_some());
    let beside = [(has_ids, "id"), (has_labels, "label")];
    let names = beside.iter().filter(|(is_there, _)| *is_there).map(|(_, name)| *name);
    let header: Vec<&str> = ["of", "row"].into_iter().chain(names).chain(["distance"]).collect();
    writer.write_record(header).map_err(Failure::new)?;
    for asked in of {
        for Neighbour { sample, distance } in &asked.neighbours {
            let mut fields = vec![asked.sample.row.to_string(), sample.row.to_string()];
            fields.extend([&sample.id, &sample.label].into_iter().flatten().cloned());
            fields.push(numerals::exact(*distance));
            writer.write_record(fields).map_err(Failure::new)?;
        }
    }
    writer.into_inner().map_err(Failure::new)
}

fn json_lines(of: &[Asked]) -> Outcome<Vec<u8>> {
    let mut lines = String::new();
    for asked in of {
        lines.push_str(&serde_json::to_string(asked).map_err(Failure::new)?);
        lines.push('\n');
    }
    Ok(lines.into_bytes())
}

/// Each sample, and the nearest to it beside it.
fn figure(found: &[Near], seen: &Seen, loaded: &Loaded, shape: ImageShape, format: Format) -> Vec<u8> {
    let images: Vec<Array2<f32>> = found
        .iter()
        .map(|near| {
            let places: Vec<usize> =
                std::iter::once(near.sample).chain(near.nearest.iter().map(|(place, _)| *place)).collect();
            let samples = seen.samples.select(&places);
            samples.scaled(0..samples.len())
        })
        .collect();
    let images = comparison::shades(&loaded.model.about.scaling, images);
    let label = |place| seen.label_of(place).map(|label| format!("label {label}")).unwrap_or_default();
    let captions = |near: &Near| {
        let first = Captioned { lines: [seen.name_of(near.sample), label(near.sample)], is_marked: true };
        let others = near.nearest.iter().map(|&(place, distance)| Captioned {
            lines: [numerals::in_figure(distance), label(place)],
            is_marked: false,
        });
        std::iter::once(first).chain(others).collect::<Vec<_>>()
    };
    let rows: Vec<_> =
        images.iter().zip(found).map(|(images, near)| (images.view(), captions(near))).collect();
    let of = match found {
        [only] => seen.name_of(only.sample),
        _ => format!("each of {}", counted(found.len(), "sample")),
    };
    let figure = CaptionedFigure {
        title: &format!("Nearest samples to {of}"),
        subtitle: &format!(
            "among {} ({}), by the distance of their codes; the sample itself is framed",
            counted(seen.samples.len(), "sample"),
            seen.origin
        ),
        shape,
        rows: &rows,
    };
    if format == Format::Svg { captioned_svg(&figure).into_bytes() } else { captioned_png(&figure) }
}
