//! `autoencoder explore`: one page on which a model is looked into, opened from a disk without a server and without a network.

mod codes;
mod columns;
mod modules;
mod packed;
mod page;
mod scores;
mod thumbnails;
mod weights;

use std::path::Path;

use autoencoder::{Inference, Scaling};
use autoencoder_convert::Network;
use ndarray::ArrayView2;
use serde::Serialize;

use super::typed_data;
use crate::arguments::Explore;
use crate::data::{Format, Labels};
use crate::failure::{Failure, Outcome};
use crate::figures::{Classes, Colours, Latent, Size, latent_svg};
use crate::output;
use crate::run::{Loaded, Seen, expect_finite};
use crate::terminal::{Notes, numerals};
use codes::Codes;
use columns::Shown;
use page::Page;
use scores::Scores;
use weights::Weights;

/// All that a page knows of a model and of its samples.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Contents<'a> {
    title: &'a str,
    /// The name of the data, and how many samples it has.
    data: &'a str,
    total: usize,
    /// The widths of all layers, from the sample to what is restored of it.
    widths: Vec<usize>,
    is_variational: bool,
    network: Weights,
    scaling: &'a Scaling,
    shown: Shown,
    codes: Codes,
    /// The index of each sample in the data, where not all of them are on the page.
    indices: Option<Vec<usize>>,
    labels: Option<PackedLabels<'a>>,
    ids: Option<&'a [String]>,
    errors: String,
    scores: Option<Scores>,
}

#[derive(Debug, Serialize)]
struct PackedLabels<'a> {
    names: &'a [String],
    of: String,
}

/// The name of data that lies in no file.
const BUILT_IN: &str = "synthetic digits";

/// The bytes of a megabyte.
const MEGABYTE: u64 = 1_000_000;

pub(crate) fn run(typed: &Explore, notes: Notes) -> Outcome {
    Format::of(&typed.out, &[Format::Html])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let source = typed_data::source(&typed.samples, &loaded, &[&typed.out], notes)?;
    let name = source.path().map_or_else(|| BUILT_IN.to_owned(), |_| name_of(&source.description()));
    let seen = loaded.read(&source, typed.samples.split, notes)?;
    let total = seen.samples.len();
    let count = typed.count.unwrap_or(total).min(total);
    let chosen = Chosen::of(seen, count);
    let numbers = numerals::counted(loaded.model.architecture().code(), "number");
    let title = typed.title.clone().unwrap_or_else(|| format!("{name} in {numbers}"));
    let html = notes.during("making the page", || chosen.page(&loaded, &name, &title, total))?;
    check_size(&typed.out, html.len() as u64, typed.max_size, &chosen, &loaded)?;
    output::write_file(&typed.out, html.as_bytes())?;
    let what = format_args!(
        "{}, {:.1} MB ({})",
        numerals::counted(count, "sample"),
        html.len() as f64 / MEGABYTE as f64,
        chosen.seen.origin
    );
    notes.wrote(&typed.out, what);
    Ok(())
}

