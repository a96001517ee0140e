//! Codes with their samples, as TensorBoard's projector takes them: a folder of its own.

use autoencoder::Scaling;
use ndarray::{Array1, Array2};

use crate::arguments::Export;
use crate::commands::typed_data;
use crate::failure::Outcome;
use crate::figures::{Sprite, sprite};
use crate::output::{self, Folder, Staged};
use crate::run::{Loaded, Seen, comparison, expect_finite};
use crate::terminal::{Notes, numerals};

const VECTORS: &str = "vectors.tsv";
const METADATA: &str = "metadata.tsv";
const SPRITE: &str = "sprite.png";
const CONFIG: &str = "projector_config.pbtxt";

pub(super) fn write(typed: &Export, notes: Notes) -> Outcome {
    let loaded = Loaded::open(&typed.model, notes)?;
    let mut folder = Folder::new(typed.out.clone());
    folder.make()?;
    output::probe_folder(folder.path())?;
    let at = |name: &str| typed.out.join(name);
    let outs = [VECTORS, METADATA, SPRITE, CONFIG].map(at);
    let outs = outs.each_ref().map(AsRef::as_ref);
    let seen = typed_data::read(&typed.samples, &loaded, &outs, notes)?;
    let inference = autoencoder::Inference::new(&loaded.model);
    let (codes, errors) = notes.during("encoding samples", || {
        Outcome::Ok((inference.encode(&seen.samples)?, inference.errors(&seen.samples)?))
    })?;
    expect_finite(loaded.path(), "code", codes.view())?;
    let thumbnails = thumbnails(&loaded, &seen, notes);
    let mut files = vec![
        (VECTORS, vectors(&codes).into_bytes()),
        (METADATA, metadata(&seen, &errors).into_bytes()),
        (CONFIG, config(thumbnails.as_ref()).into_bytes()),
    ];
    if let Some(sprite) = thumbnails {
        files.insert(0, (SPRITE, sprite.png));
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let staged: Outcome<Vec<Staged>> =
        files.iter().map(|(name, bytes)| Staged::new(&at(name), bytes)).collect();
    staged?.into_iter().try_for_each(Staged::persist)?;
    notes.wrote(
        &typed.out,
        format_args!(
            "{} with {} ({})",
            numerals::counted(codes.nrows(), "code"),
            names.join(", "),
            seen.origin
        ),
    );
    notes.say(format_args!("Try: tensorboard --logdir {}", typed.out.display()));
    Ok(())
}

/// The codes, a line for each.
fn vectors(codes: &Array2<f32>) -> String {
    let line = |code: ndarray::ArrayView1<'_, f32>| {
        code.iter().map(ToString::to_string).collect::<Vec<_>>().join("\t") + "\n"
    };
    codes.rows().into_iter().map(line).collect()
}

/// What is known of each sample, a line for each below the names of the columns.
fn metadata(seen: &Seen, errors: &Array1<f64>) -> String {
    let mut columns: Vec<(&str, Vec<String>)> =
        vec![("index", (0..errors.len()).map(|index| index.to_string()).collect())];
    if let Some(names) = &seen.names {
        columns.push(("name", names.clone()));
    }
    if let Some(labels) = &seen.labels {
        columns.push(("label", labels.each().map(str::to_owned).collect()));
    }
    columns.push(("error", errors.iter().map(|&error| numerals::error(error)).collect()));
    // The projector knows no quotes: nothing in a field may end the field.
    let line = |fields: Vec<&str>| {
        let fields: Vec<String> =
            fields.into_iter().map(|field| field.replace(['\t', '\n', '\r'], " ")).collect();
        fields.join("\t") + "\n"
    };
    let mut text = line(columns.iter().map(|(name, _)| *name).collect());
    for row in 0..errors.len() {
        text.push_str(&line(columns.iter().map(|(_, fields)| fields[row].as_str()).collect()));
    }
    text
}

/// Thumbnails of samples that are images.
fn thumbnails(loaded: &Loaded, seen: &Seen, notes: Notes) -> Option<Sprite> {
    let about = &loaded.model.about;
    let shape = comparison::image_shape(&about.sample_shape).filter(|_| about.window.is_none())?;
    let scaling: &Scaling = &about.scaling;
    let samples = seen.samples.scaled(0..seen.samples.len());
    let shades = comparison::shades(scaling, vec![samples]);
    let sprite = sprite(shades[0].view(), shape);
    if sprite.is_none() {
        notes.say(format_args!("{SPRITE} is left out: there are too many samples for one picture"));
    }
    sprite
}

/// The configuration, in the text form of protocol buffers.
fn config(sprite: Option<&Sprite>) -> String {
    let picture = sprite.map(|Sprite { thumbnail: (width, height), .. }| {
        format!(
            "  sprite {{\n    image_path: \"{SPRITE}\"\n    single_image_dim: {width}\n    single_image_dim: {height}\n  }}\n"
        )
    });
    format!(
        "embeddings {{\n  tensor_name: \"codes\"\n  tensor_path: \"{VECTORS}\"\n  metadata_path: \"{METADATA}\"\n{}}}\n",
        picture.unwrap_or_default()
    )
}
