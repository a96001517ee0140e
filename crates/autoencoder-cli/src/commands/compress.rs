//! `autoencoder compress`: the codes of samples in as few bytes as they tell.

use std::path::Path;

use autoencoder_convert::TextColumn;
use serde::Serialize;

use super::compressing::{Cost, Material, RawSize};
use super::typed_data;
use crate::arguments::Compress;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::terminal::numerals::{self, counted, grouped};
use crate::terminal::{Notes, Results};

pub(crate) fn run(typed: &Compress, notes: Notes, results: &mut Results) -> Outcome {
    expect_name(&typed.out)?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let material = Material::of(&typed.model, &typed.samples, &typed.products, &typed.out, notes)?;
    let (compressed, rounded) = notes.during("compressing codes", || material.compressed(typed.bits))?;
    let beside = material.seen.named().columns;
    let columns = beside.into_iter().map(|(name, texts)| TextColumn::new(name, texts)).collect::<Vec<_>>();
    if !columns.is_empty() && !typed.keep_labels {
        let names: Vec<&str> = columns.iter().map(TextColumn::name).collect();
        notes.say(format_args!("left out: {} of the samples; --keep-labels keeps them", names.join(" and ")));
    }
    let compressed = if typed.keep_labels { compressed.with_columns(columns) } else { compressed };
    let bytes = compressed.to_bytes();
    let samples = &material.seen.samples;
    let pca = match &material.components {
        Some(components) => Some(OfPca {
            components: components.count(),
            rounded: components.cost(typed.bits, samples)?.into(),
            mse_unrounded: components.mse(samples)?,
        }),
        None => None,
    };
    output::write_file(&typed.out, &bytes)?;
    notes.wrote(
        &typed.out,
        format_args!(
            "{} in {} bytes ({})",
            counted(samples.len(), "code"),
            grouped(bytes.len()),
            material.seen.origin
        ),
    );
    let RawSize { bytes: raw_bytes, packed: gzip_bytes } = material.raw;
    let summary = Summary {
        samples: samples.len(),
        features: samples.features(),
        code: material.loaded.model.architecture().code(),
        bits: typed.bits,
        file_bytes: bytes.len(),
        rounded: rounded.into(),
        mse_unrounded: material.mse()?,
        raw_bytes,
        gzip_bytes,
        pca,
    };
    if typed.json { results.print_json(&summary) } else { results.print(&summary.table()) }
}

fn expect_name(out: &Path) -> Outcome {
    if out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("aez")) {
        return Ok(());
    }
    Err(Failure::usage(format_args!("{}: expected a name that ends in .aez", out.display())))
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Summary {
    samples: usize,
    features: usize,
    code: usize,
    bits: u8,
    /// The bytes of the file, with what is kept beside the codes.
    file_bytes: usize,
    #[serde(flatten)]
    rounded: OfCodes,
    mse_unrounded: f64,
    raw_bytes: usize,
    gzip_bytes: usize,
    pca: Option<OfPca>,
}

/// The codes alone.
#[derive(Debug, Serialize)]
struct OfCodes {
    bytes: usize,
    bits_a_sample: f64,
    mse: f64,
}

#[derive(Debug, Serialize)]
struct OfPca {
    components: usize,
    #[serde(flatten)]
    rounded: OfCodes,
    mse_unrounded: f64,
}

impl From<Cost> for OfCodes {
    fn from(Cost { bytes, bits_a_sample, mse }: Cost) -> Self {
        Self { bytes, bits_a_sample, mse }
    }
}

impl Summary {
    fn table(&self) -> String {
        let bits = counted(usize::from(self.bits), "bit");
        let mut rows = vec![
            row("", "bits a sample", "bytes", "error"),
            row_of(&format!("model, {bits}"), &self.rounded),
        ];
        let unrounded = |name: &str, numbers: usize, mse: f64| {
            let bytes = 4 * numbers * self.samples;
            row(name, &bits_of(32.0 * numbers as f64), &grouped(bytes), &numerals::error(mse))
        };
        rows.push(unrounded("model, 32-bit floats", self.code, self.mse_unrounded));
        if let Some(pca) = &self.pca {
            let name = format!("PCA({})", pca.components);
            rows.push(row_of(&format!("{name}, {bits}"), &pca.rounded));
            rows.push(unrounded(&format!("{name}, 32-bit floats"), pca.components, pca.mse_unrounded));
        }
        let ratio = |bytes: usize| numerals::short(bytes as f64 / self.rounded.bytes as f64);
        rows.push(format!(
            "The samples take {} bytes as they are, {} times as many, and {} packed by gzip, {} times as many.",
            grouped(self.raw_bytes),
            ratio(self.raw_bytes),
            grouped(self.gzip_bytes),
            ratio(self.gzip_bytes)
        ));
        rows.join("\n") + "\n"
    }
}

fn row_of(name: &str, codes: &OfCodes) -> String {
    row(name, &bits_of(codes.bits_a_sample), &grouped(codes.bytes), &numerals::error(codes.mse))
}

fn bits_of(bits: f64) -> String {
    format!("{bits:.1}")
}

fn row(name: &str, bits: &str, bytes: &str, error: &str) -> String {
    format!("{name:<24}{bits:>14}{bytes:>16}{error:>12}")
}