/// The last part of the name of data, without an ending: of `data/mnist` and `data/mnist.npz` it is `mnist`.
fn name_of(description: &str) -> String {
    let stem = Path::new(description).file_stem();
    stem.map_or_else(|| description.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// The samples on the page.
struct Chosen {
    seen: Seen,
    labels: Option<Labels>,
    ids: Option<Vec<String>>,
    /// The indices of the samples in the data, where they are not all.
    indices: Option<Vec<usize>>,
}

impl Chosen {
    /// Chooses `count` of the samples, evenly spaced.
    fn of(mut seen: Seen, count: usize) -> Self {
        let total = seen.samples.len();
        let (mut labels, mut ids) = (seen.labels.take(), seen.names.take());
        if count == total {
            return Self { seen, labels, ids, indices: None };
        }
        let indices: Vec<usize> = (0..count).map(|index| index * total / count).collect();
        seen.samples = seen.samples.select(&indices);
        labels = labels.map(|labels| labels.of(&indices));
        ids = ids.map(|ids| indices.iter().map(|&index| ids[index].clone()).collect());
        Self { seen, labels, ids, indices: Some(indices) }
    }

    fn page(&self, loaded: &Loaded, data: &str, title: &str, total: usize) -> Outcome<String> {
        let model = &loaded.model;
        let samples = &self.seen.samples;
        let inference = Inference::new(model);
        let network = Network::of(model);
        let numbers = inference.encode(samples)?;
        expect_finite(loaded.path(), "code", numbers.view())?;
        let divergences = codes::divergences(&inference, samples)?;
        let (codes, places) = codes::of(numbers.view(), divergences)?;
        let errors = inference.errors(samples)?;
        let layers = network.encoder.iter().chain(&network.decoder);
        let widths = [network.features()].into_iter().chain(layers.map(|layer| layer.bias.len())).collect();
        #[expect(clippy::cast_possible_truncation, reason = "an error is shown in a few digits")]
        let contents = Contents {
            title,
            data,
            total,
            widths,
            is_variational: network.log_variance.is_some(),
            network: Weights::of(&network),
            scaling: &model.about.scaling,
            shown: Shown::of(model, samples)?,
            codes,
            indices: self.indices.clone(),
            labels: self.labels.as_ref().map(packed_labels),
            ids: self.ids.as_deref(),
            errors: packed::floats(errors.iter().map(|&error| error as f32)),
            scores: Scores::of(model, &inference, &self.seen)?,
        };
        Page { title, picture: &self.picture(places.view()), data: &contents }.html()
    }

    /// The codes as a picture, for readers without scripts.
    fn picture(&self, places: ArrayView2<'_, f32>) -> String {
        let colours = self.labels.as_ref().map_or(Colours::Nothing, |labels| {
            Colours::Classes(Classes { of_sample: &labels.of_sample, names: &labels.names })
        });
        let axis_names = ["first", "second"];
        latent_svg(&Latent { title: None, note: None, points: places, colours, axis_names, size: Size::Wide })
    }
}

fn packed_labels(labels: &Labels) -> PackedLabels<'_> {
    // More labels than 16 bits count are shown as one.
    let of = labels.of_sample.iter().map(|&label| u16::try_from(label).unwrap_or(u16::MAX));
    PackedLabels { names: &labels.names, of: packed::whole(of) }
}

/// Refuses a page that is too large, and says how many samples fit.
fn check_size(out: &Path, bytes: u64, most: u64, chosen: &Chosen, loaded: &Loaded) -> Outcome {
    if bytes <= most * MEGABYTE {
        return Ok(());
    }
    let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / MEGABYTE as f64);
    let what = format_args!("the page would have {}, more than {most} MB", megabytes(bytes));
    let refused = Failure::at(out, what);
    // Numbers of 16 bits in base64.
    let weights = Network::of(&loaded.model);
    let layers = weights.encoder.iter().chain(&weights.decoder);
    let fixed = layers.map(|layer| (layer.weight.len() + layer.bias.len()) as u64 * 2).sum::<u64>() * 4 / 3;
    let count = chosen.seen.samples.len() as u64;
    let fitting =
        (most * MEGABYTE).saturating_sub(fixed).saturating_sub(MEGABYTE / 4) * count / (bytes - fixed).max(1);
    // Rounded down to two digits.
    let unit = 10_u64.pow(fitting.max(1).ilog10().saturating_sub(1));
    Err(match fitting / unit * unit {
        0 => refused.advise(format_args!(
            "{} of it are the weights of the network; give --max-size a larger number",
            megabytes(fixed)
        )),
        fitting => refused.advise(format_args!("--count {fitting} fits, or give --max-size a larger number")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_called_by_the_last_part_of_its_name() {
        let names = ["data/mnist", "a/mnist.npz:x_test", "pumps.v2.csv", "synthetic", "photos/"].map(name_of);
        assert_eq!(names, ["mnist", "mnist", "pumps.v2", "synthetic", "photos"]);
    }
}
